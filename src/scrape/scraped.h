/**
 * Samples that were scraped from a target by the program itself: raw, at the moments of the
 * scrapes, for a while. Bounded in series and in samples: the series that have been gone longest
 * make room for new ones, and where all samples together are too many, the oldest go.
 */
#ifndef RAGTOP_SCRAPE_SCRAPED_H
#define RAGTOP_SCRAPE_SCRAPED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/index.h"
#include "series/batch.h"

enum { SCRAPED_SERIES_MAX = 20000, SCRAPED_SAMPLES_MAX = 2000 * 1000 };

struct scraped_series {
    struct labels labels; /**< with `__name__` */
    struct sample *samples;
    size_t count, cap;
    int64_t unborn_ms; /**< the last scrape that it was not in, before its first sample; 0: none */
    uint64_t hash;
    size_t next; /**< the next series of this name, plus 1; 0: it is the last */
    size_t last; /**< of the first series of a name: the place of the last one */
};

struct scraped {
    struct scraped_series *series; /**< owned */
    size_t count, cap;
    size_t samples_count; /**< of all series */
    int64_t *scrapes;     /**< when, ascending; owned */
    size_t scrapes_count, scrapes_cap;
    int64_t keep_ms;       /**< samples older than that before the newest are not needed */
    struct index by_label; /**< of the series, by all labels */
    struct index by_name;  /**< the first series of each name */
    size_t left_out;       /**< series of the newest scrape for which there was no room */
    int64_t gone_ms;       /**< series gone for as long as that had to make room; 0: none had */
    bool shortened;        /**< samples that are needed had to go */
};

/** Frees; a zeroed one is accepted. KEEP_MS stays. */
void scraped_finish(struct scraped *s);

/** Adds a scrape of the moment T_MS, later than those before: one sample for each series of B. */
void scraped_add(struct scraped *s, const struct batch *b, int64_t t_ms);

/** The first series named NAME, or of all with NULL; NULL: there is none. */
const struct scraped_series *scraped_first(const struct scraped *s, const char *name);

/** The one after FROM, which scraped_first() found for NAME; NULL: it was the last. */
const struct scraped_series *scraped_next(
    const struct scraped *s, const char *name, const struct scraped_series *from);

/** The last scrape at or before T_MS, but not more than AGE_MS before it; 0: none. */
int64_t scraped_moment(const struct scraped *s, int64_t t_ms, int64_t age_ms);

/** The sample of the moment T_MS; NULL: it was not in that scrape. */
const struct sample *scraped_at(const struct scraped_series *s, int64_t t_ms);

/**
 * The increase per second of a counter in (T_MS - WINDOW_MS, T_MS], over as much of that as was
 * scraped. A fall is a restart from 0, and so is a series that was not there before. NaN of what is
 * NaN all the time. False with less than two moments to compare.
 */
bool scraped_rate(const struct scraped_series *s, int64_t t_ms, int64_t window_ms, double *out);

/** What the samples of a series in (T_MS - WINDOW_MS, T_MS] do. */
struct scraped_conduct {
    size_t samples, resets,
        changes;            /**< how many there are, fall, and differ from the one before */
    double lowest, highest; /**< NaN: there is none */
};
struct scraped_conduct scraped_conduct(
    const struct scraped_series *s, int64_t t_ms, int64_t window_ms);

#endif
