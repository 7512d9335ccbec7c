#include "series/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"

/** Fills day K of DATA with POINTS samples in 25 slots. */
static const int64_t TICK_MS = 1770195600000; // 2026-02-04T09:00:00Z

/** POINTS of day K, from FROM steps after the time of TICK_MS on. */
static void fill(struct signal_data *data, int k, int from, int points)
{
    struct history *h = store_own_day(data, k);
    struct batch b = {0};
    struct batch_series *s = batch_add(&b);
    int64_t middle = clock_days_before(TICK_MS, k + 1) / STORE_HISTORY_STEP_MS;
    for (int i = 0; i < points; i++) {
        batch_add_sample(s, (middle + from + i) * STORE_HISTORY_STEP_MS, i);
    }
    h->first = middle - 12;
    h->last = middle + 12;
    matrix_init(&h->matrix, STORE_HISTORY_STEP_MS, 25);
    matrix_merge(&h->matrix, &b, h->first, h->last);
    h->answered = true;
    batch_finish(&b);
}

static void starts_asking(void **state)
{
    (void)state;
    struct store s;
    store_init(&s, 3, 15000, 240);
    assert_int_equal(s.count, 3);
    assert_int_equal(s.source.health, REACH_ASKING);
    for (size_t i = 0; i < s.count; i++) {
        assert_int_equal(s.signals[i].condition, CONDITION_ASKING);
        assert_int_equal(s.signals[i].live.slots, 240);
        assert_true(s.signals[i].now_ms == 0 && !s.signals[i].recent.answered);
    }
    store_finish(&s);
    store_finish(&s);
    store_init(&s, 0, 15000, 1);
    store_finish(&s);
}

static void enough_history(void **state)
{
    (void)state;
    static const struct {
        int points[4]; // of the days; 0: answered with nothing, -1: not answered
        int from;
        int days;
        bool enough;
    } cases[] = {
        {{10, 10, -1, -1}, -6, 4, true}, {{10, 9, -1, -1}, -6, 4, false},
        {{13, -1, -1, -1}, -6, 4, false}, // one day is no habit
        {{13, 0, 0, 0}, -6, 4, false}, {{0, 0, 13, 7}, -6, 4, true},
        {{0, 0, 13, 7}, -6, 3, false}, // beyond the range
        {{-1, -1, -1, -1}, -6, 4, false}, {{7, 7, 7, 7}, 0, 4, true},
        {{6, 6, 6, 6}, 7, 4, false},      // of another time of day
        {{25, 2, -1, -1}, -12, 4, false}, // the second day begins too early for that
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct store s;
        store_init(&s, 1, 15000, 1);
        for (int k = 0; k < 4; k++) {
            if (cases[i].points[k] >= 0) {
                fill(&s.signals[0], k, cases[i].from, cases[i].points[k]);
            }
        }
        assert_int_equal(
            store_days_suffice(&s.signals[0], NULL, cases[i].days, TICK_MS), cases[i].enough);
        store_finish(&s);
    }
}

static void notes_are_few_and_distinct(void **state)
{
    (void)state;
    struct store s;
    store_init(&s, 0, 15000, 1);
    char text[STORE_WHY_MAX + 60];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    store_add_note(&s, text);
    store_add_note(&s, text); // the same, although it was cut
    assert_int_equal(s.notes_count, 1);
    assert_int_equal(strlen(s.notes[0]), STORE_WHY_MAX - 1);
    for (int i = 1; i < STORE_NOTES_MAX; i++) {
        snprintf(text, sizeof text, "note_%d", i);
        store_add_note(&s, text);
        store_add_note(&s, text);
        assert_int_equal(s.notes_count, i + 1);
        assert_string_equal(s.notes[i], text);
    }
    for (int i = 0; i < 2; i++) { // more than there is room for: that is said, and once
        store_add_note(&s, i == 0 ? "one" : "and one");
        assert_int_equal(s.notes_count, STORE_NOTES_MAX);
        assert_string_equal(s.notes[STORE_NOTES_MAX - 1], note_rest());
        assert_string_equal(s.notes[STORE_NOTES_MAX - 2], "note_30");
    }
    store_finish(&s);
}

// Answers come in any order, and the reader looks for what he wrote from top to bottom.
static void notes_are_in_the_order_of_their_places(void **state)
{
    (void)state;
    static const int orders[][3] = {{0, 1, 2}, {2, 1, 0}, {1, 2, 0}};
    static const char *const notes[] = {"a: no such metric", "b: no such metric", "c: no buckets"};
    for (size_t i = 0; i < 3; i++) {
        struct store s;
        store_init(&s, 0, 15000, 1);
        store_add_note(&s, "the server is old");
        for (size_t k = 0; k < 3; k++) {
            int place = orders[i][k];
            store_add_placed(&s, notes[place], place, notes[place]);
        }
        for (size_t k = 0; k < 3; k++) {
            assert_string_equal(s.notes[k], notes[k]);
            assert_string_equal(s.topics[k], notes[k]);
        }
        assert_string_equal(s.notes[3], "the server is old");
        store_drop_topic(&s, notes[1]);
        store_add_placed(&s, notes[1], 1, notes[1]);
        assert_string_equal(s.notes[1], notes[1]);
        store_finish(&s);
    }
}

static void notes_go_with_their_topic(void **state)
{
    (void)state;
    struct store s;
    store_init(&s, 0, 15000, 1);
    store_add_topic(&s, "history", "history is unavailable: 503");
    store_add_note(&s, "history is long");
    store_add_topic(&s, "clock", "the clock is 3 min ahead");
    store_add_topic(&s, "history", "history is unavailable: timeout");
    store_drop_topic(&s, "history");
    assert_int_equal(s.notes_count, 2);
    assert_string_equal(s.notes[0], "history is long");
    store_drop_topic(&s, "clock");
    store_drop_topic(&s, "history");
    assert_int_equal(s.notes_count, 1);
    store_finish(&s);
}

/** An hour was skipped at 2026-03-29T01:00:00Z: the clock on the wall says the same. */
static void another_day_has_the_same_time_on_the_clock(void **state)
{
    (void)state;
    static const struct {
        int64_t at_ms;
        int days, hours; // in between
    } cases[] = {
        {1774818000000, 1, 23}, // Sunday 23:00 in Berlin
        {1774904400000, 1, 24},
        {1774904400000, 7, 7 * 24 - 1},
        {1774699200000, 1, 24},
    };
    setenv("TZ", "Europe/Berlin", 1);
    tzset();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct signal_data data = {0};
        store_begin_then(&data, cases[i].days, 15000, 240);
        int64_t slot = store_slot_then(&data, cases[i].at_ms);
        assert_true(slot * 15000 == cases[i].at_ms - (int64_t)cases[i].hours * CLOCK_HOUR_MS);
        store_begin_then(&data, cases[i].days, 2520000, 240); // steps that no hour is made of
        slot = store_slot_then(&data, cases[i].at_ms);
        int64_t off = slot * 2520000 - (cases[i].at_ms - (int64_t)cases[i].hours * CLOCK_HOUR_MS);
        assert_true(off >= -1260000 && off <= 1260000);
        store_drop_then(&data);
        store_drop_then(&data);
    }
    setenv("TZ", "UTC", 1);
    tzset();
}

static void knows_since_when_nothing_went_away(void **state)
{
    (void)state;
    struct store s;
    store_init(&s, 1, 1000, 10);
    s.version = 7;
    assert_true(store_only_added(&s, 7));
    assert_false(store_only_added(&s, 6)); // nobody said so
    store_note_added(&s);
    store_note_added(&s);
    assert_int_equal(s.version, 9);
    assert_true(store_only_added(&s, 7));
    assert_false(store_only_added(&s, 6));
    s.version++; // any other change
    assert_false(store_only_added(&s, 9));
    store_note_added(&s);
    assert_true(store_only_added(&s, 10));
    assert_false(store_only_added(&s, 9));
    store_finish(&s);
}

static void many_series_share_the_room(void **state)
{
    (void)state;
    enum { SIGNALS = 30, SLOTS = 240 };
    struct store s;
    store_init(&s, SIGNALS, 1000, SLOTS);
    size_t series = 0;
    assert_int_equal(store_room(&s, 0, SLOTS), MATRIX_SERIES_MAX);
    for (int i = 0; i < SIGNALS; i++) {
        struct matrix *live = &s.signals[i].live;
        struct batch b = {0};
        for (int k = 0; k < 2 * MATRIX_SERIES_MAX; k++) {
            char name[16];
            snprintf(name, sizeof name, "%d", k);
            struct batch_series *one = batch_add(&b);
            labels_set(&one->labels, "pod", name);
            batch_add_sample(one, 1000, 1);
        }
        live->series_max = store_room(&s, live->count, live->slots);
        matrix_merge(live, &b, 1, 1);
        batch_finish(&b);
        series += live->count;
        assert_true(live->truncated);
        assert_true(live->count >= STORE_SERIES_LEAST); // whoever comes last has some, too
    }
    assert_int_equal(s.signals[0].live.count, MATRIX_SERIES_MAX);
    assert_int_equal(s.signals[SIGNALS - 1].live.count, STORE_SERIES_LEAST);
    size_t beyond = (size_t)SIGNALS * STORE_SERIES_LEAST;
    assert_true((series - beyond) * SLOTS * sizeof(double) <= STORE_BYTES);
    store_finish(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_asking),
        cmocka_unit_test(enough_history),
        cmocka_unit_test(another_day_has_the_same_time_on_the_clock),
        cmocka_unit_test(notes_are_few_and_distinct),
        cmocka_unit_test(notes_are_in_the_order_of_their_places),
        cmocka_unit_test(notes_go_with_their_topic),
        cmocka_unit_test(knows_since_when_nothing_went_away),
        cmocka_unit_test(many_series_share_the_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
