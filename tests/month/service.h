/**
 * A service, request by request: what a stretch of time adds to each of its counters.
 *
 * A question is a retrieval (its own work around queries of the vector database), perhaps calls of
 * tools, then a generation. Times are log-normal and nest because requests do.
 */
#ifndef RAGTOP_TESTS_MONTH_SERVICE_H
#define RAGTOP_TESTS_MONTH_SERVICE_H

#include "month/chance.h"

enum { SERVICE_STAGES = 3, SERVICE_TOOLS = 4, SERVICE_BOUNDS_MAX = 24 };

/** A layout of buckets. */
struct bounds {
    double le[SERVICE_BOUNDS_MAX];
    int count;
};

/** The layouts that are met in life; the first is that of prometheus_client. */
enum { LAYOUTS = 4 };
extern const struct bounds layouts[LAYOUTS];

/** What some questions add to the counters. */
struct counts {
    double buckets[SERVICE_STAGES][SERVICE_BOUNDS_MAX]; /**< one by one, not cumulated */
    double seconds[SERVICE_STAGES], requests[SERVICE_STAGES];
    double errors[3], tools[SERVICE_TOOLS];
    double used; /**< connections, now */
};

/** What a question costs. */
struct service {
    double own, query, generation; /**< median seconds */
    double own_sigma, query_sigma, generation_sigma;
    int searches;                   /**< queries per retrieval */
    double tail_share, tail_factor; /**< queries and generations that just take long */
    double errors[3];               /**< shares of retrievals, generations, tool calls */
    double tools[SERVICE_TOOLS];    /**< calls per question */
    int burst;                      /**< calls that come together */
    double pool;                    /**< connections there are */
};

/** A healthy one, in which everything is drawn. */
void service_draw(struct service *s, struct chance *c);

/**
 * Adds to COUNTS what QUESTIONS do, whose queries take QUERY times and whose generations take
 * GENERATION times as long as usual, in buckets of LAYOUT.
 */
void service_run(const struct service *s, struct chance *c, int questions, double query,
    double generation, const struct bounds *layout, struct counts *counts);

#endif
