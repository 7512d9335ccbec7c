/**
 * The machinery that stages run on, and what changed, in JSON. Private to export/.
 */
#ifndef RAGTOP_EXPORT_REPORT_MACHINES_H
#define RAGTOP_EXPORT_REPORT_MACHINES_H

#include <cjson/cJSON.h>

#include "view/view.h"

/** Adds to TO the changes about the beginning of the incident of W. */
void machines_put_changes(cJSON *to, const struct words *w);

/** Adds to ALL the containers, pods, nodes and GPUs that are known of SOURCE. */
void machines_put(cJSON *all, const struct view_source *source);

#endif
