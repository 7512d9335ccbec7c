/**
 * What the user looks at: which moment, how much time before it, rates over which window, and which
 * past it is compared with. What there is to look at is the plan's.
 *
 * A scope starts as it is configured and changes with keys and commands. It belongs to the watch,
 * whose watch_look_at() is the one way to change it; everybody else is passed it const.
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
    bool keeps_window; /**< no longer one is taken where there are few requests */
    enum baseline_kind baseline;
    int64_t baseline_range_ms;    /**< how far back "usual" looks */
    const struct zone *zone;      /**< whose days and hours it goes by; NULL: the system's */
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
