#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"

enum { BLOCK_BYTES = 16 * 1024 };

struct arena_block {
    struct arena_block *next;
    size_t used, size;
    _Alignas(max_align_t) unsigned char bytes[];
};

static struct arena_block *new_block(size_t size)
{
    struct arena_block *b = mem_resize(NULL, sizeof *b + size, 1);
    b->next = NULL;
    b->used = 0;
    b->size = size;
    return b;
}

void *arena_alloc(struct arena *a, size_t count, size_t size)
{
    check(!size || count <= (size_t)-1 / 2 / size);
    size_t align = _Alignof(max_align_t);
    size_t need = (count * size + align - 1) / align * align;
    if (!a->blocks || a->blocks->size - a->blocks->used < need) {
        struct arena_block *b = new_block(need > BLOCK_BYTES ? need : BLOCK_BYTES);
        b->next = a->blocks;
        a->blocks = b;
    }
    void *p = a->blocks->bytes + a->blocks->used;
    a->blocks->used += need;
    memset(p, 0, need);
    return p;
}

char *arena_strdup(struct arena *a, const char *text)
{
    size_t len = strlen(text) + 1;
    return memcpy(arena_alloc(a, len, 1), text, len);
}

char *arena_take(struct arena *a, struct str *s)
{
    char *text = arena_strdup(a, s->text);
    str_finish(s);
    return text;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    check(len >= 0);
    char *text = arena_alloc(a, (size_t)len + 1, 1);
    vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    va_end(args);
    return text;
}

void arena_reset(struct arena *a)
{
    while (a->blocks && a->blocks->next) {
        struct arena_block *b = a->blocks;
        a->blocks = b->next;
        free(b);
    }
    if (a->blocks) {
        a->blocks->used = 0;
    }
}

void arena_finish(struct arena *a)
{
    arena_reset(a);
    free(a->blocks);
    a->blocks = NULL;
}
