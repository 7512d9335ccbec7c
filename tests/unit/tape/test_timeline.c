/*
 * Timelines: what was asked at some moments is answered for others, and a gap stays one.
 */
#include "tape/timeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { T0_S = 1700000000, POLL_S = 15 };

static const int64_t t0_ms = T0_S * INT64_C(1000);

static void add_instant(struct timeline *t, int seconds, const char *series)
{
    struct str s;
    str_init(&s);
    str_addf(&s, "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[%s]}}",
        series);
    int64_t at_ms = t0_ms + seconds * 1000;
    assert_true(timeline_add(t, s.text, s.len, at_ms, at_ms, 0));
    str_finish(&s);
}

static void add_value(struct timeline *t, int seconds, const char *pod, const char *value)
{
    char series[200];
    snprintf(series, sizeof series, "{\"metric\":{\"pod\":\"%s\"},\"value\":[%d,\"%s\"]}", pod,
        T0_S + seconds, value);
    add_instant(t, seconds, series);
}

/** Ten polls of one pod, whose value is how many seconds have passed. */
static void add_polls(struct timeline *t)
{
    for (int i = 0; i < 10; i++) {
        char value[8];
        snprintf(value, sizeof value, "%d", i * POLL_S);
        add_value(t, i * POLL_S, "a", value);
    }
}

static void expect_instant(struct timeline *t, int64_t at_ms, const char *result)
{
    struct str out;
    int fault = -1;
    str_init(&out);
    enum timeline_found found = timeline_instant(t, at_ms, &out, &fault);
    if (!result) {
        assert_int_equal(found, TIMELINE_NOTHING);
    } else {
        assert_int_equal(found, TIMELINE_KNOWN);
        assert_non_null(strstr(out.text, result));
    }
    str_finish(&out);
}

static void answers_for_the_moments_between(void **state)
{
    (void)state;
    struct timeline t = {.scalar = false};
    add_polls(&t);
    expect_instant(&t, t0_ms, "\"value\":[1700000000.000,\"0\"]");
    expect_instant(&t, t0_ms + 14999, "\"value\":[1700000014.999,\"0\"]");
    expect_instant(&t, t0_ms + 15000, "\"value\":[1700000015.000,\"15\"]");
    expect_instant(&t, t0_ms + 135000 + 30000, "\"135\""); // twice the gap between polls
    expect_instant(&t, t0_ms + 135000 + 30001, NULL);
    expect_instant(&t, t0_ms - 1, NULL);
    timeline_finish(&t);
}

static void a_pause_is_a_gap(void **state)
{
    (void)state;
    struct timeline t = {.scalar = false};
    add_polls(&t);
    add_value(&t, 600, "a", "600");
    struct str out;
    int fault;
    str_init(&out);
    assert_int_equal(
        timeline_range(&t, t0_ms, t0_ms + 600000, 60000, &out, &fault), TIMELINE_KNOWN);
    assert_string_equal(out.text,
        "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":"
        "{\"pod\":\"a\"},\"values\":[[1700000000.000,\"0\"],[1700000060.000,\"60\"],"
        "[1700000120.000,\"120\"],[1700000600.000,\"600\"]]}]}}");
    str_finish(&out);
    timeline_finish(&t);
}

static void a_series_that_went_is_gone(void **state)
{
    (void)state;
    struct timeline t = {.scalar = false};
    add_polls(&t);
    add_value(&t, 150, "b", "1"); // and no pod a
    expect_instant(&t, t0_ms + 149999, "\"a\"");
    struct str out;
    int fault;
    str_init(&out);
    assert_int_equal(timeline_instant(&t, t0_ms + 150000, &out, &fault), TIMELINE_KNOWN);
    assert_null(strstr(out.text, "\"a\""));
    assert_non_null(strstr(out.text, "\"b\""));
    str_finish(&out);
    timeline_finish(&t);
}

static void ranges_and_moments_are_one_timeline(void **state)
{
    (void)state;
    static const char body[] =
        "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},"
        "\"values\":[[1700000000,\"1\"],[1700000060,\"2\"],[1700000180,\"4\"]]}]}}";
    struct timeline t = {.scalar = false};
    assert_true(timeline_add(&t, body, sizeof body - 1, t0_ms, t0_ms + 300000, 60000));
    expect_instant(&t, t0_ms + 60000, "\"2\"");
    expect_instant(&t, t0_ms + 120000, "\"result\":[]"); // asked about, and there was nothing
    expect_instant(&t, t0_ms + 180000, "\"4\"");
    timeline_finish(&t);
}

static void faults_are_of_their_moment(void **state)
{
    (void)state;
    struct timeline t = {.scalar = false};
    add_polls(&t);
    timeline_add_fault(&t, 7, t0_ms + 150000, t0_ms + 150000, 0);
    struct str out;
    int fault = -1;
    str_init(&out);
    assert_int_equal(timeline_instant(&t, t0_ms + 151000, &out, &fault), TIMELINE_FAULT);
    assert_int_equal(fault, 7);
    assert_int_equal(out.len, 0);
    add_value(&t, 150, "a", "150"); // it was asked again, and answered
    str_finish(&out);
    expect_instant(&t, t0_ms + 151000, "\"150\"");
    timeline_finish(&t);
}

static void what_is_asked_once_in_a_while_counts_until_then(void **state)
{
    (void)state;
    struct timeline t = {.scalar = false};
    add_value(&t, 0, "a", "1");
    add_value(&t, 3600, "a", "2");
    expect_instant(&t, t0_ms - 5000, "\"1\"");
    expect_instant(&t, t0_ms + 3599000, "\"1\"");
    expect_instant(&t, t0_ms + 9000000, "\"2\"");
    timeline_finish(&t);
}

static void other_kinds_of_values(void **state)
{
    (void)state;
    static const char scalar[] = "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\","
                                 "\"result\":[1700000000,\"3\"]}}";
    static const char text[] = "{\"status\":\"success\",\"data\":{\"resultType\":\"string\","
                               "\"result\":[1700000000,\"x\"]}}";
    static const char refused[] =
        "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"no\"}";
    struct timeline t = {.scalar = false};
    assert_true(timeline_add(&t, scalar, sizeof scalar - 1, t0_ms, t0_ms, 0));
    expect_instant(&t, t0_ms, "\"resultType\":\"scalar\",\"result\":[1700000000.000,\"3\"]");
    timeline_finish(&t);
    assert_false(timeline_add(&t, text, sizeof text - 1, t0_ms, t0_ms, 0));
    assert_false(timeline_add(&t, refused, sizeof refused - 1, t0_ms, t0_ms, 0));
    assert_false(timeline_add(&t, "{\"sta", 5, t0_ms, t0_ms, 0));
    add_instant(&t, 0,
        "{\"metric\":{},\"histogram\":[1700000000,{\"count\":\"3\",\"sum\":\"1\",\"buckets\":[]}]"
        "}");
    expect_instant(&t, t0_ms, "\"histogram\":[1700000000.000,{\"count\":\"3\",\"sum\":\"1\"");
    timeline_finish(&t);
}

// A recording comes with a bug report, from anybody.
static void a_range_that_no_server_answers_is_cut(void **state)
{
    (void)state;
    struct timeline t = {.scalar = false};
    timeline_add_fault(&t, 0, 0, INT64_MAX / 2, 1);
    assert_int_equal(t.moments_count, 11000);
    timeline_finish(&t);
}

static void odd_ranges_have_no_answer(void **state)
{
    (void)state;
    struct timeline t = {.scalar = false};
    struct str out;
    int fault;
    str_init(&out);
    add_polls(&t);
    assert_int_equal(timeline_range(&t, t0_ms, t0_ms - 1, 1000, &out, &fault), TIMELINE_NOTHING);
    assert_int_equal(timeline_range(&t, t0_ms, t0_ms + 1, 0, &out, &fault), TIMELINE_NOTHING);
    assert_int_equal(
        timeline_range(&t, t0_ms, t0_ms + 11000000, 1000, &out, &fault), TIMELINE_NOTHING);
    assert_int_equal(
        timeline_range(&t, t0_ms, t0_ms + 10999000, 1000, &out, &fault), TIMELINE_KNOWN);
    str_finish(&out);
    timeline_finish(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_for_the_moments_between),
        cmocka_unit_test(a_pause_is_a_gap),
        cmocka_unit_test(a_series_that_went_is_gone),
        cmocka_unit_test(ranges_and_moments_are_one_timeline),
        cmocka_unit_test(faults_are_of_their_moment),
        cmocka_unit_test(what_is_asked_once_in_a_while_counts_until_then),
        cmocka_unit_test(other_kinds_of_values),
        cmocka_unit_test(a_range_that_no_server_answers_is_cut),
        cmocka_unit_test(odd_ranges_have_no_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
