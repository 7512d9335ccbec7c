/*
 * usage: soak [POLLS]
 * Thousands of polls of a server that fails at random, hours passing in seconds: asked, judged and
 * drawn as in the live program. The memory must stay what it was after a tenth of them, and what is
 * steady must never be called an incident.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "diagnose/diagnosis.h"
#include "draw/frame.h"
#include "http/shaky.h"
#include "pages/pages.h"
#include "poll/poller.h"
#include "unit/yaml.h"
#include "view/trend.h"
#include "view/view.h"

enum {
    POLLS = 10000,
    REFRESH_MS = 15000,
    IDLE_MOST = 3,
    ROUNDS_MAX = 400,
    FAILING = 150,
    CALM = 20
};

static const int64_t START_MS = 1770195600000; // 2026-02-04T09:00:00Z
static const char yaml[] = "window: 5m\nrefresh: 15s\nspan: 1h\nbaseline: {kind: auto, range: 7d}\n"
                           "stages:\n"
                           "  - {name: retrieval, latency: a_seconds, errors: a_errors_total,\n"
                           "     children: [{name: db, latency: b_seconds}]}\n"
                           "  - {name: generation, latency: c_seconds, errors: c_errors_total}\n";
static const char *const names[] = {"a_seconds", "b_seconds", "c_seconds", NULL};

/** Everything but the terminal. */
struct soak {
    struct shaky server;
    struct config config;
    struct scope scope;
    struct plan plan;
    struct store store;
    struct poller *poller;
    struct diagnosis diagnosis;
    struct arena arena;
    struct view view;
    struct view_state state;
    struct trend_cache cache;
    struct canvas canvas;
    int lost, refused, incidents, answered; // polls at whose end it was so
};

static long resident_kb(void)
{
    long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    check(f && fscanf(f, "%*d %ld", &pages) == 1);
    fclose(f);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void start(struct soak *s)
{
    struct str why;
    str_init(&why);
    shaky_start(&s->server, names);
    yaml_read(&s->config, yaml);
    s->config.source.url = s->server.url;
    s->config.source.timeout_ms = 10 * 1000;
    s->scope = scope_of(&s->config);
    s->poller = poller_create(&s->config, &s->scope, &s->plan, &s->store, &why);
    check(s->poller);
    diagnosis_init(&s->diagnosis, &s->plan);
    str_finish(&why);
}

static void finish(struct soak *s)
{
    poller_destroy(s->poller);
    diagnosis_finish(&s->diagnosis);
    store_finish(&s->store);
    plan_finish(&s->plan);
    s->config.source.url = NULL;
    config_finish(&s->config);
    arena_finish(&s->arena);
    trend_memo_finish(&s->cache);
    canvas_finish(&s->canvas);
    shaky_stop(&s->server);
}

static void show(struct soak *s, int64_t now_ms, int poll)
{
    static const enum page pages[] = {PAGE_INCIDENT, PAGE_STAGE, PAGE_ERRORS, PAGE_WALL};
    struct thresholds thresholds = thresholds_default;
    thresholds.persists = true;
    int64_t newest = store_newest_ms(&s->store);
    diagnosis_run(
        &s->diagnosis, &s->plan, &s->scope, &s->store, &thresholds, newest ? newest : now_ms);
    s->state.page = pages[poll / 10 % 4];
    arena_reset(&s->arena);
    const struct view_input input = {.words = {.source = &s->config.source,
                                         .plan = &s->plan,
                                         .scope = &s->scope,
                                         .store = &s->store,
                                         .diagnosis = &s->diagnosis},
        .state = &s->state,
        .now_ms = now_ms,
        .columns = 120,
        .rows = 40,
        .cache = &s->cache};
    view_build(&s->view, &s->arena, &input);
    canvas_resize(&s->canvas, input.columns, input.rows);
    frame_draw(&s->canvas, &s->view, GLYPHS_SHADES);
}

static void count(struct soak *s)
{
    bool refused = false;
    for (size_t i = 0; i < s->store.count; i++) {
        refused = refused || s->store.signals[i].condition == CONDITION_REFUSED;
    }
    s->lost += s->store.source.health == HEALTH_LOST;
    s->answered += s->store.source.health == HEALTH_OK && s->store.complete;
    s->refused += refused;
    s->incidents += s->diagnosis.verdict.condition == VERDICT_INCIDENT;
}

// The first ones well, so that there is something to compare with.
static void turn(struct soak *s, int64_t now_ms, int poll)
{
    s->server.told->clock_ms = now_ms;
    s->server.told->failing = poll < CALM ? 0 : FAILING;
    poller_turn(s->poller, now_ms);
    int idle = 0; // waits without an answer: what is missing of the past is asked for minutes later
    for (int i = 0; i < ROUNDS_MAX; i++) {
        if ((s->store.complete && s->store.history_complete) ||
            idle >= (s->store.complete ? IDLE_MOST : 10 * IDLE_MOST) ||
            s->store.source.health == HEALTH_LOST) {
            break;
        }
        uint64_t version = s->store.version;
        poller_wait(s->poller, NULL, 0, 5);
        poller_turn(s->poller, now_ms);
        idle = s->store.version == version ? idle + 1 : 0;
    }
    poller_wait(s->poller, NULL, 0, 0);
    show(s, now_ms, poll);
    count(s);
}

int main(int argc, char **argv)
{
    static struct soak s;
    int polls = argc > 1 ? (int)strtol(argv[1], NULL, 10) : POLLS;
    long early = 0;
    start(&s);
    printf(
        "%d polls, one every %d s, %d of 1,000 requests fail\n", polls, REFRESH_MS / 1000, FAILING);
    for (int i = 0; i < polls; i++) {
        turn(&s, START_MS + (int64_t)i * REFRESH_MS, i);
        if (i == polls / 10 || i == polls - 1) {
            early = early ? early : resident_kb();
            printf("  after %6d: %6ld KB resident, %5zu KB of it in use\n", i + 1, resident_kb(),
                mallinfo2().uordblks / 1024);
        }
    }
    long late = resident_kb();
    printf("  %d polls whole, %d with a refused query, %d without the server; %d requests failed\n",
        s.answered, s.refused, s.lost, (int)s.server.told->failures);
    bool flat = late <= early + early / 10 + 1024;
    bool real = s.answered > polls / 4 && s.lost > polls / 100 && s.refused > polls / 100;
    printf("  memory is %s; %d called an incident; %s\n", flat ? "flat" : "NOT flat", s.incidents,
        real ? "all happened" : "NOT all that was to happen did");
    int incidents = s.incidents;
    finish(&s);
    return flat && real && incidents == 0 ? 0 : 1;
}
