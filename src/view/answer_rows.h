/**
 * The answer to the user's query as rows and lines: its series, the largest first, distinguished by
 * the labels in which they differ. Private to view/.
 */
#ifndef RAGTOP_VIEW_ANSWER_ROWS_H
#define RAGTOP_VIEW_ANSWER_ROWS_H

#include "series/query.h"
#include "view/trend.h"
#include "view/view.h"

/** So many series are listed at most; of the others it is said how many there are. */
enum { ANSWER_MOST = 300 };

struct answer_series {
    size_t index; /**< in the matrix, or the batch */
    const struct labels *labels;
    double value;             /**< the newest, or that under the cursor; NaN: none */
    double least, most, mean; /**< over the span */
};

struct answer {
    struct answer_series *series; /**< the largest first */
    size_t count;
    size_t total;     /**< that came */
    const bool *same; /**< of each label of the first that came: all have it */
    const struct labels *first;
    struct trend_grid grid; /**< of answers over the span */
};

/** The series of Q that the filter wants, at the cursor or now. Lives in A. */
struct answer answer_of(struct arena *a, const struct view_input *in, const struct query *q);

/** The name of one of them: the labels in which it differs from others, or with ALL all of them. */
const char *answer_name(
    struct arena *a, const struct answer *answer, const struct labels *labels, bool all);

/** Its values over the grid. */
double *answer_values(
    struct arena *a, const struct answer *answer, const struct matrix *m, size_t index);

/** Whether they are the buckets of one histogram. */
bool answer_is_histogram(const struct answer *answer, const struct matrix *m);

#endif
