/**
 * MetricsQL, the PromQL of VictoriaMetrics, where labels with dots stand as they are: older ones
 * refuse them in quotes.
 */
#ifndef RAGTOP_PROM_BARE_H
#define RAGTOP_PROM_BARE_H

#include "base/str.h"

/**
 * Appends EXPR with the quotes of labels taken away, `{"a.b"="c"}` being `{a.b="c"}`, and the names
 * of metrics in quotes as matchers, `{"a.b"}` being `{__name__="a.b"}`.
 */
void bare_add(struct str *s, const char *expr);

#endif
