/*
 * What may stand at a place of a query: whatever was typed, the place is within it, and what is
 * chosen there is put in whole. The first byte says where the cursor is.
 */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/line.h"
#include "base/mem.h"
#include "fuzz/target.h"
#include "prom/complaint.h"
#include "promql/complete.h"
#include "promql/need.h"

static void choose(const char *text, const struct complete_place *p)
{
    static struct candidates c;
    struct vocabulary v = {.state = VOCABULARY_KNOWN};
    vocabulary_add(&v, "http_requests_total", 200);
    vocabulary_add(&v, "a\"b\\c`", 200);
    vocabulary_sort(&v);
    complete_fill(&c, p, text, &v);
    check(c.count <= COMPLETE_MOST);
    for (size_t i = 0; i < c.count; i++) {
        struct line l = {0};
        struct str insert;
        line_set(&l, text);
        str_init(&insert);
        complete_add(&insert, p, &c.items[i], text + p->to);
        check(insert.len > 0);
        if (p->to <= l.len && line_replace(&l, p->from, p->to, insert.text)) {
            check(l.cursor == p->from + insert.len);
        }
        str_finish(&insert);
    }
    vocabulary_finish(&v);
}

static bool has(void *context, const char *selector)
{
    check(*selector != '\0');
    (*(size_t *)context)++;
    return strlen(selector) % 2 == 0;
}

// What is missing was asked for, and is there only where the whole has no value.
static void look_for_needs(const char *text)
{
    struct name_list missing = {0};
    size_t asked = 0;
    enum need need = need_judge(text, has, &asked, &missing);
    check((need == NEED_MISSED) == (missing.count > 0));
    check(missing.count <= asked);
    names_finish(&missing);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    char *text = mem_strndup((const char *)data + 1, size - 1);
    size_t len = strlen(text), cursor = len > 0 ? data[0] % (len + 1) : 0;
    struct complete_place p;
    complete_look(&p, text, cursor);
    check(p.from <= p.to && p.to == cursor);
    check(strlen(p.metric) < COMPLETE_NAME_MAX && strlen(p.label) < COMPLETE_NAME_MAX);
    choose(text, &p);
    look_for_needs(text);
    struct str why;
    str_init(&why);
    str_add(&why, text);
    check(complaint_place(&why, text) <= len + 1);
    str_finish(&why);
    free(text);
    return 0;
}
