/** The metrics that expressions of the configuration name. Private to poll/. */
#ifndef RAGTOP_POLL_LOOKUP_EXPR_H
#define RAGTOP_POLL_LOOKUP_EXPR_H

#include <stdint.h>

#include "base/str.h"
#include "poll/lookup.h"
#include "prom/decode.h"

/** Adds the lookup of all of them, if there are any. */
void lookup_look_at_expressions(struct poller *p);

/** Appends the selector of all of them. */
void lookup_add_expressions(struct str *s, const struct poller *p);

/** They are being asked for at NOW_MS. */
void lookup_expressions_asked(struct poller *p, int64_t now_ms);

/** NAMES are those that are there: the others are looked up, and what was missing and has come
 * needs no lookup any more. */
void lookup_take_expressions(struct poller *p, const struct prom_names *names);

/** Looks again, now and then, for what is missing. */
void lookup_renew_expressions(struct poller *p, int64_t now_ms);

#endif
