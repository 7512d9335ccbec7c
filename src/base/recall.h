/**
 * Lines that were entered before, to be gone through again.
 */
#ifndef RAGTOP_BASE_RECALL_H
#define RAGTOP_BASE_RECALL_H

#include <stddef.h>

/** Zeroed means none; owned. */
struct recall {
    char **lines; /**< the oldest first */
    size_t count, cap;
    size_t back; /**< how far back the one is that is shown; 0: none of them */
    char *draft; /**< what was being typed before the first of them was shown; NULL: nothing */
};

/** Frees the lines and leaves none. */
void recall_finish(struct recall *r);

/**
 * Adds LINE as the last unless it is empty: once, so it is forgotten where it was before, as is the
 * oldest beyond MOST. Ends going through them.
 */
void recall_add(struct recall *r, const char *line, size_t most);

/**
 * The line STEPS further back than the one that is shown, or with a negative number nearer; at the
 * near end the DRAFT with which it began. NULL when there is none that way; then nothing changes.
 * Valid until the next call.
 */
const char *recall_step(struct recall *r, int steps, const char *draft);

/** Ends going through them: what is shown is a draft of its own. */
void recall_rest(struct recall *r);

#endif
