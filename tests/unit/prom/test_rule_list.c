#include "prom/rule_list.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// As Prometheus 2.42 has it: a recording rule, an alert that fires, one that is pending, one whose
// metric does not exist, and one that cannot be evaluated.
static const char of_prometheus[] =
    "{\"status\":\"success\",\"data\":{\"groups\":[{\"name\":\"first\",\"file\":\"r.y"
    "ml\",\"rules\":[{\"name\":\"job:up:sum\",\"query\":\"sum by (job) (up)\",\"label"
    "s\":{\"team\":\"rag\"},\"health\":\"ok\",\"evaluationTime\":0.000266358,\"lastEv"
    "aluation\":\"2026-11-29T19:14:52.873591561Z\",\"type\":\"recording\"},{\"state\""
    ":\"firing\",\"name\":\"Up\",\"query\":\"up == 1\",\"duration\":0,\"keepFiringFor"
    "\":300,\"labels\":{\"severity\":\"warning\"},\"annotations\":{\"description\":\""
    "two\\nlines\",\"summary\":\"{{ $labels.instance }} is \\\"up\\\"\"},\"alerts\":["
    "{\"labels\":{\"alertname\":\"Up\",\"instance\":\"127.0.0.1:25890\",\"job\":\"sel"
    "f\",\"severity\":\"warning\"},\"annotations\":{\"description\":\"two\\nlines\","
    "\"summary\":\"127.0.0.1:25890 is \\\"up\\\"\"},\"state\":\"firing\",\"activeAt\""
    ":\"2026-11-29T19:14:38.873271067Z\",\"value\":\"1e+00\"}],\"health\":\"ok\",\"ev"
    "aluationTime\":0.000295095,\"lastEvaluation\":\"2026-11-29T19:14:52.873861598Z\""
    ",\"type\":\"alerting\"},{\"state\":\"pending\",\"name\":\"Waiting\",\"query\":\""
    "up{job=\\\"self\\\"} == 1\",\"duration\":3600,\"keepFiringFor\":0,\"labels\":{},"
    "\"annotations\":{},\"alerts\":[{\"labels\":{\"alertname\":\"Waiting\",\"instance"
    "\":\"127.0.0.1:25890\",\"job\":\"self\"},\"annotations\":{},\"state\":\"pending"
    "\",\"activeAt\":\"2026-11-29T19:14:38.873271067Z\",\"value\":\"1e+00\"}],\"healt"
    "h\":\"ok\",\"evaluationTime\":0.000105589,\"lastEvaluation\":\"2026-11-29T19:14:"
    "52.874158573Z\",\"type\":\"alerting\"},{\"state\":\"inactive\",\"name\":\"Never"
    "\",\"query\":\"kotaemon_retrieval_latency_sum \\u003e 1\",\"duration\":0,\"keepF"
    "iringFor\":0,\"labels\":{},\"annotations\":{},\"alerts\":[],\"health\":\"ok\",\""
    "evaluationTime\":0.000050336,\"lastEvaluation\":\"2026-11-29T19:14:52.874267117Z"
    "\",\"type\":\"alerting\"},{\"state\":\"inactive\",\"name\":\"Broken\",\"query\":"
    "\"up * on (job) group_left () prometheus_http_requests_total\",\"duration\":0,\""
    "keepFiringFor\":0,\"labels\":{},\"annotations\":{},\"alerts\":[],\"health\":\"er"
    "r\",\"lastError\":\"found duplicate series for the match group {job=\\\"self\\\""
    "} on the right hand-side of the operation: [{__name__=\\\"prometheus_http_reques"
    "ts_total\\\", code=\\\"200\\\", handler=\\\"/api/v1/query\\\", instance=\\\"127."
    "0.0.1:25890\\\", job=\\\"self\\\"}, {__name__=\\\"prometheus_http_requests_total"
    "\\\", code=\\\"200\\\", handler=\\\"/api/v1/alertmanagers\\\", instance=\\\"127."
    "0.0.1:25890\\\", job=\\\"self\\\"}];many-to-many matching not allowed: matching "
    "labels must be unique on one side\",\"evaluationTime\":0.000098757,\"lastEvaluat"
    "ion\":\"2026-11-29T19:14:52.87431824Z\",\"type\":\"alerting\"}],\"interval\":1,"
    "\"limit\":0,\"evaluationTime\":0.000839087,\"lastEvaluation\":\"2026-11-29T19:14"
    ":52.873579873Z\"}]}}";

static enum prom_status decode(struct rule_set *out, long status, const char *body, struct str *why)
{
    *out = (struct rule_set){0};
    str_clear(why);
    return prom_decode_rules(status, body, strlen(body), out, why);
}

static void rules_are_read_as_prometheus_has_them(void **state)
{
    (void)state;
    struct rule_set set;
    struct str why;
    str_init(&why);
    assert_int_equal(decode(&set, 200, of_prometheus, &why), PROM_OK);
    assert_int_equal(set.groups_count, 1);
    assert_string_equal(set.groups[0].name, "first");
    assert_string_equal(set.groups[0].file, "r.yml");
    assert_true(set.groups[0].interval_s == 1);
    assert_true(fabs(set.groups[0].took_s - 0.000839) < 1e-6);
    assert_true(set.groups[0].evaluated_ms == INT64_C(1795979692874));
    assert_int_equal(set.rules_count, 5);
    assert_int_equal(rule_set_alerting(&set), 4);
    const struct rule *r = set.rules;
    assert_false(r[0].alerting);
    assert_string_equal(r[0].name, "job:up:sum");
    assert_string_equal(labels_get(&r[0].labels, "team"), "rag");
    assert_int_equal(r[0].state, RULE_UNEVALUATED);
    assert_true(isnan(r[0].for_s));
    assert_true(r[1].alerting);
    assert_int_equal(r[1].state, RULE_FIRING);
    assert_true(r[1].for_s == 0 && r[1].keep_firing_s == 300);
    assert_string_equal(labels_get(&r[1].annotations, "description"), "two lines");
    assert_int_equal(r[2].state, RULE_PENDING);
    assert_true(r[2].for_s == 3600);
    assert_string_equal(r[2].query, "up{job=\"self\"} == 1");
    assert_string_equal(r[3].query, "kotaemon_retrieval_latency_sum > 1");
    assert_int_equal(r[3].state, RULE_INACTIVE);
    assert_int_equal(r[3].health, RULE_HEALTH_OK);
    assert_int_equal(r[4].health, RULE_HEALTH_ERROR);
    assert_non_null(strstr(r[4].error, "many-to-many matching not allowed"));
    rule_set_finish(&set);
    str_finish(&why);
}

static void alerts_are_read_with_their_rules(void **state)
{
    (void)state;
    struct rule_set set;
    struct str why;
    str_init(&why);
    assert_int_equal(decode(&set, 200, of_prometheus, &why), PROM_OK);
    assert_int_equal(set.alerts_count, 2);
    assert_int_equal(set.alerts[0].rule, 1);
    assert_int_equal(set.alerts[0].state, RULE_FIRING);
    assert_string_equal(labels_get(&set.alerts[0].labels, "severity"), "warning");
    assert_string_equal(
        labels_get(&set.alerts[0].annotations, "summary"), "127.0.0.1:25890 is \"up\"");
    assert_true(set.alerts[0].value == 1);
    assert_true(set.alerts[0].active_ms == INT64_C(1795979678873));
    assert_true(set.alerts[0].held_ms == 0);
    assert_false(set.alerts[0].altered);
    assert_int_equal(set.alerts[1].rule, 2);
    assert_int_equal(set.alerts[1].state, RULE_PENDING);
    rule_set_finish(&set);
    str_finish(&why);
}

// Nothing that a server may say is taken for what it is not, and a list in pieces says so.
static void what_is_no_list_is_refused(void **state)
{
    (void)state;
    static const struct {
        long status;
        const char *body;
        enum prom_status want;
        size_t groups, rules, alerts;
        bool more;
    } cases[] = {
        {404, "404 page not found", PROM_FOREIGN, 0, 0, 0, false},
        {403, "{\"status\":\"error\",\"error\":\"no\"}", PROM_UNAUTHORIZED, 0, 0, 0, false},
        {200, "{\"status\":\"success\",\"data\":{}}", PROM_FOREIGN, 0, 0, 0, false},
        {200, "{\"status\":\"success\",\"data\":[]}", PROM_FOREIGN, 0, 0, 0, false},
        {200, "{\"status\":\"success\",\"data\":{\"groups\":{}}}", PROM_FOREIGN, 0, 0, 0, false},
        {200, "{\"status\":\"success\",\"data\":{\"groups\":null}}", PROM_OK, 0, 0, 0, false},
        {200, "{\"status\":\"success\",\"data\":{\"groups\":[]}}", PROM_OK, 0, 0, 0, false},
        {200,
            "{\"status\":\"success\",\"data\":{\"groups\":[7,null,[],{},{\"rules\":{}},"
            "{\"rules\":[7,null,[],{},{\"type\":\"alerting\"},{\"type\":\"recording\"},"
            "{\"type\":\"alerting\",\"alerts\":[7,[],null,{},{\"labels\":7}]},"
            "{\"type\":\"else\"}]}],\"groupNextToken\":\"abc\"}}",
            PROM_OK, 3, 3, 2, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rule_set set;
        struct str why;
        str_init(&why);
        assert_int_equal(decode(&set, cases[i].status, cases[i].body, &why), cases[i].want);
        assert_int_equal(why.len > 0, cases[i].want != PROM_OK);
        assert_int_equal(set.groups_count, cases[i].groups);
        assert_int_equal(set.rules_count, cases[i].rules);
        assert_int_equal(set.alerts_count, cases[i].alerts);
        assert_int_equal(set.more, cases[i].more);
        rule_set_finish(&set);
        str_finish(&why);
    }
}

// What comes from outside steers no terminal; an alert whose labels had to be changed for that says
// so, as no matcher can be made of them.
static void values_are_fit_to_be_shown(void **state)
{
    (void)state;
    struct rule_set set;
    struct str why;
    str_init(&why);
    static const char body[] =
        "{\"status\":\"success\",\"data\":{\"groups\":[{\"name\":\"a\\u001b[31mb\",\"interval\":"
        "\"x\",\"rules\":[{\"type\":\"alerting\",\"name\":7,\"state\":\"bad\",\"duration\":null,"
        "\"lastEvaluation\":\"0001-01-01T00:00:00Z\",\"labels\":{\"a\":7,\"b\":\"c\"},"
        "\"alerts\":[{\"labels\":{\"job\":\"a\\u001b[31mb\"},\"state\":\"firing\","
        "\"activeAt\":\"never\",\"value\":\"+Inf\"},{\"labels\":{\"a\":\"b\"}}]}]}]}}";
    assert_int_equal(decode(&set, 200, body, &why), PROM_OK);
    assert_string_equal(set.groups[0].name, "a\xEF\xBF\xBD[31mb");
    assert_true(isnan(set.groups[0].interval_s));
    assert_string_equal(set.rules[0].name, "");
    assert_string_equal(set.rules[0].query, "");
    assert_int_equal(set.rules[0].state, RULE_UNEVALUATED);
    assert_true(isnan(set.rules[0].for_s));
    assert_true(set.rules[0].evaluated_ms == 0);
    assert_int_equal(set.rules[0].labels.count, 1);
    assert_string_equal(labels_get(&set.alerts[0].labels, "job"), "a\xEF\xBF\xBD[31mb");
    assert_true(set.alerts[0].altered);
    assert_true(set.alerts[0].active_ms == 0);
    assert_true(isinf(set.alerts[0].value));
    assert_false(set.alerts[1].altered);
    rule_set_finish(&set);
    str_finish(&why);
}

// A query too long to be kept says that it is cut; too many rules and alerts are counted.
static void what_is_too_much_is_said(void **state)
{
    (void)state;
    struct rule_set set;
    struct str why, body;
    str_init(&why);
    str_init(&body);
    str_add(&body,
        "{\"status\":\"success\",\"data\":{\"groups\":[{\"rules\":[{\"type\":\"alerting\","
        "\"query\":\"");
    for (int i = 0; i < RULE_QUERY_MAX; i++) {
        str_add(&body, "a ");
    }
    str_add(&body, "\",\"labels\":{\"x\":\"y\"");
    for (int i = 0; i < RULE_LABELS_MAX; i++) {
        str_addf(&body, ",\"l%d\":\"v\"", i);
    }
    str_add(&body, "},\"alerts\":[{}");
    for (int i = 0; i < RULE_ALERTS_MAX; i++) {
        str_add(&body, ",{}");
    }
    str_add(&body, "]}");
    for (int i = 0; i < RULES_MAX; i++) {
        str_add(&body, ",{\"type\":\"recording\"}");
    }
    str_add(&body, "]}");
    for (int i = 0; i < RULE_GROUPS_MAX; i++) {
        str_add(&body, ",{}");
    }
    str_add(&body, "]}}");
    assert_int_equal(decode(&set, 200, body.text, &why), PROM_OK);
    assert_true(set.rules[0].query_cut);
    assert_true(strlen(set.rules[0].query) <= RULE_QUERY_MAX + 3);
    assert_non_null(strstr(set.rules[0].query, "…"));
    assert_int_equal(set.rules[0].labels.count, RULE_LABELS_MAX);
    assert_int_equal(set.alerts_count, RULE_ALERTS_MAX);
    assert_int_equal(set.alerts_left_out, 1);
    assert_int_equal(set.rules_count, RULES_MAX);
    assert_int_equal(set.rules_left_out, 1);
    assert_int_equal(set.groups_count, RULE_GROUPS_MAX);
    assert_true(set.more);
    rule_set_finish(&set);
    str_finish(&body);
    str_finish(&why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_are_read_as_prometheus_has_them),
        cmocka_unit_test(alerts_are_read_with_their_rules),
        cmocka_unit_test(what_is_no_list_is_refused),
        cmocka_unit_test(values_are_fit_to_be_shown),
        cmocka_unit_test(what_is_too_much_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
