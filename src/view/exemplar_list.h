/**
 * The exemplars of the stage that is looked at. Private to view/.
 */
#ifndef RAGTOP_VIEW_EXEMPLAR_LIST_H
#define RAGTOP_VIEW_EXEMPLAR_LIST_H

#include "view/view.h"

enum { EXEMPLAR_COLUMNS = 6 };

extern const struct view_column exemplar_columns[EXEMPLAR_COLUMNS];

/** Adds the list of the exemplars of STAGE, the slowest first unless sorted otherwise, or a
 * sentence why there is none. */
void exemplar_add(struct view *v, struct arena *a, const struct view_input *in, int stage);

/** Puts them into the chart or heatmap of PANE, which is of the latency of STAGE. */
void exemplar_mark(struct arena *a, const struct view_input *in, struct view_pane *pane, int stage);

#endif
