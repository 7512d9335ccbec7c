/**
 * A directory of the user's own for small files that are read and replaced whole. Every call stays
 * within it: names are plain, and no symbolic link is followed.
 */
#ifndef RAGTOP_CACHE_FOLDER_H
#define RAGTOP_CACHE_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum { FOLDER_FILE_MAX = 8 * 1024 * 1024 };

struct folder {
    int fd;
    char *path;      /**< owned */
    unsigned serial; /**< of temporary names */
};

/**
 * Opens PATH, made with its parent if need be, readable for nobody else. False with a clause in
 * *WHY when it cannot be had, is a symbolic link, or belongs to somebody else.
 */
bool folder_open(struct folder *f, const char *path, struct str *why);

/** Closes what folder_open() opened. */
void folder_close(struct folder *f);

/**
 * Appends the file NAME. False when it is not there, larger than FOLDER_FILE_MAX, or no regular
 * file of the user. Marks it as used by NOW_MS, once a day at most.
 */
bool folder_read(struct folder *f, const char *name, int64_t now_ms, struct str *out);

/** Puts LEN BYTES in the place of the file NAME, whole or not at all; else errno says why. */
bool folder_write(struct folder *f, const char *name, const char *bytes, size_t len);

/**
 * Makes sure that NAME is a regular file of the user's that others cannot read, empty where there
 * was none, and appends the path by which to open it: without a symbolic link, whatever led to the
 * directory. False with a clause in *WHY.
 */
bool folder_claim(struct folder *f, const char *name, struct str *path, struct str *why);

/**
 * Removes NAME, if it is a regular file of the user's of which no process holds a lock of SQLite's.
 * This process must hold none itself. Whether it is gone.
 */
bool folder_discard(struct folder *f, const char *name);

/** Removes the files of the user's whose names end in `.day`, and their key: earlier versions had
 * one file for each signal and day. */
void folder_remove_days(struct folder *f);

#endif
