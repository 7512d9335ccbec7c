/**
 * The incident table and its verdict as documents.
 */
#ifndef RAGTOP_EMIT_REPORT_H
#define RAGTOP_EMIT_REPORT_H

#include "base/arena.h"
#include "view/view.h"
#include "view/words.h"

/** What a report is about: COUNT sources, of which number WORST gives the verdict. */
struct report {
    const struct view_source *sources;
    size_t count;
    int worst;
};

/**
 * Appends the report as text: table, tools, verdict, evidence and next steps. V is a view of the
 * same sources, the worst one in view. WIDTH 0 takes the room that the content needs; otherwise
 * lines are at most WIDTH columns wide. ASCII as in frame_draw().
 */
void report_add_table(
    struct str *s, const struct view *v, const struct report *r, int width, bool ascii);

/** Appends the report as Markdown, for chats and tickets. */
void report_add_markdown(struct str *s, const struct view *v, const struct report *r);

/** Appends a heading and a line per row as CSV (RFC 4180). Sources with names are a column. */
void report_add_csv(struct str *s, const struct report *r);

/**
 * Appends the JSON document of schema ragtop.report/1. Where sources have names, its rows, tools
 * and verdict have them too, and `sources` tells of each.
 */
void report_add_json(struct str *s, const struct report *r);

/** Replaces what is not ASCII: for readers whose locale has nothing else. */
void report_make_ascii(struct str *s);

/** The exit status that a verdict stands for: 0 ok, 1 warning, 2 critical, 3 unknown. */
int report_exit_status(const struct verdict *v);

#endif
