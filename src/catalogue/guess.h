/**
 * Stages where no component is known: histograms and Summaries that look like latencies by their
 * names, and pairs of counters that look like times and requests, with what fails among them by
 * their labels. Beside them what looks like resources of the same jobs.
 */
#ifndef RAGTOP_CATALOGUE_GUESS_H
#define RAGTOP_CATALOGUE_GUESS_H

#include <stdbool.h>

#include "base/str.h"
#include "config/stages.h"
#include "series/batch.h"

/** So many stages at most, those with the most requests so far. */
enum { GUESS_STAGES = 14 };

/** Appends the query for what looks like a latency or a resource within SELECTOR (NULL:
 * everywhere), and how often each was observed. */
void guess_add_query(struct str *s, const char *selector);

/**
 * Sets *OUT to the stages that ROWS, the answer, look like, with how many others there are. What
 * watches itself (Prometheus, Kubernetes, runtimes) is left out. False: there are none. The
 * caller calls pipeline_finish().
 */
bool guess_take(const struct batch *rows, struct pipeline *out);

/**
 * What counts of ROWS are none: the name of the first that looks like a latency, and was observed a
 * number of times that is NaN or below 0; NULL: there is none. *COUNT is how many names there are.
 */
const char *guess_miscounted(const struct batch *rows, size_t *count);

#endif
