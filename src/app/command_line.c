#include "app/command_line.h"

#include <stdio.h>
#include <string.h>

#include "app/app.h"
#include "app/baseline.h"
#include "app/travel.h"
#include "base/text.h"
#include "base/utf8.h"

// In the order of the table, headings among them.
static command_fn *const functions[] = {
#define GROUP(heading) NULL,
#define COMMAND(name, keys, argument, placeholder, label, help, function) function,
#include "bind/command.def"
};

unsigned command_do(struct app *app, const struct command_entry *c, const char *argument)
{
    size_t count;
    return functions[c - command_table(&count)](app, argument);
}

static void say_unknown(struct app *app, const char *line)
{
    struct str typed, s;
    str_init(&typed);
    str_init(&s);
    utf8_add_brief(&typed, line, 40);
    str_addf(&s, _("no command '%s'; `%s` lists them"), typed.text, app_key(app, "help"));
    app_note(app, s.text);
    str_finish(&typed);
    str_finish(&s);
}

static void say_usage(struct app *app, const struct command_entry *c)
{
    struct str usage, s;
    str_init(&usage);
    str_init(&s);
    command_add_usage(&usage, c);
    str_addf(&s, _("usage: :%s"), usage.text);
    app_note(app, s.text);
    str_finish(&usage);
    str_finish(&s);
}

unsigned command_run(struct app *app, const char *typed)
{
    char line_text[LINE_BYTES];
    snprintf(line_text, sizeof line_text, "%s", typed + strspn(typed, " :"));
    for (size_t n = strlen(line_text); n > 0 && line_text[n - 1] == ' ';) {
        line_text[--n] = '\0';
    }
    const char *line = line_text;
    size_t len = strcspn(line, " ");
    if (len == 0) {
        return REACTION_NONE;
    }
    const char *argument = line + len + strspn(line + len, " ");
    const struct command_entry *c = command_find(line, len, *argument);
    if (!c) {
        say_unknown(app, line);
        return REACTION_NONE;
    }
    if (!command_accepts(c, argument)) {
        say_usage(app, c);
        return REACTION_NONE;
    }
    return command_do(app, c, argument);
}

// ---- commands about the program itself --------------------------------------------------------

enum { AGAIN_MS = 2000, FORGET_REST_MS = 10 * 1000 };

unsigned command_quit(struct app *app, const char *argument)
{
    (void)app, (void)argument;
    return REACTION_QUIT;
}

unsigned command_pause(struct app *app, const char *argument)
{
    (void)argument;
    app->state.paused = !app->state.paused;
    return REACTION_VIEW;
}

unsigned command_refetch(struct app *app, const char *argument)
{
    bool all = *argument != '\0';
    int64_t since_ms = app->now_ms - app->refetched_ms;
    app->refetched_ms = app->now_ms;
    if (!all && since_ms >= 0 && since_ms < AGAIN_MS) { // pressed twice, or held down
        int64_t rest_ms = app->now_ms - app->forgot_ms;
        if (rest_ms >= 0 && rest_ms < FORGET_REST_MS) { // however long it is held
            app->forgot_ms = app->now_ms;
            return REACTION_VIEW;
        }
        all = true;
    }
    if (!all && !app_watch(app)->store.source.scraped && !app->state.paused) {
        app_explain(app, _("refetching; press {refetch} again to refetch the history too"));
    }
    return REACTION_VIEW | REACTION_REFETCH | (all ? REACTION_FORGET : 0u);
}

unsigned command_next_baseline(struct app *app, const char *argument)
{
    (void)argument;
    baseline_next(app);
    return REACTION_VIEW;
}

unsigned command_pin(struct app *app, const char *argument)
{
    (void)argument;
    baseline_pin(app, travel_moment(app));
    return REACTION_VIEW;
}

unsigned command_redraw(struct app *app, const char *argument)
{
    (void)app, (void)argument;
    return REACTION_VIEW | REACTION_REPAINT;
}

unsigned command_suspend(struct app *app, const char *argument)
{
    (void)app, (void)argument;
    return REACTION_VIEW | REACTION_SUSPEND;
}
