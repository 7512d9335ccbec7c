/**
 * Keeping stages that were found in a configuration file.
 */
#ifndef RAGTOP_CONFIG_KEEP_H
#define RAGTOP_CONFIG_KEEP_H

#include <stdbool.h>

#include "base/str.h"
#include "config/config.h"

/** A file, and what it is to hold. */
struct keep {
    char *path;      /**< owned */
    struct str text; /**< all of it */
    bool exists;     /**< it is there already, and what it says is kept */
};

/** Appends the beginning of a configuration, by which stages mean what they were found to mean:
 * the server URL, which has no credentials, and SELECTOR (NULL: none). */
void keep_add_source(struct str *s, const char *url, const char *selector);

/**
 * Sets *OUT to the file PATH with STAGES, which are YAML, at its end; a new file begins with the
 * server and selector of FROM, by which they were found. HOME is the user's, or NULL.
 * False with a sentence in *WHY where that makes no configuration: the file cannot be read, names
 * stages or profiles of its own, has another selector, or would have two of one name. The caller
 * calls keep_finish() either way.
 */
bool keep_prepare(struct keep *out, const char *path, const struct config *from, const char *stages,
    const char *home, struct str *why);

/**
 * Writes it whole or not at all, for its owner alone, and makes the directories it lies in. What
 * came about in its place since keep_prepare() is left alone. False with a sentence in *WHY.
 */
bool keep_write(const struct keep *k, struct str *why);

/** Frees; a zeroed one is accepted. */
void keep_finish(struct keep *k);

#endif
