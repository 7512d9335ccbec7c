// Latencies: whether their metrics tell them sharply enough.
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "doctor/look.h"
#include "series/dist.h"
#include "words/format.h"

enum { BUCKETS_LEAST = 5, EDGES_MOST = 16 };

static const double WIDE =
    4; // times its lower bound: a P95 in such a bucket may be either slow or not

// ---- buckets

/** `0.05, 0.1, 0.25`: bounds around SECONDS, by the steps of the metric's unit. */
static const char *bounds_around(struct doctor *d, double seconds, double to_seconds)
{
    static const double steps[] = {1, 2, 3, 5, 7.5};
    struct str s;
    str_init(&s);
    double from = seconds / 10, until = seconds * 12;
    int count = 0;
    for (double decade = pow(10, floor(log10(from))); decade < until; decade *= 10) {
        for (size_t k = 0; k < sizeof steps / sizeof *steps && count < EDGES_MOST; k++) {
            double bound = decade * steps[k];
            if (bound >= from && bound <= until) {
                str_addf(&s, "%s%g", count > 0 ? ", " : "", bound / to_seconds);
                count++;
            }
        }
    }
    return arena_take(&d->arena, &s);
}

static const char *histogram_code(struct doctor *d, int stage)
{
    const struct stage *of = look_stage(d, stage);
    const struct reading *r = &look_diagnosis(d, stage)->latency;
    double seconds = r->usual.centre > 0 ? r->usual.centre : r->now;
    if (!look_is_own(d, stage) || !(seconds > 0)) {
        return NULL;
    }
    return arena_printf(&d->arena,
        CODE("from prometheus_client import Histogram\n\n"
             "latency = Histogram(\"%s\", \"...\",\n"
             "    buckets=(%s))\n"),
        of->metric, bounds_around(d, seconds, of->to_seconds));
}

static void find_buckets(
    struct doctor *d, int stage, enum doctor_severity severity, const char *what, const char *why)
{
    look_found(d,
        (struct doctor_finding){.severity = severity,
            .where = look_at_stage(d, stage),
            .what = what,
            .why = why,
            .fix =
                look_is_own(d, stage)
                    ? _("Give the histogram buckets around the latencies that it has, or make it a "
                        "native histogram.")
                    : _("See whether this software lets buckets be configured, or exports native "
                        "histograms."),
            .code = histogram_code(d, stage),
            .stage = stage});
}

static void judge_quantile(struct doctor *d, int i, const struct dist *dist)
{
    double unit = look_stage(d, i)->to_seconds;
    struct dist_quantile q = dist_quantile(dist, 0.95);
    const char *low = format_in(&d->arena, format_seconds, q.low * unit);
    const char *high = format_in(&d->arena, format_seconds, q.high * unit);
    if (q.beyond) {
        find_buckets(d, i, DOCTOR_WARNING,
            arena_printf(&d->arena, _("Its P95 lies above the last bucket, which ends at %s."),
                format_in(&d->arena, format_seconds, q.value * unit)),
            _("How slow it is cannot be told: ten seconds and ten minutes look alike."));
    } else if (!look_is_own(d, i)) {
        return; // coarse buckets of other people's software are how it is
    } else if (q.value > 0 && q.low > 0 && q.high > WIDE * q.low) {
        find_buckets(d, i, DOCTOR_ADVICE,
            arena_printf(&d->arena, _("Its P95 lies in the bucket from %s to %s."), low, high),
            _("Nothing is known of where in between: it can become several times slower unseen."));
    } else if (q.value > 0 && !(q.low > 0)) {
        find_buckets(d, i, DOCTOR_ADVICE,
            arena_printf(&d->arena, _("Its P95 lies in the first bucket, which ends at %s."), high),
            _("Nothing is known but that it is faster than that."));
    }
}

/** Says so where the SLO of stage I is one that its P95 cannot be seen to break. */
static bool judge_slo(struct doctor *d, int i, const struct dist *dist, size_t bounds)
{
    const struct stage *s = look_stage(d, i);
    double end_s = bounds > 0 ? dist->le[bounds - 1] * s->to_seconds : INFINITY;
    if (!(s->slo_p95_s >= end_s)) {
        return false;
    }
    find_buckets(d, i, DOCTOR_WARNING,
        arena_printf(&d->arena, _("Its SLO is %s, and its last bucket ends at %s."),
            format_in(&d->arena, format_seconds, s->slo_p95_s),
            format_in(&d->arena, format_seconds, end_s)),
        _("A P95 is never seen above the last bucket: neither ragtop nor an alert can tell that "
          "the "
          "SLO is broken."));
    return true;
}

static void judge_buckets(struct doctor *d, int i)
{
    const struct matrix *live = &d->in->words.store->signals[look_stage(d, i)->latency_signal].live;
    struct dist dist;
    if (!dist_read(&dist, live, live->asked_last) || dist.buckets == 0) {
        return;
    }
    size_t bounds = dist.buckets - (dist.le[dist.buckets - 1] >= INFINITY);
    if (dist.mixed && !dist.by_sum) {
        find_buckets(d, i, DOCTOR_WARNING, _("Its targets have buckets of different bounds."),
            _("Added up, they are no distribution: quantiles of it mean nothing."));
    } else if (bounds < BUCKETS_LEAST) {
        find_buckets(d, i, DOCTOR_WARNING,
            arena_printf(&d->arena,
                text_count("It has only %zu bucket.", "It has only %zu buckets.", (double)bounds),
                bounds),
            _("A quantile is only known to lie somewhere within a bucket."));
    } else if (!judge_slo(d, i, &dist, bounds)) {
        judge_quantile(d, i, &dist);
    }
}

static void check_buckets(struct doctor *d)
{
    for (int i = 0; i < look_stages(d); i++) {
        if (look_diagnosis(d, i)->distrust == DISTRUST_NONE &&
            look_stage(d, i)->kind == LATENCY_CLASSIC) {
            judge_buckets(d, i);
        }
        if (look_diagnosis(d, i)->sum_broken) {
            look_found(
                d, (struct doctor_finding){.severity = DOCTOR_WARNING,
                       .where = look_at_stage(d, i),
                       .what = arena_printf(&d->arena, _("The _sum of %s cannot be right."),
                           look_stage(d, i)->metric),
                       .why = _("Without it there is no mean, and no share of a rise can be told."),
                       .fix = _("Observe only seconds that are above 0, and each request once."),
                       .stage = i});
        }
    }
}

const struct doctor_check doctor_buckets = {.name = "buckets",
    .title = N_("buckets lie where the latencies are"),
    .of_stages = true,
    .run = check_buckets};

// ---- quantiles

// Only the service computes the quantiles of a Summary, and it may not compute the one that counts.
static bool lacks_p95(const struct doctor *d, int i)
{
    const struct stage *s = look_stage(d, i);
    const struct matrix *live = &d->in->words.store->signals[s->latency_signal].live;
    struct dist dist;
    return s->kind == LATENCY_QUANTILES && dist_read(&dist, live, live->asked_last) &&
           dist.quantiles > 0 && isnan(dist_quantile(&dist, 0.95).value);
}

static void check_quantiles(struct doctor *d)
{
    for (int i = 0; i < look_stages(d); i++) {
        const struct stage *s = look_stage(d, i);
        const char *what = s->kind == LATENCY_MEAN
                               ? _("%s is a Summary without quantiles: only its mean is known.")
                           : lacks_p95(d, i) ? _("%s is a Summary without the quantile 0.95: only "
                                                 "its mean is judged.")
                           : s->kind == LATENCY_PAIR
                               ? _("%s is a counter of time: only the mean is known.")
                               : NULL;
        if (what) {
            look_found(d,
                (struct doctor_finding){
                    .severity = look_is_own(d, i) ? DOCTOR_WARNING : DOCTOR_ADVICE,
                    .where = look_at_stage(d, i),
                    .what = arena_printf(&d->arena, what, s->metric),
                    .why = _(
                        "A mean hides the slow requests: one in twenty may take ten times as long "
                        "and hardly move it."),
                    .fix = look_is_own(d, i)
                               ? _("Make it a Histogram. In Python a Summary never has quantiles.")
                               : _("See whether this software can export a histogram."),
                    .code = histogram_code(d, i),
                    .stage = i});
        }
    }
}

const struct doctor_check doctor_quantiles = {.name = "quantiles",
    .title = N_("the P95 of stages is known"),
    .of_stages = true,
    .run = check_quantiles};
