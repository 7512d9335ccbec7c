#include "cache/salt.h"

#include <string.h>
#include <unistd.h>

#include "base/str.h"

enum { ROUNDS = 1 << 16 };

static const char name[] = "key";

static bool load(struct salt *s, struct folder *f, int64_t now_ms)
{
    struct str bytes;
    str_init(&bytes);
    bool good = folder_read(f, name, now_ms, &bytes) && bytes.len == sizeof s->key;
    if (good) {
        memcpy(s->key, bytes.text, sizeof s->key);
    }
    str_finish(&bytes);
    return good;
}

// Read back after it is written: of two that begin at once, the later one's key stays.
bool salt_open(struct salt *s, struct folder *f, int64_t now_ms)
{
    unsigned char key[SIP_KEY_BYTES];
    return load(s, f, now_ms) ||
           (getentropy(key, sizeof key) == 0 &&
               folder_write(f, name, (const char *)key, sizeof key) && load(s, f, now_ms));
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
