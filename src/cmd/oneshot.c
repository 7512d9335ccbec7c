#include "cmd/oneshot.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/memory.h"
#include "app/trace.h"
#include "base/clock.h"
#include "base/mem.h"
#include "poll/poller.h"

enum { SCRAPING_MS = 15 * 1000 };

static bool settled(const struct store *s)
{
    // nothing was ever answered: asking again and again would only make the reader wait
    bool hopeless = s->source.reach == REACH_LOST && s->source.answered_ms == 0;
    return hopeless || (s->complete && s->history_complete);
}

static int64_t moment(const struct oneshot *o, const struct config *config, int64_t now_ms)
{
    int64_t newest = store_newest_ms(&o->store);
    return config->has_at ? config->at_ms : newest ? newest : now_ms;
}

// What is known by then is shown, marked as what it is.
static void give_up(struct store *s, int64_t after_ms)
{
    if (s->source.reach != REACH_LOST) {
        s->source.reach = REACH_LOST;
        snprintf(s->source.why, sizeof s->source.why, "no complete answer within %.0f s",
            (double)after_ms / 1000);
    }
}

// Returns whether everything that was asked for is known by DEADLINE_MS of the steady clock.
static bool poll_until_settled(
    struct poller *poller, struct oneshot *o, int64_t now_ms, int64_t deadline_ms)
{
    bool scrapes = false;
    poller_turn(poller, now_ms);
    while (!settled(&o->store) && clock_steady_ms() < deadline_ms) {
        int64_t left = deadline_ms - clock_steady_ms();
        bool waits = o->store.source.reach == REACH_LOST || poller_scrapes(poller);
        int64_t retry = waits ? 250 : left;
        poller_wait(poller, NULL, 0, (int)(retry < left ? retry : left));
        // one moment is judged, so the clock stands still: a tick in between would start all over
        int64_t at = waits || poller_scrapes(poller) ? clock_now_ms() : now_ms;
        if (poller_scrapes(poller) && !scrapes) { // rates need two scrapes, with time between
            scrapes = true;
            deadline_ms += SCRAPING_MS;
        }
        poller_turn(poller, at);
    }
    return settled(&o->store);
}

static void judge(struct oneshot *o, const struct config *config, int64_t now_ms)
{
    diagnosis_run(
        &o->diagnosis, &o->plan, &o->store, &thresholds_default, moment(o, config, now_ms));
}

// Where something is wrong, what explains it is asked too.
static void look_closer(struct oneshot *o, struct poller *poller, int64_t now_ms)
{
    bool *stages = mem_zalloc(o->plan.stages_count, sizeof *stages);
    int64_t patience = o->plan.config->source.timeout_ms;
    if (o->store.source.reach == REACH_OK && diagnosis_wants(&o->diagnosis, stages)) {
        poller_inspect(poller, stages);
        poll_until_settled(poller, o, now_ms, clock_steady_ms() + patience);
        judge(o, o->plan.config, now_ms);
    }
    free(stages);
}

static bool start(struct oneshot *o, const struct config *config, int64_t now_ms, struct str *why)
{
    *o = (struct oneshot){0};
    o->poller = poller_create(config, &o->plan, &o->store, why);
    if (!o->poller || !trace_start(o->poller, config, why) ||
        !memory_load(&o->saved, o->poller, config, why)) {
        return false;
    }
    if (why->len > 0) {
        store_add_note(&o->store, why->text);
        str_clear(why);
    }
    o->cache = memory_start(o->poller, config, now_ms);
    return true;
}

static void stop(struct oneshot *o)
{
    poller_destroy(o->poller);
    o->poller = NULL;
    cache_close(o->cache);
    o->cache = NULL;
}

static void poll(struct oneshot *o, const struct config *config, int64_t now_ms)
{
    int64_t patience = 3 * config->source.timeout_ms;
    if (!poll_until_settled(o->poller, o, now_ms, clock_steady_ms() + patience)) {
        give_up(&o->store, patience);
    }
}

bool oneshot_run(struct oneshot *out, const struct config *config, struct str *why)
{
    int64_t now = clock_now_ms();
    bool good = start(out, config, now, why);
    if (good) {
        poll(out, config, now);
        diagnosis_init(&out->diagnosis, &out->plan);
        judge(out, config, now);
        look_closer(out, out->poller, now);
    }
    stop(out);
    return good;
}

bool oneshot_poll(
    struct oneshot *out, const struct config *config, int64_t reach_ms, struct str *why)
{
    int64_t now = clock_now_ms();
    bool good = start(out, config, now, why);
    if (good) {
        int64_t at = config->has_at ? config->at_ms : now;
        poller_set_baseline(out->poller, BASELINE_PINNED, at, reach_ms);
        poll(out, config, now);
    }
    stop(out);
    return good;
}

void oneshot_view(struct oneshot *o, int columns, int rows)
{
    int64_t now = o->plan.config->has_at ? o->plan.config->at_ms : clock_now_ms();
    const struct view_input input = {
        .words = {.plan = &o->plan, .store = &o->store, .diagnosis = &o->diagnosis},
        .state = &o->state,
        .now_ms = now,
        .columns = columns,
        .rows = rows,
        .source = o->plan.config->source.url};
    view_build(&o->view, &o->arena, &input);
}

void oneshot_finish(struct oneshot *o)
{
    arena_finish(&o->arena);
    diagnosis_finish(&o->diagnosis);
    store_finish(&o->store);
    plan_finish(&o->plan);
    saved_finish(&o->saved);
}
