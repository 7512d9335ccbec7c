#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

static const int64_t NOW = 1770195600000; // 2026-02-04T09:00:00Z

static void set_zone(const char *zone)
{
    setenv("TZ", zone, 1);
    tzset();
}

static void reads_durations(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms; // -1: refused
    } cases[] = {
        {"0", 0},
        {"90", 90000},
        {"1.5", 1500},
        {"15s", 15000},
        {"5m", 300000},
        {"1h30m", 5400000},
        {"500ms", 500},
        {"1d", 86400000},
        {"1w", 604800000},
        {"1y", 31536000000},
        {"10y", 315360000000},
        {"1.5h", 5400000},
        {"0s", 0},
        {"1h1m1s1ms", 3661001},
        {"", -1},
        {"-5m", -1},
        {"+5m", -1},
        {" 5m", -1},
        {"5m ", -1},
        {"5 m", -1},
        {"m", -1},
        {"5x", -1},
        {"5mm", -1},
        {"5min", -1},
        {"1h30", -1},
        {"11y", -1},
        {"6y5y", -1},
        {"99999999999999999999", -1},
        {"1e400", -1},
        {"nan", -1},
        {"inf", -1},
        {"0x10", -1},
        {"0x1p3s", -1},
        {"1e3", -1},
        {"5M", -1},
        {".5s", -1},
        {"5m-3s", -1},
        {"5m 3s", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t ms = 42;
        bool good = clock_parse_duration(cases[i].text, &ms);
        if (good != (cases[i].ms >= 0) || ms != (good ? cases[i].ms : 42)) {
            fail_msg("'%s': %d, %lld", cases[i].text, good, (long long)ms);
        }
    }
}

static void reads_moments(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms; // -1: refused
    } cases[] = {
        {"2026-02-04T09:00:00Z", 1770195600000},
        {"2026-02-04t09:00:00z", 1770195600000},
        {"2026-02-04 09:00:00Z", 1770195600000},
        {"2026-02-04T09:00Z", 1770195600000},
        {"2026-02-04T09:00:00.250Z", 1770195600250},
        {"2026-02-04T10:30:00+01:30", 1770195600000},
        {"2026-02-04T03:30:00-05:30", 1770195600000},
        {"2026-02-04T09:00:00", 1770195600000}, // local, which is UTC here
        {"1970-01-01T00:00:00Z", 0},
        {"2000-02-29T00:00:00Z", 951782400000},
        {"2025-12-31T23:59:59Z", 1767225599000},
        {"2100-03-01T00:00:00Z", 4107542400000}, // which a time_t of 32 bits does not hold
        {"2024-02-29T00:00:00Z", 1709164800000},
        {"1770195600", 1770195600000},
        {"1770195600.5", 1770195600500},
        {"0", 0},
        {"now", 1770195600000},
        {"-30m", 1770193800000},
        {"-90", 1770195510000},
        {"", -1},
        {"yesterday", 1770109200000}, // now is a Wednesday
        {"yesterday 08:15", 1770106500000},
        {"YESTERDAY  23:59:59", 1770163199000},
        {"today 08:00", 1770192000000},
        {"today 10:00", 1770199200000}, // still to come
        {"09:00", 1770195600000},
        {"9:00:01", 1770109201000}, // not yet today
        {"wed", 1769590800000},     // a week ago
        {"wed 09:00", 1770195600000},
        {"wed 09:01", 1769590860000},
        {"Thursday 9:00", 1769677200000},
        {"tues 00:00", 1770076800000},
        {"2026-02-04", -1},
        {"we 09:00", -1},
        {"wedx 09:00", -1},
        {"09:60", -1},
        {"24:00", -1},
        {"09:00 wed", -1},
        {"09:00:", -1},
        {"9", 9000},
        {"09:0x", -1},
        {"-9:00", -1},
        {"yesterday -9:00", -1},
        {"2026-13-04T09:00:00Z", -1},
        {"2026-00-04T09:00:00Z", -1},
        {"2026-02-32T09:00:00Z", -1},
        {"2026-02-04T24:00:00Z", -1},
        {"2026-02-04T09:60:00Z", -1},
        {"2026-02-04T09:00:61Z", -1},
        {"2026-02-04T09:00:00X", -1},
        {"2026-02-04T09:00:00Zx", -1},
        {"2026-02-04T09:00:00+0100", -1},
        {"-", -1},
        {"-x", -1},
        {"1770195600000", -1}, // milliseconds
        {"2026-02-30T09:00:00Z", -1},
        {"2025-02-29T09:00:00Z", -1},
        {"2026-04-31T09:00:00", -1},
        {"0x10", -1},
        {"1e9", -1},
        {"2026-02-04T09:00:00+25:00", -1},
        {"2026-02-04T09:00:00+01:75", -1},
        {"2026-02-04T09:00:nanZ", -1},
    };
    set_zone("UTC0");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t ms = 42;
        bool good = clock_parse_moment(cases[i].text, NOW, &ms);
        if (good != (cases[i].ms >= 0) || ms != (good ? cases[i].ms : 42)) {
            fail_msg("'%s': %d, %lld", cases[i].text, good, (long long)ms);
        }
    }
}

static void local_time_knows_summer(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } cases[] = {
        {"2026-02-04T10:00:00", 1770195600000}, // winter: an hour ahead
        {"2026-07-04T11:00:00", 1783155600000}, // summer: two
    };
    set_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t ms = 0;
        assert_true(clock_parse_moment(cases[i].text, NOW, &ms));
        assert_true(ms == cases[i].ms);
        struct str s;
        str_init(&s);
        clock_add_local(&s, ms, "%Y-%m-%dT%H:%M:%S");
        assert_string_equal(s.text, cases[i].text);
        str_finish(&s);
    }
    set_zone("UTC0");
}

static void an_hour_is_of_the_day_that_is_shown(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *text;
        int64_t day_ms, ms; // -1: not a time of day
    } cases[] = {
        {"UTC", "09:00", 1770196950000, 1770195600000}, // 2026-02-04 09:22:30
        {"UTC", "23:59:30", 1770196950000, 1770249570000},
        {"UTC", "0:00", 1770196950000, 1770163200000},
        {"CET-1CEST,M3.5.0,M10.5.0/3", "10:00", 1770196950000, 1770195600000},
        {"CET-1CEST,M3.5.0,M10.5.0/3", "11:00", 1783155600000, 1783155600000}, // in summer
        {"UTC", "24:00", 1770196950000, -1},
        {"UTC", "wed 09:00", 1770196950000, -1},
        {"UTC", "-30m", 1770196950000, -1},
        {"UTC", "", 1770196950000, -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t ms = -1;
        set_zone(cases[i].zone);
        bool good = clock_parse_time_of_day(cases[i].text, cases[i].day_ms, &ms);
        if (good != (cases[i].ms >= 0) || ms != cases[i].ms) {
            fail_msg("'%s': %d, %lld", cases[i].text, good, (long long)ms);
        }
    }
    set_zone("UTC0");
}

static void days_before_are_of_the_calendar(void **state)
{
    (void)state;
    static const struct {
        const char *zone;
        int64_t at_ms;
        int days;
        int64_t before_ms;
    } cases[] = {
        {"UTC", 1770195600000, 7, 1770195600000 - 7 * (int64_t)CLOCK_DAY_MS},
        // 2026-03-30 09:00 CEST; summer began the day before, so the day was 23 hours long
        {"CET-1CEST,M3.5.0,M10.5.0/3", 1774854000000, 2,
            1774854000000 - 2 * (int64_t)CLOCK_DAY_MS + CLOCK_HOUR_MS},
        {"CET-1CEST,M3.5.0,M10.5.0/3", 1774854000000, 0, 1774854000000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        set_zone(cases[i].zone);
        assert_true(clock_days_before(cases[i].at_ms, cases[i].days) == cases[i].before_ms);
    }
    set_zone("UTC");
}

static void writes_rfc3339(void **state)
{
    (void)state;
    struct str s;
    str_init(&s);
    set_zone("CET-1");
    clock_add_rfc3339(&s, NOW);
    assert_string_equal(s.text, "2026-02-04T09:00:00Z"); // UTC wherever it runs
    str_clear(&s);
    clock_add_rfc3339(&s, NOW + 999);
    assert_string_equal(s.text, "2026-02-04T09:00:00Z");
    str_finish(&s);
    set_zone("UTC0");
}

static void writes_durations(void **state)
{
    (void)state;
    static const struct {
        int64_t ms;
        const char *text;
    } cases[] = {
        {0, "0ms"},
        {1, "1ms"},
        {1500, "1500ms"},
        {15000, "15s"},
        {90000, "90s"},
        {300000, "5m"},
        {3600000, "1h"},
        {5400000, "90m"},
        {86400000, "1d"},
        {604800000, "7d"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str s;
        str_init(&s);
        clock_add_duration(&s, cases[i].ms);
        assert_string_equal(s.text, cases[i].text);
        int64_t back = -1;
        assert_true(clock_parse_duration(s.text, &back) && back == cases[i].ms);
        str_finish(&s);
    }
}

static void writes_ages(void **state)
{
    (void)state;
    static const struct {
        int64_t ms;
        const char *text;
    } cases[] = {
        {-5000, "0 s"},
        {0, "0 s"},
        {999, "0 s"},
        {45000, "45 s"},
        {119999, "119 s"},
        {120000, "2 min"},
        {179999, "2 min"},
        {7199999, "119 min"},
        {7200000, "2 h"},
        {7500000, "2 h 5 min"},
        {172799999, "47 h 59 min"},
        {172800000, "2 d"},
        {864000000, "10 d"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str s;
        str_init(&s);
        clock_add_age(&s, cases[i].ms);
        assert_string_equal(s.text, cases[i].text);
        str_finish(&s);
    }
}

static void writes_lengths(void **state)
{
    (void)state;
    static const struct {
        int64_t ms;
        const char *text;
    } cases[] = {{0, "0 s"}, {90000, "90 s"}, {60000, "1 min"}, {300000, "5 min"}, {3600000, "1 h"},
        {5400000, "90 min"}, {86400000, "1 d"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str s;
        str_init(&s);
        clock_add_length(&s, cases[i].ms);
        assert_string_equal(s.text, cases[i].text);
        str_finish(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_durations),
        cmocka_unit_test(reads_moments),
        cmocka_unit_test(local_time_knows_summer),
        cmocka_unit_test(an_hour_is_of_the_day_that_is_shown),
        cmocka_unit_test(days_before_are_of_the_calendar),
        cmocka_unit_test(writes_rfc3339),
        cmocka_unit_test(writes_durations),
        cmocka_unit_test(writes_ages),
        cmocka_unit_test(writes_lengths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
