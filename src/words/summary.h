/**
 * The verdict's sentences but for those on an incident, a file for each kind. Private to words/.
 */
#ifndef RAGTOP_WORDS_SUMMARY_H
#define RAGTOP_WORDS_SUMMARY_H

#include "base/arena.h"
#include "words/words.h"

/** Appends how all is that alarms nobody: what was judged, and what is unusual or not known. */
void summary_add_calm(struct str *s, struct arena *a, const struct words *w);

/** How all is that alarms nobody, in parts. */
struct calm_said {
    const char *normal;   /**< what is normal, or neither slow nor fails; NULL: nothing is judged */
    const char *requests; /**< how many were judged; NULL: next to none */
};

/** Sets *OUT; false where there are too few requests to judge by: summary_add_calm() says that. */
bool summary_calm_said(struct calm_said *out, struct arena *a, const struct words *w);

/** Appends what summary_add_calm() says besides. */
void summary_add_calm_rest(struct str *s, struct arena *a, const struct words *w);

/** Appends the sentences that go with those on an incident: what else is unusual or not known. */
void summary_add_beside(struct str *s, struct arena *a, const struct words *w);

/** The same of those on what alarms nobody. */
void summary_add_beside_calm(struct str *s, struct arena *a, const struct words *w);

/** Appends which parts of what is slow are so new that one of them may be why; nothing: none is. */
void summary_add_new_parts(struct str *s, struct arena *a, const struct words *w);

/** Appends how it was judged, where that is out of the ordinary. */
void summary_add_how_judged(struct str *s, struct arena *a, const struct words *w);

/** Appends that there are too few requests to judge by, REQUESTS in the window, and what they show.
 */
void summary_add_few(struct str *s, struct arena *a, const struct words *w, double requests);

/** Appends what of so few requests is not as usual; nothing where nothing is. */
void summary_add_odd(struct str *s, struct arena *a, const struct words *w);

/** Appends the same of tools that were called a few times. */
void summary_add_odd_tools(struct str *s, struct arena *a, const struct words *w);

/** Appends that nobody asks. */
void summary_add_idle(struct str *s, struct arena *a, const struct words *w);

/** Appends that there is nothing to compare with, and when there will be. */
void summary_add_no_baseline(struct str *s, struct arena *a, const struct words *w);

/** Appends why there is no data. */
void summary_add_no_data(struct str *s, struct arena *a, const struct words *w);

/** Appends why the server does not answer. */
void summary_add_lost(struct str *s, struct arena *a, const struct words *w);

/** Since when the last stage that stopped completes next to nothing; both 0: that is not known. */
struct onset summary_stopped(const struct words *w);

/** How long there have been samples, of a target that ragtop scrapes itself; else any length. */
int64_t summary_known_for(const struct words *w);

#endif
