/*
 * Files of ours that somebody else may have written: pages of the cache, and baselines. Their
 * checksums are made to fit, so that what lies behind them is reached.
 */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/str.h"
#include "cache/day_page.h"
#include "cache/saved.h"
#include "fuzz/target.h"

static void read_page(const uint8_t *data, size_t size)
{
    const struct page_key key = {0x3030303030303030, 0x3030303030303030};
    struct str bytes;
    struct page p = {0};
    str_init(&bytes);
    str_append(&bytes, data, size);
    uint64_t sum = page_hash(0, data, size);
    for (int i = 0; i < 8; i++) {
        unsigned char byte = (unsigned char)(sum >> (8 * i));
        str_append(&bytes, &byte, 1);
    }
    int64_t first = 0x3030303030303030 / STORE_HISTORY_STEP_MS / PAGE_SLOTS * PAGE_SLOTS;
    if (page_decode(&p, first, key, (const unsigned char *)bytes.text, bytes.len)) {
        check(p.values.count <= MATRIX_SERIES_MAX);
    }
    page_finish(&p);
    str_finish(&bytes);
}

static void read_baseline(const uint8_t *data, size_t size)
{
    struct str text, why;
    struct saved s;
    str_init(&text);
    str_init(&why);
    str_append(&text, data, size);
    str_addf(&text, "checksum %016llx\n", (unsigned long long)page_hash(0, data, size));
    if (saved_decode(&s, text.text, text.len, &why)) {
        check(s.last - s.first < SAVED_SLOTS_MAX && s.first >= 0);
        for (size_t i = 0; i < s.count; i++) {
            check(s.signals[i].history.matrix.count <= MATRIX_SERIES_MAX);
        }
    } else {
        check(why.len > 0 && !strpbrk(why.text, "\n\r\033"));
    }
    saved_finish(&s);
    str_finish(&text);
    str_finish(&why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 0 && data[0] == 'p') {
        read_page(data + 1, size - 1);
    } else if (size > 0) {
        read_baseline(data + 1, size - 1);
    }
    return 0;
}
