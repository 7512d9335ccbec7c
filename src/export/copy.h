/**
 * What is on the screen as text for somebody else: for a chat, a ticket, a post-mortem.
 */
#ifndef RAGTOP_EXPORT_COPY_H
#define RAGTOP_EXPORT_COPY_H

#include "base/str.h"
#include "export/report.h"
#include "view/view.h"

/** Appends the trace id of the selected exemplar of V; nothing where none is listed. */
void copy_add_trace(struct str *s, const struct view *v);

/**
 * Appends the page as Markdown: the verdict, its tables, facts and texts, the PromQL behind them,
 * what the reader of source AT of R should know, where that is and the moment judged. On the
 * incident page also what speaks for the verdict, and what to look at next.
 */
void copy_add_page(struct str *s, const struct view *v, const struct report *r, size_t at);

/** Appends the selected row as a line of Markdown, `metric: vector_db P95, now: 1.7 s, ...`. */
void copy_add_row(struct str *s, const struct view *v);

/** The PromQL of the pane that has the focus; NULL: there is none. */
const char *copy_promql(const struct view *v);

/** Appends that PromQL as escape_promql() has it; nothing where there is none. */
void copy_add_promql(struct str *s, const struct view *v);

/**
 * Appends a link to the page of the source's Prometheus that draws this PromQL over the span,
 * ending at the moment that is judged; nothing where there is no PromQL, or no server.
 */
void copy_add_link(struct str *s, const struct view *v, const struct words *w);

/**
 * The same as a link into Explore of the Grafana at URL, by its data source DATASOURCE (NULL: its
 * default one).
 */
void copy_add_grafana(struct str *s, const struct view *v, const struct words *w, const char *url,
    const char *datasource);

#endif
