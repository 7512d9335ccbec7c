#include "app/app.h"

enum { YESTERDAY = 1, LAST_WEEK = 7 };

unsigned compare_next(struct app *app, const char *argument)
{
    (void)argument;
    int *days = &app->state.compare_days;
    *days = *days == 0 ? YESTERDAY : *days == YESTERDAY ? LAST_WEEK : 0;
    app_note(app, *days == YESTERDAY   ? "overlay: the same time yesterday"
                  : *days == LAST_WEEK ? "overlay: the same time last week"
                                       : "overlay off");
    return REACTION_VIEW;
}
