#include "app/alarm.h"

#include "app/app.h"
#include "base/clock.h"
#include "base/text.h"
#include "term/term.h"
#include "view/fleet_state.h"

enum { OVER_AFTER_MS = 2 * CLOCK_MINUTE_MS };

static void tell(const struct app *app, const char *text)
{
    if (app->config->notify != NOTIFY_NEVER) {
        term_notify(
            app->config->notify == NOTIFY_OSC9 ? TERM_NOTICE_OSC9 : TERM_NOTICE_OSC777, text);
    }
}

static void begin(const struct app *app, const struct view_source *source)
{
    struct str s;
    str_init(&s);
    fleet_add_brief(&s, source);
    tell(app, s.text);
    str_finish(&s);
    if (app->config->bell) {
        term_ring();
    }
}

static void end(const struct app *app, const struct view_source *source)
{
    struct str s;
    str_init(&s);
    if (source->name) {
        str_setf(&s, _("%s: the incident is over"), source->name);
    }
    tell(app, s.len ? s.text : _("the incident is over"));
    str_finish(&s);
}

enum alarm_news alarm_take(struct alarm_state *s, enum verdict_condition condition, int64_t now_ms)
{
    bool incident = condition == VERDICT_INCIDENT;
    if (!incident && condition != VERDICT_OK) {
        return ALARM_NOTHING;
    }
    if (!s->known) {
        *s = (struct alarm_state){.known = true, .on = incident};
        return ALARM_NOTHING;
    }
    if (incident || !s->on) {
        bool begins = incident && !s->on;
        s->on = incident;
        s->well_ms = 0;
        return begins ? ALARM_BEGINS : ALARM_NOTHING;
    }
    // a clock that was set back begins anew
    s->well_ms = s->well_ms > 0 && s->well_ms <= now_ms ? s->well_ms : now_ms;
    s->on = now_ms - s->well_ms < OVER_AFTER_MS;
    return s->on ? ALARM_NOTHING : ALARM_ENDS;
}

// While the past is looked at, the present is judged beside it.
void alarm_turn(struct app *app)
{
    if (!app->config->bell && app->config->notify == NOTIFY_NEVER) {
        return;
    }
    bool past = app_watch(app)->scope.at_ms > 0;
    struct watch *watches = past ? app->present.watches : app->watches;
    size_t count = past ? app->present.count : app->watches_count;
    struct view_source sources[LIMIT_SOURCES];
    watch_views(watches, count, sources);
    for (size_t i = 0; i < count; i++) {
        enum verdict_condition condition = sources[i].words.diagnosis->verdict.condition;
        switch (alarm_take(&app->alarm.of[i], condition, app->now_ms)) {
        case ALARM_NOTHING: break;
        case ALARM_BEGINS: begin(app, &sources[i]); break;
        case ALARM_ENDS: end(app, &sources[i]); break;
        }
    }
}
