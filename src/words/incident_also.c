#include "base/text.h"
#include "diagnose/notable.h"
#include "words/clause.h"
#include "words/declared_words.h"
#include "words/format.h"
#include "words/incident.h"
#include "words/missing.h"
#include "words/phrase.h"
#include "words/told.h"

enum { ALSO_MOST = 2 };

// `P95 1.8 s, usually 300 ms`
static const char *latency(struct arena *a, const struct words *w, int stage)
{
    const struct reading *r = &phrase_stage(w, stage)->latency;
    struct str now;
    str_init(&now);
    words_add_latency(&now, r);
    const char *said = arena_printf(a, _("%s %s"), clause_statistic(w, stage), arena_take(a, &now));
    return clause_usually(a, said, r->usual.centre, format_seconds);
}

static const char *slow_tool(struct arena *a, const struct tool_diagnosis *t)
{
    return arena_printf(a, _("tool %s is slow (mean %s, usually %s)"), t->name,
        format_in(a, format_seconds, t->latency.now),
        format_in(a, format_seconds, t->latency.usual.centre));
}

const char *beside_slow(struct arena *a, const struct words *w, const struct fault *f)
{
    if (f->tool >= 0) {
        return slow_tool(a, &w->diagnosis->tools[f->tool]);
    }
    int stage = f->stage;
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    const char *name = phrase_name(w, stage);
    if (phrase_slo_alone(w, stage, false)) {
        double slo = w->plan->stages[stage].slo_p95_s;
        return arena_printf(a,
            d->latency.usual.centre > slo ? _("%s is above its SLO of %s, as usual (%s)")
                                          : _("%s is above its SLO of %s (%s)"),
            name, format_in(a, format_seconds, slo), latency(a, w, stage));
    }
    bool called = notable_called_more(d);
    if (d->latency.severity < SEVERITY_WARNING) {
        return called ? clause_calls(a, w, stage, name)
                      : arena_printf(a, // only the mean tells
                            _("%s takes up more of each question's time than usual"), name);
    }
    const char *said = d->statistic == STATISTIC_SHARE
                           ? clause_beyond(a, w, stage)
                           : clause_slo(a, w, stage, false, latency(a, w, stage));
    return called
               ? arena_printf(a, _("%s is slow (%s) and called %s times per question, usually %s"),
                     name, said, format_in(a, format_number, d->calls.now),
                     format_in(a, format_number, d->calls.usual.centre))
               : arena_printf(a, _("%s is slow (%s)"), name, said);
}

const char *beside_failing(struct arena *a, const struct words *w, const struct fault *f)
{
    const struct diagnosis *d = w->diagnosis;
    if (f->tool >= 0) {
        return arena_printf(a, _("%s of tool %s's calls fail"),
            format_in(a, format_percent, d->tools[f->tool].errors.now), d->tools[f->tool].name);
    }
    if (f->stage >= 0) {
        return arena_printf(a, _("%s of %s's requests fail"),
            format_in(a, format_percent, d->stages[f->stage].errors.now), phrase_name(w, f->stage));
    }
    return incident_failing(a, w,
        arena_printf(
            a, _("%s of all tool calls fail"), format_in(a, format_percent, d->tool_errors.now)));
}

const char *beside_silent(struct arena *a, const struct words *w, const struct fault *f)
{
    const struct reading *r = &phrase_stage(w, f->stage)->traffic;
    const char *name = phrase_name(w, f->stage);
    const char *usual = format_in(a, format_rate, r->usual.centre);
    return r->now > 0 ? arena_printf(a, _("%s completes only %s, usually %s"), name,
                            format_in(a, format_rate, r->now), usual)
                      : arena_printf(a, _("%s completes nothing, usually %s"), name, usual);
}

const char *beside_called(struct arena *a, const struct words *w, const struct fault *f)
{
    const struct diagnosis *d = w->diagnosis;
    if (f->tool >= 0) {
        return arena_printf(a, _("tool %s is called %s as often as usual"), d->tools[f->tool].name,
            format_in(a, format_times, d->tools[f->tool].calls.ratio));
    }
    if (d->stages[f->stage].calls.ratio > 1) {
        return beside_slow(a, w, f);
    }
    return w->plan->stages[f->stage].parent >= 0
               ? clause_calls(a, w, f->stage, phrase_name(w, f->stage))
               : beside_silent(a, w, f);
}

const char *beside_full(struct arena *a, const struct words *w, const struct fault *f)
{
    return arena_printf(
        a, _("%s: %s in use"), phrase_name(w, f->stage), clause_pool(a, w, f->stage));
}

const char *beside_fast(struct arena *a, const struct words *w, const struct fault *f)
{
    const struct reading *r = &phrase_stage(w, f->stage)->fast;
    return arena_printf(a, _("%s answers far too fast (%s, usually %s)"), phrase_name(w, f->stage),
        format_in(a, format_seconds, r->now), format_in(a, format_seconds, r->usual.centre));
}

const char *beside_missing(struct arena *a, const struct words *w, const struct fault *f)
{
    return missing_clause(a, w, f->stage);
}

const char *beside_declared(struct arena *a, const struct words *w, const struct fault *f)
{
    return declared_clause(a, w, f->declared);
}

// Whether the first sentence is about F, too.
static bool is_said_already(const struct words *w, const struct fault *f)
{
    const struct verdict *v = &w->diagnosis->verdict;
    const struct evidence *shared = phrase_evidence(w, EVIDENCE_SHARED);
    bool all = v->signal == CLASS_ERRORS && f->stage >= 0 && w->plan->stages[f->stage].parent < 0;
    if (shared && (shared->name || all)) {
        return f->signal == v->signal;
    }
    if (v->shared || v->second < 0 || f->stage != v->second) {
        return false;
    }
    bool more = f->signal == CLASS_CALLS && notable_called_more(phrase_stage(w, f->stage));
    return more || f->signal == CLASS_LATENCY;
}

const char *incident_others(struct arena *a, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    size_t named = 0, more = v->also_more;
    const char *said = NULL;
    for (size_t i = 0; i < v->also_count; i++) {
        bool other = !is_said_already(w, &v->also[i]), fits = named < ALSO_MOST;
        if (other && fits) {
            said = clause_also(a, said, told_beside(a, w, &v->also[i]));
        }
        named += other && fits;
        more += other && !fits;
    }
    if (more > 0) {
        const char *rest = arena_printf(a, text_count("%zu more", "%zu more", (double)more), more);
        said = said ? arena_printf(a, _("%s; and %s"), said, rest) : rest;
    }
    return said;
}

const char *incident_also(struct arena *a, const struct words *w)
{
    const char *said = incident_others(a, w);
    return said ? arena_printf(a, _("Also: %s."), said) : NULL;
}
