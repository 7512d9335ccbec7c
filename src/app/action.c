#include "app/action.h"

#include <string.h>

#include "app/app.h"
#include "app/line_choice.h"
#include "app/move.h"
#include "app/yank.h"
#include "base/names.h"
#include "base/text.h"
#include "pages/pages.h"

enum { PASTE_LULL_MS = 1000 };

// What the mouse does, where it is taken at all; see `--mouse` in the manual.
static const struct {
    keystroke key;
    unsigned (*run)(struct app *app);
} mouse[] = {{KEY_CODE_CLICK, move_click}, {KEY_CODE_WHEEL_UP, move_wheel_up},
    {KEY_CODE_WHEEL_DOWN, move_wheel_down}};

enum { MOUSE = sizeof mouse / sizeof *mouse };

// Keys that end or repair the program work while something is typed, too, whatever they are bound
// to.
static const struct {
    keystroke key;
    command_fn *run;
} firm[] = {
    {KEY_CTRL_C, command_quit}, {KEY_CTRL_L, command_redraw}, {KEY_CTRL_Z, command_suspend}};

static command_fn *firm_of(keystroke pressed)
{
    for (size_t i = 0; i < sizeof firm / sizeof *firm; i++) {
        if (firm[i].key == pressed) {
            return firm[i].run;
        }
    }
    return NULL;
}

static bool is_of_mouse(keystroke pressed)
{
    for (size_t i = 0; i < MOUSE; i++) {
        if (mouse[i].key == pressed) {
            return true;
        }
    }
    return false;
}

// A paste is text, and no letter of it is ever a key. One whose end was lost ends by itself.
static bool is_pasted(struct app *app, keystroke pressed)
{
    bool was = app->pasted_ms > 0 && app->now_ms - app->pasted_ms < PASTE_LULL_MS;
    app->pasted_ms =
        pressed == KEY_CODE_PASTE || (was && pressed != KEY_CODE_PASTED) ? app->now_ms : 0;
    return was || app->pasted_ms > 0;
}

static void add_keys(struct str *s, const struct sequence *keys, size_t from)
{
    for (size_t i = from; i < keys->count; i++) {
        str_add(s, i > from ? " " : "");
        key_add_name(s, keys->keys[i]);
    }
}

static const char *keys_in(struct arena *a, const struct sequence *keys, size_t from)
{
    struct str s;
    str_init(&s);
    add_keys(&s, keys, from);
    return arena_take(a, &s);
}

// Whoever presses the wrong key should not wait for something to happen.
static unsigned say_unbound(struct app *app, const struct sequence *pressed)
{
    struct str s;
    str_init(&s);
    bool named = key_add_name(&s, pressed->keys[pressed->count - 1]);
    str_setf(&s, _("%s is not bound (%s for help)"), keys_in(&app->frame, pressed, 0),
        app_key(app, "help"));
    if (named) {
        app_note(app, s.text);
    }
    str_finish(&s);
    return named || pressed->count > 1 ? REACTION_VIEW : REACTION_NONE;
}

// In a word, what a key of a sequence does; NULL: nothing here.
static const char *meaning_of(struct app *app, const struct binding *b)
{
    if (strcmp(b->command->name, "line") == 0) {
        return line_meant(app, b->argument);
    }
    if (!yank_has(app, b->command->name)) {
        return NULL;
    }
    return b->command->label && !*b->argument ? _(b->command->label) : b->line;
}

// "y: t table, r row": what the keys pressed so far wait for.
static unsigned wait_for_more(struct app *app, const struct sequence *pressed)
{
    const struct bindings *b = &app->config->bindings;
    struct arena *a = &app->frame;
    const char *ways = NULL;
    for (size_t i = 0; i < b->count; i++) {
        const struct binding *one = &b->items[i];
        if (sequence_begins(&one->sequence, pressed)) {
            const char *what = meaning_of(app, one);
            const char *keys = keys_in(a, &one->sequence, pressed->count);
            ways = what ? names_next(a, ways, arena_printf(a, "%s %s", keys, what)) : ways;
        }
    }
    if (!ways) {
        app_note(app, _("no chart of several lines here"));
        app_note_is_of_page(app);
        return REACTION_VIEW;
    }
    str_setf(&app->pending, _("%s: %s"), keys_in(a, pressed, 0), ways);
    app->pressed = *pressed;
    app->state.pending = app->pending.text;
    return REACTION_VIEW;
}

static void forget_pressed(struct app *app)
{
    app->pressed.count = 0;
    app->state.pending = NULL;
}

static unsigned press(struct app *app, keystroke pressed)
{
    struct sequence keys = app->pressed;
    forget_pressed(app);
    keys.keys[keys.count++] = pressed;
    bool more;
    const struct binding *found = bindings_find(&app->config->bindings, &keys, &more);
    if (found) {
        return command_do(app, found->command, found->argument);
    }
    if (more) { // and there is room for one, as no binding is longer
        return wait_for_more(app, &keys);
    }
    if (keys.count > 1 && firm_of(pressed)) {
        return press(app, pressed);
    }
    return keys.count > 1 && pressed == KEY_ESC ? REACTION_VIEW : say_unbound(app, &keys);
}

// Before anything is typed, the keys of pages and of the help do as everywhere: few queries begin
// with a digit, and a blank before it makes one of these.
static bool is_of_pages(const struct app *app, keystroke pressed)
{
    return app->state.query.line.len == 0 && ((pressed >= '1' && pressed <= '9') || pressed == '?');
}

unsigned action_run(struct app *app, keystroke pressed)
{
    if (is_pasted(app, pressed)) {
        return app->state.prompt != PROMPT_NONE ? prompt_paste(app, pressed)
               : page_types(&app->state)        ? query_paste(app, pressed)
                                                : REACTION_NONE;
    }
    bool typed = app->state.prompt != PROMPT_NONE || page_types(&app->state);
    if (typed && firm_of(pressed)) {
        return firm_of(pressed)(app, "");
    }
    if (app->state.prompt != PROMPT_NONE) {
        return prompt_type(app, pressed);
    }
    if (page_types(&app->state) && !is_of_mouse(pressed) && !is_of_pages(app, pressed)) {
        return query_type(app, pressed);
    }
    for (size_t i = 0; i < MOUSE; i++) {
        if (mouse[i].key == pressed) {
            forget_pressed(app);
            return mouse[i].run(app);
        }
    }
    return press(app, pressed);
}
