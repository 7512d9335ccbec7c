#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "poll/answer.h"
#include "poll/past.h"
#include "poll/state.h"
#include "unit/world.h"

static const char one_stage[] = "window: 5m\nrefresh: 15s\nspan: 1h\n"
                                "baseline: {kind: day, range: 4d}\n"
                                "stages: [{name: a, latency: a}]\n";

enum { DAYS = 4, WINDOW = 25 };

/** What the memory was told and says. */
struct notes {
    int64_t from, to;     /**< it knows these slots; nothing while from > to */
    double value;         /**< in each of them; NaN: a gap */
    int recalls, forgets; /**< how often it was asked, and told to forget */
    int kept, kept_empty; /**< answers that it was given for good, with samples and without */
    int doubted;          /**< answers that it was given for a while */
    int64_t first, last;  /**< of the last one */
};

struct desk {
    struct world world;
    struct poller poller;
    struct notes notes;
    bool more, warned; /**< the server answers with one series more, and with a warning */
};

static void fill(struct batch *b, int64_t first, int64_t last, double value)
{
    struct batch_series *s = batch_add(b);
    for (int64_t slot = first; slot <= last && !isnan(value); slot++) {
        batch_add_sample(s, slot * STORE_HISTORY_STEP_MS, value);
    }
}

static bool recall(void *context, const char *expr, int64_t first, int64_t last, int64_t now_ms,
    struct matrix *out)
{
    struct notes *n = context;
    struct batch b = {0};
    assert_non_null(expr);
    assert_true(now_ms == WORLD_NOW_MS);
    n->recalls++;
    int64_t from = first > n->from ? first : n->from, to = last < n->to ? last : n->to;
    if (from > to) {
        return false;
    }
    matrix_init(out, STORE_HISTORY_STEP_MS, (size_t)(last - first + 1));
    fill(&b, from, to, n->value);
    matrix_merge(out, &b, from, to);
    batch_finish(&b);
    return true;
}

static void remember(void *context, const char *expr, int64_t first, int64_t last,
    const struct batch *b, bool lasting, int64_t now_ms)
{
    struct notes *n = context;
    (void)expr, (void)now_ms;
    bool empty = b->count == 0 || b->series[0].count == 0;
    n->doubted += !lasting;
    n->kept += lasting && !empty;
    n->kept_empty += lasting && empty;
    n->first = first;
    n->last = last;
}

static void forget(void *context)
{
    struct notes *n = context;
    n->forgets++;
}

static void start(struct desk *d, double value)
{
    world_init(&d->world, one_stage);
    d->more = d->warned = false;
    d->notes = (struct notes){.to = INT64_MAX, .value = value};
    d->poller = (struct poller){.config = &d->world.config,
        .plan = &d->world.plan,
        .store = &d->world.store,
        .memory = {.context = &d->notes, recall, remember, forget}};
    d->world.store.signals[0].now_ms = WORLD_NOW_MS;
    agenda_init(&d->poller.agenda, &d->world.plan, &d->world.store);
    d->poller.agenda.tick_ms = WORLD_NOW_MS;
}

static void stop(struct desk *d)
{
    agenda_finish(&d->poller.agenda);
    world_finish(&d->world);
}

/** The next question about history that the memory does not answer; false when there is none. */
static bool next(struct desk *d, struct ask *ask)
{
    while (agenda_next(&d->poller.agenda, ask)) {
        if (ask->purpose >= ASK_DAY && !memory_answer(&d->poller, ask, WORLD_NOW_MS)) {
            return true;
        }
    }
    return false;
}

/** The server answers ASK with VALUE in every slot. */
static void answer(struct desk *d, struct ask *ask, double value)
{
    struct batch b = {0};
    fill(&b, ask->first, ask->last, value);
    if (d->more) {
        fill(&b, ask->first, ask->last, value);
        labels_set(&b.series[1].labels, "le", "1");
    }
    if (d->warned) {
        batch_add_note(&b, "a store is away");
    }
    agenda_done(&d->poller.agenda, ask);
    struct matrix m = memory_complete(&d->poller, ask, &b);
    history_take(history_of(&d->world.store, ask), &m, m.asked_first, m.asked_last);
    memory_learn(&d->poller, ask, &b, WORLD_NOW_MS);
    past_learn(&d->poller.agenda, ask->index);
    memory_drop(&d->poller, ask);
    batch_finish(&b);
}

static void asks_once_for_what_is_kept(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask, none;
    start(&d, 2);
    assert_true(next(&d, &ask));
    assert_true(ask.proves);
    assert_int_equal(ask.last - ask.first + 1, WINDOW);
    assert_false(next(&d, &none)); // everything else waits for the proof
    assert_false(agenda_history_complete(&d.poller.agenda));
    answer(&d, &ask, 2);
    assert_false(next(&d, &none)); // and was then taken from the memory
    assert_int_equal(d.poller.trust, TRUST_GIVEN);
    assert_int_equal(d.notes.recalls, DAYS);
    assert_int_equal(d.notes.forgets, 0);
    assert_true(agenda_history_complete(&d.poller.agenda));
    for (int day = 0; day < DAYS; day++) {
        const struct history *h = &d.world.store.signals[0].days[day];
        assert_true(h->answered && h->last - h->first + 1 == WINDOW);
        assert_true(matrix_sum(&h->matrix, h->first) == 2 && matrix_sum(&h->matrix, h->last) == 2);
    }
    stop(&d);
}

static void does_not_believe_another_servers_history(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask;
    start(&d, 2);
    assert_true(next(&d, &ask));
    answer(&d, &ask, 2.1);
    assert_int_equal(d.poller.trust, TRUST_REFUSED);
    assert_int_equal(d.notes.forgets, 1);
    int asked = 1;
    for (; next(&d, &ask); asked++) {
        assert_false(ask.proves);
        answer(&d, &ask, 2.1);
    }
    assert_int_equal(asked, DAYS);
    assert_int_equal(d.notes.kept, DAYS); // from now on it knows this one's
    const struct history *h = &d.world.store.signals[0].days[0];
    assert_true(matrix_sum(&h->matrix, h->first) == 2.1);
    stop(&d);
}

static void one_series_more_is_another_server(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask;
    start(&d, 2);
    d.more = true;
    assert_true(next(&d, &ask));
    answer(&d, &ask, 2);
    assert_int_equal(d.poller.trust, TRUST_REFUSED);
    stop(&d);
}

static void what_may_be_incomplete_serves_for_a_while(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask;
    start(&d, 1);
    d.notes.from = INT64_MAX;
    d.warned = true;
    while (next(&d, &ask)) {
        answer(&d, &ask, 1);
    }
    assert_int_equal(d.notes.doubted, DAYS);
    assert_int_equal(d.notes.kept, 0);
    stop(&d);

    start(&d, 2); // half of a window is known, and the rest comes empty
    d.poller.trust = TRUST_GIVEN;
    d.notes.to = clock_days_before(WORLD_NOW_MS, 1) / STORE_HISTORY_STEP_MS;
    assert_true(next(&d, &ask));
    answer(&d, &ask, NAN);
    assert_int_equal(d.notes.doubted, 1);
    assert_int_equal(d.notes.kept + d.notes.kept_empty, 0);
    stop(&d);
}

static void an_unanswered_proof_is_tried_again(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask;
    start(&d, 2);
    assert_true(next(&d, &ask));
    agenda_done(&d.poller.agenda, &ask); // refused, timed out, lost
    memory_drop(&d.poller, &ask);
    assert_null(ask.known);
    assert_int_equal(d.poller.trust, TRUST_UNKNOWN);
    assert_true(next(&d, &ask)); // the next window may tell
    assert_true(ask.proves);
    assert_int_equal(ask.day, 1);
    answer(&d, &ask, 2);
    assert_int_equal(d.poller.trust, TRUST_GIVEN);
    assert_false(next(&d, &ask));
    stop(&d);
}

static void nothing_is_proved_by_gaps(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask;
    start(&d, NAN);
    int asked = 0;
    for (; next(&d, &ask); asked++) {
        assert_false(ask.proves);
        answer(&d, &ask, 3);
    }
    assert_int_equal(asked, DAYS);
    stop(&d);
}

static void asks_for_the_rest_of_a_window(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask;
    start(&d, 2);
    d.poller.trust = TRUST_GIVEN;
    int64_t day = clock_days_before(WORLD_NOW_MS, 1) / STORE_HISTORY_STEP_MS;
    d.notes.to = day + 6; // what the hour before had asked for, and all older days
    assert_true(next(&d, &ask));
    assert_int_equal(ask.day, 0);
    assert_true(ask.first == day + 7 && ask.last == day + 18);
    answer(&d, &ask, 3);
    const struct history *h = &d.world.store.signals[0].days[0];
    assert_true(h->first == day - 6 && h->last == day + 18);
    assert_true(matrix_sum(&h->matrix, day - 6) == 2 && matrix_sum(&h->matrix, day + 6) == 2);
    assert_true(matrix_sum(&h->matrix, day + 7) == 3 && matrix_sum(&h->matrix, day + 18) == 3);
    assert_true(d.notes.first == day + 7 && d.notes.last == day + 18); // only what is new
    assert_int_equal(d.notes.kept, 1);
    assert_false(next(&d, &ask));
    stop(&d);
}

static void gaps_are_kept_as_long_as_their_cause_is_sure(void **state)
{
    (void)state;
    static const struct {
        double days[DAYS];
        int kept, kept_empty, doubted;
    } cases[] = {
        {{1, 1, 1, 1}, 4, 0, 0}, {{1, NAN, 1, 1}, 3, 1, 0}, // the server was down that day
        {{1, 1, NAN, NAN}, 2, 0, 2}, // its memory ends, or a part of it is away
        {{1, NAN, 1, NAN}, 2, 1, 1},
        {{NAN, NAN, NAN, NAN}, 0, 0, 0}, // nothing proves that it can answer at all
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct desk d;
        struct ask ask;
        start(&d, 1);
        d.notes.from = INT64_MAX; // it knows nothing yet
        while (next(&d, &ask)) {
            answer(&d, &ask, cases[i].days[ask.day]);
        }
        assert_int_equal(d.notes.kept, cases[i].kept);
        assert_int_equal(d.notes.kept_empty, cases[i].kept_empty);
        assert_int_equal(d.notes.doubted, cases[i].doubted);
        stop(&d);
    }
}

static void the_present_is_not_kept(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask;
    start(&d, 1);
    d.notes.from = INT64_MAX;
    d.poller.agenda.tick_ms = WORLD_NOW_MS + CLOCK_DAY_MS; // --at, or a clock that is wrong
    while (next(&d, &ask)) {
        answer(&d, &ask, 1);
    }
    assert_int_equal(d.notes.kept, DAYS - 1);
    stop(&d);
}

static void works_without_a_memory(void **state)
{
    (void)state;
    struct desk d;
    struct ask ask;
    start(&d, 1);
    d.poller.memory = (struct poller_memory){0};
    int asked = 0;
    for (; next(&d, &ask); asked++) {
        answer(&d, &ask, 1);
    }
    assert_int_equal(asked, DAYS);
    assert_true(agenda_history_complete(&d.poller.agenda));
    stop(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_once_for_what_is_kept),
        cmocka_unit_test(does_not_believe_another_servers_history),
        cmocka_unit_test(one_series_more_is_another_server),
        cmocka_unit_test(what_may_be_incomplete_serves_for_a_while),
        cmocka_unit_test(an_unanswered_proof_is_tried_again),
        cmocka_unit_test(nothing_is_proved_by_gaps),
        cmocka_unit_test(asks_for_the_rest_of_a_window),
        cmocka_unit_test(gaps_are_kept_as_long_as_their_cause_is_sure),
        cmocka_unit_test(the_present_is_not_kept),
        cmocka_unit_test(works_without_a_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
