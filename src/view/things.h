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
/** What is said of a list, as N_() has it; %s stands for the server, a reason or numbers. */
struct things_texts {
    const char *scraped;             /**< there is none, as ragtop scrapes the target itself */
    const char *no_answer;           /**< the server does not answer */
    const char *unlisted;            /**< the server, %s, does not list them; */
    const char *unlisted_by_unnamed; /**< and where its name is not known */
    const char *refused;             /**< it refused to, as %s */
    const char *asking;
    const char *none;            /**< the server, %s, has none; */
    const char *none_of_unnamed; /**< and where its name is not known */
    const char *(*heading)(struct arena *a, int64_t count, const char *troubled);
    const char *(*left_out)(struct arena *a, int64_t count);
};

struct things {
    enum feed_kind feed;
    struct things_texts texts;
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
