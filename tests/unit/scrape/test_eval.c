#include "scrape/eval.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scrape/exposition.h"
#include "unit/effort.h"

enum { T0 = 1000000, STEP = 10000 };

/** Scrapes BODIES (COUNT), STEP apart, from T0 on. */
static struct scraped scrape(const char *const *bodies, size_t count)
{
    struct scraped data = {0};
    for (size_t i = 0; i < count; i++) {
        struct exposition e = {0};
        struct str why;
        str_init(&why);
        assert_true(exposition_decode(&e, bodies[i], strlen(bodies[i]), &why));
        scraped_add(&data, &e.samples, T0 + (int64_t)i * STEP);
        exposition_finish(&e);
        str_finish(&why);
    }
    return data;
}

/** What EXPR is at T_MS: `{a=b} 1; ...`, or the clause why not. The caller frees. */
static char *evaluate(const struct scraped *data, const char *expr, int64_t t_ms)
{
    struct batch b = {0};
    struct str s, why;
    str_init(&s);
    str_init(&why);
    if (!eval_instant(data, expr, t_ms, &b, &why, NULL)) {
        assert_int_equal(b.count, 0);
        str_addf(&s, "! %s", why.text);
    }
    for (size_t i = 0; i < b.count; i++) {
        str_add(&s, i ? "; {" : "{");
        for (size_t k = 0; k < b.series[i].labels.count; k++) {
            const struct label *l = &b.series[i].labels.items[k];
            str_addf(&s, "%s%s=%s", k ? "," : "", l->name, l->value);
        }
        assert_int_equal(b.series[i].samples[0].t_ms, t_ms);
        str_addf(&s, "} %g", b.series[i].samples[0].value);
    }
    batch_finish(&b);
    str_finish(&why);
    return str_take(&s);
}

static void assert_is(const struct scraped *data, const char *expr, const char *expected)
{
    char *got = evaluate(data, expr, T0 + 2 * STEP);
    if (strcmp(got, expected) != 0) {
        fail_msg("%s is %s", expr, got);
    }
    free(got);
}

static const char *const bodies[] = {
    "c{s=\"a\",p=\"1\"} 10\nc{s=\"a\",p=\"2\"} 0\nc{s=\"b\",p=\"1\"} 5\ng{p=\"1\"} 3\nm{p=\"1\"} "
    "6\n"
    "gone 1\n",
    "c{s=\"a\",p=\"1\"} 20\nc{s=\"a\",p=\"2\"} 4\nc{s=\"b\",p=\"1\"} 15\ng{p=\"1\"} 4\nm{p=\"1\"} "
    "8\n"
    "born 2\n",
    "c{s=\"a\",p=\"1\"} 30\nc{s=\"a\",p=\"2\"} 8\nc{s=\"b\",p=\"1\"} 5\ng{p=\"1\"} 5\nm{p=\"1\"} "
    "10\n"
    "born 6\n",
};

static void knows_what_ragtop_writes(void **state)
{
    (void)state;
    struct scraped data = scrape(bodies, 3);
    assert_is(&data, "g", "{__name__=g,p=1} 5");
    assert_is(&data, "g{p=\"2\"}", "");
    assert_is(&data, "gone", "");
    assert_is(&data, "c{s=~\"a|x\",p!=\"2\"}", "{__name__=c,p=1,s=a} 30");
    assert_is(&data, "c{s!~\"a.*\"}", "{__name__=c,p=1,s=b} 5");
    assert_is(&data, "c{s=~\"[b-z]{1}\"}", "{__name__=c,p=1,s=b} 5");
    assert_is(&data, "c{s=~\"b|\\\\+\\\\*\"}", "{__name__=c,p=1,s=b} 5");
    assert_is(&data, "{__name__=~\"g|m\"}", "{__name__=g,p=1} 5; {__name__=m,p=1} 10");
    assert_is(&data, "rate(c{s=\"a\"}[1m])", "{p=1,s=a} 1; {p=2,s=a} 0.4");
    assert_is(&data, "rate(c{s=\"b\"}[1m])", "{p=1,s=b} 0.75"); // it restarted: 10, then 5
    assert_is(&data, "rate(born[1m])", "{} 0.3");               // from 0 at the scrape before
    assert_is(&data, "rate(gone[1m])", "");
    assert_is(&data, "increase(c{p=\"2\"}[20s])", "{p=2,s=a} 8");
    assert_is(&data, "sum(rate(c[1m]))", "{} 2.15");
    assert_is(&data, "sum by (s) (rate(c[1m]))", "{s=a} 1.4; {s=b} 0.75");
    assert_is(&data, "sum without (p) (rate(c[1m]))", "{s=a} 1.4; {s=b} 0.75");
    assert_is(&data, "sum(rate(c[1m])) without (p)", "{s=a} 1.4; {s=b} 0.75");
    assert_is(&data, "avg(count without (p) (c))", "{} 1.5");
    assert_is(&data, "sum by (p, s) (c >= 8)", "{p=1,s=a} 30; {p=2,s=a} 8");
    assert_is(&data, "sum by (p, s) (c >= 8 <= 10) or c > 100", "{p=2,s=a} 8");
    assert_is(&data, "sum by (p, s) (1 + c != 9 < 30)", "{p=1,s=b} 6");
    assert_is(&data, "sum by (p, s) (c == 5)", "{p=1,s=b} 5");
    assert_is(&data, "c > c", "! this PromQL needs a Prometheus");
    assert_is(&data, "sum(c) by (p, s)", "{p=1,s=a} 30; {p=2,s=a} 8; {p=1,s=b} 5");
    assert_is(&data, "max by (s) (c)", "{s=a} 30; {s=b} 5");
    assert_is(&data, "min(c)", "{} 5");
    assert_is(&data, "avg(c{s=\"a\"})", "{} 19");
    assert_is(&data, "count(c)", "{} 3");
    assert_is(&data, "max(g / m)", "{} 0.5");
    assert_is(&data, "g * 2 + 1", "{p=1} 11");
    assert_is(&data, "(1 + 2) * 3", "{} 9");
    assert_is(&data, "10 - 2 - 3", "{} 5");
    assert_is(&data, "max(timestamp(g))", "{} 1020");
    assert_is(&data, "label_replace(sum(g),\"part\",\"used\",\"\",\"\")", "{part=used} 5");
    assert_is(&data,
        "sum by (p) (rate(c[1m])) or label_replace(sum(g),\"part\",\"sum\",\"\",\"\") or sum(m)",
        "{p=1} 1.75; {p=2} 0.4; {part=sum} 5; {} 10");
    assert_is(&data, "label_replace(g,\"pod\",\"$1\",\"p\",\"(.*)\")", "{__name__=g,p=1,pod=1} 5");
    assert_is(&data, "max(resets(c[1h]))", "{} 1");
    assert_is(&data, "max(changes(c[1h]))", "{} 2");
    assert_is(&data, "count_over_time(g[1h])", "{p=1} 3");
    assert_is(&data, "g or m", "{__name__=g,p=1} 5");
    assert_is(&data, "max_over_time(g[1h]) - min_over_time(g[1h])", "{p=1} 2");
    assert_is(&data, "max(resets(g[1h]) * min_over_time(g[1h]) / max_over_time(g[1h]))", "{} 0");
    scraped_finish(&data);
}

static void says_what_takes_a_prometheus(void **state)
{
    (void)state;
    struct scraped data = scrape(bodies, 3);
    static const char *const bad[] = {"", "histogram_quantile(0.9, g)", "rate(g)", "g[5m]",
        "sum(rate(c[1m])", "g offset 5m", "g @ 1", "g > g", "1 > g", "g and m",
        "label_replace(g,\"a\",\"$2\",\"b\",\"(.*)\")", "c{s=~\"(\"}", "c{s=~\"a++\"}",
        "c{s=~\"((a{9}){9}){9}\"}", "c{s=~\"a+b+c+d+e+f+g+\"}", "c{s=\"a\"", "topk(5, c)",
        "rate(c[1d:5m])", "g g", "1 or 2", "sum(1)", "\"text\"", "-g"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char *got = evaluate(&data, bad[i], T0);
        if (got[0] != '!' || !strstr(got, "needs a Prometheus")) {
            fail_msg("%s is %s", bad[i], got);
        }
        free(got);
    }
    char *got = evaluate(&data, "1 + topk{a=\"b\"}(5, c)", T0);
    assert_string_equal(got, "! topk() needs a Prometheus: topk{a=\"b\"}(5, c)");
    free(got);
    struct str deep;
    str_init(&deep);
    for (int i = 0; i < 100000; i++) {
        str_addc(&deep, '(');
    }
    got = evaluate(&data, deep.text, T0);
    assert_int_equal(got[0], '!');
    free(got);
    str_finish(&deep);
    scraped_finish(&data);
}

static void looks_back_and_forgets(void **state)
{
    (void)state;
    struct scraped data = scrape(bodies, 3);
    const int64_t end = T0 + 2 * STEP;
    static const struct {
        int64_t after_ms;
        const char *g;
    } cases[] = {{1000, "{__name__=g,p=1} 5"}, {299999, "{__name__=g,p=1} 5"}, {300001, ""},
        {-STEP, "{__name__=g,p=1} 4"}, {-3 * STEP, ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *got = evaluate(&data, "g", end + cases[i].after_ms);
        assert_string_equal(got, cases[i].g);
        free(got);
    }
    struct batch b = {0};
    struct str why;
    str_init(&why);
    assert_true(eval_range(&data, "g", T0 - STEP, end, STEP, &b, &why, NULL));
    assert_int_equal(b.count, 1);
    assert_int_equal(b.series[0].count, 3);
    batch_finish(&b);
    data.keep_ms = STEP;
    scraped_add(&data, &(struct batch){0}, end + STEP);
    assert_int_equal(data.scrapes_count, 2);
    assert_true(eval_instant(&data, "g", end + STEP, &b, &why, NULL));
    assert_int_equal(b.count, 0); // it was not in the last scrape
    batch_finish(&b);
    scraped_add(&data, &(struct batch){0}, end + 10 * STEP);
    assert_int_equal(data.count, 0);
    str_finish(&why);
    scraped_finish(&data);
}

/** N pods' counters at two scrapes, asked for in all the ways that bring series together. */
static void ask_of_many(size_t n)
{
    static const char *const exprs[] = {
        "a or b", "a / b", "sum by (pod) (rate(a[1m])) or b", "avg by (pod) (a)", "a * 2"};
    struct scraped data = {0};
    for (int k = 0; k < 2; k++) {
        struct batch b = {0};
        for (size_t i = 0; i < 2 * n; i++) {
            char pod[32];
            struct batch_series *s = batch_add(&b);
            snprintf(pod, sizeof pod, "agent-%zu", i / 2);
            labels_set(&s->labels, "__name__", i % 2 ? "a" : "b");
            labels_set(&s->labels, "pod", pod);
            batch_add_sample(s, 0, (double)i);
        }
        scraped_add(&data, &b, T0 + k * STEP);
        batch_finish(&b);
    }
    struct str why;
    str_init(&why);
    for (size_t i = 0; i < sizeof exprs / sizeof *exprs; i++) {
        struct batch out = {0};
        assert_true(eval_range(&data, exprs[i], T0, T0 + STEP, STEP, &out, &why, NULL));
        assert_int_equal(out.count, i == 2 ? 2 * n : n); // at the first moment there is no rate
        batch_finish(&out);
    }
    str_finish(&why);
    scraped_finish(&data);
}

static void costs_as_much_as_there_are_series(void **state)
{
    (void)state;
    assert_true(effort_growth(ask_of_many, 500) < EFFORT_LINEAR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_what_ragtop_writes),
        cmocka_unit_test(says_what_takes_a_prometheus),
        cmocka_unit_test(looks_back_and_forgets),
        cmocka_unit_test(costs_as_much_as_there_are_series),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
