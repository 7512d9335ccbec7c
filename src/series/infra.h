/**
 * What is known of the machinery that the stages run on, from kube-state-metrics, the kubelet's
 * cAdvisor, node-exporter and the exporters of GPUs: containers, pods, nodes and GPUs, each with
 * its numbers.
 */
#ifndef RAGTOP_SERIES_INFRA_H
#define RAGTOP_SERIES_INFRA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/index.h"
#include "series/batch.h"
#include "series/store.h"

/** The label of a series that says what it is: the name of a metric, or of what is computed. */
#define INFRA_LABEL "infra"

enum { INFRA_MOST = 2000 };

enum infra_kind { INFRA_CONTAINER, INFRA_POD, INFRA_NODE, INFRA_GPU };

/** What is known of them, by kind; ratios are 0 to 1. */
enum infra_value {
    INFRA_CPU,            /**< container: cores in use */
    INFRA_CPU_LIMIT,      /**< cores; NaN: no limit, as of all limits and requests */
    INFRA_CPU_REQUEST,    /**< cores */
    INFRA_THROTTLED,      /**< of its periods, those in which it was stopped at its limit */
    INFRA_MEMORY,         /**< bytes of its working set, which is what is killed for */
    INFRA_MEMORY_LIMIT,   /**< bytes */
    INFRA_MEMORY_REQUEST, /**< bytes */
    INFRA_RESTARTS,       /**< lately */
    INFRA_KILLED,         /**< lately: processes in it that were killed for memory */
    INFRA_DIED,           /**< when it last ended: seconds since the epoch */
    INFRA_UNREADY,        /**< pod: 1 where it is not ready */
    INFRA_NETWORK,        /**< errors per second */
    INFRA_VOLUME,         /**< its fullest volume: the share in use */
    INFRA_NODE_CPU,       /**< node: the share in use, as of the next two */
    INFRA_NODE_MEMORY,
    INFRA_NODE_DISK,      /**< the share of time that its busiest disk is busy */
    INFRA_NODE_NETWORK,   /**< errors per second */
    INFRA_PRESSED_MEMORY, /**< 1 while the node says so, as of the next three */
    INFRA_PRESSED_DISK,
    INFRA_PRESSED_PIDS,
    INFRA_NOT_READY,
    INFRA_GPU_BUSY, /**< GPU: the share of time */
    INFRA_GPU_USED, /**< of its memory, in the unit of the next two */
    INFRA_GPU_FREE,
    INFRA_GPU_TOTAL,
    INFRA_GPU_CLOCK,      /**< in the unit of the next one */
    INFRA_GPU_CLOCK_MOST, /**< the highest that it is made for, or has had in a day */
    INFRA_VALUES,
};

/** Texts are "" where they are not known, and owned. */
struct infra_thing {
    enum infra_kind kind;
    char *namespace, *pod, *container; /**< of a GPU: the pod that has it */
    char *node;                        /**< that it is on */
    char *gpu;                         /**< its number, or its UUID */
    char *image;                       /**< of a container: what it runs */
    char *waiting;                     /**< and why it does not: `CrashLoopBackOff` */
    char *ended;                       /**< and why it last ended: `OOMKilled` */
    double values[INFRA_VALUES];       /**< NaN: not known */
};

/** All of them. */
struct infra {
    struct infra_thing *items; /**< owned */
    size_t count, cap;
    struct index index; /**< of items */
    size_t left_out;    /**< for which there was no room */
    bool state;         /**< kube-state-metrics tells of these pods */
    bool usage;         /**< and so does cAdvisor */
    bool nodes;         /**< node-exporter tells of their nodes */
};

/** Takes in the series of B; see INFRA_LABEL. */
void infra_take(struct infra *infra, const struct batch *b);

/** Frees and empties; for struct slot. */
void infra_finish(void *infra);

/** How much of the name POD is that of its workload, which its controller has added to. */
size_t infra_workload_length(const char *pod);

/** What the store has, or NULL. */
const struct infra *infra_of(const struct store *store);

/** The next thing of KIND in pod POD of NAMESPACE ("": of any) after AFTER; NULL begins, and ends.
 */
const struct infra_thing *infra_next(const struct infra *infra, enum infra_kind kind,
    const char *namespace, const char *pod, const struct infra_thing *after);

/** The node NAME, or NULL. */
const struct infra_thing *infra_node(const struct infra *infra, const char *name);

/** The node that pod POD of NAMESPACE is on; "" where that is not known. */
const char *infra_node_of(const struct infra *infra, const char *namespace, const char *pod);

#endif
