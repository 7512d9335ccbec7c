#include "draw/spark.h"

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
static struct view_trend trend(const double *values, size_t count)
{
    return (struct view_trend){
        .values = values, .count = count, .usual = NAN, .warning = NAN, .critical = NAN};
}

static void columns_keep_peaks_and_gaps(void **state)
{
    (void)state;
    static const double values[] = {1, 9, 1, NAN, NAN, NAN, 2, NAN};
    struct view_trend t = trend(values, 8);
    assert_true(spark_column(t.values, t.count, 0, 4) == 9);
    assert_true(spark_column(t.values, t.count, 1, 4) == 1); // half a gap
    assert_true(isnan(spark_column(t.values, t.count, 2, 4)));
    assert_true(spark_column(t.values, t.count, 3, 4) == 2);
    for (int x = 0; x < 16; x++) { // more columns than values: each is repeated
        double v = spark_column(t.values, t.count, x, 16);
        assert_true(isnan(values[x / 2]) ? isnan(v) : v == values[x / 2]);
    }
    t = trend(NULL, 0);
    assert_true(isnan(spark_column(t.values, t.count, 0, 5)));
}

static void no_value_is_lost(void **state)
{
    (void)state;
    for (size_t count = 1; count <= 60; count++) {
        for (int w = 1; w <= 80; w++) {
            for (size_t peak = 0; peak < count; peak += 7) {
                double values[60];
                for (size_t i = 0; i < count; i++) {
                    values[i] = i == peak ? 5 : 1;
                }
                struct view_trend t = trend(values, count);
                double most = 0;
                for (int x = 0; x < w; x++) {
                    double v = spark_column(t.values, t.count, x, w);
                    assert_false(isnan(v));
                    most = fmax(most, v);
                }
                assert_true(most == 5);
            }
        }
    }
}

static void roles_by_limits(void **state)
{
    (void)state;
    static const struct {
        double value, warning, critical;
        enum role role;
    } cases[] = {
        {1, 2, 3, ROLE_SPARK},
        {2, 2, 3, ROLE_WARNING},
        {3, 2, 3, ROLE_CRITICAL},
        {9, NAN, NAN, ROLE_SPARK},
        {9, 2, NAN, ROLE_WARNING},
        {NAN, 2, 3, ROLE_SPARK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct view_trend t = {.warning = cases[i].warning, .critical = cases[i].critical};
        assert_int_equal(spark_role(&t, cases[i].value), cases[i].role);
    }
}

static void assert_spark(
    const struct view_trend *t, int w, const struct glyphs *glyphs, const char *want)
{
    struct canvas c;
    struct str s;
    str_init(&s);
    canvas_init(&c, w, 1);
    spark_draw(&c, 0, 0, w, t, glyphs);
    canvas_add_text(&c, &s);
    assert_string_equal(s.text, want);
    str_finish(&s);
    canvas_finish(&c);
}

static void draws_levels(void **state)
{
    (void)state;
    static const double values[] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
    struct view_trend t = trend(values, 9);
    assert_spark(&t, 9, glyphs_of(GLYPHS_SHADES), "▁▁▂▃▄▅▆▇█\n");
    assert_spark(&t, 9, glyphs_of(GLYPHS_ASCII), "__.-:=+*#\n");
    t.usual = 8; // twice the usual is the top, so that calm looks calm
    assert_spark(&t, 9, glyphs_of(GLYPHS_SHADES), "▁▁▁▂▂▃▃▄▄\n");
    static const double gaps[] = {4, NAN, 4};
    t = trend(gaps, 3);
    assert_spark(&t, 3, glyphs_of(GLYPHS_SHADES), "█ █\n");
    static const double zero[] = {0, 0};
    t = trend(zero, 2);
    assert_spark(&t, 2, glyphs_of(GLYPHS_SHADES), "▁▁\n"); // 0 is a value, not a gap
    static const double nothing[] = {NAN, NAN};
    t = trend(nothing, 2);
    assert_spark(&t, 2, glyphs_of(GLYPHS_SHADES), "\n");
}

int main(void)
{
    if (!setlocale(LC_CTYPE, "C.UTF-8")) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_keep_peaks_and_gaps),
        cmocka_unit_test(no_value_is_lost),
        cmocka_unit_test(roles_by_limits),
        cmocka_unit_test(draws_levels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
