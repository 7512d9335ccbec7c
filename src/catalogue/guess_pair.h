/**
 * Which metrics go together, by their names alone: a counter of time and one of requests, what is
 * in use and how much there is. Private to catalogue/.
 */
#ifndef RAGTOP_CATALOGUE_GUESS_PAIR_H
#define RAGTOP_CATALOGUE_GUESS_PAIR_H

#include <stdbool.h>
#include <stddef.h>

/** The names that may be halves of pairs, as the regular expression of a matcher. */
extern const char guess_pair_names[];

/** Whether NAME counts what a histogram or a Summary of the same name times. */
bool guess_pair_is_observed(const char *name);

/** How much of TIME, which adds up time, is before its unit; 0: it is no such name. */
size_t guess_pair_stem(const char *time);

/** Whether COUNT counts what TIME adds up the time of. */
bool guess_pair_is_counted(const char *time, const char *count);

/** What a metric is of a resource. */
enum guess_part { GUESS_PART_NONE, GUESS_PART_USED, GUESS_PART_FREE };

/** Whether PART may be so of any. */
bool guess_pair_may_be_part(const char *part);

/** What PART is of the resource that there is LIMIT of. */
enum guess_part guess_pair_part(const char *part, const char *limit);

#endif
