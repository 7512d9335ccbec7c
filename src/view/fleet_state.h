/**
 * What is said of several sources: which is the worst, how each fares in a clause, and one verdict
 * over all of them.
 */
#ifndef RAGTOP_VIEW_FLEET_STATE_H
#define RAGTOP_VIEW_FLEET_STATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "view/view.h"

/** The worst of COUNT sources, the first of equal ones. */
int fleet_worst(const struct view_source *sources, size_t count);

/** The source whose verdict is given: number ONLY, from 1; 0: the worst of all COUNT. */
int fleet_given(const struct view_source *sources, size_t count, int only);

/** The mark of a source: that of its verdict, or a check mark. */
struct view_text fleet_mark(const struct words *w);

/** Appends how the source fares, in a clause: `critical: vector_db`, `unreachable: ..., retry in 5
 * s`. */
void fleet_add_state(struct str *s, const struct words *w, int64_t now_ms);

/** Appends the verdict on the source in a few words: `vector_db critical`, `all normal`. */
void fleet_add_brief(struct str *s, const struct view_source *source);

/**
 * Appends the verdict over all COUNT sources: the sentence about source AT begun with its name, and
 * how many of the others fare how. With one source that has no name, it is its sentence alone.
 */
void fleet_add_summary(struct str *s, const struct view_source *sources, size_t count, int at);

/** Sets *OUT to the same as lines that are read in one glance. */
void fleet_build_block(
    struct block *out, struct arena *a, const struct view_source *sources, size_t count, int at);

/** Whether no answer has come for longer than the refresh explains. */
bool fleet_is_late(const struct words *w, int64_t now_ms);

/** Whether the numbers are old: nothing comes any more. */
bool fleet_is_stale(const struct words *w, int64_t now_ms);

/**
 * Appends how old the data is: `data < 15 s old`, `data 40 s old`, `no data yet`, the first word
 * only when IN_FULL; nothing of a moment in the past.
 */
void fleet_add_age(struct str *s, const struct words *w, int64_t now_ms, bool in_full);

#endif
