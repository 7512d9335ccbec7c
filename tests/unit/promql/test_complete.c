#include "promql/complete.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/** `|` is the cursor; what comes of it is "kind word metric label". */
static void finds_the_place(void **state)
{
    (void)state;
    static const char *const kinds[] = {"-", "expr", "label", "group", "value", "range", "metric"};
    static const struct {
        const char *line, *want;
    } cases[] = {
        {"|", "expr '' '' ''"},
        {"ra|", "expr 'ra' '' ''"},
        {"ra|te(x)", "expr 'ra' '' ''"},
        {"rate(ht|", "expr 'ht' '' ''"},
        {"rate( |", "expr '' '' ''"},
        {"up + |", "expr '' '' ''"},
        {"up|", "expr 'up' '' ''"},
        {"up |", "expr '' '' ''"},
        {"up{|", "label '' 'up' ''"},
        {"up {|}", "label '' 'up' ''"},
        {"up{jo|}", "label 'jo' 'up' ''"},
        {"{jo|", "label 'jo' '' ''"},
        {"sum({jo|", "label 'jo' '' ''"},
        {"up + {jo|", "label 'jo' '' ''"},
        {"up{job=|", "value '' 'up' 'job'"},
        {"up{job=\"|", "value '' 'up' 'job'"},
        {"up{job=\"a\\\"b|", "value 'a\\\"b' 'up' 'job'"},
        {"up{job=~'a b|'}", "value 'a b' 'up' 'job'"},
        {"up{job!=\"x\",inst|", "label 'inst' 'up' ''"},
        {"up{job!=\"x\", |", "label '' 'up' ''"},
        {"up{job=\"x\"|", "- '' '' ''"},
        {"up{job=\"a,b}\", in|", "label 'in' 'up' ''"},
        {"up{job=\"x\"} |", "expr '' '' ''"},
        {"up{job=\"x\"}|", "- '' '' ''"},
        {"rate(a_total{x=\"1\"}[|", "range '' '' ''"},
        {"rate(a_total[5|", "range '5' '' ''"},
        {"rate(a_total[5m]|", "- '' '' ''"},
        {"sum by (|", "group '' '' ''"},
        {"sum by (|) (rate(a_total[5m]))", "group '' 'a_total' ''"},
        {"sum by (a, i|) (rate(a_total{b=\"c\"}[5m]))", "group 'i' 'a_total' ''"},
        {"sum(rate(a_total[5m])) by (le, i|", "group 'i' 'a_total' ''"},
        {"a / on (x|", "group 'x' '' ''"},
        {"sum by (a) (ra|", "expr 'ra' '' ''"},
        {"a{x=\"1\"} / b{|", "label '' 'b' ''"},
        {"topk(5|", "- '5' '' ''"},
        {"5m|", "- '5m' '' ''"},
        {"1e3|", "- '1e3' '' ''"},
        {"0.5|", "- '5' '' ''"},
        {"label_replace(up, \"a|", "- 'a' '' ''"},
        {"up # a|", "- '' '' ''"},
        {"\"|", "- '' '' ''"},
        {"a:b_c|", "expr 'a:b_c' '' ''"},
        {"}|", "- '' '' ''"},
        {"]]}}))) |", "expr '' '' ''"},
        {"{{{=,|", "label '' '' ''"},
        {"\u65E5|", "- '' '' ''"},
        {"rate({\"gen_ai.c|", "metric 'gen_ai.c' '' ''"},
        {"{\"a.b\", |", "label '' 'a.b' ''"},
        {"{\"a.b\", \"c.|", "label 'c.' 'a.b' ''"},
        {"{\"a.b\", \"c.d\"=\"|", "value '' 'a.b' 'c.d'"},
        {"up{\"c.d\"!=|", "value '' 'up' 'c.d'"},
        {"sum by (\"c.|) (rate({\"a.b\"}[5m]))", "group 'c.' 'a.b' ''"},
        {"sum by (c|) (rate({\"a.b\"}[5m]))", "group 'c' 'a.b' ''"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str text, got;
        str_init(&text);
        str_init(&got);
        size_t cursor = strcspn(cases[i].line, "|");
        str_append(&text, cases[i].line, cursor);
        str_add(&text, cases[i].line + cursor + 1);
        struct complete_place p;
        complete_look(&p, text.text, cursor);
        assert_int_equal(p.to, cursor);
        str_addf(&got, "%s '%.*s' '%s' '%s'", kinds[p.kind], (int)(p.to - p.from),
            text.text + p.from, p.metric, p.label);
        if (strcmp(got.text, cases[i].want) != 0) {
            fail_msg("%s: %s", cases[i].line, got.text);
        }
        str_finish(&text);
        str_finish(&got);
    }
}

static struct vocabulary words_of(const char *const *words)
{
    struct vocabulary v = {.state = VOCABULARY_KNOWN};
    for (; *words; words++) {
        vocabulary_add(&v, *words, 200);
    }
    vocabulary_sort(&v);
    return v;
}

static void offers_what_fits(void **state)
{
    (void)state;
    static const char *const names[] = {"up", "http_requests_total", "process_start_time_seconds",
        "rate_limit", "RATE", "absent", NULL};
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"rat", "RATE rate( rate_limit irate("},
        {"up", "group( group_left ( group_right ("}, // the metric is there already as a whole
        {"http_requests_total", ""},
        {"start", "process_start_time_seconds"},
        {"histogram_q", "histogram_quantile("},
        {"nothing_like_it", ""},
        {"x[", "1m 5m 10m 30m 1h 6h 1d 7d"},
        {"x[1", "1m 10m 1h 1d"},
        {"x{ti", "process_start_time_seconds"}, // whatever words are given
        {"5", ""},
    };
    struct vocabulary v = words_of(names);
    static struct candidates c;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct complete_place p;
        complete_look(&p, cases[i].text, strlen(cases[i].text));
        complete_fill(&c, &p, cases[i].text, p.kind == COMPLETE_RANGE ? NULL : &v);
        struct str got;
        str_init(&got);
        for (size_t k = 0; k < c.count; k++) {
            str_addf(&got, "%s%s", k ? " " : "", c.items[k].text);
        }
        if (strcmp(got.text, cases[i].want) != 0) {
            fail_msg("%s: %s", cases[i].text, got.text);
        }
        str_finish(&got);
    }
    vocabulary_finish(&v);
}

static void is_bounded(void **state)
{
    (void)state;
    struct vocabulary v = {.state = VOCABULARY_KNOWN};
    char word[32];
    for (int i = 0; i < VOCABULARY_WORDS_MAX + 5; i++) {
        snprintf(word, sizeof word, "metric_%06d", i);
        vocabulary_add(&v, word, 200);
    }
    assert_int_equal(v.count, VOCABULARY_WORDS_MAX);
    assert_true(v.cut);
    vocabulary_sort(&v);
    static struct candidates c;
    struct complete_place p;
    complete_look(&p, "metric", 6);
    complete_fill(&c, &p, "metric", &v);
    assert_int_equal(c.count, COMPLETE_MOST);
    assert_int_equal(c.left_out, VOCABULARY_WORDS_MAX - COMPLETE_MOST);
    vocabulary_finish(&v);
}

static void keeps_clean_words_once(void **state)
{
    (void)state;
    static const char *const names[] = {"b", "a", "", "b", "bad\uFFFDname", NULL};
    struct vocabulary v = words_of(names);
    vocabulary_add(&v, "may be cut", 10);
    assert_int_equal(v.count, 2);
    assert_string_equal(v.words[0], "a");
    vocabulary_finish(&v);
}

/** The line with `|` for the cursor after the first candidate called TEXT was chosen. */
static void types_what_belongs_to_it(void **state)
{
    (void)state;
    static const struct {
        const char *line, *text, *want;
    } cases[] = {
        {"ra|", "rate(", "rate(|"},
        {"ra|(x)", "rate(", "rate|(x)"},
        {"u|", "up", "up|"},
        {"up{jo|", "job", "up{job=\"|"},
        {"up{jo|}", "job", "up{job=\"|}"},
        {"up{jo|=\"a\"}", "job", "up{job|=\"a\"}"},
        {"sum by (jo|", "job", "sum by (job|"},
        {"up{job=|", "a", "up{job=\"a\"|"},
        {"up{job=\"|", "a\"b\\", "up{job=\"a\\\"b\\\\\"|"},
        {"up{job='|'}", "a\"b", "up{job='a\"b|'}"},
        {"up{job=`|", "a\\", "up{job=`a\\`|"},
        {"rate(ge|", "gen_ai.x", "rate({\"gen_ai.x\"}|"},
        {"rate({\"ge|\"}", "gen_ai.x", "rate({\"gen_ai.x|\"}"},
        {"{\"a.b\",c|", "c.d", "{\"a.b\",\"c.d\"=\"|"},
        {"{\"a.b\",\"c|\"}", "c.d", "{\"a.b\",\"c.d|\"}"},
        {"sum by (c|)", "c.d", "sum by (\"c.d\"|)"},
        {"x[5|", "5m", "x[5m]|"},
        {"x[5|]", "5m", "x[5m|]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str text, insert, got;
        str_init(&text);
        str_init(&insert);
        str_init(&got);
        size_t cursor = strcspn(cases[i].line, "|");
        const char *next = cases[i].line + cursor + 1;
        str_append(&text, cases[i].line, cursor);
        str_add(&text, next);
        struct complete_place p;
        complete_look(&p, text.text, cursor);
        complete_add(&insert, &p,
            &(struct candidate){.text = cases[i].text, .own = strchr(cases[i].text, '(')}, next);
        str_append(&got, text.text, p.from);
        str_addf(&got, "%s|%s", insert.text, next);
        if (strcmp(got.text, cases[i].want) != 0) {
            fail_msg("%s: %s", cases[i].line, got.text);
        }
        str_finish(&text);
        str_finish(&insert);
        str_finish(&got);
    }
}

static void own_words_are_in_order(void **state)
{
    (void)state;
    static const char *const words[] = {
#define X(text, form) text,
#include "promql/promql_words.def"
#undef X
    };
    for (size_t i = 1; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i - 1], words[i]) >= 0) {
            fail_msg("%s is out of order", words[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_place),
        cmocka_unit_test(offers_what_fits),
        cmocka_unit_test(is_bounded),
        cmocka_unit_test(keeps_clean_words_once),
        cmocka_unit_test(types_what_belongs_to_it),
        cmocka_unit_test(own_words_are_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
