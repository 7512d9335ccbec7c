/**
 * The newest values of one series on a step grid. A slot is a whole multiple of the step since
 * the epoch; a slot nobody filled is NaN, and NaN stays a gap down to the pixel.
 */
#ifndef RAGTOP_SERIES_RING_H
#define RAGTOP_SERIES_RING_H

#include <stddef.h>
#include <stdint.h>

struct ring {
    double *values; /**< those of the slots up to LAST that there is room for; owned */
    size_t held;    /**< how many these are */
    size_t top;     /**< where the value of LAST is */
    int64_t last;   /**< no newer slot has a value */
    int64_t head;   /**< the newest slot that was put */
    size_t cap;     /**< slots up to HEAD that count */
};

/** Holds the CAP slots up to HEAD, all NaN; what is NaN before or after all values takes no room.
 */
void ring_init(struct ring *r, size_t cap, int64_t head);

/** Frees; a zeroed ring is accepted. */
void ring_finish(struct ring *r);

/** Sets SLOT, moving forward when it is newer than the head; too old slots are ignored. */
void ring_put(struct ring *r, int64_t slot, double value);

/** The value at SLOT, NaN outside. */
double ring_get(const struct ring *r, int64_t slot);

#endif
