/**
 * The answers to one query over time: a set of series on one step grid.
 *
 * It also knows which slots were asked for, so that "the server has nothing there" (a gap) and
 * "nobody asked yet" differ.
 */
#ifndef RAGTOP_SERIES_MATRIX_H
#define RAGTOP_SERIES_MATRIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "series/batch.h"
#include "series/ring.h"

enum { MATRIX_SERIES_MAX = 2000 };

/** What is as much or more was not measured, and is kept as missing. */
#define MATRIX_VALUE_MOST 1e30

/** Values that differ by less than this, relatively, are the same: floating point was summed. */
#define MATRIX_SAME 1e-6

/** What can be seen in a stretch of slots. */
enum matrix_shape {
    MATRIX_EMPTY,    /**< no sample */
    MATRIX_CONSTANT, /**< no series ever changes; all zero is one of these */
    MATRIX_VARYING,
};

/** What a series is within its query; for latencies see series/dist.h. */
enum part {
    PART_VALUE,  /**< none of the others: a plain number */
    PART_BUCKET, /**< label `le`, times the label `scale`: requests per second at most BOUND long */
    PART_SUM,    /**< label part="sum" */
    PART_COUNT,  /**< label part="count" */
    PART_REST,   /**< label part="rest": what SUM is not of the whole */
    PART_QUANTILE, /**< label `quantile`: the value of quantile BOUND */
    PART_USED,     /**< label part="used": of a resource */
    PART_LIMIT,    /**< label part="limit" */
    PART_FULLEST,  /**< label part="fullest": used / limit where that is the most */
    PART_PEAK,     /**< label part="peak": of a gauge in history, the highest since the slot before;
                      of a resource used / limit */
};

struct series {
    struct labels labels;
    uint64_t hash;
    const char *instance; /**< of LABELS, see labels_instance(); NULL: none */
    enum part part;
    double bound;
    struct ring ring;
};

struct matrix {
    int64_t step_ms;
    size_t slots;          /**< kept per series */
    struct series *series; /**< owned */
    size_t count, cap;
    int64_t asked_first, asked_last; /**< slots answered for; empty while first > last */
    unsigned dropped;                /**< how often series were let go of to make room */
    size_t series_max;               /**< that it may hold; 0: MATRIX_SERIES_MAX */
    int64_t swept;                   /**< the newest slot when room was last looked for */
    const char *pod_label;           /**< by which instances differ; NULL: none that is known */
    size_t left_out;                 /**< of the newest answer, series there was no room for */
    bool truncated;                  /**< more series came than it may hold: the rest was dropped */
};

/** Empty, for SLOTS values per series, STEP_MS apart. */
void matrix_init(struct matrix *m, int64_t step_ms, size_t slots);

/** Frees; a zeroed matrix is accepted. */
void matrix_finish(struct matrix *m);

/** Makes *OUT, which must be empty, a copy of M. */
void matrix_copy(struct matrix *out, const struct matrix *m);

/** The slot that AT_MS falls into (rounded down). */
int64_t matrix_slot(const struct matrix *m, int64_t at_ms);

/**
 * Takes in an answer for the slots FIRST to LAST. A series without a sample in a slot has a gap
 * there, and so has an infinite one. Samples outside the slots are ignored.
 */
void matrix_merge(struct matrix *m, const struct batch *b, int64_t first, int64_t last);

/**
 * Moves to a grid of SLOTS values STEP_MS apart, the newest of which is LAST. What is known within
 * it is kept where the step stays the same.
 */
void matrix_move(struct matrix *m, int64_t step_ms, int64_t last, size_t slots);

/** Whether SLOT was answered for. */
bool matrix_asked(const struct matrix *m, int64_t slot);

/** Whether any series has a value at SLOT. */
bool matrix_has_sample(const struct matrix *m, int64_t slot);

/** The shape of slots FIRST to LAST. */
enum matrix_shape matrix_shape(const struct matrix *m, int64_t first, int64_t last);

/** Whether A and B are the same value, or both missing. */
bool matrix_same(double a, double b);

/** Whether A and B have the same series with the same values in slots FIRST to LAST. */
bool matrix_agrees(const struct matrix *a, const struct matrix *b, int64_t first, int64_t last);

/** The series with exactly these labels, or NULL. */
const struct series *matrix_find(const struct matrix *m, const struct labels *labels);

/** What a series with the labels L is. Sets *BOUND for a bucket or a quantile. */
enum part matrix_part_of(const struct labels *l, double *bound);

/** Whether M has any series that is PART. */
bool matrix_has_part(const struct matrix *m, enum part part);

/** The value at SLOT of the first series that is PART; NaN when there is none. */
double matrix_part(const struct matrix *m, enum part part, int64_t slot);

/** The sum over all series at SLOT, ignoring gaps; NaN when all are gaps. */
double matrix_sum(const struct matrix *m, int64_t slot);

#endif
