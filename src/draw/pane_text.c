#include "base/utf8.h"
#include "draw/chart.h"
#include "draw/pane.h"
#include "draw/paragraph.h"

enum { LEGEND_GAP = 2 };

void pane_verdict(
    struct canvas *c, struct area a, const struct view *v, const struct glyphs *glyphs)
{
    for (size_t i = 0; i < v->runs_count; i++) {
        const struct view_run *run = &v->runs[i];
        if (run->y < a.h) {
            canvas_text(c, a.x + run->x, a.y + run->y, a.w - run->x, run->text, run->role);
        }
    }
    if (v->verdict_cut && a.h > 0) {
        canvas_text(c, a.x + a.w - 1, a.y + a.h - 1, 1, glyphs->ellipsis, ROLE_DIM);
    }
}

struct area pane_title(struct canvas *c, const struct view_pane *pane, const struct glyphs *glyphs)
{
    struct area a = pane->area;
    if (view_title_lines(pane) == 0 || a.h == 0) {
        return a;
    }
    int right = a.x + a.w - 1;
    if (pane->focused) {
        canvas_put(c, a.x + VIEW_INDENT - 2, a.y, glyphs->focus, ROLE_KEY);
    }
    struct str s;
    str_init(&s);
    int x = a.x + VIEW_INDENT;
    utf8_add_fitted(&s, pane->title, right - x, glyphs->ellipsis);
    x += canvas_text(c, x, a.y, right - x, s.text, pane->focused ? ROLE_STRONG : ROLE_TITLE);
    x += LEGEND_GAP;
    str_clear(&s);
    if (pane->off && x < right) {
        utf8_add_words(&s, pane->off, right - x, glyphs->ellipsis);
        x += canvas_text(c, x, a.y, right - x, s.text, ROLE_NOTICE) + LEGEND_GAP;
        str_clear(&s);
    }
    int reserved = pane->then.text ? utf8_width(pane->then.text) + LEGEND_GAP : 0;
    if (pane->legend.text && x < right) {
        bool whole = right - x >= utf8_width(pane->legend.text) + reserved;
        if (whole || pane->legend.role != ROLE_USUAL) {
            utf8_add_words(&s, pane->legend.text, right - x, glyphs->ellipsis);
        }
        if (s.len > 0 && pane_marks_usual(pane) && right - x >= utf8_width(s.text) + reserved + 2) {
            canvas_put(c, x, a.y, glyphs->dashes, ROLE_LINE_USUAL);
            x += 2;
        }
        x += canvas_text(c, x, a.y, right - x, s.text, pane->legend.role);
        x += s.len > 0 ? LEGEND_GAP : 0;
    }
    if (pane->then.text && x < right) {
        str_clear(&s);
        bool narrow = pane->then_narrow && right - x < utf8_width(pane->then.text);
        utf8_add_words(
            &s, narrow ? pane->then_narrow : pane->then.text, right - x, glyphs->ellipsis);
        x += canvas_text(c, x, a.y, right - x, s.text, pane->then.role);
    }
    str_finish(&s);
    if (pane->kind == PANE_HEAT && pane->heat->rows > 0 && right - x > 24) {
        heat_draw_key(c, right, a.y, glyphs);
    }
    return (struct area){a.x, a.y + 1, a.w, a.h - 1};
}

// Of their labels with the blank after each, as far as there is room for values.
static int labels_width(const struct view_pane *pane, int room)
{
    int width = VIEW_FACT_LABEL;
    for (size_t i = 0; i < pane->count; i++) {
        int w = utf8_width(pane->facts[i].label) + 1;
        width = w > width ? w : width;
    }
    return width <= VIEW_FACT_LABEL || width <= room / 2 ? width : room / 2;
}

void pane_facts(struct canvas *c, struct area a, const struct view_pane *pane, int screen_width,
    const struct glyphs *glyphs)
{
    int abreast = view_facts_abreast(pane, screen_width);
    int width = abreast > 1 ? (a.w - VIEW_INDENT) / abreast : a.w - VIEW_INDENT;
    int label = labels_width(pane, width);
    struct str s;
    str_init(&s);
    for (size_t i = 0; i < pane->count; i++) {
        const struct view_fact *fact = &pane->facts[i];
        struct view_fact_place place = view_fact_place(pane, screen_width, i);
        int x = a.x + VIEW_INDENT + place.column * width, y = place.line;
        int room = (place.wide ? a.w - VIEW_INDENT : width) - label - 1;
        if (y >= a.h || room < 1) {
            continue;
        }
        str_clear(&s);
        utf8_add_fitted(&s, fact->label, label - 1, glyphs->ellipsis);
        canvas_text(c, x, a.y + y, label - 1, s.text, ROLE_DIM);
        str_clear(&s);
        utf8_add_fitted(&s, fact->value.text, room, glyphs->ellipsis);
        canvas_text(c, x + label, a.y + y, room, s.text, fact->value.role);
    }
    str_finish(&s);
}

static void draw_entry(struct canvas *c, struct area a, int y, const struct view_entry *entry,
    const struct glyphs *glyphs)
{
    int x = a.x + VIEW_INDENT + (entry->key.text ? VIEW_KEY_WIDTH : 0);
    int lines = view_entry_lines(entry, a.w);
    lines = y + lines > a.h ? a.h - y : lines; // what is cut says so at its end
    if (entry->selected && entry->key.text && y >= 0) {
        canvas_put(c, a.x + VIEW_INDENT - 2, a.y + y, glyphs->focus, ROLE_KEY);
    }
    if (entry->key.text && y >= 0) {
        int room = entry->text.text ? VIEW_KEY_WIDTH - 2 : a.w - VIEW_INDENT;
        canvas_text(c, a.x + VIEW_INDENT, a.y + y, room, entry->key.text, entry->key.role);
    }
    int room = a.x + a.w - x - 1;
    if (!entry->text.text || room < 1) {
        return;
    }
    // an entry whose first lines are scrolled away is drawn on a canvas of its own
    struct canvas lent;
    canvas_init(&lent, room, lines);
    paragraph_draw(&lent, (struct rect){0, 0, room, lines}, entry->text.text, entry->text.role,
        glyphs->ellipsis);
    for (int k = 0; k < lines; k++) {
        for (int i = 0; i < room && y + k >= 0 && y + k < a.h; i++) {
            *canvas_at(c, x + i, a.y + y + k) = *canvas_at(&lent, i, k);
        }
    }
    canvas_finish(&lent);
}

static void select_entry(struct canvas *c, struct area a, int y, int lines)
{
    int top = y < 0 ? 0 : y, end = y + lines < a.h ? y + lines : a.h;
    canvas_select(c, (struct rect){a.x + 1, a.y + top, a.w - 2, end - top});
}

void pane_entries(struct canvas *c, struct area a, const struct view_pane *pane, int scroll,
    const struct glyphs *glyphs)
{
    const struct view_flow flow = view_flow(pane, a.w);
    for (int k = 0; k < flow.columns; k++) {
        struct area column = {a.x + k * flow.width, a.y, flow.width, a.h};
        int y = -scroll;
        for (size_t i = flow.first[k]; i < flow.first[k + 1] && y < a.h; i++) {
            int lines = view_entry_lines(&pane->entries[i], flow.width);
            if (y + lines > 0) {
                draw_entry(c, column, y, &pane->entries[i], glyphs);
            }
            if (y + lines > 0 && pane->entries[i].selected) {
                select_entry(c, column, y, lines);
            }
            y += lines;
        }
    }
}
