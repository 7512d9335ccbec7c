#include "draw/frame.h"

#include "base/utf8.h"
#include "draw/pane.h"
#include "draw/paragraph.h"
#include "draw/spark.h"

enum { MARK_WIDTH = 4, CHART_LEAST = 6 };

static int widest(const struct view_table *t, enum column column, int least)
{
    for (size_t i = 0; i < t->count; i++) {
        const char *text = t->rows[i].cells[column].text;
        int w = text ? utf8_width(text) : 0;
        least = w > least ? w : least;
    }
    return least;
}

static bool errors_matter(const struct view_table *t)
{
    for (size_t i = 0; i < t->count; i++) {
        enum role role = t->rows[i].cells[COLUMN_ERRORS].role;
        if (role == ROLE_WARNING || role == ROLE_CRITICAL) {
            return true;
        }
    }
    return false;
}

static void place_columns(struct column_place out[COLUMN_COUNT], const struct view *v, int width)
{
    int names = widest(&v->tools, COLUMN_NAME, widest(&v->stages, COLUMN_NAME, 14)) + 1;
    int verdict = widest(&v->tools, COLUMN_VERDICT, widest(&v->stages, COLUMN_VERDICT, 10));
    layout_columns(out, width, names, verdict, errors_matter(&v->stages));
}

// With room for ROOM charts, the first one shown so that the selected row's is among them.
static size_t first_chart(const struct view *v, size_t room)
{
    for (size_t i = 0; i < v->charts_count; i++) {
        if (v->charts[i].selected && i >= room) {
            return i - room + 1;
        }
    }
    return 0;
}

static void draw_charts(
    struct canvas *c, struct area a, const struct view *v, const struct glyphs *glyphs)
{
    size_t room = (size_t)(a.h / CHART_LEAST);
    size_t count = v->charts_count < room ? v->charts_count : room;
    size_t first = first_chart(v, room);
    for (size_t i = 0; i < count; i++) {
        int top = a.h * (int)i / (int)count;
        int end = a.h * (int)(i + 1) / (int)count;
        bool air = end - top > CHART_LEAST && i + 1 < count;
        struct rect place = {a.x, a.y + top, a.w, end - top - air};
        chart_draw(c, place, &v->charts[first + i], glyphs);
    }
}

// Old numbers stay, but nothing of them looks alive.
static void dim_if_stale(struct canvas *c, const struct view *v, int top, int end)
{
    for (int y = top; v->stale && y < end; y++) {
        for (int x = 0; x < c->w; x++) {
            canvas_at(c, x, y)->role = ROLE_STALE;
        }
    }
}

static void draw_incident(struct canvas *c, const struct view *v, const struct glyphs *glyphs)
{
    int text_width = c->w - MARK_WIDTH - 1;
    struct layout l = layout_page(c->w, c->h,
        (struct layout_wish){
            .verdict = text_width > 0 ? paragraph_lines(v->summary.text, text_width) : 1,
            .stages = (int)v->stages.count,
            .tools = (int)v->tools.count});
    struct column_place columns[COLUMN_COUNT];
    place_columns(columns, v, c->w - 1);
    pane_header(c, l.header, v);
    pane_verdict(c, l.verdict, v, glyphs);
    pane_table(c, l.stages, &v->stages, columns, glyphs);
    pane_table(c, l.tools, &v->tools, columns, glyphs);
    draw_charts(c, l.chart, v, glyphs);
    dim_if_stale(c, v, l.stages.y, c->h - l.status.h);
    pane_status(c, l.status, v, glyphs);
}

static void draw_detail(struct canvas *c, const struct view *v, const struct glyphs *glyphs)
{
    struct layout l = layout_page(c->w, c->h, (struct layout_wish){.verdict = 1});
    struct area body = {0, l.verdict.y, c->w, c->h - l.verdict.y - l.status.h};
    pane_header(c, l.header, v);
    int used = pane_facts(c, body, v, glyphs) + 1;
    size_t chart = first_chart(v, 1);
    if (body.h - used >= 6 && chart < v->charts_count) {
        struct rect rest = {0, body.y + used, body.w, body.h - used};
        chart_draw(c, rest, &v->charts[chart], glyphs);
    }
    dim_if_stale(c, v, body.y, body.y + body.h);
    pane_status(c, l.status, v, glyphs);
}

static void draw_help(struct canvas *c, const struct view *v, const struct glyphs *glyphs)
{
    struct layout l = layout_page(c->w, c->h, (struct layout_wish){.verdict = 1});
    pane_header(c, l.header, v);
    pane_help(c, (struct area){0, l.verdict.y, c->w, c->h - l.verdict.y - l.status.h}, v);
    pane_status(c, l.status, v, glyphs);
}

void frame_draw(struct canvas *c, const struct view *v, bool ascii)
{
    const struct glyphs *glyphs = ascii ? &glyphs_ascii : &glyphs_unicode;
    canvas_resize(c, c->w, c->h);
    switch (v->page) {
    case PAGE_INCIDENT: draw_incident(c, v, glyphs); break;
    case PAGE_DETAIL: draw_detail(c, v, glyphs); break;
    case PAGE_HELP: draw_help(c, v, glyphs); break;
    }
    if (ascii) {
        canvas_make_ascii(c);
    }
}

int frame_table_width(const struct view *v, int most)
{
    int names = widest(&v->tools, COLUMN_NAME, widest(&v->stages, COLUMN_NAME, 14)) + 1;
    int width = layout_table_width(
        names, widest(&v->tools, COLUMN_VERDICT, widest(&v->stages, COLUMN_VERDICT, 10)));
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

void frame_draw_tables(struct canvas *c, const struct view *v, bool ascii)
{
    const struct glyphs *glyphs = ascii ? &glyphs_ascii : &glyphs_unicode;
    struct column_place columns[COLUMN_COUNT];
    canvas_resize(c, c->w, c->h);
    place_columns(columns, v, c->w);
    int lines = table_lines(&v->stages);
    pane_table(c, (struct area){0, 0, c->w, lines}, &v->stages, columns, glyphs);
    pane_table(
        c, (struct area){0, lines + 1, c->w, table_lines(&v->tools)}, &v->tools, columns, glyphs);
    if (ascii) {
        canvas_make_ascii(c);
    }
}
