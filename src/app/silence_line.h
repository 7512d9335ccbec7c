/**
 * The line in which a silence is typed: `2h {alertname="Slow",pod=~"a.*"} by NAME: COMMENT`.
 */
#ifndef RAGTOP_APP_SILENCE_LINE_H
#define RAGTOP_APP_SILENCE_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "series/routing.h"

/** Takes the `2h` that *AT begins with, moving past it. False with a clause in *WHY. */
bool silence_line_duration(const char **at, int64_t *ms, struct str *why);

/**
 * Reads TEXT into OUT, which is empty and finished by the caller either way, and how long the
 * silence lasts; who makes it is the user where the line does not say. False with a clause in *WHY.
 */
bool silence_line_read(const char *text, struct silence *out, int64_t *lasts_ms, struct str *why);

#endif
