#include "app/screen.h"

#include "app/action.h"
#include "app/command.h"
#include "app/wall.h"
#include "draw/frame.h"

// The culprit is looked into, and so is the stage that the user looks at.
static void inspect(struct app *app)
{
    bool wanted[PLAN_STAGES_MAX];
    diagnosis_wants(&app->diagnosis, wanted);
    bool page = app->state.page == PAGE_PODS ||
                (app->state.page == PAGE_STAGE && app->state.selected.kind == ROW_STAGE);
    if (page && app->state.subject < (int)app->plan.stages_count) {
        wanted[app->state.subject] = true;
    }
    poller_inspect(app->poller, wanted);
}

void screen_judge(struct app *app)
{
    if (app->diagnosis.stages_count != app->plan.stages_count) { // stages were found by label
        diagnosis_finish(&app->diagnosis);
        diagnosis_init(&app->diagnosis, &app->plan);
    }
    int64_t newest = store_newest_ms(&app->store);
    int64_t tick = app->plan.at_ms > 0 ? app->plan.at_ms : newest ? newest : app->now_ms;
    struct thresholds thresholds = thresholds_default;
    thresholds.persists = true;
    diagnosis_run(&app->diagnosis, &app->plan, &app->store, &thresholds, tick);
    app->judged = app->store.version;
}

enum { WANDER_FROM = 20 };

static void follow_worst(struct app *app)
{
    const struct verdict *v = &app->diagnosis.verdict;
    if (app->cursor_moved || app->state.page != PAGE_INCIDENT) {
        return;
    }
    if (v->tool >= 0) {
        app->state.selected = (struct row_id){.kind = ROW_TOOL, .index = v->tool};
    } else if (v->stage >= 0) {
        app->state.selected = (struct row_id){.index = v->stage};
    }
}

// A pod is a row of one page alone, and its stage is what all others are about.
static void keep_subject(struct app *app)
{
    struct view_state *s = &app->state;
    if (s->selected.kind == ROW_POD && s->page != PAGE_PODS) {
        s->selected = (struct row_id){ROW_STAGE, s->subject};
    } else if (s->selected.kind == ROW_STAGE && s->selected.index >= 0) {
        s->subject = s->selected.index;
    }
}

// On the wall the picture wanders within the screen, which has to be larger than it.
static bool wanders(const struct app *app, int columns, int rows)
{
    return app->state.wall && columns > WANDER_FROM && rows > WANDER_FROM;
}

// Nobody is to read numbers that are compared with a pinned moment and not know.
static const char *notice_of(const struct app *app)
{
    if (app->note_ms) {
        return app->note.text;
    }
    if (app->pinned.len) {
        return app->pinned.text;
    }
    return app->notice.len ? app->notice.text : NULL;
}

void screen_view(struct app *app, int columns, int rows)
{
    size_t keys_count, help_count, commands_count;
    if (app->judged != app->store.version) { // what was judged may not be there any more
        screen_judge(app);
    }
    bool smaller = wanders(app, columns, rows);
    follow_worst(app);
    keep_subject(app);
    inspect(app);
    arena_reset(&app->frame);
    const struct view_input input = {
        .words = {.plan = &app->plan, .store = &app->store, .diagnosis = &app->diagnosis},
        .state = &app->state,
        .now_ms = app->now_ms,
        .columns = smaller ? columns - WALL_WANDER_X : columns,
        .rows = smaller ? rows - WALL_WANDER_Y : rows,
        .source = app->config->source.url,
        .keys = action_keys(false, &keys_count),
        .keys_count = keys_count,
        .help = action_keys(true, &help_count),
        .help_count = help_count,
        .commands = command_keys(&commands_count),
        .commands_count = commands_count,
        .notice = notice_of(app),
        .memo = &app->memo};
    view_build(&app->view, &app->frame, &input);
    canvas_resize(&app->canvas, input.columns, input.rows);
    app->outdated = false;
}

void screen_draw(struct app *app, int columns, int rows)
{
    screen_view(app, columns, rows);
    frame_draw(&app->canvas, &app->view, app->glyphs);
    if (wanders(app, columns, rows)) {
        int x, y;
        wall_offset(app, &x, &y);
        canvas_move(&app->canvas, columns, rows, x, y);
    }
}
