/*
 * Which stages a rule watches.
 */
#include "plan/reads.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "unit/yaml.h"

static const char stages[] =
    "selector: namespace=\"rag\"\n"
    "stages:\n"
    "  - name: retrieval\n"
    "    latency: retrieval_seconds\n"
    "    errors: errors_total{stage=\"retrieval\"}\n"
    "    children:\n"
    "      - name: db\n"
    "        latency: db_seconds\n"
    "        saturation: [{name: pool, used: pool_used, limit: pool_max}]\n"
    "  - name: llm\n"
    "    latency: llm_seconds{job=~\"vllm.*\"}\n"
    "    errors: errors_total{stage=\"generation\"}\n";

enum { RETRIEVAL, DB, LLM };

static void a_rule_watches_what_its_query_reads(void **state)
{
    (void)state;
    static const struct {
        const char *query;
        bool reads[3];
    } cases[] = {
        {"vector(1)", {false, false, false}},
        {"histogram_quantile(0.95, sum by (le) (rate(retrieval_seconds_bucket[5m]))) > 1",
            {true, false, false}},
        {"retrieval_seconds_sum / retrieval_seconds_count > 1", {true, false, false}},
        {"retrieval_seconds_sums > 1", {false, false, false}},
        {"my_retrieval_seconds_sum > 1", {false, false, false}},
        {"pool_used / pool_max > 0.9", {false, true, false}},
        {"rate(db_seconds_count[5m]) == 0", {false, true, false}},
        {"rate(errors_total[5m]) > 0", {true, false, true}},
        {"rate(errors_total{stage=\"generation\"}[5m]) > 0", {false, false, true}},
        {"rate(errors_total{stage=~\"gen.*\"}[5m]) > 0", {false, false, true}},
        {"rate(errors_total{stage!=\"retrieval\"}[5m]) > 0", {false, false, true}},
        {"rate(errors_total{stage=\"generation\"}[5m]) > "
         "rate(errors_total{stage=\"retrieval\"}[5m])",
            {true, false, true}},
        {"llm_seconds_count{job=\"vllm-a\"} > 1", {false, false, true}},
        {"llm_seconds_count{job=\"tgi\"} > 1", {false, false, false}},
        {"a:rate > 1", {true, false, false}},   // recorded of retrieval_seconds
        {"b:rate > 1", {true, false, false}},   // recorded of that
        {"round:a > 1", {false, false, false}}, // two that read each other
    };
    struct config c;
    struct plan p;
    struct rule_set set = {0};
    static const char *const recorded[][2] = {{"a:rate", "rate(retrieval_seconds_count[5m])"},
        {"b:rate", "sum(a:rate)"}, {"round:a", "round:b"}, {"round:b", "round:a"}};
    for (size_t i = 0; i < sizeof recorded / sizeof *recorded; i++) {
        struct rule *r = rule_set_add_rule(&set);
        labels_finish(&r->labels);
        char **texts[] = {&r->name, &r->query};
        for (size_t k = 0; k < 2; k++) {
            char *old = *texts[k];
            *texts[k] = mem_strdup(recorded[i][k]);
            free(old);
        }
    }
    struct reads_index index = reads_index(&set);
    yaml_read(&c, stages);
    plan_init(&p, &c, NULL, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str whole;
        str_init(&whole);
        reads_add_whole(&whole, &index, cases[i].query);
        for (int stage = RETRIEVAL; stage <= LLM; stage++) {
            if (reads_stage(&p, stage, whole.text) != cases[i].reads[stage]) {
                fail_msg("stage %d: %s", stage, cases[i].query);
            }
        }
        str_finish(&whole);
    }
    plan_finish(&p);
    config_finish(&c);
    reads_index_finish(&index);
    rule_set_finish(&set);
}

static void labels_tell_what_an_alert_is_not_about(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value;
        bool out_of_retrieval, out_of_llm, service;
    } cases[] = {
        {"namespace", "rag", false, false, true},
        {"namespace", "shop", true, true, false},
        {"job", "vllm-1", false, false, true},
        {"job", "tgi", false, true, false},
        {"pod", "a", false, false, false},
    };
    struct config c;
    struct plan p;
    yaml_read(&c, stages);
    plan_init(&p, &c, NULL, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct labels l = {0};
        labels_set(&l, cases[i].name, cases[i].value);
        assert_int_equal(reads_rules_out(&p, RETRIEVAL, &l), cases[i].out_of_retrieval);
        assert_int_equal(reads_rules_out(&p, LLM, &l), cases[i].out_of_llm);
        assert_int_equal(reads_service(&p, &l), cases[i].service);
        labels_finish(&l);
    }
    plan_finish(&p);
    config_finish(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_watches_what_its_query_reads),
        cmocka_unit_test(labels_tell_what_an_alert_is_not_about),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
