/**
 * A table of things that a server lists: targets, alerts, rules.
 */
#ifndef RAGTOP_VIEW_THINGS_H
#define RAGTOP_VIEW_THINGS_H

#include "feed/want.h"
#include "series/list.h"
#include "view/page.h"

/** What thing I has in a column. */
typedef struct view_cell things_cell(
    struct arena *a, const struct view_input *in, const struct list *list, size_t i);

/** A kind of things as a table shows them, the worst first. */
struct things {
    enum feed_kind feed;
    const char *noun;                  /**< of several, for the reader: "targets" */
    const struct view_column *columns; /**< the first is the mark, the second the name */
    things_cell *const *cells;         /**< of each column; none of the first */
    size_t columns_count;
    /** How bad it is that thing I is as it is: more is worse; SEVERITY is that of its mark. */
    double (*trouble)(
        const struct view_input *in, const struct list *list, size_t i, enum severity *severity);
};

/**
 * Adds the table of THINGS to V, or a sentence why there is none. Returns the index of the selected
 * one; -1: there is none.
 */
int things_add(
    struct view *v, struct arena *a, const struct view_input *in, const struct things *things);

/** The list of that kind; empty where nothing is known. */
const struct list *things_list(const struct view_input *in, enum feed_kind feed);

#endif
