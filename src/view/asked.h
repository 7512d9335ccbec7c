/**
 * The PromQL of what panes show, to be pasted elsewhere: it gives the numbers that are on the
 * screen. Private to view/.
 */
#ifndef RAGTOP_VIEW_ASKED_H
#define RAGTOP_VIEW_ASKED_H

#include "view/view.h"

/** Requests of STAGE per second, whatever counts them; NULL: nothing does. */
const char *asked_requests(struct arena *a, const struct words *w, int stage);

/** Errors of STAGE per request; NULL: not counted. */
const char *asked_errors(struct arena *a, const struct words *w, int stage);

/** What is used of the resource that SIGNAL counts, by all. */
const char *asked_used(struct arena *a, const struct words *w, int signal);

/** Calls of TOOL per second. */
const char *asked_calls(struct arena *a, const struct words *w, int tool);

/** Failed calls of TOOL per call; -1: of all tools. NULL: not counted. */
const char *asked_failing(struct arena *a, const struct words *w, int tool);

/** How the requests of STAGE spread over its buckets; NULL: there are none. */
const char *asked_buckets(struct arena *a, const struct words *w, int stage);

/** PROMQL as it was DAYS before AT_MS, by the local calendar; NULL where PROMQL is. */
const char *asked_then(struct arena *a, const char *promql, int64_t at_ms, int days);

#endif
