/**
 * The bell and the desktop, for whoever looks elsewhere while an incident begins.
 */
#ifndef RAGTOP_APP_ALARM_H
#define RAGTOP_APP_ALARM_H

#include <stdbool.h>
#include <stdint.h>

#include "config/limits.h"
#include "diagnose/diagnosis.h"

struct app;

/** What is known of a source. What has been going on since the start is nothing new. */
struct alarm_state {
    bool known, on;
    int64_t well_ms; /**< since when nothing is wrong, while ON; 0: something is */
};

enum alarm_news { ALARM_NOTHING, ALARM_BEGINS, ALARM_ENDS };

/**
 * Takes in that the verdict on a source is CONDITION at NOW_MS. An incident is over when nothing
 * has been wrong for two minutes: what comes back before that has never been over. While nothing is
 * known, it goes on.
 */
enum alarm_news alarm_take(struct alarm_state *s, enum verdict_condition condition, int64_t now_ms);

/** Of all sources. */
struct alarm {
    struct alarm_state of[LIMIT_SOURCES];
};

/**
 * Rings, or has the terminal tell the desktop, as configured, of each incident that has begun since
 * the last call, and tells of each that is over.
 */
void alarm_turn(struct app *app);

#endif
