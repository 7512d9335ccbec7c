/**
 * What a shell offers on Tab: what may stand in place of the word that is being typed.
 */
#ifndef RAGTOP_CONFIG_OFFER_H
#define RAGTOP_CONFIG_OFFER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "config/config.h"

/** A command line that is being typed. */
struct offer {
    char **words; /**< those behind the program's name; the last one, perhaps "", is being typed */
    size_t count; /**< at least 1 */
    const char *const *pages;    /**< as page_names() has them */
    const struct config *config; /**< of it, where the user's own files are */
    const char *home;            /**< for a leading `~`; NULL: not known */
};

/**
 * Appends a line `WORD<tab>what it is` for each word that may stand there and begins as the last
 * one does, and the line `:files` behind them where the name of a file may. Sources are those of
 * the configuration file that the line names, or else of the usual one; names with control
 * characters are left out, as no shell could insert them. It never fails: what cannot be read has
 * nothing to offer.
 */
void offer_add(struct str *out, const struct offer *o);

/**
 * Takes the words apart that TEXT of LEN bytes holds, each with a NUL behind it, which the last one
 * may lack. Returns the array, which is to be freed and points into TEXT; there is at least one.
 */
char **offer_split(char *text, size_t len, size_t *count);

#endif
