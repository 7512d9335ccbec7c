/**
 * What was found on a server, and what was left out and why, as documents. As a configuration file
 * it is that of pipeline_yaml.h.
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

/** Appends a comment of YAML for each component that is left out. */
void found_add_comments(struct str *s, const struct pipeline *p);

#endif
