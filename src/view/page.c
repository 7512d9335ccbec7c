#include "view/page.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/wrap.h"
#include "bind/bindings.h"
#include "view/cell.h"
#include "view/group.h"
#include "view/verdict_pane.h"

enum {
    PAIRS_FROM = 100,
    TRIPLES_FROM = 200,
    CULPRIT_LINES = 10, // of its chart
    VERDICT_LINES = 7,
    MIDDLE = 30, // a screen with fewer lines
    VERDICT_LINES_MIDDLE = 5,
    LOW = 12, // one with still fewer
    VERDICT_LINES_LOW = 2,
};

struct view_input view_input_of(const struct view_input *input, int i)
{
    struct view_input own = *input;
    if (i != input->at && i >= 0 && i < (int)input->sources_count) {
        own.words = input->sources[i].words;
        own.cache = input->sources[i].cache;
        own.at = i;
    }
    return own;
}

struct view_pane *page_add(struct view *v, struct view_pane pane)
{
    if (v->panes_count == VIEW_PANES_MAX) {
        return NULL;
    }
    v->panes[v->panes_count] = pane;
    return &v->panes[v->panes_count++];
}

void page_add_verdict(struct view *v, const struct view_input *in)
{
    int lines = in->rows <= 0       ? VERDICT_LINES
                : in->rows < LOW    ? VERDICT_LINES_LOW
                : in->rows < MIDDLE ? VERDICT_LINES_MIDDLE
                                    : VERDICT_LINES;
    int wanted = verdict_pane_lines(v, in);
    page_add(v, (struct view_pane){.kind = PANE_VERDICT,
                    .id = {.index = -1},
                    .wish = {.least = 1,
                        .lines = wanted, // where rows would stand empty
                        .keep = wanted < lines ? wanted : lines}});
}

struct view_pane *page_add_table(struct view *v, struct view_table *t, const char *promql, int rank)
{
    int lines = t->count > 0 ? (int)t->count + 1 : 2; // one to say that nothing matches
    struct layout_wish wish = {.least = 3, .lines = lines, .keep = lines, .rank = rank};
    wish.least = lines < wish.least ? lines : wish.least;
    return page_add(v, (struct view_pane){.kind = PANE_TABLE,
                           .promql = promql,
                           .table = t,
                           .can_focus = true,
                           .id = {.index = -1},
                           .wish = wish});
}

// By the mark of the row itself, as what a row is sorted by is also that of its children.
static int trouble(const struct view_row *row)
{
    enum role role = row->cells[COLUMN_MARK].role;
    return role == ROLE_CRITICAL ? 2 : role == ROLE_WARNING ? 1 : 0;
}

void page_add_rest(struct view_table *t, struct arena *a, size_t more, const char *words)
{
    if (more == 0 || t->count == 0) {
        return;
    }
    struct view_row *rows = arena_alloc(a, t->count + 1, sizeof *rows);
    memcpy(rows, t->rows, t->count * sizeof *rows);
    struct view_row *row = &rows[t->count++];
    *row = (struct view_row){.id = {.kind = t->rows[0].id.kind, .index = -1}, .heading = true};
    const char *rest = arena_printf(a, _("and %s more"), cell_whole(a, (int64_t)more));
    row->cells[COLUMN_NAME] = (struct view_cell){rest, ROLE_DIM, NAN};
    row->cells[t->columns_count - 1] = (struct view_cell){words, ROLE_DIM, NAN};
    t->rows = rows;
}

struct row_id page_select(struct view_table *t)
{
    for (size_t i = 0; i < t->count; i++) {
        if (t->rows[i].selected) {
            return t->rows[i].id;
        }
    }
    size_t at = t->count;
    for (size_t i = 0; i < t->count; i++) {
        bool first = at == t->count || trouble(&t->rows[i]) > trouble(&t->rows[at]);
        at = first && !t->rows[i].heading ? i : at;
    }
    if (at == t->count && t->count > 0) {
        at = 0;
    }
    if (t->count == 0) {
        return (struct row_id){.index = -1};
    }
    t->rows[at].selected = true;
    return t->rows[at].id;
}

// What is at fault is shown before what comes of it, which stands above it in the tree.
static void put_culprit_first(const struct view_row **rows, size_t count)
{
    size_t at = 0;
    while (at < count && rows[at]->cells[COLUMN_NAME].role != ROLE_CULPRIT) {
        at++;
    }
    if (at < count) {
        const struct view_row *culprit = rows[at];
        memmove(rows + 1, rows, at * sizeof(const struct view_row *));
        rows[0] = culprit;
    }
}

// The rows that get one of the charts: the first ones do, and the selected one.
static size_t choose_rows(const struct view_table *t, const struct view_row **out)
{
    size_t count = 0;
    for (size_t i = 0; i < t->count; i++) {
        const struct view_row *row = &t->rows[i];
        if (!row->heading && (count < PAGE_CHARTS_MOST || row->selected)) {
            size_t at = count < PAGE_CHARTS_MOST ? count++ : PAGE_CHARTS_MOST - 1;
            out[at] = row;
        }
    }
    put_culprit_first(out, count);
    return count;
}

static void stand_side_by_side(
    struct view *v, const struct view_input *in, struct view_pane *panes, int count)
{
    int most = in->columns >= TRIPLES_FROM ? 3 : in->columns >= PAIRS_FROM ? 2 : 1;
    int lines = (count + most - 1) / most;
    for (int i = 0; i < count; i++) {
        int abreast = (count + lines - 1) / lines; // as even as it gets: four are two and two
        panes[i].wish.beside = i % abreast > 0 ? 1 : 0;
        page_add(v, panes[i]);
    }
}

void page_add_charts(struct view *v, struct arena *a, const struct view_input *in,
    const struct view_table *t,
    struct view_pane (*make)(struct arena *a, const struct view_input *in, struct row_id id),
    const struct view_pane *others, size_t others_count, int rank)
{
    const struct view_row *rows[PAGE_CHARTS_MOST];
    struct view_pane panes[PAGE_CHARTS_MOST + PAGE_OTHERS_MOST];
    size_t chosen = choose_rows(t, rows);
    int count = 0;
    for (size_t i = 0; i < chosen; i++) {
        const struct view_input own = view_input_of(in, rows[i]->id.source);
        struct view_pane pane = make(a, &own, rows[i]->id);
        if (view_chart_is_empty(pane.chart)) {
            continue;
        }
        pane.title = group_name(a, &own, pane.title);
        pane.title_role = trouble(rows[i]) > 0 ? rows[i]->cells[COLUMN_MARK].role : ROLE_NORMAL;
        pane.wish.rank = rank + (rows[i]->selected ? 0 : 1 + count);
        if (rows[i]->cells[COLUMN_NAME].role == ROLE_CULPRIT) { // the largest of them
            pane.wish.lines = CULPRIT_LINES;
        }
        panes[count++] = pane;
        for (size_t k = 0; k < others_count; k++) {
            if (view_same_row(rows[i]->id, others[k].id)) {
                panes[count] = others[k];
                panes[count].title = group_name(a, &own, others[k].title);
                panes[count].wish.rank = pane.wish.rank + 1;
                count++;
            }
        }
    }
    stand_side_by_side(v, in, panes, count);
}

struct view_pane *page_add_message(struct view *v, struct arena *a, const char *text)
{
    struct view_entry *entry = arena_alloc(a, 1, sizeof *entry);
    *entry = (struct view_entry){.text = {text, ROLE_UNKNOWN}, .wrap = true};
    return page_add(v, (struct view_pane){.kind = PANE_ENTRIES,
                           .entries = entry,
                           .count = 1,
                           .id = {.index = -1},
                           .wish = {.least = 1, .lines = 3, .rank = 0}});
}

struct view_pane *page_add_remark(
    struct view *v, struct arena *a, const struct view_input *in, const char *text)
{
    struct view_pane *pane = page_add_message(v, a, text);
    if (pane) {
        pane->wish.rank = 1;
        pane->wish.least = pane->wish.lines = pane->wish.keep =
            view_entry_lines(pane->entries, in->columns);
    }
    return pane;
}

static void choose(struct view *v, const struct view_key *keys, size_t count)
{
    if (v->keyed) {
        v->keys = keys;
        v->keys_count = count;
    }
}

void page_choose_keys(struct view *v, struct arena *a, const struct view_key *keys, size_t count)
{
    struct view_key *all = arena_alloc(a, count, sizeof *all);
    for (size_t i = 0; i < count; i++) {
        all[i] = (struct view_key){keys[i].key, _(keys[i].label)};
    }
    choose(v, all, count);
}

static const char more[] = " ...";

/** The key of the command LINE; NULL: it has none. */
static const char *key_of(struct arena *a, const struct bindings *b, const char *line)
{
    size_t len = strlen(line), more_len = sizeof more - 1;
    if (len <= more_len || strcmp(line + len - more_len, more) != 0) {
        return bindings_key(b, line);
    }
    const char *name = bindings_key(b, arena_printf(a, "%.*s", (int)(len - more_len), line));
    return name ? arena_printf(a, "%.*s", (int)strcspn(name, " "), name) : NULL;
}

void page_choose_commands(struct view *v, struct arena *a, const struct view_input *in,
    const struct view_key *commands, size_t count)
{
    struct view_key *keys = arena_alloc(a, count, sizeof *keys);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        keys[n].key = key_of(a, in->bindings, commands[i].key);
        keys[n].label = _(commands[i].label);
        n += keys[n].key != NULL;
    }
    choose(v, keys, n);
}

const char *page_explain(struct arena *a, const struct view_input *in, const char *text)
{
    struct str s;
    str_init(&s);
    bindings_explain(&s, in->bindings, text);
    return cell_settle(a, &s);
}
