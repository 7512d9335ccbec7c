#include "diagnose/notable.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void the_child_with_most_of_the_blame_is_named(void **state)
{
    (void)state;
    static const struct {
        double first, second;
        int named;
    } cases[] = {{0.29, NAN, -1}, {0.3, NAN, 1}, {0.4, 0.6, 2}, {0.6, 0.4, 1}, {NAN, NAN, -1}};
    struct stage stages[] = {{.parent = -1}, {.parent = 0}, {.parent = 0}, {.parent = -1}};
    const struct plan plan = {.stages = stages, .stages_count = 4};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stage_diagnosis of[] = {
            {.blame = 1}, {.blame = cases[i].first}, {.blame = cases[i].second}, {.blame = 1}};
        const struct diagnosis d = {.stages = of, .stages_count = 4};
        assert_int_equal(notable_child(&d, &plan, 0, &thresholds_default), cases[i].named);
        assert_int_equal(notable_child(&d, &plan, 3, &thresholds_default), -1);
    }
}

static void own_time_is_told_from_a_third_on(void **state)
{
    (void)state;
    struct stage_diagnosis s = {.own_blame = 0.29};
    assert_false(notable_own_time(&s, &thresholds_default));
    s.own_blame = 0.3;
    assert_true(notable_own_time(&s, &thresholds_default));
    s.own_blame = NAN;
    assert_false(notable_own_time(&s, &thresholds_default));
}

static void little_and_unknown_is_not_notable(void **state)
{
    (void)state;
    assert_true(notable_faster(&(struct reading){.ratio = 0.69}));
    assert_false(notable_faster(&(struct reading){.ratio = 0.71}));
    assert_false(notable_faster(&(struct reading){.ratio = NAN}));
    struct stage_diagnosis s = {.pool.now = 0.95, .pool_used = 80, .pool_limit = 100};
    assert_true(notable_one_pod(&s));
    s.pool.now = 0.902;
    assert_true(notable_one_pod(&s));
    s.pool.now = 0.898;
    assert_false(notable_one_pod(&s));
    s.pool_used = NAN;
    assert_false(notable_one_pod(&s));
}

static void what_is_bad_as_ever_or_better_is_notable(void **state)
{
    (void)state;
    const struct thresholds *t = &thresholds_default;
    struct reading r = {.state = STATE_OK, .now = 0.049, .high = 0.06, .usual.centre = 0.1};
    assert_true(notable_fails_less(&r, t));
    r.now = 0.051;
    assert_false(notable_fails_less(&r, t));
    r = (struct reading){.state = STATE_OK, .now = 0.001, .high = 0.11, .usual.centre = 0.1};
    assert_false(notable_fails_less(&r, t)); // so few that it may be chance
    r = (struct reading){.state = STATE_OK, .now = 0.001, .high = 0.002, .usual.centre = 0.0059};
    assert_false(notable_fails_less(&r, t));
    r.usual.centre = 0.0061;
    assert_true(notable_fails_less(&r, t));
    r = (struct reading){.state = STATE_OK, .now = 0.051, .usual.centre = 0.051};
    assert_true(notable_always_fails(&r, t));
    r.usual.centre = 0.049;
    assert_false(notable_always_fails(&r, t));
    r.usual.centre = 0.051;
    r.now = 0.049;
    assert_false(notable_always_fails(&r, t));
    r = (struct reading){.state = STATE_OK, .now = 0.3, .severity = SEVERITY_CRITICAL};
    assert_false(notable_always_fails(&r, t));

    struct stage_diagnosis s = {.pool = {.now = 0.91, .usual.kind = USUAL_RECENT}, .resets = 2};
    assert_true(notable_always_full(&s, t));
    assert_false(notable_restarts(&s));
    s.pool.now = 0.89;
    assert_false(notable_always_full(&s, t));
    s.pool = (struct reading){.now = 0.95};
    assert_false(notable_always_full(&s, t)); // nobody knows
    s.resets = 3;
    assert_true(notable_restarts(&s));
    s.distrust = DISTRUST_RESETS; // which says so by itself
    assert_false(notable_restarts(&s));
}

// Of 100 questions, each with 0.2 calls usually, 20 are due: 2 or fewer are less likely than one in
// a million.
static void a_tool_that_is_called_less_is_notable(void **state)
{
    (void)state;
    struct tool_diagnosis t = {.requests = 1,
        .per_request_usual = 0.2,
        .count = 0,
        .per_request = 0,
        .calls.state = STATE_OK};
    assert_true(notable_tool_called_less(&t, 100, &thresholds_default));
    t.count = 2;
    t.per_request = 0.02;
    assert_true(notable_tool_called_less(&t, 100, &thresholds_default));
    t.count = 3;
    t.per_request = 0.03;
    assert_false(notable_tool_called_less(&t, 100, &thresholds_default));
    t.count = 99;
    t.per_request = 0.099;
    assert_true(notable_tool_called_less(&t, 1000, &thresholds_default));
    t.count = 101;
    t.per_request = 0.101;
    assert_false(notable_tool_called_less(&t, 1000, &thresholds_default));
    t.calls.state = STATE_TOO_FEW;
    t.count = t.per_request = 0;
    assert_false(notable_tool_called_less(&t, 1000, &thresholds_default));
}

// Where other tools have a past, one without is new, as soon as it is called often enough.
static void a_tool_that_was_never_called_is_new(void **state)
{
    (void)state;
    const double least = thresholds_default.requests_least;
    struct tool_diagnosis t = {
        .count = least, .calls.state = STATE_NO_BASELINE, .calls.usual.kind = USUAL_RECENT};
    assert_true(notable_tool_new(&t, &thresholds_default));
    t.count = least - 1;
    assert_false(notable_tool_new(&t, &thresholds_default));
    t.count = least;
    t.calls.usual.kind = USUAL_NONE;
    assert_false(notable_tool_new(&t, &thresholds_default));
    t.calls.usual.kind = USUAL_RECENT;
    t.per_request_usual = 0.1;
    assert_false(notable_tool_new(&t, &thresholds_default));
}

static void half_the_traffic_is_notable_unless_it_is_chance(void **state)
{
    (void)state;
    static const struct {
        double now, usual, score;
        enum state state;
        bool notable;
    } cases[] = {
        {0.99, 2, -10, STATE_OK, true},
        {1.01, 2, -10, STATE_OK, false},
        {4.02, 2, 40, STATE_OK, true},
        {3.98, 2, 40, STATE_OK, false},
        {0.99, 2, -3.9, STATE_OK, false}, // it wavers as much every day
        {0.99, 2, -10, STATE_NO_BASELINE, false},
        {0.1, 0.2, -10, STATE_OK, false}, // 30 of 60: that happens
        {0.05, 0.2, -10, STATE_OK, true}, // 15 of 60
        {0, 0, NAN, STATE_OK, false},
        {1, NAN, NAN, STATE_OK, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct stage_diagnosis s = {.traffic = {.state = cases[i].state,
                                              .now = cases[i].now,
                                              .usual.centre = cases[i].usual,
                                              .ratio = cases[i].now / cases[i].usual,
                                              .score = cases[i].score}};
        if (notable_traffic(&s, 300, &thresholds_default) != cases[i].notable) {
            fail_msg("%g, usually %g", cases[i].now, cases[i].usual);
        }
    }
}

static void only_parts_are_called_more_or_less(void **state)
{
    (void)state;
    const struct stage root = {.parent = -1}, part = {.parent = 0};
    struct stage_diagnosis s = {
        .calls = {.state = STATE_OK, .ratio = 0.4, .severity = SEVERITY_OK}};
    assert_true(notable_called_less(&s, &part));
    assert_false(notable_called_less(&s, &root));
    assert_false(notable_called_more(&s));
    s.calls.severity = SEVERITY_WARNING;
    assert_false(notable_called_more(&s));
    s.calls.ratio = 1.5;
    assert_true(notable_called_more(&s));
    assert_false(notable_called_less(&s, &part));
}

static void a_guess_is_doubted_where_milliseconds_would_fit(void **state)
{
    (void)state;
    static const struct {
        double first, last, now, usual;
        enum unit_doubt doubt;
    } cases[] = {
        {0.1, 3600, 1, 1, UNIT_FINE},
        {0.1, 3601, 1, 1, UNIT_OF_BUCKETS},
        {1, 100, 1, 1, UNIT_OF_BUCKETS},
        {0.99, 100, 1, 1, UNIT_FINE},
        {1, 99, 1, 1, UNIT_FINE},
        {NAN, NAN, 29.9, 29.9, UNIT_FINE},
        {NAN, NAN, 30, 1, UNIT_OF_VALUE},
        {NAN, NAN, 1, 30, UNIT_OF_VALUE},
        {NAN, NAN, 30, NAN, UNIT_OF_VALUE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stage_diagnosis s = {.bound_first = cases[i].first,
            .bound = cases[i].last,
            .latency = {.state = STATE_OK, .now = cases[i].now, .usual.centre = cases[i].usual}};
        struct stage of = {.unit_guessed = true};
        assert_int_equal(notable_unit(&s, &of), cases[i].doubt);
        of.unit_guessed = false; // its name says seconds
        assert_int_equal(notable_unit(&s, &of), UNIT_FINE);
        of.unit_guessed = true;
        s.latency.state = STATE_NO_TRAFFIC;
        assert_int_not_equal(notable_unit(&s, &of), UNIT_OF_VALUE);
    }
}

static void new_parts_may_be_why_where_they_take_enough(void **state)
{
    (void)state;
    static const struct {
        double takes;
        enum state state;
        bool may;
    } cases[] = {{0.31, STATE_NO_BASELINE, true}, {0.29, STATE_NO_BASELINE, false},
        {0.31, STATE_OK, false}, {NAN, STATE_NO_BASELINE, false}};
    struct stage_diagnosis whole = {.seconds_now = 3, .seconds_usual = 2};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct stage_diagnosis part = {
            .seconds_now = cases[i].takes, .latency.state = cases[i].state};
        assert_int_equal(notable_new_part(&part, &whole), cases[i].may);
    }
    whole.seconds_now = 1.9; // which is not slower
    const struct stage_diagnosis part = {.seconds_now = 1, .latency.state = STATE_NO_BASELINE};
    assert_false(notable_new_part(&part, &whole));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_parts_may_be_why_where_they_take_enough),
        cmocka_unit_test(the_child_with_most_of_the_blame_is_named),
        cmocka_unit_test(own_time_is_told_from_a_third_on),
        cmocka_unit_test(what_is_bad_as_ever_or_better_is_notable),
        cmocka_unit_test(a_tool_that_is_called_less_is_notable),
        cmocka_unit_test(a_tool_that_was_never_called_is_new),
        cmocka_unit_test(half_the_traffic_is_notable_unless_it_is_chance),
        cmocka_unit_test(only_parts_are_called_more_or_less),
        cmocka_unit_test(a_guess_is_doubted_where_milliseconds_would_fit),
        cmocka_unit_test(little_and_unknown_is_not_notable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
