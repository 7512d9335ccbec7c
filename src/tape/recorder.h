/**
 * Keeps every reply of the network in a file, while the program runs.
 */
#ifndef RAGTOP_TAPE_RECORDER_H
#define RAGTOP_TAPE_RECORDER_H

#include <stdbool.h>

#include "base/str.h"

/**
 * Records every reply from now on in the new file PATH, which begins with VERSION, this
 * program's, and SETTINGS; credentials are left out. False with a sentence in *WHY.
 */
bool recorder_start(const char *path, const char *version, const char *settings, struct str *why);

/** Whether a recording is being made. */
bool recorder_runs(void);

/** True once, with a sentence in *WHY, when the file could not be written any further. */
bool recorder_failed(struct str *why);

/** Ends it; false with a sentence in *WHY when the end could not be written. */
bool recorder_stop(struct str *why);

#endif
