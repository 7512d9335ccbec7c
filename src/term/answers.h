/**
 * What the terminal answers when it is asked what it can do, and what colour it has. Answers come
 * among the keys, when they come at all: nobody waits for them.
 */
#ifndef RAGTOP_TERM_ANSWERS_H
#define RAGTOP_TERM_ANSWERS_H

#include <stdbool.h>

/** What is known so far. */
struct answers {
    bool synchronizes; /**< it takes synchronized updates, DEC private mode 2026 */
    bool background;   /**< it said what its background is */
    bool light;        /**< which is light */
};

/** Asks, unless the terminal of the terminfo entry NAME is known to print what it does not know. */
void answers_ask(const char *name);

const struct answers *answers_known(void);

/** Whether an answer is still to come, as far as that can be known. */
bool answers_are_due(void);

/** Takes in `CSI ? FIRST ; SECOND FINAL`; what is no answer to a request means nothing. */
void answers_take_mode(int first, int second, int final);

/** Takes in `OSC TEXT`, without its terminator. */
void answers_take_text(const char *text);

/** Throws away what still comes within a moment, so that it does not end up as input of a shell. */
void answers_drain(void);

#endif
