/**
 * Text from outside that is to be plain: without anything that a terminal would act upon.
 */
#ifndef RAGTOP_BASE_PLAIN_H
#define RAGTOP_BASE_PLAIN_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

/** Whether TEXT has neither control characters nor malformed UTF-8. */
bool plain_is(const char *text);

/** Whether TEXT, which may be any bytes as secrets may, has no control characters. */
bool plain_is_line(const char *text);

/** Appends TEXT, cleaned for a terminal and cut to a length that fits a sentence. */
void plain_add(struct str *s, const char *text);

/** TEXT like that as an argument of a sentence; valid as long as what is in A. */
const char *plain_in(struct arena *a, const char *text);

/** The same without a cut, of a path. */
const char *plain_path(struct arena *a, const char *path);

#endif
