/**
 * The pieces of PromQL that people write into options and files, checked before a server sees them.
 *
 * As in value.h, *WHY is worded to follow "TEXT is".
 */
#ifndef RAGTOP_PROMQL_MATCHERS_H
#define RAGTOP_PROMQL_MATCHERS_H

#include <stdbool.h>

#include "base/str.h"

/**
 * Appends the label matchers of TEXT, `a="b",c=~'d'` with or without braces, in one form: no
 * braces, no spaces, no comma at the end, quotes around the labels that need them alone. Nothing is
 * appended when TEXT has none, or on failure.
 */
bool matchers_add(struct str *out, const char *text, struct str *why);

/** Appends `LABEL="VALUE"`, escaped. */
void matchers_add_equal(struct str *out, const char *label, const char *value);

/**
 * Appends a metric with optional matchers, `name{a="b"}`, without spaces, as promql/name.h has it.
 * In TEXT a name that needs quotes stands in the braces, `{"any name",a="b"}`.
 */
bool matchers_add_metric(struct str *out, const char *text, struct str *why);

/** Whether TEXT begins with the name of a metric, and what follows can only be matchers. */
bool matchers_is_metric(const char *text);

/** Appends the label that TEXT is, in quotes or not, as its name is. False: TEXT is none. */
bool matchers_add_label(struct str *out, const char *text);

/** Whether TEXT could be an expression: not blank, its quotes and brackets closed. */
bool matchers_check_expr(const char *text, struct str *why);

/**
 * Whether TEXT, which matchers_check_expr() took, divides one thing by another at the end, as a
 * share or a mean does; a division by a plain number is another unit.
 */
bool matchers_divides(const char *text);

#endif
