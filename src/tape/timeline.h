/**
 * What one expression came to, at each moment for which it was asked: whatever moment or range is
 * asked for later is answered from it. Values stay the texts that the server wrote.
 */
#ifndef RAGTOP_TAPE_TIMELINE_H
#define RAGTOP_TAPE_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/index.h"
#include "base/str.h"

/** A moment that was asked for. */
struct asked_moment {
    int64_t t_ms;
    int fault; /**< whatever the caller calls the reply that was none; -1: there was one */
    size_t order;
};

struct kept_point {
    int64_t t_ms;
    size_t value; /**< where its text begins in the timeline's */
    size_t order;
};

struct kept_series {
    size_t metric;  /**< where its labels begin, as JSON, in the timeline's texts */
    bool histogram; /**< its values are native histograms */
    struct kept_point *points;
    size_t count, cap;
};

/** Zeroed means empty; free with timeline_finish(). */
struct timeline {
    struct str texts; /**< each with a NUL behind it */
    struct index index;
    struct kept_series *series;
    size_t series_count, series_cap;
    struct asked_moment *moments;
    size_t moments_count, moments_cap;
    size_t order;
    bool scalar; /**< what it comes to is a number without labels */
    bool settled;
    int64_t usual_gap_ms; /**< between two moments */
};

/**
 * Adds the answer of LEN bytes of BODY to the question from START_MS to END_MS every STEP_MS; 0:
 * to that of the one moment START_MS. False: it is no answer with samples, and nothing was added.
 */
bool timeline_add(struct timeline *t, const char *body, size_t len, int64_t start_ms,
    int64_t end_ms, int64_t step_ms);

/** Notes that instead of an answer to that there was FAULT, at least 0. */
void timeline_add_fault(
    struct timeline *t, int fault, int64_t start_ms, int64_t end_ms, int64_t step_ms);

/** What a timeline says of a moment. */
enum timeline_found {
    TIMELINE_KNOWN,   /**< an answer */
    TIMELINE_FAULT,   /**< there was a fault then */
    TIMELINE_NOTHING, /**< nobody asked about then */
};

/**
 * Appends to OUT the body of an answer at AT_MS, that of the last moment asked for up to then. Of
 * what was asked again and again that is no older than twice the usual gap, or 15 s: a pause in the
 * recording is a gap. What was asked once in a while counts until it is asked again, and the first
 * answer before that, too. TIMELINE_FAULT: *FAULT is what there was.
 */
enum timeline_found timeline_instant(
    struct timeline *t, int64_t at_ms, struct str *out, int *fault);

/**
 * The same of a range, at most 11,000 steps long: a step of which nothing is known has no sample.
 * TIMELINE_FAULT: there is no step of which anything is known, and one with FAULT.
 */
enum timeline_found timeline_range(struct timeline *t, int64_t start_ms, int64_t end_ms,
    int64_t step_ms, struct str *out, int *fault);

void timeline_finish(struct timeline *t);

#endif
