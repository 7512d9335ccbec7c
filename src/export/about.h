/**
 * Where a report's numbers come from, and what its reader should know about them. Private to
 * export/.
 */
#ifndef RAGTOP_EXPORT_ABOUT_H
#define RAGTOP_EXPORT_ABOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "view/view.h"

/**
 * Appends the name and address of SOURCE, the server if it is not Prometheus, the moment judged
 * (in local time, or else as RFC 3339), the window and what "usual" is; of a source among several
 * that never answered, only that.
 */
void about_add_source(struct str *s, const struct view_source *source, bool local_time);

/**
 * Appends warning I of SOURCE, a sentence: what the server wants known, queries it refused,
 * latencies whose quantiles cannot be known. False when there are no more.
 */
bool about_add_warning(struct str *s, const struct view_source *source, size_t i);

/** Appends what stands before a warning: that it is a note, and of the source NAME; NULL: of none.
 */
void about_add_label(struct str *s, const char *name);

#endif
