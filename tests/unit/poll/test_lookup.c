/*
 * What is said of a configured metric that is not there, by what the server answers.
 */
#include "poll/lookup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "poll/lookup_ask.h"
#include "poll/lookup_step.h"
#include "poll/poller_state.h"
#include "promql/select.h"
#include "unit/world.h"

enum { NAMES_MAX = 4 };

static const char yaml[] = "stages: [{name: shop, latency: a_seconds, errors: a_bad_total}]\n"
                           "tools: {calls: skill_total, errors: skil_bad_total, label: skill}\n";

struct fixture {
    struct world w;
    struct poller p;
    struct lookup l;
};

/** Of SHOP nothing is there: its latency is looked up. */
static void start(struct fixture *f, const char *selector)
{
    *f = (struct fixture){0};
    world_init(&f->w, yaml);
    f->w.config.selector = selector ? mem_strdup(selector) : NULL;
    f->p.config = &f->w.config;
    f->p.scope = &f->w.scope;
    f->p.plan = f->p.draft = &f->w.plan;
    f->p.store = &f->w.store;
    struct stage *s = &f->w.plan.stages[0];
    s->kind = LATENCY_ABSENT;
    f->l = (struct lookup){
        .step = LOOKUP_NEAR, .signal = s->latency_signal, .metric = s->latency, .missing = true};
}

static void finish(struct fixture *f)
{
    free(f->l.nearest);
    free(f->l.label);
    free(f->l.ended);
    world_finish(&f->w);
}

/** The server answers the question of the step of L with NAMES. */
static void answer(struct fixture *f, const char *const *names)
{
    struct prom_names n = {0};
    for (size_t i = 0; i < NAMES_MAX && names[i]; i++) {
        mem_grow(&n.items, n.count, &n.cap);
        n.items[n.count++] = mem_strdup(names[i]);
    }
    lookup_take_names(&f->p, &f->l, &n);
    prom_names_finish(&n);
}

static void explains_what_the_selector_leaves(void **state)
{
    (void)state;
    static const struct {
        const char *selector, *labels[NAMES_MAX], *values[NAMES_MAX], *more[NAMES_MAX];
        const char *says;
    } cases[] = {
        {"job=\"rag-bda\"", {"__name__", "job", "le"}, {"rag-bad", "good"}, {NULL},
            "matches job=\"rag-bda\"; the nearest value is \"rag-bad\"."},
        {"job=\"elsewhere\"", {"__name__", "job", "le"}, {"bad", "good"}, {NULL},
            "matches job=\"elsewhere\"; values of job: bad, good."},
        {"jbo=\"bad\"", {"__name__", "instance", "job", "le"}, {NULL}, {NULL},
            "matches jbo=\"bad\": no label \"jbo\"; the nearest label is \"job\"."},
        {"zone=\"bad\"", {"__name__", "instance", "job", "le"}, {NULL}, {NULL},
            "matches zone=\"bad\": no label \"zone\"; existing labels: instance, job."},
        {"namespce=\"rag\"", {"job", "namespace"}, {NULL}, {NULL},
            "matches namespce=\"rag\": no label \"namespce\"; the nearest label is \"namespace\"."},
        {"job=\"bad\",pod=~\"x.*\"", {"job", "pod"}, {"bad"}, {"y-1"},
            "matches job=\"bad\",pod=~\"x.*\"; values of pod: y-1."},
        {"job=\"bad\",pod=\"x\"", {"job", "pod"}, {"bad"}, {"x"},
            "matches job=\"bad\",pod=\"x\"."}, // each of them does, but no series both
        {"job!=\"\",pod=\"x\",job=~\"y.*\"", {"job", "pod"}, {"bad"}, {"x"},
            "matches job!=\"\",pod=\"x\",job=~\"y.*\"; values of job: bad."},
        {"job=\"bad\"", {NULL}, {NULL}, {NULL}, "matches job=\"bad\"."}, // it does not say
    };
    static const char *const none[NAMES_MAX] = {NULL}, *const own[NAMES_MAX] = {"a_seconds_bucket"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        start(&f, cases[i].selector);
        answer(&f, none);
        answer(&f, none);
        assert_int_equal(f.l.step, LOOKUP_ANYWHERE);
        answer(&f, own);
        const char *const *const next[] = {cases[i].labels, cases[i].values, cases[i].more};
        for (size_t k = 0; k < 3 && f.l.step != LOOKUP_DONE; k++) {
            answer(&f, next[k]);
        }
        assert_int_equal(f.l.step, LOOKUP_DONE);
        if (!strstr(f.w.store.unmet, cases[i].says)) {
            fail_msg("'%s' is not in '%s'", cases[i].says, f.w.store.unmet);
        }
        assert_int_equal(f.w.store.notes_count, 0);
        finish(&f);
    }
}

// Which of several lookups is answered first changes nothing of what is said.
static void the_reason_is_the_same_in_any_order(void **state)
{
    (void)state;
    static const char *const labels[NAMES_MAX] = {"job"}, *const values[NAMES_MAX] = {"good"},
                             *const others[NAMES_MAX] = {"other"}, *const none[NAMES_MAX] = {NULL};
    // each signal is told its values of job, or that nobody knows
    static const struct {
        int signal;
        const char *const *values;
    } orders[][3] = {
        {{0, none}, {1, values}, {2, others}},
        {{2, others}, {1, values}, {0, none}},
        {{1, values}, {2, others}, {0, none}},
        {{2, others}, {0, none}, {1, values}},
    };
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        struct fixture f;
        start(&f, "job=\"bad\"");
        for (size_t k = 0; k < 3; k++) {
            free(f.l.label);
            f.l.label = NULL;
            f.l.step = LOOKUP_LABELS;
            f.l.beyond = true;
            f.l.signal = orders[i][k].signal;
            answer(&f, orders[i][k].values == none ? none : labels);
            if (f.l.step == LOOKUP_VALUES) {
                answer(&f, orders[i][k].values);
            }
        }
        assert_non_null(strstr(f.w.store.unmet, "matches job=\"bad\"; values of job: good."));
        finish(&f);
    }
}

// Before the data begin, and after they end, the metrics exist all the same.
static void tells_a_moment_without_data(void **state)
{
    (void)state;
    static const struct {
        bool back, earlier, later, others;
        const char *says, *notes;
    } cases[] = {
        {true, false, true, false, "No data at that time: the server has only later samples of",
            ""},
        {true, true, false, false, "in the 7 days before, but has", ""},
        {true, false, false, false, "", "a_seconds: no such metric (latency of shop)"},
        {false, true, false, false, "in the last 7 days", ""},
        {false, false, false, false, "", "a_seconds: no such metric (latency of shop)"},
        {true, false, true, true, "",
            "a_seconds: no samples at that time, only later ones (latency of shop)"},
        {true, true, false, true, "",
            "a_seconds: no samples at that time, but there were some in the 7 days before"},
    };
    static const char *const none[NAMES_MAX] = {NULL}, *const own[NAMES_MAX] = {"a_seconds_bucket"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        start(&f, NULL);
        f.w.scope.at_ms = cases[i].back ? WORLD_NOW_MS : 0;
        f.w.plan.stages[0].kind = cases[i].others ? LATENCY_CLASSIC : LATENCY_ABSENT;
        answer(&f, none);
        assert_int_equal(f.l.step, LOOKUP_EARLIER);
        answer(&f, cases[i].earlier ? own : none);
        if (cases[i].earlier) {
            assert_int_equal(f.l.step, LOOKUP_ENDED);
            lookup_take_ended(&f.p, &f.l, 0); // it does not say
        }
        if (f.l.step != LOOKUP_DONE) {
            assert_int_equal(f.l.step, LOOKUP_LATER);
            answer(&f, cases[i].later ? own : none);
        }
        assert_int_equal(f.l.step, LOOKUP_DONE);
        assert_non_null(strstr(f.w.store.unmet, cases[i].says));
        assert_int_equal(*f.w.store.unmet != '\0', *cases[i].says != '\0');
        assert_int_equal(f.w.store.notes_count, *cases[i].notes ? 1 : 0);
        assert_string_equal(f.w.store.notes_count ? f.w.store.notes[0] : "", cases[i].notes);
        finish(&f);
    }
}

// The sentence or the row says it of a latency, a note of anything else.
static void tells_when_a_metric_ended(void **state)
{
    (void)state;
    static const struct {
        bool errors;
        int64_t ago_ms;
        const char *names[NAMES_MAX], *near[NAMES_MAX], *notes;
    } cases[] = {
        {false, 3 * CLOCK_HOUR_MS, {"a_seconds_bucket", "a_seconds_count"}, {NULL}, ""},
        {false, 3 * CLOCK_HOUR_MS, {"a_seconds_count", "a_seconds_sum"}, {"a_secs_sum"},
            "a_seconds: no samples since about 06:00; the nearest name now is a_secs"},
        {true, 3 * CLOCK_HOUR_MS, {"a_bad_total"}, {NULL},
            "a_bad_total: no samples since about 06:00"},
        {true, CLOCK_DAY_MS, {"a_bad_total"}, {NULL},
            "a_bad_total: no samples since about Tue 3 Feb 09:00"},
        {true, CLOCK_DAY_MS - CLOCK_MINUTE_MS, {"a_bad_total"}, {NULL},
            "a_bad_total: no samples since about 09:01"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        start(&f, "job=\"rag\"");
        f.p.schedule.env.tick_ms = WORLD_NOW_MS;
        if (cases[i].errors) {
            f.l.signal = f.w.plan.stages[0].errors_signal;
            f.l.metric = f.w.plan.signals[f.l.signal].source.metric;
        }
        answer(&f, cases[i].near);
        answer(&f, cases[i].names);
        assert_int_equal(f.l.step, LOOKUP_ENDED);
        assert_string_equal(f.l.ended, cases[i].errors ? "a_bad_total" : "a_seconds_count");
        struct prom_request r;
        prom_request_init(&r);
        lookup_write(&r, &f.p, &f.l, WORLD_NOW_MS, WORLD_NOW_MS);
        assert_non_null(strstr(r.query.text, "max_over_time%28max%28timestamp%28%7B__name__%3D"));
        assert_non_null(strstr(r.query.text, "job%3D%22rag%22%7D%29%29%5B7d%3A5m%5D%29"));
        prom_request_finish(&r);
        lookup_take_ended(&f.p, &f.l, WORLD_NOW_MS - cases[i].ago_ms);
        assert_int_equal(f.l.step, LOOKUP_DONE);
        assert_int_equal(f.w.store.signals[f.l.signal].ended_ms, WORLD_NOW_MS - cases[i].ago_ms);
        assert_string_equal(f.w.store.unmet, "");
        assert_string_equal(f.w.store.notes_count ? f.w.store.notes[0] : "", cases[i].notes);
        finish(&f);
    }
}

// What counts the calls cannot count those that fail as well.
static void offers_no_name_that_is_taken(void **state)
{
    (void)state;
    static const char *const none[NAMES_MAX] = {NULL};
    static const struct {
        const char *metric, *names[NAMES_MAX], *nearest;
    } cases[] = {
        {"skil_bad_total", {"skill_total"}, NULL},
        {"skil_bad_total", {"skill_total", "skill_bad_total"}, "skill_bad_total"},
        {"skil_total{status=\"bad\"}", {"skill_total"}, "skill_total"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        start(&f, NULL);
        f.l.signal = f.w.plan.tool_errors;
        f.l.metric = cases[i].metric;
        answer(&f, cases[i].names);
        assert_int_equal(f.l.step, LOOKUP_EARLIER);
        if (cases[i].nearest) {
            assert_string_equal(f.l.nearest, cases[i].nearest);
        } else {
            assert_null(f.l.nearest);
        }
        answer(&f, none);
        finish(&f);
    }
}

/** Whether NAME is among those that are asked for as being like the one of L. */
static bool is_asked_for(struct fixture *f, const char *name)
{
    struct prom_request r;
    struct str text;
    struct selector s;
    str_init(&text);
    prom_request_init(&r);
    lookup_write(&r, &f->p, &f->l, WORLD_NOW_MS, WORLD_NOW_MS);
    const char *at = strstr(r.query.text, "=%7B");
    assert_non_null(at);
    for (at++; *at && *at != '&'; at++) {
        char hex[3] = {at[1], *at == '%' ? at[2] : '\0', '\0'};
        str_addc(&text, *at == '%' ? (char)strtol(hex, NULL, 16) : *at);
        at += *at == '%' ? 2 : 0;
    }
    struct str clean;
    str_init(&clean);
    utf8_add_clean(&clean, text.text, text.len);
    assert_string_equal(clean.text, text.text); // a server takes nothing that is cut in two
    str_finish(&clean);
    const char *written = text.text;
    assert_true(select_parse(&s, &written));
    assert_string_equal(s.matchers[0].name, "__name__");
    bool is = select_matches(&s.matchers[0], name);
    select_finish(&s);
    prom_request_finish(&r);
    str_finish(&text);
    return is;
}

// A typo may be in the first word as well, of which all that is nearest has a half.
static void names_with_another_first_word_are_asked_for(void **state)
{
    (void)state;
    static const struct {
        const char *metric, *name;
        bool asked;
    } cases[] = {
        {"hit_total", "hits_total", true},
        {"hits_total", "hit_total", true},
        {"its_total", "hits_total", true},
        {"retreival_seconds", "retrieval_seconds_bucket", true},
        {"Hit_total", "hit_count", true},
        {"db_seconds", "dbs_ms", true},
        {"hits", "hit", true},
        {"hit_total", "misses_total", false},
        {"z\u00e4h_total", "z\u00e4_total", true}, // by whole characters
        {"z\u00e4h_total", "m\u00e4h_total", true},
        {"_a_total", "misses_total", false},
        {"gr\u00f6\u00dfe.x", "gr\u00f6\u00dfen.x", true},
        {"shop_pool_size", "store_pool_size", true}, // by the rest of it
        {"shop_len", "store_len", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        start(&f, NULL);
        f.l.metric = cases[i].metric;
        if (is_asked_for(&f, cases[i].name) != cases[i].asked) {
            fail_msg("%s for %s", cases[i].name, cases[i].metric);
        }
        finish(&f);
    }
}

/** A label may have several matchers; its values are looked at once. */
static void a_label_is_looked_at_once(void **state)
{
    (void)state;
    static const char *const labels[NAMES_MAX] = {"job", "pod"}, *const jobs[NAMES_MAX] = {"y-1"},
                             *const pods[NAMES_MAX] = {"x"};
    struct fixture f;
    start(&f, NULL);
    f.l.step = LOOKUP_LABELS;
    f.l.metric = "a_seconds{job!=\"\",pod=\"x\",job=~\"y.*\"}";
    f.l.exists = true;
    answer(&f, labels);
    assert_int_equal(f.l.step, LOOKUP_VALUES);
    assert_string_equal(f.l.label, "job");
    answer(&f, jobs);
    assert_int_equal(f.l.step, LOOKUP_VALUES);
    assert_string_equal(f.l.label, "pod");
    answer(&f, pods);
    assert_int_equal(f.l.step, LOOKUP_DONE);
    finish(&f);
}

// What is declared as a latency is asked for by its count, which nobody wrote.
static void a_declared_latency_is_called_as_it_was_written(void **state)
{
    (void)state;
    static const char *const none[NAMES_MAX] = {NULL};
    static const struct {
        const char *names[NAMES_MAX], *says;
    } cases[] = {
        {{"tok_seconds"}, "tok_seconds: it is neither a histogram with buckets nor a Summary (time "
                          "per output token of llm); if it is a gauge, write 'gauge' in place of "
                          "'latency'"},
        {{NULL}, "tok_seconds: no such metric (time per output token of llm)"},
        {{"token_seconds_bucket", "token_seconds_count"},
            "tok_seconds: no such metric (time per output token of llm); the nearest name is "
            "token_seconds"},
        {{"tok_seconds_sum", "tok_seconds_count"}, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        start(&f, NULL);
        world_finish(&f.w);
        world_init(&f.w, "stages: [{name: llm, latency: a_seconds, signals: {tpot: {latency: "
                         "'tok_seconds{a=\"b\"}'}}}]\n");
        int signal = f.w.plan.stages[0].declared_first;
        f.l = (struct lookup){.step = LOOKUP_NEAR,
            .signal = signal,
            .metric = f.w.plan.signals[signal].source.metric,
            .missing = true};
        answer(&f, cases[i].names);
        if (f.l.step == LOOKUP_EARLIER) {
            answer(&f, none);
        }
        assert_int_equal(f.l.step, LOOKUP_DONE);
        assert_string_equal(f.w.store.notes_count ? f.w.store.notes[0] : "", cases[i].says);
        finish(&f);
    }
}

// A label of failures alone is there from the first of them on; one that resembles another is none.
static void a_label_that_only_failures_have_may_be_missing(void **state)
{
    (void)state;
    static const struct {
        const char *matchers, *labels[NAMES_MAX], *says;
        enum lookup_step step;
    } cases[] = {
        {"error_type!=\"\"", {"job", "model"}, "", LOOKUP_DONE},
        {"error_type!=\"\",model=\"m\"", {"job", "model"}, "", LOOKUP_VALUES},
        {"model=\"m\",error_type!=\"\"", {"job", "model"}, "", LOOKUP_VALUES},
        {"error_tpye!=\"\"", {"error_type", "job"},
            "skill_count: no label \"error_tpye\" (failed tool calls); labels it has: error_type",
            LOOKUP_DONE},
        {"error_type=\"timeout\"", {"job", "model"},
            "skill_count: no label \"error_type\" (failed tool calls); labels it has: model",
            LOOKUP_DONE},
    };
    static const char *const models[NAMES_MAX] = {"m"}, *const none[NAMES_MAX] = {NULL};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        char metric[80];
        snprintf(metric, sizeof metric, "skill_count{%s}", cases[i].matchers);
        start(&f, NULL);
        f.l = (struct lookup){
            .step = LOOKUP_LABELS, .signal = f.w.plan.tool_errors, .metric = metric};
        f.l.unmatched = true;
        answer(&f, cases[i].labels);
        assert_int_equal(f.l.step, cases[i].step);
        while (f.l.step == LOOKUP_VALUES) {
            answer(&f, strcmp(f.l.label, "model") == 0 ? models : none);
        }
        assert_string_equal(f.w.store.notes_count ? f.w.store.notes[0] : "", cases[i].says);
        finish(&f);
    }
}

/** Where no series has the label that makes stages, no error of them can be counted. */
static void errors_of_labelled_stages_need_the_label(void **state)
{
    (void)state;
    static const struct {
        const char *labels[NAMES_MAX], *says;
        enum presence presence;
    } cases[] = {
        {{"job", "reason"},
            "bad_total: no label \"step\" (stages_by_label.errors); labels it has: reason",
            PRESENCE_UNLABELLED},
        {{"job", "reason", "step"}, "", PRESENCE_SERIES},
        {{NULL}, "", PRESENCE_SERIES}, // the API of labels is closed
    };
    static const char *const steps[] = {"plan", "answer"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        start(&f, NULL);
        world_finish(&f.w);
        world_init(
            &f.w, "stages_by_label: {latency: step_seconds, label: step, errors: bad_total}\n");
        plan_finish(&f.w.plan);
        plan_init(&f.w.plan, &f.w.config, steps, 2);
        store_finish(&f.w.store);
        store_init(&f.w.store, f.w.plan.signals_count, 15000, 4);
        free(f.w.answers);
        f.w.answers = mem_zalloc(f.w.plan.signals_count, sizeof *f.w.answers);
        assert_int_equal(f.w.plan.stages_count, 2);
        for (size_t k = 0; k < 2; k++) {
            f.w.plan.signals[f.w.plan.stages[k].errors_signal].presence = PRESENCE_SERIES;
        }
        int signal = f.w.plan.stages[0].errors_signal;
        f.l = (struct lookup){.step = LOOKUP_LABELS,
            .signal = signal,
            .metric = f.w.plan.signals[signal].source.metric,
            .label = mem_strdup("step"),
            .unmatched = true};
        answer(&f, cases[i].labels);
        assert_int_equal(f.l.step, LOOKUP_DONE);
        for (size_t k = 0; k < 2; k++) {
            assert_int_equal(
                f.w.plan.signals[f.w.plan.stages[k].errors_signal].presence, cases[i].presence);
        }
        assert_string_equal(f.w.store.notes_count ? f.w.store.notes[0] : "", cases[i].says);
        finish(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_label_is_looked_at_once),
        cmocka_unit_test(a_label_that_only_failures_have_may_be_missing),
        cmocka_unit_test(errors_of_labelled_stages_need_the_label),
        cmocka_unit_test(explains_what_the_selector_leaves),
        cmocka_unit_test(the_reason_is_the_same_in_any_order),
        cmocka_unit_test(tells_a_moment_without_data),
        cmocka_unit_test(tells_when_a_metric_ended),
        cmocka_unit_test(offers_no_name_that_is_taken),
        cmocka_unit_test(names_with_another_first_word_are_asked_for),
        cmocka_unit_test(a_declared_latency_is_called_as_it_was_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
