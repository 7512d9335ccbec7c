#include "feed/want.h"
#include "pages/pages.h"
#include "series/exemplar.h"
#include "view/view.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "base/wrap.h"
#include "unit/world.h"
#include "view/lines.h"
#include "view/trend.h"
#include "view/verdict_pane.h"

static const struct load usually = {2, 0.3};

/** A world and what is seen of it. */
struct scene {
    struct world world;
    struct arena arena;
    struct view_state state;
    struct view view;
    int64_t now_ms;
    const char *notice;
};

static void start(struct scene *s)
{
    *s = (struct scene){.now_ms = WORLD_NOW_MS};
    world_init(&s->world, world_article);
    s->world.store.source.answered_ms = WORLD_NOW_MS;
}

static struct view_input input_of(const struct scene *s, int columns)
{
    return (struct view_input){.words = world_words(&s->world),
        .state = &s->state,
        .now_ms = s->now_ms,
        .columns = columns,
        .notice = s->notice};
}

/** What was judged before, as for a report: no panes have places. */
static void show(struct scene *s, int columns)
{
    const struct view_input input = input_of(s, columns);
    arena_reset(&s->arena);
    view_build(&s->view, &s->arena, &input);
}

static void look(struct scene *s, int columns)
{
    world_judge(&s->world);
    show(s, columns);
}

static void stop(struct scene *s)
{
    arena_finish(&s->arena);
    world_finish(&s->world);
}

static void article(struct scene *s)
{
    start(s);
    world_requests(&s->world, "retrieval", usually, (struct load){2, 1.8});
    world_requests(&s->world, "vector_db", usually, (struct load){2, 1.7});
    world_requests(&s->world, "generation", usually, usually);
    world_tool(&s->world, "web_search", 0.6, 0.6);
    world_tool(&s->world, "calculator", 0.6, 6);
}

static const char *name(const struct scene *s, size_t row)
{
    int index = s->view.stages.rows[row].id.index;
    return s->world.plan.stages[index].name;
}

/**
 * Rows are called as the verdict calls them. Wide tables name metrics beside, where each tells its
 * stage.
 */
static void rows_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *last;
        bool metrics;
    } cases[] = {{"latency: other_seconds", true},
        {"latency: 'search_seconds{env=\"live\"}'", false},
        {"expr: {latency: answer_seconds / 2}", false}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct scene s = {.now_ms = WORLD_NOW_MS};
        struct str yaml;
        str_init(&yaml);
        str_setf(&yaml,
            "stages:\n"
            "  - {name: search, latency: 'search_seconds{env=\"test\"}'}\n"
            "  - {name: rank, latency: rank_seconds}\n"
            "  - {name: answer, %s}\n",
            cases[k].last);
        world_init(&s.world, yaml.text);
        look(&s, 200);
        for (size_t i = 0; i < 3; i++) {
            const char *text = s.view.stages.rows[i].cells[COLUMN_NAME].text;
            const struct stage *stage = &s.world.plan.stages[s.view.stages.rows[i].id.index];
            char begin[32];
            snprintf(begin, sizeof begin, "%s ", stage->name);
            bool metric = strstr(text + strlen(begin), stage->metric) != NULL;
            if (strncmp(text, begin, strlen(begin)) != 0 || metric != cases[k].metrics) {
                fail_msg("case %zu: the row of %s is called '%s'", k, name(&s, i), text);
            }
        }
        str_finish(&yaml);
        stop(&s);
    }
}

/** On a calm wall a number that is known comes before one that is not. */
static void walls_show_what_is_known(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    s.state.page = PAGE_WALL;
    world_requests(&s.world, "vector_db", usually, usually);
    world_requests(&s.world, "generation", usually, usually);
    look(&s, 120);
    const struct view_pane *panes = s.view.panes;
    assert_int_equal(s.view.panes_count, 4);
    for (size_t i = 1; i < 3; i++) {
        assert_string_equal(panes[i].big->value.text + 3, " ms");
    }
    assert_string_equal(panes[3].big->value.text, ""); // and no dash, as high as digits
    stop(&s);

    start(&s); // it is the tool that is at fault
    s.state.page = PAGE_WALL;
    world_calm(&s.world);
    world_tool(&s.world, "calculator", 0.1, 3);
    look(&s, 120);
    assert_string_equal(s.view.panes[1].big->name.text, "calculator calls/question");
    assert_string_equal(s.view.panes[1].big->value.text, "1.5");
    stop(&s);
}

/** What the status line says beside a key; NULL: it does not name it. */
static const char *label_of(const struct view *v, const char *key)
{
    for (size_t i = 0; i < v->keys_count; i++) {
        if (strcmp(v->keys[i].key, key) == 0) {
            return v->keys[i].label;
        }
    }
    return NULL;
}

/** Who is at fault stands in big letters, and rows that deviate say for how long they have. */
static void walls_say_who_and_how_long(void **state)
{
    (void)state;
    struct scene s;
    article(&s);
    s.state.page = PAGE_WALL;
    world_judge(&s.world);
    struct view_input input = input_of(&s, 120);
    input.rows = 39;
    arena_reset(&s.arena);
    view_build(&s.view, &s.arena, &input);
    const char *banner = NULL;
    for (size_t i = 0; i < s.view.panes_count; i++) {
        const struct view_pane *pane = &s.view.panes[i];
        banner = pane->kind == PANE_BANNER && pane->area.h > 0 ? pane->banner->text : banner;
        if (pane->kind == PANE_BIG && pane->big->mark.role == ROLE_CRITICAL) {
            assert_non_null(strstr(pane->big->detail.text, "   for "));
        }
    }
    assert_string_equal(banner ? banner : "", "VECTOR_DB");
    stop(&s);
}

/** The key that brings what has no room says how much that is. */
static void what_has_no_room_is_counted(void **state)
{
    (void)state;
    struct scene s;
    article(&s);
    for (int rows = 12; rows < 60; rows++) {
        world_judge(&s.world);
        struct view_input input = input_of(&s, 80);
        input.rows = rows;
        input.bindings = &s.world.config.bindings;
        s.state.focus[PAGE_INCIDENT] = 0;
        arena_reset(&s.arena);
        view_build(&s.view, &s.arena, &input);
        int hidden = 0, last = -1;
        for (size_t i = 0; i < s.view.panes_count; i++) {
            hidden += s.view.panes[i].area.h == 0;
            last += s.view.panes[i].can_focus;
        }
        char wanted[32];
        snprintf(wanted, sizeof wanted, hidden == 1 ? "%d more pane" : "%d more panes", hidden);
        assert_string_equal(label_of(&s.view, "Tab"), hidden > 0 ? wanted : "pane");
        s.state.focus[PAGE_INCIDENT] = last; // the last to get room gets it now
        arena_reset(&s.arena);
        view_build(&s.view, &s.arena, &input);
        assert_true(view_focused(&s.view)->area.h > 0);
    }
    stop(&s);
}

// All times on the page are the server's, and so is the one that they are read beside.
static void the_clock_is_that_of_the_server(void **state)
{
    (void)state;
    static const struct {
        int64_t skew_ms;
        const char *clock;
    } cases[] = {{0, "09:00"}, {-3 * CLOCK_HOUR_MS, "06:00"}, {2 * CLOCK_HOUR_MS, "11:00"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene s;
        start(&s);
        s.world.store.source.skew_ms = cases[i].skew_ms;
        look(&s, 80);
        assert_string_equal(s.view.clock.text, cases[i].clock);
        stop(&s);
    }
}

/** What is shown of the past says so, and what the present was like when it was left. */
static void the_past_is_marked_as_such(void **state)
{
    (void)state;
    static const int64_t minute = 60 * 1000;
    const struct view_present fresh = {"all normal", ROLE_OK, WORLD_NOW_MS - 30 * 1000},
                              old = {
                                  "vector_db critical", ROLE_CRITICAL, WORLD_NOW_MS - 150 * 1000};
    const struct {
        int64_t ago_ms; // 0: the present
        const struct view_present *present;
        int columns;
        const char *bar;
    } cases[] = {
        {0, NULL, 80, ""},
        {46 * minute, NULL, 80, "HISTORY 08:14, 46 min ago | 0 returns to now"},
        {46 * minute, &fresh, 80, "HISTORY 08:14, 46 min ago; now: all normal | 0 returns to now"},
        {46 * minute, &old, 84,
            "HISTORY 08:14, 46 min ago; now: vector_db critical (2 min old) | 0 returns to now"},
        {46 * minute, &old, 70, "HISTORY 08:14, 46 min ago; now: vector_db critical (2 min old)"},
        {46 * minute, &old, 60, "HISTORY 08:14; now: vector_db critical (2 min old)"},
        {25 * 60 * minute, NULL, 80, "HISTORY Tue 2026-02-03 08:00 | 0 returns to now"},
    };
    struct scene s;
    start(&s);
    world_calm(&s.world);
    world_judge(&s.world);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct view_input input = input_of(&s, cases[i].columns);
        input.rows = 24;
        input.bindings = &s.world.config.bindings;
        input.present = cases[i].present;
        s.world.scope.at_ms = cases[i].ago_ms ? WORLD_NOW_MS - cases[i].ago_ms : 0;
        arena_reset(&s.arena);
        view_build(&s.view, &s.arena, &input);
        struct str bar;
        str_init(&bar);
        for (size_t k = 0; k < VIEW_BAR_PARTS; k++) {
            str_add(&bar, s.view.bar[k].text ? s.view.bar[k].text : "");
        }
        str_add(&bar, s.view.bar_end ? " | " : "");
        str_add(&bar, s.view.bar_end ? s.view.bar_end : "");
        assert_string_equal(bar.text, cases[i].bar);
        str_finish(&bar);
        assert_int_equal(s.view.bar_area.h, *cases[i].bar ? 1 : 0);
        bool past = cases[i].ago_ms > 0;
        assert_true((strcmp(s.view.stages.headings[COLUMN_NOW], "now") != 0) == past);
        assert_true((strcmp(s.view.stages.headings[COLUMN_TREND], "last 1h") != 0) == past);
        assert_true((s.view.summary.role != ROLE_OK) == past); // green would be an all-clear
    }
    // while a query is edited, keys are text, and so is a colon
    s.world.scope.at_ms = WORLD_NOW_MS - 46 * minute;
    struct view_input input = input_of(&s, 80);
    input.bindings = &s.world.config.bindings;
    s.state.page = PAGE_QUERY;
    s.state.query.edited = true;
    view_build(&s.view, &s.arena, &input);
    assert_non_null(strstr(s.view.bar_end, "Esc, then 0 returns to now"));
    s.state.page = PAGE_INCIDENT;
    s.state.query.edited = false;
    s.state.cursor_ms = WORLD_NOW_MS - 60 * minute;
    look(&s, 120);
    assert_string_equal(s.view.stages.headings[COLUMN_NOW], "08:00");
    assert_string_equal(s.view.stages.headings[COLUMN_TREND], "1h to 08:14");
    assert_string_equal(s.view.stages.headings[COLUMN_VERDICT], "verdict 08:14");
    stop(&s);
}

static void rows_are_in_order_of_trouble(void **state)
{
    (void)state;
    struct scene s;
    article(&s);
    look(&s, 120);
    assert_int_equal(s.view.stages.count, 3);
    assert_string_equal(name(&s, 0), "retrieval");
    assert_string_equal(name(&s, 1), "vector_db"); // below its parent
    assert_string_equal(name(&s, 2), "generation");
    assert_int_equal(s.view.tools.count, 2);
    assert_true(strstr(s.view.tools.rows[0].cells[COLUMN_NAME].text, "calculator"));
    stop(&s);

    start(&s);
    world_requests(&s.world, "retrieval", usually, usually);
    world_requests(&s.world, "vector_db", usually, usually);
    world_requests(&s.world, "generation", usually, (struct load){2, 1.8});
    look(&s, 120);
    assert_string_equal(name(&s, 0), "generation");
    assert_string_equal(name(&s, 1), "retrieval");
    assert_string_equal(name(&s, 2), "vector_db");
    stop(&s);

    // a child in trouble lifts its parent
    start(&s);
    world_requests(&s.world, "retrieval", usually, usually);
    world_requests(&s.world, "vector_db", usually, usually);
    world_requests(&s.world, "generation", usually, usually);
    world_pool(&s.world, "vector_db", 40, 97, 100);
    look(&s, 120);
    assert_string_equal(name(&s, 0), "retrieval");
    stop(&s);
}

static void every_cell_has_words(void **state)
{
    (void)state;
    struct scene s;
    article(&s);
    look(&s, 120);
    static const enum column columns[] = {COLUMN_MARK, COLUMN_NAME, COLUMN_NOW, COLUMN_USUAL,
        COLUMN_CHANGE, COLUMN_ERRORS, COLUMN_RATE, COLUMN_VERDICT};
    for (size_t i = 0; i < s.view.stages.count + s.view.tools.count; i++) {
        const struct view_row *row = i < s.view.stages.count
                                         ? &s.view.stages.rows[i]
                                         : &s.view.tools.rows[i - s.view.stages.count];
        for (size_t k = 0; k < sizeof columns / sizeof *columns; k++) {
            const struct view_cell *cell = &row->cells[columns[k]];
            assert_non_null(cell->text);
            assert_true(columns[k] == COLUMN_MARK || cell->text[0] != '\0');
            assert_true((int)cell->role < ROLE_COUNT);
        }
        assert_int_equal(row->trend.count, scope_grid(&s.world.scope, &s.world.plan).slots);
    }
    const struct view_row *row = &s.view.stages.rows[1];
    assert_string_equal(row->cells[COLUMN_MARK].text, "!!");
    assert_string_equal(row->cells[COLUMN_NOW].text, "1.7 s");
    assert_string_equal(row->cells[COLUMN_USUAL].text, "300 ms");
    assert_int_equal(row->cells[COLUMN_NAME].role, ROLE_CULPRIT);
    assert_int_equal(row->cells[COLUMN_NOW].role, ROLE_CRITICAL);
    assert_string_equal(s.view.stages.rows[2].cells[COLUMN_MARK].text, "");
    stop(&s);
}

// A bound is shown as one, and is whole.
static void a_bound_has_room(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    world_requests(&s.world, "vector_db", usually, usually);
    world_requests(&s.world, "generation", usually, usually);
    int signal = s.world.plan.stages[0].latency_signal;
    world_series(&s.world, signal, "le", "0.1", 1.96, 0.1);
    world_series(&s.world, signal, "le", "0.25", 2, 0.2);
    world_series(&s.world, signal, "le", "+Inf", 2, 2);
    world_series(&s.world, signal, "part", "sum", 0.1, 2);
    look(&s, 120);
    const struct view_row *row = &s.view.stages.rows[0];
    assert_string_equal(row->cells[COLUMN_NOW].text, ">=250ms");
    assert_true(strncmp(row->cells[COLUMN_CHANGE].text, ">=", 2) == 0);
    assert_true(utf8_width(row->cells[COLUMN_CHANGE].text) < 7);
    assert_non_null(strstr(s.view.summary.text, "at least 250 ms"));
    stop(&s);
}

static void wide_screens_name_metrics_beside_stages(void **state)
{
    (void)state;
    static const struct {
        int columns;
        const char *first, *second;
    } cases[] = {
        {200, "retrieval    kotaemon_retrieval_latency_seconds P95",
            "└ vector_db  vector_db_query_duration_seconds P95"},
        {150, "retrieval    kotaemon_retrieval_latency_seconds P95",
            "└ vector_db  vector_db_query_duration_seconds P95"},
        {120, "retrieval P95", "└ vector_db P95"},
        {40, "retrieval P95", "└ vector_db P95"},
    };
    struct scene s;
    article(&s);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        look(&s, cases[i].columns);
        const struct view_row *rows = s.view.stages.rows;
        assert_string_equal(rows[0].cells[COLUMN_NAME].text, cases[i].first);
        assert_string_equal(rows[1].cells[COLUMN_NAME].text, cases[i].second);
    }
    stop(&s);
}

// The sentence is not cut while lines stand empty.
static void the_verdict_takes_free_lines(void **state)
{
    (void)state;
    struct scene s;
    article(&s);
    world_judge(&s.world);
    int whole = 0;
    for (int rows = 6; rows < 30; rows++) {
        for (int columns = 36; columns < 100; columns += 4) {
            struct view_input input = input_of(&s, columns);
            input.rows = rows;
            arena_reset(&s.arena);
            view_build(&s.view, &s.arena, &input);
            const struct area *verdict = &s.view.panes[0].area;
            int wanted = verdict_pane_lines(&s.view, &input), end = 0;
            for (size_t i = 0; i < s.view.panes_count; i++) {
                const struct view_pane *pane = &s.view.panes[i];
                const struct area *area = pane->frame.h > 0 ? &pane->frame : &pane->area;
                end = area->y + area->h > end ? area->y + area->h : end;
            }
            if (verdict->h < wanted && end < s.view.status.y) {
                fail_msg("%dx%d: %d lines of %d, and the last one used is %d", columns, rows,
                    verdict->h, wanted, end);
            }
            whole += verdict->h == wanted;
        }
    }
    assert_true(whole > 100);
    stop(&s);
}

static void selection_moves_over_both_tables(void **state)
{
    (void)state;
    struct scene s;
    article(&s);
    look(&s, 120);
    const size_t rows = s.view.stages.count + s.view.tools.count;
    struct row_id at = s.view.stages.rows[0].id;
    for (size_t i = 1; i < rows; i++) {
        struct row_id next = view_step(&s.view, at, 1);
        assert_true(next.kind != at.kind || next.index != at.index);
        at = next;
    }
    assert_int_equal(at.kind, ROW_TOOL);
    assert_int_equal(at.index, s.view.tools.rows[1].id.index);
    struct row_id end = view_step(&s.view, at, 5);
    assert_true(end.kind == ROW_TOOL && end.index == at.index);
    struct row_id first = view_step(&s.view, at, -100);
    assert_int_equal(first.kind, ROW_STAGE);
    assert_int_equal(first.index, s.view.stages.rows[0].id.index);
    // the selected row keeps its stage, wherever it stands
    for (size_t i = 0; i < rows; i++) {
        s.state.selected = view_step(&s.view, first, (int)i);
        look(&s, 120);
        size_t selected = 0;
        for (size_t k = 0; k < rows; k++) {
            const struct view_row *row = k < s.view.stages.count
                                             ? &s.view.stages.rows[k]
                                             : &s.view.tools.rows[k - s.view.stages.count];
            selected += row->selected;
            assert_true(!row->selected || (row->id.kind == s.state.selected.kind &&
                                              row->id.index == s.state.selected.index));
        }
        assert_int_equal(selected, 1);
    }
    s.state.selected = (struct row_id){.index = -1};
    look(&s, 120);
    for (size_t i = 0; i < s.view.stages.count; i++) {
        assert_false(s.view.stages.rows[i].selected);
    }
    stop(&s);
}

// What is shown of a row beside it: a chart, or a heatmap.
static bool is_shown_beside(const struct scene *s, const char *title)
{
    bool any = false;
    for (size_t i = 0; i < s->view.panes_count; i++) {
        const struct view_pane *pane = &s->view.panes[i];
        bool beside = pane->kind == PANE_CHART || pane->kind == PANE_HEAT;
        any = any || (beside && pane->title && strstr(pane->title, title));
    }
    return any;
}

static void what_the_filter_hides_has_no_chart(void **state)
{
    (void)state;
    static const struct {
        enum row_kind selected;
        const char *filter, *title;
        bool shown;
    } cases[] = {
        {ROW_TOOL, "", "calculator", true},
        {ROW_TOOL, "calc", "calculator", true},
        {ROW_TOOL, "web", "calculator", false},
        {ROW_TOOL, "", "failed tool calls", true},
        {ROW_TOOL, "vector", "failed tool calls", false},
        {ROW_STAGE, "", "of vector_db", true},
        {ROW_STAGE, "vector", "of vector_db", true},
        {ROW_STAGE, "generation", "of vector_db", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene s;
        article(&s);
        world_tool_errors(&s.world, 0.01, 3);
        look(&s, 120);
        const struct view_table *t = cases[i].selected == ROW_TOOL ? &s.view.tools : &s.view.stages;
        const char *wanted = cases[i].selected == ROW_TOOL ? "calculator" : "vector_db";
        for (size_t k = 0; k < t->count; k++) {
            bool is = strstr(t->rows[k].cells[COLUMN_NAME].text, wanted);
            s.state.selected = is ? t->rows[k].id : s.state.selected;
        }
        snprintf(s.state.filter, sizeof s.state.filter, "%s", cases[i].filter);
        struct view_input input = input_of(&s, 120);
        input.rows = 60;
        arena_reset(&s.arena);
        view_build(&s.view, &s.arena, &input);
        if (is_shown_beside(&s, cases[i].title) != cases[i].shown) {
            fail_msg("/%s: %s", cases[i].filter, cases[i].title);
        }
        stop(&s);
    }
}

static void stepping_through_nothing(void **state)
{
    (void)state;
    const struct view empty = {0};
    struct row_id at = view_step(&empty, (struct row_id){.index = 3}, 1);
    assert_int_equal(at.index, 3);
}

static void tells_how_old_the_data_are(void **state)
{
    (void)state;
    static const struct {
        enum health health;
        int64_t answered_ago_ms; // -1: never
        bool stale;
        const char *age;
    } cases[] = {
        {HEALTH_OK, 0, false, "data < 15 s old"},
        {HEALTH_OK, 14000, false, "data < 15 s old"}, // the text stands still
        {HEALTH_OK, 30000, false, "data 30 s old"},
        {HEALTH_OK, 300000, true, "data 5 min old"},
        {HEALTH_LOST, 1000, true, "data"},
        {HEALTH_LOST, -1, true, "no data yet"},
        {REACH_ASKING, -1, false, "asking"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene s;
        article(&s);
        s.world.store.source.health = cases[i].health;
        s.world.store.source.answered_ms =
            cases[i].answered_ago_ms < 0 ? 0 : WORLD_NOW_MS - cases[i].answered_ago_ms;
        look(&s, 120);
        if (!strstr(s.view.age.text, cases[i].age) || s.view.panes[1].stale != cases[i].stale) {
            fail_msg("case %zu: '%s', stale %d", i, s.view.age.text, s.view.panes[1].stale);
        }
        stop(&s);
    }
}

static void counts_down_to_the_next_try(void **state)
{
    (void)state;
    struct scene s;
    article(&s);
    s.world.store.source.health = HEALTH_LOST;
    s.world.store.source.since_ms = WORLD_NOW_MS - 45000;
    s.world.store.source.retry_ms = WORLD_NOW_MS + 8000;
    snprintf(s.world.store.source.why, STORE_WHY_MAX, "connection refused");
    look(&s, 120);
    assert_true(strstr(s.view.summary.text, "connection refused"));
    assert_true(strstr(s.view.age.text, "retrying in 8 s"));
    assert_int_equal(s.view.summary.role, ROLE_UNKNOWN);
    stop(&s);
}

// The verdict cell of a table is too narrow for what is declared; what deviates comes first. A part
// has none of its own.
static void declared_signals_have_a_pane(void **state)
{
    (void)state;
    static const struct {
        const char *label, *value;
    } facts[] = {{"KV cache in use", "97 %, usually 40 %"}, {"waiting requests", "2, usually 2"},
        {"cost", "no data"}};
    static const char *const titles[] = {"signals", "signals of llm"};
    struct scene s = {.now_ms = WORLD_NOW_MS};
    world_init(&s.world, "stages: [{name: llm, latency: a_seconds, signals: {waiting: {queue: w}, "
                         "kv_cache: {gauge: k}, cost: {rate: c_total}}, "
                         "children: [{name: queue, latency: q_seconds}]}]\n");
    world_requests(&s.world, "llm", usually, usually);
    world_requests(&s.world, "queue", usually, usually);
    int first = s.world.plan.stages[0].declared_first;
    world_series(&s.world, first, NULL, NULL, 2, 2);
    world_series(&s.world, first + 1, NULL, NULL, 0.4, 0.97);
    s.state.page = PAGE_STAGE;
    for (int stage = 0; stage < 2; stage++) {
        s.state.selected = (struct row_id){.kind = ROW_STAGE, .index = stage};
        look(&s, 120);
        const struct view_pane *pane = NULL;
        for (size_t i = 0; i < s.view.panes_count; i++) {
            bool its = s.view.panes[i].title && strcmp(s.view.panes[i].title, titles[stage]) == 0;
            pane = its ? &s.view.panes[i] : pane;
        }
        assert_true(pane && pane->count == 3);
        for (size_t i = 0; pane && i < 3; i++) {
            assert_string_equal(pane->facts[i].label, facts[i].label);
            assert_string_equal(pane->facts[i].value.text, facts[i].value);
        }
        assert_int_equal(pane ? pane->facts[0].value.role : ROLE_NORMAL, ROLE_WARNING);
    }
    stop(&s);
}

// What nothing times is counted all the same: its row says what its page says.
static void what_has_no_latency_has_a_rate(void **state)
{
    (void)state;
    struct scene s = {.now_ms = WORLD_NOW_MS};
    world_init(&s.world, "stages: [{name: llm, requests: r_total, errors: e_total}]\n");
    world_series(&s.world, s.world.plan.stages[0].requests_signal, NULL, NULL, 3, 3);
    world_series(&s.world, s.world.plan.stages[0].errors_signal, NULL, NULL, 0, 0.03);
    look(&s, 160);
    bool said = false;
    for (size_t i = 0; s.view.stages.count > 0 && i < s.view.stages.columns_count; i++) {
        const char *text = s.view.stages.rows[0].cells[i].text;
        said = said || (text && strcmp(text, "3.0/s") == 0);
    }
    assert_true(said);
    stop(&s);
}

// One by one the cursor comes to what to look at next, and Enter asks that; the last row is a row
// of the tables.
static void the_next_steps_can_be_asked(void **state)
{
    (void)state;
    struct scene s;
    article(&s);
    look(&s, 120);
    const struct row_id last = view_step(&s.view, (struct row_id){.index = -1}, 1000);
    assert_int_not_equal(last.kind, ROW_STEP);
    const struct row_id step = view_step(&s.view, last, 1);
    assert_int_equal(step.kind, ROW_STEP);
    assert_true(page_has_row(&s.state, step));
    s.state.selected = step;
    look(&s, 120);
    const struct view_pane *pane = view_focused(&s.view);
    assert_non_null(pane->promql);
    assert_non_null(strstr(pane->promql, "vector_db"));
    assert_int_equal(page_incident.open(&s.view, &s.state).kind, PAGE_ACT_QUERY);
    stop(&s);
}

static int row_with(const struct view_table *t, size_t column, const char *text)
{
    for (size_t i = 0; i < t->count; i++) {
        if (strstr(t->rows[i].cells[column].text, text)) {
            return (int)i;
        }
    }
    return -1;
}

// Numbers take no more room than the widest of them, so that what they mean needs one line; what
// the verdict says as well comes last, and is seen with the last step.
static void the_next_steps_are_in_sight(void **state)
{
    (void)state;
    enum { NUMBER = 1, MEANING = 2 };
    struct scene s;
    article(&s);
    s.state.selected = (struct row_id){.kind = ROW_STEP};
    look(&s, 120);
    const struct view_pane *pane = view_focused(&s.view);
    const struct view_table *t = pane->table;
    int first = row_with(t, NUMBER, "next"), normal = row_with(t, NUMBER, "normal"), last = first;
    while (t->rows[last + 1].id.index >= 0) {
        last++;
    }
    assert_int_equal(t->columns[NUMBER].width, strlen("normal") + 1);
    assert_true(first > 0 && first < normal && last + 1 < (int)t->count);
    for (int i = 0; i < first; i++) {
        assert_string_not_equal(t->rows[i].cells[NUMBER].text, ""); // no second line of any
    }
    s.state.selected = t->rows[last].id;
    struct verdict *verdict = &s.world.diagnosis.verdict;
    for (int i = 0; i < 5; i++, verdict->evidence_count++) { // of many that are normal
        verdict->evidence[verdict->evidence_count] = verdict->evidence[verdict->evidence_count - 1];
    }
    int scrolled = 0;
    for (int rows = 20; rows < 50; rows++) {
        struct view_input input = input_of(&s, 120);
        input.rows = rows;
        arena_reset(&s.arena);
        view_build(&s.view, &s.arena, &input);
        t = view_focused(&s.view)->table;
        int room = view_table_room(view_focused(&s.view));
        scrolled += t->first > 0;
        assert_true(t->first == last || t->first + room >= (int)t->count);
    }
    assert_true(scrolled > 0);
    stop(&s);
}

// Where a screen has the lines, a query is seen whole, below what it is about.
static void steps_unfold_where_there_is_room(void **state)
{
    (void)state;
    enum { NUMBER = 1, MEANING = 2 };
    struct scene s;
    article(&s);
    s.state.selected = (struct row_id){.kind = ROW_STEP};
    world_judge(&s.world);
    int folded = 0, unfolded = 0;
    for (int rows = 24; rows < 70; rows++) {
        struct view_input input = input_of(&s, 80);
        input.rows = rows;
        arena_reset(&s.arena);
        view_build(&s.view, &s.arena, &input);
        const struct view_table *t = view_focused(&s.view)->table;
        int step = row_with(t, NUMBER, "next"), room = view_table_room(view_focused(&s.view));
        bool more = t->rows[step + 1].id.index < 0 && t->rows[step + 1].cells[NUMBER].text[0] == 0;
        bool whole = utf8_width(t->rows[step].cells[MEANING].text) <= 80 - 4;
        assert_true(whole == more && (!more || (int)t->count <= room));
        folded += !more;
        unfolded += more;
    }
    assert_true(folded > 0 && unfolded > 0);
    stop(&s);
}

// The name of the page that is shown is always there, and then those of pages with something wrong.
static void narrow_screens_name_the_pages_that_matter(void **state)
{
    (void)state;
    struct scene s;
    article(&s);
    world_judge(&s.world);
    struct verdict *verdict = &s.world.diagnosis.verdict;
    verdict->evidence_count = 0;
    show(&s, 80);
    assert_string_equal(s.view.tabs[0].name, "incident");
    assert_string_equal(s.view.tabs[1].name, "stage"); // the rest is in their order
    assert_string_equal(s.view.tabs[3].name, "tools"); // of the story, a tool is called too often
    s.world.diagnosis.stages[verdict->stage].gone =
        (struct stage_gone){.job = "db", .listed = 2, .down = 1};
    verdict->evidence[verdict->evidence_count++] =
        (struct evidence){.kind = EVIDENCE_TARGETS, .stage = verdict->stage, .a = 1, .b = 2};
    for (int columns = 60; columns < 160; columns++) {
        show(&s, columns);
        const struct view_tab *tabs = s.view.tabs, *last = &tabs[s.view.tabs_count - 1];
        bool news = last->news && (columns < 80 || (last->name && !strcmp(last->name, "targets")));
        bool other = columns == 80 && tabs[1].name;
        if (!tabs[0].name || !news || other || last->x + last->w > columns) {
            fail_msg("%d columns: the tabs end at %d", columns, last->x + last->w);
        }
    }
    for (size_t i = 0; i < s.view.tabs_count; i++) {
        bool news = strcmp(s.view.tabs[i].key, "4") == 0 || strcmp(s.view.tabs[i].key, "9") == 0;
        assert_int_equal(s.view.tabs[i].news, news);
    }
    stop(&s);
}

// On wide screens an address that is cut still says something, and a digit without a name little.
static void names_of_pages_come_before_the_whole_address(void **state)
{
    (void)state;
    enum { FROM = 100, ADDRESS = 8, GAPS = 5, LONGEST = sizeof " incident" - 1 };
    int lacking = 0;
    struct scene s;
    article(&s);
    s.state.page = PAGE_HELP;
    world_judge(&s.world);
    for (int columns = FROM; columns < FROM + 60; columns++) {
        struct view_input input = input_of(&s, columns);
        input.bindings = &s.world.config.bindings;
        arena_reset(&s.arena);
        view_build(&s.view, &s.arena, &input);
        const struct view_tab *last = &s.view.tabs[s.view.tabs_count - 1];
        int room = columns - last->x - last->w - GAPS - utf8_width(s.view.clock.text);
        for (size_t i = 0; i < s.view.tabs_count; i++) {
            lacking += !s.view.tabs[i].name;
            assert_true(s.view.tabs[i].name || room < ADDRESS + LONGEST);
        }
    }
    assert_true(lacking > 0);
    stop(&s);
}

// What has nothing before it in its row stands before the steps, of which it would be read as part.
static void what_has_no_number_is_no_step(void **state)
{
    (void)state;
    enum { NUMBER = 1, MEANING = 2 };
    struct scene s;
    article(&s);
    look(&s, 120);
    struct verdict *verdict = &s.world.diagnosis.verdict;
    verdict->evidence[verdict->evidence_count++] =
        (struct evidence){.kind = EVIDENCE_ROLLOUT, .stage = verdict->stage, .name = "qdrant"};
    verdict->evidence_more = 2;
    s.state.selected = (struct row_id){.kind = ROW_STEP};
    const struct view_input input = input_of(&s, 120);
    arena_reset(&s.arena);
    view_build(&s.view, &s.arena, &input);
    const struct view_table *t = view_focused(&s.view)->table;
    int step = row_with(t, NUMBER, "next"), changed = row_with(t, MEANING, "qdrant was changed");
    int more = row_with(t, MEANING, "and 2 more");
    assert_true(changed > 0 && changed < more && more < step);
    assert_string_equal(t->rows[changed].cells[NUMBER].text, "\u2013");
    stop(&s);
}

// The two numbers of a row have one unit, and since when it is so is left out before the reason.
static void walls_compare_like_with_like(void **state)
{
    (void)state;
    struct scene s;
    article(&s);
    s.state.page = PAGE_WALL;
    look(&s, 80);
    int timed = 0, brief = 0;
    for (size_t i = 0; i < s.view.panes_count; i++) {
        const struct view_pane *pane = &s.view.panes[i];
        if (pane->kind == PANE_BIG && strstr(pane->big->name.text, "P95")) {
            const char *detail = pane->big->detail.text, *briefer = pane->big->briefer;
            timed++;
            assert_non_null(strstr(pane->big->value.text, " s"));
            assert_non_null(strstr(detail, "usual 0."));
            assert_null(strstr(detail, " ms"));
            if (briefer) {
                brief++;
                assert_true(strlen(briefer) < strlen(detail));
                assert_string_equal(strrchr(briefer, ':'), strrchr(detail, ':'));
            }
        }
    }
    assert_true(timed >= 2 && brief >= 1);
    stop(&s);
}

// Pods are told apart by the ends of their names, so that no column cuts one.
static void events_name_whole_pods(void **state)
{
    (void)state;
    static const char pod[] = "kotaemon-agent-deployment-7f9c4d5b6d-x2x9k";
    struct scene s;
    article(&s);
    int stage = world_stage(&s.world, "vector_db");
    double started = (double)(WORLD_NOW_MS / 1000) - 600;
    world_series(&s.world, s.world.plan.stages[stage].starts_signal, "pod", pod, NAN, started);
    s.state.page = PAGE_STAGE;
    s.state.selected = (struct row_id){.kind = ROW_STAGE, .index = stage};
    look(&s, 80);
    int found = 0;
    for (size_t i = 0; i < s.view.panes_count; i++) {
        const struct view_pane *pane = &s.view.panes[i];
        for (size_t k = 0; pane->kind == PANE_FACTS && k < pane->count; k++) {
            if (strstr(pane->facts[k].value.text, pod)) {
                found++;
                assert_true(view_fact_place(pane, 80, k).wide);
            }
        }
    }
    assert_true(found > 0);
    stop(&s);
}

static void marks_the_verdict(void **state)
{
    (void)state;
    struct scene s;
    article(&s);
    look(&s, 120);
    assert_string_equal(s.view.mark.text, "!!");
    assert_int_equal(s.view.mark.role, ROLE_CRITICAL);
    stop(&s);
    start(&s);
    world_calm(&s.world);
    look(&s, 120);
    assert_string_equal(s.view.mark.text, "✓");
    assert_string_equal(s.view.block.badge, "OK");
    assert_null(strstr(s.view.block.lines[0].parts[0].text, "OK"));
    assert_non_null(strstr(s.view.summary.text, "OK: all "));
    assert_int_equal(s.view.mark.role, ROLE_OK);
    stop(&s);
    start(&s);
    look(&s, 120);
    assert_string_equal(s.view.mark.text, "?");
    stop(&s);
}

static void notices_by_importance(void **state)
{
    (void)state;
    struct scene s;
    article(&s);
    look(&s, 120);
    assert_null(s.view.notice.text);
    store_add_note(&s.world.store, "a query is slow");
    look(&s, 120);
    assert_string_equal(s.view.notice.text, "a query is slow");
    s.world.config.source.insecure = true;
    look(&s, 120);
    assert_true(strstr(s.view.notice.text, "TLS"));
    s.notice = "copied";
    look(&s, 120);
    assert_string_equal(s.view.notice.text, "copied");
    s.state.paused = true;
    look(&s, 120);
    assert_true(strstr(s.view.notice.text, "PAUSED"));
    stop(&s);
}

static void trends_have_gaps(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    world_requests(&s.world, "retrieval", (struct load){NAN, NAN}, usually);
    world_requests(&s.world, "generation", usually, (struct load){NAN, NAN});
    world_tool(&s.world, "search", 0.5, NAN);
    look(&s, 120);
    const struct view_input in = input_of(&s, 120);
    size_t gaps = 0;
    struct view_trend t = trend_of_stage(&s.arena, &in, world_stage(&s.world, "retrieval"));
    for (size_t i = 0; i < t.count; i++) {
        gaps += isnan(t.values[i]);
        assert_true(isnan(t.values[i]) || fabs(t.values[i] - 0.3) < 0.02);
    }
    assert_int_equal(t.count, 240);
    assert_int_equal(gaps, 200); // ten of sixty minutes are known
    assert_true(isnan(t.values[0]) && !isnan(t.values[239]));
    t = trend_of_stage(&s.arena, &in, world_stage(&s.world, "generation"));
    assert_true(!isnan(t.values[0]) && isnan(t.values[239]));
    t = trend_of_tool(&s.arena, &in, 0);
    assert_true(fabs(t.values[0] - 0.5) < 0.02 && isnan(t.values[239]));
    stop(&s);
}

/** Yesterday was like TIMES the values of today, with a gap in the middle. */
static void lay_over(struct scene *s, const char *stage, double times)
{
    struct signal_data *data =
        &s->world.store.signals[s->world.plan.stages[world_stage(&s->world, stage)].latency_signal];
    const struct matrix *live = &data->live;
    struct batch b = {0};
    store_begin_then(data, 1, live->step_ms, live->slots);
    const int64_t day = CLOCK_DAY_MS / live->step_ms;
    for (size_t i = 0; i < live->count; i++) {
        struct batch_series *to = batch_add(&b);
        labels_copy(&to->labels, &live->series[i].labels);
        for (int64_t slot = live->asked_first; slot <= live->asked_last; slot++) {
            double v = ring_get(&live->series[i].ring, slot);
            if (slot < live->asked_last - 100 || slot > live->asked_last - 90) {
                batch_add_sample(to, (slot - day) * live->step_ms, v * times);
            }
        }
    }
    matrix_merge(&data->then, &b, live->asked_first - day, live->asked_last - day);
    batch_finish(&b);
}

static const struct view_pane *chart_titled(const struct scene *s, const char *title)
{
    for (size_t i = 0; i < s->view.panes_count; i++) {
        const struct view_pane *pane = &s->view.panes[i];
        if (pane->kind == PANE_CHART && strcmp(pane->title, title) == 0) {
            return pane;
        }
    }
    fail_msg("no chart is called %s", title);
    return NULL;
}

static void another_day_is_laid_over_and_named(void **state)
{
    (void)state;
    struct scene s;
    article(&s);
    look(&s, 120);
    s.state.page = PAGE_STAGE;
    s.state.selected = (struct row_id){ROW_STAGE, world_stage(&s.world, "vector_db"), 0};
    look(&s, 120);
    assert_null(chart_titled(&s, "latency P95 (s), 5m")->then.text);
    s.state.compare_days = 1;
    look(&s, 120);
    assert_string_equal(chart_titled(&s, "latency P95 (s), 5m")->then.text, "yesterday: asking");
    lay_over(&s, "vector_db", 2); // twice the requests, as slow as today
    look(&s, 120);
    const struct view_chart *chart = chart_titled(&s, "latency P95 (s), 5m")->chart;
    assert_non_null(chart->then);
    assert_true(fabs(chart->then[0] - 0.3) < 0.02 && fabs(chart->then[239] - 1.7) < 0.02);
    assert_true(isnan(chart->then[240 - 95])); // a gap stays one
    assert_string_equal(chart_titled(&s, "latency P95 (s), 5m")->then.text, "yesterday 1.7 s");
    assert_string_equal(chart_titled(&s, "requests (/s), 5m")->then.text, "yesterday 4.0/s");
    s.state.cursor_ms = WORLD_NOW_MS;
    look(&s, 120);
    assert_string_equal(
        chart_titled(&s, "requests (/s), 5m")->then.text, "2.0/s, yesterday 4.0/s, -2.0/s");
    s.state.compare_days = 7; // of which nothing is known yet
    look(&s, 120);
    assert_string_equal(chart_titled(&s, "latency P95 (s), 5m")->then.text, "last week: asking");
    struct signal_data *data = &s.world.store.signals[s.world.plan.stages[1].latency_signal];
    const struct batch none = {0};
    store_begin_then(data, 7, data->live.step_ms, data->live.slots);
    int64_t week = data->live.asked_last - 7 * (CLOCK_DAY_MS / data->live.step_ms);
    matrix_merge(&data->then, &none, week - 239, week);
    look(&s, 120);
    assert_string_equal(chart_titled(&s, "latency P95 (s), 5m")->then.text, "last week: no data");
    assert_null(chart_titled(&s, "latency P95 (s), 5m")->chart->then);
    stop(&s);
}

static const char *message_of(const struct scene *s)
{
    for (size_t i = 0; i < s->view.panes_count; i++) {
        const struct view_pane *pane = &s->view.panes[i];
        if (pane->kind == PANE_ENTRIES && strstr(pane->entries[0].text.text, "exemplars")) {
            return pane->entries[0].text.text;
        }
    }
    return "";
}

static void finish_exemplars(void *data)
{
    exemplars_finish(data);
}

/** By number or name; the last one stays, and what is off is said. */
static void lines_are_turned_off_and_on(void **state)
{
    (void)state;
    struct scene s;
    article(&s);
    look(&s, 120);
    s.state.page = PAGE_STAGE;
    s.state.selected = (struct row_id){ROW_STAGE, world_stage(&s.world, "vector_db"), 0};
    look(&s, 120);
    const struct view_chart *chart = lines_chart(&s.view);
    assert_non_null(chart);
    assert_string_equal(lines_number(chart, 1)->name, "P95");
    assert_null(lines_number(chart, 4));
    assert_int_equal(lines_find(chart, "P99"), 3);
    assert_int_equal(lines_find(chart, "P90"), 0);
    assert_null(chart_titled(&s, "latency P95 (s), 5m")->off);
    assert_true(lines_turn(&s.state, chart, lines_number(chart, 1)));
    look(&s, 120);
    assert_true(lines_turn(&s.state, lines_chart(&s.view), lines_number(lines_chart(&s.view), 3)));
    look(&s, 120);
    chart = lines_chart(&s.view);
    assert_string_equal(chart_titled(&s, "latency P95 (s), 5m")->off, "P95, P99 off");
    assert_true(lines_number(chart, 1)->off && !lines_number(chart, 2)->off);
    assert_false(lines_turn(&s.state, chart, lines_number(chart, 2)));
    assert_true(lines_turn(&s.state, chart, lines_number(chart, 1)));
    look(&s, 120);
    assert_string_equal(chart_titled(&s, "latency P95 (s), 5m")->off, "P99 off");
    stop(&s);
}

static void exemplars_are_listed_or_why_not(void **state)
{
    (void)state;
    struct scene s;
    article(&s);
    look(&s, 120);
    int stage = world_stage(&s.world, "vector_db");
    struct slot *slot = &s.world.store.slots[FEED_EXEMPLARS];
    s.state.page = PAGE_STAGE;
    s.state.selected = (struct row_id){ROW_STAGE, stage, 0};
    look(&s, 120);
    assert_string_equal(message_of(&s), ""); // nobody asked
    s.state.exemplars = true;
    look(&s, 120);
    assert_string_equal(message_of(&s), "exemplars: asking …");
    slot->subject = stage;
    slot->condition = CONDITION_REFUSED;
    snprintf(slot->why, sizeof slot->why, "404 Not Found");
    look(&s, 120);
    assert_string_equal(message_of(&s), "exemplars: unavailable: 404 Not Found");
    slot->condition = CONDITION_ABSENT;
    snprintf(s.world.store.source.server, sizeof s.world.store.source.server, "VictoriaMetrics");
    look(&s, 120);
    assert_string_equal(
        message_of(&s), "exemplars: unavailable, VictoriaMetrics does not store them");
    slot->condition = CONDITION_ANSWERED;
    look(&s, 120);
    assert_non_null(strstr(message_of(&s), "--enable-feature=exemplar-storage"));
    s.world.plan.stages[stage].kind = LATENCY_MEAN;
    look(&s, 120);
    assert_non_null(strstr(message_of(&s), "only histograms have them"));
    s.world.plan.stages[stage].kind = LATENCY_CLASSIC;

    struct exemplars *list = mem_zalloc(1, sizeof *list);
    store_fill_slot(&s.world.store, FEED_EXEMPLARS, list, finish_exemplars);
    exemplars_add(
        list, (struct exemplar){mem_strdup("slow"), mem_strdup("p"), 1.9, WORLD_NOW_MS - 60000});
    exemplars_add(list, (struct exemplar){mem_strdup("fast"), NULL, 0.3, WORLD_NOW_MS});
    s.state.selected = (struct row_id){ROW_EXEMPLAR, 1, 0};
    s.state.subject = stage;
    look(&s, 120);
    const struct view_table *t = NULL;
    for (size_t i = 0; i < s.view.panes_count; i++) {
        t = s.view.panes[i].kind == PANE_TABLE && !t ? s.view.panes[i].table : t;
    }
    if (!t) {
        fail();
        return;
    }
    assert_int_equal(t->count, 2);
    assert_string_equal(t->headings[1], "2 exemplars of vector_db");
    assert_string_equal(t->rows[0].cells[1].text, "slow");
    assert_string_equal(t->rows[0].cells[2].text, "1.9 s");
    assert_string_equal(t->rows[1].cells[5].text, "-");
    assert_true(t->rows[1].selected && !t->rows[0].selected);
    const struct view_chart *chart = chart_titled(&s, "latency P95 (s), 5m")->chart;
    assert_int_equal(chart->points_count, 2);
    assert_true(chart->points[1].selected && chart->points[1].value == 0.3); // drawn last
    stop(&s);
}

static const char *only_message(const struct scene *s)
{
    for (size_t i = 0; i < s->view.panes_count; i++) {
        if (s->view.panes[i].kind == PANE_ENTRIES) {
            return s->view.panes[i].entries[0].text.text;
        }
    }
    return "";
}

/** Answers who serves STAGE: COUNT pods alike. */
static void answer_pods(struct scene *s, int stage, size_t count)
{
    static const char *const bounds[] = {"0.1", "0.5", "+Inf"};
    struct signal_data *data = &s->world.store.signals[s->world.plan.stages[stage].pods_signal];
    struct batch b = {0};
    world_judge(&s->world);
    int64_t slot = matrix_slot(&data->live, WORLD_NOW_MS);
    for (size_t i = 0; i < count * 3; i++) {
        char name[32];
        snprintf(name, sizeof name, "pod-%zu", i / 3);
        struct batch_series *series = batch_add(&b);
        labels_set(&series->labels, "pod", name);
        labels_set(&series->labels, "instance", "10.0.0.1:80");
        labels_set(&series->labels, "le", bounds[i % 3]);
        batch_add_sample(series, slot * data->live.step_ms, i % 3 > 0 ? 2 : 0);
    }
    matrix_merge(&data->live, &b, slot, slot);
    batch_finish(&b);
    data->condition = CONDITION_ANSWERED;
    data->now_ms = WORLD_NOW_MS;
}

static const struct view_pane *table_of_pods(const struct scene *s)
{
    for (size_t i = 0; i < s->view.panes_count; i++) {
        const struct view_pane *pane = &s->view.panes[i];
        if (pane->kind == PANE_TABLE && pane->table->rows[0].id.kind == ROW_POD) {
            return pane;
        }
    }
    fail_msg("there are no pods");
    return NULL;
}

static bool has_cell(const struct view_table *t, const char *text)
{
    bool has = false;
    for (size_t k = 0; k < t->columns_count; k++) {
        has = has || (t->rows[0].cells[k].text && strcmp(t->rows[0].cells[k].text, text) == 0);
    }
    return has;
}

// That they are there is all that is known of them: no latency, and nothing to be like.
static void pods_of_what_nothing_times_are_listed(void **state)
{
    (void)state;
    struct scene s = {.now_ms = WORLD_NOW_MS};
    world_init(&s.world, "stages:\n  - {name: llm, latency: llm_seconds}\n"
                         "  - {name: gpu, signals: {busy: {ratio: gpu_busy}}}\n");
    int stage = world_stage(&s.world, "gpu");
    s.state.page = PAGE_PODS;
    s.state.selected = (struct row_id){ROW_STAGE, stage, 0};
    answer_pods(&s, stage, 2);
    show(&s, 160);
    const struct view_table *t = table_of_pods(&s)->table;
    assert_int_equal(t->count, 2);
    assert_true(has_cell(t, "pod-0"));
    assert_string_equal(t->rows[0].cells[t->columns_count - 1].text, "-");
    assert_string_equal(t->rows[0].cells[0].text, "");
    for (size_t i = 0; i < s.view.panes_count; i++) {
        assert_int_not_equal(s.view.panes[i].kind, PANE_CHART);
    }
    stop(&s);
}

/** In the span there was `old`, which went 20 minutes ago, and since CAME minutes ago the pod-0. */
static void add_past_of_pods(struct scene *s, int stage, int came)
{
    const int64_t minute_ms = 60 * 1000;
    struct signal_data *data = &s->world.store.signals[s->world.plan.stages[stage].pods_signal];
    struct batch b = {0};
    struct batch_series *old = batch_add(&b), *now = batch_add(&b);
    labels_set(&old->labels, "pod", "old");
    labels_set(&now->labels, "pod", "pod-0");
    for (int ago = 50; ago >= 0; ago--) {
        int64_t at_ms = WORLD_NOW_MS - ago * minute_ms;
        if (ago >= 20) {
            batch_add_sample(old, at_ms, 0.25);
        }
        if (ago <= came) {
            batch_add_sample(now, at_ms, 0.25);
        }
    }
    matrix_init(&data->each, minute_ms, 62);
    int64_t slot = matrix_slot(&data->each, WORLD_NOW_MS);
    matrix_merge(&data->each, &b, slot - 60, slot);
    batch_finish(&b);
}

// After a rollout the pods that it replaced are of no interest; where none came in their place,
// that they are gone is what matters.
static void pods_that_were_replaced_stand_last(void **state)
{
    (void)state;
    for (int replaced = 0; replaced < 2; replaced++) {
        struct scene s;
        article(&s);
        int stage = world_stage(&s.world, "retrieval");
        s.state.page = PAGE_PODS;
        s.state.selected = (struct row_id){ROW_STAGE, stage, 0};
        answer_pods(&s, stage, 1);
        add_past_of_pods(&s, stage, replaced ? 25 : 50);
        show(&s, 160);
        const struct view_table *t = table_of_pods(&s)->table;
        assert_int_equal(t->count, 2);
        const struct view_cell *cells = t->rows[replaced].cells;
        assert_string_equal(cells[1].text, "old");
        assert_int_equal(cells[0].text && *cells[0].text, !replaced);
        const char *said = cells[t->columns_count - 1].text;
        assert_non_null(strstr(said, replaced ? "gone at 08:3" : "no data since 08:3"));
        s.state.page = PAGE_POD;
        s.state.selected = t->rows[replaced].id;
        s.state.subject = stage;
        show(&s, 160);
        bool says = false;
        for (size_t i = 0; i < s.view.panes_count; i++) {
            const struct view_pane *pane = &s.view.panes[i];
            says = says ||
                   (pane->kind == PANE_ENTRIES && pane->count > 0 && pane->entries[0].text.text &&
                       strstr(pane->entries[0].text.text, "This pod is gone"));
        }
        assert_true(says);
        stop(&s);
    }
}

// Nothing can be said of one alone by what the others do.
static void one_pod_is_the_only_one(void **state)
{
    (void)state;
    for (size_t count = 1; count < 3; count++) {
        struct scene s;
        article(&s);
        int stage = world_stage(&s.world, "retrieval");
        s.state.page = PAGE_PODS;
        s.state.selected = (struct row_id){ROW_STAGE, stage, 0};
        answer_pods(&s, stage, count);
        show(&s, 160);
        const struct view_table *t = table_of_pods(&s)->table;
        bool one = count == 1;
        assert_string_equal(
            t->headings[1], one ? "only instance of retrieval" : "2 pods of retrieval");
        assert_int_equal(has_cell(t, "the only instance"), one);
        assert_int_equal(has_cell(t, "like its peers"), !one);
        assert_int_equal(has_cell(t, "1.0×"), !one);
        stop(&s);
    }
}

// A query to be copied asks by the label that there is, not by all that there could be.
static void a_query_names_the_label_of_pods_that_there_is(void **state)
{
    (void)state;
    struct scene s;
    article(&s);
    int stage = world_stage(&s.world, "retrieval");
    s.state.page = PAGE_PODS;
    s.state.selected = (struct row_id){ROW_STAGE, stage, 0};
    answer_pods(&s, stage, 2);
    show(&s, 160);
    assert_non_null(strstr(table_of_pods(&s)->promql, "sum by (pod, le)"));
    const struct words words = world_words(&s.world);
    const char *raw = words_promql(&words, s.world.plan.stages[stage].pods_signal);
    assert_non_null(strstr(raw, "pod_name"));
    stop(&s);
}

// Tools have no pods: beside one, the page is about the stage that was selected before.
static void a_tool_leads_to_the_pods_of_a_stage(void **state)
{
    (void)state;
    struct scene s;
    article(&s);
    int stage = world_stage(&s.world, "generation");
    s.state.page = PAGE_PODS;
    s.state.subject = stage;
    s.state.selected = (struct row_id){ROW_TOOL, 0, 0};
    answer_pods(&s, stage, 2);
    show(&s, 160);
    assert_string_equal(table_of_pods(&s)->table->headings[1], "2 pods of generation");
    struct wants wants = {0};
    page_entry(PAGE_PODS)->wants(&s.state, &wants);
    assert_true(wants.count > 0 && wants.items[0].subject == stage);
    wants_finish(&wants);
    stop(&s);
}

// Nobody is to read "none" where nobody answered.
static void what_is_not_known_says_why(void **state)
{
    (void)state;
    struct scene s;
    article(&s);
    int stage = world_stage(&s.world, "retrieval");
    struct store *store = &s.world.store;
    struct signal_data *pods = &store->signals[s.world.plan.stages[stage].pods_signal];
    s.state.page = PAGE_PODS;
    s.state.selected = (struct row_id){ROW_STAGE, stage, 0};
    pods->condition = CONDITION_ASKING;
    look(&s, 120);
    assert_string_equal(only_message(&s), "The pods of retrieval: asking …");
    store->source.health = HEALTH_LOST;
    look(&s, 120);
    assert_string_equal(only_message(&s), "The pods of retrieval: no answer");
    pods->condition = CONDITION_REFUSED;
    snprintf(pods->why, sizeof pods->why, "too many samples");
    look(&s, 120);
    assert_string_equal(only_message(&s), "The pods of retrieval: query error: too many samples");
    pods->condition = CONDITION_ANSWERED;
    look(&s, 120);
    assert_non_null(strstr(only_message(&s), "`pod` or `instance` label"));
    store->source.scraped = true;
    look(&s, 120);
    assert_non_null(strstr(only_message(&s), "ragtop scrapes this one target itself"));
    stop(&s);
}

static void the_cursor_reads_tables_and_facts(void **state)
{
    (void)state;
    struct scene s;
    article(&s);
    world_errors(&s.world, "retrieval", 0.02, 0.8);
    world_pool(&s.world, "vector_db", 40, 97, 100);
    look(&s, 120);
    const struct view_row *row = &s.view.stages.rows[0];
    assert_string_equal(row->cells[COLUMN_NOW].text, "1.8 s");
    assert_string_equal(row->cells[COLUMN_ERRORS].text, "40.0 %");
    assert_string_equal(s.view.stages.headings[COLUMN_NOW], "now");
    s.state.cursor_ms = WORLD_NOW_MS - 30 * 60 * 1000; // before it happened
    look(&s, 120);
    row = &s.view.stages.rows[0];
    assert_string_equal(s.view.stages.headings[COLUMN_NOW], "08:30");
    assert_string_equal(s.view.stages.headings[COLUMN_VERDICT], "verdict now");
    assert_true(fabs(row->cells[COLUMN_NOW].value - 0.3) < 0.02);
    assert_int_equal(row->cells[COLUMN_NOW].role, ROLE_STRONG); // as usual then
    assert_true(fabs(row->cells[COLUMN_ERRORS].value - 0.01) < 0.002);
    assert_string_equal(row->cells[COLUMN_MARK].text, "!!"); // the verdict is that of now
    assert_string_equal(s.view.tools.headings[COLUMN_NOW], "08:30");
    for (size_t i = 0; i < s.view.tools.count; i++) { // calls per question, then
        double calls = s.view.tools.rows[i].cells[COLUMN_NOW].value;
        if (fabs(calls - 0.3) > 0.03) {
            fail_msg("%g", calls);
        }
    }
    s.state.page = PAGE_STAGE;
    s.state.selected = (struct row_id){ROW_STAGE, world_stage(&s.world, "vector_db"), 0};
    look(&s, 120);
    const struct view_pane *facts = &s.view.panes[0];
    assert_int_equal(facts->kind, PANE_FACTS);
    assert_string_equal(facts->facts[0].label, "at");
    assert_string_equal(facts->facts[0].value.text, "08:30:00");
    assert_true(fabs(strtod(facts->facts[1].value.text, NULL) - 300) < 10); // ms
    bool pool = false;
    for (size_t i = 0; i < facts->count; i++) {
        assert_true(strcmp(facts->facts[i].label, "blame") != 0); // known of now alone
        pool = pool || strstr(facts->facts[i].value.text, " of 100, usually 4");
    }
    assert_true(pool);
    s.state.cursor_ms = WORLD_NOW_MS - 59 * 60 * 1000 - CLOCK_DAY_MS; // nothing is known of it
    s.state.page = PAGE_INCIDENT;
    look(&s, 120);
    assert_string_equal(s.view.stages.rows[0].cells[COLUMN_NOW].text, "-");
    stop(&s);
}

static void the_cursor_knows_what_was_too_fast(void **state)
{
    (void)state;
    static const struct {
        int64_t ago_min; // 0: no cursor
        enum role role;
    } cases[] = {{0, ROLE_WARNING}, {5, ROLE_WARNING}, {30, ROLE_STRONG}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene s;
        article(&s);
        world_requests(&s.world, "retrieval", (struct load){2, 0.3}, (struct load){2, 0.3});
        world_requests(&s.world, "vector_db", (struct load){2, 0.25}, (struct load){2, 0.25});
        world_requests(&s.world, "generation", (struct load){2, 0.55}, (struct load){2, 0.02});
        s.state.cursor_ms =
            cases[i].ago_min ? WORLD_NOW_MS - cases[i].ago_min * CLOCK_MINUTE_MS : 0;
        look(&s, 120);
        const struct view_row *row = &s.view.stages.rows[0];
        assert_string_equal(row->cells[COLUMN_NAME].text, "generation P95");
        assert_int_equal(row->cells[COLUMN_NOW].role, cases[i].role);
        stop(&s);
    }
}

/** What is kept is the same as what is found again, until something changes. */
static void trends_are_kept_while_nothing_changes(void **state)
{
    (void)state;
    struct scene s;
    article(&s);
    look(&s, 120);
    struct trend_cache cache = {0};
    struct view_input in = input_of(&s, 120);
    int stage = world_stage(&s.world, "vector_db");
    struct view_trend fresh = trend_of_stage(&s.arena, &in, stage);
    in.cache = &cache;
    struct view_trend first = trend_of_stage(&s.arena, &in, stage);
    struct view_trend again = trend_of_stage(&s.arena, &in, stage);
    assert_int_equal(again.count, fresh.count);
    for (size_t i = 0; i < fresh.count; i++) {
        bool gap = isnan(fresh.values[i]);
        assert_true(gap ? isnan(again.values[i]) : again.values[i] == fresh.values[i]);
        assert_true(gap ? isnan(first.values[i]) : first.values[i] == fresh.values[i]);
    }
    assert_ptr_equal(again.values, trend_of_stage(&s.arena, &in, stage).values);
    assert_true(again.usual == fresh.usual && again.critical == fresh.critical);
    s.state.range = (struct view_range){WORLD_NOW_MS - 1200000, WORLD_NOW_MS - 600000};
    struct view_trend shorter = trend_of_stage(&s.arena, &in, stage);
    assert_int_equal(shorter.count, 41);
    assert_true(shorter.values[0] == fresh.values[239 - 80]);
    s.world.store.version++;
    assert_ptr_not_equal(shorter.values, trend_of_stage(&s.arena, &in, stage).values);
    trend_memo_finish(&cache);
    stop(&s);
}

static void trends_know_their_limits(void **state)
{
    (void)state;
    struct scene s;
    article(&s);
    look(&s, 120);
    const struct view_input in = input_of(&s, 120);
    struct view_trend t = trend_of_stage(&s.arena, &in, world_stage(&s.world, "vector_db"));
    assert_true(fabs(t.usual - 0.3) < 0.02);
    assert_true(t.warning > t.usual && t.critical >= 2.9 * t.usual);
    assert_true(t.values[239] > t.critical);
    stop(&s);
    start(&s); // without history there is none
    s.world.days = 0;
    s.world.has_recent = s.world.has_span = false;
    world_requests(&s.world, "vector_db", usually, usually);
    look(&s, 120);
    const struct view_input unknown = input_of(&s, 120);
    t = trend_of_stage(&s.arena, &unknown, world_stage(&s.world, "vector_db"));
    assert_true(isnan(t.usual) && isnan(t.warning) && isnan(t.critical));
    stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_told_apart),
        cmocka_unit_test(the_clock_is_that_of_the_server),
        cmocka_unit_test(the_past_is_marked_as_such),
        cmocka_unit_test(walls_show_what_is_known),
        cmocka_unit_test(walls_say_who_and_how_long),
        cmocka_unit_test(what_has_no_room_is_counted),
        cmocka_unit_test(rows_are_in_order_of_trouble),
        cmocka_unit_test(every_cell_has_words),
        cmocka_unit_test(a_bound_has_room),
        cmocka_unit_test(wide_screens_name_metrics_beside_stages),
        cmocka_unit_test(the_verdict_takes_free_lines),
        cmocka_unit_test(selection_moves_over_both_tables),
        cmocka_unit_test(what_the_filter_hides_has_no_chart),
        cmocka_unit_test(stepping_through_nothing),
        cmocka_unit_test(tells_how_old_the_data_are),
        cmocka_unit_test(counts_down_to_the_next_try),
        cmocka_unit_test(declared_signals_have_a_pane),
        cmocka_unit_test(what_has_no_latency_has_a_rate),
        cmocka_unit_test(the_next_steps_can_be_asked),
        cmocka_unit_test(steps_unfold_where_there_is_room),
        cmocka_unit_test(narrow_screens_name_the_pages_that_matter),
        cmocka_unit_test(the_next_steps_are_in_sight),
        cmocka_unit_test(names_of_pages_come_before_the_whole_address),
        cmocka_unit_test(what_has_no_number_is_no_step),
        cmocka_unit_test(walls_compare_like_with_like),
        cmocka_unit_test(events_name_whole_pods),
        cmocka_unit_test(marks_the_verdict),
        cmocka_unit_test(notices_by_importance),
        cmocka_unit_test(trends_have_gaps),
        cmocka_unit_test(another_day_is_laid_over_and_named),
        cmocka_unit_test(lines_are_turned_off_and_on),
        cmocka_unit_test(exemplars_are_listed_or_why_not),
        cmocka_unit_test(one_pod_is_the_only_one),
        cmocka_unit_test(pods_of_what_nothing_times_are_listed),
        cmocka_unit_test(pods_that_were_replaced_stand_last),
        cmocka_unit_test(a_query_names_the_label_of_pods_that_there_is),
        cmocka_unit_test(a_tool_leads_to_the_pods_of_a_stage),
        cmocka_unit_test(what_is_not_known_says_why),
        cmocka_unit_test(the_cursor_reads_tables_and_facts),
        cmocka_unit_test(the_cursor_knows_what_was_too_fast),
        cmocka_unit_test(trends_are_kept_while_nothing_changes),
        cmocka_unit_test(trends_know_their_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
