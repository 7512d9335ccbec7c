/**
 * What was found usual, for as long as the history that it was found in stays what it is.
 *
 * History changes once an hour, and the moment to compare with once in five minutes; the screen
 * changes every few seconds. What is kept is what computing it again would give.
 */
#ifndef RAGTOP_DIAGNOSE_USUAL_CACHE_H
#define RAGTOP_DIAGNOSE_USUAL_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "diagnose/usual.h"
#include "plan/plan.h"
#include "series/store.h"

/** What is usual of a signal. */
enum usual_what {
    USUAL_OF_MAIN, /**< P95 or what stands for it; error ratio; used / limit */
    USUAL_OF_MEAN,
    USUAL_OF_RATE,
    USUAL_OF_SECONDS, /**< per request of the root */
    USUAL_OF_CALLS,   /**< per request of the root */
    USUAL_OF_WHATS,
};

/** What is usual of each tool, which is all USUAL_OF_MAIN. */
enum usual_tool_what {
    USUAL_TOOL_CALLS,
    USUAL_TOOL_ERRORS,
    USUAL_TOOL_LATENCY,
    USUAL_TOOL_WHATS,
};

/** Of what. */
struct usual_at {
    enum usual_what what;
    int signal;
    int tool;    /**< of a tool: usual_tool(); else 0 */
    uint64_t id; /**< of a tool: tells it from another one that takes its place; else 0 */
};

struct cached_usual;
struct cached_share;

/** Starts zeroed. */
struct usual_cache {
    struct cached_usual *usuals; /**< owned */
    struct cached_share *shares; /**< owned */
    uint64_t *keys; /**< per signal: the history that its usual rests on, and the rules; owned */
    uint64_t *own;  /**< per signal: its own history alone; owned */
    size_t signals, places;
};

/** Room for the signals of PLAN. */
void usual_cache_init(struct usual_cache *m, const struct plan *plan);

/** Makes room for TOOLS tools, too. */
void usual_cache_expect_tools(struct usual_cache *m, size_t tools);

/** WHAT of tool I, in struct usual_at. */
static inline int usual_tool(int i, enum usual_tool_what what)
{
    return 1 + i * USUAL_TOOL_WHATS + (int)what;
}

/** Frees; a zeroed one is accepted. */
void usual_cache_finish(struct usual_cache *m);

/** Notices what has changed. */
void usual_cache_begin(struct usual_cache *m, const struct plan *plan, const struct store *store,
    const struct usual_rules *rules);

/**
 * usual_of(), computed when it has to be. VALUE may look at the history of all signals of its stage
 * and of that one's root; for a signal of the tools at any.
 */
struct usual usual_cache_of(struct usual_cache *m, struct usual_at at,
    const struct signal_data *data, const struct usual_rules *rules, usual_value *value,
    const void *context);

/** usual_share_of() likewise. There is one per signal and tool: WHAT does not count. */
struct usual_share usual_cache_share(struct usual_cache *m, struct usual_at at,
    const struct signal_data *data, const struct usual_rules *rules, usual_count *count,
    const void *context);

#endif
