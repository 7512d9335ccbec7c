/**
 * What servers send that no service measured: nothing of it may alarm by itself, hide what is
 * wrong, or come out as a number that is none.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "diagnose/diagnosis.h"
#include "unit/world.h"

static const struct load usual = {2, 0.3}, slow = {2, 1.8};

/** Every value of a signal's history as SPOIL makes it of what was there, at SLOT of day DAY. */
typedef double spoiler(double value, int day, int64_t slot);

static void spoil_history(struct world *w, spoiler *spoil)
{
    for (size_t i = 0; i < w->store.count; i++) {
        for (int day = 0; day < STORE_DAYS_MAX; day++) {
            struct history *h = store_own_day(&w->store.signals[i], day);
            for (size_t k = 0; h->answered && k < h->matrix.count; k++) {
                struct ring *r = &h->matrix.series[k].ring;
                for (int64_t slot = h->first; slot <= h->last; slot++) {
                    ring_put(r, slot, spoil(ring_get(r, slot), day, slot));
                }
            }
            h->version++;
        }
    }
}

static double gaps(double value, int day, int64_t slot)
{
    (void)day;
    return slot % 3 ? NAN : value;
}

static double negative(double value, int day, int64_t slot)
{
    return day == 2 || slot % 7 == 0 ? -value : value;
}

static double resets(double value, int day, int64_t slot)
{
    (void)day;
    return slot % 5 ? value : 0;
}

static double huge_values(double value, int day, int64_t slot)
{
    (void)slot;
    return day == 1 ? 1e300 : value;
}

static double infinite(double value, int day, int64_t slot)
{
    return day == 1 && slot % 2 ? INFINITY : value;
}

static double tiny(double value, int day, int64_t slot)
{
    (void)slot;
    return day == 4 ? value * 1e-300 : value;
}

static const struct {
    const char *what;
    spoiler *spoil;
} spoils[] = {{"gaps", gaps}, {"negative values", negative}, {"resets", resets},
    {"huge values", huge_values}, {"infinite values", infinite}, {"tiny values", tiny}};

static void assert_number(double v, const char *what)
{
    if (isinf(v)) {
        fail_msg("%s: an infinite number came out", what);
    }
}

static void assert_sound(const struct world *w, const char *what)
{
    for (size_t i = 0; i < w->diagnosis.stages_count; i++) {
        const struct stage_diagnosis *d = &w->diagnosis.stages[i];
        const struct reading *readings[] = {&d->latency, &d->errors, &d->traffic, &d->pool};
        for (size_t k = 0; k < sizeof readings / sizeof *readings; k++) {
            const struct reading *r = readings[k];
            assert_number(r->now, what);
            assert_number(r->ratio, what);
            assert_number(r->score, what);
            assert_number(r->usual.centre, what);
            assert_number(r->usual.spread, what);
            assert_number(r->spread, what);
            assert_true(isnan(r->spread) || r->spread >= 0);
        }
        assert_true(isnan(d->blame) || (d->blame >= 0 && d->blame <= 1 + 1e-9));
    }
    assert_true(w->diagnosis.verdict.confidence >= 0 && w->diagnosis.verdict.confidence <= 1);
}

static void judge_spoiled(struct world *w, struct load now, spoiler *spoil)
{
    world_init(w, world_article);
    world_calm(w);
    world_requests(w, "retrieval", usual, now);
    world_judge(w);
    spoil_history(w, spoil);
    diagnosis_run(&w->diagnosis, &w->plan, &w->scope, &w->store, &thresholds_default, WORLD_NOW_MS);
}

static void bad_values_neither_alarm_nor_hide(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof spoils / sizeof *spoils; i++) {
        struct world w;
        judge_spoiled(&w, usual, spoils[i].spoil);
        assert_sound(&w, spoils[i].what);
        if (w.diagnosis.verdict.condition != VERDICT_OK) {
            fail_msg("%s: condition %d", spoils[i].what, w.diagnosis.verdict.condition);
        }
        world_finish(&w);
        judge_spoiled(&w, slow, spoils[i].spoil);
        assert_sound(&w, spoils[i].what);
        if (world_of(&w, "retrieval")->latency.severity != SEVERITY_CRITICAL) {
            fail_msg("%s hide what is slow", spoils[i].what);
        }
        world_finish(&w);
    }
}

static double only_one(double value, int day, int64_t slot)
{
    return day == 0 && slot == (WORLD_NOW_MS - CLOCK_DAY_MS) / STORE_HISTORY_STEP_MS ? value : NAN;
}

static double none(double value, int day, int64_t slot)
{
    (void)value;
    (void)day;
    (void)slot;
    return NAN;
}

static void too_little_is_no_baseline(void **state)
{
    (void)state;
    spoiler *const little[] = {only_one, none};
    for (size_t i = 0; i < sizeof little / sizeof *little; i++) {
        for (int recent = 0; recent < 2; recent++) {
            struct world w;
            world_init(&w, world_article);
            w.has_recent = recent;
            w.has_span = false;
            world_calm(&w);
            world_requests(&w, "retrieval", usual, slow);
            world_judge(&w);
            spoil_history(&w, little[i]);
            diagnosis_run(
                &w.diagnosis, &w.plan, &w.scope, &w.store, &thresholds_default, WORLD_NOW_MS);
            const struct reading *r = &world_of(&w, "retrieval")->latency;
            assert_int_equal(r->usual.kind, recent ? USUAL_RECENT : USUAL_NONE);
            assert_int_equal(r->state, recent ? STATE_OK : STATE_NO_BASELINE);
            assert_int_equal(r->severity, recent ? SEVERITY_CRITICAL : SEVERITY_UNKNOWN);
            assert_sound(&w, "too little");
            world_finish(&w);
        }
    }
}

static void bad_values_now(void **state)
{
    (void)state;
    static const double values[] = {NAN, -1, 0, 1e300, 1e-300};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        for (int signal = 0; signal < 3; signal++) {
            struct world w;
            world_init(&w, world_article);
            world_calm(&w);
            world_judge(&w);
            struct matrix *live = &w.store.signals[signal].live;
            for (size_t k = 0; k < live->count; k++) {
                ring_put(&live->series[k].ring, live->asked_last, values[i]);
            }
            diagnosis_run(
                &w.diagnosis, &w.plan, &w.scope, &w.store, &thresholds_default, WORLD_NOW_MS);
            assert_sound(&w, "now");
            world_finish(&w);
        }
    }
}

static double yesterday_fast(double value, int day, int64_t slot)
{
    (void)slot;
    return day == 0 ? value / 1000 : value;
}

static void one_odd_day_of_two_decides_nothing_alone(void **state)
{
    (void)state;
    struct world w; // yesterday had a thousandth of the traffic, as rates that were cut short have
    judge_spoiled(&w, usual, yesterday_fast);
    assert_int_equal(w.diagnosis.verdict.condition, VERDICT_OK);
    world_finish(&w);
}

static void clocks_that_differ(void **state)
{
    (void)state;
    // the moment judged is the server's; where ours is off by minutes the same slots are compared
    static const int64_t off_ms[] = {-240000, -60000, -1, 1, 60000, 240000};
    for (size_t i = 0; i < sizeof off_ms / sizeof *off_ms; i++) {
        for (int slower = 0; slower < 2; slower++) {
            struct world w;
            world_init(&w, world_article);
            world_calm(&w);
            world_requests(&w, "retrieval", usual, slower ? slow : usual);
            world_judge(&w);
            diagnosis_run(&w.diagnosis, &w.plan, &w.scope, &w.store, &thresholds_default,
                WORLD_NOW_MS + off_ms[i]);
            assert_int_equal(w.diagnosis.verdict.condition, slower ? VERDICT_INCIDENT : VERDICT_OK);
            assert_sound(&w, "clocks");
            world_finish(&w);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_values_neither_alarm_nor_hide),
        cmocka_unit_test(too_little_is_no_baseline),
        cmocka_unit_test(bad_values_now),
        cmocka_unit_test(one_odd_day_of_two_decides_nothing_alone),
        cmocka_unit_test(clocks_that_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
