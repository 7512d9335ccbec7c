#include "cmd/check_collect.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "config/signal_keys.h"
#include "diagnose/context.h"
#include "plan/declared_expr.h"
#include "plan/promql.h"
#include "plan/record.h"

/** What is collected, and of what. */
struct collecting {
    struct check_list *list;
    const struct watch *w;
    const struct signal *signal;
    const char *stage; /**< NULL: of none */
};

static struct check_entry *add(const struct collecting *c, const char *key, const char *metric)
{
    struct check_list *list = c->list;
    mem_grow(&list->items, list->count, &list->cap);
    struct check_entry *one = &list->items[list->count++];
    *one = (struct check_entry){.name = {.stage = c->stage,
                                    .key = key,
                                    .metric = metric,
                                    .series = NAN,
                                    .now = NAN,
                                    .age_s = NAN},
        .newest_s = NAN,
        .signal = c->signal};
    return one;
}

static const char *selector_in(struct collecting *c, const char *metric, const char *suffix)
{
    struct str s;
    str_init(&s);
    promql_add_selector(&s, metric, suffix, c->w->plan.selector);
    return arena_take(&c->list->arena, &s);
}

// Nobody knows yet what it is: whatever may be of it.
static const char *any_in(struct collecting *c, const char *metric)
{
    return arena_printf(&c->list->arena, "%s or %s or %s", selector_in(c, metric, ""),
        selector_in(c, metric, "_count"), selector_in(c, metric, "_bucket"));
}

static const char *rate_in(struct collecting *c, const char *metric)
{
    struct str s;
    str_init(&s);
    promql_add_rate(&s, metric, NULL, c->w->plan.selector, c->w->plan.window_ms);
    return arena_take(&c->list->arena, &s);
}

static void set_counter(struct collecting *c, struct check_entry *one, const char *metric)
{
    one->name.type = "counter";
    one->name.now_is = CHECKED_PER_SECOND;
    one->selector = selector_in(c, metric, "");
    one->value = rate_in(c, metric);
}

static void set_gauge(struct collecting *c, struct check_entry *one, bool share)
{
    one->name.type = "gauge";
    one->name.now_is = share ? CHECKED_MOST : CHECKED_SUM;
    one->selector = selector_in(c, one->name.metric, "");
    one->value = arena_printf(&c->list->arena, share ? "max(%s)" : "sum(%s)", one->selector);
}

static const char *unit_of(double to_seconds)
{
    return to_seconds > 0.999      ? "s"
           : to_seconds > 0.999e-3 ? "ms"
           : to_seconds > 0.999e-6 ? "us"
                                   : "ns";
}

// The number that the dashboard shows of it, in seconds.
static void set_shown(struct collecting *c, struct check_entry *one, double to_seconds)
{
    const char *shown = c->signal->shown;
    one->value = shown ? arena_printf(&c->list->arena, "(%s) * %.15g", shown, to_seconds) : NULL;
}

static void set_latency(struct collecting *c, struct check_entry *one, size_t stage)
{
    static const struct {
        const char *type, *suffix;
    } kinds[] = {[LATENCY_CLASSIC] = {"histogram", "_count"},
        [LATENCY_NATIVE] = {"native histogram", ""},
        [LATENCY_QUANTILES] = {"summary", "_count"},
        [LATENCY_MEAN] = {"summary", "_count"},
        [LATENCY_PAIR] = {"counter", ""},
        [LATENCY_VALUE] = {"gauge", ""},
        [LATENCY_COUNTER] = {"counter", ""}};
    const struct stage *s = &c->w->plan.stages[stage];
    bool known = (size_t)s->kind < sizeof kinds / sizeof *kinds && kinds[s->kind].type;
    one->is_base = true;
    one->name.unit = unit_of(s->to_seconds);
    one->name.unit_guessed = s->unit_guessed;
    one->name.type = known ? kinds[s->kind].type : NULL;
    one->selector = known ? selector_in(c, one->name.metric, kinds[s->kind].suffix)
                          : any_in(c, one->name.metric);
    set_shown(c, one, s->to_seconds);
    one->name.now_is =
        s->kind == LATENCY_MEAN || s->kind == LATENCY_PAIR ? CHECKED_MEAN : CHECKED_P95;
    if (s->kind == LATENCY_PAIR) {
        struct check_entry *count = add(c, "latency.count", s->count);
        set_counter(c, count, s->count);
    }
}

static const char *key_in(struct collecting *c, bool second)
{
    const struct signal *s = c->signal;
    struct arena *a = &c->list->arena;
    bool tools = signal_types[s->kind].per == SIGNAL_PER_TOOL;
    if (s->declared && !tools) {
        const char *other, *key = signal_form_key(s->declared->form, &other);
        return arena_printf(
            a, "signals.%s.%s", signal_types[s->kind].name, second && other ? other : key);
    }
    if (s->kind == SIGNAL_SATURATION) {
        return arena_printf(a, "saturation.%s.%s", s->what,
            second        ? "limit"
            : s->full > 0 ? "ratio"
                          : "used");
    }
    return arena_printf(a, "%s%s", tools ? "tools." : "", signal_types[s->kind].name);
}

static void set_unit_of_time(struct collecting *c, struct check_entry *one)
{
    const struct declared_config *d = c->signal->declared;
    one->name.unit = unit_of(d->factor);
    one->name.unit_guessed = !(signal_unit_of(&d->source) > 0);
}

static void set_declared_latency(struct collecting *c, struct check_entry *one)
{
    const struct declared_config *d = c->signal->declared;
    bool time = d->form == SIGNAL_FORM_LATENCY;
    one->is_base = true;
    one->name.type = "histogram or summary";
    one->name.now_is = time ? CHECKED_P95 : CHECKED_MEAN_COUNT;
    set_shown(c, one, time ? d->factor : 1);
    if (time) {
        set_unit_of_time(c, one);
    }
}

// As it is judged: several series of a time are no longer when there are more of them.
// The number that is judged; of a resource what is used and its limit, each by itself.
static void set_declared_gauge(struct collecting *c, struct check_entry *one)
{
    const struct declared_config *d = c->signal->declared;
    enum signal_unit unit = signal_types[c->signal->kind].unit;
    set_gauge(c, one, false);
    if (signal_is_pool(d->form)) {
        return;
    }
    one->value = c->signal->shown;
    if (unit == SIGNAL_UNIT_SECONDS) {
        set_unit_of_time(c, one);
        one->name.now_is = CHECKED_SECONDS;
    } else if (unit == SIGNAL_UNIT_RATIO) {
        one->name.unit = d->factor < 1 ? "percent" : NULL;
        one->name.now_is = CHECKED_SHARE;
    }
}

// Of a declared latency what counts it is asked for.
static void add_metric(struct collecting *c, const struct metric_config *m, bool second)
{
    const struct signal *s = c->signal;
    bool declared_latency = s->declared && (s->declared->form == SIGNAL_FORM_LATENCY ||
                                               s->declared->form == SIGNAL_FORM_MEAN);
    const char *named = declared_latency ? s->declared->source.metric : m->metric;
    struct check_entry *one = add(c, key_in(c, second), named);
    if (s->kind == SIGNAL_LATENCY) {
        set_latency(c, one, (size_t)s->stage);
    } else if (s->kind == SIGNAL_SATURATION) {
        set_gauge(c, one, s->full > 0);
        one->name.is_share = odd_is_share(s);
    } else if (s->declared && signal_is_gauge(s->declared->form)) {
        set_declared_gauge(c, one);
    } else {
        set_counter(c, one, m->metric);
    }
    if (declared_latency) {
        set_declared_latency(c, one);
    }
}

static void add_names(struct collecting *c)
{
    const struct signal *s = c->signal;
    for (size_t i = 0; i < s->names_count; i++) {
        const char *key = arena_printf(&c->list->arena, "expr.%s", key_in(c, false));
        struct check_entry *one = add(c, key, s->names[i].name);
        one->name.in_expression = true;
        one->selector = selector_in(c, s->names[i].name, "");
    }
}

static const char *rule_in(struct collecting *c, const struct signal *s)
{
    struct str name;
    if (!s->recorded) {
        return NULL;
    }
    str_init(&name);
    record_add_name(&name, &c->w->plan, s);
    return arena_take(&c->list->arena, &name);
}

static void add_signal(struct collecting *c)
{
    const struct signal *s = c->signal;
    size_t from = c->list->count;
    if (s->source.metric) {
        add_metric(c, &s->source, false);
    }
    if (s->limit.metric) {
        add_metric(c, &s->limit, true);
    }
    add_names(c);
    for (size_t i = from; i < c->list->count; i++) {
        c->list->items[i].name.recorded = rule_in(c, s);
    }
}

void check_collect(struct check_list *out, const struct watch *w)
{
    const struct plan *p = &w->plan;
    struct collecting c = {.list = out, .w = w};
    *out = (struct check_list){0};
    if (p->stages_metric && p->stages_count == 0) {
        struct check_entry *one = add(&c, "stages_by_label.latency", p->stages_metric);
        one->selector = any_in(&c, p->stages_metric);
        one->is_base = true;
    }
    for (size_t i = 0; i < p->signals_count; i++) {
        const struct signal *s = &p->signals[i];
        bool configured = !s->deep && signal_types[s->kind].per != SIGNAL_PER_PLAN;
        if (configured) {
            c.signal = s;
            c.stage = s->stage >= 0 ? p->stages[s->stage].name : NULL;
            add_signal(&c);
        }
    }
}

void check_finish(struct check_list *list)
{
    free(list->items);
    arena_finish(&list->arena);
    *list = (struct check_list){0};
}
