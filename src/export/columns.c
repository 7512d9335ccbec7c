#include "export/columns.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "export/escape.h"

enum { GAP = 2, LEAST = 10 };

void columns_add(struct columns *c, const char *text)
{
    struct str s;
    str_init(&s);
    escape_text(&s, text && *text ? text : "-");
    names_push(&c->cells, s.text);
    str_finish(&s);
}

static void measure(const struct columns *c, int *widths)
{
    for (size_t i = 0; i < c->cells.count; i++) {
        int width = utf8_width(c->cells.items[i]);
        int *most = &widths[i % c->count];
        *most = width > *most ? width : *most;
    }
}

static int sum_of(const int *widths, size_t count)
{
    int sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += widths[i] + (i > 0 ? GAP : 0);
    }
    return sum;
}

static void shrink(int *widths, size_t count, int width)
{
    while (sum_of(widths, count) > width) {
        int *widest = NULL;
        for (size_t i = 0; i + 1 < count; i++) {
            bool may = widths[i] > LEAST && (!widest || widths[i] > *widest);
            widest = may ? &widths[i] : widest;
        }
        if (!widest) {
            return;
        }
        (*widest)--;
    }
}

void columns_write(struct columns *c, struct str *s, int width, const char *ellipsis)
{
    int widths[COLUMNS_MOST] = {0};
    measure(c, widths);
    if (width > 0) {
        shrink(widths, c->count, width);
    }
    for (size_t i = 0; i < c->cells.count; i++) {
        const char *cell = c->cells.items[i];
        size_t column = i % c->count;
        if (column + 1 == c->count) {
            str_addf(s, "%s\n", cell);
            continue;
        }
        size_t from = s->len;
        utf8_add_fitted(s, cell, widths[column], ellipsis);
        str_addf(s, "%*s", widths[column] - utf8_width(s->text + from) + GAP, "");
    }
    names_finish(&c->cells);
}
