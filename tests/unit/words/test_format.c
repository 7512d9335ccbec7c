#include "words/format.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct format_case {
    double value;
    const char *text;
};

static void check_all(
    void (*format)(struct str *, double), const struct format_case *cases, size_t count)
{
    struct str s;
    str_init(&s);
    for (size_t i = 0; i < count; i++) {
        str_clear(&s);
        format(&s, cases[i].value);
        if (strcmp(s.text, cases[i].text) != 0) {
            fail_msg("%.12g: '%s' is not '%s'", cases[i].value, s.text, cases[i].text);
        }
    }
    str_finish(&s);
}

#define CHECK(format, cases) check_all(format, cases, sizeof(cases) / sizeof *(cases))

static void seconds(void **state)
{
    (void)state;
    static const struct format_case cases[] = {
        {NAN, "-"},
        {0, "0 ms"},
        {1e-9, "<1 us"},
        {0.6e-6, "1 us"},
        {0.00085, "850 us"},
        {0.000999, "999 us"},
        {0.0009996, "1.0 ms"},
        {0.0042, "4.2 ms"},
        {0.00994, "9.9 ms"},
        {0.00996, "10 ms"},
        {0.34, "340 ms"},
        {0.9994, "999 ms"},
        {0.9996, "1.0 s"},
        {1.234, "1.2 s"},
        {9.94, "9.9 s"},
        {9.96, "10 s"},
        {59.6, "60 s"},
        {99.4, "99 s"},
        {99.6, "1.7 min"},
        {210, "3.5 min"},
        {3600, "60 min"},
        {5969, "99 min"},
        {5971, "1.7 h"},
        {36000, "10 h"},
        {-0.05, "-50 ms"},
        {-3, "-3.0 s"},
    };
    CHECK(format_seconds, cases);
}

static void percent(void **state)
{
    (void)state;
    static const struct format_case cases[] = {
        {NAN, "-"},
        {0, "0 %"},
        {0.00001, "<0.01 %"},
        {0.0001, "0.01 %"},
        {0.003, "0.3 %"},
        {0.0994, "9.9 %"},
        {0.0996, "10 %"},
        {0.124, "12 %"},
        {1, "100 %"},
        {1.2, "120 %"},
    };
    CHECK(format_percent, cases);
}

static void shares(void **state)
{
    (void)state;
    static const struct format_case cases[] = {{NAN, "-"}, {0, "0 %"}, {0.0004, "<0.1 %"},
        {0.0005, "0.1 %"}, {0.12, "12.0 %"}, {1, "100.0 %"}};
    CHECK(format_share, cases);
}

static void each(void **state)
{
    (void)state;
    static const struct format_case cases[] = {{NAN, "-"}, {0, "0"}, {0.004, "<0.01"},
        {0.06, "0.06"}, {1.2, "1.20"}, {99.4, "99.40"}, {120, "120"}};
    CHECK(format_each, cases);
}

static void times(void **state)
{
    (void)state;
    static const struct format_case cases[] = {
        {NAN, "-"},
        {0, "0.0x"},
        {0.001, "<0.01x"},
        {0.04, "0.04x"},
        {0.096, "0.1x"},
        {0.5, "0.5x"},
        {6, "6.0x"},
        {9.94, "9.9x"},
        {9.96, "10x"},
        {12.4, "12x"},
        {99, "99x"},
        {99.1, ">99x"},
        {INFINITY, ">99x"},
    };
    CHECK(format_times, cases);
    static const struct format_case on_screen[] = {{NAN, "-"}, {0.5, "0.5×"}, {6, "6.0×"}};
    CHECK(format_ratio, on_screen);
}

// Of what is "10x or more" nothing may be less.
static void times_at_least(void **state)
{
    (void)state;
    static const struct format_case cases[] = {
        {NAN, "-"}, {1.39, "1.3x"}, {9.97, "9.9x"}, {10.6, "10x"}, {100.5, ">99x"}};
    CHECK(format_times_least, cases);
    static const struct format_case on_screen[] = {{1.39, "1.3×"}, {10.6, "10×"}};
    CHECK(format_ratio_least, on_screen);
}

// Beside seconds it is seconds, and only zero reads as zero.
static void seconds_beside_others(void **state)
{
    (void)state;
    static const struct {
        double value, like;
        const char *text, *fine;
    } cases[] = {{0.593, 1.7, "0.6 s", "0.59 s"}, {0.04, 1.7, "0.04 s", "0.04 s"},
        {0.004, 1.7, "4.0 ms", "4.0 ms"}, {1.7, 1.7, "1.7 s", "1.7 s"},
        {0.593, 0.6, "593 ms", "593 ms"}, {0.593, 400, "593 ms", "593 ms"}, {NAN, 2, "-", "-"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str s;
        str_init(&s);
        format_seconds_like(&s, cases[i].value, cases[i].like, false);
        assert_string_equal(s.text, cases[i].text);
        str_clear(&s);
        format_seconds_like(&s, cases[i].value, cases[i].like, true);
        assert_string_equal(s.text, cases[i].fine);
        str_finish(&s);
    }
}

static void rate(void **state)
{
    (void)state;
    static const struct format_case cases[] = {
        {NAN, "-"},
        {0, "0/s"},
        {1e-9, "<0.1/d"},
        {0.000001, "0.1/d"},
        {0.00002, "1.7/d"},
        {0.0001, "0.4/h"},
        {0.001, "3.6/h"},
        {0.0017, "0.1/min"},
        {0.02, "1.2/min"},
        {0.0994, "6.0/min"},
        {0.12, "0.1/s"},
        {3.4, "3.4/s"},
        {42, "42/s"},
        {120, "120/s"},
        {999, "999/s"},
        {1234, "1.2k/s"},
        {123456, "123k/s"},
        {2.5e6, "2.5M/s"},
    };
    CHECK(format_rate, cases);
}

static void counts(void **state)
{
    (void)state;
    static const struct format_case cases[] = {
        {NAN, "-"},
        {0, "0"},
        {0.01, "<0.1"},
        {0.3, "0.3"},
        {97, "97"},
        {999, "999"},
        {999.6, "1.0k"},
        {12400, "12.4k"},
        {124000, "124k"},
        {3.1e6, "3.1M"},
        {2e9, "2.0G"},
        {5e12, "5.0T"},
        {5e15, ">999T"},
    };
    CHECK(format_count, cases);
}

static void numbers(void **state)
{
    (void)state;
    static const struct format_case cases[] = {
        {NAN, "-"},
        {0, "0"},
        {0.00001, "<0.0001"},
        {0.0042, "0.0042"},
        {0.31, "0.31"},
        {0.994, "0.99"},
        {0.996, "1.0"},
        {2.4, "2.4"},
        {99.4, "99.4"},
        {99.6, "100"},
        {12345, "12345"},
    };
    CHECK(format_number, cases);
}

static void exact_counts(void **state)
{
    (void)state;
    static const struct format_case cases[] = {
        {NAN, "-"},
        {0, "0"},
        {999.4, "999"},
        {999.6, "1,000"},
        {4862, "4,862"},
        {1000000, "1,000,000"},
        {123456789, "123,456,789"},
        {-4862, "-4,862"},
        {-0.2, "0"},
    };
    CHECK(format_exact, cases);
}

// A value that is not zero never reads as zero, however small it is.
static void only_zero_reads_as_zero(void **state)
{
    (void)state;
    static void (*const formats[])(struct str *, double) = {format_seconds, format_percent,
        format_times, format_rate, format_count, format_number, format_plain, format_share,
        format_each};
    for (size_t k = 0; k < sizeof formats / sizeof *formats; k++) {
        for (double v = 1e-12; v < 10; v *= 1.09) {
            struct str s;
            str_init(&s);
            formats[k](&s, v);
            if (s.text[0] != '<' && strtod(s.text, NULL) == 0) {
                fail_msg("format %zu: %g reads '%s'", k, v, s.text);
            }
            str_finish(&s);
        }
    }
}

// The numbers of an axis are in one unit, also where each alone would have a smaller one.
static void rates_of_one_axis(void **state)
{
    (void)state;
    static const struct {
        double value, like;
        const char *text;
    } cases[] = {{0.05, 0.2, "0.05/s"}, {0.2, 0.2, "0.2/s"}, {0.001, 0.01, "0.06/min"},
        {0.005, 0.01, "0.3/min"}, {50, 2000, "50/s"}, {0.00001, 0.2, "<0.1/s"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str s;
        str_init(&s);
        format_rate_like(&s, cases[i].value, cases[i].like);
        assert_string_equal(s.text, cases[i].text);
        str_finish(&s);
    }
}

// Nor is one of them in powers of ten.
static void numbers_of_one_axis(void **state)
{
    (void)state;
    static const struct {
        double value, like;
        const char *text;
    } cases[] = {{0.00005, 0.00025, "0.00005"}, {0.0002, 0.00025, "0.0002"}, {0.5, 2, "0.5"},
        {0.000002, 0.000005, "2e-06"}, {0.00005, 0.00006, "5e-05"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str s;
        str_init(&s);
        format_plain_like(&s, cases[i].value, cases[i].like);
        assert_string_equal(s.text, cases[i].text);
        str_finish(&s);
    }
}

static void texts_stay_short(void **state)
{
    (void)state;
    static void (*const formats[])(struct str *, double) = {
        format_seconds, format_percent, format_times, format_rate, format_count, format_number};
    for (size_t k = 0; k < sizeof formats / sizeof *formats; k++) {
        for (double v = 1e-9; v < 1e6; v *= 1.07) {
            struct str s;
            str_init(&s);
            formats[k](&s, formats[k] == format_percent ? v / 1e6 : v);
            if (s.len > 8) {
                fail_msg("%g: '%s'", v, s.text);
            }
            str_finish(&s);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seconds),
        cmocka_unit_test(percent),
        cmocka_unit_test(shares),
        cmocka_unit_test(each),
        cmocka_unit_test(times),
        cmocka_unit_test(times_at_least),
        cmocka_unit_test(seconds_beside_others),
        cmocka_unit_test(rate),
        cmocka_unit_test(counts),
        cmocka_unit_test(numbers),
        cmocka_unit_test(exact_counts),
        cmocka_unit_test(only_zero_reads_as_zero),
        cmocka_unit_test(rates_of_one_axis),
        cmocka_unit_test(numbers_of_one_axis),
        cmocka_unit_test(texts_stay_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
