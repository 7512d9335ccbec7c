/*
 * Answers of a server: what comes out is clean, finite in number, of use to series/, and what a
 * tree of the whole answer gives.
 */
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "fuzz/target.h"
#include "prom/exemplars.h"
#include "prom/tree.h"
#include "series/dist.h"

static void check_clean(const char *text, size_t most)
{
    check(strlen(text) <= most);
    for (uint32_t ch; (ch = utf8_next(&text)) != 0;) {
        check(ch >= 0x20 && !(ch >= 0x7F && ch < 0xA0) && ch != 0x202E);
    }
}

static void use(const struct batch *b)
{
    struct matrix m;
    matrix_init(&m, 1000, 16);
    int64_t last =
        b->count && b->series[0].count ? matrix_slot(&m, b->series[0].samples[0].t_ms) : 0;
    matrix_merge(&m, b, last - 15, last);
    for (int64_t slot = last - 15; slot <= last; slot++) {
        struct dist d;
        if (dist_read(&d, &m, slot)) {
            struct dist_quantile q = dist_quantile(&d, 0.95);
            check(isnan(q.value) || isnan(q.low) || d.buckets == 0 || q.value <= q.high);
            dist_mean(&d);
            dist_share_slower(&d, 1);
        }
    }
    matrix_finish(&m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const long statuses[] = {200, 200, 200, 400, 401, 404, 422, 503};
    if (size == 0) {
        return 0;
    }
    long status = statuses[data[0] % 8];
    char *body = mem_strndup((const char *)data + 1, size - 1);
    struct batch b = {0};
    struct prom_names names = {0};
    struct str why, type;
    str_init(&why);
    str_init(&type);
    if (prom_decode_samples(status, body, size - 1, &b, &why) == PROM_OK) {
        // a character that becomes U+FFFD takes three bytes
        for (size_t i = 0; i < b.count; i++) {
            for (size_t k = 0; k < b.series[i].labels.count; k++) {
                check_clean(b.series[i].labels.items[k].name, 3 * PROM_TEXT_MAX);
                check_clean(b.series[i].labels.items[k].value, 3 * PROM_TEXT_MAX);
            }
        }
        use(&b);
    } else {
        check(why.len > 0 && b.count == 0);
        check_clean(why.text, 3 * PROM_TEXT_MAX + 100);
    }
    str_clear(&why);
    if (prom_decode_names(status, body, size - 1, &names, &why) == PROM_OK) {
        for (size_t i = 0; i < names.count; i++) {
            check_clean(names.items[i], 3 * PROM_TEXT_MAX);
        }
    }
    str_clear(&why);
    struct exemplars exemplars = {0};
    if (prom_decode_exemplars(status, body, size - 1, &exemplars, &why) == PROM_OK) {
        for (size_t i = 0; i < exemplars.count; i++) {
            check_clean(exemplars.items[i].trace, 3 * PROM_TEXT_MAX);
        }
    }
    exemplars_finish(&exemplars);
    str_clear(&why);
    prom_decode_type(status, body, size - 1, "m", &type, &why);
    prom_names_finish(&names);
    batch_finish(&b);
    str_finish(&why);
    str_finish(&type);
    tree_compare(status, body, size - 1, 1 + data[0] / 8);
    free(body);
    return 0;
}
