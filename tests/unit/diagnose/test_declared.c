/**
 * What is declared under `signals:`: when it deviates, and what comes of it.
 */
#include "diagnose/declared.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "unit/near.h"
#include "unit/world.h"

#define HELD(array) (sizeof(array) / sizeof *(array))

static const char head[] = "window: 5m\nrefresh: 15s\nspan: 1h\nstages:\n"
                           "  - {name: llm, latency: llm_seconds, signals: ";

static void begin(struct world *w, const char *signals, struct load now)
{
    struct str yaml;
    str_init(&yaml);
    str_addf(&yaml, "%s%s}\n  - {name: other, latency: other_seconds}\n", head, signals);
    world_init(w, yaml.text);
    str_finish(&yaml);
    const struct load usual = {2, 0.3};
    world_requests(w, "llm", usual, now);
    world_requests(w, "other", usual, usual);
}

static const struct load calm = {2, 0.3};

static void one_number_deviates_the_way_that_is_bad(void **state)
{
    (void)state;
    static const struct {
        const char *signals;
        double usual, now;
        bool alarms;
    } cases[] = {
        {"{waiting: {queue: a}}", 2, 40, true},
        {"{waiting: {queue: a}}", 2, 5, false}, // too few to matter
        {"{waiting: {queue: a}}", 40, 2, false}, {"{waiting: {queue: a, bad: none}}", 2, 40, false},
        {"{waiting: {queue: a, bad: down}}", 40, 2, true},
        {"{waiting: {queue: a, bad: down}}", 2, 40, false},
        {"{running: {gauge: a}}", 2, 400, false}, // neither way is bad by default
        {"{running: {gauge: a, bad: up}}", 2, 400, true},
        {"{kv_cache: {ratio: a}}", 0.4, 0.8, true}, {"{kv_cache: {ratio: a}}", 0.4, 0.44, false},
        {"{kv_cache: {ratio: a}}", 0.1, 0.149, false}, {"{kv_cache: {ratio: a}}", 0.1, 0.151, true},
        {"{kv_cache: {ratio: a, full: 0.95}}", 0.4, 0.9, false},
        {"{kv_cache: {ratio: a, full: 0.95}}", 0.4, 0.97, true},
        {"{kv_cache: {ratio: a, full: 0.95}}", 0.8, 0.97, true}, // there is no 1.3x of it
        {"{kv_cache: {ratio: a, full: 0.95}}", 0.93, 0.96, false},
        {"{kv_cache: {ratio: a, full: 0.95}}", 0.97, 0.98, false}, // as ever
        {"{preempted: {rate: a_total}}", 0.01, 1, true},
        {"{preempted: {rate: a_total}}", 0.01, 0.02, false}, // 6 in the window, usually 3
        {"{preempted: {rate: a_total}}", 0, 1, true}, {"{cost: {rate: usd_total}}", 2, 3.5, true},
        {"{cost: {rate: usd_total}}", 0.2, 1.18, false}, // cents
        {"{cost: {rate: usd_total}}", 0.2, 1.22, true},
        {"{tokens_out: {rate: a_total}}", 1000, 10, false},
        {"{tokens_out: {rate: a_total, bad: down}}", 1000, 10, true},
        {"{tokens_out: {rate: a_total, bad: down}}", 0.02, 0, false}, // 6 are due: chance
    };
    for (size_t i = 0; i < HELD(cases); i++) {
        struct world w;
        begin(&w, cases[i].signals, calm);
        world_series(&w, w.plan.stages[0].declared_first, NULL, NULL, cases[i].usual, cases[i].now);
        const struct verdict *v = world_judge(&w);
        const struct declared_diagnosis *d = &w.diagnosis.declared[0];
        if (deviates(&d->reading) != cases[i].alarms) {
            fail_msg("%s %g -> %g", cases[i].signals, cases[i].usual, cases[i].now);
        }
        assert_near(d->reading.now, cases[i].now, 1e-9);
        assert_int_equal(v->condition, cases[i].alarms ? VERDICT_INCIDENT : VERDICT_OK);
        assert_int_equal(v->signal, cases[i].alarms ? CLASS_DECLARED : CLASS_NONE);
        assert_int_equal(v->severity, cases[i].alarms ? SEVERITY_WARNING : SEVERITY_OK);
        if (cases[i].alarms) {
            assert_int_equal(v->stage, 0);
            assert_true(d->onset.since_ms > 0);
        }
        world_finish(&w);
    }
}

// A few now and then, most windows have none.
static void what_is_rare_is_usual_as_often_as_it_comes(void **state)
{
    (void)state;
    static const struct {
        int every;   // of so many windows one has some
        double some; // of these
        double now;
        bool alarms;
    } cases[] = {{3, 2, 5, false}, {3, 1, 40, true}, {6, 6, 6, false}, {6, 6, 60, true},
        {1000, 1, 3, false}, {1000, 1, 12, true}};
    for (size_t i = 0; i < HELD(cases); i++) {
        struct world w;
        begin(&w, "{preempted: {rate: a_total}}", calm);
        int signal = w.plan.stages[0].declared_first;
        world_series(&w, signal, NULL, NULL, 0, cases[i].now / 300);
        for (int k = 0; k < WORLD_WINDOWS; k++) {
            struct batch_series *s = &w.answers[signal][k].series[0];
            for (size_t at = 0; at < s->count && k != WORLD_LIVE; at++) {
                bool some = s->samples[at].t_ms / 300000 % cases[i].every == 0;
                s->samples[at].value = some ? cases[i].some / 300 : 0;
            }
        }
        world_judge(&w);
        const struct reading *r = &w.diagnosis.declared[0].reading;
        if (deviates(r) != cases[i].alarms) {
            fail_msg("%g in one of %d windows -> %g", cases[i].some, cases[i].every, cases[i].now);
        }
        double mean = cases[i].every > WORLD_DAYS ? 0 : cases[i].some / 300 / cases[i].every;
        assert_near(r->usual.centre, mean, mean / 3);
        world_finish(&w);
    }
}

// Usually nine of ten are found, 5 per second.
static void a_part_is_judged_by_how_many_it_is_of(void **state)
{
    (void)state;
    static const struct {
        double part, of;
        enum state state;
        bool alarms;
    } cases[] = {{4.5, 5, STATE_OK, false}, {1, 5, STATE_OK, true}, {5, 5, STATE_OK, false},
        {0.01, 0.05, STATE_TOO_FEW, false}, {0, 0, STATE_NO_TRAFFIC, false},
        {NAN, NAN, STATE_NO_DATA, false}};
    for (size_t i = 0; i < HELD(cases); i++) {
        struct world w;
        begin(&w, "{hit_ratio: {part: a_total, of: b_total}}", calm);
        int signal = w.plan.stages[0].declared_first;
        world_series(&w, signal, "part", "sum", 4.5, cases[i].part);
        world_series(&w, signal, "part", "count", 5, cases[i].of);
        world_judge(&w);
        const struct declared_diagnosis *d = &w.diagnosis.declared[0];
        assert_int_equal(d->reading.state, cases[i].state);
        assert_int_equal(deviates(&d->reading), cases[i].alarms);
        assert_int_equal(d->statistic, STATISTIC_SHARE);
        world_finish(&w);
    }
}

// As above, with 5 per second of both kinds; what was never missed has no series.
static void a_rest_makes_a_share(void **state)
{
    (void)state;
    static const struct {
        double hits, misses, share;
        enum state state;
        bool alarms;
    } cases[] = {{4.5, 0.5, 0.9, STATE_OK, false}, {1, 4, 0.2, STATE_OK, true},
        {5, NAN, 1, STATE_OK, false}, {NAN, 5, 0, STATE_OK, true},
        {0, 0, NAN, STATE_NO_TRAFFIC, false}, {NAN, NAN, NAN, STATE_NO_DATA, false}};
    for (size_t i = 0; i < HELD(cases); i++) {
        struct world w;
        begin(&w, "{hit_ratio: {part: a_total, rest: b_total}}", calm);
        int signal = w.plan.stages[0].declared_first;
        world_series(&w, signal, "part", "sum", 4.5, cases[i].hits);
        world_series(&w, signal, "part", "rest", 0.5, cases[i].misses);
        world_judge(&w);
        const struct declared_diagnosis *d = &w.diagnosis.declared[0];
        assert_int_equal(d->reading.state, cases[i].state);
        assert_int_equal(deviates(&d->reading), cases[i].alarms);
        assert_true(isnan(cases[i].share) ? isnan(d->reading.now)
                                          : fabs(d->reading.now - cases[i].share) < 1e-9);
        assert_int_equal(d->statistic, STATISTIC_SHARE);
        world_finish(&w);
    }
}

static void a_mean_needs_what_it_is_of(void **state)
{
    (void)state;
    static const struct {
        double sum, count;
        enum state state;
        bool alarms;
    } cases[] = {{3000, 2, STATE_OK, false}, {16000, 2, STATE_OK, true},
        {160, 0.02, STATE_TOO_FEW, false}, {0, 0, STATE_NO_TRAFFIC, false}};
    for (size_t i = 0; i < HELD(cases); i++) {
        struct world w;
        begin(&w, "{prompt_tokens: {mean: a}}", calm);
        int signal = w.plan.stages[0].declared_first;
        world_series(&w, signal, "part", "sum", 3000, cases[i].sum);
        world_series(&w, signal, "part", "count", 2, cases[i].count);
        world_judge(&w);
        const struct declared_diagnosis *d = &w.diagnosis.declared[0];
        assert_int_equal(d->reading.state, cases[i].state);
        assert_int_equal(deviates(&d->reading), cases[i].alarms);
        assert_int_equal(d->statistic, STATISTIC_MEAN);
        world_finish(&w);
    }
}

// Whatever it was before: red for a day is red.
static void a_state_is_judged_by_what_it_says(void **state)
{
    (void)state;
    static const struct {
        const char *signals;
        double usual, now;
        enum severity severity;
    } cases[] = {
        {"{health: {state: a, warn: 1, critical: 2}}", 0, 0, SEVERITY_OK},
        {"{health: {state: a, warn: 1, critical: 2}}", 0, 1, SEVERITY_WARNING},
        {"{health: {state: a, warn: 1, critical: 2}}", 0, 2, SEVERITY_CRITICAL},
        {"{health: {state: a, warn: 1, critical: 2}}", 2, 2, SEVERITY_CRITICAL},
        {"{health: {state: a, critical: 2}}", 0, 1, SEVERITY_OK},
        {"{backends: {state: a, warn: 1, critical: 0}}", 3, 2, SEVERITY_OK},
        {"{backends: {state: a, warn: 1, critical: 0}}", 3, 1, SEVERITY_WARNING},
        {"{backends: {state: a, warn: 1, critical: 0}}", 3, 0, SEVERITY_CRITICAL},
    };
    for (size_t i = 0; i < HELD(cases); i++) {
        struct world w;
        begin(&w, cases[i].signals, calm);
        world_series(&w, w.plan.stages[0].declared_first, NULL, NULL, cases[i].usual, cases[i].now);
        const struct verdict *v = world_judge(&w);
        const struct declared_diagnosis *d = &w.diagnosis.declared[0];
        bool alarms = cases[i].severity >= SEVERITY_WARNING;
        if (d->reading.severity != cases[i].severity) {
            fail_msg("%s %g -> %g: %d", cases[i].signals, cases[i].usual, cases[i].now,
                (int)d->reading.severity);
        }
        assert_int_equal(d->reading.usual.kind, USUAL_NONE);
        assert_int_equal(v->signal, alarms ? CLASS_DECLARED : CLASS_NONE);
        assert_true(!alarms || v->confidence > 0);
        world_finish(&w);
    }
}

static void a_limit_makes_a_share(void **state)
{
    (void)state;
    struct world w;
    begin(&w, "{kv_cache: {used: a, limit: b}}", calm);
    int signal = w.plan.stages[0].declared_first;
    world_series(&w, signal, "part", "used", 40, 90);
    world_series(&w, signal, "part", "limit", 100, 100);
    assert_int_equal(world_judge(&w)->signal, CLASS_DECLARED);
    assert_near(w.diagnosis.declared[0].reading.now, 0.9, 1e-9);
    world_finish(&w);
}

// A Summary here; of a histogram the buckets, as of every latency.
static void a_latency_needs_requests(void **state)
{
    (void)state;
    static const struct {
        double rate, p95;
        bool alarms;
    } cases[] = {{2, 0.3, false}, {2, 2, true}, {0.01, 2, false}};
    for (size_t i = 0; i < HELD(cases); i++) {
        struct world w;
        begin(&w, "{ttft: {latency: a_seconds}}", calm);
        int signal = w.plan.stages[0].declared_first;
        world_series(&w, signal, "part", "count", 2, cases[i].rate);
        world_series(&w, signal, "quantile", "0.95", 0.3, cases[i].p95);
        world_judge(&w);
        assert_int_equal(deviates(&w.diagnosis.declared[0].reading), cases[i].alarms);
        assert_int_equal(w.diagnosis.declared[0].statistic, STATISTIC_P95);
        world_finish(&w);
    }
}

// Usually 5 % take longer than 1 s; RATE requests per second, of which the share SLOW does.
static void a_few_slow_ones_are_chance(void **state)
{
    (void)state;
    static const struct {
        double rate, slow;
        bool alarms;
    } cases[] = {{0.2, 0.05, false}, {0.2, 0.15, false}, {0.2, 0.9, true}, {20, 0.15, true},
        {20, 0.069, false}, {20, 0.072, true}};
    for (size_t i = 0; i < HELD(cases); i++) {
        struct world w;
        begin(&w, "{ttft: {latency: a_seconds}}", calm);
        int signal = w.plan.stages[0].declared_first;
        double rate = cases[i].rate, fast = rate * (1 - cases[i].slow);
        world_series(&w, signal, "part", "count", rate, rate);
        world_series(&w, signal, "part", "sum", rate * 0.7, rate * (0.5 + 3.5 * cases[i].slow));
        world_series(&w, signal, "le", "1", rate * 0.95, fast);
        world_series(&w, signal, "le", "8", rate, rate);
        world_series(&w, signal, "le", "+Inf", rate, rate);
        world_judge(&w);
        const struct reading *r = &w.diagnosis.declared[0].reading;
        if (deviates(r) != cases[i].alarms) {
            fail_msg("%g/s, %g slow: P95 %g, usually %g, state %d", rate, cases[i].slow, r->now,
                r->usual.centre, (int)r->state);
        }
        world_finish(&w);
    }
}

static void nothing_usual_is_no_alarm(void **state)
{
    (void)state;
    struct world w;
    begin(&w, "{waiting: {queue: a}}", calm);
    world_series(&w, w.plan.stages[0].declared_first, NULL, NULL, NAN, 400);
    const struct verdict *v = world_judge(&w);
    assert_int_equal(w.diagnosis.declared[0].reading.state, STATE_NO_BASELINE);
    assert_int_equal(v->condition, VERDICT_OK);
    world_finish(&w);
}

static size_t told(const struct verdict *v)
{
    size_t count = 0;
    for (size_t i = 0; i < v->evidence_count; i++) {
        count += v->evidence[i].kind == EVIDENCE_DECLARED;
    }
    return count;
}

static void beside_a_fault_of_its_stage_it_is_evidence(void **state)
{
    (void)state;
    struct world w;
    begin(&w, "{waiting: {queue: a}, running: {gauge: b}}", (struct load){2, 3});
    world_series(&w, w.plan.stages[0].declared_first, NULL, NULL, 2, 40);
    world_series(&w, w.plan.stages[0].declared_first + 1, NULL, NULL, 2, 40);
    const struct verdict *v = world_judge(&w);
    assert_int_equal(v->signal, CLASS_LATENCY);
    assert_int_equal(v->stage, 0);
    assert_int_equal(v->also_count, 0);
    assert_int_equal(told(v), 1);
    struct words words = world_words(&w);
    struct str s;
    str_init(&s);
    for (size_t i = 0; i < v->evidence_count; i++) {
        if (v->evidence[i].kind == EVIDENCE_DECLARED) {
            words_add_evidence(&s, &words, i);
        }
    }
    assert_string_equal(s.text, "llm: waiting requests 40, usually 2");
    str_finish(&s);
    world_finish(&w);
}

static void beside_a_fault_of_another_it_is_one_more(void **state)
{
    (void)state;
    struct world w;
    begin(&w, "{waiting: {queue: a}}", calm);
    world_series(&w, w.plan.stages[0].declared_first, NULL, NULL, 2, 40);
    world_requests(&w, "other", calm, (struct load){2, 3});
    const struct verdict *v = world_judge(&w);
    assert_int_equal(v->signal, CLASS_LATENCY);
    assert_int_equal(v->stage, 1);
    assert_int_equal(told(v), 0);
    assert_int_equal(v->also_count, 1);
    assert_int_equal(v->also[0].signal, CLASS_DECLARED);
    assert_int_equal(v->also[0].severity, SEVERITY_WARNING);
    world_finish(&w);
}

// Nothing completes, where 2 requests a second take 100 ms each on average: 0.2 are under way.
static void requests_that_nothing_comes_of_are_an_incident(void **state)
{
    (void)state;
    static const struct {
        const char *name, *signals;
        double usual, now, rate, seconds;
        enum severity severity;
        const char *said;
    } cases[] = {
        {"one more waits", "{waiting: {queue: a}}", 0, 1, 0, 0.3, SEVERITY_CRITICAL,
            ": waiting requests 1 (usually 0)."},
        {"none waits", "{waiting: {queue: a}}", 0, 0, 0, 0.3, SEVERITY_UNKNOWN, NULL},
        {"as many wait as ever", "{waiting: {queue: a}}", 20, 20, 0, 30, SEVERITY_CRITICAL,
            ": waiting requests 20 (usually 20)."},
        {"as many are under way as ever", "{running: {gauge: a}}", 20, 20, 0, 30, SEVERITY_CRITICAL,
            ": running requests 20 (usually 20)."},
        {"half of them are", "{running: {gauge: a}}", 20, 10.2, 0, 30, SEVERITY_CRITICAL,
            ": running requests 10 (usually 20)."},
        {"fewer than that", "{running: {gauge: a}}", 20, 9.8, 0, 30, SEVERITY_UNKNOWN, NULL},
        {"none is", "{running: {gauge: a}}", 20, 0, 0, 30, SEVERITY_UNKNOWN, NULL},
        {"scrapes count themselves", "{running: {gauge: a}}", 3.2, 3, 0, 0.3, SEVERITY_UNKNOWN,
            NULL},
        {"more than those", "{running: {gauge: a}}", 3.2, 4.3, 0, 0.3, SEVERITY_CRITICAL,
            ": running requests 4 (usually 3)."},
        {"they complete", "{running: {gauge: a}}", 20, 20, 2, 30, SEVERITY_OK, NULL},
        {"no requests", "{batch: {gauge: a}}", 20, 400, 0, 0.3, SEVERITY_UNKNOWN, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        char yaml[256];
        snprintf(yaml, sizeof yaml, "%s%s}\n", head, cases[i].signals);
        world_init(&w, yaml);
        world_requests(&w, "llm", (struct load){2, cases[i].seconds},
            (struct load){cases[i].rate, cases[i].seconds});
        w.waver = 0;
        world_series(&w, w.plan.stages[0].declared_first, NULL, NULL, cases[i].usual, cases[i].now);
        const struct verdict *v = world_judge(&w);
        if (v->severity != cases[i].severity) {
            fail_msg("%s: severity %d, signal %d", cases[i].name, (int)v->severity, (int)v->signal);
        }
        if (cases[i].said) {
            struct words words = world_words(&w);
            struct str s;
            str_init(&s);
            words_add_summary(&s, &words);
            assert_int_equal(v->signal, CLASS_TRAFFIC);
            if (!strstr(s.text, "llm has completed nothing since 08:4") ||
                !strstr(s.text, cases[i].said)) {
                fail_msg("%s: %s", cases[i].name, s.text);
            }
            str_finish(&s);
        }
        world_finish(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_that_nothing_comes_of_are_an_incident),
        cmocka_unit_test(one_number_deviates_the_way_that_is_bad),
        cmocka_unit_test(what_is_rare_is_usual_as_often_as_it_comes),
        cmocka_unit_test(a_part_is_judged_by_how_many_it_is_of),
        cmocka_unit_test(a_rest_makes_a_share),
        cmocka_unit_test(a_mean_needs_what_it_is_of),
        cmocka_unit_test(a_state_is_judged_by_what_it_says),
        cmocka_unit_test(a_limit_makes_a_share),
        cmocka_unit_test(a_latency_needs_requests),
        cmocka_unit_test(a_few_slow_ones_are_chance),
        cmocka_unit_test(nothing_usual_is_no_alarm),
        cmocka_unit_test(beside_a_fault_of_its_stage_it_is_evidence),
        cmocka_unit_test(beside_a_fault_of_another_it_is_one_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
