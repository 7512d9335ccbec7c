#include "plan/discover.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "config/signal_keys.h"
#include "plan/instrument.h"
#include "plan/promql.h"
#include "plan/record.h"
#include "promql/name.h"
#include "promql/regex.h"

/** Whether the alternatives LIST, `a|b`, have ONE. */
static bool has_alternative(const char *list, const char *one)
{
    size_t len = strlen(one);
    for (const char *p = list; *p; p += strcspn(p, "|")) {
        p += *p == '|';
        if (strcspn(p, "|") == len && memcmp(p, one, len) == 0) {
            return true;
        }
    }
    return false;
}

static void add_name_once(struct str *s, const char *metric, bool *any)
{
    struct str name, regex;
    str_init(&name);
    str_init(&regex);
    promql_add_name(&name, metric);
    regex_add_literal(&regex, name.text);
    if (!*any || !has_alternative(s->text, regex.text)) {
        str_addf(s, "%s%s", *any ? "|" : "", regex.text);
    }
    str_finish(&name);
    str_finish(&regex);
    *any = true;
}

// Whether S is declared by the base name of a histogram or a Summary.
static bool has_base(const struct signal *s)
{
    return s->declared && signal_has_base(s->declared->form);
}

static bool add_alternatives(struct str *s, const struct plan *p)
{
    bool any = false;
    for (size_t i = 0; i < p->stages_count; i++) {
        bool made = p->stages[i].by_label && p->stages[i].parent < 0; // asked for once, below
        if (p->stages[i].latency && !made && !p->stages[i].count) {
            add_name_once(s, p->stages[i].latency, &any);
        }
    }
    for (size_t i = 0; i < p->signals_count; i++) {
        const struct signal *signal = &p->signals[i];
        if (has_base(signal)) {
            add_name_once(s, signal->declared->source.metric, &any);
        }
    }
    if (p->stages_metric) {
        add_name_once(s, p->stages_metric, &any);
    }
    return any;
}

// What is named as it is: errors, requests, what is used.
static bool add_names(struct str *s, const struct plan *p)
{
    bool any = false;
    for (size_t i = 0; i < p->signals_count; i++) {
        const struct signal *signal = &p->signals[i];
        bool whole =
            signal->kind == SIGNAL_LATENCY ? signal->source.count != NULL : !has_base(signal);
        const char *names[] = {
            whole ? signal->source.metric : NULL, signal->source.count, signal->limit.metric};
        for (size_t k = 0; !signal->deep && k < sizeof names / sizeof *names; k++) {
            if (names[k]) {
                add_name_once(s, names[k], &any);
            }
        }
    }
    return any;
}

static bool add_matching(struct str *s, const struct plan *p, const char *suffixes)
{
    struct str bases, names, regex;
    str_init(&bases);
    str_init(&names);
    str_init(&regex);
    bool any = add_alternatives(&bases, p);
    if (any) {
        str_addf(&regex, "(%s)%s|", bases.text, suffixes);
    }
    if (add_names(&names, p)) {
        str_addf(&regex, "%s|", names.text);
        any = true;
    }
    str_add(&regex, record_names);
    str_finish(&bases);
    str_add(s, "{__name__=~");
    str_add_quoted(s, regex.text);
    if (p->selector) {
        str_addf(s, ",%s", p->selector);
    }
    str_add(s, "}");
    str_finish(&names);
    str_finish(&regex);
    return any;
}

bool discover_add_selector(struct str *s, const struct plan *p)
{
    return add_matching(s, p, "(_bucket|_sum|_count)?");
}

void discover_add_label_selector(struct str *s, const struct plan *p)
{
    struct str name;
    str_init(&name);
    promql_add_name(&name, p->stages_metric);
    promql_add_matching_name(s, name.text, "(_bucket|_sum)?");
    if (p->selector) {
        str_addf(s, ",%s", p->selector);
    }
    str_add(s, "}");
    str_finish(&name);
}

/** Whether METRIC, less its matchers, with SUFFIX is among the COUNT NAMES. */
static bool has(char *const *names, size_t count, const char *metric, const char *suffix)
{
    size_t len = name_length(metric);
    for (size_t i = 0; i < count; i++) {
        if (strncmp(names[i], metric, len) == 0 && strcmp(names[i] + len, suffix) == 0) {
            return true;
        }
    }
    return false;
}

static enum presence presence_of(
    char *const *names, size_t count, const char *metric, enum presence before)
{
    if (!metric) {
        return PRESENCE_OPEN;
    }
    bool looked_up = before == PRESENCE_DECLARED || before == PRESENCE_ABSENT;
    if (has(names, count, metric, "")) {
        bool useless = before == PRESENCE_UNLABELLED || before == PRESENCE_MISTYPED;
        return useless ? before : PRESENCE_SERIES;
    }
    return looked_up ? before : PRESENCE_MISSING;
}

static enum latency_kind shape_of(
    const char *metric, enum metric_type type, char *const *names, size_t count)
{
    bool bare = has(names, count, metric, "");
    if (bare && type == METRIC_GAUGE) {
        return LATENCY_VALUE;
    }
    if (has(names, count, metric, "_bucket")) {
        return LATENCY_CLASSIC;
    }
    if (has(names, count, metric, "_sum")) {
        return bare ? LATENCY_QUANTILES : LATENCY_MEAN;
    }
    return !bare ? LATENCY_ABSENT : type == METRIC_HISTOGRAM ? LATENCY_NATIVE : LATENCY_UNKNOWN;
}

static enum latency_kind kind_of(
    const struct stage *s, enum metric_type type, char *const *names, size_t count)
{
    if (!s->count) {
        return shape_of(s->metric, type, names, count);
    }
    bool both = has(names, count, s->metric, "") && has(names, count, s->count, "");
    return both ? LATENCY_PAIR : LATENCY_ABSENT;
}

// What was told already of a type that names do not tell.
static enum latency_kind kept(enum latency_kind now, enum latency_kind before)
{
    bool told = before == LATENCY_NATIVE || before == LATENCY_VALUE || before == LATENCY_COUNTER;
    return now == LATENCY_UNKNOWN && told ? before : now;
}

static enum presence presence_by(enum latency_kind kind, enum presence before)
{
    return kind != LATENCY_ABSENT      ? PRESENCE_SERIES
           : before == PRESENCE_ABSENT ? PRESENCE_ABSENT
                                       : PRESENCE_MISSING;
}

static void learn_declared(struct signal *s, char *const *names, size_t count)
{
    const struct metric_config *m = &s->declared->source;
    s->shape = kept(shape_of(m->metric, m->type, names, count), s->shape);
    s->presence = presence_by(s->shape, s->presence);
}

static void learn_metric(struct signal *s, char *const *names, size_t count)
{
    s->presence = presence_of(names, count, s->source.metric, s->presence);
    s->limit_presence = presence_of(names, count, s->limit.metric, s->limit_presence);
    if (s->presence > PRESENCE_SERIES && s->presence != PRESENCE_MISTYPED) {
        s->shape = LATENCY_UNKNOWN; // what comes under its name may be something else
    }
    if (s->limit_presence > PRESENCE_SERIES && s->limit_presence != PRESENCE_MISTYPED) {
        s->limit_shape = LATENCY_UNKNOWN;
    }
    if (s->presence == PRESENCE_SERIES && instrument_is_counter(s) &&
        instrument_is_recorded_rate(s->source.metric)) {
        instrument_learn_type(s, "gauge");
    }
}

// What counts the requests, where that is there and a counter; the errors of pods are those of all.
static void settle_counters(struct plan *p, struct stage *s)
{
    bool counted =
        s->requests_named >= 0 && p->signals[s->requests_named].presence <= PRESENCE_SERIES;
    s->requests_signal = counted ? s->requests_named : -1;
    if (s->pod_errors_signal >= 0) {
        p->signals[s->pod_errors_signal].presence = p->signals[s->errors_signal].presence;
    }
}

static void learn_latency(struct plan *p, struct stage *s, char *const *names, size_t count)
{
    struct signal *signal = &p->signals[s->latency_signal];
    s->kind = kept(kind_of(s, signal->source.type, names, count), s->kind);
    if (s->count) {
        signal->presence = presence_of(names, count, signal->source.metric, signal->presence);
        signal->limit_presence = presence_of(names, count, s->count, signal->limit_presence);
    } else {
        signal->presence = presence_by(s->kind, signal->presence);
    }
}

bool discover_finds_any(const struct plan *p, char *const *names, size_t count)
{
    bool wanted = false;
    for (size_t i = 0; i < p->stages_count; i++) {
        const struct stage *s = &p->stages[i];
        if (s->latency &&
            kind_of(s, p->signals[s->latency_signal].source.type, names, count) != LATENCY_ABSENT) {
            return true;
        }
        wanted = wanted || s->latency;
    }
    return !wanted && count > 0;
}

void discover_learn_names(struct plan *p, char *const *names, size_t count)
{
    record_learn(p, names, count);
    for (size_t i = 0; i < p->signals_count; i++) {
        struct signal *s = &p->signals[i];
        if (has_base(s)) {
            learn_declared(s, names, count);
        } else if (!s->deep && s->kind != SIGNAL_LATENCY) {
            learn_metric(s, names, count);
        }
    }
    for (size_t i = 0; i < p->stages_count; i++) {
        struct stage *s = &p->stages[i];
        if (s->latency) { // an expression is a value whatever exists
            learn_latency(p, s, names, count);
        }
        settle_counters(p, s);
    }
}

char *discover_untold(const struct plan *p, size_t i)
{
    const struct signal *signal = &p->signals[i];
    const struct stage *s = signal->stage >= 0 ? &p->stages[signal->stage] : NULL;
    struct str name;
    if (has_base(signal)) {
        str_init(&name);
        promql_add_name(&name, signal->declared->source.metric);
        bool untold = signal->presence == PRESENCE_SERIES && signal->shape == LATENCY_UNKNOWN;
        return untold ? str_take(&name) : (str_finish(&name), NULL);
    }
    if (signal->kind == SIGNAL_LATENCY) {
        return s->latency && s->kind == LATENCY_UNKNOWN ? mem_strdup(s->metric) : NULL;
    }
    const char *metric = signal->source.metric;
    bool open = signal->shape == LATENCY_UNKNOWN && instrument_is_open(p, signal);
    metric = open ? metric : instrument_is_open_limit(p, signal) ? signal->limit.metric : NULL;
    return metric ? mem_strndup(metric, name_length(metric)) : NULL;
}

static void learn_type(struct plan *p, size_t i, const char *type)
{
    struct signal *signal = &p->signals[i];
    if (!has_base(signal) && signal->kind != SIGNAL_LATENCY) {
        bool open = signal->shape == LATENCY_UNKNOWN && instrument_is_open(p, signal);
        (open ? instrument_learn_type : instrument_learn_limit)(signal, type);
        if (signal->stage >= 0) {
            settle_counters(p, &p->stages[signal->stage]);
        }
        return;
    }
    enum latency_kind *kind = has_base(signal) ? &signal->shape : &p->stages[signal->stage].kind;
    *kind = strcmp(type, "histogram") == 0 ? LATENCY_NATIVE
            : strcmp(type, "counter") == 0 ? LATENCY_COUNTER
                                           : LATENCY_VALUE;
}

void discover_learn_type(struct plan *p, const char *metric, const char *type)
{
    for (size_t i = 0; i < p->signals_count; i++) {
        char *untold = discover_untold(p, i);
        if (untold && strcmp(untold, metric) == 0) {
            learn_type(p, i, type);
        }
        free(untold);
    }
}
