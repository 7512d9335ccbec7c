#include "plan/infra_choice.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plan/places.h"
#include "promql/select.h"
#include "series/infra.h"

// What has other characters is no name in Kubernetes, and might be no regular expression.
static bool is_name(const char *text, size_t len)
{
    bool is = len > 0;
    for (size_t i = 0; i < len && is; i++) {
        is = islower((unsigned char)text[i]) || isdigit((unsigned char)text[i]) || text[i] == '-' ||
             text[i] == '.';
    }
    return is;
}

/** A name that is looked for. */
struct sought {
    const struct chosen *among;
    const char *name;
};

static bool is_sought(const void *context, size_t at)
{
    const struct sought *s = context;
    return strcmp(s->among->items[at], s->name) == 0;
}

// What it takes of a regular expression, in which a dot takes brackets.
static size_t bytes_of(const char *text, size_t len)
{
    size_t bytes = len + 1;
    for (size_t i = 0; i < len; i++) {
        bytes += text[i] == '.' ? 2 : 0;
    }
    return bytes;
}

// False: there is no room. One that it has already takes none.
static bool add_name(struct chosen *n, const char *text, size_t len, size_t room)
{
    char *name = mem_strndup(text, len);
    const struct sought sought = {n, name};
    uint64_t hash = index_hash(INDEX_HASH_START, name);
    bool has = index_find(&n->index, hash, is_sought, &sought) != INDEX_NOWHERE;
    size_t bytes = bytes_of(text, len);
    bool fits = has || n->bytes + bytes <= room;
    if (fits && !has) {
        mem_grow(&n->items, n->count, &n->cap);
        index_add(&n->index, hash, n->count);
        n->items[n->count++] = name;
        n->bytes += bytes;
    } else {
        free(name);
    }
    return fits;
}

void chosen_finish(struct chosen *n)
{
    for (size_t i = 0; i < n->count; i++) {
        free(n->items[i]);
    }
    free(n->items);
    index_finish(&n->index);
    *n = (struct chosen){.count = 0};
}

void chosen_add_regex(struct str *s, const struct chosen *n)
{
    for (size_t i = 0; i < n->count; i++) {
        str_add(s, i > 0 ? "|" : "");
        for (const char *at = n->items[i]; *at; at++) {
            str_addf(s, *at == '.' ? "[%c]" : "%c", *at);
        }
    }
}

size_t chosen_workloads(struct chosen *out, const struct plan *p, const struct store *store,
    const bool *wanted, size_t room)
{
    struct chosen left_out = {.count = 0};
    *out = (struct chosen){.count = 0};
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < places_count(p, store); i++) {
            struct place place;
            if (places_read(&place, p, store, i) && wanted[place.stage] == (pass == 0) &&
                is_name(place.pod, strlen(place.pod))) {
                size_t len = infra_workload_length(place.pod);
                if (!add_name(out, place.pod, len, room)) {
                    add_name(&left_out, place.pod, len, SIZE_MAX);
                }
            }
        }
    }
    size_t count = left_out.count;
    chosen_finish(&left_out);
    return count;
}

bool chosen_namespaces(
    struct chosen *out, const struct plan *p, const struct store *store, size_t room, bool *unnamed)
{
    bool all = true;
    *out = (struct chosen){.count = 0};
    *unnamed = false;
    for (size_t i = 0; i < places_count(p, store); i++) {
        struct place place;
        if (!places_read(&place, p, store, i)) {
            continue;
        }
        size_t len = strlen(place.namespace);
        if (is_name(place.namespace, len)) {
            all = add_name(out, place.namespace, len, room) && all;
        } else {
            *unnamed = true;
        }
    }
    return all;
}

bool chosen_any(const struct plan *p, const struct store *store)
{
    bool any = false;
    for (size_t i = 0; i < places_count(p, store) && !any; i++) {
        struct place place;
        any = places_read(&place, p, store, i) && is_name(place.pod, strlen(place.pod));
    }
    return any;
}

void chosen_add_cluster(struct str *s, const struct plan *p)
{
    static const char *const operators[2][2] = {{"=", "!="}, {"=~", "!~"}};
    struct selector selector;
    struct str text;
    str_init(&text);
    str_addf(&text, "{%s}", p->selector ? p->selector : "");
    const char *at = text.text;
    if (p->selector && select_parse(&selector, &at)) {
        for (size_t i = 0; i < selector.count; i++) {
            const struct matcher *m = &selector.matchers[i];
            if (strcmp(m->name, "cluster") == 0) {
                str_addf(s, "%scluster%s", s->len > 0 ? "," : "", operators[m->regex][m->negative]);
                str_add_quoted(s, m->value);
            }
        }
        select_finish(&selector);
    }
    str_finish(&text);
}
