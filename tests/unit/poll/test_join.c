/*
 * Questions in one request: what becomes of all of them when it is not answered.
 */
#include "poll/join.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "poll/answer.h"
#include "poll/health.h"
#include "poll/poller_state.h"
#include "unit/world.h"

static const char stages[] = "window: 5m\nrefresh: 15s\nspan: 1h\n"
                             "baseline: {kind: day, range: 4d}\n"
                             "stages: [{name: a, latency: a}, {name: b, latency: b}, "
                             "{name: c, latency: c}, {name: d, latency: d}]\n";

enum { MEMBERS = 4, REFRESH_MS = 15000 };

/** A poller that has asked for several signals in one request. */
struct desk {
    struct world world;
    struct poller poller;
    unsigned members; /**< bits of the signals */
    int64_t now_ms;
};

static void start(struct desk *d)
{
    char nobody[] = "http://127.0.0.1:1";
    struct endpoint source = {.url = nobody, .timeout_ms = 1000};
    struct str why;
    str_init(&why);
    *d = (struct desk){.now_ms = WORLD_NOW_MS};
    world_init(&d->world, stages);
    d->world.store.source.health = HEALTH_OK;
    d->poller = (struct poller){.config = &d->world.config,
        .scope = &d->world.scope,
        .plan = &d->world.plan,
        .draft = &d->world.plan,
        .store = &d->world.store,
        .http = connect_source(&source, &why),
        .phase = PHASE_POLLING,
        .answers = 1};
    assert_non_null(d->poller.http);
    poller_start_schedule(&d->poller, WORLD_NOW_MS);
    str_finish(&why);
}

static void stop(struct desk *d)
{
    http_destroy(d->poller.http);
    schedule_finish(&d->poller.schedule);
    holdings_finish(&d->poller.holdings);
    world_finish(&d->world);
}

/** Asks for FEED of the first signals in one request. */
static void ask_joined(struct desk *d, const struct feed_type *feed)
{
    struct joins joins = {.count = 0};
    struct ask ask;
    int count = 0;
    while (schedule_next(&d->poller.schedule, &ask)) {
        bool of_feed = ask.feed == feed && ask.part == 0 && count < MEMBERS;
        if (of_feed && join_add(&joins, &d->world.plan, &ask)) {
            d->members |= 1u << ask.index;
            count++;
        } else {
            schedule_done(&d->poller.schedule, &ask);
        }
    }
    assert_int_equal(count, MEMBERS);
    assert_int_equal(joins.count, 1);
    health_mark(&d->poller, &joins.groups[0]);
    d->poller.asks[0] = joins.groups[0];
    d->poller.ask_used[0] = true;
    d->poller.answers++; // another was answered meanwhile
}

static void reply(struct desk *d, long status, int64_t retry_after_s)
{
    d->poller.reply = (struct http_reply){.outcome = HTTP_ANSWERED,
        .status = status,
        .retry_after_s = retry_after_s,
        .server_ms = -1,
        .body = "",
        .why = "",
        .log = ""};
    d->poller.has_reply = true;
    d->poller.samples = prom_samples_begin(status, "", 0);
    size_t left = POLLER_TURN_BYTES;
    assert_true(answer_read(&d->poller, &left));
    answer_take(&d->poller, d->now_ms);
}

/** How many of the questions, which were of FEED, would be sent again at NOW_MS. */
static int due(struct desk *d, const struct feed_type *feed, int64_t now_ms)
{
    int count = 0;
    struct ask ask;
    d->poller.schedule.env.tick_ms = now_ms / REFRESH_MS * REFRESH_MS;
    d->poller.schedule.history_rests = health_spares_history(&d->poller, now_ms);
    bool lost = d->world.store.source.health == HEALTH_LOST;
    while (
        !lost && pace_allows(&d->poller.pace, now_ms) && schedule_next(&d->poller.schedule, &ask)) {
        count += ask.feed == feed && ask.part == 0 && (d->members >> ask.index & 1);
        schedule_done(&d->poller.schedule, &ask);
    }
    return count;
}

static int refused(const struct desk *d)
{
    int count = 0;
    for (size_t i = 0; i < d->world.plan.signals_count; i++) {
        count += d->world.store.signals[i].condition == CONDITION_REFUSED;
    }
    return count;
}

/** How many requests there are for all of FEED, and in *MOST how many queries are in one. */
static size_t requests_for(struct desk *d, const struct feed_type *feed, int64_t moments, int *most)
{
    struct joins joins = {.count = 0};
    *most = 0;
    for (int i = 0; i < (int)d->world.plan.signals_count; i++) {
        if (d->world.plan.signals[i].kind == SIGNAL_LATENCY) {
            struct ask ask = {.feed = feed, .index = i, .first = 1, .last = moments};
            assert_true(join_add(&joins, &d->world.plan, &ask));
        }
    }
    for (size_t i = 0; i < joins.count; i++) {
        int count = 1 + joins.groups[i].joined_count;
        *most = count > *most ? count : *most;
        join_drop(&joins.groups[i]);
    }
    return joins.count;
}

// Each bucket costs the server once more for each query beside it, at each moment.
static void few_histograms_over_many_moments_are_joined(void **state)
{
    (void)state;
    struct desk d;
    int most;
    start(&d);
    assert_int_equal(requests_for(&d, &feed_span, 240, &most), MEMBERS / 2);
    assert_int_equal(most, 2);
    assert_int_equal(requests_for(&d, &feed_span, 1000, &most), MEMBERS);
    assert_int_equal(requests_for(&d, &feed_days, 24, &most), 1);
    assert_int_equal(requests_for(&d, &feed_now, 1, &most), 1);
    assert_int_equal(most, MEMBERS);
    stop(&d);
}

// It was asked for too much already: one request is not to become four.
static void a_server_without_time_is_not_asked_at_once(void **state)
{
    (void)state;
    struct desk d;
    start(&d);
    ask_joined(&d, &feed_now);
    reply(&d, 503, -1);
    assert_int_equal(d.world.store.source.health, HEALTH_OK); // others are answered
    assert_int_equal(refused(&d), MEMBERS);
    assert_int_equal(due(&d, &feed_now, d.now_ms), 0);
    assert_int_equal(due(&d, &feed_now, d.now_ms + REFRESH_MS), MEMBERS);
    stop(&d);
}

static void the_past_waits_with_it(void **state)
{
    (void)state;
    struct desk d;
    start(&d);
    ask_joined(&d, &feed_days);
    reply(&d, 503, -1);
    assert_int_equal(due(&d, &feed_days, d.now_ms), 0);
    assert_int_equal(due(&d, &feed_days, d.now_ms + REFRESH_MS), MEMBERS);
    stop(&d);
}

static void who_names_a_time_is_left_alone_until_then(void **state)
{
    (void)state;
    static const long statuses[] = {429, 503};
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        struct desk d;
        start(&d);
        ask_joined(&d, &feed_now);
        reply(&d, statuses[i], 40);
        assert_int_equal(d.world.store.source.health, HEALTH_LOST);
        assert_true(d.world.store.source.retry_ms >= d.now_ms + 40 * 1000);
        assert_int_equal(due(&d, &feed_now, d.now_ms + 39 * 1000), 0);
        stop(&d);

        start(&d);
        ask_joined(&d, &feed_days);
        reply(&d, statuses[i], 40);
        assert_int_equal(d.world.store.source.health, HEALTH_OK); // the present tells
        assert_int_equal(due(&d, &feed_days, d.now_ms + 39 * 1000), 0);
        assert_int_equal(due(&d, &feed_days, d.now_ms + 60 * 1000), MEMBERS);
        stop(&d);
    }
}

// More requests are not what helps a server that has too many of them.
static void it_is_asked_for_several_at_a_time_all_the_same(void **state)
{
    (void)state;
    static const long statuses[] = {429, 503};
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        struct desk d;
        start(&d);
        ask_joined(&d, &feed_days);
        reply(&d, statuses[i], -1);
        d.poller.flight.shortest_s = 1;
        assert_true(join_may(&d.poller, d.now_ms));
        stop(&d);
    }
}

// A proxy that gave up may have waited for one of them, or for the sum.
static void one_that_took_too_long_is_asked_singly(void **state)
{
    (void)state;
    struct desk d;
    start(&d);
    ask_joined(&d, &feed_now);
    reply(&d, 504, -1);
    d.poller.flight.shortest_s = 1;
    assert_false(join_may(&d.poller, d.now_ms));
    assert_int_equal(due(&d, &feed_now, d.now_ms), MEMBERS - 1);
    stop(&d);
}

/** Asks for all that is due at TICK_MS by the server's clock, as the questions are asked singly. */
static void ask_apart(struct desk *d, int64_t tick_ms, int64_t apart_ms)
{
    d->poller.discover_ms = d->poller.server_ms = INT64_MAX;
    d->poller.flight.shortest_s = 1;
    d->poller.apart_ms = apart_ms;
    for (size_t i = 0; i < d->world.store.count; i++) {
        d->world.store.signals[i].now_ms = tick_ms;
    }
    poller_start_schedule(&d->poller, tick_ms);
    asking_run(&d->poller, d->now_ms);
    assert_int_equal(d->poller.schedule.env.tick_ms, tick_ms);
}

static void drop_asks(struct desk *d)
{
    for (size_t i = 0; i < ASKS_MAX; i++) {
        memory_drop(&d->poller.asks[i]);
    }
}

// How long they are asked singly is a matter of the local clock, whatever moment they are about.
static void the_servers_clock_joins_nothing(void **state)
{
    (void)state;
    static const struct {
        int64_t skew_ms, at_ms, apart_ms;
        int each;
    } cases[] = {
        {0, 0, 5 * CLOCK_MINUTE_MS, HISTORY_EACH},
        {CLOCK_HOUR_MS, 0, 5 * CLOCK_MINUTE_MS, HISTORY_EACH},
        {-CLOCK_HOUR_MS, 0, -1, HISTORY_EACH * ASK_JOINED_MAX},
        {0, -CLOCK_DAY_MS, -1, HISTORY_EACH * ASK_JOINED_MAX},
        {0, -CLOCK_DAY_MS, 5 * CLOCK_MINUTE_MS, HISTORY_EACH},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct desk d;
        start(&d);
        d.world.store.source.skew_ms = cases[i].skew_ms;
        d.world.scope.at_ms = cases[i].at_ms ? d.now_ms + cases[i].at_ms : 0;
        ask_apart(&d, d.now_ms + cases[i].skew_ms + cases[i].at_ms, d.now_ms + cases[i].apart_ms);
        assert_int_equal(d.poller.schedule.history_each, cases[i].each);
        assert_true(d.poller.schedule.signals[0].history_busy <= cases[i].each);
        drop_asks(&d);
        stop(&d);
    }
}

static void a_clock_that_is_set_back_holds_nothing_back(void **state)
{
    (void)state;
    struct desk d;
    start(&d);
    d.poller.flight.shortest_s = 1;
    d.poller.apart_ms = d.now_ms + 5 * CLOCK_MINUTE_MS;
    pace_slow(&d.poller.pace, 1000, d.now_ms);
    poller_set_back(&d.poller, CLOCK_HOUR_MS);
    int64_t now_ms = d.now_ms - CLOCK_HOUR_MS;
    assert_false(pace_allows(&d.poller.pace, now_ms + 999));
    assert_true(pace_allows(&d.poller.pace, now_ms + 1000));
    assert_false(join_may(&d.poller, now_ms + 5 * CLOCK_MINUTE_MS - 1));
    assert_true(join_may(&d.poller, now_ms + 5 * CLOCK_MINUTE_MS));
    stop(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_histograms_over_many_moments_are_joined),
        cmocka_unit_test(a_server_without_time_is_not_asked_at_once),
        cmocka_unit_test(the_past_waits_with_it),
        cmocka_unit_test(who_names_a_time_is_left_alone_until_then),
        cmocka_unit_test(it_is_asked_for_several_at_a_time_all_the_same),
        cmocka_unit_test(one_that_took_too_long_is_asked_singly),
        cmocka_unit_test(the_servers_clock_joins_nothing),
        cmocka_unit_test(a_clock_that_is_set_back_holds_nothing_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
