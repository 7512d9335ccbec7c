/**
 * What is watched at one source: what to ask there, what is known, and what it means. Each source
 * has its own, so that none waits for another.
 */
#ifndef RAGTOP_WATCH_WATCH_H
#define RAGTOP_WATCH_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "cache/saved.h"
#include "config/config.h"
#include "diagnose/diagnosis.h"
#include "feed/want.h"
#include "plan/plan.h"
#include "plan/scope.h"
#include "poll/poller.h"
#include "series/store.h"
#include "view/trend.h"
#include "view/view.h"
#include "watch/memory.h"
#include "watch/trace.h"

struct watch {
    struct config own;           /**< the configuration as it is for this source; points into it */
    const struct config *config; /**< that */
    struct trace trace;
    struct scope scope; /**< what is looked at; see watch_look_at() */
    struct plan plan;
    struct store store;
    struct poller *poller;
    struct memory memory; /**< its history on disk */
    bool again;           /**< the next turn should come at once */
    struct saved saved;   /**< the baseline file */
    struct diagnosis diagnosis;
    uint64_t judged;   /**< the version of the store that it is about */
    int64_t judged_ms; /**< when, by the steady clock */
    int64_t took_ms;   /**< how long that took */
    struct trend_cache cache;
};

/**
 * Starts polling for source I of CONFIG, which outlives it, with its log, its baseline file and its
 * cache, and has it waited for together with BESIDE, which may be NULL. False with a sentence in
 * *WHY when that cannot be done at all; true with one when the baseline file cannot be used, which
 * the user is to read. The caller calls watch_finish() either way, and *W stays where it is until
 * then.
 */
bool watch_start(struct watch *w, const struct watch *beside, const struct config *config, size_t i,
    struct str *why);

/**
 * A turn of its poller at NOW_MS, and what is kept of it between two runs. Returns whether the
 * store changed.
 */
bool watch_turn(struct watch *w, int64_t now_ms);

/** Milliseconds until the next turn is due. */
int watch_due_ms(const struct watch *w, int64_t now_ms);

/**
 * Waits for the network of all COUNT watches, which were started beside the first, for one of FDS
 * to become readable, or TIMEOUT_MS. Returns bit i for each readable FDS[i].
 */
unsigned watch_wait(
    struct watch *watches, size_t count, const int *fds, size_t fds_count, int timeout_ms);

/**
 * Looks at SCOPE from NOW_MS on: the poller's next turn asks for what is not known of it. Where it
 * is the same scope as before, that moment is asked for afresh; see poller_scope_changed().
 */
void watch_look_at(struct watch *w, const struct scope *scope, int64_t now_ms);

/** Lets go of the source; what is known of it stays. */
void watch_stop(struct watch *w);

/** The moment that is looked at, else that of the newest answer or, before there is one, NOW_MS. */
int64_t watch_moment(const struct watch *w, int64_t now_ms);

/** Judges the moment TICK_MS of what is in the store. */
void watch_judge(struct watch *w, const struct thresholds *thresholds, int64_t tick_ms);

/**
 * Judges watch_moment() as the live program does: an incident goes on until it is clearly over.
 */
void watch_judge_newest(struct watch *w, int64_t now_ms);

/**
 * How long what was last concluded may stand although answers have come since: while they keep
 * coming, judging takes at most a quarter of the time. At most 0: judge now.
 */
int64_t watch_rest_ms(const struct watch *w);

/** Adds what explains the culprits of the verdict. */
void watch_add_wants(const struct watch *w, struct wants *out);

/** Adds what tells of the alerts there are now: the rules, and where these are found to tell of
 * none, the series that another ruler would write. Nothing where another moment is looked at. */
void watch_add_alerts(const struct watch *w, struct wants *out);

/** Adds the targets there are now; nothing where another moment is looked at. */
void watch_add_targets(const struct watch *w, struct wants *out);

/** Where OUT has the rules and an alert fires, adds whether anybody is told of it. */
void watch_add_routing(const struct watch *w, struct wants *out);

/** What texts about it are made from; valid as long as it is. */
struct words watch_words(const struct watch *w);

/** Sets OUT[i] to each of COUNT WATCHES as a view is about them; valid as long as they are. */
void watch_views(struct watch *watches, size_t count, struct view_source *out);

/** True once, with a sentence in *WHY, when the log of these COUNT watches cannot be written. */
bool watch_log_failed(struct watch *watches, size_t count, struct str *why);

/** Frees; a zeroed watch is accepted. */
void watch_finish(struct watch *w);

#endif
