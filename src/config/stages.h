/**
 * The tree of stages that several files build together.
 */
#ifndef RAGTOP_CONFIG_STAGES_H
#define RAGTOP_CONFIG_STAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "config/component.h"
#include "config/config.h"

/** Stages of one file, or of all so far; zeroed means none. */
struct stage_list {
    struct stage_config *items;
    size_t count;
};

/** What is watched, of which a server was asked; zeroed means nothing. */
struct pipeline {
    struct stage_config *stages;
    size_t stages_count;
    struct tools_config tools;
    struct name_list
        tools_of;          /**< the components that count tools; only the first one's are TOOLS */
    const char *pod_label; /**< of all stages, of the configuration; NULL: see labels_instance() */
    struct component_list components; /**< that were recognised, taken or not */
    struct name_list notes;           /**< what the user is to read of how it was found */
    bool guessed;                     /**< no component is known: the stages look like latencies */
    size_t guessed_more;              /**< and so many others that do have no room */
};

/** Frees what *P holds; a zeroed one is accepted. */
void pipeline_finish(struct pipeline *p);

/**
 * Moves the stages of MORE into ALL: one takes the place of the stage with its name, wherever in
 * the tree that is, and comes last when there is none. MORE is left empty.
 *
 * Names must be unique within MORE and within ALL. They may not be in the outcome: see below.
 */
void stages_merge(struct stage_list *all, struct stage_list *more);

/** Whether the time that S takes is named, by a metric or an expression. */
bool stages_is_timed(const struct stage_config *s);

/** Whether S says anything by which it can be judged: how long it takes, or what else there is. */
bool stages_can_judge(const struct stage_config *s);

/** A name that two stages of the tree have; NULL: all differ. */
const char *stages_repeated(const struct stage_list *list);

/** The number of stages, children included. */
size_t stages_count(const struct stage_list *list);

/** The levels of the tree: 1 for stages without children. */
size_t stages_depth(const struct stage_list *list);

/**
 * A copy of S called NAME, of which every metric, and every one that an expression names, has
 * MATCHERS as well; what it contains is called NAME/CHILD. The caller calls stages_finish_one().
 */
struct stage_config stages_narrowed(
    const struct stage_config *s, const char *name, const char *matchers);

/** Frees all stages and leaves the list empty. */
void stages_finish(struct stage_list *list);

/** Frees what S holds, and its children. */
void stages_finish_one(struct stage_config *s);

/** Frees the texts of a metric. */
void stages_finish_metric(struct metric_config *m);

/** Frees what T holds, which is then of no tools. */
void stages_finish_tools(struct tools_config *t);

#endif
