/**
 * What of the history that makes "usual" is missing: the days before, the last hours, the hours
 * before the pinned moment. Private to poll/.
 */
#ifndef RAGTOP_POLL_PAST_H
#define RAGTOP_POLL_PAST_H

#include "poll/agenda.h"

/** The next question about it, day by day over all signals. False when nothing is due. */
bool past_next(struct agenda *a, struct ask *out);

/** Whether all days of signal I that are wanted were answered or failed. */
bool past_days_settled(const struct agenda *a, int i);

/** Whether all of it that is wanted of signal I was answered or failed, or waits for its present.
 */
bool past_settled(const struct agenda *a, int i);

/**
 * An empty day between days with samples may be a fault of the server's: marks those of signal I in
 * STORE, which A is about, as doubted, once its days are settled.
 */
void past_doubt(struct agenda *a, struct store *store, int i);

/**
 * Looks at the history of signal I, of which an answer was taken in: how far back it has samples.
 * Days beyond are not asked for again for a day.
 */
void past_learn(struct agenda *a, int i);

#endif
