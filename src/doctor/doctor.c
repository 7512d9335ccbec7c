#include "doctor/doctor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "base/text.h"
#include "config/component.h"
#include "doctor/look.h"
#include "doctor/rule_text.h"
#include "plan/promql.h"
#include "promql/need.h"

enum { STATUS_WARNING = 1, STATUS_CRITICAL = 2, STATUS_NOT_READ = 3, PODS_MOST = 200 };

static const struct doctor_check *const checks[DOCTOR_CHECKS] = {
#define DOCTOR(NAME, name) [DOCTOR_##NAME] = &doctor_##name,
#include "doctor/checks.def"
#undef DOCTOR
};

const struct doctor_check *doctor_check_of(enum doctor_check_kind kind)
{
    check(kind < DOCTOR_CHECKS);
    return checks[kind];
}

// The worst first, and what is about stages before the rest; else in the order of the checks.
static int by_severity(const void *a, const void *b)
{
    const struct doctor_finding *fa = a, *fb = b;
    bool sa = fa->stage >= 0, sb = fb->stage >= 0;
    int order = (fa->severity < fb->severity) - (fa->severity > fb->severity);
    order = order ? order : (sa < sb) - (sa > sb);
    order = order ? order : (fa->check > fb->check) - (fa->check < fb->check);
    order = order ? order : strcmp(fa->where, fb->where);
    return order ? order : strcmp(fa->what, fb->what);
}

void doctor_run(struct doctor *d, const struct doctor_input *in)
{
    *d = (struct doctor){.in = in};
    for (int i = 0; i < DOCTOR_CHECKS; i++) {
        d->current = (enum doctor_check_kind)i;
        checks[i]->run(d);
        if (checks[i]->of_stages && look_stages(d) == 0) {
            look_lacks(d, _("there is no stage"));
        }
        struct doctor_outcome *o = &d->outcomes[i];
        o->result = o->findings > 0 ? DOCTOR_FOUND : o->result;
    }
    if (d->findings_count > 1) {
        qsort(d->findings, d->findings_count, sizeof *d->findings, by_severity);
    }
}

size_t doctor_count(const struct doctor *d, enum doctor_severity severity)
{
    size_t count = 0;
    for (size_t i = 0; i < d->findings_count; i++) {
        count += d->findings[i].severity == severity;
    }
    return count;
}

size_t doctor_results(const struct doctor *d, enum doctor_result result)
{
    size_t count = 0;
    for (size_t i = 0; i < DOCTOR_CHECKS; i++) {
        count += d->outcomes[i].result == result;
    }
    return count;
}

int doctor_status(const struct doctor *d)
{
    return doctor_count(d, DOCTOR_CRITICAL) > 0   ? STATUS_CRITICAL
           : doctor_count(d, DOCTOR_WARNING) > 0  ? STATUS_WARNING
           : doctor_results(d, DOCTOR_UNREAD) > 0 ? STATUS_NOT_READ
                                                  : 0;
}

void doctor_finish(struct doctor *d)
{
    free(d->findings);
    arena_finish(&d->arena);
    *d = (struct doctor){0};
}

static bool push_once(struct name_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i], name) == 0) {
            return false;
        }
    }
    names_push(list, name);
    return true;
}

size_t doctor_places(struct audit_places *out, const struct batch *b)
{
    size_t left_out = 0;
    for (size_t i = 0; i < b->count; i++) {
        const char *job = look_label(&b->series[i], "job"), *pod = look_label(&b->series[i], "pod");
        if (*job) {
            push_once(&out->jobs, job);
        }
        if (*pod && out->pods.count < PODS_MOST) {
            push_once(&out->pods, pod);
        } else {
            left_out += *pod != '\0';
        }
    }
    return left_out;
}

static void push_parts(struct name_list *out, struct arena *a, const char *selector)
{
    struct rule_selector s = rule_text_look(a, selector);
    push_once(out, s.whole);
    if (s.place) {
        push_once(out, s.place);
    }
    for (size_t i = 0; i < s.labelled_count; i++) {
        push_once(out, s.labelled[i]);
    }
}

bool doctor_selectors(struct name_list *out, const struct rule_set *rules)
{
    struct arena a = {0};
    for (size_t i = 0; i < rules->rules_count && out->count < DOCTOR_SELECTORS_MAX; i++) {
        struct name_list own = {0};
        if (!rules->rules[i].query_cut && need_selectors(&own, rules->rules[i].query)) {
            for (size_t k = 0; k < own.count; k++) {
                push_parts(out, &a, own.items[k]);
            }
        }
        names_finish(&own);
    }
    arena_finish(&a);
    return out->count < DOCTOR_SELECTORS_MAX;
}

// ---- what checks see, and say

void look_found(struct doctor *d, struct doctor_finding f)
{
    struct doctor_outcome *o = &d->outcomes[d->current];
    if (o->findings == DOCTOR_FINDINGS_MAX) {
        o->left_out++;
        return;
    }
    o->findings++;
    f.check = d->current;
    mem_grow(&d->findings, d->findings_count, &d->findings_cap);
    d->findings[d->findings_count++] = f;
}

void look_unread(struct doctor *d, const char *why)
{
    struct doctor_outcome *o = &d->outcomes[d->current];
    if (o->result != DOCTOR_UNREAD) {
        o->result = DOCTOR_UNREAD;
        o->why = arena_strdup(&d->arena, why);
    }
}

void look_lacks(struct doctor *d, const char *why)
{
    struct doctor_outcome *o = &d->outcomes[d->current];
    if (o->result == DOCTOR_SOUND) {
        o->result = DOCTOR_LACKING;
        o->why = arena_strdup(&d->arena, why);
    }
}

static const void *slot_of(struct doctor *d, enum feed_kind feed)
{
    const struct store *store = d->in->words.store;
    const struct slot *slot = &store->slots[feed];
    if (store->source.scraped) {
        look_lacks(d, _("there is no server: ragtop scrapes the target itself"));
        return NULL;
    }
    switch (slot->condition) {
    case CONDITION_ANSWERED: return slot->data;
    case CONDITION_ABSENT:
        look_lacks(d, *store->source.server
                          ? arena_printf(&d->arena, _("%s does not tell"), store->source.server)
                          : _("this server does not tell"));
        return NULL;
    case CONDITION_REFUSED: look_unread(d, slot->why); return NULL;
    case CONDITION_ASKING: look_unread(d, _("no answer in time")); return NULL;
    }
    return NULL;
}

const struct list *look_list(struct doctor *d, enum feed_kind feed)
{
    return slot_of(d, feed);
}

const struct rule_set *look_rules(struct doctor *d)
{
    return slot_of(d, FEED_RULES);
}

const struct list *look_targets(struct doctor *d)
{
    const struct list *targets = look_list(d, FEED_TARGETS);
    if (targets && targets->left_out > 0) {
        look_lacks(d, arena_printf(&d->arena,
                          text_count("%s more target was not looked at",
                              "%s more targets were not looked at", (double)targets->left_out),
                          format_exact_in(&d->arena, (double)targets->left_out)));
    }
    return targets;
}

const struct batch *look_answer(struct doctor *d, enum audit a, const char *lacks)
{
    const struct doctor_answer *answer = &d->in->answers[a];
    if (d->in->words.store->source.scraped) {
        look_lacks(d, _("there is no server: ragtop scrapes the target itself"));
        return NULL;
    }
    if (answer->why) {
        look_unread(d, answer->why);
        return NULL;
    }
    if (!answer->asked || answer->batch.count == 0) {
        if (lacks) {
            look_lacks(d, lacks);
        }
        return NULL;
    }
    return &answer->batch;
}

double look_value(const struct batch_series *s)
{
    return s->count > 0 ? s->samples[s->count - 1].value : NAN;
}

const char *look_label(const struct batch_series *s, const char *name)
{
    const char *value = labels_get(&s->labels, name);
    return value ? value : "";
}

int look_stage_of_job(const struct doctor *d, const char *job)
{
    const struct batch *served = &d->in->answers[AUDIT_SERVED].batch;
    for (size_t i = 0; i < served->count; i++) {
        const char *arm = look_label(&served->series[i], PROMQL_ARM);
        size_t stage = strtoul(arm, NULL, 10);
        if (*arm && strcmp(look_label(&served->series[i], "job"), job) == 0 &&
            stage < d->in->words.plan->stages_count) {
            return (int)stage;
        }
    }
    return -1;
}

bool look_is_own(const struct doctor *d, int stage)
{
    const struct component *of = plan_component(d->in->words.plan, stage);
    return !of || strcmp(of->profile, "kotaemon") == 0; // it exports nothing that nobody put there
}

bool look_is_cluster(const struct doctor *d)
{
    const struct batch *served = &d->in->answers[AUDIT_SERVED].batch;
    bool any = d->in->answers[AUDIT_CONTAINERS].batch.count > 0;
    for (size_t i = 0; i < served->count && !any; i++) {
        any = *look_label(&served->series[i], "pod") != '\0';
    }
    return any;
}

const char *look_at_stage(struct doctor *d, int stage)
{
    return arena_printf(&d->arena, _("stage %s"), d->in->words.plan->stages[stage].name);
}

const char *look_at_job(struct doctor *d, const char *job)
{
    return arena_printf(&d->arena, _("job %s"), job);
}

const struct stage *look_stage(const struct doctor *d, int i)
{
    return &d->in->words.plan->stages[i];
}

const struct stage_diagnosis *look_diagnosis(const struct doctor *d, int i)
{
    return &d->in->words.diagnosis->stages[i];
}

int look_stages(const struct doctor *d)
{
    return (int)d->in->words.diagnosis->stages_count;
}

// ---- of rules

int look_stage_of_metric(struct doctor *d, const char *name)
{
    const struct plan *p = d->in->words.plan;
    struct str stem, own;
    str_init(&stem);
    str_init(&own);
    names_add_stem(&stem, name);
    int stage = -1;
    for (size_t i = 0; i < p->signals_count && stage < 0; i++) {
        const struct signal *s = &p->signals[i];
        if (s->source.metric && s->stage >= 0) {
            str_clear(&own);
            char *bare = arena_strdup(&d->arena, s->source.metric);
            bare[strcspn(bare, "{")] = '\0';
            names_add_stem(&own, bare);
            stage = strcmp(own.text, stem.text) == 0 ? s->stage : -1;
        }
    }
    str_finish(&stem);
    str_finish(&own);
    return stage;
}

const char *look_at_rule(struct doctor *d, const struct rule *rule)
{
    return arena_printf(
        &d->arena, rule->alerting ? _("alert %s") : _("recording rule %s"), rule->name);
}

bool look_has_rules(struct doctor *d, const struct rule_set *rules)
{
    if (rules && (rules->more || rules->rules_left_out > 0)) {
        look_unread(d, _("the server has more rules than were read"));
    }
    return rules && rules->rules_count > 0;
}
