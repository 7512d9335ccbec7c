#include "draw/frame.h"

#include "base/utf8.h"
#include "draw/chart.h"
#include "draw/pane.h"

enum { NAMES_LEAST = 14, WORDS_LEAST = 10 };

/** How the tables of a page that have the same columns share a width. */
struct sharing {
    const struct view_column *columns;
    size_t count;
    int names, words;           /**< the widest */
    size_t matters;             /**< a column with bad news that narrow screens would leave out */
    int wide[VIEW_COLUMNS_MAX]; /**< the headings, with the blank before each */
};

static int widest(const struct view_table *t, size_t column, int least)
{
    const char *heading = t->headings[column]; // it may say more than what is below it
    int named = heading && (t->count > 0 || column == COLUMN_NAME) ? utf8_width(heading) : 0;
    least = named > least ? named : least;
    for (size_t i = 0; i < t->count; i++) {
        const char *text = t->rows[i].heading ? NULL : t->rows[i].cells[column].text;
        int w = text ? utf8_width(text) : 0;
        least = w > least ? w : least;
    }
    return least;
}

static size_t bad_news(const struct view_table *t, size_t known)
{
    for (size_t i = 0; i < t->count; i++) {
        for (size_t k = COLUMN_CHANGE + 1; k < t->columns_count; k++) {
            enum role role = t->rows[i].cells[k].role;
            bool bad = role == ROLE_WARNING || role == ROLE_CRITICAL;
            if (bad && t->columns[k].kind == KIND_NUMBER) {
                return k;
            }
        }
    }
    return known;
}

static void share(struct sharing *s, const struct view_table *t)
{
    if (t->columns != s->columns) {
        return;
    }
    for (size_t k = 0; k < s->count; k++) {
        int width = t->headings[k] ? utf8_width(t->headings[k]) + 1 : 0;
        s->wide[k] = width > s->wide[k] ? width : s->wide[k];
    }
    s->names = widest(t, COLUMN_NAME, s->names);
    s->words = widest(t, s->count - 1, s->words);
    s->matters = bad_news(t, s->matters);
}

static struct sharing sharing_of(const struct view_table *t)
{
    return (struct sharing){.columns = t->columns,
        .count = t->columns_count,
        .names = NAMES_LEAST,
        .words = WORDS_LEAST};
}

// The columns of S, none of numbers narrower than its heading.
static void widen(struct view_column out[VIEW_COLUMNS_MAX], const struct sharing *s)
{
    for (size_t k = 0; k < s->count; k++) {
        out[k] = s->columns[k];
        bool widens = out[k].kind == KIND_NUMBER && s->wide[k] > out[k].width;
        out[k].width = widens ? s->wide[k] : out[k].width;
    }
}

static void place_columns(struct column_place *out, const struct sharing *s, int width)
{
    struct view_column columns[VIEW_COLUMNS_MAX];
    widen(columns, s);
    layout_columns(out, width, columns, s->count, s->names + 1, s->words, s->matters);
}

static void draw_table(struct canvas *c, const struct view *v, const struct view_pane *pane,
    const struct glyphs *glyphs)
{
    struct column_place places[VIEW_COLUMNS_MAX];
    struct sharing s = sharing_of(pane->table);
    for (size_t i = 0; i < v->panes_count; i++) {
        if (v->panes[i].kind == PANE_TABLE) {
            share(&s, v->panes[i].table);
        }
    }
    place_columns(places, &s, pane->area.w - 1);
    pane_table(c, pane->area, pane, places, glyphs);
}

// Where a page has a text that scrolls, what stands above it does not.
static int scroll_of(const struct view *v, const struct view_pane *pane)
{
    bool any = false;
    for (size_t i = 0; i < v->panes_count; i++) {
        any = any || (v->panes[i].kind == PANE_ENTRIES && v->panes[i].wish.grow > 0);
    }
    return any && pane->wish.grow == 0 ? 0 : v->scroll;
}

// The columns that the widest of the big numbers takes.
static int widest_big(const struct view *v)
{
    int widest = 0;
    for (size_t i = 0; i < v->panes_count; i++) {
        const struct view_pane *pane = &v->panes[i];
        int width = pane->kind == PANE_BIG ? pane_big_width(pane->area, pane->big) : 0;
        widest = width > widest ? width : widest;
    }
    return widest;
}

static void draw_pane(struct canvas *c, const struct view *v, const struct view_pane *pane,
    const struct glyphs *glyphs)
{
    if (pane->area.h == 0 || pane->area.w == 0) {
        return;
    }
    struct area body = pane_title(c, pane, glyphs);
    switch (pane->kind) {
    case PANE_VERDICT: pane_verdict(c, body, v, glyphs); break;
    case PANE_TABLE: draw_table(c, v, pane, glyphs); break;
    case PANE_CHART: chart_draw(c, body, pane->chart, glyphs); break;
    case PANE_HEAT: heat_draw(c, body, pane->heat, glyphs); break;
    case PANE_FACTS: pane_facts(c, body, pane, c->w, glyphs); break;
    case PANE_ENTRIES: pane_entries(c, body, pane, scroll_of(v, pane), glyphs); break;
    case PANE_EDIT: pane_edit(c, body, pane->edit, glyphs); break;
    case PANE_CHOICES: pane_choices(c, body, pane->choices, glyphs); break;
    case PANE_BIG: pane_big(c, body, pane->big, widest_big(v), glyphs); break;
    case PANE_BANNER: pane_banner(c, body, pane->banner, glyphs); break;
    }
}

void frame_draw(struct canvas *c, const struct view *v, enum glyph_set set)
{
    const struct glyphs *glyphs = glyphs_of(set);
    canvas_resize(c, c->w, c->h);
    pane_header(c, v->header, v, glyphs);
    for (size_t i = 0; i < v->panes_count; i++) {
        draw_pane(c, v, &v->panes[i], glyphs);
        if (v->panes[i].stale) {
            struct area area = v->panes[i].area;
            canvas_dim(c, (struct rect){area.x, area.y, area.w, area.h});
        }
    }
    pane_frames(c, v, glyphs);
    pane_bar(c, v->bar_area, v, glyphs);
    pane_status(c, v->status, v, glyphs);
    if (set == GLYPHS_ASCII) {
        canvas_make_ascii(c);
    }
}

// --- tables alone, for reports

static struct sharing sharing_of_report(const struct view *v)
{
    struct sharing s = sharing_of(&v->stages);
    share(&s, &v->stages);
    share(&s, &v->tools);
    return s;
}

int frame_table_width(const struct view *v, int most)
{
    struct sharing s = sharing_of_report(v);
    struct view_column columns[VIEW_COLUMNS_MAX];
    widen(columns, &s);
    int width = layout_table_width(columns, s.count, s.names + 1, s.words);
    return most && width > most ? most : width;
}

static int table_lines(const struct view_table *t)
{
    return t->count > 0 ? (int)t->count + 1 : 0;
}

int frame_table_height(const struct view *v)
{
    return table_lines(&v->stages) + (v->tools.count > 0 ? 1 + table_lines(&v->tools) : 0);
}

void frame_draw_tables(struct canvas *c, const struct view *v, enum glyph_set set)
{
    const struct view_table *const tables[] = {&v->stages, &v->tools};
    struct column_place places[VIEW_COLUMNS_MAX];
    struct sharing s = sharing_of_report(v);
    canvas_resize(c, c->w, c->h);
    place_columns(places, &s, c->w);
    int y = 0;
    for (size_t i = 0; i < 2; i++) {
        struct view_table whole = *tables[i];
        whole.first = 0;
        const struct view_pane pane = {.kind = PANE_TABLE, .table = &whole};
        int lines = table_lines(&whole);
        if (lines > 0) {
            pane_table(c, (struct area){0, y, c->w, lines}, &pane, places, glyphs_of(set));
        }
        y += lines + 1;
    }
    if (set == GLYPHS_ASCII) {
        canvas_make_ascii(c);
    }
}
