/**
 * A time zone beside the one that the process runs in: what its clocks showed when.
 */
#ifndef RAGTOP_BASE_ZONE_H
#define RAGTOP_BASE_ZONE_H

#include <stddef.h>
#include <stdint.h>

/** From AT_S on its clocks are OFFSET_S ahead of UTC. */
struct zone_change {
    int64_t at_s;
    int32_t offset_s;
};

/** Starts zeroed, which is UTC. */
struct zone {
    struct zone_change *changes; /**< ascending; owned */
    size_t count, cap;
};

/**
 * Learns the zone TZ, written as for the variable of that name (":/usr/share/zoneinfo/Asia/Tokyo",
 * "CET-1CEST,M3.5.0,M10.5.0/3"), from 1970 to 2100. What does not exist is UTC. Sets TZ for a
 * moment and puts it back, so it is to be called before there are threads.
 */
void zone_read(struct zone *z, const char *tz);

/** Frees; a zeroed zone is accepted. */
void zone_finish(struct zone *z);

/**
 * The moment DAYS days before AT_MS by the calendar of Z: the same time on its clocks, also across
 * a change to or from daylight saving time. Z NULL is the zone of the process.
 */
int64_t zone_days_before(const struct zone *z, int64_t at_ms, int days);

#endif
