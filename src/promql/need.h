/**
 * Which series an expression cannot do without: an alert on what nobody exports never fires.
 */
#ifndef RAGTOP_PROMQL_NEED_H
#define RAGTOP_PROMQL_NEED_H

#include <stdbool.h>

#include "base/names.h"

/** Whether there are series that SELECTOR, `name{a="b"}`, chooses. */
typedef bool need_has(void *context, const char *selector);

enum need {
    NEED_MET,     /**< it may have a value */
    NEED_MISSED,  /**< it has none, as series are missing */
    NEED_UNKNOWN, /**< it is not understood */
};

/**
 * Whether the PromQL EXPR may have a value, where HAS, called with CONTEXT for each selector in it,
 * tells which series there are. What only matters by not being there is not needed: what stands in
 * `absent()`, or behind `unless`; of `a or b` one is enough. The selectors for want of which it has
 * none are appended to MISSING, each once.
 */
enum need need_judge(const char *expr, need_has *has, void *context, struct name_list *missing);

/** Appends every selector in EXPR to OUT, each once; false: EXPR is not understood. */
bool need_selectors(struct name_list *out, const char *expr);

#endif
