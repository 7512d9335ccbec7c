#include "app/replay.h"

#include <string.h>

#include "app/app.h"
#include "app/command_line.h"
#include "base/clock.h"
#include "base/plain.h"
#include "base/text.h"
#include "config/types.h"
#include "tape/player.h"

static void describe(const struct app *app, const struct recording *r, struct str *out)
{
    struct arena a = {0};
    struct str to;
    str_init(&to);
    clock_add_local(&to, r->ended_ms, "%H:%M");
    const char *slash = strrchr(app->config->replay, '/');
    const char *file = plain_path(&a, slash ? slash + 1 : app->config->replay);
    if (app->now_ms >= r->ended_ms && r->cut) {
        str_addf(out, _("Replay of %s, at its end, %s: the file was cut off there"), file, to.text);
    } else if (app->now_ms >= r->ended_ms) {
        str_addf(out, _("Replay of %s, at its end, %s"), file, to.text);
    } else {
        str_addf(out, _("Replay of %s until %s, speed %.4g"), file, to.text, app->replay.speed);
    }
    str_finish(&to);
    arena_finish(&a);
}

void replay_start(struct app *app)
{
    if (player_runs()) {
        app->replay.speed = app->config->speed;
        clock_play_at(app->replay.speed);
    }
}

bool replay_turn(struct app *app)
{
    const struct recording *r = player_runs();
    if (!r) {
        return false;
    }
    clock_play_at(app->state.paused ? 0 : app->replay.speed);
    struct str text;
    str_init(&text);
    describe(app, r, &text);
    bool changed = strcmp(text.text, app->replay.text.text) != 0;
    str_finish(&app->replay.text);
    app->replay.text = text;
    return changed;
}

static bool plays(struct app *app)
{
    if (!player_runs()) {
        app_note(
            app, _("this is live; only a recording has a speed and steps: ragtop --replay FILE"));
    }
    return player_runs() != NULL;
}

unsigned replay_speed(struct app *app, const char *argument)
{
    struct str why, given;
    str_init(&why);
    str_init(&given);
    if (plays(app) && !value_read(&type_speed, argument, &app->replay.speed, &why)) {
        plain_add(&given, argument);
        struct str reason = why;
        str_init(&why);
        str_addf(&why, _("%s is %s"), given.text, reason.text);
        app_note(app, why.text);
        str_finish(&reason);
    }
    str_finish(&given);
    str_finish(&why);
    return REACTION_VIEW;
}

unsigned replay_step(struct app *app, const char *argument)
{
    (void)argument;
    if (!plays(app)) {
        return REACTION_VIEW;
    }
    app->state.paused = true;
    clock_play_at(0);
    clock_play_move(app->now_ms + app_watch(app)->plan.refresh_ms);
    app->now_ms = clock_now_ms();
    return REACTION_VIEW | REACTION_REFETCH;
}
