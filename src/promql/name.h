/**
 * How metrics and labels are called. A classic name has letters, digits and `_`, and that of a
 * metric `:`; Prometheus takes it as it stands. Since version 3 a name may be any text, which has
 * to be quoted: `{__name__="gen_ai.client.operation.duration","error.type"="timeout"}`.
 *
 * Everywhere but in a query a metric is `NAME` or `NAME{MATCHERS}` with its name as it is. It has
 * no brace in it.
 */
#ifndef RAGTOP_PROMQL_NAME_H
#define RAGTOP_PROMQL_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/** The length of the classic name at P, of a metric or of a label; 0: there is none. */
size_t name_classic_length(const char *p, bool metric);

/**
 * The length of the name at P that needs no quotes in a configuration: one that has dots, and
 * letters of any language, too. 0: there is none.
 */
size_t name_plain_length(const char *p, bool metric);

/** Whether NAME, of a label, is classic. */
bool name_is_classic_label(const char *name);

/** The length of the name in METRIC, which may have matchers behind it. */
size_t name_length(const char *metric);

/** Appends the label NAME as a query has it: quoted where it is not classic. */
void name_add_label(struct str *s, const char *name);

/** Appends METRIC as a configuration has it, which reads it back as the same. */
void name_add_written(struct str *s, const char *metric);

/** The same of the label NAME. */
void name_add_written_label(struct str *s, const char *name);

#endif
