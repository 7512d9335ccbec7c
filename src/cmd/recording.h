/**
 * Recordings around a run of the program: one that is played in place of the network, or made
 * beside it. See tape/.
 */
#ifndef RAGTOP_CMD_RECORDING_H
#define RAGTOP_CMD_RECORDING_H

#include <stdbool.h>

#include "base/str.h"
#include "config/config.h"

/**
 * Plays FILE to a program of this VERSION, before the configuration is loaded with INPUT: its
 * settings stand in place of a file, and the clock stands at its end. False with a sentence in
 * *WHY.
 */
bool recording_play(
    const char *file, const char *version, struct config_input *input, struct str *why);

/** Has *WHY name the other version that made the recording, where it says what is wrong in its
 * settings. */
void recording_explain(struct str *why);

/**
 * Has CONFIG fit the recording that is played, if one is: nothing is changed or kept, and the
 * dashboard, where it is LIVE, begins where the recording does.
 */
void recording_fit(struct config *config, bool live);

/** Begins to record, as VERSION, where CONFIG asks for it. False with a sentence in *WHY. */
bool recording_begin(const struct config *config, const char *version, struct str *why);

/** Ends both; false with a sentence in *WHY when the end of a recording could not be written. */
bool recording_end(struct str *why);

#endif
