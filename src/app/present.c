#include "app/present.h"

#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "base/clock.h"
#include "base/mem.h"
#include "config/limits.h"
#include "view/fleet_state.h"

// True when it reads differently. While nothing is known yet, what was known before stands.
static bool take(struct present *p, struct watch *watches, size_t count, const struct app *app)
{
    struct view_source sources[LIMIT_SOURCES];
    watch_views(watches, count, sources);
    const struct view_source *given = &sources[fleet_given(sources, count, app->state.only)];
    const struct words *w = &given->words;
    bool lost = w->diagnosis->verdict.condition == VERDICT_UNREACHABLE;
    if (w->diagnosis->verdict.condition == VERDICT_ASKING) {
        return false;
    }
    struct str text;
    str_init(&text);
    fleet_add_brief(&text, given);
    enum role role = fleet_mark(w).role;
    bool changed = p->known_ms == 0 || p->role != role || strcmp(p->text.text, text.text) != 0;
    str_setf(&p->text, "%s", text.text);
    str_finish(&text);
    p->role = role;
    p->known_ms = lost ? app->now_ms : w->store->source.answered_ms;
    return changed;
}

static void finish_watches(struct present *p)
{
    for (size_t i = 0; i < p->count; i++) {
        watch_finish(&p->watches[i]);
    }
    p->count = 0;
}

static void stop(struct present *p)
{
    finish_watches(p);
    free(p->watches);
    p->watches = NULL;
}

static void start(struct app *app)
{
    struct present *p = &app->present;
    struct str why; // what the start of the program has said already
    str_init(&why);
    p->config = *app->config;
    p->config.has_at = false;
    p->watches = mem_zalloc(app->watches_count, sizeof *p->watches);
    bool good = true;
    while (good && p->count < app->watches_count) {
        struct watch *w = &p->watches[p->count];
        good = watch_start(w, app->watches, &p->config, p->count++, &why);
    }
    if (!good) {
        finish_watches(p); // once is enough
    }
    str_finish(&why);
}

void present_leave(struct app *app)
{
    app->present.known_ms = 0;
    take(&app->present, app->watches, app->watches_count, app);
}

void present_return(struct app *app)
{
    stop(&app->present);
    app->present.known_ms = 0;
}

static bool may_start(const struct app *app)
{
    bool may = app_watch(app)->scope.at_ms > 0;
    for (size_t i = 0; i < app->watches_count; i++) {
        const struct store *s = &app->watches[i].store;
        may = may && s->complete && !s->source.scraped;
    }
    return may;
}

bool present_turn(struct app *app)
{
    struct present *p = &app->present;
    if (!p->watches && may_start(app)) {
        start(app);
    }
    bool news = false;
    for (size_t i = 0; i < p->count; i++) {
        struct watch *w = &p->watches[i];
        poller_pause(w->poller, app->state.paused, app->now_ms);
        watch_turn(w, app->now_ms);
        if (w->judged != w->store.version && watch_rest_ms(w) <= 0) {
            watch_judge_newest(w, app->now_ms);
            news = true;
        }
    }
    return news && take(p, p->watches, p->count, app);
}

int present_due_ms(const struct app *app)
{
    const struct present *p = &app->present;
    int due = CLOCK_HOUR_MS;
    for (size_t i = 0; i < p->count; i++) {
        int own = watch_due_ms(&p->watches[i], app->now_ms);
        int64_t rest_ms = watch_rest_ms(&p->watches[i]);
        own = rest_ms > 0 && rest_ms < own ? (int)rest_ms : own;
        due = own < due ? own : due;
    }
    return due;
}

void present_set_back(struct app *app, int64_t back_ms)
{
    struct present *p = &app->present;
    for (size_t i = 0; i < p->count; i++) {
        poller_set_back(p->watches[i].poller, back_ms);
    }
    p->known_ms -= p->known_ms > 0 ? back_ms : 0;
}

void present_finish(struct present *p)
{
    stop(p);
    str_finish(&p->text);
}
