#include "poll/lookup_match.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "poll/lookup_metric.h"
#include "poll/lookup_note.h"
#include "poll/lookup_step.h"
#include "poll/poller_state.h"
#include "promql/select.h"

// ---- which are looked at ----------------------------------------------------------------------

// Calls that no label tells apart are of tools that cannot be named.
static void look_at_tools(struct poller *p)
{
    int signal = p->plan->tool_calls;
    const char *metric = signal >= 0 ? p->plan->signals[signal].source.metric : NULL;
    const struct matrix *live = signal >= 0 ? &p->store->signals[signal].live : NULL;
    bool named = !metric || live->count == 0;
    for (size_t i = 0; !named && i < live->count; i++) {
        named = labels_get(&live->series[i].labels, p->plan->tool_label) != NULL;
    }
    if (!named) {
        lookup_open(p, (struct lookup){.step = LOOKUP_LABELS,
                           .signal = signal,
                           .metric = metric,
                           .label = mem_strdup(p->plan->tool_label)});
    }
}

// Whether anything came of the metric that signal I names as its first (WHICH = 0) or second one.
static bool has_come(const struct poller *p, size_t i, int which)
{
    const struct signal *s = &p->plan->signals[i];
    const struct matrix *live = &p->store->signals[i].live;
    bool pool = s->kind == SIGNAL_SATURATION && !(s->full > 0);
    enum part part = pool ? (which ? PART_LIMIT : PART_USED) : which ? PART_COUNT : PART_SUM;
    bool any = false;
    for (size_t k = 0; !any && k < live->count; k++) {
        any = (!pool && !s->source.count) || live->series[k].part == part;
    }
    return any;
}

// Stages by label have matchers in common: where none of them has a sample, these are looked at.
static void look_at_labelled(struct poller *p)
{
    const char *metric = p->config->by_label.latency;
    int first = -1;
    for (size_t i = 0; i < p->plan->stages_count; i++) {
        const struct stage *s = &p->plan->stages[i];
        if (s->by_label && s->parent < 0 && p->store->signals[s->latency_signal].live.count > 0) {
            return;
        }
        first = s->by_label && s->parent < 0 && first < 0 ? s->latency_signal : first;
    }
    if (first >= 0 && metric && strchr(metric, '{')) {
        lookup_open(
            p, (struct lookup){
                   .step = LOOKUP_LABELS, .signal = first, .metric = metric, .unmatched = true});
    }
}

// Errors of stages by label have that label in common: where none of them has a sample, it may be
// on no series.
static void look_at_labelled_errors(struct poller *p)
{
    int first = -1;
    for (size_t i = 0; i < p->plan->stages_count; i++) {
        const struct stage *s = &p->plan->stages[i];
        int errors = s->by_label && s->parent < 0 ? s->errors_signal : -1;
        if (errors >= 0 && p->store->signals[errors].live.count > 0) {
            return;
        }
        first = first < 0 ? errors : first;
    }
    const struct signal *its = first >= 0 ? &p->plan->signals[first] : NULL;
    if (its && its->source.metric && its->presence == PRESENCE_SERIES &&
        p->store->signals[first].condition == CONDITION_ANSWERED) {
        lookup_open(p, (struct lookup){.step = LOOKUP_LABELS,
                           .signal = first,
                           .metric = its->source.metric,
                           .label = mem_strdup(p->config->by_label.label),
                           .unmatched = true});
    }
}

// The label that is configured to tell instances apart is needed only once somebody looks at pods.
static void look_at_pod_label(struct poller *p)
{
    const char *label = p->config->pod_label;
    bool labelled = false;
    for (size_t i = 0; label && i < p->plan->stages_count; i++) {
        const struct stage *s = &p->plan->stages[i];
        if (plan_is_served(s) && !(s->by_label && labelled)) {
            labelled = labelled || s->by_label;
            lookup_open(p, (struct lookup){.step = LOOKUP_LABELS,
                               .signal = s->latency_signal,
                               .metric = s->latency,
                               .label = mem_strdup(label),
                               .pods = true});
        }
    }
}

// What exists by its name and has answered with nothing: its matchers may match nothing. Those of
// errors that a profile knows are no typo: nothing has failed yet.
void lookup_look_at_matchers(struct poller *p)
{
    bool found = p->components.built;
    look_at_tools(p);
    look_at_labelled(p);
    look_at_labelled_errors(p);
    look_at_pod_label(p);
    for (size_t i = 0; i < p->plan->signals_count; i++) {
        struct signal *s = &p->draft->signals[i];
        bool open = !s->deep && p->store->signals[i].condition == CONDITION_ANSWERED &&
                    !(s->stage >= 0 && p->plan->stages[s->stage].by_label) &&
                    !(found && (lookup_counts_errors(s) || s->kind == SIGNAL_REJECTED));
        for (int k = 0; open && k < 2; k++) {
            const char *metric = lookup_metric(s, k);
            if (metric && strchr(metric, '{') && *lookup_presence(s, k) == PRESENCE_SERIES &&
                !has_come(p, i, k)) {
                lookup_open(p, (struct lookup){.step = LOOKUP_LABELS,
                                   .signal = (int)i,
                                   .metric = metric,
                                   .unmatched = true});
            }
        }
    }
}

bool lookup_is_matched(const struct poller *p, const struct lookup *l)
{
    const char *first = l->unmatched ? p->plan->signals[l->signal].source.metric : NULL;
    return l->unmatched && l->step == LOOKUP_DONE &&
           has_come(p, (size_t)l->signal, l->metric != first);
}

// ---- their labels and values ------------------------------------------------------------------

// Of several matchers of one label the first stands for all of them.
static bool is_repeated(const struct selector *s, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (strcmp(s->matchers[k].name, s->matchers[i].name) == 0) {
            return true;
        }
    }
    return false;
}

// The next matcher whose label has to be looked at; its label is missing where *MISSING says so.
static const struct matcher *next_matcher(
    const struct selector *s, const char *after, const struct prom_names *labels, bool *missing)
{
    bool on = !after;
    for (size_t i = 0; i < s->count; i++) {
        const struct matcher *m = &s->matchers[i];
        if (!on) {
            on = strcmp(m->name, after) == 0;
            continue;
        }
        if (strcmp(m->name, "__name__") == 0 || select_matches(m, "") || is_repeated(s, i)) {
            continue; // what matches no label needs none
        }
        *missing = labels && !lookup_has_text(labels, m->name);
        return m;
    }
    return NULL;
}

// The selector, as if it were that of a metric. False where it cannot be read.
static bool parse_beyond(struct selector *s, const struct poller *p)
{
    struct str text;
    str_init(&text);
    str_addf(&text, "{%s}", p->config->selector);
    const char *at = text.text;
    bool good = select_parse(s, &at);
    str_finish(&text);
    return good;
}

// The next matcher of the selector is looked at, or else none of them alone is what does not fit.
static void step_beyond(
    struct poller *p, struct lookup *l, const struct selector *s, const char *after)
{
    bool unused;
    const struct matcher *next = next_matcher(s, after, NULL, &unused);
    char *label = next ? mem_strdup(next->name) : NULL;
    free(l->label);
    l->label = label;
    l->step = next ? LOOKUP_VALUES : LOOKUP_DONE;
    if (!next) {
        lookup_say_elsewhere(p, l, NULL, NULL, false);
    }
}

static void take_labels_beyond(struct poller *p, struct lookup *l, const struct prom_names *labels)
{
    struct selector s;
    bool missing = false;
    l->step = LOOKUP_DONE;
    if (labels->count == 0 || !parse_beyond(&s, p)) { // the API of labels is closed
        lookup_say_elsewhere(p, l, NULL, NULL, false);
        return;
    }
    const struct matcher *m = NULL;
    while (!missing && (m = next_matcher(&s, m ? m->name : NULL, labels, &missing))) {
    }
    if (missing) {
        lookup_say_elsewhere(p, l, m, labels, true);
    } else {
        step_beyond(p, l, &s, NULL);
    }
    select_finish(&s);
}

static void take_values_beyond(struct poller *p, struct lookup *l, const struct prom_names *values)
{
    struct selector s;
    const struct matcher *misfit = NULL;
    l->step = LOOKUP_DONE;
    if (values->count == 0 || !parse_beyond(&s, p)) {
        lookup_say_elsewhere(p, l, NULL, NULL, false);
        return;
    }
    for (size_t i = 0; i < s.count && !misfit; i++) {
        bool any = strcmp(s.matchers[i].name, l->label) != 0;
        for (size_t k = 0; !any && k < values->count; k++) {
            any = select_matches(&s.matchers[i], values->items[k]);
        }
        misfit = any ? NULL : &s.matchers[i];
    }
    if (misfit) {
        lookup_say_elsewhere(p, l, misfit, values, false);
    } else {
        step_beyond(p, l, &s, l->label);
    }
    select_finish(&s);
}

// `error_type!=""`: what only failures have no series has before the first of them.
static bool marks_failures(const struct poller *p, const struct lookup *l, const struct matcher *m)
{
    return lookup_counts_errors(lookup_signal(p, l)) && m->negative && !m->regex && !*m->value;
}

// No error of a stage by label can ever be counted.
static void give_up_labelled_errors(struct poller *p)
{
    for (size_t i = 0; i < p->plan->stages_count; i++) {
        const struct stage *s = &p->plan->stages[i];
        if (s->by_label && s->parent < 0 && s->errors_signal >= 0) {
            p->draft->signals[s->errors_signal].presence = PRESENCE_UNLABELLED;
        }
    }
}

// L is about its label alone, which its metric HAS or not.
static void take_labels_for(
    struct poller *p, struct lookup *l, bool has, const struct prom_names *labels)
{
    if (!has) {
        lookup_say_label(p, l, l->label, labels);
        if (l->unmatched) {
            give_up_labelled_errors(p);
        }
    } else if (!l->pods && !l->unmatched) {
        lookup_check_names(p, l);
    }
}

void lookup_take_labels(struct poller *p, struct lookup *l, const struct prom_names *labels)
{
    struct selector s;
    bool missing = false;
    if (l->beyond) {
        take_labels_beyond(p, l, labels);
        return;
    }
    if (labels->count == 0 && l->signal < 0 && !l->exists) {
        l->step = LOOKUP_NEAR; // it has no series at all
        return;
    }
    l->step = LOOKUP_DONE;
    if (labels->count == 0 && l->signal >= 0) {
        return; // it has series: the API of labels is closed
    }
    if (l->label) {
        take_labels_for(p, l, lookup_has_text(labels, l->label), labels);
        return;
    }
    if (!select_parse_metric(&s, l->metric)) {
        return;
    }
    const struct matcher *first = NULL;
    for (const struct matcher *m = NULL;
         !missing && (m = next_matcher(&s, m ? m->name : NULL, labels, &missing));) {
        if (missing && marks_failures(p, l, m) &&
            !names_nearest(m->name, labels->items, labels->count)) {
            missing = false;
            continue;
        }
        first = first ? first : m;
        if (missing) {
            lookup_say_label(p, l, m->name, labels);
        }
    }
    if (missing &&
        lookup_counts_errors(lookup_signal(p, l))) { // then none of them can ever be counted
        p->draft->signals[l->signal].presence = PRESENCE_UNLABELLED;
    }
    if (!missing && first) {
        l->label = mem_strdup(first->name);
        l->step = LOOKUP_VALUES;
    }
    select_finish(&s);
}

// ---- errors that there are none of ------------------------------------------------------------

// `5..`, `4xx|5xx`, `[45][0-9]+`, `503`
static bool wants_codes(const char *value)
{
    return value[strspn(value, "0123456789.xX[]()^$|+*?\\d{},-")] == '\0' &&
           strpbrk(value, "0123456789");
}

static bool are_codes(const struct prom_names *values)
{
    bool all = values->count > 0;
    for (size_t i = 0; all && i < values->count; i++) {
        const char *value = values->items[i];
        size_t digits = strspn(value, "0123456789");
        all = !*value || (digits > 0 && value[digits + strspn(value + digits, "xX")] == '\0');
    }
    return all;
}

// Whether METRIC, which L is not about, is the same one with a matcher that takes VALUE.
static bool takes(const char *metric, const struct lookup *l, const char *value)
{
    struct selector s;
    bool takes = false;
    if (strcmp(metric, l->metric) == 0 || !lookup_same_name(metric, l->metric) ||
        !select_parse_metric(&s, metric)) {
        return false;
    }
    for (size_t i = 0; i < s.count; i++) {
        const struct matcher *m = &s.matchers[i];
        takes = takes || (strcmp(m->name, l->label) == 0 && !m->negative &&
                             !select_matches(m, "") && select_matches(m, value));
    }
    select_finish(&s);
    return takes;
}

static bool is_configured(const struct poller *p, const struct lookup *l, const char *value)
{
    bool is = false;
    for (size_t i = 0; !is && i < p->plan->signals_count; i++) {
        const char *metric = p->plan->signals[i].source.metric;
        is = metric && takes(metric, l, value);
    }
    return is;
}

/**
 * Whether nothing is wrong with M although none of VALUES satisfies it: a status that nothing
 * ended with, a label that nothing without it has, or one that says whose errors they are, and
 * those of others are there. A value
 * that resembles one nobody asks for is a typo all the same.
 */
static bool may_be_none(const struct poller *p, const struct lookup *l, const struct matcher *m,
    const struct prom_names *values)
{
    struct prom_names others = {0};
    if (!lookup_counts_errors(lookup_signal(p, l))) {
        return false;
    }
    if (marks_failures(p, l, m) || (wants_codes(m->value) && are_codes(values))) {
        return true;
    }
    for (size_t i = 0; i < values->count; i++) {
        if (!is_configured(p, l, values->items[i])) {
            mem_grow(&others.items, others.count, &others.cap);
            others.items[others.count++] = mem_strdup(values->items[i]);
        }
    }
    bool none = others.count < values->count &&
                (m->regex || !names_nearest(m->value, others.items, others.count));
    prom_names_finish(&others);
    return none;
}

void lookup_take_values(struct poller *p, struct lookup *l, const struct prom_names *values)
{
    struct selector s;
    bool unused = false, any = false;
    if (l->beyond) {
        take_values_beyond(p, l, values);
        return;
    }
    l->step = LOOKUP_DONE;
    if (!select_parse_metric(&s, l->metric)) {
        return;
    }
    for (size_t i = 0; i < s.count; i++) {
        const struct matcher *m = &s.matchers[i];
        any = strcmp(m->name, l->label) != 0;
        for (size_t k = 0; !any && k < values->count; k++) {
            any = select_matches(m, values->items[k]);
        }
        any = any || may_be_none(p, l, m, values);
        if (!any) {
            lookup_say_value(p, l, m, values);
            break;
        }
    }
    const struct matcher *next = any ? next_matcher(&s, l->label, NULL, &unused) : NULL;
    if (next) {
        free(l->label);
        l->label = mem_strdup(next->name);
        l->step = LOOKUP_VALUES;
    }
    select_finish(&s);
}
