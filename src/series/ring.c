#include "series/ring.h"

#include <math.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/mem.h"

static size_t place(const struct ring *r, int64_t slot)
{
    int64_t cap = (int64_t)r->cap;
    return (size_t)((slot % cap + cap) % cap);
}

void ring_init(struct ring *r, size_t cap, int64_t head)
{
    check(cap > 0);
    *r = (struct ring){.values = mem_resize(NULL, cap, sizeof(double)), .cap = cap, .head = head};
    for (size_t i = 0; i < cap; i++) {
        r->values[i] = NAN;
    }
}

void ring_finish(struct ring *r)
{
    free(r->values);
    *r = (struct ring){0};
}

void ring_put(struct ring *r, int64_t slot, double value)
{
    if (slot <= r->head - (int64_t)r->cap) {
        return;
    }
    if (slot > r->head) {
        int64_t first = r->head + 1;
        if (slot - r->head > (int64_t)r->cap) {
            first = slot - (int64_t)r->cap + 1; // the whole ring is a gap: clear each place once
        }
        for (int64_t s = first; s < slot; s++) {
            r->values[place(r, s)] = NAN;
        }
        r->head = slot;
    }
    r->values[place(r, slot)] = value;
}

double ring_get(const struct ring *r, int64_t slot)
{
    if (slot > r->head || slot <= r->head - (int64_t)r->cap) {
        return NAN;
    }
    return r->values[place(r, slot)];
}
