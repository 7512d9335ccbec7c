#include "view/order.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/ascii.h"

static bool contains(const char *text, const char *part)
{
    for (; text && *text; text++) {
        size_t i = 0;
        while (part[i] && ascii_lower(text[i]) == ascii_lower(part[i])) {
            i++;
        }
        if (!part[i]) {
            return true;
        }
    }
    return false;
}

bool order_matches(const char *filter, const char *text)
{
    bool inverted = filter[0] == '!';
    const char *part = filter + inverted;
    return *part == '\0' || contains(text, part) != inverted;
}

// A row is found by its name, its words, and what else is known of it.
static bool row_matches(const struct view_table *t, size_t i, const char *also, const char *filter)
{
    const struct view_row *row = &t->rows[i];
    const char *texts[] = {
        row->cells[COLUMN_NAME].text, row->cells[t->columns_count - 1].text, also};
    bool inverted = filter[0] == '!';
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        if (texts[k] && order_matches(filter, texts[k]) != inverted) {
            return !inverted;
        }
    }
    return inverted || filter[0] == '\0';
}

static bool comes_before(const struct view_table *t, bool tree, size_t a, size_t b)
{
    if (t->rows[a].heading && t->rows[b].heading) { // the worst source, whatever rows are sorted by
        double p = t->rows[a].cells[COLUMN_MARK].value, q = t->rows[b].cells[COLUMN_MARK].value;
        return p == q ? a < b : p > q;
    }
    int k = t->sort.column;
    const struct view_cell *x = &t->rows[a].cells[k], *y = &t->rows[b].cells[k];
    bool by_name = t->columns[k].kind == KIND_NAME;
    bool equal = x->value == y->value || (isnan(x->value) && isnan(y->value));
    if (by_name || (equal && !tree && !t->ranked)) {
        const char *p = t->rows[a].cells[COLUMN_NAME].text, *q = t->rows[b].cells[COLUMN_NAME].text;
        int order = strcmp(p, q);
        bool inverted = by_name && t->sort.inverted;
        return order != 0 ? (order < 0) != inverted : a < b;
    }
    if (isnan(x->value) != isnan(y->value)) {
        return isnan(y->value);
    }
    if (equal) {
        return a < b;
    }
    return (x->value > y->value) != t->sort.inverted;
}

/** The rows on their way into order. */
struct ordering {
    const struct view_table *table;
    const int *parents;
    const bool *kept;
    size_t *order;
    size_t count;
    size_t *siblings; /**< as many as there are rows, for every level used as a stack */
};

static void add_children(struct ordering *o, int parent, size_t *siblings)
{
    const struct view_table *t = o->table;
    size_t n = 0;
    for (size_t i = 0; i < t->count; i++) {
        if (!o->kept[i] || (o->parents ? o->parents[i] : -1) != parent) {
            continue;
        }
        size_t at = n++;
        while (at > 0 && comes_before(t, o->parents != NULL, i, siblings[at - 1])) {
            siblings[at] = siblings[at - 1];
            at--;
        }
        siblings[at] = i;
    }
    for (size_t k = 0; k < n; k++) {
        o->order[o->count++] = siblings[k];
        if (o->parents) {
            add_children(o, (int)siblings[k], siblings + n);
        }
    }
}

static void filter_rows(struct view_table *t, const int *parents, const char *const *also,
    const char *filter, bool *kept)
{
    for (size_t i = 0; i < t->count; i++) {
        kept[i] = row_matches(t, i, also ? also[i] : NULL, filter);
        t->rows[i].context = !kept[i];
    }
    for (size_t i = t->count; parents && i-- > 0;) {
        if (kept[i] && parents[i] >= 0) {
            kept[parents[i]] = true;
        }
    }
}

void order_rows(struct arena *a, struct view_table *t, const int *parents, const char *const *also,
    const char *filter)
{
    bool *kept = arena_alloc(a, t->count, sizeof *kept);
    filter_rows(t, parents, also, filter, kept);
    struct ordering o = {.table = t,
        .parents = parents,
        .kept = kept,
        .order = arena_alloc(a, t->count, sizeof *o.order)};
    o.siblings = arena_alloc(a, t->count + 1, sizeof *o.siblings);
    add_children(&o, -1, o.siblings);
    struct view_row *rows = arena_alloc(a, o.count, sizeof *rows);
    for (size_t i = 0; i < o.count; i++) {
        rows[i] = t->rows[o.order[i]];
    }
    t->hidden = t->count - o.count;
    t->rows = rows;
    t->count = o.count;
}

bool order_sorts_by(const struct view_table *t, int column)
{
    enum column_kind kind = t->columns[column].kind;
    bool never = t->columns[column].from == INT_MAX;
    return column == 0 || kind == KIND_NAME || (kind == KIND_NUMBER && !never);
}

int order_next_column(const struct view_table *t, int steps)
{
    int count = (int)t->columns_count;
    int at = t->sort.column;
    for (int i = 0; i < count; i++) {
        at = (at + steps + count) % count;
        if (order_sorts_by(t, at)) {
            return at;
        }
    }
    return 0;
}
