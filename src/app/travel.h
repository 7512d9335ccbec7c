/**
 * Moving through time: how much of it is seen, which moment is judged, and the cursor in it.
 */
#ifndef RAGTOP_APP_TRAVEL_H
#define RAGTOP_APP_TRAVEL_H

#include <stdint.h>

struct app;

/** The moment under the cursor, else the one that is judged. */
int64_t travel_moment(const struct app *app);

/** Judges the moment AT_MS, or the present where that is about now; a later one is refused. */
void travel_to(struct app *app, int64_t at_ms);

/** Shows SPAN_MS of time. */
void travel_span(struct app *app, int64_t span_ms);

#endif
