/**
 * Which past is "usual", changed while the program runs.
 */
#ifndef RAGTOP_APP_BASELINE_H
#define RAGTOP_APP_BASELINE_H

#include <stdint.h>

#include "config/config.h"

struct app;

/** The next kind of usual; from a pinned moment, back to the kind before it. */
void baseline_next(struct app *app);

/** Makes KIND what is usual; notes why not where there is no file to compare with. */
void baseline_choose(struct app *app, enum baseline_kind kind);

/** Takes the half hour before AT_MS as usual; when a moment is pinned, lets go of it. */
void baseline_pin(struct app *app, int64_t at_ms);

#endif
