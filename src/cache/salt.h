/**
 * The key of the hashes that name files of a folder: random, and kept in the folder itself, for its
 * owner alone. Who sees the names without it learns nothing of what they are made from.
 */
#ifndef RAGTOP_CACHE_SALT_H
#define RAGTOP_CACHE_SALT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/sip.h"
#include "cache/folder.h"

struct salt {
    unsigned char key[SIP_KEY_BYTES];
};

/** Reads the key of the folder F, or makes one. False when there is none and none can be kept. */
bool salt_open(struct salt *s, struct folder *f, int64_t now_ms);

/** The hash of TEXT; slow on purpose (some milliseconds), as TEXT may hold a password. */
uint64_t salt_hash_secret(const struct salt *s, const char *text);

/** The hash of TEXT, which holds no secret, within what SEED stands for. */
uint64_t salt_hash(const struct salt *s, uint64_t seed, const char *text);

#endif
