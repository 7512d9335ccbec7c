/**
 * Saving the stages that were found as the configuration.
 */
#ifndef RAGTOP_APP_SAVE_H
#define RAGTOP_APP_SAVE_H

#include "config/keep.h"

struct app;

/** What is to be saved while the question is open. */
struct save {
    struct keep keep;
    struct str question;
    bool usual; /**< it is the file that is read where no other is named */
};

/** Saves what was asked about, and says so; the question is over. */
void save_now(struct app *app);

/** Does not, and says so. */
void save_drop(struct app *app);

#endif
