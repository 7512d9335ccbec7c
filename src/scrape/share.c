#include "scrape/share.h"

#include <stdlib.h>

#include "base/mem.h"

enum { METRICS_MAX = 10000, EACH_MOST = 1 << 24 };

void share_count(struct share *s, bool first)
{
    if (first && s->count < METRICS_MAX) { // one of each is more than there is room for, then
        mem_grow(&s->sizes, s->count, &s->cap);
        s->sizes[s->count++] = 0;
    }
    s->sizes[s->count - 1]++;
}

static size_t kept_with(const struct share *s, size_t each)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->count; i++) {
        kept += s->sizes[i] < each ? s->sizes[i] : each;
    }
    return kept;
}

void share_settle(struct share *s, size_t room)
{
    s->each = 0;
    for (size_t bit = EACH_MOST; bit > 0; bit /= 2) {
        s->each += kept_with(s, s->each + bit) <= room ? bit : 0;
    }
    s->spare = room - kept_with(s, s->each);
}

bool share_has(struct share *s, size_t before)
{
    if (before == s->each && s->spare > 0) {
        s->spare--;
        return true;
    }
    return before < s->each;
}

void share_finish(struct share *s)
{
    free(s->sizes);
    *s = (struct share){0};
}
