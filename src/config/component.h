/**
 * The components that were recognised on a server, and what became of each.
 */
#ifndef RAGTOP_CONFIG_COMPONENT_H
#define RAGTOP_CONFIG_COMPONENT_H

#include <stddef.h>

#include "base/names.h"
#include "config/config.h"

/** Whether it is shown, or why not. */
enum component_fate {
    COMPONENT_TAKEN,
    COMPONENT_ALONE,    /**< not of RAG stacks alone, and none of those is in its namespace */
    COMPONENT_DOUBLED,  /**< not of RAG stacks alone, and OTHER knows its job better */
    COMPONENT_SILENT,   /**< none of its latencies has series, as it has had no requests yet */
    COMPONENT_UNJUDGED, /**< it has nothing that is judged */
    COMPONENT_UNLINKED, /**< not of RAG stacks alone, one of many, and no call or link joins it */
    COMPONENT_NO_ROOM,  /**< there are as many stages as there may be */
    COMPONENT_FATES,
};

/** By what its place in the tree was found. */
enum component_link {
    COMPONENT_ROOT,     /**< nothing calls it, as far as is known */
    COMPONENT_BY_ROLE,  /**< it follows from what it does alone */
    COMPONENT_BY_MODEL, /**< of several that might call it, one has the same model */
    COMPONENT_BY_CALLS, /**< a metric counts the calls */
    COMPONENT_BY_LINK,  /**< the user says so */
};

/** One at one place. Texts are owned, and as the server has them; "" is not known. */
struct component {
    char *profile, *title;
    enum stage_role role;
    bool built_in; /**< so is its profile */
    char *namespace, *job;
    char *metric; /**< by which it was recognised */
    enum component_fate fate;
    char *other;             /**< the title of what knows its job better; NULL: nothing does */
    struct name_list stages; /**< that came of it, without those that they contain */
    enum component_link link;
    char *under; /**< the stage that calls it; NULL: none */
};

/** Some of them; zeroed, it is empty. */
struct component_list {
    struct component *items; /**< owned */
    size_t count, cap;
};

/** Adds one, with copies of the texts, and returns it; valid until the next is added. */
struct component *component_add(struct component_list *list, const char *profile, const char *title,
    const char *namespace, const char *job);

/** Frees all and leaves it empty. */
void component_finish(struct component_list *list);

/** The word of documents for FATE: "taken". */
const char *component_fate_name(enum component_fate fate);

#endif
