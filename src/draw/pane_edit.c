#include "base/line.h"

#include "base/text.h"
#include "base/utf8.h"
#include "draw/line_edit.h"
#include "draw/pane.h"
#include "draw/paragraph.h"

static void draw_caret(
    struct canvas *c, struct area a, const struct view_edit *edit, size_t first, int room)
{
    int at = line_column(edit->text, first, edit->caret - 1);
    at = at < 0 ? 0 : at > room - 1 ? room - 1 : at;
    canvas_put(c, a.x + VIEW_INDENT + at, a.y + 1, '^', ROLE_CRITICAL);
}

void pane_edit(
    struct canvas *c, struct area a, const struct view_edit *edit, const struct glyphs *glyphs)
{
    int room = a.w - VIEW_INDENT - 1, y = 1;
    if (a.h < 1 || room < 1) {
        return;
    }
    size_t first = 0;
    if (edit->active) {
        canvas_put(c, a.x + VIEW_INDENT - 2, a.y, glyphs->focus, ROLE_KEY);
        first = line_draw(c, a.x + VIEW_INDENT, a.y, room, edit->text, edit->cursor, glyphs);
    } else if (edit->caret > 0) {
        first = line_first_shown(edit->text, edit->caret - 1, room);
        canvas_text(c, a.x + VIEW_INDENT, a.y, room, edit->text + first, ROLE_STRONG);
    } else {
        struct str s;
        str_init(&s);
        utf8_add_fitted(&s, edit->text, room, glyphs->ellipsis);
        canvas_text(c, a.x + VIEW_INDENT, a.y, room, s.text, ROLE_STRONG);
        str_finish(&s);
    }
    if (edit->caret > 0 && a.h > 1) {
        draw_caret(c, a, edit, first, room);
        y++;
    }
    for (size_t i = 0; i < edit->sayings_count && y < a.h; i++) {
        struct rect r = {a.x + VIEW_INDENT, a.y + y, view_saying_width(a.w), a.h - y};
        y += paragraph_draw(c, r, edit->sayings[i].text, edit->sayings[i].role, glyphs->ellipsis);
    }
}

static void draw_choice(struct canvas *c, int x, int y, int w, const struct view_choice *choice,
    bool chosen, const struct glyphs *glyphs)
{
    struct str s;
    str_init(&s);
    utf8_add_fitted(&s, choice->text, w, glyphs->ellipsis);
    canvas_text(c, x, y, w, s.text, chosen ? ROLE_STRONG : ROLE_NORMAL);
    if (chosen) {
        canvas_put(c, x - 1, y, glyphs->focus, ROLE_KEY);
        canvas_select(c, (struct rect){x, y, w, 1});
    }
    str_finish(&s);
}

// What the chosen one means, and how many there are no columns for.
static void draw_foot(struct canvas *c, struct area a, const struct view_choices *choices,
    size_t below, const struct glyphs *glyphs)
{
    const struct view_choice *about = &choices->items[choices->chosen < 0 ? 0 : choices->chosen];
    struct arena arena = {0};
    const char *text = about->form ? about->form : "";
    if (below > 0) {
        const char *more =
            arena_printf(&arena, text_count("%zu more", "%zu more", (double)below), below);
        text = *text ? arena_printf(&arena, _("%s; %s"), text, more) : more;
    }
    if (choices->cut) {
        const char *cut = _("the server has more names than listed here");
        text = *text ? arena_printf(&arena, _("%s; %s"), text, cut) : cut;
    }
    int room = view_saying_width(a.w);
    struct str fitted;
    str_init(&fitted);
    utf8_add_words(&fitted, text, room, glyphs->ellipsis);
    canvas_text(c, a.x + VIEW_INDENT, a.y + a.h - 1, room, fitted.text, ROLE_DIM);
    str_finish(&fitted);
    arena_finish(&arena);
}

void pane_choices(struct canvas *c, struct area a, const struct view_choices *choices,
    const struct glyphs *glyphs)
{
    int abreast = view_choices_abreast(choices, a.w), width = view_choices_width(choices, a.w);
    int lines = a.h - 1;
    if (lines < 1 || choices->count == 0) {
        return;
    }
    int chosen = choices->chosen < 0 ? 0 : choices->chosen;
    int first = chosen / abreast - lines + 1;
    first = first < 0 ? 0 : first;
    size_t shown = 0;
    for (int i = first * abreast; i < (int)choices->count && i < (first + lines) * abreast; i++) {
        int x = a.x + VIEW_INDENT + i % abreast * width, y = a.y + i / abreast - first;
        draw_choice(c, x, y, width - 2, &choices->items[i], i == choices->chosen, glyphs);
        shown++;
    }
    draw_foot(c, a, choices, choices->count - shown + choices->left_out, glyphs);
}
