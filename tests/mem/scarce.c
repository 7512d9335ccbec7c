#include "mem/scarce.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

static bool counting;
static long count, fails, left;

static bool ends(void)
{
    if (counting && ++count == fails) {
        errno = ENOMEM;
        return true;
    }
    return false;
}

#ifdef SCARCE_WRAP

void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_calloc(size_t n, size_t size)
{
    return ends() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return ends() ? NULL : __real_realloc(old, size);
}

long scarce_left(void)
{
    return -1;
}

#else

// glibc's names for what stands behind the functions that are replaced here
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);
void __libc_free(void *p);

void *malloc(size_t size)
{
    if (ends()) {
        return NULL;
    }
    left += counting;
    return __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    if (ends()) {
        return NULL;
    }
    left += counting;
    return __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
    if (ends()) {
        return NULL;
    }
    left += counting && !old;
    return __libc_realloc(old, size);
}

void free(void *p)
{
    left -= counting && p;
    __libc_free(p);
}

long scarce_left(void)
{
    return left;
}

#endif

void scarce_begin(long which)
{
    count = left = 0;
    fails = which;
    counting = true;
}

long scarce_count(void)
{
    return count;
}
