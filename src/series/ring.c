#include "series/ring.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/mem.h"

enum { HELD_LEAST = 4, GROWTH = 4 };

// SLOT is at most the last and less than HELD slots older: no division, since charts read much.
static size_t place(const struct ring *r, int64_t slot)
{
    size_t back = (size_t)(r->last - slot);
    return back <= r->top ? r->top - back : r->top + r->held - back;
}

static bool is_held(const struct ring *r, int64_t slot)
{
    return slot <= r->last && slot > r->last - (int64_t)r->held;
}

static bool counts(const struct ring *r, int64_t slot)
{
    return slot > r->head - (int64_t)r->cap;
}

void ring_init(struct ring *r, size_t cap, int64_t head)
{
    check(cap > 0);
    *r = (struct ring){.cap = cap, .head = head, .last = head};
}

void ring_finish(struct ring *r)
{
    free(r->values);
    *r = (struct ring){0};
}

/** Holds at least the NEED slots up to LAST, which are at most CAP. */
static void make_room(struct ring *r, size_t need)
{
    size_t held = r->held * GROWTH > HELD_LEAST ? r->held * GROWTH : HELD_LEAST;
    held = held > need ? held : need;
    held = held < r->cap ? held : r->cap;
    double *values = mem_resize(NULL, held, sizeof *values);
    for (size_t i = 0; i < held; i++) {
        int64_t slot = r->last - (int64_t)(held - 1 - i);
        values[i] = is_held(r, slot) ? r->values[place(r, slot)] : NAN;
    }
    free(r->values);
    r->values = values;
    r->held = held;
    r->top = held - 1;
}

/** Has LAST become SLOT, which is newer; no value that counts is lost. */
static void move_last(struct ring *r, int64_t slot)
{
    int64_t oldest = r->last - (int64_t)r->held + 1;
    while (oldest <= r->last && (!counts(r, oldest) || isnan(r->values[place(r, oldest)]))) {
        oldest++;
    }
    int64_t steps = slot - r->last, need = oldest <= r->last ? slot - oldest + 1 : 1;
    if (need > (int64_t)r->held) {
        make_room(r, (size_t)need);
    }
    steps = steps < (int64_t)r->held ? steps : (int64_t)r->held; // clear each place once
    for (; steps > 0; steps--) {
        r->top = r->top + 1 == r->held ? 0 : r->top + 1;
        r->values[r->top] = NAN;
    }
    r->last = slot;
}

void ring_put(struct ring *r, int64_t slot, double value)
{
    r->head = slot > r->head ? slot : r->head;
    if (!counts(r, slot) || (isnan(value) && !is_held(r, slot))) {
        return; // that is a gap already
    }
    if (slot > r->last) {
        move_last(r, slot);
    } else if (!is_held(r, slot)) {
        make_room(r, (size_t)(r->last - slot + 1));
    }
    r->values[place(r, slot)] = value;
}

double ring_get(const struct ring *r, int64_t slot)
{
    return is_held(r, slot) && counts(r, slot) ? r->values[place(r, slot)] : NAN;
}
