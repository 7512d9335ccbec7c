/**
 * The table of the pods of a stage, on their own page and on the stage's. Private to view/.
 */
#ifndef RAGTOP_VIEW_POD_TABLE_H
#define RAGTOP_VIEW_POD_TABLE_H

#include "view/view.h"

enum { POD_TABLE_COLUMNS = 13 };

/** The columns of the table. */
extern const struct view_column pod_table_columns[POD_TABLE_COLUMNS];

/** The stage that pods are shown of; -1: there is none. */
int pod_table_stage(const struct view_input *in);

/**
 * The pods of STAGE that match FILTER, in the order SORT, now or at the moment under the cursor;
 * NULL: nothing is known of any now.
 */
struct view_table *pod_table_build(struct arena *a, const struct view_input *in, int stage,
    struct view_sort sort, const char *filter);

/** Whether the pod NAME of STAGE had data in the span, and has none any more. */
bool pod_table_is_gone(struct arena *a, const struct view_input *in, int stage, const char *name);

/** The name of the pod whose row is ID; NULL: it has none. */
const char *pod_table_name(const struct view_table *t, struct row_id id);

#endif
