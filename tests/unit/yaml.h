/**
 * A configuration for tests, from the text of a file.
 */
#ifndef RAGTOP_TESTS_UNIT_YAML_H
#define RAGTOP_TESTS_UNIT_YAML_H

#include "config/config.h"

/** Fills *OUT with what YAML says and nothing else. Fails the test when YAML is refused. */
void yaml_read(struct config *out, const char *yaml);

#endif
