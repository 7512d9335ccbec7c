/**
 * Beside a list of alerts, changes or targets: what became of the service meanwhile. Private to
 * pages/.
 */
#ifndef RAGTOP_PAGES_STAGE_CHARTS_H
#define RAGTOP_PAGES_STAGE_CHARTS_H

#include "view/view.h"

/** Screens so wide have what is known of the selected row right of the table, in half of them. */
enum { STAGE_CHARTS_DETAIL_FROM = 180 };

/** IN with the width that this leaves for it. */
struct view_input stage_charts_detail(const struct view_input *in);

/** What the charts are of, and where they stand. */
struct stage_charts {
    int stage;   /**< -1: none, nothing is added */
    int rank;    /**< of the first ones: they outlive nothing of a lower one */
    int from;    /**< screens with fewer lines do without */
    int beside;  /**< screens so wide have the first right of the pane before; 0: none do */
    bool others; /**< not the latency, which stands elsewhere */
};

/**
 * Adds the latency of a stage, its pool, errors and requests, those with no value left out. Low
 * screens have the first alone.
 */
void stage_charts_add(
    struct view *v, struct arena *a, const struct view_input *in, const struct stage_charts *which);

/** The stage at fault, or else the first one; -1: there is none. */
int stage_charts_subject(const struct view_input *in);

#endif
