#include "prom/listing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

/** The value at the LEN bytes of PATH below the object at AT; NULL: there is none. */
static const char *follow(const char *at, const char *path, size_t len)
{
    for (size_t from = 0; at && from < len;) {
        size_t size = strcspn(path + from, ".|");
        char *name = mem_strndup(path + from, size);
        at = json_member(at, name);
        free(name);
        from += size + 1;
    }
    return at;
}

static const char *find(const char *at, const char *paths)
{
    const char *value = NULL;
    while (!value && *paths) {
        size_t len = strcspn(paths, "|");
        value = follow(at, paths, len);
        paths += len + (paths[len] == '|');
    }
    return value;
}

static double number_at(const char *at)
{
    double v;
    return json_number(&at, &v) || json_number_in_text(&at, &v) ? v : NAN;
}

static struct list_value read_field(const char *at, enum listing_kind kind)
{
    struct list_value v = {.number = NAN};
    int64_t ms;
    if (kind == LISTING_TEXT) {
        v.text = envelope_sentence(at);
        return v;
    }
    if (kind == LISTING_NUMBER) {
        v.number = number_at(at);
        return v;
    }
    char *text = envelope_text(at);
    if (text && kind == LISTING_DURATION && clock_parse_duration(text, &ms)) {
        v.number = (double)ms / 1000;
    } else if (text && kind == LISTING_MOMENT && clock_parse_moment(text, 0, &ms) && ms > 0) {
        v.number = (double)ms;
    }
    free(text);
    return v;
}

static void add(struct list *out, const char *at, const struct listing_field *fields, size_t count)
{
    struct list_value *values = list_add(out);
    for (size_t k = 0; k < count; k++) {
        const char *value = find(at, fields[k].path);
        if (value) {
            values[k] = read_field(value, fields[k].kind);
        }
    }
}

enum prom_status prom_decode_listing(long status, const char *body, size_t len, const char *at,
    const struct listing_field *fields, size_t count, size_t most, struct list *out,
    struct str *why)
{
    struct envelope e;
    struct json_walk w;
    check(count <= LIST_FIELDS_MAX);
    envelope_init(&e, status, body, len);
    envelope_step(&e, len);
    enum prom_status judged = envelope_judge(&e, why);
    if (judged != PROM_OK) {
        return judged;
    }
    for (size_t k = 0; k < count; k++) {
        out->fields[k] = fields[k].name;
    }
    out->fields_count = count;
    const char *data = e.parts[ENVELOPE_DATA].at, *things = at ? json_member(data, at) : data;
    if (!things || !json_walk_begin(&w, things) || w.object) {
        str_setf(why, "%s", _("the answer lists nothing"));
        return PROM_FOREIGN;
    }
    while (json_walk_next(&w)) {
        if (out->count < most) {
            add(out, w.at, fields, count);
        } else {
            out->left_out++;
        }
        w.at = json_skip(w.at);
    }
    return PROM_OK;
}
