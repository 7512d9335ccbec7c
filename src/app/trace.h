/**
 * The log of --verbose: one line per request, on stderr or in a file.
 */
#ifndef RAGTOP_APP_TRACE_H
#define RAGTOP_APP_TRACE_H

#include <stdbool.h>
#include <stdio.h>

#include "config/config.h"
#include "poll/poller.h"

/** Where the lines of one source go. */
struct trace {
    FILE *file;
    const char *name; /**< of the source, before each line; NULL: it has none */
};

/**
 * Starts writing what POLLER does into *T, which outlives it, as CONFIG says. False with a sentence
 * in *WHY when the log file cannot be written. The log is closed when the program ends.
 */
bool trace_start(
    struct trace *t, struct poller *poller, const struct config *config, struct str *why);

#endif
