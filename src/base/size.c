#include "base/size.h"

#include "base/text.h"

const char *size_in(struct arena *a, size_t bytes)
{
    const size_t kib = 1024;
    if (bytes && bytes % (kib * kib) == 0) {
        return arena_printf(a, _("%zu MiB"), bytes / (kib * kib));
    }
    if (bytes && bytes % kib == 0) {
        return arena_printf(a, _("%zu KiB"), bytes / kib);
    }
    return arena_printf(a, text_count("%zu byte", "%zu bytes", (double)bytes), bytes);
}
