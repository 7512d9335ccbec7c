/**
 * Questions that a page asks beside what everybody needs: the same span of another day,
 * and the pods of the stage that is looked at, each by itself. Private to
 * poll/.
 */
#ifndef RAGTOP_POLL_BESIDE_H
#define RAGTOP_POLL_BESIDE_H

#include "poll/agenda.h"

/** What of the span so many days before is wanted of signal I and not known. */
bool beside_next_then(struct agenda *a, int i, struct ask *out);

/** Whether the span of a deep signal is wanted, as the page of its stage is open. */
bool beside_has_span(const struct agenda *a, int i);

/** What of the span of each pod is wanted of signal I and not known. */
bool beside_next_each(struct agenda *a, int i, struct ask *out);

/** The exemplars of the stage of which they are wanted, at most once a tick. */
bool beside_next_exemplars(struct agenda *a, int i, struct ask *out);

/** How many slots of it are kept. */
size_t beside_slots_each(const struct grid *grid);

/** How many slots of the span of days before are kept: as time goes on the rest of them is needed.
 */
size_t beside_slots_then(const struct grid *grid);

#endif
