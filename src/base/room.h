/**
 * Whether the limits of the process leave room for what it is about to do.
 */
#ifndef RAGTOP_BASE_ROOM_H
#define RAGTOP_BASE_ROOM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/**
 * Whether COUNT more files and connections can be open at a time; raises the process's own limit as
 * far as it may to that end. False with a sentence in *WHY that names the limit, and PURPOSE
 * ("watching 2 sources"), and says what to do.
 */
bool room_for_files(size_t count, const char *purpose, struct str *why);

/** Whether not one more file or connection can be opened now. */
bool room_is_none(void);

#endif
