/**
 * One turn after another: keys, data, queries, a frame if anything changed, and one wait.
 */
#ifndef RAGTOP_APP_MAIN_LOOP_H
#define RAGTOP_APP_MAIN_LOOP_H

#include "app/app.h"

/** Turns until a command or a signal quits. Returns the exit status. */
int main_loop_run(struct app *app);

#endif
