/**
 * How the last scrape of a target went, as the server lists it (feed/active_targets.c).
 */
#ifndef RAGTOP_DIAGNOSE_TARGET_STATE_H
#define RAGTOP_DIAGNOSE_TARGET_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "diagnose/diagnosis.h"
#include "series/list.h"

/** Worst last. */
enum target_state { TARGET_GOOD, TARGET_SLOW, TARGET_NEVER, TARGET_LATE, TARGET_DOWN };

/** Of target I at NOW_MS, by the server's clock. */
enum target_state target_state_of(const struct list *targets, size_t i, int64_t now_ms);

enum severity target_severity(enum target_state state);

/** How long ago the last scrape was, in seconds; NaN: there was none. */
double target_age_s(const struct list *targets, size_t i, int64_t now_ms);

/** How long it took; NaN: not known, or the server says what no scrape can take. */
double target_took_s(const struct list *targets, size_t i);

/** How long it may take: its time-out, where the server tells that, else its interval. */
double target_limit_s(const struct list *targets, size_t i);

/** The server's word: `up`, `down`, or `unknown`, also where it was never scraped. */
const char *target_health(const struct list *targets, size_t i, int64_t now_ms);

#endif
