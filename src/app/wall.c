#include "app/wall.h"

#include "app/app.h"
#include "app/pages_go.h"
#include "base/clock.h"
#include "pages/pages.h"

enum { PERIOD_MS = 15000 };

static int64_t period_ms(const struct app *app)
{
    return app->config->wall_ms ? app->config->wall_ms : PERIOD_MS;
}

void wall_start(struct app *app)
{
    app->state.wall = true;
    app->state.prompt = PROMPT_NONE;
    app->state.filter[0] = '\0';
    app->cursor_moved = false;
    pages_show(app, PAGE_WALL);
    app->wall_since_ms = app->now_ms;
    app->wall_next_ms = app->now_ms + period_ms(app);
}

unsigned wall_toggle(struct app *app, const char *argument)
{
    (void)argument;
    if (app->state.wall) {
        app->state.wall = false;
        pages_show(app, PAGE_INCIDENT);
    } else {
        wall_start(app);
    }
    return REACTION_VIEW;
}

static bool has_page(const struct app *app, enum page page)
{
    const struct page_entry *p = page_entry(page);
    bool has = false;
    for (size_t i = 0; p->rotates && i < app->watches_count; i++) {
        has = has || p->rotates(&app->watches[i].diagnosis);
    }
    return has;
}

static bool has_incident(const struct app *app)
{
    for (size_t i = 0; i < app->watches_count; i++) {
        if (app->watches[i].diagnosis.verdict.condition == VERDICT_INCIDENT) {
            return true;
        }
    }
    return false;
}

bool wall_turn(struct app *app)
{
    bool incident = has_incident(app);
    if (!app->state.wall || (app->now_ms < app->wall_next_ms && !incident)) {
        return false;
    }
    enum page before = app->state.page;
    int next = before;
    do {
        next = incident ? PAGE_WALL : (next + 1) % PAGE_COUNT;
    } while (!has_page(app, (enum page)next));
    if (app->now_ms >= app->wall_next_ms) {
        app->wall_next_ms = app->now_ms + period_ms(app);
    }
    if ((enum page)next != before) {
        pages_show(app, (enum page)next);
    }
    return app->state.page != before;
}

int64_t wall_due_ms(const struct app *app, int64_t most)
{
    if (!app->state.wall) {
        return most;
    }
    int64_t left = app->wall_next_ms - app->now_ms;
    return left < 0 ? 0 : left < most ? left : most;
}

void wall_offset(const struct app *app, int *x, int *y)
{
    int64_t minute = (app->now_ms - app->wall_since_ms) / CLOCK_MINUTE_MS;
    *x = app->state.wall ? (int)(minute % (WALL_WANDER_X + 1)) : 0;
    *y = app->state.wall ? (int)(minute / (WALL_WANDER_X + 1) % (WALL_WANDER_Y + 1)) : 0;
}
