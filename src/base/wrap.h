/**
 * Text broken into lines: at blanks, and between the characters of Chinese, which has none.
 */
#ifndef RAGTOP_BASE_WRAP_H
#define RAGTOP_BASE_WRAP_H

/** The end of the line of WIDTH columns that starts at TEXT: after the last word that fits. */
const char *wrap_line_end(const char *text, int width);

/** Where the line after END starts. */
const char *wrap_next_line(const char *end);

/** The lines that TEXT takes at WIDTH columns; at least 1. */
int wrap_lines(const char *text, int width);

#endif
