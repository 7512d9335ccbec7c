/**
 * The incident table and its verdict as documents.
 */
#ifndef RAGTOP_EMIT_REPORT_H
#define RAGTOP_EMIT_REPORT_H

#include "base/arena.h"
#include "view/view.h"
#include "words/words.h"

/** What a report is about: COUNT sources, of which number WORST gives the verdict. */
struct report {
    const struct view_source *sources;
    size_t count;
    int worst;
    char *const *warnings; /**< of the configuration */
    size_t warnings_count;
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

/** Appends the evidence and next steps of SOURCE's verdict as items of a Markdown list. */
void report_add_findings(struct str *s, const struct view_source *source);

/** Appends what the reader of SOURCE's numbers should know as items of a Markdown list. */
void report_add_markdown_warnings(struct str *s, const struct view_source *source);

/**
 * Appends the report as CSV (RFC 4180), a heading first. The column `kind` says what a line is:
 * `stage` and `tool` have a line for each signal; `verdict`, `evidence`, `next`, `alerts`,
 * `warning` and `source` are sentences, in `reason`. Sources with names are the first column.
 */
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

/** Appends which cJSON this program runs with: " cJSON/1.7.18". */
void report_add_version(struct str *out);

#endif
