/**
 * What an Alertmanager makes of alerts: to whom they go, and which are silenced. All texts are fit
 * to be shown. Written by the poller, read by views.
 */
#ifndef RAGTOP_SERIES_ROUTING_H
#define RAGTOP_SERIES_ROUTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "series/labels.h"

enum {
    ROUTED_MAX = 4000,
    SILENCES_MAX = 2000, /**< those that expired are left out first */
    SILENCE_MATCHERS_MAX = 32,
};

struct silence_matcher {
    char *name, *value; /**< owned */
    bool regex, negative;
};

enum silence_state { SILENCE_ACTIVE, SILENCE_PENDING, SILENCE_EXPIRED };

/** Zeroed, it is empty and has no texts. */
struct silence {
    char *id;                         /**< NULL: it is not made yet; owned, as all texts */
    struct silence_matcher *matchers; /**< owned */
    size_t matchers_count, matchers_cap;
    int64_t starts_ms, ends_ms; /**< by the Alertmanager's clock */
    char *author, *comment;
    enum silence_state state;
    bool altered; /**< something of it is not as the Alertmanager has it: it was no good to show */
};

enum routed_state {
    ROUTED_UNPROCESSED, /**< it came just now */
    ROUTED_ACTIVE,      /**< its receivers are told */
    ROUTED_SUPPRESSED,  /**< silenced, inhibited or muted */
};

/** An alert as the Alertmanager has it. */
struct routed {
    struct labels labels;
    enum routed_state state;
    char *silence;    /**< the id of the first silence that holds it back; NULL: none */
    size_t silences;  /**< how many do */
    size_t inhibited; /**< by how many other alerts */
    char *muted;      /**< the first time interval that mutes it; NULL: none */
    char *receivers;  /**< `a, b` */
    char *print;      /**< by which groups name it; NULL: not told */
};

/** Alerts that a receiver is told of together, since they share LABELS. */
struct routed_group {
    char *receiver;
    struct labels labels;
    size_t alerts; /**< how many there are */
};

/** That an alert is in a group: an alert may be in several. */
struct routed_member {
    char *print;
    size_t group;
};

/** Zeroed, it is empty. */
struct routing {
    struct routed *alerts; /**< owned */
    size_t alerts_count, alerts_cap, alerts_left_out;
    struct silence *silences; /**< owned */
    size_t silences_count, silences_cap, silences_left_out;
    struct routed_group *groups; /**< owned */
    size_t groups_count, groups_cap;
    struct routed_member *members; /**< by group; owned */
    size_t members_count, members_cap;
    bool groups_known; /**< else there are none here, since nobody asked, or was answered */
};

/** Adds a matcher, whose texts are copied. False: there is no room. */
bool silence_add_matcher(
    struct silence *s, const char *name, const char *value, bool regex, bool negative);

/** Frees and empties; a zeroed one is accepted. */
void silence_finish(struct silence *s);
void routing_finish_alerts(struct routing *r);
void routing_finish_silences(struct routing *r);
void routing_finish_groups(struct routing *r);

struct routing_state;

/** Frees and empties; a zeroed one is accepted. */
void routing_state_finish(struct routing_state *s);

/** What it makes of an alert with LABELS: the Alertmanager may have more of them. NULL: it does not
 * have it. */
const struct routed *routing_find(const struct routing *r, const struct labels *labels);

/** The group I of those that the alert PRINT is in; NULL: there are no more. */
const struct routed_group *routing_group(const struct routing *r, const char *print, size_t i);

/** The silence of that ID; NULL: there is none. */
const struct silence *routing_silence(const struct routing *r, const char *id);

/** A number that stays with the silence of that ID; hardly ever is it that of another. */
int silence_index(const char *id);

/** What became of the last thing that the user had changed. */
enum order_state {
    ORDER_NONE,
    ORDER_SENT,
    ORDER_DONE,
    ORDER_REFUSED, /**< nothing was changed: see `order_why` */
    ORDER_UNKNOWN, /**< there was no answer: it may have been changed, or not */
};

enum { ROUTING_WHY_MAX = 400, ROUTING_URL_MAX = 200 };

/** How asking an Alertmanager goes. */
struct routing_state {
    bool asked;                /**< it is asked now: what is known is no older than that */
    bool known;                /**< there was one */
    char url[ROUTING_URL_MAX]; /**< where it is, fit to be shown; "": it is not found */
    char why[ROUTING_WHY_MAX]; /**< a clause: why there is no newer answer; "": there is */
    bool given;                /**< the user says where it is */
    bool denied;               /**< it wants credentials, or others */
    bool slow;                 /**< no answer came in time */
    struct routing routing;
    int64_t skew_ms; /**< its clock minus ours */
    enum order_state order;
    bool order_expires; /**< it is to end a silence */
    bool order_extends; /**< it is to change one that there is */
    bool order_anew;    /**< of ORDER_DONE: that one had ended, and another was made */
    bool order_read;    /**< the silences known were asked for after it */
    char order_why[ROUTING_WHY_MAX];
    char order_id[ROUTING_WHY_MAX]; /**< of ORDER_DONE: the silence that was made or changed */
};

#endif
