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
 * The expression of QUERY, one of the parts from P's `replicas` on, about the replicas of such
 * stages; NULL: there is none. Its series have the label `of`, the index of the stage, and
 * part="busy", "running" or "done". The caller frees.
 */
char *replicas_expression(struct plan *p, int query);

/** The series of one replica in the answers to that; NULL: there is none. */
struct replica_series {
    const struct series *running, *busy, *done;
};

/** Finds those of series I of M as of a replica of STAGE; false: I is none of part="running". */
bool replicas_find(struct replica_series *out, const struct matrix *m, size_t i, int stage);

/** What the replica of S does in SLOT; false: its part="running" has no value there. */
bool replicas_at(struct replica *out, const struct replica_series *s, int64_t slot);

/** Both at once. */
bool replicas_read(struct replica *out, const struct matrix *m, size_t i, int stage, int64_t slot);

/** Whether R completes nothing of what is there, and one that is merely slow would have. */
bool replicas_is_stuck(const struct replica *r);

#endif
