/**
 * What a gauge does for a minute now and then is a habit, which excuses as much for a minute, and
 * no value that stays. Private to diagnose/.
 */
#ifndef RAGTOP_DIAGNOSE_HABIT_H
#define RAGTOP_DIAGNOSE_HABIT_H

#include <stdint.h>

#include "diagnose/context.h"

/**
 * Forgets in U how high the points of the past got, where VALUE at SLOT belongs to a quarter of an
 * hour that was all alarm: of the past such a time would not count either, see usual_alarm().
 */
void habit_end(
    struct usual *u, const struct matrix *live, int64_t slot, live_value *value, void *context);

#endif
