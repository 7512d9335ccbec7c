/**
 * What changed: rollouts, restarts, scaling, pods and nodes that came or went, processes that
 * started, alerts that began. A list of struct list with the fields below, the newest first.
 */
#ifndef RAGTOP_SERIES_CHANGE_H
#define RAGTOP_SERIES_CHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "series/batch.h"
#include "series/list.h"
#include "series/store.h"

/** The label of a series that says what kind of change it may show. */
#define CHANGE_LABEL "change"

enum { CHANGE_MOST = 500 };

/** By what is in the field `kind`. */
enum change_kind {
    CHANGE_ROLLED,    /**< a workload was rolled out, from one image to another where known */
    CHANGE_SCALED,    /**< its replicas, from one number to another */
    CHANGE_RESTARTED, /**< a container of a pod; TO is why it had ended */
    CHANGE_STARTED,   /**< a process */
    CHANGE_PENDING,   /**< a pod waits for a node */
    CHANGE_EVICTED,   /**< a pod was evicted */
    CHANGE_POD,       /**< a pod came (TO is its image), or went (FROM) */
    CHANGE_NODE,      /**< a node came (TO), or went (FROM) */
    CHANGE_PRESSURE,  /**< a node has the pressure TO */
    CHANGE_ALERT,     /**< an alert fires since */
    CHANGE_MODEL,     /**< a model came (TO), or went (FROM) */
    CHANGE_RELOADED,  /**< a Prometheus has read its configuration again */
    CHANGE_KINDS,
};

/** The changes of a range; the list is the first, as view/things.h reads it. */
struct changes {
    struct list list; /**< with `kind`, `at_ms` and `times` (restarts between two samples), numbers,
                         and `what`, `from` and `to`, texts */
    bool state;       /**< kube-state-metrics was seen */
    int64_t first_ms, last_ms; /**< the moments with any sample; 0: there are none */
};

/** Makes *OUT, which is empty, of the series of B. */
void change_take(struct changes *out, const struct batch *b);

/** Frees and empties; for struct slot. */
void change_finish(void *changes);

/** What the store has, or NULL. */
const struct changes *change_of(const struct store *store);

/** The kind of change I. */
enum change_kind change_kind_of(const struct list *list, size_t i);

#endif
