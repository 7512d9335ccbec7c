/**
 * Which metrics are wanted: those whose names stand in a text of names and expressions.
 */
#ifndef RAGTOP_SCRAPE_WANTED_H
#define RAGTOP_SCRAPE_WANTED_H

#include <stdbool.h>
#include <stddef.h>

/** How much of NAME, of LEN bytes, names the metric that it is a part of, as X_bucket is of X. */
size_t wanted_family(const char *name, size_t len);

/** Whether WANTED names NAME, of LEN bytes, or the metric that it is a part of. */
bool wanted_has(const char *wanted, const char *name, size_t len);

#endif
