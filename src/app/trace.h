/**
 * The log of --verbose: one line per request, on stderr or in a file.
 */
#ifndef RAGTOP_APP_TRACE_H
#define RAGTOP_APP_TRACE_H

#include <stdbool.h>

#include "config/config.h"
#include "poll/poller.h"

/**
 * Starts writing what POLLER does, as CONFIG says. False with a sentence in *WHY when the log file
 * cannot be written. The log is closed when the program ends.
 */
bool trace_start(struct poller *poller, const struct config *config, struct str *why);

#endif
