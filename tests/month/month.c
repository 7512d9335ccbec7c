/**
 * No alarm at all on what is quiet, over a month that is judged every five minutes.
 *
 *     month                    every kind, every seventh moment of eleven days, as the test does
 *     month --full             the whole of it: 8640 moments of each kind
 *     month --seed 7 --kind noisy --full -v
 *
 * Prints how many moments alarmed, judged one by one as `report` does, and as the live program does
 * with the moments before. The test fails on any. Where there are few questions, the window is as
 * long as ragtop would take it, and the verdict has to be ok: a cron job would mail every night.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "diagnose/diagnosis.h"
#include "month/past.h"
#include "poll/width.h"
#include "unit/yaml.h"

enum { DAY_S = 86400, BEFORE_DAYS = 28, MONTH_DAYS = 30, STEP_S = 300, SHOWN = 20 };
enum { WAYS = 2, PART_DAYS = 11, PART_EVERY = 7 };

/** 2026-03-23, a Monday; the clocks of Europe are changed on the next Sunday. */
static const int64_t START_S = 1774224000;

static const char yaml[] = "window: 5m\n"
                           "refresh: 15s\n"
                           "span: 1h\n"
                           "baseline: {kind: auto, range: 28d}\n"
                           "stages:\n"
                           "  - name: retrieval\n"
                           "    latency: retrieval_seconds\n"
                           "    errors: errors_total{stage=\"retrieval\"}\n"
                           "    children:\n"
                           "      - name: vector_db\n"
                           "        latency: query_seconds\n"
                           "        saturation: [{name: connections, used: used, limit: size}]\n"
                           "  - name: generation\n"
                           "    latency: generation_seconds\n"
                           "    errors: errors_total{stage=\"generation\"}\n"
                           "tools: {calls: calls_total, errors: failed_total, label: tool}\n";

struct options {
    uint64_t seed;
    const char *kind;
    bool full, verbose;
};

/** The program that judges. */
struct judge {
    struct config config;
    struct scope scope;
    struct plan plan;
    struct store store;
    struct diagnosis diagnosis;
};

struct tally {
    long polls, alarms[WAYS], unknown;
};

static void begin_store(struct judge *j)
{
    struct grid grid = scope_grid(&j->scope, &j->plan);
    store_init(&j->store, j->plan.signals_count, grid.step_ms, grid.slots);
    j->store.source.health = HEALTH_OK;
    j->store.complete = j->store.history_complete = j->store.history_seen = true;
}

static void judge_init(struct judge *j, enum latency_kind kind)
{
    yaml_read(&j->config, yaml);
    j->scope = scope_of(&j->config);
    plan_init(&j->plan, &j->config, NULL, 0);
    for (size_t i = 0; i < j->plan.stages_count; i++) {
        j->plan.stages[i].kind = kind;
    }
    plan_resolve(&j->plan);
    begin_store(j);
    diagnosis_init(&j->diagnosis, &j->plan);
}

// As the poller does: what was known is of another window.
static void use_window(struct judge *j, struct past *p, int64_t window_ms)
{
    for (int i = 0; i < p->windows; i++) {
        if (past_window_ms(p, i) == window_ms) {
            past_use_window(p, i);
        }
    }
    j->plan.window_ms = window_ms;
    store_finish(&j->store);
    begin_store(j);
}

static void choose_window(struct judge *j, struct past *p)
{
    struct width_counts c;
    width_windows(&c, past_window_ms(p, 0));
    for (int i = 0; i < p->windows; i++) {
        c.counts[i] = past_requests(p, i);
    }
    int64_t window_ms = width_choose(&c);
    if (window_ms != j->plan.window_ms) {
        use_window(j, p, window_ms);
    }
}

static void judge_finish(struct judge *j)
{
    diagnosis_finish(&j->diagnosis);
    store_finish(&j->store);
    plan_finish(&j->plan);
    config_finish(&j->config);
}

static void show(const struct judge *j, const char *kind, const char *way, int64_t at_s)
{
    const struct verdict *v = &j->diagnosis.verdict;
    const struct reading *r = &j->diagnosis.tool_errors;
    const char *name = "tools";
    if (v->tool >= 0) {
        r = &j->diagnosis.tools[v->tool].calls;
        name = j->diagnosis.tools[v->tool].name;
    } else if (v->stage >= 0) {
        const struct stage_diagnosis *s = &j->diagnosis.stages[v->stage];
        r = v->signal == CLASS_ERRORS    ? &s->errors
            : v->signal == CLASS_LATENCY ? &s->latency
                                         : &s->pool;
        name = j->plan.stages[v->stage].name;
    }
    struct str when;
    str_init(&when);
    clock_add_local(&when, at_s * 1000, "%a %d %H:%M");
    printf(
        "  %s, %s, %s: %s, signal %d: now %g, usual %g +- %g (%d, %d points), %.1fx, score %.1f, "
        "n %.0f\n",
        kind, way, when.text, name, (int)v->signal, r->now, r->usual.centre, r->spread,
        (int)r->usual.kind, r->usual.points, r->ratio, r->score,
        v->stage >= 0 ? j->diagnosis.stages[v->stage].requests : 0);
    str_finish(&when);
}

static void show_unknown(const struct judge *j, const char *kind, int64_t at_s)
{
    struct str s;
    str_init(&s);
    clock_add_local(&s, at_s * 1000, "%a %d %H:%M");
    str_addf(&s, ", condition %d", (int)j->diagnosis.verdict.condition);
    for (size_t i = 0; i < j->diagnosis.stages_count; i++) {
        const struct stage_diagnosis *stage = &j->diagnosis.stages[i];
        str_addf(&s, "; %s: latency %d, errors %d, n %.1f", j->plan.stages[i].name,
            (int)stage->latency.state, (int)stage->errors.state, stage->requests);
    }
    printf(
        "  %s, not known: %s, window %lld s\n", kind, s.text, (long long)j->plan.window_ms / 1000);
    str_finish(&s);
}

static void judge_moment(
    struct judge *j, const struct options *o, const char *kind, struct tally *t, int64_t at_s)
{
    static const char *const ways[WAYS] = {"alone", "live"};
    t->polls++;
    for (int way = 0; way < WAYS; way++) {
        struct thresholds thresholds = thresholds_default;
        thresholds.persists = way == 1;
        diagnosis_run(&j->diagnosis, &j->plan, &j->scope, &j->store, &thresholds, at_s * 1000);
        bool unknown = way == 0 && j->diagnosis.verdict.severity == SEVERITY_UNKNOWN;
        t->unknown += unknown;
        if (unknown && o->verbose) {
            show_unknown(j, kind, at_s);
        }
        if (j->diagnosis.verdict.condition == VERDICT_INCIDENT) {
            if (o->verbose || t->alarms[way] < SHOWN) {
                show(j, kind, ways[way], at_s);
            }
            t->alarms[way]++;
        }
    }
}

// Of a part of the month every seventh moment, at ever other times of the day.
static bool is_judged(const struct options *o, int64_t at_s)
{
    return at_s >= START_S && (o->full || at_s / STEP_S % PART_EVERY == 0);
}

static struct tally run(const struct quiet_kind *kind, const struct options *o)
{
    struct tally t = {0};
    struct quiet q;
    struct judge j;
    struct past p;
    int64_t first_s = START_S - (int64_t)BEFORE_DAYS * DAY_S;
    quiet_init(&q, kind, o->seed, START_S);
    judge_init(&j, q.gauges ? LATENCY_VALUE : q.mean_only ? LATENCY_MEAN : LATENCY_CLASSIC);
    past_init(&p, &j.plan, &q, first_s);
    int64_t days = o->full ? MONTH_DAYS : PART_DAYS;
    while (p.now_s < START_S + days * DAY_S) {
        struct minute minute = quiet_minute(&q, kind, p.now_s);
        for (int i = 0; i < 60 / PAST_UNIT_S; i++) {
            past_go_on(&p, &q, &minute);
        }
        if (p.now_s % STEP_S == 0 && is_judged(o, p.now_s)) {
            if (kind->sparse) {
                choose_window(&j, &p);
            }
            past_fill(&p, &q, &j.store);
            judge_moment(&j, o, kind->name, &t, p.now_s);
        }
    }
    past_finish(&p);
    judge_finish(&j);
    return t;
}

static bool read_options(struct options *o, int argc, char **argv)
{
    *o = (struct options){.seed = 1};
    for (int i = 1; i < argc; i++) {
        bool more = i + 1 < argc;
        if (strcmp(argv[i], "--full") == 0) {
            o->full = true;
        } else if (strcmp(argv[i], "-v") == 0) {
            o->verbose = true;
        } else if (strcmp(argv[i], "--seed") == 0 && more) {
            o->seed = strtoull(argv[++i], NULL, 10);
        } else if (strcmp(argv[i], "--kind") == 0 && more) {
            o->kind = argv[++i];
        } else {
            fprintf(stderr, "usage: month [--full] [--seed N] [--kind NAME] [-v]\n");
            return false;
        }
    }
    return true;
}

// Whether KIND fared as it should: one that is known to alarm has to be found to.
static bool report(const struct quiet_kind *kind, const struct tally *t)
{
    bool quiet = t->alarms[0] + t->alarms[1] == 0;
    bool sure = !kind->sparse || (double)t->unknown <= kind->doubt * (double)t->polls;
    printf("%-14s %4ld alone, %4ld live, %4ld unknown of %5ld: %s%s\n", kind->name, t->alarms[0],
        t->alarms[1], t->unknown, t->polls, kind->what,
        kind->known_wrong ? " (known to alarm)"
        : sure            ? ""
                          : " (should be known to be ok)");
    if (quiet && kind->known_wrong) {
        printf("%s: no longer wrong: take the mark off\n", kind->name);
    }
    fflush(stdout);
    return sure && quiet != kind->known_wrong;
}

int main(int argc, char **argv)
{
    struct options o;
    struct tally total = {0};
    bool good = true;
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1); // see START_S
    tzset();
    if (!read_options(&o, argc, argv)) {
        return 2;
    }
    for (int i = 0; i < quiet_kinds_count; i++) {
        const struct quiet_kind *kind = &quiet_kinds[i];
        if (o.kind && strcmp(o.kind, kind->name) != 0) {
            continue;
        }
        struct tally t = run(kind, &o);
        good = report(kind, &t) && good;
        total.polls += t.polls;
        for (int way = 0; way < WAYS && !kind->known_wrong; way++) {
            total.alarms[way] += t.alarms[way];
        }
    }
    printf("month: %ld alarms as single moments, %ld as the live program, in %ld polls\n",
        total.alarms[0], total.alarms[1], total.polls);
    return total.polls > 0 && good ? 0 : 1;
}
