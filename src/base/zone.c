#include "base/zone.h"

#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"

static const int64_t DAY_S = CLOCK_DAY_MS / 1000;
static const int64_t LAST_S = 4102444800; // 2100
enum { LOOKED_DAYS = 7 }; // no zone changes its clocks and changes them back within a week

static int32_t local_offset(int64_t at_s)
{
    time_t at = (time_t)at_s;
    struct tm tm;
    localtime_r(&at, &tm);
    return (int32_t)((int64_t)timegm(&tm) - at_s);
}

// The first second with the offset that there is at AFTER_S, and not yet at BEFORE_S.
static int64_t change_between(int64_t before_s, int64_t after_s)
{
    int32_t offset_s = local_offset(after_s);
    while (after_s - before_s > 1) {
        int64_t middle_s = before_s + (after_s - before_s) / 2;
        if (local_offset(middle_s) == offset_s) {
            after_s = middle_s;
        } else {
            before_s = middle_s;
        }
    }
    return after_s;
}

static void add(struct zone *z, int64_t at_s, int32_t offset_s)
{
    mem_grow(&z->changes, z->count, &z->cap);
    z->changes[z->count++] = (struct zone_change){at_s, offset_s};
}

static void learn(struct zone *z)
{
    int64_t step_s = LOOKED_DAYS * DAY_S;
    add(z, INT64_MIN, local_offset(0));
    for (int64_t at_s = 0; at_s < LAST_S; at_s += step_s) {
        int32_t offset_s = local_offset(at_s + step_s);
        if (offset_s != z->changes[z->count - 1].offset_s) {
            add(z, change_between(at_s, at_s + step_s), offset_s);
        }
    }
}

static void set_tz(const char *tz)
{
    if (tz) {
        setenv("TZ", tz, 1);
    } else {
        unsetenv("TZ");
    }
    tzset();
}

void zone_read(struct zone *z, const char *tz)
{
    const char *set = getenv("TZ");
    char *before = set ? mem_strdup(set) : NULL;
    *z = (struct zone){0};
    set_tz(tz);
    learn(z);
    set_tz(before);
    free(before);
}

void zone_finish(struct zone *z)
{
    free(z->changes);
    *z = (struct zone){0};
}

static int64_t offset_at(const struct zone *z, int64_t at_s)
{
    size_t low = 0, high = z->count;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (z->changes[middle].at_s <= at_s) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return z->count > 0 ? z->changes[low].offset_s : 0;
}

int64_t zone_days_before(const struct zone *z, int64_t at_ms, int days)
{
    if (!z) {
        return clock_days_before(at_ms, days);
    }
    int64_t at_s = at_ms / 1000, offset_s = offset_at(z, at_s);
    int64_t same_s = at_s - days * DAY_S; // by a clock that nobody changes
    int64_t off_s = offset_s - offset_at(z, same_s);
    // the clocks may change between the two; then one of the two offsets still names a time that
    // existed
    int64_t then_s = offset_at(z, same_s + off_s) == offset_s ? same_s : same_s + off_s;
    return then_s * 1000 + at_ms % 1000;
}
