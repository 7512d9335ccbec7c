#include "cache/salt.h"

#include <string.h>

#include "base/system.h"

enum { ROUNDS = 1 << 16 };

bool salt_make(struct salt *s)
{
    return system_random(s->key, sizeof s->key);
}

uint64_t salt_hash_secret(const struct salt *s, const char *text)
{
    uint64_t hash = sip_hash(s->key, text, strlen(text));
    for (int i = 0; i < ROUNDS; i++) {
        hash = sip_hash(s->key, &hash, sizeof hash);
    }
    return hash;
}

uint64_t salt_hash(const struct salt *s, uint64_t seed, const char *text)
{
    const uint64_t parts[2] = {seed, sip_hash(s->key, text, strlen(text))};
    return sip_hash(s->key, parts, sizeof parts);
}
