/**
 * Where in a query the complaint about it points.
 */
#ifndef RAGTOP_PROM_COMPLAINT_H
#define RAGTOP_PROM_COMPLAINT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/**
 * Takes what is said for machines out of WHY, which a server said of EXPR, a single line: where
 * the mistake is, and which parameter it is in. Returns that place as a byte of EXPR, from 1 to one
 * behind its end; 0 when none is given.
 *
 * Prometheus says `1:15: parse error: ...`, where 15 counts bytes (promql/parser, ParseErr);
 * VictoriaMetrics quotes the rest that it could not read.
 */
size_t complaint_place(struct str *why, const char *expr);

/** Whether WHY is about a label in quotes, which Prometheus takes since version 3. */
bool complaint_is_of_quotes(const char *why);

#endif
