/**
 * The log of --verbose: one line per request, on stderr or in a file.
 */
#ifndef RAGTOP_WATCH_TRACE_H
#define RAGTOP_WATCH_TRACE_H

#include <stdbool.h>

#include "config/config.h"
#include "poll/poller.h"

/** Where the lines of one source go. Zeroed: nowhere. */
struct trace {
    const char *file; /**< NULL: to stderr */
    int fd;
    const char *name; /**< of the source, before each line; NULL: it has none */
    bool patient;     /**< a slow reader is waited for, as nobody sits at the keys */
    int error;        /**< why a line could not be written; 0: all could */
    bool told;
};

/**
 * Starts writing what POLLER does into *T, which outlives it, as CONFIG says. False with a sentence
 * in *WHY when the log file cannot be written. The caller calls trace_finish() either way.
 */
bool trace_start(
    struct trace *t, struct poller *poller, const struct config *config, struct str *why);

/** True once, with a sentence in *WHY, when lines are missing from the log. */
bool trace_failed(struct trace *t, struct str *why);

/** Closes the file; a zeroed one is accepted. */
void trace_finish(struct trace *t);

#endif
