#include "app/travel.h"

#include "app/app.h"
#include "app/move.h"
#include "base/clock.h"
#include "base/clock_in.h"
#include "base/text.h"
#include "poll/poller.h"

enum { CURSOR_STEPS = 120 }; // over the whole span

static const int64_t spans[] = {5 * CLOCK_MINUTE_MS, 15 * CLOCK_MINUTE_MS, 30 * CLOCK_MINUTE_MS,
    CLOCK_HOUR_MS, 2 * CLOCK_HOUR_MS, 6 * CLOCK_HOUR_MS, 12 * CLOCK_HOUR_MS, CLOCK_DAY_MS,
    2 * (int64_t)CLOCK_DAY_MS, 7 * (int64_t)CLOCK_DAY_MS};

enum { SPANS_COUNT = sizeof spans / sizeof *spans };

static int64_t present_ms(const struct app *app)
{
    return app->now_ms + app_watch(app)->store.source.skew_ms;
}

static int64_t judged_ms(const struct app *app)
{
    return watch_moment(app_watch(app), present_ms(app));
}

static void say_span(struct app *app)
{
    struct arena a = {0};
    const char *span = clock_length_in(&a, app_watch(app)->scope.span_ms);
    app_note(app, arena_printf(&a, _("showing %s"), span));
    arena_finish(&a);
}

static struct grid grid_of(const struct app *app)
{
    const struct watch *w = app_watch(app);
    return scope_grid(&w->scope, &w->plan);
}

void travel_span(struct app *app, int64_t span_ms)
{
    struct scope scope = app_watch(app)->scope;
    scope.span_ms = span_ms;
    app_look_at(app, &scope);
    app->state.cursor_ms = 0;
    say_span(app);
}

static unsigned zoom(struct app *app, int steps)
{
    int64_t span_ms = app_watch(app)->scope.span_ms;
    int at = 0;
    while (at < SPANS_COUNT - 1 && spans[at] < span_ms) {
        at++;
    }
    // a span of one's own lies between two of these
    at += steps > 0 && spans[at] > span_ms ? steps - 1 : steps;
    at = at < 0 ? 0 : at > SPANS_COUNT - 1 ? SPANS_COUNT - 1 : at;
    travel_span(app, spans[at]);
    return REACTION_VIEW;
}

unsigned travel_nearer(struct app *app, const char *argument)
{
    (void)argument;
    return zoom(app, -1);
}

unsigned travel_farther(struct app *app, const char *argument)
{
    (void)argument;
    return zoom(app, 1);
}

// What is not yet past follows the present, as 0 does.
static void move_to(struct app *app, int64_t at_ms)
{
    struct scope scope = app_watch(app)->scope;
    int64_t step = grid_of(app).step_ms;
    bool present = at_ms <= 0 || at_ms >= present_ms(app) - 2 * step;
    if (present) {
        present_return(app);
    } else if (scope.at_ms <= 0) {
        present_leave(app);
    }
    scope.at_ms = present ? 0 : at_ms / step * step;
    app_look_at(app, &scope);
    app->state.cursor_ms = 0;
}

static const char *weekday(struct arena *a, int64_t at_ms)
{
    static const char *const names[] = {N_("Sunday"), N_("Monday"), N_("Tuesday"), N_("Wednesday"),
        N_("Thursday"), N_("Friday"), N_("Saturday")};
    return _(names[*clock_local_in(a, at_ms, "%w") - '0']);
}

void travel_to(struct app *app, int64_t at_ms)
{
    static const char format[] = "%Y-%m-%d %H:%M:%S";
    const struct scope *scope = &app_watch(app)->scope;
    struct arena a = {0};
    if (at_ms > present_ms(app) + grid_of(app).step_ms) {
        app_note(app, arena_printf(&a, _("%s is in the future; `%s` is half an hour ago"),
                          clock_local_in(&a, at_ms, format), app_key(app, "at -30m")));
    } else {
        move_to(app, at_ms > 0 ? at_ms : 1);
        app_note(
            app, scope->at_ms > 0
                     ? arena_printf(&a, _("%s, %s; %s returns to now"), weekday(&a, scope->at_ms),
                           clock_local_in(&a, scope->at_ms, format), app_key(app, "live"))
                     : _("back to now"));
    }
    arena_finish(&a);
}

static unsigned pan(struct app *app, int halves)
{
    const struct scope *scope = &app_watch(app)->scope;
    if (halves > 0 && scope->at_ms <= 0) {
        app_explain(app, _("this is already now; {earlier} goes back"));
        return REACTION_VIEW;
    }
    int64_t to = judged_ms(app) + halves * (scope->span_ms / 2);
    move_to(app, to > 0 ? to : 1);
    return REACTION_VIEW;
}

unsigned travel_back(struct app *app, const char *argument)
{
    (void)argument;
    return pan(app, -1);
}

unsigned travel_forward(struct app *app, const char *argument)
{
    (void)argument;
    return pan(app, 1);
}

unsigned travel_present(struct app *app, const char *argument)
{
    (void)argument;
    move_to(app, 0);
    app_note(app, _("back to now"));
    return REACTION_VIEW;
}

static int64_t clamp(const struct app *app, int64_t at_ms)
{
    const struct grid grid = grid_of(app);
    int64_t last = judged_ms(app) / grid.step_ms * grid.step_ms;
    int64_t first = last - ((int64_t)grid.slots - 1) * grid.step_ms;
    return at_ms < first ? first : at_ms > last ? last : at_ms;
}

unsigned travel_cursor(struct app *app, const char *argument)
{
    (void)argument;
    app->state.cursor_ms = app->state.cursor_ms > 0 ? 0 : clamp(app, INT64_MAX);
    return REACTION_VIEW;
}

static unsigned move_cursor(struct app *app, int steps)
{
    const struct grid grid = grid_of(app);
    int64_t slots = (int64_t)grid.slots / CURSOR_STEPS;
    int64_t step = (slots > 0 ? slots : 1) * grid.step_ms;
    app->state.cursor_ms = clamp(app, app->state.cursor_ms + steps * step);
    return REACTION_VIEW;
}

unsigned travel_left(struct app *app, const char *argument)
{
    return app->state.cursor_ms > 0 ? move_cursor(app, -1) : move_pane_before(app, argument);
}

unsigned travel_right(struct app *app, const char *argument)
{
    return app->state.cursor_ms > 0 ? move_cursor(app, 1) : move_next_pane(app, argument);
}

int64_t travel_moment(const struct app *app)
{
    return app->state.cursor_ms > 0 ? app->state.cursor_ms : judged_ms(app);
}

unsigned travel_mark(struct app *app, const char *argument)
{
    (void)argument;
    struct view_state *s = &app->state;
    int64_t at = travel_moment(app), near = grid_of(app).step_ms;
    for (int i = 0; i < s->marks_count; i++) {
        if (s->marks_ms[i] >= at - near && s->marks_ms[i] <= at + near) {
            s->marks_ms[i] = s->marks_ms[--s->marks_count];
            app_note(app, _("mark removed"));
            return REACTION_VIEW;
        }
    }
    if (s->marks_count < STATE_MARKS_MAX) {
        struct arena a = {0};
        s->marks_ms[s->marks_count++] = at;
        app_note(app, arena_printf(&a, _("marked %s; %s goes to it"),
                          clock_local_in(&a, at, "%H:%M:%S"), app_key(app, "next-mark")));
        arena_finish(&a);
    } else {
        app_explain(app, _("too many marks; {mark} on one removes it"));
    }
    return REACTION_VIEW;
}

unsigned travel_next_mark(struct app *app, const char *argument)
{
    (void)argument;
    struct view_state *s = &app->state;
    int64_t at = travel_moment(app), next = 0, least = 0;
    for (int i = 0; i < s->marks_count; i++) {
        int64_t mark = s->marks_ms[i];
        if (clamp(app, mark) != mark) {
            continue; // not in sight
        }
        least = least == 0 || mark < least ? mark : least;
        next = mark > at && (next == 0 || mark < next) ? mark : next;
    }
    if (least == 0) {
        app_explain(app, _("no mark in view: {mark} sets one"));
        app_note_is_of_page(app);
    } else {
        s->cursor_ms = next > 0 ? next : least;
    }
    return REACTION_VIEW;
}
