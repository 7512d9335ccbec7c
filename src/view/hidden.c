#include "view/hidden.h"

#include <string.h>

#include "base/names.h"
#include "base/text.h"
#include "bind/bindings.h"
#include "view/cell.h"

enum { MORE_FROM = 2, ABOVE_FROM = 3, KEYS_MORE = 4, LEAVE_FROM = 80 };

// Those that Tab brings up, or that no other page has.
static int count_panes(const struct view *v)
{
    int n = 0;
    for (size_t i = 0; i < v->panes_count; i++) {
        const struct view_pane *pane = &v->panes[i];
        bool counts = pane->kind != PANE_VERDICT && pane->kind != PANE_BIG &&
                      pane->kind != PANE_BANNER && pane->kind != PANE_EDIT &&
                      pane->kind != PANE_CHOICES && (pane->can_focus || !pane->key);
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
    return pane->area.h == 0 || pane->foot
               ? 0
               : (room < ABOVE_FROM ? above : 0) + (room < MORE_FROM && below > 0 ? below : 0);
}

// Facts stand in columns, and the last of each are cut.
static int count_facts(const struct view_pane *pane, int columns)
{
    int hidden = 0;
    for (size_t i = 0; i < pane->count && pane->area.h > 0; i++) {
        hidden += view_fact_place(pane, columns, i).line >= pane->area.h - view_title_lines(pane);
    }
    return hidden;
}

// Of a text that does not scroll, as it stands beside a table.
static int count_lines(const struct view_pane *pane)
{
    int lines = view_title_lines(pane) + view_flow(pane, pane->area.w).lines;
    return pane->area.h > 0 && lines > pane->area.h ? lines - pane->area.h : 0;
}

/** The keys of the line, those that count among them. */
struct status {
    struct view *view;
    struct view_key *keys;
    const char **brief;
    const char *next_pane; /**< its key */
    const char *said;      /**< all counts, for the prompt; NULL: none */
};

/** Puts a key into the line, in the place that it has there. */
static void say(
    struct status *l, struct arena *a, const char *key, const char *label, const char *brief)
{
    l->said = names_next(a, l->said, label);
    size_t i = 0;
    while (i < l->view->keys_count && (strcmp(l->keys[i].key, key) != 0 || l->brief[i])) {
        i++;
    }
    l->keys[i] = (struct view_key){key, label};
    l->brief[i] = brief;
    l->view->keys_count += i == l->view->keys_count;
}

static void say_panes(struct status *l, struct arena *a, int n)
{
    if (n > 0) {
        const char *count = cell_whole(a, n);
        bool told = *l->next_pane; // what the key is for
        say(l, a, l->next_pane,
            arena_printf(a, text_count("%s more pane", "%s more panes", n), count),
            arena_printf(a, told ? "+%s" : text_count("+%s pane", "+%s panes", n), count));
    }
}

static void say_rows(struct status *l, struct arena *a, const char *key, int n)
{
    if (n > 0) {
        const char *count = cell_whole(a, n);
        say(l, a, key, arena_printf(a, text_count("%s more row", "%s more rows", n), count),
            arena_printf(a, text_count("+%s row", "+%s rows", n), count));
    }
}

static void say_facts(struct status *l, struct arena *a, int n)
{
    if (n > 0) {
        const char *count = cell_whole(a, n);
        say(l, a, "", arena_printf(a, text_count("%s more fact", "%s more facts", n), count),
            arena_printf(a, text_count("+%s fact", "+%s facts", n), count));
    }
}

// Whatever else the line says, it says how to leave, also the past, and where help is.
static void keep_ways_out(struct status *l, const struct view_input *in)
{
    static const char *const ways_out[] = {"quit", "help", "live"};
    for (size_t i = 0; i < l->view->keys_count && in->columns >= LEAVE_FROM && !l->view->wall;
         i++) {
        bool way_out = false;
        for (size_t k = 0; k < sizeof ways_out / sizeof *ways_out; k++) {
            const char *key = bindings_key(in->bindings, ways_out[k]);
            way_out = way_out || (key && strcmp(l->keys[i].key, key) == 0);
        }
        l->brief[i] = way_out && !l->brief[i] ? l->keys[i].label : l->brief[i];
    }
}

/** The key of the command LINE; "": it has none. */
static const char *key_of(const struct view_input *in, const char *line)
{
    const char *key = bindings_key(in->bindings, line);
    return key && !in->state->wall ? key : "";
}

void hidden_count(struct view *v, struct arena *a, const struct view_input *in)
{
    int panes = count_panes(v), rows = 0, big = v->rows_more, facts = 0, lines = v->verdict_more;
    for (size_t i = 0; i < v->panes_count; i++) {
        const struct view_pane *pane = &v->panes[i];
        rows += pane->kind == PANE_TABLE ? count_rows(pane) : 0;
        facts += pane->kind == PANE_FACTS ? count_facts(pane, in->columns) : 0;
        lines += pane->kind == PANE_ENTRIES ? count_lines(pane) : 0;
        big += pane->kind == PANE_BIG && pane->area.h == 0;
    }
    size_t room = v->keys_count + KEYS_MORE;
    struct status l = {.view = v,
        .keys = arena_alloc(a, room, sizeof *l.keys),
        .brief = arena_alloc(a, room, sizeof *l.brief),
        .next_pane = key_of(in, "next-pane")};
    for (size_t i = 0; i < v->keys_count; i++) {
        l.keys[i] = v->keys[i];
    }
    v->keys = l.keys;
    v->keys_brief = l.brief;
    say_panes(&l, a, panes);
    if (v->scroll_most > v->scroll) {
        const char *count = cell_whole(a, v->scroll_most - v->scroll);
        say(&l, a, key_of(in, "page-down"), arena_printf(a, _("%s more below"), count),
            arena_printf(a, _("+%s below"), count));
    } else {
        say_rows(&l, a, big == 0 ? key_of(in, "page-down") : "", rows + big);
    }
    if (lines > 0 && v->scroll_most == 0) {
        const char *count = cell_whole(a, lines);
        say(&l, a, "", arena_printf(a, text_count("%s more line", "%s more lines", lines), count),
            arena_printf(a, text_count("+%s line", "+%s lines", lines), count));
    }
    say_facts(&l, a, facts);
    if (v->lines_more > 0) {
        const char *count = cell_whole(a, v->lines_more);
        say(&l, a, key_of(in, "open"),
            arena_printf(
                a, text_count("%s more line", "%s more lines", (double)v->lines_more), count),
            arena_printf(a, text_count("+%s line", "+%s lines", (double)v->lines_more), count));
    }
    keep_ways_out(&l, in);
    v->hidden = l.said;
}
