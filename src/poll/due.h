/**
 * When a question may be asked, and asked again. Private to poll/.
 */
#ifndef RAGTOP_POLL_DUE_H
#define RAGTOP_POLL_DUE_H

#include "poll/agenda.h"

/** The tick by the clock, also where the moment that is asked for stands still. */
int64_t due_clock_ms(const struct agenda *a);

/** Whether the question P about WINDOW of the past may be asked at this tick; see agenda.h. */
bool due_past(const struct agenda *a, const struct progress *p, int64_t window);

/** Whether P was answered or failed, as far as anybody is going to wait for it. */
bool due_past_settled(const struct agenda *a, const struct progress *p, int64_t window);

/** What P is about was answered, but not for good: it is asked again after some minutes at first.
 */
void due_put_off(struct progress *p);

/** Marks P as asked by ASK. */
void due_start(struct agenda *a, struct progress *p, struct ask *ask);

/** Marks P, about WINDOW of the past, as asked by ASK. */
void due_start_past(struct agenda *a, struct progress *p, int64_t window, struct ask *ask);

#endif
