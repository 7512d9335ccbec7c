#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "base/check.h"

enum { LARGE_BYTES = 512 * 1024 };

void mem_return_large(void)
{
#ifdef M_MMAP_THRESHOLD
    mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
#endif
}

void *mem_zalloc(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size ? size : 1);
    if (!p) {
        check_die("out of memory");
    }
    return p;
}

void *mem_resize(void *old, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size) {
        check_die("out of memory");
    }
    size_t bytes = count * size;
    void *p = realloc(old, bytes ? bytes : 1);
    if (!p) {
        check_die("out of memory");
    }
    return p;
}

char *mem_strdup(const char *text)
{
    return text ? mem_strndup(text, strlen(text)) : NULL;
}

char *mem_strndup(const char *text, size_t len)
{
    char *copy = mem_resize(NULL, len + 1, 1);
    memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

void *mem_grow_to(void *old, size_t need, size_t *cap, size_t size)
{
    if (need <= *cap) {
        return old;
    }
    size_t room = *cap ? *cap * 2 : 8;
    if (room < need) {
        room = need;
    }
    *cap = room;
    return mem_resize(old, room, size);
}
