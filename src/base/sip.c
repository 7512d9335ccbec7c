#include "base/sip.h"

static uint64_t rotated(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

// The least significant byte first; LEFT bytes at most, and LEFT below 8 only at the end.
static uint64_t load(const unsigned char *b, size_t left)
{
    uint64_t word = 0;
    for (size_t i = 0; i < 8 && i < left; i++) {
        word |= (uint64_t)b[i] << (8 * i);
    }
    return word;
}

static void mix(uint64_t v[4], int rounds)
{
    for (int i = 0; i < rounds; i++) {
        v[0] += v[1];
        v[1] = rotated(v[1], 13) ^ v[0];
        v[0] = rotated(v[0], 32);
        v[2] += v[3];
        v[3] = rotated(v[3], 16) ^ v[2];
        v[0] += v[3];
        v[3] = rotated(v[3], 21) ^ v[0];
        v[2] += v[1];
        v[1] = rotated(v[1], 17) ^ v[2];
        v[2] = rotated(v[2], 32);
    }
}

static void take(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    mix(v, 2);
    v[0] ^= word;
}

uint64_t sip_hash(const unsigned char key[SIP_KEY_BYTES], const void *bytes, size_t len)
{
    const unsigned char *b = bytes;
    uint64_t k0 = load(key, 8), k1 = load(key + 8, 8);
    uint64_t v[4] = {k0 ^ 0x736f6d6570736575u, k1 ^ 0x646f72616e646f6du, k0 ^ 0x6c7967656e657261u,
        k1 ^ 0x7465646279746573u};
    size_t at = 0;
    for (; len - at >= 8; at += 8) {
        take(v, load(b + at, 8));
    }
    take(v, (uint64_t)len << 56 | load(b + at, len - at));
    v[2] ^= 0xff;
    mix(v, 4);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}
