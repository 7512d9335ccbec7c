/**
 * Questions in the dialect of the Prometheus HTTP API
 * (https://prometheus.io/docs/prometheus/latest/querying/api/).
 */
#ifndef RAGTOP_PROM_REQUEST_H
#define RAGTOP_PROM_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/** A path below the base URL and an escaped query or form for it. */
struct prom_request {
    struct str path, query;
    bool bare; /**< labels stand without quotes, see prom/bare.h; to be set before it is written */
};

void prom_request_init(struct prom_request *r);
void prom_request_finish(struct prom_request *r);

/** EXPR at the moment AT_MS; the server is to give up after TIMEOUT_MS. */
void prom_request_instant(
    struct prom_request *r, const char *expr, int64_t at_ms, int64_t timeout_ms);

/** EXPR from START_MS to END_MS, both included, every STEP_MS. */
void prom_request_range(struct prom_request *r, const char *expr, int64_t start_ms, int64_t end_ms,
    int64_t step_ms, int64_t timeout_ms);

/** Has a query's answer tell what it cost. */
void prom_request_add_stats(struct prom_request *r);

/** The names of labels on series that match SELECTOR (NULL: on all) between START_MS and END_MS. */
void prom_request_labels(
    struct prom_request *r, const char *selector, int64_t start_ms, int64_t end_ms);

/** No more than MOST of them, where the server knows how. */
void prom_request_add_limit(struct prom_request *r, size_t most);

/** The values of LABEL on series that match SELECTOR (NULL: on all), likewise. */
void prom_request_label_values(struct prom_request *r, const char *label, const char *selector,
    int64_t start_ms, int64_t end_ms);

/** The exemplars of the series that SELECTOR names, from START_MS to END_MS. */
void prom_request_exemplars(
    struct prom_request *r, const char *selector, int64_t start_ms, int64_t end_ms);

/** What the API lists at PATH with QUERY. */
void prom_request_listing(struct prom_request *r, const char *path, const char *query);

/** What the server is. */
void prom_request_buildinfo(struct prom_request *r);

/** The metadata of one metric. */
void prom_request_metadata(struct prom_request *r, const char *metric);

#endif
