// The server itself: whether it runs what it was given, knows the time, and keeps enough.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/clock_in.h"
#include "base/text.h"
#include "doctor/look.h"

enum {
    SKEW_MOST_MS = 30 * 1000,
    LOOKING_MS = 6 * 1000, // every 5 seconds the server takes in what it found
    WEEK_DAYS = 8          // with the day that is compared
};

// ---- reload

static void check_reload(struct doctor *d)
{
    const struct list *runtime = look_list(d, FEED_RUNTIME);
    double good = runtime && runtime->count > 0 ? list_number(runtime, 0, "reloaded") : NAN;
    if (runtime && isnan(good)) {
        look_lacks(d, _("the server does not say whether its last reload went well"));
    }
    if (good == 0) {
        double at_ms = list_number(runtime, 0, "reloaded_ms");
        const char *since =
            isnan(at_ms) ? NULL : clock_local_in(&d->arena, (int64_t)at_ms, "%F %T");
        look_found(d,
            (struct doctor_finding){.severity = DOCTOR_CRITICAL,
                .where = _("server"),
                .what = since
                            ? arena_printf(&d->arena,
                                  _("The last reload of the configuration failed: what was read at "
                                    "%s is still in force."),
                                  since)
                            : _("The last reload of the configuration failed."),
                .why = _("Rules, targets and ServiceMonitors that were changed since then do not "
                         "exist for the server."),
                .fix = _(
                    "Check the configuration, fix it and reload; the server's log names the line."),
                .code = CODE("promtool check config /etc/prometheus/prometheus.yml\n"),
                .stage = -1});
    }
}

const struct doctor_check doctor_reload = {
    .name = "reload", .title = N_("the server runs its newest configuration"), .run = check_reload};

// ---- clock

static void check_clock(struct doctor *d)
{
    const struct source_state *source = &d->in->words.store->source;
    int64_t skew = source->skew_ms, off = skew < 0 ? -skew : skew;
    if (source->scraped) {
        look_lacks(d, _("there is no server: ragtop scrapes the target itself"));
    } else if (off >= SKEW_MOST_MS) {
        const char *by = clock_age_in(&d->arena, off);
        look_found(d,
            (struct doctor_finding){.severity = DOCTOR_WARNING,
                .where = _("server"),
                .what = arena_printf(&d->arena,
                    skew < 0 ? _("The server's clock is %s behind this machine's.")
                             : _("The server's clock is %s ahead of this machine's."),
                    by),
                .why = _(
                    "Its samples and alerts do not line up with logs, traces and deployments, and "
                    "silences begin and end at the wrong time."),
                .fix = _("Find out which of the two is wrong, and have it follow NTP."),
                .code = CODE("timedatectl timesync-status   # or: chronyc tracking\n"),
                .stage = -1});
    }
}

const struct doctor_check doctor_clock = {
    .name = "clock", .title = N_("the server's clock is right"), .run = check_clock};

// ---- retention

/** How long samples are kept by the words of the server, `15d or 50GiB`; 0: they do not say. */
static int64_t retention_of(struct doctor *d, const char *text)
{
    int64_t ms = 0;
    const char *at = text;
    while (*at) { // time and size in any order
        char *one = arena_strdup(&d->arena, at);
        char *end = strstr(one, " or ");
        if (end) {
            *end = '\0';
        }
        if (clock_parse_duration(one, &ms) && ms > 0) {
            return ms;
        }
        at += strlen(one) + (end ? strlen(" or ") : 0);
    }
    return 0;
}

static void find_short(struct doctor *d, int64_t kept_ms)
{
    look_found(d,
        (struct doctor_finding){
            .severity = kept_ms <= CLOCK_DAY_MS ? DOCTOR_WARNING : DOCTOR_ADVICE,
            .where = _("server"),
            .what = arena_printf(&d->arena,
                _("Samples are kept for %s only, and what is usual is learned from the days "
                  "before."),
                clock_length_in(&d->arena, kept_ms)),
            .why = kept_ms <= CLOCK_DAY_MS ? _("There is no earlier day to compare with: a slow "
                                               "hour is only compared with "
                                               "the hours before it.")
                                           : _("Fewer days tell less surely what is usual, and "
                                               "nothing is known of the same "
                                               "weekday."),
            .fix = _("Keep samples for 15 days, or have the server write to long-term storage and "
                     "query that."),
            .code =
                CODE("# prometheus\n--storage.tsdb.retention.time=15d\n# kube-prometheus: kind: "
                     "Prometheus\nspec:\n  retention: 15d\n"),
            .stage = -1});
}

static void find_young(struct doctor *d, int64_t oldest_ms)
{
    look_found(d,
        (struct doctor_finding){.severity = DOCTOR_ADVICE,
            .where = _("server"),
            .what = arena_printf(&d->arena,
                _("The oldest sample is %s old, and what is usual is learned from the days "
                  "before."),
                clock_age_in(&d->arena, oldest_ms)),
            .why = _(
                "Until it has been watched for a few days, a slow hour may pass for a usual one."),
            .fix = _("Time will fix that, unless the server lost its volume: its data have to "
                     "outlive its pod."),
            .code = CODE(
                "# kube-prometheus: kind: Prometheus\nspec:\n  storage:\n    "
                "volumeClaimTemplate:\n "
                "     spec:\n        resources:\n          requests:\n            storage: 50Gi\n"),
            .stage = -1});
}

static void check_retention(struct doctor *d)
{
    const struct list *runtime = look_list(d, FEED_RUNTIME);
    int64_t range_ms = d->in->config->baseline_range_ms, kept_ms = 0;
    range_ms = range_ms < WEEK_DAYS * CLOCK_DAY_MS ? range_ms : WEEK_DAYS * CLOCK_DAY_MS;
    const struct batch *oldest = look_answer(d, AUDIT_OLDEST, NULL);
    double oldest_s = oldest ? look_value(&oldest->series[0]) : NAN;
    if (runtime && runtime->count > 0) {
        kept_ms = retention_of(d, list_text(runtime, 0, "retention"));
    }
    if (kept_ms > 0 && kept_ms < range_ms) {
        find_short(d, kept_ms);
    } else if (oldest_s > 0 && oldest_s * 1000 < (double)range_ms) {
        find_young(d, (int64_t)(oldest_s * 1000));
    } else if (kept_ms == 0 && isnan(oldest_s)) {
        look_lacks(d, _("nothing says how far back the samples of this server go"));
    }
}

const struct doctor_check doctor_retention = {.name = "retention",
    .title = N_("samples are kept long enough to know what is usual"),
    .run = check_retention};

// ---- alertmanagers

// Whether it is known that there are no alerts that could be sent.
static bool alerts_nothing(const struct doctor *d)
{
    const struct slot *slot = &d->in->words.store->slots[FEED_RULES];
    const struct rule_set *rules = slot->condition == CONDITION_ANSWERED ? slot->data : NULL;
    return rules && !rules->more && rules->rules_left_out == 0 && rule_set_alerting(rules) == 0;
}

/** Of how many Alertmanagers the server itself tells; NaN: it does not. */
static double listed_alertmanagers(const struct doctor *d)
{
    const struct slot *slot = &d->in->words.store->slots[FEED_ALERTMANAGERS];
    const struct list *list = slot->condition == CONDITION_ANSWERED ? slot->data : NULL;
    return list ? (double)(list->count + list->left_out) : NAN;
}

// A server forgets them with each configuration that it reads, and looks for them after that.
static bool is_looking(const struct doctor *d)
{
    const struct slot *slot = &d->in->words.store->slots[FEED_RUNTIME];
    const struct list *runtime = slot->condition == CONDITION_ANSWERED ? slot->data : NULL;
    double at_ms = runtime && runtime->count > 0 ? list_number(runtime, 0, "reloaded_ms") : NAN;
    double ago_ms = (double)d->in->now_ms - at_ms;
    return ago_ms >= 0 && ago_ms < LOOKING_MS;
}

/** Of how many alerts are sent to; NaN, of which is said why: not known. */
static double count_alertmanagers(struct doctor *d)
{
    double listed = listed_alertmanagers(d);
    if (listed == 0 && is_looking(d)) {
        look_unread(d, _("the server has only just read its configuration: try again"));
        return NAN;
    }
    if (!isnan(listed)) {
        return listed;
    }
    const struct doctor_answer *counted = &d->in->answers[AUDIT_ALERTMANAGERS];
    bool absent = d->in->words.store->slots[FEED_ALERTMANAGERS].condition == CONDITION_ABSENT;
    if (counted->batch.count == 0 && !counted->why && !absent) {
        look_list(d, FEED_ALERTMANAGERS); // which says why there is none
        return NAN;
    }
    const struct batch *b = look_answer(
        d, AUDIT_ALERTMANAGERS, _("the server's own metrics are not scraped, which count them"));
    return b ? look_value(&b->series[0]) : NAN;
}

static void check_alertmanagers(struct doctor *d)
{
    if (count_alertmanagers(d) == 0) {
        look_found(d,
            (struct doctor_finding){.severity = alerts_nothing(d) ? DOCTOR_ADVICE : DOCTOR_CRITICAL,
                .where = _("server"),
                .what = _("The server sends its alerts to no Alertmanager."),
                .why = _("An alert that fires reaches nobody."),
                .fix = _("Name the Alertmanager in the server's configuration."),
                .code = CODE(
                    "# prometheus.yml\nalerting:\n  alertmanagers:\n  - static_configs:\n    - "
                    "targets: [\"alertmanager:9093\"]\n# kube-prometheus: kind: "
                    "Prometheus\nspec:\n "
                    " alerting:\n    alertmanagers:\n    - {namespace: monitoring, name: "
                    "alertmanager-main, port: web}\n"),
                .stage = -1});
    }
}

const struct doctor_check doctor_alertmanagers = {.name = "alertmanagers",
    .title = N_("alerts have somewhere to go"),
    .run = check_alertmanagers};

// ---- copies

static void check_copies(struct doctor *d)
{
    const struct diagnosis *of = d->in->words.diagnosis;
    if (of->copies > 1) {
        look_found(d,
            (struct doctor_finding){.severity = DOCTOR_WARNING,
                .where = _("server"),
                .what = arena_printf(&d->arena,
                    text_count(
                        "Every series is there %d time, once for each value of the label %s.",
                        "Every series is there %d times, once for each value of the label %s.",
                        of->copies),
                    of->copies, of->copies_label),
                .why = _(
                    "These are replicas of Prometheus that nothing deduplicates: rates and counts "
                    "are too high by that factor."),
                .fix =
                    _("Query an endpoint that deduplicates, such as Thanos Query with its replica "
                      "label, or look at one replica alone."),
                .code = arena_printf(&d->arena, "ragtop -l '%s=\"...\"'\n", of->copies_label),
                .stage = -1});
    }
}

const struct doctor_check doctor_copies = {.name = "copies",
    .title = N_("every series is there once"),
    .of_stages = true,
    .run = check_copies};
