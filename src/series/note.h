/**
 * Notes for the reader in a list with room for few: what differs in numbers alone is one note, and
 * nothing is cut or left out without a word.
 */
#ifndef RAGTOP_SERIES_NOTE_H
#define RAGTOP_SERIES_NOTE_H

#include <stdbool.h>
#include <stddef.h>

enum { NOTE_BYTES = 320 /**< of one note, with the NUL */ };

/** The last note of a list that was too short for all of them. */
const char *note_rest(void);

/** Copies TEXT to TO. What is too long ends with a word and an ellipsis. */
void note_set(char to[NOTE_BYTES], const char *text);

/**
 * Takes TEXT into NOTE if both are the same, or differ in nothing but numbers: these become ranges
 * ("3–95 series"). Digits within a name are not numbers. False, without a change, when they
 * differ in more than that.
 */
bool note_merge(char note[NOTE_BYTES], const char *text);

/**
 * Adds TEXT to the *COUNT of at most MOST notes, or takes it into one of them, see note_merge().
 * Where there is no room, note_rest() takes the last place. Returns the place of the note that now
 * says TEXT; MOST: none does.
 */
size_t note_add(char (*notes)[NOTE_BYTES], size_t *count, size_t most, const char *text);

#endif
