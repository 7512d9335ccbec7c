/**
 * Files by a user's path, opened so that nothing can make the program wait: a FIFO without a
 * partner, a device, a directory in place of a file. The only place that opens such paths.
 */
#ifndef RAGTOP_BASE_DISK_H
#define RAGTOP_BASE_DISK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/names.h"
#include "base/str.h"

/** What may be read from. */
enum disk_from {
    DISK_FILE,   /**< regular files, and /dev/null, which is empty */
    DISK_HANDED, /**< also a pipe that the program was started with: /dev/stdin, <(command) */
};

/** How long a pipe that was handed over may stay silent, in ms: a password may have to be typed. */
enum { DISK_SILENCE_MS = 60000 };

/**
 * Appends the whole of PATH. False with a clause in *WHY ("it is a directory"), and errno set, when
 * that cannot be done, when PATH is something else than FROM allows, or when it holds more than MAX
 * bytes; *OUT may then hold a part of it. Only a pipe that was handed over is waited for, and no
 * longer than SILENCE_MS at a time.
 */
bool disk_read(const char *path, enum disk_from from, size_t max, int silence_ms, struct str *out,
    struct str *why);

/** Whether PATH is a regular file that can be read: for libraries that open it themselves. */
bool disk_check(const char *path, struct str *why);

/**
 * Appends to OUT the names in the folder PATH that end in SUFFIX and do not begin with a dot, in
 * their order, and no more than MAX. False with a clause in *WHY where it cannot be read; a folder
 * that does not exist has none. *LEFT_OUT says whether there are more.
 */
bool disk_list(const char *path, const char *suffix, size_t max, struct name_list *out,
    bool *left_out, struct str *why);

/**
 * Writes LEN bytes as the new file PATH, for its owner alone. When PATH exists and
 * disk_replace() could write it, *EXISTS says so; it is left alone. False with a clause in *WHY;
 * nothing is left behind then.
 */
bool disk_create(const char *path, const char *bytes, size_t len, bool *exists, struct str *why);

/**
 * The same in place of what PATH was: whole, or not at all. A pipe or a device is written to, and
 * waited for no longer than WAIT_MS at a time. A symbolic link to a file is refused, as is a FIFO
 * that nobody reads.
 */
bool disk_replace(const char *path, const char *bytes, size_t len, int wait_ms, struct str *why);

/**
 * Opens PATH for adding lines to its end, and makes it for its owner alone where it does not exist.
 * As disk_replace() about links, pipes and devices. Returns the descriptor, which does not block
 * and is the caller's, or -1 with a clause in *WHY.
 */
int disk_append(const char *path, struct str *why);

/**
 * Writes all LEN bytes to FD, waiting for room up to WAIT_MS at a time where FD does not block.
 * False with errno set; a part may have been written.
 */
bool disk_write(int fd, const char *bytes, size_t len, int wait_ms);

/** Appends what the errno value ERROR means; of too many open files, how many there may be. */
void disk_add_error(struct str *s, int error);

#endif
