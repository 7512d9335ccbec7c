/**
 * The series of a batch found by their labels, in about one comparison each.
 */
#ifndef RAGTOP_SCRAPE_SERIES_LOOKUP_H
#define RAGTOP_SCRAPE_SERIES_LOOKUP_H

#include <stdbool.h>

#include "base/index.h"
#include "series/batch.h"

/** To begin, zeroed but for OF, which outlives it and is still empty. */
struct series_lookup {
    struct index index;
    const struct batch *of;
    bool matches; /**< names do not count, as where PromQL matches vectors */
};

/** All series of B as they are now, by all labels but their names. */
struct series_lookup lookup_matches(const struct batch *b);

/** The series with LABELS; NULL: there is none. Valid until one is added to the batch. */
struct batch_series *lookup_find(const struct series_lookup *l, const struct labels *labels);

/** Has the series at AT of the batch found. */
void lookup_add(struct series_lookup *l, size_t at);

/** Frees; a zeroed one is accepted. */
void lookup_finish(struct series_lookup *l);

#endif
