#include "view/hidden.h"

#include <string.h>

enum { MORE_FROM = 2, ABOVE_FROM = 3, KEYS_MORE = 3 };

static int count_panes(const struct view *v)
{
    int n = 0;
    for (size_t i = 0; i < v->panes_count; i++) {
        const struct view_pane *pane = &v->panes[i];
        bool counts = pane->kind != PANE_VERDICT && pane->kind != PANE_BIG &&
                      pane->kind != PANE_EDIT && pane->kind != PANE_CHOICES;
        n += counts && pane->area.h == 0;
    }
    return n;
}

// Of a table: where it has no line of its own to say so.
static int count_rows(const struct view_pane *pane)
{
    const struct view_table *t = pane->table;
    int room = view_table_room(pane), above = t->first;
    int below = (int)t->count - t->first - room;
    return pane->area.h == 0
               ? 0
               : (room < ABOVE_FROM ? above : 0) + (room < MORE_FROM && below > 0 ? below : 0);
}

// Facts stand in columns, and the last of each are cut.
static int count_facts(const struct view_pane *pane, int columns)
{
    int abreast = view_facts_abreast(columns);
    int lines = ((int)pane->count + abreast - 1) / abreast, hidden = 0;
    for (int i = 0; i < (int)pane->count && pane->area.h > 0; i++) {
        hidden += i % lines >= pane->area.h - 1;
    }
    return hidden;
}

/** Puts a key into the line, in the place that it has there. */
static void say(
    struct view *v, struct view_key *keys, bool *stays, const char *key, const char *label)
{
    size_t i = 0;
    while (i < v->keys_count && (strcmp(keys[i].key, key) != 0 || stays[i])) {
        i++;
    }
    keys[i] = (struct view_key){v->wall ? "" : key, label};
    stays[i] = true;
    v->keys_count += i == v->keys_count;
}

static const char *counted(struct arena *a, int n, const char *one, const char *many)
{
    return arena_printf(a, "%d more %s", n, str_plural(n, one, many));
}

void hidden_count(struct view *v, struct arena *a, int columns)
{
    int panes = count_panes(v), rows = 0, big = v->rows_more, facts = 0;
    for (size_t i = 0; i < v->panes_count; i++) {
        const struct view_pane *pane = &v->panes[i];
        rows += pane->kind == PANE_TABLE ? count_rows(pane) : 0;
        facts += pane->kind == PANE_FACTS ? count_facts(pane, columns) : 0;
        big += pane->kind == PANE_BIG && pane->area.h == 0;
    }
    struct view_key *keys = arena_alloc(a, v->keys_count + KEYS_MORE + 1, sizeof *keys);
    bool *stays = arena_alloc(a, v->keys_count + KEYS_MORE + 1, sizeof *stays);
    for (size_t i = 0; i < v->keys_count; i++) {
        keys[i] = v->keys[i];
    }
    v->keys = keys;
    v->keys_stay = stays;
    if (panes > 0) {
        say(v, keys, stays, "Tab", counted(a, panes, "pane", "panes"));
    }
    if (v->scroll_most > v->scroll) {
        say(v, keys, stays, "PgDn", arena_printf(a, "%d more below", v->scroll_most - v->scroll));
    } else if (rows + big > 0) {
        say(v, keys, stays, big > 0 ? "" : "PgDn", counted(a, rows + big, "row", "rows"));
    }
    if (facts > 0) {
        say(v, keys, stays, "", counted(a, facts, "fact", "facts"));
    }
}
