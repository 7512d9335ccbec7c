#include "app/prompt.h"

#include <string.h>

#include "app/app.h"
#include "app/command_line.h"
#include "app/completion.h"
#include "app/theme_choice.h"
#include "app/typing.h"
#include "base/text.h"
#include "base/utf8.h"

enum { COMMANDS_MOST = 50 };

static void open_prompt(struct app *app, enum prompt_kind kind)
{
    app->state.prompt = kind;
    line_set(&app->state.typed, "");
    recall_rest(&app->prompt.commands);
    memcpy(app->prompt.before, app->state.filter, sizeof app->prompt.before);
}

unsigned prompt_command(struct app *app, const char *argument)
{
    (void)argument;
    open_prompt(app, PROMPT_COMMAND);
    return REACTION_VIEW;
}

void prompt_begin(struct app *app, const char *text)
{
    open_prompt(app, PROMPT_COMMAND);
    line_set(&app->state.typed, text);
}

static void recall(struct app *app, int steps)
{
    struct line *l = &app->state.typed;
    const char *line = app->state.prompt == PROMPT_COMMAND
                           ? recall_step(&app->prompt.commands, steps, l->text)
                           : NULL;
    if (line) {
        line_set(l, line);
    }
}

// The filter works while it is typed, so there is only the cursor to bring along.
static void accept_filter(struct app *app)
{
    struct row_id to = view_step(&app->view, app->state.selected, 0);
    const struct row_id none = {.index = -1, .source = app->state.selected.source};
    bool gone = !view_same_row(to, app->state.selected);
    app->state.selected = gone ? view_next_match(&app->view, none, false) : to;
    app->cursor_moved = app->cursor_moved || app->state.filter[0];
}

static unsigned accept(struct app *app)
{
    enum prompt_kind kind = app->state.prompt;
    if (kind == PROMPT_COMMAND && app_note_full(app, &app->state.typed)) {
        return REACTION_VIEW; // a part of a command is another one
    }
    app->state.prompt = PROMPT_NONE;
    if (kind == PROMPT_FILTER) {
        accept_filter(app);
        return REACTION_VIEW;
    }
    recall_add(&app->prompt.commands, app->state.typed.text, COMMANDS_MOST);
    return REACTION_VIEW | command_run(app, app->state.typed.text);
}

static void cancel(struct app *app)
{
    if (app->state.prompt == PROMPT_FILTER) {
        memcpy(app->state.filter, app->prompt.before, sizeof app->state.filter);
    }
    app->state.prompt = PROMPT_NONE;
}

static void follow_filter(struct app *app)
{
    if (app->state.prompt == PROMPT_FILTER) {
        app->state.scroll = 0;
        prompt_set_filter(app, app->state.typed.text);
    }
}

void prompt_set_filter(struct app *app, const char *text)
{
    struct str s;
    str_init(&s);
    utf8_add_clean(&s, text, STATE_TEXT_MAX - 1);
    if (strlen(text) >= STATE_TEXT_MAX) {
        app_note(app, arena_printf(&app->frame, _("only the first %d bytes of the filter count"),
                          STATE_TEXT_MAX - 1));
    }
    memcpy(app->state.filter, s.text, s.len < STATE_TEXT_MAX ? s.len + 1 : 1);
    str_finish(&s);
}

unsigned prompt_filter(struct app *app, const char *argument)
{
    if (*argument) {
        prompt_set_filter(app, argument);
    } else {
        open_prompt(app, PROMPT_FILTER);
    }
    return REACTION_VIEW;
}

const char *prompt_hint(struct app *app)
{
    struct str s;
    str_init(&s);
    if (app->state.prompt == PROMPT_COMMAND) {
        completion_add_hint(&s, app, app->state.typed.text);
    } else if (app->state.prompt == PROMPT_FILTER && app->state.typed.len == 0) {
        str_add(&s, _("TEXT: only rows containing it; !TEXT: rows that do not; Esc: all"));
    } else if (app->state.prompt == PROMPT_THEME) {
        str_add(&s, _("Enter: keep; Esc: back; Up/Down: others"));
    }
    const char *hint = s.len > 0 ? arena_strdup(&app->frame, s.text) : NULL;
    str_finish(&s);
    return hint;
}

// Whatever else is pressed leaves the question open: a slip of the fingers is no answer.
static unsigned answer(struct app *app, keystroke pressed)
{
    bool silences = app->silencing.asks;
    if (pressed == 'y' || pressed == 'Y') {
        (silences ? silence_send : save_now)(app);
    } else if (pressed == 'n' || pressed == 'N' || pressed == KEY_ESC) {
        (silences ? silence_drop : save_drop)(app);
    }
    return REACTION_VIEW;
}

unsigned prompt_type(struct app *app, keystroke pressed)
{
    struct view_state *s = &app->state;
    if (s->prompt == PROMPT_CONFIRM) {
        return answer(app, pressed);
    }
    if (s->prompt == PROMPT_THEME) {
        return theme_choice_type(app, pressed);
    }
    s->summary = NULL; // it was of the line as it was
    switch (pressed) {
    case KEY_ESC: cancel(app); return REACTION_VIEW;
    case KEY_CODE_ENTER: return accept(app);
    case KEY_CODE_UP: recall(app, 1); break;
    case KEY_CODE_DOWN: recall(app, -1); break;
    case KEY_CODE_TAB:
        if (s->prompt == PROMPT_COMMAND) {
            completion_run(app, &s->typed);
        }
        break;
    case KEY_CODE_BACKSPACE:
        if (s->typed.len == 0) {
            cancel(app);
            return REACTION_VIEW;
        }
        typing_key(&s->typed, pressed);
        break;
    default: typing_key(&s->typed, pressed);
    }
    app_note_full(app, &s->typed);
    follow_filter(app);
    return REACTION_VIEW;
}

unsigned prompt_paste(struct app *app, keystroke pressed)
{
    if (app->state.prompt == PROMPT_CONFIRM || app->state.prompt == PROMPT_THEME) {
        return REACTION_NONE; // what is pasted is no answer either
    }
    typing_paste(&app->state.typed, pressed);
    app_note_full(app, &app->state.typed);
    follow_filter(app);
    return REACTION_VIEW;
}
