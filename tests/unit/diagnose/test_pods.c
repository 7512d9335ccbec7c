#include "diagnose/pods.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/world.h"

static const double WORLD_NOW_S = 1770195600;

/** Adds one sample of now, labelled KEY="WHO" and NAME="VALUE". */
static void put(struct batch *b, const char *key, const char *who, const char *name,
    const char *value, double sample)
{
    struct batch_series *s = batch_add(b);
    labels_set(&s->labels, key, who);
    if (name) {
        labels_set(&s->labels, name, value);
    }
    batch_add_sample(s, WORLD_NOW_MS, sample);
}

/** What one instance does: requests per second, all equally long. */
struct instance {
    const char *key, *name;
    double rate, seconds, errors;
    double started_s;
};

static void put_latency(struct batch *b, const struct instance *i)
{
    static const char *const bounds[] = {"0.1", "0.25", "0.5", "1", "2.5", "5", "+Inf"};
    for (size_t k = 0; k < sizeof bounds / sizeof *bounds; k++) {
        bool within = i->seconds <= strtod(bounds[k], NULL);
        put(b, i->key, i->name, "le", bounds[k], within ? i->rate : 0);
    }
    put(b, i->key, i->name, "part", "sum", i->rate * i->seconds);
}

static void merge(struct world *w, int signal, struct batch *b)
{
    struct signal_data *data = &w->store.signals[signal];
    int64_t slot = matrix_slot(&data->live, WORLD_NOW_MS);
    for (size_t i = 0; i < b->count; i++) {
        b->series[i].samples[0].t_ms = slot * data->live.step_ms;
    }
    matrix_merge(&data->live, b, slot, slot);
    data->condition = CONDITION_ANSWERED;
    data->now_ms = WORLD_NOW_MS;
    batch_finish(b);
}

/** Answers the deep signals of STAGE and judges again. */
static void look_closer(struct world *w, const char *stage, const struct instance *all, size_t n)
{
    const struct stage *s = &w->plan.stages[world_stage(w, stage)];
    struct batch latency = {0}, errors = {0}, starts = {0};
    for (size_t i = 0; i < n; i++) {
        put_latency(&latency, &all[i]);
        put(&errors, all[i].key, all[i].name, NULL, NULL, all[i].errors * all[i].rate);
        put(&starts, all[i].key, all[i].name, NULL, NULL, all[i].started_s);
    }
    merge(w, s->pods_signal, &latency);
    if (s->pod_errors_signal >= 0) {
        merge(w, s->pod_errors_signal, &errors);
    }
    merge(w, s->starts_signal, &starts);
    batch_finish(&errors);
    diagnosis_run(&w->diagnosis, &w->plan, &w->scope, &w->store, &thresholds_default, WORLD_NOW_MS);
}

static bool has(const struct world *w, enum evidence_kind kind)
{
    for (size_t i = 0; i < w->diagnosis.verdict.evidence_count; i++) {
        if (w->diagnosis.verdict.evidence[i].kind == kind) {
            return true;
        }
    }
    return false;
}

static void slow_generation(struct world *w)
{
    world_init(w, world_article);
    world_requests(w, "generation", (struct load){3, 0.55}, (struct load){3, 3});
    world_judge(w);
    assert_int_equal(w->diagnosis.verdict.stage, world_stage(w, "generation"));
}

static void reads_each_by_itself(void **state)
{
    (void)state;
    const struct instance all[] = {
        {"pod", "b", 1, 0.2, 0.5, 1e9}, {"instance", "a:80", 3, 2, 0, 0}};
    struct world w;
    struct pods pods;
    slow_generation(&w);
    pods_read(&pods, &w.plan, &w.store, world_stage(&w, "generation"));
    assert_int_equal(pods.count, 0); // not looked into yet
    look_closer(&w, "generation", all, 2);
    pods_read(&pods, &w.plan, &w.store, world_stage(&w, "generation"));
    assert_int_equal(pods.count, 2);
    assert_string_equal(pods.items[0].name, "a:80");
    assert_string_equal(pods.items[1].name, "b");
    assert_true(pods.items[0].latency > 2 && pods.items[0].latency <= 2.5);
    assert_true(fabs(pods.items[0].mean - 2) <= 1e-6);
    assert_true(fabs(pods.items[0].rate - 3) <= 1e-6);
    assert_true(fabs(pods.items[0].errors - 0) <= 1e-6);
    assert_true(fabs(pods.items[1].errors - 0.5) <= 1e-6);
    assert_true(pods.items[0].started_ms == 0 && pods.items[1].started_ms == 1000000000000);
    struct pod others = pods_read_others(&w.plan, &w.store, world_stage(&w, "generation"), "b");
    assert_true(fabs(others.mean - 2) <= 1e-6);
    world_finish(&w);
}

static void names_the_one_that_stands_apart(void **state)
{
    (void)state;
    static const struct {
        struct instance all[3];
        const char *pod; // NULL: none
    } cases[] = {
        {{{"pod", "a", 1, 0.2, 0, 0}, {"pod", "b", 1, 4, 0, 0}, {"pod", "c", 1, 0.2, 0, 0}}, "b"},
        {{{"pod", "a", 1, 4, 0, 0}, {"pod", "b", 1, 4, 0, 0}, {"pod", "c", 1, 0.2, 0, 0}}, NULL},
        {{{"pod", "a", 1, 4, 0, 0}, {"pod", "b", 1, 4, 0, 0}, {"pod", "c", 1, 4, 0, 0}}, NULL},
        // too few requests of it, or of the others, to say so
        {{{"pod", "a", 1, 0.2, 0, 0}, {"pod", "b", 0.01, 4, 0, 0}, {"pod", "c", 1, 0.2, 0, 0}},
            NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        slow_generation(&w);
        look_closer(&w, "generation", cases[i].all, 3);
        const char *pod = w.diagnosis.verdict.pod;
        assert_int_equal(pod != NULL, cases[i].pod != NULL);
        assert_true(!pod || strcmp(pod, cases[i].pod) == 0);
        assert_int_equal(has(&w, EVIDENCE_POD), cases[i].pod != NULL);
        world_finish(&w);
    }
}

static void names_the_one_that_fails(void **state)
{
    (void)state;
    const struct instance all[] = {{"pod", "a", 1, 0.2, 0.002, 0}, {"pod", "b", 1, 0.2, 0.6, 0}};
    struct world w;
    world_init(&w, world_article);
    world_calm(&w);
    world_errors(&w, "generation", 0.004, 0.6);
    world_judge(&w);
    assert_int_equal(w.diagnosis.verdict.signal, CLASS_ERRORS);
    look_closer(&w, "generation", all, 2);
    assert_non_null(w.diagnosis.verdict.pod);
    assert_string_equal(w.diagnosis.verdict.pod, "b");
    world_finish(&w);
}

// Twice as bad as the others, which explain no more than a quarter of the rise.
static void how_far_apart_the_one_has_to_be(void **state)
{
    (void)state;
    static const struct {
        double usual, others, its; // shares that fail; 40 % of all do
        bool named;
    } cases[] = {{0.3, 0.31, 0.60, false}, {0.3, 0.31, 0.64, true}, {0, 0.102, 0.7, false},
        {0, 0.098, 0.7, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct instance all[] = {{"pod", "a", 10, 0.2, cases[i].others, 0},
            {"pod", "b", 10, 0.2, cases[i].its, 0}, {"pod", "c", 10, 0.2, cases[i].others, 0}};
        const struct load load = {20, 0.55};
        struct world w;
        world_init(&w, world_article);
        w.waver = 0;
        world_requests(&w, "generation", load, load);
        world_errors(&w, "generation", 20 * cases[i].usual, 20 * 0.4);
        world_judge(&w);
        look_closer(&w, "generation", all, 3);
        assert_int_equal(w.diagnosis.verdict.signal, CLASS_ERRORS);
        if ((w.diagnosis.verdict.pod != NULL) != cases[i].named) {
            fail_msg("case %zu: %s", i, w.diagnosis.verdict.pod ? "named" : "not named");
        }
        world_finish(&w);
    }
}

static void knows_what_started_before_the_onset(void **state)
{
    (void)state;
    double onset_s = (double)(WORLD_NOW_MS - WORLD_ONSET_MS) / 1000;
    const struct {
        double started_s;
        bool evidence;
    } cases[] = {{onset_s - 60, true}, {onset_s + 60, true}, {onset_s - 14.5 * 60, true},
        {onset_s - 15.5 * 60, false}, // a quarter of an hour
        {onset_s - 3600, false}, {0, false}, {onset_s + 86400, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct instance all[] = {
            {"pod", "a", 1, 3, 0, cases[i].started_s}, {"pod", "b", 1, 3, 0, onset_s - 7200}};
        struct world w;
        slow_generation(&w);
        look_closer(&w, "generation", all, 2);
        assert_int_equal(has(&w, EVIDENCE_STARTS), cases[i].evidence);
        world_finish(&w);
    }
}

static void the_past_is_what_each_was_asked_for(void **state)
{
    (void)state;
    struct world w;
    struct pods pods;
    static const struct instance all[] = {
        {"pod", "a", 1, 0.2, 0, 0}, {"pod", "b", 3, 1.5, 0.5, WORLD_NOW_S - 60}};
    const int64_t before_ms = WORLD_NOW_MS - 20 * 60 * 1000;
    world_init(&w, world_article);
    world_calm(&w);
    world_judge(&w);
    int stage = world_stage(&w, "retrieval");
    look_closer(&w, "retrieval", all, 2);
    pods_read_at(&pods, &w.plan, &w.store, stage, before_ms);
    assert_int_equal(pods.count, 0);
    struct signal_data *data = &w.store.signals[w.plan.stages[stage].pods_signal];
    struct batch b = {0};
    struct batch_series *s = batch_add(&b);
    labels_set(&s->labels, "pod", "a");
    batch_add_sample(s, before_ms, 0.25);
    matrix_init(&data->each, 60000, 62);
    int64_t slot = matrix_slot(&data->each, before_ms);
    matrix_merge(&data->each, &b, slot - 5, slot + 5);
    batch_finish(&b);
    pods_read_at(&pods, &w.plan, &w.store, stage, before_ms);
    assert_int_equal(pods.count, 1);
    assert_true(pods.items[0].latency == 0.25 && isnan(pods.items[0].rate));
    assert_true(isnan(pods.items[0].errors));
    pods_read_at(&pods, &w.plan, &w.store, stage, WORLD_NOW_MS);
    assert_int_equal(pods.count, 2);
    assert_true(pods.items[1].rate == 3 && fabs(pods.items[1].errors - 0.5) < 1e-9);
    world_finish(&w);
}

// That a service which is new has started tells nothing about why it is slow.
static void the_start_of_what_is_new_is_no_cause(void **state)
{
    (void)state;
    const double onset_s = WORLD_NOW_S - WORLD_ONSET_MS / 1000;
    for (int known = 0; known < 2; known++) {
        const struct instance all[] = {{"pod", "a", 1, 3, 0, onset_s}};
        struct world w;
        world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\n"
                       "stages: [{name: a, latency: a_seconds, slo: {p95: 1s}}]\n");
        w.days = known ? WORLD_DAYS : 0;
        w.has_recent = w.has_span = known;
        world_requests(&w, "a", (struct load){3, 0.5}, (struct load){3, 3});
        w.store.history_seen = w.store.history_complete = true;
        world_judge(&w);
        look_closer(&w, "a", all, 1);
        assert_int_equal(w.diagnosis.verdict.stage, 0);
        assert_int_equal(has(&w, EVIDENCE_STARTS), known);
        world_finish(&w);
    }
}

// Of the span: one that is still there, one that has ended, and one that begins later.
static void those_that_are_gone_are_known(void **state)
{
    (void)state;
    const int64_t minute_ms = 60 * 1000, last_ms = WORLD_NOW_MS - 20 * minute_ms;
    static const struct {
        const char *pod;
        int from, to; // minutes ago
    } spans[] = {{"a", 40, 0}, {"gone", 40, 20}, {"earlier", 40, 30}, {"new", 5, 0}, {"b", 15, 0}};
    static const struct instance there_now[] = {
        {"pod", "a", 1, 0.2, 0, 0}, {"pod", "b", 3, 1.5, 0.5, WORLD_NOW_S - 60}};
    struct world w;
    struct pods pods;
    world_init(&w, world_article);
    world_calm(&w);
    world_judge(&w);
    int stage = world_stage(&w, "retrieval");
    look_closer(&w, "retrieval", there_now, 2);
    struct signal_data *data = &w.store.signals[w.plan.stages[stage].pods_signal];
    struct batch b = {0};
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
        struct batch_series *s = batch_add(&b);
        labels_set(&s->labels, "pod", spans[i].pod);
        for (int ago = spans[i].from; ago >= spans[i].to; ago--) {
            batch_add_sample(s, WORLD_NOW_MS - ago * minute_ms, 0.25);
        }
    }
    matrix_init(&data->each, minute_ms, 62);
    int64_t slot = matrix_slot(&data->each, WORLD_NOW_MS);
    matrix_merge(&data->each, &b, slot - 60, slot);
    batch_finish(&b);
    pods_read(&pods, &w.plan, &w.store, stage);
    size_t there = pods.count;
    pods_add_gone(&pods, &w.plan, &w.store, stage, 0);
    assert_int_equal(pods.gone, pods.count - there);
    bool a = false;
    for (size_t i = 0; i < there; i++) {
        a = a || strcmp(pods.items[i].name, "a") == 0;
        assert_true(pods.items[i].gone_ms == 0);
        bool late = strcmp(pods.items[i].name, "b") == 0;
        assert_true(pods.items[i].came_ms == (late ? WORLD_NOW_MS - 15 * minute_ms : 0));
    }
    assert_true(a);
    const struct pod *gone = NULL;
    for (size_t i = there; i < pods.count; i++) {
        assert_true(i == there || strcmp(pods.items[i - 1].name, pods.items[i].name) < 0);
        gone = strcmp(pods.items[i].name, "gone") == 0 ? &pods.items[i] : gone;
    }
    assert_non_null(gone);
    // its rate had a value for nearly a window after its last sample
    int64_t outlives_ms = plan_outlives_ms(&w.plan, &w.plan.stages[stage]);
    assert_true(outlives_ms > 0 && gone->gone_ms == last_ms - outlives_ms);
    assert_true(isnan(gone->latency) && isnan(gone->rate) && isnan(gone->errors));
    // where it still had data it is not gone, and what began later is not known yet
    pods_read_at(&pods, &w.plan, &w.store, stage, WORLD_NOW_MS - 25 * minute_ms);
    pods_add_gone(&pods, &w.plan, &w.store, stage, WORLD_NOW_MS - 25 * minute_ms);
    assert_int_equal(pods.count, 3);
    assert_int_equal(pods.gone, 1);
    assert_string_equal(pods.items[2].name, "earlier");
    world_finish(&w);
}

static void one_stands_out_beside_the_one_in_the_middle(void **state)
{
    (void)state;
    static const struct {
        double latency, errors, rate, usual;
        size_t count;
        bool slow, fails;
        enum severity severity;
    } cases[] = {
        {1.99, 0, 1, 0.5, 3, false, false, SEVERITY_OK}, // the middle takes 1 s and fails in 1 %
        {2, 0, 1, 0.5, 3, true, false, SEVERITY_WARNING},
        {2, 0, 1, 1.9, 3, false, false, SEVERITY_OK}, // and that is usual
        {2, 0, 1, NAN, 3, true, false, SEVERITY_WARNING},
        {2, 0, 1, 0.5, 1, false, false, SEVERITY_OK},    // there are no others
        {2, 0, 0.06, 0.5, 3, false, false, SEVERITY_OK}, // 18 requests are too few
        {1, 0.024, 1, 0.5, 3, false, false, SEVERITY_OK},
        {1, 0.026, 1, 0.5, 3, false, true, SEVERITY_WARNING},
        {1, 0.026, 0.3, 0.5, 3, false, false, SEVERITY_OK}, // two errors happen
        {2, 0.5, 1, 0.5, 3, true, true, SEVERITY_WARNING},
        {NAN, NAN, NAN, 0.5, 3, false, false, SEVERITY_UNKNOWN},
        {NAN, NAN, 0, 0.5, 3, false, false, SEVERITY_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct pods pods = {.count = cases[i].count, .latency = 1, .errors = 0.01};
        const struct pod pod = {
            .latency = cases[i].latency, .errors = cases[i].errors, .rate = cases[i].rate};
        struct pod_verdict v = pods_judge(&pods, &pod, cases[i].usual, 300, &thresholds_default);
        if (v.slow != cases[i].slow || v.fails != cases[i].fails ||
            v.severity != cases[i].severity) {
            fail_msg("case %zu: slow %d, fails %d, %d", i, v.slow, v.fails, (int)v.severity);
        }
    }
}

// What hangs has no latency: that work waits and the others complete theirs tells.
static void one_that_completes_nothing_is_named(void **state)
{
    (void)state;
    static const char yaml[] = "window: 5m\nrefresh: 15s\nspan: 1h\n"
                               "stages: [{name: llm, latency: llm_seconds, "
                               "signals: {waiting: {queue: a}}}]\n";
    static const struct {
        double rates[3], waiting, seconds;
        double stalled;
        const char *name;
    } cases[] = {
        {{1, 0, 1}, 40, 0.3, 1, "b"}, {{1, 0, 1}, 40, 3, 1, "b"}, {{0, 0, 1}, 40, 0.3, 2, NULL},
        {{1, 0, 1}, 0, 3, 0, NULL},       // it has nothing to do, as far as is known
        {{0.04, 0, 1}, 40, 0.3, 0, NULL}, // of two the lower counts: 12 a window may be none
        {{1, 0.02, 1}, 40, 0.3, 0, NULL}, {{0, 0, 0}, 40, 0.3, 0, NULL}, // they all hang
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, yaml);
        world_requests(&w, "llm", (struct load){2, 0.3}, (struct load){2, cases[i].seconds});
        world_series(&w, w.plan.stages[0].declared_first, NULL, NULL, 0, cases[i].waiting);
        world_judge(&w);
        const struct instance all[] = {{"pod", "a", cases[i].rates[0], 0.3, 0, 0},
            {"pod", "b", cases[i].rates[1], 0.3, 0, 0}, {"pod", "c", cases[i].rates[2], 0.3, 0, 0}};
        look_closer(&w, "llm", all, 3);
        const struct verdict *v = &w.diagnosis.verdict;
        const struct evidence *found = NULL;
        for (size_t k = 0; k < v->evidence_count; k++) {
            found = v->evidence[k].kind == EVIDENCE_STALLED ? &v->evidence[k] : found;
        }
        assert_int_equal(found != NULL, cases[i].stalled > 0);
        if (found) {
            assert_int_equal((int)found->a, (int)cases[i].stalled);
            assert_int_equal((int)found->b, 3);
            assert_int_equal(found->name != NULL, cases[i].name != NULL);
            assert_true(!found->name || strcmp(found->name, cases[i].name) == 0);
        }
        world_finish(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_past_is_what_each_was_asked_for),
        cmocka_unit_test(reads_each_by_itself),
        cmocka_unit_test(names_the_one_that_stands_apart),
        cmocka_unit_test(names_the_one_that_fails),
        cmocka_unit_test(how_far_apart_the_one_has_to_be),
        cmocka_unit_test(knows_what_started_before_the_onset),
        cmocka_unit_test(the_start_of_what_is_new_is_no_cause),
        cmocka_unit_test(those_that_are_gone_are_known),
        cmocka_unit_test(one_that_completes_nothing_is_named),
        cmocka_unit_test(one_stands_out_beside_the_one_in_the_middle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
