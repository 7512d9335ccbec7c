/**
 * A threshold from both sides: what is just below it and what is just above come out differently.
 * To be included after cmocka.h.
 */
#ifndef TESTS_UNIT_EDGE_H
#define TESTS_UNIT_EDGE_H

#include <stddef.h>

/** What comes out of a world that is just like the threshold but for VALUE. */
typedef int outcome(double value);

struct edge {
    const char *what;
    outcome *of;
    double below, above;
    int at_below, at_above;
};

static inline void check_edges(const struct edge *edges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int below = edges[i].of(edges[i].below), above = edges[i].of(edges[i].above);
        if (below != edges[i].at_below || above != edges[i].at_above) {
            fail_msg("%s: %d at %g, %d at %g", edges[i].what, below, edges[i].below, above,
                edges[i].above);
        }
    }
}

#endif
