#include "app/prompt.h"

#include <string.h>

#include "app/app.h"
#include "app/command.h"
#include "base/utf8.h"

enum { CTRL_U = 21, ESC = 27, DELETE = 127, FIRST_C1 = 0x80, LAST_C1 = 0x9F, BYTES_OF_CHAR = 4 };

static void open_prompt(struct app *app, enum prompt_kind kind)
{
    app->state.prompt = kind;
    app->state.typed[0] = '\0';
    app->prompt.at = -1;
    memcpy(app->prompt.before, app->state.filter, sizeof app->prompt.before);
}

unsigned prompt_filter(struct app *app, key pressed)
{
    (void)pressed;
    open_prompt(app, PROMPT_FILTER);
    return REACTION_VIEW;
}

unsigned prompt_command(struct app *app, key pressed)
{
    (void)pressed;
    open_prompt(app, PROMPT_COMMAND);
    return REACTION_VIEW;
}

static bool is_text(key pressed)
{
    return pressed >= ' ' && pressed != DELETE && pressed < KEY_CODE_FIRST &&
           !(pressed >= FIRST_C1 && pressed <= LAST_C1);
}

static void type(char *text, key pressed)
{
    struct str s;
    str_init(&s);
    size_t len = strlen(text);
    utf8_add(&s, pressed);
    if (len + s.len < STATE_TEXT_MAX) {
        memcpy(text + len, s.text, s.len + 1);
    }
    str_finish(&s);
}

static void rub_out(char *text)
{
    size_t len = strlen(text);
    do {
        len -= len > 0;
    } while (len > 0 && (text[len] & 0xC0) == 0x80);
    text[len] = '\0';
}

static void remember(struct prompt *p, const char *line)
{
    if (*line && (p->count == 0 || strcmp(p->history[0], line) != 0)) {
        memmove(p->history[1], p->history[0], sizeof p->history - sizeof p->history[0]);
        memcpy(p->history[0], line, sizeof p->history[0]);
        p->count += p->count < PROMPT_HISTORY_MAX;
    }
}

static void recall(struct app *app, int step)
{
    struct prompt *p = &app->prompt;
    int to = p->at + step;
    if (app->state.prompt == PROMPT_COMMAND && to >= -1 && to < p->count) {
        p->at = to;
        memcpy(app->state.typed, to >= 0 ? p->history[to] : "", to >= 0 ? STATE_TEXT_MAX : 1);
    }
}

// The filter works while it is typed, so there is only the cursor to bring along.
static void accept_filter(struct app *app)
{
    struct row_id to = view_step(&app->view, app->state.selected, 0);
    const struct row_id none = {.index = -1};
    bool gone = to.kind != app->state.selected.kind || to.index != app->state.selected.index;
    app->state.selected = gone ? view_next_match(&app->view, none, false) : to;
    app->cursor_moved = app->cursor_moved || app->state.filter[0];
}

static unsigned accept(struct app *app)
{
    enum prompt_kind kind = app->state.prompt;
    app->state.prompt = PROMPT_NONE;
    if (kind == PROMPT_FILTER) {
        accept_filter(app);
        return REACTION_VIEW;
    }
    remember(&app->prompt, app->state.typed);
    return REACTION_VIEW | command_run(app, app->state.typed);
}

static void cancel(struct app *app)
{
    if (app->state.prompt == PROMPT_FILTER) {
        memcpy(app->state.filter, app->prompt.before, sizeof app->state.filter);
    }
    app->state.prompt = PROMPT_NONE;
}

unsigned prompt_type(struct app *app, key pressed)
{
    struct view_state *s = &app->state;
    unsigned bits = REACTION_VIEW;
    switch (pressed) {
    case ESC: cancel(app); return bits;
    case KEY_CODE_ENTER: return accept(app);
    case KEY_CODE_BACKSPACE:
        if (!s->typed[0]) {
            cancel(app);
            return bits;
        }
        rub_out(s->typed);
        break;
    case CTRL_U: s->typed[0] = '\0'; break;
    case KEY_CODE_UP: recall(app, 1); break;
    case KEY_CODE_DOWN: recall(app, -1); break;
    case KEY_CODE_TAB:
        if (s->prompt == PROMPT_COMMAND) {
            command_complete(s->typed, sizeof s->typed);
        }
        break;
    default:
        if (is_text(pressed)) {
            type(s->typed, pressed);
        }
    }
    if (s->prompt == PROMPT_FILTER) {
        memcpy(s->filter, s->typed, sizeof s->filter);
    }
    return bits;
}
