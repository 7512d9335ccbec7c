/*
 * The page of targets: what the server's clock makes of the moments of their scrapes.
 */
#include "pages/pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "unit/answered.h"
#include "unit/pages/says.h"
#include "unit/world.h"
#include "view/view.h"

enum { LAST_SCRAPE = 3, WORDS = 6 }; // columns

/** A target that was scraped AFTER_S after the world's moment, by the server's clock. */
static void list_target(struct world *w, int64_t after_s)
{
    struct str data;
    str_init(&data);
    str_add(&data, "{\"activeTargets\":[{\"labels\":{\"job\":\"a\",\"instance\":\"a:80\"},"
                   "\"health\":\"up\",\"lastError\":\"\",\"lastScrape\":\"");
    clock_add_rfc3339(&data, WORLD_NOW_MS + after_s * 1000);
    str_add(&data, "\",\"lastScrapeDuration\":0.1,\"scrapeInterval\":\"15s\"}]}");
    answered_data(&w->store, FEED_TARGETS, data.text);
    str_finish(&data);
}

static const struct view_cell *first_row(const struct view *v)
{
    size_t i = 0;
    while (i < v->panes_count && v->panes[i].kind != PANE_TABLE) {
        i++;
    }
    assert_true(i < v->panes_count && v->panes[i].table->count == 1);
    return v->panes[i].table->rows[0].cells;
}

// A clock that goes wrong where the target is scraped: no age says how long ago that was.
static void a_scrape_of_the_future_is_doubted(void **state)
{
    (void)state;
    static const struct {
        int64_t after_s, skew_s;
        const char *last, *verdict;
    } cases[] = {
        {-7, 0, "7 s", "normal"},
        {3, 0, "0 s", "normal"}, // since the server's clock was looked at
        {10, 0, "0 s", "normal"},
        {11, 0, "future?", "normal"},
        {3600, 0, "future?", "normal"},
        {3600 - 7, 3600, "7 s", "normal"}, // times are the server's
        {3600 + 60, 3600, "future?", "normal"},
        {-60, 0, "60 s", "not scraped for 60 s"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        struct view view = {0};
        struct arena arena = {0};
        struct view_state look = {.page = PAGE_TARGETS};
        world_init(&w, world_article);
        world_judge(&w);
        w.store.source.skew_ms = cases[i].skew_s * 1000;
        list_target(&w, cases[i].after_s);
        const struct view_input in = {
            .words = world_words(&w), .state = &look, .now_ms = WORLD_NOW_MS, .columns = 120};
        view_build(&view, &arena, &in);
        const struct view_cell *cells = first_row(&view);
        assert_string_equal(cells[LAST_SCRAPE].text, cases[i].last);
        assert_string_equal(cells[WORDS].text, cases[i].verdict);
        arena_finish(&arena);
        world_finish(&w);
    }
}

#define TARGET(job, health, took)                                                                  \
    "{\"labels\":{\"job\":\"" job "\",\"instance\":\"" job ":80\"},\"scrapePool\":\"" job          \
    "\",\"health\":\"" health "\",\"lastError\":\"connection refused\",\"lastScrape\":"            \
    "\"2026-02-04T08:59:50Z\",\"lastScrapeDuration\":" took                                        \
    ",\"scrapeInterval\":\"60s\",\"scrapeTimeout\":\"10s\"}"

// Of those that are as bad, the ones that serve stages; and a time-out is what a scrape may take.
static void targets_of_stages_come_first(void **state)
{
    (void)state;
    struct world w;
    struct view view = {0};
    struct arena arena = {0};
    struct view_state look = {.page = PAGE_TARGETS};
    world_init(&w, world_article);
    world_served_by(&w, "retrieval", "z", NULL);
    world_served_by(&w, "generation", "slow", NULL);
    world_judge(&w);
    answered_data(&w.store, FEED_TARGETS,
        "{\"activeTargets\":[" TARGET("a", "down", "0.1") "," TARGET("a", "up", "0.1") "," TARGET(
            "z", "down", "0.1") "," TARGET("slow", "up", "9") "]}");
    answered_data(&w.store, FEED_POOLS,
        "{\"scrapePools\":[\"a\",\"z\",\"slow\",\"serviceMonitor/rag/lost/0\",\"none\"]}");
    answered_data(&w.store, FEED_DROPPED,
        "{\"droppedTargets\":[],\"droppedTargetCounts\":{\"serviceMonitor/rag/lost/"
        "0\":7,\"a\":3}}");
    const struct view_input in = {
        .words = world_words(&w), .state = &look, .now_ms = WORLD_NOW_MS, .columns = 160};
    view_build(&view, &arena, &in);
    size_t i = 0;
    while (view.panes[i].kind != PANE_TABLE) {
        i++;
    }
    const struct view_table *t = view.panes[i].table;
    static const char *const names[] = {"z  z:80", "a  a:80", "slow  slow:80", "a  a:80"};
    static const char *const verdicts[] = {"connection refused; serves retrieval",
        "connection refused", "takes 90 % of its time-out; serves generation", "normal"};
    assert_int_equal(t->count, 4);
    for (size_t k = 0; k < t->count; k++) {
        assert_string_equal(t->rows[k].cells[1].text, names[k]);
        assert_string_equal(t->rows[k].cells[WORDS].text, verdicts[k]);
    }
    assert_true(says_just(
        &view, "z: 1 down, every 60 s, serves retrieval, last error: connection refused"));
    assert_true(
        says_just(&view, "a: 1 up, 1 down, 3 dropped, every 60 s, last error: connection refused"));
    assert_true(says_just(&view, "slow: 1 up, every 60 s, serves generation"));
    assert_true(
        says_just(&view, "ServiceMonitor rag/lost: selects nothing: 7 targets found and all "
                         "dropped, so the labels of the Service or the name of its port differ"));
    assert_true(says_just(&view, "none: has no targets"));
    arena_finish(&arena);
    world_finish(&w);
}

// Beside the list there is room for what its columns leave out.
static void wide_screens_have_more_of_a_target(void **state)
{
    (void)state;
    for (int wide = 0; wide < 2; wide++) {
        struct world w;
        struct view view = {0};
        struct arena arena = {0};
        struct view_state look = {.page = PAGE_TARGETS};
        world_init(&w, world_article);
        world_judge(&w);
        answered_data(
            &w.store, FEED_TARGETS, "{\"activeTargets\":[" TARGET("a", "down", "0.1") "]}");
        const struct view_input in = {.words = world_words(&w),
            .state = &look,
            .now_ms = WORLD_NOW_MS,
            .columns = wide ? 180 : 179};
        view_build(&view, &arena, &in);
        assert_true(says_just(&view, "connection refused"));
        assert_int_equal(says_just(&view, "10 s"), wide); // its time-out
        arena_finish(&arena);
        world_finish(&w);
    }
}

// All of its stages, as far as there is room; what there is none for is counted.
static void a_job_serves_several_stages(void **state)
{
    (void)state;
    static const struct {
        int columns;
        const char *says;
    } cases[] = {{120, "a: 1 up, every 60 s, serves retrieval, vector_db and generation"},
        {48, "a: 1 up, every 60 s, serves retrieval, vector_db and 1 other"},
        {30, "a: 1 up, every 60 s, serves retrieval and 2 others"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        struct view view = {0};
        struct arena arena = {0};
        struct view_state look = {.page = PAGE_TARGETS};
        world_init(&w, world_article);
        world_served_by(&w, "generation", "a", NULL);
        world_served_by(&w, "vector_db", "a", NULL);
        world_served_by(&w, "retrieval", "a", NULL);
        world_judge(&w);
        answered_data(&w.store, FEED_TARGETS, "{\"activeTargets\":[" TARGET("a", "up", "0.1") "]}");
        const struct view_input in = {.words = world_words(&w),
            .state = &look,
            .now_ms = WORLD_NOW_MS,
            .columns = cases[i].columns};
        view_build(&view, &arena, &in);
        assert_true(says_just(&view, cases[i].says));
        arena_finish(&arena);
        world_finish(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wide_screens_have_more_of_a_target),
        cmocka_unit_test(a_job_serves_several_stages),
        cmocka_unit_test(targets_of_stages_come_first),
        cmocka_unit_test(a_scrape_of_the_future_is_doubted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
