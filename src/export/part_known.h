/**
 * A list of a report of several sources, each of which may know none, or not all. Private to
 * export/.
 */
#ifndef RAGTOP_EXPORT_PART_KNOWN_H
#define RAGTOP_EXPORT_PART_KNOWN_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "view/view.h"

struct part_known {
    cJSON *items;       /**< what is known, of all sources */
    size_t more;        /**< known, and not listed */
    bool any;           /**< of one source at least */
    struct str unknown; /**< why not of the others */
};

/** Begins one; free with part_known_put(). */
void part_known_init(struct part_known *k);

/** Notes WHY not all of SOURCE is known, behind SEPARATOR where it is not the first to say so. */
void part_known_lacks(
    struct part_known *k, const struct view_source *source, const char *separator, const char *why);

/** Puts the list to ROOT as NAME, how many more there are as MORE, null where no source knows, and
 * why as UNKNOWN. Frees K. */
void part_known_put(
    struct part_known *k, cJSON *root, const char *name, const char *more, const char *unknown);

#endif
