/*
 * Which days hold samples: what is asked, and which days need not be asked for then.
 */
#include "poll/holdings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "unit/world.h"

static const char stages[] =
    "window: 5m\nrefresh: 15s\nspan: 1h\n"
    "baseline: {kind: day, range: 4d}\n"
    "stages: [{name: a, latency: a_seconds, errors: a_errors_total}, "
    "{name: b, latency: b_seconds}, "
    "{name: c, expr: {latency: 'sum(rate(c_seconds_sum[5m] offset 1d))'}}]\n";

enum { DAYS = 4, A, B, C, A_ERRORS };

static const uint32_t all = (1U << DAYS) - 1;

struct desk {
    struct world world;
    struct feed_env env;
    struct holdings h;
    int64_t first_ms, last_ms;
    struct str query;
};

static int signal_of(const struct desk *d, int which)
{
    const struct plan *p = &d->world.plan;
    const char *stage = which == B ? "b" : which == C ? "c" : "a";
    const struct stage *s = &p->stages[plan_find_stage(p, stage)];
    return which == A_ERRORS ? s->errors_signal : s->latency_signal;
}

static bool add_query(struct desk *d)
{
    str_clear(&d->query);
    return holdings_add_query(&d->h, &d->query, NULL, &d->first_ms, &d->last_ms);
}

static void start(struct desk *d)
{
    *d = (struct desk){.first_ms = 0};
    world_init(&d->world, stages);
    str_init(&d->query);
    feed_env_init(&d->env, &d->world.config, &d->world.plan, &d->world.scope, &d->world.store);
    d->env.tick_ms = WORLD_NOW_MS;
    assert_true(holdings_begin(&d->h, &d->env));
    assert_true(add_query(d));
    d->h.step = HOLDINGS_ASK_MOMENTS;
}

static void stop(struct desk *d)
{
    holdings_finish(&d->h);
    feed_env_finish(&d->env);
    str_finish(&d->query);
    world_finish(&d->world);
}

// The series called NAME, a label being LABEL, with a sample on each of DAYS_THERE.
static void add(
    const struct desk *d, struct batch *b, const char *label, const char *name, uint32_t days_there)
{
    struct batch_series *s = batch_add(b);
    labels_set(&s->labels, label, name);
    for (int day = DAYS - 1; day >= 0; day--) {
        if (days_there & (1U << day)) {
            batch_add_sample(
                s, d->h.hour_ms - (day + 1) * (int64_t)CLOCK_DAY_MS + d->h.ahead_ms, 1);
        }
    }
}

// The answer of a server that evaluated it on the days SURE, and has `a_seconds` on A_DAYS.
static void answer(struct desk *d, uint32_t sure, uint32_t a_days, bool partial)
{
    struct batch b = {.partial = partial};
    add(d, &b, "held", "any", sure);
    add(d, &b, "__name__", "a_seconds_bucket", a_days);
    holdings_learn(&d->h, &b);
    batch_finish(&b);
}

static enum holdings_say say(const struct desk *d, int which, int day)
{
    return holdings_of(&d->h, signal_of(d, which), day, feed_hour_ms(&d->env));
}

static void ask_stretches(struct desk *d)
{
    assert_true(add_query(d));
    d->h.step = HOLDINGS_ASK_STRETCHES;
}

static void all_metrics_are_asked_about_at_one_moment_a_day(void **state)
{
    (void)state;
    struct desk d;
    start(&d);
    assert_non_null(strstr(d.query.text, "a_seconds_bucket|"));
    assert_non_null(strstr(d.query.text, "a_errors_total"));
    assert_non_null(strstr(d.query.text, "b_seconds_count"));
    assert_non_null(strstr(d.query.text, "le=~\"|[+]Inf\"")); // not all buckets
    assert_null(strstr(d.query.text, "last_over_time"));      // nor all samples
    assert_null(strstr(d.query.text, "c_seconds"));           // which looks at another time
    assert_int_equal(d.last_ms - d.first_ms, (DAYS - 1) * CLOCK_DAY_MS);
    assert_int_equal(say(&d, A, 0), HOLDINGS_WAIT);
    assert_int_equal(say(&d, C, 0), HOLDINGS_ASK);
    stop(&d);
}

static void what_has_a_sample_at_the_moment_is_asked_for_and_the_rest_looked_at(void **state)
{
    (void)state;
    struct desk d;
    start(&d);
    answer(&d, all, 1, false);
    assert_int_equal(say(&d, A, 0), HOLDINGS_ASK);
    assert_int_equal(say(&d, A, 1), HOLDINGS_WAIT); // a gap at that moment is no empty day
    assert_int_equal(say(&d, B, 0), HOLDINGS_WAIT);
    ask_stretches(&d);
    assert_non_null(strstr(d.query.text, "last_over_time"));
    answer(&d, all, 1 | 4, false);
    assert_int_equal(say(&d, A, 0), HOLDINGS_ASK);
    assert_int_equal(say(&d, A, 1), HOLDINGS_EMPTY);
    assert_int_equal(say(&d, A, 2), HOLDINGS_ASK); // found in the hours around the moment
    assert_int_equal(say(&d, A, 3), HOLDINGS_EMPTY);
    assert_int_equal(say(&d, B, 0), HOLDINGS_EMPTY); // of one metric, not of all
    assert_int_equal(say(&d, C, 3), HOLDINGS_ASK);
    stop(&d);
}

static void days_that_all_have_are_not_looked_at_again(void **state)
{
    (void)state;
    struct desk d;
    start(&d);
    struct batch b = {0};
    add(&d, &b, "held", "any", all);
    for (size_t i = 0; i < d.h.names.count; i++) {
        add(&d, &b, "__name__", d.h.names.items[i], 3);
    }
    holdings_learn(&d.h, &b);
    batch_finish(&b);
    ask_stretches(&d);
    assert_int_equal(d.last_ms - d.first_ms, CLOCK_DAY_MS); // days 2 and 3
    stop(&d);
}

// What shifts or cuts the moments it is asked for, or has a part of its storage away, is not sure.
static void a_day_that_the_server_does_not_answer_for_is_not_empty(void **state)
{
    (void)state;
    struct desk d;
    start(&d);
    answer(&d, 1 | 2, 1, false);
    assert_int_equal(say(&d, A, 1), HOLDINGS_WAIT);
    assert_int_equal(say(&d, A, 2), HOLDINGS_ASK);
    ask_stretches(&d);
    answer(&d, 2 | 4, 0, false);
    assert_int_equal(say(&d, A, 1), HOLDINGS_EMPTY);
    assert_int_equal(say(&d, A, 2), HOLDINGS_ASK);
    assert_int_equal(say(&d, B, 0), HOLDINGS_ASK);
    stop(&d);
    start(&d);
    answer(&d, all, 1, true);
    assert_int_equal(say(&d, A, 1), HOLDINGS_ASK);
    stop(&d);
    start(&d);
    answer(&d, all, 1, false);
    ask_stretches(&d);
    answer(&d, all, 1, true);
    assert_int_equal(say(&d, A, 1), HOLDINGS_ASK);
    stop(&d);
}

static void another_hour_or_another_expression_is_not_known(void **state)
{
    (void)state;
    struct desk d;
    start(&d);
    answer(&d, all, 0, false);
    ask_stretches(&d);
    answer(&d, all, 0, false);
    assert_int_equal(say(&d, A, 1), HOLDINGS_EMPTY);
    holdings_forget(&d.h, signal_of(&d, A));
    assert_int_equal(say(&d, A, 1), HOLDINGS_ASK);
    assert_int_equal(say(&d, A_ERRORS, 1), HOLDINGS_EMPTY);
    d.env.tick_ms += CLOCK_HOUR_MS;
    assert_int_equal(say(&d, A_ERRORS, 1), HOLDINGS_ASK);
    stop(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_metrics_are_asked_about_at_one_moment_a_day),
        cmocka_unit_test(what_has_a_sample_at_the_moment_is_asked_for_and_the_rest_looked_at),
        cmocka_unit_test(days_that_all_have_are_not_looked_at_again),
        cmocka_unit_test(a_day_that_the_server_does_not_answer_for_is_not_empty),
        cmocka_unit_test(another_hour_or_another_expression_is_not_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
