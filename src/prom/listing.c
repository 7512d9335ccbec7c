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
    const char *value = *paths ? NULL : at;
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
    if (kind == LISTING_BOOL) {
        v.number = *at == 't' ? 1 : *at == 'f' ? 0 : NAN;
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

/** Opens the answer; sets *AT to its data, or to the member of that name in it, which may be NULL.
 */
static enum prom_status open_answer(
    long status, const char *body, size_t len, const char *member, const char **at, struct str *why)
{
    struct envelope e;
    envelope_init(&e, status, body, len);
    envelope_step(&e, len);
    enum prom_status judged = envelope_judge(&e, why);
    if (judged == PROM_OK) {
        const char *data = e.parts[ENVELOPE_DATA].at;
        *at = member ? json_member(data, member) : data;
    }
    return judged;
}

static enum prom_status refuse(struct str *why)
{
    str_setf(why, "%s", _("the answer lists nothing"));
    return PROM_FOREIGN;
}

static void name_fields(struct list *out, const struct listing_field *fields, size_t count)
{
    check(count <= LIST_FIELDS_MAX);
    for (size_t k = 0; k < count; k++) {
        out->fields[k] = fields[k].name;
    }
    out->fields_count = count;
}

enum prom_status prom_decode_listing(long status, const char *body, size_t len, const char *at,
    const struct listing_field *fields, size_t count, size_t most, struct list *out,
    struct str *why)
{
    struct json_walk w;
    const char *things = NULL;
    enum prom_status judged = open_answer(status, body, len, at, &things, why);
    if (judged != PROM_OK) {
        return judged;
    }
    name_fields(out, fields, count);
    if (!things || !json_walk_begin(&w, things) || w.object) {
        return refuse(why);
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

enum prom_status prom_decode_object(long status, const char *body, size_t len, const char *at,
    const struct listing_field *fields, size_t count, struct list *out, struct str *why)
{
    struct json_walk w;
    const char *thing = NULL;
    enum prom_status judged = open_answer(status, body, len, at, &thing, why);
    if (judged != PROM_OK) {
        return judged;
    }
    name_fields(out, fields, count);
    if (!thing || !json_walk_begin(&w, thing) || !w.object) {
        return refuse(why);
    }
    add(out, thing, fields, count);
    return PROM_OK;
}

enum prom_status prom_decode_counts(long status, const char *body, size_t len, const char *at,
    const char *name, const char *number, size_t most, struct list *out, struct str *why)
{
    struct json_walk w;
    const char *counts = NULL;
    enum prom_status judged = open_answer(status, body, len, at, &counts, why);
    if (judged != PROM_OK) {
        return judged;
    }
    out->fields[0] = name;
    out->fields[1] = number;
    out->fields_count = 2;
    if (!counts || !json_walk_begin(&w, counts) || !w.object) {
        return refuse(why);
    }
    while (json_walk_next(&w)) {
        if (out->count < most) {
            struct list_value *values = list_add(out);
            values[0].text = envelope_text(w.key);
            values[1].number = number_at(w.at);
        } else {
            out->left_out++;
        }
        w.at = json_skip(w.at);
    }
    return PROM_OK;
}
