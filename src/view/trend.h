/**
 * The numbers behind sparklines and charts.
 */
#ifndef RAGTOP_VIEW_TREND_H
#define RAGTOP_VIEW_TREND_H

#include "base/arena.h"
#include "view/view.h"

/** A stage's latency over the live span, in seconds. */
struct view_trend trend_of_stage(struct arena *a, const struct words *w, int stage);

/** A tool's calls per second over the live span. */
struct view_trend trend_of_tool(struct arena *a, const struct words *w, int tool);

#endif
