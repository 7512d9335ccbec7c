/**
 * How many series of each metric are kept where there is not room for all: the room goes to the
 * metrics that have few, and those that have most are cut to the same number.
 */
#ifndef RAGTOP_SCRAPE_SHARE_H
#define RAGTOP_SCRAPE_SHARE_H

#include <stdbool.h>
#include <stddef.h>

struct share {
    size_t *sizes; /**< how many series a metric has */
    size_t count, cap;
    size_t each, spare; /**< so many are kept of one, and one more of the first SPARE */
};

/** Counts a series; it is the FIRST of its metric, or one more of the metric before. */
void share_count(struct share *s, bool first);

/** Divides ROOM among what was counted. */
void share_settle(struct share *s, size_t room);

/** Whether a metric's series that has so many BEFORE it is kept; asked of each once, in order. */
bool share_has(struct share *s, size_t before);

/** Frees; a zeroed one is accepted. */
void share_finish(struct share *s);

#endif
