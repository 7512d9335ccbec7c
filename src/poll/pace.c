#include "poll/pace.h"

enum {
    GAP_FIRST_MS = 60,
    GAP_LONGEST_MS = 2000,
    CALM_MS = 60 * 1000, // without rejections, before the gap shrinks
    BURST_MS = 1000,     // rejections this close together count once
};

void pace_slow(struct pace *p, int64_t asked_ms, int64_t now_ms)
{
    if (p->gap_ms == 0 || now_ms - p->told_ms >= BURST_MS) {
        p->gap_ms = p->gap_ms == 0 ? GAP_FIRST_MS : p->gap_ms * 2;
        p->gap_ms = p->gap_ms < GAP_LONGEST_MS ? p->gap_ms : GAP_LONGEST_MS;
        p->told_ms = now_ms;
    }
    p->next_ms = now_ms + asked_ms > p->next_ms ? now_ms + asked_ms : p->next_ms;
}

bool pace_allows(const struct pace *p, int64_t now_ms)
{
    return p->gap_ms == 0 || now_ms >= p->next_ms;
}

void pace_sent(struct pace *p, int64_t now_ms)
{
    if (p->gap_ms > 0 && now_ms - p->told_ms >= CALM_MS) {
        p->gap_ms = p->gap_ms > GAP_FIRST_MS ? p->gap_ms / 2 : 0;
        p->told_ms = now_ms;
    }
    p->next_ms = now_ms + p->gap_ms;
}
