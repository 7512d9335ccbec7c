/**
 * The queries that were asked, in a file of the user's own: one a line, the oldest first.
 */
#ifndef RAGTOP_CACHE_QUERIES_H
#define RAGTOP_CACHE_QUERIES_H

#include <stdint.h>

#include "base/recall.h"

enum { QUERIES_MOST = 200 };

/** Adds what the file of DIRECTORY has to *R; nothing where there is none, or it is unreadable. */
void queries_read(const char *directory, int64_t now_ms, struct recall *r);

/**
 * Adds QUERY to the file of DIRECTORY, which is made if need be, readable for nobody else. What
 * other runs added meanwhile stays. A directory that cannot be made or written to is not a fault:
 * nothing is kept then.
 */
void queries_keep(const char *directory, int64_t now_ms, const char *query);

#endif
