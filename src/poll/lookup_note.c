#include "poll/lookup_note.h"

#include <string.h>

#include "base/clock.h"
#include "base/clock_in.h"
#include "base/names.h"
#include "base/text.h"
#include "poll/lookup_metric.h"
#include "poll/poller_state.h"
#include "promql/select.h"

enum { LISTED_MOST = 6, PLACES_MOST = 3 };

static const char *metric_of(struct arena *a, const struct poller *p, const struct lookup *l)
{
    const char *metric = lookup_written(p, l);
    return arena_printf(a, "%.*s", (int)lookup_name_length(metric), metric);
}

// One place of the configuration: "errors of llm".
static const char *place_of(struct arena *a, const struct poller *p, const struct signal *s)
{
    if (!s) {
        return "stages_by_label";
    }
    const char *what = s->what ? s->what : _(signal_types[s->kind].says);
    const char *stage = s->stage >= 0 ? p->plan->stages[s->stage].name : NULL;
    return stage ? arena_printf(a, _("%s of %s"), what, stage) : what;
}

// Where it is configured: "errors of llm, errors of chat".
static const char *places_of(struct arena *a, const struct poller *p, const struct lookup *l)
{
    const char *places[PLACES_MOST + 1] = {NULL};
    size_t all = 0;
    const struct signal *s = lookup_signal(p, l);
    if (l->pods) {
        places[all++] = "pod_label";
    } else if (l->unmatched && l->label && lookup_counts_errors(s) && s->stage >= 0 &&
               p->plan->stages[s->stage].by_label) {
        places[all++] = "stages_by_label.errors";
    } else if (l->signal < 0 || !l->missing) {
        places[all++] = place_of(a, p, s);
    }
    for (size_t i = 0; l->missing && i < p->plan->signals_count; i++) {
        const struct signal *of = &p->plan->signals[i];
        bool its = !of->deep && lookup_names(of, l->metric);
        if (its && all < PLACES_MOST) {
            places[all] = place_of(a, p, of);
        }
        all += its;
    }
    return names_some(a, places, NAMES_COMMA, all > PLACES_MOST ? all - PLACES_MOST : 0);
}

const char *lookup_topic(struct arena *a, const struct lookup *l)
{
    return arena_printf(a, "metric %.*s", (int)lookup_name_length(l->metric), l->metric);
}

// What makes all stages is said in the sentence, where there are no others.
static void say(struct poller *p, const struct lookup *l, struct arena *a, const char *note)
{
    if (l->signal < 0 && p->plan->stages_count == 0) {
        note_set(p->store->unmet, arena_printf(a, _("The server answers, but %s."), note));
    } else {
        store_add_placed(p->store, lookup_topic(a, l), l->signal, note); // as they are configured
    }
}

void lookup_say_missing(struct poller *p, const struct lookup *l)
{
    struct arena a = {0};
    const char *metric = metric_of(&a, p, l), *places = places_of(&a, p, l);
    say(p, l, &a,
        l->nearest ? arena_printf(&a, _("%s: no such metric (%s); the nearest name is %s"), metric,
                         places, l->nearest)
                   : arena_printf(&a, _("%s: no such metric (%s)"), metric, places));
    arena_finish(&a);
}

void lookup_say_count(struct poller *p, const struct lookup *l)
{
    struct arena a = {0};
    const char *metric = metric_of(&a, p, l);
    say(p, l, &a,
        arena_printf(&a,
            _("%s: there is only %s_count, which counts requests but does not time them (%s)"),
            metric, metric, places_of(&a, p, l)));
    arena_finish(&a);
}

void lookup_say_bare(struct poller *p, const struct lookup *l)
{
    struct arena a = {0};
    say(p, l, &a,
        arena_printf(&a,
            _("%s: it is neither a histogram with buckets nor a Summary (%s); if it is a gauge, "
              "write 'gauge' in "
              "place of 'latency'"),
            metric_of(&a, p, l), places_of(&a, p, l)));
    arena_finish(&a);
}

// Days of the week tell what is within seven days.
static const char *moment_of(struct arena *a, int64_t at_ms, int64_t now_ms)
{
    // xgettext:no-c-format
    const char *format = now_ms - at_ms < CLOCK_DAY_MS ? "%H:%M" : _("%a %-d %b %H:%M");
    return clock_local_in(a, at_ms, format);
}

static const char *when(
    struct arena *a, const struct poller *p, const struct lookup *l, int64_t at_ms)
{
    const char *metric = metric_of(a, p, l);
    if (at_ms > 0) {
        return arena_printf(a, _("%s: no samples since about %s"), metric,
            moment_of(a, at_ms, p->schedule.env.tick_ms));
    }
    return arena_printf(a,
        p->scope->at_ms > 0
            ? _("%s: no samples at that time, but there were some in the %d days before")
            : _("%s: no recent samples, but there were some in the last %d days"),
        metric, LOOKUP_DAYS);
}

static const char *ended(
    struct arena *a, const struct poller *p, const struct lookup *l, int64_t at_ms)
{
    const char *said = when(a, p, l, at_ms);
    return !l->nearest ? said
                       : arena_printf(a,
                             p->scope->at_ms > 0 ? _("%s; the nearest name then is %s")
                                                 : _("%s; the nearest name now is %s"),
                             said, l->nearest);
}

void lookup_say_ended(struct poller *p, const struct lookup *l, int64_t at_ms)
{
    struct arena a = {0};
    const struct signal *of = lookup_signal(p, l);
    bool timed = of && of->kind == SIGNAL_LATENCY && of->stage >= 0;
    if (at_ms == 0 && lookup_all_absent(p->plan)) { // one sentence is enough
        note_set(p->store->unmet,
            arena_printf(&a,
                p->scope->at_ms > 0
                    ? _("No data: the server had these metrics in the %d days before, but has no "
                        "samples of them at that time.")
                    : _("No data: the server had these metrics in the last %d days, but has none "
                        "of them now. Is the service still scraped, and do the metrics still have "
                        "these names?"),
                LOOKUP_DAYS));
    } else if (at_ms == 0 || l->nearest || !timed) { // else its row says since when
        say(p, l, &a, ended(&a, p, l, at_ms));
    }
    arena_finish(&a);
}

void lookup_say_later(struct poller *p, const struct lookup *l)
{
    struct arena a = {0};
    if (lookup_all_absent(p->plan)) { // one sentence is enough
        note_set(p->store->unmet,
            _("No data at that time: the server has only later samples of these metrics."));
    } else {
        say(p, l, &a,
            arena_printf(&a, _("%s: no samples at that time, only later ones (%s)"),
                metric_of(&a, p, l), places_of(&a, p, l)));
    }
    arena_finish(&a);
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

// ALL: with the labels of the target, which a selector may well be about.
static const char *some_of(struct arena *a, const struct prom_names *names, bool all)
{
    const char *listed[LISTED_MOST + 1] = {NULL};
    size_t told = 0;
    for (size_t i = 0; i < names->count; i++) {
        bool is = all ? !names_have(own, names->items[i]) : is_told(names, i);
        if (is && told < LISTED_MOST) {
            listed[told] = names->items[i];
        }
        told += is;
    }
    return names_some(a, listed, NAMES_COMMA, told > LISTED_MOST ? told - LISTED_MOST : 0);
}

void lookup_say_label(
    struct poller *p, const struct lookup *l, const char *label, const struct prom_names *names)
{
    struct arena a = {0};
    const char *metric = metric_of(&a, p, l), *labels = some_of(&a, names, false), *note;
    bool all = l->signal < 0 && p->plan->stages_count == 0;
    if (all && names->count > 0) {
        note =
            arena_printf(&a, _("%s has no label \"%s\". Labels it has: %s"), metric, label, labels);
    } else if (all) {
        note = arena_printf(&a, _("%s has no label \"%s\""), metric, label);
    } else if (names->count > 0) {
        note = arena_printf(&a, _("%s: no label \"%s\" (%s); labels it has: %s"), metric, label,
            places_of(&a, p, l), labels);
    } else {
        note = arena_printf(&a, _("%s: no label \"%s\" (%s)"), metric, label, places_of(&a, p, l));
    }
    say(p, l, &a, note);
    arena_finish(&a);
}

void lookup_say_value(struct poller *p, const struct lookup *l, const struct matcher *m,
    const struct prom_names *names)
{
    const char *nearest = m->regex ? NULL : names_nearest(m->value, names->items, names->count);
    struct arena a = {0};
    const char *matcher = arena_printf(&a, "%s%s\"%s\"", m->name, m->regex ? "=~" : "=", m->value);
    const char *lack = arena_printf(&a,
        lookup_counts_errors(lookup_signal(p, l))
            ? _("%s: no series has %s (%s), so nothing counts as an error")
            : _("%s: no series has %s (%s)"),
        metric_of(&a, p, l), matcher, places_of(&a, p, l));
    say(p, l, &a,
        nearest && strcmp(nearest, m->value) != 0
            ? arena_printf(&a, _("%s; the nearest value is \"%s\""), lack, nearest)
            : arena_printf(
                  &a, _("%s; values of %s: %s"), lack, m->name, some_of(&a, names, false)));
    arena_finish(&a);
}

// CLAUSE says that nothing fits in the selector: with what of it that is.
static const char *with_misfit(struct arena *a, const char *clause, const struct matcher *m,
    const struct prom_names *names, bool labels)
{
    const char *wanted = !m ? NULL : labels ? m->name : m->regex ? NULL : m->value;
    const char *nearest = wanted ? names_nearest(wanted, names->items, names->count) : NULL;
    if (!m || names->count == 0) {
        return clause;
    }
    bool near = nearest && strcmp(nearest, wanted) != 0;
    if (labels) {
        return near ? arena_printf(a, _("%s: no label \"%s\"; the nearest label is \"%s\""), clause,
                          m->name, nearest)
                    : arena_printf(a, _("%s: no label \"%s\"; existing labels: %s"), clause,
                          m->name, some_of(a, names, true));
    }
    return near ? arena_printf(a, _("%s; the nearest value is \"%s\""), clause, nearest)
                : arena_printf(
                      a, _("%s; values of %s: %s"), clause, m->name, some_of(a, names, true));
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
    struct arena a = {0};
    const char *selector = p->config->selector;
    bool all = lookup_all_absent(p->plan); // one sentence is enough
    if (all && has_its_say(p, l, !m)) {
        const char *clause = arena_printf(
            &a, _("the server has these metrics, but no series of them matches %s"), selector);
        note_set(p->store->unmet,
            arena_printf(&a, _("No data: %s."), with_misfit(&a, clause, m, names, labels)));
    } else if (!all) {
        const char *clause =
            arena_printf(&a, _("%s: the server has it, but none of its series matches %s (%s)"),
                metric_of(&a, p, l), selector, places_of(&a, p, l));
        say(p, l, &a, with_misfit(&a, clause, m, names, labels));
    }
    arena_finish(&a);
}
