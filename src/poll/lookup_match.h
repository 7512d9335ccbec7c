/** Whether the matchers of a configured metric choose any of its series. Private to poll/. */
#ifndef RAGTOP_POLL_LOOKUP_MATCH_H
#define RAGTOP_POLL_LOOKUP_MATCH_H

#include "poll/lookup.h"
#include "prom/decode.h"

/** Adds lookups for what exists by its name and has answered with nothing. */
void lookup_look_at_matchers(struct poller *p);

/** Whether series have come that the matchers of L choose: an error that is the first. */
bool lookup_is_matched(const struct poller *p, const struct lookup *l);

/** LABELS are those that the series of the metric of L have: says which is missing, or moves L to
 * the values of the first that its matchers name. */
void lookup_take_labels(struct poller *p, struct lookup *l, const struct prom_names *labels);

/** VALUES are those that the label of L has: says which matcher takes none of them, or moves L to
 * the next label. */
void lookup_take_values(struct poller *p, struct lookup *l, const struct prom_names *values);

#endif
