#include <string.h>

#include "app/app.h"
#include "base/text.h"
#include "term/term.h"
#include "theme/theme.h"

unsigned appearance_theme(struct app *app, const char *argument)
{
    struct theme theme;
    struct str s, path;
    str_init(&s);
    str_init(&path);
    bool ok = app_expand(&path, argument, &s) &&
              theme_load(&theme, path.text, app->config->directory, &s);
    if (ok) {
        term_set_theme(&theme);
        str_setf(&s, _("theme: %s"), argument);
        str_setf(&app->theme, "%s", path.text);
    }
    app_note(app, s.text);
    str_finish(&path);
    str_finish(&s);
    return ok ? REACTION_VIEW | REACTION_REPAINT : REACTION_VIEW;
}

// The user's own theme, if there is one, has its turn after the last that is built in.
unsigned appearance_next_theme(struct app *app, const char *argument)
{
    (void)argument;
    const char *own = app->config->theme, *name;
    int at = -1;
    for (int i = 0; (name = theme_builtin(i)) != NULL; i++) {
        at = strcmp(name, app->theme.text) == 0 ? i : at;
        own = own && strcmp(name, own) == 0 ? NULL : own;
    }
    const char *next = theme_builtin(at + 1);
    return appearance_theme(app, next ? next : own ? own : theme_builtin(0));
}

unsigned appearance_mouse(struct app *app, const char *argument)
{
    bool on = strcmp(argument, "on") == 0;
    term_mouse(on);
    app_note(app, on ? _("mouse: on; select text with Shift held down") : _("mouse: off"));
    return REACTION_VIEW;
}
