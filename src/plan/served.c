#include "plan/served.h"

#include <stdlib.h>
#include <string.h>

#include "plan/parts.h"
#include "plan/promql.h"

// The first metric with series of those that tell how STAGE, which nothing times, fares; of ERRORS,
// there may be none until the first one.
static const char *metric_of(const struct plan *p, const struct stage *stage, bool errors)
{
    const char *found = NULL;
    for (size_t i = 0; i < p->signals_count && !found; i++) {
        const struct signal *s = &p->signals[i];
        bool of_it = s->stage >= 0 && &p->stages[s->stage] == stage && !s->deep;
        bool wanted = s->kind != SIGNAL_LATENCY && (s->kind == SIGNAL_ERRORS) == errors;
        bool there = s->presence == PRESENCE_SERIES || s->presence == PRESENCE_OPEN;
        found = of_it && there && wanted ? s->source.metric : NULL;
    }
    return found;
}

static const char *any_metric_of(const struct plan *p, const struct stage *stage)
{
    const char *steady = metric_of(p, stage, false);
    return steady ? steady : metric_of(p, stage, true);
}

bool served_add_series(struct str *s, const struct plan *p, int stage, const char *extra)
{
    const struct stage *its = &p->stages[stage];
    const char *metric = its->kind == LATENCY_NONE ? any_metric_of(p, its) : NULL;
    if (plan_is_served(its)) {
        promql_add_served(s, its, extra);
    } else if (metric) {
        promql_add_selector(s, metric, "", extra);
    }
    return plan_is_served(its) || metric;
}

bool served_is(const struct plan *p, int stage)
{
    const struct stage *its = &p->stages[stage];
    return plan_is_served(its) || (its->kind == LATENCY_NONE && any_metric_of(p, its));
}

bool served_is_steady(const struct plan *p, int stage)
{
    const struct stage *its = &p->stages[stage];
    return plan_is_served(its) || (its->kind == LATENCY_NONE && metric_of(p, its, false));
}

int served_next(const struct plan *p, const struct store *store, const char *job, int after)
{
    int next = -1;
    bool known = p->targets >= 0 && (size_t)p->targets < store->count;
    for (int part = known ? p->targets : -1; part >= 0; part = part_after(p, part)) {
        const struct matrix *m = &store->signals[part].live;
        for (size_t i = 0; i < m->count; i++) {
            const char *stage = labels_get(&m->series[i].labels, "stage");
            const char *its = labels_get(&m->series[i].labels, "job");
            long index = stage && its && strcmp(its, job) == 0 ? strtol(stage, NULL, 10) : -1;
            if (index > after && (size_t)index < p->stages_count && (next < 0 || index < next)) {
                next = (int)index;
            }
        }
    }
    return next;
}
