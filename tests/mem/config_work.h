/**
 * A configuration to be read, apart from what includes config/reading.h's name with another
 * meaning.
 */
#ifndef RAGTOP_TESTS_MEM_CONFIG_WORK_H
#define RAGTOP_TESTS_MEM_CONFIG_WORK_H

#include <stdbool.h>

#include "base/str.h"

/** Reads a configuration with all kinds of keys and plans it; false with the reason in *WHY. */
bool config_work(struct str *why);

#endif
