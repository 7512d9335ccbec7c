/**
 * The answer of /api/v1/query_exemplars
 * (https://prometheus.io/docs/prometheus/latest/querying/api/#querying-exemplars).
 */
#ifndef RAGTOP_PROM_EXEMPLARS_H
#define RAGTOP_PROM_EXEMPLARS_H

#include "base/str.h"
#include "prom/envelope.h"
#include "series/exemplar.h"

/**
 * Decodes LEN bytes of BODY, with a NUL behind them, into *OUT, which is to be empty. Of each the
 * trace id is the label that is called so in any spelling, else its first label; those without any,
 * or without a time or a value, are left out. On any status but PROM_OK, *WHY is a clause.
 */
enum prom_status prom_decode_exemplars(
    long status, const char *body, size_t len, struct exemplars *out, struct str *why);

#endif
