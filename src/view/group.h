/**
 * The rows of several sources in one table: below a heading for each, the worst source first. With
 * one source there are no headings. Private to view/.
 */
#ifndef RAGTOP_VIEW_GROUP_H
#define RAGTOP_VIEW_GROUP_H

#include "view/view.h"

/** Rows on their way into a table. */
struct group {
    struct view_row *rows;
    int *parents;
    const char **also; /**< what they are found by, too */
    size_t count;
    int heading;    /**< above them; -1: there is none */
    bool folds;     /**< there is no room for the rows of sources that fare well */
    size_t columns; /**< of the table */
};

/** Whether rows have to say which source they are of. */
bool group_is_wanted(const struct view_input *in);

/** How many there are, at least 1. */
int group_sources(const struct view_input *in);

/** Whether the numbers of the source in view of OWN, one of several, are old. */
bool group_is_stale(const struct view_input *own);

/** Whether source I is to be shown at all. */
bool group_shows(const struct view_input *in, int i);

/** Room for the rows of all sources, where COUNT says how many one has, in a table of COLUMNS. */
void group_init(struct group *g, struct arena *a, const struct view_input *in, size_t columns,
    size_t (*count)(const struct words *w));

/** Begins with the source in view of OWN. False: its rows are not wanted. */
bool group_begin(struct group *g, struct arena *a, const struct view_input *own);

/**
 * Adds ROW below the row PARENT (-1: below the heading of its source, if any), which is also found
 * by ALSO. Returns which row it is.
 */
int group_add(struct group *g, struct arena *a, const struct view_input *own, struct view_row row,
    int parent, const char *also);

/** Puts the rows into T, in order. */
void group_settle(struct group *g, struct arena *a, struct view_table *t, const char *filter);

/** NAME with that of the source in view before it, where there are several. */
const char *group_name(struct arena *a, const struct view_input *own, const char *name);

#endif
