/**
 * What requests other than queries came to, each time: lists of targets, rules, a target's own
 * page. And whatever a query came to that was no answer.
 */
#ifndef RAGTOP_TAPE_ANSWERS_KEPT_H
#define RAGTOP_TAPE_ANSWERS_KEPT_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "http/tap.h"

struct kept_answer {
    int64_t at_ms;
    enum http_outcome outcome;
    long status;
    size_t type, why, body; /**< where they begin in the texts; no type: an empty one */
    size_t body_len;
};

/** Zeroed means none; free with answers_finish(). */
struct answers {
    struct str texts;
    struct kept_answer *items;
    size_t count, cap;
};

/** Keeps REPLY of AT_MS, which is not before the last one; returns its place. One that is as the
 * last one shares its body. */
size_t answers_add(struct answers *a, int64_t at_ms, const struct tap_reply *reply);

/** Sets *OUT to the last one up to AT_MS, or else the first; there is one. Valid until more is
 * added. */
void answers_at(const struct answers *a, int64_t at_ms, struct tap_reply *out);

/** The same of the one at PLACE. */
void answers_get(const struct answers *a, size_t place, struct tap_reply *out);

void answers_finish(struct answers *a);

#endif
