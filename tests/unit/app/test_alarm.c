#include "app/alarm.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { MINUTE = 60000, START = 1000000 };

struct moment {
    int minute;
    enum verdict_condition condition;
    enum alarm_news news;
};

static void check(const struct moment *moments, size_t count)
{
    struct alarm_state s = {0};
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(
            alarm_take(&s, moments[i].condition, START + (int64_t)moments[i].minute * MINUTE),
            moments[i].news);
    }
}

static void each_incident_is_told_once(void **state)
{
    (void)state;
    static const struct moment moments[] = {{0, VERDICT_ASKING, ALARM_NOTHING},
        {0, VERDICT_OK, ALARM_NOTHING}, {1, VERDICT_INCIDENT, ALARM_BEGINS},
        {2, VERDICT_INCIDENT, ALARM_NOTHING}, {3, VERDICT_OK, ALARM_NOTHING},
        {4, VERDICT_INCIDENT, ALARM_NOTHING}, // it was never over
        {5, VERDICT_OK, ALARM_NOTHING}, {6, VERDICT_OK, ALARM_NOTHING}, {7, VERDICT_OK, ALARM_ENDS},
        {8, VERDICT_OK, ALARM_NOTHING}, {9, VERDICT_INCIDENT, ALARM_BEGINS}};
    check(moments, sizeof moments / sizeof *moments);
}

static void what_has_been_going_on_is_no_news(void **state)
{
    (void)state;
    static const struct moment moments[] = {{0, VERDICT_ASKING, ALARM_NOTHING},
        {0, VERDICT_INCIDENT, ALARM_NOTHING}, {1, VERDICT_OK, ALARM_NOTHING},
        {3, VERDICT_OK, ALARM_ENDS}, {4, VERDICT_INCIDENT, ALARM_BEGINS}};
    check(moments, sizeof moments / sizeof *moments);
}

/** A server that is away is no health. */
static void what_is_not_known_ends_nothing(void **state)
{
    (void)state;
    static const struct moment moments[] = {{0, VERDICT_OK, ALARM_NOTHING},
        {1, VERDICT_INCIDENT, ALARM_BEGINS}, {2, VERDICT_UNREACHABLE, ALARM_NOTHING},
        {9, VERDICT_UNREACHABLE, ALARM_NOTHING}, {10, VERDICT_INCIDENT, ALARM_NOTHING},
        {11, VERDICT_NO_TRAFFIC, ALARM_NOTHING}, {12, VERDICT_OK, ALARM_NOTHING},
        {14, VERDICT_OK, ALARM_ENDS}};
    check(moments, sizeof moments / sizeof *moments);
}

static void a_clock_set_back_ends_nothing(void **state)
{
    (void)state;
    static const struct moment moments[] = {{20, VERDICT_OK, ALARM_NOTHING},
        {21, VERDICT_INCIDENT, ALARM_BEGINS}, {22, VERDICT_OK, ALARM_NOTHING},
        {2, VERDICT_OK, ALARM_NOTHING}, {3, VERDICT_OK, ALARM_NOTHING},
        {4, VERDICT_OK, ALARM_ENDS}};
    check(moments, sizeof moments / sizeof *moments);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_incident_is_told_once),
        cmocka_unit_test(what_has_been_going_on_is_no_news),
        cmocka_unit_test(what_is_not_known_ends_nothing),
        cmocka_unit_test(a_clock_set_back_ends_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
