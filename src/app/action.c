#include "app/action.h"

#include <string.h>

#include "app/app.h"
#include "app/baseline.h"
#include "view/order.h"
#include "view/page.h"

enum { CTRL_C = 3, CTRL_L = 12, CTRL_Z = 26, ESC = 27, ROWS_MANY = 10000 };

static unsigned quit(struct app *app, key pressed)
{
    (void)app, (void)pressed;
    return REACTION_QUIT;
}

static void open_page(struct view_state *s, enum page page)
{
    if (s->trail_count == STATE_TRAIL_MAX) {
        memmove(s->trail, s->trail + 1, (STATE_TRAIL_MAX - 1) * sizeof *s->trail);
        s->trail_count--;
    }
    s->trail[s->trail_count++] = s->page;
    s->page = page;
    s->scroll = 0;
    s->full = false;
}

static bool close_page(struct view_state *s)
{
    if (s->trail_count == 0) {
        return false;
    }
    s->page = s->trail[--s->trail_count];
    s->scroll = 0;
    return true;
}

static unsigned toggle_page(struct app *app, enum page page)
{
    if (app->state.page == page) {
        close_page(&app->state);
    } else {
        open_page(&app->state, page);
    }
    return REACTION_VIEW;
}

static unsigned show_help(struct app *app, key pressed)
{
    (void)pressed;
    return toggle_page(app, PAGE_HELP);
}

static unsigned show_queries(struct app *app, key pressed)
{
    (void)pressed;
    return app->state.page == PAGE_HELP ? REACTION_NONE : toggle_page(app, PAGE_QUERY);
}

// One thing at a time: what was opened last is closed first.
static unsigned go_back(struct app *app, key pressed)
{
    (void)pressed;
    struct view_state *s = &app->state;
    if (s->full) {
        s->full = false;
    } else if (!close_page(s)) {
        if (s->filter[0]) {
            s->filter[0] = '\0';
        } else {
            s->page = PAGE_INCIDENT;
        }
    }
    return REACTION_VIEW;
}

static unsigned go_to_page(struct app *app, key pressed)
{
    const char digit[] = {(char)pressed, '\0'};
    enum page page = page_find(digit);
    if (page != PAGE_COUNT && page != app->state.page) {
        app->state.page = page;
        if (!app->cursor_moved && page != PAGE_STAGE) {
            app->state.selected.index = -1; // each page has its own worst row
        }
        app->state.trail_count = 0;
        app->state.scroll = 0;
        app->state.full = false;
    }
    return REACTION_VIEW;
}

static bool is_text(const struct app *app)
{
    return app->state.page == PAGE_HELP || app->state.page == PAGE_QUERY;
}

static unsigned drill_in(struct app *app, key pressed)
{
    (void)pressed;
    struct view_state *s = &app->state;
    const struct view_pane *pane = view_focused(&app->view);
    if (is_text(app) || s->page == PAGE_STAGE) {
        return REACTION_NONE;
    }
    if (pane && pane->kind != PANE_TABLE && pane->id.index >= 0) {
        s->selected = pane->id;
    } else if (view_step(&app->view, s->selected, 0).index != s->selected.index) {
        s->selected = view_step(&app->view, s->selected, 0); // nothing was selected yet
    }
    if (s->selected.index < 0) {
        open_page(s, PAGE_TOOLS); // all tools together
    } else {
        open_page(s, PAGE_STAGE);
    }
    app->cursor_moved = true;
    return REACTION_VIEW;
}

static unsigned move(struct app *app, int steps)
{
    struct view_state *s = &app->state;
    if (is_text(app)) {
        int to = app->view.scroll + steps;
        s->scroll = to < 0 ? 0 : to > app->view.scroll_most ? app->view.scroll_most : to;
    } else {
        s->selected = view_step(&app->view, s->selected, steps);
        app->cursor_moved = true;
    }
    return REACTION_VIEW;
}

static unsigned move_up(struct app *app, key pressed)
{
    (void)pressed;
    return move(app, -1);
}

static unsigned move_down(struct app *app, key pressed)
{
    (void)pressed;
    return move(app, 1);
}

static unsigned move_first(struct app *app, key pressed)
{
    (void)pressed;
    return move(app, -ROWS_MANY);
}

static unsigned move_last(struct app *app, key pressed)
{
    (void)pressed;
    return move(app, ROWS_MANY);
}

// Most of what is in sight, so that a row is in both.
static int page_of_rows(const struct app *app)
{
    const struct view_pane *pane = view_focused(&app->view);
    int room = pane && pane->kind == PANE_TABLE ? view_table_room(pane) - 2 : app->canvas.h - 4;
    return room > 1 ? room : 1;
}

static unsigned move_page_up(struct app *app, key pressed)
{
    (void)pressed;
    return move(app, -page_of_rows(app));
}

static unsigned move_page_down(struct app *app, key pressed)
{
    (void)pressed;
    return move(app, page_of_rows(app));
}

// --- panes and their order

static const struct view_pane *pane_number(const struct view *v, int number)
{
    for (size_t i = 0; i < v->panes_count; i++) {
        if (v->panes[i].can_focus && number-- == 0) {
            return &v->panes[i];
        }
    }
    return NULL;
}

static int focused_number(const struct view *v)
{
    int n = 0;
    for (size_t i = 0; i < v->panes_count && !v->panes[i].focused; i++) {
        n += v->panes[i].can_focus;
    }
    return n;
}

// Panes for which there is no room are passed over.
static unsigned focus_step(struct app *app, int step)
{
    int count = view_focus_count(&app->view), at = focused_number(&app->view);
    for (int i = 0; i < count && !app->state.full; i++) {
        at = (at + step + count) % count;
        const struct view_pane *pane = pane_number(&app->view, at);
        if (!pane || pane->area.h == 0) {
            continue;
        }
        app->state.focus[app->state.page] = at;
        if (pane->kind == PANE_TABLE && pane->table->count > 0) {
            app->state.selected = pane->table->rows[pane->table->first].id;
            app->cursor_moved = true;
        }
        break;
    }
    return REACTION_VIEW;
}

static unsigned focus_next(struct app *app, key pressed)
{
    (void)pressed;
    return focus_step(app, 1);
}

static unsigned focus_before(struct app *app, key pressed)
{
    (void)pressed;
    return focus_step(app, -1);
}

static unsigned fill_page(struct app *app, key pressed)
{
    (void)pressed;
    if (view_focused(&app->view)) {
        app->state.focus[app->state.page] =
            app->state.full ? app->state.focus[app->state.page] : focused_number(&app->view);
        app->state.full = !app->state.full;
    }
    return REACTION_VIEW;
}

static const struct view_table *first_table(const struct view *v)
{
    for (size_t i = 0; i < v->panes_count; i++) {
        if (v->panes[i].kind == PANE_TABLE) {
            return v->panes[i].table;
        }
    }
    return NULL;
}

static unsigned sort_step(struct app *app, int step)
{
    const struct view_table *t = first_table(&app->view);
    struct view_sort *sort = &app->state.sort[app->state.page];
    if (t) {
        *sort = (struct view_sort){.column = order_next_column(t, step)};
    }
    return REACTION_VIEW;
}

static unsigned sort_left(struct app *app, key pressed)
{
    (void)pressed;
    return sort_step(app, -1);
}

static unsigned sort_right(struct app *app, key pressed)
{
    (void)pressed;
    return sort_step(app, 1);
}

static unsigned sort_invert(struct app *app, key pressed)
{
    (void)pressed;
    struct view_sort *sort = &app->state.sort[app->state.page];
    sort->inverted = !sort->inverted;
    return REACTION_VIEW;
}

static unsigned next_axis(struct app *app, key pressed)
{
    (void)pressed;
    app->state.axis = (app->state.axis + 1) % AXIS_COUNT;
    return REACTION_VIEW;
}

static unsigned refetch(struct app *app, key pressed)
{
    (void)app, (void)pressed;
    return REACTION_VIEW | REACTION_REFETCH;
}

static unsigned pause(struct app *app, key pressed)
{
    (void)pressed;
    app->state.paused = !app->state.paused;
    return REACTION_VIEW;
}

static unsigned change_usual(struct app *app, key pressed)
{
    (void)pressed;
    baseline_next(app);
    return REACTION_VIEW | REACTION_JUDGE;
}

static unsigned pin_usual(struct app *app, key pressed)
{
    (void)pressed;
    int64_t newest = store_newest_ms(&app->store);
    baseline_pin(app, newest ? newest : app->now_ms);
    return REACTION_VIEW | REACTION_JUDGE;
}

static unsigned repaint(struct app *app, key pressed)
{
    (void)app, (void)pressed;
    return REACTION_VIEW | REACTION_REPAINT;
}

static unsigned suspend(struct app *app, key pressed)
{
    (void)app, (void)pressed;
    return REACTION_VIEW | REACTION_SUSPEND;
}

static const struct action actions[] = {
    {{'q', CTRL_C}, "q", "quit", "quit (also Ctrl-C)", quit},
    {{'?', KEY_CODE_F1}, "?", "help", "keys, signs and pages, and back (also F1)", show_help},
    {{KEY_CODE_ENTER}, "Enter", "open", "everything about the selected row or pane", drill_in},
    {{ESC, KEY_CODE_BACKSPACE}, "Esc", "back", "back; never quits (also Backspace)", go_back},
    {{'1', '2', '3', '4', '5'}, "1", NULL, "a page by its number (also 2, 3, 4, 5)", go_to_page},
    {{KEY_CODE_TAB}, "Tab", "pane", "the next pane", focus_next},
    {{KEY_CODE_BACK_TAB}, "Shift-Tab", NULL, "the pane before", focus_before},
    {{'f'}, "f", "full", "that pane alone, or all again", fill_page},
    {{'e'}, "e", "PromQL", "the PromQL behind the page", show_queries},
    {{KEY_CODE_DOWN, 'j'}, "Down", NULL, "the next row or line (also j)", move_down},
    {{KEY_CODE_UP, 'k'}, "Up", NULL, "the row or line before (also k)", move_up},
    {{KEY_CODE_HOME, 'g'}, "Home", NULL, "the first row (also g)", move_first},
    {{KEY_CODE_END, 'G'}, "End", NULL, "the last row (also G)", move_last},
    {{KEY_CODE_PAGE_DOWN}, "PgDn", NULL, "a screen further down", move_page_down},
    {{KEY_CODE_PAGE_UP}, "PgUp", NULL, "a screen further up", move_page_up},
    {{'<'}, "<", NULL, "sort by the column to the left", sort_left},
    {{'>'}, ">", NULL, "sort by the column to the right", sort_right},
    {{'I'}, "I", NULL, "invert the order", sort_invert},
    {{'Y'}, "Y", NULL, "value axes from 0, from the smallest value, or logarithmic", next_axis},
    {{' '}, "Space", "pause", "stop asking, or go on", pause},
    {{'r'}, "r", "refetch", "ask for everything again, now", refetch},
    {{'b'}, "b", NULL, "what is usual: weeks, days, hours, a file", change_usual},
    {{'B'}, "B", NULL, "pin this moment as usual, or let go", pin_usual},
    {{CTRL_L}, "Ctrl-L", NULL, "repaint the screen", repaint},
    {{CTRL_Z}, "Ctrl-Z", NULL, "suspend; fg comes back", suspend},
};

enum { ACTIONS_COUNT = sizeof actions / sizeof *actions };

const struct action *action_table(size_t *count)
{
    *count = ACTIONS_COUNT;
    return actions;
}

unsigned action_run(struct app *app, key pressed)
{
    for (size_t i = 0; i < ACTIONS_COUNT; i++) {
        for (size_t k = 0; k < ACTION_KEYS_MAX; k++) {
            if (actions[i].keys[k] == pressed && pressed != 0) {
                return actions[i].run(app, pressed);
            }
        }
    }
    return REACTION_NONE;
}

const struct view_key *action_keys(bool help, size_t *count)
{
    static struct view_key status_line[ACTIONS_COUNT], help_page[ACTIONS_COUNT];
    static size_t status_count;
    if (status_count == 0) {
        for (size_t i = 0; i < ACTIONS_COUNT; i++) {
            help_page[i] = (struct view_key){actions[i].name, actions[i].help};
            if (actions[i].label) {
                status_line[status_count++] = (struct view_key){actions[i].name, actions[i].label};
            }
        }
    }
    *count = help ? ACTIONS_COUNT : status_count;
    return help ? help_page : status_line;
}
