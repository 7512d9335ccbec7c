/**
 * Answers of the Prometheus HTTP API, from bytes to samples or to a named reason why not.
 *
 * Texts that come from outside (labels, messages) leave here clean: see utf8_add_clean().
 */
#ifndef RAGTOP_PROM_DECODE_H
#define RAGTOP_PROM_DECODE_H

#include <stddef.h>

#include "base/str.h"
#include "series/batch.h"

enum { PROM_TEXT_MAX = 200 };

enum prom_status {
    PROM_OK,
    PROM_REFUSED,      /**< the query: bad PromQL, too many samples; asking others may work */
    PROM_UNAUTHORIZED, /**< 401 or 403 */
    PROM_BUSY,         /**< 429 or 503: try later */
    PROM_FAILED,       /**< another HTTP error */
    PROM_FOREIGN,      /**< no Prometheus API answers there */
};

/**
 * Decodes an instant or range answer (vector, matrix or scalar) with HTTP STATUS and LEN bytes of
 * BODY into *OUT, which must be empty and is finished by the caller.
 *
 * A native histogram becomes cumulative buckets with `le` and a series with part="sum", as
 * series/dist.h reads them. On any status but PROM_OK, *WHY is a clause and *OUT stays empty.
 */
enum prom_status prom_decode_samples(
    long status, const char *body, size_t len, struct batch *out, struct str *why);

/** A list of texts. */
struct prom_names {
    char **items; /**< owned */
    size_t count, cap;
};

void prom_names_finish(struct prom_names *n);

/** Decodes a label-values answer; *OUT as above. */
enum prom_status prom_decode_names(
    long status, const char *body, size_t len, struct prom_names *out, struct str *why);

/**
 * Decodes a metadata answer: sets *TYPE to the type of METRIC ("histogram", "gauge", ...), or to
 * "" when the server does not know it.
 */
enum prom_status prom_decode_type(long status, const char *body, size_t len, const char *metric,
    struct str *type, struct str *why);

#endif
