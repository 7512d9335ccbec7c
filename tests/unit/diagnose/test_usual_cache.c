#include "diagnose/usual_cache.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "unit/world.h"

static void assert_same_number(double a, double b)
{
    assert_true(isnan(a) ? isnan(b) : memcmp(&a, &b, sizeof a) == 0);
}

static void assert_same_reading(const struct reading *a, const struct reading *b)
{
    assert_int_equal(a->state, b->state);
    assert_int_equal(a->severity, b->severity);
    assert_int_equal(a->usual.kind, b->usual.kind);
    assert_int_equal(a->usual.points, b->usual.points);
    assert_same_number(a->now, b->now);
    assert_same_number(a->usual.centre, b->usual.centre);
    assert_same_number(a->usual.spread, b->usual.spread);
    assert_same_number(a->score, b->score);
}

/** Judges with what was kept, and from nothing. Both must be the same. */
static void judge_twice(struct world *w, int64_t tick_ms)
{
    struct diagnosis fresh;
    diagnosis_init(&fresh, &w->plan);
    diagnosis_run(&fresh, &w->plan, &w->scope, &w->store, &thresholds_default, tick_ms);
    diagnosis_run(&w->diagnosis, &w->plan, &w->scope, &w->store, &thresholds_default, tick_ms);
    for (size_t i = 0; i < fresh.stages_count; i++) {
        const struct stage_diagnosis *a = &fresh.stages[i], *b = &w->diagnosis.stages[i];
        assert_same_reading(&a->latency, &b->latency);
        assert_same_reading(&a->errors, &b->errors);
        assert_same_reading(&a->traffic, &b->traffic);
        assert_same_reading(&a->pool, &b->pool);
        assert_same_number(a->seconds_usual, b->seconds_usual);
        assert_same_number(a->calls_usual, b->calls_usual);
    }
    assert_int_equal(fresh.tools_count, w->diagnosis.tools_count);
    for (size_t i = 0; i < fresh.tools_count; i++) {
        assert_same_reading(&fresh.tools[i].calls, &w->diagnosis.tools[i].calls);
        assert_same_number(
            fresh.tools[i].per_request_usual, w->diagnosis.tools[i].per_request_usual);
        assert_same_reading(&fresh.tools[i].errors, &w->diagnosis.tools[i].errors);
    }
    assert_same_reading(&fresh.tool_errors, &w->diagnosis.tool_errors);
    assert_int_equal(fresh.verdict.severity, w->diagnosis.verdict.severity);
    diagnosis_finish(&fresh);
}

static void gives_what_computing_again_would(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    w.waver = 0.3;
    world_calm(&w);
    world_judge(&w);
    for (int64_t s = 0; s <= 40 * 60; s += 15) {
        judge_twice(&w, WORLD_NOW_MS + s * 1000);
    }
    judge_twice(&w, WORLD_NOW_MS); // and back
    w.scope.baseline = BASELINE_RECENT;
    judge_twice(&w, WORLD_NOW_MS);
    w.scope.baseline = BASELINE_MEAN;
    judge_twice(&w, WORLD_NOW_MS);
    world_finish(&w);
}

static void notices_new_history(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    world_calm(&w);
    w.days = 3; // the others come later
    world_judge(&w);
    judge_twice(&w, WORLD_NOW_MS);
    int points = world_of(&w, "retrieval")->latency.usual.points;
    w.days = WORLD_DAYS;
    world_judge(&w);
    judge_twice(&w, WORLD_NOW_MS);
    assert_true(world_of(&w, "retrieval")->latency.usual.points > points);
    for (size_t i = 0; i < w.store.count; i++) { // of other signals than the one that changes
        store_own_day(&w.store.signals[i], 0)->answered = false;
        judge_twice(&w, WORLD_NOW_MS);
    }
    world_finish(&w);
}

static void has_room_for_the_tools_that_come(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    world_requests(&w, "retrieval", (struct load){2, 0.3}, (struct load){2, 0.3});
    world_judge(&w);
    assert_int_equal(w.diagnosis.tools_room, 0);
    for (int i = 0; i < 5; i++) {
        char name[] = {(char)('a' + i), '\0'};
        world_tool(&w, name, 0.4 + i, 0.5 + i);
        world_series(&w, w.plan.tool_errors, "tool_name", name, 0.01 * i, 0.02);
        world_judge(&w);
        judge_twice(&w, WORLD_NOW_MS);
        assert_int_equal(w.diagnosis.tools_room, i + 1);
    }
    world_finish(&w);
}

static int asked;

static double counted(const void *context, struct usual_window window, int64_t slot)
{
    (void)context;
    (void)window;
    asked++;
    return (double)slot;
}

static void asks_once(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    world_calm(&w);
    world_judge(&w);
    struct usual_rules rules = {.baseline = BASELINE_AUTO, .days = 7, .tick_ms = WORLD_NOW_MS + 1};
    struct usual_at at = {USUAL_OF_MAIN, 0, 0, 0};
    struct usual_cache m;
    usual_cache_init(&m, &w.plan);
    for (int i = 0; i < 10; i++) {
        rules.tick_ms += 15000; // within five minutes
        usual_cache_begin(&m, &w.plan, &w.store, &rules);
        usual_cache_of(&m, at, &w.store.signals[0], &rules, counted, NULL);
    }
    int once = asked;
    assert_in_range(once, 7 * 12, 8 * 12); // seven days, one of which is a week ago as well
    rules.tick_ms += STORE_HISTORY_STEP_MS;
    usual_cache_begin(&m, &w.plan, &w.store, &rules);
    usual_cache_of(&m, at, &w.store.signals[0], &rules, counted, NULL);
    assert_int_equal(asked, 2 * once);
    at.id = 7; // another one in its place
    usual_cache_of(&m, at, &w.store.signals[0], &rules, counted, NULL);
    assert_int_equal(asked, 3 * once);
    usual_cache_finish(&m);
    world_finish(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_what_computing_again_would),
        cmocka_unit_test(notices_new_history),
        cmocka_unit_test(has_room_for_the_tools_that_come),
        cmocka_unit_test(asks_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
