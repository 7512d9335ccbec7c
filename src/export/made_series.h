/**
 * One series after another, made up from the selectors of metrics. Private to export/.
 */
#ifndef RAGTOP_EXPORT_MADE_SERIES_H
#define RAGTOP_EXPORT_MADE_SERIES_H

#include "export/rule_series.h"

/** Adds a series with LABELS, which it takes over, unless LIST has one with the same. */
void made_add(
    struct made_list *list, struct labels labels, bool counter, double calm, double wrong);

/**
 * Makes the labels of a series of METRIC with SUFFIX that FAILURES (may be NULL) do not count.
 * False: nobody knows how, or promtool of all versions could not read its name.
 */
bool made_labels(struct labels *out, const struct plan *p, const char *metric, const char *suffix,
    const char *failures);

/** What all counters of METRIC gain each second while all is well, or WRONG. */
double made_rate(
    const struct made_list *list, const struct plan *p, const char *metric, bool wrong);

#endif
