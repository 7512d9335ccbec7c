// The series of the stages: how they are named, how many there are, how fast they come and go.
#include <math.h>
#include <string.h>

#include "base/ascii.h"
#include "base/text.h"
#include "doctor/look.h"
#include "promql/name.h"
#include "words/format.h"

static const double VALUES_MANY = 20, VALUES_LEAK = 1000;
static const double SERIES_MANY = 10 * 1000, SHARE_LARGE = 0.2;
static const double CHURN_MOST = 3; // times an hour: a rollout is one

/** A metric of the user's own that the plan asks for. */
struct own_metric {
    const char *name; /**< without matchers */
    const struct signal *signal;
    bool base; /**< of a histogram or a Summary */
};

/** The I-th one, or false: there are no more. A name may come more than once. */
static bool own_metric(struct doctor *d, size_t i, struct own_metric *out)
{
    for (size_t k = 0; k < d->in->words.plan->signals_count; k++) {
        const struct signal *s = &d->in->words.plan->signals[k];
        bool of_plan = signal_types[s->kind].per == SIGNAL_PER_PLAN || s->deep;
        bool own = s->stage < 0 || look_is_own(d, s->stage);
        if (!of_plan && own && s->source.metric && i-- == 0) {
            const char *metric = s->source.metric;
            char *name = arena_strdup(&d->arena, metric);
            name[name_length(metric)] = '\0';
            *out = (struct own_metric){name, s, s->kind == SIGNAL_LATENCY && !s->source.count};
            return true;
        }
    }
    return false;
}

/** Whether NAME was seen among the first COUNT already. */
static bool is_repeated(struct doctor *d, size_t count, const char *name)
{
    struct own_metric other;
    for (size_t i = 0; i < count && own_metric(d, i, &other); i++) {
        if (strcmp(other.name, name) == 0) {
            return true;
        }
    }
    return false;
}

// ---- naming

static bool has_word(const char *name, const char *const *words)
{
    for (const char *p = name; *p;) {
        size_t len = strcspn(p, "_");
        if (len > 0 && names_have_word(words, p, len)) {
            return true;
        }
        p += len + (p[len] == '_');
    }
    return false;
}

/** What is wrong with NAME by the rules of Prometheus' naming; NULL: nothing. */
static const char *misnamed(struct doctor *d, const struct own_metric *m)
{
    static const char *const short_units[] = {
        "ms", "msec", "us", "usec", "ns", "sec", "secs", "min", "mins", "kb", "mb", "gb", NULL};
    static const char *const other_units[] = {"milliseconds", "microseconds", "nanoseconds",
        "minutes", "hours", "kilobytes", "megabytes", "percent", NULL};
    static const char *const types[] = {"gauge", "counter", "histogram", "summary", NULL};
    bool capital = false;
    for (const char *p = m->name; *p; p++) {
        capital = capital || ascii_lower(*p) != *p;
    }
    struct str stem;
    str_init(&stem);
    names_add_stem(&stem, m->name);
    bool bare = !strchr(stem.text, '_');
    str_finish(&stem);
    const char *says = capital                          ? _("%s is not in snake_case.")
                       : strchr(m->name, ':')           ? _("%s has a colon, which marks what "
                                                                      "recording rules make.")
                       : has_word(m->name, short_units) ? _("%s abbreviates its unit.")
                       : has_word(m->name, other_units) ? _("%s is not in a base unit, such as "
                                                            "seconds, bytes or a ratio.")
                       : has_word(m->name, types)       ? _("%s names its type.")
                       : bare                           ? _("%s does not say which application it "
                                                                                      "is of.")
                                                        : NULL;
    return says ? arena_printf(&d->arena, says, m->name) : NULL;
}

static void check_naming(struct doctor *d)
{
    struct own_metric m;
    for (size_t i = 0; own_metric(d, i, &m); i++) {
        bool classic = name_classic_length(m.name, true) == strlen(m.name); // else OpenTelemetry's
        const char *what = classic && !is_repeated(d, i, m.name) ? misnamed(d, &m) : NULL;
        if (what) {
            look_found(d,
                (struct doctor_finding){.severity = DOCTOR_ADVICE,
                    .where = arena_printf(&d->arena, _("metric %s"), m.name),
                    .what = what,
                    .why =
                        _("Whoever reads it in a rule or a dashboard has to guess what it is, and "
                          "tools that go by names guess wrong."),
                    .fix = _("Name it APPLICATION_METRIC_UNIT, in base units, as in "
                             "kotaemon_retrieval_latency_seconds."),
                    .code = CODE("curl -s localhost:8000/metrics | promtool check metrics\n"),
                    .stage = m.signal->stage});
        }
    }
}

const struct doctor_check doctor_naming = {.name = "naming",
    .title = N_("metrics are named by application, metric and unit"),
    .of_stages = true,
    .run = check_naming};

// ---- counters

static bool ends_in(const char *name, const char *end)
{
    size_t len = strlen(name), n = strlen(end);
    return len >= n && strcmp(name + len - n, end) == 0;
}

static bool counts(const struct signal *s)
{
    return s->kind == SIGNAL_ERRORS || s->kind == SIGNAL_REQUESTS || s->kind == SIGNAL_CALLS ||
           s->kind == SIGNAL_TOOL_ERRORS;
}

static void check_counters(struct doctor *d)
{
    struct own_metric m;
    for (size_t i = 0; own_metric(d, i, &m); i++) {
        bool misses = counts(m.signal) && !ends_in(m.name, "_total") && !ends_in(m.name, "_count");
        bool wrong = m.base && ends_in(m.name, "_total");
        if ((misses || wrong) && !is_repeated(d, i, m.name)) {
            look_found(d,
                (struct doctor_finding){.severity = DOCTOR_ADVICE,
                    .where = arena_printf(&d->arena, _("metric %s"), m.name),
                    .what = misses ? _("It is a counter, and its name does not end in _total.")
                                   : _("It is no counter, and its name ends in _total."),
                    .why = misses
                               ? _("OpenMetrics demands it: newer client libraries add it, and the "
                                   "metric is then called otherwise than in your rules.")
                               : _("Readers and tools take it for a counter, and compute rates of "
                                   "it."),
                    .fix = _("Rename it where it is exported, and in rules and dashboards."),
                    .code =
                        misses ? arena_printf(&d->arena, "Counter(\"%s_total\", \"...\")\n", m.name)
                               : NULL,
                    .stage = m.signal->stage});
        }
    }
}

const struct doctor_check doctor_counters = {.name = "counters",
    .title = N_("counters end in _total"),
    .of_stages = true,
    .run = check_counters};

// ---- cardinality

static void find_label(struct doctor *d, const char *label, double values, bool of_stages)
{
    look_found(d,
        (struct doctor_finding){.severity = values >= VALUES_MANY ? DOCTOR_WARNING : DOCTOR_ADVICE,
            .where = arena_printf(&d->arena, _("label %s"), label),
            .what = arena_printf(&d->arena,
                of_stages ? text_count("On the metrics of the stages it has %s value.",
                                "On the metrics of the stages it has %s values.", values)
                          : text_count("It has %s value.", "It has %s values.", values),
                format_exact_in(&d->arena, values)),
            .why = _(
                "Each value is a series of its own, and of a histogram a dozen: memory grows with "
                "users and requests until the server dies, and rates of so few samples are noise."),
            .fix =
                _("Leave it out of the metric, and keep it in logs, traces or exemplars. A label "
                  "such as tool_name, with a few values, is fine."),
            .code = arena_printf(&d->arena,
                CODE(
                    "# in the service: a metric without the label %s\n"
                    "# until then, in the ServiceMonitor (metric_relabel_configs), if what is left "
                    "still "
                    "differs:\nspec:\n  endpoints:\n  - port: web\n    metricRelabelings:\n    - "
                    "{action: "
                    "labeldrop, regex: %s}\n"),
                label, label),
            .stage = -1});
}

/** Looks at the labels of the stages' jobs. Returns whether they are known. */
static bool judge_labels(struct doctor *d)
{
    const struct doctor_answer *answer = &d->in->answers[AUDIT_LABELS];
    if (answer->why) {
        look_unread(d, answer->why);
    }
    for (size_t i = 0; i < answer->batch.count; i++) {
        double values = look_value(&answer->batch.series[i]);
        if (values > 0) {
            find_label(d, look_label(&answer->batch.series[i], "ragtop_label"), values, true);
        }
    }
    return answer->asked && !answer->why;
}

static bool is_told(const struct batch *labels, const char *label)
{
    for (size_t i = 0; i < labels->count; i++) {
        if (strcmp(look_label(&labels->series[i], "ragtop_label"), label) == 0) {
            return true;
        }
    }
    return false;
}

static void find_large(struct doctor *d, const char *metric, double series, double all)
{
    const char *share = all > 0 ? format_in(&d->arena, format_percent, series / all) : NULL;
    look_found(
        d, (struct doctor_finding){.severity = DOCTOR_WARNING,
               .where = arena_printf(&d->arena, _("metric %s"), metric),
               .what = share ? arena_printf(&d->arena,
                                   _("It has %s series, %s of all that the server has."),
                                   format_exact_in(&d->arena, series), share)
                             : arena_printf(&d->arena, _("It has %s series."),
                                   format_exact_in(&d->arena, series)),
               .why = _("Queries over it are slow, and the server's memory goes with the number of "
                        "series."),
               .fix = _("See which of its labels has so many values, and leave that out or make it "
                        "coarser."),
               .code = arena_printf(&d->arena,
                   CODE("# by each label in turn\ncount(count by (LABEL) ({__name__=\"%s\"}))\n"),
                   metric),
               .stage = -1});
}

static void judge_series(struct doctor *d)
{
    const struct batch *b = &d->in->answers[AUDIT_SERIES].batch;
    for (size_t i = 0; i < b->count; i++) {
        double series = look_value(&b->series[i]);
        if (series >= SERIES_MANY) {
            find_large(d, look_label(&b->series[i], "__name__"), series, NAN);
        }
    }
}

/** Looks at what fills the whole server. */
static void judge_server(struct doctor *d, const struct list *tsdb)
{
    double all = NAN;
    for (size_t i = 0; i < tsdb->count; i++) {
        all = strcmp(list_text(tsdb, i, "what"), "head") == 0 ? list_number(tsdb, i, "value") : all;
    }
    for (size_t i = 0; i < tsdb->count; i++) {
        const char *what = list_text(tsdb, i, "what"), *name = list_text(tsdb, i, "name");
        double value = list_number(tsdb, i, "value");
        bool bad = names_have(audit_labels, name) && value >= VALUES_LEAK;
        if (strcmp(what, "label") == 0 && bad &&
            !is_told(&d->in->answers[AUDIT_LABELS].batch, name)) {
            find_label(d, name, value, false);
        } else if (strcmp(what, "metric") == 0 && value >= SERIES_MANY &&
                   value > SHARE_LARGE * all) {
            find_large(d, name, value, all);
        }
    }
}

static void check_cardinality(struct doctor *d)
{
    bool labels = judge_labels(d);
    const struct slot *slot = &d->in->words.store->slots[FEED_TSDB];
    if (slot->condition == CONDITION_ANSWERED && slot->data) {
        judge_server(d, slot->data);
    } else {
        judge_series(d);
    }
    if (!labels && (slot->condition != CONDITION_ANSWERED || !slot->data)) {
        look_list(d, FEED_TSDB); // says why
        look_lacks(d, _("nothing says which jobs serve the stages"));
    }
}

const struct doctor_check doctor_cardinality = {.name = "cardinality",
    .title = N_("no label has a value per user or request"),
    .run = check_cardinality};

// ---- churn

static void check_churn(struct doctor *d)
{
    const struct batch *b =
        look_answer(d, AUDIT_CHURN, _("the server does not count the series that are new"));
    for (size_t i = 0; b && i < b->count; i++) {
        double times = look_value(&b->series[i]);
        const char *job = look_label(&b->series[i], "job");
        if (times > CHURN_MOST) {
            look_found(d,
                (struct doctor_finding){.severity = DOCTOR_WARNING,
                    .where = look_at_job(d, job),
                    .what = arena_printf(&d->arena,
                        _("In the last hour %s as many new series came as it has."),
                        format_in(&d->arena, format_times, times)),
                    .why =
                        _("Series that live for minutes have no rates, and the server's memory and "
                          "index grow with every one of them."),
                    .fix = _("Either its pods keep restarting, or a label has a new value for each "
                             "request: look for both."),
                    .code = arena_printf(
                        &d->arena, "changes(process_start_time_seconds{job=\"%s\"}[1h])\n", job),
                    .stage = look_stage_of_job(d, job)});
        }
    }
}

const struct doctor_check doctor_churn = {
    .name = "churn", .title = N_("series live long"), .run = check_churn};
