/**
 * The regular expressions of matchers, as far as mistakes in them can be found without a server.
 */
#ifndef RAGTOP_PROMQL_REGEX_H
#define RAGTOP_PROMQL_REGEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/**
 * Whether the LEN bytes at QUOTED, a PromQL string with its quotes, may be a regular expression of
 * RE2: its brackets have partners, and what is repeated is there. False with a clause in *WHY.
 */
bool regex_check(const char *quoted, size_t len, struct str *why);

/**
 * Appends a text that REGEX takes, if it is as those in matchers mostly are: groups, alternatives,
 * classes, repetitions. Whether it does is for the caller to check.
 */
void regex_add_sample(struct str *s, const char *regex);

/** Appends TEXT with the characters special to RE2 escaped. */
void regex_add_literal(struct str *s, const char *text);

#endif
