/**
 * The rules that a server evaluates, and the alerts that came of them. All texts are fit to be
 * shown; one that was too long ends with an ellipsis.
 */
#ifndef RAGTOP_SERIES_RULE_SET_H
#define RAGTOP_SERIES_RULE_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "series/labels.h"

/** How much of them is kept; the set says what is left out. */
enum {
    RULE_TEXT_MAX = 4 * 1024,   /**< bytes of a label, an annotation, an error */
    RULE_QUERY_MAX = 32 * 1024, /**< bytes of an expression */
    RULE_LABELS_MAX = 64,       /**< of one rule or alert, and the same of annotations */
    RULE_GROUPS_MAX = 4000,
    RULES_MAX = 20 * 1000,
    RULE_ALERTS_MAX = 4000,
};

/** How an alert stands, and of a rule the worst of its alerts. */
enum rule_state {
    RULE_UNEVALUATED, /**< not known: it was not evaluated yet, or is a recording rule */
    RULE_INACTIVE,
    RULE_PENDING, /**< its condition holds, but not yet for long enough */
    RULE_FIRING,
};

/** How the last evaluation of a rule went. */
enum rule_health { RULE_HEALTH_UNKNOWN, RULE_HEALTH_OK, RULE_HEALTH_ERROR };

/** Rules that are evaluated together, one after the other. */
struct rule_group {
    char *name, *file;    /**< owned; "": not told */
    double interval_s;    /**< between evaluations; NaN: not told, as all numbers here */
    double took_s;        /**< by the last evaluation: beyond INTERVAL_S it cannot keep up */
    int64_t evaluated_ms; /**< when that was, by the server's clock; 0: not told, or never */
};

struct rule {
    size_t group;  /**< index into the set's */
    bool alerting; /**< else it records its value as a series, NAME */
    char *name;    /**< of a series, or the alert's; owned; "": not told, as all texts here */
    char *query;   /**< the PromQL; owned */
    bool query_cut;
    struct labels labels;      /**< that it adds */
    struct labels annotations; /**< as templates, with `{{ }}` */
    char *error;               /**< of the last evaluation; owned; "": it had none */
    enum rule_health health;
    double took_s;
    int64_t evaluated_ms; /**< 0: never */
    // of an alerting rule alone
    enum rule_state state;
    double for_s;         /**< how long the condition has to hold before it fires */
    double keep_firing_s; /**< how long it goes on firing afterwards; NaN: servers before 2.42 */
};

/** One alert: a series for which the condition of its rule holds, or held lately. */
struct alert {
    int rule;                  /**< index into the set's; -1: not known */
    struct labels labels;      /**< with `alertname` */
    struct labels annotations; /**< with everything filled in */
    bool altered;              /**< LABELS are not what the server has: they were no good to show */
    enum rule_state state;     /**< pending or firing */
    int64_t active_ms;         /**< since when the condition holds, by the server's clock; 0: ? */
    int64_t held_ms;           /**< since when it no longer does, and it fires on; 0: it does */
    double value;              /**< of the expression; NaN: not known */
};

/** Zeroed, it is empty. */
struct rule_set {
    struct rule_group *groups; /**< owned */
    size_t groups_count, groups_cap;
    struct rule *rules; /**< by group; owned */
    size_t rules_count, rules_cap;
    struct alert *alerts; /**< by rule; owned */
    size_t alerts_count, alerts_cap;
    size_t rules_left_out, alerts_left_out; /**< for which there was no room */
    bool more;                              /**< the server has more groups than it listed */
};

/** One more of each, zeroed but for numbers, which are NaN, and texts, which are ""; NULL: there is
 * no room. Valid until the next call. */
struct rule_group *rule_set_add_group(struct rule_set *set);
struct rule *rule_set_add_rule(struct rule_set *set);
struct alert *rule_set_add_alert(struct rule_set *set);

/** A number that stays with the alert that has LABELS; hardly ever is it that of another. */
int alert_index(const struct labels *labels);

/** How many alerting rules there are. */
size_t rule_set_alerting(const struct rule_set *set);

/** Frees and empties; a zeroed set is accepted. */
void rule_set_finish(struct rule_set *set);

#endif
