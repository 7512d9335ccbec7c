/** What a lookup is about: its metric, and the signals that name it. Private to poll/. */
#ifndef RAGTOP_POLL_LOOKUP_METRIC_H
#define RAGTOP_POLL_LOOKUP_METRIC_H

#include <stdbool.h>
#include <stddef.h>

#include "poll/lookup.h"
#include "prom/decode.h"

/** What OpenMetrics has at the end of the name of a counter, and not of its family. */
#define LOOKUP_TOTAL "_total"

/** How much of METRIC, which may have matchers, is its name. */
size_t lookup_name_length(const char *metric);

/** Whether A and B, which may have matchers, have the same name. */
bool lookup_same_name(const char *a, const char *b);

/** The signal L is about; NULL: it is about the metric whose label makes stages. */
const struct signal *lookup_signal(const struct poller *p, const struct lookup *l);

/** Whether L is about a histogram, a Summary or a gauge rather than a counter. */
bool lookup_is_latency(const struct poller *p, const struct lookup *l);

/** The metric of L as the configuration has it, where another one of it is asked for. */
const char *lookup_written(const struct poller *p, const struct lookup *l);

/** Whether S, which may be NULL, counts failures. */
bool lookup_counts_errors(const struct signal *s);

/** How many metrics S may name; those beyond the second stand in its expressions. */
int lookup_metrics(const struct signal *s);

/** The one of lookup_metrics() that is the first (WHICH = 0), the second, ...; NULL: it has none.
 */
const char *lookup_metric(const struct signal *s, int which);

/** Whether S names METRIC, whatever the matchers. */
bool lookup_names(const struct signal *s, const char *metric);

/** What is known of the metric that lookup_metric() gives. */
enum presence *lookup_presence(struct signal *s, int which);

/** Whether TEXT is one of NAMES. */
bool lookup_has_text(const struct prom_names *names, const char *text);

/** Settles, for all signals that name the metric of L and have no series of it, what is known of
 * it. */
void lookup_settle(struct poller *p, const struct lookup *l, enum presence presence);

#endif
