/**
 * Which components there are on a server, by the names of metrics that only they have.
 */
#ifndef RAGTOP_CATALOGUE_FIND_H
#define RAGTOP_CATALOGUE_FIND_H

#include <stdbool.h>
#include <stddef.h>

#include "config/component.h"
#include "config/config.h"
#include "series/batch.h"

/** Whether any of PROFILES has to be looked for: those that the user names do not. */
bool find_asks(const struct profile *profiles, size_t count);

/**
 * Appends the query that finds PROFILES, within SELECTOR, by their literal names, with job and
 * namespace and the labels of their matchers.
 */
void find_add_query(
    struct str *s, const struct profile *profiles, size_t count, const char *selector);

/**
 * Sets FOUND[i] for each of PROFILES that ROWS, the answer, shows, and returns how many. A generic
 * one counts only in a namespace where another one was found. Adds to SEEN each of them at each
 * place, also those that do not count.
 */
size_t find_take(const struct profile *profiles, size_t count, const struct batch *rows,
    bool *found, struct component_list *seen);

#endif
