#include "poll/health.h"

#include "base/clock.h"
#include "base/clock_in.h"
#include "base/text.h"
#include "base/utf8.h"
#include "poll/poller_state.h"

enum {
    RETRY_FIRST_MS = 1000,
    RETRY_LONGEST_MS = 30 * 1000,
    RETRY_SILENT_MS = 5 * 1000, // a question that nobody hears costs nobody anything
    SKEW_LEAST_MS = 5000,
    SKEW_LARGE_MS = 5 * 60 * 1000,
    SKEW_SAID_MS = CLOCK_MINUTE_MS,
    TOO_MANY_REQUESTS = 429,
    SERVICE_UNAVAILABLE = 503,
    PAST_FAILURES = 5,
    PAST_LONGEST_MS = 5 * 60 * 1000,
    PAST_WAITED_MS = 8 * 1000, // and no longer, by those who wait for all of it
    REDISCOVER_MS = 60 * 1000,
};

// Many that lost the same server must not come back in the same moment: up to a fifth more.
static int64_t spread(int64_t delay_ms, int64_t now_ms)
{
    uint64_t hash = (uint64_t)now_ms * 0x9E3779B97F4A7C15u; // golden ratio: Knuth, TAOCP 3, 6.4
    return delay_ms + delay_ms * (int64_t)(hash >> 44 & 0xFF) / (5 * 0xFF);
}

// The longer of our OWN delay and the one that was ASKED for. Only the latter has a limit: where
// that cut off our own, all would come back at once.
static int64_t delay_of(int64_t own_ms, int64_t asked_ms, int64_t now_ms)
{
    const int64_t longest_ms = HTTP_RETRY_MAX_S * (int64_t)1000;
    int64_t later_ms = spread(asked_ms > own_ms ? asked_ms : own_ms, now_ms);
    return asked_ms <= own_ms || later_ms < longest_ms ? later_ms : longest_ms;
}

static int64_t asked_ms(int64_t retry_after_s)
{
    int64_t seconds = retry_after_s < HTTP_RETRY_MAX_S ? retry_after_s : HTTP_RETRY_MAX_S;
    return seconds > 0 ? seconds * 1000 : 0;
}

void health_lose(
    struct poller *p, enum health_loss loss, const char *why, int64_t retry_after_s, int64_t now_ms)
{
    struct source_state *s = &p->store->source;
    if (s->health != HEALTH_LOST) {
        s->since_ms = now_ms;
        bool at_once = p->regained_ms > 0 && now_ms - p->regained_ms < RETRY_LONGEST_MS;
        p->retry_delay_ms = at_once ? p->retry_delay_ms : 0; // one that comes and goes is spared
    }
    int64_t asked = asked_ms(retry_after_s);
    if (s->health != HEALTH_LOST || now_ms >= s->retry_ms) {
        int64_t longest = loss == LOSS_SILENT ? RETRY_SILENT_MS : RETRY_LONGEST_MS;
        p->retry_delay_ms = p->retry_delay_ms ? p->retry_delay_ms * 2 : RETRY_FIRST_MS;
        if (p->retry_delay_ms > longest) {
            p->retry_delay_ms = longest;
        }
        s->retry_ms = now_ms + delay_of(p->retry_delay_ms, asked, now_ms);
    } else if (now_ms + asked > s->retry_ms) {
        s->retry_ms = now_ms + delay_of(0, asked, now_ms);
    }
    s->health = HEALTH_LOST;
    s->foreign = loss == LOSS_FOREIGN;
    p->doubted = false;
    p->labels_closed = false; // perhaps all was refused, and not the API of labels alone
    p->discover_ms = s->retry_ms;
    struct str text;
    str_init(&text);
    utf8_add_clean(&text, why, strlen(why)); // cut, if it has to be, below
    note_set(s->why, text.text);
    str_finish(&text);
}

void health_mark(struct poller *p, struct ask *ask)
{
    ask->probe = p->store->source.health == HEALTH_LOST;
    ask->heard = p->answers;
    if (ask->present) {
        struct signal_progress *s = &p->schedule.signals[ask->index];
        bool refused = p->store->signals[ask->index].condition == CONDITION_REFUSED;
        ask->heard = refused ? s->heard : p->answers;
        s->heard = p->answers;
    }
}

bool health_is_gone(const struct http_reply *r)
{
    return r->outcome != HTTP_ANSWERED && r->outcome != HTTP_TIMEOUT && r->outcome != HTTP_BROKEN &&
           r->outcome != HTTP_TOO_LARGE;
}

bool health_is_passing(const struct http_reply *r)
{
    return r->outcome != HTTP_ANSWERED || r->status == TOO_MANY_REQUESTS || r->status >= 500;
}

// A proxy that gave up on one slow question answers in the server's place.
static bool may_be_of_question(
    const struct poller *p, const struct ask *ask, const struct http_reply *r)
{
    bool of_list = ask->feed->decode != NULL; // which is asked for without any stage
    return (p->phase == PHASE_POLLING || of_list) && p->answers > 0 && ask->feed != &feed_scrape &&
           !health_is_gone(r);
}

static bool are_all_to_wait(const struct http_reply *r)
{
    return r->retry_after_s > 0 || r->status == TOO_MANY_REQUESTS;
}

bool health_is_busy(const struct http_reply *r)
{
    return are_all_to_wait(r) || r->status == SERVICE_UNAVAILABLE;
}

// The present shows whether the source is there: it is asked for at every refresh.
static bool present_tells(const struct poller *p, const struct ask *ask)
{
    bool any = false;
    for (size_t i = 0; !ask->present && i < p->schedule.count && !any; i++) {
        any = feed_asks(&p->schedule.env, (int)i);
    }
    return any;
}

// What still waits to be sent would only fail as well, one time-out after the other.
static void recall_past(struct poller *p)
{
    for (size_t i = 0; i < ASKS_MAX; i++) {
        struct ask ask = p->asks[i];
        bool past = p->ask_used[i] && ask.feed->rank > RANK_PRESENT && ask.feed != &feed_proof &&
                    !ask.present && !ask.orphaned;
        if (past && asking_recall(p, i)) {
            schedule_done(&p->schedule, &ask);
            schedule_return(&p->schedule, &ask); // a list is asked for once a tick
        }
    }
}

// Several at once may fail for one reason: those that were on their way count as one.
static void spare_past(
    struct poller *p, const struct ask *ask, const struct http_reply *r, int64_t now_ms)
{
    struct history_backoff *s = &p->history_backoff;
    if (are_all_to_wait(r)) {
        schedule_unask(&p->schedule, ask);
        for (int k = 0; k < ask->joined_count; k++) {
            schedule_unask(&p->schedule, &ask->joined[k]);
        }
    }
    int64_t asked = asked_ms(r->retry_after_s);
    if (now_ms < s->retry_ms) {
        s->retry_ms = now_ms + asked > s->retry_ms ? now_ms + asked : s->retry_ms;
        return;
    }
    if (++s->failures < PAST_FAILURES && !are_all_to_wait(r)) {
        return;
    }
    s->failures = 0;
    s->told = are_all_to_wait(r);
    int64_t first = s->told ? RETRY_FIRST_MS : p->plan->refresh_ms;
    s->delay_ms = s->delay_ms ? s->delay_ms * 2 : first;
    s->delay_ms = s->delay_ms < PAST_LONGEST_MS ? s->delay_ms : PAST_LONGEST_MS;
    s->retry_ms = now_ms + delay_of(s->delay_ms, asked, now_ms);
    s->long_told = s->told && (s->delay_ms >= PAST_WAITED_MS || asked >= PAST_WAITED_MS);
    s->rests++;
    recall_past(p);
}

void health_regain_history(struct poller *p)
{
    p->history_backoff.failures = 0;
    p->history_backoff.delay_ms = 0;
    p->history_backoff.rests = 0;
}

bool health_spares_history(const struct poller *p, int64_t now_ms)
{
    return now_ms < p->history_backoff.retry_ms;
}

enum health_fault health_fail(struct poller *p, enum health_loss loss, const struct ask *ask,
    const struct http_reply *r, const char *why, int64_t now_ms)
{
    bool of_question = may_be_of_question(p, ask, r);
    if (are_all_to_wait(r)) {
        pace_slow(&p->pace, asked_ms(r->retry_after_s), now_ms);
    }
    if (of_question && ask->feed->rank > RANK_PRESENT && !ask->present) {
        spare_past(p, ask, r, now_ms);
    }
    if (of_question && present_tells(p, ask)) {
        return FAULT_OF_QUESTION;
    }
    of_question = of_question && !are_all_to_wait(r);
    if (of_question && (p->answers > ask->heard || r->outcome == HTTP_TOO_LARGE)) {
        return FAULT_OF_QUESTION;
    }
    bool doubted = of_question && (p->doubted || p->store->source.health != HEALTH_LOST);
    health_lose(p, loss, why, r->retry_after_s, now_ms);
    p->doubted = doubted;
    return doubted ? FAULT_IN_DOUBT : FAULT_OF_SOURCE;
}

// A target has no time of its own: its samples are of the moment they are scraped at.
static void say_skew(struct poller *p)
{
    static const char topic[] = "clock";
    int64_t skew = p->store->source.skew_ms, off = skew < 0 ? -skew : skew;
    store_drop_topic(p->store, topic);
    if (off < SKEW_SAID_MS || p->scraping.on) {
        return;
    }
    struct arena a = {0};
    int64_t minutes = (off + CLOCK_MINUTE_MS / 2) / CLOCK_MINUTE_MS;
    store_add_topic(p->store, topic,
        arena_printf(&a,
            skew < 0 ? _("the server's clock is %s behind this machine's; times are the server's")
                     : _("the server's clock is %s ahead of this machine's; times are the "
                         "server's"),
            clock_age_in(&a, minutes * CLOCK_MINUTE_MS)));
    arena_finish(&a);
}

void health_learn_clock(struct poller *p, const struct http_reply *reply, int64_t now_ms)
{
    struct source_state *s = &p->store->source;
    int64_t skew = reply->server_ms - now_ms, other = skew - s->skew_ms;
    // the header has whole seconds and took its time: the moment must not waver with it
    if (reply->server_ms < 0 || (other <= SKEW_LEAST_MS && other >= -SKEW_LEAST_MS)) {
        return;
    }
    s->skew_ms = skew > SKEW_LEAST_MS || skew < -SKEW_LEAST_MS ? skew : 0;
    say_skew(p);
}

bool health_mistook_time(const struct poller *p, const struct ask *ask)
{
    int64_t other = p->store->source.skew_ms - ask->skew_ms;
    return p->scope->at_ms == 0 && (other > SKEW_LARGE_MS || other < -SKEW_LARGE_MS);
}

void health_regain(
    struct poller *p, const struct ask *ask, const struct http_reply *reply, int64_t now_ms)
{
    struct source_state *s = &p->store->source;
    bool was_lost = s->health == HEALTH_LOST && !p->doubted;
    s->answered_ms = now_ms;
    p->answers++;
    if (was_lost && !ask->probe) {
        return;
    }
    s->health = HEALTH_OK;
    s->why[0] = '\0';
    health_learn_clock(p, reply, now_ms);
    if (p->doubted) {
        p->doubted = false;
        p->discover_ms = now_ms + REDISCOVER_MS;
    }
    if (was_lost) {
        p->regained_ms = now_ms;
        p->server_ms = 0;             // it may be another one now
        schedule_again(&p->schedule); // what failed at this tick is asked again at once
        if (!p->scraping.on) {
            proof_doubt(p);
        }
    }
}
