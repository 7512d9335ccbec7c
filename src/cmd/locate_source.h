/**
 * Finding a Prometheus where no address was given: inside a cluster.
 */
#ifndef RAGTOP_CMD_LOCATE_SOURCE_H
#define RAGTOP_CMD_LOCATE_SOURCE_H

#include "config/config.h"

/**
 * Chooses one of C's candidates, if it has any, by asking them: at most a few seconds. Says on
 * stderr which one it is and, where none answers, which were tried.
 */
void locate_source(struct config *c);

#endif
