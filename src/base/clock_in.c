#include "base/clock_in.h"

#include "base/clock.h"

const char *clock_age_in(struct arena *a, int64_t ms)
{
    struct str s;
    str_init(&s);
    clock_add_age(&s, ms);
    return arena_take(a, &s);
}

const char *clock_length_in(struct arena *a, int64_t ms)
{
    struct str s;
    str_init(&s);
    clock_add_length(&s, ms);
    return arena_take(a, &s);
}

const char *clock_duration_in(struct arena *a, int64_t ms)
{
    struct str s;
    str_init(&s);
    clock_add_duration(&s, ms);
    return arena_take(a, &s);
}

const char *clock_local_in(struct arena *a, int64_t at_ms, const char *format)
{
    struct str s;
    str_init(&s);
    clock_add_local(&s, at_ms, format);
    return arena_take(a, &s);
}

const char *clock_rfc3339_in(struct arena *a, int64_t at_ms)
{
    struct str s;
    str_init(&s);
    clock_add_rfc3339(&s, at_ms);
    return arena_take(a, &s);
}
