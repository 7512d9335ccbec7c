/**
 * What the user has chosen to see. Changed by commands, read by views.
 */
#ifndef RAGTOP_VIEW_STATE_H
#define RAGTOP_VIEW_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "config/limits.h"

#include "base/line.h"

/** The pages; what each of them is, is in a file of its own in pages/. */
enum page {
#define PAGE(NAME, name) PAGE_##NAME,
#include "view/pages.def"
#undef PAGE
    PAGE_COUNT,
};

enum row_kind {
    ROW_STAGE,
    ROW_TOOL,
    ROW_POD,
    ROW_EXEMPLAR,
    ROW_SERIES,
    ROW_SOURCE,
    ROW_NAMESPACE,
    ROW_READY, /**< a query that is ready to be asked */
    ROW_THING, /**< of a list that the server gives */
    ROW_SILENCE,
    ROW_STEP, /**< what to look at next */
};

/** A row of a table. */
struct row_id {
    enum row_kind kind;
    int index;  /**< in the plan's stages, the diagnosis's tools, the stage's pods, the store's
                   exemplars, the series of the query, the queries that are ready or the list;
                   the first stage of a namespace; of an alert and a silence a number that stays
                   with it; 0 of a source; -1: no row */
    int source; /**< that it is of: index into those of the view */
};

/** The order of a page's tables. */
struct view_sort {
    int column;    /**< index into the table's columns; 0: the worst first */
    bool inverted; /**< the smallest first, or the best */
};

/** The range of time that panes show. */
struct view_range {
    int64_t first_ms, last_ms; /**< both 0: the span up to now */
};

enum value_axis {
    AXIS_ZERO, /**< from 0 */
    AXIS_AUTO, /**< from the smallest value */
    AXIS_LOG,
    AXIS_COUNT,
};

/** Whether the rows of a source or a namespace are shown below its heading. */
enum fold { FOLD_AUTO, FOLD_OPEN, FOLD_CLOSED };

/** What the user chose of a namespace. */
struct namespace_fold {
    uint64_t key; /**< see stage_rows_key() */
    enum fold fold;
};

/** What is typed into at the bottom of the screen. */
enum prompt_kind { PROMPT_NONE, PROMPT_FILTER, PROMPT_COMMAND, PROMPT_CONFIRM, PROMPT_THEME };

/** What is asked on the query page, and how it is shown: no other page has it. */
struct query_line {
    struct line line; /**< the text of the query */
    bool edited;      /**< keys go into it */
    bool table;       /**< its answer is a table of this moment, else a chart of the span */
};

enum {
    STATE_TRAIL_MAX = 8,
    STATE_TEXT_MAX = 256,
    STATE_MARKS_MAX = 9,
    STATE_NAMESPACES_MAX = 32,
    STATE_LINES_OFF = 16
};

struct view_state {
    bool read_only; /**< nothing is changed on any server, and no page offers it */
    enum page page;
    enum page trail[STATE_TRAIL_MAX]; /**< the pages that Esc leads back to, the last first */
    int trail_count;
    struct row_id selected; /**< stays on its stage or tool when the order changes */
    int subject;            /**< the stage that a page is about while no stage is selected */
    int focus[PAGE_COUNT];  /**< the pane that keys are about, among those that can have it */
    bool full;              /**< that pane alone fills the page */
    int scroll;             /**< lines above the first one shown, on pages of text */
    int choice;             /**< what is selected there, where something can be */
    uint64_t lines_off[STATE_LINES_OFF]; /**< hashes of lines that charts do not show */
    size_t lines_off_count;
    struct view_sort sort[PAGE_COUNT];
    struct view_range range;
    int64_t cursor_ms; /**< the moment whose values charts say; 0: no cursor */
    int64_t marks_ms[STATE_MARKS_MAX];
    int marks_count;
    enum value_axis axis;
    bool exemplars;   /**< of the stage are listed on its page */
    int compare_days; /**< charts show the same time so many days before as well; 0: they do not */
    char filter[STATE_TEXT_MAX]; /**< only rows with this text; `!` first: only those without */
    char filter_aside[STATE_TEXT_MAX]; /**< of the page before the help, which FILTER searches */
    enum prompt_kind prompt;
    struct query_line query;
    struct line typed;    /**< into the prompt */
    const char *question; /**< of PROMPT_CONFIRM, which y answers, and of PROMPT_THEME; else NULL */
    const char *summary;  /**< what that is about, at length, or what is wrong
                               with the line that is typed; NULL: nothing */
    const char *pending;  /**< what the first key of two waits for; NULL: nothing */
    enum fold folds[LIMIT_SOURCES];
    struct namespace_fold namespaces[STATE_NAMESPACES_MAX]; /**< the last ones chosen */
    size_t namespaces_count;                                /**< ever chosen */
    int only; /**< the source that is shown alone, counted from 1; 0: all are */
    bool paused;
    bool wall; /**< pages rotate, and nobody presses keys */
};

#endif
