/**
 * One stage of a component at one place, while the tree is built. Private to catalogue/.
 */
#ifndef RAGTOP_CATALOGUE_TREE_H
#define RAGTOP_CATALOGUE_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/names.h"
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
    struct name_list names; /**< of its service and workloads; owned until it is linked */
    bool dropped;
    size_t own_children;      /**< of its template; behind them come those that it adopts */
    int parent;               /**< index; -1: a root */
    const char *part;         /**< of the parent, that contains it; NULL: the parent does */
    enum component_link link; /**< by what the parent was found */
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
 * Adds to SEEN the components that they belong to.
 */
void tree_add(struct tree *all, const struct profile *p, const struct batch *rows,
    struct component_list *seen);

/**
 * Lets go of the stages in ALL that others stand for, of the same job and namespace: those that a
 * profile replaces, generic ones where a component is known better, and workloads of a mesh that
 * have metrics of their own. SEEN notes what was dropped, and why.
 */
void tree_drop(struct tree *all, struct component_list *seen);

/** Lets go of those in ALL that are dropped, and returns how many components are gone with them:
 * FATE is what became of these, unless SEEN has it already. */
size_t tree_let_go(struct tree *all, struct component_list *seen, enum component_fate fate);

/**
 * Lets go of generic stages in ALL, which is in order and not named yet, of which there are many of
 * one role in one namespace, unless a call in ROWS or a link of C shows that they belong to what
 * is of RAG stacks alone. OUT takes a sentence that says so.
 */
void tree_drop_strangers(struct tree *all, const struct config *c, const struct batch *rows,
    struct component_list *seen, struct name_list *out);

/** Gives every stage of ALL a name of its own: `vllm/queue` where two have a queue. */
void tree_name(struct tree *all);

/** In the order of the roles, so that what calls stands before what it calls. */
void tree_sort(struct tree *all);

/** Frees what ONE owns. */
void tree_finish_node(struct node *one);

/** Whether ROW is of the latency that shows ONE. */
bool tree_shows(const struct node *one, const struct batch *rows, const struct labels *row);

/** The label with the name of the workload of ROWS, which the query makes from the pod's. */
extern const char tree_workload[];

/** Has PARENT contain CHILD, as LINK tells. False, with nothing done: CHILD contains PARENT. */
bool tree_join(struct tree *all, size_t child, size_t parent, enum component_link link);

/** Sets the parents in ALL that LINKS name; OUT takes a sentence for each that cannot be. */
void tree_link_given(
    struct tree *all, const struct link_config *links, size_t count, struct name_list *out);

/** Whether the values that tell the stages like ONE apart are workloads, as a mesh sees them. */
bool tree_is_workload(const struct node *one);

/** Whether ONE is what a program measures of its own calls of others. */
bool tree_is_of_caller(const struct node *one);

/**
 * Whether ONE is at the place, and has the service, workload or job, that TARGET in NAMESPACE
 * names: a workload, a host, host:port. A host that names a namespace goes before NAMESPACE.
 */
bool tree_is_called(const struct node *one, const char *target, const char *namespace);

/**
 * Sets the parents in ALL, where there is none, that the edges of PROFILES show in ROWS. Where both
 * ends are in the same namespace it is that of the row, which a federation may have set.
 */
void tree_link_measured(
    struct tree *all, const struct profile *profiles, size_t count, const struct batch *rows);

/** What would call the one at I by role, namespace and label value; negative: it is not known. */
int tree_caller_by_role(const struct tree *all, size_t i);

/** Sets the parents in ALL, where there is none, by role, namespace and label value. */
void tree_link(struct tree *all);

/** Moves the stages of ALL, which is freed, into OUT, each into its parent. */
void tree_make(struct tree *all, struct pipeline *out);

#endif
