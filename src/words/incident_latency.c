#include <math.h>

#include "base/text.h"
#include "diagnose/notable.h"
#include "words/clause.h"
#include "words/format.h"
#include "words/incident.h"
#include "words/phrase.h"
#include "words/told.h"

// ---- what is slow ------------------------------------------------------------------------------

static const char *times_usual(struct arena *a, double now, double ratio)
{
    return arena_printf( // TRANSLATORS: "1.7 s, 5.6x usual"
        a, _("%s, %s usual"), format_in(a, format_seconds, now), format_in(a, format_times, ratio));
}

static const char *value(struct arena *a, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    const struct reading *r = &d->latency;
    const char *said = format_in(a, format_seconds, r->now);
    if (!isnan(r->ratio)) {
        said = r->beyond ? arena_printf(a, _("%s, at least %s usual"), said,
                               format_in(a, format_times, r->ratio))
                         : times_usual(a, r->now, r->ratio);
    }
    said = clause_slo(a, w, stage, false, said);
    // how far a latency is beyond the last bucket only its mean tells
    const struct evidence *mean = phrase_evidence_of(w, EVIDENCE_MEAN, stage);
    if (mean) {
        said = arena_printf(
            a, _("%s (its mean is %s)"), said, times_usual(a, mean->a, mean->a / mean->b));
    }
    return incident_onset(a, w, said, d->onset);
}

// `its P95 is 1.7 s, 5.6x usual`; of a stage whose buckets have changed, or are too wide, the mean.
static const char *number(struct arena *a, const struct words *w, int stage, bool named)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    bool mean = d->latency.severity < SEVERITY_WARNING && d->mean > d->mean_usual;
    bool beyond = !mean && d->latency.beyond;
    const char *statistic = mean ? _("mean") : clause_statistic(w, stage);
    const char *said = mean ? times_usual(a, d->mean, d->mean / d->mean_usual) : value(a, w, stage);
    return named ? arena_printf(a, beyond ? _("%s's %s is at least %s") : _("%s's %s is %s"),
                       phrase_name(w, stage), statistic, said)
                 : arena_printf(
                       a, beyond ? _("its %s is at least %s") : _("its %s is %s"), statistic, said);
}

static const char *share(struct arena *a, const struct words *w, int stage, bool named)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    const char *now = format_in(a, format_percent, d->share.now);
    const char *usual = format_in(a, format_percent, d->share.usual.centre);
    const char *bound = format_in(a, format_seconds, d->share_bound);
    const char *said =
        named ? arena_printf(a, _("%s of %s's requests take longer than %s, usually %s"), now,
                    phrase_name(w, stage), bound, usual)
              : arena_printf(
                    a, _("%s of its requests take longer than %s, usually %s"), now, bound, usual);
    return incident_onset(a, w, said, d->onset);
}

static const char *it_is_called(struct arena *a, const struct reading *calls)
{
    return arena_printf(a, _("it is called %s times per question, usually %s"),
        format_in(a, format_number, calls->now), format_in(a, format_number, calls->usual.centre));
}

// What is wrong with STAGE, which is NAMED, or `it`.
static const char *slow(struct arena *a, const struct words *w, int stage, bool named)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    bool called = notable_called_more(d), by_name = named && !called;
    const char *calls = !called ? NULL
                        : named ? clause_calls(a, w, stage, phrase_name(w, stage))
                                : it_is_called(a, &d->calls);
    if (called && d->latency.severity < SEVERITY_WARNING) {
        return calls;
    }
    const char *said = d->statistic == STATISTIC_SHARE ? share(a, w, stage, by_name)
                                                       : number(a, w, stage, by_name);
    // TRANSLATORS: two clauses: "it is called 5.0 times per question, and its P95 is 1.7 s"
    return called ? arena_printf(a, _("%s, and %s"), calls, said) : said;
}

// ---- whose the rise is -------------------------------------------------------------------------

// SAID with what part of the rise STAGE is; ANOTHER part where the rest was mentioned before.
static const char *with_share(
    struct arena *a, const struct words *w, int stage, bool another, const char *said)
{
    const struct evidence *part = phrase_evidence_of(w, EVIDENCE_SHARE, stage);
    const struct evidence *own = phrase_evidence_of(w, EVIDENCE_OWN_TIME, stage);
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    // what was said is about its requests, or has two parts: "and" would go on with the last noun
    bool whole = d->statistic == STATISTIC_SHARE ||
                 (notable_called_more(d) && d->latency.severity >= SEVERITY_WARNING);
    if (part && another) {
        return arena_printf(a,
            whole ? _("%s; that explains another %s") : _("%s, and explains another %s"), said,
            format_in(a, format_percent, part->a));
    }
    if (part) {
        const char *share = format_in(a, format_percent, part->a);
        const char *parent = phrase_name(w, w->plan->stages[stage].parent);
        if (w->plan->stages[stage].linked) { // nothing that was measured says who calls it
            return arena_printf(a,
                whole ? _("%s; that explains %s of %s's rise if %s calls it")
                      : _("%s, and explains %s of %s's rise if %s calls it"),
                said, share, parent, parent);
        }
        return arena_printf(a,
            whole ? _("%s; that explains %s of %s's rise") : _("%s, and explains %s of %s's rise"),
            said, share, parent);
    }
    return own ? arena_printf(a, _("%s, and %s of the rise is its own time"), said,
                     format_in(a, format_percent, own->a))
               : said;
}

// The same, and whether others call it as well.
static const char *with_part(
    struct arena *a, const struct words *w, int stage, bool another, const char *said)
{
    const struct stage *plan = &w->plan->stages[stage];
    const char *whole = with_share(a, w, stage, another, said);
    if (!plan->separate || plan->parent < 0) {
        return whole;
    }
    double own = phrase_stage(w, stage)->of_parent / phrase_stage(w, plan->parent)->of_parent;
    return own < 1 ? arena_printf(a, _("%s; it is shared with others, which make %s of its calls"),
                         whole, format_in(a, format_percent, 1 - own))
                   : whole;
}

// Whether a share of the rise of STAGE is evidence: then its own time is the rest of that.
static bool is_shared_out(const struct words *w, int stage)
{
    const struct verdict *v = &w->diagnosis->verdict;
    bool shared = false;
    for (size_t i = 0; i < v->evidence_count; i++) {
        const struct evidence *e = &v->evidence[i];
        shared = shared || (e->kind == EVIDENCE_SHARE && w->plan->stages[e->stage].parent == stage);
    }
    return shared;
}

const char *incident_rest(struct arena *a, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    const char *said = NULL;
    for (size_t i = 0; i < v->evidence_count; i++) {
        const struct evidence *e = &v->evidence[i];
        const char *part = format_in(a, format_percent, e->a), *rest = NULL;
        bool culprit = e->stage == v->stage || e->stage == v->second;
        if (e->kind == EVIDENCE_SHARE && !culprit) {
            rest = arena_printf(a, _("%s, %s usual, explains another %s"), phrase_name(w, e->stage),
                format_in(a, format_times, phrase_stage(w, e->stage)->latency.ratio), part);
        } else if (e->kind == EVIDENCE_OWN_TIME &&
                   (!culprit || phrase_evidence_of(w, EVIDENCE_SHARE, e->stage))) {
            rest = arena_printf(a,
                is_shared_out(w, e->stage) ? _("another %s is %s's own time")
                                           : _("%s of %s's rise is its own time"),
                part, phrase_name(w, e->stage));
        }
        said = clause_also(a, said, rest);
    }
    return said;
}

// SAID with whose the rest of the rise is.
static const char *with_rest(struct arena *a, const struct words *w, const char *said)
{
    return clause_also(a, said, incident_rest(a, w));
}

// ---- the sentences -----------------------------------------------------------------------------

static const char *one_of_two(struct arena *a, const struct words *w, int stage, bool another)
{
    return with_part(a, w, stage, another, slow(a, w, stage, true));
}

static const char *two(struct arena *a, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    const struct stage *stages = w->plan->stages;
    bool siblings = stages[v->stage].parent == stages[v->second].parent;
    bool told = phrase_evidence_of(w, EVIDENCE_SHARE, v->stage);
    const char *said = clause_also(
        a, one_of_two(a, w, v->stage, false), one_of_two(a, w, v->second, siblings && told));
    return arena_printf(a, _("%s and %s are the culprits: %s."), clause_stage(a, w, v->stage),
        phrase_name(w, v->second), incident_cause(a, w, with_rest(a, w, said)));
}

static const char *shared_by_all(
    struct arena *a, const struct words *w, const struct evidence *shared)
{
    const char *least = format_in(a, format_times_least, shared->a);
    const char *all = shared->name
                          // TRANSLATORS: "Qdrant is slow in all that it does, 11x usual or more."
                          ? arena_printf(a, _("%s is slow in all that it does, %s usual or more."),
                                shared->name, least)
                          : arena_printf(a,
                                _("Everything is slow, %s usual or more: a shared cause (node, "
                                  "network, CPU limit)."),
                                least);
    const char *worst = arena_printf(a, _("Worst is %s: %s."), phrase_name(w, shared->stage),
        incident_cause(a, w, slow(a, w, shared->stage, false)));
    return text_two(a, all, worst);
}

// What has broken its SLO and is hardly slower than usual is nothing new; what is usual shows that.
static const char *slo_alone(struct arena *a, const struct words *w)
{
    int stage = w->diagnosis->verdict.stage;
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    double usual = d->latency.usual.centre;
    const char *said =
        arena_printf(a, d->latency.beyond ? _("its %s is at least %s") : _("its %s is %s"),
            clause_statistic(w, stage), format_in(a, format_seconds, d->latency.now));
    said = clause_usually(a, incident_other_pods(a, w, said), usual, format_seconds);
    if (usual <= w->plan->stages[stage].slo_p95_s) {
        said = incident_onset(a, w, said, d->onset);
    }
    said = incident_cause(a, w, with_part(a, w, stage, false, said));
    return incident_slo_alone(a, w, false, said);
}

static bool has_children(const struct words *w, int stage)
{
    bool any = false;
    for (size_t i = 0; i < w->plan->stages_count; i++) {
        const struct stage *of = &w->plan->stages[i];
        any = any || (of->parent == stage && of->kind != LATENCY_NONE);
    }
    return any;
}

// With a child of which nothing usual is known, the culprit may as well be the child.
bool incident_is_open(const struct words *w, int stage)
{
    return has_children(w, stage) && isnan(phrase_stage(w, stage)->own_blame);
}

static const char *one(struct arena *a, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    const char *name = clause_stage(a, w, v->stage);
    const char *said = incident_other_pods(a, w, slow(a, w, v->stage, false));
    said = with_rest(a, w, with_part(a, w, v->stage, false, said));
    said = incident_cause(a, w, said);
    bool open = incident_is_open(w, v->stage);
    if (v->pod) {
        return arena_printf(a,
            open ? _("%s is slow on pod %s alone: %s.")
                 : _("%s is the culprit on pod %s alone: %s."),
            name, v->pod, said);
    }
    return arena_printf(a, open ? _("%s is slow: %s.") : _("%s is the culprit: %s."), name, said);
}

static const char *slow_tool(struct arena *a, const struct words *w)
{
    const struct tool_diagnosis *t = &w->diagnosis->tools[w->diagnosis->verdict.tool];
    const char *said =
        // TRANSLATORS: of calls of a tool: "its calls take 8.0 s on average"
        arena_printf(
            a, _("its calls take %s on average"), format_in(a, format_seconds, t->latency.now));
    said = clause_usually(a, said, t->latency.usual.centre, format_seconds);
    return arena_printf(
        a, _("Tool %s is slow: %s."), t->name, incident_onset(a, w, said, t->latency_onset));
}

const char *incident_latency(struct arena *a, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    const struct evidence *shared = phrase_evidence(w, EVIDENCE_SHARED);
    if (v->tool >= 0) {
        return slow_tool(a, w);
    }
    return shared                                 ? shared_by_all(a, w, shared)
           : v->second >= 0                       ? two(a, w)
           : phrase_slo_alone(w, v->stage, false) ? slo_alone(a, w)
                                                  : one(a, w);
}

const char *incident_called(struct arena *a, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    const struct stage_diagnosis *d = phrase_stage(w, v->stage);
    if (d->calls.ratio > 1 && (v->second >= 0 || d->latency.severity >= SEVERITY_WARNING)) {
        return incident_latency(a, w);
    }
    if (d->calls.ratio < 1) { // that of a root: nothing calls it
        return incident_traffic(a, w);
    }
    const char *said = arena_printf(a, _("%s times per question, usually %s"),
        format_in(a, format_number, d->calls.now),
        format_in(a, format_number, d->calls.usual.centre));
    said = with_rest(a, w, with_part(a, w, v->stage, false, said));
    return arena_printf(a, _("%s is called too often: %s."), clause_stage(a, w, v->stage),
        incident_cause(a, w, said));
}
