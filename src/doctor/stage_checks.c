// The stages: whether what they export says what is asked of it.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "config/metric_key.h"
#include "diagnose/notable.h"
#include "doctor/look.h"
#include "plan/promql.h"
#include "series/dist.h"
#include "words/format.h"

enum { BUCKETS_LEAST = 5, EDGES_MOST = 16 };

static const double WIDE =
    4; // times its lower bound: a P95 in such a bucket may be either slow or not

static const struct stage *stage_at(const struct doctor *d, int i)
{
    return &d->in->words.plan->stages[i];
}

static const struct stage_diagnosis *of_stage(const struct doctor *d, int i)
{
    return &d->in->words.diagnosis->stages[i];
}

static int stages_of(const struct doctor *d)
{
    return (int)d->in->words.diagnosis->stages_count;
}

// ---- stages

// It was started just now where there are series, and no rate of them yet.
static bool has_series(const struct doctor *d, int i)
{
    const struct batch *served = &d->in->answers[AUDIT_SERVED].batch;
    for (size_t k = 0; k < served->count; k++) {
        const char *arm = look_label(&served->series[k], PROMQL_ARM);
        if (*arm && strtol(arm, NULL, 10) == i) {
            return true;
        }
    }
    return false;
}

static void check_stages(struct doctor *d)
{
    const struct store *store = d->in->words.store;
    if (*store->unmet) {
        look_found(
            d, (struct doctor_finding){.severity = DOCTOR_CRITICAL,
                   .where = _("configuration"),
                   .what = arena_strdup(&d->arena, store->unmet),
                   .why = _("There is nothing that could be judged."),
                   .fix = _("See what the server has of such a service, and take that as the "
                            "configuration."),
                   .code = CODE("ragtop discover --format yaml > my.yaml\n"),
                   .stage = -1});
    }
    for (int i = 0; i < stages_of(d); i++) {
        bool absent = plan_is_absent(d->in->words.plan, (size_t)i);
        if (absent || (of_stage(d, i)->latency.state == STATE_NO_DATA && !has_series(d, i))) {
            look_found(d,
                (struct doctor_finding){.severity = DOCTOR_CRITICAL,
                    .where = look_at_stage(d, i),
                    .what = arena_printf(&d->arena,
                        absent ? _("The server has no metric %s.") : _("%s has no samples."),
                        stage_at(d, i)->metric),
                    .why = _("Nothing is known of this stage, and an incident there goes unseen."),
                    .fix = absent
                               ? _("Compare the name with what the service exports.")
                               : _("See whether its targets are scraped, and whether the service "
                                   "still exports it."),
                    .code =
                        absent ? CODE("ragtop check   # the nearest name that there is\n") : NULL,
                    .stage = i});
        }
    }
}

const struct doctor_check doctor_stages = {
    .name = "stages", .title = N_("every stage has data"), .run = check_stages};

// ---- several processes behind one port

static const char multiprocess[] = CODE(
    "# every worker writes into one folder, and whichever answers adds them up\n"
    "import os\n"
    "from prometheus_client import CollectorRegistry, make_asgi_app, multiprocess\n"
    "\n"
    "os.environ.setdefault(\"PROMETHEUS_MULTIPROC_DIR\", \"/tmp/metrics\")  # empty at the start\n"
    "registry = CollectorRegistry()\n"
    "multiprocess.MultiProcessCollector(registry)\n"
    "app.mount(\"/metrics\", make_asgi_app(registry=registry))\n");

static void find_resets(
    struct doctor *d, const char *where, int stage, double resets, double samples, bool mixed)
{
    look_found(d,
        (struct doctor_finding){.severity = DOCTOR_CRITICAL,
            .where = where,
            .what = arena_printf(&d->arena,
                text_count("Its counters went back %s time in %s scrapes.",
                    "Its counters went back %s times in %s scrapes.", resets),
                format_exact_in(&d->arena, resets), format_exact_in(&d->arena, samples)),
            .why =
                mixed
                    ? _("Several processes answer behind one port, each with counters of its own: "
                        "no rate, quantile or share that is computed from them is true.")
                    : _("Several processes answer behind one port, or it keeps restarting: no "
                        "rate, quantile or share that is computed from them is true."),
            .fix = _("Have the processes count together, as with the multiprocess mode of "
                     "prometheus_client, or give each one a port and a target."),
            .code = multiprocess,
            .stage = stage});
}

static void check_processes(struct doctor *d)
{
    const struct diagnosis *of = d->in->words.diagnosis;
    for (int i = 0; i < stages_of(d); i++) {
        const struct stage_diagnosis *s = of_stage(d, i);
        if (s->distrust == DISTRUST_RESETS) {
            find_resets(d, look_at_stage(d, i), i, s->resets, s->samples, s->mixed);
        }
    }
    if (of->tool_resets > 0) {
        find_resets(d, _("tools"), -1, of->tool_resets, of->tool_samples, false);
    }
}

const struct doctor_check doctor_processes = {
    .name = "processes", .title = N_("counters only go up"), .run = check_processes};

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
    const struct stage *of = stage_at(d, stage);
    const struct reading *r = &of_stage(d, stage)->latency;
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
    double unit = stage_at(d, i)->to_seconds;
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

static void judge_buckets(struct doctor *d, int i)
{
    const struct matrix *live = &d->in->words.store->signals[stage_at(d, i)->latency_signal].live;
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
    } else {
        judge_quantile(d, i, &dist);
    }
}

static void check_buckets(struct doctor *d)
{
    for (int i = 0; i < stages_of(d); i++) {
        if (of_stage(d, i)->distrust == DISTRUST_NONE && stage_at(d, i)->kind == LATENCY_CLASSIC) {
            judge_buckets(d, i);
        }
        if (of_stage(d, i)->sum_broken) {
            look_found(
                d, (struct doctor_finding){.severity = DOCTOR_WARNING,
                       .where = look_at_stage(d, i),
                       .what = arena_printf(
                           &d->arena, _("The _sum of %s cannot be right."), stage_at(d, i)->metric),
                       .why = _("Without it there is no mean, and no share of a rise can be told."),
                       .fix = _("Observe only seconds that are above 0, and each request once."),
                       .stage = i});
        }
    }
}

const struct doctor_check doctor_buckets = {
    .name = "buckets", .title = N_("buckets lie where the latencies are"), .run = check_buckets};

// ---- quantiles

// Only the service computes the quantiles of a Summary, and it may not compute the one that counts.
static bool lacks_p95(const struct doctor *d, int i)
{
    const struct stage *s = stage_at(d, i);
    const struct matrix *live = &d->in->words.store->signals[s->latency_signal].live;
    struct dist dist;
    return s->kind == LATENCY_QUANTILES && dist_read(&dist, live, live->asked_last) &&
           dist.quantiles > 0 && isnan(dist_quantile(&dist, 0.95).value);
}

static void check_quantiles(struct doctor *d)
{
    for (int i = 0; i < stages_of(d); i++) {
        const struct stage *s = stage_at(d, i);
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

const struct doctor_check doctor_quantiles = {
    .name = "quantiles", .title = N_("the P95 of stages is known"), .run = check_quantiles};

// ---- units

static void find_unit(struct doctor *d, int i, enum unit_doubt doubt)
{
    const struct stage *s = stage_at(d, i);
    look_found(d,
        (struct doctor_finding){.severity = doubt == UNIT_FINE ? DOCTOR_ADVICE : DOCTOR_WARNING,
            .where = look_at_stage(d, i),
            .what = arena_printf(&d->arena,
                doubt == UNIT_FINE
                    ? _("The name of %s does not say its unit: seconds are assumed.")
                    : _("The name of %s does not say its unit, and its values do not look like "
                        "seconds."),
                s->metric),
            .why = _("If it is in milliseconds, everything that is shown is a thousand times too "
                     "large."),
            .fix = look_is_own(d, i)
                       ? _("Rename it with its unit, _seconds, or name the unit in the "
                           "configuration.")
                       : _("Name its unit in the configuration."),
            .code = arena_printf(&d->arena,
                CODE("stages:\n  - name: %s\n    latency: %s\n    unit: %s\n"), s->name,
                s->latency ? s->latency : s->metric, doubt == UNIT_FINE ? "s" : "ms"),
            .stage = i});
}

static void check_units(struct doctor *d)
{
    for (int i = 0; i < stages_of(d); i++) {
        const struct stage *s = stage_at(d, i);
        double named = s->latency ? metric_key_unit_of(s->metric) : 0;
        if (plan_is_absent(d->in->words.plan, (size_t)i) || s->latency_signal < 0) {
            continue; // that is said elsewhere
        }
        if (s->unit_guessed && s->latency && s->kind != LATENCY_NONE) {
            find_unit(d, i, notable_unit(of_stage(d, i), s));
        } else if (named > 0 && !s->unit_guessed && fabs(s->to_seconds / named - 1) > 1e-6) {
            look_found(d,
                (struct doctor_finding){.severity = DOCTOR_WARNING,
                    .where = look_at_stage(d, i),
                    .what = arena_printf(&d->arena,
                        _("The name of %s says another unit than the configuration."), s->metric),
                    .why =
                        _("If the name is right, everything that is shown of it is off by a factor "
                          "of a thousand."),
                    .fix = _("Leave out unit: in the configuration, or rename the metric."),
                    .stage = i});
        }
    }
}

const struct doctor_check doctor_units = {
    .name = "units", .title = N_("names of latencies say their unit"), .run = check_units};

// ---- errors

static const char *errors_code(struct doctor *d, int i)
{
    const struct stage *s = stage_at(d, i);
    struct str name;
    str_init(&name);
    names_add_stem(&name, s->metric);
    const char *code = arena_printf(&d->arena,
        CODE("errors = Counter(\"%s_errors_total\", \"Failed requests\")\n"
             "try:\n"
             "    ...\n"
             "except Exception:\n"
             "    errors.inc()\n"
             "    raise\n\n"
             "# configuration of ragtop\nstages:\n  - name: %s\n    latency: %s\n    errors: "
             "%s_errors_total\n"),
        name.text, s->name, s->latency ? s->latency : s->metric, name.text);
    str_finish(&name);
    return code;
}

static void find_no_errors(struct doctor *d, int i)
{
    look_found(d,
        (struct doctor_finding){
            .severity = stage_at(d, i)->parent < 0 ? DOCTOR_WARNING : DOCTOR_ADVICE,
            .where = look_at_stage(d, i),
            .what = _("It has no metric of errors."),
            .why = _("A stage that fails at once looks fast: nothing but its errors would tell."),
            .fix = _("Count what fails, and name that counter in the configuration."),
            .code = errors_code(d, i),
            .stage = i});
}

// Within one program what fails is counted at its entrance.
static bool is_within(const struct doctor *d, int i)
{
    const struct plan *p = d->in->words.plan;
    int parent = p->stages[i].parent;
    return parent >= 0 && plan_component(p, i) == plan_component(p, parent) &&
           !p->stages[i].separate && p->stages[parent].errors_signal >= 0;
}

static void find_others(struct doctor *d, const char *const *names, size_t count)
{
    look_found(d,
        (struct doctor_finding){.severity = DOCTOR_ADVICE,
            .where = _("stages"),
            .what = arena_printf(&d->arena,
                text_count("%s is of software that exports no metric of its errors.",
                    "%s are of software that exports no metric of their errors.", (double)count),
                names_in(&d->arena, names, NAMES_AND)),
            .why = _("A stage that fails at once looks fast: nothing but its errors would tell."),
            .fix = _("Count the failed calls where they are made, in what calls it."),
            .stage = -1});
}

static void check_errors(struct doctor *d)
{
    const char **others = arena_alloc(&d->arena, (size_t)stages_of(d) + 1, sizeof *others);
    size_t count = 0;
    for (int i = 0; i < stages_of(d); i++) {
        const struct stage *s = stage_at(d, i);
        const struct signal *errors =
            s->errors_signal >= 0 ? &d->in->words.plan->signals[s->errors_signal] : NULL;
        if (!errors && !look_is_own(d, i)) {
            others[count] = s->name;
            count += !is_within(d, i);
        } else if (!errors) {
            find_no_errors(d, i);
        } else if (errors->presence == PRESENCE_ABSENT && errors->source.metric) {
            look_found(d,
                (struct doctor_finding){.severity = DOCTOR_WARNING,
                    .where = look_at_stage(d, i),
                    .what = arena_printf(&d->arena,
                        _("The server has no metric %s, which is to count "
                          "its errors."),
                        errors->source.metric),
                    .why = _("Errors of this stage go unseen."),
                    .fix =
                        _("Compare the name with what the service exports. A counter with labels "
                          "only exists once it has counted: initialise it with 0."),
                    .code = CODE("errors.labels(stage=\"retrieval\").inc(0)   # at the start\n"),
                    .stage = i});
        }
    }
    others[count] = NULL;
    if (count > 0) {
        find_others(d, others, count);
    }
}

const struct doctor_check doctor_errors = {
    .name = "errors", .title = N_("the errors of every stage are counted"), .run = check_errors};
