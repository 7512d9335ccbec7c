/**
 * What the user looks at: which moment, how much time before it, rates over which window, and which
 * past it is compared with. What there is to look at is the plan's.
 *
 * A scope starts as configured and changes with keys and commands. It belongs to the watch, where
 * watch_look_at() changes it; everything else gets it const.
 */
#ifndef RAGTOP_PLAN_SCOPE_H
#define RAGTOP_PLAN_SCOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"

struct plan;

enum { SCOPE_SLOTS_MAX = 240 };

struct scope {
    int64_t at_ms;     /**< the moment; 0: the present */
    int64_t span_ms;   /**< how far back charts reach */
    int64_t window_ms; /**< of rates; 0: as fits the server, see plan_set_times() */
    bool keeps_window; /**< even where few requests call for a longer one */
    enum baseline_kind baseline;
    int64_t baseline_range_ms;    /**< how far back "usual" looks */
    const struct zone *zone;      /**< of the days and hours it compares; NULL: the system's */
    int64_t pin_ms, pin_reach_ms; /**< for BASELINE_PINNED: the moment, and how long before it */
};

/** The slots of a span. */
struct grid {
    int64_t step_ms; /**< between them */
    size_t slots;    /**< at least 1 */
    int64_t each_ms; /**< the coarser step at which each pod's span is asked for */
};

/** What CONFIG says is looked at first; valid as long as that is. */
struct scope scope_of(const struct config *config);

/**
 * The grid of the span of S: the step is how often P polls, or coarser where the span would need
 * more than SCOPE_SLOTS_MAX slots.
 */
struct grid scope_grid(const struct scope *s, const struct plan *p);

#endif
