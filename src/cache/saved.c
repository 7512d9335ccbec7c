#include "cache/saved.h"

#include <stdlib.h>
#include <string.h>

#include "base/disk.h"
#include "base/mem.h"
#include "base/plain.h"
#include "base/text.h"
#include "base/utf8.h"

enum { FILE_MAX = 32 * 1024 * 1024 };

void saved_finish(struct saved *s)
{
    for (size_t i = 0; i < s->count; i++) {
        labels_finish(&s->signals[i].name);
        matrix_finish(&s->signals[i].history.matrix);
    }
    free(s->signals);
    free(s->name);
    *s = (struct saved){0};
}

void saved_add(struct saved *s, const struct labels *name, const struct matrix *m)
{
    struct batch b = {0};
    mem_grow(&s->signals, s->count, &s->cap);
    struct saved_signal *signal = &s->signals[s->count++];
    *signal =
        (struct saved_signal){.history = {.first = s->first, .last = s->last, .answered = true}};
    labels_copy(&signal->name, name);
    matrix_init(&signal->history.matrix, STORE_HISTORY_STEP_MS, (size_t)(s->last - s->first + 1));
    for (size_t i = 0; i < m->count; i++) {
        struct batch_series *to = batch_add(&b);
        labels_copy(&to->labels, &m->series[i].labels);
        for (int64_t slot = s->first; slot <= s->last; slot++) {
            batch_add_sample(to, slot * STORE_HISTORY_STEP_MS, ring_get(&m->series[i].ring, slot));
        }
    }
    matrix_merge(&signal->history.matrix, &b, s->first, s->last);
    batch_finish(&b);
}

const struct history *saved_find(const struct saved *s, const struct labels *name)
{
    for (size_t i = 0; i < s->count; i++) {
        if (labels_equal(&s->signals[i].name, name)) {
            return &s->signals[i].history;
        }
    }
    return NULL;
}

static void add_shown(struct str *out, const char *path)
{
    utf8_add_clean(out, path, strlen(path));
}

bool saved_write(const struct saved *s, const char *path, struct str *why)
{
    struct str text, reason;
    str_init(&text);
    str_init(&reason);
    saved_encode(s, &text);
    bool good = disk_replace(path, text.text, text.len, DISK_SILENCE_MS, &reason);
    if (!good) {
        struct arena a = {0};
        str_setf(
            why, _("%s: the baseline cannot be written: %s"), plain_path(&a, path), reason.text);
        arena_finish(&a);
    }
    str_finish(&reason);
    str_finish(&text);
    return good;
}

bool saved_read(struct saved *s, const char *path, bool *unsound, struct str *why)
{
    struct str text, reason;
    str_init(&text);
    str_init(&reason);
    bool read = disk_read(path, DISK_HANDED, FILE_MAX, DISK_SILENCE_MS, &text, &reason);
    bool good = read && saved_decode(s, text.text, text.len, &reason);
    *unsound = read && !good;
    if (good) {
        const char *slash = strrchr(path, '/');
        str_clear(&text);
        add_shown(&text, slash ? slash + 1 : path);
        s->name = str_take(&text);
    } else {
        struct arena a = {0};
        str_setf(why, read ? _("%s: %s") : _("%s: this baseline cannot be read: %s"),
            plain_path(&a, path), reason.text);
        arena_finish(&a);
    }
    str_finish(&reason);
    str_finish(&text);
    return good;
}
