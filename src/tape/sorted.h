/**
 * Looking things up in what is sorted. Private to tape/.
 */
#ifndef RAGTOP_TAPE_SORTED_H
#define RAGTOP_TAPE_SORTED_H

#include <stdbool.h>
#include <stddef.h>

/**
 * How many of the COUNT ITEMS, each of SIZE bytes, are not after KEY, by NOT_AFTER, which is true
 * of the first ones and false of the rest.
 */
size_t sorted_not_after(const void *items, size_t count, size_t size,
    bool (*not_after)(const void *item, const void *key), const void *key);

#endif
