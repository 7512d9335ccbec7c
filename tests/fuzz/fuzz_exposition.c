/*
 * What a target says at /metrics: what comes out is clean, and can be evaluated.
 */
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "fuzz/target.h"
#include "scrape/eval.h"
#include "scrape/exposition.h"

static void check_clean(const char *text)
{
    check(strlen(text) <= 600);
    for (uint32_t ch; (ch = utf8_next(&text)) != 0;) {
        check(ch >= 0x20 && !(ch >= 0x7F && ch < 0xA0) && ch != 0x202E);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *body = mem_strndup((const char *)data, size);
    struct exposition e = {0};
    struct scraped scraped = {0};
    struct batch b = {0};
    struct str why;
    str_init(&why);
    exposition_is(NULL, body, size);
    bool bare = exposition_lack(body, size) != NULL;
    if (!exposition_decode(&e, body, size, &why)) {
        check(why.len > 0);
        check_clean(why.text);
    }
    check(!bare || e.samples.count == 0);
    for (size_t i = 0; i < e.samples.count; i++) {
        const struct labels *labels = &e.samples.series[i].labels;
        check(labels_get(labels, "__name__"));
        for (size_t k = 0; k < labels->count; k++) {
            check_clean(labels->items[k].name);
            check_clean(labels->items[k].value);
        }
    }
    scraped_add(&scraped, &e.samples, 1000);
    scraped_add(&scraped, &e.samples, 2000);
    str_clear(&why);
    if (!eval_instant(&scraped, body, 2000, &b, &why, NULL)) { // the same bytes as PromQL
        check(why.len > 0 && b.count == 0);
        check_clean(why.text);
    }
    batch_finish(&b);
    scraped_finish(&scraped);
    exposition_finish(&e);
    str_finish(&why);
    free(body);
    return 0;
}
