
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/clock.h"
#include "cache/day_page.h"
#include "unit/cache/shelf.h"

static void keeps_what_was_answered(void **state)
{
    (void)state;
    struct shelf d;
    struct matrix m;
    shelf_start(&d);
    int64_t last = FIRST + WINDOW - 1;
    assert_false(read_at(&d, FIRST, last, now_ms, &m));
    write_window(&d, FIRST, last, 0);
    assert_known(&d, FIRST, last, FIRST, last);
    cache_close(d.cache);
    shelf_open(&d, source);
    assert_known(&d, FIRST, last, FIRST, last); // also by another run
    assert_int_equal(count_pages(&d), 2);       // midnight lies in it
    shelf_stop(&d);
}

static void tells_which_part_it_knows(void **state)
{
    (void)state;
    struct shelf d;
    struct matrix m;
    shelf_start(&d);
    int64_t last = FIRST + WINDOW - 1;
    write_window(&d, FIRST, last, 0);
    assert_known(&d, FIRST + 12, last + 12, FIRST + 12, last); // the hour after
    assert_known(&d, FIRST - 12, last - 12, FIRST, last - 12); // the hour before
    assert_known(&d, FIRST + 3, FIRST + 5, FIRST + 3, FIRST + 5);
    assert_false(read_at(&d, FIRST - 5, last + 5, now_ms, &m)); // neither end
    assert_false(read_at(&d, last + 1, last + 20, now_ms, &m));
    write_window(&d, last + 1, last + 12, 0);
    assert_known(&d, FIRST + 12, last + 12, FIRST + 12, last + 12);
    shelf_stop(&d);
}

static void keeps_sources_and_expressions_apart(void **state)
{
    (void)state;
    struct shelf d;
    struct matrix m;
    shelf_start(&d);
    write_window(&d, FIRST, FIRST + 5, 0);
    assert_false(read_of(&d, "sum(rate(y[5m]))", FIRST, FIRST + 5, now_ms, &m));
    cache_close(d.cache);
    shelf_open(&d, "http://other:9090\n");
    assert_false(read_at(&d, FIRST, FIRST + 5, now_ms, &m));
    write_window(&d, FIRST, FIRST + 5, 0);
    forget(&d, NULL, 0);
    assert_false(read_at(&d, FIRST, FIRST + 5, now_ms, &m));
    cache_close(d.cache);
    shelf_open(&d, source); // the other one's are still there
    assert_known(&d, FIRST, FIRST + 5, FIRST, FIRST + 5);
    shelf_stop(&d);
}

static void doubts_fade(void **state)
{
    (void)state;
    struct shelf d;
    struct matrix m;
    struct batch none = {0};
    shelf_start(&d);
    for (int64_t serves = CLOCK_HOUR_MS; serves <= CLOCK_DAY_MS; serves += 23 * CLOCK_HOUR_MS) {
        write_batch(&d, expr, FIRST, FIRST + 5, &none, serves);
        assert_true(read_at(&d, FIRST, FIRST + 5, now_ms + serves, &m));
        assert_int_equal(m.count, 0);
        matrix_finish(&m);
        assert_false(read_at(&d, FIRST, FIRST + 5, now_ms + serves + 1, &m));
        drop(&d, expr);
    }
    write_batch(&d, expr, FIRST, FIRST + 5, &none, CLOCK_DAY_MS);
    assert_false(read_at(&d, FIRST, FIRST + 5, now_ms - 1, &m)); // a clock that was put back
    write_batch(&d, expr, FIRST + 6, FIRST + 9, &none, CLOCK_HOUR_MS);
    assert_false(read_at(&d, FIRST, FIRST + 5, now_ms + CLOCK_HOUR_MS + 1, &m)); // ends them all
    write_batch(&d, expr, FIRST, FIRST + 9, &none, 0);
    assert_true(read_at(&d, FIRST, FIRST + 5, now_ms + 30 * (int64_t)CLOCK_DAY_MS, &m));
    matrix_finish(&m);
    shelf_stop(&d);
}

/** Writes FIRST to LAST with VALUE, or with VARYING one that goes up and down around it. */
static void write_values(struct shelf *d, int64_t first, int64_t last, double value, bool varying)
{
    struct batch b = {0};
    struct batch_series *s = batch_add(&b);
    for (int64_t slot = first; slot <= last && !isnan(value); slot++) {
        double factor = varying ? 1 + (double)(slot % 5) / 10 : 1;
        batch_add_sample(s, slot * STORE_HISTORY_STEP_MS, value * factor);
    }
    write_batch(d, expr, first, last, &b, 0);
    batch_finish(&b);
}

static void gives_a_stretch_to_be_proved_by(void **state)
{
    (void)state;
    static const struct {
        struct {
            int64_t at;
            int length;
            double value;
            bool varying;
        } written[3];
        int64_t after, first, last; /**< from FIRST on; none while FIRST > LAST */
    } cases[] = {
        {{{0, 0, 0, false}}, 0, 1, 0},
        {{{100, 25, 3, true}}, -999, 100, 124},
        {{{100, 25, 0, false}}, -999, 100, 124},
        {{{100, 25, NAN, false}}, -999, 1, 0},
        {{{100, 40, 3, true}}, -999, 115, 139}, // of many the newest
        {{{100, 3, 3, true}}, -999, 100, 102},
        {{{0, 25, 3, true}, {400, 25, 0, false}}, -999, 12, 24}, // what varies, from midnight on
        {{{20, 25, 3, true}, {60, 25, 0, false}}, -999, 20, 44}, // of the same day too
        {{{20, 25, 1, false}, {400, 25, 0, false}}, -999, 400, 424},
        {{{20, 25, NAN, false}, {400, 25, NAN, false}, {60, 9, 2, false}}, -999, 60, 68},
        {{{100, 25, 3, true}}, 99, 100, 124}, // all of it is after that
        {{{100, 25, 3, true}}, 110, 111, 124},
        {{{100, 25, 3, true}}, 124, 1, 0},
        {{{20, 25, 3, true}, {400, 25, 0, false}}, 44, 400, 424},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct shelf d;
        struct matrix m = {0};
        shelf_start(&d);
        for (size_t k = 0; k < 3 && cases[i].written[k].length > 0; k++) {
            int64_t at = FIRST + cases[i].written[k].at;
            write_values(&d, at, at + cases[i].written[k].length - 1, cases[i].written[k].value,
                cases[i].written[k].varying);
        }
        bool found = sample(&d, FIRST + cases[i].after, &m);
        assert_true(found == (cases[i].first <= cases[i].last));
        if (found) {
            assert_int_equal(m.asked_first - FIRST, cases[i].first);
            assert_int_equal(m.asked_last - FIRST, cases[i].last);
            assert_int_equal(m.count, 1);
            assert_false(isnan(ring_get(&m.series[0].ring, m.asked_first)));
        }
        matrix_finish(&m);
        shelf_stop(&d);
    }
}

// A moment long ago was looked at, with --at: that is known as well, and goes as well.
static void old_days_count(void **state)
{
    (void)state;
    struct shelf d;
    struct matrix m = {0};
    int64_t ago = FIRST - 200 * (int64_t)PAGE_SLOTS;
    shelf_start(&d);
    write_values(&d, ago, ago + 9, 3, true);
    assert_true(sample(&d, 0, &m));
    assert_true(m.asked_first == ago && m.asked_last == ago + 9);
    matrix_finish(&m);
    drop(&d, expr);
    assert_false(read_at(&d, ago, ago + 9, now_ms, &m));
    shelf_stop(&d);
}

static void doubts_prove_nothing(void **state)
{
    (void)state;
    struct shelf d;
    struct matrix m = {0};
    shelf_start(&d);
    write_window(&d, FIRST, FIRST + 9, CLOCK_HOUR_MS);
    assert_false(sample(&d, 0, &m));
    shelf_stop(&d);
}

static void forgets_all_but_what_is_to_be_kept(void **state)
{
    (void)state;
    struct shelf d;
    struct matrix m;
    struct batch none = {0};
    static const char other[] = "sum(rate(y[5m]))";
    const char *const keep[] = {"up", expr};
    shelf_start(&d);
    write_window(&d, FIRST, FIRST + WINDOW, 0);
    write_batch(&d, other, FIRST, FIRST + 5, &none, 0);
    forget(&d, keep, 2);
    assert_false(read_of(&d, other, FIRST, FIRST + 5, now_ms, &m));
    assert_known(&d, FIRST, FIRST + WINDOW, FIRST, FIRST + WINDOW);
    forget(&d, keep, 1);
    assert_int_equal(count_pages(&d), 0);
    shelf_stop(&d);
}

static void drops_one_expression(void **state)
{
    (void)state;
    struct shelf d;
    struct matrix m;
    static const char other[] = "sum(rate(y[5m]))";
    shelf_start(&d);
    write_window(&d, FIRST, FIRST + WINDOW, 0);
    struct batch none = {0};
    write_batch(&d, other, FIRST, FIRST + 5, &none, 0);
    drop(&d, other);
    assert_false(read_of(&d, other, FIRST, FIRST + 5, now_ms, &m));
    assert_known(&d, FIRST, FIRST + WINDOW, FIRST, FIRST + WINDOW);
    drop(&d, expr);
    assert_false(read_at(&d, FIRST, FIRST + WINDOW, now_ms, &m));
    assert_int_equal(count_pages(&d), 0);
    shelf_stop(&d);
}

// Whoever sees the hashes cannot try passwords until one fits: that takes the key beside them.
static void hashes_differ_from_file_to_file(void **state)
{
    (void)state;
    struct shelf one, two;
    shelf_start(&one);
    shelf_start(&two);
    write_window(&one, FIRST, FIRST + 5, 0);
    write_window(&two, FIRST, FIRST + 5, 0);
    int64_t source_hash = ask_sql(&one, "SELECT source FROM page");
    int64_t expr_hash = ask_sql(&one, "SELECT expr FROM page");
    assert_true(source_hash != ask_sql(&two, "SELECT source FROM page"));
    assert_true(expr_hash != ask_sql(&two, "SELECT expr FROM page"));
    cache_close(one.cache);
    shelf_open(&one, source); // and stay the same within one
    write_window(&one, FIRST, FIRST + 5, 0);
    assert_int_equal(count_pages(&one), 1);
    assert_true(source_hash == ask_sql(&one, "SELECT source FROM page"));
    assert_int_equal(ask_sql(&one, "SELECT length(bytes) FROM secret"), 16);
    shelf_stop(&one);
    shelf_stop(&two);
}

// --- how much is kept

static void drops_what_is_not_used(void **state)
{
    (void)state;
    struct shelf d;
    struct matrix m;
    shelf_start(&d);
    write_window(&d, FIRST, FIRST + 5, 0);
    run_sql(&d, "UPDATE page SET used = used - 36");
    write_window(&d, FIRST + PAGE_SLOTS, FIRST + PAGE_SLOTS + 5, 0);
    cache_close(d.cache);
    shelf_open(&d, source);
    assert_int_equal(count_pages(&d), 2); // nothing is looked at before it is wanted
    write_window(&d, FIRST + PAGE_SLOTS, FIRST + PAGE_SLOTS + 5, 0);
    assert_int_equal(count_pages(&d), 1);
    assert_false(read_at(&d, FIRST, FIRST + 5, now_ms, &m));
    assert_known(
        &d, FIRST + PAGE_SLOTS, FIRST + PAGE_SLOTS + 5, FIRST + PAGE_SLOTS, FIRST + PAGE_SLOTS + 5);
    shelf_stop(&d);
}

// A wall that is never left: what was written a month ago and is not looked at any more goes, while
// the program runs.
static void forgets_without_being_closed(void **state)
{
    (void)state;
    enum { DAYS = 120, KEPT = 36 };
    struct shelf d;
    shelf_start(&d);
    for (int day = 0; day < DAYS; day++) {
        int64_t first = FIRST + day * (int64_t)PAGE_SLOTS;
        cache_set_day(d.cache, now_ms + day * (int64_t)CLOCK_DAY_MS);
        write_window(&d, first, first + 5, 0);
        assert_int_equal(count_pages(&d), day < KEPT ? day + 1 : KEPT);
    }
    assert_int_equal(ask_sql(&d, "SELECT max(day) - min(day) FROM page"), KEPT - 1);
    shelf_stop(&d);
}

static void reading_keeps_from_growing_old(void **state)
{
    (void)state;
    struct shelf d;
    shelf_start(&d);
    write_window(&d, FIRST, FIRST + 5, 0);
    run_sql(&d, "UPDATE page SET used = used - 34");
    cache_close(d.cache);
    shelf_open(&d, source);
    assert_known(&d, FIRST, FIRST + 5, FIRST, FIRST + 5);
    cache_close(d.cache);
    assert_true(ask_sql(&d, "SELECT used FROM page") == now_ms / CLOCK_DAY_MS);
    shelf_open(&d, source);
    assert_known(&d, FIRST, FIRST + 5, FIRST, FIRST + 5);
    shelf_stop(&d);
}

static void stays_within_its_bytes(void **state)
{
    (void)state;
    enum { MIB = 1024 * 1024 };
    struct shelf d;
    struct stat st;
    shelf_start(&d);
    write_window(&d, FIRST, FIRST + 5, 0);
    run_sql(&d, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 58)"
                " INSERT INTO page SELECT 1, i, 1, 20000 + i, zeroblob(1048576) FROM n");
    write_window(&d, FIRST + PAGE_SLOTS, FIRST + PAGE_SLOTS + 5, 0);
    assert_in_range(ask_sql(&d, "SELECT min(expr) FROM page WHERE source = 1"), 15, 17);
    assert_known(&d, FIRST, FIRST + 5, FIRST, FIRST + 5); // the longest unused went, of all
    for (int i = 0; i < 8; i++) {                         // and what is free is used again
        char sql[128];
        snprintf(
            sql, sizeof sql, "INSERT INTO page VALUES (2, %d, 1, 20000, zeroblob(4000000))", i);
        run_sql(&d, sql);
        write_window(&d, FIRST + PAGE_SLOTS, FIRST + PAGE_SLOTS + 5, 0);
    }
    assert_int_equal(stat(d.file.text, &st), 0);
    assert_true(st.st_size <= DATABASE_MIB * (int64_t)MIB);
    shelf_stop(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_was_answered),
        cmocka_unit_test(tells_which_part_it_knows),
        cmocka_unit_test(keeps_sources_and_expressions_apart),
        cmocka_unit_test(doubts_fade),
        cmocka_unit_test(gives_a_stretch_to_be_proved_by),
        cmocka_unit_test(old_days_count),
        cmocka_unit_test(doubts_prove_nothing),
        cmocka_unit_test(forgets_all_but_what_is_to_be_kept),
        cmocka_unit_test(drops_one_expression),
        cmocka_unit_test(hashes_differ_from_file_to_file),
        cmocka_unit_test(drops_what_is_not_used),
        cmocka_unit_test(forgets_without_being_closed),
        cmocka_unit_test(reading_keeps_from_growing_old),
        cmocka_unit_test(stays_within_its_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
