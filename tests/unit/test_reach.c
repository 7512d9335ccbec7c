/*
 * How long the poller waits before it asks a source again that it lost.
 */
#include "poll/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { NOW_MS = 1770195600 };

/** The delays of COUNT attempts that fail one after the other, in DELAYS. */
static void lose(enum reach_loss loss, int64_t retry_after_s, int count, int64_t *delays)
{
    struct store store = {0};
    struct poller p = {.store = &store};
    int64_t now = (int64_t)NOW_MS * 1000;
    for (int i = 0; i < count; i++) {
        reach_lose(&p, loss, "why", retry_after_s, now);
        assert_int_equal(store.source.reach, REACH_LOST);
        delays[i] = store.source.retry_ms - now;
        reach_lose(&p, loss, "a straggler", retry_after_s, now + 1); // changes nothing
        assert_int_equal(store.source.retry_ms - now, delays[i]);
        now = store.source.retry_ms;
    }
}

static void backs_off(void **state)
{
    (void)state;
    static const struct {
        enum reach_loss loss;
        int64_t retry_after_s, least_ms[7];
    } cases[] = {
        {LOSS_ANSWERED, -1, {1000, 2000, 4000, 8000, 16000, 30000, 30000}},
        {LOSS_SILENT, -1, {1000, 2000, 4000, 5000, 5000, 5000, 5000}},
        {LOSS_ANSWERED, 7, {7000, 7000, 7000, 8000, 16000, 30000, 30000}},
        {LOSS_ANSWERED, 90, {90000, 90000, 90000, 90000, 90000, 90000, 90000}},
        {LOSS_ANSWERED, 0, {1000, 2000, 4000, 8000, 16000, 30000, 30000}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t delays[7];
        lose(cases[i].loss, cases[i].retry_after_s, 7, delays);
        for (size_t k = 0; k < 7; k++) {
            assert_in_range(
                delays[k], cases[i].least_ms[k], cases[i].least_ms[k] + cases[i].least_ms[k] / 5);
        }
    }
}

// Those that lost the server together do not come back together.
static void spreads(void **state)
{
    (void)state;
    bool seen[5] = {false};
    for (int64_t now = (int64_t)NOW_MS * 1000; now < (int64_t)NOW_MS * 1000 + 50; now++) {
        struct store store = {0};
        struct poller p = {.store = &store};
        reach_lose(&p, LOSS_ANSWERED, "why", 100, now);
        seen[(store.source.retry_ms - now - 100000) * 5 / 20001] = true;
    }
    for (size_t i = 0; i < 5; i++) {
        assert_true(seen[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(backs_off), cmocka_unit_test(spreads)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
