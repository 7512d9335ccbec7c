#include "diagnose/worst.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_stage_is_as_bad_as_its_worst_alarm(void **state)
{
    (void)state;
    static const struct {
        enum severity latency, errors, traffic, calls, fast, targets, pool, worst;
    } cases[] = {
        {SEVERITY_OK, SEVERITY_OK, SEVERITY_OK, SEVERITY_OK, SEVERITY_OK, SEVERITY_OK, SEVERITY_OK,
            SEVERITY_OK},
        {SEVERITY_OK, SEVERITY_UNKNOWN, SEVERITY_UNKNOWN, SEVERITY_UNKNOWN, SEVERITY_UNKNOWN,
            SEVERITY_OK, SEVERITY_UNKNOWN, SEVERITY_OK},
        {SEVERITY_UNKNOWN, SEVERITY_OK, SEVERITY_OK, SEVERITY_OK, SEVERITY_OK, SEVERITY_OK,
            SEVERITY_OK, SEVERITY_UNKNOWN},
        {SEVERITY_UNKNOWN, SEVERITY_WARNING, SEVERITY_OK, SEVERITY_OK, SEVERITY_OK, SEVERITY_OK,
            SEVERITY_OK, SEVERITY_WARNING},
        {SEVERITY_WARNING, SEVERITY_CRITICAL, SEVERITY_OK, SEVERITY_OK, SEVERITY_OK, SEVERITY_OK,
            SEVERITY_OK, SEVERITY_CRITICAL},
        {SEVERITY_OK, SEVERITY_OK, SEVERITY_CRITICAL, SEVERITY_OK, SEVERITY_OK, SEVERITY_OK,
            SEVERITY_OK, SEVERITY_CRITICAL},
        {SEVERITY_OK, SEVERITY_OK, SEVERITY_OK, SEVERITY_WARNING, SEVERITY_OK, SEVERITY_OK,
            SEVERITY_OK, SEVERITY_WARNING},
        {SEVERITY_OK, SEVERITY_OK, SEVERITY_OK, SEVERITY_OK, SEVERITY_OK, SEVERITY_OK,
            SEVERITY_WARNING, SEVERITY_WARNING},
        {SEVERITY_OK, SEVERITY_OK, SEVERITY_OK, SEVERITY_OK, SEVERITY_WARNING, SEVERITY_OK,
            SEVERITY_OK, SEVERITY_WARNING},
        {SEVERITY_OK, SEVERITY_OK, SEVERITY_OK, SEVERITY_OK, SEVERITY_OK, SEVERITY_CRITICAL,
            SEVERITY_OK, SEVERITY_CRITICAL},
        {SEVERITY_CRITICAL, SEVERITY_WARNING, SEVERITY_OK, SEVERITY_OK, SEVERITY_OK, SEVERITY_OK,
            SEVERITY_WARNING, SEVERITY_CRITICAL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stage_diagnosis stage = {.latency.severity = cases[i].latency,
            .errors.severity = cases[i].errors,
            .traffic.severity = cases[i].traffic,
            .calls.severity = cases[i].calls,
            .fast.severity = cases[i].fast,
            .targets.severity = cases[i].targets,
            .pool.severity = cases[i].pool};
        const struct diagnosis d = {.stages = &stage, .stages_count = 1};
        if (worst_of_stage(&d, 0) != cases[i].worst) {
            fail_msg("case %zu: %d", i, (int)worst_of_stage(&d, 0));
        }
    }
}

// Its own number has nothing to be compared with, and yet it explains what its parent rose by.
static void a_culprit_is_no_less_bad_than_the_verdict(void **state)
{
    (void)state;
    static const struct {
        enum severity latency, verdict;
        enum signal_class signal;
        int culprit, second;
        enum severity worst;
    } cases[] = {
        {SEVERITY_UNKNOWN, SEVERITY_CRITICAL, CLASS_LATENCY, 0, -1, SEVERITY_CRITICAL},
        {SEVERITY_UNKNOWN, SEVERITY_WARNING, CLASS_LATENCY, 1, 0, SEVERITY_WARNING},
        {SEVERITY_OK, SEVERITY_WARNING, CLASS_LATENCY, 0, -1, SEVERITY_WARNING},
        {SEVERITY_WARNING, SEVERITY_CRITICAL, CLASS_LATENCY, 0, -1, SEVERITY_WARNING},
        {SEVERITY_UNKNOWN, SEVERITY_CRITICAL, CLASS_LATENCY, 1, -1, SEVERITY_UNKNOWN},
        {SEVERITY_UNKNOWN, SEVERITY_UNKNOWN, CLASS_NONE, 0, -1, SEVERITY_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stage_diagnosis stages[] = {
            {.latency.severity = cases[i].latency}, {.latency.severity = SEVERITY_OK}};
        const struct diagnosis d = {.stages = stages,
            .stages_count = 2,
            .verdict = {.signal = cases[i].signal,
                .severity = cases[i].verdict,
                .stage = cases[i].culprit,
                .second = cases[i].second}};
        if (worst_of_stage(&d, 0) != cases[i].worst) {
            fail_msg("case %zu: %d", i, (int)worst_of_stage(&d, 0));
        }
    }
}

static void a_tool_is_as_bad_as_its_calls_or_their_errors(void **state)
{
    (void)state;
    struct tool_diagnosis d = {.calls.severity = SEVERITY_OK, .errors.severity = SEVERITY_UNKNOWN};
    assert_int_equal(worst_of_tool(&d), SEVERITY_OK);
    d.errors.severity = SEVERITY_CRITICAL;
    assert_int_equal(worst_of_tool(&d), SEVERITY_CRITICAL);
}

static void blame_orders_the_equally_bad_alone(void **state)
{
    (void)state;
    enum { BAD, BLAMED, LESS, CALM, STAGES };
    struct stage_diagnosis stages[STAGES] = {
        [BAD] = {.latency.severity = SEVERITY_CRITICAL, .blame = NAN},
        [BLAMED] = {.latency.severity = SEVERITY_WARNING, .blame = 0.9},
        [LESS] = {.latency.severity = SEVERITY_WARNING, .blame = 0.2},
        [CALM] = {.latency.severity = SEVERITY_OK, .blame = 7}};
    const struct diagnosis d = {.stages = stages, .stages_count = STAGES};
    for (int i = 0; i + 1 < STAGES; i++) {
        assert_true(worst_stage_rank(&d, i) > worst_stage_rank(&d, i + 1));
    }
    assert_true(worst_stage_rank(&d, CALM) == 0);
}

static void what_is_known_is_chosen_before_what_is_not(void **state)
{
    (void)state;
    const double ranks[] = {
        worst_choice_rank(SEVERITY_CRITICAL, true, STANDING_CULPRIT, NAN),
        worst_choice_rank(SEVERITY_CRITICAL, true, STANDING_ALSO, NAN),
        worst_choice_rank(SEVERITY_CRITICAL, true, STANDING_OTHER, 1),
        worst_choice_rank(SEVERITY_WARNING, true, STANDING_CULPRIT, NAN),
        worst_choice_rank(SEVERITY_WARNING, true, STANDING_OTHER, NAN),
        worst_choice_rank(SEVERITY_OK, true, STANDING_OTHER, 0.5),
        worst_choice_rank(SEVERITY_OK, true, STANDING_OTHER, NAN),
        worst_choice_rank(SEVERITY_UNKNOWN, false, STANDING_OTHER, NAN),
    };
    for (size_t i = 1; i < sizeof ranks / sizeof *ranks; i++) {
        if (!(ranks[i - 1] > ranks[i])) {
            fail_msg("%zu: %g, and then %g", i, ranks[i - 1], ranks[i]);
        }
    }
}

static void what_is_at_fault_stands_out(void **state)
{
    (void)state;
    struct verdict v = {.signal = CLASS_LATENCY, .stage = 1, .second = -1, .tool = -1};
    v.also[v.also_count++] =
        (struct fault){.signal = CLASS_ERRORS, .stage = 3, .second = -1, .tool = -1};
    v.also[v.also_count++] =
        (struct fault){.signal = CLASS_CALLS, .stage = -1, .second = -1, .tool = 2};
    assert_int_equal(worst_standing(&v, 1, -1), STANDING_CULPRIT);
    assert_int_equal(worst_standing(&v, 0, -1), STANDING_OTHER);
    assert_int_equal(worst_standing(&v, 3, -1), STANDING_ALSO);
    assert_int_equal(worst_standing(&v, -1, 2), STANDING_ALSO);
    assert_int_equal(worst_standing(&v, -1, 0), STANDING_OTHER);
    assert_int_equal(worst_standing(&v, -1, -1), STANDING_OTHER);
    v.tools = true;
    assert_int_equal(worst_standing(&v, -1, -1), STANDING_CULPRIT);
}

static void what_alarms_is_shown(void **state)
{
    (void)state;
    struct stage_diagnosis s = {.latency.severity = SEVERITY_WARNING};
    struct diagnosis d = {.stages = &s, .stages_count = 1, .verdict.stage = -1};
    assert_int_equal(worst_signal(&d, 0), CLASS_LATENCY);
    s.pool.severity = SEVERITY_WARNING;
    assert_int_equal(worst_signal(&d, 0), CLASS_LATENCY);
    s.errors.severity = SEVERITY_CRITICAL;
    assert_int_equal(worst_signal(&d, 0), CLASS_ERRORS);
    d.verdict = (struct verdict){.signal = CLASS_SATURATION, .stage = 0};
    assert_int_equal(worst_signal(&d, 0), CLASS_SATURATION);
    s = (struct stage_diagnosis){.pool.severity = SEVERITY_UNKNOWN};
    d.verdict = (struct verdict){.signal = CLASS_NONE};
    assert_int_equal(worst_signal(&d, 0), CLASS_LATENCY);
    struct tool_diagnosis t = {.errors.severity = SEVERITY_WARNING};
    assert_true(worst_tool_fails(&t));
    t.calls.severity = SEVERITY_WARNING;
    assert_false(worst_tool_fails(&t));
}

static void sources_are_ordered_by_their_verdicts(void **state)
{
    (void)state;
    static const struct verdict ordered[] = {
        {.condition = VERDICT_INCIDENT, .severity = SEVERITY_CRITICAL},
        {.condition = VERDICT_INCIDENT, .severity = SEVERITY_WARNING},
        {.condition = VERDICT_UNREACHABLE,
            .severity = SEVERITY_UNKNOWN,
            .signal = CLASS_LATENCY}, // it was bad before
        {.condition = VERDICT_UNREACHABLE, .severity = SEVERITY_UNKNOWN},
        {.condition = VERDICT_ASKING, .severity = SEVERITY_UNKNOWN},
        {.condition = VERDICT_OK, .severity = SEVERITY_OK},
    };
    for (size_t i = 1; i < sizeof ordered / sizeof *ordered; i++) {
        if (!(worst_verdict_rank(&ordered[i - 1]) > worst_verdict_rank(&ordered[i]))) {
            fail_msg("%zu is not better than the one before", i);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_culprit_is_no_less_bad_than_the_verdict),
        cmocka_unit_test(a_stage_is_as_bad_as_its_worst_alarm),
        cmocka_unit_test(a_tool_is_as_bad_as_its_calls_or_their_errors),
        cmocka_unit_test(blame_orders_the_equally_bad_alone),
        cmocka_unit_test(what_is_known_is_chosen_before_what_is_not),
        cmocka_unit_test(what_is_at_fault_stands_out),
        cmocka_unit_test(what_alarms_is_shown),
        cmocka_unit_test(sources_are_ordered_by_their_verdicts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
