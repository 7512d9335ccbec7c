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

/** What names of files end in; others in the directory are not touched. */
#define FOLDER_SUFFIX ".day"

enum { FOLDER_FILE_MAX = 8 * 1024 * 1024, FOLDER_BYTES_MAX = 64 * 1024 * 1024 };

struct folder {
    int fd;
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

/** Puts LEN BYTES in the place of the file NAME, whole or not at all. */
bool folder_write(struct folder *f, const char *name, const char *bytes, size_t len);

/** Removes the file NAME, which need not be there. */
void folder_unlink(struct folder *f, const char *name);

/** Calls VISIT with what the names of files that begin with PREFIX go on with. */
void folder_each(struct folder *f, const char *prefix,
    void (*visit)(void *context, const char *rest), void *context);

/** Removes the files whose names begin with PREFIX, but with none of the KEEP_COUNT of KEEP. */
void folder_remove(
    struct folder *f, const char *prefix, const char *const *keep, size_t keep_count);

/**
 * Removes what was not used for 35 days before NOW_MS, then the longest unused until no more than
 * FOLDER_BYTES_MAX are left, and what a run that was killed left half written.
 */
void folder_tidy(struct folder *f, int64_t now_ms);

#endif
