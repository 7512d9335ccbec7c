#include <math.h>

#include "base/names.h"
#include "base/text.h"
#include "config/metric_key.h"
#include "diagnose/notable.h"
#include "words/clause.h"
#include "words/doubt.h"
#include "words/format.h"
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
    const char **names = arena_alloc(a, d->quantiles + 1, sizeof *names);
    for (size_t i = 0; i < d->quantiles; i++) {
        names[i] = arena_printf(a, "%g", d->quantile[i]);
    }
    str_addf(s,
        text_count("%s has the quantile %s, but no 0.95: its mean is judged. Make it a histogram "
                   "to see its P95.",
            "%s has the quantiles %s, but no 0.95: its mean is judged. Make it a histogram to see "
            "its P95.",
            (double)d->quantiles),
        metric, names_in(a, names, NAMES_AND));
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

static bool add_note(struct str *s, struct arena *a, const struct words *w, int stage, int i)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    const char *metric = w->plan->stages[stage].metric;
    bool said = w->diagnosis->verdict.condition != VERDICT_INCIDENT; // in the summary
    if (d->distrust != DISTRUST_NONE && !said && i-- == 0) {
        str_addf(s, _("%s: %s"), metric, doubt_reason(a, w, stage));
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
    if (notable_percent(d, w->plan) && i-- == 0) {
        str_addf(s, _("%s of %s is far above 1: if it is in percent, write unit: percent"),
            w->plan->signals[d->pool_signal].what, phrase_name(w, stage));
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
    return false;
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

bool doubt_add_limits(struct str *s, const struct words *w, int i)
{
    const struct plan *p = w->plan;
    if (p->stages_more > 0 && i-- == 0) {
        add_stages_left_out(s, p);
        return true;
    }
    if (p->resolved && p->last_stages < p->stages_count && i-- == 0) {
        str_addf(s,
            _("how long a stage has had no data is only known for the first %zu of %zu stages: the "
              "query would be too long"),
            p->last_stages, p->stages_count);
        return true;
    }
    if (p->targets_more > 0 && i-- == 0) {
        str_addf(s,
            text_count("%zu stage is not checked for targets that are down: the query would be too "
                       "long",
                "%zu stages are not checked for targets that are down: the query would be too long",
                (double)p->targets_more),
            p->targets_more);
        return true;
    }
    if (p->replicas_more > 0 && i-- == 0) {
        str_addf(s,
            text_count("%zu stage is not checked for replicas that complete nothing: the query "
                       "would be too long",
                "%zu stages are not checked for replicas that complete nothing: the query would "
                "be too long",
                (double)p->replicas_more),
            p->replicas_more);
        return true;
    }
    if (p->mixed_more > 0 && i-- == 0) {
        str_addf(s,
            text_count("%zu metric is not checked for several processes behind one port: the query "
                       "would be too long",
                "%zu metrics are not checked for several processes behind one port: the query "
                "would be too long",
                (double)p->mixed_more),
            p->mixed_more);
        return true;
    }
    if (p->conduct_more > 0 && i-- == 0) {
        str_addf(s,
            text_count(
                "%zu metric is not checked for frequent counter resets: the query would be too "
                "long",
                "%zu metrics are not checked for frequent counter resets: the query would be too "
                "long",
                (double)p->conduct_more),
            p->conduct_more);
        return true;
    }
    return false;
}
