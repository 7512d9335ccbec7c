/**
 * What the user should see, as plain data: texts with their roles, numbers to be drawn, and how
 * the table's columns share the width. Made anew for every frame, in memory of that frame.
 */
#ifndef RAGTOP_VIEW_VIEW_H
#define RAGTOP_VIEW_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "config/role.h"
#include "view/state.h"
#include "view/words.h"

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

/** The columns of a table; every table of a page shares them, so that numbers align. */
enum column {
    COLUMN_MARK,
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

struct view_row {
    struct row_id id;
    bool selected;
    struct view_text cells[COLUMN_COUNT]; /**< COLUMN_TREND is empty: see TREND */
    struct view_trend trend;
};

struct view_table {
    const char *headings[COLUMN_COUNT];
    struct view_row *rows;
    size_t count;
};

/** A chart with axes. */
struct view_chart {
    const char *title;
    bool selected; /**< it belongs to the selected row */
    struct view_trend trend;
    void (*format)(struct str *s, double value); /**< of the value axis */
    int64_t first_ms, last_ms;
};

struct view_fact {
    const char *label;
    struct view_text value;
};

struct view_key {
    const char *key, *label;
};

struct view {
    enum page page;
    const char *source;         /**< where the numbers come from */
    struct view_text age;       /**< of the data */
    const char *window, *usual; /**< what "now" and "usual" mean */
    struct view_text clock;
    struct view_text mark;    /**< of the verdict: "!!" */
    struct view_text summary; /**< the verdict sentence */
    struct view_table stages, tools;
    struct view_chart *charts; /**< one per stage in the table's order, and the selected tool */
    size_t charts_count;
    const char *detail_title;
    const struct view_fact *facts; /**< of PAGE_DETAIL */
    size_t facts_count;
    const struct view_key *keys; /**< for the status line */
    size_t keys_count;
    const struct view_key *help; /**< all of them, for PAGE_HELP */
    size_t help_count;
    struct view_text notice; /**< shown at the right of the status line */
    bool stale;              /**< the numbers are old: drawn dimmed */
};

struct view_input {
    const struct words words; /**< plan, store and diagnosis */
    const struct view_state *state;
    int64_t now_ms;              /**< of the clock */
    int columns;                 /**< of the screen: wide ones show whole metric names */
    const char *source;          /**< the URL, without credentials */
    const struct view_key *keys; /**< for the status line; kept by reference */
    size_t keys_count;
    const struct view_key *help; /**< of all actions; kept by reference */
    size_t help_count;
    const char *notice; /**< NULL: none */
};

/** Makes the view of INPUT; everything it points to lives in ARENA or longer. */
void view_build(struct view *out, struct arena *arena, const struct view_input *input);

/**
 * The row STEPS below (or above, if negative) the selected one in the order of the tables, stopping
 * at the ends.
 */
struct row_id view_step(const struct view *v, struct row_id from, int steps);

#endif
