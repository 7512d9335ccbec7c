/**
 * A small world for tests: a configuration, its plan, a store filled as a server would have filled
 * it, and the diagnosis of that. Time stands still at WORLD_NOW_MS.
 *
 *     struct world w;
 *     world_init(&w, world_article);
 *     world_requests(&w, "retrieval", (struct load){2, 0.3}, (struct load){2, 1.8});
 *     const struct verdict *v = world_judge(&w);
 *
 * "Usual" is what the days of history and the span up to `onset_ms` ago show, give or take two
 * per cent; "now" is what the span shows since. NAN means that there is no such sample.
 */
#ifndef RAGTOP_TESTS_UNIT_WORLD_H
#define RAGTOP_TESTS_UNIT_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"
#include "diagnose/diagnosis.h"
#include "plan/plan.h"
#include "plan/replicas.h"
#include "plan/scope.h"
#include "series/store.h"
#include "words/words.h"

enum {
    WORLD_DAYS = 7,
    WORLD_LIVE = WORLD_DAYS, /**< the windows after the days */
    WORLD_RECENT,
    WORLD_WINDOWS,
    WORLD_ONSET_MS = 10 * 60 * 1000,
};

/** 2026-02-04T09:00:00Z, when the article's incident is seen. */
extern const int64_t WORLD_NOW_MS;

/** The article's pipeline: retrieval with vector_db below it, generation, and tools. */
extern const char world_article[];

/** How a stage is used. */
struct load {
    double rate;  /**< requests per second */
    double p95_s; /**< durations are distributed exponentially, so their mean is a third of it */
};

struct world {
    struct config config;
    struct scope scope;
    struct plan plan;
    struct store store;
    struct diagnosis diagnosis;
    struct batch (*answers)[WORLD_WINDOWS]; /**< per signal; merged by world_judge() */
    int days;                               /**< of history there are; WORLD_DAYS */
    bool has_recent;                        /**< the hours before are known; true */
    int64_t onset_ms;                       /**< how long ago "now" began; WORLD_ONSET_MS */
    bool has_span;                          /**< and the span before "now"; true */
    double daily; /**< times that "usual" takes of what it took the day before; 1 */
    double waver; /**< how far "usual" goes up and down, relatively; 0.02 */
};

/**
 * A plan from YAML, every latency a classic histogram, and a store in which every signal was
 * answered with nothing. Fails the test when YAML is refused.
 */
void world_init(struct world *w, const char *yaml);

void world_finish(struct world *w);

/** The index of STAGE; fails the test when there is none. */
int world_stage(const struct world *w, const char *stage);

/** What the diagnosis says of STAGE. */
const struct stage_diagnosis *world_of(const struct world *w, const char *stage);

/** Fills the latency of STAGE in the shape of its kind. */
void world_requests(struct world *w, const char *stage, struct load usual, struct load now);

/** Fills one series of SIGNAL, labelled LABEL="VALUE" (NULL: no label). */
void world_series(
    struct world *w, int signal, const char *label, const char *value, double usual, double now);

/** STAGE is made of samples of JOB and of pods of WORKLOAD (NULL: not known). */
void world_served_by(struct world *w, const char *stage, const char *job, const char *workload);

/** JOB has so many targets LISTED, of which so many are usually, and now, down. */
void world_targets(struct world *w, const char *job, double listed, double usual, double now);

/** JOB had so many targets BEFORE; 0: not more than now. */
void world_scaled_down(struct world *w, const char *job, double before);

/** WORKLOAD, which lacks no replica otherwise, now has so many AVAILABLE of those DESIRED. */
void world_replicas(struct world *w, const char *workload, double desired, double available);

/** POD of STAGE usually has to do, and completes, what USUAL says, and what NOW says now. */
void world_replica(
    struct world *w, const char *stage, const char *pod, struct replica usual, struct replica now);

/** Errors of STAGE per second. */
void world_errors(struct world *w, const char *stage, double usual, double now);

/** The first pool of STAGE. */
void world_pool(struct world *w, const char *stage, double usual, double now, double limit);

/** Calls of TOOL per second. */
void world_tool(struct world *w, const char *tool, double usual, double now);

/** Failed tool calls per second. */
void world_tool_errors(struct world *w, double usual, double now);

/** Everything as usual: 2 requests per second, 300 ms, 250 ms within them, 550 ms. */
void world_calm(struct world *w);

/** Merges what was filled in and judges it. */
const struct verdict *world_judge(struct world *w);

/** For words_*() and views, after world_judge(). */
struct words world_words(const struct world *w);

#endif
