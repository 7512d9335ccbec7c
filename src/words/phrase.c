#include "words/phrase.h"

#include <ctype.h>
#include <math.h>

#include "base/ascii.h"
#include "base/clock.h"
#include "base/text.h"
#include "diagnose/fault.h"
#include "diagnose/notable.h"
#include "words/clause.h"
#include "words/format.h"

// From then on minutes are no longer worth a word.
enum { LONG_MS = 6 * CLOCK_HOUR_MS };

enum { NAMED_MOST = 3 }; // in a list

void phrase_add_sentence(struct str *s, const char *sentence)
{
    if (sentence) {
        str_add(s, s->len > 0 && s->text[s->len - 1] != ' ' ? " " : "");
        str_add(s, sentence);
    }
}

const char *phrase_onset(struct arena *a, const struct words *w, struct onset o)
{
    if (o.since_ms > 0) {
        return arena_printf(a, _("since %s"), clause_time(a, o.since_ms, "%H:%M"));
    }
    if (o.before_ms <= 0) {
        return NULL;
    }
    // the oldest sample is about the time before it, too
    int64_t step_ms = scope_grid(w->scope, w->plan).step_ms;
    int64_t ms = w->diagnosis->tick_ms - o.before_ms + step_ms;
    bool hours = ms >= LONG_MS || (ms / CLOCK_MINUTE_MS % 60 == 0 && ms >= CLOCK_HOUR_MS);
    return arena_printf(a, _("for more than %s"),
        hours ? arena_printf(a, _("%d h"), (int)(ms / CLOCK_HOUR_MS)) : clause_age(a, ms));
}

const char *phrase_length(struct arena *a, int64_t window_ms)
{
    return window_ms == CLOCK_HOUR_MS ? _("hour")
           : window_ms % CLOCK_MINUTE_MS == 0 && window_ms < CLOCK_HOUR_MS
               ? arena_printf(a, _("%.0f min"), (double)window_ms / CLOCK_MINUTE_MS)
               : clause_age(a, window_ms);
}

const char *phrase_name(const struct words *w, int stage)
{
    return w->plan->stages[stage].name;
}

const struct stage_diagnosis *phrase_stage(const struct words *w, int stage)
{
    return &w->diagnosis->stages[stage];
}

// A sentence starts with a capital, but a name written with an underscore stays as it is.
void phrase_add_name_at_start(struct str *s, const char *name)
{
    size_t at = s->len;
    str_add(s, name);
    bool plain = true;
    for (const char *p = name; *p; p++) {
        plain = plain && isalpha((unsigned char)*p);
    }
    if (plain) {
        s->text[at] = ascii_upper(s->text[at]);
    }
}

void phrase_add_stage(struct str *s, const struct words *w, int stage, bool at_start)
{
    if (at_start) {
        phrase_add_name_at_start(s, phrase_name(w, stage));
    } else {
        str_add(s, phrase_name(w, stage));
    }
}

int phrase_count(const struct words *w, phrase_test *is, int what)
{
    int count = 0;
    for (int i = 0; i < (int)w->diagnosis->stages_count; i++) {
        count += is(phrase_stage(w, i), what);
    }
    return count;
}

int phrase_add_list(struct str *s, const struct words *w, phrase_test *is, int what,
    phrase_namer *name, bool at_start)
{
    int all = phrase_count(w, is, what), named = 0;
    int most = all > NAMED_MOST ? NAMED_MOST - 1 : all;
    for (int i = 0; i < (int)w->diagnosis->stages_count && named < most; i++) {
        if (is(phrase_stage(w, i), what)) {
            str_add(s, named == 0 ? "" : named + 1 == all ? " and " : ", ");
            name(s, w, i, at_start && named == 0);
            named++;
        }
    }
    if (all > most) {
        str_addf(s, " and %d others", all - most);
    }
    return all;
}

void phrase_add_statistic(struct str *s, const struct words *w, int stage)
{
    static const char *const names[] = {[STATISTIC_P95] = "P95",
        [STATISTIC_MEAN] = "mean",
        [STATISTIC_VALUE] = "value",
        [STATISTIC_SHARE] = "P95"};
    str_add(s, names[phrase_stage(w, stage)->statistic]);
}

void phrase_add_beyond(struct str *s, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    format_percent(s, d->share.now);
    str_add(s, " above ");
    format_seconds(s, d->share_bound);
    str_add(s, ", usually ");
    format_percent(s, d->share.usual.centre);
}

void phrase_add_pool(struct str *s, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    const char *what = w->plan->signals[d->pool_signal].what;
    str_addf(s, "%s ", what ? what : "pool");
    if (w->plan->signals[d->pool_signal].full > 0) {
        format_percent(s, d->pool.now);
        return;
    }
    if (notable_one_pod(d)) {
        str_add(s, "on one pod ");
        format_percent(s, d->pool.now);
        return;
    }
    format_count(s, d->pool_used);
    str_add(s, "/");
    format_count(s, d->pool_limit);
}

void phrase_add_need(struct str *s, const struct evidence *need)
{
    format_count(s, ceil(need->a));
    str_add(s, need->kind == EVIDENCE_LEAK ? " would do: a leak" : " needed: too few");
}

void phrase_add_stale(struct str *s, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    double age_s = (double)(w->diagnosis->tick_ms - d->last_ms) / 1000;
    str_add(s, "stale");
    if (d->last_ms > 0 && age_s > 0) {
        str_addc(s, ' ');
        format_seconds(s, age_s);
    }
}

void phrase_add_last(struct str *s, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    if (d->last_ms > 0) {
        str_add(s, d->last_about ? " since about " : " since ");
        clock_add_local(s, d->last_ms, "%H:%M");
    }
}

void phrase_add_onset(struct str *s, const struct words *w, const char *lead, struct onset o)
{
    if (o.since_ms > 0) {
        str_addf(s, "%ssince ", lead);
        clock_add_local(s, o.since_ms, "%H:%M");
    } else if (o.before_ms > 0) {
        // the oldest sample is about the time before it, too
        int64_t step_ms = scope_grid(w->scope, w->plan).step_ms;
        int64_t ms = w->diagnosis->tick_ms - o.before_ms + step_ms;
        str_addf(s, "%sfor more than ", lead);
        if (ms >= LONG_MS || (ms / CLOCK_MINUTE_MS % 60 == 0 && ms >= CLOCK_HOUR_MS)) {
            str_addf(s, "%d h", (int)(ms / CLOCK_HOUR_MS));
        } else {
            clock_add_age(s, ms);
        }
    }
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
    return w->store->source.reach != REACH_LOST && !w->store->ended;
}

void phrase_add_refusal(struct str *s, const struct signal_data *data)
{
    str_addf(s, "%s%s", data->unfit ? "" : "query error: ", data->why);
}

const char *phrase_no_baseline(const struct words *w)
{
    return w->store->history_complete ? "no baseline"
           : phrase_asks(w)           ? "usual: asking …"
                                      : "usual: no answer";
}

// Calls that are counted when they end may have begun and hang: only what completes is known.
static void add_completed(struct str *s, const struct reading *calls)
{
    str_add(s, calls->now > 0 ? "completes " : "no longer completes any calls, usually ");
    if (calls->now > 0) {
        format_number(s, calls->now);
        str_add(s, " calls per question, usually ");
    }
    format_number(s, calls->usual.centre);
    str_add(s, calls->now > 0 ? "" : " per question");
}

void phrase_add_called(struct str *s, double now, double usual)
{
    if (now > 0) {
        str_add(s, "called ");
        format_number(s, now);
        str_add(s, " times per question, usually ");
        format_number(s, usual);
    } else {
        str_add(s, "not called any more, usually ");
        format_number(s, usual);
        str_add(s, " times per question");
    }
}

void phrase_add_calls(struct str *s, const struct words *w, int stage, const char *is)
{
    const struct reading *calls = &phrase_stage(w, stage)->calls;
    bool by_end = w->plan->stages[stage].requests_signal < 0;
    if (by_end && calls->now < calls->usual.centre) {
        add_completed(s, calls);
        return;
    }
    str_add(s, is);
    phrase_add_called(s, calls->now, calls->usual.centre);
}

bool phrase_waits_for_part(const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    bool hangs = false;
    for (int i = 0; i < (int)w->diagnosis->stages_count && !hangs; i++) {
        const struct reading *r = &phrase_stage(w, i)->traffic;
        hangs = i != stage && r->severity >= SEVERITY_WARNING && fault_is_within(w->plan, i, stage);
    }
    return hangs && d->stopped.since_ms + d->stopped.before_ms > 0;
}

void phrase_add_completes(struct str *s, const struct words *w, int stage)
{
    double now = phrase_stage(w, stage)->traffic.now;
    if (now > 0) {
        str_add(s, "completes only ");
        format_rate(s, now);
    } else {
        str_add(s, "completes nothing");
    }
}

double phrase_failures(const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    double failed = round(d->errors.now * d->errors_requests * (double)w->plan->window_ms / 1000);
    bool odd = d->errors.odd || d->errors.severity >= SEVERITY_WARNING;
    return odd && failed >= 1 ? failed : 0;
}

void phrase_add_failures(struct str *s, const struct words *w, double failed)
{
    str_addf(s, "%.0f failed %s in the last ", failed, str_plural(failed, "request", "requests"));
    phrase_add_length(s, w->plan->window_ms);
}

void phrase_add_slo(struct str *s, const struct words *w, int stage, bool errors)
{
    const struct stage *of = &w->plan->stages[stage];
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    const struct reading *r = errors ? &d->errors : &d->latency;
    double slo = errors ? of->slo_errors : of->slo_p95_s, least = isnan(r->low) ? r->now : r->low;
    if (slo > 0 && least > slo) {
        str_add(s, ", above its SLO of ");
        (errors ? format_percent : format_seconds)(s, slo);
    }
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

void phrase_add_slo_alone(struct str *s, const struct words *w, int stage, bool errors)
{
    const struct stage *of = &w->plan->stages[stage];
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    double slo = errors ? of->slo_errors : of->slo_p95_s;
    str_add(s, "above its SLO of ");
    (errors ? format_percent : format_seconds)(s, slo);
    str_add(s, (errors ? &d->errors : &d->latency)->usual.centre > slo ? ", as usual" : "");
}

void phrase_add_usually(struct str *s, double usual, void (*format)(struct str *, double))
{
    if (!isnan(usual)) {
        str_add(s, ", usually ");
        format(s, usual);
    }
}

void phrase_add_drift(struct str *s, struct drift drift)
{
    str_add(s, drift.per_day < 0 ? "-" : "+");
    format_percent(s, fabs(drift.per_day));
    str_add(s, " a day since ");
    clock_add_local(s, drift.since_ms, "%-d %b");
}

const char *phrase_drifting(const struct words *w, const struct evidence *e)
{
    int pool = phrase_stage(w, e->stage)->pool_signal;
    const char *what =
        e->signal == CLASS_SATURATION && pool >= 0 ? w->plan->signals[pool].what : NULL;
    return e->signal == CLASS_LATENCY  ? "latency"
           : e->signal == CLASS_ERRORS ? "error rate"
           : what                      ? what
                                       : "its resource";
}

void phrase_add_length(struct str *s, int64_t window_ms)
{
    if (window_ms == CLOCK_HOUR_MS) {
        str_add(s, "hour");
    } else if (window_ms % CLOCK_MINUTE_MS == 0 && window_ms < CLOCK_HOUR_MS) {
        str_addf(s, "%.0f min", (double)window_ms / CLOCK_MINUTE_MS);
    } else {
        clock_add_age(s, window_ms);
    }
}
