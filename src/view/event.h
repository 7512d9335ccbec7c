/**
 * What happened to the pods of a stage, as far as metrics tell: starts and restarts of processes,
 * restarts of containers, rollouts. Private to view/.
 */
#ifndef RAGTOP_VIEW_EVENT_H
#define RAGTOP_VIEW_EVENT_H

#include "view/view.h"

/** What happened to STAGE within the span that is shown, the oldest first; COUNT is set. */
const struct view_event *event_read(
    struct arena *a, const struct view_input *in, int stage, size_t *count);

/**
 * What happened to STAGE, and what changed anywhere when the incident began, and that it did: of
 * charts of what is at fault.
 */
const struct view_event *event_around(
    struct arena *a, const struct view_input *in, int stage, size_t *count);

/** What happened about AT_MS, the columns of a chart being wide: `rollout of agent 09:12:05`;
 * NULL: nothing. */
const char *event_near(struct arena *a, const struct view_input *in, int64_t at_ms);

/** Appends the newest MOST of what happened as facts. Returns how many there are now. */
size_t event_facts(struct arena *a, const struct view_input *in, struct view_fact *facts,
    size_t count, size_t most);

#endif
