/**
 * What to do about an address that cannot be reached.
 */
#ifndef RAGTOP_POLL_HINT_H
#define RAGTOP_POLL_HINT_H

#include "base/str.h"
#include "http/client.h"

/**
 * Makes of *WHY, which says that URL ended in OUTCOME, a sentence that also says what to do about
 * it. URL NULL: a server ended so that another one redirects to.
 */
void hint_add(struct str *why, const char *url, enum http_outcome outcome);

#endif
