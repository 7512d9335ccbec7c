#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "unit/words/said.h"
#include "words/doubt.h"
#include "words/words.h"

/** What comes and cannot be meant is no number: of what, on which metric, and what to do. */
static void a_pool_that_cannot_be_meant(void **state)
{
    (void)state;
    static const struct {
        const char *pool;
        double used, limit; // NaN: not sent
        unsigned nans;
        const char *why, *note;
    } cases[] = {
        {"{name: pool, used: u, limit: l}", 5, 0, 0, "its limit l is 0",
            "If there is a limit, write its number; if there is none, leave out limit: to have a "
            "queue."},
        {"{name: pool, used: u, limit: l}", 0, 0, 0, "its limit l is 0", "If there is a limit"},
        {"{name: pool, used: u, limit: l}", 5, -1, 0, "its limit l is -1", "If there is a limit"},
        {"{name: pool, used: u, limit: l}", 5, NAN, 1U << PART_LIMIT, "its limit l is NaN",
            "If there is a limit"},
        {"{name: pool, expr: {used: u, limit: l}}", 5, 0, 0, "its limit is 0",
            "If there is a limit"},
        {"{name: pool, used: u, limit: l}", -5, 20, 0, "u is -5", "Nothing that waits"},
        {"{name: pool, used: u}", -30, NAN, 0, "u is -30",
            "Nothing that waits or is in use can be below 0: check how the service sets it."},
        {"{name: pool, expr: {used: u}}", -30, NAN, 0, "it is -30", "Nothing that waits"},
        {"{name: pool, ratio: u}", -0.2, 1, 0, "u is -0.2", "Nothing that waits"},
        {"{name: pool, used: u}", NAN, NAN, 1U << PART_USED, "u is NaN",
            "Check how the service sets it."},
        {"{name: pool, ratio: u}", 1.5, 1, 0, "u is 1.5",
            "A share is 1 at most: if it is in percent, write unit: percent."},
        {"{name: pool, used: kv_usage_ratio}", 0.97, NAN, 0,
            "kv_usage_ratio is a share by its name (write ratio: kv_usage_ratio)",
            "Without a limit it would be a queue."},
        {"{name: pool, used: 'vllm:kv_perc{a=\"b\"}'}", 0.97, NAN, 0,
            "vllm:kv_perc{a=\"b\"} is a share by its name", "Without a limit"},
        {"{name: pool, used: gpu.Utilization}", 0.97, NAN, 0,
            "gpu.Utilization is a share by its name", "Without a limit"},
        // these can be meant
        {"{name: pool, used: u, limit: l}", 5, 20, 0, NULL, NULL},
        {"{name: pool, used: u, limit: l}", -1e-12, 20, 0, NULL, NULL},
        {"{name: pool, used: u}", 0, NAN, 0, NULL, NULL},
        {"{name: pool, ratio: u}", 1.49, 1, 0, NULL, NULL},
        {"{name: pool, used: u_ratio, limit: 1}", 0.4, 1, 0, NULL, NULL},
        {"{name: pool, used: ratio_of_waiting}", 4, NAN, 0, NULL, NULL},
        {"{name: pool, used: ratio}", 4, NAN, 0, NULL, NULL},
        {"{name: pool, expr: {used: u}}", NAN, NAN, 1U << PART_USED, NULL, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *why = cases[i].why;
        struct world w;
        struct str yaml, said, note;
        str_init(&yaml);
        str_init(&said);
        str_init(&note);
        str_addf(&yaml, "stages: [{name: rag, latency: rag_seconds, saturation: [%s]}]\n",
            cases[i].pool);
        world_init(&w, yaml.text);
        world_requests(&w, "rag", usually, usually);
        int pool = w.plan.stages[0].saturation_first;
        world_series(&w, pool, "part", "used", cases[i].used, cases[i].used);
        world_series(&w, pool, "part", "limit", cases[i].limit, cases[i].limit);
        w.store.signals[pool].nans = cases[i].nans;
        world_judge(&w);
        const struct words words = world_words(&w);
        const struct stage_diagnosis *d = world_of(&w, "rag");
        assert_int_equal(d->blind, why ? STATE_UNRELIABLE : STATE_OK);
        assert_int_equal(d->blind_signal, why ? pool : -1);
        assert_true(!why || (d->pool_signal < 0 && d->pool.state == STATE_UNRELIABLE));
        assert_int_equal(doubt_add_note(&note, &words, 0, 0), why != NULL);
        if (why) {
            str_addf(&said, "normal; pool: %s", why);
            assert_reason(&w, "rag", said.text);
            str_setf(&said, "Pool of rag cannot be judged: %s", why);
            SUMMARY(&w, said.text);
            assert_has("the note", note.text, cases[i].note);
        }
        str_finish(&note);
        str_finish(&said);
        str_finish(&yaml);
        world_finish(&w);
    }
}

/** Of several of a stage its row tells why of the first, and each has its note. */
static void several_pools_that_cannot_be_meant(void **state)
{
    (void)state;
    struct world w;
    struct str note;
    str_init(&note);
    world_init(&w, "stages: [{name: rag, latency: rag_seconds, saturation: [{name: pool, used: u, "
                   "limit: l}, {name: queue, used: q}, {name: fine, used: f}]}]\n");
    world_requests(&w, "rag", usually, usually);
    int pool = w.plan.stages[0].saturation_first;
    world_series(&w, pool, "part", "used", 5, 5);
    world_series(&w, pool, "part", "limit", 0, 0);
    world_series(&w, pool + 1, "part", "used", -1, -1);
    world_series(&w, pool + 2, "part", "used", 3, 3);
    world_judge(&w);
    const struct words words = world_words(&w);
    assert_reason(&w, "rag", "normal; pool: its limit l is 0, and 1 more");
    assert_true(doubt_add_note(&note, &words, 0, 0));
    assert_has("the first note", note.text, "pool of rag: its limit l is 0");
    str_clear(&note);
    assert_true(doubt_add_note(&note, &words, 0, 1));
    assert_has("the second note", note.text, "queue of rag: q is -1");
    assert_false(doubt_add_note(&note, &words, 0, 2));
    str_finish(&note);
    world_finish(&w);
}

/** The same of what is declared: it is no number, and a note says why. */
static void what_is_declared_and_cannot_be_meant(void **state)
{
    (void)state;
    static const struct {
        const char *declared;
        double value, limit; // NaN: it has none
        unsigned nans;
        const char *note;
    } cases[] = {
        {"waiting: {queue: u}", -30, NAN, 0, "waiting requests of rag: u is -30. Nothing that"},
        {"waiting: {queue: u}", NAN, NAN, 1U << PART_VALUE, "u is NaN. Check how the service"},
        {"memory: {used: u, limit: l}", 5, 0, 0,
            "memory in use of rag: its limit l is 0. If there is a limit, write its number."},
        {"memory: {used: u, free: f}", 0, 0, 0, "u and f add up to 0. "},
        {"memory: {free: f, limit: l}", -5, 20, 0, "f is above its limit. "},
        {"kv_cache: {ratio: u}", 97, NAN, 0, "u is 97. A share is 1 at most: "},
        {"kv_cache: {gauge: u}", 97, NAN, 0, "u is 97. A share is 1 at most: "},
        {"kv_cache: {ratio: u, unit: percent}", 0.97, NAN, 0, NULL},
        {"kv_cache: {ratio: u}", 1.49, NAN, 0, NULL},
        {"waiting: {queue: u}", 30, NAN, 0, NULL},
        {"health: {state: u, critical: 1}", -1, NAN, 0, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        struct str yaml, note;
        str_init(&yaml);
        str_init(&note);
        str_addf(&yaml, "stages: [{name: rag, latency: rag_seconds, signals: {%s}}]\n",
            cases[i].declared);
        world_init(&w, yaml.text);
        world_requests(&w, "rag", usually, usually);
        int signal = w.plan.stages[0].declared_first;
        bool pool = !isnan(cases[i].limit);
        world_series(
            &w, signal, pool ? "part" : "x", pool ? "used" : "", cases[i].value, cases[i].value);
        world_series(&w, signal, "part", "limit", cases[i].limit, cases[i].limit);
        w.store.signals[signal].nans = cases[i].nans;
        world_judge(&w);
        const struct words words = world_words(&w);
        const struct declared_diagnosis *d = &world_of(&w, "rag")->declared[0];
        assert_int_equal(d->reading.state == STATE_UNRELIABLE, cases[i].note != NULL);
        assert_int_equal(doubt_add_note(&note, &words, 0, 0), cases[i].note != NULL);
        if (cases[i].note) {
            assert_true(isnan(d->reading.now));
            assert_has("the note", note.text, cases[i].note);
        }
        str_finish(&note);
        str_finish(&yaml);
        world_finish(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pool_that_cannot_be_meant),
        cmocka_unit_test(several_pools_that_cannot_be_meant),
        cmocka_unit_test(what_is_declared_and_cannot_be_meant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
