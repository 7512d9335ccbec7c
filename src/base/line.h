/**
 * A line of text that is being edited, character by character. A character is what the reader sees
 * as one: combining marks go with what they stand on.
 */
#ifndef RAGTOP_BASE_LINE_H
#define RAGTOP_BASE_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LINE_BYTES = 16 * 1024 };

/** UTF-8 with a NUL behind it; the cursor stands before the byte CURSOR. Zeroed means empty. */
struct line {
    char text[LINE_BYTES];
    size_t len, cursor;
    bool full; /**< it lacks what came last, for which there was no room */
};

/** Makes it TEXT, cut at a whole character where that is too long, with the cursor at the end. */
void line_set(struct line *l, const char *text);

/**
 * Puts TEXT in the place of the bytes FROM to TO, with the cursor behind it. False when there is no
 * room; then nothing changes.
 */
bool line_replace(struct line *l, size_t from, size_t to, const char *text);

/** Types CH. False when there is no room. */
bool line_insert(struct line *l, uint32_t ch);

/** Takes away the character before the cursor, or the one behind it. */
void line_rub_out(struct line *l);
void line_delete(struct line *l);

/** Takes away what is before the cursor, the word before it, or all that is behind it. */
void line_cut_before(struct line *l);
void line_cut_word(struct line *l);
void line_cut_after(struct line *l);

/** Moves the cursor by a character, or to an end. */
void line_left(struct line *l);
void line_right(struct line *l);
void line_home(struct line *l);
void line_end(struct line *l);

/**
 * The byte from which TEXT is shown in COLUMNS, so that the cursor before its byte CURSOR is in
 * sight, with some of what is on either side of it. 0 where all of it fits, the cursor behind the
 * end included.
 */
size_t line_first_shown(const char *text, size_t cursor, int columns);

#endif
