/**
 * What a server would know of a service: the rates of its counters over a window, now and back as
 * far as it keeps them, asked for and put into a store as the poller does.
 */
#ifndef RAGTOP_TESTS_MONTH_PAST_H
#define RAGTOP_TESTS_MONTH_PAST_H

#include "month/quiet.h"
#include "plan/plan.h"
#include "series/store.h"

enum {
    PAST_UNIT_S = 15, /**< between two scrapes */
    PAST_WINDOWS = 4, /**< that rates are taken over: of 5, 15, 30 and 60 minutes */
    PAST_UNITS = 240, /**< of the longest */
    PAST_STEP = 20,   /**< units between two rows that are kept */
    PAST_BOUNDS_MAX = 2 * SERVICE_BOUNDS_MAX,
    PAST_COLUMNS_MAX = SERVICE_STAGES * (PAST_BOUNDS_MAX + 2) + 2 + SERVICE_TOOLS + 3,
};

/** A series of one signal. */
struct past_column {
    int signal;
    const char *label;
    char value[16];
};

/** The rates over one window. */
struct past_rates {
    int units; /**< of the window */
    double sums[PAST_COLUMNS_MAX];
    float (*live)[PAST_COLUMNS_MAX]; /**< the rates of the last PAST_STEP units; owned */
    float (*rows)[PAST_COLUMNS_MAX]; /**< every PAST_STEP units; owned */
    size_t rows_count, rows_cap;
};

struct past {
    const struct plan *plan;
    double le[PAST_BOUNDS_MAX]; /**< the bounds of both layouts */
    unsigned in_layouts[PAST_BOUNDS_MAX];
    int bounds;
    struct past_column columns[PAST_COLUMNS_MAX];
    int count;
    double units[PAST_UNITS][PAST_COLUMNS_MAX];
    bool scraped[PAST_UNITS];
    unsigned layouts[PAST_UNITS]; /**< which there were */
    struct past_rates rates[PAST_WINDOWS];
    int windows;   /**< how many of them are known */
    int window;    /**< the one that the store is filled with */
    bool erred[3]; /**< a counter has no series before its first error */
    double used, limit;
    bool gauges;
    double gauge[SERVICE_STAGES]; /**< NAN: no request yet */
    int64_t first_s, now_s;       /**< of the rows; the end of the newest unit */
    int64_t hour_s;               /**< for which the store's history was filled */
};

/** A past that begins at FIRST_S; Q and PLAN outlive it. */
void past_init(struct past *p, const struct plan *plan, const struct quiet *q, int64_t first_s);

void past_finish(struct past *p);

/** The next unit of time, as MINUTE says. */
void past_go_on(struct past *p, struct quiet *q, const struct minute *minute);

/** The length of window I. */
int64_t past_window_ms(const struct past *p, int i);

/** The requests of the busiest root in window I. */
double past_requests(const struct past *p, int i);

/** From now on the store, which is empty, is filled with rates over window I. */
void past_use_window(struct past *p, int i);

/** Brings S up to now, the end of a step. */
void past_fill(struct past *p, const struct quiet *q, struct store *s);

#endif
