#include "plan/scope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "plan/plan.h"
#include "unit/yaml.h"

static void starts_as_configured(void **state)
{
    (void)state;
    struct zone zone = {0};
    const struct config c = {.span_ms = CLOCK_HOUR_MS,
        .window_ms = 10 * CLOCK_MINUTE_MS,
        .baseline = BASELINE_DAY,
        .baseline_range_ms = 7 * (int64_t)CLOCK_DAY_MS,
        .zone = &zone};
    struct scope s = scope_of(&c);
    assert_true(s.at_ms == 0 && s.span_ms == c.span_ms && s.window_ms == c.window_ms);
    assert_true(s.baseline == BASELINE_DAY && s.baseline_range_ms == c.baseline_range_ms);
    assert_true(s.zone == &zone && s.pin_ms == 0 && !s.keeps_window);
}

// A moment that was given is never taken for the present, however long ago it was.
static void a_moment_is_no_present(void **state)
{
    (void)state;
    static const struct {
        bool has_at;
        int64_t at_ms, want_ms;
    } cases[] = {{false, 0, 0}, {false, 5, 0}, {true, 1770195600000, 1770195600000}, {true, 0, 1},
        {true, -CLOCK_DAY_MS, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct config c = {.has_at = cases[i].has_at, .at_ms = cases[i].at_ms};
        assert_true(scope_of(&c).at_ms == cases[i].want_ms);
    }
}

// Pods have a slot for each fifth of the window, or each slot of the span.
static void pods_have_a_coarser_grid(void **state)
{
    (void)state;
    static const struct {
        int64_t span_s, refresh_s, window_s, step_s, each_s;
        size_t slots;
    } cases[] = {{3600, 15, 300, 15, 60, 240}, {3600, 15, 60, 15, 15, 240},
        {3600, 15, 3600, 15, 720, 240}, {86400, 15, 300, 360, 360, 240},
        {3600, 30, 300, 30, 60, 120}, {60, 300, 1200, 300, 300, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct scope s = {.span_ms = cases[i].span_s * 1000};
        const struct plan p = {
            .refresh_ms = cases[i].refresh_s * 1000, .window_ms = cases[i].window_s * 1000};
        struct grid g = scope_grid(&s, &p);
        assert_int_equal(g.step_ms, cases[i].step_s * 1000);
        assert_int_equal(g.each_ms, cases[i].each_s * 1000);
        assert_int_equal(g.slots, cases[i].slots);
    }
}

// The window is the scope's where it has one, and the plan's to find where it has none.
static void the_window_that_was_chosen_wins(void **state)
{
    (void)state;
    struct config c;
    struct plan p;
    yaml_read(&c, "window: 5m\nstages: [{name: a, latency: b}]\n");
    plan_init(&p, &c, NULL, 0);
    struct scope s = scope_of(&c);
    s.window_ms = 20 * CLOCK_MINUTE_MS;
    plan_set_times(&p, &c, &s, 15000);
    assert_int_equal(p.window_ms, 20 * CLOCK_MINUTE_MS);
    s.window_ms = 0;
    plan_set_times(&p, &c, &s, 120 * 1000);
    assert_int_equal(p.window_ms, 8 * CLOCK_MINUTE_MS);
    assert_false(plan_is_wide(&p));
    plan_widen(&p, 30 * CLOCK_MINUTE_MS);
    assert_true(plan_is_wide(&p));
    plan_widen(&p, p.base_window_ms);
    assert_false(plan_is_wide(&p));
    plan_finish(&p);
    config_finish(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_as_configured),
        cmocka_unit_test(a_moment_is_no_present),
        cmocka_unit_test(pods_have_a_coarser_grid),
        cmocka_unit_test(the_window_that_was_chosen_wins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
