#include <string.h>

#include "base/text.h"
#include "diagnose/notable.h"
#include "words/blind.h"
#include "words/clause.h"
#include "words/declared_words.h"
#include "words/doubt.h"
#include "words/format.h"
#include "words/missing.h"
#include "words/phrase.h"
#include "words/remark.h"

// Whether all are in trouble alike: then the verdict's stage is no culprit, but the worst of them.
static bool is_one_of_all(const struct words *w)
{
    const struct evidence *shared = phrase_evidence(w, EVIDENCE_SHARED);
    return shared && !shared->name;
}

// SAID of the culprit, or of another stage.
static const char *blamed(struct arena *a, const struct words *w, bool culprit, const char *said)
{
    return culprit ? arena_printf(a, is_one_of_all(w) ? _("worst: %s") : _("CULPRIT: %s"), said)
                   : said;
}

// The part that most of the rise of STAGE is, as its row names it; NULL: none is.
static const char *part_of(struct arena *a, const struct words *w, int stage, bool culprit)
{
    int part = notable_child(w->diagnosis, w->plan, stage, &thresholds_default);
    if (part < 0 || phrase_stage(w, stage)->own_blame > phrase_stage(w, part)->blame) {
        return NULL;
    }
    return arena_printf(a,
        !culprit           ? _("slow: %s is %s")
        : is_one_of_all(w) ? _("worst: %s is %s")
                           : _("CULPRIT: %s is %s"),
        format_in(a, format_percent, phrase_stage(w, part)->blame), phrase_name(w, part));
}

// What else tells why STAGE is slow; NULL: nothing does.
static const char *cause_of(struct arena *a, const struct words *w, int stage)
{
    const struct verdict *v = &w->diagnosis->verdict;
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    if (v->pod && v->stage == stage) {
        return arena_printf(a, _("%s alone"), v->pod);
    }
    if (phrase_pool_is_evidence(w, stage)) {
        return clause_pool(a, w, stage);
    }
    if (notable_own_time(d, &thresholds_default)) {
        return arena_printf(a, _("%s is its own time"), format_in(a, format_percent, d->own_blame));
    }
    return d->statistic == STATISTIC_SHARE ? clause_beyond(a, w, stage) : NULL;
}

static const char *slow(struct arena *a, const struct words *w, int stage)
{
    bool culprit = words_is_culprit(w, stage);
    if (phrase_slo_alone(w, stage, false)) {
        return blamed(a, w, culprit, clause_slo_alone(a, w, stage, false));
    }
    const char *said = part_of(a, w, stage, culprit);
    if (!said) {
        const char *cause = cause_of(a, w, stage);
        cause = cause || !culprit             ? cause
                : declared_deviates(w, stage) ? declared_reason(a, w, stage)
                                              : declared_cause(a, w, stage);
        said = culprit ? blamed(a, w, true, cause ? cause : _("slow"))
               : cause ? arena_printf(a, _("slow: %s"), cause)
                       : _("slow");
    }
    return notable_called_more(phrase_stage(w, stage))
               ? clause_also(a, said, clause_calls(a, w, stage, NULL))
               : said;
}

static const char *few(struct arena *a, const struct words *w, int stage)
{
    const char *said =
        arena_printf(a, _("n=%s, too few"), format_exact_in(a, phrase_requests(w, stage)));
    if (phrase_few_break_slo(w, stage, false)) {
        said = clause_also(a, said, clause_slo_alone(a, w, stage, false));
    }
    if (phrase_few_break_slo(w, stage, true)) {
        said = clause_also(
            a, said, arena_printf(a, _("errors %s"), clause_slo_alone(a, w, stage, true)));
    }
    return said;
}

static const char *silent(struct arena *a, const struct words *w, int stage)
{
    return clause_onset(a, w, clause_completes(a, w, stage), phrase_stage(w, stage)->stopped);
}

static const char *stale(struct arena *a, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    double age_s = (double)(w->diagnosis->tick_ms - d->last_ms) / 1000;
    return d->last_ms > 0 && age_s > 0
               ? arena_printf(a, _("stale %s"), format_in(a, format_seconds, age_s))
               : _("stale");
}

// Nothing to compare with, but for what is promised.
static const char *bare(struct arena *a, const struct words *w, int stage)
{
    double slo = w->plan->stages[stage].slo_p95_s;
    bool within = notable_slo(&phrase_stage(w, stage)->latency, slo) == SLO_WITHIN;
    if (words_is_culprit(w, stage) && phrase_stage(w, stage)->usual_at_most) {
        return blamed(a, w, true,
            arena_printf(a, _("takes longer than %s usually had for it"),
                phrase_name(w, w->plan->stages[stage].parent)));
    }
    return within && w->store->history_complete
               ? arena_printf(a, _("within its SLO of %s"), format_in(a, format_seconds, slo))
               : phrase_no_baseline(w);
}

static const char *state(struct arena *a, const struct words *w, int stage)
{
    bool absent = plan_is_absent(w->plan, (size_t)stage) && !*w->store->unmet;
    switch (phrase_stage(w, stage)->latency.state) {
    case STATE_OK: return remark_reason(a, w, stage);
    case STATE_ASKING: return phrase_asks(w) ? _("asking …") : _("no answer");
    case STATE_NO_TRAFFIC: // what waits for a part that hangs has work, and completes none of it
        return phrase_waits_for_part(w, stage) ? silent(a, w, stage) : _("no traffic");
    case STATE_NO_DATA:
        absent = absent && phrase_stage(w, stage)->last_ms == 0;
        return clause_last(a, w, stage, absent ? _("no such metric") : _("no data"));
    case STATE_TOO_FEW: return few(a, w, stage);
    case STATE_NO_BASELINE: return bare(a, w, stage);
    case STATE_STALE: return stale(a, w, stage);
    case STATE_ERROR:
        return clause_refusal(a, &w->store->signals[w->plan->stages[stage].latency_signal]);
    case STATE_UNRELIABLE: return doubt_reason(a, w, stage);
    case STATE_MISTYPED:
    case STATE_ABSENT:
    case STATE_COUNT: break;
    }
    return _("no such metric");
}

// Why the errors of STAGE are not known, where its latency is; NULL: they are.
static const char *unknown_errors(struct arena *a, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    if (d->errors.state == STATE_ERROR && d->latency.state != STATE_ERROR) {
        return clause_refusal(a, &w->store->signals[w->plan->stages[stage].errors_signal]);
    }
    if (d->errors.state == STATE_ABSENT && d->latency.state != STATE_NO_DATA) {
        return words_why_absent(w, stage);
    }
    if (d->errors.state == STATE_MISTYPED) {
        return words_why_mistyped(w, stage);
    }
    return d->errors.state == STATE_UNRELIABLE && !d->distrust ? _("unreliable") : NULL;
}

// What is said of a stage that neither is slow nor fails.
static const char *calm(struct arena *a, const struct words *w, int stage)
{
    const char *said = state(a, w, stage), *errors = unknown_errors(a, w, stage);
    if (errors) {
        said = clause_also(a, said, arena_printf(a, _("errors: %s"), errors));
    }
    const char *pool = doubt_why_pool(a, w, stage);
    if (!pool) {
        return said;
    }
    int more = phrase_stage(w, stage)->blind_more;
    pool = more > 0
               ? arena_printf(a, text_count("%s, and %d more", "%s, and %d more", more), pool, more)
               : pool;
    return clause_also(a, said, arena_printf(a, _("%s: %s"), doubt_pool(w, stage), pool));
}

static const char *fast(struct arena *a, const struct stage_diagnosis *d)
{
    return arena_printf(a, _("too fast, %s, usually %s"), format_in(a, format_seconds, d->fast.now),
        format_in(a, format_seconds, d->fast.usual.centre));
}

static const char *failing(struct arena *a, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    const char *share = clause_usually(
        a, format_in(a, format_percent, d->errors.now), d->errors.usual.centre, format_percent);
    return arena_printf(a, _("errors %s"),
        phrase_slo_alone(w, stage, true) ? clause_slo_alone(a, w, stage, true)
                                         : clause_slo(a, w, stage, true, share));
}

// A row has room for one: latency first, then errors, then saturation.
static const char *drifting(struct arena *a, const struct stage_diagnosis *d)
{
    const struct reading *latency = &d->latency, *errors = &d->errors, *pool = &d->pool;
    const struct reading *r = latency->drift.since_ms > 0  ? latency
                              : errors->drift.since_ms > 0 ? errors
                                                           : pool;
    if (r->drift.since_ms <= 0 || r->state != STATE_OK) {
        return NULL;
    }
    const char *drift = clause_drift(a, r->drift);
    return r == latency  ? drift
           : r == errors ? arena_printf(a, _("errors %s"), drift)
                         : arena_printf(a, _("saturation %s"), drift);
}

// The worst that is known of STAGE, but for its errors; NULL: these say it all.
static const char *worst(struct arena *a, const struct words *w, int stage, bool failing)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    bool culprit = words_is_culprit(w, stage),
         lacks = d->gone.job || d->gone.workload || d->gone.replica;
    if (d->latency.severity >= SEVERITY_WARNING) {
        return slow(a, w, stage);
    }
    if (d->traffic.severity >= SEVERITY_WARNING) {
        return blamed(a, w, culprit, silent(a, w, stage));
    }
    if (d->calls.severity >= SEVERITY_WARNING && (!failing || notable_called_more(d))) {
        bool root = w->plan->stages[stage].parent < 0;
        return blamed(a, w, culprit, root ? silent(a, w, stage) : clause_calls(a, w, stage, NULL));
    }
    if (d->fast.severity >= SEVERITY_WARNING && !failing) {
        return blamed(a, w, culprit, fast(a, d));
    }
    bool other = lacks || declared_deviates(w, stage); // is said behind it
    return failing || (other && d->latency.state == STATE_OK) ? NULL : calm(a, w, stage);
}

// What is above its SLO, and may be so by chance, is neither within it nor an alarm.
static const char *about_slo(struct arena *a, const struct words *w, int stage)
{
    double slo = w->plan->stages[stage].slo_p95_s;
    return notable_slo(&phrase_stage(w, stage)->latency, slo) == SLO_ABOUT
               ? arena_printf(a, _("about its SLO of %s"), format_in(a, format_seconds, slo))
               : NULL;
}

static const char *reason(struct arena *a, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    bool fails = d->errors.severity >= SEVERITY_WARNING;
    bool is_slow = d->latency.severity >= SEVERITY_WARNING;
    const char *said = clause_also(a, worst(a, w, stage, fails), about_slo(a, w, stage));
    if (fails) {
        bool first = !said && words_is_culprit(w, stage);
        said = clause_also(a, said, blamed(a, w, first, failing(a, w, stage)));
    }
    if (d->pool.severity == SEVERITY_WARNING && !is_slow) {
        said = clause_also(a, said, clause_pool(a, w, stage));
    }
    const char *declared = declared_reason(a, w, stage);
    bool told = said && declared && strstr(said, declared);
    said = told ? said : clause_also(a, said, declared);
    said = clause_also(a, said, drifting(a, d));
    said = clause_also(a, said, remark_restarts(w, stage));
    said = clause_also(a, said, missing_reason(a, w, stage));
    return clause_also(a, said, d->sum_broken ? _("its _sum cannot be right") : NULL);
}

void words_add_reason(struct str *s, const struct words *w, int stage)
{
    struct arena a = {0};
    const char *said = reason(&a, w, stage);
    str_add(s, said ? said : "");
    arena_finish(&a);
}

// ---- tools -------------------------------------------------------------------------------------

static const char *calm_tool(struct arena *a, const struct words *w, int tool)
{
    const char *less = remark_tool(w, tool), *blind = blind_tools(w);
    return clause_also(
        a, less ? less : _("normal"), blind ? arena_printf(a, _("errors: %s"), blind) : NULL);
}

static const char *tool_reason(struct arena *a, const struct words *w, int tool)
{
    const struct diagnosis *d = w->diagnosis;
    const struct tool_diagnosis *t = &d->tools[tool];
    bool culprit = d->verdict.tool == tool;
    bool odd = t->errors.state == STATE_TOO_FEW && t->errors.odd;
    if (t->calls.severity >= SEVERITY_WARNING) {
        return blamed(a, w, culprit, _("called too often"));
    }
    if (t->errors.severity >= SEVERITY_WARNING) {
        bool rises = t->errors.now > t->errors.usual.centre;
        return blamed(
            a, w, culprit, rises ? _("fails more than usual") : _("fails most of its calls"));
    }
    if (t->latency.severity >= SEVERITY_WARNING) {
        return blamed(a, w, culprit, _("slow"));
    }
    if (t->calls.state == STATE_NO_BASELINE && !odd) {
        return notable_tool_new(t, &thresholds_default) ? _("usually not called")
                                                        : phrase_no_baseline(w);
    }
    if (t->calls.state == STATE_NO_DATA) {
        return _("no data");
    }
    if (t->calls.state == STATE_NO_TRAFFIC) {
        return t->calls.now > 0 ? _("no questions to compare with") : _("no traffic");
    }
    if (t->calls.state == STATE_UNRELIABLE) {
        return d->tool_resets > 0 ? doubt_resets(a, d->tool_resets, d->tool_samples)
                                  : _("unreliable, as is the number of requests");
    }
    if (odd) {
        return clause_also(a,
            arena_printf(a, _("n=%s, too few; %s failed"), format_exact_in(a, t->count),
                format_in(a, format_percent, t->errors.now)),
            remark_tool(w, tool));
    }
    return calm_tool(a, w, tool);
}

void words_add_tool_reason(struct str *s, const struct words *w, int tool)
{
    struct arena a = {0};
    str_add(s, tool_reason(&a, w, tool));
    arena_finish(&a);
}
