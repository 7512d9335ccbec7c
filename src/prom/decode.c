#include "prom/decode.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static enum prom_status open_envelope(
    struct envelope *e, long status, const char *body, size_t len, struct str *why)
{
    envelope_init(e, status, body, len);
    envelope_step(e, len);
    return envelope_judge(e, why);
}

enum prom_status prom_decode_samples(
    long status, const char *body, size_t len, struct batch *out, struct str *why)
{
    struct samples *s = prom_samples_begin(status, body, len);
    while (!prom_samples_step(s, len)) {
    }
    return prom_samples_end(s, out, why);
}

void prom_names_finish(struct prom_names *n)
{
    for (size_t i = 0; i < n->count; i++) {
        free(n->items[i]);
    }
    free(n->items);
    *n = (struct prom_names){0};
}

enum prom_status prom_decode_names(
    long status, const char *body, size_t len, struct prom_names *out, struct str *why)
{
    struct envelope e;
    enum prom_status result = open_envelope(&e, status, body, len, why);
    if (result != PROM_OK) {
        return result;
    }
    struct json_walk w;
    bool more = json_walk_begin(&w, e.parts[ENVELOPE_DATA].at);
    while (more && json_walk_next(&w) && out->count < PROM_NAMES_MAX) {
        char *name = envelope_text(w.at);
        if (name) {
            mem_grow(&out->items, out->count, &out->cap);
            out->items[out->count++] = name;
        }
        w.at = json_skip(w.at);
    }
    return PROM_OK;
}

enum prom_status prom_decode_type(long status, const char *body, size_t len, const char *metric,
    struct str *type, struct str *why)
{
    struct envelope e;
    enum prom_status result = open_envelope(&e, status, body, len, why);
    if (result != PROM_OK) {
        return result;
    }
    struct json_walk entries;
    const char *list = json_member(e.parts[ENVELOPE_DATA].at, metric);
    bool any = list && json_walk_begin(&entries, list) && json_walk_next(&entries);
    const char *found = any ? json_member(entries.at, "type") : NULL;
    char *text = found ? envelope_text(found) : NULL;
    str_setf(type, "%s", text ? text : "");
    free(text);
    return PROM_OK;
}
