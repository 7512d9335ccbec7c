/**
 * Memory that is there or ends the program: what the outside can grow is bounded where it enters,
 * so running out is not a case that callers handle.
 */
#ifndef RAGTOP_BASE_MEM_H
#define RAGTOP_BASE_MEM_H

#include <stddef.h>

/**
 * Has large pieces go back to the system as soon as they are freed, where the C library can be
 * told: else it keeps them for the next, and their room is lost to everything else.
 */
void mem_return_large(void);

/** COUNT zeroed elements of SIZE bytes; never NULL. The caller frees. */
void *mem_zalloc(size_t count, size_t size);

/** Like realloc for COUNT elements of SIZE bytes; never NULL. What is new is not zeroed. */
void *mem_resize(void *old, size_t count, size_t size);

/** A copy of TEXT, which may be NULL (then NULL). The caller frees. */
char *mem_strdup(const char *text);

/** A NUL-terminated copy of the first LEN bytes of TEXT. The caller frees. */
char *mem_strndup(const char *text, size_t len);

/**
 * Makes room for one more element in the array ITEMS of COUNT elements with room for CAP, doubling.
 * For arrays that grow one by one: `mem_grow(&v->items, v->count, &v->cap)`.
 */
#define mem_grow(items, count, cap)                                                                \
    (*(items) = mem_grow_to(*(items), (count) + 1, (cap), sizeof **(items)))

/** The function behind mem_grow(). */
void *mem_grow_to(void *old, size_t need, size_t *cap, size_t size);

#endif
