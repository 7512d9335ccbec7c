/**
 * Moments and durations as arguments of a sentence, in an arena; valid as long as what is in it.
 */
#ifndef RAGTOP_BASE_CLOCK_IN_H
#define RAGTOP_BASE_CLOCK_IN_H

#include <stdint.h>

#include "base/arena.h"

/** As clock_add_age(): `45 s`, `2 h 5 min`. */
const char *clock_age_in(struct arena *a, int64_t ms);

/** As clock_add_length(): `5 min`. */
const char *clock_length_in(struct arena *a, int64_t ms);

/** As clock_add_duration(): `5m`. */
const char *clock_duration_in(struct arena *a, int64_t ms);

/** As clock_add_local(), by a strftime FORMAT. */
const char *clock_local_in(struct arena *a, int64_t at_ms, const char *format);

/** As clock_add_rfc3339(). */
const char *clock_rfc3339_in(struct arena *a, int64_t at_ms);

#endif
