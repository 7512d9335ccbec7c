#include "plan/replicas.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "plan/parts.h"
#include "plan/promql.h"

static const double BUSY_LEAST = 2; // one request may just be long

// ---- the query

static bool counts_requests(const struct signal *s)
{
    enum signal_form form = s->declared->form;
    return s->source.metric && s->expr && (form == SIGNAL_FORM_QUEUE || form == SIGNAL_FORM_GAUGE);
}

static bool may_hang(const struct plan *p, int stage)
{
    const struct component *c = plan_component(p, stage);
    return plan_is_served(&p->stages[stage]) && p->stages[stage].kind != LATENCY_VALUE &&
           (!c || c->role == STAGE_ROLE_LLM);
}

int replicas_signal(const struct plan *p, int stage)
{
    const struct stage *s = &p->stages[stage];
    int found = -1;
    for (int i = s->declared_first; may_hang(p, stage) && i < s->declared_first + s->declared_count;
         i++) {
        const struct signal *signal = &p->signals[i];
        bool running = signal->kind == SIGNAL_RUNNING;
        if ((running || (signal->kind == SIGNAL_WAITING && found < 0)) && counts_requests(signal)) {
            found = i;
        }
    }
    return found;
}

static void add_part(
    struct str *s, const char *before, const char *by, const char *what, const char *part)
{
    str_addf(
        s, "%slabel_replace(sum by (%s) (%s),\"part\",\"%s\",\"\",\"\")", before, by, what, part);
}

// A replica that is younger has not had the time.
static void add_busy(struct str *s, const char *work)
{
    str_addf(s, "min_over_time(%s[", work);
    clock_add_duration(s, REPLICAS_STUCK_MS);
    str_addf(s, "]) and %s offset ", work);
    clock_add_duration(s, REPLICAS_STUCK_MS);
}

static void add_stage(struct str *s, const struct plan *p, int stage, int signal)
{
    const struct stage *st = &p->stages[stage];
    struct str work, busy;
    str_init(&work);
    str_init(&busy);
    promql_add_selector(&work, p->signals[signal].source.metric, "", p->selector);
    add_busy(&busy, work.text);
    str_add(s, "label_replace(");
    add_part(s, "", st->instances, busy.text, "busy");
    add_part(s, " or ", st->instances, work.text, "running");
    str_add(s, " or label_replace(");
    promql_add_requests(s, st, st->instances, p->selector, REPLICAS_STUCK_MS);
    str_addf(s, ",\"part\",\"done\",\"\",\"\"),\"of\",\"%d\",\"\",\"\")", stage);
    str_finish(&work);
    str_finish(&busy);
}

char *replicas_expression(struct plan *p, int query)
{
    struct part_writer w;
    part_begin(&w, p, query, p->stages_count);
    while (part_next(&w)) {
        int signal = replicas_signal(p, (int)w.item);
        if (signal >= 0) {
            add_stage(&w.arm, p, (int)w.item, signal);
            part_add(&w);
        }
    }
    return part_end(&w);
}

// ---- the answer

static bool is_part(const struct series *s, const char *part)
{
    const char *its = labels_get(&s->labels, "part");
    return its && strcmp(its, part) == 0;
}

static bool is_of(const struct series *s, int stage)
{
    const char *of = labels_get(&s->labels, "of");
    return of && s->instance && strtol(of, NULL, 10) == stage;
}

static const struct series *find_part(
    const struct matrix *m, const char *name, int stage, const char *part)
{
    for (size_t i = 0; i < m->count; i++) {
        const struct series *s = &m->series[i];
        if (is_of(s, stage) && is_part(s, part) && strcmp(s->instance, name) == 0) {
            return s;
        }
    }
    return NULL;
}

bool replicas_find(struct replica_series *out, const struct matrix *m, size_t i, int stage)
{
    const struct series *s = &m->series[i];
    if (!is_of(s, stage) || !is_part(s, "running")) {
        return false;
    }
    *out = (struct replica_series){.running = s,
        .busy = find_part(m, s->instance, stage, "busy"),
        .done = find_part(m, s->instance, stage, "done")};
    return true;
}

static double value_of(const struct series *s, int64_t slot)
{
    return s ? ring_get(&s->ring, slot) : NAN;
}

bool replicas_at(struct replica *out, const struct replica_series *s, int64_t slot)
{
    *out = (struct replica){.name = s->running->instance,
        .busy = value_of(s->busy, slot),
        .running = value_of(s->running, slot),
        .done = value_of(s->done, slot)};
    return !isnan(out->running);
}

bool replicas_read(struct replica *out, const struct matrix *m, size_t i, int stage, int64_t slot)
{
    struct replica_series s;
    return replicas_find(&s, m, i, stage) && replicas_at(out, &s, slot);
}

bool replicas_is_stuck(const struct replica *r)
{
    return r->busy >= BUSY_LEAST && !(r->done > 0);
}
