/**
 * Scrape configurations and what they select, as the lists of a server tell.
 */
#ifndef RAGTOP_SERIES_SCRAPE_POOL_H
#define RAGTOP_SERIES_SCRAPE_POOL_H

#include <stdbool.h>

#include "base/arena.h"
#include "series/list.h"

/** What the name of a pool says of the object that it was made from. */
struct scrape_pool {
    const char *kind;      /**< "ServiceMonitor", "PodMonitor", "Probe"; NULL: a scrape job */
    const char *namespace; /**< of that object; NULL: it is none */
    const char *name;      /**< of that object, or of the job */
};

/** Takes the name POOL apart, in A: the operator calls its pools `serviceMonitor/NAMESPACE/NAME/0`.
 */
struct scrape_pool scrape_pool_read(struct arena *a, const char *pool);

/** Whether it is one of a cluster's control plane, of which nothing is seen where others run it. */
bool scrape_pool_is_of_control_plane(const struct scrape_pool *pool);

/** Whether POOL has none of TARGETS, whose field `pool` names it, and none may have been left out.
 */
bool scrape_pool_is_empty(const struct list *targets, const char *pool);

/** How many targets POOL found and dropped, by the fields `pool` and `dropped` of DROPPED; NaN:
 * that is not known (NULL). */
double scrape_pool_dropped(const struct list *dropped, const char *pool);

#endif
