/**
 * A plain table of texts for a terminal or a pipe: columns as wide as what is in them.
 */
#ifndef RAGTOP_EXPORT_COLUMNS_H
#define RAGTOP_EXPORT_COLUMNS_H

#include <stddef.h>

#include "base/names.h"
#include "base/str.h"

enum { COLUMNS_MOST = 12 };

/** Cells, row by row, the first of them being the heads; `count` columns. */
struct columns {
    size_t count;
    struct name_list cells;
};

/** Adds the next cell, cleaned for a terminal; "" and NULL are `-`. */
void columns_add(struct columns *c, const char *text);

/**
 * Appends the table and frees it. Where it is wider than WIDTH (0: there is no limit), the middle
 * of texts is ELLIPSIS, in the widest column first; the last column is never cut.
 */
void columns_write(struct columns *c, struct str *s, int width, const char *ellipsis);

#endif
