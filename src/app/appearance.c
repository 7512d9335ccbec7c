#include "app/appearance.h"

#include <string.h>

#include "app/app.h"
#include "base/text.h"
#include "term/term.h"
#include "theme/ground.h"
#include "theme/theme.h"

static const char on_dark[] = "default", on_light[] = "light";

// Whether the terminal says that its background is another than THEME is made for.
static bool needs_ground(const struct theme *theme)
{
    bool light;
    enum ground ground = ground_of(theme);
    return ground != GROUND_ANY && term_background(&light) && light != (ground == GROUND_LIGHT);
}

bool appearance_apply(struct app *app, const char *file, struct str *why)
{
    struct theme theme;
    bool good = theme_load(&theme, file, app->config->directory, why);
    if (good) {
        if (needs_ground(&theme)) {
            ground_lay(&theme);
        }
        term_set_theme(&theme);
        str_setf(&app->theme, "%s", file);
    }
    return good;
}

// A theme that was named stays, but was shown before the terminal had answered.
static unsigned lay_ground(struct app *app)
{
    bool light;
    struct theme theme;
    struct str why;
    if (app->ground_known || !term_background(&light)) {
        return 0;
    }
    app->ground_known = true;
    str_init(&why);
    bool changes = theme_load(&theme, app->theme.text, app->config->directory, &why) &&
                   needs_ground(&theme) && appearance_apply(app, app->theme.text, &why);
    str_finish(&why);
    return changes ? REACTION_VIEW | REACTION_REPAINT : 0;
}

unsigned appearance_suit(struct app *app)
{
    bool light;
    if (app->config->theme || app->theme_chosen || app->state.prompt == PROMPT_THEME) {
        return lay_ground(app);
    }
    light = term_background(&light) ? light : app->config->light_background;
    const char *suits = light ? on_light : on_dark;
    bool changes = strcmp(app->theme.text, suits) != 0;
    struct str why; // themes that are built in load
    str_init(&why);
    changes = changes && appearance_apply(app, suits, &why);
    str_finish(&why);
    return changes ? REACTION_VIEW | REACTION_REPAINT : 0;
}

unsigned appearance_theme(struct app *app, const char *argument)
{
    struct str s, path;
    str_init(&s);
    str_init(&path);
    bool ok = app_expand(&path, argument, &s) && appearance_apply(app, path.text, &s);
    if (ok) {
        str_setf(&s, _("theme: %s"), argument);
        app->theme_chosen = true;
    }
    app_note(app, s.text);
    str_finish(&path);
    str_finish(&s);
    return ok ? REACTION_VIEW | REACTION_REPAINT : REACTION_VIEW;
}

unsigned appearance_mouse(struct app *app, const char *argument)
{
    bool on = strcmp(argument, "on") == 0;
    term_mouse(on);
    app_note(app, on ? _("mouse: on; select text with Shift held down") : _("mouse: off"));
    return REACTION_VIEW;
}
