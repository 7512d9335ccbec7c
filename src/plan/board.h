/**
 * What a dashboard of Grafana asks: the queries of a plan with Grafana's variables in them, and
 * those about the infrastructure that kube-prometheus knows.
 *
 * `$namespace` chooses among namespaces, `$__rate_interval` is the window that fits a chart. Texts
 * live as long as the arena and the plan.
 */
#ifndef RAGTOP_PLAN_BOARD_H
#define RAGTOP_PLAN_BOARD_H

#include <stddef.h>

#include "base/arena.h"
#include "plan/plan.h"

/** What numbers of a chart are. */
enum board_unit {
    BOARD_SECONDS,
    BOARD_SHARE,
    BOARD_PER_SECOND,
    BOARD_BYTES,
    BOARD_BYTES_PER_SECOND,
    BOARD_CORES,
    BOARD_COUNT,
};

/** A chart of the infrastructure. */
struct board_infra {
    const char *title; /**< in English: to be given to _() */
    enum board_unit unit;
    const char *expr, *limit; /**< LIMIT is what it must not reach; NULL: nothing */
    const char *legend;       /**< in Grafana's format */
};

extern const struct board_infra board_infra[];
extern const size_t board_infra_count;

/** The query by which the dashboard knows what namespaces there are. */
extern const char board_namespaces[];

/** PROMQL for a chart; with FIXED the window stays as it is, as one number has it. NULL: NULL. */
const char *board_chart(struct arena *a, const struct plan *p, const char *promql, bool fixed);

/** CHART as it was OFFSET, "1d", before. NULL: NULL. */
const char *board_before(struct arena *a, const char *chart, const char *offset);

/** The latency of STAGE in seconds; NULL: it is not known. */
const char *board_latency(struct arena *a, const struct plan *p, int stage);

/** The number of SIGNAL, a resource, a queue or what is declared, and its *UNIT; NULL: none. */
const char *board_signal(struct arena *a, const struct plan *p, int signal, enum board_unit *unit);

#endif
