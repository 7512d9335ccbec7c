/**
 * Letters whatever their case, in any locale. What <ctype.h> and <strings.h> have follows the
 * user's: in a Turkish one FRIDAY is not friday, and a header called ID is not id.
 */
#ifndef RAGTOP_BASE_ASCII_H
#define RAGTOP_BASE_ASCII_H

#include <stdbool.h>
#include <stddef.h>

/** C as a small or as a capital letter, if it is a letter of ASCII; else as it is. */
char ascii_lower(char c);
char ascii_upper(char c);

/** Whether A and B differ in the case of letters at most. */
bool ascii_same(const char *a, const char *b);

/** The same for their first LEN bytes, or those before a NUL. */
bool ascii_same_n(const char *a, const char *b, size_t len);

#endif
