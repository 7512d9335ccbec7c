/**
 * What work costs as it grows: processor time of this process, compared within one run, so that a
 * slow or busy machine makes no difference.
 */
#ifndef RAGTOP_TESTS_UNIT_EFFORT_H
#define RAGTOP_TESTS_UNIT_EFFORT_H

#include <stddef.h>
#include <time.h>

enum { EFFORT_TRIES = 5, EFFORT_TIMES = 8 };

/** The least processor time of a few tries of WORK(N). */
static inline double effort_of(void (*work)(size_t n), size_t n)
{
    double least = 0;
    for (int i = 0; i < EFFORT_TRIES; i++) {
        clock_t before = clock();
        work(n);
        double took = (double)(clock() - before);
        least = i == 0 || took < least ? took : least;
    }
    return least;
}

/**
 * How many times as much WORK(8 N) takes as WORK(N): about 8 where it is linear, towards 64 where
 * it is quadratic.
 */
static inline double effort_growth(void (*work)(size_t n), size_t n)
{
    double once = effort_of(work, n);
    return effort_of(work, EFFORT_TIMES * n) / (once > 1 ? once : 1);
}

/** Between the two: linear work stays below it. */
enum { EFFORT_LINEAR = 24 };

#endif
