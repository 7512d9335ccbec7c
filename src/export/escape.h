/**
 * Text on its way into a document. Names of stages, tools, pods and servers come from outside, and
 * whatever they hold must arrive as text: no markup, no formula, no control of a terminal.
 *
 * Unless said otherwise, malformed bytes and what is not safe to show (see utf8_is_safe()) become
 * U+FFFD, and the text is put on one line. TEXT may be NULL, which adds nothing but quotes.
 */
#ifndef RAGTOP_EMIT_ESCAPE_H
#define RAGTOP_EMIT_ESCAPE_H

#include "base/str.h"

/** Appends TEXT for a terminal or a clipboard. */
void escape_text(struct str *s, const char *text);

/**
 * Appends TEXT as running text of Markdown, in a table or out of it. Words that might mean
 * something to GitHub, GitLab, Slack or Jira (emphasis, links, mentions, HTML, emoji, a domain)
 * become code spans, and a bar is escaped. Ordinary words and numbers stay as they are. Runs of
 * blanks become one.
 */
void escape_markdown(struct str *s, const char *text);

/** The same at the start of a paragraph or list item, where `-` or `1.` would begin a list. */
void escape_markdown_line(struct str *s, const char *text);

/**
 * Appends PROMQL in one code span, as escape_promql() has it. Not for tables, where a bar would end
 * the cell.
 */
void escape_markdown_promql(struct str *s, const char *promql);

/**
 * Appends PROMQL on one line, without its comments, to be pasted into a shell or a browser. What is
 * not safe in its strings is written as PromQL's escapes, so that it still asks the same.
 */
void escape_promql(struct str *s, const char *promql);

/**
 * Appends TEXT as a quoted field of CSV (RFC 4180). What a spreadsheet would run as a formula gets
 * an apostrophe in front; a number such as -3 stays a number.
 */
void escape_csv(struct str *s, const char *text);

/** Appends TEXT for the content of an element or an attribute of XML 1.0. */
void escape_xml(struct str *s, const char *text);

/**
 * Appends a whole JSON document whose strings may still hold any bytes but control characters:
 * malformed ones become U+FFFD, and what is not safe to show is written as `\uXXXX`, so that the
 * strings keep their values.
 */
void escape_json(struct str *s, const char *document);

#endif
