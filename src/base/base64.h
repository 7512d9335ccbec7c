/**
 * Base64 (RFC 4648), with padding.
 */
#ifndef RAGTOP_BASE_BASE64_H
#define RAGTOP_BASE_BASE64_H

#include <stddef.h>

#include "base/str.h"

/** Appends LEN BYTES in base64. */
void base64_add(struct str *s, const void *bytes, size_t len);

#endif
