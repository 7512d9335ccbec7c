/**
 * A recording in place of the network: what is asked is answered from what was asked then, for any
 * moment that it knows of. The program's clock is that of the recording: see clock_play().
 */
#ifndef RAGTOP_TAPE_PLAYER_H
#define RAGTOP_TAPE_PLAYER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/** What was recorded. */
struct recording {
    char *settings;   /**< YAML, as a configuration file has them; owned */
    const char *path; /**< as it was given */
    char *other;      /**< the other version that made it, "": one that says none; NULL: this one */
    int64_t began_ms; /**< the first request ended then */
    int64_t ended_ms; /**< and the last */
    bool cut;         /**< the file ends early */
    size_t answers;
};

/**
 * From now on nothing is sent, and PATH answers, to a program of this VERSION; at the most one is
 * played in a run of it. NULL with a sentence in *WHY: there is no such recording, or nothing in
 * it.
 */
const struct recording *player_start(const char *path, const char *version, struct str *why);

/** What is played; NULL: nothing is. */
const struct recording *player_runs(void);

/** The network is back. */
void player_stop(void);

#endif
