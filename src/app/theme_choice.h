/**
 * Choosing a theme by looking at it: all of the screen has the one that is tried, and the one that
 * is kept is there at the next start, unless the configuration names another.
 */
#ifndef RAGTOP_APP_THEME_CHOICE_H
#define RAGTOP_APP_THEME_CHOICE_H

#include "base/names.h"
#include "base/str.h"
#include "bind/key.h"

struct app;

/** While one is being chosen. */
struct theme_choice {
    struct name_list names; /**< what there is: the built-in ones, the user's own, that of now */
    size_t at;
    struct str before; /**< what Esc goes back to */
    struct str question;
};

/** A key while themes are tried; returns reaction bits. */
unsigned theme_choice_type(struct app *app, keystroke pressed);

/** At the start: shows what an earlier run kept, unless the configuration names a theme. */
void theme_choice_recall(struct app *app);

/** Frees. */
void theme_choice_finish(struct app *app);

#endif
