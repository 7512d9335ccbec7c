/**
 * Text from outside, made safe and measured in terminal columns.
 *
 * Widths are the C library's (wcwidth), so they agree with what ncurses assumes; they need an
 * LC_CTYPE with UTF-8.
 */
#ifndef RAGTOP_BASE_UTF8_H
#define RAGTOP_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum { UTF8_REPLACEMENT = 0xFFFD };

/**
 * Decodes the character at TEXT and moves past it. Returns 0 at the NUL (without moving) and
 * UTF8_REPLACEMENT for a malformed byte (moving one byte).
 */
uint32_t utf8_next(const char **text);

/** Appends CH as UTF-8. */
void utf8_add(struct str *s, uint32_t ch);

/** Columns that CH takes: 0 for combining marks, 1 or 2 else; never negative. */
int utf8_char_width(uint32_t ch);

/**
 * Whether CH may be shown as it is: no control character (C0, DEL, C1), nothing that reorders a
 * line or hides in it (bidi controls, zero-width characters, fillers, tags), no line or paragraph
 * separator, surrogate or noncharacter. NUL may not.
 */
bool utf8_is_safe(uint32_t ch);

/** Columns of a whole text. */
int utf8_width(const char *text);

/**
 * Appends TEXT with malformed bytes and everything that is not safe (see utf8_is_safe()) replaced
 * by U+FFFD, tabs and newlines by a space. At most MAX_BYTES of TEXT are read, never splitting a
 * character.
 */
void utf8_add_clean(struct str *s, const char *text, size_t max_bytes);

/**
 * Appends TEXT shortened to at most COLUMNS columns, the middle replaced by ELLIPSIS ("…" or "~")
 * when it does not fit: long metric names differ at both ends.
 */
void utf8_add_fitted(struct str *s, const char *text, int columns, const char *ellipsis);

/**
 * How much of the first LEN bytes of TEXT, which is longer, ends with a word: without blanks and
 * opening brackets at the end, and no number without what follows it. 0: that would be less than
 * half of it.
 */
size_t utf8_whole_words(const char *text, size_t len);

/**
 * Appends the sentence TEXT shortened to at most COLUMNS columns. What does not fit is cut after a
 * word, or within one that is too long, and ends in ELLIPSIS.
 */
void utf8_add_words(struct str *s, const char *text, int columns, const char *ellipsis);

/**
 * Appends TEXT as utf8_add_clean() does. Of more than MOST_BYTES the beginning, which then ends
 * with a word and an ellipsis.
 */
void utf8_add_brief(struct str *s, const char *text, size_t most_bytes);

#endif
