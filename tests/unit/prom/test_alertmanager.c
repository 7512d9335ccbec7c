#include "prom/alertmanager.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

// As Alertmanager 0.25 has them: one that its receivers are told of, and one that is silenced.
static const char alerts[] =
    "[{\"annotations\":{\"summary\":\"x\"},\"endsAt\":\"2026-11-29T19:47:57.873Z\","
    "\"fingerprint\":\"04e964961d70e745\",\"receivers\":[{\"name\":\"a\"},{\"name\":\"b\"}],"
    "\"startsAt\":\"2026-11-29T19:43:57.873Z\",\"status\":{\"inhibitedBy\":[],\"silencedBy\":[],"
    "\"state\":\"active\"},\"labels\":{\"alertname\":\"Slow\",\"cluster\":\"c\",\"pod\":\"p\"}},"
    "{\"receivers\":[],\"status\":{\"inhibitedBy\":[\"1\",\"2\"],\"silencedBy\":[\"s1\",\"s2\"],"
    "\"mutedBy\":[\"nights\"],\"state\":\"suppressed\"},\"labels\":{\"alertname\":\"Full\"}}]";

static const char silences[] =
    "[{\"id\":\"5cc32add\",\"status\":{\"state\":\"active\"},\"comment\":\"why\",\"createdBy\":"
    "\"ann\",\"startsAt\":\"2026-11-29T19:44:56.821Z\",\"endsAt\":\"2026-11-29T21:44:54.000Z\","
    "\"matchers\":[{\"isEqual\":false,\"isRegex\":true,\"name\":\"pod\",\"value\":\"a.*\"},"
    "{\"isRegex\":false,\"name\":\"job\",\"value\":\"j\"}]},"
    "{\"id\":\"gone\",\"status\":{\"state\":\"expired\"},\"matchers\":[]},"
    "{\"id\":\"odd\",\"status\":{\"state\":\"pending\"},\"comment\":\"a\\u001b[31mb\","
    "\"createdBy\":\"ann\",\"matchers\":[]}]";

static void alerts_are_read(void **state)
{
    (void)state;
    struct routing r = {0};
    assert_true(prom_decode_routed(alerts, strlen(alerts), &r));
    assert_int_equal(r.alerts_count, 2);
    assert_int_equal(r.alerts[0].state, ROUTED_ACTIVE);
    assert_string_equal(r.alerts[0].receivers, "a, b");
    assert_null(r.alerts[0].silence);
    assert_int_equal(r.alerts[1].state, ROUTED_SUPPRESSED);
    assert_string_equal(r.alerts[1].silence, "s1");
    assert_int_equal(r.alerts[1].silences, 2);
    assert_int_equal(r.alerts[1].inhibited, 2);
    assert_string_equal(r.alerts[1].muted, "nights");
    struct labels of_prometheus = {0};
    labels_set(&of_prometheus, "alertname", "Slow");
    labels_set(&of_prometheus, "pod", "p"); // without the external label
    assert_ptr_equal(routing_find(&r, &of_prometheus), &r.alerts[0]);
    labels_set(&of_prometheus, "pod", "q");
    assert_null(routing_find(&r, &of_prometheus));
    labels_finish(&of_prometheus);
    routing_finish_alerts(&r);
}

static void groups_are_read(void **state)
{
    (void)state;
    static const char groups[] =
        "[{\"labels\":{\"job\":\"j\"},\"receiver\":{\"name\":\"a\"},\"alerts\":["
        "{\"fingerprint\":\"04e964961d70e745\"},{\"fingerprint\":\"2\"}]},"
        "{\"labels\":{},\"receiver\":{\"name\":\"b\"},\"alerts\":["
        "{\"fingerprint\":\"04e964961d70e745\"}]},{\"odd\":1}]";
    struct routing r = {0};
    assert_true(prom_decode_routed(alerts, strlen(alerts), &r));
    assert_false(r.groups_known);
    assert_true(prom_decode_groups(groups, strlen(groups), &r));
    assert_true(r.groups_known);
    const struct routed_group *first = routing_group(&r, r.alerts[0].print, 0);
    const struct routed_group *second = routing_group(&r, r.alerts[0].print, 1);
    assert_string_equal(first->receiver, "a");
    assert_string_equal(labels_get(&first->labels, "job"), "j");
    assert_int_equal(first->alerts, 2);
    assert_string_equal(second->receiver, "b");
    assert_int_equal(second->labels.count, 0);
    assert_null(routing_group(&r, r.alerts[0].print, 2));
    assert_null(routing_group(&r, r.alerts[1].print, 0)); // it has no fingerprint
    routing_finish_groups(&r);
    assert_null(routing_group(&r, r.alerts[0].print, 0));
    assert_false(prom_decode_groups("{}", 2, &r));
    routing_finish_alerts(&r);
}

static void silences_are_read(void **state)
{
    (void)state;
    struct routing r = {0};
    assert_true(prom_decode_silences(silences, strlen(silences), &r));
    assert_int_equal(r.silences_count, 2); // what has expired is left out
    const struct silence *s = &r.silences[0];
    assert_string_equal(s->id, "5cc32add");
    assert_string_equal(s->author, "ann");
    assert_string_equal(s->comment, "why");
    assert_false(s->altered);
    assert_int_equal(s->state, SILENCE_ACTIVE);
    assert_true(s->ends_ms - s->starts_ms > 7190 * 1000 && s->ends_ms - s->starts_ms < 7200 * 1000);
    assert_int_equal(s->matchers_count, 2);
    assert_true(s->matchers[0].regex && s->matchers[0].negative);
    assert_false(s->matchers[1].regex || s->matchers[1].negative); // isEqual is newer than the API
    assert_true(r.silences[1].altered);
    assert_int_equal(r.silences[1].state, SILENCE_PENDING);
    assert_ptr_equal(routing_silence(&r, "odd"), &r.silences[1]);
    assert_null(routing_silence(&r, "gone"));
    routing_finish_silences(&r);
}

static void what_is_no_answer_is_none(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        bool is;
    } cases[] = {
        {"", false},
        {"{}", false},
        {"null", false},
        {"\"x\"", false},
        {"[", false},
        {"<html>", false},
        {"{\"status\":\"success\",\"data\":[]}", false},
        {"[]", true},
        {" [7,null,[],{},{\"labels\":7,\"status\":{\"state\":7}},{\"matchers\":{},\"id\":7}]",
            true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct routing r = {0};
        size_t len = strlen(cases[i].body);
        assert_int_equal(prom_decode_routed(cases[i].body, len, &r), cases[i].is);
        assert_int_equal(prom_decode_silences(cases[i].body, len, &r), cases[i].is);
        routing_finish_alerts(&r);
        routing_finish_silences(&r);
    }
}

static void what_became_of_an_order_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *body, *id, *refusal;
    } cases[] = {
        {"{\"silenceID\":\"b3f3\"}", "b3f3", NULL},
        {"{\"silenceID\":7}", NULL, NULL},
        {"{}", NULL, NULL},
        {"", NULL, NULL},
        {"\"Failed to create silence: end time can't be in the past\"\n", NULL,
            "Failed to create silence: end time can't be in the past"},
        {"\"\"", NULL, NULL},
        {"{\"code\":601,\"message\":\"matchers in body is required\"}", NULL,
            "matchers in body is required"},
        {"bad matcher\n", NULL, "bad matcher"},
        {"\x1b[31mbad", NULL, "\xEF\xBF\xBD[31mbad"},
        {"<html>no</html>", NULL, NULL},
        {" \n", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str id, refusal;
        str_init(&id);
        str_init(&refusal);
        size_t len = strlen(cases[i].body);
        assert_int_equal(prom_decode_silence_id(cases[i].body, len, &id), cases[i].id != NULL);
        assert_string_equal(id.text, cases[i].id ? cases[i].id : "");
        assert_int_equal(prom_add_refusal(&refusal, cases[i].body, len), cases[i].refusal != NULL);
        assert_string_equal(refusal.text, cases[i].refusal ? cases[i].refusal : "");
        str_finish(&refusal);
        str_finish(&id);
    }
}

// What is written is what an Alertmanager reads, quotes and all.
static void a_silence_is_written_as_it_is_read(void **state)
{
    (void)state;
    struct silence s = {.author = mem_strdup("a\"b\\c"),
        .comment = mem_strdup("two\nlines"),
        .starts_ms = INT64_C(1770195600000),
        .ends_ms = INT64_C(1770202800000)};
    struct str json;
    str_init(&json);
    silence_add_matcher(&s, "job", "j\"k", false, false);
    silence_add_matcher(&s, "pod", "a.*", true, true);
    prom_add_silence(&json, &s);
    assert_string_equal(json.text,
        "{\"matchers\":[{\"name\":\"job\",\"value\":\"j\\\"k\",\"isRegex\":false,\"isEqual\":true},"
        "{\"name\":\"pod\",\"value\":\"a.*\",\"isRegex\":true,\"isEqual\":false}],"
        "\"startsAt\":\"2026-02-04T09:00:00Z\",\"endsAt\":\"2026-02-04T11:00:00Z\","
        "\"createdBy\":\"a\\\"b\\\\c\",\"comment\":\"two\\u000alines\"}");
    s.id = mem_strdup("x");
    str_clear(&json);
    prom_add_silence(&json, &s);
    assert_memory_equal(json.text, "{\"id\":\"x\",\"matchers\":", 21);
    str_finish(&json);
    silence_finish(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alerts_are_read),
        cmocka_unit_test(silences_are_read),
        cmocka_unit_test(groups_are_read),
        cmocka_unit_test(what_is_no_answer_is_none),
        cmocka_unit_test(what_became_of_an_order_is_read),
        cmocka_unit_test(a_silence_is_written_as_it_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
