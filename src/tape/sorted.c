#include "tape/sorted.h"

size_t sorted_not_after(const void *items, size_t count, size_t size,
    bool (*not_after)(const void *item, const void *key), const void *key)
{
    size_t from = 0, to = count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (not_after((const char *)items + middle * size, key)) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}
