/*
 * Judging a full table with four weeks of history, beside decoding the answers that it is made of:
 * at the first time, when all of it has to be looked at, and at every refresh, when only the newest
 * moment has come. Fails when the former takes longer than decoding, or finds anything.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "diagnose/diagnosis.h"
#include "prom/decode.h"
#include "unit/yaml.h"

enum { REFRESHES = 20, BUCKETS = 14 };

static const int64_t NOW_MS = 1770195600000;

static const double bounds[BUCKETS] = {
    .005, .01, .025, .05, .075, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10};

/** A table of PLAN_STAGES_MAX stages and what is known of them. */
struct table {
    struct config config;
    struct scope scope;
    struct plan plan;
    struct store store;
    struct diagnosis diagnosis;
};

static double cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void start(struct table *t)
{
    struct str yaml;
    str_init(&yaml);
    str_add(&yaml, "window: 5m\nrefresh: 15s\nspan: 1h\nbaseline: {kind: auto, range: 28d}\n"
                   "stages:\n");
    for (int i = 0; i < PLAN_STAGES_MAX; i++) {
        str_addf(
            &yaml, "  - {name: s%d, latency: s%d_seconds, errors: s%d_errors_total}\n", i, i, i);
    }
    yaml_read(&t->config, yaml.text);
    t->scope = scope_of(&t->config);
    plan_init(&t->plan, &t->config, NULL, 0);
    for (size_t i = 0; i < t->plan.stages_count; i++) {
        t->plan.stages[i].kind = LATENCY_CLASSIC;
    }
    plan_resolve(&t->plan);
    struct grid grid = scope_grid(&t->scope, &t->plan);
    store_init(&t->store, t->plan.signals_count, grid.step_ms, grid.slots);
    t->store.source.health = HEALTH_OK;
    t->store.complete = t->store.history_complete = t->store.history_seen = true;
    diagnosis_init(&t->diagnosis, &t->plan);
    str_finish(&yaml);
}

static void finish(struct table *t)
{
    diagnosis_finish(&t->diagnosis);
    store_finish(&t->store);
    plan_finish(&t->plan);
    config_finish(&t->config);
}

// As a server prints them: about 3 requests per second, of 300 ms in the middle, that waver.
static void add_values(struct str *s, const char *label, const char *value, double share,
    int64_t step, int64_t first, int64_t last)
{
    str_addf(s, "%s{\"metric\":{", s->text[s->len - 1] == '[' ? "" : ",");
    if (label) {
        str_addf(s, "\"%s\":\"%s\"", label, value);
    }
    str_add(s, "},\"values\":[");
    for (int64_t slot = first; slot <= last; slot++) {
        double v = share * (3 + 0.2 * sin((double)(slot * 7 % 100)));
        str_addf(
            s, "%s[%.3f,\"%.17g\"]", slot == first ? "" : ",", (double)(slot * step) / 1000, v);
    }
    str_add(s, "]}");
}

static void make_body(
    struct str *s, enum signal_kind kind, int64_t step, int64_t first, int64_t last)
{
    str_setf(s, "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[");
    if (kind == SIGNAL_LATENCY) {
        for (int i = 0; i < BUCKETS; i++) {
            char le[16];
            snprintf(le, sizeof le, "%g", bounds[i]);
            add_values(s, "le", le, 1 - exp(-bounds[i] * 2.3), step, first, last);
        }
        add_values(s, "le", "+Inf", 1, step, first, last);
        add_values(s, "part", "sum", 0.43, step, first, last);
    } else {
        add_values(s, NULL, NULL, 0.004, step, first, last);
    }
    str_add(s, "]}}");
}

/** Decodes the answer to one question and returns it; adds what that took. */
static struct batch answer(enum signal_kind kind, int64_t step, int64_t first, int64_t last,
    double *decoding_ms, double *megabytes)
{
    struct str body, why;
    struct batch b = {0};
    str_init(&body);
    str_init(&why);
    make_body(&body, kind, step, first, last);
    double begun = cpu_ms();
    prom_decode_samples(200, body.text, body.len, &b, &why);
    *decoding_ms += cpu_ms() - begun;
    *megabytes += (double)body.len / 1e6;
    str_finish(&body);
    str_finish(&why);
    return b;
}

static void ask_live(
    struct table *t, int64_t now_ms, size_t slots, double *decoding_ms, double *megabytes)
{
    for (size_t i = 0; i < t->store.count; i++) {
        struct signal_data *data = &t->store.signals[i];
        enum signal_kind kind = t->plan.signals[i].kind;
        if (kind != SIGNAL_LATENCY && kind != SIGNAL_ERRORS) {
            continue;
        }
        int64_t last = matrix_slot(&data->live, now_ms), first = last - (int64_t)slots + 1;
        struct batch b = answer(kind, data->live.step_ms, first, last, decoding_ms, megabytes);
        matrix_merge(&data->live, &b, first, last);
        data->now_ms = now_ms;
        data->condition = CONDITION_ANSWERED;
        batch_finish(&b);
    }
}

static void ask_history(struct table *t, double *decoding_ms, double *megabytes)
{
    for (size_t i = 0; i < t->store.count; i++) {
        enum signal_kind kind = t->plan.signals[i].kind;
        if (kind != SIGNAL_LATENCY && kind != SIGNAL_ERRORS) {
            continue;
        }
        for (int day = 0; day < STORE_DAYS_MAX; day++) {
            if (day >= STORE_WEEK_DAYS && !store_day_is_weekly(day)) {
                continue;
            }
            int64_t then = clock_days_before(NOW_MS, day + 1);
            int64_t first = (then - CLOCK_HOUR_MS / 2) / STORE_HISTORY_STEP_MS;
            int64_t last = (then + 3 * CLOCK_HOUR_MS / 2) / STORE_HISTORY_STEP_MS;
            struct batch b =
                answer(kind, STORE_HISTORY_STEP_MS, first, last, decoding_ms, megabytes);
            struct matrix m;
            matrix_init(&m, STORE_HISTORY_STEP_MS, (size_t)(last - first + 1));
            matrix_merge(&m, &b, first, last);
            history_take(store_own_day(&t->store.signals[i], day), &m, first, last);
            batch_finish(&b);
        }
    }
}

static double judge(struct table *t, int64_t now_ms)
{
    struct thresholds thresholds = thresholds_default;
    thresholds.persists = true;
    double begun = cpu_ms();
    diagnosis_run(&t->diagnosis, &t->plan, &t->scope, &t->store, &thresholds, now_ms);
    return cpu_ms() - begun;
}

static bool show(const char *what, double judging_ms, double decoding_ms, double megabytes)
{
    printf("  %-28s judged in %7.2f ms, its %5.1f MB of answers decoded in %7.2f ms: %.2f of it\n",
        what, judging_ms, megabytes, decoding_ms, judging_ms / decoding_ms);
    return judging_ms < decoding_ms;
}

int main(void)
{
    static struct table t;
    double decoding_ms = 0, megabytes = 0;
    start(&t);
    printf("judge: %d stages with errors, 4 weeks of history, processor time\n", PLAN_STAGES_MAX);
    ask_live(&t, NOW_MS, scope_grid(&t.scope, &t.plan).slots, &decoding_ms, &megabytes);
    ask_history(&t, &decoding_ms, &megabytes);
    bool good = show("at first", judge(&t, NOW_MS), decoding_ms, megabytes);
    good = good && t.diagnosis.verdict.condition == VERDICT_OK;
    double judging_ms = 0;
    decoding_ms = megabytes = 0;
    for (int i = 1; i <= REFRESHES; i++) {
        int64_t now_ms = NOW_MS + i * scope_grid(&t.scope, &t.plan).step_ms;
        ask_live(&t, now_ms, 1, &decoding_ms, &megabytes);
        judging_ms += judge(&t, now_ms);
    }
    show("at a refresh", judging_ms / REFRESHES, decoding_ms / REFRESHES, megabytes / REFRESHES);
    printf(
        "  how: bodies in memory; a refresh is the mean of %d, over five minutes, in which what\n"
        "       is usual is looked up once more. The first has to be below 1.\n",
        REFRESHES);
    finish(&t);
    return good ? 0 : 1;
}
