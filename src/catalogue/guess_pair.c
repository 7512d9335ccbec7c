#include "catalogue/guess_pair.h"

#include <string.h>

// Of counts only those of what is usually timed: there are thousands of others.
const char guess_pair_names[] =
    ".+_(seconds|milliseconds|microseconds|ms|us)(_total)?|"
    ".+_(calls|requests|query|queries|search|fetch|commands|operations|ops|executions|predicted)_"
    "(total|count)|"
    ".+_(used|free|total|limit|max)_bytes|"
    ".+_(used|in_use|active|limit|max)";

/** LEN without END, where the LEN bytes of NAME end in that and have something before it. */
static size_t without(const char *name, size_t len, const char *end)
{
    size_t of = strlen(end);
    return len > of && memcmp(name + len - of, end, of) == 0 ? len - of : len;
}

static size_t without_any(const char *name, size_t len, const char *const *ends)
{
    size_t left = len;
    for (; *ends && left == len; ends++) {
        left = without(name, len, *ends);
    }
    return left;
}

bool guess_pair_is_observed(const char *name)
{
    static const char *const ends[] = {"_seconds", "_milliseconds", "_microseconds", "_ms", "_us",
        "_duration", "_latency", "_time", NULL};
    size_t len = strlen(name), base = without(name, len, "_count");
    return base < len && without_any(name, base, ends) < base;
}

size_t guess_pair_stem(const char *time)
{
    static const char *const units[] = {
        "_seconds", "_milliseconds", "_microseconds", "_ms", "_us", NULL};
    static const char *const words[] = {"_duration", "_time", "_latency", NULL};
    size_t len = without(time, strlen(time), "_total");
    size_t before = without_any(time, len, units);
    return before < len ? without_any(time, before, words) : 0;
}

// Whether NAME is the first LEN bytes of STEM with one of ENDS.
static bool continues(const char *name, const char *stem, size_t len, const char *const *ends)
{
    bool is = false;
    for (; !is && *ends; ends++) {
        is = strncmp(name, stem, len) == 0 && strcmp(name + len, *ends) == 0;
    }
    return is;
}

bool guess_pair_is_counted(const char *time, const char *count)
{
    static const char *const ends[] = {"_total", "_count", "_calls_total", "_requests_total", NULL};
    size_t len = guess_pair_stem(time);
    return len > 0 && continues(count, time, len, ends);
}

static const struct {
    const char *end;
    enum guess_part part;
    const char *limits[4];
} resources[] = {
    {"_used_bytes", GUESS_PART_USED, {"_max_bytes", "_limit_bytes", "_total_bytes"}},
    {"_free_bytes", GUESS_PART_FREE, {"_total_bytes"}},
    {"_used", GUESS_PART_USED, {"_max", "_limit"}},
    {"_in_use", GUESS_PART_USED, {"_max", "_limit"}},
    {"_active", GUESS_PART_USED, {"_max", "_limit"}},
};

bool guess_pair_may_be_part(const char *part)
{
    size_t len = strlen(part), stem = len;
    for (size_t i = 0; stem == len && i < sizeof resources / sizeof *resources; i++) {
        stem = without(part, len, resources[i].end);
    }
    return stem < len;
}

enum guess_part guess_pair_part(const char *part, const char *limit)
{
    size_t len = strlen(part);
    for (size_t i = 0; i < sizeof resources / sizeof *resources; i++) {
        size_t stem = without(part, len, resources[i].end);
        if (stem < len && continues(limit, part, stem, resources[i].limits)) {
            return resources[i].part;
        }
    }
    return GUESS_PART_NONE;
}
