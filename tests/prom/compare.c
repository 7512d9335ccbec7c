#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prom/tree.h"

static void differ(const char *what, const char *body, size_t len)
{
    fprintf(stderr, "%s differs for %.*s\n", what, (int)len, body);
    abort();
}

static bool same_series(const struct batch_series *a, const struct batch_series *b)
{
    if (!labels_equal(&a->labels, &b->labels) || a->count != b->count) {
        return false;
    }
    for (size_t i = 0; i < a->count; i++) {
        double x = a->samples[i].value, y = b->samples[i].value;
        bool same = isnan(x) ? isnan(y) : x == y && signbit(x) == signbit(y);
        if (a->samples[i].t_ms != b->samples[i].t_ms || !same) {
            return false;
        }
    }
    return true;
}

static const char *difference(const struct batch *a, const struct batch *b)
{
    if (a->count != b->count || a->notes_count != b->notes_count) {
        return "how much there is";
    }
    for (size_t i = 0; i < a->count; i++) {
        if (!same_series(&a->series[i], &b->series[i])) {
            return "a series";
        }
    }
    for (size_t i = 0; i < a->notes_count; i++) {
        if (strcmp(a->notes[i], b->notes[i]) != 0) {
            return "a note";
        }
    }
    bool same_text = a->text && b->text ? strcmp(a->text, b->text) == 0 : a->text == b->text;
    return same_text ? NULL : "the text";
}

static void compare_samples(long status, const char *body, size_t len, size_t step)
{
    struct batch a = {0}, b = {0};
    struct str why;
    str_init(&why);
    struct samples *s = prom_samples_begin(status, body, len);
    while (!prom_samples_step(s, step)) {
    }
    enum prom_status got = prom_samples_end(s, &a, &why);
    if ((got == PROM_OK) != (tree_samples(status, body, len, &b) == PROM_OK)) {
        differ("the outcome", body, len);
    }
    const char *what = difference(&a, &b);
    if (what) {
        differ(what, body, len);
    }
    batch_finish(&a);
    batch_finish(&b);
    str_finish(&why);
}

static void compare_names(long status, const char *body, size_t len)
{
    struct prom_names a = {0}, b = {0};
    struct str type_a, type_b, why;
    str_init(&type_a);
    str_init(&type_b);
    str_init(&why);
    bool good = prom_decode_names(status, body, len, &a, &why) == PROM_OK;
    bool same = good == (tree_names(status, body, len, &b) == PROM_OK) && a.count == b.count;
    for (size_t i = 0; same && i < a.count; i++) {
        same = strcmp(a.items[i], b.items[i]) == 0;
    }
    if (!same) {
        differ("a name", body, len);
    }
    prom_decode_type(status, body, len, "m", &type_a, &why);
    tree_type(status, body, len, "m", &type_b);
    if (strcmp(type_a.text, type_b.text) != 0) {
        differ("the type", body, len);
    }
    prom_names_finish(&a);
    prom_names_finish(&b);
    str_finish(&type_a);
    str_finish(&type_b);
    str_finish(&why);
}

void tree_compare(long status, const char *body, size_t len, size_t step)
{
    compare_samples(status, body, len, step);
    compare_names(status, body, len);
}
