/**
 * What describes metrics, in a profile and in a config file alike: stages, stages_by_label, tools.
 */
#ifndef RAGTOP_CONFIG_METRICS_H
#define RAGTOP_CONFIG_METRICS_H

#include <stdbool.h>

#include "config/config.h"
#include "config/reading.h"
#include "config/schema.h"

/**
 * Puts Y, which is at the current path of R, over the stages and tools of C; nothing else of C is
 * touched. False with the whole message in R's WHY; C may be half filled then.
 */
bool metrics_apply(struct reading *r, const struct yaml_metrics *y, struct config *c);

#endif
