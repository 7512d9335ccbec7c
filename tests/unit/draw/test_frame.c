#include "draw/frame.h"
#include "pages/pages.h"

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "base/utf8.h"
#include "draw/glyphs.h"
#include "draw/pane.h"

#include "unit/translated.h"
#include "unit/world.h"

enum { WIDEST = 200, HIGHEST = 60 };

/** A world and what is seen of it. */
struct scene {
    struct world world;
    struct arena arena;
    struct view_state state;
    struct view view;
};

static struct view_input input_of(const struct scene *s, int columns, int rows)
{
    return (struct view_input){.words = world_words(&s->world),
        .state = &s->state,
        .now_ms = WORLD_NOW_MS,
        .columns = columns,
        .rows = rows,
        .bindings = &s->world.config.bindings,
        .notice = "copied \u65E5\u672C"};
}

static void look(struct scene *s, int columns, int rows)
{
    const struct view_input input = input_of(s, columns, rows);
    arena_reset(&s->arena);
    view_build(&s->view, &s->arena, &input);
}

/** The article, with tools whose names are of every width there is. */
static void start(struct scene *s)
{
    *s = (struct scene){0};
    world_init(&s->world, world_article);
    world_requests(&s->world, "retrieval", (struct load){2, 0.3}, (struct load){2, 1.8});
    world_requests(&s->world, "vector_db", (struct load){2, 0.25}, (struct load){2, 1.7});
    world_requests(&s->world, "generation", (struct load){2, 0.55}, (struct load){NAN, NAN});
    world_pool(&s->world, "vector_db", 40, 97, 100);
    world_errors(&s->world, "retrieval", NAN, 0.2);
    world_tool(&s->world, "web_search", 0.6, 3);
    world_tool(&s->world, "\u65E5\u672C\u8A9E\u306E\u691C\u7D22", 0.6, 0.6);
    world_tool(&s->world, "e\u0301\u0301\u0302 marks", 0.6, NAN);
    world_tool(&s->world, "", 0.6, 0.6);
    world_judge(&s->world);
}

static void stop(struct scene *s)
{
    arena_finish(&s->arena);
    world_finish(&s->world);
}

/** Every cell is what a terminal can show; with ASCII nothing else is there. */
static void assert_cells(const struct canvas *c, bool ascii)
{
    for (int i = 0; i < c->w * c->h; i++) {
        const struct cell *cell = &c->cells[i];
        assert_true(cell->role < ROLE_COUNT);
        assert_true((cell->width == 0) == (cell->glyph == 0));
        assert_true(cell->glyph == 0 || cell->glyph >= ' ');
        if (ascii) {
            assert_true(cell->glyph >= ' ' && cell->glyph < 0x7F && cell->width == 1);
            for (int k = 0; k < CELL_MARKS; k++) {
                assert_int_equal(cell->marks[k], 0);
            }
        }
    }
}

static void age(struct scene *s, bool stale)
{
    for (size_t i = 0; i < s->view.panes_count; i++) {
        enum pane_kind kind = s->view.panes[i].kind;
        s->view.panes[i].stale = stale && kind != PANE_VERDICT && kind != PANE_ENTRIES;
    }
}

static void draw(struct scene *s, int w, int h, enum page page, enum glyph_set set)
{
    struct canvas c;
    canvas_init(&c, w, h);
    s->state.page = page;
    look(s, w, h);
    age(s, (w + h) % 5 == 0);
    frame_draw(&c, &s->view, set);
    assert_true(c.w == w && c.h == h);
    assert_cells(&c, set == GLYPHS_ASCII);
    canvas_finish(&c);
}

static void frames_of_every_size(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    for (int w = 0; w <= WIDEST; w++) {
        for (int h = 0; h <= HIGHEST; h++) {
            draw(&s, w, h, (enum page)((w + h) % PAGE_COUNT), (enum glyph_set)(w % 3));
            if (w % 20 == 0 || h < 3) {
                for (int page = 0; page < PAGE_COUNT; page++) {
                    s.state.full = (w + page) % 2;
                    draw(&s, w, h, (enum page)page, (enum glyph_set)(h % 3));
                    s.state.full = false;
                }
            }
        }
    }
    stop(&s);
}

static void pages_of_every_row(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    for (int kind = ROW_STAGE; kind <= ROW_TOOL; kind++) {
        for (int index = -2; index < 6; index++) {
            s.state.selected = (struct row_id){.kind = (enum row_kind)kind, .index = index};
            for (int h = 1; h <= HIGHEST; h += 7) {
                for (int w = 1; w <= WIDEST; w += 31) {
                    for (int page = 0; page < PAGE_COUNT; page++) {
                        draw(&s, w, h, (enum page)page, (enum glyph_set)(w % 3));
                    }
                }
            }
        }
    }
    stop(&s);
}

static void empty_worlds_are_drawn(void **state)
{
    (void)state;
    struct scene s = {0};
    world_init(&s.world, "span: 1h\nwindow: 5m\nrefresh: 15s\nstages: [{name: a, latency: b}]\n");
    world_judge(&s.world);
    for (int index = -1; index < 1; index++) {
        s.state.selected.index = index;
        for (int h = 0; h <= HIGHEST; h += 3) {
            for (int w = 0; w <= WIDEST; w += 7) {
                for (int page = 0; page < PAGE_COUNT; page++) {
                    draw(&s, w, h, (enum page)page, (enum glyph_set)(w % 3));
                }
            }
        }
    }
    stop(&s);
}

static void assert_part(const char *text, const char *part)
{
    if (!strstr(text, part)) {
        fail_msg("'%s' is not in\n%s", part, text);
    }
}

static void the_frame_says_it_all(void **state)
{
    (void)state;
    struct scene s;
    struct canvas c;
    struct str text;
    str_init(&text);
    start(&s);
    look(&s, 120, 40);
    canvas_init(&c, 120, 40);
    frame_draw(&c, &s.view, GLYPHS_SHADES);
    canvas_add_text(&c, &text);
    static const char *const parts[] = {"ragtop", ":9090", "09:00", "!!", "CULPRIT", "1.7 s",
        "250 ms", "97/100", "generation", "no data since 08:45", "web_search", "\u65E5\u672C\u8A9E",
        "q quit", "copied"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        assert_part(text.text, parts[i]);
    }
    str_clear(&text);
    canvas_add_roles(&c, &text);
    assert_non_null(strchr(text.text, 'f')); // the culprit
    canvas_finish(&c);
    stop(&s);
    str_finish(&text);
}

/** The text of S at W x H, in ASCII or not. */
static void render(struct str *out, struct scene *s, int w, int h, enum glyph_set set)
{
    struct canvas c;
    look(s, w, h);
    canvas_init(&c, w, h);
    frame_draw(&c, &s->view, set);
    str_clear(out);
    canvas_add_text(&c, out);
    canvas_finish(&c);
}

/** From the size of a usual terminal on panes have frames, which say what they are of. */
static void panes_have_frames(void **state)
{
    (void)state;
    struct scene s;
    struct str text;
    str_init(&text);
    start(&s);
    render(&text, &s, 80, 23, GLYPHS_SHADES);
    assert_null(strstr(text.text, "\u256D"));
    render(&text, &s, 79, 24, GLYPHS_SHADES);
    assert_null(strstr(text.text, "\u256D"));
    render(&text, &s, 80, 24, GLYPHS_SHADES);
    assert_part(text.text, "\u2524 1 incident \u251C");
    render(&text, &s, 120, 60, GLYPHS_ASCII);
    assert_part(text.text, "+[ 1 incident ]--");
    assert_part(text.text, "+- vector_db P95 --");
    assert_part(text.text, " - usual ");
    s.state.focus[PAGE_INCIDENT] = 2;
    render(&text, &s, 120, 60, GLYPHS_ASCII);
    assert_part(text.text, "+- 1 incident --");
    assert_part(text.text, "[ vector_db P95 ]");
    stop(&s);
    str_finish(&text);
}

/** Of charts of the same time above each other the lowest alone has the times. */
static void a_column_of_charts_has_one_axis_of_times(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    look(&s, 90, 60);
    const struct view_pane *last = NULL;
    int charts = 0;
    for (size_t i = 0; i < s.view.panes_count; i++) {
        const struct view_pane *pane = &s.view.panes[i];
        if (pane->kind == PANE_CHART && pane->area.h > 0) {
            assert_true(!last || last->chart->moments.timeless);
            last = pane;
            charts++;
        }
    }
    assert_true(charts > 2 && !last->chart->moments.timeless);
    stop(&s);
}

// Headings, labels of facts, names of pages and of keys that take more room than in English.
static void translated_words_are_whole(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"change", "\u76F8\u5BF9\u53D8\u5316\u500D\u6570"},
        {"incident", "\u4E8B\u6545\u4E00\u89C8\u8868\u683C"},
        {"per request", "\u6BCF\u4E2A\u8BF7\u6C42\u6240\u9700\u65F6\u95F4"},
        {"quit", "\u9000\u51FA\u672C\u7A0B\u5E8F"},
    };
    static const struct {
        enum page page;
        int entry;
    } cases[] = {{PAGE_INCIDENT, 0}, {PAGE_INCIDENT, 1}, {PAGE_INCIDENT, 3}, {PAGE_STAGE, 2}};
    struct translated wide;
    translated_init(&wide, pairs, 4);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene s;
        struct canvas c;
        struct str text;
        str_init(&text);
        start(&s);
        s.state.page = cases[i].page;
        s.state.selected = (struct row_id){ROW_STAGE, 1, 0};
        s.state.subject = 1;
        look(&s, 120, 40);
        canvas_init(&c, 120, 40);
        frame_draw(&c, &s.view, GLYPHS_SHADES);
        assert_cells(&c, false);
        canvas_add_text(&c, &text);
        assert_part(text.text, pairs[cases[i].entry][1]);
        canvas_finish(&c);
        stop(&s);
        str_finish(&text);
    }
    translated_finish(&wide);
}

static void a_text_that_is_cut_says_so(void **state)
{
    (void)state;
    struct view_entry entry = {.text = {"one two three four five", ROLE_NORMAL}, .wrap = true};
    const struct view_pane pane = {.kind = PANE_ENTRIES, .entries = &entry, .count = 1};
    static const struct {
        int h, scroll;
        const char *ends;
    } cases[] = {
        {1, 0, "one two~"}, {2, 0, "three~"}, {3, 0, "five"}, {1, 1, "three~"}, {1, 2, "five"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct canvas c;
        struct str text;
        str_init(&text);
        canvas_init(&c, VIEW_INDENT + 10, 4);
        pane_entries(&c, (struct area){0, 0, c.w, cases[i].h}, &pane, cases[i].scroll,
            glyphs_of(GLYPHS_ASCII));
        canvas_add_text(&c, &text);
        assert_part(text.text, cases[i].ends);
        canvas_finish(&c);
        str_finish(&text);
    }
}

static void the_verdict_outlives_all(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    for (int h = 1; h < 8; h++) {
        struct canvas c;
        struct str text;
        str_init(&text);
        look(&s, 80, h);
        canvas_init(&c, 80, h);
        frame_draw(&c, &s.view, GLYPHS_SHADES);
        canvas_add_text(&c, &text);
        assert_part(text.text, "CULPRIT");
        assert_part(text.text, "vector_db");
        canvas_finish(&c);
        str_finish(&text);
    }
    stop(&s);
}

static void the_selected_row_is_in_sight(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    for (int index = 0; index < 3; index++) {
        s.state.selected.index = index;
        for (int h = 5; h < 30; h++) {
            struct canvas c;
            look(&s, 80, h);
            canvas_init(&c, 80, h);
            frame_draw(&c, &s.view, GLYPHS_SHADES);
            int selected = 0;
            for (int y = 0; y < h; y++) {
                selected += canvas_at(&c, 10, y)->selected;
            }
            if (selected != 1) {
                fail_msg("row %d of 80x%d: %d rows are selected", index, h, selected);
            }
            canvas_finish(&c);
        }
    }
    stop(&s);
}

static void stale_numbers_are_dimmed(void **state)
{
    (void)state;
    struct scene s;
    struct canvas c;
    start(&s);
    look(&s, 120, 40);
    age(&s, true);
    canvas_init(&c, 120, 40);
    frame_draw(&c, &s.view, GLYPHS_SHADES);
    int stale = 0, alive = 0, below = 0;
    for (size_t i = 0; i < s.view.panes_count; i++) {
        const struct view_pane *pane = &s.view.panes[i];
        below = pane->kind == PANE_VERDICT ? pane->area.y + pane->area.h : below;
    }
    for (int i = c.w * below; i < c.w * c.h; i++) {
        stale += c.cells[i].role == ROLE_STALE;
        alive += c.cells[i].role == ROLE_SPARK || c.cells[i].role == ROLE_CULPRIT;
    }
    assert_true(stale > 100);
    assert_int_equal(alive, 0);
    canvas_finish(&c);
    stop(&s);
}

static void tables_alone(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    look(&s, 200, 0);
    int height = frame_table_height(&s.view);
    assert_int_equal(height, 3 + 1 + 1 + 4 + 1);
    assert_int_equal(frame_table_width(&s.view, 60), 60);
    for (int w = 1; w <= WIDEST; w++) {
        struct canvas c;
        canvas_init(&c, w, height);
        frame_draw_tables(&c, &s.view, w % 2 ? GLYPHS_ASCII : GLYPHS_SHADES);
        assert_cells(&c, w % 2);
        canvas_finish(&c);
    }
    struct canvas c;
    struct str text;
    str_init(&text);
    canvas_init(&c, frame_table_width(&s.view, 0), height);
    frame_draw_tables(&c, &s.view, GLYPHS_SHADES);
    canvas_add_text(&c, &text);
    for (size_t i = 0; i < s.view.stages.count; i++) { // nothing is cut
        assert_part(text.text, s.view.stages.rows[i].cells[COLUMN_NAME].text);
        assert_part(text.text, s.view.stages.rows[i].cells[COLUMN_VERDICT].text);
    }
    canvas_finish(&c);
    str_finish(&text);
    stop(&s);
}

// --- what has no room is counted

/** The number before TEXT, or 0 where LINE does not say that. */
static int number_before(const char *line, const char *text)
{
    const char *at = strstr(line, text);
    while (at && at > line && strchr("0123456789", at[-1])) {
        at--;
    }
    return at ? (int)strtol(at, NULL, 10) : 0;
}

/** The count of WHAT in a last line: `2 more panes`, or `Tab +2`, `+3 rows` beside a long note. */
static int said_of(const char *line, const char *what)
{
    char more[32], brief[32];
    snprintf(more, sizeof more, " more %s", what);
    snprintf(brief, sizeof brief, " %s", what);
    const char *at = strchr(line, '+'), *tab = strstr(line, "Tab +");
    int panes = tab && strcmp(what, "pane") == 0 ? (int)strtol(tab + 5, NULL, 10) : 0;
    return panes + number_before(line, more) + (at ? number_before(at, brief) : 0);
}

/** Line Y of C, in S. */
static const char *part_of(struct str *s, const struct canvas *c, int y, int from, int to)
{
    str_clear(s);
    for (int x = from; x < to; x++) {
        const struct cell *cell = canvas_at(c, x, y);
        if (cell->glyph) {
            utf8_add(s, cell->glyph);
        }
    }
    return s->text;
}

static const char *line_of(struct str *s, const struct canvas *c, int y)
{
    return part_of(s, c, y, 0, c->w);
}

/** Nothing but blanks, and the sides of a frame. */
static bool is_blank(const char *line)
{
    static const char side[] = "\u2502";
    for (; *line; line++) {
        bool edge = strncmp(line, side, sizeof side - 1) == 0;
        line += edge ? sizeof side - 2 : 0;
        if (!edge && *line != ' ' && *line != '|') {
            return false;
        }
    }
    return true;
}

static int more_on(const char *line)
{
    int below = number_before(line, " more below (PgDn)");
    int above = number_before(line, " more above (PgUp)");
    return (below > 0 ? below : 0) + (above > 0 ? above : 0);
}

/** The rows of PANE that are on C, and those that its own lines count. */
static int rows_seen(const struct canvas *c, const struct view_pane *pane, struct str *s)
{
    int n = 0;
    for (int y = pane->area.y + view_heading_lines(pane); y < pane->area.y + pane->area.h; y++) {
        const struct area *a = &pane->area; // another pane may stand beside it
        const char *line = part_of(s, c, y, a->x, a->x + a->w);
        int more = more_on(line);
        n += more > 0 ? more : !is_blank(line);
    }
    const struct area *f = &pane->frame;
    n += pane->foot ? more_on(part_of(s, c, f->y + f->h - 1, f->x, f->x + f->w)) : 0;
    return n;
}

static int facts_seen(const struct canvas *c, const struct view_pane *pane, struct str *s)
{
    int n = 0;
    for (size_t i = 0; i < pane->count; i++) {
        bool seen = false;
        int first = pane->area.y + view_title_lines(pane);
        for (int y = first; y < pane->area.y + pane->area.h; y++) {
            seen = seen || strstr(line_of(s, c, y), pane->facts[i].label);
        }
        n += seen;
    }
    return n;
}

/** Holds what C shows, and what its last line counts, against all that V has. */
static void assert_counted(const struct canvas *c, const struct view *v, int wall_rows)
{
    struct str s, last;
    int panes = 0, rows = 0, facts = 0, lines = v->verdict_more;
    str_init(&s);
    str_init(&last);
    line_of(&last, c, c->h - 1);
    for (size_t i = 0; i < v->panes_count; i++) {
        const struct view_pane *pane = &v->panes[i];
        bool shown = pane->area.h > 0;
        if (pane->kind == PANE_BIG) {
            wall_rows -= shown;
        } else if (!shown) {
            panes += pane->kind != PANE_VERDICT && pane->kind != PANE_BANNER;
        } else if (pane->kind == PANE_TABLE) {
            rows += (int)pane->table->count - rows_seen(c, pane, &s);
        } else if (pane->kind == PANE_FACTS) {
            facts += (int)pane->count - facts_seen(c, pane, &s);
        } else if (pane->kind == PANE_ENTRIES) {
            lines -= pane->area.h - view_title_lines(pane);
            lines += view_flow(pane, pane->area.w).lines;
        }
    }
    rows += wall_rows > 0 ? wall_rows : 0;
    int said[] = {said_of(last.text, "pane"), said_of(last.text, "row"), said_of(last.text, "fact"),
        said_of(last.text, "below") + said_of(last.text, "line")};
    if (said[0] != panes || said[1] != rows || said[2] != facts ||
        said[3] != (lines > 0 ? lines : 0)) {
        fail_msg("page %d at %dx%d hides %d panes, %d rows, %d facts, %d lines, and says '%s'",
            (int)v->page, c->w, c->h, panes, rows, facts, lines, last.text);
    }
    str_finish(&s);
    str_finish(&last);
}

/** Leaves the keys of a few commands, as many as there is room for. */
static void bind_few(struct bindings *b)
{
    static const char *const few[] = {"quit", "help", "open", "back", "next-pane", "full"};
    for (size_t i = b->count; i-- > 0;) {
        bool stays = false;
        for (size_t k = 0; k < sizeof few / sizeof *few; k++) {
            stays = stays || strcmp(b->items[i].line, few[k]) == 0;
        }
        if (!stays) {
            const struct sequence sequence = b->items[i].sequence;
            bindings_clear(b, &sequence);
        }
    }
}

// Beside a long note the way out, the help and what is hidden are still said, and other notes are
// counted.
static void notes_leave_room_for_the_way_out(void **state)
{
    (void)state;
    struct scene s;
    struct str last;
    str_init(&last);
    start(&s);
    bind_few(&s.world.config.bindings);
    store_add_note(&s.world.store, "a query is slow");
    store_add_note(&s.world.store, "the answer is partial");
    for (int w = 80; w <= 200; w += 10) {
        struct view_input input = input_of(&s, w, 20);
        input.notice = "every series is counted 2 times, once for each replica: HA replicas that "
                       "are not deduplicated. Traffic is 2 times too high, and so is all else.";
        arena_reset(&s.arena);
        view_build(&s.view, &s.arena, &input);
        struct canvas c;
        canvas_init(&c, w, 20);
        frame_draw(&c, &s.view, GLYPHS_SHADES);
        line_of(&last, &c, 19);
        assert_part(last.text, "? help  q quit");
        assert_part(last.text, "every series");
        assert_part(last.text, " +2 notes");
        assert_true(said_of(last.text, "pane") > 0);
        canvas_finish(&c);
    }
    str_finish(&last);
    stop(&s);
}

// What a key did is said for seconds only, so that it has the line for itself where it needs it.
static void notes_that_pass_are_whole(void **state)
{
    (void)state;
    static const char note[] = "no Grafana is configured: set `grafana: {url: ...}` in the file";
    struct scene s;
    struct str last;
    str_init(&last);
    start(&s);
    bind_few(&s.world.config.bindings);
    for (int passes = 0; passes <= 1; passes++) {
        struct view_input input = input_of(&s, 80, 20);
        struct canvas c;
        input.notice = note;
        input.notice_passes = passes;
        arena_reset(&s.arena);
        view_build(&s.view, &s.arena, &input);
        canvas_init(&c, 80, 20);
        frame_draw(&c, &s.view, GLYPHS_SHADES);
        line_of(&last, &c, 19);
        assert_int_equal(strstr(last.text, note) != NULL, passes);
        assert_int_equal(strstr(last.text, "q quit") == NULL, passes);
        canvas_finish(&c);
    }
    str_finish(&last);
    stop(&s);
}

// What to press comes before what is out of sight.
static void hints_are_whole(void **state)
{
    (void)state;
    static const char hint[] = "Enter: keep; Esc: back; Up/Down: others";
    struct scene s;
    struct str last;
    struct canvas c;
    str_init(&last);
    start(&s);
    s.state.prompt = PROMPT_THEME;
    s.state.question = "theme: catppuccin-mocha (3 of 13)";
    struct view_input input = input_of(&s, 80, 20);
    input.hint = hint;
    view_build(&s.view, &s.arena, &input);
    canvas_init(&c, 80, 20);
    frame_draw(&c, &s.view, GLYPHS_SHADES);
    line_of(&last, &c, 19);
    assert_part(last.text, hint);
    canvas_finish(&c);
    str_finish(&last);
    stop(&s);
}

// Also while something is typed.
static void prompts_leave_room_for_what_is_hidden(void **state)
{
    (void)state;
    struct scene s;
    struct str last;
    str_init(&last);
    start(&s);
    bind_few(&s.world.config.bindings);
    for (int prompt = PROMPT_FILTER; prompt <= PROMPT_COMMAND; prompt++) {
        s.state.prompt = (enum prompt_kind)prompt;
        struct view_input input = input_of(&s, 80, 20);
        input.hint = "a hint that is long, and tells what may be typed here, and what comes of it";
        arena_reset(&s.arena);
        view_build(&s.view, &s.arena, &input);
        struct canvas c;
        canvas_init(&c, 80, 20);
        frame_draw(&c, &s.view, GLYPHS_SHADES);
        line_of(&last, &c, 19);
        assert_part(last.text, " a hint that is long");
        assert_true(said_of(last.text, "pane") > 0);
        canvas_finish(&c);
    }
    str_finish(&last);
    stop(&s);
}

// The numbers of the wall are big in whatever size has room, be they "1.8 s" or "300 ms".
static void walls_have_big_digits(void **state)
{
    (void)state;
    static const struct {
        int columns, rows, least; // rows of the wall with digits
        enum glyph_set set;
    } cases[] = {{80, 24, 2, GLYPHS_SOLID}, {80, 24, 2, GLYPHS_SHADES}, {40, 20, 2, GLYPHS_SHADES},
        {60, 20, 2, GLYPHS_SOLID}, {120, 40, 3, GLYPHS_SOLID}, {80, 36, 2, GLYPHS_ASCII},
        {200, 60, 3, GLYPHS_ASCII}};
    struct scene s;
    start(&s);
    s.state.page = PAGE_WALL;
    s.state.wall = true;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct canvas c;
        struct str line;
        str_init(&line);
        look(&s, cases[i].columns, cases[i].rows);
        canvas_init(&c, cases[i].columns, cases[i].rows);
        frame_draw(&c, &s.view, cases[i].set);
        int big = 0;
        for (size_t k = 0; k < s.view.panes_count; k++) {
            const struct view_pane *pane = &s.view.panes[k];
            if (pane->kind == PANE_BIG && pane->area.h > 3) {
                const char *first = line_of(&line, &c, pane->area.y);
                bool written = strstr(first, pane->big->value.text) != NULL;
                first = line_of(&line, &c, pane->area.y + 1);
                big += !written && !strstr(first, pane->big->value.text);
            }
        }
        if (big < cases[i].least) {
            fail_msg("%dx%d: %d big numbers", cases[i].columns, cases[i].rows, big);
        }
        str_finish(&line);
        canvas_finish(&c);
    }
    stop(&s);
}

// At every size each pane, row, fact and line of text that is not shown is counted, whether or not
// there is a note in the same line.
static void what_has_no_room_is_counted(void **state)
{
    (void)state;
    static const char *const notes[] = {NULL,
        "every series is counted 2 times, once for each replica: HA replicas of Prometheus that "
        "are not deduplicated. Traffic and request counts are 2 times too high."};
    static const enum page pages[] = {
        PAGE_INCIDENT, PAGE_STAGE, PAGE_ERRORS, PAGE_TOOLS, PAGE_PODS, PAGE_HELP, PAGE_WALL};
    struct scene s;
    start(&s);
    bind_few(&s.world.config.bindings);
    for (int w = 40; w <= WIDEST; w += w < 100 ? 4 : 20) {
        for (int h = 8; h <= HIGHEST; h += h < 30 ? 1 : 3) {
            for (size_t k = 0; k < 2 * sizeof pages / sizeof *pages; k++) {
                struct view_input input = input_of(&s, w, h);
                input.notice = notes[k % 2];
                s.state.page = pages[k / 2];
                s.state.wall = pages[k / 2] == PAGE_WALL || (w + h) % 3 == 0;
                s.state.selected = (struct row_id){
                    (w + h) % 5 < 2 && pages[k / 2] != PAGE_STAGE ? ROW_TOOL : ROW_STAGE, h % 3, 0};
                s.state.focus[pages[k / 2]] = h % 4;
                arena_reset(&s.arena);
                view_build(&s.view, &s.arena, &input);
                struct canvas c;
                canvas_init(&c, w, h);
                frame_draw(&c, &s.view, GLYPHS_SHADES);
                assert_counted(&c, &s.view, pages[k / 2] == PAGE_WALL ? 4 : 0);
                canvas_finish(&c);
            }
        }
    }
    s.state.wall = false;
    stop(&s);
}

int main(void)
{
    if (!setlocale(LC_CTYPE, "C.UTF-8")) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_of_every_size),
        cmocka_unit_test(pages_of_every_row),
        cmocka_unit_test(empty_worlds_are_drawn),
        cmocka_unit_test(the_frame_says_it_all),
        cmocka_unit_test(panes_have_frames),
        cmocka_unit_test(a_column_of_charts_has_one_axis_of_times),
        cmocka_unit_test(translated_words_are_whole),
        cmocka_unit_test(a_text_that_is_cut_says_so),
        cmocka_unit_test(the_verdict_outlives_all),
        cmocka_unit_test(the_selected_row_is_in_sight),
        cmocka_unit_test(notes_leave_room_for_the_way_out),
        cmocka_unit_test(notes_that_pass_are_whole),
        cmocka_unit_test(hints_are_whole),
        cmocka_unit_test(prompts_leave_room_for_what_is_hidden),
        cmocka_unit_test(walls_have_big_digits),
        cmocka_unit_test(what_has_no_room_is_counted),
        cmocka_unit_test(stale_numbers_are_dimmed),
        cmocka_unit_test(tables_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
