/**
 * Keys that edit a line, the same wherever something is typed.
 */
#ifndef RAGTOP_APP_TYPING_H
#define RAGTOP_APP_TYPING_H

#include <stdbool.h>

#include "base/line.h"
#include "term/term.h"

/**
 * Does to L what PRESSED means: types a character, moves the cursor, takes something away. False
 * when it is a key that edits nothing; L is unchanged then.
 */
bool typing_key(struct line *l, keystroke pressed);

/** Types PRESSED as a part of text that is pasted: tabs and ends of lines become blanks. */
void typing_paste(struct line *l, keystroke pressed);

#endif
