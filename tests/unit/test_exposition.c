#include "prom/exposition.h"

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
        assert_non_null(strstr(why.text, "line 2 of its metrics is not understood: "));
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
        {5, 10001, 10000, 8, 1},
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_lines),
        cmocka_unit_test(names_the_line_that_is_wrong),
        cmocka_unit_test(is_told_from_other_texts),
        cmocka_unit_test(knows_types),
        cmocka_unit_test(what_is_wanted_goes_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
