/**
 * What was found on a server, and what was left out and why, as documents.
 */
#ifndef RAGTOP_EXPORT_FOUND_H
#define RAGTOP_EXPORT_FOUND_H

#include <stdint.h>

#include "base/str.h"
#include "config/stages.h"
#include "series/store.h"

struct found {
    const char *url;
    int64_t at_ms;
    const struct pipeline *pipeline;
    bool configured;           /**< nothing had to be found: the configuration names the stages */
    const struct store *store; /**< whose notes belong to it */
};

/** Why C is left out, as a clause; "" where it is not. */
const char *found_reason(const struct component *c);

/** Appends a table; WIDTH and ELLIPSIS as of columns_write(). */
void found_add_table(struct str *s, const struct found *f, int width, const char *ellipsis);

/** Appends JSON; its keys are a contract, see ragtop(1). */
void found_add_json(struct str *s, const struct found *f);

/** Appends a configuration file, with what was left out and the notes as comments. */
void found_add_yaml(struct str *s, const struct found *f);

#endif
