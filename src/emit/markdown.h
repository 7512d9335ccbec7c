/**
 * Pieces of Markdown.
 */
#ifndef RAGTOP_EMIT_MARKDOWN_H
#define RAGTOP_EMIT_MARKDOWN_H

#include "base/str.h"

/** Appends TEXT (NULL: nothing) as a cell of a table and the bar after it, escaped. */
void markdown_add_cell(struct str *s, const char *text);

#endif
