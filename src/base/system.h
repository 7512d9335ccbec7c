/**
 * What not every system has, or has elsewhere. tests/layers.py knows such calls, and lets no other
 * file make them.
 */
#ifndef RAGTOP_BASE_SYSTEM_H
#define RAGTOP_BASE_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#ifdef __APPLE__
#include <sys/random.h>
#endif

/** Overwrites the LEN BYTES of a secret, though nobody reads them any more. */
static inline void system_forget(void *bytes, size_t len)
{
#ifdef __APPLE__
    for (volatile unsigned char *at = bytes; len > 0; len--) {
        *at++ = 0;
    }
#else
    explicit_bzero(bytes, len);
#endif
}

/** Fills BYTES with LEN random ones, at most 256; false where the system has none. */
static inline bool system_random(void *bytes, size_t len)
{
    return getentropy(bytes, len) == 0;
}

#endif
