/**
 * Answers of the Prometheus HTTP API, from bytes to samples or to a named reason why not.
 *
 * Texts that come from outside (labels, messages) leave here clean: see utf8_add_clean().
 */
#ifndef RAGTOP_PROM_DECODE_H
#define RAGTOP_PROM_DECODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "prom/envelope.h"
#include "series/batch.h"

/** How much of one answer is kept; what is beyond is left out, and a note says so. */
enum {
    PROM_SERIES_MAX = 4000,  /**< of an answer with many moments */
    PROM_VECTOR_MAX = 20000, /**< of one with a number each */
    PROM_LABELS_MAX = 128,
    PROM_NOTES_MAX = 32,
    PROM_NAMES_MAX = 100 * 1000,
};

struct samples;

/**
 * Begins to decode an instant or range answer (vector, matrix, scalar or string) with HTTP STATUS
 * and LEN bytes of BODY, which stay until prom_samples_end(); there is a NUL behind them.
 */
struct samples *prom_samples_begin(long status, const char *body, size_t len);

/**
 * Reads about BYTES more, however large the whole is. Returns whether it is done. The time a step
 * takes grows with BYTES alone, except for a single series or text that is larger than that.
 */
bool prom_samples_step(struct samples *s, size_t bytes);

/**
 * Ends it, done or not, and frees S. Moves what was read to *OUT, which must be empty and is
 * finished by the caller. On any status but PROM_OK, *WHY is a clause and *OUT stays empty.
 *
 * A native histogram becomes cumulative buckets with `le` and a series with part="sum", as
 * series/dist.h reads them.
 */
enum prom_status prom_samples_end(struct samples *s, struct batch *out, struct str *why);

/** All three at once. */
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
