#include "diagnose/diagnosis.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "unit/near.h"
#include "unit/world.h"

static const struct tool_diagnosis *tool(const struct world *w, const char *name)
{
    size_t i = 0;
    while (i < w->diagnosis.tools_count && strcmp(w->diagnosis.tools[i].name, name) != 0) {
        i++;
    }
    assert_in_range(i, 0, w->diagnosis.tools_count - 1);
    return &w->diagnosis.tools[i];
}

static void judges_calls_per_question(void **state)
{
    (void)state;
    static const struct {
        double questions_usual, questions, usual, now; // per second
        enum severity severity;
    } cases[] = {
        {2, 2, 0.6, 0.6, SEVERITY_OK}, {2, 2, 0.6, 1.1, SEVERITY_OK}, // less than twice
        {2, 2, 0.6, 1.5, SEVERITY_WARNING}, {2, 2, 0.6, 4, SEVERITY_CRITICAL},
        {2, 20, 0.6, 6, SEVERITY_OK}, // ten times the traffic is no storm
        {2, 0.3, 0.6, 0.6, SEVERITY_CRITICAL}, {2, 2, 0.6, 0, SEVERITY_OK},
        {2, 2, 0.6, NAN, SEVERITY_OK}, {2, 2, 0.006, 0.05, SEVERITY_OK}, // 15 calls are too few
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, world_article);
        world_requests(&w, "retrieval", (struct load){cases[i].questions_usual, 0.3},
            (struct load){cases[i].questions, 0.3});
        world_tool(&w, "search", cases[i].usual, cases[i].now);
        world_judge(&w);
        const struct tool_diagnosis *t = tool(&w, "search");
        if (t->calls.severity != cases[i].severity) {
            fail_msg("case %zu: severity %d", i, t->calls.severity);
        }
        double now = isnan(cases[i].now) ? 0 : cases[i].now;
        assert_near(t->calls.now, now, 1e-9);
        assert_near(t->count, 300 * now, 1e-6);
        assert_near(t->per_request, now / cases[i].questions, 1e-9);
        assert_near(t->per_request_usual, cases[i].usual / cases[i].questions_usual, 0.01);
        world_finish(&w);
    }
}

static void unknown_is_said(void **state)
{
    (void)state;
    static const struct {
        bool history;
        double questions;
        enum state state;
    } cases[] = {{false, 2, STATE_NO_BASELINE}, {true, 0, STATE_NO_TRAFFIC},
        {true, NAN, STATE_NO_TRAFFIC}, {true, 2, STATE_OK}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, world_article);
        w.days = cases[i].history ? WORLD_DAYS : 0;
        w.has_recent = w.has_span = cases[i].history;
        world_requests(
            &w, "retrieval", (struct load){2, 0.3}, (struct load){cases[i].questions, 0.3});
        world_tool(&w, "search", 0.6, 0.6);
        world_judge(&w);
        const struct reading *r = &tool(&w, "search")->calls;
        assert_int_equal(r->state, cases[i].state);
        assert_int_equal(r->severity, i == 3 ? SEVERITY_OK : SEVERITY_UNKNOWN);
        assert_int_equal(isnan(r->score), i != 3); // what is not known is not far off
        world_finish(&w);
    }
}

static void a_new_tool_is_no_storm(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    world_requests(&w, "retrieval", (struct load){2, 0.3}, (struct load){2, 0.3});
    world_tool(&w, "search", NAN, 4);
    world_judge(&w);
    assert_int_equal(tool(&w, "search")->calls.state, STATE_NO_BASELINE);
    assert_int_equal(tool(&w, "search")->calls.severity, SEVERITY_UNKNOWN);
    world_finish(&w);
}

static void refused_tools_are_not_known(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    world_requests(&w, "retrieval", (struct load){2, 0.3}, (struct load){2, 0.3});
    world_tool(&w, "search", 0.6, 0.6);
    world_judge(&w);
    assert_int_equal(w.diagnosis.tools_count, 1);
    w.store.signals[w.plan.tool_calls].condition = CONDITION_REFUSED;
    diagnosis_run(&w.diagnosis, &w.plan, &w.scope, &w.store, &thresholds_default, WORLD_NOW_MS);
    assert_int_equal(w.diagnosis.tools_count, 0);
    world_finish(&w);
}

// The same root for now and for usual: one that becomes busier than it does not hide a storm.
static void questions_are_those_of_one_root(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    world_requests(&w, "retrieval", (struct load){4, 0.3}, (struct load){4, 0.3});
    world_requests(&w, "generation", (struct load){1, 0.3}, (struct load){40, 0.3});
    world_tool(&w, "search", 2, 20);
    world_judge(&w);
    assert_near(tool(&w, "search")->per_request, 5, 1e-9);
    assert_near(tool(&w, "search")->per_request_usual, 0.5, 0.01);
    assert_int_equal(tool(&w, "search")->calls.severity, SEVERITY_CRITICAL);
    world_finish(&w);
}

static void a_question_is_one_of_the_busiest_root(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    world_requests(&w, "retrieval", (struct load){1, 0.3}, (struct load){1, 0.3});
    world_requests(&w, "vector_db", (struct load){9, 0.3}, (struct load){9, 0.3}); // no root
    world_requests(&w, "generation", (struct load){4, 0.3}, (struct load){4, 0.3});
    world_tool(&w, "search", 2, 2);
    world_judge(&w);
    assert_near(tool(&w, "search")->per_request, 0.5, 1e-9);
    world_finish(&w);
}

static void tools_without_a_name_and_too_many(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    world_series(&w, w.plan.tool_calls, NULL, NULL, 1, 1);
    for (int i = 0; i < DIAGNOSIS_TOOLS_MAX + 5; i++) {
        char name[16];
        snprintf(name, sizeof name, "t%d", i);
        world_tool(&w, name, 1, 1);
    }
    world_judge(&w);
    assert_int_equal(w.diagnosis.tools_count, DIAGNOSIS_TOOLS_MAX);
    assert_non_null(tool(&w, "(no name)"));
    world_finish(&w);
}

static void the_busiest_are_kept(void **state)
{
    (void)state;
    for (int extra = -1; extra <= 1; extra++) {
        struct world w;
        world_init(&w, world_article);
        int count = DIAGNOSIS_TOOLS_MAX + extra;
        for (int i = 0; i < count; i++) { // the last ones are the busiest
            char name[16];
            snprintf(name, sizeof name, "t%d", i);
            world_tool(&w, name, 0.1 + 0.01 * i, 0.1 + 0.01 * i);
        }
        world_judge(&w);
        int more = extra > 0 ? extra : 0;
        assert_int_equal(w.diagnosis.tools_count, count - more);
        assert_int_equal(w.diagnosis.tools_more, more);
        // where some are left out, those that are twice as busy come first
        static const int firsts[] = {40, 15, 3, 1};
        int number = more ? firsts[0] : 0, group = 0;
        for (size_t i = 0; i < w.diagnosis.tools_count; i++) {
            char name[16];
            snprintf(name, sizeof name, "t%d", number);
            assert_string_equal(w.diagnosis.tools[i].name, name);
            bool last = more && number + 1 == (group > 0 ? firsts[group - 1] : count);
            number = last && group < 3 ? firsts[++group] : number + 1;
        }
        world_finish(&w);
    }
}

static void a_rare_tool_that_fails_is_kept(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    world_requests(&w, "retrieval", (struct load){2, 0.3}, (struct load){2, 0.3});
    world_tool(&w, "seldom", 0.2, 0.2);
    for (int i = 0; i < DIAGNOSIS_TOOLS_MAX; i++) {
        char name[16];
        snprintf(name, sizeof name, "t%d", i);
        world_tool(&w, name, 0.4, 0.4);
    }
    world_series(&w, w.plan.tool_errors, "tool_name", "seldom", 0.001, 0.15);
    world_judge(&w);
    assert_int_equal(w.diagnosis.tools_more, 1);
    assert_int_equal(tool(&w, "seldom")->errors.severity, SEVERITY_CRITICAL);
    world_finish(&w);
}

static void judges_their_errors(void **state)
{
    (void)state;
    static const struct {
        double calls, usual, now; // errors per second
        enum state state;
        enum severity severity;
        double ratio;
    } cases[] = {
        {1, 0.01, 0.01, STATE_OK, SEVERITY_OK, 0.01},
        {1, NAN, NAN, STATE_OK, SEVERITY_OK, 0},
        {1, NAN, 0.3, STATE_OK, SEVERITY_CRITICAL, 0.3},
        {1, 0.01, 0.3, STATE_OK, SEVERITY_CRITICAL, 0.3},
        {1, 0.01, 0.04, STATE_OK, SEVERITY_OK, 0.04}, // 12 of 300 may be chance
        {1, 0.005, 0.04, STATE_OK, SEVERITY_WARNING, 0.04},
        {1, 0.01, 7, STATE_OK, SEVERITY_CRITICAL, 1},
        {0.01, 0.01, 0.01, STATE_TOO_FEW, SEVERITY_UNKNOWN, 1},
        {0, 0.01, 0, STATE_NO_DATA, SEVERITY_UNKNOWN, NAN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, world_article);
        world_tool(&w, "search", 1, cases[i].calls);
        world_tool_errors(&w, cases[i].usual, cases[i].now);
        world_judge(&w);
        const struct reading *r = &w.diagnosis.tool_errors;
        if (r->state != cases[i].state || r->severity != cases[i].severity) {
            fail_msg("case %zu: state %d, severity %d", i, r->state, r->severity);
        }
        assert_true(isnan(cases[i].ratio) ? isnan(r->now) : fabs(r->now - cases[i].ratio) < 1e-9);
        world_finish(&w);
    }
}

static void errors_are_known_by_tool_where_the_metric_tells(void **state)
{
    (void)state;
    struct world w;
    for (int told = 0; told < 2; told++) {
        const struct load calmly = {2, 0.3};
        world_init(&w, world_article);
        world_requests(&w, "retrieval", calmly, calmly);
        world_tool(&w, "calculator", 1, 1);
        world_tool(&w, "search", 2, 2);
        world_series(&w, w.plan.tool_errors, told ? "tool_name" : NULL, "search", 0.02, 0.6);
        world_judge(&w);
        const struct tool_diagnosis *calm = &w.diagnosis.tools[0], *bad = &w.diagnosis.tools[1];
        assert_true(fabs(w.diagnosis.tool_errors.now - 0.2) < 0.01); // of all three per second
        assert_string_equal(bad->name, "search");
        assert_int_equal(bad->errors.state, told ? STATE_OK : STATE_NO_DATA);
        assert_true(told ? fabs(bad->errors.now - 0.3) < 0.01 : isnan(bad->errors.now));
        assert_true(!told || fabs(bad->errors.usual.centre - 0.01) < 0.002);
        assert_int_equal(bad->errors.severity, told ? SEVERITY_CRITICAL : SEVERITY_UNKNOWN);
        assert_true(told ? calm->errors.now == 0 : isnan(calm->errors.now)); // it has no series
        world_finish(&w);
    }
}

// A rare tool fails always: of all calls that is a few per cent.
static void the_verdict_is_as_bad_as_the_worst_tool(void **state)
{
    (void)state;
    struct world w;
    const struct load calmly = {2, 0.3};
    world_init(&w, world_article);
    world_requests(&w, "retrieval", calmly, calmly);
    world_tool(&w, "pdf", 0.1, 0.1);
    world_tool(&w, "search", 2.2, 2.2);
    world_series(&w, w.plan.tool_errors, "tool_name", "pdf", 0.001, 0.1);
    const struct verdict *v = world_judge(&w);
    assert_int_equal(w.diagnosis.tool_errors.severity, SEVERITY_CRITICAL);
    assert_int_equal(tool(&w, "pdf")->errors.severity, SEVERITY_CRITICAL);
    assert_int_equal(v->signal, CLASS_ERRORS);
    assert_string_equal(w.diagnosis.tools[v->tool].name, "pdf"); // and not all of them
    assert_false(v->tools);
    assert_int_equal(v->severity, SEVERITY_CRITICAL);
    world_finish(&w);
}

static void a_new_tool_that_fails_is_an_incident(void **state)
{
    (void)state;
    static const struct {
        double calls, errors; // per second
        enum state state;
        enum severity severity;
        bool odd;
    } cases[] = {
        {0.4, 0.4, STATE_OK, SEVERITY_CRITICAL, false},
        {0.4, 0.3, STATE_OK, SEVERITY_CRITICAL, false},
        {0.4, 0.2, STATE_NO_BASELINE, SEVERITY_UNKNOWN, false}, // who knows whether it has to
        {0.4, 0, STATE_NO_BASELINE, SEVERITY_UNKNOWN, false},
        {0.03, 0.03, STATE_TOO_FEW, SEVERITY_UNKNOWN, true}, // 9 calls
        {0.03, 0, STATE_TOO_FEW, SEVERITY_UNKNOWN, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        const struct load calmly = {2, 0.3};
        world_init(&w, world_article);
        world_requests(&w, "retrieval", calmly, calmly);
        world_tool(&w, "search", 2, 2);
        world_tool(&w, "scan", NAN, cases[i].calls);
        world_series(&w, w.plan.tool_errors, "tool_name", "search", 0.02, 0.02);
        world_series(&w, w.plan.tool_errors, "tool_name", "scan", NAN, cases[i].errors);
        const struct verdict *v = world_judge(&w);
        const struct reading *r = &tool(&w, "scan")->errors;
        if (r->state != cases[i].state || r->severity != cases[i].severity ||
            r->odd != cases[i].odd) {
            fail_msg("case %zu: state %d, severity %d, odd %d", i, r->state, r->severity, r->odd);
        }
        if (r->severity == SEVERITY_CRITICAL) {
            assert_string_equal(w.diagnosis.tools[v->tool].name, "scan");
            assert_near(v->confidence, 0.5, 1e-9);
        }
        world_finish(&w);
    }
}

static void plans_may_have_no_tools(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, "window: 5m\nspan: 1h\nrefresh: 15s\nstages: [{name: a, latency: a_seconds}]\n");
    world_judge(&w);
    assert_int_equal(w.diagnosis.tools_count, 0);
    assert_int_equal(w.diagnosis.tool_errors.state, STATE_NO_DATA);
    world_finish(&w);
}

static const char timed[] = "window: 5m\nspan: 1h\nrefresh: 15s\n"
                            "baseline: {kind: auto, range: 7d}\n"
                            "stages: [{name: agent, latency: agent_seconds}]\n"
                            "tools: {calls: t_total, latency: t_seconds, label: tool_name}\n";

static void time_tool(struct world *w, const char *name, double rate, double usual, double now)
{
    world_series(w, w->plan.tool_calls, "tool_name", name, rate, rate);
    world_series(w, w->plan.tool_latency, "tool_name", name, usual, now);
}

static void judges_how_long_calls_take(void **state)
{
    (void)state;
    static const struct {
        double rate, usual, now;
        enum state state;
        enum severity severity;
    } cases[] = {
        {1, 0.4, 0.4, STATE_OK, SEVERITY_OK},
        {1, 0.4, 0.44, STATE_OK, SEVERITY_OK},
        {1, 0.4, 0.1, STATE_OK, SEVERITY_OK}, // faster is no harm
        {1, 0.4, 8, STATE_OK, SEVERITY_WARNING},
        {1, 0.002, 0.008, STATE_OK, SEVERITY_OK}, // nobody waits for that
        {0.01, 0.4, 8, STATE_TOO_FEW, SEVERITY_UNKNOWN},
        {1, NAN, 8, STATE_NO_BASELINE, SEVERITY_UNKNOWN},
        {1, 0.4, NAN, STATE_NO_DATA, SEVERITY_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, timed);
        world_requests(&w, "agent", (struct load){2, 3}, (struct load){2, 3});
        time_tool(&w, "fetch", cases[i].rate, cases[i].usual, cases[i].now);
        const struct verdict *v = world_judge(&w);
        const struct reading *r = &tool(&w, "fetch")->latency;
        if (r->state != cases[i].state || r->severity != cases[i].severity) {
            fail_msg("case %zu: state %d, severity %d", i, r->state, r->severity);
        }
        bool slow = cases[i].severity == SEVERITY_WARNING;
        assert_int_equal(v->tool, slow ? 0 : -1);
        assert_int_equal(v->signal, slow ? CLASS_LATENCY : CLASS_NONE);
        assert_int_equal(tool(&w, "fetch")->latency_onset.since_ms > 0, slow);
        world_finish(&w);
    }
}

// A question waits half a call of it: what that does not explain is somebody else's.
static void a_tool_that_makes_a_stage_slow_is_the_culprit(void **state)
{
    (void)state;
    static const struct {
        double now; // seconds, of usually 0.4
        bool blamed;
    } cases[] = {{4.4, true}, {3.4, true}, {0.8, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, timed); // means of 300 ms, and of 2.3 s
        world_requests(&w, "agent", (struct load){2, 0.9}, (struct load){2, 6.9});
        time_tool(&w, "fetch", 1, 0.4, cases[i].now);
        time_tool(&w, "grep", 1, 0.4, 0.4);
        const struct verdict *v = world_judge(&w);
        if ((v->tool >= 0) != cases[i].blamed) {
            fail_msg("case %zu: tool %d", i, v->tool);
        }
        assert_int_equal(v->stage, cases[i].blamed ? -1 : 0);
        assert_int_equal(v->severity, SEVERITY_CRITICAL);
        assert_int_equal(v->also_count, 1);
        assert_int_equal(v->also[0].stage, cases[i].blamed ? 0 : -1);
        world_finish(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judges_calls_per_question),
        cmocka_unit_test(unknown_is_said),
        cmocka_unit_test(a_new_tool_is_no_storm),
        cmocka_unit_test(refused_tools_are_not_known),
        cmocka_unit_test(questions_are_those_of_one_root),
        cmocka_unit_test(a_question_is_one_of_the_busiest_root),
        cmocka_unit_test(tools_without_a_name_and_too_many),
        cmocka_unit_test(the_busiest_are_kept),
        cmocka_unit_test(a_rare_tool_that_fails_is_kept),
        cmocka_unit_test(judges_their_errors),
        cmocka_unit_test(errors_are_known_by_tool_where_the_metric_tells),
        cmocka_unit_test(the_verdict_is_as_bad_as_the_worst_tool),
        cmocka_unit_test(a_new_tool_that_fails_is_an_incident),
        cmocka_unit_test(plans_may_have_no_tools),
        cmocka_unit_test(judges_how_long_calls_take),
        cmocka_unit_test(a_tool_that_makes_a_stage_slow_is_the_culprit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
