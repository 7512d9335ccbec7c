#include "pages/framing.h"

#include <string.h>

#include "base/text.h"
#include "pages/pages.h"

enum { COLUMNS_FROM = 80, ROWS_FROM = 24 };

static enum layout_frame frame_of(const struct view_pane *pane)
{
    switch (pane->kind) {
    case PANE_VERDICT:
    case PANE_BANNER:
    case PANE_BIG: return FRAME_NONE;
    case PANE_CHART:
    case PANE_HEAT:
    case PANE_FACTS: return pane->title ? FRAME_TITLED : FRAME_ROUND;
    case PANE_ENTRIES: // a remark is no pane to the reader
        return pane->title ? FRAME_TITLED : pane->wish.grow > 0 ? FRAME_ROUND : FRAME_NONE;
    case PANE_EDIT: return pane->title ? FRAME_TITLED : FRAME_ROUND;
    case PANE_TABLE: return FRAME_ROUND;
    case PANE_CHOICES: return FRAME_JOINED;
    }
    return FRAME_NONE;
}

static bool has_usual(const struct view_table *t)
{
    bool any = false;
    for (size_t k = 0; k < t->columns_count; k++) {
        const char *heading = t->columns[k].heading;
        any = any || (heading && strcmp(heading, "usual") == 0);
    }
    return any;
}

// The page is called by its name where its first table is; the numbers there say what they are.
static void name(struct view_pane *pane, const struct view *v, struct arena *a)
{
    for (size_t i = 0; i < v->tabs_count; i++) {
        if (v->tabs[i].active) {
            pane->key = v->tabs[i].key;
            pane->label = v->tabs[i].name;
        }
    }
    if (pane->kind == PANE_TABLE && has_usual(pane->table)) {
        pane->legend =
            (struct view_text){arena_printf(a, _("%s, %s"), v->window, v->usual), ROLE_DIM};
    }
}

// The second table of two with the same columns continues the first.
static bool continues(const struct view_pane *pane, const struct view_pane *before)
{
    return pane->kind == PANE_TABLE && before->kind == PANE_TABLE && !pane->label &&
           pane->table->columns == before->table->columns;
}

// A table with one heading is called by it, and has a line more for its rows.
static void call_by_heading(struct view_pane *pane)
{
    const struct view_table *t = pane->table;
    const char *only = NULL;
    size_t count = 0;
    for (size_t k = 0; k < t->columns_count; k++) {
        const char *heading = t->headings[k];
        bool any = heading && *heading;
        only = any ? heading : only;
        count += any;
    }
    if (count == 1) {
        pane->label = only;
        pane->headless = true;
        pane->wish.least -= pane->wish.least > 1;
        pane->wish.lines -= pane->wish.lines > 1;
        pane->wish.keep -= pane->wish.keep > 1;
    }
}

void framing_wish(struct view *v, struct arena *a, const struct view_input *in)
{
    bool frames = in->columns >= COLUMNS_FROM && in->rows >= ROWS_FROM, named = false;
    for (size_t i = 0; i < v->panes_count; i++) {
        struct view_pane *pane = &v->panes[i];
        pane->wish.frame = frames ? frame_of(pane) : FRAME_NONE;
        if (frames && i > 0 && continues(pane, pane - 1)) {
            pane->wish.frame = FRAME_JOINED;
            pane->table->above = pane[-1].table;
        } else if (pane->wish.frame == FRAME_ROUND && !pane->label && !named) {
            name(pane, v, a);
            named = true;
        } else if (pane->kind == PANE_TABLE && frames && !pane->label) {
            call_by_heading(pane);
        }
    }
}

static bool has_foot(const struct view *v, const struct view_pane *pane)
{
    int end = pane->frame.y + pane->frame.h;
    if (pane->frame.h == 0 || pane->area.y + pane->area.h + 1 != end) {
        return false;
    }
    for (size_t i = 0; i < v->panes_count; i++) {
        if (v->panes[i].frame.h > 0 && v->panes[i].frame.y == end - 1) {
            return false;
        }
    }
    return true;
}

static bool is_shown(const struct view_pane *pane)
{
    bool chart = pane->kind == PANE_CHART && !view_chart_is_empty(pane->chart);
    return pane->area.h > 0 && (chart || (pane->kind == PANE_HEAT && pane->heat->rows > 0));
}

// What stands right below PANE, over the same columns; NULL: nothing, or more than that.
static const struct view_pane *below(const struct view *v, const struct view_pane *pane)
{
    const struct view_pane *next = NULL;
    for (size_t i = 0; i < v->panes_count; i++) {
        const struct view_pane *other = &v->panes[i];
        const struct area *a = &other->area, *b = &pane->area;
        bool nearer = !next || a->y < next->area.y;
        if (a->h > 0 && a->y > b->y && a->x < b->x + b->w && b->x < a->x + a->w && nearer) {
            next = other;
        }
    }
    bool same = next && next->area.x == pane->area.x && next->area.w == pane->area.w;
    return same ? next : NULL;
}

static bool have_same_times(const struct view_pane *a, const struct view_pane *b)
{
    if (!is_shown(a) || !is_shown(b) || a->kind != b->kind) {
        return false;
    }
    if (a->kind == PANE_HEAT) {
        return a->heat->first_ms == b->heat->first_ms && a->heat->last_ms == b->heat->last_ms;
    }
    const struct view_chart *x = a->chart, *y = b->chart;
    return x->first_ms == y->first_ms && x->last_ms == y->last_ms &&
           (x->lines_count > 1) == (y->lines_count > 1) &&
           view_chart_names(x) == view_chart_names(y);
}

static void settle_moments(struct view_pane *pane, struct arena *a, bool timeless)
{
    if (pane->kind == PANE_CHART) {
        struct view_chart *chart = arena_alloc(a, 1, sizeof *chart);
        *chart = *pane->chart;
        chart->moments.timeless = timeless;
        chart->moments.named = pane->foot;
        pane->chart = chart;
    } else {
        struct view_heat *heat = arena_alloc(a, 1, sizeof *heat);
        *heat = *pane->heat;
        heat->shown.timeless = timeless;
        heat->shown.named = pane->foot;
        pane->heat = heat;
    }
}

void framing_settle(struct view *v, struct arena *a)
{
    for (size_t i = 0; i < v->panes_count; i++) {
        struct view_pane *pane = &v->panes[i];
        pane->foot = has_foot(v, pane);
        const struct view_pane *lower = is_shown(pane) ? below(v, pane) : NULL;
        if (is_shown(pane)) {
            settle_moments(pane, a, lower && have_same_times(pane, lower));
        }
    }
}
