// What a plan says, to those who read it.
#include <string.h>

#include "config/signal_keys.h"
#include "plan/plan.h"
#include "plan/promql.h"

bool plan_is_wide(const struct plan *p)
{
    return p->window_ms > p->base_window_ms;
}

// A rate has two samples in its window, so it outlives the last one by nearly as long.
int64_t plan_outlives_ms(const struct plan *p, const struct stage *s)
{
    bool instant = s->kind == LATENCY_VALUE || s->kind == LATENCY_NONE;
    int64_t outlives = instant ? 0 : p->window_ms - p->refresh_ms;
    return outlives > 0 ? outlives : 0;
}

bool plan_is_served(const struct stage *s)
{
    return s->latency && s->kind != LATENCY_UNKNOWN && s->kind != LATENCY_ABSENT &&
           s->kind != LATENCY_COUNTER;
}

bool plan_names_nothing(const struct signal *s)
{
    size_t absent = 0;
    for (size_t i = 0; i < s->names_count; i++) {
        absent += s->names[i].presence == PRESENCE_ABSENT;
    }
    return absent > 0 && (absent == s->names_count || !s->alternatives);
}

bool plan_is_timed(const struct stage *s)
{
    return s->kind != LATENCY_ABSENT && s->kind != LATENCY_NONE;
}

bool plan_is_absent(const struct plan *p, size_t i)
{
    const struct stage *s = &p->stages[i];
    return s->kind == LATENCY_ABSENT ||
           (s->latency_signal >= 0 && plan_names_nothing(&p->signals[s->latency_signal]));
}

bool plan_lacks_requests(const struct stage *s)
{
    return (s->kind == LATENCY_VALUE || s->kind == LATENCY_NONE) && !s->requests;
}

const char *plan_past(const struct signal *signal)
{
    return signal->past ? signal->past : signal->expr;
}

const char *plan_history(const struct signal *signal)
{
    return signal->history ? signal->history : plan_past(signal);
}

bool plan_has_past(const struct plan *p, int i)
{
    const struct signal *s = &p->signals[i];
    return s->expr && !s->deep && signal_types[s->kind].asked == SIGNAL_ASKED_PAST;
}

void plan_name_signal(const struct plan *p, int i, struct labels *out)
{
    const struct signal *s = &p->signals[i];
    struct str name;
    str_init(&name);
    str_add(&name, signal_types[s->kind].per == SIGNAL_PER_TOOL ? "tool_" : "");
    str_add(&name, signal_types[s->kind].name);
    labels_set(out, "signal", name.text);
    str_finish(&name);
    if (s->stage >= 0) {
        labels_set(out, "stage", p->stages[s->stage].name);
    }
    if (s->what) {
        labels_set(out, "what", s->what);
    }
    if (s->source.metric) {
        str_init(&name);
        promql_add_name(&name, s->source.metric);
        labels_set(out, "metric", name.text);
        str_finish(&name);
    } else if (s->said) {
        labels_set(out, "expr", s->said);
    }
}

int plan_find_stage(const struct plan *p, const char *name)
{
    for (size_t i = 0; i < p->stages_count; i++) {
        if (strcmp(p->stages[i].name, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static bool has_stage(const struct component *c, const char *stage)
{
    bool has = false;
    for (size_t i = 0; i < c->stages.count && !has; i++) {
        has = strcmp(c->stages.items[i], stage) == 0;
    }
    return has;
}

const struct component *plan_component(const struct plan *p, int stage)
{
    const struct component_list *known = &p->pipeline.components;
    for (; stage >= 0; stage = p->stages[stage].parent) {
        for (size_t i = 0; i < known->count; i++) {
            if (has_stage(&known->items[i], p->stages[stage].name)) {
                return &known->items[i];
            }
        }
    }
    return NULL;
}

int plan_root(const struct plan *p, int stage)
{
    while (p->stages[stage].parent >= 0) {
        stage = p->stages[stage].parent;
    }
    return stage;
}
