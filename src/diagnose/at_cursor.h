/**
 * A number judged by itself, for moments that are looked at and for the lines that charts draw:
 * without its interval, chance, or how long it lasts. What alarms is decided by diagnosis_run().
 */
#ifndef RAGTOP_DIAGNOSE_AT_CURSOR_H
#define RAGTOP_DIAGNOSE_AT_CURSOR_H

#include "diagnose/diagnosis.h"

/** What is usual, and from where on a number looks bad. NaN: not known, or no such line. */
struct bounds {
    double usual, warning, critical;
};

/** Of a latency, in seconds. */
struct bounds bounds_of_latency(const struct reading *r, const struct thresholds *t);

/** Of an error ratio. */
struct bounds bounds_of_errors(const struct reading *r, const struct thresholds *t);

/** Of what is used of LIMIT: full, and at the limit; where that is 0 there are no such lines. */
struct bounds bounds_of_pool(double limit, const struct thresholds *t);

/** Of the calls of a tool per question, usually USUAL. */
struct bounds bounds_of_calls(double usual, const struct thresholds *t);

/**
 * The requests that ERRORS are a share of, both per second, where COUNTED of them are. Where only
 * successes are counted, failures come on top, which shows once there are clearly more of them.
 * Requests that are not known (NaN) are not none.
 */
double errors_requests(double counted, double errors);

/** Makes R the number NOW beside the usual that R has, without a verdict. */
void at_cursor_number(struct reading *r, double now);

/** The same, judged as a latency, an error ratio, and a share of a limit. */
void at_cursor_latency(struct reading *r, double now, const struct thresholds *t);
void at_cursor_errors(struct reading *r, double now, const struct thresholds *t);
void at_cursor_pool(struct reading *r, double now, const struct thresholds *t);

/** Makes OUT a moment with RATE calls and QUESTIONS per second, in a window of WINDOW_S. */
void at_cursor_calls(struct tool_diagnosis *out, double rate, double questions, double window_s,
    const struct thresholds *t);

#endif
