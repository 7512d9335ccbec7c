/**
 * What changed about when the incident began.
 */
#ifndef RAGTOP_DIAGNOSE_CHANGED_NEAR_H
#define RAGTOP_DIAGNOSE_CHANGED_NEAR_H

#include "diagnose/diagnosis.h"
#include "series/change.h"

/**
 * Sets in OUT which of the changes in STORE (see change_of()) happened shortly before the fault of
 * D's verdict began, MOST at most, the newest first; where its beginning is not known, lately. Of
 * alerts there are none: they follow. Sets *SINCE_MS to that beginning, 0 where it is not known.
 * Returns how many there are in all.
 */
size_t changed_near(size_t *out, size_t most, int64_t *since_ms, const struct diagnosis *d,
    const struct store *store);

#endif
