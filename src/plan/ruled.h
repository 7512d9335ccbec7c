/**
 * The metrics that somebody's alerting rules cannot do without, by name.
 */
#ifndef RAGTOP_PLAN_RULED_H
#define RAGTOP_PLAN_RULED_H

#include <stdint.h>

#include "base/names.h"
#include "base/str.h"
#include "series/rule_set.h"

enum { RULED_MOST = 300, RULED_BYTES = 12 * 1024 };

/** First words of the metrics that rules come with in bundles, whether a cluster has these things
 * or not; ends with NULL. */
extern const char *const ruled_bundles[];

/**
 * Appends the names that the alerting rules of SET ask for, each once, but those of bundles; as
 * many as one query has room for.
 */
void ruled_names(struct name_list *out, const struct rule_set *set);

/** A number that stands for NAMES. */
uint64_t ruled_hash(const struct name_list *names);

/** Appends the query for those of NAMES that have series, by `__name__`; the answer has in addition
 * a series whose label RULED_HASH is that number, so that it is known what was asked. */
#define RULED_HASH "ragtop_hash"
void ruled_add_query(struct str *s, const struct name_list *names);

#endif
