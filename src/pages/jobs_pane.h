/**
 * Beside the targets: what each job is like as a whole, and which scrape configurations select
 * nothing. Private to pages/.
 */
#ifndef RAGTOP_PAGES_JOBS_PANE_H
#define RAGTOP_PAGES_JOBS_PANE_H

#include "view/view.h"

/** The stages that JOB serves, as many as there is room for: `retrieval, vector_db and 2 others`;
 * "": none, as far as is known. */
const char *jobs_stages(struct arena *a, const struct view_input *in, const char *job);

/** What matters of the ERROR of a scrape, for a column: `connection refused`, `HTTP 403 Forbidden`.
 */
const char *jobs_error(struct arena *a, const char *error);

/**
 * Adds a line for each job, those in trouble and those of stages first, and one for each
 * configuration that selects nothing. Nothing where there are no targets.
 */
void jobs_add(struct view *v, struct arena *a, const struct view_input *in);

#endif
