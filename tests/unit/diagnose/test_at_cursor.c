#include "diagnose/at_cursor.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct thresholds *const t = &thresholds_default;

static struct reading usually(double centre, double spread)
{
    return (struct reading){.usual.centre = centre, .spread = spread};
}

static void is_about(double a, double b)
{
    if (!(fabs(a - b) < 1e-9)) {
        fail_msg("%g is not %g", a, b);
    }
}

static void a_latency_is_bad_from_its_bounds_on(void **state)
{
    (void)state;
    static const struct {
        double usual, spread, now;
        enum severity severity;
    } cases[] = {
        {1, 0.01, 1.29, SEVERITY_OK}, // 1.3 times usual
        {1, 0.01, 1.31, SEVERITY_WARNING},
        {1, 0.2, 1.79, SEVERITY_OK}, // four spreads
        {1, 0.2, 1.81, SEVERITY_WARNING},
        {1, 0.01, 2.99, SEVERITY_WARNING}, // three times usual
        {1, 0.01, 3, SEVERITY_CRITICAL},
        {0.002, NAN, 0.011, SEVERITY_CRITICAL},
        {0.02, NAN, 0.029, SEVERITY_OK}, // ten milliseconds at least
        {0.02, NAN, 0.031, SEVERITY_WARNING},
        {1, 0.01, NAN, SEVERITY_UNKNOWN},
        {NAN, NAN, 5, SEVERITY_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reading r = usually(cases[i].usual, cases[i].spread);
        at_cursor_latency(&r, cases[i].now, t);
        if (r.severity != cases[i].severity) {
            fail_msg("%g beside %g: %d", cases[i].now, cases[i].usual, (int)r.severity);
        }
    }
}

static void a_number_alone_has_no_interval_and_no_verdict(void **state)
{
    (void)state;
    struct reading r = usually(2, 0.1);
    r.low = 1;
    r.high = 3;
    r.beyond = true;
    r.severity = SEVERITY_CRITICAL;
    at_cursor_number(&r, 4);
    is_about(r.ratio, 2);
    assert_true(isnan(r.low) && isnan(r.high) && isnan(r.score) && !r.beyond);
    assert_int_equal(r.severity, SEVERITY_OK);
    assert_int_equal(r.state, STATE_OK);
    at_cursor_number(&r, NAN);
    assert_int_equal(r.severity, SEVERITY_UNKNOWN);
    assert_int_equal(r.state, STATE_NO_DATA);
}

static void errors_are_bad_by_how_far_they_rose(void **state)
{
    (void)state;
    struct reading r = usually(0.01, 0.001);
    const double now[] = {0.0149, 0.0151, 0.059, 0.061};
    const enum severity severities[] = {
        SEVERITY_OK, SEVERITY_WARNING, SEVERITY_WARNING, SEVERITY_CRITICAL};
    for (int i = 0; i < 4; i++) {
        at_cursor_errors(&r, now[i], t);
        assert_int_equal(r.severity, severities[i]);
    }
}

static void a_full_pool_warns_at_most(void **state)
{
    (void)state;
    struct reading r = usually(0.5, 0.05);
    at_cursor_pool(&r, 0.89, t);
    assert_int_equal(r.severity, SEVERITY_OK);
    at_cursor_pool(&r, 0.9, t);
    assert_int_equal(r.severity, SEVERITY_WARNING);
    at_cursor_pool(&r, 1.5, t);
    assert_int_equal(r.severity, SEVERITY_WARNING);
    is_about(bounds_of_pool(100, t).warning, 90);
    is_about(bounds_of_pool(100, t).critical, 100);
    assert_true(isnan(bounds_of_pool(0, t).warning) && isnan(bounds_of_pool(0, t).critical));
}

// Failures that nobody times come on top of the requests that are counted.
static void errors_are_a_share_of_all_requests(void **state)
{
    (void)state;
    static const struct {
        double counted, errors, share;
    } cases[] = {{8, 2, 0.25}, {8, 8, 1}, {8, 9.9, 1}, {8, 10.1, 10.1 / 18.1}, {2, 6, 0.75},
        {0, 6, 1}, {8, 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double requests = errors_requests(cases[i].counted, cases[i].errors);
        is_about(cases[i].errors / requests, cases[i].share);
    }
    assert_true(isnan(errors_requests(NAN, 1)));
    is_about(errors_requests(8, NAN), 8);
}

static void calls_are_counted_per_question(void **state)
{
    (void)state;
    static const struct {
        double rate, questions;
        enum severity severity;
    } cases[] = {
        {1.9, 1, SEVERITY_OK},
        {2, 1, SEVERITY_WARNING},
        {5, 1, SEVERITY_CRITICAL},
        {5, 5, SEVERITY_OK},       // more questions are no storm
        {0.06, 0.01, SEVERITY_OK}, // 18 calls in five minutes are too few to tell
        {0.07, 0.01, SEVERITY_CRITICAL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tool_diagnosis d = {.per_request_usual = 1, .calls = usually(1, 0.1)};
        at_cursor_calls(&d, cases[i].rate, cases[i].questions, 300, t);
        is_about(d.calls.ratio, cases[i].rate / cases[i].questions);
        is_about(d.count, cases[i].rate * 300);
        if (d.calls.severity != cases[i].severity) {
            fail_msg("%g of %g: %d", cases[i].rate, cases[i].questions, (int)d.calls.severity);
        }
    }
    struct tool_diagnosis rare = {.per_request_usual = 0.01, .calls = usually(0.01, 0.001)};
    at_cursor_calls(&rare, 0.055, 1, 3600, t); // 5.5 times usual, and yet next to nothing
    assert_int_equal(rare.calls.severity, SEVERITY_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_latency_is_bad_from_its_bounds_on),
        cmocka_unit_test(a_number_alone_has_no_interval_and_no_verdict),
        cmocka_unit_test(errors_are_bad_by_how_far_they_rose),
        cmocka_unit_test(a_full_pool_warns_at_most),
        cmocka_unit_test(errors_are_a_share_of_all_requests),
        cmocka_unit_test(calls_are_counted_per_question),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
