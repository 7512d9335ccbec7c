/**
 * What the frame wants to know beyond what is always asked for.
 */
#ifndef RAGTOP_APP_WANTS_H
#define RAGTOP_APP_WANTS_H

#include <stdbool.h>

#include "feed/want.h"

struct app;

/** What all pages want of any stage, kept from frame to frame; zeroed, nothing. */
struct recorded_wants {
    struct wants wants;
    bool exemplars; /**< of the stages are among them */
};

/** Gathers them in R, each once, unless they are there. Free with wants_finish(). */
void wants_gather(struct recorded_wants *r, bool exemplars);

/**
 * Tells each source what is wanted of it: what explains the culprits, what the page that is shown
 * names, and the other day that the charts of the view are compared with.
 */
void wants_tell(struct app *app);

#endif
