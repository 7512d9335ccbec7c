/** The steps of a lookup: the query each of them asks, and what follows from its answer. Private
 * to poll/. */
#ifndef RAGTOP_POLL_LOOKUP_STEP_H
#define RAGTOP_POLL_LOOKUP_STEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "poll/lookup.h"
#include "prom/decode.h"
#include "prom/request.h"

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

/** There was nothing of L when it was asked for first, and now there is: asks for names again. */
void lookup_check_names(struct poller *p, struct lookup *l);

/** Adds to S the name by which the metadata of LOOKUP_TYPE or LOOKUP_FAMILY may have L. */
void lookup_add_family(struct str *s, const struct lookup *l);

/** Writes into R, which is initialized, the query of the step of L about the moment TICK_MS; the
 * server's clock says NOW_MS. */
void lookup_write(struct prom_request *r, const struct poller *p, const struct lookup *l,
    int64_t tick_ms, int64_t now_ms);

/** TYPE is what the metadata has for L, "" for nothing: moves it to its next step. */
void lookup_take_type(struct poller *p, struct lookup *l, const char *type);

/** AT_MS is when L, which is gone, had its last sample, about; 0: nobody knows. */
void lookup_take_ended(struct poller *p, struct lookup *l, int64_t at_ms);

/** NAMES, which are changed, answer any other step of L: says what follows, moves it to its next.
 */
void lookup_take_names(struct poller *p, struct lookup *l, struct prom_names *names);

#endif
