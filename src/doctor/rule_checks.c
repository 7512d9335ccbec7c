// The rules of the server: whether they are evaluated as they should be, and look at the stages.
#include <math.h>
#include <string.h>

#include "base/names.h"
#include "base/text.h"
#include "doctor/look.h"
#include "doctor/rule_text.h"
#include "promql/expr.h"
#include "promql/need.h"
#include "promql/select.h"
#include "series/dist.h"
#include "words/format.h"

enum { RECORDED_DEPTH = 3 }; // rules that record what others have recorded

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

/** Whether the series of the two may be the same ones, by the labels that both say. */
static bool may_be_same(const struct selector *a, const struct selector *b)
{
    bool may = true;
    for (size_t i = 0; i < a->count; i++) {
        const struct matcher *m = &a->matchers[i];
        for (size_t k = 0; k < b->count && !m->regex && !m->negative; k++) {
            bool named =
                strcmp(m->name, "__name__") != 0 && strcmp(m->name, b->matchers[k].name) == 0;
            may = may && (!named || select_matches(&b->matchers[k], m->value));
        }
    }
    return may;
}

static bool may_choose(const char *selector, const char *metric)
{
    struct selector a, b;
    const char *at = selector;
    if (!select_parse(&a, &at)) {
        return true;
    }
    bool parsed = select_parse_metric(&b, metric);
    bool may = !parsed || (may_be_same(&a, &b) && may_be_same(&b, &a));
    select_finish(&a);
    if (parsed) {
        select_finish(&b);
    }
    return may;
}

static bool has_stem(const char *name, size_t len, const char *stem)
{
    struct str bare, own;
    str_init(&bare);
    str_init(&own);
    str_append(&bare, name, len);
    names_add_stem(&own, bare.text);
    bool same = strcmp(own.text, stem) == 0;
    str_finish(&bare);
    str_finish(&own);
    return same;
}

/** Whether SELECTOR, of metrics with STEM, may choose what S is read from. */
static bool is_read_by(const struct signal *s, const char *selector, const char *stem)
{
    const char *metric = s->source.metric;
    struct name_list names = {0};
    bool is =
        metric && has_stem(metric, strcspn(metric, "{"), stem) && may_choose(selector, metric);
    if (s->source.expr) {
        expr_names(&names, s->source.expr);
    }
    for (size_t i = 0; i < names.count && !is; i++) {
        is = has_stem(names.items[i], strlen(names.items[i]), stem);
    }
    names_finish(&names);
    return is;
}

static void mark(struct doctor *d, bool *stages, const char *query, int depth);

/** The same for one selector: also by way of a rule that records it. */
static void mark_selector(struct doctor *d, bool *stages, const char *selector, int depth)
{
    const struct plan *p = d->in->words.plan;
    const struct rule_set *rules = look_rules(d);
    const char *name = rule_text_look(&d->arena, selector).name;
    struct str stem;
    if (!name) {
        return;
    }
    str_init(&stem);
    names_add_stem(&stem, name);
    for (size_t i = 0; i < p->signals_count; i++) {
        const struct signal *s = &p->signals[i];
        if (s->stage >= 0 && !stages[s->stage]) {
            stages[s->stage] = is_read_by(s, selector, stem.text);
        }
    }
    str_finish(&stem);
    for (size_t i = 0; i < rules->rules_count && depth > 0; i++) {
        const struct rule *r = &rules->rules[i];
        if (!r->alerting && !r->query_cut && strcmp(r->name, name) == 0) {
            mark(d, stages, r->query, depth - 1);
        }
    }
}

/** Marks the STAGES that QUERY asks for a metric of. */
static void mark(struct doctor *d, bool *stages, const char *query, int depth)
{
    struct name_list selectors = {0};
    need_selectors(&selectors, query);
    for (size_t i = 0; i < selectors.count; i++) {
        mark_selector(d, stages, selectors.items[i], depth);
    }
    names_finish(&selectors);
}

static void find_no_alert(struct doctor *d, int stage, const char *what, const char *code)
{
    look_found(d,
        (struct doctor_finding){.severity = DOCTOR_ADVICE,
            .where = stage >= 0 ? look_at_stage(d, stage) : _("rules"),
            .what = what,
            .why = _("Nobody is called when a stage is slow or fails, unless someone is looking."),
            .fix = _("Alert on the latency and the errors of what the user waits for: ragtop rules "
                     "writes such rules for all stages."),
            .code = code,
            .stage = stage});
}

static void check_no_alerts(struct doctor *d)
{
    const struct plan *p = d->in->words.plan;
    const struct rule_set *rules = look_rules(d);
    if (!rules) {
        return;
    }
    bool *stages = arena_alloc(&d->arena, p->stages_count + 1, sizeof *stages), any = false;
    for (size_t i = 0; i < rules->rules_count; i++) {
        if (rules->rules[i].alerting && !rules->rules[i].query_cut) {
            mark(d, stages, rules->rules[i].query, RECORDED_DEPTH);
        }
    }
    size_t lacking = 0;
    for (size_t i = 0; i < p->stages_count; i++) {
        any = any || stages[i];
        stages[i] = stages[i] || p->stages[i].parent >= 0 || plan_is_absent(p, i);
        lacking += !stages[i];
    }
    if ((!any || lacking > 0) && (rules->more || rules->rules_left_out > 0)) {
        look_unread(d, _("the server has more rules than were read"));
    } else if (!any) {
        find_no_alert(d, -1,
            rule_set_alerting(rules) == 0 ? _("The server has no alerting rules.")
                                          : _("No alerting rule asks for a metric of the stages."),
            first_alert_code(d));
    }
    for (size_t i = 0; i < p->stages_count && any && !d->outcomes[d->current].why; i++) {
        if (!stages[i]) {
            find_no_alert(
                d, (int)i, _("No alerting rule asks for its metrics."), alert_code(d, (int)i));
        }
    }
}

const struct doctor_check doctor_no_alerts = {
    .name = "alerts", .title = N_("there are alerts on the stages"), .run = check_no_alerts};
