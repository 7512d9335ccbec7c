#include "unit/doctor/consult.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "unit/answered.h"

static void answer_lists(struct consult *c)
{
    consult_list(c, FEED_TARGETS, "{\"activeTargets\":[]}");
    consult_list(c, FEED_POOLS, "{\"scrapePools\":[]}");
    consult_list(c, FEED_DROPPED, "{\"droppedTargets\":[]}");
    consult_list(c, FEED_RULES, "{\"groups\":[]}");
    consult_list(c, FEED_RUNTIME,
        "{\"reloadConfigSuccess\":true,\"lastConfigTime\":\"2026-02-04T08:00:00Z\","
        "\"storageRetention\":\"15d\"}");
    consult_list(c, FEED_TSDB,
        "{\"headStats\":{\"numSeries\":1000},\"seriesCountByMetricName\":[],"
        "\"labelValueCountByLabelName\":[]}");
}

void consult_init(struct consult *c, const char *yaml)
{
    *c = (struct consult){0};
    world_init(&c->w, yaml);
    for (int a = 0; a < AUDITS; a++) {
        c->in.answers[a].asked = true;
    }
    c->in.config = &c->w.config;
    c->in.selectors = c->selectors;
    c->vocabulary = (struct vocabulary){.state = VOCABULARY_KNOWN, .words = c->names};
    c->in.names = &c->vocabulary;
    c->in.now_ms = WORLD_NOW_MS;
    answer_lists(c);
    if (strcmp(yaml, world_article) == 0) {
        world_calm(&c->w);
    }
}

void consult_finish(struct consult *c)
{
    for (int a = 0; a < AUDITS; a++) {
        batch_finish(&c->in.answers[a].batch);
    }
    for (size_t i = 0; i < c->vocabulary.count; i++) {
        free(c->names[i]);
    }
    doctor_finish(&c->d);
    world_finish(&c->w);
}

void consult_answer(struct consult *c, enum audit a, double value, const char *labels, ...)
{
    struct batch_series *s = batch_add(&c->in.answers[a].batch);
    va_list args;
    va_start(args, labels);
    for (const char *name = labels; name; name = va_arg(args, const char *)) {
        labels_set(&s->labels, name, va_arg(args, const char *));
    }
    va_end(args);
    batch_add_sample(s, WORLD_NOW_MS, value);
}

void consult_list(struct consult *c, enum feed_kind feed, const char *data)
{
    answered_data(&c->w.store, feed, data);
}

void consult_no_list(struct consult *c, enum feed_kind feed, const char *why)
{
    store_begin_slot(&c->w.store, (int)feed, 0);
    struct slot *slot = &c->w.store.slots[feed];
    slot->condition = why ? CONDITION_REFUSED : CONDITION_ABSENT;
    note_set(slot->why, why ? why : "");
}

void consult_selector(struct consult *c, const char *text, double series, double lately)
{
    assert_true(c->in.selectors_count < CONSULT_SELECTORS_MAX);
    c->selectors[c->in.selectors_count++] = (struct doctor_selector){text, series, lately};
}

void consult_name(struct consult *c, const char *name)
{
    assert_true(c->vocabulary.count < CONSULT_NAMES_MAX);
    c->names[c->vocabulary.count++] = mem_strdup(name);
}

void consult_run(struct consult *c)
{
    world_judge(&c->w);
    doctor_finish(&c->d);
    c->in.words = world_words(&c->w);
    doctor_run(&c->d, &c->in);
}

const struct doctor_finding *consult_found(
    const struct consult *c, const char *check, const char *text)
{
    struct str all;
    str_init(&all);
    for (size_t i = 0; i < c->d.findings_count; i++) {
        const struct doctor_finding *f = &c->d.findings[i];
        struct str said;
        str_init(&said);
        str_addf(
            &said, "%s: %s %s %s %s", f->where, f->what, f->why, f->fix, f->code ? f->code : "");
        bool is =
            strcmp(doctor_check_of(f->check)->name, check) == 0 && strstr(said.text, text) != NULL;
        str_addf(&all, "\n%s: %s", doctor_check_of(f->check)->name, said.text);
        str_finish(&said);
        if (is) {
            str_finish(&all);
            return f;
        }
    }
    fail_msg("%s does not find '%s' in:%s", check, text, all.text);
    return NULL;
}

static const struct doctor_outcome *outcome_of(const struct consult *c, const char *check)
{
    for (int i = 0; i < DOCTOR_CHECKS; i++) {
        if (strcmp(doctor_check_of((enum doctor_check_kind)i)->name, check) == 0) {
            return &c->d.outcomes[i];
        }
    }
    fail_msg("there is no check '%s'", check);
    return NULL;
}

void consult_sound(const struct consult *c, const char *check)
{
    const struct doctor_outcome *o = outcome_of(c, check);
    if (o->result != DOCTOR_SOUND || o->why) {
        consult_found(c, check, "nothing, as it should be sound");
    }
}

void consult_open(
    const struct consult *c, const char *check, enum doctor_result result, const char *why)
{
    const struct doctor_outcome *o = outcome_of(c, check);
    assert_int_equal(o->result, result);
    assert_non_null(o->why);
    if (!strstr(o->why, why)) {
        fail_msg("%s: %s", check, o->why);
    }
}
