/**
 * Panes with charts. Private to view/.
 */
#ifndef RAGTOP_VIEW_CHART_PANE_H
#define RAGTOP_VIEW_CHART_PANE_H

#include "view/moment.h"
#include "view/page.h"

/** A chart of one line, T, whose values FORMAT writes. MISSING is said where there are none. */
struct view_chart *chart_of_trend(struct arena *a, const struct view_input *in,
    const struct view_trend *t, void (*format)(struct str *, double), const char *missing);

/** A pane with a chart of LEAST to LINES lines that grows. */
struct view_pane chart_pane(
    const struct view_input *in, const char *title, struct view_chart *chart, int least, int lines);

/**
 * Lays over PANE, whose chart is of WHAT of INDEX, the same time of the day that the state compares
 * with, and says so; nothing where it compares with none.
 */
void chart_lay_over(struct arena *a, const struct view_input *in, struct view_pane *pane,
    enum measure what, int index);

/** Says in the legend of PANE what happened under the cursor, if anything did. */
void chart_say_event(struct arena *a, const struct view_input *in, struct view_pane *pane);

/** Has the title of PANE say its UNIT (NULL: none) and, if it is of a RATE, the window. What it was
 * before says what its query is about. */
void chart_measure(struct arena *a, const struct view_input *in, struct view_pane *pane,
    const char *unit, bool rate);

/** The latency of STAGE as one line. */
struct view_pane chart_stage_pane(struct arena *a, const struct view_input *in, int stage);

/** Its P50, P95 and P99, or what of them can be known, over the usual band. */
struct view_pane chart_quantiles_pane(struct arena *a, const struct view_input *in, int stage);

struct view_pane chart_requests_pane(struct arena *a, const struct view_input *in, int stage);
struct view_pane chart_errors_pane(struct arena *a, const struct view_input *in, int stage);
struct view_pane chart_heat_pane(struct arena *a, const struct view_input *in, int stage);

/** The latency of the pod called NAME beside the median of the stage's others. */
struct view_pane chart_pod_pane(
    struct arena *a, const struct view_input *in, int stage, const char *name);

/** What is used of the resource that SIGNAL counts, and its limit. */
struct view_pane chart_pool_pane(struct arena *a, const struct view_input *in, int signal);

/** Calls of TOOL per second. */
struct view_pane chart_tool_latency_pane(struct arena *a, const struct view_input *in, int tool);
struct view_pane chart_tool_pane(struct arena *a, const struct view_input *in, int tool);

/** Failed calls of TOOL as a share of its calls; of all where it is -1, or nobody tells whose. */
struct view_pane chart_tool_errors_pane(struct arena *a, const struct view_input *in, int tool);

#endif
