/**
 * The targets that a report tells of. Private to export/.
 */
#ifndef RAGTOP_EXPORT_REPORT_TARGETS_H
#define RAGTOP_EXPORT_REPORT_TARGETS_H

#include <cjson/cJSON.h>

#include "export/report.h"

/**
 * Adds `targets`, those that serve stages and those in trouble, to ROOT, with `targets_more`, how
 * many others there are, and `targets_unknown`, why they are not known.
 */
void targets_put(cJSON *root, const struct report *r);

#endif
