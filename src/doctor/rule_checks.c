// The rules of the server: whether they are evaluated as they should be, and look at the stages.
#include <math.h>
#include <string.h>

#include "base/names.h"
#include "base/text.h"
#include "doctor/look.h"
#include "doctor/rule_text.h"
#include "promql/need.h"
#include "series/dist.h"
#include "words/format.h"

static const double LATE = 3;        // intervals: one may be skipped
static const double TIMES_USUAL = 3; // of a latency that nobody chose a limit for

// ---- evaluation

static int stage_of_rule(struct doctor *d, const struct rule *rule)
{
    struct name_list selectors = {0};
    int stage = -1;
    if (!rule->query_cut && need_selectors(&selectors, rule->query)) {
        for (size_t i = 0; i < selectors.count && stage < 0; i++) {
            struct rule_selector s = rule_text_look(&d->arena, selectors.items[i]);
            stage = s.name ? look_stage_of_metric(d, s.name) : -1;
        }
    }
    names_finish(&selectors);
    return stage;
}

static void check_rules_fail(struct doctor *d)
{
    const struct rule_set *rules = look_rules(d);
    for (size_t i = 0; look_has_rules(d, rules) && i < rules->rules_count; i++) {
        const struct rule *rule = &rules->rules[i];
        if (rule->health == RULE_HEALTH_ERROR) {
            int stage = stage_of_rule(d, rule);
            look_found(
                d, (struct doctor_finding){
                       .severity = rule->alerting && stage >= 0 ? DOCTOR_CRITICAL : DOCTOR_WARNING,
                       .where = look_at_rule(d, rule),
                       .what = arena_printf(&d->arena, _("Its evaluation fails: %s"),
                           *rule->error ? rule->error : _("the server gives no reason")),
                       .why = _("While it fails it neither fires nor records anything."),
                       .fix = strstr(rule->error, "many-to-many") ||
                                      strstr(rule->error, "duplicate series")
                                  ? _("Both sides have several series with the same labels: match "
                                      "on more "
                                      "labels, or aggregate one side first.")
                                  : _("Run its expression, and fix what the server refuses."),
                       .code = arena_printf(&d->arena, "%s\n", rule->query),
                       .stage = stage});
        }
    }
}

const struct doctor_check doctor_rules_fail = {.name = "rules-fail",
    .title = N_("rules are evaluated without errors"),
    .run = check_rules_fail};

static void find_group(struct doctor *d, const char *group, const char *what)
{
    look_found(d,
        (struct doctor_finding){.severity = DOCTOR_WARNING,
            .where = arena_printf(&d->arena, _("rule group %s"), group),
            .what = what,
            .why = _("Alerts of it come late or not at all, and what it records has gaps."),
            .fix = _("Split it up, lengthen its interval, or record what its expressions have in "
                     "common."),
            .code = "groups:\n- name: ...\n  interval: 1m\n",
            .stage = -1});
}

static void check_rules_slow(struct doctor *d)
{
    const struct rule_set *rules = look_rules(d);
    bool any = look_has_rules(d, rules);
    for (size_t i = 0; any && i < rules->groups_count; i++) {
        const struct rule_group *g = &rules->groups[i];
        double age_s = (double)(d->in->now_ms - g->evaluated_ms) / 1000;
        if (g->took_s > g->interval_s) {
            find_group(d, g->name,
                arena_printf(&d->arena, _("Its evaluation takes %s, and it is due every %s."),
                    format_in(&d->arena, format_seconds, g->took_s),
                    format_in(&d->arena, format_age, g->interval_s)));
        } else if (g->evaluated_ms > 0 && age_s > LATE * g->interval_s) {
            find_group(d, g->name,
                arena_printf(&d->arena, _("It was last evaluated %s ago, and it is due every %s."),
                    format_in(&d->arena, format_age, age_s),
                    format_in(&d->arena, format_age, g->interval_s)));
        }
    }
    const struct batch *missed = any ? look_answer(d, AUDIT_MISSED_GROUPS, NULL) : NULL;
    for (size_t i = 0; missed && i < missed->count; i++) {
        double count = look_value(&missed->series[i]);
        find_group(d, look_label(&missed->series[i], "rule_group"),
            arena_printf(&d->arena,
                text_count("In the last hour it missed %s evaluation.",
                    "In the last hour it missed %s evaluations.", count),
                format_exact_in(&d->arena, count)));
    }
}

const struct doctor_check doctor_rules_slow = {
    .name = "rules-slow", .title = N_("rules are evaluated in time"), .run = check_rules_slow};

// ---- alerts at all

/** Where the last bucket of stage I ends, in seconds; infinity: it has none. */
static double end_of_buckets(const struct doctor *d, int i)
{
    const struct stage *s = look_stage(d, i);
    const struct matrix *live = &d->in->words.store->signals[s->latency_signal].live;
    struct dist dist;
    if (s->kind != LATENCY_CLASSIC || !dist_read(&dist, live, live->asked_last)) {
        return INFINITY;
    }
    size_t bounds = dist.buckets;
    while (bounds > 0 && dist.le[bounds - 1] >= INFINITY) {
        bounds--;
    }
    return bounds > 0 ? dist.le[bounds - 1] * s->to_seconds : INFINITY;
}

// A quantile is never above the last bucket, and what is usual may be that of the mean.
static const char *alert_code(struct doctor *d, int i)
{
    const struct stage *s = look_stage(d, i);
    const struct stage_diagnosis *is = look_diagnosis(d, i);
    const struct signal *latency =
        s->latency_signal >= 0 ? &d->in->words.plan->signals[s->latency_signal] : NULL;
    if (s->parent >= 0 || !latency || !latency->shown || !(is->latency.usual.centre > 0)) {
        return NULL;
    }
    bool chosen = s->slo_p95_s > 0;
    double limit = chosen ? s->slo_p95_s : TIMES_USUAL * is->latency.usual.centre;
    bool mean = latency->mean && is->mean_usual > 0 &&
                (limit >= end_of_buckets(d, i) || (!chosen && is->statistic == STATISTIC_MEAN));
    limit = mean && !chosen ? TIMES_USUAL * is->mean_usual : limit;
    return arena_printf(&d->arena,
        CODE("groups:\n- name: ragtop-%s\n  rules:\n  - alert: StageSlow\n    expr: |-\n      "
             "(%s) > %.3g\n    for: 5m\n    labels: {severity: warning, stage: %s}\n    "
             "annotations: {summary: '%s is slow'}\n"),
        s->name, mean ? latency->mean : latency->shown, limit / s->to_seconds, s->name, s->name);
}

static const char *first_alert_code(struct doctor *d)
{
    const char *code = NULL;
    for (int i = 0; i < look_stages(d) && !code; i++) {
        code = alert_code(d, i);
    }
    return code;
}

static void check_no_alerts(struct doctor *d)
{
    const struct rule_set *rules = look_rules(d);
    if (!rules) {
        return;
    }
    size_t alerting = rule_set_alerting(rules);
    for (size_t i = 0; i < rules->rules_count; i++) {
        if (rules->rules[i].alerting && stage_of_rule(d, &rules->rules[i]) >= 0) {
            return;
        }
    }
    if (rules->more || rules->rules_left_out > 0) {
        look_unread(d, _("the server has more rules than were read"));
        return;
    }
    look_found(d,
        (struct doctor_finding){.severity = DOCTOR_ADVICE,
            .where = _("rules"),
            .what = alerting == 0 ? _("The server has no alerting rules.")
                                  : _("No alerting rule asks for a metric of the stages."),
            .why = _("Nobody is called when a stage is slow or fails, unless someone is looking."),
            .fix = _("Alert on the latency and the errors of what the user waits for: ragtop rules "
                     "writes such rules for all stages."),
            .code = first_alert_code(d),
            .stage = -1});
}

const struct doctor_check doctor_no_alerts = {
    .name = "alerts", .title = N_("there are alerts on the stages"), .run = check_no_alerts};
