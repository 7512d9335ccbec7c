#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/names.h"
#include "base/status.h"
#include "base/text.h"
#include "cmd/check_ask.h"
#include "cmd/check_collect.h"
#include "cmd/commands.h"
#include "cmd/oneshot.h"
#include "export/checked.h"
#include "plan/promql.h"
#include "series/vocabulary.h"

/** Of a name that is needed and is not there; the server was asked. */
enum { STATUS_MISSING = 1 };

/** What is known in the end. */
struct outcome {
    struct check_list list;
    struct str trouble; /**< why something is not known */
    bool names_cut;
};

static bool counts_failures(const struct signal *s)
{
    return s && (s->kind == SIGNAL_ERRORS || s->kind == SIGNAL_TOOL_ERRORS ||
                    s->kind == SIGNAL_REJECTED ||
                    (s->declared && s->declared->form == SIGNAL_FORM_PART));
}

static void ask_numbers(struct watch *w, struct outcome *o)
{
    struct check_list *list = &o->list;
    struct check_number *numbers = mem_zalloc(4 * list->count + 1, sizeof *numbers);
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct check_entry *one = &list->items[i];
        struct arena *a = &list->arena;
        numbers[count++] =
            (struct check_number){arena_printf(a, "count(%s)", one->selector), &one->name.series};
        numbers[count++] = (struct check_number){
            arena_printf(a, "max(timestamp(%s))", one->selector), &one->newest_s};
        if (one->value) {
            numbers[count++] = (struct check_number){arena_strdup(a, one->value), &one->name.now};
        }
        struct str labelled;
        str_init(&labelled);
        one->labelled = 1;
        if (counts_failures(one->signal) &&
            promql_add_labelled(&labelled, one->name.metric, w->plan.selector)) {
            one->labelled = 0;
            numbers[count++] =
                (struct check_number){arena_printf(a, "count(%s)", labelled.text), &one->labelled};
        }
        str_finish(&labelled);
    }
    check_ask(w, numbers, count, &o->trouble);
    free(numbers);
}

static const char *const suffixes[] = {"", "_count", "_bucket", "_sum"};

/** Whether WORDS have the name of METRIC, as it is or as a part of a histogram. */
static bool has_name(const struct vocabulary *words, const char *metric)
{
    size_t len = strcspn(metric, "{ ");
    bool has = false;
    for (size_t i = 0; words && !has && i < words->count; i++) {
        const char *word = words->words[i];
        for (size_t k = 0; !has && k < sizeof suffixes / sizeof *suffixes; k++) {
            has = strncmp(word, metric, len) == 0 && strcmp(word + len, suffixes[k]) == 0;
        }
    }
    return has;
}

static bool is_declared(const struct check_entry *one)
{
    const struct signal *s = one->signal;
    const char *metric = one->name.metric;
    return s && ((s->source.metric == metric && s->presence == PRESENCE_DECLARED) ||
                    (s->limit.metric == metric && s->limit_presence == PRESENCE_DECLARED));
}

static enum checked_state state_of(const struct check_entry *one, const struct vocabulary *words)
{
    const struct signal *s = one->signal;
    if (s && ((s->presence == PRESENCE_MISTYPED && s->source.metric == one->name.metric) ||
                 (s->limit_presence == PRESENCE_MISTYPED && s->limit.metric == one->name.metric))) {
        return CHECKED_MISTYPED;
    }
    if (one->name.series > 0) {
        return CHECKED_THERE;
    }
    if (is_declared(one)) {
        return CHECKED_DECLARED;
    }
    if (one->name.in_expression && s && s->alternatives && !plan_names_nothing(s)) {
        return CHECKED_ALTERNATIVE;
    }
    if (!has_name(words, one->name.metric)) {
        return CHECKED_MISSING;
    }
    bool matched = strchr(one->name.metric, '{') != NULL;
    bool may_fail = counts_failures(s) && one->labelled > 0;
    return !matched ? CHECKED_ENDED : may_fail ? CHECKED_NO_FAILURES : CHECKED_UNMATCHED;
}

// A latency is given by its BASE name.
static const char *nearest_in(
    struct arena *a, const char *metric, bool base, const struct vocabulary *words)
{
    char *name = mem_strndup(metric, strcspn(metric, "{ "));
    const char *found = names_nearest_metric(name, words->words, words->count);
    free(name);
    char *near = found ? arena_strdup(a, found) : NULL;
    for (size_t i = 0; near && base && i < sizeof suffixes / sizeof *suffixes; i++) {
        size_t len = strlen(near), end = strlen(suffixes[i]);
        bool ends = end > 0 && len > end && strcmp(near + len - end, suffixes[i]) == 0;
        near[ends ? len - end : len] = '\0';
    }
    return near;
}

// The names of the server are asked for only where one is looked for in vain.
static void settle(struct watch *w, struct outcome *o)
{
    const struct vocabulary *words = NULL;
    bool asked = false;
    int64_t at_ms = watch_moment(w, clock_now_ms());
    for (size_t i = 0; i < o->list.count; i++) {
        struct check_entry *one = &o->list.items[i];
        one->name.age_s = (double)at_ms / 1000 - one->newest_s;
        bool there = one->name.series > 0;
        if (!there && !asked && o->trouble.len == 0) {
            words = check_ask_names(w);
            asked = true;
            o->names_cut = words && words->cut;
            str_add(&o->trouble, words ? "" : _("the server does not list its metrics"));
        }
        one->name.state = there || words ? state_of(one, words) : CHECKED_UNKNOWN;
        if (one->name.state == CHECKED_MISSING) {
            one->name.nearest = nearest_in(&o->list.arena, one->name.metric, one->is_base, words);
        }
    }
}

static void look(struct watch *w, void *context)
{
    struct outcome *o = context;
    check_collect(&o->list, w);
    ask_numbers(w, o);
    for (size_t i = 0; i < o->list.count && o->trouble.len == 0; i++) {
        struct checked_name *name = &o->list.items[i].name;
        name->series = isnan(name->series) ? 0 : name->series; // it was asked, and nothing came
    }
    settle(w, o);
}

static int add_document(
    struct str *s, const struct config *config, const struct watch *w, const struct outcome *o)
{
    struct checked_name *names = mem_zalloc(o->list.count + 1, sizeof *names);
    size_t unknown = 0;
    for (size_t i = 0; i < o->list.count; i++) {
        names[i] = o->list.items[i].name;
        unknown += names[i].state == CHECKED_UNKNOWN;
    }
    const struct checked checked = {.url = w->config->source.url,
        .at_ms = watch_moment(w, clock_now_ms()),
        .names = names,
        .count = o->list.count,
        .names_cut = o->names_cut,
        .trouble = o->trouble.len > 0 ? o->trouble.text : NULL,
        .store = &w->store};
    if (config->format == FORMAT_JSON) {
        checked_add_json(s, &checked);
    } else if (config->format == FORMAT_YAML) {
        checked_add_yaml(s, &checked);
    } else {
        checked_add_table(s, &checked, oneshot_width(), config->ascii ? "~" : "…");
    }
    size_t missing = checked_missing(&checked);
    free(names);
    return missing > 0 ? STATUS_MISSING : unknown > 0 ? STATUS_UNKNOWN : 0;
}

static int tell(
    struct str *s, const struct config *config, const struct watch *w, const struct outcome *o)
{
    if (w->store.source.health == HEALTH_LOST) {
        oneshot_say(_("cannot reach %s: %s"), w->config->source.url, w->store.source.why);
        return STATUS_UNKNOWN;
    }
    if (o->list.count == 0) {
        oneshot_say("%s", *w->store.unmet ? w->store.unmet : _("there is nothing to check"));
        return STATUS_UNKNOWN;
    }
    return add_document(s, config, w, o);
}

int check_command(const struct config *config)
{
    struct oneshot o;
    struct outcome outcome = {0};
    struct str s, why;
    str_init(&s);
    str_init(&why);
    str_init(&outcome.trouble);
    int status = STATUS_USAGE;
    if (!oneshot_run_with(&o, config, look, &outcome, &why)) {
        fprintf(stderr, "ragtop: %s\n", why.text);
    } else {
        status = tell(&s, config, &o.watches[0], &outcome);
        status = oneshot_print(&s, N_("the check cannot be written: %s")) ? status : STATUS_UNKNOWN;
    }
    oneshot_finish(&o);
    check_finish(&outcome.list);
    str_finish(&outcome.trouble);
    str_finish(&s);
    str_finish(&why);
    return status;
}
