/**
 * What of the history need not be asked: poller_memory has it. See proof.h for whether that is
 * believed. Private to poll/.
 */
#ifndef RAGTOP_POLL_REMEMBERED_H
#define RAGTOP_POLL_REMEMBERED_H

#include "poll/schedule.h"
#include "series/batch.h"

struct poller;

/** Answers ASK from the memory, true, if it can; else narrows it to what is not known. */
bool memory_answer(struct poller *p, struct ask *ask, int64_t now_ms);

/** The whole history that ASK is about, now that the server answered B. The caller finishes it. */
struct matrix memory_complete(struct ask *ask, const struct batch *b);

/** Has the memory keep the answer B to ASK, which is in the store. */
void memory_learn(struct poller *p, const struct ask *ask, const struct batch *b, int64_t now_ms);

/** ASK ends, answered or not: frees what it holds. */
void memory_drop(struct ask *ask);

#endif
