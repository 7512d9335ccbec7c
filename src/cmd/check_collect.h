/**
 * Every name that a plan asks for, with where it stands in the configuration. Private to cmd/.
 */
#ifndef RAGTOP_CMD_CHECK_COLLECT_H
#define RAGTOP_CMD_CHECK_COLLECT_H

#include <stddef.h>

#include "base/arena.h"
#include "export/checked.h"
#include "watch/watch.h"

/** One name, and how it is asked for. */
struct check_entry {
    struct checked_name name; /**< its texts are of the plan or the arena */
    const char *selector;     /**< its series */
    const char *value;        /**< PromQL of one number that it has now; NULL: none */
    double newest_s;          /**< Unix seconds of its last sample; NaN: none is known */
    double labelled;          /**< of what counts failures: series with the labels that it wants */
    bool is_base;             /**< it is the base name of a latency */
    const struct signal *signal; /**< NULL: it is what makes the stages */
};

struct check_list {
    struct check_entry *items; /**< owned */
    size_t count, cap;
    struct arena arena;
};

/** Fills OUT with the names of the plan of W; what only an answer can tell is NaN. */
void check_collect(struct check_list *out, const struct watch *w);

/** Frees. */
void check_finish(struct check_list *list);

#endif
