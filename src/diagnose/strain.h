/**
 * What is wrong with the machinery that a stage runs on: its containers, pods, nodes and GPUs.
 */
#ifndef RAGTOP_DIAGNOSE_STRAIN_H
#define RAGTOP_DIAGNOSE_STRAIN_H

#include <stddef.h>
#include <stdint.h>

#include "plan/places.h"
#include "series/infra.h"

/** The surest explanation first; VALUE of struct strain in brackets. */
enum strain_kind {
    STRAIN_KILLED,    /**< a container was killed for its memory (when, seconds; NaN: lately) */
    STRAIN_WAITING,   /**< a container does not run, its `waiting` says why */
    STRAIN_THROTTLED, /**< a container is stopped at its CPU limit (share of the time) */
    STRAIN_CLOCK,     /**< a GPU that is busy is slowed down (share of its highest clock) */
    STRAIN_MEMORY,    /**< a container is near its memory limit (share of it) */
    STRAIN_CPU,       /**< a container is at its CPU limit (share of it) */
    STRAIN_VOLUME,    /**< a volume is nearly full (share) */
    STRAIN_UNREADY,   /**< the pod is not ready */
    STRAIN_NETWORK,   /**< its network has errors (per second) */
    STRAIN_NODE_NOT_READY,
    STRAIN_PRESSED_MEMORY, /**< the node says that it is short of memory, of disk, of process ids */
    STRAIN_PRESSED_DISK,
    STRAIN_PRESSED_PIDS,
    STRAIN_NODE_MEMORY, /**< the node is full (share), as of the next two */
    STRAIN_NODE_CPU,
    STRAIN_NODE_DISK,
    STRAIN_NODE_NETWORK, /**< errors per second */
    STRAINS,
};

struct strain {
    enum strain_kind kind;
    double value;
    const struct infra_thing *thing;
};

/** Whether KIND is of a node. */
bool strain_is_of_node(enum strain_kind kind);

/**
 * Sets in OUT what is wrong with the pod at PLACE and the node that it is on at NOW_MS, one at most
 * of each kind. Returns how many.
 */
size_t strain_of(struct strain out[STRAINS], const struct infra *infra, const struct place *place,
    int64_t now_ms);

/** The same of the node alone. */
size_t strain_of_node(struct strain out[STRAINS], const struct infra *infra, const char *node);

#endif
