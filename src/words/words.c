#include "words/words.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/clock_in.h"
#include "base/text.h"
#include "diagnose/lead.h"
#include "plan/places.h"
#include "words/clause.h"
#include "words/format.h"
#include "words/phrase.h"

bool words_is_culprit(const struct words *w, int stage)
{
    const struct verdict *v = &w->diagnosis->verdict;
    return v->signal != CLASS_NONE && (v->stage == stage || v->second == stage);
}

const char *words_statistic(const struct words *w, int stage)
{
    static const char *const names[] = {[STATISTIC_P95] = N_("P95"),
        [STATISTIC_MEAN] = N_("mean*"),
        [STATISTIC_VALUE] = N_("value"),
        [STATISTIC_SHARE] = N_("P95")};
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    int lead = lead_signal(w->plan, &w->plan->stages[stage], d);
    const struct signal *s = lead >= 0 ? &w->plan->signals[lead] : NULL;
    return !s ? _(names[d->statistic]) : s->what ? s->what : _(signal_types[s->kind].says);
}

number_format *words_format(const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    int lead = lead_signal(w->plan, &w->plan->stages[stage], d);
    return format_of_unit(lead_unit(w->plan, lead));
}

void words_add_latency(struct str *s, const struct reading *r)
{
    str_add(s, r->beyond && !isnan(r->now) ? ">= " : "");
    format_seconds(s, r->now);
}

static const char *pinned(struct arena *a, const struct scope *scope, int64_t now_ms)
{
    bool lately = now_ms - scope->pin_ms < CLOCK_DAY_MS / 2;
    // xgettext:no-c-format
    const char *format = lately ? "%H:%M" : _("%a %-d %b %H:%M");
    return arena_printf(a, _("the %s before %s, pinned"), clock_age_in(a, scope->pin_reach_ms),
        clock_local_in(a, scope->pin_ms, format));
}

void words_add_pinned(struct str *s, const struct scope *scope, int64_t now_ms)
{
    struct arena a = {0};
    str_add(s, pinned(&a, scope, now_ms));
    arena_finish(&a);
}

static const char *saved(struct arena *a, const struct words *w)
{
    return arena_printf(a,
        w->diagnosis->usual.elsewhen ? _("saved %s in %s, from another time of day")
                                     : _("saved %s in %s"),
        clock_local_in(a, w->store->saved_ms, "%Y-%m-%d %H:%M"), w->store->saved_name);
}

// Of the span that is shown, or of the first samples of a target.
static const char *span(struct arena *a, const struct words *w)
{
    const struct usual *u = &w->diagnosis->usual;
    bool first = u->start_ms > 0;
    int64_t lasts_ms =
        first ? u->start_ms : w->diagnosis->tick_ms - w->plan->window_ms - u->oldest_ms;
    return arena_printf(a, first ? _("its first %s") : _("the %s before"),
        clock_age_in(a, lasts_ms / CLOCK_MINUTE_MS * CLOCK_MINUTE_MS));
}

static const char *usual(struct arena *a, const struct words *w)
{
    const struct usual *u = &w->diagnosis->usual;
    const char *centre = w->scope->baseline == BASELINE_MEAN ? _("mean") : _("median");
    switch (u->kind) {
    case USUAL_WEEK:
        return arena_printf(a,
            text_count("%s of this weekday and hour, %d week",
                "%s of this weekday and hour, %d weeks", u->days),
            centre, u->days);
    case USUAL_DAY:
        return arena_printf(a,
            text_count("%s of this hour on %d day", "%s of this hour on %d days", u->days), centre,
            u->days);
    case USUAL_RECENT: return arena_printf(a, _("%s of the hours before"), centre);
    case USUAL_FILE: return saved(a, w);
    case USUAL_PINNED:
        return arena_printf(a, _("%s of %s"), centre, pinned(a, w->scope, w->diagnosis->tick_ms));
    case USUAL_SPAN: return span(a, w);
    case USUAL_NONE: break;
    }
    return w->store->history_complete ? _("no history")
           : phrase_asks(w)           ? _("asking")
                                      : _("no answer");
}

void words_add_usual(struct str *s, const struct words *w)
{
    struct arena a = {0};
    str_add(s, usual(&a, w));
    arena_finish(&a);
}

bool words_add_refused(struct str *s, const struct words *w, int signal)
{
    struct arena a = {0};
    const struct signal *of = &w->plan->signals[signal];
    const struct signal_data *data = &w->store->signals[signal];
    if (data->condition != CONDITION_REFUSED) {
        return false;
    }
    const char *what = of->what ? of->what : _(signal_types[of->kind].says);
    if (of->stage >= 0) {
        what = arena_printf(&a, _("%s of %s"), what, phrase_name(w, of->stage));
    }
    if (data->unfit) {
        str_addf(s, _("%s: %s"), what, data->why);
    } else {
        str_addf(s, _("%s (%s)"), clause_refusal(&a, data), what);
    }
    arena_finish(&a);
    return true;
}

// Of what lies beyond the buckets a quantile tells no more than a bound.
const char *words_promql(const struct words *w, int signal)
{
    const struct signal *of = &w->plan->signals[signal];
    const struct stage_diagnosis *d = of->mean ? phrase_stage(w, of->stage) : NULL;
    return d && (d->statistic == STATISTIC_MEAN || d->latency.beyond) ? of->mean : of->shown;
}

// The label that names each pod in the series of SIGNAL; NULL: they have none, or several.
static const char *label_in(const struct words *w, int signal)
{
    const struct matrix *m = signal >= 0 ? &w->store->signals[signal].live : &(struct matrix){0};
    const char *seen = NULL;
    for (size_t i = 0; i < m->count; i++) {
        const struct label *its = labels_instance(&m->series[i].labels, m->pod_label);
        if (!its || (seen && strcmp(seen, its->name) != 0)) {
            return NULL;
        }
        seen = its->name;
    }
    return seen;
}

// The same as far as the pods of its stage show it, whose sum SIGNAL may be.
static const char *seen_label(const struct words *w, int signal)
{
    int stage = signal >= 0 ? w->plan->signals[signal].stage : -1;
    const struct stage *of = stage >= 0 ? &w->plan->stages[stage] : NULL;
    const char *seen = label_in(w, signal);
    seen = !seen && of ? label_in(w, of->pods_signal) : seen;
    return !seen && of ? label_in(w, of->pod_errors_signal) : seen;
}

// Whether pods of STAGE run in several namespaces, where their names are not enough.
static bool has_namespaces(const struct words *w, int stage)
{
    const char *first = NULL;
    struct place at;
    bool differ = false;
    for (size_t i = 0; i < places_count(w->plan, w->store) && !differ; i++) {
        bool its = places_read(&at, w->plan, w->store, i) && at.stage == stage;
        differ = its && first && strcmp(first, at.namespace) != 0;
        first = its ? at.namespace : first;
    }
    return differ;
}

void words_add_promql(struct str *s, const struct words *w, int signal, const char *promql)
{
    const char *label = seen_label(w, signal), *at;
    bool summed = label && !label_in(w, signal);
    bool spread = summed && has_namespaces(w, w->plan->signals[signal].stage);
    while (label && (at = strstr(promql, labels_by_instance))) {
        str_append(s, promql, (size_t)(at - promql));
        str_addf(s, "%s%s", spread ? "namespace, " : "", label);
        promql = at + strlen(labels_by_instance);
    }
    str_add(s, promql);
}
