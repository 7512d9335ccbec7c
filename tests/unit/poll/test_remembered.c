#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "plan/promql.h"
#include "poll/answer.h"
#include "poll/health.h"
#include "poll/poller_state.h"
#include "unit/world.h"

static const char stages[] =
    "window: 5m\nrefresh: 15s\nspan: 1h\n"
    "baseline: {kind: day, range: 4d}\n"
    "stages: [{name: a, latency: a}, {name: b, latency: b}, "
    "{name: c, latency: c}, {name: d, latency: d}, {name: e, latency: e}, {name: f, latency: f}, "
    "{name: g, latency: g}, {name: h, latency: h}, {name: i, latency: i}]\n";

enum { DAYS = 4, WINDOW = 25, SIGNALS = ASK_ARMS_MAX + 1, SAMPLE = 25 };

/** What somebody knows of a signal. */
struct past {
    int64_t from, to; /**< slots; nothing while from > to */
    double level;     /**< NaN: gaps */
    bool flat;        /**< else it goes up and down around LEVEL */
};

/** What the memory was told. */
struct notes {
    int recalls, samples, forgets, drops;
    int kept, kept_empty; /**< answers that it was given for good, with samples and without */
    int for_an_hour, for_a_day;
    int64_t first, last; /**< of the last one */
};

struct desk {
    struct world world;
    struct poller poller;
    struct notes notes;
    struct past memory[SIGNALS], server[SIGNALS];
    bool more, partial; /**< the server answers with one series more; with a warning */
    bool no_joins;      /**< it understands no joined question */
    int asked, joined;  /**< questions, and how many were for several signals */
    int64_t now_ms;
};

static int signal_of(const struct desk *d, const char *expr)
{
    for (int i = 0; i < SIGNALS; i++) {
        if (strcmp(d->world.plan.signals[i].expr, expr) == 0) {
            return i;
        }
    }
    fail();
    return -1;
}

static double value_at(const struct past *p, int64_t slot)
{
    bool known = slot >= p->from && slot <= p->to;
    return known ? p->level * (p->flat ? 1 : 1 + (double)(slot % 7) / 10) : NAN;
}

static void fill(
    struct batch *b, int64_t first, int64_t last, const struct past *p, const char *arm)
{
    struct batch_series *s = batch_add(b);
    if (arm) {
        labels_set(&s->labels, PROMQL_ARM, arm);
    }
    for (int64_t slot = first; slot <= last; slot++) {
        if (!isnan(value_at(p, slot))) {
            batch_add_sample(s, slot * STORE_HISTORY_STEP_MS, value_at(p, slot));
        }
    }
}

/** What is kept of slots FIRST to LAST; false: nothing. */
static bool recall(
    struct desk *d, const struct past *p, int64_t first, int64_t last, struct matrix *out)
{
    struct batch b = {0};
    d->notes.recalls++;
    int64_t from = first > p->from ? first : p->from, to = last < p->to ? last : p->to;
    if (from > to) {
        return false;
    }
    matrix_init(out, STORE_HISTORY_STEP_MS, (size_t)(last - first + 1));
    fill(&b, from, to, p, NULL);
    matrix_merge(out, &b, from, to);
    batch_finish(&b);
    return true;
}

/** Yesterday around this time, or the newest that there is. */
static bool sample(
    struct desk *d, const struct past *p, const struct history_want *want, struct matrix *out)
{
    struct batch b = {0};
    d->notes.samples++;
    int64_t last = clock_days_before(want->now_ms, 1) / STORE_HISTORY_STEP_MS + 18;
    last = last < p->to ? last : p->to;
    int64_t first = last - SAMPLE + 1;
    first = first > p->from ? first : p->from;
    first = first > want->after + 1 ? first : want->after + 1;
    if (first > last || isnan(p->level)) {
        return false;
    }
    matrix_init(out, STORE_HISTORY_STEP_MS, SAMPLE);
    fill(&b, first, last, p, NULL);
    matrix_merge(out, &b, first, last);
    batch_finish(&b);
    return true;
}

static void remember(struct desk *d, const struct history_news *news)
{
    struct notes *n = &d->notes;
    const struct batch *b = &news->answer;
    bool empty = b->count == 0 || b->series[0].count == 0;
    n->for_an_hour += news->serves_ms == CLOCK_HOUR_MS;
    n->for_a_day += news->serves_ms == CLOCK_DAY_MS;
    n->kept += news->serves_ms == 0 && !empty;
    n->kept_empty += news->serves_ms == 0 && empty;
    n->first = news->first;
    n->last = news->last;
}

static void forget(struct desk *d, const struct history_news *news)
{
    bool kept[SIGNALS] = {false};
    d->notes.forgets++;
    for (size_t i = 0; i < news->keep_count; i++) {
        kept[signal_of(d, news->keep[i])] = true;
    }
    for (int i = 0; i < SIGNALS; i++) {
        d->memory[i].to = kept[i] ? d->memory[i].to : -1;
    }
}

static void learn(struct desk *d)
{
    size_t count;
    const struct history_news *news = poller_news(&d->poller, &count);
    for (size_t i = 0; i < count; i++) {
        assert_true(news[i].kind != HISTORY_ANSWER || news[i].now_ms == d->now_ms);
        switch (news[i].kind) {
        case HISTORY_ANSWER: remember(d, &news[i]); break;
        case HISTORY_DROP:
            d->notes.drops++;
            d->memory[signal_of(d, news[i].expr)].to = -1;
            break;
        case HISTORY_FORGET: forget(d, &news[i]); break;
        }
    }
    poller_drop_news(&d->poller);
}

/** What is done between two turns. Whether the poller was given anything. */
static bool exchange(struct desk *d)
{
    struct history_want want;
    bool gave = false;
    learn(d);
    while (poller_next_want(&d->poller, d->now_ms, &want)) {
        struct matrix m = {0};
        const struct past *p = &d->memory[signal_of(d, want.expr)];
        assert_true(want.now_ms == d->now_ms);
        bool known =
            want.sample ? sample(d, p, &want, &m) : recall(d, p, want.first, want.last, &m);
        poller_give(&d->poller, &want, known ? &m : NULL);
        gave = true;
    }
    return gave;
}

/** The first COUNT signals are answered; the memory and the server know all of everything. */
static void start(struct desk *d, int count)
{
    *d = (struct desk){.now_ms = WORLD_NOW_MS};
    world_init(&d->world, stages);
    for (size_t i = 0; i < d->world.plan.signals_count; i++) {
        if (i >= (size_t)count) {
            free(d->world.plan.signals[i].expr);
            d->world.plan.signals[i].expr = NULL;
        }
    }
    for (int i = 0; i < SIGNALS; i++) {
        d->memory[i] = d->server[i] = (struct past){.to = INT64_MAX, .level = 2 + i};
        d->world.store.signals[i].now_ms = i < count ? WORLD_NOW_MS : 0;
    }
    d->world.store.source.health = HEALTH_OK;
    d->poller = (struct poller){.config = &d->world.config,
        .scope = &d->world.scope,
        .plan = &d->world.plan,
        .store = &d->world.store,
        .phase = PHASE_POLLING,
        .history = {.used = true}};
    poller_start_schedule(&d->poller, WORLD_NOW_MS);
    proof_start(&d->poller);
}

static void stop(struct desk *d)
{
    proof_finish(&d->poller);
    history_stop(&d->poller);
    schedule_finish(&d->poller.schedule);
    world_finish(&d->world);
}

/** The next question that the memory does not answer: about history, or a proof. */
static bool next(struct desk *d, struct ask *ask)
{
    do {
        while (schedule_next(&d->poller.schedule, ask)) {
            if (ask->feed->rank == RANK_HISTORY &&
                memory_answer(&d->poller, ask, d->now_ms) == MEMORY_NOTHING) {
                return true;
            }
        }
        if (proof_next(&d->poller, ask)) {
            return true;
        }
    } while (exchange(d) || proof_released(&d->poller));
    return false;
}

static void end(struct desk *d, struct ask *ask)
{
    schedule_done(&d->poller.schedule, ask);
    proof_end(&d->poller, ask);
    memory_drop(ask);
}

/** The server answers ASK. */
static void answer(struct desk *d, struct ask *ask)
{
    struct batch b = {.partial = d->partial};
    bool joined = ask->arms_count > 1;
    d->asked++;
    d->joined += joined;
    if (ask->feed != &feed_proof) {
        fill(&b, ask->first, ask->last, &d->server[ask->index], NULL);
    }
    for (int k = 0; k < ask->arms_count && !(joined && d->no_joins); k++) {
        char arm[2] = {(char)('0' + k), '\0'};
        fill(&b, ask->first, ask->last, &d->server[ask->arms[k].signal], joined ? arm : NULL);
    }
    if (d->more) {
        fill(&b, ask->first, ask->last, &d->server[ask->index], joined ? "0" : NULL);
        labels_set(&b.series[b.count - 1].labels, "le", "1");
    }
    schedule_done(&d->poller.schedule, ask);
    result_keep(&d->poller, ask, &b, d->now_ms);
    proof_end(&d->poller, ask);
    memory_drop(ask);
    batch_finish(&b);
    learn(d);
}

/** Asks and answers until nothing more is due. */
static void run(struct desk *d)
{
    struct ask ask;
    for (int i = 0; next(d, &ask); i++) {
        assert_true(i < 200);
        answer(d, &ask);
    }
}

static enum trust trust(const struct desk *d, int i)
{
    return trust_of(&d->poller.proofs.trusts, i);
}

/** Asserts that the store has of signal I what the server would say now. */
static void assert_servers(const struct desk *d, int i)
{
    for (int day = 0; day < DAYS; day++) {
        const struct history *h = store_day(&d->world.store.signals[i], day);
        assert_true(h->answered && h->last - h->first + 1 == WINDOW);
        for (int64_t slot = h->first; slot <= h->last; slot++) {
            assert_true(matrix_same(matrix_sum(&h->matrix, slot), value_at(&d->server[i], slot)));
        }
    }
}

/** Another server answers from now on, with LEVEL times as much of everything that varies. */
static void change_server(struct desk *d, double level)
{
    for (int i = 0; i < SIGNALS; i++) {
        d->server[i].level *= d->server[i].flat ? 1 : level;
    }
}

// --- proofs

static void asks_one_stretch_of_each_signal(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask, none;
    start(&d, 1);
    assert_true(next(&d, &ask));
    assert_ptr_equal(ask.feed, &feed_proof);
    assert_int_equal(ask.last - ask.first + 1, SAMPLE);
    assert_false(next(&d, &none)); // everything else waits for the proof
    assert_false(schedule_history_complete(&d.poller.schedule));
    answer(&d, &ask);
    assert_false(next(&d, &none)); // and was then taken from the memory
    assert_int_equal(trust(&d, 0), TRUST_PROVED);
    assert_int_equal(d.notes.recalls, DAYS);
    assert_int_equal(d.notes.forgets + d.notes.drops, 0);
    assert_true(schedule_history_complete(&d.poller.schedule));
    assert_servers(&d, 0);
    stop(&d);
}

static void joins_what_is_about_the_same_stretch(void **state)
{
    (void)state;
    struct desk d;
    start(&d, SIGNALS);
    run(&d);
    assert_int_equal(d.asked, 2); // as many as go together, and one
    assert_int_equal(d.joined, 1);
    for (int i = 0; i < SIGNALS; i++) {
        assert_int_equal(trust(&d, i), TRUST_PROVED);
        assert_servers(&d, i);
    }
    stop(&d);

    start(&d, 3);
    d.memory[1].to = clock_days_before(WORLD_NOW_MS, 2) / STORE_HISTORY_STEP_MS; // another one
    run(&d);
    assert_int_equal(d.joined, 1);
    assert_int_equal(d.asked, 2 + 2); // and what is not known of it: yesterday, and half a window
    assert_servers(&d, 1);
    stop(&d);
}

static void those_that_are_asked_for_now_are_waited_for(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask;
    start(&d, 3);
    d.world.store.signals[2].now_ms = 0;
    d.poller.schedule.signals[2].slots[SLOT_NOW] =
        (struct progress){.busy = true, .tick_ms = WORLD_NOW_MS};
    assert_false(next(&d, &ask));
    d.poller.schedule.signals[2].slots[SLOT_NOW].busy = false; // it was refused
    assert_true(next(&d, &ask));
    assert_int_equal(ask.arms_count, 2);
    answer(&d, &ask);
    stop(&d);
}

static void a_server_that_joins_nothing_is_asked_one_by_one(void **state)
{
    (void)state;
    struct desk d;
    start(&d, 3);
    d.no_joins = true;
    run(&d);
    assert_int_equal(d.asked, 1 + 3);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(trust(&d, i), TRUST_PROVED);
    }
    stop(&d);
}

static void does_not_believe_another_servers_history(void **state)
{
    (void)state;
    struct desk d;
    start(&d, 3);
    change_server(&d, 1.01);
    run(&d);
    assert_int_equal(d.notes.forgets, 1);
    assert_int_equal(d.asked, 1 + 3 + 3 * DAYS);
    assert_int_equal(d.notes.kept, 3 * DAYS); // from now on it knows this one's
    for (int i = 0; i < 3; i++) {
        assert_servers(&d, i);
    }
    stop(&d);
}

// The error rate is 0 at both, and so says nothing of the latencies.
static void one_signal_that_agrees_proves_no_other(void **state)
{
    (void)state;
    struct desk d;
    start(&d, 3);
    d.memory[0] = d.server[0] = (struct past){.to = INT64_MAX, .level = 0, .flat = true};
    change_server(&d, 3);
    run(&d);
    for (int i = 0; i < 3; i++) {
        assert_servers(&d, i);
    }
    assert_int_equal(d.notes.kept, 3 * DAYS);
    stop(&d);

    start(&d, 3); // nor does one that varies and is the same; but that one stays known
    d.server[1].level *= 3;
    run(&d);
    assert_int_equal(trust(&d, 0), TRUST_PROVED);
    assert_int_equal(d.asked, 1 + 1 + DAYS);
    assert_true(d.memory[0].to > 0);
    for (int i = 0; i < 3; i++) {
        assert_servers(&d, i);
    }
    stop(&d);
}

static void a_constant_signal_is_proved_by_two_others(void **state)
{
    (void)state;
    for (int others = 0; others < 4; others++) {
        struct desk d;
        start(&d, 1 + others);
        d.memory[0] = d.server[0] = (struct past){.to = INT64_MAX, .level = 0, .flat = true};
        run(&d);
        bool proved = others >= 2;
        assert_int_equal(d.asked, proved ? 1 : 1 + DAYS);
        assert_int_equal(d.notes.drops, proved ? 0 : 1); // it is this server's now
        assert_int_equal(d.notes.kept, proved ? 0 : DAYS);
        assert_servers(&d, 0);
        stop(&d);
    }
}

static void a_constant_signal_that_differs_is_another_servers(void **state)
{
    (void)state;
    struct desk d;
    start(&d, 3);
    d.memory[0] = (struct past){.to = INT64_MAX, .level = 0, .flat = true};
    d.server[0] = (struct past){.to = INT64_MAX, .level = 1, .flat = true};
    run(&d);
    assert_int_equal(d.notes.forgets, 1);
    assert_servers(&d, 0);
    stop(&d);
}

static void one_series_more_is_another_server(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask;
    start(&d, 1);
    d.more = true;
    assert_true(next(&d, &ask));
    answer(&d, &ask);
    assert_int_equal(trust(&d, 0), TRUST_CONTRADICTED);
    stop(&d);
}

static void an_unanswered_proof_is_tried_again(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask;
    start(&d, 2);
    assert_true(next(&d, &ask));
    assert_int_equal(ask.arms_count, 2);
    end(&d, &ask); // refused, timed out
    for (int i = 0; i < 2; i++) {
        assert_true(next(&d, &ask)); // each alone
        assert_int_equal(ask.arms_count, 1);
        answer(&d, &ask);
        assert_int_equal(trust(&d, ask.index), TRUST_PROVED);
    }
    assert_false(next(&d, &ask));
    stop(&d);
}

static void what_cannot_be_proved_is_asked_for(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask;
    start(&d, 1);
    int proofs = 0;
    while (next(&d, &ask)) {
        if (ask.feed == &feed_proof) {
            proofs++;
            end(&d, &ask);
        } else {
            answer(&d, &ask);
        }
    }
    assert_int_equal(proofs, 3);
    assert_int_equal(d.asked, DAYS);
    assert_int_equal(d.notes.drops, 1); // that of before makes room for what is known to be sound
    assert_int_equal(d.notes.forgets, 0);
    stop(&d);
}

static void a_loss_is_no_failure_of_the_proof(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask;
    start(&d, 1);
    for (int i = 0; i < 10; i++) {
        d.world.store.source.health = HEALTH_LOST;
        assert_true(next(&d, &ask));
        end(&d, &ask);
    }
    d.world.store.source.health = HEALTH_OK;
    run(&d);
    assert_int_equal(d.asked, 1);
    assert_int_equal(trust(&d, 0), TRUST_PROVED);
    stop(&d);
}

static void a_partial_answer_contradicts_nothing(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask;
    start(&d, 1);
    d.partial = true;
    d.server[0].from = clock_days_before(WORLD_NOW_MS, 1) / STORE_HISTORY_STEP_MS;
    d.server[0].to = d.server[0].from + 3; // a piece of it
    assert_true(next(&d, &ask));
    answer(&d, &ask);
    assert_int_equal(trust(&d, 0), TRUST_UNPROVED);
    assert_int_equal(d.notes.forgets, 0);
    stop(&d);
}

static void nothing_is_proved_by_gaps(void **state)
{
    (void)state;
    struct desk d;
    start(&d, 1);
    d.memory[0].level = NAN;
    run(&d);
    assert_int_equal(d.asked, DAYS);
    stop(&d);
}

// What it has no more it cannot tell; what it still has proves what it has not.
static void a_server_may_keep_less_than_it_did(void **state)
{
    (void)state;
    int64_t yesterday = clock_days_before(WORLD_NOW_MS, 1) / STORE_HISTORY_STEP_MS;
    static const struct {
        int64_t from; /**< the server's oldest slot, from yesterday at this time on */
        int known_to; /**< the memory's newest */
        bool flat, proved;
    } cases[] = {
        {-6, 18, false, true},
        {0, 18, false, true},   // in the middle of the stretch
        {17, 18, false, true},  // all but two slots are gone
        {18, 18, false, false}, // one sample does not vary
        {19, 18, false, false}, // nothing is left
        {0, 18, true, true},    // with the help of others
        {19, 18, true, false},
        {10, 40, true, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct desk d;
        start(&d, 3);
        d.memory[0].flat = d.server[0].flat = cases[i].flat;
        d.memory[0].to = yesterday + cases[i].known_to;
        d.server[0].from = yesterday + cases[i].from;
        run(&d);
        bool by_others = cases[i].from == 18; // a single sample is as good as a constant past
        assert_int_equal(d.notes.forgets, 0);
        assert_int_equal(d.notes.drops, cases[i].proved || by_others ? 0 : 1);
        const struct history *oldest = store_day(&d.world.store.signals[0], DAYS - 1);
        assert_true(oldest->answered);
        assert_true(
            matrix_has_sample(&oldest->matrix, oldest->first) == (cases[i].proved || by_others));
        stop(&d);
    }
}

// --- another server while it runs

static void what_is_in_the_store_is_proved_again_after_a_loss(void **state)
{
    (void)state;
    for (int with_memory = 0; with_memory < 2; with_memory++) {
        struct desk d;
        start(&d, 3);
        d.memory[0] = d.server[0] = (struct past){.to = INT64_MAX, .level = 0, .flat = true};
        if (!with_memory) {
            d.poller.history.used = false;
            proof_start(&d.poller);
        }
        run(&d);
        assert_int_equal(d.asked, with_memory ? 1 : 3 * DAYS);
        d.asked = 0;
        proof_doubt(&d.poller);
        run(&d);
        assert_int_equal(d.asked, 1); // the same one
        uint64_t version = store_day(&d.world.store.signals[1], 0)->version;
        assert_true(store_day(&d.world.store.signals[1], 0)->answered);

        d.asked = 0;
        proof_doubt(&d.poller);
        change_server(&d, 5);
        run(&d);
        assert_true(store_day(&d.world.store.signals[1], 0)->version > version);
        for (int i = 0; i < 3; i++) { // not even the constant one is the other server's
            assert_true(d.world.store.signals[i].now_ms == 0);
            d.world.store.signals[i].now_ms = WORLD_NOW_MS;
        }
        run(&d);
        for (int i = 0; i < 3; i++) {
            assert_servers(&d, i);
        }
        stop(&d);
    }
}

static void regaining_the_source_begins_it(void **state)
{
    (void)state;
    struct desk d;
    start(&d, 2);
    run(&d);
    assert_int_equal(trust(&d, 0), TRUST_PROVED);
    const struct http_reply sound = {.status = 200, .retry_after_s = -1, .server_ms = -1};
    struct ask probe = {.feed = &feed_now, .present = true};
    health_regain(&d.poller, &probe, &sound, WORLD_NOW_MS); // was never lost
    assert_int_equal(trust(&d, 0), TRUST_PROVED);
    health_lose(&d.poller, LOSS_SILENT, "refused", -1, WORLD_NOW_MS);
    probe.probe = true;
    health_regain(&d.poller, &probe, &sound, WORLD_NOW_MS + 1000);
    assert_int_equal(trust(&d, 0), TRUST_UNPROVED);
    assert_true(d.poller.schedule.held[0]);
    stop(&d);
}

static void other_moments_are_believed_as_well(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask;
    start(&d, 1);
    run(&d);
    d.asked = 0;
    poller_start_schedule(&d.poller, WORLD_NOW_MS - 2 * CLOCK_HOUR_MS);
    proof_resume(&d.poller);
    assert_false(next(&d, &ask));
    assert_int_equal(trust(&d, 0), TRUST_PROVED);
    stop(&d);

    start(&d, 1); // a proof that is out when the moment changes is asked for again
    assert_true(next(&d, &ask));
    ask.orphaned = true;
    poller_start_schedule(&d.poller, WORLD_NOW_MS - 2 * CLOCK_HOUR_MS);
    proof_resume(&d.poller);
    proof_end(&d.poller, &ask);
    run(&d);
    assert_int_equal(trust(&d, 0), TRUST_PROVED);
    stop(&d);
}

// --- what is kept

static void asks_for_the_rest_of_a_window(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask;
    start(&d, 1);
    int64_t day = clock_days_before(WORLD_NOW_MS, 1) / STORE_HISTORY_STEP_MS;
    d.memory[0].to = day + 6; // what the hour before had asked for, and all older days
    assert_true(next(&d, &ask));
    answer(&d, &ask); // the proof
    assert_true(next(&d, &ask));
    assert_int_equal(ask.part, 0);
    assert_true(ask.first == day + 7 && ask.last == day + 18);
    answer(&d, &ask);
    const struct history *h = store_day(&d.world.store.signals[0], 0);
    assert_true(h->first == day - 6 && h->last == day + 18);
    assert_true(d.notes.first == day + 7 && d.notes.last == day + 18); // only what is new
    assert_int_equal(d.notes.kept, 1);
    assert_false(next(&d, &ask));
    assert_servers(&d, 0);
    stop(&d);
}

static void what_may_be_incomplete_is_not_kept(void **state)
{
    (void)state;
    struct desk d;
    start(&d, 1);
    d.memory[0].to = -1;
    d.partial = true;
    run(&d);
    assert_int_equal(d.asked, DAYS);
    assert_int_equal(d.notes.kept + d.notes.kept_empty, 0);
    assert_int_equal(d.notes.for_an_hour + d.notes.for_a_day, 0);
    assert_servers(&d, 0); // but it is better than nothing
    d.partial = false;     // after some minutes it is asked for again
    d.poller.schedule.env.ahead_ms = 3 * CLOCK_MINUTE_MS;
    run(&d);
    assert_int_equal(d.asked, DAYS);
    d.poller.schedule.env.ahead_ms = 5 * CLOCK_MINUTE_MS;
    run(&d);
    assert_int_equal(d.asked, 2 * DAYS);
    assert_int_equal(d.notes.kept, DAYS);
    d.poller.schedule.env.ahead_ms = 2 * CLOCK_HOUR_MS;
    run(&d);
    assert_int_equal(d.asked, 2 * DAYS);
    stop(&d);
}

static void a_part_that_comes_empty_serves_for_an_hour(void **state)
{
    (void)state;
    struct desk d;
    start(&d, 1); // half of a window is known
    d.memory[0].to = d.server[0].to = clock_days_before(WORLD_NOW_MS, 1) / STORE_HISTORY_STEP_MS;
    run(&d);
    assert_int_equal(d.notes.for_an_hour, 1);
    assert_int_equal(d.notes.kept + d.notes.kept_empty, 0);
    stop(&d);
}

/** Answers the days of one signal as VALUES say, NaN: with nothing. */
static void run_days(struct desk *d, const double values[DAYS])
{
    struct ask ask;
    while (next(d, &ask)) {
        d->server[0].level = values[ask.part];
        answer(d, &ask);
    }
}

static void no_gap_is_kept_for_good(void **state)
{
    (void)state;
    static const struct {
        double days[DAYS];
        int kept, for_an_hour, for_a_day;
    } cases[] = {
        {{1, 1, 1, 1}, 4, 0, 0}, {{1, NAN, 1, 1}, 3, 1, 0}, // between days with samples
        {{1, 1, NAN, NAN}, 2, 0, 2}, // its memory ends, or a part of it is away
        {{1, NAN, 1, NAN}, 2, 1, 1}, {{NAN, 1, 1, 1}, 3, 1, 0}, {{NAN, NAN, NAN, 1}, 1, 3, 0},
        {{NAN, NAN, NAN, NAN}, 0, 0, 0}, // nothing proves that it can answer at all
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct desk d;
        start(&d, 1);
        d.memory[0].to = -1; // it knows nothing yet
        run_days(&d, cases[i].days);
        assert_int_equal(d.notes.kept, cases[i].kept);
        assert_int_equal(d.notes.kept_empty, 0);
        assert_int_equal(d.notes.for_an_hour, cases[i].for_an_hour);
        assert_int_equal(d.notes.for_a_day, cases[i].for_a_day);
        stop(&d);
    }
}

static void an_empty_day_between_others_is_asked_for_again(void **state)
{
    (void)state;
    static const double before[DAYS] = {1, NAN, 1, NAN}, after[DAYS] = {1, 1, 1, 1};
    for (int with_memory = 0; with_memory < 2; with_memory++) {
        struct desk d;
        start(&d, 1);
        d.memory[0].to = -1;
        if (!with_memory) {
            d.poller.history.used = false;
            proof_start(&d.poller);
        }
        run_days(&d, before);
        assert_int_equal(d.asked, DAYS);
        assert_true(schedule_history_complete(&d.poller.schedule)); // a report does not wait for it
        run_days(&d, after);
        assert_int_equal(d.asked, DAYS);
        d.poller.schedule.env.ahead_ms = 5 * CLOCK_MINUTE_MS;
        run_days(&d, after);
        assert_int_equal(d.asked, DAYS + 1);
        const struct history *h = store_day(&d.world.store.signals[0], 1);
        assert_true(matrix_sum(&h->matrix, h->first) > 0);
        d.poller.schedule.env.ahead_ms = 3 * CLOCK_HOUR_MS;
        run_days(&d, after);
        assert_int_equal(d.asked, DAYS + 1); // and never what lies beyond
        stop(&d);
    }
}

static void the_present_is_not_kept(void **state)
{
    (void)state;
    struct desk d;
    start(&d, 1);
    d.memory[0].to = -1;
    d.poller.schedule.env.tick_ms = WORLD_NOW_MS + CLOCK_DAY_MS; // --at, or a clock that is wrong
    run(&d);
    assert_int_equal(d.notes.kept, DAYS - 1);
    stop(&d);
}

static void works_without_a_memory(void **state)
{
    (void)state;
    struct desk d;
    start(&d, 2);
    d.poller.history.used = false;
    proof_start(&d.poller);
    run(&d);
    assert_int_equal(d.asked, 2 * DAYS);
    assert_true(schedule_history_complete(&d.poller.schedule));
    stop(&d);
}

// What is kept is given between two turns: until then nothing of it is asked of the server.
static void history_waits_until_what_is_kept_is_given(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask;
    struct history_want want;
    start(&d, 1);
    assert_true(next(&d, &ask));
    answer(&d, &ask); // the proof
    assert_false(poller_next_want(&d.poller, d.now_ms, &want));
    for (int given = 0; given < 2; given++) {
        while (schedule_next(&d.poller.schedule, &ask)) {
            assert_int_equal(ask.feed->rank == RANK_HISTORY, !given && ask.index == 0);
            if (ask.feed->rank == RANK_HISTORY) {
                assert_int_equal(memory_answer(&d.poller, &ask, d.now_ms), MEMORY_WAITS);
            }
        }
        assert_true(d.poller.schedule.held[0]);
        assert_false(schedule_history_complete(&d.poller.schedule));
        assert_true(poller_next_want(&d.poller, d.now_ms, &want));
        assert_false(want.sample);
        if (!given) { // one of several windows is not enough
            poller_give(&d.poller, &want, NULL);
        }
    }
    run(&d);
    assert_false(d.poller.schedule.held[0]);
    assert_int_equal(d.asked, 2); // the window of which nothing was known
    assert_int_equal(d.notes.kept, 1);
    assert_servers(&d, 0);
    stop(&d);
}

static void what_was_given_does_not_outlive_a_doubt(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask;
    start(&d, 1);
    assert_true(next(&d, &ask));
    answer(&d, &ask);
    while (schedule_next(&d.poller.schedule, &ask)) {
        if (ask.feed->rank == RANK_HISTORY) {
            memory_answer(&d.poller, &ask, d.now_ms);
        }
    }
    exchange(&d);
    assert_true(d.poller.proofs.signals[0].windows_count > 0);
    proof_doubt(&d.poller);
    assert_int_equal(d.poller.proofs.signals[0].windows_count, 0);
    change_server(&d, 2);
    run(&d);
    assert_int_equal(d.notes.forgets, 1);
    assert_servers(&d, 0);
    stop(&d);
}

static void nobody_who_keeps_anything_is_as_one_who_knows_nothing(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask;
    struct history_want want;
    start(&d, 2);
    while (poller_next_want(&d.poller, d.now_ms, &want)) {
        poller_give(&d.poller, &want, NULL);
    }
    d.memory[0].to = d.memory[1].to = -1;
    for (int i = 0; next(&d, &ask); i++) {
        assert_true(ask.feed != &feed_proof && i < 20);
        answer(&d, &ask);
    }
    assert_int_equal(d.asked, 2 * DAYS);
    stop(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_one_stretch_of_each_signal),
        cmocka_unit_test(joins_what_is_about_the_same_stretch),
        cmocka_unit_test(those_that_are_asked_for_now_are_waited_for),
        cmocka_unit_test(a_server_that_joins_nothing_is_asked_one_by_one),
        cmocka_unit_test(does_not_believe_another_servers_history),
        cmocka_unit_test(one_signal_that_agrees_proves_no_other),
        cmocka_unit_test(a_constant_signal_is_proved_by_two_others),
        cmocka_unit_test(a_constant_signal_that_differs_is_another_servers),
        cmocka_unit_test(one_series_more_is_another_server),
        cmocka_unit_test(an_unanswered_proof_is_tried_again),
        cmocka_unit_test(what_cannot_be_proved_is_asked_for),
        cmocka_unit_test(a_loss_is_no_failure_of_the_proof),
        cmocka_unit_test(a_partial_answer_contradicts_nothing),
        cmocka_unit_test(nothing_is_proved_by_gaps),
        cmocka_unit_test(a_server_may_keep_less_than_it_did),
        cmocka_unit_test(what_is_in_the_store_is_proved_again_after_a_loss),
        cmocka_unit_test(regaining_the_source_begins_it),
        cmocka_unit_test(other_moments_are_believed_as_well),
        cmocka_unit_test(asks_for_the_rest_of_a_window),
        cmocka_unit_test(what_may_be_incomplete_is_not_kept),
        cmocka_unit_test(a_part_that_comes_empty_serves_for_an_hour),
        cmocka_unit_test(no_gap_is_kept_for_good),
        cmocka_unit_test(an_empty_day_between_others_is_asked_for_again),
        cmocka_unit_test(the_present_is_not_kept),
        cmocka_unit_test(works_without_a_memory),
        cmocka_unit_test(history_waits_until_what_is_kept_is_given),
        cmocka_unit_test(what_was_given_does_not_outlive_a_doubt),
        cmocka_unit_test(nobody_who_keeps_anything_is_as_one_who_knows_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
