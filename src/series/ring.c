#include "series/ring.h"

#include <math.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/mem.h"

// SLOT is at most the head and less than CAP slots older: no division, since charts read much.
static size_t place(const struct ring *r, int64_t slot)
{
    size_t back = (size_t)(r->head - slot);
    return back <= r->top ? r->top - back : r->top + r->cap - back;
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

static void move_head(struct ring *r, int64_t slot)
{
    int64_t steps = slot - r->head;
    if (steps >= (int64_t)r->cap) {
        steps = (int64_t)r->cap; // the whole ring is a gap: clear each place once
    }
    r->head = slot;
    for (; steps > 0; steps--) {
        r->top = r->top + 1 == r->cap ? 0 : r->top + 1;
        r->values[r->top] = NAN;
    }
}

void ring_put(struct ring *r, int64_t slot, double value)
{
    if (slot <= r->head - (int64_t)r->cap) {
        return;
    }
    if (slot > r->head) {
        move_head(r, slot);
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
