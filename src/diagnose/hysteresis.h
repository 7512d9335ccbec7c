/**
 * Alarms that do not flicker: one goes on when several of the last moments were beyond the bound,
 * and off when as many were well below it.
 *
 * Nothing is kept from one judgement to the next. The moments are those of the live span, and what
 * the alarm was before follows from them.
 */
#ifndef RAGTOP_DIAGNOSE_HYSTERESIS_H
#define RAGTOP_DIAGNOSE_HYSTERESIS_H

#include <stdbool.h>
#include <stdint.h>

#include "series/matrix.h"

enum { HYSTERESIS_LOOKED = 5, HYSTERESIS_NEEDED = 3 };

/** Where a moment lies. */
enum mark {
    MARK_UNKNOWN, /**< not known, or too little to judge: as if it had not been */
    MARK_BELOW,   /**< well below the bound, or no more than noise */
    MARK_BETWEEN, /**< near the bound: neither starts nor ends an alarm */
    MARK_BEYOND,  /**< would alarm by itself */
};

/** Where the moment of SLOT lies. */
typedef enum mark hysteresis_mark(void *context, int64_t slot);

struct hysteresis {
    bool known; /**< enough moments are known for the ones before to count */
    bool on;    /**< HYSTERESIS_NEEDED of HYSTERESIS_LOOKED turned it on, and none so far off */
    int64_t since_slot;  /**< the first moment beyond the bound, of an alarm that is not on among
                            the last HYSTERESIS_LOOKED; 0: none, or BEFORE_SLOT */
    int64_t before_slot; /**< of an alarm that was on as far back as is known: the oldest moment
                            of it; 0: its beginning is known, or there is none */
};

/** Looks back from the slot NOW over what LIVE was answered for, no further than needed. */
struct hysteresis hysteresis_of(
    const struct matrix *live, int64_t now, hysteresis_mark *mark, void *context);

#endif
