/**
 * The key of the hashes that stand for sources and expressions where they are kept: random, and
 * kept beside them, for their owner alone. Who sees the hashes without it learns nothing of what
 * they are made from.
 */
#ifndef RAGTOP_CACHE_SALT_H
#define RAGTOP_CACHE_SALT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/sip.h"

struct salt {
    unsigned char key[SIP_KEY_BYTES];
};

/** Makes a new key. False when the system has no chance to give. */
bool salt_make(struct salt *s);

/** The hash of TEXT; slow on purpose (some milliseconds), as TEXT may hold a password. */
uint64_t salt_hash_secret(const struct salt *s, const char *text);

/** The hash of TEXT, which holds no secret, within what SEED stands for. */
uint64_t salt_hash(const struct salt *s, uint64_t seed, const char *text);

#endif
