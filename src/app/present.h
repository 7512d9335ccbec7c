/**
 * The present, watched beside the moment of the past that is on the screen: nobody who looks back
 * is to miss that it is bad now.
 */
#ifndef RAGTOP_APP_PRESENT_H
#define RAGTOP_APP_PRESENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "config/config.h"
#include "view/view.h"
#include "watch/watch.h"

struct app;

/** Zeroed: nothing is known of the present, or it is on the screen itself. */
struct present {
    struct config config;  /**< that of the program, without its moment; the watches point to it */
    struct watch *watches; /**< one per source; NULL while the present itself is on the screen */
    size_t count;
    struct str text; /**< the verdict on the worst source in a few words */
    enum role role;
    int64_t known_ms; /**< the clock's time when that was known; 0: never */
};

/** Keeps the verdict that is on the screen, which is about to show a moment of the past. */
void present_leave(struct app *app);

/** The screen shows the present again, which is watched there. */
void present_return(struct app *app);

/**
 * Polls the present while the screen shows the past, from when the past is known on. True when what
 * is known of it reads differently. A target that is scraped has no second history to be read, so
 * what was known when it was left stands.
 */
bool present_turn(struct app *app);

/** As poller_due_ms(), of all of it. */
int present_due_ms(const struct app *app);

/** The clock was set back by BACK_MS. */
void present_set_back(struct app *app, int64_t back_ms);

/** Frees. */
void present_finish(struct present *p);

#endif
