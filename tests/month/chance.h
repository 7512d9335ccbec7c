/**
 * Random numbers, fast and the same for the same seed everywhere: xoshiro256+ (Blackman and Vigna,
 * https://prng.di.unimi.it/).
 */
#ifndef RAGTOP_TESTS_MONTH_CHANCE_H
#define RAGTOP_TESTS_MONTH_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

struct chance {
    uint64_t state[4];
    double spare; /**< a second normal number, NaN: none */
};

/** Begins a sequence of its own for every SEED and NAME. */
void chance_init(struct chance *c, uint64_t seed, const char *name);

/** Evenly from LOW to HIGH. */
double chance_uniform(struct chance *c, double low, double high);

/** Evenly on a logarithmic scale. */
double chance_scale(struct chance *c, double low, double high);

/** Whether something happens that does in the share P of all times. */
bool chance_is(struct chance *c, double p);

/** A factor, log-normal around 1. */
double chance_factor(struct chance *c, double sigma);

/** How many happen where MEAN are expected (Poisson). */
int chance_count(struct chance *c, double mean);

#endif
