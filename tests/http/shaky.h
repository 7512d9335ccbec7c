/**
 * A server for tests in C, in a process of its own on 127.0.0.1: it answers like a Prometheus with
 * steady numbers, by a clock that the test holds, and fails as often as the test says. It refuses
 * queries that are joined.
 */
#ifndef RAGTOP_TESTS_HTTP_SHAKY_H
#define RAGTOP_TESTS_HTTP_SHAKY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/** What the test and the server's process share. */
struct shaky_told {
    _Atomic int64_t clock_ms;  /**< for the Date header; 0: none is sent */
    _Atomic int64_t since_ms;  /**< there are no samples from before */
    _Atomic int64_t gap_first; /**< nor from this moment, ms */
    _Atomic int64_t gap_last;  /**< to this one */
    _Atomic int pods;          /**< that queries by pod tell of */
    _Atomic int large_every;   /**< one of so many instant queries is answered with 7 MB; 0: none */
    _Atomic int failing;       /**< of a thousand requests so many fail, each in its own way */
    _Atomic int ranges_failing;  /**< of a thousand range queries so many, at a proxy's time-out */
    _Atomic int refused;         /**< of a thousand instant queries so many, as too much to do */
    _Atomic int millihertz;      /**< requests per 1000 s, exactly; 0: about 3 a second */
    _Atomic bool counts_failing; /**< queries that count requests in several windows are refused */
    _Atomic int64_t counts;      /**< of those so far */
    _Atomic int64_t narrow;      /**< range queries over a window of 5m, so far */
    _Atomic int64_t instants;    /**< instant queries so far */
    _Atomic int64_t ranges;      /**< range queries so far */
    _Atomic int64_t scrapes;     /**< requests below /metrics, as of a target, so far */
    _Atomic int64_t failures;    /**< of all requests */
    _Atomic int64_t longest_ms;  /**< the longest range that was asked for */
};

struct shaky {
    pid_t pid;
    char url[40];
    struct shaky_told *told;
};

/**
 * Starts it; it ends with its parent or by shaky_stop(). Every metric in NAMES (NULL-ended) is
 * there as a classic histogram, or as a counter where it ends in _total.
 */
void shaky_start(struct shaky *s, const char *const *names);

void shaky_stop(struct shaky *s);

#endif
