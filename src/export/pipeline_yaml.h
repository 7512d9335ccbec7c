/**
 * The stages that were found as a configuration file.
 */
#ifndef RAGTOP_EXPORT_PIPELINE_YAML_H
#define RAGTOP_EXPORT_PIPELINE_YAML_H

#include "base/str.h"
#include "config/stages.h"

/**
 * Appends P as YAML that a configuration takes unchanged, and that makes the same table there. What
 * follows from a role alone has a comment that says so.
 */
void pipeline_add_yaml(struct str *s, const struct pipeline *p);

#endif
