/**
 * Joins the poller with the cache of history. See cache/cache.h.
 */
#ifndef RAGTOP_WATCH_MEMORY_H
#define RAGTOP_WATCH_MEMORY_H

#include "cache/cache.h"
#include "cache/saved.h"
#include "config/config.h"
#include "plan/scope.h"
#include "poll/poller.h"

/**
 * Lets POLLER use the cache that CONFIG names. NULL when there is none, with a line of the trace
 * where one was wanted. The caller closes it after poller_destroy().
 */
struct cache *memory_start(struct poller *poller, const struct config *config, int64_t now_ms);

/**
 * Reads the baseline file of CONFIG into *SAVED, which outlives POLLER's store, and lends it.
 * Without one *SAVED is empty. False with a sentence in *WHY when it cannot be opened. What is no
 * sound baseline is no reason not to look: then true, with a sentence in *WHY to be shown, and the
 * server's history is compared with, as *SCOPE then says.
 */
bool memory_load(struct saved *saved, struct poller *poller, const struct config *config,
    struct scope *scope, struct str *why);

#endif
