/**
 * What is configured and is not there: said at once, with what the server has instead. Private to
 * poll/.
 */
#ifndef RAGTOP_POLL_LOOKUP_H
#define RAGTOP_POLL_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/client.h"
#include "poll/schedule.h"

struct poller;

/** How far back a metric is looked for that has no samples now. */
enum { LOOKUP_DAYS = 7 };

/** What is asked next about a metric that is configured. */
enum lookup_step {
    LOOKUP_TYPE,        /**< whether a target declares it, a counter that never fired */
    LOOKUP_FAMILY,      /**< the same of its name without `_total` */
    LOOKUP_NEAR,        /**< names that begin as it does */
    LOOKUP_EARLIER,     /**< whether it was there within the last days */
    LOOKUP_ENDED,       /**< when it had its last sample */
    LOOKUP_LATER,       /**< of a moment in the past: whether it is there since */
    LOOKUP_ANYWHERE,    /**< names that begin as it does, beyond the selector */
    LOOKUP_LABELS,      /**< the labels of its series */
    LOOKUP_VALUES,      /**< the values of one of them */
    LOOKUP_EXPRESSIONS, /**< which of the metrics that expressions name are there */
    LOOKUP_DONE,
};

struct lookup {
    enum lookup_step step;
    bool asked;
    int signal;         /**< the first that it is of; -1: the metric whose label makes stages */
    const char *metric; /**< as it is configured, with its matchers; of the configuration; NULL:
                             its place is free */
    bool exists;        /**< for -1: a query has seen series of it, none of which has the label */
    bool missing;       /**< nothing of its name is there, whatever its matchers */
    bool pods;          /**< it is about the label that is to tell instances apart */
    bool declared;      /**< a target declares a family of its name, which has no `_total` */
    bool beyond;        /**< it is about the selector, which none of its series matches */
    bool unmatched;     /**< its name is there, but its matchers choose none of its series */
    char *ended;        /**< owned: the name that LOOKUP_ENDED asks about */
    char *nearest;      /**< owned; NULL: no name is near */
    char *label;        /**< owned: that LOOKUP_VALUES is about */
};

/** Whether the server tells what a metric is. */
enum lookup_types { TYPES_OPEN, TYPES_KNOWN, TYPES_REFUSED };

struct lookups {
    struct lookup *items; /**< owned; queries in flight know their places */
    size_t count, cap;
    enum lookup_types types;
    int64_t types_ms;       /**< when to ask about types again, after it had no time; 0: it had */
    int64_t expressions_ms; /**< when to look again for what expressions name; 0: never looked */
    bool checking;          /**< names are asked for again, as answers contradicted each other */
    bool checked;           /**< once is enough */
    int unmet_by;           /**< the signal whose lookup says why nothing matches, */
    bool unmet_fits;        /**< and knows of no matcher that does not fit */
    bool matchers_seen;     /**< what names exist was seen, and whether their matchers match */
};

/** Forgets all of them: the plan is another one. */
void lookup_drop(struct poller *p);

/** Names were learned: those that are missing are looked up, those that have come are let go of. */
void lookup_learn(struct poller *p);

/** Adds L, unless it is there already; takes its texts over. */
void lookup_open(struct poller *p, struct lookup l);

/** Presence of METRIC, which may be NULL, of SIGNAL was learned. */
void lookup_learn_of(struct poller *p, int signal, const char *metric, enum presence presence);

/** No series has the label that makes the stages; EXISTS: there are series without it. */
void lookup_stages(struct poller *p, bool exists);

/** Asks what is due. Returns whether anything is known that was not. */
bool lookup_run(struct poller *p, int64_t now_ms);

/** Whether anything is still to be found out. */
bool lookup_busy(const struct poller *p);

/** Takes in R as the answer about lookup ASK->index. */
void lookup_take(
    struct poller *p, const struct ask *ask, const struct http_reply *r, int64_t now_ms);

#endif
