/**
 * Situations in which all is well, for two months: what differs from minute to minute.
 */
#ifndef RAGTOP_TESTS_MONTH_QUIET_H
#define RAGTOP_TESTS_MONTH_QUIET_H

#include <stdint.h>
#include <time.h>

#include "month/service.h"

enum { QUIET_RANDOM = 4 };

/** How one minute differs from what is drawn. */
struct minute {
    double load;              /**< factor of the rate */
    double query, generation; /**< factors of the times */
    double lost;              /**< share of the questions that no scrape sees: of a process's end */
    bool scraped;
    double of_new; /**< share of the questions that pods with the second layout answer */
};

/** A service, and what happens to it. */
struct quiet {
    struct service service;
    struct chance chance;
    double rate; /**< questions per second at the busiest time of a usual day */
    const struct bounds *layout, *new_layout; /**< the second: NULL */
    bool mean_only;                           /**< summaries without quantiles */
    bool sparse; /**< too few questions for five minutes: longer windows are looked at as well */
    bool gauges; /**< the mean of the requests since the last scrape, and no counts */
    int64_t known_s;   /**< retention; 0: everything */
    int64_t start_s;   /**< the first minute that is judged */
    double mood_sigma; /**< usual differences from one quarter to the next */
    double mood[2];
    double random[QUIET_RANDOM]; /**< drawn once, for the kind to use */
    int64_t until_s;             /**< when what the kind began ends */
    double by;
};

struct quiet_kind {
    const char *name, *what;
    void (*draw)(struct quiet *q); /**< or NULL */
    void (*minute)(struct quiet *q, int64_t at_s, const struct tm *local, struct minute *m);
    bool known_wrong; /**< ragtop is known to alarm: reported, and has to go once it does not */
    bool sparse;      /**< few questions, which are known to be ok in all moments but */
    double doubt;     /**< this share: an hour without any, the first half hour of a night, or
                         a slow one among too few to judge */
};

extern const struct quiet_kind quiet_kinds[];
extern const int quiet_kinds_count;

/** Draws the service of KIND, the same for the same SEED; judged from START_S on. */
void quiet_init(struct quiet *q, const struct quiet_kind *kind, uint64_t seed, int64_t start_s);

/** What the minute AT_S is like. Minutes are asked for in order, each once. */
struct minute quiet_minute(struct quiet *q, const struct quiet_kind *kind, int64_t at_s);

#endif
