#include "scrape/exposition.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/** A text form of E: labels and value of each series. The caller frees. */
static char *shown(const struct exposition *e)
{
    struct str s;
    str_init(&s);
    for (size_t i = 0; i < e->samples.count; i++) {
        const struct batch_series *one = &e->samples.series[i];
        str_add(&s, i ? "; " : "");
        for (size_t k = 0; k < one->labels.count; k++) {
            str_addf(
                &s, "%s%s=%s", k ? "," : "", one->labels.items[k].name, one->labels.items[k].value);
        }
        str_addf(&s, " %g", one->samples[0].value);
    }
    return str_take(&s);
}

static void reads_lines(void **state)
{
    (void)state;
    static const struct {
        const char *body, *shown;
    } cases[] = {
        {"", ""},
        {"\n\n# a comment\n", ""},
        {"up 1\n", "__name__=up 1"},
        {"up 1", "__name__=up 1"},
        {"up{} 1\n", "__name__=up 1"},
        {"up{a=\"b\",c=\"d\",} 1.5 1395066363000\n", "__name__=up,a=b,c=d 1.5"},
        {" up { a = \"b\" }  +Inf\r\n", "__name__=up,a=b inf"},
        {"a -1e-3\nb NaN\n", "__name__=a -0.001; __name__=b nan"},
        {"x{a=\"q\\\"\\\\\\n\"} 1\n", "__name__=x,a=q\"\\  1"},
        {"x{a=\"\033[2J\xFF\"} 1\n", "__name__=x,a=\uFFFD[2J\uFFFD 1"},
        {"h_bucket{le=\"+Inf\"} 4 # {trace_id=\"x\"} 0.5 1.2\n# EOF\n",
            "__name__=h_bucket,le=+Inf 4"},
        {"{\"gen_ai.duration\",a=\"b\"} 2\n", "__name__=gen_ai.duration,a=b 2"},
        {"# TYPE x counter\nx_total 3\n", "__name__=x_total 3"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct exposition e = {0};
        struct str why;
        str_init(&why);
        if (!exposition_decode(&e, cases[i].body, strlen(cases[i].body), &why)) {
            fail_msg("%s: %s", cases[i].body, why.text);
        }
        char *got = shown(&e);
        assert_string_equal(got, cases[i].shown);
        free(got);
        exposition_finish(&e);
        str_finish(&why);
    }
}

static void names_the_line_that_is_wrong(void **state)
{
    (void)state;
    static const char *const bad[] = {"up", "up ", "up x", "up 1x", "1up 1", "up{a} 1", "up{a=b} 1",
        "up{a=\"b} 1", "up{a=\"b\" 1", "up{a=\"b\"c=\"d\"} 1", "{a=\"b\"} 1", "<html>", "{\"a\":1}",
        "up{a=\"b\\", "up{"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct exposition e = {0};
        struct str body, why;
        str_init(&body);
        str_init(&why);
        str_addf(&body, "good 1\n%s\ngood 2\n", bad[i]);
        assert_false(exposition_decode(&e, body.text, body.len, &why));
        assert_non_null(strstr(why.text, "line 2 of its metrics cannot be read: "));
        assert_int_equal(e.samples.count, 1);
        exposition_finish(&e);
        str_finish(&body);
        str_finish(&why);
    }
}

static void is_told_from_other_texts(void **state)
{
    (void)state;
    static const struct {
        const char *type, *body;
        bool is;
    } cases[] = {
        {"text/plain; version=0.0.4", "# HELP a b\na 1\n", true},
        {"application/openmetrics-text; version=1.0.0", "# TYPE a gauge\na 1\n# EOF\n", true},
        {NULL, "\n# just words\nup 1\n", true},
        {"text/html", "up 1\n", true},
        {"application/json", "# by hand\nup 1\n", true},
        {"text/html", "up 1\nand so on\n", false},
        {"text/html", "# nothing\n", false},
        {"application/json", "{\"up\": 1}", false},
        {"text/plain", "404 page not found\n", false},
        {"text/plain", "Not Found 404\n", false},
        {"text/plain", "", false},
        {"text/plain", "# only a comment\n", false},
        {"text/plain", "<html>", false},
        {NULL, "{\"status\":\"success\"}", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool is = exposition_is(cases[i].type, cases[i].body, strlen(cases[i].body));
        if (is != cases[i].is) {
            fail_msg("%s: %d", cases[i].body, is);
        }
    }
}

static void knows_types(void **state)
{
    (void)state;
    const char *body = "# HELP h help\n# TYPE h histogram\n#TYPE g gauge\n# TYPE \"a.b\" counter\n"
                       "# TYPE broken\n# TYPE\n";
    struct exposition e = {0};
    struct str why;
    str_init(&why);
    assert_true(exposition_decode(&e, body, strlen(body), &why));
    assert_string_equal(exposition_type_of(&e, "h"), "histogram");
    assert_string_equal(exposition_type_of(&e, "g"), "gauge");
    assert_string_equal(exposition_type_of(&e, "a.b"), "counter");
    assert_string_equal(exposition_type_of(&e, "broken"), "");
    assert_string_equal(exposition_type_of(&e, "other"), "");
    exposition_finish(&e);
    str_finish(&why);
}

/** How many samples of METRIC, or parts of it, are kept of BODY where nothing is wanted yet. */
static int kept_of(const char *body, size_t len, const char *metric, size_t *left)
{
    struct exposition e = {.wanted = ""};
    struct str why;
    int kept = 0;
    str_init(&why);
    assert_true(exposition_decode(&e, body, len, &why));
    for (size_t i = 0; i < e.samples.count; i++) {
        const char *name = labels_get(&e.samples.series[i].labels, "__name__");
        kept += strncmp(name, metric, strlen(metric)) == 0;
    }
    *left = e.samples.left_out;
    exposition_finish(&e);
    str_finish(&why);
    return kept;
}

static void add_series(struct str *s, const char *before, int count, const char *after)
{
    for (int i = 0; i < count; i++) {
        str_addf(s, "%sid=\"%d\"} 1\n%s", before, i, after);
    }
}

static void what_is_rare_is_kept_whole(void **state)
{
    (void)state;
    static const struct {
        int big, half, parts; // of two metrics, and of a histogram behind them
        int kept_big, kept_half, kept_parts;
    } cases[] = {
        {9960, 20, 10, 9960, 20, 20}, // there is room for all
        {9970, 20, 10, 9460, 20, 20}, {12000, 4000, 100, 5300, 4000, 200},
        {12000, 6000, 100, 4650, 4650, 200},   // the big ones are cut alike
        {12001, 6001, 3001, 3167, 3167, 3166}, // and what is left over goes to the first
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str s;
        size_t left;
        str_init(&s);
        add_series(&s, "big_total{", cases[i].big, "");
        add_series(&s, "{\"half.total\",", cases[i].half, "");
        add_series(&s, "took_seconds_bucket{", cases[i].parts, "took_seconds_count 1\n");
        assert_int_equal(kept_of(s.text, s.len, "big_total", &left), cases[i].kept_big);
        assert_int_equal(kept_of(s.text, s.len, "half.total", &left), cases[i].kept_half);
        assert_int_equal(kept_of(s.text, s.len, "took_seconds", &left), cases[i].kept_parts);
        int kept = cases[i].kept_big + cases[i].kept_half + cases[i].kept_parts;
        assert_int_equal(left, cases[i].big + cases[i].half + 2 * cases[i].parts - kept);
        str_finish(&s);
    }
}

static void more_metrics_than_room(void **state)
{
    (void)state;
    struct str s;
    size_t left;
    str_init(&s);
    for (int i = 0; i < 10100; i++) {
        str_addf(&s, "m%06d 1\nm%06d{a=\"b\"} 1\n", i, i);
    }
    assert_int_equal(kept_of(s.text, s.len, "m", &left), 9500);
    assert_int_equal(left, 10700);
    str_finish(&s);
}

static struct str many(int others, int wanted)
{
    struct str s;
    str_init(&s);
    for (int i = 0; i < others; i++) {
        str_addf(&s, "other_total{id=\"%d\"} 1\n", i);
    }
    str_add(&s, "search_secondsx_sum 1\nmy_search_seconds_sum 1\n");
    for (int i = 0; i < wanted; i++) {
        str_addf(&s, "search_seconds_bucket{le=\"%d\"} 1\n", i);
    }
    return s;
}

static void what_is_wanted_goes_first(void **state)
{
    (void)state;
    static const struct {
        int others, wanted, read, left, wanted_left;
    } cases[] = {
        {9988, 10, 10000, 0, 0},  // there is room for all
        {9989, 10, 9500, 501, 0}, // and now there is not
        {20000, 10, 9500, 10512, 0},
        {5, 10000, 10000, 7, 0},
        {5, 10001, 10001, 7, 0},
        {5, 20000, 20000, 7, 0},
        {5, 20001, 20000, 8, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str why, body = many(cases[i].others, cases[i].wanted);
        struct exposition e = {
            .wanted = "sum(rate(search_seconds_sum[5m]))\nsearch_seconds{a=\"b\"}"};
        str_init(&why);
        assert_true(exposition_decode(&e, body.text, body.len, &why));
        size_t kept = 0;
        for (size_t k = 0; k < e.samples.count; k++) {
            const char *name = labels_get(&e.samples.series[k].labels, "__name__");
            kept += strcmp(name, "search_seconds_bucket") == 0;
        }
        if ((int)e.samples.count != cases[i].read || (int)e.samples.left_out != cases[i].left ||
            (int)e.wanted_left != cases[i].wanted_left ||
            (int)kept != cases[i].wanted - cases[i].wanted_left) {
            fail_msg("case %zu: %zu read, %zu left out, %zu of them wanted, %zu kept", i,
                e.samples.count, e.samples.left_out, e.wanted_left, kept);
        }
        exposition_finish(&e);
        str_finish(&body);
        str_finish(&why);
    }
}

/** Two values of LEN bytes that differ in the last one, beside COUNT labels in all. */
static struct str long_ones(size_t len, size_t count)
{
    struct str s;
    str_init(&s);
    for (char last = 'a'; last <= 'b'; last++) {
        str_add(&s, "m{");
        for (size_t i = 2; i < count; i++) { // the name is one, too
            str_addf(&s, "l%zu=\"x\",", i);
        }
        str_add(&s, "url=\"");
        for (size_t i = 1; i < len; i++) {
            str_addc(&s, 'x');
        }
        str_addf(&s, "%c\"} 1\n", last);
    }
    return s;
}

static void series_stay_apart_however_long(void **state)
{
    (void)state;
    static const size_t lengths[] = {199, 200, 201, 5000};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct str why, body = long_ones(lengths[i], 3);
        struct exposition e = {0};
        str_init(&why);
        assert_true(exposition_decode(&e, body.text, body.len, &why));
        assert_int_equal(e.samples.count, 2);
        const char *a = labels_get(&e.samples.series[0].labels, "url"),
                   *b = labels_get(&e.samples.series[1].labels, "url");
        assert_string_not_equal(a, b);
        assert_true(strlen(a) <= 200);
        assert_int_equal(strstr(a, "…") != NULL, lengths[i] > 200);
        exposition_finish(&e);
        str_finish(&body);
        str_finish(&why);
    }
}

static void too_many_labels_are_an_error(void **state)
{
    (void)state;
    for (size_t count = 999; count <= 1001; count++) {
        struct str why, body = long_ones(5, count);
        struct exposition e = {0};
        str_init(&why);
        assert_int_equal(exposition_decode(&e, body.text, body.len, &why), count <= 1000);
        if (count <= 1000) {
            assert_int_equal(e.samples.series[0].labels.count, count);
        } else {
            assert_non_null(strstr(why.text, "line 1 of its metrics cannot be read"));
        }
        exposition_finish(&e);
        str_finish(&body);
        str_finish(&why);
    }
}

static void types_that_are_wanted_have_room(void **state)
{
    (void)state;
    for (int others = 9999; others <= 10001; others++) {
        struct str why, body;
        struct exposition e = {.wanted = "search_seconds"};
        str_init(&why);
        str_init(&body);
        for (int i = 0; i < others; i++) {
            str_addf(&body, "# TYPE other_%d gauge\n", i);
        }
        str_add(&body, "# TYPE search_seconds histogram\n");
        assert_true(exposition_decode(&e, body.text, body.len, &why));
        assert_string_equal(exposition_type_of(&e, "search_seconds"), "histogram");
        exposition_finish(&e);
        str_finish(&body);
        str_finish(&why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_lines),
        cmocka_unit_test(names_the_line_that_is_wrong),
        cmocka_unit_test(is_told_from_other_texts),
        cmocka_unit_test(knows_types),
        cmocka_unit_test(what_is_wanted_goes_first),
        cmocka_unit_test(what_is_rare_is_kept_whole),
        cmocka_unit_test(more_metrics_than_room),
        cmocka_unit_test(series_stay_apart_however_long),
        cmocka_unit_test(too_many_labels_are_an_error),
        cmocka_unit_test(types_that_are_wanted_have_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
