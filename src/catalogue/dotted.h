/**
 * OpenTelemetry's names as its conventions have them, `gen_ai.client.operation.duration`. A server
 * keeps their dots or makes underscores of them, and adds the unit or does not; profiles say them
 * with underscores and unit.
 */
#ifndef RAGTOP_CATALOGUE_DOTTED_H
#define RAGTOP_CATALOGUE_DOTTED_H

#include <stdbool.h>

#include "base/names.h"
#include "base/str.h"

/** Appends to OUT the metrics that NAME may be with dots; none where it is not OpenTelemetry's. */
void dotted_push_metrics(struct name_list *out, const char *name);

/** Whether the metric DOTTED has its unit in its name. */
bool dotted_has_unit(const char *dotted);

/** Appends the label NAME with dots; false: it is not one of OpenTelemetry's conventions. */
bool dotted_add_label(struct str *s, const char *name);

/** Whether the metric DOTTED is what NAME is with dots. The unit may be missing in DOTTED. */
bool dotted_is_metric(const char *dotted, const char *name);

/** Whether the label DOTTED is what NAME is with dots. */
bool dotted_is_label(const char *dotted, const char *name);

#endif
