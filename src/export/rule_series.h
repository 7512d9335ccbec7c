/**
 * Series that are made up for the tests of rules: as the stages of a plan have them while all is
 * well, and while everything goes wrong.
 */
#ifndef RAGTOP_EXPORT_RULE_SERIES_H
#define RAGTOP_EXPORT_RULE_SERIES_H

#include <stdbool.h>
#include <stddef.h>

#include "plan/ruleset.h"
#include "series/labels.h"

/** One series. Of a counter the numbers are what it gains each second, of a gauge its values. */
struct made_series {
    struct labels labels; /**< with `__name__` */
    bool counter;
    double calm, wrong;
};

/** What an alert does at the end of what goes wrong. */
enum made_fires {
    MADE_SILENT,
    MADE_FIRING,
    MADE_OPEN /**< it cannot be told, or its series cannot be made */
};

struct made_list {
    struct made_series *items; /**< owned; no two have the same labels */
    size_t count, cap;
    enum made_fires *fires; /**< by rule; owned */
};

/** Makes the series for all rules of R. */
void rule_series_make(struct made_list *out, const struct plan *p, const struct ruleset *r);

/** Frees and empties. */
void rule_series_finish(struct made_list *list);

/** How long all is well, and for how long it goes wrong then, in the tests. */
enum { MADE_CALM_H = 25, MADE_WRONG_H = 6 };

#endif
