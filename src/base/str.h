/**
 * A growing byte string that is always NUL-terminated; `text` is never NULL after str_init().
 */
#ifndef RAGTOP_BASE_STR_H
#define RAGTOP_BASE_STR_H

#include <stdarg.h>
#include <stddef.h>

struct str {
    char *text; /**< owned by the string; points to "" while empty */
    size_t len; /**< bytes without the NUL */
    size_t cap; /**< 0 while TEXT is the shared empty string */
};

/** Starts empty, without allocating. */
void str_init(struct str *s);

/** Frees and starts empty again; a zeroed string is accepted. */
void str_finish(struct str *s);

/** Empties it and keeps the memory. */
void str_clear(struct str *s);

/** Appends LEN bytes, NULs included. */
void str_append(struct str *s, const void *bytes, size_t len);

/** Appends a NUL-terminated text. */
void str_add(struct str *s, const char *text);

/** Appends one byte. */
void str_addc(struct str *s, char c);

/** Appends printf-formatted text. */
void str_addf(struct str *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** ONE where N is shown as 1, else MANY: "stage" or "stages", "is" or "are". */
const char *str_plural(double n, const char *one, const char *many);

/** The va_list form of str_addf(). */
void str_vaddf(struct str *s, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/** Replaces the content by printf-formatted text. */
void str_setf(struct str *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Appends TEXT with everything but unreserved characters percent-encoded (RFC 3986, 2.3). */
void str_add_escaped(struct str *s, const char *text);

/**
 * Appends TEXT in double quotes, a backslash before quotes and backslashes, and `\n` for the end of
 * a line: a string as PromQL, its text format and saved baselines have it.
 */
void str_add_quoted(struct str *s, const char *text);

/** Appends TEXT in single quotes, as YAML reads it: those within are doubled. */
void str_add_single_quoted(struct str *s, const char *text);

/** Hands the text to the caller, who frees it; the string starts empty again. */
char *str_take(struct str *s);

#endif
