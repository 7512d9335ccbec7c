#include "app/pointed.h"

#include <string.h>

#include "app/action.h"
#include "app/app.h"
#include "app/move.h"
#include "base/utf8.h"
#include "view/order.h"

enum { GAP = 2 /**< at least, between one key and the next */ };

static const struct cell *cell_at(const struct app *app, int x, int y)
{
    const struct canvas *c = &app->canvas;
    return x >= 0 && x < c->w && y >= 0 && y < c->h ? canvas_at(c, x, y) : NULL;
}

static bool is_blank(const struct cell *cell)
{
    return !cell || cell->glyph == ' ' || cell->glyph == 0;
}

// --- keys of the last line

static bool is_key(const struct cell *cell)
{
    return cell && cell->role == ROLE_KEY && !is_blank(cell);
}

// A key stands before what it does, with one blank between them.
static int begin_of_key(const struct app *app, int x, int y)
{
    int blanks = 0;
    while (x >= 0 && blanks < GAP && !is_key(cell_at(app, x, y))) {
        blanks = is_blank(cell_at(app, x--, y)) ? blanks + 1 : 0;
    }
    if (!is_key(cell_at(app, x, y))) {
        return -1;
    }
    while (is_key(cell_at(app, x - 1, y))) {
        x--;
    }
    return x;
}

/** The key whose name begins at X; KEY_CODE_NONE: none. */
static keystroke key_at(const struct app *app, int x, int y)
{
    struct str name, why;
    keystroke key = KEY_CODE_NONE;
    str_init(&name);
    str_init(&why);
    for (const struct cell *cell; is_key(cell = cell_at(app, x, y)) && cell; x++) {
        utf8_add(&name, cell->glyph);
    }
    bool good = name.len > 0 && key_parse(name.text, name.len, &key, &why);
    str_finish(&name);
    str_finish(&why);
    return good ? key : KEY_CODE_NONE;
}

// --- headings

/** Whether TEXT stands in row Y from X on. */
static bool stands_at(const struct app *app, const char *text, int x, int y)
{
    while (*text) {
        uint32_t glyph = utf8_next(&text);
        const struct cell *cell = cell_at(app, x, y);
        if (!cell || cell->glyph != glyph) {
            return false;
        }
        x += cell->width > 0 ? cell->width : 1;
    }
    return true;
}

static bool covers(const struct app *app, const char *heading, int x, int y)
{
    int width = heading ? utf8_width(heading) : 0;
    for (int from = x - width + 1; from <= x && width > 0; from++) {
        if (stands_at(app, heading, from, y)) {
            return true;
        }
    }
    return false;
}

/** The column of T whose heading stands at X, Y and by which it can be sorted; -1: none. */
static int column_at(const struct app *app, const struct view_table *t, int x, int y)
{
    int found = -1, widest = 0;
    for (int k = 1; k < (int)t->columns_count; k++) {
        int width = t->headings[k] ? utf8_width(t->headings[k]) : 0;
        if (width > widest && order_sorts_by(t, k) && covers(app, t->headings[k], x, y)) {
            found = k;
            widest = width;
        }
    }
    return found;
}

static bool is_above_rows(const struct view_pane *pane, int y)
{
    int last = pane->area.y;
    while (last < pane->area.y + pane->area.h && view_row_at(pane, last).index == -1) {
        last++;
    }
    return y < last;
}

bool pointed_run(struct app *app, int x, int y, unsigned *reaction)
{
    struct area status = app->view.status;
    if (status.h > 0 && y == status.y) {
        int begin = app->view.prompt ? -1 : begin_of_key(app, x, y);
        keystroke key = begin < 0 ? KEY_CODE_NONE : key_at(app, begin, y);
        *reaction = key == KEY_CODE_NONE ? REACTION_NONE : action_run(app, key);
        return true;
    }
    const struct view_pane *pane = view_pane_at(&app->view, x, y);
    if (!pane || pane->kind != PANE_TABLE || !is_above_rows(pane, y)) {
        return false;
    }
    int column = column_at(app, pane->table, x, y);
    if (column < 0) {
        return false;
    }
    struct view_sort now = app->state.sort[app->state.page];
    bool inverted = now.column == column && !now.inverted;
    *reaction = move_sort(app, (struct view_sort){.column = column, .inverted = inverted});
    return true;
}
