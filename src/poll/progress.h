/**
 * How asking goes, question by question: when one may be asked, and asked again, and when nobody
 * has to wait for it any more. Private to the schedule.
 */
#ifndef RAGTOP_POLL_PROGRESS_H
#define RAGTOP_POLL_PROGRESS_H

#include "poll/schedule.h"

/** That of PART of FEED of signal I. */
struct progress *progress_of(
    const struct schedule *s, const struct feed_type *feed, int i, int part);

/** That of what ASK asks. */
struct progress *progress_of_ask(struct schedule *s, const struct ask *ask);

/** The tick by the clock, also where the moment that is asked for stands still. */
int64_t progress_clock_ms(const struct schedule *s);

/** Whether P, of FEED, may be asked about X now. */
bool progress_is_due(const struct schedule *s, const struct feed_type *feed,
    const struct progress *p, const struct gap *x);

/** Has P, which was answered, asked again as rarely as if it had failed some times. */
void progress_put_off(struct progress *p);

/** Whether all of FEED that is wanted of signal I was answered or failed. */
bool progress_is_settled(const struct schedule *s, const struct feed_type *feed, int i);

#endif
