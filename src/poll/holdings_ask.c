#include "poll/holdings.h"

#include "base/clock.h"
#include "http/tap.h"
#include "poll/answer.h"
#include "poll/poller_state.h"
#include "prom/request.h"

static void send(
    struct poller *p, const struct str *query, int64_t first_ms, int64_t last_ms, int64_t now_ms)
{
    int i = asking_free(p);
    struct prom_request r;
    prom_request_init(&r);
    r.bare = p->store->source.lacks & LACKS_QUOTES;
    prom_request_range(
        &r, query->text, first_ms, last_ms, CLOCK_DAY_MS, p->config->source.timeout_ms);
    p->asks[i] = (struct ask){.feed = &feed_holdings,
        .index = ++p->holdings_ask,
        .tick_ms = p->schedule.env.tick_ms,
        .sent_ms = now_ms,
        .prefix = p->prefix};
    p->ask_used[i] = true;
    pace_sent(&p->pace, now_ms);
    http_start(p->http, &(struct http_request){.path = r.path.text,
                            .query = r.query.text,
                            .post = true,
                            .gzip = true,
                            .tag = (uint64_t)i});
    prom_request_finish(&r);
}

static void move_on(struct holdings *h, enum holdings_step step)
{
    h->step = step;
    h->waited = false;
    for (size_t i = 0; i < h->signals_count; i++) {
        h->waits[i] = 0;
    }
}

// A recording has each day by itself, and what is played has what was recorded.
static bool may_ask(const struct poller *p, int64_t now_ms)
{
    return asking_free_paced(p, now_ms) >= 0 && !p->schedule.rests && !tap_records() &&
           p->store->source.health == HEALTH_OK;
}

// The second query waits for the window that history is asked with, and for somebody who needs it.
bool holdings_are_waited_for(const struct poller *p, int64_t now_ms)
{
    const struct holdings *h = &p->holdings;
    return h->step == HOLDINGS_MOMENTS && h->waited && !p->schedule.history_rests &&
           may_ask(p, now_ms);
}

/** Whether the query of the step that comes next is due. */
static bool is_due(struct poller *p, int64_t now_ms)
{
    struct holdings *h = &p->holdings;
    if (h->step != HOLDINGS_OPEN) {
        return holdings_are_waited_for(p, now_ms);
    }
    bool any = holdings_begin(h, &p->schedule.env);
    p->schedule.waits = h->waits;
    h->step = any ? HOLDINGS_OPEN : HOLDINGS_UNKNOWN;
    return any;
}

void holdings_run(struct poller *p, int64_t now_ms)
{
    struct holdings *h = &p->holdings;
    bool asks = h->step == HOLDINGS_ASK_MOMENTS || h->step == HOLDINGS_ASK_STRETCHES;
    if (asks && !asking_in_flight(p, &feed_holdings)) { // it was given up
        move_on(h, HOLDINGS_UNKNOWN);
    }
    if (!may_ask(p, now_ms) || !is_due(p, now_ms)) {
        return;
    }
    struct str s;
    int64_t first_ms, last_ms;
    str_init(&s);
    if (holdings_add_query(h, &s, p->config->selector, &first_ms, &last_ms)) {
        send(p, &s, first_ms, last_ms, now_ms);
        h->step = h->step == HOLDINGS_OPEN ? HOLDINGS_ASK_MOMENTS : HOLDINGS_ASK_STRETCHES;
    } else {
        move_on(h, HOLDINGS_UNKNOWN);
    }
    str_finish(&s);
}

/** Whether any day that is not known yet hangs on the second query. */
static bool any_waits(const struct poller *p)
{
    const struct feed_env *env = &p->schedule.env;
    for (size_t i = 0; i < p->holdings.signals_count; i++) {
        for (int day = 0; day < STORE_DAYS_MAX; day++) {
            struct gap x;
            if (holdings_of(&p->holdings, (int)i, day, feed_hour_ms(env)) == HOLDINGS_WAIT &&
                feed_days.missing(env, (int)i, day, &x)) {
                return true;
            }
        }
    }
    return false;
}

void holdings_take(
    struct poller *p, const struct ask *ask, const struct http_reply *r, int64_t now_ms)
{
    struct holdings *h = &p->holdings;
    struct batch b = {0};
    struct str why;
    (void)now_ms;
    bool asks = h->step == HOLDINGS_ASK_MOMENTS || h->step == HOLDINGS_ASK_STRETCHES;
    if (!asks || ask->index != p->holdings_ask) {
        return; // it was about another moment
    }
    str_init(&why);
    bool good = r->outcome == HTTP_ANSWERED &&
                prom_decode_samples(r->status, r->body, r->body_len, &b, &why) == PROM_OK;
    if (good) {
        holdings_learn(h, &b);
    }
    move_on(h, good ? h->step : HOLDINGS_UNKNOWN);
    h->waited = any_waits(p); // those days come last, and need not wait for their turn
    batch_finish(&b);
    str_finish(&why);
}

static void say_empty(const struct poller *p, const struct ask *ask)
{
    struct str s;
    str_init(&s);
    str_addf(&s, "%-8s %s", "empty", plan_history(&p->plan->signals[ask->index]));
    poller_say(p, s.text);
    str_finish(&s);
}

enum holdings_say holdings_answer(struct poller *p, struct ask *ask, int64_t now_ms)
{
    struct holdings *h = &p->holdings;
    const struct history *day =
        ask->feed == &feed_days ? store_day(&p->store->signals[ask->index], ask->part) : NULL;
    // an empty day that is doubted is asked for once more
    enum holdings_say say =
        day && !day->doubted ? holdings_of(h, ask->index, ask->part, feed_hour_ms(&p->schedule.env))
                             : HOLDINGS_ASK;
    if (say == HOLDINGS_WAIT) {
        h->waits[ask->index] |= 1U << ask->part;
        h->waited = true;
        schedule_done(&p->schedule, ask);
        schedule_unask(&p->schedule, ask);
    } else if (say == HOLDINGS_EMPTY) {
        struct batch none = {0};
        say_empty(p, ask);
        answer_take_own(p, ask, &none, NULL, now_ms);
    }
    return say;
}
