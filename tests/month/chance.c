#include "month/chance.h"

#include <math.h>

static uint64_t mix(uint64_t *x)
{
    uint64_t z = *x += 0x9e3779b97f4a7c15u; // splitmix64, as the authors advise for seeding
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void chance_init(struct chance *c, uint64_t seed, const char *name)
{
    for (; *name; name++) {
        seed = (seed ^ (unsigned char)*name) * 0x100000001b3u;
    }
    for (int i = 0; i < 4; i++) {
        c->state[i] = mix(&seed);
    }
    c->spare = NAN;
}

static uint64_t rotate(uint64_t x, int by)
{
    return (x << by) | (x >> (64 - by));
}

static double unit(struct chance *c)
{
    uint64_t *s = c->state, result = s[0] + s[3], t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return (double)(result >> 11) * 0x1p-53;
}

double chance_uniform(struct chance *c, double low, double high)
{
    return low + (high - low) * unit(c);
}

double chance_scale(struct chance *c, double low, double high)
{
    return low * exp(unit(c) * log(high / low));
}

bool chance_is(struct chance *c, double p)
{
    return unit(c) < p;
}

// Marsaglia's polar method makes two at a time.
static double normal(struct chance *c)
{
    double kept = c->spare, x, y, s;
    c->spare = NAN;
    if (!isnan(kept)) {
        return kept;
    }
    do {
        x = 2 * unit(c) - 1;
        y = 2 * unit(c) - 1;
        s = x * x + y * y;
    } while (s >= 1 || s <= 0);
    double by = sqrt(-2 * log(s) / s);
    c->spare = y * by;
    return x * by;
}

double chance_factor(struct chance *c, double sigma)
{
    return exp(sigma * normal(c));
}

int chance_count(struct chance *c, double mean)
{
    if (mean > 60) {
        double count = mean + sqrt(mean) * normal(c);
        return count > 0 ? (int)lround(count) : 0;
    }
    double left = exp(-mean), product = unit(c);
    int count = 0;
    while (product > left) {
        product *= unit(c);
        count++;
    }
    return count;
}
