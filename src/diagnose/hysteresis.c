#include "diagnose/hysteresis.h"

/** The last moments that are known, the newest at [0]. */
struct recent {
    enum mark marks[HYSTERESIS_LOOKED];
    int64_t slots[HYSTERESIS_LOOKED];
    int count;
};

static void push_older(struct recent *r, enum mark mark, int64_t slot)
{
    if (r->count == HYSTERESIS_LOOKED) {
        for (int i = 1; i < HYSTERESIS_LOOKED; i++) {
            r->marks[i - 1] = r->marks[i];
            r->slots[i - 1] = r->slots[i];
        }
        r->count--;
    }
    r->marks[r->count] = mark;
    r->slots[r->count++] = slot;
}

static bool enough(const struct recent *r, enum mark mark)
{
    int count = 0;
    for (int i = 0; i < r->count; i++) {
        count += r->marks[i] == mark;
    }
    return count >= HYSTERESIS_NEEDED;
}

static int64_t oldest_beyond(const struct recent *r)
{
    for (int i = r->count - 1; i >= 0; i--) {
        if (r->marks[i] == MARK_BEYOND) {
            return r->slots[i];
        }
    }
    return 0;
}

struct hysteresis hysteresis_of(
    const struct matrix *live, int64_t now, hysteresis_mark *mark, void *context)
{
    struct hysteresis h = {0};
    struct recent r = {.count = 0};
    bool was_off = false;
    int seen = 0;
    for (int64_t slot = now; matrix_asked(live, slot) && !was_off; slot--) {
        enum mark m = mark(context, slot);
        if (m == MARK_UNKNOWN) {
            continue;
        }
        push_older(&r, m, slot);
        h.known = ++seen >= HYSTERESIS_LOOKED;
        h.on = h.on || (h.known && enough(&r, MARK_BEYOND));
        if (seen <= HYSTERESIS_LOOKED || enough(&r, MARK_BEYOND)) {
            h.since_slot = oldest_beyond(&r);
        }
        was_off = h.known && enough(&r, MARK_BELOW);
    }
    if (h.on && !was_off && r.marks[r.count - 1] == MARK_BEYOND) {
        h.since_slot = 0;
        h.before_slot = r.slots[r.count - 1];
    }
    return h;
}
