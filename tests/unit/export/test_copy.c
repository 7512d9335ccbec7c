#include "export/copy.h"
#include "pages/pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "endpoint/endpoint.h"
#include "unit/world.h"

/** The article, as a page shows it. */
struct scene {
    struct world world;
    struct arena arena;
    struct view_state state;
    struct view view;
    struct words words;
    struct view_source source;
    struct report report;
    struct str text;
};

static void start(struct scene *s, enum page page)
{
    *s = (struct scene){.state = {.page = page}};
    world_init(&s->world, world_article);
    const struct load usual = {2, 0.3};
    world_requests(&s->world, "retrieval", usual, (struct load){2, 1.8});
    world_requests(&s->world, "vector_db", usual, (struct load){2, 1.7});
    world_requests(&s->world, "generation", usual, usual);
    world_errors(&s->world, "generation", 0, 0.06);
    world_tool(&s->world, "a|b", 0.6, 0.6);
    world_judge(&s->world);
    s->state.selected.index = world_stage(&s->world, "vector_db");
    s->words = world_words(&s->world);
    s->source = (struct view_source){.words = s->words};
    s->report = (struct report){.sources = &s->source, .count = 1};
    const struct view_input in = {
        .words = s->words, .state = &s->state, .now_ms = WORLD_NOW_MS, .columns = 120, .rows = 40};
    view_build(&s->view, &s->arena, &in);
    str_init(&s->text);
}

static void stop(struct scene *s)
{
    str_finish(&s->text);
    arena_finish(&s->arena);
    world_finish(&s->world);
}

static void assert_part(const struct scene *s, const char *part)
{
    if (!strstr(s->text.text, part)) {
        fail_msg("'%s' is not in\n%s", part, s->text.text);
    }
}

static void pages_are_markdown(void **state)
{
    (void)state;
    static const struct {
        enum page page;
        const char *parts[5];
    } cases[] = {
        {PAGE_INCIDENT, {"**vector_db is the culprit", "| metric |", "| 1.7 s |", "a\\|b",
                            "2026-02-04T09:00:00Z"}},
        {PAGE_STAGE, {"**vector_db vector_db_query_duration_seconds**: !! CULPRIT", "- P95: 1.7 s",
                         "- latency: `histogram_quantile(0.95",
                         "- requests: `sum(rate(vector_db_query_duration_seconds_count[5m]))`",
                         "window 5m"}},
        {PAGE_ERRORS, {"| stage | errors |", "generation", "window 5m", "", ""}},
        {PAGE_TOOLS, {"| tool | calls | rate |", "a\\|b", "window 5m", "", ""}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene s;
        start(&s, cases[i].page);
        copy_add_page(&s.text, &s.view, &s.report, 0);
        for (size_t k = 0; k < 5; k++) {
            assert_part(&s, cases[i].parts[k]);
        }
        stop(&s);
    }
}

static void rows_are_a_line(void **state)
{
    (void)state;
    struct scene s;
    start(&s, PAGE_INCIDENT);
    copy_add_row(&s.text, &s.view);
    const char *plain = "metric: vector_db P95, now: 1.7 s, usual: 300 ms"; // no !! and no branch
    assert_memory_equal(s.text.text, plain, strlen(plain));
    assert_null(strstr(s.text.text, "!!"));
    assert_null(strchr(s.text.text, '\n'));
    stop(&s);
    start(&s, PAGE_STAGE);
    copy_add_row(&s.text, &s.view);
    assert_part(&s, "P95: 1.7 s");
    stop(&s);
}

/** Copies ROW where a step may take several lines. */
static void copy_selected(struct scene *s, struct row_id row)
{
    s->state.selected = row;
    const struct view_input in = {
        .words = s->words, .state = &s->state, .now_ms = WORLD_NOW_MS, .columns = 80, .rows = 60};
    view_build(&s->view, &s->arena, &in);
    copy_add_row(&s->text, &s->view);
}

// However it looks: what is said once for two tables, and in several lines, is copied whole.
static void rows_are_copied_whole(void **state)
{
    (void)state;
    struct scene s;
    start(&s, PAGE_INCIDENT);
    copy_selected(&s, (struct row_id){.kind = ROW_TOOL});
    assert_part(&s, "calls/question: a\\|b, now: 0.30, usual: 0.30");
    stop(&s);
    start(&s, PAGE_INCIDENT);
    copy_selected(&s, (struct row_id){.kind = ROW_STEP});
    assert_non_null(view_focused(&s.view)->table->folded);
    assert_true(s.text.len > strlen(copy_promql(&s.view))); // not its first line alone
    stop(&s);
}

static void links_lead_to_the_query(void **state)
{
    (void)state;
    struct scene s;
    start(&s, PAGE_INCIDENT);
    endpoint_set_text(&s.world.config.source.url, "https://host/prometheus/");
    copy_add_link(&s.text, &s.view, &s.words);
    assert_string_equal(s.text.text,
        "https://host/prometheus/graph?g0.expr=histogram_quantile%280.95%2C%20sum%20by%20%28le%29"
        "%20%28rate%28vector_db_query_duration_seconds_bucket%5B5m%5D%29%29%29&g0.tab=0"
        "&g0.range_input=1h&g0.end_input=2026-02-04%2009%3A00%3A00");
    assert_non_null(copy_promql(&s.view));
    str_clear(&s.text);
    s.world.scope.span_ms = 6 * CLOCK_HOUR_MS; // the user zoomed out
    copy_add_link(&s.text, &s.view, &s.words);
    assert_part(&s, "&g0.range_input=6h&");
    str_clear(&s.text);
    copy_add_grafana(&s.text, &s.view, &s.words, "https://grafana.example/", "Main \"one\"");
    assert_part(&s, "https://grafana.example/explore?schemaVersion=1&panes=%7B%22ragtop%22%3A%7B"
                    "%22datasource%22%3A%22Main%20%5C%22one%5C%22%22%2C%22queries%22%3A%5B%7B"
                    "%22refId%22%3A%22A%22%2C%22expr%22%3A%22histogram_quantile%280.95");
    assert_part(&s, "%22range%22%3A%7B%22from%22%3A%221770174000000%22%2C%22to%22%3A"
                    "%221770195600000%22%7D%7D%7D");
    stop(&s);
    const struct view empty = {0};
    assert_null(copy_promql(&empty));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_are_markdown),
        cmocka_unit_test(rows_are_a_line),
        cmocka_unit_test(rows_are_copied_whole),
        cmocka_unit_test(links_lead_to_the_query),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
