/**
 * One stage of a component at one place, while the tree is built. Private to catalogue/.
 */
#ifndef RAGTOP_CATALOGUE_TREE_H
#define RAGTOP_CATALOGUE_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "config/component.h"
#include "config/config.h"
#include "config/stages.h"
#include "series/batch.h"

struct node {
    const struct profile *profile;
    const struct stage_config *template;
    struct stage_config stage;           /**< owned until it is linked */
    const char *namespace, *job, *value; /**< of the rows; "" where there is none */
    size_t component;                    /**< of it, among those that were recognised */
    bool dropped;
    size_t own_children; /**< of its template; behind them come those that it adopts */
    int parent;          /**< index; -1: a root */
    bool by_value;       /**< the parent was chosen by the value that both have */
};

struct tree {
    struct node *items; /**< owned */
    size_t count, cap;
};

/**
 * NAME as that of a stage, with `#N` behind it where N is more than 1: cut so that both fit,
 * between characters. The caller frees.
 */
char *tree_fitted(const char *name, int n);

/** Of `meta-llama/Llama-3-8B` what is behind the last slash: that says which model it is. */
const char *tree_last_part(const char *value);

/**
 * Appends to ALL the stages of P, one for each place and value that ROWS show, which outlive it.
 * SEEN is told which components they are of.
 */
void tree_add(struct tree *all, const struct profile *p, const struct batch *rows,
    struct component_list *seen);

/**
 * Lets go of the stages in ALL that others stand for, of the same job and namespace: those that a
 * profile replaces, and generic ones where a component is known better. SEEN is told.
 */
void tree_drop(struct tree *all, struct component_list *seen);

/** Gives every stage of ALL a name of its own: `vllm/queue` where two have a queue. */
void tree_name(struct tree *all);

/** In the order of the roles, so that what calls stands before what it calls. */
void tree_sort(struct tree *all);

/** Sets the parents in ALL, by role, namespace and label value. */
void tree_link(struct tree *all);

/** Moves the stages of ALL, which is freed, into OUT, each into its parent. */
void tree_make(struct tree *all, struct pipeline *out);

#endif
