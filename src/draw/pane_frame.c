#include <math.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/utf8.h"
#include "draw/chart.h"
#include "draw/pane.h"
#include "draw/plot.h"

enum { LEFT = 1, RIGHT = 2, UP = 4, DOWN = 8, TITLE_X = 2, GAP = 2, KEY_FROM = 24 };

// The directions in which the line in the cell at X, Y goes.
static int ways_of(const struct canvas *c, int x, int y, const struct glyphs *glyphs)
{
    const struct cell *cell = canvas_at(c, x, y);
    bool drawn = cell && (cell->role == ROLE_BORDER || cell->role == ROLE_BORDER_FOCUS);
    for (int i = 0; drawn && i < GLYPH_WAYS; i++) {
        if (glyphs->frame[i] == cell->glyph) {
            return i;
        }
    }
    return 0;
}

// What two frames have in common is of the line that both make.
static void join(struct canvas *c, int x, int y, int ways, enum role role, const struct glyphs *g)
{
    canvas_put(c, x, y, g->frame[ways_of(c, x, y, g) | ways], role);
}

static void draw_box(struct canvas *c, struct area a, enum role role, const struct glyphs *glyphs)
{
    int right = a.x + a.w - 1, end = a.y + a.h - 1;
    for (int x = a.x + 1; x < right; x++) {
        join(c, x, a.y, LEFT | RIGHT, role, glyphs);
        join(c, x, end, LEFT | RIGHT, role, glyphs);
    }
    for (int y = a.y + 1; y < end; y++) {
        canvas_put(c, a.x, y, glyphs->frame[UP | DOWN], role);
        canvas_put(c, right, y, glyphs->frame[UP | DOWN], role);
    }
    join(c, a.x, a.y, RIGHT | DOWN, role, glyphs);
    join(c, right, a.y, LEFT | DOWN, role, glyphs);
    join(c, a.x, end, RIGHT | UP, role, glyphs);
    join(c, right, end, LEFT | UP, role, glyphs);
}

// Two panes that one frame goes round have the focus as one.
static bool has_focus(const struct view *v, const struct view_pane *pane)
{
    for (size_t i = 0; i < v->panes_count; i++) {
        const struct area *a = &v->panes[i].frame, *b = &pane->frame;
        if (v->panes[i].focused && a->y == b->y && a->x == b->x && a->h == b->h) {
            return true;
        }
    }
    return false;
}

bool pane_marks_usual(const struct view_pane *pane)
{
    return pane->kind == PANE_CHART && pane->legend.role == ROLE_USUAL &&
           !isnan(pane->chart->usual);
}

/** The free part of a border, from both ends. */
struct edge {
    struct canvas *canvas;
    const struct glyphs *glyphs;
    int y, left, right;
};

static void put_left(struct edge *e, const char *text, enum role role)
{
    int room = e->right - e->left;
    if (text && *text && room > GAP) {
        struct str s;
        str_init(&s);
        utf8_add_fitted(&s, text, room - 1, e->glyphs->ellipsis);
        e->left += canvas_text(e->canvas, e->left, e->y, room, s.text, role);
        e->left += canvas_text(e->canvas, e->left, e->y, 1, " ", ROLE_BORDER);
        str_finish(&s);
    }
}

// Whole, or not at all unless it MATTERS: then as many words as there is room for.
static bool put_right(struct edge *e, const char *text, enum role role, bool matters)
{
    int width = text ? utf8_width(text) : 0, room = e->right - e->left - GAP;
    if (width == 0 || room < 1 || (width + 1 > room && !matters)) {
        return false;
    }
    struct str s;
    str_init(&s);
    utf8_add_words(&s, text, width + 1 > room ? room - 1 : width, e->glyphs->ellipsis);
    width = utf8_width(s.text);
    if (width > 0) {
        int x = e->right - width - 1;
        canvas_text(e->canvas, x - 1, e->y, 1, " ", ROLE_BORDER);
        canvas_text(e->canvas, x, e->y, width, s.text, role);
        canvas_text(e->canvas, x + width, e->y, 1, " ", ROLE_BORDER);
        e->right = x - 1;
    }
    str_finish(&s);
    return width > 0;
}

static void draw_title(
    struct canvas *c, const struct view_pane *pane, bool focus, const struct glyphs *glyphs)
{
    enum role border = focus ? ROLE_BORDER_FOCUS : ROLE_BORDER;
    struct edge e = {
        c, glyphs, pane->frame.y, pane->frame.x + TITLE_X, pane->frame.x + pane->frame.w - 1};
    const char *text = pane->title ? pane->title : pane->label;
    if (text && e.right - e.left > GAP) {
        canvas_put(c, e.left - 1, e.y, focus ? glyphs->tab[0] : glyphs->frame[LEFT], border);
        e.left += canvas_text(c, e.left, e.y, 1, " ", border);
        put_left(&e, pane->key, ROLE_KEY);
        enum role title = pane->title_role ? pane->title_role : ROLE_TITLE;
        put_left(&e, text, focus && title == ROLE_TITLE ? ROLE_STRONG : title);
        if (focus) {
            canvas_put(c, e.left, e.y, glyphs->tab[1], border);
        }
    }
    if (pane->kind == PANE_HEAT && pane->heat->rows > 0 && e.right - e.left > KEY_FROM) {
        canvas_text(c, e.right - 2, e.y, 1, " ", border);
        e.right = heat_draw_key(c, e.right - 2, e.y, glyphs);
    }
    put_right(&e, pane->off, ROLE_NOTICE, true);
    const char *then = pane->then.text;
    if (then) {
        bool narrow = utf8_width(then) + GAP + 1 > e.right - e.left;
        put_right(
            &e, narrow && pane->then_narrow ? pane->then_narrow : then, pane->then.role, true);
    }
    bool shown = put_right(&e, pane->legend.text, pane->legend.role,
        pane->legend.role != ROLE_USUAL && pane->legend.role != ROLE_DIM);
    if (shown && pane_marks_usual(pane) && e.right - e.left > GAP) {
        canvas_put(c, e.right - 1, e.y, glyphs->dashes, ROLE_LINE_USUAL);
        canvas_text(c, e.right - 2, e.y, 1, " ", border);
    }
}

// What happened, below where it did: in words where there is room for them, else by its sign.
static void draw_event(struct edge *e, struct rect plot, const struct view_event *event, int column)
{
    int x = plot.x + column, end = x + 1;
    if (x < e->left || x >= e->right) {
        return; // another one is there
    }
    struct str s;
    str_init(&s);
    str_addf(&s, " %s ", _(event->kind));
    clock_add_local(&s, event->at_ms, "%H:%M ");
    canvas_put(e->canvas, x, e->y, e->glyphs->frame[LEFT | RIGHT | UP], ROLE_NOTICE);
    if (end + utf8_width(s.text) <= e->right) {
        end += canvas_text(e->canvas, end, e->y, e->right - end, s.text, ROLE_NOTICE);
    } else if (end < e->right) {
        canvas_put(e->canvas, end++, e->y, (uint32_t)event->sign, ROLE_NOTICE);
    }
    e->left = end;
    str_finish(&s);
}

static void draw_events(struct canvas *c, const struct view_pane *pane, struct rect plot,
    const struct view_moments *moments, const int64_t range[2], const struct glyphs *glyphs)
{
    struct edge e = {c, glyphs, pane->frame.y + pane->frame.h - 1, pane->frame.x + TITLE_X,
        pane->frame.x + pane->frame.w - 1};
    for (size_t i = 0; i < moments->events_count; i++) {
        int column = plot_column(plot, moments->events[i].at_ms, range[0], range[1]);
        if (column >= 0) {
            draw_event(&e, plot, &moments->events[i], column);
        }
    }
}

static void draw_foot(struct canvas *c, const struct view_pane *pane, const struct glyphs *glyphs)
{
    if (pane->kind == PANE_CHART && pane->chart->moments.named) {
        const struct view_chart *chart = pane->chart;
        draw_events(c, pane, chart_plot(pane->area, chart, glyphs), &chart->moments,
            (const int64_t[]){chart->first_ms, chart->last_ms}, glyphs);
    }
    if (pane->kind == PANE_HEAT && pane->heat->shown.named) {
        const struct view_heat *heat = pane->heat;
        draw_events(c, pane, heat_plot(pane->area, heat), &heat->shown,
            (const int64_t[]){heat->first_ms, heat->last_ms}, glyphs);
    }
    if (!pane->foot || pane->kind != PANE_TABLE) {
        return;
    }
    const struct view_table *t = pane->table;
    struct edge e = {c, glyphs, pane->frame.y + pane->frame.h - 1, pane->frame.x + TITLE_X,
        pane->frame.x + pane->frame.w - 1};
    int end = t->first + view_table_room(pane);
    struct str s;
    str_init(&s);
    if (end < (int)t->count) {
        table_add_more(&s, t, end, (int)t->count);
        put_right(&e, s.text, ROLE_NORMAL, true);
    }
    str_clear(&s);
    if (t->first > 0) {
        table_add_more(&s, t, 0, t->first);
        put_right(&e, s.text, ROLE_NORMAL, true);
    }
    str_finish(&s);
}

void pane_frames(struct canvas *c, const struct view *v, const struct glyphs *glyphs)
{
    for (int focus = 0; focus < 2; focus++) { // its border lies above those it shares
        for (size_t i = 0; i < v->panes_count; i++) {
            const struct view_pane *pane = &v->panes[i];
            if (pane->frame.h > 0 && has_focus(v, pane) == (focus > 0)) {
                draw_box(c, pane->frame, focus ? ROLE_BORDER_FOCUS : ROLE_BORDER, glyphs);
            }
        }
    }
    for (size_t i = 0; i < v->panes_count; i++) {
        const struct view_pane *pane = &v->panes[i];
        if (pane->frame.h > 0 && pane->area.y == pane->frame.y + 1) {
            draw_title(c, pane, has_focus(v, pane), glyphs);
        }
        if (pane->frame.h > 0) {
            draw_foot(c, pane, glyphs);
        }
    }
}
