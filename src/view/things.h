/**
 * A table of things that a server lists: targets, alerts, rules.
 */
#ifndef RAGTOP_VIEW_THINGS_H
#define RAGTOP_VIEW_THINGS_H

#include "feed/want.h"
#include "series/list.h"
#include "view/page.h"

/** A column: what it looks like, and what a thing has in it. */
struct things_column {
    struct view_column shape;
    struct view_cell (*cell)(
        struct arena *a, const struct view_input *in, const struct list *list, size_t i);
};

/** A kind of things as a table shows them, the worst first. */
struct things {
    enum feed_kind feed;
    const char *noun;                    /**< of several, for the reader: "targets" */
    const struct things_column *columns; /**< the second is the name */
    size_t columns_count;
    /** How bad it is that thing I is as it is: more is worse; SEVERITY is that of its mark. */
    double (*trouble)(
        const struct view_input *in, const struct list *list, size_t i, enum severity *severity);
};

/** Adds the table of THINGS to V, or a sentence why there is none. */
void things_add(
    struct view *v, struct arena *a, const struct view_input *in, const struct things *things);

/** The list of that kind; empty where nothing is known. */
const struct list *things_list(const struct view_input *in, enum feed_kind feed);

#endif
