/**
 * What a server knows of every name that is asked for, as documents.
 */
#ifndef RAGTOP_EXPORT_CHECKED_H
#define RAGTOP_EXPORT_CHECKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "series/store.h"

enum checked_state {
    CHECKED_THERE,
    CHECKED_DECLARED,    /**< no series yet, but a target declares it: it never counted anything */
    CHECKED_NO_FAILURES, /**< the name is there, and nothing that failed: that is how it should be
                          */
    CHECKED_ALTERNATIVE, /**< not there, but the expression has another one that is */
    CHECKED_UNMATCHED,   /**< the name is there, but its matchers choose no series */
    CHECKED_MISTYPED,    /**< a gauge that is used as a counter, or the reverse */
    CHECKED_ENDED,       /**< it had samples within the span, and has none now */
    CHECKED_MISSING,
    CHECKED_UNKNOWN, /**< the server did not tell */
    CHECKED_STATES,
};

/** What NOW of a name is. */
enum checked_now {
    CHECKED_NOTHING,
    CHECKED_P95,        /**< in seconds */
    CHECKED_MEAN,       /**< in seconds */
    CHECKED_MEAN_COUNT, /**< of what is no time */
    CHECKED_PER_SECOND, /**< of a counter */
    CHECKED_SUM,        /**< of a gauge */
    CHECKED_MOST,       /**< of a share */
    CHECKED_SECONDS,    /**< of a gauge that is a time */
    CHECKED_SHARE,      /**< of a gauge, 1 being all */
};

/** One name at one place of the configuration. Texts outlive it. */
struct checked_name {
    const char *stage;  /**< NULL: of none */
    const char *key;    /**< `latency`, `saturation.connections.used` */
    const char *metric; /**< as it is named, with its matchers */
    bool in_expression;
    enum checked_state state;
    double series;    /**< NaN: not known */
    const char *type; /**< what it is used as: "histogram"; NULL: not known */
    const char *unit; /**< "ms"; NULL: it has none, or it is not known */
    bool unit_guessed;
    bool is_share; /**< a queue, and by its name a share */
    enum checked_now now_is;
    double now, age_s;    /**< NaN: not known */
    const char *nearest;  /**< the nearest name that the server has; NULL: none is near */
    const char *recorded; /**< the recording rule by which its history is asked; NULL: none */
};

struct checked {
    const char *url;
    int64_t at_ms;
    const struct checked_name *names;
    size_t count;
    bool names_cut;            /**< the server has more names than were looked at for the nearest */
    const char *trouble;       /**< why something is not known; NULL: everything is */
    const struct store *store; /**< whose notes belong to it */
};

/** How many of the names are needed and cannot be used. */
size_t checked_missing(const struct checked *c);

/** Appends a table; WIDTH and ELLIPSIS as of columns_write(). */
void checked_add_table(struct str *s, const struct checked *c, int width, const char *ellipsis);

/** Appends JSON, or the same as YAML; the keys are a contract, see ragtop(1). */
void checked_add_json(struct str *s, const struct checked *c);
void checked_add_yaml(struct str *s, const struct checked *c);

#endif
