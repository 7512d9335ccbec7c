/**
 * By which label the series of a matrix tell instances apart.
 */
#ifndef RAGTOP_SERIES_INSTANCE_H
#define RAGTOP_SERIES_INSTANCE_H

#include "series/matrix.h"

/**
 * The first of labels_of_instances whose values differ in M and name instances; NULL: none does.
 * Beside a pod, a `replica` is one of the servers that scrape it, and a `host` what was asked for;
 * so is one that an instance has several of, where there are several instances.
 */
const char *instance_label(const struct matrix *m);

#endif
