/**
 * Whole files as text.
 */
#ifndef RAGTOP_CONFIG_USER_FILE_H
#define RAGTOP_CONFIG_USER_FILE_H

#include <stdbool.h>

#include "base/disk.h"
#include "base/str.h"

/**
 * Appends the whole file PATH, as disk_read(). When it does not exist and MISSING is not NULL,
 * *MISSING says so. False with a sentence in *WHY when it cannot be read or is too large.
 */
bool user_file_read(
    const char *path, enum disk_from from, struct str *out, bool *missing, struct str *why);

/** Whether the file PATH can be read. */
bool user_file_is_there(const char *path);

/** Whether everybody on the machine may read the file PATH. */
bool user_file_is_open_to_all(const char *path);

#endif
