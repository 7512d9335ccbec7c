/**
 * Whether what says how a server is reached can be used: the proxy, and the files of TLS.
 */
#ifndef RAGTOP_ENDPOINT_WAY_H
#define RAGTOP_ENDPOINT_WAY_H

#include <stdbool.h>

#include "base/str.h"
#include "endpoint/endpoint.h"

enum way_part { WAY_PROXY, WAY_CA, WAY_CERT, WAY_KEY, WAY_PARTS };

/** What PART of E says, an address or a file; NULL: nothing. */
const char *way_text(const struct endpoint *e, enum way_part part);

/**
 * Whether all parts of E can be used. False with a sentence in *WHY, and which cannot in *PART. A
 * key without a certificate cannot.
 */
bool way_check(const struct endpoint *e, enum way_part *part, struct str *why);

#endif
