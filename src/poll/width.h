/**
 * Which window to take rates over when there are few requests: the shortest of several that holds
 * enough of them. Private to poll/.
 *
 * While the busiest root has enough requests, nothing is asked. When it has too few, one query
 * counts them in every longer window. Until the first answer no history is asked for, because it
 * would be the history of the wrong window.
 */
#ifndef RAGTOP_POLL_WIDTH_H
#define RAGTOP_POLL_WIDTH_H

#include <stdbool.h>
#include <stdint.h>

#include "http/client.h"
#include "poll/schedule.h"

struct poller;

/** The windows that are tried, the configured one first; polls before a shorter one is taken. */
enum { WIDTHS = 4, WIDTH_NARROW_POLLS = 3 };

/** The requests in each window; NaN: not known, or the series are younger than the window. */
struct width_counts {
    int64_t windows_ms[WIDTHS]; /**< ascending; 0: not tried */
    double counts[WIDTHS];
};

struct width {
    int64_t settled_ms; /**< the last moment a window was chosen for; 0: none yet */
    int64_t asked_ms;   /**< the last moment that was asked about */
    int64_t counted_ms; /**< the last moment counted in ENOUGH */
    int enough;         /**< consecutive polls for which a shorter window would do */
};

/**
 * The shortest window with PLAN_ENOUGH_REQUESTS, else the longest with a known count. A window that
 * has them only from before traffic stopped is not taken: it would hide the silence.
 */
int64_t width_choose(const struct width_counts *c);

/** Sets the windows to try beside BASE_MS, the configured one; no count is known. */
void width_windows(struct width_counts *out, int64_t base_ms);

/** Whether history has to wait until a window is chosen. */
bool width_is_open(const struct poller *p);

/** Sends the query if it is due. Returns whether the window changed. */
bool width_run(struct poller *p, int64_t now_ms);

/** Takes R as the answer to ASK. An answer that cannot be used leaves the window as it is. */
void width_take(
    struct poller *p, const struct ask *ask, const struct http_reply *r, int64_t now_ms);

/** The next window is chosen from scratch, without waiting: another moment is shown. */
void width_forget(struct poller *p);

#endif
