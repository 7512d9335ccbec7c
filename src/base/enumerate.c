#include "base/enumerate.h"

#include "base/text.h"

const char *enumerate_next(struct arena *a, const char *list, const char *name)
{
    return list ? arena_printf(a, _("%s, %s"), list, name) : arena_strdup(a, name);
}

const char *enumerate_more(struct arena *a, const char *list, size_t more)
{
    const char *named = list ? list : "";
    return more > 0
               ? arena_printf(
                     a, text_count("%s and %zu more", "%s and %zu more", (double)more), named, more)
               : named;
}
