#include "app/theme_choice.h"

#include <string.h>

#include "app/app.h"
#include "app/appearance.h"
#include "base/disk.h"
#include "base/plain.h"
#include "base/text.h"
#include "cache/kept.h"

static const char file_name[] = "theme";

enum { OWN_MOST = 100 };

static size_t find(const struct name_list *names, const char *name)
{
    size_t i = 0;
    while (i < names->count && strcmp(names->items[i], name) != 0) {
        i++;
    }
    return i;
}

static void add(struct name_list *names, const char *name)
{
    if (find(names, name) == names->count) {
        names_push(names, name);
    }
}

/** Adds the themes of the user's own folder, by their names. */
static void add_own(struct app *app, struct name_list *names)
{
    static const char suffix[] = ".theme";
    struct name_list files = {0};
    struct str why;
    bool more;
    str_init(&why);
    if (app->config->directory) {
        const char *folder = arena_printf(&app->frame, "%s/themes", app->config->directory);
        disk_list(folder, suffix, OWN_MOST, &files, &more, &why); // unreadable: there are none
    }
    for (size_t i = 0; i < files.count; i++) {
        int len = (int)(strlen(files.items[i]) - strlen(suffix));
        add(names, arena_printf(&app->frame, "%.*s", len, files.items[i]));
    }
    names_finish(&files);
    str_finish(&why);
}

static void list(struct app *app)
{
    struct name_list *names = &app->theme_choice.names;
    names_finish(names);
    for (int i = 0; theme_builtin(i); i++) {
        names_push(names, theme_builtin(i));
    }
    add_own(app, names);
    if (app->config->theme) {
        add(names, app->config->theme);
    }
    add(names, app->theme.text);
}

/** Shows the theme STEPS further; one that cannot be used says why in its turn. */
static unsigned step(struct app *app, size_t steps)
{
    struct theme_choice *c = &app->theme_choice;
    struct str why;
    str_init(&why);
    c->at = (c->at + steps) % c->names.count;
    const char *name = c->names.items[c->at];
    bool good = appearance_apply(app, name, &why);
    // TRANSLATORS: an example: theme: nord (3 of 13)
    str_setf(&c->question, _("theme: %s (%zu of %zu)"), plain_in(&app->frame, name), c->at + 1,
        c->names.count);
    if (!good) {
        str_setf(&c->question, "%s", why.text);
    }
    app->state.question = c->question.text;
    str_finish(&why);
    return REACTION_VIEW | REACTION_REPAINT;
}

unsigned theme_choice_begin(struct app *app, const char *argument)
{
    (void)argument;
    struct theme_choice *c = &app->theme_choice;
    list(app);
    c->at = find(&c->names, app->theme.text);
    str_setf(&c->before, "%s", app->theme.text);
    app->state.prompt = PROMPT_THEME;
    return step(app, 1);
}

static void keep(struct app *app)
{
    const struct config *config = app->config;
    struct str why;
    str_init(&why);
    const char *name = plain_in(&app->frame, app->theme.text), *said;
    if (config->theme) {
        said = arena_printf(&app->frame, _("theme: %s for this run; %s is configured"), name,
            plain_in(&app->frame, config->theme));
    } else if (kept_write(config->state_directory, file_name, app->theme.text, &why)) {
        said = arena_printf(&app->frame, _("theme: %s, from now on"), name);
    } else {
        said = arena_printf(
            &app->frame, _("theme: %s for this run; it cannot be kept: %s"), name, why.text);
    }
    app_note(app, said);
    app->theme_chosen = true;
    str_finish(&why);
}

static unsigned end(struct app *app)
{
    app->state.prompt = PROMPT_NONE;
    app->state.question = NULL;
    return REACTION_VIEW | REACTION_REPAINT;
}

static unsigned go_back(struct app *app)
{
    struct str why;
    str_init(&why);
    if (!appearance_apply(app, app->theme_choice.before.text, &why)) { // its file has changed
        app_note(app, why.text);
    }
    str_finish(&why);
    return end(app);
}

unsigned theme_choice_type(struct app *app, keystroke pressed)
{
    size_t count = app->theme_choice.names.count;
    switch (pressed) {
    case KEY_CODE_ENTER: keep(app); return end(app);
    case KEY_ESC:
    case KEY_CODE_BACKSPACE:
    case 'q': return go_back(app);
    case KEY_CODE_UP:
    case KEY_CODE_LEFT:
    case KEY_CODE_BACK_TAB:
    case KEY_CODE_WHEEL_UP:
    case 'k': return step(app, count - 1);
    case KEY_CODE_DOWN:
    case KEY_CODE_RIGHT:
    case KEY_CODE_TAB:
    case KEY_CODE_WHEEL_DOWN:
    case 'j':
    case 'T':
    case ' ': return step(app, 1);
    case KEY_CODE_HOME: return step(app, count - app->theme_choice.at);
    case KEY_CODE_END: return step(app, count - app->theme_choice.at - 1);
    default: return REACTION_NONE;
    }
}

void theme_choice_recall(struct app *app)
{
    struct str name, why;
    str_init(&name);
    str_init(&why);
    if (!app->config->theme && kept_read(app->config->state_directory, file_name, &name)) {
        app->theme_chosen = appearance_apply(app, name.text, &why);
        if (!app->theme_chosen) {
            app_note(app, arena_printf(&app->frame, _("the theme that was kept cannot be used: %s"),
                              why.text));
        }
    }
    str_finish(&name);
    str_finish(&why);
}

void theme_choice_finish(struct app *app)
{
    struct theme_choice *c = &app->theme_choice;
    names_finish(&c->names);
    str_finish(&c->before);
    str_finish(&c->question);
}
