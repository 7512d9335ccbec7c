/**
 * The PromQL of alerts, see plan/ruleset.h: what they compare, and with what.
 */
#ifndef RAGTOP_PLAN_RULE_EXPR_H
#define RAGTOP_PLAN_RULE_EXPR_H

#include <stdint.h>

#include "base/str.h"
#include "plan/plan.h"

/** Appends the latency of STAGE in seconds, without labels: its P95, or what is known instead. */
void rule_add_latency(struct str *s, const struct plan *p, int stage);

/**
 * Appends whether that is more than TIMES its usual one and LEAST_S, and what it is then. Where the
 * P95 lies above the last bucket, which may be less than that, the mean is compared.
 */
void rule_add_slower(struct str *s, const struct plan *p, int stage, double times, double least_s);

/** Whether it has one. */
bool rule_has_latency(const struct plan *p, int stage);

/**
 * Appends the errors, or the requests, of STAGE per second over WINDOW_MS: by what is RECORDED
 * where that is true, else by the metrics.
 */
void rule_add_errors(
    struct str *s, const struct plan *p, int stage, int64_t window_ms, bool recorded);
void rule_add_requests(
    struct str *s, const struct plan *p, int stage, int64_t window_ms, bool recorded);

/**
 * Appends the requests per second of the busiest root, of those that count theirs, and not by the
 * calls of tools: what passes through several roots is one question. False: none does.
 */
bool rule_add_questions(struct str *s, const struct plan *p);

/** Appends how full the resource of SIGNAL is, as a share, by instance where that is known. */
void rule_add_fullness(struct str *s, const struct plan *p, const struct signal *signal);

/** Appends what NUMBER was OFFSET, "1d", before. */
void rule_add_before(struct str *s, const char *number, const char *offset);

/**
 * Appends the higher of the values that NUMBER had a day and a week ago, by the label BY (NULL:
 * over all); with NONE_IS_ZERO 0 where it had none.
 */
void rule_add_usual(struct str *s, const char *number, const char *by, bool none_is_zero);

/** Appends what NUMBER was a week ago, or where it had no value then, a day ago. */
void rule_add_then(struct str *s, const char *number);

/** The requests of STAGE as a signal by which a rule records them, where no other does. */
struct signal rule_requests_signal(int stage);

#endif
