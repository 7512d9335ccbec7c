#include <string.h>

#include "base/utf8.h"
#include "draw/pane.h"
#include "draw/spark.h"

static bool is_number(enum column column)
{
    return column >= COLUMN_NOW && column <= COLUMN_RATE;
}

static void draw_cell(struct canvas *c, int y, enum column column, const struct column_place *place,
    const char *text, enum role role, const struct glyphs *glyphs)
{
    if (place->w == 0 || !text) {
        return;
    }
    struct str s;
    str_init(&s);
    int width = utf8_width(text);
    if (column == COLUMN_TREND) { // a heading that does not fit says only how long: "1h"
        const char *last = strrchr(text, ' ');
        canvas_text(c, place->x, y, place->w, width > place->w && last ? last + 1 : text, role);
    } else if (column == COLUMN_NAME) {
        utf8_add_fitted(&s, text, place->w - 1, glyphs->ellipsis);
        canvas_text(c, place->x, y, place->w, s.text, role);
    } else if (is_number(column)) {
        int room = place->w - 1;
        canvas_text(c, place->x + place->w - (width < room ? width : room), y, room, text, role);
    } else if (width <= place->w) {
        canvas_text(c, place->x + (column == COLUMN_MARK), y, place->w, text, role);
    } else {
        int used = canvas_text(c, place->x, y, place->w - 1, text, role);
        canvas_text(c, place->x + used, y, 1, glyphs->ellipsis, role);
    }
    str_finish(&s);
}

static void draw_row(struct canvas *c, int y, int w, const struct view_row *row,
    const struct column_place *columns, const struct glyphs *glyphs)
{
    for (int k = 0; k < COLUMN_COUNT; k++) {
        const struct view_text *cell = &row->cells[k];
        draw_cell(c, y, (enum column)k, &columns[k], cell->text, cell->role, glyphs);
    }
    const struct column_place *trend = &columns[COLUMN_TREND];
    if (trend->w > 0) {
        spark_draw(c, trend->x, y, trend->w, &row->trend, glyphs);
    }
    if (row->selected) {
        canvas_select(c, (struct rect){0, y, w, 1});
    }
}

static void draw_more(struct canvas *c, struct area a, int y, int count, const char *where)
{
    struct str s;
    str_init(&s);
    str_addf(&s, "%d more %s", count, where);
    canvas_fill(c, (struct rect){0, a.y + y, a.w, 1}, ' ', ROLE_NORMAL);
    canvas_text(c, 4, a.y + y, a.w - 4, s.text, ROLE_DIM);
    str_finish(&s);
}

void pane_table(struct canvas *c, struct area a, const struct view_table *t,
    const struct column_place *columns, const struct glyphs *glyphs)
{
    if (a.h == 0 || t->count == 0) {
        return;
    }
    for (int k = 0; k < COLUMN_COUNT; k++) {
        draw_cell(c, a.y, (enum column)k, &columns[k], t->headings[k], ROLE_COLUMN, glyphs);
    }
    int room = a.h - 1;
    int first = 0;
    for (int i = 0; i < (int)t->count; i++) {
        // the last line may have to say how many more there are
        int reserve = room > 1 && i + 1 < (int)t->count;
        if (t->rows[i].selected && i + 1 + reserve > room) {
            first = i + 1 + reserve - room;
        }
    }
    for (int i = 0; i < room && first + i < (int)t->count; i++) {
        draw_row(c, a.y + 1 + i, a.w, &t->rows[first + i], columns, glyphs);
    }
    int below = (int)t->count - first - room;
    if (below > 0 && room > 1) { // never hide rows silently
        draw_more(c, a, room, below + 1, "below");
    }
    if (first > 0 && room > 2) {
        draw_more(c, a, 1, first + 1, "above");
    }
}
