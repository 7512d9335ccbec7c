#include "diagnose/fault.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "unit/near.h"
#include "unit/world.h"

static const char serving[] = "window: 5m\n"
                              "refresh: 15s\n"
                              "span: 1h\n"
                              "stages:\n"
                              "  - name: llm\n"
                              "    latency: llm_seconds\n"
                              "    errors: llm_errors_total\n"
                              "    saturation: [{name: waiting, used: llm_waiting}]\n"
                              "  - {name: search, latency: search_seconds}\n";

static void wait_for(struct world *w, const char *stage, double usual, double now)
{
    int stage_index = world_stage(w, stage);
    world_series(w, w->plan.stages[stage_index].saturation_first, "part", "used", usual, now);
}

// 600 requests are usual in the window. Of 6.93 the chance of none is below a thousandth, of 6.88
// it is not.
static void silence_needs_work_and_no_chance(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        double usual, now, waits_usual, waits;
        bool alarms;
    } cases[] = {
        {"a hung model", 2, 0, 0, 300, true},
        {"nobody asks", 2, 0, 0, 0, false},
        {"nobody waits", 2, 0, 0, 0.9, false},
        {"one waits, and nothing completes", 2, 0, 0, 1.1, true},
        {"as many as ever, and nothing completes", 2, 0, 20, 20.5, false},
        {"fewer than a queue", 2, 0.06, 0, 4, false},
        {"just a queue", 2, 0.06, 0, 5, true},
        {"a queue as ever", 2, 0.06, 20, 34, false},
        {"a longer one", 2, 0.06, 20, 35.5, true},
        {"too few to tell", 6.88 / 300, 0, 0, 300, false},
        {"just enough", 6.93 / 300, 0, 0, 300, true},
        {"half of it comes through", 2, 1, 0, 300, false},
        {"less than half", 2, 0.98, 0, 300, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, serving);
        world_requests(
            &w, "llm", (struct load){cases[i].usual, 0.3}, (struct load){cases[i].now, 0.3});
        wait_for(&w, "llm", cases[i].waits_usual, cases[i].waits);
        const struct verdict *v = world_judge(&w);
        if ((v->signal == CLASS_TRAFFIC) != cases[i].alarms ||
            (cases[i].alarms && (v->stage != 0 || v->severity != SEVERITY_CRITICAL))) {
            fail_msg("%s: signal %d, severity %d", cases[i].what, v->signal, v->severity);
        }
        if (cases[i].alarms && i == 0) { // a rate is halfway down after half a window
            assert_int_equal(world_of(&w, "llm")->stopped.since_ms,
                WORLD_NOW_MS - WORLD_ONSET_MS + scope_grid(&w.scope, &w.plan).step_ms -
                    w.plan.window_ms / 2);
        }
        world_finish(&w);
    }
}

static void failures_that_nobody_times_are_failures(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, serving);
    world_requests(&w, "llm", (struct load){2, 0.3}, (struct load){0, 0.3});
    world_errors(&w, "llm", 0.002, 8);
    const struct verdict *v = world_judge(&w);
    assert_int_equal(v->condition, VERDICT_INCIDENT);
    assert_int_equal(v->signal, CLASS_ERRORS);
    assert_near(world_of(&w, "llm")->errors.now, 1, 1e-9);
    world_finish(&w);
}

// Too few to alarm by themselves, and all that there is.
static void few_failures_and_nothing_else(void **state)
{
    (void)state;
    static const struct {
        double completed, failed;
        bool alarms;
    } cases[] = {{0, 6, true}, {0, 1, false}, {0, 0, false}, {3, 6, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, serving);
        world_requests(
            &w, "llm", (struct load){2, 0.3}, (struct load){cases[i].completed / 300, 0.3});
        world_errors(&w, "llm", 0.002, cases[i].failed / 300);
        const struct verdict *v = world_judge(&w);
        if ((v->signal == CLASS_TRAFFIC) != cases[i].alarms) {
            fail_msg("case %zu: signal %d, errors %g, odd %d", i, v->signal,
                world_of(&w, "llm")->errors.now, world_of(&w, "llm")->errors.odd);
        }
        world_finish(&w);
    }
}

// A root that has less than half of its usual requests, while another one has as many as ever.
static void calls_per_question_that_fall(void **state)
{
    (void)state;
    static const struct {
        double search, llm_usual, llm;
        bool alarms;
    } cases[] = {
        {2, 2, 1.02, false}, {2, 2, 0.98, true}, {2, 2, 0.2, true},
        {2, 0.8, 0.41, false},                            // usually for 40 % of them
        {2, 0.8, 0.35, true}, {0.06, 0.06, 0.029, false}, // 18 questions are too few
        {0.02, 2, 0.02, false}, // all of it is less: no questions, and as many calls for each
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, serving);
        double usual = cases[i].search < 0.05 ? 2 : cases[i].search;
        world_requests(
            &w, "search", (struct load){usual, 0.3}, (struct load){cases[i].search, 0.3});
        world_requests(
            &w, "llm", (struct load){cases[i].llm_usual, 0.3}, (struct load){cases[i].llm, 0.3});
        const struct verdict *v = world_judge(&w);
        bool alarms = v->signal == CLASS_CALLS && v->stage == world_stage(&w, "llm");
        if (alarms != cases[i].alarms) {
            fail_msg("case %zu: signal %d of stage %d", i, v->signal, v->stage);
        }
        world_finish(&w);
    }
}

static const char steps[] = "window: 5m\nrefresh: 15s\nspan: 1h\n"
                            "stages:\n"
                            "  - {name: ask, latency: ask_seconds}\n"
                            "  - {name: pull, latency: pull_seconds}\n"
                            "  - {name: pen, latency: pen_seconds}\n";

// Nothing calls them for a question: one that becomes busier makes none of the others less busy.
static void roots_are_held_against_the_others(void **state)
{
    (void)state;
    static const struct {
        double ask, pull, pen; // per second; usually 4, 8, 4
        bool by_label;
        const char *first, *second; // that have stopped
    } cases[] = {
        {4, 40, 4, false, NULL, NULL}, {4, 40, 4, true, NULL, NULL}, {4, 0, 4, true, "pull", NULL},
        {0.4, 0, 4, true, "pull", "ask"}, {0.4, 0, 4, false, "pull", "ask"},
        {4, 3, 4, true, NULL, NULL}, {4, 3, 4, false, "pull", NULL}, {1, 2, 1, false, NULL, NULL},
        {0.04, 0.08, 0.04, true, NULL, NULL}, // all alike
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, steps);
        for (size_t k = 0; k < w.plan.stages_count; k++) {
            w.plan.stages[k].by_label = cases[i].by_label;
        }
        world_requests(&w, "ask", (struct load){4, 0.3}, (struct load){cases[i].ask, 0.3});
        world_requests(&w, "pull", (struct load){8, 0.3}, (struct load){cases[i].pull, 0.3});
        world_requests(&w, "pen", (struct load){4, 0.3}, (struct load){cases[i].pen, 0.3});
        const struct verdict *v = world_judge(&w);
        int first = cases[i].first ? world_stage(&w, cases[i].first) : -1;
        int second = v->also_count > 0 ? v->also[0].stage : -1;
        if (v->stage != first || (first >= 0 && v->signal != CLASS_CALLS) ||
            second != (cases[i].second ? world_stage(&w, cases[i].second) : -1)) {
            fail_msg("case %zu: signal %d of stage %d, and %d", i, v->signal, v->stage, second);
        }
        world_finish(&w);
    }
}

static const char levels[] = "window: 5m\n"
                             "refresh: 15s\n"
                             "span: 1h\n"
                             "stages:\n"
                             "  - name: app\n"
                             "    latency: app_seconds\n"
                             "    errors: app_errors_total\n"
                             "    children:\n"
                             "      - name: search\n"
                             "        latency: search_seconds\n"
                             "        errors: search_errors_total\n"
                             "        children:\n"
                             "          - name: db\n"
                             "            latency: db_seconds\n"
                             "            errors: db_errors_total\n";

static const char gate[] = "window: 5m\nrefresh: 15s\nspan: 1h\n"
                           "stages:\n"
                           "  - name: gate\n"
                           "    latency: gate_seconds\n"
                           "    errors: gate_errors_total\n"
                           "    children: [{name: look, latency: look_seconds}]\n";

static double said_to_be_called(const struct verdict *v, int stage)
{
    for (size_t i = 0; i < v->evidence_count; i++) {
        if (v->evidence[i].kind == EVIDENCE_CALLED && v->evidence[i].stage == stage) {
            return v->evidence[i].a;
        }
    }
    return NAN;
}

// Of a part it is worth a mention, and a warning where its parent is slower or fails more than
// those that fail before they get there explain.
static void calls_of_a_part_that_fall(void **state)
{
    (void)state;
    static const struct {
        double usual, now, slow, failing;
        bool mentioned, warns;
    } cases[] = {
        {2, 0.98, 0.3, 0, true, false}, {2, 1.02, 0.3, 0, false, false},
        {2, 0.98, 1.8, 0, true, true}, {2, 1.02, 1.8, 0, false, false},
        {6, 2.9, 1.8, 0, true, true}, // three times for each, usually
        {2, 0.9, 0.3, 0.5, false, false}, {2, 0.7, 0.3, 0.5, true, true},
        {0.02, 0.009, 1.8, 0, false, false}, // seldom called, and by chance
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, gate);
        world_requests(&w, "gate", (struct load){2, 0.3}, (struct load){2, cases[i].slow});
        world_requests(
            &w, "look", (struct load){cases[i].usual, 0.1}, (struct load){cases[i].now, 0.1});
        world_errors(&w, "gate", 0, cases[i].failing);
        const struct verdict *v = world_judge(&w);
        int look = world_stage(&w, "look");
        bool warns = v->also_count == 1 && v->also[0].signal == CLASS_CALLS &&
                     v->also[0].stage == look && v->also[0].severity == SEVERITY_WARNING;
        bool mentioned = fabs(said_to_be_called(v, look) - cases[i].now / 2) < 1e-3;
        if (warns != cases[i].warns || mentioned != cases[i].mentioned ||
            (world_of(&w, "look")->calls.severity == SEVERITY_WARNING) != cases[i].warns) {
            fail_msg("case %zu: mentioned %d, warns %d", i, mentioned, warns);
        }
        assert_true(isnan(said_to_be_called(v, look)) == !cases[i].mentioned);
        assert_true(v->severity == SEVERITY_OK || cases[i].slow > 1 || cases[i].failing > 0);
        world_finish(&w);
    }
}

// Of two calls per second one in four completes and is timed; the others fail, and are not.
static void failures_that_nobody_times_are_calls(void **state)
{
    (void)state;
    for (int failing = 0; failing < 2; failing++) {
        struct world w;
        world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\n"
                       "stages:\n"
                       "  - name: gate\n"
                       "    latency: gate_seconds\n"
                       "    children: [{name: look, latency: look_seconds, errors: look_bad}]\n");
        world_requests(&w, "gate", (struct load){2, 0.3}, (struct load){2, 1.8});
        world_requests(&w, "look", (struct load){2, 0.1}, (struct load){0.5, 0.1});
        world_errors(&w, "look", 0, failing ? 1.5 : 0);
        const struct verdict *v = world_judge(&w);
        assert_int_equal(isnan(said_to_be_called(v, world_stage(&w, "look"))), failing);
        assert_int_equal(world_of(&w, "look")->calls.severity >= SEVERITY_WARNING, !failing);
        world_finish(&w);
    }
}

// The root fails, and a part of it answers as if it had nothing to do: that may be why.
static void what_answers_empty_beside_errors(void **state)
{
    (void)state;
    static const struct {
        const char *failing;
        bool named;
    } cases[] = {{"app", true}, {"search", true}, {"db", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, levels);
        const char *const stages[] = {"app", "search", "db"};
        for (size_t k = 0; k < 3; k++) {
            bool db = k == 2;
            world_requests(&w, stages[k], (struct load){2, 0.9 - 0.2 * (double)k},
                (struct load){2, db ? 0.012 : 0.9 - 0.2 * (double)k});
            bool fails = strcmp(stages[k], cases[i].failing) == 0;
            world_errors(&w, stages[k], 0, fails ? 0.6 : 0);
        }
        const struct verdict *v = world_judge(&w);
        bool named = false;
        for (size_t k = 0; k < v->also_count; k++) {
            named = named ||
                    (v->also[k].signal == CLASS_FAST && v->also[k].stage == world_stage(&w, "db"));
        }
        assert_int_equal(v->signal, CLASS_ERRORS);
        if (named != cases[i].named) {
            fail_msg("%s fails: named %d", cases[i].failing, named);
        }
        world_finish(&w);
    }
}

// What is called too often is as fast as ever; its caller tells how sure and how bad that is.
static void calls_of_a_part_that_rise(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, gate);
    world_requests(&w, "gate", (struct load){2, 0.3}, (struct load){2, 1.8});
    world_requests(&w, "look", (struct load){2, 0.25}, (struct load){12, 0.25});
    const struct verdict *v = world_judge(&w);
    const struct reading *calls = &world_of(&w, "look")->calls;
    assert_int_equal(v->signal, CLASS_CALLS);
    assert_int_equal(v->stage, world_stage(&w, "look"));
    assert_int_equal(calls->severity, SEVERITY_CRITICAL);
    assert_int_equal(v->also_count, 0);
    assert_true(v->confidence > 0.8);
    assert_near(said_to_be_called(v, v->stage), 6, 0.01);
    for (size_t i = 0; i < v->evidence_count; i++) { // its latency speaks for nothing
        assert_false(v->evidence[i].kind == EVIDENCE_DEVIATION && v->evidence[i].stage == v->stage);
    }
    world_finish(&w);
}

/** Shares of the requests above 0.1 s and above 5 s; 6 % are above 1 s. */
struct middle {
    double above, far, mean;
};

static void fill_middle(struct world *w, struct middle usual, struct middle now)
{
    int signal = w->plan.stages[0].latency_signal;
    world_series(w, signal, "le", "0.1", 10 * (1 - usual.above), 10 * (1 - now.above));
    world_series(w, signal, "le", "1", 9.4, 9.4);
    world_series(w, signal, "le", "5", 10 * (1 - usual.far), 10 * (1 - now.far));
    world_series(w, signal, "le", "30", 10, 10);
    world_series(w, signal, "le", "+Inf", 10, 10);
    world_series(w, signal, "part", "sum", 10 * usual.mean, 10 * now.mean);
}

// The slowest twentieth is as ever, and many more than usual are slow.
static void more_than_usual_beyond_a_bound(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        struct middle usual, now;
        enum severity severity;
    } cases[] = {
        {"twice as many", {0.10, 0.02, 0.4}, {0.205, 0.02, 0.5}, SEVERITY_WARNING},
        {"not twice", {0.10, 0.02, 0.4}, {0.195, 0.02, 0.5}, SEVERITY_OK},
        {"twice, and not 5 points", {0.10, 0.01, 0.4}, {0.10, 0.03, 0.5}, SEVERITY_OK},
        {"the mean denies it", {0.10, 0.02, 0.4}, {0.205, 0.02, 0.45}, SEVERITY_OK},
        {"the mean is three times as long", {0.10, 0.02, 0.4}, {0.6, 0.02, 1.21},
            SEVERITY_CRITICAL},
        {"the P95 is 1.9 times, the mean 2.9", {0.12, 0.02, 0.4}, {0.7, 0.047, 1.16},
            SEVERITY_WARNING},
        {"the P95 is 2.2 times, the mean 3.1", {0.12, 0.02, 0.4}, {0.7, 0.0482, 1.24},
            SEVERITY_WARNING},
        {"the P95 is 1.9 times, the mean 3.1", {0.12, 0.02, 0.4}, {0.7, 0.047, 1.24},
            SEVERITY_CRITICAL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\n"
                       "stages: [{name: a, latency: a_seconds}]\n");
        fill_middle(&w, cases[i].usual, cases[i].now);
        world_judge(&w);
        const struct stage_diagnosis *d = world_of(&w, "a");
        if (d->latency.severity != cases[i].severity) {
            fail_msg("%s: severity %d, statistic %d, P95 %g, usually %g", cases[i].what,
                d->latency.severity, d->statistic, d->latency.now, d->latency.usual.centre);
        }
        if (d->statistic == STATISTIC_SHARE) {
            assert_near(d->share.now, cases[i].now.above, 0.001);
            assert_near(d->share.usual.centre, cases[i].usual.above, 0.002);
            assert_near(d->share_bound, 0.1, 1e-9);
        }
        assert_int_equal(d->statistic == STATISTIC_SHARE, i == 0 || i == 7);
        world_finish(&w);
    }
}

// Fifty minutes of calm before the step, and no history.
static void a_young_service_warns_from_three_times(void **state)
{
    (void)state;
    static const struct {
        double now;
        enum severity severity;
    } cases[] = {{0.3, SEVERITY_OK}, {0.85, SEVERITY_UNKNOWN}, {0.95, SEVERITY_WARNING},
        {6, SEVERITY_WARNING}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, world_article);
        w.days = 0;
        w.has_recent = false;
        world_requests(&w, "generation", (struct load){2, 0.3}, (struct load){2, cases[i].now});
        const struct verdict *v = world_judge(&w);
        const struct reading *r = &world_of(&w, "generation")->latency;
        assert_int_equal(r->usual.kind, USUAL_SPAN);
        if (r->severity != cases[i].severity) {
            fail_msg("%g s: severity %d, %g times", cases[i].now, r->severity, r->ratio);
        }
        assert_true(v->confidence <= 0.5 || v->condition != VERDICT_INCIDENT);
        world_finish(&w);
    }
}

// The span is the usual, and holds the first minutes of the errors: they are no habit of it.
static void a_young_service_that_fails(void **state)
{
    (void)state;
    static const struct {
        double errors; // per second, of 2 requests; usually 0.02
        enum severity severity;
    } cases[] = {{0.02, SEVERITY_OK}, {0.6, SEVERITY_WARNING},
        {1.9, SEVERITY_CRITICAL}}; // most of them, which needs no usual
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, world_article);
        w.days = 0;
        w.has_recent = false;
        world_calm(&w);
        world_errors(&w, "generation", 0.02, cases[i].errors);
        world_judge(&w);
        const struct reading *r = &world_of(&w, "generation")->errors;
        assert_int_equal(r->usual.kind, USUAL_SPAN);
        if (r->severity != cases[i].severity) {
            fail_msg("%g/s: severity %d, usual %g", cases[i].errors, r->severity, r->usual.centre);
        }
        world_finish(&w);
    }
}

// How a span began counts, where the incident fills more of it than the calm before.
static void a_young_service_is_wrong_for_longer_than_it_was_well(void **state)
{
    (void)state;
    for (int minutes = 10; minutes <= 40; minutes += 10) {
        struct world w;
        world_init(&w, world_article);
        w.days = 0;
        w.has_recent = false;
        w.onset_ms = minutes * 60 * 1000;
        world_calm(&w);
        world_errors(&w, "generation", 0.02, 0.6);
        world_requests(&w, "vector_db", (struct load){2, 0.3}, (struct load){2, 1.8});
        world_judge(&w);
        const struct reading *errors = &world_of(&w, "generation")->errors;
        const struct reading *latency = &world_of(&w, "vector_db")->latency;
        assert_int_equal(errors->severity, SEVERITY_WARNING);
        assert_int_equal(latency->severity, SEVERITY_WARNING);
        assert_near(errors->usual.centre, 0.01, 0.002);
        assert_near(latency->usual.centre, 0.3, 0.02);
        assert_true((latency->usual.start_ms > 0) == (minutes > 30));
        world_finish(&w);
    }
}

static const char *culprit(const struct world *w)
{
    int stage = w->diagnosis.verdict.stage;
    return stage >= 0 ? w->plan.stages[stage].name : "";
}

// The deepest stage that errs with at least 60 % of what its parent does beyond usual.
static void errors_descend(void **state)
{
    (void)state;
    static const struct {
        double app, search, db;
        const char *culprit, *also; // parts that fail too little to explain it
    } cases[] = {{0.5, 0.5, 0.5, "db", NULL}, {0.5, 0.5, 0.31, "db", NULL},
        {0.5, 0.5, 0.29, "search", "db"}, {0.5, 0.29, 0.29, "app", "db"}, {0.5, 0, 0, "app", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, levels);
        const struct load usual = {2, 0.3};
        world_requests(&w, "app", usual, usual);
        world_requests(&w, "search", usual, usual);
        world_requests(&w, "db", usual, usual);
        world_errors(&w, "app", 0.001, cases[i].app);
        world_errors(&w, "search", 0, cases[i].search);
        world_errors(&w, "db", 0, cases[i].db);
        world_judge(&w);
        assert_string_equal(culprit(&w), cases[i].culprit);
        const struct verdict *v = &w.diagnosis.verdict;
        assert_int_equal(v->also_count, cases[i].also != NULL);
        assert_true(!cases[i].also || v->also[0].stage == world_stage(&w, cases[i].also));
        world_finish(&w);
    }
}

// Gauges have no sums: the largest rise counts, from 30 % of its parent's on.
static void blame_without_sums(void **state)
{
    (void)state;
    static const struct {
        double search, db;
        const char *culprit;
    } cases[] = {{1.7, 1.6, "db"}, {1.7, 0.75, "db"}, {1.7, 0.65, "search"}, {0.3, 0.2, "app"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, levels);
        for (int k = 0; k < 3; k++) {
            w.plan.stages[k].kind = LATENCY_VALUE;
        }
        world_requests(&w, "app", (struct load){2, 0.4}, (struct load){2, 1.9});
        world_requests(&w, "search", (struct load){2, 0.3}, (struct load){2, cases[i].search});
        world_requests(&w, "db", (struct load){2, 0.25}, (struct load){2, cases[i].db});
        world_judge(&w);
        assert_string_equal(culprit(&w), cases[i].culprit);
        world_finish(&w);
    }
}

static const char gauges[] = "stages:\n"
                             "  - name: front\n"
                             "    latency: front_seconds\n"
                             "    children:\n"
                             "      - {name: alpha, latency: alpha_seconds}\n"
                             "      - {name: beta, latency: beta_seconds}\n"
                             "      - {name: gamma, latency: gamma_seconds}\n";

// Of those that rise as much as the largest, or nearly, the one furthest from usual leads; the
// others are named, too. What is like the second and not like the largest is not among them.
static void three_without_sums_rise_alike(void **state)
{
    (void)state;
    static const struct {
        double usual[3], rises[3]; // of alpha, beta, gamma
        const char *culprit;
        bool shared; // each is slower by as much as the others
    } cases[] = {{{0.39, 0.58, 0.2}, {1.495, 1.503, 1.501}, "gamma", false},
        {{0.6, 0.58, 0.2}, {1.3, 1.5, 1.1}, "beta", false},
        {{0.2, 0.3, 0.9}, {1.1, 1.3, 1.5}, "beta", false},
        {{0.39, 0.58, 0.2}, {0.78, 1.16, 0.4}, "beta", true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, gauges);
        for (int k = 0; k < 4; k++) {
            w.plan.stages[k].kind = LATENCY_VALUE;
        }
        const double *was = cases[i].usual, *by = cases[i].rises;
        world_requests(&w, "front", (struct load){2, 1.5}, (struct load){2, 3.0});
        world_requests(&w, "alpha", (struct load){2, was[0]}, (struct load){2, was[0] + by[0]});
        world_requests(&w, "beta", (struct load){2, was[1]}, (struct load){2, was[1] + by[1]});
        world_requests(&w, "gamma", (struct load){2, was[2]}, (struct load){2, was[2] + by[2]});
        const struct verdict *v = world_judge(&w);
        if (strcmp(culprit(&w), cases[i].culprit) != 0) {
            fail_msg("case %zu: %s", i, culprit(&w));
        }
        assert_int_equal(v->also_count, 2);
        assert_int_equal(v->shared, cases[i].shared);
        world_finish(&w);
    }
}

// Parts that explain too little of a rise to be its cause are slow all the same.
static void slow_parts_without_sums_are_named(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, gauges);
    for (int k = 1; k < 4; k++) {
        w.plan.stages[k].kind = LATENCY_VALUE;
    }
    world_requests(&w, "front", (struct load){2, 1}, (struct load){2, 9});
    world_requests(&w, "alpha", (struct load){2, 0.4}, (struct load){2, 2.4});
    world_requests(&w, "beta", (struct load){2, 0.6}, (struct load){2, 2.6});
    world_requests(&w, "gamma", (struct load){2, 0.2}, (struct load){2, 0.2});
    const struct verdict *v = world_judge(&w);
    assert_string_equal(culprit(&w), "front");
    assert_int_equal(v->also_count, 2);
    world_finish(&w);
}

// At equal severity errors go first, unless they are the time-outs of a part that is as slow.
static void errors_and_latency(void **state)
{
    (void)state;
    static const struct {
        double app_errors, db;
        const char *culprit;
        enum signal_class signal;
    } cases[] = {{0.5, 0.25, "app", CLASS_ERRORS}, {0.5, 1.7, "db", CLASS_LATENCY},
        {0.5, 0.5, "app", CLASS_ERRORS}, {0.002, 1.7, "db", CLASS_LATENCY}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, levels);
        double rise = cases[i].db - 0.25;
        world_requests(&w, "app", (struct load){2, 0.4}, (struct load){2, 0.4 + rise});
        world_requests(&w, "search", (struct load){2, 0.3}, (struct load){2, 0.3 + rise});
        world_requests(&w, "db", (struct load){2, 0.25}, (struct load){2, cases[i].db});
        world_errors(&w, "app", 0.002, cases[i].app_errors);
        const struct verdict *v = world_judge(&w);
        if (strcmp(culprit(&w), cases[i].culprit) != 0 || v->signal != cases[i].signal) {
            fail_msg("case %zu: %s, signal %d", i, culprit(&w), v->signal);
        }
        bool both = cases[i].app_errors > 0.1 && cases[i].db > 0.4;
        assert_int_equal(v->also_count > 0, both);
        world_finish(&w);
    }
}

/** Overwrites STAGE's mean as it was before for FOR_MS from the onset on. */
static void begins_later(struct world *w, const char *stage, double usual_s, int64_t for_ms)
{
    struct signal_data *data =
        &w->store.signals[w->plan.stages[world_stage(w, stage)].latency_signal];
    int64_t step = data->live.step_ms, first = (WORLD_NOW_MS - WORLD_ONSET_MS) / step + 1;
    struct batch b = {0};
    for (int k = 0; k < 2; k++) {
        struct batch_series *s = batch_add(&b);
        labels_set(&s->labels, "part", k ? "count" : "sum");
        for (int64_t slot = first; slot < first + for_ms / step; slot++) {
            batch_add_sample(s, slot * step, k ? 2 : 2 * usual_s);
        }
    }
    if (for_ms > 0) {
        matrix_merge(&data->live, &b, first, first + for_ms / step - 1);
    }
    batch_finish(&b);
}

// A part may be seen to be slow half a window after the errors that are its time-outs.
static void timeouts_begin_no_later(void **state)
{
    (void)state;
    static const struct {
        int64_t later_ms;
        const char *culprit;
    } cases[] = {{0, "db"}, {150000, "db"}, {165000, "app"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, levels);
        w.waver = 0;
        for (int k = 0; k < 3; k++) {
            w.plan.stages[k].kind = LATENCY_MEAN;
        }
        plan_resolve(&w.plan);
        world_requests(&w, "app", (struct load){2, 0.9}, (struct load){2, 3.9});
        world_requests(&w, "search", (struct load){2, 0.6}, (struct load){2, 3.6});
        world_requests(&w, "db", (struct load){2, 0.3}, (struct load){2, 3.3});
        world_errors(&w, "app", 0.002, 0.5);
        world_judge(&w);
        begins_later(&w, "db", 0.1, cases[i].later_ms);
        diagnosis_run(&w.diagnosis, &w.plan, &w.scope, &w.store, &thresholds_default, WORLD_NOW_MS);
        int64_t later_ms =
            world_of(&w, "db")->onset.since_ms - world_of(&w, "app")->errors_onset.since_ms;
        assert_int_equal(later_ms, cases[i].later_ms);
        assert_string_equal(culprit(&w), cases[i].culprit);
        world_finish(&w);
    }
}

// A part that takes as long as ever is no reason, however much more its caller needs of it: that
// the caller is called more is one.
static void what_is_as_fast_as_ever_is_not_blamed(void **state)
{
    (void)state;
    struct world w;
    world_init(&w,
        "window: 5m\nrefresh: 15s\nspan: 1h\nstages: [{name: root, latency: r, "
        "children: [{name: part, latency: p, children: [{name: leaf, latency: l}]}]}]\n");
    world_requests(&w, "root", (struct load){2, 2.4}, (struct load){2, 3.9});
    world_requests(&w, "part", (struct load){2, 2}, (struct load){8, 1.1});
    world_requests(&w, "leaf", (struct load){2, 0.9}, (struct load){8, 0.9});
    const struct verdict *v = world_judge(&w);
    assert_int_equal(v->stage, world_stage(&w, "part"));
    assert_int_equal(v->signal, CLASS_CALLS);
    world_finish(&w);
}

// At equal severity failing tools come after calls that are too many, and before what is full.
static void tools_that_fail_have_their_place(void **state)
{
    (void)state;
    static const struct {
        double failing, calculator, used; // per second, usually 0.1; of 100 connections
        enum signal_class first, second;
    } cases[] = {
        {2.4, 0.8, 40, CLASS_CALLS, CLASS_ERRORS},
        {0.1, 0.1, 95, CLASS_ERRORS, CLASS_SATURATION},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, world_article);
        world_calm(&w);
        world_tool(&w, "search", 2, 2);
        world_tool(&w, "calculator", 0.1, cases[i].calculator);
        world_tool_errors(&w, 0.002, cases[i].failing);
        world_pool(&w, "vector_db", 40, cases[i].used, 100);
        const struct verdict *v = world_judge(&w);
        if (v->signal != cases[i].first || v->also_count != 1 ||
            v->also[0].signal != cases[i].second || v->severity != v->also[0].severity) {
            fail_msg("case %zu: %d of severity %d before %d of severity %d", i, v->signal,
                v->severity, v->also[0].signal, v->also[0].severity);
        }
        world_finish(&w);
    }
}

// Those for which there is no room are counted once.
static void each_fault_is_counted_once(void **state)
{
    (void)state;
    enum { STAGES = FAULTS_MAX + 6 };
    for (int errors = 0; errors < 2; errors++) {
        struct world w;
        struct str yaml;
        str_init(&yaml);
        str_add(&yaml, "window: 5m\nrefresh: 15s\nspan: 1h\nstages:\n");
        for (int i = 0; i < STAGES; i++) {
            str_addf(&yaml, "  - {name: s%d, latency: s%d_seconds, errors: e%d_total}\n", i, i, i);
        }
        world_init(&w, yaml.text);
        str_finish(&yaml);
        for (int i = 0; i < STAGES; i++) {
            const struct load usual = {2, 0.3}, slow = {2, 0.3 + 0.1 * i};
            world_requests(&w, w.plan.stages[i].name, usual, errors ? usual : slow);
            world_errors(&w, w.plan.stages[i].name, 0, errors ? 1 : 0);
        }
        const struct verdict *v = world_judge(&w);
        size_t deviating = 0;
        for (int i = 0; i < STAGES; i++) {
            deviating +=
                deviates(errors ? &w.diagnosis.stages[i].errors : &w.diagnosis.stages[i].latency);
        }
        assert_int_equal(1 + v->also_count + v->also_more, deviating);
        assert_true(deviating > FAULTS_MAX);
        world_finish(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_is_counted_once),
        cmocka_unit_test(tools_that_fail_have_their_place),
        cmocka_unit_test(what_is_as_fast_as_ever_is_not_blamed),
        cmocka_unit_test(silence_needs_work_and_no_chance),
        cmocka_unit_test(failures_that_nobody_times_are_failures),
        cmocka_unit_test(few_failures_and_nothing_else),
        cmocka_unit_test(calls_per_question_that_fall),
        cmocka_unit_test(roots_are_held_against_the_others),
        cmocka_unit_test(calls_of_a_part_that_fall),
        cmocka_unit_test(failures_that_nobody_times_are_calls),
        cmocka_unit_test(what_answers_empty_beside_errors),
        cmocka_unit_test(calls_of_a_part_that_rise),
        cmocka_unit_test(more_than_usual_beyond_a_bound),
        cmocka_unit_test(a_young_service_warns_from_three_times),
        cmocka_unit_test(a_young_service_that_fails),
        cmocka_unit_test(a_young_service_is_wrong_for_longer_than_it_was_well),
        cmocka_unit_test(errors_descend),
        cmocka_unit_test(blame_without_sums),
        cmocka_unit_test(three_without_sums_rise_alike),
        cmocka_unit_test(slow_parts_without_sums_are_named),
        cmocka_unit_test(errors_and_latency),
        cmocka_unit_test(timeouts_begin_no_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
