/**
 * What a recording says of how it was made: the settings that shape the queries, without any
 * that says who asks. Whoever plays it reads them as a configuration file.
 */
#ifndef RAGTOP_CONFIG_RECORDED_H
#define RAGTOP_CONFIG_RECORDED_H

#include "base/names.h"
#include "base/str.h"
#include "config/config.h"
#include "yaml/document.h"

/** Appends to OUT what D has under keys that shape the queries, and PROFILES if there are any.
 */
void recorded_add_keys(struct str *out, const struct document *d, const struct name_list *profiles);

/** Appends to OUT all of C as it is in force, with those keys as config_load() kept them. */
void recorded_add(struct str *out, const struct config *c);

#endif
