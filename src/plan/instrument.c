#include "plan/instrument.h"

#include <string.h>

#include "config/signal_keys.h"
#include "plan/write.h"
#include "promql/name.h"

static bool is_read_from_metric(const struct signal *s)
{
    bool based = s->declared && signal_has_base(s->declared->form);
    return s->source.metric && !s->deep && !based && s->kind != SIGNAL_LATENCY;
}

bool instrument_is_gauge(const struct signal *s)
{
    bool gauge = s->declared ? signal_is_gauge(s->declared->form) : s->kind == SIGNAL_SATURATION;
    return is_read_from_metric(s) && gauge;
}

bool instrument_is_counter(const struct signal *s)
{
    bool counter = s->declared ? !signal_is_gauge(s->declared->form) : write_is_rate(s->kind);
    return is_read_from_metric(s) && counter;
}

static bool ends_in_total(const char *metric)
{
    static const char end[] = "_total";
    size_t len = name_length(metric), n = sizeof end - 1;
    return len > n && strncmp(metric + len - n, end, n) == 0;
}

bool instrument_is_recorded_rate(const char *metric)
{
    static const char *const functions[] = {"rate", "irate", "increase", "delta", "ratio"};
    size_t len = name_length(metric), last = len;
    while (last > 0 && metric[last - 1] != ':') {
        last--;
    }
    bool is = false;
    for (size_t i = 0; last > 0 && !is && i < sizeof functions / sizeof *functions; i++) {
        size_t n = strlen(functions[i]);
        is = len - last >= n && strncmp(metric + last, functions[i], n) == 0;
    }
    return is;
}

// Whether a profile that comes with the program tells what S is.
static bool is_told(const struct plan *p, const struct signal *s)
{
    const struct component_list *found = &p->pipeline.components;
    const struct component *its = plan_component(p, s->stage);
    bool told = found->count > 0;
    for (size_t i = 0; i < found->count; i++) {
        told = told && found->items[i].built_in;
    }
    return its ? its->built_in : told;
}

bool instrument_is_open(const struct plan *p, const struct signal *s)
{
    if (is_told(p, s) || s->presence != PRESENCE_SERIES || s->source.type != METRIC_UNSAID) {
        return false;
    }
    bool total = s->source.metric && ends_in_total(s->source.metric);
    return total ? instrument_is_gauge(s) : instrument_is_counter(s);
}

bool instrument_is_open_limit(const struct plan *p, const struct signal *s)
{
    return !is_told(p, s) && !s->deep && s->limit.metric && s->limit_presence == PRESENCE_SERIES &&
           s->limit_shape == LATENCY_UNKNOWN && s->limit.type == METRIC_UNSAID &&
           ends_in_total(s->limit.metric);
}

void instrument_learn_limit(struct signal *s, const char *type)
{
    bool counter = strcmp(type, "counter") == 0;
    s->limit_shape = counter ? LATENCY_COUNTER : LATENCY_VALUE;
    s->limit_presence = counter ? PRESENCE_MISTYPED : s->limit_presence;
}

void instrument_learn_type(struct signal *s, const char *type)
{
    bool counter = instrument_is_counter(s);
    bool other = strcmp(type, counter ? "gauge" : "counter") == 0;
    s->shape = counter != other ? LATENCY_COUNTER : LATENCY_VALUE;
    s->presence = other ? PRESENCE_MISTYPED : s->presence;
}
