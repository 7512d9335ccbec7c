// Rules that can never have a value: what they ask for does not exist.
#include <math.h>
#include <string.h>

#include "base/names.h"
#include "base/text.h"
#include "doctor/look.h"
#include "doctor/rule_text.h"
#include "plan/ruled.h"
#include "promql/need.h"

enum { NAMED_MOST = 5 };

// ---- what exists

static double told(const struct doctor *d, const char *text, bool lately)
{
    for (size_t i = 0; i < d->in->selectors_count; i++) {
        if (strcmp(d->in->selectors[i].text, text) == 0) {
            return lately ? d->in->selectors[i].lately : d->in->selectors[i].series;
        }
    }
    return NAN;
}

/** Whether it is known that nothing is chosen by TEXT, now or in the last day. */
static bool is_nothing(const struct doctor *d, const char *text)
{
    return told(d, text, false) == 0 && told(d, text, true) == 0;
}

/** The part of S for which there is nothing; NULL: there may be something. */
static const char *nothing_of(const struct doctor *d, const struct rule_selector *s)
{
    const char *found = is_nothing(d, s->whole)               ? s->whole
                        : s->place && is_nothing(d, s->place) ? s->place
                                                              : NULL;
    for (size_t i = 0; !found && i < s->labelled_count; i++) {
        found = is_nothing(d, s->labelled[i]) ? s->labelled[i] : NULL;
    }
    return found;
}

/** The label of S that no series of its metric has, where NOTHING is what that says; else NULL. */
static const char *label_of(const struct rule_selector *s, const char *nothing)
{
    const char *label = NULL;
    for (size_t i = 0; i < s->labelled_count; i++) {
        label = s->labelled[i] == nothing ? s->labels[i] : label;
    }
    return label;
}

// An alert that fires is no series of those that are scraped, and does not fire all the time.
static bool is_of_alerts(const char *name)
{
    static const char *const made[] = {"ALERTS", "ALERTS_FOR_STATE", NULL};
    return name && names_have(made, name);
}

static bool has(void *context, const char *selector)
{
    struct doctor *d = context;
    struct rule_selector s = rule_text_look(&d->arena, selector);
    return is_of_alerts(s.name) || !nothing_of(d, &s);
}

// ---- what a rule is about

// Of what bundles ask for, much is not there, and like much that is: only a typo is a mistake.
static const char *nearest(const struct doctor *d, const char *name, bool stocked)
{
    const struct vocabulary *v = d->in->names;
    return !v        ? NULL
           : stocked ? names_misspelt(name, v->words, v->count)
                     : names_nearest_metric(name, v->words, v->count);
}

/** Adds to OUT the labels that SELECTOR wants, where it is one of the metric NAME: those that are
 * there, or with ALL each. */
static void push_labels(
    struct doctor *d, struct name_list *out, const char *selector, const char *name, bool all)
{
    struct rule_selector s = rule_text_look(&d->arena, selector);
    for (size_t i = 0; s.name && strcmp(s.name, name) == 0 && i < s.labelled_count; i++) {
        if (all || told(d, s.labelled[i], false) > 0) {
            names_push(out, s.labels[i]);
        }
    }
}

/** The label most like LABEL, of those that the stages and other rules want of the metric NAME. */
static const char *nearest_label(struct doctor *d, const char *name, const char *label)
{
    const struct plan *p = d->in->words.plan;
    const struct slot *slot = &d->in->words.store->slots[FEED_RULES];
    const struct rule_set *rules = slot->data;
    struct name_list labels = {0}, selectors = {0};
    for (size_t i = 0; i < p->signals_count; i++) {
        const struct signal *s = &p->signals[i];
        bool there = s->presence != PRESENCE_ABSENT && s->presence != PRESENCE_UNLABELLED;
        if (s->source.metric && there) {
            push_labels(d, &labels, s->source.metric, name, true);
        }
    }
    for (size_t i = 0; i < rules->rules_count; i++) {
        if (strstr(rules->rules[i].query, name)) {
            need_selectors(&selectors, rules->rules[i].query);
        }
    }
    for (size_t i = 0; i < selectors.count; i++) {
        push_labels(d, &labels, selectors.items[i], name, false);
    }
    const char *near = names_nearest(label, labels.items, labels.count);
    near = near ? arena_strdup(&d->arena, near) : NULL;
    names_finish(&labels);
    names_finish(&selectors);
    return near;
}

/** What is not there for a rule. */
struct lacks {
    const char **nothing; /**< what was looked up; as many as NAMES, none of which is NULL */
    const char **names,
        **near; /**< the metrics; the nearest of those that are no metric, or NULL */
    size_t count;
    const char *label;  /**< for want of which alone there is none of it; NULL: not so */
    bool foreign;       /**< all of it is of components that bundles have rules for: */
    const char *family; /**< of these, by a word of their metrics, or their job */
    int stage;
};

/** Whether JOB, which has no series, is one of a bundle's, and no job that is scraped is called
 * like it. */
static bool is_job_unknown(struct doctor *d, const char *job)
{
    const struct slot *slot = &d->in->words.store->slots[FEED_TARGETS];
    const struct list *targets = slot->condition == CONDITION_ANSWERED ? slot->data : NULL;
    if (!job || !names_have_word(ruled_bundles, job, strcspn(job, "-_")) || !targets ||
        targets->count == 0 || targets->left_out > 0) {
        return false;
    }
    char **jobs = arena_alloc(&d->arena, targets->count, sizeof *jobs);
    for (size_t i = 0; i < targets->count; i++) {
        jobs[i] = arena_strdup(&d->arena, list_text(targets, i, "job"));
    }
    return !names_nearest(job, jobs, targets->count);
}

static void take_missing(struct doctor *d, struct lacks *l, const char *selector)
{
    struct rule_selector s = rule_text_look(&d->arena, selector);
    const char *nothing = nothing_of(d, &s), *name = s.name ? s.name : selector;
    const char *family = name + strspn(name, ":");
    size_t len = strcspn(family, "_:");
    bool unknown = s.name && nothing && strcmp(nothing, s.whole) == 0;
    bool elsewhere = s.place && nothing && strcmp(nothing, s.place) == 0;
    bool stocked = names_have_word(ruled_bundles, family, len);
    const char *near = unknown ? nearest(d, s.name, stocked) : NULL;
    int stage = s.name ? look_stage_of_metric(d, s.name) : -1;
    stage = stage < 0 && near ? look_stage_of_metric(d, near) : stage;
    bool absent = (unknown && stocked && !near) || (elsewhere && is_job_unknown(d, s.job));
    const char *label = label_of(&s, nothing);
    l->label = l->count == 0 || (label && l->label && strcmp(label, l->label) == 0) ? label : NULL;
    l->nothing[l->count] = nothing ? nothing : selector;
    l->names[l->count] = name;
    l->near[l->count] = near;
    l->count++;
    l->family = l->family ? l->family
                : unknown ? arena_printf(&d->arena, "%.*s", (int)len, family)
                          : s.job;
    l->foreign = l->foreign && absent && stage < 0;
    l->stage = l->stage >= 0 ? l->stage : stage;
}

static struct lacks lacks_of(struct doctor *d, const struct name_list *missing)
{
    struct lacks l = {.foreign = true, .stage = -1};
    l.nothing = arena_alloc(&d->arena, missing->count, sizeof *l.nothing);
    l.names = arena_alloc(&d->arena, missing->count, sizeof *l.names);
    l.near = arena_alloc(&d->arena, missing->count, sizeof *l.near);
    for (size_t i = 0; i < missing->count; i++) {
        take_missing(d, &l, missing->items[i]);
    }
    return l;
}

// ---- never fires

static const char *list_in(struct doctor *d, const char *const *texts, size_t count, bool near)
{
    const char **once = arena_alloc(&d->arena, count + 1, sizeof *once);
    size_t n = 0, others = 0;
    for (size_t i = 0; i < count; i++) {
        bool known = !texts[i];
        for (size_t k = 0; k < n && !known; k++) {
            known = strcmp(once[k], texts[i]) == 0;
        }
        if (!known && n < NAMED_MOST) {
            once[n++] = texts[i];
        } else {
            others += !known;
        }
    }
    return names_some(&d->arena, once, near ? NAMES_AND : NAMES_OR, others);
}

static const char *corrected(struct doctor *d, const struct rule *rule, const struct lacks *l)
{
    for (size_t i = 0; i < l->count; i++) {
        if (!l->near[i]) {
            return NULL;
        }
    }
    struct str s;
    str_init(&s);
    str_add(&s, "expr: ");
    size_t before = s.len;
    rule_text_replace(&s, rule->query, l->names, l->near, l->count);
    rule_text_fold(s.text + before); // two misspelt arms may have been meant to be the same
    s.len = strlen(s.text);
    str_addc(&s, '\n');
    return arena_take(&d->arena, &s);
}

static bool has_near(const struct lacks *l)
{
    bool any = false;
    for (size_t i = 0; i < l->count; i++) {
        any = any || l->near[i];
    }
    return any;
}

static bool is_recorded(const struct rule_set *rules, const struct lacks *l)
{
    bool any = false;
    for (size_t i = 0; i < rules->rules_count && !any; i++) {
        for (size_t k = 0; k < l->count; k++) {
            any = any ||
                  (!rules->rules[i].alerting && strcmp(rules->rules[i].name, l->names[k]) == 0);
        }
    }
    return any;
}

static const char *why_never(const struct rule *rule)
{
    return rule->alerting
               ? _("Whatever happens it is neither pending nor firing, and no error says so.")
               : _("Dashboards and alerts that ask for what it records see nothing, and no error "
                   "says so.");
}

/** Says that RULE never has a value, where it is one label that no series has. */
static void find_no_label(struct doctor *d, const struct rule *rule, const struct lacks *l)
{
    const char *names = list_in(d, l->names, l->count, false);
    const char *near = nearest_label(d, l->names[0], l->label);
    struct str code;
    str_init(&code);
    str_add(&code, "expr: ");
    rule_text_replace(&code, rule->query, &l->label, &near, near ? 1 : 0);
    str_addc(&code, '\n');
    look_found(
        d, (struct doctor_finding){
               .severity = rule->alerting && l->stage >= 0 ? DOCTOR_CRITICAL : DOCTOR_WARNING,
               .where = look_at_rule(d, rule),
               .what = arena_printf(&d->arena,
                   rule->alerting ? _("It can never fire: no series of %s has a label %s.")
                                  : _("It records nothing: no series of %s has a label %s."),
                   names, l->label),
               .why = why_never(rule),
               .fix = near ? arena_printf(&d->arena, _("The nearest label that it has: %s."), near)
                           : _("Compare its names and labels with what the service exports."),
               .code = near ? arena_take(&d->arena, &code) : NULL,
               .stage = l->stage});
    str_finish(&code);
}

static void find_never(struct doctor *d, const struct rule *rule, const struct lacks *l)
{
    if (l->label) {
        find_no_label(d, rule, l);
        return;
    }
    const char *nothing = list_in(d, l->nothing, l->count, false);
    const char *near = list_in(d, l->near, l->count, true);
    look_found(d,
        (struct doctor_finding){
            .severity = rule->alerting && l->stage >= 0 ? DOCTOR_CRITICAL : DOCTOR_WARNING,
            .where = look_at_rule(d, rule),
            .what = arena_printf(&d->arena,
                rule->alerting ? _("It can never fire: the server has no %s.")
                               : _("It records nothing: the server has no %s."),
                nothing),
            .why = why_never(rule),
            .fix = has_near(l) ? arena_printf(&d->arena,
                                     text_count("The nearest name that there is: %s.",
                                         "The nearest names that there are: %s.", (double)l->count),
                                     near)
                   : is_recorded(look_rules(d), l)
                       ? _("A recording rule is to make it, and has no value itself: fix that one.")
                       : _("Compare its names and labels with what the service exports."),
            .code = corrected(d, rule, l),
            .stage = l->stage});
}

static void find_stock(struct doctor *d, const struct name_list *rules, const struct name_list *of)
{
    const char *named = list_in(d, (const char *const *)rules->items, rules->count, true);
    const char *families = list_in(d, (const char *const *)of->items, of->count, true);
    look_found(d,
        (struct doctor_finding){.severity = DOCTOR_ADVICE,
            .where = _("rules"),
            .what = arena_printf(&d->arena,
                text_count("%zu rule asks for metrics of %s that this server does not have: %s.",
                    "%zu rules ask for metrics of %s that this server does not have: %s.",
                    (double)rules->count),
                rules->count, families, named),
            .why = _(
                "Such rules come in bundles, for components that are not installed or not scraped "
                "here, or for features that are not in use: they do no harm, but watch nothing."),
            .fix = _("Leave them, or switch them off in the bundle."),
            .code = CODE("# kube-prometheus-stack\ndefaultRules:\n  disabled: {ALERTNAME: true}\n"),
            .stage = -1});
}

static void push_family(struct name_list *list, const char *family)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i], family) == 0) {
            return;
        }
    }
    names_push(list, family);
}

static void say_unclear(struct doctor *d, size_t count)
{
    if (count > 0) {
        look_lacks(
            d, arena_printf(&d->arena,
                   text_count("the expression of %zu rule is not understood here",
                       "the expressions of %zu rules are not understood here", (double)count),
                   count));
    }
}

static void check_never_fires(struct doctor *d)
{
    const struct rule_set *rules = look_rules(d);
    struct name_list folded = {0}, families = {0};
    size_t unclear = 0;
    if (rules && d->in->selectors_why) {
        look_unread(d, d->in->selectors_why);
    }
    for (size_t i = 0; look_has_rules(d, rules) && i < rules->rules_count; i++) {
        const struct rule *rule = &rules->rules[i];
        struct name_list missing = {0};
        if (rule->state >= RULE_PENDING) {
            continue; // on series newer than those that were counted
        }
        enum need need = rule->query_cut ? NEED_UNKNOWN : need_judge(rule->query, has, d, &missing);
        struct lacks l = lacks_of(d, &missing);
        unclear += need == NEED_UNKNOWN;
        if (need == NEED_MISSED && l.foreign) {
            names_push(&folded, rule->name);
            push_family(&families, l.family);
        } else if (need == NEED_MISSED) {
            find_never(d, rule, &l);
        }
        names_finish(&missing);
    }
    say_unclear(d, unclear);
    if (folded.count > 0) {
        find_stock(d, &folded, &families);
    }
    names_finish(&folded);
    names_finish(&families);
}

const struct doctor_check doctor_never_fires = {
    .name = "rules-never-fire", .title = N_("rules ask for what exists"), .run = check_never_fires};
