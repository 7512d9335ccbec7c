/**
 * Moving through time: how much of it is seen, which moment is judged, and the cursor in it.
 */
#ifndef RAGTOP_APP_TRAVEL_H
#define RAGTOP_APP_TRAVEL_H

#include <stdint.h>

#include "app/action.h"

/** The moment under the cursor, else the one that is judged. */
int64_t travel_moment(const struct app *app);

/** Judges the moment AT_MS, or the present where that is about now; a later one is refused. */
void travel_to(struct app *app, int64_t at_ms);

/** Shows SPAN_MS of time. */
void travel_span(struct app *app, int64_t span_ms);

/** Less time or more of it, in round spans; half a span back or forward; the present. */
action_fn travel_nearer, travel_farther, travel_back, travel_forward, travel_present;

/** The cursor on or off; to the left and right, or without it to the pane before and the next. */
action_fn travel_cursor, travel_left, travel_right;

/** Marks the moment in all charts, or takes the mark next to it away; the cursor to the next one.
 */
action_fn travel_mark, travel_next_mark;

#endif
