/** The query of each step of a lookup. Private to poll/. */
#ifndef RAGTOP_POLL_LOOKUP_ASK_H
#define RAGTOP_POLL_LOOKUP_ASK_H

#include <stdint.h>

#include "base/str.h"
#include "poll/lookup.h"
#include "prom/request.h"

/** Adds to S the name by which the metadata of LOOKUP_TYPE or LOOKUP_FAMILY may have L. */
void lookup_add_family(struct str *s, const struct lookup *l);

/** Writes into R, which is initialized, the query of the step of L about the moment TICK_MS; the
 * server's clock says NOW_MS. */
void lookup_write(struct prom_request *r, const struct poller *p, const struct lookup *l,
    int64_t tick_ms, int64_t now_ms);

#endif
