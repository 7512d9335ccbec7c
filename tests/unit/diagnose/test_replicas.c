/*
 * Replicas that have stopped completing, while others go on.
 */
#include "plan/replicas.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "unit/world.h"
#include "words/words.h"

static const char servers[] =
    "window: 5m\nrefresh: 15s\nspan: 1h\n"
    "stages:\n"
    "  - {name: llm, latency: llm_seconds, signals: {running: {gauge: llm_running}}}\n"
    "  - {name: search, latency: search_seconds}\n";

static const struct replica works = {.busy = 3, .running = 5, .done = 1},
                            idle = {.busy = 0, .running = 0, .done = 0},
                            stuck = {.busy = 12, .running = 12, .done = 0};

static void begin(struct world *w)
{
    const struct load calm = {4, 2};
    world_init(w, servers);
    world_requests(w, "llm", calm, calm);
    world_requests(w, "search", calm, calm);
}

static void add(struct world *w, int i, struct replica now)
{
    char pod[16];
    snprintf(pod, sizeof pod, "llm-%d", i);
    world_replica(w, "llm", pod, works, now);
}

static void work_and_what_completes_are_asked_for_by_replica(void **state)
{
    (void)state;
    struct world w;
    begin(&w);
    const char *expr = w.plan.signals[w.plan.replicas].expr;
    assert_non_null(expr);
    assert_non_null(strstr(expr, "(min_over_time(llm_running[5m]) and llm_running offset 5m)"));
    assert_non_null(strstr(expr, "rate(llm_seconds_count[5m])"));
    assert_non_null(strstr(expr, "\"of\",\"0\""));
    assert_null(strstr(expr, "search")); // of which nobody knows what runs
    world_finish(&w);
}

static void one_that_completes_nothing_is_counted_and_named(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        int working;
        struct replica others[4];
        int count, stuck;
    } cases[] = {
        {"the only one", 0, {{.busy = 12, .running = 12, .done = 0}}, 1, 0},
        {"one of two", 1, {{.busy = 12, .running = 12, .done = 0}}, 1, 1},
        {"one of four", 3, {{.busy = 12, .running = 12, .done = 0}}, 1, 1},
        {"two of four", 2,
            {{.busy = 12, .running = 12, .done = 0}, {.busy = 9, .running = 9, .done = 0}}, 2, 2},
        {"all of them", 0,
            {{.busy = 12, .running = 12, .done = 0}, {.busy = 9, .running = 9, .done = 0}}, 2, 0},
        {"never completed any", 3, {{.busy = 12, .running = 12, .done = NAN}}, 1, 1},
        {"nothing to do", 3, {{.busy = 0, .running = 0, .done = 0}}, 1, 0},
        {"something since just now", 3, {{.busy = 0, .running = 12, .done = 0}}, 1, 0},
        {"just started", 3, {{.busy = NAN, .running = 12, .done = NAN}}, 1, 0},
        {"one request, which may be long", 3, {{.busy = 1, .running = 1, .done = 0}}, 1, 0},
        {"slow", 3, {{.busy = 12, .running = 12, .done = 0.004}}, 1, 0},
        {"others take as long", 0,
            {{.busy = 5, .running = 5, .done = 0.004}, {.busy = 5, .running = 5, .done = 0}}, 2, 0},
        {"13.8 of them would have completed elsewhere", 0,
            {{.busy = 5, .running = 5, .done = 0}, {.busy = 5, .running = 5, .done = 0.046}}, 2, 0},
        {"14.1 of them", 0,
            {{.busy = 5, .running = 5, .done = 0}, {.busy = 5, .running = 5, .done = 0.047}}, 2, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        begin(&w);
        for (int k = 0; k < cases[i].working; k++) {
            add(&w, k, works);
        }
        for (int k = 0; k < cases[i].count; k++) {
            add(&w, cases[i].working + k, cases[i].others[k]);
        }
        const struct verdict *v = world_judge(&w);
        const struct stage_gone *gone = &world_of(&w, "llm")->gone;
        if (gone->stuck != cases[i].stuck || !gone->replica != (cases[i].stuck == 0) ||
            v->signal != (cases[i].stuck ? CLASS_TARGETS : CLASS_NONE)) {
            fail_msg("%s: %g stuck, signal %d", cases[i].what, gone->stuck, v->signal);
        }
        assert_null(world_of(&w, "search")->gone.replica);
        if (cases[i].stuck > 0) {
            char pod[16];
            snprintf(pod, sizeof pod, "llm-%d", cases[i].working); // which has the most
            assert_string_equal(gone->replica, pod);
            assert_true(gone->replicas == cases[i].working + cases[i].count);
            assert_int_equal(v->severity, SEVERITY_CRITICAL); // as if so many requests failed
            assert_int_equal(v->stage, world_stage(&w, "llm"));
        }
        world_finish(&w);
    }
}

static void it_is_known_since_when(void **state)
{
    (void)state;
    struct world w;
    begin(&w);
    add(&w, 0, works);
    add(&w, 1, stuck);
    world_judge(&w);
    int64_t first =
        WORLD_NOW_MS - WORLD_ONSET_MS + scope_grid(&w.scope, &w.plan).step_ms - REPLICAS_STUCK_MS;
    assert_int_equal(world_of(&w, "llm")->gone.onset.since_ms, first);
    world_finish(&w);

    begin(&w);
    add(&w, 0, works);
    world_replica(&w, "llm", "llm-1", stuck, stuck);
    world_judge(&w);
    struct onset onset = world_of(&w, "llm")->gone.onset;
    assert_int_equal(onset.since_ms, 0);
    assert_true(onset.before_ms > 0 && onset.before_ms <= WORLD_NOW_MS - w.scope.span_ms + 60000);
    world_finish(&w);
}

static void one_of_many_is_a_warning(void **state)
{
    (void)state;
    static const int counts[] = {20, 21};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct world w;
        begin(&w);
        for (int k = 1; k < counts[i]; k++) {
            add(&w, k, works);
        }
        add(&w, 0, stuck);
        assert_int_equal(
            world_judge(&w)->severity, counts[i] > 20 ? SEVERITY_WARNING : SEVERITY_CRITICAL);
        world_finish(&w);
    }
}

static void one_that_is_down_does_not_hide_it(void **state)
{
    (void)state;
    struct world w;
    struct str said;
    str_init(&said);
    begin(&w);
    world_served_by(&w, "llm", "vllm", NULL);
    world_targets(&w, "vllm", 4, 0, 1);
    add(&w, 0, works);
    add(&w, 1, stuck);
    add(&w, 2, idle);
    const struct verdict *v = world_judge(&w);
    const struct stage_gone *gone = &world_of(&w, "llm")->gone;
    assert_string_equal(gone->replica, "llm-1");
    assert_string_equal(gone->job, "vllm");
    assert_true(gone->replicas == 3 && gone->stuck == 1 && gone->down == 1);
    assert_int_equal(v->severity, SEVERITY_CRITICAL);
    struct words words = world_words(&w);
    words_add_summary(&said, &words);
    assert_non_null(strstr(said.text, "1 of 3 replicas of llm has completed no request"));
    assert_non_null(strstr(said.text, "1 of 4 targets of job \"vllm\" has not answered"));
    str_finish(&said);
    world_finish(&w);
}

static void where_none_answers_none_is_stuck(void **state)
{
    (void)state;
    struct world w;
    begin(&w);
    world_served_by(&w, "llm", "vllm", NULL);
    world_targets(&w, "vllm", 2, 0, 2);
    add(&w, 0, works);
    add(&w, 1, stuck);
    world_judge(&w);
    assert_true(world_of(&w, "llm")->gone.all);
    assert_null(world_of(&w, "llm")->gone.replica);
    world_finish(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_and_what_completes_are_asked_for_by_replica),
        cmocka_unit_test(one_that_completes_nothing_is_counted_and_named),
        cmocka_unit_test(it_is_known_since_when),
        cmocka_unit_test(one_of_many_is_a_warning),
        cmocka_unit_test(one_that_is_down_does_not_hide_it),
        cmocka_unit_test(where_none_answers_none_is_stuck),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
