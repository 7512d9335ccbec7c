#include "pages/pages.h"
#include "view/fleet_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "endpoint/endpoint.h"
#include "unit/world.h"

enum { MOST = 5 };

static const struct load usually = {2, 0.3};

/** Several worlds as sources, and what is seen of them. */
struct scene {
    struct world worlds[MOST];
    struct view_source sources[MOST];
    size_t count;
    struct arena arena;
    struct view_state state;
    struct view view;
    struct str text;
    int rows;
};

/** What a source is like, by a letter: calm, slow, fails somewhat, lost, asking, nothing there. */
static void add(struct scene *s, const char *name, char like)
{
    struct world *w = &s->worlds[s->count];
    world_init(w, world_article);
    w->store.source.answered_ms = WORLD_NOW_MS;
    w->store.source.health = HEALTH_OK;
    if (like == 'c' || like == 'l') {
        world_calm(w);
    } else if (like == 's' || like == 'b') {
        world_requests(w, "retrieval", usually, (struct load){2, 1.8});
        world_requests(w, "vector_db", (struct load){2, 0.25}, (struct load){2, 1.7});
        world_requests(w, "generation", usually, usually);
    } else if (like == 'w') {
        world_requests(w, "retrieval", usually, (struct load){2, 0.7});
        world_requests(w, "vector_db", (struct load){2, 0.25}, (struct load){2, 0.65});
        world_requests(w, "generation", usually, usually);
    }
    if (like == 'l' || like == 'b' || like == 'n') { // lost: calm before, bad before, never there
        w->store.source.health = HEALTH_LOST;
        w->store.source.answered_ms = like == 'n' ? 0 : WORLD_NOW_MS - 60000;
        w->store.source.retry_ms = WORLD_NOW_MS + 4500;
        snprintf(w->store.source.why, sizeof w->store.source.why, "h:1 does not answer");
    }
    world_judge(w);
    if (like == 'a') {
        w->diagnosis.verdict.condition = VERDICT_ASKING;
    }
    endpoint_set_text(&w->config.source.url, name);
    s->sources[s->count] = (struct view_source){.name = name, .words = world_words(w)};
    s->count++;
}

/** Sources a, b, c ... that are LIKE. */
static void start(struct scene *s, const char *like)
{
    static const char *const names[MOST] = {"eu", "us", "ap", "sa", "af"};
    *s = (struct scene){.state = {.selected = {.index = -1}}, .rows = 0};
    str_init(&s->text);
    for (; *like; like++) {
        add(s, names[s->count], *like);
    }
}

static void look(struct scene *s)
{
    const struct view_input in = {.words = s->sources[s->state.selected.source].words,
        .sources = s->sources,
        .sources_count = s->count,
        .at = s->state.selected.source,
        .state = &s->state,
        .now_ms = WORLD_NOW_MS,
        .columns = 120,
        .rows = s->rows,
        .bindings = &s->worlds[0].config.bindings};
    arena_reset(&s->arena);
    view_build(&s->view, &s->arena, &in);
}

static void stop(struct scene *s)
{
    arena_finish(&s->arena);
    str_finish(&s->text);
    for (size_t i = 0; i < s->count; i++) {
        world_finish(&s->worlds[i]);
    }
}

static void the_worst_is_the_first_of_the_worst(void **state)
{
    (void)state;
    static const struct {
        const char *like;
        int worst;
    } cases[] = {{"c", 0}, {"cc", 0}, {"cs", 1}, {"ss", 0}, {"lcs", 2}, {"cl", 1}, {"wsc", 1},
        {"lw", 1}, {"ca", 1}, {"al", 1}, {"lb", 1}, {"bw", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene s;
        start(&s, cases[i].like);
        if (fleet_worst(s.sources, s.count) != cases[i].worst) {
            fail_msg("%s: %d", cases[i].like, fleet_worst(s.sources, s.count));
        }
        stop(&s);
    }
}

static void each_fares_in_a_clause(void **state)
{
    (void)state;
    static const struct {
        const char *like, *clause, *mark;
    } cases[] = {{"c", "normal", "✓"}, {"s", "critical: vector_db", "!!"},
        {"w", "warning: vector_db", "!"}, {"a", "asking …", ""},
        {"l", "unreachable: h:1 does not answer, retry in 5 s", "?"},
        {"b", "unreachable: h:1 does not answer, retry in 5 s; before: vector_db", "?"},
        {"x", "no data", "?"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene s;
        start(&s, cases[i].like);
        fleet_add_state(&s.text, &s.sources[0].words, WORLD_NOW_MS);
        assert_string_equal(s.text.text, cases[i].clause);
        assert_string_equal(fleet_mark(&s.sources[0].words).text, cases[i].mark);
        stop(&s);
    }
}

static void one_sentence_is_about_all(void **state)
{
    (void)state;
    static const struct {
        const char *like, *begin, *end;
    } cases[] = {
        {"cc", "OK: all 2 sources normal (1,", " requests)."},
        {"aa", "Asking 2 sources", " …"},
        {"cs", "us: vector_db is the culprit: ", " Others: eu normal."},
        {"scc", "eu: vector_db is the culprit: ", " The 2 others: all normal."},
        {"sws", "eu: vector_db is the culprit: ", " Others: ap critical, us warning."},
        {"swwc", "eu: vector_db", " Others: 2 warnings, sa normal."},
        {"slxca", "eu: vector_db", " Others: 2 unknown, af asking, sa normal."},
        {"cl", "us: Cannot reach Prometheus: h:1 does not answer.", " Others: eu normal."},
        {"sl", "eu: vector_db", " Others: us unreachable."},
        {"ac", "eu: Asking …", " Others: us normal."},
        {"s", "eu: vector_db is the culprit: ", "."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene s;
        start(&s, cases[i].like);
        fleet_add_summary(&s.text, s.sources, s.count, fleet_worst(s.sources, s.count));
        size_t end = strlen(cases[i].end);
        bool good = strncmp(s.text.text, cases[i].begin, strlen(cases[i].begin)) == 0 &&
                    s.text.len > end && strcmp(s.text.text + s.text.len - end, cases[i].end) == 0;
        if (!good) {
            fail_msg("%s: '%s'", cases[i].like, s.text.text);
        }
        look(&s);
        assert_string_equal(s.view.summary.text, s.text.text);
        stop(&s);
    }
}

/** The table as a line: the names of headings, and a dot for every row below. */
static const char *shape(struct scene *s)
{
    str_clear(&s->text);
    for (size_t i = 0; i < s->view.stages.count; i++) {
        const struct view_row *row = &s->view.stages.rows[i];
        str_add(&s->text, row->heading ? row->cells[COLUMN_NAME].text : ".");
    }
    return s->text.text;
}

static void groups_are_in_order(void **state)
{
    (void)state;
    static const struct {
        const char *like, *shape;
    } cases[] = {{"cc", "eu...us..."}, {"cs", "us...eu..."}, {"clsc", "ap...us...eu...sa..."},
        {"cn", "useu..."}, {"c", "..."}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene s;
        start(&s, cases[i].like);
        for (int column = 0; column < COLUMN_VERDICT; column++) { // whatever rows are sorted by
            s.state.sort[PAGE_INCIDENT] =
                (struct view_sort){.column = column, .inverted = column % 2};
            look(&s);
            assert_string_equal(shape(&s), cases[i].shape);
        }
        stop(&s);
    }
}

static void rows_know_their_source(void **state)
{
    (void)state;
    struct scene s;
    start(&s, "cs");
    look(&s);
    int source = -1;
    for (size_t i = 0; i < s.view.stages.count; i++) {
        const struct view_row *row = &s.view.stages.rows[i];
        source = row->heading ? row->id.source : source;
        assert_int_equal(row->id.source, source);
    }
    // the selection stays on its row when the order changes
    s.state.selected = (struct row_id){ROW_STAGE, 1, 0};
    look(&s);
    size_t selected = 0;
    for (size_t i = 0; i < s.view.stages.count; i++) {
        const struct view_row *row = &s.view.stages.rows[i];
        selected += row->selected;
        assert_int_equal(row->selected, view_same_row(row->id, s.state.selected));
    }
    assert_int_equal(selected, 1);
    stop(&s);
}

static void sources_are_found_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *filter, *shape;
    } cases[] = {
        {"us", "us..."}, {"!eu", "us..."}, {"unreachable", "us..."}, {"generation", "us.eu."}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene s;
        start(&s, "cl");
        snprintf(s.state.filter, sizeof s.state.filter, "%s", cases[i].filter);
        look(&s);
        if (i == 2) { // the heading alone is about that
            assert_string_equal(shape(&s), "us");
        } else {
            assert_string_equal(shape(&s), cases[i].shape);
        }
        stop(&s);
    }
}

static void what_fares_well_is_folded_where_room_is_short(void **state)
{
    (void)state;
    struct scene s;
    start(&s, "cscl");
    s.rows = 60;
    look(&s);
    assert_string_equal(shape(&s), "us...sa...eu...ap...");
    s.rows = 20;
    look(&s);
    assert_string_equal(shape(&s), "us...saeuap");
    s.state.folds[0] = FOLD_OPEN;
    s.state.folds[1] = FOLD_CLOSED;
    look(&s);
    assert_string_equal(shape(&s), "ussaeu...ap");
    s.state.selected = (struct row_id){ROW_STAGE, 0, 1}; // a reader who is inside stays there
    look(&s);
    assert_string_equal(shape(&s), "us...saeu...ap");
    s.state.only = 3;
    look(&s);
    assert_string_equal(shape(&s), "ap...");
    stop(&s);
}

static void old_numbers_are_those_of_their_source(void **state)
{
    (void)state;
    struct scene s;
    start(&s, "cl");
    s.rows = 40;
    look(&s);
    assert_true(s.view.counting);
    for (size_t i = 0; i < s.view.stages.count; i++) {
        const struct view_row *row = &s.view.stages.rows[i];
        assert_int_equal(row->stale, !row->heading && row->id.source == 1);
    }
    for (size_t i = 0; i < s.view.panes_count; i++) {
        const struct view_pane *pane = &s.view.panes[i];
        assert_int_equal(pane->stale, pane->kind == PANE_CHART && pane->id.source == 1);
    }
    stop(&s);
}

static void every_page_is_built_of_any_of_them(void **state)
{
    (void)state;
    static const char *const likes[] = {"cs", "sl", "an", "xc", "sssss"};
    for (size_t i = 0; i < sizeof likes / sizeof *likes; i++) {
        for (int page = 0; page < PAGE_COUNT; page++) {
            for (int kind = ROW_STAGE; kind <= ROW_SOURCE; kind++) {
                struct scene s;
                start(&s, likes[i]);
                s.rows = 30;
                s.state.page = (enum page)page;
                s.state.selected = (struct row_id){(enum row_kind)kind, 0, (int)s.count - 1};
                look(&s);
                assert_true(s.view.panes_count > 0);
                stop(&s);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worst_is_the_first_of_the_worst),
        cmocka_unit_test(each_fares_in_a_clause),
        cmocka_unit_test(one_sentence_is_about_all),
        cmocka_unit_test(groups_are_in_order),
        cmocka_unit_test(rows_know_their_source),
        cmocka_unit_test(sources_are_found_by_name),
        cmocka_unit_test(what_fares_well_is_folded_where_room_is_short),
        cmocka_unit_test(old_numbers_are_those_of_their_source),
        cmocka_unit_test(every_page_is_built_of_any_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
