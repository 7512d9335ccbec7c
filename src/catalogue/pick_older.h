/**
 * What a metric that a server has may have been called there before: by the other names of its
 * chain, and where names have dots by those with underscores, which servers made of them before.
 */
#ifndef RAGTOP_CATALOGUE_PICK_OLDER_H
#define RAGTOP_CATALOGUE_PICK_OLDER_H

#include "catalogue/pick.h"
#include "series/labels.h"

/**
 * Adds those of NOW, which the server has in ROW, to OUT, narrowed by MATCHERS (NULL: none) and to
 * where ROW is, as nothing tells whether other places had them. NOW is one of CHAIN, used as USE.
 */
void pick_add_older(struct metric_config *out, const struct metric_config *chain,
    const struct metric_config *now, enum pick_use use, const struct labels *row,
    const char *matchers);

#endif
