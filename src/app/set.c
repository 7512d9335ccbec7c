#include <string.h>

#include "app/app.h"
#include "app/baseline.h"
#include "app/command_line.h"
#include "app/travel.h"
#include "base/clock.h"
#include "base/clock_in.h"
#include "base/plain.h"
#include "base/text.h"
#include "config/types.h"

// "nonsense is not a duration; use ..."
static unsigned refuse(struct app *app, const char *argument, const struct str *why)
{
    struct str s, given;
    str_init(&s);
    str_init(&given);
    plain_add(&given, argument);
    str_addf(&s, _("%s is %s"), given.text, why->text);
    app_note(app, s.text);
    str_finish(&given);
    str_finish(&s);
    return REACTION_VIEW;
}

// In the past an hour is one of the day that is shown, unless that hour is yet to come.
static bool parse_moment(const struct app *app, const char *text, int64_t *at_ms)
{
    int64_t shown_ms = app_watch(app)->scope.at_ms;
    if (shown_ms > 0 && clock_parse_time_of_day(text, shown_ms, at_ms) && *at_ms <= app->now_ms) {
        return true;
    }
    return clock_parse_moment(text, app->now_ms, at_ms);
}

unsigned set_moment(struct app *app, const char *argument)
{
    int64_t at_ms;
    struct str why, given;
    str_init(&why);
    str_init(&given);
    if (parse_moment(app, argument, &at_ms)) {
        travel_to(app, at_ms);
    } else {
        plain_add(&given, argument);
        str_addf(&why,
            _("invalid time '%s'; try -30m, 09:00, yesterday 09:00, wed 09:00, 2026-02-04 09:00"),
            given.text);
        app_note(app, why.text);
    }
    str_finish(&given);
    str_finish(&why);
    return REACTION_VIEW;
}

unsigned set_span(struct app *app, const char *argument)
{
    int64_t span_ms;
    struct str why;
    str_init(&why);
    if (value_read(&type_span, argument, &span_ms, &why)) {
        travel_span(app, span_ms);
    } else {
        refuse(app, argument, &why);
    }
    str_finish(&why);
    return REACTION_VIEW;
}

static bool any_resolved(const struct app *app)
{
    bool any = false;
    for (size_t i = 0; i < app->watches_count; i++) {
        any = any || app->watches[i].plan.resolved;
    }
    return any;
}

unsigned set_window(struct app *app, const char *argument)
{
    int64_t window_ms;
    struct str s;
    str_init(&s);
    if (!value_read(&type_window, argument, &window_ms, &s)) {
        refuse(app, argument, &s);
    } else if (any_resolved(app)) {
        struct scope scope = app_watch(app)->scope;
        scope.window_ms = window_ms;
        app_look_at(app, &scope);
        struct arena a = {0};
        app_note(app, arena_printf(&a, _("rates over %s"), clock_length_in(&a, window_ms)));
        arena_finish(&a);
    } else {
        app_note(app, _("the server has not listed its metrics yet; try again"));
    }
    str_finish(&s);
    return REACTION_VIEW;
}

unsigned set_baseline(struct app *app, const char *argument)
{
    enum baseline_kind kind;
    struct str why;
    str_init(&why);
    if (value_read(&type_baseline, argument, &kind, &why)) {
        baseline_choose(app, kind);
    } else {
        refuse(app, argument, &why);
    }
    str_finish(&why);
    return REACTION_VIEW;
}
