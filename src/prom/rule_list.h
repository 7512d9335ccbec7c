/**
 * The answer of /api/v1/rules
 * (https://prometheus.io/docs/prometheus/latest/querying/api/#rules).
 */
#ifndef RAGTOP_PROM_RULE_LIST_H
#define RAGTOP_PROM_RULE_LIST_H

#include "base/str.h"
#include "prom/envelope.h"
#include "series/rule_set.h"

/**
 * Decodes LEN bytes of BODY, with a NUL behind them, into *OUT, which is to be empty. What is
 * neither an alerting nor a recording rule is left out. On any status but PROM_OK, *WHY is a
 * clause.
 */
enum prom_status prom_decode_rules(
    long status, const char *body, size_t len, struct rule_set *out, struct str *why);

#endif
