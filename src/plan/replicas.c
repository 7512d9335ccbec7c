#include "plan/replicas.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
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

char *replicas_expression(const struct plan *p, size_t *more)
{
    struct str s, arm;
    str_init(&s);
    str_init(&arm);
    *more = 0;
    for (int i = 0; i < (int)p->stages_count; i++) {
        int signal = replicas_signal(p, i);
        if (signal >= 0) {
            str_clear(&arm);
            add_stage(&arm, p, i, signal);
            *more += !promql_add_arm(&s, &arm, 0);
        }
    }
    str_finish(&arm);
    if (s.len == 0) {
        str_finish(&s);
        return NULL;
    }
    return str_take(&s);
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

static double value_of(
    const struct matrix *m, const char *name, int stage, const char *part, int64_t slot)
{
    for (size_t i = 0; i < m->count; i++) {
        const struct series *s = &m->series[i];
        if (is_of(s, stage) && is_part(s, part) && strcmp(s->instance, name) == 0) {
            return ring_get(&s->ring, slot);
        }
    }
    return NAN;
}

bool replicas_read(struct replica *out, const struct matrix *m, size_t i, int stage, int64_t slot)
{
    const struct series *s = &m->series[i];
    double running = ring_get(&s->ring, slot);
    if (!is_of(s, stage) || !is_part(s, "running") || isnan(running)) {
        return false;
    }
    *out = (struct replica){.name = s->instance,
        .busy = value_of(m, s->instance, stage, "busy", slot),
        .running = running,
        .done = value_of(m, s->instance, stage, "done", slot)};
    return true;
}

bool replicas_is_stuck(const struct replica *r)
{
    return r->busy >= BUSY_LEAST && !(r->done > 0);
}
