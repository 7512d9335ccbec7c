#include "config/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { LONGEST_GUESS = 40, FARTHEST_GUESS = 2, LONGEST_NAME = 200 };

void names_push(struct name_list *list, const char *name)
{
    mem_grow(&list->items, list->count, &list->cap);
    list->items[list->count++] = mem_strdup(name);
}

void names_finish(struct name_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i]);
    }
    free(list->items);
    *list = (struct name_list){0};
}

void names_add(struct str *s, const char *const *names, const char *word)
{
    for (size_t i = 0; names[i]; i++) {
        if (i && !names[i + 1]) {
            str_addf(s, " %s ", word);
        } else if (i) {
            str_add(s, ", ");
        }
        str_add(s, names[i]);
    }
}

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/** Single-character edits between two texts, a swap of neighbours being two (Levenshtein). */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t row[LONGEST_NAME + 1];
    for (size_t j = 0; j <= b_len; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a_len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t above = row[j];
            row[j] = smallest(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[b_len];
}

const char *names_closest(const char *word, const char *const *names)
{
    const char *closest = NULL;
    size_t least = FARTHEST_GUESS + 1;
    size_t len = strlen(word);
    for (size_t i = 0; names[i] && len <= LONGEST_GUESS; i++) {
        size_t name_len = strlen(names[i]);
        if (name_len > LONGEST_GUESS) {
            continue;
        }
        size_t d = distance(word, len, names[i], name_len);
        // two edits turn any short word into another: that is no typo
        if (d < least && d * 2 < name_len) {
            closest = names[i];
            least = d;
        }
    }
    return closest;
}

const char *names_nearest(const char *word, char *const *names, size_t count)
{
    const char *nearest = NULL;
    size_t len = strlen(word), least = len / 2 + 1;
    for (size_t i = 0; i < count && len <= LONGEST_NAME; i++) {
        size_t name_len = strlen(names[i]);
        size_t differs = name_len > len ? name_len - len : len - name_len;
        if (name_len > LONGEST_NAME || differs >= least) {
            continue;
        }
        size_t d = distance(word, len, names[i], name_len);
        if (d < least) {
            nearest = names[i];
            least = d;
        }
    }
    return nearest;
}
