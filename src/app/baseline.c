#include "app/baseline.h"

#include "app/app.h"
#include "base/clock.h"
#include "base/clock_in.h"
#include "base/text.h"
#include "poll/poller.h"
#include "words/words.h"

enum { PIN_REACH_MS = CLOCK_HOUR_MS / 2 };

static void set(struct app *app, enum baseline_kind kind, int64_t at_ms)
{
    static const char *const names[] = {[BASELINE_AUTO] = N_("whatever history there is (auto)"),
        [BASELINE_SEASONAL] = N_("the same time in earlier weeks or days (seasonal)"),
        [BASELINE_WEEK] = N_("the same weekday and time (week)"),
        [BASELINE_DAY] = N_("the same time on recent days (day)"),
        [BASELINE_RECENT] = N_("the preceding hours (recent)"),
        [BASELINE_MEAN] = N_("the mean of the same time on recent days (mean)")};
    struct scope scope = app_watch(app)->scope;
    if (kind != scope.baseline || kind == BASELINE_PINNED) {
        scope.baseline = kind;
        scope.pin_ms = at_ms;
        scope.pin_reach_ms = PIN_REACH_MS;
        app_look_at(app, &scope);
    }
    struct arena a = {0};
    struct str what;
    str_init(&what);
    if (kind == BASELINE_PINNED) {
        words_add_pinned(&what, &app_watch(app)->scope, app->now_ms);
    } else if (kind == BASELINE_FILE) {
        str_addf(&what, _("saved in %s"), app_watch(app)->store.saved_name);
    } else {
        str_add(&what, _(names[kind]));
    }
    const char *sentence = arena_printf(&a, _("usual = %s"), what.text);
    app_note(app, sentence);
    str_setf(&app->pinned, "%s", kind == BASELINE_PINNED ? sentence : "");
    str_finish(&what);
    arena_finish(&a);
}

void baseline_next(struct app *app)
{
    enum baseline_kind kind = app_watch(app)->scope.baseline;
    if (kind == BASELINE_PINNED) {
        set(app, app->unpinned, 0);
        return;
    }
    enum baseline_kind last = app_watch(app)->store.saved_name ? BASELINE_FILE : BASELINE_MEAN;
    set(app, kind >= last ? BASELINE_AUTO : (enum baseline_kind)(kind + 1), 0);
}

void baseline_choose(struct app *app, enum baseline_kind kind)
{
    if (kind == BASELINE_FILE && !app_watch(app)->store.saved_name) {
        app_note(app, _("no file was read at the start: `ragtop -b FILE`"));
    } else {
        set(app, kind, 0);
    }
}

// Of a target that is scraped here there is nothing before its first scrape.
static bool has_too_little(struct app *app, int64_t at_ms)
{
    const struct source_state *source = &app_watch(app)->store.source;
    int64_t known_ms = at_ms - source->scraped_since_ms;
    if (!source->scraped || known_ms >= STORE_PIN_LEAST_MS) {
        return false;
    }
    struct arena a = {0};
    int64_t enough_ms = source->scraped_since_ms + STORE_PIN_LEAST_MS + CLOCK_MINUTE_MS - 1;
    app_note(app,
        arena_printf(&a, _("too early to pin, try at %s: %s of samples, %s needed"),
            clock_local_in(&a, enough_ms, "%H:%M"), clock_age_in(&a, known_ms > 0 ? known_ms : 0),
            clock_age_in(&a, STORE_PIN_LEAST_MS)));
    arena_finish(&a);
    return true;
}

void baseline_pin(struct app *app, int64_t at_ms)
{
    if (app_watch(app)->scope.baseline == BASELINE_PINNED) {
        set(app, app->unpinned, 0);
        return;
    }
    if (has_too_little(app, at_ms)) {
        return;
    }
    app->unpinned = app_watch(app)->scope.baseline;
    set(app, BASELINE_PINNED, at_ms);
}
