#include <math.h>

#include "base/utf8.h"
#include "base/wrap.h"
#include "view/page.h"

enum { CHOICE_GAP = 2, FLOW_WIDTH = 56 };

// --- sizes that views and pictures agree upon

static int longest_label(const struct view_pane *pane)
{
    int label = VIEW_FACT_LABEL;
    for (size_t i = 0; i < pane->count; i++) {
        int l = utf8_width(pane->facts[i].label) + 1;
        label = l > label ? l : label;
    }
    return label;
}

// The room that the longest label and the longest value take.
static int widest_fact(const struct view_pane *pane)
{
    int value = 0;
    for (size_t i = 0; i < pane->count; i++) {
        int v = utf8_width(pane->facts[i].value.text) + 1;
        value = v > value ? v : value;
    }
    return longest_label(pane) + value;
}

// Fewer where a fact would be cut and then is not, but no more lines than two columns make.
int view_facts_abreast(const struct view_pane *pane, int width)
{
    int room = width - VIEW_INDENT, most = room / VIEW_FACT_WIDTH;
    most = most < 1 ? 1 : most > 4 ? 4 : most;
    int n = most, least = pane->count <= 1 || most < 2 ? 1 : 2, widest = widest_fact(pane);
    while (n > least && widest > room / n) {
        n--;
    }
    return widest > room / n ? most : n;
}

static bool is_wide(const struct view_pane *pane, int width, size_t i)
{
    int abreast = view_facts_abreast(pane, width);
    int taken = longest_label(pane) + utf8_width(pane->facts[i].value.text) + 1;
    return pane->whole && abreast > 1 && taken > (width - VIEW_INDENT) / abreast;
}

/** How many of the first COUNT facts are wide. */
static int count_wide(const struct view_pane *pane, int width, size_t count)
{
    int wide = 0;
    for (size_t i = 0; i < count; i++) {
        wide += is_wide(pane, width, i);
    }
    return wide;
}

static int lines_of_columns(const struct view_pane *pane, int width)
{
    int abreast = view_facts_abreast(pane, width);
    int narrow = (int)pane->count - count_wide(pane, width, pane->count);
    return (narrow + abreast - 1) / abreast;
}

struct view_fact_place view_fact_place(const struct view_pane *pane, int width, size_t i)
{
    int lines = lines_of_columns(pane, width), before = count_wide(pane, width, i);
    int at = (int)i - before; // of the narrow ones
    return is_wide(pane, width, i) ? (struct view_fact_place){0, lines + before, true}
                                   : (struct view_fact_place){at / lines, at % lines, false};
}

int view_facts_lines(const struct view_pane *pane, int width)
{
    return lines_of_columns(pane, width) + count_wide(pane, width, pane->count);
}

int view_saying_width(int width)
{
    return width > VIEW_INDENT + 1 ? width - VIEW_INDENT - 1 : 1;
}

int view_edit_lines(const struct view_edit *edit, int width)
{
    int lines = 1 + (edit->caret > 0);
    for (size_t i = 0; i < edit->sayings_count; i++) {
        lines += wrap_lines(edit->sayings[i].text, view_saying_width(width));
    }
    return lines;
}

int view_choices_width(const struct view_choices *choices, int width)
{
    int most = 1;
    for (size_t i = 0; i < choices->count; i++) {
        int w = utf8_width(choices->items[i].text);
        most = w > most ? w : most;
    }
    int room = view_saying_width(width);
    return most + CHOICE_GAP < room ? most + CHOICE_GAP : room;
}

int view_choices_abreast(const struct view_choices *choices, int width)
{
    int n = (view_saying_width(width) + CHOICE_GAP) / view_choices_width(choices, width);
    return n > 0 ? n : 1;
}

int view_entry_lines(const struct view_entry *entry, int width)
{
    if (!entry->wrap || !entry->text.text) {
        return 1;
    }
    int left = VIEW_INDENT + (entry->key.text ? VIEW_KEY_WIDTH : 0);
    return width - left - 1 > 0 ? wrap_lines(entry->text.text, width - left - 1) : 1;
}

static bool is_blank(const struct view_entry *entry)
{
    return !entry->key.text && !entry->text.text;
}

static bool is_heading(const struct view_entry *entry)
{
    return entry->key.text && !entry->text.text;
}

// From FIRST on, as many as MOST lines take, but not the heading of what does not fit.
static size_t fill_column(
    const struct view_pane *pane, size_t first, int width, int most, int *lines)
{
    size_t i = first;
    for (*lines = 0; i < pane->count; i++) {
        int own = view_entry_lines(&pane->entries[i], width);
        bool alone = i == first || (i == first + 1 && is_heading(&pane->entries[first]));
        if (!alone && *lines + own > most) {
            break;
        }
        *lines += own;
    }
    while (i < pane->count && i > first + 1 && is_heading(&pane->entries[i - 1])) {
        i--;
    }
    return i;
}

/** Lays them out in columns of MOST lines; whether all have a place. */
static bool fill_columns(const struct view_pane *pane, int most, struct view_flow *flow)
{
    size_t i = 0;
    flow->lines = 0;
    for (int k = 0; k < flow->columns; k++) {
        int lines;
        while (k > 0 && i < pane->count && is_blank(&pane->entries[i])) {
            i++;
        }
        flow->first[k] = i;
        i = fill_column(pane, i, flow->width, most, &lines);
        flow->lines = lines > flow->lines ? lines : flow->lines;
    }
    flow->first[flow->columns] = pane->count;
    return i == pane->count;
}

struct view_flow view_flow(const struct view_pane *pane, int width)
{
    int columns = pane->flows ? width / FLOW_WIDTH : 1;
    columns = columns < 1 ? 1 : columns > VIEW_ENTRY_COLUMNS ? VIEW_ENTRY_COLUMNS : columns;
    struct view_flow flow = {.columns = columns, .width = width / columns};
    int all = 0;
    for (size_t i = 0; i < pane->count; i++) {
        all += view_entry_lines(&pane->entries[i], flow.width);
    }
    for (int most = (all + columns - 1) / columns; !fill_columns(pane, most, &flow); most++) {
    }
    return flow;
}

int view_title_lines(const struct view_pane *pane)
{
    return pane->title && pane->kind != PANE_TABLE && pane->frame.h == 0 ? 1 : 0;
}

int view_heading_lines(const struct view_pane *pane)
{
    return pane->headless ? 0 : 1;
}

int view_table_room(const struct view_pane *pane)
{
    return pane->area.h > 0 ? pane->area.h - view_heading_lines(pane) : 0;
}

int view_chart_names(const struct view_chart *chart)
{
    int width = 0;
    for (size_t k = 0; k < chart->lines_count; k++) {
        int w = chart->lines[k].name ? utf8_width(chart->lines[k].name) + 1 : 0;
        width = w > width ? w : width;
    }
    return width;
}

bool view_chart_is_empty(const struct view_chart *chart)
{
    for (size_t k = 0; k < chart->lines_count; k++) {
        for (size_t i = 0; i < chart->count; i++) {
            if (!isnan(chart->lines[k].values[i])) {
                return false;
            }
        }
    }
    return true;
}

bool view_same_row(struct row_id a, struct row_id b)
{
    return a.kind == b.kind && a.index == b.index && a.source == b.source;
}

// --- focus

int view_focus_count(const struct view *v)
{
    int n = 0;
    for (size_t i = 0; i < v->panes_count; i++) {
        n += v->panes[i].can_focus;
    }
    return n;
}

static bool has_row(const struct view_pane *pane, struct row_id id)
{
    if (pane->kind != PANE_TABLE) {
        return false;
    }
    for (size_t i = 0; i < pane->table->count; i++) {
        if (view_same_row(pane->table->rows[i].id, id)) {
            return true;
        }
    }
    return false;
}

void view_settle_focus(struct view *v, const struct view_input *input)
{
    int wanted = input->state->focus[v->page], at = 0;
    struct view_pane *focused = NULL, *with_row = NULL;
    for (size_t i = 0; i < v->panes_count; i++) {
        struct view_pane *pane = &v->panes[i];
        pane->focused = false;
        if (pane->can_focus && (at++ == wanted || !focused)) {
            focused = pane;
        }
        with_row = !with_row && has_row(pane, input->state->selected) ? pane : with_row;
    }
    // among tables it is where the selected row is
    if (focused && focused->kind == PANE_TABLE && with_row) {
        focused = with_row;
    }
    if (focused) {
        focused->focused = true;
    }
}

const struct view_pane *view_focused(const struct view *v)
{
    for (size_t i = 0; i < v->panes_count; i++) {
        if (v->panes[i].focused) {
            return &v->panes[i];
        }
    }
    return NULL;
}

// --- rows

/** A place among the rows of all tables. */
struct walk {
    size_t pane, row;
};

// The next row that can be selected: some only say something.
static const struct view_row *next_row(const struct view *v, struct walk *at)
{
    for (; at->pane < v->panes_count; at->pane++, at->row = 0) {
        const struct view_pane *pane = &v->panes[at->pane];
        while (pane->kind == PANE_TABLE && at->row < pane->table->count) {
            const struct view_row *row = &pane->table->rows[at->row++];
            if (row->id.index >= 0) {
                return row;
            }
        }
    }
    return NULL;
}

static const struct view_row *row_at(const struct view *v, int i)
{
    struct walk at = {0};
    const struct view_row *row = next_row(v, &at);
    while (row && i-- > 0) {
        row = next_row(v, &at);
    }
    return row;
}

static int position(const struct view *v, struct row_id id)
{
    struct walk at = {0};
    const struct view_row *row;
    for (int i = 0; (row = next_row(v, &at)) != NULL; i++) {
        if (view_same_row(row->id, id)) {
            return i;
        }
    }
    return -1;
}

static int selected_position(const struct view *v)
{
    struct walk at = {0};
    const struct view_row *row;
    for (int i = 0; (row = next_row(v, &at)) != NULL; i++) {
        if (row->selected) {
            return i;
        }
    }
    return -1;
}

// With STEPS those of what to look at next as well, which stand behind all others.
static int rows_count(const struct view *v, bool steps)
{
    struct walk at = {0};
    const struct view_row *row;
    int n = 0;
    while ((row = next_row(v, &at)) != NULL) {
        n += steps || row->id.kind != ROW_STEP;
    }
    return n;
}

bool view_is_empty(const struct view *v)
{
    const struct view_pane *focused = view_focused(v);
    return focused && focused->kind == PANE_TABLE && rows_count(v, true) == 0;
}

struct row_id view_step(const struct view *v, struct row_id from, int steps)
{
    // one by one the cursor comes to the steps; the end of the rows is that of the tables
    bool many = steps > 1 && from.kind != ROW_STEP && rows_count(v, false) > 0;
    int count = rows_count(v, !many), at = position(v, from);
    if (count == 0) {
        return from;
    }
    at = at < 0 ? selected_position(v) : at; // of pages that select a row by themselves
    at = at < 0 ? (steps > 1 ? count - 1 : 0) : at + steps;
    at = at < 0 ? 0 : at >= count ? count - 1 : at;
    const struct view_row *row = row_at(v, at);
    return row ? row->id : from;
}

struct row_id view_next_match(const struct view *v, struct row_id from, bool backward)
{
    int count = rows_count(v, true), at = position(v, from);
    for (int i = 0; i < count; i++) {
        at = (at + (backward ? -1 : 1) + count) % count;
        const struct view_row *row = row_at(v, at);
        if (row && !row->context) {
            return row->id;
        }
    }
    return from;
}

// --- places

static bool is_in(struct area a, int x, int y)
{
    return x >= a.x && x < a.x + a.w && y >= a.y && y < a.y + a.h;
}

const struct view_pane *view_pane_at(const struct view *v, int x, int y)
{
    const struct view_pane *around = NULL;
    for (size_t i = 0; i < v->panes_count; i++) {
        if (is_in(v->panes[i].area, x, y)) {
            return &v->panes[i];
        }
        around = !around && is_in(v->panes[i].frame, x, y) ? &v->panes[i] : around;
    }
    return around;
}

struct row_id view_row_at(const struct view_pane *pane, int y)
{
    int at = y - pane->area.y - view_heading_lines(pane);
    if (pane->kind == PANE_TABLE && at >= 0 && at < view_table_room(pane)) {
        size_t row = (size_t)(pane->table->first + at);
        if (row < pane->table->count) {
            return pane->table->rows[row].id;
        }
    }
    return (struct row_id){.index = -1};
}
