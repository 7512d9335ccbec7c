/**
 * The alerts of the stages in reports. Private to export/.
 */
#ifndef RAGTOP_EXPORT_REPORT_ALERTS_H
#define RAGTOP_EXPORT_REPORT_ALERTS_H

#include <cjson/cJSON.h>

#include "export/report.h"

/**
 * Adds to ROOT what fires or may fire soon and is about a stage of R or its service (`alerts`;
 * null: of no source is that known), why it is not known of a source (`alerts_unknown`; null: it is
 * known of all), and how many others fire (`alerts_elsewhere`).
 */
void alerts_put(cJSON *root, const struct report *r);

/** Appends the sentence about the alerts of SOURCE's stages, if there is one. */
void alerts_add(struct str *s, const struct view_source *source);

#endif
