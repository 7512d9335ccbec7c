#include "unit/poll/desk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const char two_stages[] = "window: 5m\nrefresh: 15s\nspan: 1h\n"
                                 "baseline: {kind: %s, range: 3d}\n"
                                 "stages: [{name: a, latency: a}, {name: b, latency: b}]\n";

void desk_without_others(struct desk *d)
{
    for (size_t i = SIGNALS; i < d->world.plan.signals_count; i++) {
        free(d->world.plan.signals[i].expr);
        d->world.plan.signals[i].expr = NULL;
    }
}

void desk_start(struct desk *d, const char *kind)
{
    struct str yaml;
    str_init(&yaml);
    str_addf(&yaml, two_stages, kind);
    world_init(&d->world, yaml.text);
    str_finish(&yaml);
    for (size_t i = 0; i < SIGNALS; i++) {
        d->world.store.signals[i].condition = CONDITION_ASKING;
        d->world.store.signals[i].now_ms = 0;
    }
    desk_without_others(d);
    schedule_init(&d->schedule, &d->world.config, &d->world.plan, &d->world.scope, &d->world.store);
    d->schedule.env.tick_ms = WORLD_NOW_MS;
}

void desk_stop(struct desk *d)
{
    schedule_finish(&d->schedule);
    schedule_finish(&d->schedule);
    world_finish(&d->world);
}

void desk_want(struct desk *d, const struct want *wants, size_t count)
{
    struct wants list = {0};
    for (size_t i = 0; i < count; i++) {
        wants_add(&list, wants[i]);
    }
    feed_env_want(&d->schedule.env, &list);
    wants_finish(&list);
}

void desk_answer(struct desk *d, const struct ask *ask, int points)
{
    if (ask->feed->decode) { // it is about no signal
        schedule_done(&d->schedule, ask);
        return;
    }
    struct signal_data *data = &d->world.store.signals[ask->index];
    bool live = ask->feed == &feed_now || ask->feed == &feed_span;
    int64_t step =
        live ? scope_grid(&d->world.scope, &d->world.plan).step_ms : STORE_HISTORY_STEP_MS;
    struct batch b = {0};
    struct batch_series *s = batch_add(&b);
    for (int64_t slot = ask->first; slot <= ask->last && points-- > 0; slot++) {
        batch_add_sample(s, slot * step, 1);
    }
    if (live) {
        matrix_merge(&data->live, &b, ask->first, ask->last);
        if (ask->last >= matrix_slot(&data->live, ask->tick_ms)) {
            data->now_ms = ask->tick_ms;
            data->condition = CONDITION_ANSWERED;
        }
    } else {
        struct history *h = ask->feed == &feed_days     ? store_own_day(data, ask->part)
                            : ask->feed == &feed_pinned ? &data->pinned
                                                        : &data->recent;
        matrix_finish(&h->matrix);
        matrix_init(&h->matrix, step, (size_t)(ask->last - ask->first + 1));
        matrix_merge(&h->matrix, &b, ask->first, ask->last);
        h->first = ask->first;
        h->last = ask->last;
        h->answered = true;
        h->version++;
    }
    batch_finish(&b);
    schedule_done(&d->schedule, ask);
}

size_t desk_take(struct desk *d, struct ask *asks, size_t count)
{
    size_t n = 0;
    while (n < count && schedule_next(&d->schedule, &asks[n])) {
        n++;
    }
    return n;
}

void desk_settle(struct desk *d, int points, int counts[FEED_KINDS])
{
    struct ask ask;
    for (int i = 0; i < FEED_KINDS; i++) {
        counts[i] = 0;
    }
    for (int i = 0; i < 1000 && schedule_next(&d->schedule, &ask); i++) {
        counts[ask.feed->kind]++;
        desk_answer(d, &ask, points);
    }
}
