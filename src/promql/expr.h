/**
 * Expressions that somebody else wrote: which metrics they name, and label matchers for these.
 */
#ifndef RAGTOP_PROMQL_EXPR_H
#define RAGTOP_PROMQL_EXPR_H

#include <stdbool.h>

#include "base/names.h"
#include "base/str.h"

/**
 * Appends the PromQL EXPR with the matchers EXTRA, `a="b",c=~"d"`, added to every selector in it.
 * EXTRA may be NULL or empty.
 */
void expr_add_within(struct str *s, const char *expr, const char *extra);

/**
 * Appends to OUT the metrics that the PromQL EXPR names, each once, also those that stand as
 * `{__name__="a"}`. Returns whether it has alternatives, `a or b`, of which one may not be there.
 */
bool expr_names(struct name_list *out, const char *expr);

/** Appends the selector of the first counter that EXPR takes a rate of; false: there is none. */
bool expr_rated(struct str *out, const char *expr);

/**
 * Appends the selector of the one metric whose value EXPR takes as it is, summed up, or times a
 * number. False: it makes something else of it, such as a rate, or is of several.
 */
bool expr_bare(struct str *out, const char *expr);

#endif
