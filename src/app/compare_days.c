#include "app/app.h"
#include "base/text.h"

/** What the key goes through, and what it says: where there are charts, and where there is none. */
static const struct {
    int days;
    const char *laid, *nowhere;
} overlays[] = {
    {0, N_("overlay off"), N_("overlay off")},
    {1, N_("overlay: the same time yesterday"), N_("no chart here to lay yesterday over")},
    {7, N_("overlay: the same time last week"), N_("no chart here to lay last week over")},
};

enum { OVERLAYS = sizeof overlays / sizeof *overlays };

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
    size_t next = 0;
    for (size_t i = 0; i + 1 < OVERLAYS; i++) {
        next = overlays[i].days == *days ? i + 1 : next;
    }
    *days = overlays[next].days;
    app_note(app, _(shows_chart(&app->view) ? overlays[next].laid : overlays[next].nowhere));
    return REACTION_VIEW;
}
