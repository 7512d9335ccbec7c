#include "base/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "config/timezone.h"

#define BERLIN "CET-1CEST,M3.5.0,M10.5.0/3"

/** 2026-03-29T01:00:00Z, when summer begins in Europe. */
static const int64_t SPRING_MS = 1774746000000;

static void days_are_those_of_the_zone(void **state)
{
    (void)state;
    static const struct {
        const char *tz;
        int64_t after_spring_ms; // of the moment
        int days;
        int64_t off_ms; // of the same time by a clock that is not changed
    } cases[] = {
        {"UTC0", CLOCK_HOUR_MS, 1, 0},
        {BERLIN, -1000, 1, 0},                        // the last second of winter
        {BERLIN, CLOCK_DAY_MS - 1, 1, CLOCK_HOUR_MS}, // 02:59:59: there was no such time
        {BERLIN, CLOCK_DAY_MS + CLOCK_HOUR_MS, 1, 0}, // the day after, the same hour
        {BERLIN, CLOCK_DAY_MS + CLOCK_HOUR_MS, 2, CLOCK_HOUR_MS},
        {BERLIN, 27LL * CLOCK_DAY_MS, 28, CLOCK_HOUR_MS},
        {BERLIN, 28LL * CLOCK_DAY_MS + CLOCK_HOUR_MS, 28, 0},
        {"EST5EDT,M3.2.0,M11.1.0", CLOCK_HOUR_MS, 7, 0}, // theirs were changed three weeks before
        {"EST5EDT,M3.2.0,M11.1.0", CLOCK_HOUR_MS, 28, CLOCK_HOUR_MS},
        {"<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45", CLOCK_HOUR_MS, 7, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct zone z;
        setenv("TZ", "UTC0", 1);
        zone_read(&z, cases[i].tz);
        assert_string_equal(getenv("TZ"), "UTC0");
        int64_t at_ms = SPRING_MS + cases[i].after_spring_ms;
        int64_t off_ms = zone_days_before(&z, at_ms, cases[i].days) - at_ms +
                         cases[i].days * (int64_t)CLOCK_DAY_MS;
        bool gap = i == 2; // either of two answers will do
        if (off_ms != cases[i].off_ms && !(gap && off_ms == 0)) {
            fail_msg("case %zu: off by %lld ms", i, (long long)off_ms);
        }
        zone_finish(&z);
        zone_finish(&z);
    }
}

// The calendar of the C library, over two years and both changes of each.
static void agrees_with_the_system(void **state)
{
    (void)state;
    static const char *const zones[] = {
        BERLIN, "EST5EDT,M3.2.0,M11.1.0", "UTC0", "<-03>3", "AEST-10AEDT,M10.1.0,M4.1.0/3"};
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        struct zone z;
        setenv("TZ", zones[i], 1);
        tzset();
        zone_read(&z, zones[i]);
        for (int64_t at_ms = SPRING_MS; at_ms < SPRING_MS + 730LL * CLOCK_DAY_MS;
             at_ms += 7LL * CLOCK_HOUR_MS) {
            for (int days = 1; days <= 28; days += 9) {
                int64_t system_ms = clock_days_before(at_ms, days);
                int64_t ours_ms = zone_days_before(&z, at_ms, days);
                struct tm a, b;
                time_t as = (time_t)(system_ms / 1000), bs = (time_t)(ours_ms / 1000);
                localtime_r(&as, &a);
                localtime_r(&bs, &b);
                // an hour that comes twice may be either
                assert_true(
                    system_ms == ours_ms || a.tm_hour == b.tm_hour || a.tm_isdst != b.tm_isdst);
                assert_true(llabs(system_ms - ours_ms) <= CLOCK_HOUR_MS);
            }
        }
        assert_true(zone_days_before(NULL, SPRING_MS, 7) == clock_days_before(SPRING_MS, 7));
        zone_finish(&z);
    }
    setenv("TZ", "UTC0", 1);
    tzset();
}

/** A file of the database with one change, in 1970, after which the rule TZ holds. */
static void write_zone(const char *path, const char *tz)
{
    static const char first[] = {'T', 'Z', 'i', 'f', '2', [39] = 1, [43] = 4};
    static const char second[] = {'T', 'Z', 'i', 'f', '2', [35] = 1, [39] = 1, [43] = 4};
    static const char change[9] = {0}, type[] = {0, 0, 0, 0, 0, 0, 'X', 'S', 'T', 0};
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fwrite(first, 1, sizeof first, f);
    fwrite(type, 1, sizeof type, f);
    fwrite(second, 1, sizeof second, f);
    fwrite(change, 1, sizeof change, f);
    fwrite(type, 1, sizeof type, f);
    fprintf(f, "\n%s\n", tz);
    assert_int_equal(fclose(f), 0);
}

static void names_are_looked_up(void **state)
{
    (void)state;
    char directory[] = "/tmp/ragtop-zone-XXXXXX", path[64];
    assert_non_null(mkdtemp(directory));
    const char *const with[] = {"/nowhere/zoneinfo", directory, NULL};
    const char *const without[] = {"/nowhere/zoneinfo", NULL};
    snprintf(path, sizeof path, "%s/UTC", directory);
    write_zone(path, "UTC0");
    snprintf(path, sizeof path, "%s/Middle", directory);
    write_zone(path, BERLIN);
    snprintf(path, sizeof path, "%s/tzdata.zi", directory);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs("# version\n", f);
    fclose(f);

    static const struct {
        bool with;
        const char *name, *why; // NULL: it is good
    } cases[] = {
        {true, "Middle", NULL},
        {true, "UTC", NULL},
        {false, "UTC", NULL},
        {false, "Etc/UTC", NULL},
        {false, "Middle", "this system has no time zone data in /nowhere/zoneinfo"},
        {true, "Midle", "not a time zone in /tmp/ragtop-zone-"},
        {true, "", "not the name of a time zone"},
        {true, "tzdata", "not a time zone in"},
        {true, "../../etc/localtime", "not the name of a time zone"},
        {true, "/etc/localtime", "not the name of a time zone"},
        {true, "CET-1CEST,M3.5.0,M10.5.0/3", "not the name of a time zone"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct zone z;
        struct str why;
        str_init(&why);
        bool good = timezone_read(&z, cases[i].name, cases[i].with ? with : without, &why);
        assert_int_equal(good, !cases[i].why);
        if (!good && !strstr(why.text, cases[i].why)) {
            fail_msg("%s is %s", cases[i].name, why.text);
        }
        int64_t at_ms = SPRING_MS + CLOCK_HOUR_MS;
        int64_t off_ms = zone_days_before(&z, at_ms, 7) - at_ms + 7LL * CLOCK_DAY_MS;
        assert_true(off_ms == (strcmp(cases[i].name, "Middle") == 0 && good ? CLOCK_HOUR_MS : 0));
        zone_finish(&z);
        str_finish(&why);
    }
    static const struct {
        const char *tz, *why; // of the variable; NULL: it is good
    } checks[] = {{"Middle", NULL}, {":Middle", NULL}, {"UTC", NULL}, {":/etc/localtime", NULL},
        {"", NULL}, {"CET-1CEST,M3.5.0,M10.5.0/3", NULL}, {"<+03>-3", NULL}, {"EST5EDT", NULL},
        {"Foo/Bar", "not a time zone in /tmp/ragtop-zone-"}, {"Berlin", "not a time zone in"}};
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        struct str why;
        str_init(&why);
        bool good = timezone_check(checks[i].tz, with, &why);
        if (good != !checks[i].why || (!good && !strstr(why.text, checks[i].why))) {
            fail_msg("%s is %s", checks[i].tz, why.text);
        }
        str_finish(&why);
    }
    static const char *const files[] = {"UTC", "Middle", "tzdata.zi"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", directory, files[i]);
        unlink(path);
    }
    rmdir(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_those_of_the_zone),
        cmocka_unit_test(agrees_with_the_system),
        cmocka_unit_test(names_are_looked_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
