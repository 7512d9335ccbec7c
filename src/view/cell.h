/**
 * Numbers and words made into texts with a role. Private to view/.
 */
#ifndef RAGTOP_VIEW_CELL_H
#define RAGTOP_VIEW_CELL_H

#include "view/view.h"

/** The text of S in the arena; S is finished and can be used again. */
const char *cell_settle(struct arena *a, struct str *s);

/** What ADD says of INDEX. */
const char *cell_words(struct arena *a,
    void (*add)(struct str *s, const struct words *w, int index), const struct words *w, int index);

/** VALUE as FORMAT writes it. */
const char *cell_number(struct arena *a, void (*format)(struct str *s, double value), double value);

/** A whole NUMBER with commas, an age or duration of MS, and a moment by a strftime FORMAT. */
const char *cell_whole(struct arena *a, int64_t number);
const char *cell_age(struct arena *a, int64_t ms);
const char *cell_time(struct arena *a, int64_t at_ms, const char *format);

/** VALUE to be read and sorted by. */
struct view_cell cell_of(
    struct arena *a, void (*format)(struct str *s, double value), double value, enum role role);

/** The share of errors that R is: `?` where there should be one that cannot be known. */
struct view_cell cell_of_errors(struct arena *a, const struct reading *r);

/** The same of tool T: of itself, or else what is wrong with those of all tools. */
struct view_cell cell_of_tool_errors(
    struct arena *a, const struct words *w, const struct tool_diagnosis *t);

/** `!!`, `!`, `?` or nothing. */
struct view_text cell_mark(enum severity severity);

/** What SEVERITY looks like. */
enum role cell_role(enum severity severity);

/** The role of a number of SEVERITY: CALM unless that is at least a warning. */
enum role cell_value_role(enum severity severity, enum role calm);

/** `retrieval P95`. */
const char *cell_stage_name(struct arena *a, const struct words *w, int stage);

/** The name of STAGE below its parents: `└ vector_db`, or `┄ llm` where it is linked. */
const char *cell_tree_name(struct arena *a, const struct words *w, int stage);

/**
 * The name of a row: `└ vector_db P95`, below its parents; or, where NAMES are the columns of the
 * longest name of a stage (0: only the stage is named), its metric in a column of its own right of
 * it, `└ vector_db  vector_db_query_duration_seconds P95`.
 */
const char *cell_row_name(struct arena *a, const struct words *w, int stage, int names);

/** The columns of the name of STAGE below its parents, and of its metric with the statistic. */
void cell_name_widths(const struct words *w, int stage, int *name, int *metric);

/** Whether each stage of PLAN has a metric of its own, so that it says more than the name. */
bool cell_metrics_tell_apart(const struct plan *plan);

/** `last 1h`: the heading of trends. */
const char *cell_span_heading(struct arena *a, const struct view_input *in);

/** The row INDEX of KIND of the source in view. */
struct row_id cell_row(const struct view_input *in, enum row_kind kind, int index);

/** Whether ID is the selected row. */
bool cell_is_selected(const struct view_input *in, struct row_id id);

/**
 * Why nothing is known of SIGNAL: nobody answers, it is being asked, the query is refused, there is
 * no such metric; OTHERWISE when it was answered, or is -1.
 */
const char *cell_why_none(
    struct arena *a, const struct words *w, int signal, const char *otherwise);

/** The PromQL of SIGNAL for a reader; NULL when there is none or SIGNAL is -1. */
const char *cell_promql(struct arena *a, const struct words *w, int signal);

#endif
