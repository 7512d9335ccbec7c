/**
 * Label matchers for expressions that somebody else wrote.
 */
#ifndef RAGTOP_PLAN_SCOPE_H
#define RAGTOP_PLAN_SCOPE_H

#include "base/str.h"

/**
 * Appends the PromQL EXPR with the matchers EXTRA, `a="b",c=~"d"`, added to every selector in it.
 * EXTRA may be NULL or empty.
 */
void scope_add(struct str *s, const char *expr, const char *extra);

#endif
