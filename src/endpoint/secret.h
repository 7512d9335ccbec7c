/**
 * Secrets in files: read whole, checked to be one line, and wiped from memory after use.
 */
#ifndef RAGTOP_ENDPOINT_SECRET_H
#define RAGTOP_ENDPOINT_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum { SECRET_MAX = 64 * 1024 };

/**
 * Replaces *OUT by the content of the file PATH without the white space around it. False with a
 * clause in *WHY when it cannot be read, is empty or is not one line of text: PROBLEM, as
 * _("cannot read the token file %s: %s"), of PATH and the reason.
 */
bool secret_read(const char *path, const char *problem, struct str *out, struct str *why);

/** Whether LEN bytes of TEXT are one line without control characters but tabs. */
bool secret_is_one_line(const char *text, size_t len);

/** Overwrites TEXT, up to its NUL; NULL is accepted. */
void secret_wipe(char *text);

#endif
