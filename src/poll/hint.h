/**
 * What to do about an address that cannot be asked.
 */
#ifndef RAGTOP_POLL_HINT_H
#define RAGTOP_POLL_HINT_H

#include "base/str.h"
#include "http/client.h"

/**
 * Appends to *WHY, which says that URL ended in OUTCOME, what to do about it, as one more clause.
 * URL NULL: a server ended so that another one redirects to.
 */
void hint_add(struct str *why, const char *url, enum http_outcome outcome);

#endif
