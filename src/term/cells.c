#include "term/cells.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "term/stand_in.h"

static bool same(const struct cell *a, const struct cell *b)
{
    bool marks = true;
    for (int i = 0; i < CELL_MARKS; i++) {
        marks = marks && a->marks[i] == b->marks[i];
    }
    return marks && a->glyph == b->glyph && a->width == b->width && a->role == b->role &&
           a->under == b->under && a->shade == b->shade && a->selected == b->selected;
}

/** GLYPH, or what stands for it where the locale cannot show it. */
static wchar_t showable(uint32_t glyph)
{
    if (glyph >= 0x80 && MB_CUR_MAX == 1) {
        return L'?';
    }
    wchar_t given = (wchar_t)stand_in_for(glyph);
    return wcwidth(given) > 0 ? given : (wchar_t)UTF8_REPLACEMENT;
}

_Static_assert(CCHARW_MAX > CELL_MARKS, "ncurses has no room for a glyph with all its marks");

static cchar_t curses_cell(struct palette *palette, const struct cell *cell)
{
    wchar_t text[CELL_MARKS + 2] = {showable(cell->glyph)};
    for (int i = 0; i < CELL_MARKS && MB_CUR_MAX > 1; i++) {
        text[i + 1] = (wchar_t)cell->marks[i];
    }
    enum role role = cell->role < ROLE_COUNT ? (enum role)cell->role : ROLE_NORMAL;
    struct look look = palette_look(palette, role, cell->under, cell->shade, cell->selected);
    cchar_t out;
    setcchar(&out, text, look.attrs, look.pair, NULL);
    return out;
}

/** Gives ncurses the cells of row Y that changed, COLUMNS of them at most. */
static bool show_row(struct cells *c, struct palette *palette, const struct canvas *canvas, int y,
    int columns, bool all)
{
    bool changed = false;
    for (int x = 0; x < columns;) {
        if (!all && same(canvas_at(canvas, x, y), canvas_at(&c->shown, x, y))) {
            x++;
            continue;
        }
        // a wide character is written as a whole
        int start = x > 0 && canvas_at(canvas, x, y)->width == 0 ? x - 1 : x;
        int count = 0;
        x = start;
        do {
            const struct cell *cell = canvas_at(canvas, x++, y);
            if (cell->width > 0) {
                c->line[count++] = curses_cell(palette, cell);
            }
        } while (
            x < columns && (all || !same(canvas_at(canvas, x, y), canvas_at(&c->shown, x, y))));
        mvwadd_wchnstr(stdscr, y, start, c->line, count);
        changed = true;
    }
    return changed;
}

void cells_keep(struct cells *c, const struct canvas *canvas)
{
    if (c->shown.w != canvas->w || c->shown.h != canvas->h) {
        canvas_resize(&c->shown, canvas->w, canvas->h);
    }
    size_t count = (size_t)canvas->w * (size_t)canvas->h;
    if (count) {
        memcpy(c->shown.cells, canvas->cells, count * sizeof *canvas->cells);
    }
}

/** Whether row Y of A has the text of row Z of B, in whatever colours: ncurses looks at no more. */
static bool same_text(const struct canvas *a, int y, const struct canvas *b, int z, int columns)
{
    int x = 0;
    while (
        x < columns && showable(canvas_at(a, x, y)->glyph) == showable(canvas_at(b, x, z)->glyph)) {
        x++;
    }
    return x == columns;
}

/** Whether row Y has the text that one of the rows FROM to Y - 1 had, or one of them that of Y. */
static bool has_moved(
    const struct cells *c, const struct canvas *canvas, int from, int y, int columns)
{
    for (int z = from; z < y; z++) {
        bool changes = !same_text(canvas, z, &c->shown, z, columns);
        if (changes && (same_text(canvas, y, &c->shown, z, columns) ||
                           same_text(canvas, z, &c->shown, y, columns))) {
            return true;
        }
    }
    return false;
}

/**
 * ncurses would take rows that moved for scrolling and scroll parts of the screen, which tears on
 * slow links and is unknown to some terminals. What it looks for are lines that were in one place
 * before and are in one other after; so rows that seem to have moved are sent in parts, none of
 * which has both places in it.
 */
bool cells_show(struct cells *c, struct palette *palette, const struct canvas *canvas, bool all)
{
    int columns = canvas->w < COLS ? canvas->w : COLS;
    int rows = canvas->h < LINES ? canvas->h : LINES;
    if ((size_t)columns > c->line_cap) {
        c->line = mem_resize(c->line, (size_t)columns, sizeof *c->line);
        c->line_cap = (size_t)columns;
    }
    bool changed = false;
    for (int y = 0, from = 0; y < rows; y++) {
        if (!all && has_moved(c, canvas, from, y, columns)) {
            refresh();
            from = y;
        }
        changed = show_row(c, palette, canvas, y, columns, all) || changed;
    }
    return changed;
}

void cells_finish(struct cells *c)
{
    canvas_finish(&c->shown);
    free(c->line);
    *c = (struct cells){0};
}
