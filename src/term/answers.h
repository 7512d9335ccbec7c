/**
 * What the terminal answers when it is asked what it can do, and what colour it has. Answers come
 * among the keys, when they come at all: nobody waits for them.
 */
#ifndef RAGTOP_TERM_ANSWERS_H
#define RAGTOP_TERM_ANSWERS_H

#include <stdbool.h>

/** What it draws itself in place of the dots of braille, each finer than the one before. */
enum term_blocks { BLOCKS_NONE, BLOCKS_SEXTANTS, BLOCKS_OCTANTS };

/** What is known so far. */
struct answers {
    bool synchronizes; /**< it takes synchronized updates, DEC private mode 2026 */
    bool background;   /**< it said what its background is */
    bool light;        /**< which is light */
    enum term_blocks
        blocks; /**< the finest that it draws by its name and version, whatever its font */
};

/** Asks, unless the terminal of the terminfo entry NAME is known to print what it does not know. */
void answers_ask(const char *name);

const struct answers *answers_known(void);

/** Whether an answer is still to come, as far as that can be known. */
bool answers_are_due(void);

/** Takes in `CSI ? NUMBERS FINAL`; what is no answer to a request means nothing. */
void answers_take_mode(const char *numbers, char final);

/** Takes in the colour of the background, as `OSC 11` has it: `rgb:1e1e/1e1e/2e2e`. */
void answers_take_color(const char *text);

/** Takes in name and version, as XTVERSION has them: `kitty(0.40.1)`. */
void answers_take_version(const char *text);

/** Throws away what still comes within a moment, so that it does not end up as input of a shell. */
void answers_drain(void);

#endif
