#include "bind/bindings.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "base/text.h"

static const char assigned[] = " = ", between[] = ", ";

bool sequence_parse(const char *text, struct sequence *out, struct str *why)
{
    struct sequence s = {0};
    for (const char *at = text + strspn(text, " "); *at; at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");
        if (s.count == SEQUENCE_MAX) {
            str_setf(why, _("too long; at most %d keys"), SEQUENCE_MAX);
            return false;
        }
        if (!key_parse(at, len, &s.keys[s.count], why)) {
            return false;
        }
        s.count++;
        at += len;
    }
    *out = s;
    str_setf(why, _("no key"));
    return s.count > 0;
}

bool sequence_begins(const struct sequence *b, const struct sequence *a)
{
    return a->count <= b->count && memcmp(a->keys, b->keys, a->count * sizeof *a->keys) == 0;
}

static void free_binding(struct binding *b)
{
    free(b->name);
    free(b->line);
}

void bindings_clear(struct bindings *b, const struct sequence *s)
{
    size_t kept = 0;
    for (size_t i = 0; i < b->count; i++) {
        struct binding *one = &b->items[i];
        if (sequence_begins(&one->sequence, s) || sequence_begins(s, &one->sequence)) {
            free_binding(one);
        } else {
            b->items[kept++] = *one;
        }
    }
    b->count = kept;
}

static char *name_of(const struct sequence *s)
{
    struct str name;
    str_init(&name);
    for (size_t i = 0; i < s->count; i++) {
        str_add(&name, i > 0 ? " " : "");
        key_add_name(&name, s->keys[i]);
    }
    return str_take(&name);
}

void bindings_add(struct bindings *b, const struct sequence *s, const char *line)
{
    size_t len = strcspn(line, " "), whole = strlen(line);
    while (whole > len && line[whole - 1] == ' ') {
        whole--;
    }
    struct binding one = {.sequence = *s,
        .name = name_of(s),
        .line = mem_strndup(line, whole),
        .command = command_named(line, len)};
    check(one.command);
    one.argument = one.line + len + strspn(one.line + len, " ");
    mem_grow(&b->items, b->count, &b->cap);
    b->items[b->count++] = one;
}

/** Binds KEYS, a part of the column `keys` of the row C. */
static void add_default(struct bindings *b, const struct command_entry *c, const char *keys)
{
    struct str line, why;
    str_init(&line);
    str_init(&why);
    str_add(&line, c->name);
    const char *argument = strstr(keys, assigned);
    char *name = mem_strndup(keys, argument ? (size_t)(argument - keys) : strlen(keys));
    if (argument) {
        str_addf(&line, " %s", argument + sizeof assigned - 1);
    }
    struct sequence s;
    check(sequence_parse(name, &s, &why));
    bindings_add(b, &s, line.text);
    free(name);
    str_finish(&line);
    str_finish(&why);
}

void bindings_init(struct bindings *b)
{
    size_t count;
    const struct command_entry *table = command_table(&count);
    *b = (struct bindings){0};
    for (size_t i = 0; i < count; i++) {
        for (const char *at = table[i].keys; *at;) {
            const char *end = strstr(at, between);
            size_t len = end ? (size_t)(end - at) : strlen(at);
            char *one = mem_strndup(at, len);
            add_default(b, &table[i], one);
            free(one);
            at += len + (end ? sizeof between - 1 : 0);
        }
    }
}

void bindings_finish(struct bindings *b)
{
    for (size_t i = 0; i < b->count; i++) {
        free_binding(&b->items[i]);
    }
    free(b->items);
    *b = (struct bindings){0};
}

const struct binding *bindings_find(const struct bindings *b, const struct sequence *s, bool *more)
{
    const struct binding *found = NULL;
    *more = false;
    for (size_t i = 0; i < b->count; i++) {
        const struct binding *one = &b->items[i];
        if (sequence_begins(&one->sequence, s)) {
            bool same = one->sequence.count == s->count;
            found = same ? one : found;
            *more = *more || !same;
        }
    }
    return found;
}

const char *bindings_key(const struct bindings *b, const char *line)
{
    for (size_t i = 0; b && i < b->count; i++) {
        if (strcmp(b->items[i].line, line) == 0) {
            return b->items[i].name;
        }
    }
    return NULL;
}

void bindings_explain(struct str *s, const struct bindings *b, const char *text)
{
    for (const char *open; (open = strchr(text, '{')) != NULL;) {
        const char *close = strchr(open, '}');
        check(close);
        char *line = mem_strndup(open + 1, (size_t)(close - open - 1));
        const char *name = bindings_key(b, line);
        str_append(s, text, (size_t)(open - text));
        const char *opens = name ? NULL : b ? bindings_key(b, "command") : ":";
        str_addf(s, "%s%s%s", opens ? opens : "", opens && strcmp(opens, ":") != 0 ? " " : "",
            name ? name : line);
        free(line);
        text = close + 1;
    }
    str_add(s, text);
}
