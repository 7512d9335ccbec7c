#include "app/action.h"

#include "app/app.h"
#include "app/baseline.h"

enum { CTRL_C = 3, CTRL_L = 12, CTRL_Z = 26, ESC = 27 };

static unsigned quit(struct app *app, key pressed)
{
    (void)app, (void)pressed;
    return REACTION_QUIT;
}

static unsigned show_help(struct app *app, key pressed)
{
    (void)pressed;
    struct view_state *s = &app->state;
    if (s->page != PAGE_HELP) {
        s->before_help = s->page;
        s->page = PAGE_HELP;
    } else {
        s->page = s->before_help;
    }
    return REACTION_VIEW;
}

static unsigned go_back(struct app *app, key pressed)
{
    (void)pressed;
    struct view_state *s = &app->state;
    s->page = s->page == PAGE_HELP ? s->before_help : PAGE_INCIDENT;
    return REACTION_VIEW;
}

static unsigned drill_in(struct app *app, key pressed)
{
    (void)pressed;
    if (app->state.page == PAGE_INCIDENT) {
        app->state.page = PAGE_DETAIL;
    }
    return REACTION_VIEW;
}

static unsigned move(struct app *app, int steps)
{
    if (app->state.page != PAGE_HELP) {
        app->state.selected = view_step(&app->view, app->state.selected, steps);
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
    return move(app, -10000);
}

static unsigned move_last(struct app *app, key pressed)
{
    (void)pressed;
    return move(app, 10000);
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
    {{'?', KEY_CODE_F1}, "?", "help", "this page (also F1)", show_help},
    {{KEY_CODE_DOWN, 'j'}, "Down", NULL, "the next row (also j)", move_down},
    {{KEY_CODE_UP, 'k'}, "Up", NULL, "the row before (also k)", move_up},
    {{KEY_CODE_HOME, 'g'}, "Home", NULL, "the first row (also g)", move_first},
    {{KEY_CODE_END, 'G'}, "End", NULL, "the last row (also G)", move_last},
    {{KEY_CODE_ENTER}, "Enter", "details", "everything about the selected row", drill_in},
    {{ESC, KEY_CODE_BACKSPACE}, "Esc", "back", "back to the table; never quits", go_back},
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
