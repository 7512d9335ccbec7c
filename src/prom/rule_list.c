#include "prom/rule_list.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/utf8.h"
#include "prom/reading.h"

static const struct reading group_fields[] = {
    {"name", READING_TEXT, offsetof(struct rule_group, name)},
    {"file", READING_TEXT, offsetof(struct rule_group, file)},
    {"interval", READING_NUMBER, offsetof(struct rule_group, interval_s)},
    {"evaluationTime", READING_NUMBER, offsetof(struct rule_group, took_s)},
    {"lastEvaluation", READING_MOMENT, offsetof(struct rule_group, evaluated_ms)},
};

static const struct reading rule_fields[] = {
    {"name", READING_TEXT, offsetof(struct rule, name)},
    {"lastError", READING_TEXT, offsetof(struct rule, error)},
    {"labels", READING_LABELS, offsetof(struct rule, labels)},
    {"annotations", READING_LABELS, offsetof(struct rule, annotations)},
    {"evaluationTime", READING_NUMBER, offsetof(struct rule, took_s)},
    {"lastEvaluation", READING_MOMENT, offsetof(struct rule, evaluated_ms)},
    {"duration", READING_NUMBER, offsetof(struct rule, for_s)},
    {"keepFiringFor", READING_NUMBER, offsetof(struct rule, keep_firing_s)},
};

static const struct reading alert_fields[] = {
    {"annotations", READING_LABELS, offsetof(struct alert, annotations)},
    {"activeAt", READING_MOMENT, offsetof(struct alert, active_ms)},
    {"keepFiringSince", READING_MOMENT, offsetof(struct alert, held_ms)},
    {"value", READING_NUMBER, offsetof(struct alert, value)},
};

static enum rule_state state_at(const char *at)
{
    return json_is(at, "firing")     ? RULE_FIRING
           : json_is(at, "pending")  ? RULE_PENDING
           : json_is(at, "inactive") ? RULE_INACTIVE
                                     : RULE_UNEVALUATED;
}

static enum rule_health health_at(const char *at)
{
    return json_is(at, "ok")    ? RULE_HEALTH_OK
           : json_is(at, "err") ? RULE_HEALTH_ERROR
                                : RULE_HEALTH_UNKNOWN;
}

static bool begin(struct json_walk *w, const char *at, bool object)
{
    return at && json_walk_begin(w, at) && w->object == object;
}

static void add_alert(struct rule_set *out, const char *at, int rule)
{
    struct json_walk w;
    struct alert *a = begin(&w, at, true) ? rule_set_add_alert(out) : NULL;
    if (!a) {
        return;
    }
    a->rule = rule;
    while (json_walk_next(&w)) {
        if (json_is(w.key, "labels")) {
            a->altered = !reading_labels(&a->labels, w.at);
        } else if (json_is(w.key, "state")) {
            a->state = state_at(w.at);
        } else {
            reading_take(alert_fields, sizeof alert_fields / sizeof *alert_fields, a, w.key, w.at);
        }
        w.at = json_skip(w.at);
    }
}

static void add_alerts(struct rule_set *out, const char *at, int rule)
{
    struct json_walk w;
    bool any = begin(&w, at, false);
    while (any && json_walk_next(&w)) {
        add_alert(out, w.at, rule);
        w.at = json_skip(w.at);
    }
}

static void read_rule(struct rule *r, struct json_walk *w, const char **alerts)
{
    while (json_walk_next(w)) {
        if (json_is(w->key, "query")) {
            free(r->query);
            r->query = reading_text(w->at, RULE_QUERY_MAX, &r->query_cut);
        } else if (json_is(w->key, "state")) {
            r->state = state_at(w->at);
        } else if (json_is(w->key, "health")) {
            r->health = health_at(w->at);
        } else if (json_is(w->key, "alerts")) {
            *alerts = w->at;
        } else {
            reading_take(rule_fields, sizeof rule_fields / sizeof *rule_fields, r, w->key, w->at);
        }
        w->at = json_skip(w->at);
    }
}

static void add_rule(struct rule_set *out, const char *at, size_t group)
{
    struct json_walk w;
    const char *type = json_member(at, "type"), *alerts = NULL;
    bool alerting = type && json_is(type, "alerting");
    bool known = alerting || (type && json_is(type, "recording"));
    struct rule *r = known && begin(&w, at, true) ? rule_set_add_rule(out) : NULL;
    if (r) {
        r->group = group;
        r->alerting = alerting;
        read_rule(r, &w, &alerts);
        add_alerts(out, alerts, (int)out->rules_count - 1);
    }
}

static void add_group(struct rule_set *out, const char *at)
{
    struct json_walk w, each;
    struct rule_group *g = begin(&w, at, true) ? rule_set_add_group(out) : NULL;
    const char *rules = NULL;
    while (g && json_walk_next(&w)) {
        if (json_is(w.key, "rules")) {
            rules = w.at;
        } else {
            reading_take(group_fields, sizeof group_fields / sizeof *group_fields, g, w.key, w.at);
        }
        w.at = json_skip(w.at);
    }
    bool any = begin(&each, rules, false);
    while (any && json_walk_next(&each)) {
        add_rule(out, each.at, out->groups_count - 1);
        each.at = json_skip(each.at);
    }
}

enum prom_status prom_decode_rules(
    long status, const char *body, size_t len, struct rule_set *out, struct str *why)
{
    struct envelope e;
    struct json_walk w;
    envelope_init(&e, status, body, len);
    envelope_step(&e, len);
    enum prom_status judged = envelope_judge(&e, why);
    if (judged != PROM_OK) {
        return judged;
    }
    const char *data = e.parts[ENVELOPE_DATA].at, *groups = json_member(data, "groups");
    const char *token = json_member(data, "groupNextToken");
    // Go writes a list without anything as null
    bool empty = groups && strncmp(groups, "null", 4) == 0;
    if (!empty && !begin(&w, groups, false)) {
        str_setf(why, "%s", _("the answer lists nothing"));
        return PROM_FOREIGN;
    }
    while (!empty && json_walk_next(&w)) {
        add_group(out, w.at);
        w.at = json_skip(w.at);
    }
    out->more = out->more || (token && !json_is(token, ""));
    return PROM_OK;
}
