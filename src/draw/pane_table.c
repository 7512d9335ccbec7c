#include <string.h>

#include "base/text.h"

#include "base/utf8.h"
#include "draw/pane.h"
#include "draw/spark.h"

enum { SOURCE_GAP = 2 };

/** What a cell is drawn with. */
struct brush {
    struct canvas *canvas;
    const struct glyphs *glyphs;
    const struct column_place *places;
    const struct view_table *table;
    int x; /**< of the pane */
};

static void draw_name(const struct brush *b, int y, const struct column_place *place,
    const char *text, enum role role)
{
    struct str s;
    str_init(&s);
    utf8_add_fitted(&s, text, place->w - 1, b->glyphs->ellipsis);
    canvas_text(b->canvas, b->x + place->x, y, place->w, s.text, role);
    str_finish(&s);
}

static void draw_words(const struct brush *b, int x, int y, int w, const char *text, enum role role)
{
    struct str s;
    str_init(&s);
    utf8_add_words(&s, text, w, b->glyphs->ellipsis);
    canvas_text(b->canvas, x, y, w, s.text, role);
    str_finish(&s);
}

// A span that does not fit says only how long it is: "1h".
static void draw_span(struct canvas *c, int x, int y, int w, const char *text, enum role role)
{
    const char *digits = utf8_width(text) > w ? strpbrk(text, "0123456789") : NULL;
    int length = digits ? (int)strspn(digits, "0123456789.smhdwy") : w;
    canvas_text(c, x, y, length < w ? length : w, digits ? digits : text, role);
}

static void draw_cell(const struct brush *b, int y, size_t column, const char *text, enum role role)
{
    const struct column_place *place = &b->places[column];
    struct canvas *c = b->canvas;
    if (place->w == 0 || !text) {
        return;
    }
    int x = b->x + place->x, width = utf8_width(text);
    switch (b->table->columns[column].kind) {
    case KIND_TREND: draw_span(c, x, y, place->w, text, role); break;
    case KIND_NAME: draw_name(b, y, place, text, role); break;
    case KIND_NUMBER: {
        int room = place->w - 1;
        canvas_text(c, x + place->w - (width < room ? width : room), y, room, text, role);
        break;
    }
    case KIND_MARK: canvas_text(c, x + 1, y, place->w, text, role); break;
    case KIND_CODE:
        if (width <= place->w) {
            canvas_text(c, x, y, place->w, text, role);
        } else {
            int used = canvas_text(c, x, y, place->w - 1, text, role);
            canvas_text(c, x + used, y, 1, b->glyphs->ellipsis, role);
        }
        break;
    case KIND_WORDS: draw_words(b, x, y, place->w, text, role); break;
    }
}

static bool is_said_above(const struct view_table *t, size_t column)
{
    const char *heading = t->headings[column];
    const char *said = t->above ? t->above->headings[column] : NULL;
    return heading && said && strcmp(heading, said) == 0;
}

static void draw_heading(const struct brush *b, int y, size_t column)
{
    const struct view_table *t = b->table;
    const struct column_place *place = &b->places[column];
    if (is_said_above(t, column)) {
        return;
    }
    bool sorted = column > 0 && (int)column == t->sort.column;
    draw_cell(b, y, column, t->headings[column], sorted ? ROLE_STRONG : ROLE_COLUMN);
    if (sorted && place->w > 0) {
        int width = utf8_width(t->headings[column]);
        bool number = t->columns[column].kind == KIND_NUMBER;
        int x = number ? place->w - width - 1 : width;
        bool down = number != t->sort.inverted;
        canvas_put(
            b->canvas, b->x + place->x + x, y, down ? b->glyphs->down : b->glyphs->up, ROLE_KEY);
    }
}

// The name of a source and how it fares, over all columns; how old that is where there is room.
static void draw_source(const struct brush *b, int y, int w, const struct view_row *row)
{
    const struct view_cell *name = &row->cells[COLUMN_NAME];
    const struct view_cell *words = &row->cells[b->table->columns_count - 1];
    int x = b->x + b->places[COLUMN_NAME].x, end = b->x + w - 1;
    draw_cell(b, y, COLUMN_MARK, row->cells[COLUMN_MARK].text, row->cells[COLUMN_MARK].role);
    x += canvas_text(b->canvas, x, y, end - x, name->text, row->context ? ROLE_DIM : name->role);
    x += SOURCE_GAP;
    int aside = row->aside.text ? utf8_width(row->aside.text) : 0;
    bool room = x + utf8_width(words->text) + SOURCE_GAP + aside <= end;
    draw_words(b, x, y, end - x, words->text, row->context ? ROLE_DIM : words->role);
    if (room && aside > 0) {
        canvas_text(b->canvas, end - aside, y, aside, row->aside.text, row->aside.role);
    }
}

static void draw_cells(const struct brush *b, int y, const struct view_row *row)
{
    for (size_t k = 0; k < b->table->columns_count; k++) {
        const struct view_cell *cell = &row->cells[k];
        draw_cell(b, y, k, cell->text, row->context ? ROLE_DIM : cell->role);
        if (b->table->columns[k].kind == KIND_TREND && b->places[k].w > 0) {
            spark_draw(b->canvas, b->x + b->places[k].x, y, b->places[k].w, &row->trend, b->glyphs);
        }
    }
}

static void draw_row(const struct brush *b, int y, int w, const struct view_row *row, bool framed)
{
    if (row->heading) {
        draw_source(b, y, w, row);
    } else {
        draw_cells(b, y, row);
    }
    if (row->stale) {
        canvas_dim(b->canvas, (struct rect){b->x, y, w, 1});
    }
    if (row->selected) {
        canvas_select(b->canvas, (struct rect){b->x + framed, y, w - 2 * framed, 1});
    }
}

// How many, which key brings them, and whether the one at fault is among them.
void table_add_more(struct str *s, const struct view_table *t, int first, int end)
{
    bool culprit = false;
    for (int i = first; i < end; i++) {
        culprit = culprit || t->rows[i].cells[COLUMN_NAME].role == ROLE_CULPRIT;
    }
    str_addf(s,
        first > 0
            ? culprit ? _("%d more below (PgDn), including the culprit") : _("%d more below (PgDn)")
        : culprit ? _("%d more above (PgUp), including the culprit")
                  : _("%d more above (PgUp)"),
        end - first);
}

static void draw_more(
    struct canvas *c, struct area a, int y, const struct view_table *t, int first, int end)
{
    struct str s;
    str_init(&s);
    table_add_more(&s, t, first, end);
    canvas_fill(c, (struct rect){a.x, a.y + y, a.w, 1}, ' ', ROLE_NORMAL);
    canvas_text(c, a.x + VIEW_INDENT, a.y + y, a.w - VIEW_INDENT, s.text, ROLE_DIM);
    str_finish(&s);
}

void pane_table(struct canvas *c, struct area a, const struct view_pane *pane,
    const struct column_place *columns, const struct glyphs *glyphs)
{
    const struct view_table *t = pane->table;
    if (a.h == 0) {
        return;
    }
    const struct brush b = {c, glyphs, columns, t, a.x};
    for (size_t k = 0; k < t->columns_count && !pane->headless; k++) {
        draw_heading(&b, a.y, k);
    }
    bool framed = pane->frame.h > 0;
    if (pane->focused && !framed && columns[COLUMN_MARK].w > 0) {
        canvas_put(c, a.x + VIEW_INDENT - 2, a.y, glyphs->focus, ROLE_KEY);
    }
    int head = view_heading_lines(pane), room = a.h - head;
    if (t->count == 0 && t->hidden > 0 && room > 0) {
        canvas_text(
            c, a.x + VIEW_INDENT, a.y + head, a.w - VIEW_INDENT, _("no row matches"), ROLE_DIM);
    }
    for (int i = 0; i < room && t->first + i < (int)t->count; i++) {
        draw_row(&b, a.y + head + i, a.w, &t->rows[t->first + i], framed);
    }
    if (pane->foot) {
        return;
    }
    if ((int)t->count > t->first + room && room > 1) { // never hide rows silently
        draw_more(c, a, head + room - 1, t, t->first + room - 1, (int)t->count);
    }
    if (t->first > 0 && room > 2) {
        draw_more(c, a, head, t, 0, t->first + 1);
    }
}
