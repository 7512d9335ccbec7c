// The stages: whether what they export says what is asked of it.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "config/metric_key.h"
#include "diagnose/notable.h"
#include "doctor/look.h"
#include "plan/promql.h"
#include "words/format.h"

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
    for (int i = 0; i < look_stages(d); i++) {
        bool absent = plan_is_absent(d->in->words.plan, (size_t)i);
        if (absent || (look_diagnosis(d, i)->latency.state == STATE_NO_DATA && !has_series(d, i))) {
            look_found(d,
                (struct doctor_finding){.severity = DOCTOR_CRITICAL,
                    .where = look_at_stage(d, i),
                    .what = arena_printf(&d->arena,
                        absent ? _("The server has no metric %s.") : _("%s has no samples."),
                        look_stage(d, i)->metric),
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
    for (int i = 0; i < look_stages(d); i++) {
        const struct stage_diagnosis *s = look_diagnosis(d, i);
        if (s->distrust == DISTRUST_RESETS) {
            find_resets(d, look_at_stage(d, i), i, s->resets, s->samples, s->mixed);
        }
    }
    if (of->tool_resets > 0) {
        find_resets(d, _("tools"), -1, of->tool_resets, of->tool_samples, false);
    }
}

const struct doctor_check doctor_processes = {.name = "processes",
    .title = N_("counters only go up"),
    .of_stages = true,
    .run = check_processes};

// ---- units

static void find_unit(struct doctor *d, int i, enum unit_doubt doubt)
{
    const struct stage *s = look_stage(d, i);
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
    for (int i = 0; i < look_stages(d); i++) {
        const struct stage *s = look_stage(d, i);
        double named = s->latency ? metric_key_unit_of(s->metric) : 0;
        if (plan_is_absent(d->in->words.plan, (size_t)i) || s->latency_signal < 0) {
            continue; // that is said elsewhere
        }
        if (s->unit_guessed && s->latency && s->kind != LATENCY_NONE) {
            find_unit(d, i, notable_unit(look_diagnosis(d, i), s));
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

const struct doctor_check doctor_units = {.name = "units",
    .title = N_("names of latencies say their unit"),
    .of_stages = true,
    .run = check_units};

// ---- errors

static const char *errors_code(struct doctor *d, int i)
{
    const struct stage *s = look_stage(d, i);
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
            .severity = look_stage(d, i)->parent < 0 ? DOCTOR_WARNING : DOCTOR_ADVICE,
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
    const char **others = arena_alloc(&d->arena, (size_t)look_stages(d) + 1, sizeof *others);
    size_t count = 0;
    for (int i = 0; i < look_stages(d); i++) {
        const struct stage *s = look_stage(d, i);
        const struct signal *errors =
            s->errors_signal >= 0 ? &d->in->words.plan->signals[s->errors_signal] : NULL;
        bool calls = s->kind != LATENCY_NONE || s->requests; // of a GPU none can fail
        if (!errors && !calls) {
            continue;
        }
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

const struct doctor_check doctor_errors = {.name = "errors",
    .title = N_("the errors of every stage are counted"),
    .of_stages = true,
    .run = check_errors};
