/**
 * How large something is, for the reader.
 */
#ifndef RAGTOP_BASE_SIZE_H
#define RAGTOP_BASE_SIZE_H

#include <stddef.h>

#include "base/arena.h"

/** `16 MiB`, `64 KiB`, `512 bytes`, exactly; an argument of a sentence, valid as long as A. */
const char *size_in(struct arena *a, size_t bytes);

#endif
