/**
 * What a target says at /metrics, as Prometheus' text format and OpenMetrics have it
 * (https://prometheus.io/docs/instrumenting/exposition_formats/, https://openmetrics.io).
 */
#ifndef RAGTOP_SCRAPE_EXPOSITION_H
#define RAGTOP_SCRAPE_EXPOSITION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "series/batch.h"

/** A metric's name and what it is: "histogram", "counter", ... */
struct exposition_type {
    char *name, *type;
};

struct exposition {
    const char *wanted;   /**< set before: metrics, or expressions with them, that go before others
                             where there is not room for all; not owned; NULL: none */
    size_t wanted_left;   /**< of these, for how many series there was no room */
    struct batch samples; /**< a series each, with `__name__` and one sample of no moment; those for
                             which there is no room are counted */
    struct exposition_type *types;
    size_t types_count, types_cap;
};

/** Frees; a zeroed one is accepted. */
void exposition_finish(struct exposition *e);

/**
 * Whether LEN bytes of BODY, with a NUL behind them, look like one. Under a CONTENT_TYPE (may be
 * NULL) that is not of the format, as Prometheus takes it too, it has to begin with `# HELP` or
 * `# TYPE`, or all of it has to be samples and comments.
 */
bool exposition_is(const char *content_type, const char *body, size_t len);

/** What to say where the LEN bytes of BODY have no sample: empty, or only comments; else NULL.
 */
const char *exposition_lack(const char *body, size_t len);

/**
 * Reads LEN bytes of BODY into *OUT, which is empty but for WANTED; the caller finishes it.
 * Timestamps that the target gives are ignored, and so are exemplars. What comes from outside
 * leaves clean. False with a clause in *WHY that names the line which is not understood; *OUT has
 * what was before it.
 */
bool exposition_decode(struct exposition *out, const char *body, size_t len, struct str *why);

/** The type of METRIC, "" when it is not declared. */
const char *exposition_type_of(const struct exposition *e, const char *metric);

#endif
