#include "app/action.h"

#include <string.h>

#include "app/app.h"
#include "app/baseline.h"
#include "app/compare.h"
#include "app/fleet.h"
#include "app/looks.h"
#include "app/move.h"
#include "app/pages.h"
#include "app/prompt.h"
#include "app/travel.h"
#include "app/wall.h"
#include "app/yank.h"

enum {
    CTRL_C = 3,
    CTRL_D,
    CTRL_L = 12,
    CTRL_O = 15,
    CTRL_U = 21,
    CTRL_Z = 26,
    ESC,
    PASTE_LULL_MS = 1000,
    AGAIN_MS = 2000,
    FORGET_REST_MS = 10 * 1000
};

static unsigned quit(struct app *app, key pressed)
{
    (void)app, (void)pressed;
    return REACTION_QUIT;
}

static unsigned refetch(struct app *app, key pressed)
{
    (void)pressed;
    int64_t since_ms = app->now_ms - app->refetched_ms;
    app->refetched_ms = app->now_ms;
    if (since_ms >= 0 && since_ms < AGAIN_MS) { // pressed twice, or held down
        int64_t rest_ms = app->now_ms - app->forgot_ms;
        if (rest_ms >= 0 && rest_ms < FORGET_REST_MS) { // however long it is held
            app->forgot_ms = app->now_ms;
            return REACTION_VIEW;
        }
        return REACTION_VIEW | REACTION_REFETCH | REACTION_FORGET;
    }
    if (!app_watch(app)->store.source.scraped && !app->state.paused) {
        app_note(app, "refreshing; press r again to reload the history too");
    }
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
    return REACTION_VIEW;
}

static unsigned pin_usual(struct app *app, key pressed)
{
    (void)pressed;
    baseline_pin(app, travel_moment(app));
    return REACTION_VIEW;
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
    {{'q', CTRL_C}, "q", "quit", "quit (also Ctrl-C)", quit, 0},
    {{'?', KEY_CODE_F1}, "?", "help", "keys, signs and pages, and back (also F1)", pages_help, 0},
    {{KEY_CODE_ENTER}, "Enter", "open", "everything about the selected row or pane", pages_open, 0},
    {{ESC, KEY_CODE_BACKSPACE}, "Esc", "back", "back; never quits (also Backspace)", pages_back, 0},
    {{'1', '2', '3', '4', '5', '6'}, "1", NULL, "a page by its number (also 2, 3, 4, 5, 6)",
        pages_digit, 0},
    {{KEY_CODE_TAB}, "Tab", "pane", "the next pane", move_next_pane, 0},
    {{KEY_CODE_BACK_TAB}, "Shift-Tab", NULL, "the previous pane", move_pane_before, 0},
    {{KEY_CODE_RIGHT, 'l'}, "Right", NULL, "the next pane, or the cursor right (also l)",
        travel_right, 0},
    {{KEY_CODE_LEFT, 'h'}, "Left", NULL, "the previous pane, or the cursor left (also h)",
        travel_left, 0},
    {{'f'}, "f", "full", "the focused pane alone, or all panes again", pages_full, 0},
    {{'e'}, "e", "PromQL", "the PromQL behind the page", pages_queries, 0},
    {{'E'}, "E", NULL, "edit and run the PromQL of the pane", query_take_over, 0},
    {{'i'}, "i", NULL, "query page: edit the query", query_edit, 0},
    {{'t'}, "t", NULL, "query page: a table of this moment, or the chart", query_turn, 0},
    {{CTRL_O}, "Ctrl-O", NULL, "query page: ask the next source", query_next_source, 0},
    {{KEY_CODE_DOWN, 'j'}, "Down", NULL, "the next row or line (also j)", move_down, 0},
    {{KEY_CODE_UP, 'k'}, "Up", NULL, "the previous row or line (also k)", move_up, 0},
    {{KEY_CODE_HOME, 'g'}, "Home", NULL, "the first row (also g)", move_first, 0},
    {{KEY_CODE_END, 'G'}, "End", NULL, "the last row (also G)", move_last, 0},
    {{KEY_CODE_PAGE_DOWN, CTRL_D}, "PgDn", NULL, "one screen down (also Ctrl-D)", move_page_down,
        0},
    {{KEY_CODE_PAGE_UP, CTRL_U}, "PgUp", NULL, "one screen up (also Ctrl-U)", move_page_up, 0},
    {{'s'}, "s", NULL, "only this row's source, or all sources", fleet_toggle, 0},
    {{'/'}, "/", "filter", "show only rows that contain a text; !TEXT: those that do not",
        prompt_filter, 0},
    {{'n'}, "n", NULL, "the next row that matches", move_next_match, 0},
    {{'N'}, "N", NULL, "the previous row that matches", move_match_before, 0},
    {{'<'}, "<", NULL, "sort by the column to the left", move_sort_left, 0},
    {{'>'}, ">", NULL, "sort by the column to the right", move_sort_right, 0},
    {{'I'}, "I", NULL, "invert the order", move_sort_invert, 0},
    {{'Y'}, "Y", NULL, "value axes from 0, from the smallest value, or logarithmic", move_axis, 0},
    {{'y'}, "y", NULL, "copy, through SSH and tmux (then t, r, q, u or x)", yank_begin, 0},
    {{'t'}, "y t", NULL, "the page as Markdown", yank_table, 'y'},
    {{'r'}, "y r", NULL, "the selected row", yank_row, 'y'},
    {{'q'}, "y q", NULL, "the PromQL of the pane", yank_query, 'y'},
    {{'u'}, "y u", NULL, "a link to it in Prometheus", yank_link, 'y'},
    {{'x'}, "y x", NULL, "the trace id of the exemplar", yank_trace, 'y'},
    {{':'}, ":", "command", "a command; Tab completes", prompt_command, 0},
    {{' '}, "Space", "pause", "pause polling, or resume", pause, 0},
    {{'r'}, "r", "refetch", "refetch now; twice or held down: reload the history too", refetch, 0},
    {{'+', '='}, "+", "zoom in", "zoom in: a shorter span (also =)", travel_nearer, 0},
    {{'-'}, "-", "zoom out", "zoom out: a longer span", travel_farther, 0},
    {{'['}, "[", "earlier", "back half a span, and judge that moment", travel_back, 0},
    {{']'}, "]", NULL, "forward half a span", travel_forward, 0},
    {{'0'}, "0", NULL, "back to the present", travel_present, 0},
    {{'v'}, "v", "cursor", "a cursor that reads all panes at one moment", travel_cursor, 0},
    {{'m'}, "m", NULL, "mark this moment, or remove its mark", travel_mark, 0},
    {{'\''}, "'", NULL, "move the cursor to the next mark", travel_next_mark, 0},
    {{'c'}, "c", "compare", "overlay the same time yesterday or last week, or none", compare_next,
        0},
    {{'x'}, "x", "exemplars", "show or hide the exemplars of the stage, slowest first",
        pages_exemplars, 0},
    {{'b'}, "b", NULL, "what is usual: weeks, days, hours, a file", change_usual, 0},
    {{'B'}, "B", NULL, "pin the 30 min before this moment as usual, or unpin", pin_usual, 0},
    {{'T'}, "T", "theme", "the next theme", looks_next_theme, 0},
    {{'w'}, "w", "wall", "the wall display, on or off", wall_toggle, 0},
    {{CTRL_L}, "Ctrl-L", NULL, "repaint the screen", repaint, 0},
    {{CTRL_Z}, "Ctrl-Z", NULL, "suspend; fg resumes", suspend, 0},
};

// What the mouse does, where it is taken at all; see `--mouse` in the manual.
static const struct {
    key key;
    action_fn *run;
} mouse[] = {{KEY_CODE_CLICK, move_click}, {KEY_CODE_WHEEL_UP, move_wheel_up},
    {KEY_CODE_WHEEL_DOWN, move_wheel_down}};

enum { ACTIONS_COUNT = sizeof actions / sizeof *actions };

const struct action *action_table(size_t *count)
{
    *count = ACTIONS_COUNT;
    return actions;
}

static const struct action *find(key pressed, key prefix)
{
    for (size_t i = 0; i < ACTIONS_COUNT; i++) {
        for (size_t k = 0; k < ACTION_KEYS_MAX; k++) {
            bool is = actions[i].keys[k] == pressed && actions[i].prefix == prefix;
            if (is && pressed != 0) {
                return &actions[i];
            }
        }
    }
    return NULL;
}

// Keys that end or mend the program work while something is typed, too.
static bool goes_first(key pressed)
{
    return pressed == CTRL_C || pressed == CTRL_L || pressed == CTRL_Z;
}

static bool is_of_mouse(key pressed)
{
    return pressed == KEY_CODE_CLICK || pressed == KEY_CODE_WHEEL_UP ||
           pressed == KEY_CODE_WHEEL_DOWN;
}

static bool is_query_edited(const struct app *app)
{
    return app->state.page == PAGE_QUERY && app->state.query_edited;
}

// A paste is text, and no letter of it is ever a key. One whose end was lost ends by itself.
static bool is_pasted(struct app *app, key pressed)
{
    bool was = app->pasted_ms > 0 && app->now_ms - app->pasted_ms < PASTE_LULL_MS;
    app->pasted_ms =
        pressed == KEY_CODE_PASTE || (was && pressed != KEY_CODE_PASTED) ? app->now_ms : 0;
    return was || app->pasted_ms > 0;
}

// A slip of the finger is told from a key that needs time.
static unsigned say_unknown(struct app *app, key prefix, key pressed)
{
    if (prefix == 0 && pressed > ' ' && pressed < 0x7f) {
        struct str s;
        str_init(&s);
        str_addf(&s, "%c is not a key; press ? for the list", (char)pressed);
        app_note(app, s.text);
        str_finish(&s);
        return REACTION_VIEW;
    }
    return prefix ? REACTION_VIEW : REACTION_NONE;
}

unsigned action_run(struct app *app, key pressed)
{
    if (is_pasted(app, pressed)) {
        return app->state.prompt != PROMPT_NONE ? prompt_paste(app, pressed)
               : is_query_edited(app)           ? query_paste(app, pressed)
                                                : REACTION_NONE;
    }
    if (app->state.prompt != PROMPT_NONE && !goes_first(pressed)) {
        return prompt_type(app, pressed);
    }
    if (is_query_edited(app) && !goes_first(pressed) && !is_of_mouse(pressed)) {
        return query_type(app, pressed);
    }
    key prefix = goes_first(pressed) ? 0 : app->prefix;
    app->prefix = 0;
    app->state.pending = NULL;
    const struct action *action = find(pressed, prefix);
    if (action) {
        return action->run(app, pressed);
    }
    for (size_t i = 0; i < sizeof mouse / sizeof *mouse; i++) {
        if (mouse[i].key == pressed) {
            return mouse[i].run(app, pressed);
        }
    }
    return say_unknown(app, prefix, pressed);
}

// Of the help page, each from the action of that name on.
static const struct {
    const char *from, *heading;
} groups[] = {{"q", "Getting around"}, {"e", "Queries"}, {"Down", "Rows and axes"},
    {"y", "Copying"}, {":", "Asking"}, {"+", "Time"}, {"c", "Comparing"}, {"T", "The screen"}};

enum { GROUPS = sizeof groups / sizeof *groups };

const struct view_key *action_keys(bool help, size_t *count)
{
    static struct view_key status_line[ACTIONS_COUNT], help_page[ACTIONS_COUNT + GROUPS];
    static size_t status_count;
    if (status_count == 0) {
        size_t group = 0;
        for (size_t i = 0; i < ACTIONS_COUNT; i++) {
            if (group < GROUPS && strcmp(groups[group].from, actions[i].name) == 0) {
                help_page[i + group] = (struct view_key){groups[group].heading, NULL};
                group++;
            }
            help_page[i + group] = (struct view_key){actions[i].name, actions[i].help};
            if (actions[i].label) {
                status_line[status_count++] = (struct view_key){actions[i].name, actions[i].label};
            }
        }
    }
    *count = help ? ACTIONS_COUNT + GROUPS : status_count;
    return help ? help_page : status_line;
}
