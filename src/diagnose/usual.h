/**
 * What is usual: the centre and spread of a number over the history of its signal.
 */
#ifndef RAGTOP_DIAGNOSE_USUAL_H
#define RAGTOP_DIAGNOSE_USUAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/zone.h"
#include "config/config.h"
#include "diagnose/drift.h"
#include "series/store.h"

/** What history "usual" was taken from. */
enum usual_kind {
    USUAL_NONE,   /**< too little history */
    USUAL_WEEK,   /**< the same weekday and time of earlier weeks */
    USUAL_DAY,    /**< the same time of earlier days */
    USUAL_RECENT, /**< the hours before the last one */
    USUAL_FILE,   /**< this time of the day in a baseline file */
    USUAL_PINNED, /**< before the moment that was pinned */
    USUAL_SPAN,   /**< what the span itself has from before the window: a young service */
};

struct usual {
    enum usual_kind kind;
    double centre, spread; /**< NaN for USUAL_NONE */
    double lower; /**< the centre of the lower half hour, where CENTRE is that of the higher one */
    double high;  /**< the 98th percentile of the points, the highest of fewer than 50; without runs
                     of points that were alarms then. Of a gauge how high it got until each of them,
                     where that is known */
    double low;   /**< the 2nd percentile of the points, the lowest of up to 50 */
    int points, days;
    int64_t oldest_ms;  /**< of the oldest point */
    int64_t start_ms;   /**< of USUAL_SPAN how long the part is that counts; 0: all of it */
    struct drift drift; /**< over the last days; none where they are not known */
    bool elsewhen;      /**< the file has nothing of this time of the day: the nearest it has */
};

/**
 * What counts as the same time on an earlier day when clocks were changed in between. People follow
 * the clock on the wall; a batch job may follow one that is never changed. Either may apply.
 */
enum usual_clock {
    USUAL_CLOCK_EITHER, /**< the higher of the two is usual */
    USUAL_CLOCK_WALL,
    USUAL_CLOCK_STEADY,
};

/** Which history counts. */
struct usual_rules {
    enum baseline_kind baseline;
    int days;                /**< how many days back at most */
    int64_t tick_ms;         /**< the moment to compare with */
    int64_t window_ms;       /**< of rates: what is newer is the present */
    const struct zone *zone; /**< whose clock and calendar count; NULL: the system's */
    enum usual_clock clock;
};

/**
 * Sets the clock of RULES to that on the wall if no clock was changed on the days that count. The
 * result is the same either way; settling it once saves a look at the calendar for each number.
 */
void usual_settle_clock(struct usual_rules *rules);

/** Which window of history a number is asked for. */
struct usual_window {
    int day;   /**< 0 is yesterday; or one of the following */
    bool peak; /**< the highest value of a gauge since the slot before, not its value at the slot */
};

enum {
    USUAL_WINDOW_RECENT = -1,
    USUAL_WINDOW_SAVED = -2,
    USUAL_WINDOW_PINNED = -3,
    USUAL_WINDOW_SPAN = -4
};

/** A number at SLOT of a window of history; NaN where it is not known. */
typedef double usual_value(const void *context, struct usual_window window, int64_t slot);

/**
 * Collects VALUE over the history of DATA, whose windows decide which slots there are, within half
 * an hour of the same time of day. BASELINE_MEAN takes the mean as the centre, all others the
 * median. The spread has no floor.
 *
 * Where both earlier weeks and the last days are known, the one with the higher centre is what is
 * usual: a rush that comes every Monday is usual on Mondays, and what has been so for days is usual
 * by now. Of the weeks it is the one whose centre at least half of them reach, both of two, so that
 * one outage does not make a habit. And of the half hours before and after the moment the higher
 * counts, as of both together: where a busy hour begins or ends, either is usual. The same goes for
 * the two times of day that match after a change of clocks, see enum usual_clock.
 */
struct usual usual_of(const struct signal_data *data, const struct usual_rules *rules,
    usual_value *value, const void *context);

/** From where on a value is an alarm beside U: points beyond it for a quarter of an hour are no
 * habit.
 */
double usual_alarm(const struct usual *u);

/** A usual share, and from how many it is known. */
struct usual_share {
    double share;    /**< NaN: not known */
    double n;        /**< requests that it is known from */
    double coarse;   /**< how far the true one may lie above the median of days: a middle day of K
                        comes of up to K + ln 2 expected (the bound of a Poisson median) */
    double together; /**< how many positives come at once: their variance over that of single ones,
                        the index of dispersion; at least 1. Of days the median, or where that shows
                        clusters the upper quartile; of weeks and days the larger */
    bool passing;    /**< from the span, which is another with every answer */
};

/** Sets *K of *N at SLOT of a window of history; false where it is not known. */
typedef bool usual_count(
    const void *context, struct usual_window window, int64_t slot, double *k, double *n);

/**
 * What share COUNT usually finds, over the history that usual_of() would take: pooled within a day,
 * because most five minutes have no error at all, and the median of the days. Of weeks and days the
 * higher one, as there. A share of what is counted apart (calls per question) may be above 1.
 */
struct usual_share usual_share_of(const struct signal_data *data, const struct usual_rules *rules,
    usual_count *count, const void *context);

/** What DATA has of WINDOW; a NULL matrix where it was not answered. */
struct stretch {
    const struct matrix *matrix;
    int64_t first, last; /**< its slots */
    int64_t step_ms;     /**< between them */
};
struct stretch usual_stretch(
    const struct signal_data *data, const struct usual_rules *rules, struct usual_window window);

/** How long there have to be samples, STEP_MS apart, before the span tells what is usual. */
int64_t usual_span_needed_ms(int64_t window_ms, int64_t step_ms);

#endif
