#include "scrape/scraped.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "unit/effort.h"

enum { T0 = 1000000, STEP = 5000, NEW = SCRAPED_SERIES_MAX * 3 / 10 };

static void add(struct batch *b, const char *name, size_t pod, double value)
{
    char text[24];
    struct batch_series *s = batch_add(b);
    snprintf(text, sizeof text, "agent-%zu", pod);
    labels_set(&s->labels, "__name__", name);
    labels_set(&s->labels, "pod", text);
    batch_add_sample(s, 0, value);
}

/** A scrape of COUNT series from the pod FIRST on. */
static void scrape(struct scraped *s, size_t first, size_t count, int64_t t_ms)
{
    struct batch b = {0};
    for (size_t i = 0; i < count; i++) {
        add(&b, "calls", first + i, (double)t_ms);
    }
    scraped_add(s, &b, t_ms);
    batch_finish(&b);
}

static size_t named(const struct scraped *s, const char *name)
{
    size_t count = 0;
    const struct scraped_series *one = scraped_first(s, name);
    for (; one; one = scraped_next(s, name, one)) {
        const char *own = labels_get(&one->labels, "__name__");
        assert_true(!name || strcmp(own, name) == 0);
        count++;
    }
    return count;
}

static void series_are_found_by_name(void **state)
{
    (void)state;
    struct scraped s = {.keep_ms = 3 * STEP};
    for (int k = 0; k < 10; k++) {
        struct batch b = {0};
        for (size_t i = 0; i < 30; i++) {
            add(&b, i % 3 == 0 ? "a" : "b", i, 1);
        }
        add(&b, "old", (size_t)k, 1);
        scraped_add(&s, &b, T0 + k * STEP);
        batch_finish(&b);
        assert_int_equal(named(&s, "a"), 10);
        assert_int_equal(named(&s, "b"), 20);
        assert_int_equal(named(&s, NULL), s.count);
        assert_int_equal(named(&s, "none"), 0);
        const struct scraped_series *first = scraped_first(&s, "a");
        assert_string_equal(labels_get(&first->labels, "pod"), "agent-0"); // as they were listed
    }
    assert_in_range(named(&s, "old"), 3, 5); // what is gone is let go of in time
    scraped_finish(&s);
    assert_null(scraped_first(&s, NULL));
}

// New series by the thousand: those that were gone the longest make room, and it is said how long.
static void churn_is_bounded(void **state)
{
    (void)state;
    struct scraped s = {.keep_ms = 3600 * 1000};
    int64_t t = T0;
    for (size_t k = 0; k < 20; k++, t += STEP) {
        scrape(&s, k * NEW, NEW, t);
        assert_true(s.count <= SCRAPED_SERIES_MAX);
        assert_int_equal(s.left_out, 0);
        for (const struct scraped_series *one = scraped_first(&s, "calls"); one;
             one = scraped_next(&s, "calls", one)) {
            assert_true(one->samples[one->count - 1].t_ms > t - 4 * STEP);
        }
        size_t newest = 0;
        for (size_t i = 0; i < s.count; i++) {
            newest += scraped_at(&s.series[i], t) != NULL;
        }
        assert_int_equal(newest, NEW); // all that is there now is known
    }
    assert_int_equal(s.gone_ms, 3 * STEP);
    scraped_finish(&s);
}

static void what_is_too_much_is_counted(void **state)
{
    (void)state;
    struct scraped s = {.keep_ms = 3600 * 1000};
    scrape(&s, 0, SCRAPED_SERIES_MAX + 5, T0);
    assert_int_equal(s.left_out, 5);
    assert_int_equal(s.count, SCRAPED_SERIES_MAX);
    scrape(&s, 0, 10, T0 + STEP);
    assert_int_equal(s.left_out, 0);
    scraped_finish(&s);
}

static void samples_are_bounded(void **state)
{
    (void)state;
    enum { SERIES = 8000, SCRAPES = SCRAPED_SAMPLES_MAX / SERIES * 5 / 4 };
    struct scraped s = {.keep_ms = INT64_C(1) << 40};
    struct batch b = {0};
    for (size_t i = 0; i < SERIES; i++) {
        add(&b, "calls", i, 1);
    }
    for (int k = 0; k < SCRAPES; k++) {
        scraped_add(&s, &b, T0 + k * STEP);
        assert_true(s.samples_count <= SCRAPED_SAMPLES_MAX);
    }
    assert_true(s.shortened);
    size_t counted = 0, room = 0;
    for (size_t i = 0; i < s.count; i++) {
        const struct scraped_series *one = &s.series[i];
        counted += one->count;
        room += one->cap;
        assert_int_equal(one->samples[one->count - 1].t_ms, T0 + (SCRAPES - 1) * STEP);
    }
    assert_int_equal(counted, s.samples_count);
    assert_true(counted >= SCRAPED_SAMPLES_MAX / 2);
    assert_true(room <= SCRAPED_SAMPLES_MAX / 4 * 5 + 8 * SERIES);
    batch_finish(&b);
    scraped_finish(&s);
}

static void old_samples_go(void **state)
{
    (void)state;
    struct scraped s = {.keep_ms = 100 * STEP};
    for (int k = 0; k < 1000; k++) {
        scrape(&s, 0, 2, T0 + k * STEP);
    }
    int64_t now = T0 + 999 * STEP;
    assert_in_range(s.series[0].count, 101, 150);
    assert_in_range(s.scrapes_count, 101, 150);
    for (int k = 0; k <= 100; k++) {
        assert_non_null(scraped_at(&s.series[0], now - k * STEP));
        assert_int_equal(scraped_moment(&s, now - k * STEP, STEP), now - k * STEP);
    }
    double rate;
    assert_true(scraped_rate(&s.series[0], now, 50 * STEP, &rate));
    assert_true(rate > 999.9 && rate < 1000.1); // its value is the time in ms
    assert_true(scraped_rate(&s.series[0], now - 40 * STEP, 50 * STEP, &rate));
    assert_true(rate > 999.9 && rate < 1000.1);
    scraped_finish(&s);
}

/** As a server has it: the rate of what is NaN is NaN, and of one sample there is none. */
static void the_rate_of_nan_is_nan(void **state)
{
    (void)state;
    static const struct {
        double values[4];
        size_t count;
        bool any, number;
    } cases[] = {{{NAN, NAN}, 2, true, false}, {{NAN}, 1, false, false},
        {{1, NAN, 3}, 3, true, true}, {{NAN, NAN, 3}, 3, false, false}, {{1}, 1, false, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sample samples[4];
        for (size_t k = 0; k < cases[i].count; k++) {
            samples[k] = (struct sample){T0 + (int64_t)k * STEP, cases[i].values[k]};
        }
        const struct scraped_series s = {.samples = samples, .count = cases[i].count};
        double rate;
        assert_int_equal(scraped_rate(&s, T0 + 3 * STEP, 10 * STEP, &rate), cases[i].any);
        assert_int_equal(!isnan(rate), cases[i].number);
    }
}

/** Scrapes of N series, a third of which are new each time. */
static void churn(size_t n)
{
    struct scraped s = {.keep_ms = 3600 * 1000};
    for (size_t k = 0; k < 4; k++) {
        scrape(&s, k * n / 3, n, T0 + (int64_t)k * STEP);
    }
    scraped_finish(&s);
}

static void churn_costs_as_much_as_there_is(void **state)
{
    (void)state;
    assert_true(effort_growth(churn, 600) < EFFORT_LINEAR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(series_are_found_by_name),
        cmocka_unit_test(churn_is_bounded),
        cmocka_unit_test(what_is_too_much_is_counted),
        cmocka_unit_test(samples_are_bounded),
        cmocka_unit_test(old_samples_go),
        cmocka_unit_test(the_rate_of_nan_is_nan),
        cmocka_unit_test(churn_costs_as_much_as_there_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
