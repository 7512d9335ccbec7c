/**
 * Pieces of Markdown as GitHub and GitLab have it. All texts are escaped here.
 */
#ifndef RAGTOP_EMIT_MARKDOWN_H
#define RAGTOP_EMIT_MARKDOWN_H

#include "base/str.h"
#include "view/view.h"

/** Appends TEXT in bold; nothing where there is none. */
void markdown_add_strong(struct str *s, const char *text);

/** Appends the columns of T that have text, and how many rows its filter hides. */
void markdown_add_table(struct str *s, const struct view_table *t);

/** Appends an item of a list: `- TEXT`, or `- LABEL: TEXT` (NULL: no label). */
void markdown_add_item(struct str *s, const char *label, const char *text);

/** Appends an item of a list: `- LABEL: ` and PROMQL in code. */
void markdown_add_query(struct str *s, const char *label, const char *promql);

#endif
