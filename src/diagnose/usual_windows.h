/**
 * Which history tells what is usual: the windows, and what of each is about the same time. Private
 * to usual.c and usual_share.c.
 */
#ifndef RAGTOP_DIAGNOSE_USUAL_WINDOWS_H
#define RAGTOP_DIAGNOSE_USUAL_WINDOWS_H

#include <stdbool.h>
#include <stdint.h>

#include "diagnose/usual.h"

/** Beyond so much of what is usual it was an alarm. */
extern const double USUAL_ALARM_RATIO;

/** The half hours before and after the moment, and both. */
enum half { BEFORE, AFTER, BOTH, HALVES };

/** Whether AT_MS, in WINDOW, is near NEAR_MS, and then in which *HALF; of what is no day all is,
 * and in one half. */
bool window_is_near(struct usual_window window, int64_t at_ms, int64_t near_ms, enum half *half);

/** Whether RULES let KIND tell what is usual. */
bool window_allows(const struct usual_rules *rules, enum usual_kind kind);

/** Moves *WINDOW to the next day of KIND whose history is there; no matrix: there is none. */
struct stretch window_next_day(const struct signal_data *data, const struct usual_rules *rules,
    enum usual_kind kind, struct usual_window *window);

/** The same time on the day of WINDOW. */
int64_t window_time_on(const struct usual_rules *rules, struct usual_window window);

/** Whether the two clocks that may apply differ on any day that counts. */
bool window_clocks_differ(const struct usual_rules *rules);

/** Sets *OUT to part K of the saved history H that lies within REACH_MS of the time of day; false:
 * there are no more. */
bool window_saved_part(struct stretch h, const struct usual_rules *rules, int64_t reach_ms, int k,
    struct stretch *out);

/** Whether a span that is known since OLDEST_MS, by POINTS, tells what is usual. */
bool window_is_long_enough(const struct usual_rules *rules, int points, int64_t oldest_ms);

/** How the span S began: half of it, or as much as tells what is usual. */
struct stretch window_start_of(struct stretch s, const struct usual_rules *rules);

#endif
