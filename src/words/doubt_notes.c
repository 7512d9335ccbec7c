#include <math.h>

#include "base/names.h"
#include "base/text.h"
#include "config/metric_key.h"
#include "diagnose/notable.h"
#include "plan/instrument.h"
#include "plan/parts.h"
#include "plan/promql.h"
#include "words/clause.h"
#include "words/doubt.h"
#include "words/format.h"
#include "words/odd_words.h"
#include "words/phrase.h"

// What the latency would be, or its buckets, if its numbers were seconds.
static const char *in_seconds(struct arena *a, const struct stage_diagnosis *d, enum unit_doubt why)
{
    if (why == UNIT_OF_BUCKETS) {
        return arena_printf(a, _("its buckets would reach %.15g s"), d->bound);
    }
    bool now = !notable_faster(&d->latency) && !isnan(d->latency.now);
    return arena_printf(a, now ? _("it is %s") : _("it usually is %s"),
        format_in(a, format_seconds, now ? d->latency.now : d->latency.usual.centre));
}

// It names both answers; either of them, once written, ends the question.
static void add_unit(
    struct str *s, struct arena *a, const struct words *w, int stage, enum unit_doubt why)
{
    const struct stage *of = &w->plan->stages[stage];
    const char *name = phrase_name(w, stage), *would = in_seconds(a, phrase_stage(w, stage), why);
    if (of->latency) {
        str_addf(s, _("%s (latency of %s): its name does not say its unit, and in seconds %s."),
            of->metric, name, would);
    } else {
        str_addf(s, _("latency of %s: its expression does not say its unit, and in seconds %s."),
            name, would);
    }
    str_addf(s, " %s", _("If it is in milliseconds, write unit: ms; if in seconds, unit: s"));
}

// What is configured counts, and may be a slip: then all is a thousand times too small or too
// large.
static bool contradicts_name(const struct stage *of)
{
    double named = of->latency ? metric_key_unit_of(of->metric) : 0;
    return named > 0 && !of->unit_guessed && fabs(of->to_seconds / named - 1) > 1e-6;
}

// A Summary has the quantiles that its service computes, and no others can be had from them.
static bool lacks_p95(const struct words *w, int stage, struct dist *d)
{
    const struct stage *s = &w->plan->stages[stage];
    const struct matrix *live = &w->store->signals[s->latency_signal].live;
    return s->kind == LATENCY_QUANTILES && dist_read(d, live, live->asked_last) &&
           d->quantiles > 0 && isnan(dist_quantile(d, 0.95).value);
}

static void add_other_quantiles(
    struct str *s, struct arena *a, const char *metric, const struct dist *d)
{
    double all = (double)(d->quantiles + d->quantiles_more);
    const char **names = arena_alloc(a, d->quantiles + 1, sizeof *names);
    for (size_t i = 0; i < d->quantiles; i++) {
        names[i] = arena_printf(a, "%g", d->quantile[i]);
    }
    str_addf(s,
        text_count("%s has the quantile %s, but no 0.95: its mean is judged. Make it a histogram "
                   "to see its P95.",
            "%s has the quantiles %s, but no 0.95: its mean is judged. Make it a histogram to see "
            "its P95.",
            all),
        metric, names_some(a, names, NAMES_AND, d->quantiles_more));
}

static void add_uncounted(struct str *s, const struct words *w, int stage)
{
    const struct stage *of = &w->plan->stages[stage];
    str_addf(s,
        of->latency ? _("%s: a gauge counts no requests, so the share that fails is unknown. Add "
                        "requests: NAME, a counter (%s)")
                    : _("%s: an expression for the latency counts no requests, so the share that "
                        "fails is unknown. Add requests: NAME, a counter (%s)"),
        of->metric, of->name);
}

// Of pools that are odd, then of what is declared and odd.
static bool add_odd(struct str *s, const struct words *w, int stage, int *i)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    const struct stage *of = &w->plan->stages[stage];
    for (int k = 0; k < of->saturation_count; k++) {
        bool odd = d->odd[k].why != ODD_NONE && d->odd[k].why != ODD_UNFIT; // which is said
        if (odd && (*i)-- == 0) {
            return odd_add_note(s, w, of->saturation_first + k, d->odd[k]);
        }
    }
    for (size_t k = 0; k < d->declared_count; k++) {
        if (d->declared[k].odd.why != ODD_NONE && (*i)-- == 0) {
            return odd_add_note(s, w, d->declared[k].signal, d->declared[k].odd);
        }
    }
    return false;
}

static bool add_note(struct str *s, struct arena *a, const struct words *w, int stage, int i)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    const char *metric = w->plan->stages[stage].metric;
    bool said = w->diagnosis->verdict.condition != VERDICT_INCIDENT; // in the summary
    if (d->distrust != DISTRUST_NONE && !said && i-- == 0) {
        str_addf(s, _("%s: %s"), metric, doubt_reason(a, w, stage));
        return true;
    }
    if (d->distrust == DISTRUST_COUNTS && said && i-- == 0) {
        str_addf(s,
            _("%s: its counts are NaN, infinite or negative. Check how the service sets it"),
            metric);
        return true;
    }
    if (d->sum_broken && i-- == 0) {
        str_addf(s, _("%s: its _sum cannot be right, so %s has no mean and no share of the blame"),
            metric, phrase_name(w, stage));
        return true;
    }
    struct dist now;
    if (lacks_p95(w, stage, &now) && i-- == 0) {
        add_other_quantiles(s, a, metric, &now);
        return true;
    }
    if (d->coarser && i-- == 0) {
        str_addf(s,
            _("%s has more than %d buckets: the rest are ignored, so its quantiles are coarser"),
            metric, DIST_BUCKETS_MAX);
        return true;
    }
    if (d->errors.state == STATE_ABSENT && !d->distrust &&
        plan_lacks_requests(&w->plan->stages[stage]) && i-- == 0) {
        add_uncounted(s, w, stage);
        return true;
    }
    if (contradicts_name(&w->plan->stages[stage]) && i-- == 0) {
        str_addf(s,
            _("%s (latency of %s): its name says another unit than unit: does; if the name is "
              "right, leave out unit:"),
            metric, phrase_name(w, stage));
        return true;
    }
    enum unit_doubt unit = notable_unit(d, &w->plan->stages[stage]);
    if (unit != UNIT_FINE && i-- == 0) {
        add_unit(s, a, w, stage, unit);
        return true;
    }
    return add_odd(s, w, stage, &i);
}

bool doubt_add_note(struct str *s, const struct words *w, int stage, int i)
{
    struct arena a = {0};
    bool any = add_note(s, &a, w, stage, i);
    arena_finish(&a);
    return any;
}

// ---- tools -------------------------------------------------------------------------------------

bool doubt_add_tool_resets(struct str *s, const struct words *w)
{
    const struct diagnosis *d = w->diagnosis;
    struct arena a = {0};
    if (d->tool_resets > 0) {
        str_addf(s,
            text_count("the counters of tool calls were reset %s time in %s scrapes: several "
                       "processes answer behind one port, or it keeps restarting",
                "the counters of tool calls were reset %s times in %s scrapes: several "
                "processes answer behind one port, or it keeps restarting",
                d->tool_resets),
            format_exact_in(&a, d->tool_resets), format_exact_in(&a, d->tool_samples));
    }
    arena_finish(&a);
    return d->tool_resets > 0;
}

bool doubt_add_tools(struct str *s, const struct words *w)
{
    const struct diagnosis *d = w->diagnosis;
    if (d->tools_more == 0) {
        return false;
    }
    const char *some = text_count("%s tools are called: the %s busiest are judged, the other one "
                                  "is not",
        "%s tools are called: the %s busiest are judged, the other %s are not",
        (double)d->tools_more);
    const char *least = text_count("at least %s tools are called: the %s busiest are judged, the "
                                   "other one is not",
        "at least %s tools are called: the %s busiest are judged, the other %s are not",
        (double)d->tools_more);
    struct arena a = {0};
    str_addf(s, w->store->source.series_cut ? least : some,
        format_exact_in(&a, (double)(d->tools_count + d->tools_more)),
        format_exact_in(&a, (double)d->tools_count), format_exact_in(&a, (double)d->tools_more));
    arena_finish(&a);
    return true;
}

// ---- the whole ---------------------------------------------------------------------------------

bool doubt_add_copies(struct str *s, const struct words *w)
{
    const struct diagnosis *d = w->diagnosis;
    if (d->copies <= 1) {
        return false;
    }
    str_addf(s,
        text_count(
            "every series is counted %d time, once for each %s: HA replicas of Prometheus that are "
            "not deduplicated. Traffic and request counts are %d times too high. Query an "
            "endpoint that deduplicates, or pick one replica: -l '%s=\"...\"'",
            "every series is counted %d times, once for each %s: HA replicas of Prometheus that "
            "are not deduplicated. Traffic and request counts are %d times too high. Query "
            "an endpoint that deduplicates, or pick one replica: -l '%s=\"...\"'",
            d->copies),
        d->copies, d->copies_label, d->copies, d->copies_label);
    return true;
}

static void add_stages_left_out(struct str *s, const struct plan *p)
{
    struct arena a = {0};
    str_addf(s,
        text_count("%s has %s values of the label %s, each a stage: only the first %s are shown "
                   "and judged, and %s more is not. Narrow them with -l",
            "%s has %s values of the label %s, each a stage: only the first %s are shown and "
            "judged, and %s more are not. Narrow them with -l",
            (double)p->stages_more),
        p->stages_metric, format_exact_in(&a, (double)(p->stages_count + p->stages_more)),
        p->stages_label, format_exact_in(&a, (double)p->stages_count),
        format_exact_in(&a, (double)p->stages_more));
    arena_finish(&a);
}

// Whether signal I is of another type than it is taken for, by its metadata or by its values.
static bool is_mistyped(const struct words *w, int i)
{
    const struct signal *signal = &w->plan->signals[i];
    const struct diagnosis *d = w->diagnosis;
    bool judged = signal->stage >= 0 && signal->stage < (int)d->stages_count &&
                  w->plan->stages[signal->stage].errors_signal == i;
    bool counted = signal->stage >= 0 && signal->stage < (int)d->stages_count &&
                   w->plan->stages[signal->stage].requests_signal == i;
    enum state state = judged                      ? d->stages[signal->stage].errors.state
                       : counted                   ? d->stages[signal->stage].traffic.state
                       : w->plan->tool_errors == i ? d->tool_errors.state
                                                   : STATE_OK;
    return !signal->deep &&
           (signal->presence == PRESENCE_MISTYPED || signal->limit_presence == PRESENCE_MISTYPED ||
               state == STATE_MISTYPED);
}

static void add_mistyped(struct str *s, const struct words *w, const struct signal *signal)
{
    struct arena a = {0};
    struct str metric;
    const char *grows = doubt_counter(&a, signal);
    const char *what = signal->what ? signal->what : _(signal_types[signal->kind].says);
    const char *place = signal->stage < 0
                            ? what
                            : arena_printf(&a, _("%s of %s"), what, phrase_name(w, signal->stage));
    if (grows) {
        str_addf(s,
            _("%s (%s): it only grows, so it is a counter and not a number per second. Name it "
              "without 'expr', or write rate(%s[5m])"),
            grows, place, grows);
        arena_finish(&a);
        return;
    }
    str_init(&metric);
    bool limit =
        signal->presence != PRESENCE_MISTYPED && signal->limit_presence == PRESENCE_MISTYPED;
    promql_add_name(&metric, limit ? signal->limit.metric : signal->source.metric);
    str_addf(s,
        limit ? _("%s (limit of %s): a counter, not a gauge, so it is no limit")
        : signal->presence != PRESENCE_MISTYPED ? _("%s (%s): it never reaches 1, so it is not a "
                                                    "counter and has no rate; if it already "
                                                    "is a number per second, write it under 'expr'")
        : instrument_is_counter(signal)
            ? _("%s (%s): a gauge, not a counter, so it has no rate; if it already is a number "
                "per second, write it under 'expr'")
            : _("%s (%s): a counter, not a gauge, so it does not say how much is in use"),
        metric.text, place);
    str_finish(&metric);
    arena_finish(&a);
}

// One stage or metric by itself is more than a query has room for.
static size_t count_unasked(const struct plan *p)
{
    const int firsts[] = {p->last, p->conduct, p->mixed, p->targets, p->replicas, p->places};
    size_t most = 0;
    for (size_t i = 0; p->resolved && i < sizeof firsts / sizeof *firsts; i++) {
        size_t left_out = parts_left_out(p, firsts[i]);
        most = left_out > most ? left_out : most;
    }
    return most;
}

bool doubt_add_limits(struct str *s, const struct words *w, int i)
{
    const struct plan *p = w->plan;
    if (p->stages_more > 0 && i-- == 0) {
        add_stages_left_out(s, p);
        return true;
    }
    for (size_t k = 0; k < p->signals_count; k++) {
        if (is_mistyped(w, (int)k) && i-- == 0) {
            add_mistyped(s, w, &p->signals[k]);
            return true;
        }
    }
    size_t machines = w->diagnosis->machines_left_out;
    if (machines > 0 && i-- == 0) {
        str_addf(s,
            text_count("CPU, memory and restarts of %zu workload are not looked at here: the query "
                       "would be too long. The page of a stage looks at its own",
                "CPU, memory and restarts of %zu workloads are not looked at here: the query would "
                "be too long. The page of a stage looks at its own",
                (double)machines),
            machines);
        return true;
    }
    size_t unasked = count_unasked(p);
    if (unasked > 0 && i-- == 0) {
        str_addf(s,
            text_count("%zu metric has matchers too long for one query: its targets, pods and "
                       "counter resets are not checked. Shorten them, or -l",
                "%zu metrics have matchers too long for one query: their targets, pods and "
                "counter resets are not checked. Shorten them, or -l",
                (double)unasked),
            unasked);
        return true;
    }
    return false;
}
