#include "poll/flight.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void note(struct flight *f, double wait_s, long status)
{
    flight_note(
        f, &(struct http_reply){.outcome = HTTP_ANSWERED, .status = status, .wait_s = wait_s});
}

static void no_wait_is_shorter_than_the_round_trip(void **state)
{
    (void)state;
    struct flight f = {0};
    assert_int_equal(flight_most(&f), FLIGHT_NEAR); // before anything is known
    note(&f, 0.2, 200);
    assert_int_equal(flight_most(&f), FLIGHT_FAR);
    note(&f, 0.03, 200);
    assert_int_equal(flight_most(&f), FLIGHT_FAR);
    note(&f, 0.0299, 400); // what a server rejects it has looked at
    assert_int_equal(flight_most(&f), FLIGHT_NEAR);
    note(&f, 5, 200); // a large question
    assert_int_equal(flight_most(&f), FLIGHT_NEAR);
    assert_true(flight_history(&f) < FLIGHT_NEAR);
}

static void whoever_struggles_gets_no_more_at_a_time(void **state)
{
    (void)state;
    static const struct http_reply struggles[] = {{.outcome = HTTP_TIMEOUT},
        {.outcome = HTTP_BROKEN, .wait_s = 0.5},
        {.outcome = HTTP_ANSWERED, .status = 503, .wait_s = 0.5},
        {.outcome = HTTP_ANSWERED, .status = 429, .wait_s = 0.5}};
    for (size_t i = 0; i < sizeof struggles / sizeof *struggles; i++) {
        struct flight f = {0};
        note(&f, 0.1, 200);
        flight_note(&f, &struggles[i]);
        assert_int_equal(flight_most(&f), FLIGHT_NEAR);
        note(&f, 0.1, 200);
        assert_int_equal(flight_most(&f), FLIGHT_FAR);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_wait_is_shorter_than_the_round_trip),
        cmocka_unit_test(whoever_struggles_gets_no_more_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
