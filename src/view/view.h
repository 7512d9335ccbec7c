/**
 * What the user should see, as plain data: panes with their texts, roles, numbers and places. Made
 * afresh for every frame, in memory of that frame.
 */
#ifndef RAGTOP_VIEW_VIEW_H
#define RAGTOP_VIEW_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "theme/role.h"
#include "view/layout.h"
#include "view/state.h"
#include "words/block.h"
#include "words/words.h"

struct view_text {
    const char *text; /**< NULL: nothing */
    enum role role;
};

/** A series to be drawn, oldest first; NaN is a gap. */
struct view_trend {
    const double *values;
    size_t count;
    double usual;             /**< NaN: not known */
    double warning, critical; /**< from where a value is drawn as such; NaN: never */
};

// --- tables

enum { VIEW_COLUMNS_MAX = 13 };

/** The columns that stages and tools have on the incident page, and in reports. */
enum column {
    COLUMN_MARK, /**< these two are the first of every table */
    COLUMN_NAME,
    COLUMN_NOW,
    COLUMN_USUAL,
    COLUMN_CHANGE,
    COLUMN_ERRORS,
    COLUMN_RATE,
    COLUMN_TREND,
    COLUMN_VERDICT,
    COLUMN_COUNT,
};

struct view_cell {
    const char *text; /**< NULL: nothing */
    enum role role;
    double value; /**< what the column is sorted by; NaN: last */
};

struct view_row {
    struct row_id id;
    bool selected;
    bool heading; /**< of a source: its name and last cell over the whole width, and ASIDE */
    bool stale;   /**< the numbers are old: drawn dimmed */
    bool context; /**< does not match the filter, but is above one that does */
    int depth;    /**< in the tree */
    struct view_cell cells[VIEW_COLUMNS_MAX]; /**< a trend's is empty: see TREND */
    struct view_trend trend;                  /**< made for rows in sight only */
    struct view_text aside;                   /**< of a heading: at the right end */
};

struct view_input;

/**
 * Tables of one page with the same COLUMNS share their places, so that numbers align.
 */
struct view_table {
    const struct view_column *columns;
    size_t columns_count;
    const char *headings[VIEW_COLUMNS_MAX];
    struct view_row *rows;
    size_t count;
    size_t hidden; /**< by the filter */
    struct view_sort sort;
    struct view_trend (*trend)(
        struct arena *a, const struct view_input *input, const struct view_row *row);
    int first;                       /**< the row at the top of what is in sight */
    struct view_table *unfolded;     /**< drawn instead where there is room for it; or NULL */
    const struct view_table *folded; /**< of an unfolded one: the same with a line for each row */
    const struct view_table *above;  /**< the headings that it has as well are not drawn again */
    bool ranked; /**< rows of equal worth stay in their order; else they are sorted by name */
};

// --- charts

/** Something that happened to what is shown: a pod started or was restarted, a rollout. */
struct view_event {
    int64_t at_ms;
    char sign;        /**< on the time axis: `S` start, `R` restart, `D` rollout, `!` onset */
    const char *kind; /**< "restart", as N_() has it */
    const char *what; /**< the pod or the deployment */
};

/** Moments that charts show: the cursor, what the user marked, and what happened. */
struct view_moments {
    int64_t cursor_ms; /**< 0: none; charts then say their values of this moment */
    const int64_t *marks_ms;
    int marks_count;
    const struct view_event *events; /**< the oldest first */
    size_t events_count;
    bool timeless; /**< the times stand below the chart that is below this one */
    bool named;    /**< what happened is said in the frame */
};

enum { VIEW_LINES_MAX = 6 };

struct view_line {
    const char *name; /**< "P95"; NULL when there is only one */
    const double *values;
    enum role role;
    bool beyond;      /**< its last value is only known to be at least that */
    const char *what; /**< of which it is the line, where NAME does not tell; NULL: it does */
    bool off;         /**< the user does not want to see it: see lines_settle() */
};

/** A single request in a chart or a heatmap. */
struct view_point {
    int64_t at_ms;
    double value;
    bool selected;
};

/** Lines over a range of time, with axes. */
struct view_chart {
    struct view_line lines[VIEW_LINES_MAX];
    size_t lines_count;
    const char *signs; /**< a character per line, for charts without dots; NULL: the usual ones */
    size_t judged;     /**< the line that USUAL, WARNING, CRITICAL and THEN are about */
    const double
        *then;    /**< the same at the same time of another day, COUNT values; NULL: not shown */
    size_t count; /**< values of each line; NaN is a gap */
    double usual, spread;
    double warning, critical;                    /**< NaN: never */
    double limit;                                /**< where there is no more; NaN: none */
    void (*format)(struct str *s, double value); /**< of the values */
    /** Of the axis, in the unit of its TOP; NULL: as the values. */
    void (*format_axis)(struct str *s, double value, double top);
    enum value_axis axis;
    int64_t first_ms, last_ms;
    struct view_moments moments;
    const struct view_point *points; /**< the selected one last */
    size_t points_count;
    const char *missing; /**< said instead where there is no value at all */
};

/** How often how much, over time: a column per moment, a row per bucket. */
struct view_heat {
    const double *shares; /**< [moment * rows + row]: share of that moment's requests; NaN: a gap */
    size_t moments, rows; /**< rows from the smallest bound up */
    size_t empty;         /**< as many more above them, shown where there is room */
    const char *const *labels; /**< of each row, the empty ones as well: its upper bound, */
    const double *bounds;      /**< and that as a number, in the unit of the points */
    int64_t first_ms, last_ms;
    struct view_moments shown;
    const struct view_point *points; /**< the selected one last */
    size_t points_count;
    const char *missing;
};

// --- texts

struct view_fact {
    const char *label;
    struct view_text value;
};

struct view_key {
    const char *key, *label;
};

/** A line of a page of text: KEY and TEXT beside it, a heading without TEXT, or nothing. */
struct view_entry {
    struct view_text key, text;
    bool wrap; /**< TEXT is broken into lines below KEY */
    bool selected;
};

/** A row of the wall. */
struct view_big {
    struct view_text mark, name, value, detail;
    const char *briefer; /**< in place of the detail where there is no room for it; NULL: none */
    struct view_trend trend;
};

// --- a line that is edited

enum { VIEW_SAYINGS_MAX = 6 };

/** A line of text with a cursor, and what there is to say of it below. */
struct view_edit {
    const char *text;
    size_t cursor;
    bool active;  /**< keys go into it */
    size_t caret; /**< the byte, from 1, that the first saying is about; 0: none */
    struct view_text sayings[VIEW_SAYINGS_MAX];
    size_t sayings_count;
};

/** A text that could stand at the cursor, and what it means. */
struct view_choice {
    const char *text, *form; /**< FORM may be NULL */
};

struct view_choices {
    const struct view_choice *items;
    size_t count;
    int chosen;      /**< -1: none yet */
    size_t left_out; /**< that would fit as well */
    bool cut;        /**< there may be others that nobody knows */
};

// --- panes

enum pane_kind {
    PANE_VERDICT, /**< the block of the view */
    PANE_TABLE,
    PANE_CHART,
    PANE_HEAT,
    PANE_FACTS,
    PANE_ENTRIES,
    PANE_BIG,
    PANE_BANNER,
    PANE_EDIT,
    PANE_CHOICES,
};

enum { VIEW_THEN_SIGNALS = 2 };

struct view_pane {
    enum pane_kind kind;
    const char *title;       /**< NULL: no line for a title */
    const char *label;       /**< its title in a frame, where it has no other; NULL: none */
    const char *key;         /**< before that: it opens the page; NULL: none */
    enum role title_role;    /**< in a frame, of bad news; ROLE_NORMAL: as titles are */
    struct view_text legend; /**< right of it */
    struct view_text then;   /**< right of that, or in its place where both do not fit */
    const char *off;         /**< which of its lines are off; NULL: none */
    const char *then_narrow; /**< the text of THEN where the whole does not fit; NULL: the same */
    const char *promql;      /**< what it shows, to be pasted elsewhere; NULL: no one query */
    const char *about;       /**< what that is, where the title does not say it; NULL: it does */
    const char *then_promql; /**< what is laid over; NULL: nothing */
    int then_signals[VIEW_THEN_SIGNALS], then_at; /**< what that is read from, at which source */
    size_t then_count;
    bool headless; /**< its only heading stands in the frame */
    bool can_focus, focused;
    bool stale;       /**< its numbers are old: drawn dimmed */
    bool whole;       /**< facts too long for a column have a line each; else they are cut */
    bool flows;       /**< its entries stand in columns where there is room for them */
    struct row_id id; /**< the row it is about, for Enter; index -1: none */
    struct layout_wish wish;
    struct area area;  /**< where it is; empty: not shown */
    struct area frame; /**< around it, its borders with the title included; empty: none */
    bool foot;         /**< the lower border is its own, and says how much is out of sight */
    union {
        struct view_table *table;
        const struct view_chart *chart;
        const struct view_heat *heat;
        const struct view_fact *facts;
        const struct view_entry *entries;
        const struct view_big *big;
        const struct view_text *banner; /**< repeats the verdict, so that nobody misses it */
        const struct view_edit *edit;
        const struct view_choices *choices;
    };
    size_t count; /**< of facts, entries or big rows */
};

enum {
    VIEW_PANES_MAX = 32,
    VIEW_TABS_X = 8, /**< right of the name of the program */
    VIEW_INDENT = 4, /**< left of texts: where marks stand */
    VIEW_BAR_PARTS = 6,
    VIEW_KEY_WIDTH = 18,
    VIEW_FACT_WIDTH = 38,
    VIEW_FACT_LABEL = 12,
};

/** A page as the first line names it. */
struct view_tab {
    const char *key, *name; /**< NULL: not shown */
    bool active, news;      /**< NEWS: something that is wrong is seen there */
    int x, w;               /**< its place in the first line; w 0: not shown */
};

/** A piece of the verdict, at a place of its pane. */
struct view_run {
    int x, y;
    const char *text;
    enum role role;
};

struct view {
    enum page page;
    const struct view_tab *tabs;
    size_t tabs_count;
    const char *name;           /**< of the source in view among several; NULL: it has none */
    const char *source;         /**< where the numbers come from */
    struct view_text age;       /**< of the data */
    const char *window, *usual; /**< what "now" and "usual" mean */
    struct view_text clock;
    struct view_text bar[VIEW_BAR_PARTS]; /**< of a moment of the past: which, and what is now */
    const char *bar_end; /**< at its right end: how to come back; NULL: there is no room for that */
    struct area bar_area;        /**< its place: the header's where there is no other */
    struct view_text mark;       /**< of the verdict: "!!" */
    struct view_text summary;    /**< the verdict sentence, for copies and reports */
    struct block block;          /**< the verdict as the screen has it */
    enum role badge;             /**< of its word */
    const struct view_run *runs; /**< of the block, where it stands in its pane */
    size_t runs_count;
    int verdict_more; /**< lines of it that have no room */
    bool verdict_cut; /**< the last one that has goes on */
    struct view_pane panes[VIEW_PANES_MAX];
    size_t panes_count;
    struct view_table stages, tools; /**< of the incident page; also within its panes */
    int scroll, scroll_most;         /**< of the page's text */
    int choices;                     /**< among the entries of that; 0: it is only read */
    struct area header, status;
    const struct view_key *keys; /**< for the status line */
    size_t keys_count;
    bool keyed; /**< somebody presses keys */
    /** Of each that is shown beside any note: its label where that is long; NULL: of no other. */
    const char *const *keys_brief;
    int lines_more;          /**< of text that has no room here: opening the row shows them */
    int rows_more;           /**< that the page does not list */
    const char *prompt;      /**< what is being typed, with its `/` or `:`; NULL: nothing */
    size_t prompt_cursor;    /**< the byte of it that the cursor stands before */
    const char *prompt_hint; /**< beside it; NULL: nothing */
    struct view_text notice; /**< shown at the right of the status line */
    bool notice_passes;      /**< in seconds: where it is long it has the whole line */
    int notices_more;        /**< that there is no room for beside it; the help has them */
    const char *hidden;      /**< what has no room, to be said beside the prompt; NULL: nothing */
    bool counting;           /**< a text counts seconds */
    bool wall;
    bool typed;           /**< keys are text, 0 as well */
    bool queries;         /**< the page's entries are PromQL */
    const char *commands; /**< of a shell, about the pod in view; NULL: none */
    bool findings;        /**< the page is about the verdict: a copy of it says why as well */
};

struct trend_cache;
struct query;
struct candidates;

/** What the page of the user's query is about. */
struct view_query {
    const struct query *result;          /**< what was asked, and what came of it */
    const struct candidates *candidates; /**< for what is typed; none while it is not edited */
    int chosen;                          /**< of them; -1: none */
    const char *const *earlier;          /**< what was asked before, the newest first */
    size_t earlier_count;
};

/** One of the sources that a view is about. */
struct view_source {
    const char *name; /**< NULL: it has none, and is the only one */
    struct words words;
    struct trend_cache *cache; /**< what is kept from frame to frame; NULL: nothing */
};

/** The present as it was last known, while a moment of the past is shown. */
struct view_present {
    const char *text; /**< in a few words */
    enum role role;
    int64_t at_ms; /**< when that was known */
};

/** A view of WORDS for a screen of COLUMNS x ROWS. */
struct view_input {
    struct words words;                /**< of the source in view */
    const struct view_source *sources; /**< all of them; NULL: there is no other */
    size_t sources_count;
    int at; /**< which of them is in view */
    const struct view_state *state;
    int64_t now_ms;                  /**< of the clock */
    int columns;                     /**< of the screen: wide ones show whole metric names */
    int rows;                        /**< of the screen; 0: no screen, panes have no places */
    const struct bindings *bindings; /**< what keys do; NULL: nobody presses any */
    const struct view_query *query;  /**< NULL: there is none */
    const char *notice;              /**< NULL: none */
    bool notice_passes;              /**< it is there for some seconds only */
    char *const *warnings;           /**< of the configuration */
    size_t warnings_count;
    const struct view_present *present; /**< NULL: it is shown, or was never known */
    const char *hint;                   /**< beside what is typed into the prompt; NULL: none */
    struct trend_cache *cache;          /**< what is kept from frame to frame; NULL: nothing */
    const struct view_event *events;    /**< of what the page is about; set by the page */
    size_t events_count;
};

/** INPUT with source I in view instead. */
struct view_input view_input_of(const struct view_input *input, int i);

/** Whether A and B are the same row. */
bool view_same_row(struct row_id a, struct row_id b);

/** Whether the focus is on a table and none of V has a row: nothing can be opened. */
bool view_is_empty(const struct view *v);

/**
 * The row STEPS below (or above, if negative) the selected one in the order of the page's tables,
 * stopping at the ends; the first one where nothing is selected.
 */
struct row_id view_step(const struct view *v, struct row_id from, int steps);

/**
 * The next row below FROM that matches the filter by itself, going round; with BACKWARD the one
 * above.
 */
struct row_id view_next_match(const struct view *v, struct row_id from, bool backward);

/** The pane that has the focus, or NULL. */
const struct view_pane *view_focused(const struct view *v);

/** How many panes can have the focus. */
int view_focus_count(const struct view *v);

/** The pane at X, Y of the screen, or NULL. */
const struct view_pane *view_pane_at(const struct view *v, int x, int y);

/** The row at line Y of the screen within the table PANE; index -1: none. */
struct row_id view_row_at(const struct view_pane *pane, int y);

/** The columns of the longest name of a line of CHART and the blank after it; 0: they have none. */
int view_chart_names(const struct view_chart *chart);

/** Whether CHART has no value at all. */
bool view_chart_is_empty(const struct view_chart *chart);

/** Sets which pane has the focus: the one of the state, or the one with the selected row. */
void view_settle_focus(struct view *v, const struct view_input *input);

/** How many of the facts of PANE stand beside each other on a screen of WIDTH. */
int view_facts_abreast(const struct view_pane *pane, int width);

/** Where a fact stands: in a column, or WIDE, in a line of its own below all columns. */
struct view_fact_place {
    int column, line;
    bool wide;
};

/** Where fact I of PANE stands on a screen of WIDTH; columns are read downwards. */
struct view_fact_place view_fact_place(const struct view_pane *pane, int width, size_t i);

/** The lines that the facts of PANE take on a screen of WIDTH. */
int view_facts_lines(const struct view_pane *pane, int width);

/** The lines that EDIT takes in a pane of WIDTH. */
int view_edit_lines(const struct view_edit *edit, int width);

/** The columns of text that sayings have on a screen of WIDTH. */
int view_saying_width(int width);

/** The width of a column of CHOICES, and how many of these stand beside each other in WIDTH. */
int view_choices_width(const struct view_choices *choices, int width);
int view_choices_abreast(const struct view_choices *choices, int width);

/** The lines that ENTRY takes in a pane of WIDTH. */
int view_entry_lines(const struct view_entry *entry, int width);

enum { VIEW_ENTRY_COLUMNS = 3 };

/** How the entries of a pane stand: in columns that are read downwards, about as long as each
 * other. */
struct view_flow {
    int columns, width;                   /**< how many, and how wide each is */
    int lines;                            /**< of the longest */
    size_t first[VIEW_ENTRY_COLUMNS + 1]; /**< of each, and behind them COUNT of the pane */
};

/** How those of PANE do in WIDTH. A group begins a column with its heading, and ends none with it.
 */
struct view_flow view_flow(const struct view_pane *pane, int width);

/** The lines of its area that the title of PANE takes: none in a frame. */
int view_title_lines(const struct view_pane *pane);

/** The lines of its area that the headings of the table PANE take. */
int view_heading_lines(const struct view_pane *pane);

/** The rows of a table that its pane has room for. */
int view_table_room(const struct view_pane *pane);

#endif
