/**
 * Whether one of the replicas that serve a stage has stopped completing, while the others go on.
 */
#ifndef RAGTOP_PLAN_REPLICAS_H
#define RAGTOP_PLAN_REPLICAS_H

#include "plan/plan.h"
#include "series/matrix.h"

/** So long nothing has to complete, while work is there all the time. */
enum { REPLICAS_STUCK_MS = 5 * 60 * 1000 };

/** What one replica does, by the newest answer. */
struct replica {
    const char *name; /**< points into the matrix */
    double busy;    /**< requests that ran, or waited, at least, all of that time; NaN: it is new */
    double running; /**< now */
    double done;    /**< completed per second; NaN: nothing counts them */
};

/**
 * The signal of STAGE that tells what runs there, or what waits, by replica; -1: there is none. Of
 * a component that is no LLM server what runs may well never end.
 */
int replicas_signal(const struct plan *p, int stage);

/**
 * The query about the replicas of as many such stages as there is room for; NULL: there is none.
 * Its series have the label `of`, the index of the stage, and part="busy", "running" or "done".
 * Sets *MORE to the number of stages for which there was no room. The caller frees.
 */
char *replicas_expression(const struct plan *p, size_t *more);

/** What the replica of series I of M, the answers to that, does in SLOT, as one of those of STAGE;
 * false: I is another stage's, or has no value of part="running" there. */
bool replicas_read(struct replica *out, const struct matrix *m, size_t i, int stage, int64_t slot);

/** Whether R completes nothing of what is there, and one that is merely slow would have. */
bool replicas_is_stuck(const struct replica *r);

#endif
