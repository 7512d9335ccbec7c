#include "app/screen.h"

#include "app/wall.h"
#include "app/wants.h"
#include "base/clock.h"
#include "draw/frame.h"
#include "draw/glyphs.h"
#include "draw/octants.h"
#include "draw/sextants.h"
#include "pages/pages.h"
#include "term/term.h"
#include "view/fleet_state.h"

void screen_judge(struct app *app)
{
    for (size_t i = 0; i < app->watches_count; i++) {
        watch_judge_newest(&app->watches[i], app->now_ms);
    }
}

enum { WANDER_FROM = 20 };

static void follow_worst(struct app *app, const struct view_source *sources)
{
    if (app->cursor_moved || !page_entry(app->state.page)->follows) {
        return;
    }
    int source = fleet_given(sources, app->watches_count, app->state.only);
    const struct verdict *v = &app->watches[source].diagnosis.verdict;
    if (v->tool >= 0) {
        app->state.selected = (struct row_id){ROW_TOOL, v->tool, source};
    } else if (v->stage >= 0) {
        app->state.selected = (struct row_id){ROW_STAGE, v->stage, source};
    } else if (app->watches_count > 1 && app->state.selected.source != source) {
        app->state.selected = (struct row_id){ROW_SOURCE, 0, source};
    }
}

// A pod is a row of some pages alone, and so is a series; all others are about the stage.
static void keep_subject(struct app *app)
{
    struct view_state *s = &app->state;
    if (!page_has_row(s, s->selected)) {
        s->selected = (struct row_id){ROW_STAGE, s->subject, s->selected.source};
    } else if (s->selected.kind == ROW_STAGE && s->selected.index >= 0) {
        s->subject = s->selected.index;
    }
}

// On the wall the picture wanders within the screen, which has to be larger than it.
static bool wanders(const struct app *app, int columns, int rows)
{
    return app->state.wall && columns > WANDER_FROM && rows > WANDER_FROM;
}

static bool has_note(const struct app *app)
{
    return app->note_ms && (app->note_page == PAGE_COUNT || app->note_page == app->state.page);
}

// Nobody is to read numbers that are compared with a pinned moment and not know.
static const char *notice_of(const struct app *app)
{
    if (has_note(app)) {
        return app->note.text;
    }
    if (app->pinned.len) {
        return app->pinned.text;
    }
    if (app->notice.len) {
        return app->notice.text;
    }
    return app->replay.text.len ? app->replay.text.text : NULL;
}

bool screen_is_behind(const struct app *app)
{
    bool behind = false;
    for (size_t i = 0; i < app->watches_count; i++) {
        behind = behind || app->watches[i].judged != app->watches[i].store.version;
    }
    return behind;
}

void screen_view(struct app *app, int columns, int rows)
{
    for (size_t i = 0; i < app->watches_count; i++) {
        struct watch *w = &app->watches[i];
        // what was judged may not be there any more; while it is, a key need not wait for a verdict
        bool soon = watch_rest_ms(w) <= 0;
        if (w->judged != w->store.version && (soon || !store_only_added(&w->store, w->judged))) {
            watch_judge_newest(w, app->now_ms);
        }
    }
    bool smaller = wanders(app, columns, rows);
    struct arena spare = app->before;
    app->before = app->frame;
    app->frame = spare;
    arena_reset(&app->frame);
    struct view_source *sources = arena_alloc(&app->frame, app->watches_count, sizeof *sources);
    watch_views(app->watches, app->watches_count, sources);
    follow_worst(app, sources);
    keep_subject(app);
    wants_tell(app); // before: what the view says of them follows
    int at = app->state.selected.source;
    const struct present *p = &app->present;
    const struct view_present present = {p->text.text, p->role, p->known_ms};
    const struct view_input input = {.words = sources[at].words,
        .sources = sources,
        .sources_count = app->watches_count,
        .at = at,
        .state = &app->state,
        .now_ms = app->now_ms,
        .columns = smaller ? columns - WALL_WANDER_X : columns,
        .rows = smaller ? rows - WALL_WANDER_Y : rows,
        .bindings = &app->config->bindings,
        .query = query_watch(app),
        .notice = notice_of(app),
        .notice_passes = has_note(app),
        .warnings = app->config->warnings,
        .warnings_count = app->config->warnings_count,
        .present = p->known_ms > 0 ? &present : NULL,
        .hint = prompt_hint(app),
        .cache = sources[at].cache};
    view_build(&app->view, &app->frame, &input);
    wants_tell(app); // and after: its charts are others now
    canvas_resize(&app->canvas, input.columns, input.rows);
    app->outdated = false;
}

static void draw_blocks(struct app *app, bool ascii)
{
    static const enum term_blocks told[] = {
        [CHARTS_SEXTANTS] = BLOCKS_SEXTANTS, [CHARTS_OCTANTS] = BLOCKS_OCTANTS};
    static uint32_t (*const shapes[])(uint32_t braille) = {
        [BLOCKS_SEXTANTS] = sextants_of, [BLOCKS_OCTANTS] = octants_of};
    enum charts_glyphs charts = app->config->charts;
    bool dots = ascii || charts == CHARTS_BRAILLE;
    enum term_blocks blocks = dots ? BLOCKS_NONE : term_blocks(told[charts]);
    if (blocks != BLOCKS_NONE) {
        canvas_redraw_dots(&app->canvas, shapes[blocks]);
    }
}

void screen_draw(struct app *app, int columns, int rows)
{
    screen_view(app, columns, rows);
    bool ascii = app->config->ascii || !term_draws_unicode();
    frame_draw(&app->canvas, &app->view,
        ascii               ? GLYPHS_ASCII
        : term_has_shades() ? GLYPHS_SOLID
                            : GLYPHS_SHADES);
    draw_blocks(app, ascii);
    if (wanders(app, columns, rows)) {
        int x, y;
        wall_offset(app, &x, &y);
        canvas_move(&app->canvas, columns, rows, x, y);
    }
}
