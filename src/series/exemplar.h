/**
 * Exemplars: single requests that a histogram remembers, each with the trace it belongs to.
 */
#ifndef RAGTOP_SERIES_EXEMPLAR_H
#define RAGTOP_SERIES_EXEMPLAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { EXEMPLARS_MAX = 200 };

struct exemplar {
    char *trace;  /**< the trace id; owned */
    char *pod;    /**< the pod, else the instance; NULL: not known; owned */
    double value; /**< in the unit of the metric */
    int64_t at_ms;
};

/** The slowest there are. */
struct exemplars {
    struct exemplar items[EXEMPLARS_MAX]; /**< the slowest first */
    size_t count;
    size_t seen; /**< how many there were in all */
};

/**
 * Takes E over, its texts with it, if it is among the slowest; else, or where it is known already,
 * frees them.
 */
void exemplars_add(struct exemplars *list, struct exemplar e);

/** Frees and empties; a zeroed list is accepted. */
void exemplars_finish(struct exemplars *list);

#endif
