#include "draw/spark.h"

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "view/format.h"

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
    assert_true(spark_column(&t, 0, 4) == 9);
    assert_true(spark_column(&t, 1, 4) == 1); // half a gap
    assert_true(isnan(spark_column(&t, 2, 4)));
    assert_true(spark_column(&t, 3, 4) == 2);
    for (int x = 0; x < 16; x++) { // more columns than values: each is repeated
        double v = spark_column(&t, x, 16);
        assert_true(isnan(values[x / 2]) ? isnan(v) : v == values[x / 2]);
    }
    t = trend(NULL, 0);
    assert_true(isnan(spark_column(&t, 0, 5)));
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
                    double v = spark_column(&t, x, w);
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
    assert_spark(&t, 9, &glyphs_unicode, "▁▁▂▃▄▅▆▇█\n");
    assert_spark(&t, 9, &glyphs_ascii, "__.-:=+*#\n");
    t.usual = 8; // twice the usual is the top, so that calm looks calm
    assert_spark(&t, 9, &glyphs_unicode, "▁▁▁▂▂▃▃▄▄\n");
    static const double gaps[] = {4, NAN, 4};
    t = trend(gaps, 3);
    assert_spark(&t, 3, &glyphs_unicode, "█ █\n");
    static const double zero[] = {0, 0};
    t = trend(zero, 2);
    assert_spark(&t, 2, &glyphs_unicode, "▁▁\n"); // 0 is a value, not a gap
    static const double nothing[] = {NAN, NAN};
    t = trend(nothing, 2);
    assert_spark(&t, 2, &glyphs_unicode, "\n");
}

static void charts_of_every_size(void **state)
{
    (void)state;
    static const double values[] = {0.3, 0.31, NAN, 0.3, 1.8, 1.7, 0, 2.5, NAN};
    const struct view_trend trends[] = {{values, 9, 0.3, 0.4, 0.9}, {values, 9, NAN, NAN, NAN},
        {values + 2, 1, 0.3, 0.4, 0.9}, {values + 6, 1, NAN, NAN, NAN}, {NULL, 0, 0.3, NAN, NAN}};
    for (size_t k = 0; k < sizeof trends / sizeof *trends; k++) {
        struct view_chart chart = {.title = "vector_db P95",
            .trend = trends[k],
            .format = format_seconds,
            .first_ms = 1770192000000,
            .last_ms = 1770195600000};
        for (int h = 0; h <= 20; h++) {
            for (int w = 0; w <= 90; w += 3) {
                struct canvas c;
                canvas_init(&c, w + 2, h + 2);
                chart_draw(
                    &c, (struct rect){1, 1, w, h}, &chart, w % 2 ? &glyphs_unicode : &glyphs_ascii);
                for (int x = 0; x < w + 2; x++) { // nothing is drawn around it
                    assert_int_equal(canvas_at(&c, x, 0)->glyph, ' ');
                    assert_int_equal(canvas_at(&c, x, h + 1)->glyph, ' ');
                }
                for (int y = 0; y < h + 2; y++) {
                    assert_int_equal(canvas_at(&c, 0, y)->glyph, ' ');
                    assert_int_equal(canvas_at(&c, w + 1, y)->glyph, ' ');
                }
                canvas_finish(&c);
            }
        }
    }
}

static void charts_do_not_bridge_gaps(void **state)
{
    (void)state;
    static const double whole[] = {5, 5, 5, 1, 1, 1}, broken[] = {5, 5, NAN, 1, 1, 1};
    for (int gap = 0; gap < 2; gap++) {
        const struct view_chart chart = {.title = "a",
            .trend = {gap ? broken : whole, 6, NAN, NAN, NAN},
            .format = format_seconds,
            .last_ms = 3600000};
        struct canvas c;
        canvas_init(&c, 74, 12);
        chart_draw(&c, (struct rect){0, 0, 74, 12}, &chart, &glyphs_unicode);
        int x = 73;
        while (canvas_at(&c, x, 9)->glyph == ' ') {
            x--; // from the right to the plot
        }
        while (canvas_at(&c, x, 1)->glyph == ' ' && canvas_at(&c, x, 9)->glyph != ' ') {
            x--; // and over the low values, to what is left of them
        }
        assert_int_equal(canvas_at(&c, x, 1)->glyph == ' ', gap); // a flank, or nothing
        canvas_finish(&c);
    }
}

static void charts_say_what_they_show(void **state)
{
    (void)state;
    static const double values[] = {0.3, 0.3, 1.8, 1.8};
    const struct view_chart chart = {.title = "vector_db P95",
        .trend = {values, 4, 0.3, 0.4, 0.9},
        .format = format_seconds,
        .first_ms = 1770192000000,
        .last_ms = 1770195600000};
    const struct glyphs *const sets[] = {&glyphs_unicode, &glyphs_ascii};
    for (size_t k = 0; k < 2; k++) {
        struct canvas c;
        struct str s;
        str_init(&s);
        canvas_init(&c, 80, 12);
        chart_draw(&c, (struct rect){0, 0, 80, 12}, &chart, sets[k]);
        canvas_add_text(&c, &s);
        static const char *const parts[] = {
            "vector_db P95", "usual 300 ms", "2.0 s", "08:00", "09:00"};
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
            if (!strstr(s.text, parts[i])) {
                fail_msg("'%s' is not in\n%s", parts[i], s.text);
            }
        }
        str_clear(&s);
        canvas_add_roles(&c, &s);
        assert_non_null(strchr(s.text, 'c')); // critical above 0.9 s
        assert_non_null(strchr(s.text, 'g')); // and calm below
        str_finish(&s);
        canvas_finish(&c);
    }
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
        cmocka_unit_test(charts_of_every_size),
        cmocka_unit_test(charts_do_not_bridge_gaps),
        cmocka_unit_test(charts_say_what_they_show),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
