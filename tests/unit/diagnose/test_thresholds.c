/**
 * From which number on a latency, errors, and calls alarm, from both sides. Whose fault it is then
 * is what test_shares.c asks.
 */
#include "diagnose/diagnosis.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "diagnose/context.h"
#include "unit/edge.h"
#include "unit/near.h"
#include "unit/world.h"

static const char one[] = "window: 5m\nrefresh: 15s\nspan: 1h\n"
                          "stages: [{name: a, latency: a_seconds, errors: a_errors_total}]\n";

/** A world of the stage "a", steady before, its latency of KIND. */
static void start(struct world *w, enum latency_kind kind)
{
    world_init(w, one);
    w->waver = 0;
    w->plan.stages[0].kind = kind;
    plan_resolve(&w->plan);
}

static int finish_with(struct world *w, int result)
{
    world_finish(w);
    return result;
}

// --- latency

// Usual is 300 ms, WAVER about it; NOW is in the same measure.
static int latency_that_wavers(enum latency_kind kind, double waver, double ratio)
{
    struct world w;
    start(&w, kind);
    w.waver = waver;
    world_requests(&w, "a", (struct load){2, 0.3}, (struct load){2, 0.3 * ratio});
    world_judge(&w);
    return finish_with(&w, (int)world_of(&w, "a")->latency.severity);
}

// Four spreads, of which each is 1.4826 median deviations: exp(4 x 0.148) = 1.81 times.
static int in_spreads(double ratio)
{
    return latency_that_wavers(LATENCY_VALUE, 0.2, ratio);
}

// A mean without buckets has 1.5 times the spread: exp(4 x 1.5 x 0.0741) = 1.56 times.
static int bare_mean(double ratio)
{
    return latency_that_wavers(LATENCY_MEAN, 0.1, ratio);
}

// Where the hour before is all that is known.
static int little_known(double ratio)
{
    struct world w;
    start(&w, LATENCY_VALUE);
    w.days = 0;
    w.has_recent = false;
    world_requests(&w, "a", (struct load){2, 0.3}, (struct load){2, 0.3 * ratio});
    world_judge(&w);
    return finish_with(&w, (int)world_of(&w, "a")->latency.severity);
}

// However it wavers: exp(4 x 0.35) = 4.06 times.
static int however_it_wavers(double ratio)
{
    return latency_that_wavers(LATENCY_VALUE, 0.8, ratio);
}

/** Requests per second up to a bound. */
struct bucket {
    const char *le;
    double usual, now;
};

static int of_buckets_that_waver(
    const struct bucket *buckets, size_t count, double usual_sum, double sum, double sum_wavers)
{
    struct world w;
    start(&w, LATENCY_CLASSIC);
    int signal = w.plan.stages[0].latency_signal;
    for (size_t i = 0; i < count; i++) {
        world_series(&w, signal, "le", buckets[i].le, buckets[i].usual, buckets[i].now);
    }
    w.waver = sum_wavers;
    world_series(&w, signal, "part", "sum", usual_sum, sum);
    world_judge(&w);
    return finish_with(&w, (int)world_of(&w, "a")->latency.severity);
}

static int of_buckets(const struct bucket *buckets, size_t count, double usual_sum, double sum)
{
    return of_buckets_that_waver(buckets, count, usual_sum, sum, 0);
}

// A bucket lies between the two P95, and the mean has risen that much: halfway up is 1.15.
static int halfway_up(double mean_ratio)
{
    const struct bucket b[] = {
        {"0.5", 1.75, 1.7}, {"1", 2, 1.8}, {"1.1", 2, 1.85}, {"2.5", 2, 2}, {"+Inf", 2, 2}};
    return of_buckets(b, sizeof b / sizeof *b, 1, mean_ratio);
}

// 4 % usually take longer than 1 s, and the P95 rises within a narrow bucket.
static int more_beyond(double share)
{
    const struct bucket b[] = {{"1", 9.6, 10 * (1 - share)}, {"1.1", 10, 10}, {"+Inf", 10, 10}};
    return of_buckets(b, sizeof b / sizeof *b, 4, 5);
}

// The P95 is 2.25 times usual, and 60 % take more than 0.5 s, usually 10 %: from 1.5 times the
// P95's rise on the mean tells that this is the worse of the two.
static int mean_far_more(double mean_ratio)
{
    const struct bucket b[] = {
        {"0.5", 1.8, 0.8}, {"1", 1.9, 0.9}, {"2", 2, 1.8}, {"2.5", 2, 2}, {"+Inf", 2, 2}};
    return of_buckets(b, sizeof b / sizeof *b, 0.6, 0.6 * mean_ratio);
}

// All were slower than the only bound, where the mean alone tells; one in a thousand is not now.
static int nearly_all(double share)
{
    const struct bucket b[] = {{"1", 0, 2 * (1 - share)}, {"2.5", 2, 2}, {"+Inf", 2, 2}};
    return of_buckets(b, sizeof b / sizeof *b, 2.4, 4.4);
}

// The usual P95, 1.5 s, is next to a gap: half a percent more beyond it, and the P95 is above 2 s.
static int beyond_the_gap(double share, double mean_ratio)
{
    double now = 2 * (1 - share);
    const struct bucket b[] = {{"1", 1.2, 0.9}, {"1.25", 1.7, 1.46}, {"1.5", 1.91, fmin(1.83, now)},
        {"2", 1.92, now}, {"2.5", 2, 2}, {"+Inf", 2, 2}};
    return of_buckets(b, sizeof b / sizeof *b, 2, 2 * mean_ratio);
}

// All are 1.12 times as slow, which is no trouble: then some 25 of 600 take more than 2 s, and by
// chance no more than 54.
static int across_the_gap(double share)
{
    return beyond_the_gap(share, 1.12);
}

// It is trouble that all are 1.3 times as slow.
static int as_slow_as_all(double mean_ratio)
{
    return beyond_the_gap(0.07, mean_ratio);
}

// The mean wavers by 0.148, so that 1.81 times is its way, and no more than four spreads: all may
// be so much slower, and then 4 % rather than 2 % take more than 2 s, which 7 % is no more than
// chance.
static int as_the_mean_wavers(double mean_ratio)
{
    const struct bucket b[] = {{"0.5", 1.2, 0.8}, {"1", 1.9, 1.76}, {"2", 1.96, 1.86},
        {"4", 1.99, 1.96}, {"8", 2, 2}, {"+Inf", 2, 2}};
    return of_buckets_that_waver(b, sizeof b / sizeof *b, 1, mean_ratio, 0.2);
}

/** A series, and what it is at the newest moments. */
struct newest {
    const char *label, *value; // NULL: no label
    double sample;
};

/** Overwrites the newest moments of SIGNAL, which has these COUNT series. */
static void lately(struct world *w, int signal, const struct newest *parts, size_t count)
{
    struct signal_data *data = &w->store.signals[signal];
    struct batch b = {0};
    int64_t slot = matrix_slot(&data->live, WORLD_NOW_MS);
    for (size_t i = 0; i < count; i++) {
        struct batch_series *s = batch_add(&b);
        if (parts[i].label) {
            labels_set(&s->labels, parts[i].label, parts[i].value);
        }
        for (int64_t at = slot - 4; at <= slot; at++) {
            batch_add_sample(s, at * data->live.step_ms, parts[i].sample);
        }
    }
    matrix_merge(&data->live, &b, slot - 4, slot);
    batch_finish(&b);
}

static void judge_persisting(struct world *w)
{
    struct thresholds t = thresholds_default;
    t.persists = true;
    diagnosis_run(&w->diagnosis, &w->plan, &w->scope, &w->store, &t, WORLD_NOW_MS);
}

// An alarm ends below 85 % of the way up to 1.3 times.
static int an_alarm_ends(double seconds)
{
    struct world w;
    start(&w, LATENCY_VALUE);
    world_requests(&w, "a", (struct load){2, 0.3}, (struct load){2, 0.9});
    world_judge(&w);
    const struct newest now = {NULL, NULL, seconds};
    lately(&w, w.plan.stages[0].latency_signal, &now, 1);
    judge_persisting(&w);
    return finish_with(&w, (int)world_of(&w, "a")->latency.severity);
}

// One that it is too fast ends at a fifth of usual.
static int too_fast_ends(double ratio)
{
    struct world w;
    start(&w, LATENCY_MEAN);
    world_requests(&w, "a", (struct load){2, 0.3}, (struct load){2, 0.01});
    world_judge(&w);
    const struct newest now[] = {{"part", "sum", 2 * 0.3 / 2.99573 * ratio}, {"part", "count", 2}};
    lately(&w, w.plan.stages[0].latency_signal, now, 2);
    judge_persisting(&w);
    return finish_with(&w, (int)world_of(&w, "a")->fast.severity);
}

// Three times as slow, of so many in five minutes.
static int so_many_slow(double count)
{
    struct world w;
    start(&w, LATENCY_MEAN);
    world_requests(&w, "a", (struct load){2, 0.3}, (struct load){count / 300, 1.8});
    world_judge(&w);
    return finish_with(&w, (int)world_of(&w, "a")->latency.state);
}

static void latency_thresholds(void **state)
{
    (void)state;
    static const struct edge edges[] = {
        {"score_warning", in_spreads, 1.78, 1.84, SEVERITY_OK, SEVERITY_WARNING},
        {"BARE_MEAN", bare_mean, 1.53, 1.59, SEVERITY_OK, SEVERITY_WARNING},
        {"requests_least", so_many_slow, 19.9, 20.1, STATE_TOO_FEW, STATE_OK},
        {"RELATIVE_MOST", however_it_wavers, 3.95, 4.15, SEVERITY_OK, SEVERITY_CRITICAL},
        {"OPEN", little_known, 1.46, 1.54, SEVERITY_OK, SEVERITY_UNKNOWN},
        {"a weak usual", little_known, 2.97, 3.03, SEVERITY_UNKNOWN, SEVERITY_WARNING},
        {"halfway to ratio_warning", halfway_up, 1.14, 1.16, SEVERITY_OK, SEVERITY_WARNING},
        {"SHIFT_LEAST", more_beyond, 0.088, 0.092, SEVERITY_OK, SEVERITY_WARNING},
        {"chance, across a gap", across_the_gap, 0.082, 0.098, SEVERITY_OK, SEVERITY_WARNING},
        {"ratio_warning of the mean", as_slow_as_all, 1.28, 1.32, SEVERITY_OK, SEVERITY_WARNING},
        {"score_warning of the mean", as_the_mean_wavers, 1.78, 1.84, SEVERITY_OK,
            SEVERITY_WARNING},
        {"FAR_MORE", mean_far_more, 3.3, 3.45, SEVERITY_WARNING, SEVERITY_CRITICAL},
        {"nearly all", nearly_all, 0.9988, 0.9992, SEVERITY_OK, SEVERITY_WARNING},
        {"hysteresis", an_alarm_ends, 0.3755, 0.3775, SEVERITY_OK, SEVERITY_WARNING},
        {"NEAR a tenth", too_fast_ends, 0.195, 0.205, SEVERITY_WARNING, SEVERITY_OK},
    };
    check_edges(edges, sizeof edges / sizeof *edges);
}

// --- errors

// Of 20 requests per second, usually none fails.
static int errors_of_many(double ratio)
{
    struct world w;
    start(&w, LATENCY_CLASSIC);
    world_requests(&w, "a", (struct load){20, 0.3}, (struct load){20, 0.3});
    world_errors(&w, "a", 0, 20 * ratio);
    world_judge(&w);
    return finish_with(&w, (int)world_of(&w, "a")->errors.severity);
}

// So many of thirty, where thousands are known not to fail: no chance, from the third on.
static int few_errors(double count)
{
    struct world w;
    start(&w, LATENCY_CLASSIC);
    world_requests(&w, "a", (struct load){20, 0.3}, (struct load){0.1, 0.3});
    world_errors(&w, "a", 0, count / 300);
    world_judge(&w);
    return finish_with(&w, (int)world_of(&w, "a")->errors.severity);
}

// Of 20 requests per second, where nothing is known of before.
static int errors_from_the_start(double ratio)
{
    struct world w;
    start(&w, LATENCY_CLASSIC);
    w.days = 0;
    w.has_recent = w.has_span = false;
    world_requests(&w, "a", (struct load){20, 0.3}, (struct load){20, 0.3});
    world_errors(&w, "a", 20 * ratio, 20 * ratio);
    world_judge(&w);
    return finish_with(&w, (int)world_of(&w, "a")->errors.severity);
}

/** A share that is known from very many. */
static struct usual_share well_known(double share)
{
    return (struct usual_share){.share = share, .n = 1e12, .together = 1};
}

// The share of which twenty of a thousand are one chance in a million is 0.54009 %.
static int twenty_of_a_thousand(double share)
{
    return context_is_chance(20, 1000, well_known(share), &thresholds_default);
}

// The same where days of few leave it open how far the true share lies above: 0.5 % and 0.04 %.
static int twenty_of_what_is_coarse(double coarse)
{
    struct usual_share usual = well_known(0.005);
    usual.coarse = coarse;
    return context_is_chance(20, 1000, usual, &thresholds_default);
}

// That of which five of nineteen are one in a hundred is 7.2776 %: fewer than twenty cannot alarm.
static int five_of_nineteen(double share)
{
    struct reading r = reading_none(STATE_OK);
    r.now = 5 / 19.0;
    errors_judge_share(&r, 5, 19, well_known(share), 0, &thresholds_default);
    return r.odd;
}

// Half of so many fail, usually none.
static int half_of(double count)
{
    struct reading r = reading_none(STATE_OK);
    r.now = 0.5;
    errors_judge_share(&r, count / 2, count, well_known(0), 0, &thresholds_default);
    return r.state;
}

static void error_thresholds(void **state)
{
    (void)state;
    static const struct edge edges[] = {
        {"MOST", errors_from_the_start, 0.508, 0.518, SEVERITY_UNKNOWN, SEVERITY_CRITICAL},
        {"errors_floor", errors_of_many, 0.0048, 0.0052, SEVERITY_OK, SEVERITY_WARNING},
        {"errors_critical", errors_of_many, 0.049, 0.051, SEVERITY_WARNING, SEVERITY_CRITICAL},
        {"chance", twenty_of_a_thousand, 0.0053469, 0.0054549, false, true},
        {"ln 2", twenty_of_what_is_coarse, 0.000350, 0.000450, false, true},
        {"chance_odd", five_of_nineteen, 0.072412, 0.073140, true, false},
        {"requests_least", half_of, 19.9, 20.1, STATE_TOO_FEW, STATE_NO_BASELINE},
        {"errors_least", few_errors, 2.4, 2.6, SEVERITY_OK, SEVERITY_CRITICAL},
    };
    check_edges(edges, sizeof edges / sizeof *edges);
}

// --- calls

static int tool_calls(double questions, double usual, double now)
{
    struct world w;
    world_init(&w, world_article);
    w.waver = 0;
    const struct load load = {questions, 0.3};
    world_requests(&w, "retrieval", load, load);
    world_tool(&w, "search", questions * usual, questions * now);
    world_judge(&w);
    return finish_with(&w, (int)w.diagnosis.tools[0].calls.severity);
}

static int calls_of_a_tool(double now)
{
    return tool_calls(2, 0.3, now);
}

static int calls_of_a_rare_tool(double now)
{
    return tool_calls(20, 0.02, now);
}

// Two roots, of which the second now completes NOW times what it does usually.
static void judge_roots(struct world *w, double now, bool by_label)
{
    world_init(w, "window: 5m\nrefresh: 15s\nspan: 1h\n"
                  "stages: [{name: a, latency: a_seconds}, {name: b, latency: b_seconds}]\n");
    w->waver = 0;
    w->plan.stages[0].by_label = w->plan.stages[1].by_label = by_label;
    world_requests(w, "a", (struct load){2, 0.3}, (struct load){2, 0.3});
    world_requests(w, "b", (struct load){2, 0.3}, (struct load){2 * now, 0.3});
    world_judge(w);
}

static int calls_of_a_root(double now)
{
    struct world w;
    judge_roots(&w, now, false);
    return finish_with(&w, (int)world_of(&w, "b")->calls.state);
}

static int calls_of_a_label(double now)
{
    struct world w;
    judge_roots(&w, now, true);
    return finish_with(&w, (int)world_of(&w, "b")->calls.severity);
}

static void call_thresholds(void **state)
{
    (void)state;
    static const struct edge edges[] = {
        {"calls_ratio_warning", calls_of_a_tool, 0.585, 0.615, SEVERITY_OK, SEVERITY_WARNING},
        {"calls_ratio_critical", calls_of_a_tool, 1.47, 1.53, SEVERITY_WARNING, SEVERITY_CRITICAL},
        {"calls_floor", calls_of_a_rare_tool, 0.068, 0.072, SEVERITY_OK, SEVERITY_WARNING},
        {"NEAR_HALF", calls_of_a_root, 0.59, 0.61, STATE_OK, STATE_NO_DATA},
        {"STOPPED", calls_of_a_label, 0.145, 0.155, SEVERITY_WARNING, SEVERITY_OK},
    };
    check_edges(edges, sizeof edges / sizeof *edges);
}

// --- silence

static const char queued[] = "window: 5m\nrefresh: 15s\nspan: 1h\n"
                             "stages:\n"
                             "  - name: a\n"
                             "    latency: a_seconds\n"
                             "    errors: a_errors_total\n"
                             "    saturation: [{name: queue, used: waiting}]\n";

// At an hour at which nobody asks, so many wait.
static int nobody_asks(double waiting)
{
    struct world w;
    world_init(&w, queued);
    w.waver = 0;
    world_requests(&w, "a", (struct load){0.001, 0.3}, (struct load){0, 0.3});
    world_series(&w, w.plan.stages[0].saturation_first, "part", "used", 0, waiting);
    return finish_with(&w, (int)world_judge(&w)->condition);
}

// None now, where so many in five minutes are usual.
static int usually_asked(double requests)
{
    struct world w;
    world_init(&w, queued);
    w.waver = 0;
    world_requests(&w, "a", (struct load){requests / 300, 0.3}, (struct load){0, 0.3});
    return finish_with(&w, (int)world_judge(&w)->condition);
}

static void silence_thresholds(void **state)
{
    (void)state;
    static const struct edge edges[] = {
        {"ONE", usually_asked, 0.98, 1.02, VERDICT_OK, VERDICT_NO_TRAFFIC},
        {"HALF of one that waits", nobody_asks, 0.48, 0.52, VERDICT_OK, VERDICT_NO_TRAFFIC},
    };
    check_edges(edges, sizeof edges / sizeof *edges);
}

// --- scores

static const char pooled[] =
    "window: 5m\nrefresh: 15s\nspan: 1h\nstages:\n"
    "  - {name: a, latency: a_seconds, saturation: [{name: slots, used: a_used, limit: a_max}]}\n";

// Usually so full, and now by 95 %.
static int nearly_full(double usual)
{
    struct world w;
    world_init(&w, pooled);
    w.waver = 0;
    world_pool(&w, "a", 1000 * usual, 950, 1000);
    world_judge(&w);
    return finish_with(&w, (int)world_of(&w, "a")->pool.severity);
}

static void pool_thresholds(void **state)
{
    (void)state;
    static const struct edge edges[] = {
        {"USUALLY_FULL", nearly_full, 0.797, 0.803, SEVERITY_WARNING, SEVERITY_UNKNOWN},
    };
    check_edges(edges, sizeof edges / sizeof *edges);
}

// Of what is steady a spread is no less than its floor, and no score is beyond 99.
static void spreads_have_floors(void **state)
{
    (void)state;
    struct world w;
    start(&w, LATENCY_VALUE);
    world_requests(&w, "a", (struct load){2, 0.3}, (struct load){2, 30});
    world_errors(&w, "a", 0, 0);
    world_judge(&w);
    assert_near(world_of(&w, "a")->latency.score, 99, 1e-9);
    world_finish(&w);

    start(&w, LATENCY_CLASSIC);
    world_requests(&w, "a", (struct load){20, 0.3}, (struct load){25, 0.3});
    world_errors(&w, "a", 0, 25 * 0.002);
    world_judge(&w);
    assert_near(world_of(&w, "a")->errors.score, 2, 1e-6);
    assert_near(world_of(&w, "a")->traffic.score, 5, 1e-6);
    world_finish(&w);

    world_init(&w, pooled);
    w.waver = 0;
    world_pool(&w, "a", 40, 50, 100);
    world_judge(&w);
    assert_near(world_of(&w, "a")->pool.score, 2, 1e-6);
    world_finish(&w);

    world_init(&w, world_article);
    w.waver = 0;
    world_requests(&w, "retrieval", (struct load){2, 0.3}, (struct load){2, 0.3});
    world_tool(&w, "search", 0.8, 0.9);
    world_judge(&w);
    assert_near(w.diagnosis.tools[0].calls.score, 2.5, 1e-6);
    world_finish(&w);

    world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\n"
                   "stages: [{name: a, latency: a_seconds, signals: {waiting: {queue: q}}}]\n"
                   "tools: {calls: t_total, latency: t_seconds, label: tool_name}\n");
    w.waver = 0;
    world_requests(&w, "a", (struct load){2, 0.3}, (struct load){2, 0.3});
    world_series(&w, w.plan.stages[0].declared_first, NULL, NULL, 100, 150);
    world_tool(&w, "search", 1, 1);
    world_series(&w, w.plan.tool_latency, "tool_name", "search", 0.4, 0.5);
    world_judge(&w);
    assert_near(w.diagnosis.declared[0].reading.score, 10, 1e-6);
    assert_near(w.diagnosis.tools[0].latency.score, 5, 1e-6);
    world_finish(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(latency_thresholds),
        cmocka_unit_test(error_thresholds),
        cmocka_unit_test(call_thresholds),
        cmocka_unit_test(silence_thresholds),
        cmocka_unit_test(pool_thresholds),
        cmocka_unit_test(spreads_have_floors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
