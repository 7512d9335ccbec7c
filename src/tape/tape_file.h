/**
 * A recording as a file: what the program was set to watch, then each request with what it came to,
 * in the order of their ends. It is gzip (RFC 1952), so that zcat shows it; what is cut off at the
 * end takes nothing from what stands before.
 *
 *     ragtop recording 1 <version that made it>
 *     <ms since 1970> <bytes of the settings>
 *     <the settings, YAML>
 *     <ms since 1970> <outcome> <status> <ms of the server's clock> <bytes of each field>
 *     <the fields: place, path, query, type, why, body>
 *     ...
 */
#ifndef RAGTOP_TAPE_TAPE_FILE_H
#define RAGTOP_TAPE_TAPE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "http/tap.h"

/** A request that ended AT_MS, by the clock of who recorded it. */
struct tape_entry {
    int64_t at_ms;
    struct tap_request request;
    struct tap_reply reply;
};

struct tape_writer;

/**
 * Begins the new file PATH, for its owner alone, as the version MADE_BY, with SETTINGS at AT_MS.
 * NULL with a sentence in *WHY: it exists already, or cannot be made.
 */
struct tape_writer *tape_create(
    const char *path, const char *made_by, const char *settings, int64_t at_ms, struct str *why);

/** Adds ENTRY. Every few seconds what was added reaches the file. */
void tape_add(struct tape_writer *w, const struct tape_entry *entry);

/** True once, with a sentence in *WHY, when the file could not be written; nothing more is then. */
bool tape_failed(struct tape_writer *w, struct str *why);

/** Writes what is left, closes and frees; NULL is accepted. False as tape_failed(). */
bool tape_close(struct tape_writer *w, struct str *why);

/** What a recording holds, given out as it is read. */
struct tape_reading {
    void *context;
    /** Its settings come first. MADE_BY, "" where it is not told, and TEXT are valid meanwhile. */
    void (*settings)(void *context, int64_t at_ms, const char *made_by, const char *text);
    /** Each entry; valid during the call. */
    void (*entry)(void *context, const struct tape_entry *entry);
};

/**
 * Reads the file PATH. False with a sentence in *WHY: it cannot be read, is no recording, or is of
 * a newer format. *CUT says that it ends early: what came before has been given out.
 */
bool tape_read(const char *path, const struct tape_reading *to, bool *cut, struct str *why);

#endif
