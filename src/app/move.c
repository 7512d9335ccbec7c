#include "app/move.h"

#include <string.h>

#include "app/app.h"
#include "app/pages_go.h"
#include "app/pointed.h"
#include "base/names.h"
#include "base/text.h"
#include "term/term.h"
#include "view/order.h"

enum { ROWS_MANY = 10000, WHEEL_LINES = 3 };

static unsigned move(struct app *app, int steps)
{
    struct view_state *s = &app->state;
    if (app->view.choices > 0) {
        int to = s->choice + steps, last = app->view.choices - 1;
        s->choice = to < 0 ? 0 : to > last ? last : to;
    } else if (pages_is_text(app)) {
        int to = app->view.scroll + steps;
        s->scroll = to < 0 ? 0 : to > app->view.scroll_most ? app->view.scroll_most : to;
    } else if (s->selected.kind == ROW_READY && s->selected.index == 0 && steps == -1) {
        query_edit(app, ""); // the line is above them
    } else {
        s->selected = view_step(&app->view, s->selected, steps);
        app->cursor_moved = true;
    }
    return REACTION_VIEW;
}

unsigned move_up(struct app *app, const char *argument)
{
    (void)argument;
    return move(app, -1);
}

unsigned move_down(struct app *app, const char *argument)
{
    (void)argument;
    return move(app, 1);
}

unsigned move_first(struct app *app, const char *argument)
{
    (void)argument;
    return move(app, -ROWS_MANY);
}

unsigned move_last(struct app *app, const char *argument)
{
    (void)argument;
    return move(app, ROWS_MANY);
}

// Most of what is in sight, so that a row is in both.
static int page_of_rows(const struct app *app)
{
    const struct view_pane *pane = view_focused(&app->view);
    int room = pane && pane->kind == PANE_TABLE ? view_table_room(pane) - 2 : app->canvas.h - 4;
    return room > 1 ? room : 1;
}

unsigned move_page_up(struct app *app, const char *argument)
{
    (void)argument;
    return move(app, -page_of_rows(app));
}

unsigned move_page_down(struct app *app, const char *argument)
{
    (void)argument;
    return move(app, page_of_rows(app));
}

static unsigned match(struct app *app, bool backward)
{
    app->state.selected = view_next_match(&app->view, app->state.selected, backward);
    app->cursor_moved = true;
    return REACTION_VIEW;
}

unsigned move_next_match(struct app *app, const char *argument)
{
    (void)argument;
    return match(app, false);
}

unsigned move_match_before(struct app *app, const char *argument)
{
    (void)argument;
    return match(app, true);
}

// --- panes

static const struct view_pane *pane_number(const struct view *v, int number)
{
    for (size_t i = 0; i < v->panes_count; i++) {
        if (v->panes[i].can_focus && number-- == 0) {
            return &v->panes[i];
        }
    }
    return NULL;
}

static int number_of(const struct view *v, const struct view_pane *pane)
{
    int n = 0;
    for (size_t i = 0; i < v->panes_count && &v->panes[i] != pane; i++) {
        n += v->panes[i].can_focus;
    }
    return n;
}

static void focus(struct app *app, const struct view_pane *pane)
{
    app->state.focus[app->state.page] = number_of(&app->view, pane);
    const struct view_table *t = pane->kind == PANE_TABLE ? pane->table : NULL;
    for (size_t i = t ? (size_t)t->first : 0; t && i < t->count; i++) {
        if (t->rows[i].id.index >= 0) {
            app->state.selected = t->rows[i].id;
            app->cursor_moved = true;
            return;
        }
    }
}

// A pane that there was no room for gets some while it has the focus.
static unsigned focus_step(struct app *app, int step)
{
    int count = view_focus_count(&app->view);
    int at = number_of(&app->view, view_focused(&app->view));
    const struct view_pane *pane =
        count > 0 && !app->state.full ? pane_number(&app->view, (at + step + count) % count) : NULL;
    if (pane) {
        focus(app, pane);
    }
    return REACTION_VIEW;
}

unsigned move_next_pane(struct app *app, const char *argument)
{
    (void)argument;
    return focus_step(app, 1);
}

unsigned move_pane_before(struct app *app, const char *argument)
{
    (void)argument;
    return focus_step(app, -1);
}

// --- order

static const struct view_table *first_table(const struct view *v)
{
    for (size_t i = 0; i < v->panes_count; i++) {
        if (v->panes[i].kind == PANE_TABLE) {
            return v->panes[i].table;
        }
    }
    return NULL;
}

static void say_order(struct app *app, const struct view_table *t, struct view_sort sort)
{
    const struct view_column *column = &t->columns[sort.column];
    struct str s;
    str_init(&s);
    if (sort.column == 0) {
        str_add(&s, sort.inverted ? _("worst last") : _("worst first"));
    } else if (column->kind == KIND_NAME) {
        str_add(&s, sort.inverted ? _("by name, Z to A") : _("by name, A to Z"));
    } else {
        str_addf(&s, sort.inverted ? _("by %s, lowest first") : _("by %s, highest first"),
            _(column->heading));
    }
    app_note(app, s.text);
    app_note_is_of_page(app);
    str_finish(&s);
}

unsigned move_sort(struct app *app, struct view_sort sort)
{
    const struct view_table *t = first_table(&app->view);
    if (t) {
        app->state.sort[app->state.page] = sort;
        say_order(app, t, sort);
    } else {
        app_note(app, _("no table to sort here"));
        app_note_is_of_page(app);
    }
    return REACTION_VIEW;
}

const char *move_sort_name(const struct app *app, int i)
{
    const struct view_table *t = first_table(&app->view);
    if (i == 0) {
        return t ? "worst" : NULL;
    }
    for (size_t k = 1; t && k < t->columns_count; k++) {
        if (order_sorts_by(t, (int)k) && --i == 0) {
            return t->columns[k].heading;
        }
    }
    return NULL;
}

unsigned move_sort_by_name(struct app *app, const char *argument)
{
    const struct view_table *t = first_table(&app->view);
    int column = strcmp(argument, "worst") == 0 ? 0 : -1;
    for (size_t k = 1; t && k < t->columns_count; k++) {
        bool is = order_sorts_by(t, (int)k) && strcmp(t->columns[k].heading, argument) == 0;
        column = is ? (int)k : column;
    }
    if (t && column < 0) {
        struct arena a = {0};
        const char *name, *names = NULL;
        for (int i = 0; (name = move_sort_name(app, i)) != NULL; i++) {
            names = names_next(&a, names, name);
        }
        app_note(app, arena_printf(&a, _("no column '%s' on this page; use %s"), argument, names));
        app_note_is_of_page(app);
        arena_finish(&a);
        return REACTION_VIEW;
    }
    return move_sort(app, (struct view_sort){.column = column});
}

static unsigned sort_step(struct app *app, int step)
{
    const struct view_table *t = first_table(&app->view);
    return move_sort(app, (struct view_sort){.column = t ? order_next_column(t, step) : 0});
}

unsigned move_sort_left(struct app *app, const char *argument)
{
    (void)argument;
    return sort_step(app, -1);
}

unsigned move_sort_right(struct app *app, const char *argument)
{
    (void)argument;
    return sort_step(app, 1);
}

unsigned move_sort_invert(struct app *app, const char *argument)
{
    (void)argument;
    struct view_sort sort = app->state.sort[app->state.page];
    sort.inverted = !sort.inverted;
    return move_sort(app, sort);
}

unsigned move_axis(struct app *app, const char *argument)
{
    static const char *const names[] = {N_("value axes start at 0"),
        N_("value axes start at the smallest value"), N_("value axes are logarithmic")};
    (void)argument;
    app->state.axis = (enum value_axis)((app->state.axis + 1) % AXIS_COUNT);
    app_note(app, _(names[app->state.axis]));
    return REACTION_VIEW;
}

// --- the mouse

static bool click_tab(struct app *app, int x)
{
    for (size_t i = 0; i < app->view.tabs_count; i++) {
        const struct view_tab *tab = &app->view.tabs[i];
        if (tab->key && x >= tab->x && x < tab->x + tab->w) {
            pages_go(app, tab->key);
            return true;
        }
    }
    return false;
}

// The one of the choices of PANE that is at line Y of the screen; -1: none.
static int choice_at(const struct view *v, const struct view_pane *pane, int y)
{
    int at = -1, end = pane->area.y + view_title_lines(pane) - v->scroll;
    for (size_t i = 0; i < pane->count; i++) {
        const struct view_entry *entry = &pane->entries[i];
        at += entry->key.text && !entry->text.text; // each begins with its name
        end += view_entry_lines(entry, pane->area.w);
        if (y < end) {
            return at;
        }
    }
    return -1;
}

static unsigned click_choice(struct app *app, int choice)
{
    if (choice >= 0 && choice == app->state.choice) {
        return pages_open(app, "");
    }
    app->state.choice = choice >= 0 ? choice : app->state.choice;
    return REACTION_VIEW;
}

// What is clicked a second time is opened.
unsigned move_click(struct app *app)
{
    int x, y;
    term_mouse_place(&x, &y);
    unsigned reaction;
    if (y == app->view.header.y && app->view.header.h > 0 && click_tab(app, x)) {
        return REACTION_VIEW;
    }
    if (pointed_run(app, x, y, &reaction)) {
        return reaction;
    }
    const struct view_pane *pane = view_pane_at(&app->view, x, y);
    if (pane && pane->kind == PANE_ENTRIES && app->view.choices > 0) {
        return click_choice(app, choice_at(&app->view, pane, y));
    }
    if (!pane || !pane->can_focus) {
        return REACTION_VIEW;
    }
    struct row_id id = view_row_at(pane, y);
    struct row_id now = app->state.selected;
    bool again = pane->kind == PANE_TABLE ? view_same_row(id, now) : pane->focused;
    if (pane->kind == PANE_TABLE && id.index == -1) {
        return REACTION_VIEW; // the headings, or below the last row
    }
    if (again) {
        return pane->kind == PANE_TABLE ? pages_open(app, "") : pages_full(app, "");
    }
    app->state.focus[app->state.page] = number_of(&app->view, pane);
    app->state.query.edited = app->state.query.edited && id.kind != ROW_READY;
    app->state.selected = pane->kind == PANE_TABLE ? id : now;
    app->cursor_moved = true;
    return REACTION_VIEW;
}

static int wheel_steps(const struct app *app)
{
    return pages_is_text(app) && app->view.choices == 0 ? WHEEL_LINES : 1;
}

unsigned move_wheel_up(struct app *app)
{
    return move(app, -wheel_steps(app));
}

unsigned move_wheel_down(struct app *app)
{
    return move(app, wheel_steps(app));
}
