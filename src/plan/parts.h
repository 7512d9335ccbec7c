/**
 * What is asked of all stages, or of the series of all signals, by as many queries as it takes:
 * some servers refuse long ones. Each is a signal of the plan; those of one kind stand one after
 * another.
 */
#ifndef RAGTOP_PLAN_PARTS_H
#define RAGTOP_PLAN_PARTS_H

#include "plan/plan.h"
#include "series/store.h"

/** Writes the query of one part. */
struct part_writer {
    struct query_part *part;
    size_t item; /**< the stage or signal that is next */
    struct str arm,
        tail; /**< of the item: its arm, and its share of the tail; the caller fills them */
    struct str query, tails; /**< what was added; whatever TAILS is for is the caller's to add */
    size_t items;
    bool others, full; /**< there is a part after this one; nothing more has room in this one */
};

/** How many parts the signals of KIND need, at most, for the stages and signals of P. */
size_t parts_needed(const struct plan *p, enum signal_kind kind);

/** Begins the query of SIGNAL, about those of the first ITEMS that the parts before it left. */
void part_begin(struct part_writer *w, struct plan *p, int signal, size_t items);

/** Goes on to the next item, with an empty arm and tail; false: this part is full, or they end. */
bool part_next(struct part_writer *w);

/** Adds the arm and the tail if there is an arm; false: there is none, or it has no room. */
bool part_add(struct part_writer *w);

/** Ends it: the query, which is the caller's; NULL: nothing was added to it. */
char *part_end(struct part_writer *w);

/** The signal of the next part after SIGNAL; -1: there is none. */
int part_after(const struct plan *p, int signal);

/** The one of the parts from FIRST on that asks about ITEM. */
int part_of(const struct plan *p, int first, size_t item);

/** How many items the parts from FIRST on have no room for. */
size_t parts_left_out(const struct plan *p, int first);

/** Whether one of the parts from FIRST on has an expression, and no answer yet. */
bool parts_wait(const struct plan *p, const struct store *store, int first);

#endif
