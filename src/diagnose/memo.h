/**
 * What was found usual, for as long as the history that it was found in stays what it is.
 *
 * History changes once an hour, and the moment to compare with once in five minutes; the screen
 * changes every few seconds. What is kept is what computing it again would give.
 */
#ifndef RAGTOP_DIAGNOSE_MEMO_H
#define RAGTOP_DIAGNOSE_MEMO_H

#include <stddef.h>
#include <stdint.h>

#include "diagnose/usual.h"
#include "plan/plan.h"
#include "series/store.h"

/** What is usual of a signal. */
enum memo_what {
    MEMO_MAIN, /**< P95 or what stands for it; error ratio; used / limit */
    MEMO_MEAN,
    MEMO_RATE,
    MEMO_SECONDS, /**< per request of the root */
    MEMO_CALLS,   /**< per request of the root */
    MEMO_WHATS,
};

/** Of what. */
struct memo_at {
    enum memo_what what;
    int signal;
    int tool;    /**< of the calls of tools which; of their errors after all of those; else 0 */
    uint64_t id; /**< of a tool: tells it from another one that takes its place; else 0 */
};

struct memo_usual;
struct memo_share;

/** Starts zeroed. */
struct memo {
    struct memo_usual *usuals; /**< owned */
    struct memo_share *shares; /**< owned */
    uint64_t *keys; /**< per signal: the history that its usual rests on, and the rules; owned */
    uint64_t *own;  /**< per signal: its own history alone; owned */
    size_t signals, tools;
};

/** Room for the signals of PLAN, with TOOLS tools at most. */
void memo_init(struct memo *m, const struct plan *plan, size_t tools);

/** Frees; a zeroed memo is accepted. */
void memo_finish(struct memo *m);

/** Notices what has changed. */
void memo_begin(struct memo *m, const struct plan *plan, const struct store *store,
    const struct usual_rules *rules);

/**
 * usual_of(), computed when it has to be. VALUE may look at the history of all signals of its stage
 * and of that one's root; for a signal of the tools at any.
 */
struct usual memo_usual(struct memo *m, struct memo_at at, const struct signal_data *data,
    const struct usual_rules *rules, usual_value *value, const void *context);

/** usual_share_of() likewise. There is one per signal and tool: WHAT does not count. */
struct usual_share memo_share(struct memo *m, struct memo_at at, const struct signal_data *data,
    const struct usual_rules *rules, usual_count *count, const void *context);

#endif
