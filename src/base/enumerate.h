/**
 * Lists that are made name by name, as arguments of a sentence: `a, b, c and 3 more`.
 */
#ifndef RAGTOP_BASE_ENUMERATE_H
#define RAGTOP_BASE_ENUMERATE_H

#include <stddef.h>

#include "base/arena.h"

/** LIST with NAME behind it; NULL as LIST: NAME is the first. Valid as long as what is in A. */
const char *enumerate_next(struct arena *a, const char *list, const char *name);

/** LIST with how many MORE there are, if any; NULL as LIST: none was named. The same. */
const char *enumerate_more(struct arena *a, const char *list, size_t more);

#endif
