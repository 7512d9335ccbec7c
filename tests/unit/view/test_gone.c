#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "diagnose/worst.h"
#include "unit/world.h"

static void begin(struct world *w)
{
    world_init(w, world_article);
    world_calm(w);
    world_served_by(w, "retrieval", "agent", "agent");
    world_served_by(w, "vector_db", "db", "db");
    world_served_by(w, "generation", "agent", "agent");
}

static const struct evidence *find(const struct world *w, enum evidence_kind kind)
{
    const struct verdict *v = &w->diagnosis.verdict;
    for (size_t i = 0; i < v->evidence_count; i++) {
        if (v->evidence[i].kind == kind) {
            return &v->evidence[i];
        }
    }
    return NULL;
}

static void targets_that_are_down_are_a_warning(void **state)
{
    (void)state;
    static const struct {
        double listed, down;
        enum severity severity;
        bool all;
    } cases[] = {
        {6, 0, SEVERITY_OK, false}, {6, 1, SEVERITY_WARNING, false},
        {6, 5, SEVERITY_WARNING, false}, {6, 6, SEVERITY_CRITICAL, true},
        {1, 1, SEVERITY_CRITICAL, true},
        {2, 0, SEVERITY_OK, false}, // as after a scale-down: the others are not listed
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        begin(&w);
        world_targets(&w, "agent", cases[i].listed, 0, cases[i].down);
        world_targets(&w, "db", 1, 0, 0);
        const struct verdict *v = world_judge(&w);
        const struct stage_diagnosis *s = world_of(&w, "retrieval");
        assert_int_equal(s->targets.severity, cases[i].severity);
        assert_int_equal(s->gone.all, cases[i].all);
        assert_int_equal(v->severity, cases[i].severity);
        assert_int_equal(v->signal, cases[i].down > 0 ? CLASS_TARGETS : CLASS_NONE);
        assert_int_equal(world_of(&w, "vector_db")->targets.severity, SEVERITY_OK);
        if (cases[i].down > 0) {
            assert_int_equal(v->stage, world_stage(&w, "retrieval"));
            assert_int_equal(v->also_count, 0); // generation has the same job
            const struct evidence *e = find(&w, EVIDENCE_TARGETS);
            if (!e) {
                fail_msg("no evidence of %g that are down", (double)cases[i].down);
                return;
            }
            assert_string_equal(e->name, "agent");
            assert_true(e->a == cases[i].down);
        }
        world_finish(&w);
    }
}

// What fails only since its part is down comes of that.
static void a_part_that_is_down_leads_over_what_it_takes_down(void **state)
{
    (void)state;
    static const struct {
        const char *what, *job;
        double listed, usual, now;
        bool leads;
        double ends_min, fails_min; // so long ago; it is gone since a window before its data end
    } cases[] = {
        {"its only target", "db", 1, 0, 1, true, 10, 10},
        {"all of its targets", "db", 3, 0, 3, true, 10, 10},
        {"some of them", "db", 3, 0, 2, false, 10, 10},
        {"down for hours", "db", 1, 1, 1, false, 10, 10},
        {"no part of it", "model", 1, 0, 1, false, 10, 10},
        {"a quarter of an hour before", "db", 1, 0, 1, true, 40, 30.25},
        {"longer before", "db", 1, 0, 1, false, 40, 29.75},
        {"half a window after", "db", 1, 0, 1, true, 10, 17.25},
        {"later than that", "db", 1, 0, 1, false, 10, 17.75},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, world_article);
        const struct load calm = {2, 0.3}, gone = {NAN, NAN};
        bool db = strcmp(cases[i].job, "db") == 0;
        world_requests(&w, "retrieval", calm, calm);
        w.onset_ms = (int64_t)(cases[i].ends_min * 60000);
        world_requests(&w, "vector_db", calm, db ? gone : calm);
        world_requests(&w, "generation", calm, db ? calm : gone);
        world_served_by(&w, "vector_db", "db", NULL);
        world_served_by(&w, "generation", "model", NULL);
        world_targets(&w, cases[i].job, cases[i].listed, cases[i].usual, cases[i].now);
        w.onset_ms = (int64_t)(cases[i].fails_min * 60000);
        world_errors(&w, "retrieval", 0.004, 0.8);
        const struct verdict *v = world_judge(&w);
        if ((v->signal == CLASS_TARGETS) != cases[i].leads ||
            v->stage != world_stage(&w, cases[i].leads ? "vector_db" : "retrieval")) {
            fail_msg("%s: signal %d of stage %d", cases[i].what, v->signal, v->stage);
        }
        assert_int_equal(v->severity, SEVERITY_CRITICAL);
        assert_int_equal(v->also_count, 1);
        world_finish(&w);
    }
}

static void another_job_that_serves_as_well_makes_it_less(void **state)
{
    (void)state;
    struct world w;
    begin(&w);
    world_served_by(&w, "retrieval", "agent-eu", NULL);
    world_targets(&w, "agent", 2, 0, 2);
    world_targets(&w, "agent-eu", 2, 0, 0);
    world_judge(&w);
    assert_int_equal(world_of(&w, "retrieval")->targets.severity, SEVERITY_WARNING);
    assert_int_equal(world_of(&w, "generation")->targets.severity, SEVERITY_CRITICAL);
    world_finish(&w);
}

static void replicas_that_are_missing_are_a_warning(void **state)
{
    (void)state;
    for (int available = 1; available <= 3; available++) {
        struct world w;
        begin(&w);
        world_replicas(&w, "agent", 3, available);
        const struct verdict *v = world_judge(&w);
        assert_int_equal(v->signal, available < 3 ? CLASS_TARGETS : CLASS_NONE);
        assert_int_equal(v->severity, available < 3 ? SEVERITY_WARNING : SEVERITY_OK);
        if (available < 3) {
            assert_string_equal(world_of(&w, "retrieval")->gone.workload, "agent");
            assert_null(world_of(&w, "vector_db")->gone.workload);
        }
        world_finish(&w);
    }
}

static void it_is_known_since_when(void **state)
{
    (void)state;
    struct world w;
    begin(&w);
    world_targets(&w, "agent", 6, 0, 2);
    world_judge(&w);
    struct onset onset = world_of(&w, "retrieval")->gone.onset;
    // each moment tells of the three minutes before
    int64_t first =
        WORLD_NOW_MS - WORLD_ONSET_MS + scope_grid(&w.scope, &w.plan).step_ms - PLAN_DOWN_MS;
    assert_int_equal(onset.since_ms, first);
    assert_int_equal(onset.before_ms, 0);
    world_finish(&w);

    begin(&w);
    world_targets(&w, "agent", 6, 2, 2);
    world_judge(&w);
    onset = world_of(&w, "retrieval")->gone.onset;
    assert_int_equal(onset.since_ms, 0);
    assert_true(onset.before_ms > 0 && onset.before_ms <= WORLD_NOW_MS - w.scope.span_ms + 60000);
    world_finish(&w);
}

static void what_is_worse_goes_first_and_they_are_named_besides(void **state)
{
    (void)state;
    struct world w;
    begin(&w);
    world_requests(&w, "generation", (struct load){2, 0.55}, (struct load){2, 1.1});
    world_targets(&w, "agent", 6, 0, 2);
    const struct verdict *v = world_judge(&w);
    assert_int_equal(v->signal, CLASS_LATENCY);
    assert_int_equal(v->also_count, 1);
    assert_int_equal(v->also[0].signal, CLASS_TARGETS);
    assert_non_null(find(&w, EVIDENCE_TARGETS));
    struct str s;
    const struct words words = world_words(&w);
    str_init(&s);
    words_add_summary(&s, &words);
    assert_non_null(
        strstr(s.text, "Also: 2 of 6 targets of job \"agent\" have not answered since 08:4"));
    str_finish(&s);
    world_finish(&w);
}

static void check_summary(struct world *w, const char *wanted)
{
    struct str s;
    const struct words words = world_words(w);
    str_init(&s);
    words_add_summary(&s, &words);
    if (!strstr(s.text, wanted)) {
        fail_msg("'%s' is not in '%s'", wanted, s.text);
    }
    str_finish(&s);
}

// The latencies have ended, and why is said only as far as targets tell.
static void only_targets_say_that_somebody_is_gone(void **state)
{
    (void)state;
    static const struct {
        double listed, down; // of the job; listed 0: none any more
        const char *said;
    } cases[] = {
        {2, 2, "No data since 08:45: none of the 2 targets of job \"agent\" answers (up = 0)."},
        {1, 1, "No data since 08:45: the target of job \"agent\" does not answer (up = 0)."},
        {2, 1, "No data since 08:45: samples no longer arrive."},
        {2, 0, "No data since 08:45: samples no longer arrive."},
        {0, 0, "No data since 08:45: Prometheus no longer lists any target of its job."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(
            &w, "window: 5m\nrefresh: 15s\nspan: 1h\nstages: [{name: a, latency: a_seconds}]");
        world_requests(&w, "a", (struct load){2, 0.3}, (struct load){NAN, NAN});
        world_served_by(&w, "a", "agent", NULL);
        world_targets(&w, "other", 3, 0, 0);
        if (cases[i].listed > 0) {
            world_targets(&w, "agent", cases[i].listed, 0, cases[i].down);
        }
        const struct verdict *v = world_judge(&w);
        assert_int_equal(v->condition, VERDICT_NO_DATA);
        check_summary(&w, cases[i].said);
        const struct stage_diagnosis *a = world_of(&w, "a");
        assert_true(worst_of_stage(&w.diagnosis, world_stage(&w, "a")) <
                    SEVERITY_WARNING); // no row is worse than the verdict
        if (a->gone.all) {             // and the end has one moment
            assert_int_equal(a->gone.onset.since_ms, a->last_ms);
        }
        world_finish(&w);
    }
}

// What is said of several alike is said once.
static void stages_without_data_share_a_sentence(void **state)
{
    (void)state;
    const struct load gone = {NAN, NAN};
    struct world w;
    world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\nstages: [{name: a, latency: a_seconds}, "
                   "{name: b, latency: b_seconds}, {name: c, latency: c_seconds}, "
                   "{name: d, latency: d_seconds}]");
    world_requests(&w, "a", (struct load){2, 0.3}, (struct load){2, 0.3});
    world_requests(&w, "b", (struct load){2, 0.3}, gone);
    world_requests(&w, "c", gone, gone);
    world_requests(&w, "d", (struct load){2, 0.3}, gone);
    assert_int_equal(world_judge(&w)->condition, VERDICT_NO_DATA);
    check_summary(&w, "B and d have had no data since 08:45.");
    world_finish(&w);
    world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\nstages: [{name: a, latency: a_seconds}, "
                   "{name: b, latency: b_seconds}, {name: c, latency: c_seconds}]");
    world_requests(&w, "a", (struct load){2, 0.3}, (struct load){2, 0.3});
    world_requests(&w, "b", gone, gone);
    world_requests(&w, "c", gone, gone);
    world_judge(&w);
    check_summary(&w, "B and c have no data.");
    world_finish(&w);
}

// The latency of what has lost some of its targets is as usual: the targets are what to look at.
static void what_to_look_at_next_is_what_is_wrong(void **state)
{
    (void)state;
    struct world w;
    begin(&w);
    world_targets(&w, "agent", 6, 0, 2);
    assert_int_equal(world_judge(&w)->signal, CLASS_TARGETS);
    const struct words words = world_words(&w);
    struct words_step step;
    assert_true(words_next(&step, &words, 0));
    assert_string_equal(step.what, "which targets are down");
    assert_false(words_next(&step, &words, 1));
    world_finish(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets_that_are_down_are_a_warning),
        cmocka_unit_test(a_part_that_is_down_leads_over_what_it_takes_down),
        cmocka_unit_test(another_job_that_serves_as_well_makes_it_less),
        cmocka_unit_test(replicas_that_are_missing_are_a_warning),
        cmocka_unit_test(it_is_known_since_when),
        cmocka_unit_test(what_is_worse_goes_first_and_they_are_named_besides),
        cmocka_unit_test(only_targets_say_that_somebody_is_gone),
        cmocka_unit_test(stages_without_data_share_a_sentence),
        cmocka_unit_test(what_to_look_at_next_is_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
