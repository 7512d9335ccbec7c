/*
 * What the doctor says of rules: each check in a world where it finds something, in one where it
 * does not, and where it cannot know.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "unit/doctor/consult.h"

// One group with the rules in it, which are evaluated as they should be.
static void list_rules(struct consult *c, const char *rules)
{
    struct str s;
    str_init(&s);
    str_addf(&s,
        "{\"groups\":[{\"name\":\"agent\",\"interval\":15,\"evaluationTime\":0.01,"
        "\"lastEvaluation\":\"2026-02-04T08:59:50Z\",\"rules\":[%s]}]}",
        rules);
    consult_list(c, FEED_RULES, s.text);
    str_finish(&s);
}

static void list_alert(struct consult *c, const char *name, const char *query)
{
    struct str s;
    str_init(&s);
    str_addf(&s,
        "{\"type\":\"alerting\",\"name\":\"%s\",\"query\":\"%s\",\"health\":\"ok\","
        "\"state\":\"inactive\"}",
        name, query);
    list_rules(c, s.text);
    str_finish(&s);
}

static const char article_rule[] = "rate(kotaemon_retrieval_latency_sum[5m]) / "
                                   "rate(kotaemon_retrieval_latency_count[5m]) > 1";

static void know_article(struct consult *c)
{
    static const char *const names[] = {"kotaemon_generation_latency_seconds_sum",
        "kotaemon_retrieval_latency_seconds_bucket", "kotaemon_retrieval_latency_seconds_count",
        "kotaemon_retrieval_latency_seconds_sum", "up"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        consult_name(c, names[i]);
    }
}

// The article's own rule lacks `_seconds`, and is shown with what it should be.
static void a_rule_on_nothing_is_found(void **state)
{
    (void)state;
    struct consult c;
    consult_init(&c, world_article);
    know_article(&c);
    list_alert(&c, "HighRetrievalLatency", article_rule);
    consult_selector(&c, "kotaemon_retrieval_latency_sum", 0, 0);
    consult_selector(&c, "kotaemon_retrieval_latency_count", 0, 0);
    consult_run(&c);
    const struct doctor_finding *f = consult_found(&c, "rules-never-fire",
        "It can never fire: the server has no "
        "kotaemon_retrieval_latency_sum or "
        "kotaemon_retrieval_latency_count.");
    assert_string_equal(f->where, "alert HighRetrievalLatency");
    assert_int_equal(f->severity, DOCTOR_CRITICAL);
    assert_int_equal(f->stage, world_stage(&c.w, "retrieval"));
    assert_string_equal(f->code, "expr: rate(kotaemon_retrieval_latency_seconds_sum[5m]) / "
                                 "rate(kotaemon_retrieval_latency_seconds_count[5m]) > 1\n");
    assert_int_equal(doctor_status(&c.d), 2);
    assert_ptr_equal(f, &c.d.findings[0]); // the worst stands first
    consult_finish(&c);
}

// Two arms that were misspelt in two ways are one, once they are as they should be.
static void a_correction_asks_for_nothing_twice(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"(slow_totl or slow_ttal) > 1", "expr: (slow_total) > 1\n"},
        {"slow_totl or slow_ttal or slow_totl", "expr: slow_total\n"},
        {"max(rate(slow_totl[5m]) or rate(slow_ttal[5m]))", "expr: max(rate(slow_total[5m]))\n"},
        {"slow_totl > 1 or slow_ttal > 2", "expr: slow_total > 1 or slow_total > 2\n"},
        {"slow_totl{a=\\\"x or slow_totl\\\"} or slow_ttal{a=\\\"x or slow_totl\\\"}",
            "expr: slow_total{a=\"x or slow_total\"}\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct consult c;
        consult_init(&c, world_article);
        consult_name(&c, "slow_total");
        list_alert(&c, "Either", cases[i][0]);
        consult_selector(&c, "slow_totl", 0, 0);
        consult_selector(&c, "slow_ttal", 0, 0);
        consult_run(&c);
        assert_string_equal(
            consult_found(&c, "rules-never-fire", "It can never fire")->code, cases[i][1]);
        consult_finish(&c);
    }
}

static void a_rule_that_fires_can_fire(void **state)
{
    (void)state;
    struct consult c;
    consult_init(&c, world_article);
    list_rules(&c, "{\"type\":\"alerting\",\"name\":\"New\",\"query\":\"new_total > 1\","
                   "\"health\":\"ok\",\"state\":\"firing\"}");
    consult_selector(&c, "new_total", 0, 0);
    consult_run(&c);
    consult_sound(&c, "rules-never-fire");
    consult_finish(&c);
}

// What exists, what existed today, and what need not exist.
static void rules_that_can_fire_are_sound(void **state)
{
    (void)state;
    static const struct {
        const char *query;
        double series, lately;
    } cases[] = {
        {article_rule, 3, NAN},
        {article_rule, 0, 3}, // it went a while ago: something else is wrong
        {article_rule, NAN, NAN},
        {article_rule, 0, NAN}, // whether it was there today was not asked
        {"absent(kotaemon_retrieval_latency_sum)", 0, 0},
        {"up unless kotaemon_retrieval_latency_sum", 0, 0},
        {"kotaemon_retrieval_latency_sum or up", 0, 0},
        {"ALERTS{alertname=\\\"X\\\"} > 0", 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct consult c;
        consult_init(&c, world_article);
        know_article(&c);
        list_alert(&c, "A", cases[i].query);
        consult_selector(&c, "kotaemon_retrieval_latency_sum", cases[i].series, cases[i].lately);
        consult_selector(&c, "kotaemon_retrieval_latency_count", cases[i].series, cases[i].lately);
        consult_selector(&c, "up", 3, NAN);
        consult_selector(&c, "ALERTS", 0, 0);
        consult_run(&c);
        consult_sound(&c, "rules-never-fire");
        consult_finish(&c);
    }
}

// A status may yet come; another job, or a label that no series has, is a mistake.
static void matchers_are_looked_at(void **state)
{
    (void)state;
    struct consult c;
    consult_init(&c, world_article);
    list_rules(&c,
        "{\"type\":\"alerting\",\"name\":\"Status\",\"query\":\"up{code=\\\"500\\\"} > 0\"},"
        "{\"type\":\"alerting\",\"name\":\"Job\",\"query\":\"up{job=\\\"agnet\\\",x!=\\\"y\\\"} == "
        "0\"},"
        "{\"type\":\"alerting\",\"name\":\"Label\",\"query\":\"up{stgae=~\\\"a|b\\\"} == 0\"}");
    consult_selector(&c, "up", 3, NAN);
    consult_selector(&c, "up{code!=\"\"}", 3, NAN);
    consult_selector(&c, "up{job=\"agnet\"}", 0, 0);
    consult_selector(&c, "up{stgae!=\"\"}", 0, 0);
    consult_run(&c);
    assert_string_equal(
        consult_found(&c, "rules-never-fire", "no up{job=\"agnet\"}.")->where, "alert Job");
    assert_string_equal(
        consult_found(&c, "rules-never-fire", "no series of up has a label stgae.")->where,
        "alert Label");
    assert_int_equal(c.d.outcomes[DOCTOR_NEVER_FIRES].findings, 2);
    consult_finish(&c);
}

// The nearest label is one that the stages, or other rules, know the metric by.
static void a_label_that_nothing_has_is_named(void **state)
{
    (void)state;
    struct consult c;
    consult_init(&c, world_article);
    list_rules(&c, "{\"type\":\"alerting\",\"name\":\"A\",\"query\":"
                   "\"kotaemon_error_total{stge=\\\"retrieval\\\"} > 0\"},"
                   "{\"type\":\"recording\",\"name\":\"a:b\",\"query\":\"up{zzz=\\\"x\\\"} > 0\"}");
    consult_selector(&c, "kotaemon_error_total", 3, NAN);
    consult_selector(&c, "kotaemon_error_total{stge!=\"\"}", 0, 0);
    consult_selector(&c, "up", 3, NAN);
    consult_selector(&c, "up{zzz!=\"\"}", 0, 0);
    consult_run(&c);
    const struct doctor_finding *f = consult_found(&c, "rules-never-fire",
        "It can never fire: no series of kotaemon_error_total has a label stge.");
    assert_int_equal(f->severity, DOCTOR_CRITICAL);
    assert_string_equal(f->fix, "The nearest label that it has: stage.");
    assert_string_equal(f->code, "expr: kotaemon_error_total{stage=\"retrieval\"} > 0\n");
    f = consult_found(
        &c, "rules-never-fire", "It records nothing: no series of up has a label zzz.");
    assert_null(f->code);
    consult_finish(&c);
}

// Of a job that is not scraped here, and is called like none that is, rules are another's.
static void rules_for_other_jobs_are_folded(void **state)
{
    (void)state;
    struct consult c;
    consult_init(&c, world_article);
    consult_list(&c, FEED_TARGETS,
        "{\"activeTargets\":[{\"labels\":{\"job\":\"kotaemon-agent\"},\"health\":\"up\"}]}");
    list_rules(&c, "{\"type\":\"alerting\",\"name\":\"Own\",\"query\":\"up{job=\\\"kotaemon-"
                   "agnet\\\"} == 0\"},"
                   "{\"type\":\"alerting\",\"name\":\"KubeletDown\",\"query\":\"up{job="
                   "\\\"kubelet\\\"} == 0\"}");
    consult_selector(&c, "up", 3, NAN);
    consult_selector(&c, "up{job=\"kotaemon-agnet\"}", 0, 0);
    consult_selector(&c, "up{job=\"kubelet\"}", 0, 0);
    consult_run(&c);
    assert_string_equal(
        consult_found(&c, "rules-never-fire", "no up{job=\"kotaemon-agnet\"}.")->where,
        "alert Own");
    consult_found(&c, "rules-never-fire",
        "1 rule asks for metrics of kubelet that this server does not have: KubeletDown.");
    assert_int_equal(c.d.outcomes[DOCTOR_NEVER_FIRES].findings, 2);
    consult_finish(&c);
}

// What is to be looked up is what the rules are then judged by.
static void selectors_are_taken_apart(void **state)
{
    (void)state;
    struct consult c;
    consult_init(&c, world_article);
    list_alert(&c, "A",
        "sum(a{job=\\\"x\\\",code=~\\\"5..\\\",y=\\\"\\\",z!=\\\"1\\\"}) / b > on () "
        "{__name__=~\\\"c|d\\\"} or absent(a)");
    struct name_list list = {0};
    assert_true(doctor_selectors(&list, c.w.store.slots[FEED_RULES].data));
    static const char *const want[] = {
        "a", "a{job=\"x\"}", "a{code!=\"\"}", "b", "{__name__=~\"c|d\"}"};
    assert_int_equal(list.count, sizeof want / sizeof *want);
    for (size_t i = 0; i < list.count; i++) {
        assert_string_equal(list.items[i], want[i]);
    }
    names_finish(&list);
    consult_finish(&c);
}

// Bundles come with rules for everything: these are one row, behind all others.
static void stock_rules_are_one_row(void **state)
{
    (void)state;
    struct consult c;
    consult_init(&c, world_article);
    know_article(&c);
    list_rules(&c,
        "{\"type\":\"alerting\",\"name\":\"EtcdNoLeader\",\"query\":\"etcd_server_has_leader == "
        "0\"},"
        "{\"type\":\"recording\",\"name\":\"node:cpu\",\"query\":\"sum(node_cpu_seconds_total)\"},"
        "{\"type\":\"recording\",\"name\":\"kotaemon:slow\","
        "\"query\":\"kotaemon_slow_share > 0\"}");
    consult_selector(&c, "etcd_server_has_leader", 0, 0);
    consult_selector(&c, "node_cpu_seconds_total", 0, 0);
    consult_selector(&c, "kotaemon_slow_share", 0, 0);
    consult_run(&c);
    const struct doctor_finding *f = consult_found(&c, "rules-never-fire",
        "2 rules ask for metrics of etcd and node that this server does not have: "
        "EtcdNoLeader and node:cpu.");
    assert_int_equal(f->severity, DOCTOR_ADVICE);
    f = consult_found(&c, "rules-never-fire",
        "It records nothing: the server has no "
        "kotaemon_slow_share.");
    assert_int_equal(f->severity, DOCTOR_WARNING);
    assert_string_equal(f->where, "recording rule kotaemon:slow");
    assert_int_equal(c.d.outcomes[DOCTOR_NEVER_FIRES].findings, 2);
    assert_int_equal(doctor_status(&c.d), 1);
    consult_finish(&c);
}

// Of things that are here, much that bundles ask for is not: a slip of the pen is no such thing.
static void a_misspelt_rule_is_no_bundles(void **state)
{
    (void)state;
    struct consult c;
    consult_init(&c, world_article);
    know_article(&c);
    consult_name(&c, "node_memory_MemTotal_bytes");
    list_rules(&c,
        "{\"type\":\"alerting\",\"name\":\"RaidDegraded\",\"query\":\"node_md_disks > 0\"},"
        "{\"type\":\"alerting\",\"name\":\"Small\",\"query\":\"node_memory_MemTotall_bytes < "
        "9\"}");
    consult_selector(&c, "node_md_disks", 0, 0);
    consult_selector(&c, "node_memory_MemTotall_bytes", 0, 0);
    consult_run(&c);
    consult_found(&c, "rules-never-fire",
        "1 rule asks for metrics of node that this server does not have: RaidDegraded.");
    const struct doctor_finding *f = consult_found(&c, "rules-never-fire",
        "It can never fire: the server has no node_memory_MemTotall_bytes.");
    assert_string_equal(f->code, "expr: node_memory_MemTotal_bytes < 9\n");
    consult_finish(&c);
}

// What no bundle comes with is the user's own, also where nothing of its application is there.
static void own_rules_are_no_bundle(void **state)
{
    (void)state;
    struct consult c;
    consult_init(&c, world_article);
    know_article(&c);
    consult_list(&c, FEED_TARGETS,
        "{\"activeTargets\":[{\"labels\":{\"job\":\"kotaemon-agent\"},\"health\":\"up\"}]}");
    list_rules(&c,
        "{\"type\":\"alerting\",\"name\":\"Refunds\",\"query\":\"shop_refunds_total > 9\"},"
        "{\"type\":\"alerting\",\"name\":\"Billing\",\"query\":\"up{job=\\\"billing\\\"} == 0\"}");
    consult_selector(&c, "shop_refunds_total", 0, 0);
    consult_selector(&c, "up", 3, NAN);
    consult_selector(&c, "up{job=\"billing\"}", 0, 0);
    consult_run(&c);
    static const char *const nothing[] = {"no shop_refunds_total.", "no up{job=\"billing\"}."};
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
        assert_int_equal(
            consult_found(&c, "rules-never-fire", nothing[i])->severity, DOCTOR_WARNING);
    }
    assert_int_equal(c.d.outcomes[DOCTOR_NEVER_FIRES].findings, 2);
    consult_finish(&c);
}

static void rules_that_fail_are_found(void **state)
{
    (void)state;
    struct consult c;
    consult_init(&c, world_article);
    list_rules(&c, "{\"type\":\"alerting\",\"name\":\"Slow\",\"query\":\"kotaemon_retrieval_"
                   "latency_seconds_sum "
                   "> 1\",\"health\":\"err\",\"lastError\":\"many-to-many matching not allowed\"},"
                   "{\"type\":\"recording\",\"name\":\"a:b\",\"query\":\"up\",\"health\":\"err\"},"
                   "{\"type\":\"recording\",\"name\":\"c:d\",\"query\":\"up\",\"health\":\"ok\"}");
    consult_run(&c);
    const struct doctor_finding *f =
        consult_found(&c, "rules-fail", "Its evaluation fails: many-to-many matching not allowed");
    assert_int_equal(f->severity, DOCTOR_CRITICAL); // it is about a stage
    f = consult_found(&c, "rules-fail", "the server gives no reason");
    assert_int_equal(f->severity, DOCTOR_WARNING);
    assert_int_equal(c.d.outcomes[DOCTOR_RULES_FAIL].findings, 2);
    list_alert(&c, "A", "up == 0");
    consult_run(&c);
    consult_sound(&c, "rules-fail");
    consult_finish(&c);
}

static void slow_groups_are_found(void **state)
{
    (void)state;
    struct consult c;
    consult_init(&c, world_article);
    list_alert(&c, "A", "up == 0");
    consult_run(&c);
    consult_sound(&c, "rules-slow");
    consult_list(&c, FEED_RULES,
        "{\"groups\":[{\"name\":\"heavy\",\"interval\":15,\"evaluationTime\":20.5,"
        "\"lastEvaluation\":\"2026-02-04T08:59:50Z\",\"rules\":[{\"type\":\"recording\","
        "\"name\":\"a:b\",\"query\":\"up\"}]},{\"name\":\"stuck\",\"interval\":60,"
        "\"evaluationTime\":0.1,\"lastEvaluation\":\"2026-02-04T08:00:00Z\",\"rules\":[]}]}");
    consult_answer(&c, AUDIT_MISSED_GROUPS, 3, "rule_group", "missing", NULL);
    consult_run(&c);
    assert_string_equal(
        consult_found(&c, "rules-slow", "takes 20 s, and it is due every 15 s")->where,
        "rule group heavy");
    assert_string_equal(
        consult_found(&c, "rules-slow", "last evaluated 60 min ago, and it is due every 60 s")
            ->where,
        "rule group stuck");
    assert_string_equal(
        consult_found(&c, "rules-slow", "it missed 3 evaluations")->where, "rule group missing");
    consult_finish(&c);
}

static void alerts_on_stages_are_missed(void **state)
{
    (void)state;
    struct consult c;
    consult_init(&c, world_article);
    consult_run(&c);
    const struct doctor_finding *f =
        consult_found(&c, "alerts", "The server has no alerting rules.");
    assert_int_equal(f->severity, DOCTOR_ADVICE);
    assert_non_null(
        strstr(f->code, "      (histogram_quantile(0.95, sum by (le) "
                        "(rate(kotaemon_retrieval_latency_seconds_bucket[5m])))) > 0.9"));
    list_alert(&c, "A", "up == 0");
    consult_run(&c);
    consult_found(&c, "alerts", "No alerting rule asks for a metric of the stages.");
    list_alert(&c, "A", "rate(kotaemon_error_total[5m]) > 0");
    consult_run(&c);
    consult_sound(&c, "alerts");
    consult_finish(&c);
}

// Each of the roots is looked at, by its own labels, and by way of what is recorded.
static void alerts_on_each_root_are_missed(void **state)
{
    (void)state;
    static const struct {
        const char *query, *lacking; /**< NULL: none */
    } cases[] = {
        {"rate(kotaemon_retrieval_latency_seconds_sum[5m]) > 1", "stage generation"},
        {"rate(kotaemon_error_total{stage=\\\"generation\\\"}[5m]) > 1", "stage retrieval"},
        {"rate(kotaemon_error_total{stage=~\\\"retrieval|generation\\\"}[5m]) > 1", NULL},
        {"rate(kotaemon_retrieval_latency_seconds_sum[5m]) > 1 or of:of:generation > 1", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct consult c;
        struct str s;
        consult_init(&c, world_article);
        str_init(&s);
        str_addf(&s,
            "{\"type\":\"alerting\",\"name\":\"A\",\"query\":\"%s\"},"
            "{\"type\":\"recording\",\"name\":\"of:of:generation\",\"query\":\"of:generation\"},"
            "{\"type\":\"recording\",\"name\":\"of:generation\","
            "\"query\":\"rate(kotaemon_generation_latency_seconds_sum[5m])\"}",
            cases[i].query);
        list_rules(&c, s.text);
        str_finish(&s);
        consult_run(&c);
        if (cases[i].lacking) {
            const struct doctor_finding *f =
                consult_found(&c, "alerts", "No alerting rule asks for its metrics.");
            assert_string_equal(f->where, cases[i].lacking);
            assert_int_equal(f->severity, DOCTOR_ADVICE);
            assert_non_null(strstr(f->code, cases[i].lacking + strlen("stage ")));
            assert_int_equal(c.d.outcomes[DOCTOR_NO_ALERTS].findings, 1);
        } else {
            consult_sound(&c, "alerts");
        }
        consult_finish(&c);
    }
}

// An alert has to be able to fire: above the last bucket there is no quantile, but a mean.
static void a_suggested_alert_can_fire(void **state)
{
    (void)state;
    static const char *const bounds[] = {"0.1", "0.2", "0.3", "0.4", "0.5", "+Inf"};
    static const struct {
        double rates[6], sum;
        const char *slo, *code;
    } cases[] = {
        {{9.9, 10, 10, 10, 10, 10}, 0.7, "", "(rate(rag_chat_seconds_bucket[5m])))) > 0.288\n"},
        {{1, 3, 9, 9.4, 9.9, 10}, 2.5, "", "(rate(rag_chat_seconds_count[5m]))) > 0.75\n"},
        {{1, 3, 4, 5, 6, 10}, 4, "", "(rate(rag_chat_seconds_count[5m]))) > 1.2\n"},
        {{1, 3, 9, 9.4, 9.9, 10}, 2.5, ", slo: {p95: 450ms}",
            "(rate(rag_chat_seconds_bucket[5m])))) > 0.45\n"},
        {{1, 3, 9, 9.4, 9.9, 10}, 2.5, ", slo: {p95: 2s}",
            "(rate(rag_chat_seconds_count[5m]))) > 2\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct consult c;
        struct str yaml;
        str_init(&yaml);
        str_addf(&yaml,
            "window: 5m\nrefresh: 15s\nstages: [{name: chat, latency: rag_chat_seconds%s}]\n",
            cases[i].slo);
        consult_init(&c, yaml.text);
        int signal = c.w.plan.stages[0].latency_signal;
        for (size_t k = 0; k < sizeof bounds / sizeof *bounds; k++) {
            double rate = cases[i].rates[k];
            world_series(&c.w, signal, "le", bounds[k], rate, rate);
        }
        world_series(&c.w, signal, "part", "sum", cases[i].sum, cases[i].sum);
        consult_run(&c);
        const char *code = consult_found(&c, "alerts", "no alerting rules")->code;
        if (!code || !strstr(code, cases[i].code)) {
            fail_msg("case %zu: %s", i, code ? code : "no code");
        }
        str_finish(&yaml);
        consult_finish(&c);
    }
}

// Nothing of it passes for sound.
static void unread_rules_are_said(void **state)
{
    (void)state;
    static const char *const checks[] = {"rules-never-fire", "rules-fail", "rules-slow", "alerts"};
    struct consult c;
    consult_init(&c, world_article);
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        consult_no_list(&c, FEED_RULES, "403 Forbidden");
        consult_run(&c);
        consult_open(&c, checks[i], DOCTOR_UNREAD, "403 Forbidden");
        consult_no_list(&c, FEED_RULES, NULL);
        consult_run(&c);
        consult_open(&c, checks[i], DOCTOR_LACKING, "does not tell");
    }
    list_alert(&c, "A", "up == 0");
    list_alert(&c, "A", "up > or"); // whatever that is
    consult_run(&c);
    consult_open(&c, "rules-never-fire", DOCTOR_LACKING, "of 1 rule is not understood here");
    list_alert(&c, "A", "up == 0");
    c.in.selectors_why = "no answer in time";
    consult_run(&c);
    consult_open(&c, "rules-never-fire", DOCTOR_UNREAD, "no answer in time");
    assert_int_equal(doctor_status(&c.d), 3);
    consult_finish(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_on_nothing_is_found),
        cmocka_unit_test(a_correction_asks_for_nothing_twice),
        cmocka_unit_test(a_rule_that_fires_can_fire),
        cmocka_unit_test(rules_that_can_fire_are_sound),
        cmocka_unit_test(matchers_are_looked_at),
        cmocka_unit_test(a_label_that_nothing_has_is_named),
        cmocka_unit_test(rules_for_other_jobs_are_folded),
        cmocka_unit_test(selectors_are_taken_apart),
        cmocka_unit_test(stock_rules_are_one_row),
        cmocka_unit_test(a_misspelt_rule_is_no_bundles),
        cmocka_unit_test(own_rules_are_no_bundle),
        cmocka_unit_test(rules_that_fail_are_found),
        cmocka_unit_test(slow_groups_are_found),
        cmocka_unit_test(alerts_on_stages_are_missed),
        cmocka_unit_test(alerts_on_each_root_are_missed),
        cmocka_unit_test(a_suggested_alert_can_fire),
        cmocka_unit_test(unread_rules_are_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
