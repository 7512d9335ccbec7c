#include "plan/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "unit/yaml.h"

static const char stages[] = "selector: ns=\"rag\"\n"
                             "stages:\n"
                             "  - name: vector-db\n"
                             "    latency: db_seconds\n"
                             "    errors: db_errors_total\n"
                             "    saturation: [{name: connections, used: u, limit: l}]\n"
                             "tools: {calls: calls_total, label: tool}\n";

static void resolve(struct plan *p, char *const *names, size_t count)
{
    for (size_t i = 0; i < p->stages_count; i++) {
        p->stages[i].kind = LATENCY_CLASSIC;
    }
    record_learn(p, names, count);
    plan_resolve(p);
}

static void names_follow_the_convention(void **state)
{
    (void)state;
    static const char *const wanted[] = {"ragtop:vector_db_latency:rate5m",
        "ragtop:vector_db_errors:rate5m", "ragtop:vector_db_connections:last",
        "ragtop:tools_calls:rate5m"};
    struct config c;
    struct plan p;
    struct str s;
    size_t found = 0;
    str_init(&s);
    yaml_read(&c, stages);
    plan_init(&p, &c, NULL, 0);
    for (size_t i = 0; i < p.signals_count; i++) {
        str_clear(&s);
        record_add_name(&s, &p, &p.signals[i]);
        for (size_t k = 0; k < sizeof wanted / sizeof *wanted; k++) {
            found += strcmp(s.text, wanted[k]) == 0;
        }
        assert_true(s.len > 0 || signal_types[p.signals[i].kind].asked != SIGNAL_ASKED_PAST);
    }
    assert_int_equal(found, sizeof wanted / sizeof *wanted);
    str_finish(&s);
    plan_finish(&p);
    config_finish(&c);
}

static void rules_of_the_window_are_taken(void **state)
{
    (void)state;
    char other[] = "ragtop:vector_db_latency:rate1h", latency[] = "ragtop:vector_db_latency:rate5m",
         pool[] = "ragtop:vector_db_connections:last", foreign[] = "ragtop:vector_db_latency",
         longest[] = "ragtop:vector_db_errors:rate1234567890123456789";
    char *names[] = {other, latency, pool, foreign, longest};
    struct config c;
    struct plan p;
    yaml_read(&c, stages);
    plan_init(&p, &c, NULL, 0);
    resolve(&p, names, 1);
    int signal = p.stages[0].latency_signal;
    assert_null(p.signals[signal].recorded);
    resolve(&p, names, sizeof names / sizeof *names);
    assert_string_equal(p.signals[signal].recorded, "ragtop:vector_db_latency:rate5m{ns=\"rag\"}");
    assert_string_equal(p.signals[p.stages[0].saturation_first].recorded,
        "ragtop:vector_db_connections:last{ns=\"rag\"} or "
        "label_replace(max(max_over_time(u{ns=\"rag\"}[5m]) / (l{ns=\"rag\"} > 0)),"
        "\"part\",\"peak\",\"\",\"\")");
    assert_null(p.signals[p.stages[0].errors_signal].recorded);
    resolve(&p, NULL, 0); // the rules are gone
    assert_null(p.signals[signal].recorded);
    plan_finish(&p);
    config_finish(&c);
}

static void what_could_be_two_is_none(void **state)
{
    (void)state;
    char name[] = "ragtop:a_b_latency:rate5m";
    char *names[] = {name};
    struct config c;
    struct plan p;
    yaml_read(&c, "stages: [{name: a-b, latency: x}, {name: a_b, latency: y}]");
    plan_init(&p, &c, NULL, 0);
    resolve(&p, names, 1);
    for (size_t i = 0; i < p.signals_count; i++) {
        assert_null(p.signals[i].recorded);
    }
    plan_finish(&p);
    config_finish(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_follow_the_convention),
        cmocka_unit_test(rules_of_the_window_are_taken),
        cmocka_unit_test(what_could_be_two_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
