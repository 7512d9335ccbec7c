/**
 * What expressions come to at one moment, T_MS, and what is computed of it. Private to scrape/.
 */
#ifndef RAGTOP_SCRAPE_VECTOR_H
#define RAGTOP_SCRAPE_VECTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "series/batch.h"
#include "series/labels.h"

/** A number, or a vector: series with one sample each. */
struct value {
    bool number;
    double n;
    struct batch v;
};

enum fold { FOLD_SUM, FOLD_MIN, FOLD_MAX, FOLD_AVG, FOLD_COUNT };

struct grouping {
    struct labels labels; /**< whose values do not matter */
    bool without;         /**< by all labels but these */
};

enum comparison {
    COMPARE_LEAST,
    COMPARE_MOST,
    COMPARE_EQUAL,
    COMPARE_OTHER,
    COMPARE_MORE,
    COMPARE_LESS,
};

/** Frees; V is zeroed, which is an empty vector. */
void vector_drop(struct value *v);

/** Adds to V a series of LABELS, which are copied, with the one sample N. */
struct batch_series *vector_add(
    struct value *v, const struct labels *labels, int64_t t_ms, double n);

/** The sample of S. */
double vector_of(const struct batch_series *s);

/** Adds the labels of FROM to OUT, but for the name. */
void vector_copy_nameless(struct labels *out, const struct labels *from);

/** Adds to OUT one series for each group BY that the vector FROM has. */
void vector_fold(struct value *out, enum fold fold, const struct grouping *by,
    const struct value *from, int64_t t_ms);

/** Replaces A by A op B, where OP is one of + - * and /; drops B. */
void vector_combine(struct value *a, char op, struct value *b, int64_t t_ms);

/** Keeps of the vector V the series that compare so with N. */
void vector_keep(struct value *v, enum comparison how, double n, int64_t t_ms);

/** Adds to A what of B has other labels than all of A. */
void vector_join(struct value *a, const struct value *b, int64_t t_ms);

#endif
