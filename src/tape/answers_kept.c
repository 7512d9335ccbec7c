#include "tape/answers_kept.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tape/sorted.h"

static size_t keep(struct str *texts, const char *bytes, size_t len)
{
    size_t at = texts->len;
    str_append(texts, bytes, len);
    str_addc(texts, '\0');
    return at;
}

static size_t keep_text(struct str *texts, const char *text)
{
    return keep(texts, text ? text : "", text ? strlen(text) : 0);
}

size_t answers_add(struct answers *a, int64_t at_ms, const struct tap_reply *reply)
{
    const struct kept_answer *last = a->count > 0 ? &a->items[a->count - 1] : NULL;
    bool same = last && last->body_len == reply->body_len &&
                memcmp(a->texts.text + last->body, reply->body, reply->body_len) == 0;
    struct kept_answer one = {.at_ms = at_ms,
        .outcome = reply->outcome,
        .status = reply->status,
        .type = keep_text(&a->texts, reply->type),
        .why = keep_text(&a->texts, reply->why),
        .body = same ? last->body : keep(&a->texts, reply->body, reply->body_len),
        .body_len = reply->body_len};
    mem_grow(&a->items, a->count, &a->cap);
    a->items[a->count] = one;
    return a->count++;
}

void answers_get(const struct answers *a, size_t place, struct tap_reply *out)
{
    const struct kept_answer *one = &a->items[place];
    const char *type = a->texts.text + one->type;
    *out = (struct tap_reply){.outcome = one->outcome,
        .status = one->status,
        .type = *type ? type : NULL,
        .why = a->texts.text + one->why,
        .body = a->texts.text + one->body,
        .body_len = one->body_len,
        .server_ms = -1};
}

static bool not_after(const void *answer, const void *at_ms)
{
    return ((const struct kept_answer *)answer)->at_ms <= *(const int64_t *)at_ms;
}

void answers_at(const struct answers *a, int64_t at_ms, struct tap_reply *out)
{
    size_t known = sorted_not_after(a->items, a->count, sizeof *a->items, not_after, &at_ms);
    answers_get(a, known > 0 ? known - 1 : 0, out);
}

void answers_finish(struct answers *a)
{
    free(a->items);
    str_finish(&a->texts);
    *a = (struct answers){0};
}
