#include "app/app.h"

enum { YESTERDAY = 1, LAST_WEEK = 7 };

static bool shows_chart(const struct view *v)
{
    bool any = false;
    for (size_t i = 0; i < v->panes_count; i++) {
        any = any || v->panes[i].kind == PANE_CHART;
    }
    return any;
}

unsigned compare_next(struct app *app, const char *argument)
{
    (void)argument;
    int *days = &app->state.compare_days;
    *days = *days == 0 ? YESTERDAY : *days == YESTERDAY ? LAST_WEEK : 0;
    bool chart = shows_chart(&app->view);
    app_note(app, *days == 0           ? "overlay off"
                  : *days == YESTERDAY ? chart
                                             ? "overlay: the same time yesterday"
                                             : "yesterday is laid over charts; there are none here"
                  : chart              ? "overlay: the same time last week"
                                       : "last week is laid over charts; there are none here");
    return REACTION_VIEW;
}
