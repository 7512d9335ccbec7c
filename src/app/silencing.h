/**
 * Silences: what the user types, the question, and the order. Nothing is sent before `y`.
 */
#ifndef RAGTOP_APP_SILENCING_H
#define RAGTOP_APP_SILENCING_H

#include <stdbool.h>

#include "base/str.h"
#include "series/routing.h"

struct app;

/** What is asked about. */
struct silencing {
    bool asks;              /**< the question that is open is about it */
    bool expires;           /**< PENDING is to end */
    struct silence pending; /**< as it would be sent */
    int source;             /**< to whose Alertmanager */
    struct str question, summary;
};

/** Sends what was asked about, once; the question is over. */
void silence_send(struct app *app);

/** Does not, and says so. */
void silence_drop(struct app *app);

/** Frees. */
void silence_end(struct app *app);

#endif
