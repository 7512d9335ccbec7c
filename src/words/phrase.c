#include "words/phrase.h"

#include <math.h>

#include "base/clock.h"
#include "base/clock_in.h"
#include "base/text.h"
#include "diagnose/descend.h"
#include "diagnose/notable.h"
#include "words/clause.h"

// From then on minutes are no longer worth a word.
enum { LONG_MS = 6 * CLOCK_HOUR_MS };

void phrase_add_sentence(struct str *s, const char *sentence)
{
    if (sentence) {
        text_add_gap(s);
        str_add(s, sentence);
    }
}

const char *phrase_lasts(struct arena *a, const struct words *w, struct onset o)
{
    // the oldest sample is about the time before it, too, but for that of the first scrape
    bool scraped = w->store->source.scraped;
    int64_t step_ms = scraped ? 0 : scope_grid(w->scope, w->plan).step_ms;
    int64_t ms = w->diagnosis->tick_ms - o.before_ms + step_ms;
    bool hours = ms >= LONG_MS || (ms / CLOCK_MINUTE_MS % 60 == 0 && ms >= CLOCK_HOUR_MS);
    return hours ? clock_length_in(a, ms / CLOCK_HOUR_MS * CLOCK_HOUR_MS) : clock_age_in(a, ms);
}

const char *phrase_onset(struct arena *a, const struct words *w, struct onset o)
{
    return o.since_ms > 0 ? arena_printf(a, _("since %s"), clock_local_in(a, o.since_ms, "%H:%M"))
           : o.before_ms > 0 ? arena_printf(a, _("for more than %s"), phrase_lasts(a, w, o))
                             : NULL;
}

// Of a moment of the past its last minutes are none of the reader's.
const char *phrase_during(struct arena *a, const struct words *w, int64_t ms)
{
    int64_t at_ms = w->scope->at_ms;
    bool hour = ms == CLOCK_HOUR_MS;
    const char *at = at_ms > 0 ? clock_local_in(a, at_ms, "%H:%M") : NULL;
    const char *length = clock_length_in(a, ms);
    if (at) {
        // TRANSLATORS: "in the 5 min to 11:30", of a moment of the past
        return hour ? arena_printf(a, _("in the hour to %s"), at)
                    : arena_printf(a, _("in the %s to %s"), length, at);
    }
    return hour ? _("in the last hour") : arena_printf(a, _("in the last %s"), length);
}

const char *phrase_lately(struct arena *a, const struct words *w)
{
    return phrase_during(a, w, w->plan->window_ms);
}

const char *phrase_name(const struct words *w, int stage)
{
    return w->plan->stages[stage].name;
}

const struct stage_diagnosis *phrase_stage(const struct words *w, int stage)
{
    return &w->diagnosis->stages[stage];
}

const struct evidence *phrase_evidence(const struct words *w, enum evidence_kind kind)
{
    const struct verdict *v = &w->diagnosis->verdict;
    for (size_t i = 0; i < v->evidence_count; i++) {
        if (v->evidence[i].kind == kind) {
            return &v->evidence[i];
        }
    }
    return NULL;
}

const struct evidence *phrase_evidence_of(const struct words *w, enum evidence_kind kind, int stage)
{
    const struct verdict *v = &w->diagnosis->verdict;
    for (size_t i = 0; i < v->evidence_count; i++) {
        if (v->evidence[i].kind == kind && v->evidence[i].stage == stage) {
            return &v->evidence[i];
        }
    }
    return NULL;
}

bool phrase_pool_is_evidence(const struct words *w, int stage)
{
    return phrase_evidence_of(w, EVIDENCE_POOL, stage);
}

bool phrase_asks(const struct words *w)
{
    return w->store->source.health != HEALTH_LOST && !w->store->ended;
}

const char *phrase_no_baseline(const struct words *w)
{
    return w->store->history_complete ? _("no baseline")
           : phrase_asks(w)           ? _("usual: asking …")
                                      : _("usual: no answer");
}

bool phrase_waits_for_part(const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    bool hangs = false;
    for (int i = 0; i < (int)w->diagnosis->stages_count && !hangs; i++) {
        const struct reading *r = &phrase_stage(w, i)->traffic;
        hangs =
            i != stage && r->severity >= SEVERITY_WARNING && descend_is_within(w->plan, i, stage);
    }
    return hangs && d->stopped.since_ms + d->stopped.before_ms > 0;
}

double phrase_requests(const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    double of_errors = d->errors_requests * (double)w->plan->window_ms / 1000;
    return d->latency.state == STATE_TOO_FEW ? fmax(d->requests, of_errors) : d->requests;
}

double phrase_failures(const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    double failed = round(d->errors.now * d->errors_requests * (double)w->plan->window_ms / 1000);
    bool odd = d->errors.odd || d->errors.severity >= SEVERITY_WARNING;
    return odd && failed >= 1 ? failed : 0;
}

// A share beyond a bound and too many calls have sentences of their own.
bool phrase_slo_alone(const struct words *w, int stage, bool errors)
{
    const struct stage *of = &w->plan->stages[stage];
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    bool told = !errors && (d->statistic == STATISTIC_SHARE || notable_called_more(d));
    return !told && notable_slo_alone(errors ? &d->errors : &d->latency,
                        errors ? of->slo_errors : of->slo_p95_s, &thresholds_default);
}

bool phrase_few_break_slo(const struct words *w, int stage, bool errors)
{
    const struct stage *of = &w->plan->stages[stage];
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    const struct reading *r = errors ? &d->errors : &d->latency;
    double slo = errors ? of->slo_errors : of->slo_p95_s;
    bool enough = !errors || phrase_failures(w, stage) >= thresholds_default.errors_least;
    return r->state == STATE_TOO_FEW && r->odd && enough && slo > 0 &&
           (isnan(r->low) ? r->now : r->low) > slo;
}

const char *phrase_drifting(const struct words *w, const struct evidence *e)
{
    return e->signal == CLASS_LATENCY ? _("latency")
           : e->signal == CLASS_ERRORS
               ? _("error rate")
               : w->plan->signals[phrase_stage(w, e->stage)->pool_signal].what;
}

void phrase_add_drift(struct str *s, struct drift drift)
{
    struct arena a = {0};
    str_add(s, clause_drift(&a, drift));
    arena_finish(&a);
}
