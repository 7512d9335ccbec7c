/**
 * Answers that list things rather than samples: targets, alerts, rules.
 */
#ifndef RAGTOP_PROM_LISTING_H
#define RAGTOP_PROM_LISTING_H

#include "base/str.h"
#include "prom/envelope.h"
#include "series/list.h"

/** How a field of a thing is read. */
enum listing_kind {
    LISTING_TEXT,     /**< made fit to be shown */
    LISTING_NUMBER,   /**< a number, or a text that is one */
    LISTING_DURATION, /**< as Prometheus writes it, `15s`: in seconds */
    LISTING_BOOL,     /**< 1 or 0 */
    LISTING_MOMENT,   /**< RFC 3339: in milliseconds since the epoch; the year 1 is none */
};

/**
 * A field and where it is: the names of members with dots between, `labels.job`; of several such
 * paths with `|` between, the first that leads somewhere. "" is the thing itself.
 */
struct listing_field {
    const char *name, *path;
    enum listing_kind kind;
};

/**
 * Decodes the things in the array AT of the data (NULL: the data itself) in LEN bytes of BODY, with
 * a NUL behind them, into *OUT, which is to be empty: COUNT FIELDS of each, of MOST things. On any
 * status but PROM_OK, *WHY is a clause.
 */
enum prom_status prom_decode_listing(long status, const char *body, size_t len, const char *at,
    const struct listing_field *fields, size_t count, size_t most, struct list *out,
    struct str *why);

/**
 * The same of the object at AT itself, which becomes the one thing in *OUT: how a server is, say.
 */
enum prom_status prom_decode_object(long status, const char *body, size_t len, const char *at,
    const struct listing_field *fields, size_t count, struct list *out, struct str *why);

/**
 * The same of an object whose members are numbers under names that are not known beforehand: each
 * becomes a thing with the fields NAME and NUMBER, which live for ever.
 */
enum prom_status prom_decode_counts(long status, const char *body, size_t len, const char *at,
    const char *name, const char *number, size_t most, struct list *out, struct str *why);

#endif
