#include "diagnose/changed_near.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "unit/world.h"

enum { MINUTE = 60, MOST = 4 };

/** What changed AT_MS, COUNT times over. */
static void put(struct world *w, enum change_kind kind, int64_t at_ms, size_t count)
{
    struct changes *all = mem_zalloc(1, sizeof *all);
    all->list = (struct list){.fields = {"kind", "at_ms"}, .fields_count = 2};
    for (size_t i = 0; i < count; i++) {
        struct list_value *v = list_add(&all->list);
        v[0].number = kind;
        v[1].number = (double)at_ms;
    }
    store_begin_slot(&w->store, 0, 0);
    store_fill_slot(&w->store, 0, all, change_finish);
}

static void slow(struct world *w, double p95_s)
{
    world_init(w, world_article);
    world_calm(w);
    world_requests(w, "generation", (struct load){2, 0.55}, (struct load){2, p95_s});
    world_judge(w);
}

// From a quarter of an hour before it began to three minutes after.
static void what_changed_about_when_it_began_is_near(void **state)
{
    (void)state;
    static const struct {
        int after_s;
        enum change_kind kind;
        bool near;
    } cases[] = {
        {-15 * MINUTE - 10, CHANGE_ROLLED, false}, {-15 * MINUTE + 10, CHANGE_ROLLED, true},
        {3 * MINUTE - 5, CHANGE_ROLLED, true}, {3 * MINUTE + 5, CHANGE_ROLLED, false},
        {0, CHANGE_ALERT, false}, // which changes nothing
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        size_t out[MOST];
        int64_t since_ms;
        slow(&w, 3);
        int64_t began_ms = world_of(&w, "generation")->onset.since_ms;
        assert_true(began_ms > 0);
        put(&w, cases[i].kind, began_ms + cases[i].after_s * 1000, MOST + 1);
        size_t count = changed_near(out, MOST, &since_ms, &w.diagnosis, &w.store);
        if (count != (cases[i].near ? MOST + 1 : 0)) { // also those for which there is no room
            fail_msg("%d s after: %zu", cases[i].after_s, count);
        }
        assert_int_equal(since_ms, began_ms);
        world_finish(&w);
    }
}

static void without_an_incident_nothing_is(void **state)
{
    (void)state;
    struct world w;
    size_t out[MOST];
    int64_t since_ms;
    slow(&w, 0.55);
    put(&w, CHANGE_ROLLED, WORLD_NOW_MS - WORLD_ONSET_MS, 1);
    assert_int_equal(changed_near(out, MOST, &since_ms, &w.diagnosis, &w.store), 0);
    assert_int_equal(since_ms, 0);
    world_finish(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_changed_about_when_it_began_is_near),
        cmocka_unit_test(without_an_incident_nothing_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
