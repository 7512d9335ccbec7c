/**
 * Random worlds, judged, each as the JSON report that users get: for claims.py, which reads the
 * sentences and holds them against the rows.
 *
 *     worlds SEED COUNT      a document for each, followed by a line with a record separator
 */
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "export/report.h"
#include "unit/world.h"

enum { STAGES_MOST = 7, DEPTH_MOST = 3, TOOLS_MOST = 4 };

/** A pseudo random sequence (xorshift64*, Vigna 2016). */
struct chance {
    uint64_t state;
};

static double next(struct chance *c)
{
    c->state ^= c->state >> 12;
    c->state ^= c->state << 25;
    c->state ^= c->state >> 27;
    return (double)(c->state * 0x2545F4914F6CDD1Du >> 11) / 9007199254740992.0;
}

static bool one_in(struct chance *c, double n)
{
    return next(c) * n < 1;
}

/** Between LEAST and MOST, each decade as likely as the others. */
static double spread(struct chance *c, double least, double most)
{
    return least * pow(most / least, next(c));
}

static void add_stages(struct str *yaml, struct chance *c, int depth, int *left, int *made)
{
    int count = 1 + (int)(next(c) * 3);
    for (int i = 0; i<count && * left> 0; i++) {
        int number = (*made)++;
        (*left)--;
        str_addf(yaml, "%*s- name: s%d\n%*s  latency: m%d_seconds\n", 4 * depth, "", number,
            4 * depth, "", number);
        if (one_in(c, 2)) {
            str_addf(yaml, "%*s  errors: m%d_errors_total\n", 4 * depth, "", number);
        }
        if (one_in(c, 3)) {
            str_addf(yaml, "%*s  saturation: [{name: slots, used: m%d_used%s}]\n", 4 * depth, "",
                number, one_in(c, 2) ? ", limit: a_limit" : "");
        }
        if (depth + 1 < DEPTH_MOST && *left > 0 && one_in(c, 2)) {
            str_addf(yaml, "%*s  children:\n", 4 * depth, "");
            add_stages(yaml, c, depth + 1, left, made);
        }
    }
}

// Now and then counters belong to several processes, or restart again and again.
static void fill_conduct(struct world *w, struct chance *c, const struct stage *s)
{
    if (!one_in(c, 12) || s->kind == LATENCY_ABSENT) {
        return;
    }
    char index[16];
    snprintf(index, sizeof index, "%d", s->latency_signal);
    double resets = 1 + round(20 * next(c)), mixed = one_in(c, 2) ? 0 : resets * next(c);
    world_series(w, w->plan.conduct, "resets", index, resets, resets);
    // a gauge has changes in place of samples, and falls in half of them
    bool gauge = s->kind == LATENCY_VALUE;
    world_series(w, w->plan.conduct, gauge ? "changes" : "samples", index, gauge ? 2 * resets : 31,
        gauge ? 2 * resets : 31);
    world_series(w, w->plan.mixed, "mixed", index, mixed, mixed);
}

static void choose_kind(struct world *w, struct chance *c, struct stage *s)
{
    static const enum latency_kind kinds[] = {LATENCY_CLASSIC, LATENCY_CLASSIC, LATENCY_NATIVE,
        LATENCY_QUANTILES, LATENCY_MEAN, LATENCY_VALUE};
    s->kind = kinds[(int)(next(c) * 6)];
    if (one_in(c, 20)) {
        s->kind = LATENCY_ABSENT;
        w->store.signals[s->latency_signal].condition = CONDITION_ABSENT;
    } else if (one_in(c, 30)) {
        w->store.signals[s->latency_signal].condition = CONDITION_REFUSED;
    }
}

static void fill_errors(struct world *w, struct chance *c, const struct stage *s, double rate)
{
    double usual = one_in(c, 3) ? NAN : rate * spread(c, 1e-4, 0.05);
    double now = one_in(c, 3) ? rate * spread(c, 0.01, 2) : usual;
    world_errors(w, s->name, usual, now);
    if (one_in(c, 15)) {
        w->store.signals[s->errors_signal].condition = CONDITION_REFUSED;
    }
}

// Most requests take a little longer, which the bounds of its buckets show best.
static void fill_part(struct world *w, struct chance *c, const struct stage *s)
{
    double rate = spread(c, 1, 100), usual = spread(c, 0.001, 0.02), now = spread(c, 0.3, 0.98);
    const struct {
        const char *le;
        double usual, now;
    } shares[] = {
        {"0.2", 0.02, 0.01}, {"0.25", 1 - usual, 1 - now}, {"0.315", 1, 1}, {"+Inf", 1, 1}};
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        world_series(
            w, s->latency_signal, "le", shares[i].le, rate * shares[i].usual, rate * shares[i].now);
    }
    world_series(w, s->latency_signal, "part", "sum", rate * 0.225, rate * 0.225 * (1 + 0.3 * now));
}

static void fill_stage(struct world *w, struct chance *c, struct stage *s)
{
    choose_kind(w, c, s);
    struct load usual = {spread(c, 0.02, 100), spread(c, 0.02, 5)}, now = usual;
    if (one_in(c, 3)) {
        now.p95_s *= spread(c, 0.3, 30);
    }
    if (one_in(c, 8)) {
        now.rate *= one_in(c, 2) ? 0 : spread(c, 0.01, 20);
    }
    if (one_in(c, 12)) {
        now = (struct load){NAN, NAN}; // the series are gone
    }
    if (one_in(c, 20)) {
        usual = (struct load){NAN, NAN}; // they are new
    }
    w->daily = one_in(c, 4) ? spread(c, 0.6, 1.8) : 1;
    if (s->kind == LATENCY_CLASSIC && one_in(c, 8)) {
        fill_part(w, c, s);
    } else if (s->kind != LATENCY_ABSENT && !one_in(c, 15)) {
        world_requests(w, s->name, usual, now);
    }
    w->daily = 1;
    fill_conduct(w, c, s);
    if (s->errors_signal >= 0) {
        fill_errors(w, c, s, isnan(usual.rate) ? 1 : usual.rate);
    }
    if (s->saturation_count > 0) {
        double limit = spread(c, 4, 400), used = limit * next(c);
        double piled = one_in(c, 3) ? limit * (0.8 + 0.2 * next(c)) : used;
        bool limited = w->plan.signals[s->saturation_first].limit.metric;
        if (limited) {
            world_pool(w, s->name, used, piled, limit);
        } else {
            world_series(w, s->saturation_first, "part", "used", used, piled);
        }
    }
}

static void fill_tools(struct world *w, struct chance *c)
{
    int count = (int)(next(c) * TOOLS_MOST);
    bool told = one_in(c, 2); // whose the failures are
    for (int i = 0; i < count; i++) {
        char name[16];
        snprintf(name, sizeof name, "t%d", i);
        double usual = spread(c, 0.001, 3);
        world_tool(w, name, usual, one_in(c, 4) ? usual * spread(c, 0.1, 30) : usual);
        if (told) {
            world_series(w, w->plan.tool_errors, "tool", name, 0.002 * usual,
                one_in(c, 3) ? usual * spread(c, 0.01, 1) : 0.002 * usual);
        }
    }
    if (count > 0 && !told && one_in(c, 2)) {
        world_tool_errors(w, 0.002, one_in(c, 3) ? spread(c, 0.01, 2) : 0.002);
    }
}

// One job for all stages, or one for each.
static void fill_targets(struct world *w, struct chance *c)
{
    bool shared = one_in(c, 2);
    for (size_t i = 0; i < w->plan.stages_count; i++) {
        char job[32];
        snprintf(job, sizeof job, "job%zu", shared ? 0 : i);
        world_served_by(w, w->plan.stages[i].name, job, job);
        if (i > 0 && shared) {
            continue;
        }
        double listed = 1 + (int)(next(c) * 5), down = ceil(listed * next(c));
        double before = one_in(c, 3) ? down : 0; // then it has been so for the whole span
        if (!one_in(c, 20)) {
            world_targets(w, job, listed, before, one_in(c, 4) ? down : 0);
        }
        if (one_in(c, 8)) {
            world_replicas(w, job, listed + 1, (int)(next(c) * (listed + 1)));
        }
    }
}

static void make(struct world *w, struct chance *c)
{
    struct str yaml;
    str_init(&yaml);
    str_add(&yaml, "window: 5m\nrefresh: 15s\nspan: 1h\nstages:\n");
    int left = 1 + (int)(next(c) * STAGES_MOST);
    add_stages(&yaml, c, 0, &left, &(int){0});
    str_add(&yaml, "tools: {calls: t_total, errors: t_errors_total, label: tool}\n");
    world_init(w, yaml.text);
    str_finish(&yaml);
    w->days = one_in(c, 5) ? (int)(next(c) * 3) : WORLD_DAYS;
    w->has_recent = !one_in(c, 6);
    for (size_t i = 0; i < w->plan.stages_count; i++) {
        fill_stage(w, c, &w->plan.stages[i]);
    }
    fill_tools(w, c);
    if (one_in(c, 3)) {
        fill_targets(w, c);
    }
    w->store.history_seen = true;
    if (one_in(c, 40)) {
        w->store.source.health = HEALTH_LOST;
        snprintf(w->store.source.why, sizeof w->store.source.why, "connection refused by p:9090");
    }
}

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    struct chance c = {.state = argc > 1 ? strtoull(argv[1], NULL, 10) * 2654435761u + 1 : 1};
    long count = argc > 2 ? strtol(argv[2], NULL, 10) : 1;
    for (long i = 0; i < count; i++) {
        struct world w;
        struct str s;
        make(&w, &c);
        world_judge(&w);
        const struct view_source source = {.words = world_words(&w)};
        const struct report report = {.sources = &source, .count = 1};
        str_init(&s);
        report_add_json(&s, &report);
        printf("%s\n\x1e\n", s.text);
        str_finish(&s);
        world_finish(&w);
    }
    return 0;
}
