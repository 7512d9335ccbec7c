/**
 * A recording on the screen: its clock, and what the status line says of it.
 */
#ifndef RAGTOP_APP_REPLAY_H
#define RAGTOP_APP_REPLAY_H

#include <stdbool.h>

#include "base/str.h"

struct app;

/** The clock of a recording, where one is played. */
struct replay {
    double speed;
    struct str text; /**< what is played; empty: nothing is */
};

/** Where a recording is played, lets its clock run as CONFIG of APP has it. */
void replay_start(struct app *app);

/** Has its clock stand while APP is paused, and says whether the recording is at its end. Returns
 * whether that reads differently now. */
bool replay_turn(struct app *app);

#endif
