/**
 * Alerts as series, which every ruler writes: ALERTS, and ALERTS_FOR_STATE with the moment since
 * when each is active as its value
 * (https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/).
 */
#ifndef RAGTOP_PROM_ALERT_SERIES_H
#define RAGTOP_PROM_ALERT_SERIES_H

#include "base/str.h"
#include "prom/envelope.h"
#include "series/rule_set.h"

/** The query for them. */
extern const char prom_alert_series[];

/**
 * Decodes the answer to that at one moment, LEN bytes of BODY with a NUL behind them, into *OUT,
 * which is to be empty: alerts without rules, annotations and values. On any status but PROM_OK,
 * *WHY is a clause.
 */
enum prom_status prom_decode_alert_series(
    long status, const char *body, size_t len, struct rule_set *out, struct str *why);

#endif
