#include "app/line_choice.h"

#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "base/text.h"
#include "view/lines.h"

static const struct view_line *find(const struct view_chart *chart, const char *argument)
{
    int named = lines_find(chart, argument);
    char *end;
    long number = strtol(argument, &end, 10);
    bool is_number = *end == '\0' && number >= 1 && number <= VIEW_LINES_MAX;
    return lines_number(chart, named > 0 ? named : is_number ? (int)number : 0);
}

const char *line_meant(const struct app *app, const char *argument)
{
    const struct view_chart *chart = lines_chart(&app->view);
    const struct view_line *line = chart ? find(chart, argument) : NULL;
    return line ? line->name : chart && strcmp(argument, "all") == 0 ? _("all") : NULL;
}

unsigned line_turn(struct app *app, const char *argument)
{
    const struct view_chart *chart = lines_chart(&app->view);
    const struct view_line *line = chart ? find(chart, argument) : NULL;
    const char *no = NULL;
    if (strcmp(argument, "all") == 0) {
        app->state.lines_off_count = 0;
    } else if (!chart) {
        no = _("no chart of several lines here");
    } else if (!line) {
        no = arena_printf(&app->frame, _("no line '%s' in this chart"), argument);
    } else if (!lines_turn(&app->state, chart, line)) {
        no = app->state.lines_off_count == STATE_LINES_OFF
                 ? arena_printf(&app->frame,
                       _("%s stays: %d lines of charts are off already; %s turns on all"),
                       line->name, STATE_LINES_OFF, app_key(app, "line all"))
                 : arena_printf(&app->frame, _("%s stays: no other line is on"), line->name);
    }
    if (no) {
        app_note(app, no);
        app_note_is_of_page(app);
    }
    return REACTION_VIEW;
}
