#include "poll/lookup_metric.h"

#include <string.h>

#include "config/signal_keys.h"
#include "poll/poller_state.h"
#include "promql/name.h"

size_t lookup_name_length(const char *metric)
{
    return name_length(metric);
}

const struct signal *lookup_signal(const struct poller *p, const struct lookup *l)
{
    return l->signal >= 0 ? &p->plan->signals[l->signal] : NULL;
}

// It is asked for by its count: see plan.c.
static bool is_declared_latency(const struct signal *s)
{
    return s->declared && signal_has_base(s->declared->form);
}

bool lookup_is_latency(const struct poller *p, const struct lookup *l)
{
    const struct signal *s = lookup_signal(p, l);
    return !s || is_declared_latency(s) ||
           (s->kind == SIGNAL_LATENCY && !s->source.count && !s->said);
}

const char *lookup_written(const struct poller *p, const struct lookup *l)
{
    const struct signal *s = lookup_signal(p, l);
    return s && is_declared_latency(s) ? s->declared->source.metric : l->metric;
}

bool lookup_counts_errors(const struct signal *s)
{
    return s && (s->kind == SIGNAL_ERRORS || s->kind == SIGNAL_TOOL_ERRORS);
}

bool lookup_same_name(const char *a, const char *b)
{
    size_t len = lookup_name_length(a);
    return lookup_name_length(b) == len && strncmp(a, b, len) == 0;
}

int lookup_metrics(const struct signal *s)
{
    return 2 + (int)s->names_count;
}

const char *lookup_metric(const struct signal *s, int which)
{
    const char *second = s->source.count ? s->source.count : s->limit.metric;
    return which == 0 ? s->source.metric : which == 1 ? second : s->names[which - 2].name;
}

bool lookup_has_text(const struct prom_names *names, const char *text)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->items[i], text) == 0) {
            return true;
        }
    }
    return false;
}

bool lookup_names(const struct signal *s, const char *metric)
{
    bool does = false;
    for (int k = 0; !does && k < lookup_metrics(s); k++) {
        const char *its = lookup_metric(s, k);
        does = its && lookup_same_name(its, metric);
    }
    return does;
}

enum presence *lookup_presence(struct signal *s, int which)
{
    return which == 0   ? &s->presence
           : which == 1 ? &s->limit_presence
                        : &s->names[which - 2].presence;
}

void lookup_settle(struct poller *p, const struct lookup *l, enum presence presence)
{
    for (size_t i = 0; i < p->plan->signals_count; i++) {
        struct signal *s = &p->draft->signals[i];
        for (int k = 0; k < lookup_metrics(s); k++) {
            const char *metric = lookup_metric(s, k);
            enum presence *its = lookup_presence(s, k);
            bool open = *its == PRESENCE_MISSING || *its == PRESENCE_ABSENT;
            if (metric && open && lookup_same_name(metric, l->metric)) {
                *its = presence;
            }
        }
    }
}
