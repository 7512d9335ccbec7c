/**
 * The newest values of one series on a step grid. A slot is a whole multiple of the step since
 * the epoch; a slot nobody filled is NaN, and NaN stays a gap down to the pixel.
 */
#ifndef RAGTOP_SERIES_RING_H
#define RAGTOP_SERIES_RING_H

#include <stddef.h>
#include <stdint.h>

struct ring {
    double *values; /**< owned */
    size_t cap;
    int64_t head; /**< the newest slot it can hold values for */
    size_t top;   /**< where the value of HEAD is */
};

/** Holds the CAP slots up to HEAD, all NaN. */
void ring_init(struct ring *r, size_t cap, int64_t head);

/** Frees; a zeroed ring is accepted. */
void ring_finish(struct ring *r);

/** Sets SLOT, moving forward when it is newer than the head; too old slots are ignored. */
void ring_put(struct ring *r, int64_t slot, double value);

/** The value at SLOT, NaN outside. */
double ring_get(const struct ring *r, int64_t slot);

#endif
