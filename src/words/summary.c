#include "words/summary.h"

#include <math.h>

#include "base/clock.h"
#include "base/clock_in.h"
#include "base/text.h"
#include "diagnose/worst.h"
#include "words/clause.h"
#include "words/doubt.h"
#include "words/format.h"
#include "words/incident.h"
#include "words/missing.h"
#include "words/phrase.h"
#include "words/remark.h"

enum { NAMED_MOST = 3 };

static void add_ruled_out(struct str *s, struct arena *a, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    if (v->normal > NAMED_MOST) {
        const char *said = v->normal == w->diagnosis->stages_count
                               ? text_count("The %zu stage is normal.",
                                     "All %zu stages are normal.", (double)v->normal)
                           : v->stage < 0 ? text_count("%zu stage is normal.",
                                                "%zu stages are normal.", (double)v->normal)
                                          : text_count("%zu other stage is normal.",
                                                "%zu other stages are normal.", (double)v->normal);
        phrase_add_sentence(s, arena_printf(a, said, v->normal));
        return;
    }
    for (size_t i = 0; i < v->evidence_count; i++) {
        const struct evidence *e = &v->evidence[i];
        if (e->kind == EVIDENCE_NORMAL) {
            const char *name = clause_stage(a, w, e->stage);
            phrase_add_sentence(s, isnan(e->a) ? arena_printf(a, _("%s is normal."), name)
                                               : arena_printf(a, _("%s is normal (n=%s)."), name,
                                                     format_exact_in(a, e->a)));
        }
    }
}

static void add_early(struct str *s, struct arena *a, const struct words *w)
{
    size_t normal = 0, up = 0, count = w->diagnosis->stages_count;
    for (size_t i = 0; i < count; i++) {
        const struct reading *r = &w->diagnosis->stages[i].latency;
        normal += r->state == STATE_OK && r->severity == SEVERITY_OK;
        up += r->state == STATE_OK && r->severity >= SEVERITY_WARNING;
    }
    if (up > 0) {
        phrase_add_sentence(s,
            arena_printf(a,
                text_count("Latency is up so far in %zu of %zu stage, and normal in %zu.",
                    "Latency is up so far in %zu of %zu stages, and normal in %zu.", (double)count),
                up, count, normal));
    } else if (normal > 0) {
        phrase_add_sentence(
            s, arena_printf(a,
                   text_count("Latency is normal so far in %zu of %zu stage.",
                       "Latency is normal so far in %zu of %zu stages.", (double)count),
                   normal, count));
    }
    phrase_add_sentence(s, _("Asking …"));
}

// Where nothing can be judged, work that piles up is all the more worth a word.
static void add_queues(struct str *s, struct arena *a, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    for (size_t i = 0; i < v->evidence_count; i++) {
        const struct evidence *e = &v->evidence[i];
        if (e->kind == EVIDENCE_QUEUE) {
            const char *name = phrase_name(w, e->stage), *now = format_in(a, format_count, e->a);
            const char *usual = format_in(a, format_count, isnan(e->b) ? 0 : e->b);
            phrase_add_sentence(
                s, e->name
                       ? arena_printf(a, _("Work is piling up: %s of %s is %s, usually %s."),
                             e->name, name, now, usual)
                       : arena_printf(a, _("Work is piling up: the queue of %s is %s, usually %s."),
                             name, now, usual));
        }
    }
}

// What gets worse every day may not be an alarm for days.
static const char *drift(struct arena *a, const struct words *w, const struct evidence *e, bool but)
{
    const char *name = phrase_name(w, e->stage), *by = format_in(a, format_percent, e->a);
    // xgettext:no-c-format
    const char *since = clock_local_in(a, e->at_ms, _("%-d %b"));
    if (e->signal == CLASS_SATURATION) {
        return arena_printf(a,
            but ? _("But the share in use of %s of %s has risen by %s a day since %s.")
                : _("The share in use of %s of %s has risen by %s a day since %s."),
            phrase_drifting(w, e), name, by, since);
    }
    if (e->signal == CLASS_LATENCY) {
        return arena_printf(a,
            but ? _("But the latency of %s has risen by %s a day since %s.")
                : _("The latency of %s has risen by %s a day since %s."),
            name, by, since);
    }
    return arena_printf(a,
        but ? _("But the error rate of %s has risen by %s a day since %s.")
            : _("The error rate of %s has risen by %s a day since %s."),
        name, by, since);
}

static void add_drifts(struct str *s, struct arena *a, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    bool first = true;
    for (size_t i = 0; i < v->evidence_count; i++) {
        const struct evidence *e = &v->evidence[i];
        if (e->kind == EVIDENCE_DRIFT) {
            phrase_add_sentence(s, drift(a, w, e, first && v->condition == VERDICT_OK));
            first = false;
        }
    }
}

// Roots that get, or finish, next to nothing any more, while the fault is another's: few requests
// may be all that there is to judge by.
static void add_idle_roots(struct str *s, struct arena *a, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    for (int i = 0; i < (int)w->diagnosis->stages_count; i++) {
        const struct stage_diagnosis *d = phrase_stage(w, i);
        bool stopped = d->stopped.since_ms + d->stopped.before_ms > 0;
        bool told = worst_standing(v, i, -1) != STANDING_OTHER ||
                    d->errors.severity >= SEVERITY_WARNING ||
                    (v->signal == CLASS_TRAFFIC && !phrase_waits_for_part(w, i));
        if (w->plan->stages[i].parent >= 0 || !stopped || told) {
            continue;
        }
        const char *name = clause_stage(a, w, i);
        const char *now = format_in(a, format_rate, d->traffic.now), *said = NULL;
        bool counted = w->plan->stages[i].requests_signal >= 0;
        if (d->traffic.now > 0) {
            said = arena_printf(
                a, counted ? _("%s has had only %s") : _("%s has completed only %s"), name, now);
        } else {
            said = arena_printf(
                a, counted ? _("%s has had no requests") : _("%s has completed no requests"), name);
        }
        said = clause_usually(
            a, clause_onset(a, w, said, d->stopped), d->traffic.usual.centre, format_rate);
        phrase_add_sentence(s, arena_printf(a, _("%s."), said));
    }
}

static void add_incident(struct str *s, struct arena *a, const struct words *w)
{
    incident_add_summary(s, w);
    summary_add_new_parts(s, a, w);
    add_idle_roots(s, a, w);
    remark_add_beside(s, w);
    add_drifts(s, a, w);
    add_ruled_out(s, a, w);
    doubt_add_beside(s, w);
    missing_add_gone(s, w);
}

void summary_add_beside(struct str *s, struct arena *a, const struct words *w)
{
    add_idle_roots(s, a, w);
    remark_add_beside(s, w);
    add_drifts(s, a, w);
    doubt_add_beside(s, w);
    missing_add_gone(s, w);
}

// Whether the server has anything newer is not known; what there is was judged at its own time.
static void add_late(struct str *s, struct arena *a, const struct words *w)
{
    const struct diagnosis *d = w->diagnosis;
    bool judged = d->verdict.condition == VERDICT_OK || d->verdict.condition == VERDICT_INCIDENT;
    if (d->late_ms > 0 && judged) {
        phrase_add_sentence(s, arena_printf(a, _("Samples are %s late: judged at %s."),
                                   format_in(a, format_seconds, (double)d->late_ms / 1000),
                                   clock_local_in(a, d->tick_ms - d->late_ms, "%H:%M")));
    }
}

static const char *judged_over(struct arena *a, const struct words *w)
{
    const char *length = clock_length_in(a, w->plan->window_ms);
    bool hour = w->plan->window_ms == CLOCK_HOUR_MS;
    int64_t at_ms = w->scope->at_ms;
    if (at_ms > 0) {
        const char *at = clock_local_in(a, at_ms, "%H:%M");
        return hour
                   ? arena_printf(
                         a, _("Judged over the hour to %s, because there are few requests."), at)
                   : arena_printf(a, _("Judged over the %s to %s, because there are few requests."),
                         length, at);
    }
    return hour ? _("Judged over the last hour, because there are few requests.")
                : arena_printf(
                      a, _("Judged over the last %s, because there are few requests."), length);
}

// A number of half an hour is no number of five minutes.
static void add_wide(struct str *s, struct arena *a, const struct words *w)
{
    const struct diagnosis *d = w->diagnosis;
    bool judged = d->verdict.condition == VERDICT_INCIDENT;
    for (size_t i = 0; i < d->stages_count && d->verdict.condition == VERDICT_OK; i++) {
        judged = judged || d->stages[i].latency.state == STATE_OK;
    }
    if (plan_is_wide(w->plan) && judged) {
        phrase_add_sentence(s, judged_over(a, w));
    }
}

void summary_add_how_judged(struct str *s, struct arena *a, const struct words *w)
{
    add_late(s, a, w);
    add_wide(s, a, w);
}

void summary_add_beside_calm(struct str *s, struct arena *a, const struct words *w)
{
    add_queues(s, a, w);
    add_drifts(s, a, w);
    missing_add_gone(s, w);
}

static void add_verdict(struct str *s, struct arena *a, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    switch (v->condition) {
    case VERDICT_ASKING: add_early(s, a, w); break;
    case VERDICT_OK:
        summary_add_calm(s, a, w);
        summary_add_beside_calm(s, a, w);
        break;
    case VERDICT_NO_TRAFFIC:
        summary_add_idle(s, a, w);
        add_queues(s, a, w);
        break;
    case VERDICT_NO_DATA:
        summary_add_no_data(s, a, w);
        add_ruled_out(s, a, w);
        break;
    case VERDICT_NO_BASELINE: summary_add_no_baseline(s, a, w); break;
    case VERDICT_UNREACHABLE:
        summary_add_lost(s, a, w);
        if (v->signal != CLASS_NONE) {
            struct str before;
            str_init(&before);
            add_incident(&before, a, w);
            phrase_add_sentence(s, arena_printf(a, _("Before that: %s"), arena_take(a, &before)));
        }
        break;
    case VERDICT_INCIDENT: add_incident(s, a, w); break;
    }
    summary_add_how_judged(s, a, w);
}

void words_add_summary(struct str *s, const struct words *w)
{
    struct arena a = {0};
    struct str said;
    str_init(&said);
    add_verdict(&said, &a, w);
    str_add(s, said.text);
    str_finish(&said);
    arena_finish(&a);
}
