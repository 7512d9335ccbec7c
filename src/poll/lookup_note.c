#include "poll/lookup_note.h"

#include <string.h>

#include "base/names.h"
#include "poll/lookup_step.h"
#include "poll/poller_state.h"
#include "promql/select.h"

enum { LISTED_MOST = 6, PLACES_MOST = 3 };

static const char *what_of(const struct signal *s)
{
    return !s                              ? "stages_by_label"
           : s->what                       ? s->what
           : s->kind == SIGNAL_LATENCY     ? "latency"
           : s->kind == SIGNAL_ERRORS      ? "errors"
           : s->kind == SIGNAL_REQUESTS    ? "requests"
           : s->kind == SIGNAL_TOOL_CALLS  ? "tool calls"
           : s->kind == SIGNAL_TOOL_ERRORS ? "failed tool calls"
                                           : "saturation";
}

static void add_what(struct str *s, const struct poller *p, const struct signal *of)
{
    str_addf(s, "%s%s", s->text[s->len - 1] == '(' ? "" : ", ", what_of(of));
    if (of && of->stage >= 0) {
        str_addf(s, " of %s", p->plan->stages[of->stage].name);
    }
}

// Where it is configured: " (errors of llm, errors of chat)".
static void add_places(struct str *s, const struct poller *p, const struct lookup *l)
{
    size_t named = 0, left = 0;
    str_add(s, " (");
    if (l->pods) {
        str_add(s, "pod_label");
    } else if (l->signal < 0 || !l->missing) {
        add_what(s, p, lookup_signal(p, l));
    }
    for (size_t i = 0; l->missing && i < p->plan->signals_count; i++) {
        const struct signal *of = &p->plan->signals[i];
        bool its = !of->deep && lookup_names(of, l->metric);
        if (its && named < PLACES_MOST) {
            add_what(s, p, of);
            named++;
        } else if (its) {
            left++;
        }
    }
    if (left > 0) {
        str_addf(s, " and %zu more", left);
    }
    str_addc(s, ')');
}

void lookup_start_note(struct str *s, const struct lookup *l)
{
    str_append(s, l->metric, lookup_name_length(l->metric));
    str_add(s, ": ");
}

// What makes all stages is said in the sentence, where there are no others.
static void say(struct poller *p, const struct lookup *l, const char *note)
{
    if (l->signal < 0 && p->plan->stages_count == 0) {
        struct str s;
        str_init(&s);
        str_addf(&s, "The server answers, but %s.", note);
        note_set(p->store->unmet, s.text);
        str_finish(&s);
    } else {
        store_add_note(p->store, note);
    }
}

void lookup_say_missing(struct poller *p, const struct lookup *l)
{
    struct str s;
    str_init(&s);
    lookup_start_note(&s, l);
    str_add(&s, "no such metric");
    add_places(&s, p, l);
    if (l->nearest) {
        str_addf(&s, "; the nearest name is %s", l->nearest);
    }
    say(p, l, s.text);
    str_finish(&s);
}

void lookup_say_count(struct poller *p, const struct lookup *l)
{
    struct str s;
    str_init(&s);
    lookup_start_note(&s, l);
    str_addf(&s, "there is only %.*s_count, which counts requests but does not time them",
        (int)lookup_name_length(l->metric), l->metric);
    add_places(&s, p, l);
    say(p, l, s.text);
    str_finish(&s);
}

void lookup_say_ended(struct poller *p, const struct lookup *l)
{
    bool back = p->scope->at_ms > 0;
    if (lookup_all_absent(p->plan) && back) { // one sentence is enough
        snprintf(p->store->unmet, sizeof p->store->unmet,
            "No data: the server had these metrics in the %d days before, but has no samples of "
            "them at that time.",
            LOOKUP_DAYS);
        return;
    }
    if (lookup_all_absent(p->plan)) {
        snprintf(p->store->unmet, sizeof p->store->unmet,
            "No data: the server had these metrics in the last %d days, but has none of them "
            "now. Is the service still scraped, and do the metrics still have these names?",
            LOOKUP_DAYS);
        return;
    }
    struct str s;
    str_init(&s);
    lookup_start_note(&s, l);
    str_addf(&s,
        back ? "no samples at that time, but there were some in the %d days before"
             : "no recent samples, but there were some in the last %d days",
        LOOKUP_DAYS);
    if (l->nearest) {
        str_addf(&s, "; the nearest name %s is %s", back ? "then" : "now", l->nearest);
    }
    say(p, l, s.text);
    str_finish(&s);
}

void lookup_say_later(struct poller *p, const struct lookup *l)
{
    if (lookup_all_absent(p->plan)) { // one sentence is enough
        note_set(p->store->unmet,
            "No data at that time: the server has only later samples of these "
            "metrics.");
        return;
    }
    struct str s;
    str_init(&s);
    lookup_start_note(&s, l);
    str_add(&s, "no samples at that time, only later ones");
    add_places(&s, p, l);
    say(p, l, s.text);
    str_finish(&s);
}

bool lookup_all_absent(const struct plan *plan)
{
    bool all = plan->stages_count > 0;
    for (size_t i = 0; i < plan->stages_count; i++) {
        all = all && plan_is_absent(plan, i);
    }
    return all;
}

static const char *const own[] = {"__name__", "le", "quantile", NULL};

// Labels of the series and not of what is measured are left out, those of the target where there
// are others.
static bool is_told(const struct prom_names *names, size_t at)
{
    static const char *const target[] = {"instance", "job", NULL};
    bool others = false;
    for (size_t i = 0; i < names->count; i++) {
        others =
            others || (!names_have(own, names->items[i]) && !names_have(target, names->items[i]));
    }
    return !names_have(own, names->items[at]) && !(others && names_have(target, names->items[at]));
}

static void add_some(struct str *s, const struct prom_names *names, bool all)
{
    size_t listed = 0, left = 0;
    for (size_t i = 0; i < names->count; i++) {
        if (all ? names_have(own, names->items[i]) : !is_told(names, i)) {
            continue;
        }
        if (listed < LISTED_MOST) {
            str_addf(s, "%s%s", listed++ > 0 ? ", " : "", names->items[i]);
        } else {
            left++;
        }
    }
    if (left > 0) {
        str_addf(s, " and %zu more", left);
    }
}

static void add_list(struct str *s, const struct prom_names *names)
{
    add_some(s, names, false);
}

// With the labels of the target, which a selector may well be about.
static void add_all(struct str *s, const struct prom_names *names)
{
    add_some(s, names, true);
}

void lookup_say_label(
    struct poller *p, const struct lookup *l, const char *label, const struct prom_names *names)
{
    struct str s;
    str_init(&s);
    if (l->signal < 0 && p->plan->stages_count == 0) {
        str_addf(&s, "%.*s has no label \"%s\"%s", (int)lookup_name_length(l->metric), l->metric,
            label, names->count > 0 ? ". Labels it has: " : "");
    } else {
        lookup_start_note(&s, l);
        str_addf(&s, "no label \"%s\"", label);
        add_places(&s, p, l);
        str_add(&s, names->count > 0 ? "; labels it has: " : "");
    }
    add_list(&s, names);
    say(p, l, s.text);
    str_finish(&s);
}

void lookup_say_value(struct poller *p, const struct lookup *l, const struct matcher *m,
    const struct prom_names *names)
{
    const char *nearest = m->regex ? NULL : names_nearest(m->value, names->items, names->count);
    nearest = nearest && strcmp(nearest, m->value) != 0 ? nearest : NULL;
    struct str s;
    str_init(&s);
    lookup_start_note(&s, l);
    str_addf(&s, "no series has %s%s\"%s\"", m->name, m->regex ? "=~" : "=", m->value);
    add_places(&s, p, l);
    str_add(&s, lookup_counts_errors(lookup_signal(p, l)) ? ", so nothing counts as an error" : "");
    if (nearest) {
        str_addf(&s, "; the nearest value is \"%s\"", nearest);
    } else {
        str_addf(&s, "; values of %s: ", m->name);
        add_list(&s, names);
    }
    say(p, l, s.text);
    str_finish(&s);
}

// What does not fit in the selector, behind what it does not match.
static void add_misfit(
    struct str *s, const struct matcher *m, const struct prom_names *names, bool labels)
{
    const char *wanted = !m ? NULL : labels ? m->name : m->regex ? NULL : m->value;
    const char *nearest = wanted ? names_nearest(wanted, names->items, names->count) : NULL;
    if (!m || names->count == 0) {
        return;
    }
    if (labels) {
        str_addf(s, ": no label \"%s\"", m->name);
    }
    if (nearest && strcmp(nearest, wanted) != 0) {
        str_addf(s, "; the nearest %s is \"%s\"", labels ? "label" : "value", nearest);
    } else {
        str_addf(s, labels ? "; labels there are: " : "; values of %s: ", m->name);
        add_all(s, names);
    }
}

// In whatever order lookups are answered, the one that knows most says it, and of those that know
// as much the one of the first signal.
static bool has_its_say(struct poller *p, const struct lookup *l, bool fits)
{
    struct lookups *all = &p->lookups;
    bool first = !*p->store->unmet || (all->unmet_fits && !fits) ||
                 (all->unmet_fits == fits && l->signal <= all->unmet_by);
    all->unmet_by = first ? l->signal : all->unmet_by;
    all->unmet_fits = first ? fits : all->unmet_fits;
    return first;
}

void lookup_say_elsewhere(struct poller *p, const struct lookup *l, const struct matcher *m,
    const struct prom_names *names, bool labels)
{
    struct str s;
    str_init(&s);
    bool all = lookup_all_absent(p->plan); // one sentence is enough
    if (all && has_its_say(p, l, !m)) {
        str_addf(&s, "No data: the server has these metrics, but no series of them matches %s",
            p->config->selector);
        add_misfit(&s, m, names, labels);
        str_addc(&s, '.');
        note_set(p->store->unmet, s.text);
    } else if (!all) {
        lookup_start_note(&s, l);
        str_addf(&s, "the server has it, but no series that matches %s", p->config->selector);
        add_places(&s, p, l);
        add_misfit(&s, m, names, labels);
        say(p, l, s.text);
    }
    str_finish(&s);
}
