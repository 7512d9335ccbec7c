/**
 * The wall display: pages that change by themselves, and stop where an incident is.
 */
#ifndef RAGTOP_APP_WALL_H
#define RAGTOP_APP_WALL_H

#include <stdbool.h>
#include <stdint.h>

struct app;

enum { WALL_WANDER_X = 2, WALL_WANDER_Y = 1 }; // how far the picture wanders

/** Starts with the period of the configuration. */
void wall_start(struct app *app);

/** Changes the page when its time is over. Returns whether there is something new to show. */
bool wall_turn(struct app *app);

/** Milliseconds until wall_turn() has something to do; at most MOST. */
int64_t wall_due_ms(const struct app *app, int64_t most);

/**
 * How far the picture stands from the corner: it wanders by a cell now and then, so that nothing
 * burns in. 0, 0 without a wall.
 */
void wall_offset(const struct app *app, int *x, int *y);

#endif
