#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "diagnose/diagnosis.h"
#include "diagnose/notable.h"
#include "plan/served.h"
#include "unit/world.h"

static const char with_queue[] = "stages:\n"
                                 "  - name: a\n"
                                 "    latency: a_seconds\n"
                                 "    saturation: [{name: waiting, used: a_waiting}]\n";

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

/** The article's incident with more or less traffic, and so many connections of 100. */
static void slow_database(struct world *w, double rate, double used)
{
    world_init(w, world_article);
    world_requests(w, "retrieval", (struct load){2, 0.3}, (struct load){rate, 1.8});
    world_requests(w, "vector_db", (struct load){2, 0.25}, (struct load){rate, 1.7});
    world_requests(w, "generation", (struct load){2, 0.55}, (struct load){rate, 0.55});
    world_pool(w, "vector_db", 20, used, 100);
    world_judge(w);
    assert_int_equal(w->diagnosis.verdict.stage, world_stage(w, "vector_db"));
}

static void a_pool_needs_what_littles_law_says(void **state)
{
    (void)state;
    static const struct {
        double rate, used;
        bool pool, leak, too_small;
    } cases[] = {
        {2, 97, true, true, false},   // about 2/s x 0.57 s
        {2, 60, false, false, false}, // not full
        {100, 97, true, false, false},
        {200, 97, true, false, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        slow_database(&w, cases[i].rate, cases[i].used);
        assert_int_equal(find(&w, EVIDENCE_POOL) != NULL, cases[i].pool);
        const struct evidence *leak = find(&w, EVIDENCE_LEAK);
        assert_int_equal(leak != NULL, cases[i].leak);
        assert_true(!leak || leak->b == 100); // of all that there are
        assert_int_equal(find(&w, EVIDENCE_TOO_SMALL) != NULL, cases[i].too_small);
        double mean_s = 1.7 / 3; // of exponential durations
        assert_true(
            fabs(world_of(&w, "vector_db")->busy - cases[i].rate * mean_s) <= 0.1 * cases[i].rate);
        world_finish(&w);
    }
}

// Little's law counts; of a share nobody knows of how many.
static void a_share_needs_no_number(void **state)
{
    (void)state;
    static const struct {
        const char *resource;
        double used;
        bool leak, percent;
    } cases[] = {
        {"{name: kv, used: kv_used, limit: 100}", 97, true, false},
        {"{name: kv, ratio: kv_used, unit: percent}", 97, false, false},
        {"{name: kv, ratio: kv_used}", 0.97, false, false},
        {"{name: kv, ratio: kv_used}", 1.49, false, false},
        {"{name: kv, ratio: kv_used}", 1.51, false, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str yaml;
        struct world w;
        str_init(&yaml);
        str_addf(&yaml, "window: 5m\nstages: [{name: a, latency: a_seconds, saturation: [%s]}]\n",
            cases[i].resource);
        world_init(&w, yaml.text);
        double full = w.plan.signals[w.plan.stages[0].saturation_first].full;
        world_requests(&w, "a", (struct load){2, 0.3}, (struct load){2, 1.8});
        world_pool(&w, "a", cases[i].used / 5, cases[i].used, full > 0 ? full : 100);
        world_judge(&w);
        assert_int_equal(find(&w, EVIDENCE_POOL) == NULL, cases[i].percent);
        assert_int_equal(find(&w, EVIDENCE_LEAK) != NULL, cases[i].leak);
        assert_int_equal(world_of(&w, "a")->odd[0].why, cases[i].percent ? ODD_PERCENT : ODD_NONE);
        world_finish(&w);
        str_finish(&yaml);
    }
}

// Calls hold 0.2 at a time: what usually is fifty times one call and more is held by others.
static void what_calls_do_not_hold_cannot_leak(void **state)
{
    (void)state;
    static const struct {
        double usual, used, limit;
        bool leak;
    } cases[] = {{49, 97, 100, true}, {51, 97, 100, false}, {49, 9700, 10000, true},
        {49, 9701, 10001, false}, {NAN, 9700, 10000, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, "window: 5m\nstages: [{name: a, latency: a_seconds, "
                       "saturation: [{name: heap, used: a_used, limit: a_max}]}]\n");
        w.waver = 0;
        world_requests(&w, "a", (struct load){2, 0.3}, (struct load){2, 1.8});
        world_pool(&w, "a", cases[i].usual, cases[i].used, cases[i].limit);
        world_judge(&w);
        assert_non_null(find(&w, EVIDENCE_POOL));
        if ((find(&w, EVIDENCE_LEAK) != NULL) != cases[i].leak) {
            fail_msg("case %zu", i);
        }
        world_finish(&w);
    }
}

static void load_is_told_from_fault(void **state)
{
    (void)state;
    static const struct {
        double rate;
        bool load;
    } cases[] = {{2, false}, {2.6, false}, {4, true}, {1.2, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        slow_database(&w, cases[i].rate, 20);
        const struct evidence *e = find(&w, cases[i].load ? EVIDENCE_LOAD : EVIDENCE_NO_LOAD);
        assert_true(e && e->stage == world_stage(&w, "retrieval"));
        assert_true(e && fabs(e->a - cases[i].rate) <= 1e-3);
        assert_null(find(&w, cases[i].load ? EVIDENCE_NO_LOAD : EVIDENCE_LOAD));
        world_finish(&w);
    }
}

/** Where nothing is slow, fails or is full, or hardly anything is asked, load is beside the point.
 */
static void load_is_told_where_it_could_be_the_reason(void **state)
{
    (void)state;
    static const struct {
        double rate, p95_s;
        bool told;
    } cases[] = {{1.4, 0.3, false}, {4, 0.3, false}, {1.4, 1.8, true}, {4, 1.8, true},
        {0.98, 1.8, false}, {1.02, 1.8, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, "stages: [{name: a, latency: a_seconds}]\n");
        world_requests(
            &w, "a", (struct load){2, 0.3}, (struct load){cases[i].rate, cases[i].p95_s});
        world_served_by(&w, "a", "rag", NULL);
        world_targets(&w, "rag", 3, 0, 1);
        assert_int_equal(world_judge(&w)->condition, VERDICT_INCIDENT);
        bool told = find(&w, EVIDENCE_LOAD) || find(&w, EVIDENCE_NO_LOAD);
        if (told != cases[i].told) {
            fail_msg("%g/s, %g s: %d", cases[i].rate, cases[i].p95_s, told);
        }
        world_finish(&w);
    }
}

/** As many requests as usual are more for each of those that are left. */
static void load_is_not_ruled_out_where_fewer_serve(void **state)
{
    (void)state;
    static const struct {
        double down, available; // of 10 each
        double before;          // targets that there were
        bool ruled_out;
    } cases[] = {{0, 10, 0, true}, {3, 10, 0, true}, {4, 10, 0, false}, {0, 7, 0, true},
        {0, 6, 0, false}, {3, 7, 0, true}, {10, 10, 0, false}, {0, 10, 14, true},
        {0, 10, 16, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, "stages: [{name: a, latency: a_seconds, children: "
                       "[{name: b, latency: b_seconds}]}]\n");
        w.waver = 0;
        world_requests(&w, "a", (struct load){2, 0.5}, (struct load){2, 2.0});
        world_requests(&w, "b", (struct load){2, 0.3}, (struct load){2, 1.8});
        world_served_by(&w, "b", "rag", "rag-db");
        world_targets(&w, "rag", 10, 0, cases[i].down);
        world_replicas(&w, "rag-db", 10, cases[i].available);
        world_scaled_down(&w, "rag", cases[i].before);
        world_judge(&w);
        const struct evidence *fewer = find(&w, EVIDENCE_FEWER);
        assert_int_equal(fewer != NULL, cases[i].before > 14);
        assert_true(!fewer || (fewer->a == 10 && fewer->b == 16 && fabs(fewer->times - 1.6) < 0.1));
        if ((find(&w, EVIDENCE_NO_LOAD) != NULL) != cases[i].ruled_out) {
            fail_msg("case %zu", i);
        }
        assert_null(find(&w, EVIDENCE_LOAD));
        world_finish(&w);
    }
}

/** Requests of which only the failures are counted are load like others. */
static void failures_are_load(void **state)
{
    (void)state;
    static const struct {
        double usual, timed, failing;
        enum evidence_kind kind;
        double rate;
    } cases[] = {{5, 5, 10, EVIDENCE_LOAD, 15}, {3, 0.2, 2.8, EVIDENCE_NO_LOAD, 3}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\n"
                       "stages: [{name: a, latency: a_seconds, errors: a_bad}]\n");
        world_requests(
            &w, "a", (struct load){cases[i].usual, 0.3}, (struct load){cases[i].timed, 0.3});
        world_errors(&w, "a", 0.001 * cases[i].usual, cases[i].failing);
        world_judge(&w);
        const struct evidence *e = find(&w, cases[i].kind);
        if (!e || fabs(e->a - cases[i].rate) > 0.01) {
            fail_msg("case %zu: %g", i, e ? e->a : NAN);
        }
        world_finish(&w);
    }
}

/** Calls that hang hold what they have: how many there should be, their rate does not tell. */
static void a_hang_is_no_leak(void **state)
{
    (void)state;
    static const double rates[] = {2, 1.02, 0.98, 0};
    for (size_t i = 0; i < 4; i++) {
        bool hangs = i >= 2;
        struct world w;
        world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\nstages: [{name: a, latency: a_seconds, "
                       "saturation: [{name: slots, used: a_used, limit: a_limit}]}]\n");
        world_requests(&w, "a", (struct load){2, 0.3}, (struct load){rates[i], 1.8});
        world_pool(&w, "a", 4, 32, 32);
        world_judge(&w);
        assert_non_null(find(&w, EVIDENCE_POOL));
        assert_int_equal(find(&w, EVIDENCE_LEAK) != NULL, !hangs);
        world_finish(&w);
    }
}

static void more_calls_are_told_from_slower_ones(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    world_requests(&w, "retrieval", (struct load){2, 0.3}, (struct load){2, 1.55});
    world_requests(&w, "vector_db", (struct load){2, 0.25}, (struct load){12, 0.25});
    world_requests(&w, "generation", (struct load){2, 0.55}, (struct load){2, 0.55});
    const struct verdict *v = world_judge(&w);
    assert_int_equal(v->stage, world_stage(&w, "vector_db"));
    assert_int_equal(v->signal, CLASS_CALLS);
    const struct evidence *e = find(&w, EVIDENCE_CALLED);
    assert_true(e && fabs(e->a - 6) <= 0.01 && fabs(e->b - 1) <= 0.05);
    assert_true(world_of(&w, "vector_db")->more_calls > 0.9);
    world_finish(&w);

    slow_database(&w, 2, 20);
    assert_null(find(&w, EVIDENCE_CALLED));
    assert_true(world_of(&w, "vector_db")->more_calls < 0.1);
    world_finish(&w);
}

static void queues_are_evidence_when_they_grow(void **state)
{
    (void)state;
    static const struct {
        double usual, now;
        bool evidence;
    } cases[] = {{2, 40, true}, {2, 5, false}, {100, 110, false}, {100, 200, true}, {0, 6, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, with_queue);
        world_requests(&w, "a", (struct load){2, 0.3}, (struct load){2, 3});
        world_series(
            &w, w.plan.stages[0].saturation_first, "part", "used", cases[i].usual, cases[i].now);
        world_judge(&w);
        assert_int_equal(w.diagnosis.stages[0].pool_signal, -1); // a queue has no limit to reach
        const struct evidence *e = find(&w, EVIDENCE_QUEUE);
        assert_int_equal(e != NULL, cases[i].evidence);
        assert_true(!e || strcmp(e->name, "waiting") == 0);
        world_finish(&w);
    }
}

static void take(struct world *w, int signal, struct batch *b)
{
    struct signal_data *data = &w->store.signals[signal];
    int64_t slot = matrix_slot(&data->live, WORLD_NOW_MS);
    matrix_merge(&data->live, b, slot, slot);
    data->condition = CONDITION_ANSWERED;
    data->now_ms = WORLD_NOW_MS;
    batch_finish(b);
    diagnosis_run(&w->diagnosis, &w->plan, &w->scope, &w->store, &thresholds_default, WORLD_NOW_MS);
}

static void put(const struct world *w, int signal, struct batch *b, const char *name,
    const char *value, double sample)
{
    const struct matrix *live = &w->store.signals[signal].live;
    struct batch_series *s = batch_add(b);
    labels_set(&s->labels, name, value);
    batch_add_sample(s, matrix_slot(live, WORLD_NOW_MS) * live->step_ms, sample);
}

/** Answers a deep SIGNAL with one series, labelled NAME="VALUE". */
static void answer(struct world *w, int signal, const char *name, const char *value, double sample)
{
    struct batch b = {0};
    put(w, signal, &b, name, value, sample);
    take(w, signal, &b);
}

/** The same with so many pods that were restarted once. */
static void restart(struct world *w, int signal, int pods)
{
    static const char *const names[] = {"qdrant-0", "qdrant-1", "qdrant-2"};
    struct batch b = {0};
    for (int i = 0; i < pods; i++) {
        put(w, signal, &b, "pod", names[i], 1);
    }
    take(w, signal, &b);
}

static void changes_are_evidence(void **state)
{
    (void)state;
    struct world w;
    slow_database(&w, 2, 20);
    const struct stage *s = &w.plan.stages[world_stage(&w, "vector_db")];
    assert_null(find(&w, EVIDENCE_RESTARTS));
    answer(&w, s->restarts_signal, "pod", "qdrant-0", 2.03); // increase() extrapolates
    answer(&w, s->rollouts_signal, "statefulset", "qdrant", 1);
    const struct evidence *restarts = find(&w, EVIDENCE_RESTARTS);
    const struct evidence *rollout = find(&w, EVIDENCE_ROLLOUT);
    assert_true(restarts && strcmp(restarts->name, "qdrant-0") == 0 && restarts->a == 2);
    assert_true(rollout && strcmp(rollout->name, "qdrant") == 0);
    for (int pods = 1; pods <= 3; pods++) { // of more than two the first two are named
        restart(&w, s->restarts_signal, pods);
        int named = 0;
        for (size_t i = 0; i < w.diagnosis.verdict.evidence_count; i++) {
            named += w.diagnosis.verdict.evidence[i].kind == EVIDENCE_RESTARTS;
        }
        assert_int_equal(named, pods < 2 ? pods : 2);
    }
    answer(&w, s->restarts_signal, "pod", "qdrant-0", 0.3); // less than once
    assert_null(find(&w, EVIDENCE_RESTARTS));
    world_finish(&w);
}

static void what_all_share_is_nobodys_fault(void **state)
{
    (void)state;
    static const struct {
        double retrieval, vector_db, generation;
        bool shared;
    } cases[] = {
        {0.9, 0.75, 1.65, true}, {0.9, 0.75, 0.55, false},
        {0.8, 0.75, 1.65, false}, // retrieval's own time is as ever
        {3.0, 2.5, 1.0, false},   // far from alike
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, world_article);
        world_requests(
            &w, "retrieval", (struct load){2, 0.3}, (struct load){2, cases[i].retrieval});
        world_requests(
            &w, "vector_db", (struct load){2, 0.25}, (struct load){2, cases[i].vector_db});
        world_requests(
            &w, "generation", (struct load){2, 0.55}, (struct load){2, cases[i].generation});
        assert_int_equal(world_judge(&w)->shared, cases[i].shared);
        assert_int_equal(find(&w, EVIDENCE_SHARED) != NULL, cases[i].shared);
        world_finish(&w);
    }
}

// One question goes through all of a tree: three parts that rise alike have something in common.
static void what_all_parts_of_a_tree_share_is_nobodys_fault(void **state)
{
    (void)state;
    static const char yaml[] =
        "stages: [{name: agent, latency: a_seconds, children: "
        "[{name: db, latency: b_seconds}, {name: llm, latency: c_seconds}]}]\n";
    static const struct {
        double agent, db, llm; // usually 1, 0.3 and 0.6
        bool shared;
    } cases[] = {
        {3, 0.9, 1.8, true}, {2.8, 0.9, 1.8, false}, // its own time is as ever
        {3, 0.9, 1.98, false},                       // likewise
        {3.6, 0.9, 2.6, false},                      // one rises by far more than another
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, yaml);
        w.waver = 0;
        world_requests(&w, "agent", (struct load){20, 1}, (struct load){20, cases[i].agent});
        world_requests(&w, "db", (struct load){20, 0.3}, (struct load){20, cases[i].db});
        world_requests(&w, "llm", (struct load){20, 0.6}, (struct load){20, cases[i].llm});
        if (world_judge(&w)->shared != cases[i].shared) {
            fail_msg("case %zu", i);
        }
        world_finish(&w);
    }
}

// Stages that fail alike share what fails; parts of one are no other stages, and take it with them.
static void what_all_fail_for_is_nobodys_fault(void **state)
{
    (void)state;
    static const char yaml[] =
        "stages: [{name: a, latency: a_seconds, errors: a_bad_total, children: "
        "[{name: b, latency: b_seconds, errors: b_bad_total}]}, "
        "{name: c, latency: c_seconds, errors: c_bad_total}]\n";
    static const struct {
        double a, b, c, least;
    } cases[] = {
        {0.2, 0, 0.2, 0.2}, {0.2, 0, 0.39, 0.2}, {0.2, 0, 0.41, 0}, // more than twice as many
        {0.2, 0, 0, 0}, {0.2, 0.19, 0.2, 0},                        // its part fails
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, yaml);
        w.waver = 0;
        for (const char *const *name = (const char *const[]){"a", "b", "c", NULL}; *name; name++) {
            world_requests(&w, *name, (struct load){1, 0.3}, (struct load){1, 0.3});
        }
        world_errors(&w, "a", 0.001, cases[i].a);
        world_errors(&w, "b", 0.001, cases[i].b);
        world_errors(&w, "c", 0.001, cases[i].c);
        const struct verdict *v = world_judge(&w);
        const struct evidence *shared = find(&w, EVIDENCE_SHARED);
        assert_int_equal(v->signal, CLASS_ERRORS);
        assert_int_equal(v->shared, cases[i].least > 0);
        if (shared ? fabs(shared->a - cases[i].least) > 0.01 : cases[i].least > 0) {
            fail_msg("case %zu: %g", i, shared ? shared->a : 0);
        }
        world_finish(&w);
    }
}

static void late_samples_are_judged_as_of_their_moment(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    world_calm(&w);
    world_judge(&w);
    const int64_t most_ms = w.plan.late_ms, window_ms = w.plan.window_ms;
    const struct {
        int64_t age_ms, late_ms;
        enum state state;
    } cases[] = {
        {most_ms - 1000, 0, STATE_OK},
        {most_ms + 1000, most_ms + 1000, STATE_OK},
        {window_ms - 1000, window_ms - 1000, STATE_OK},
        {window_ms + 1000, 0, STATE_STALE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double at = (double)(WORLD_NOW_MS - cases[i].age_ms) / 1000;
        answer(&w, w.plan.last, "stage", "0", at);
        assert_int_equal(w.diagnosis.late_ms, cases[i].late_ms);
        assert_int_equal(world_of(&w, "retrieval")->latency.state, cases[i].state);
        // another that has ended is gone, late or not
        assert_int_equal(world_of(&w, "generation")->latency.state, STATE_STALE);
    }
    world_finish(&w);
}

// Long before they are too old to be shown: a rate of the moment would miss what is to come.
static void what_is_scraped_rarely_is_late_as_soon(void **state)
{
    (void)state;
    static const struct {
        int64_t scrape_ms, age_ms, late_ms;
    } cases[] = {{60000, 89000, 0}, {60000, 120000, 120000}, {60000, 200000, 200000},
        {15000, 44000, 0}, {15000, 60000, 60000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, world_article);
        world_calm(&w);
        world_judge(&w);
        plan_set_times(&w.plan, &w.config, &w.scope, cases[i].scrape_ms);
        answer(&w, w.plan.last, "stage", "0", (double)(WORLD_NOW_MS - cases[i].age_ms) / 1000);
        assert_int_equal(w.diagnosis.late_ms, cases[i].late_ms);
        assert_int_equal(world_of(&w, "retrieval")->latency.state, STATE_OK);
        world_finish(&w);
    }
}

// The past may be kept more coarsely than the present: there half a window is not late.
static void the_past_may_be_coarse(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    world_calm(&w);
    w.scope.at_ms = WORLD_NOW_MS;
    w.plan.stale_ms = w.plan.late_ms = 60000;
    world_judge(&w);
    static const struct {
        int64_t age_ms, late_ms;
    } cases[] = {{149000, 0}, {151000, 151000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        answer(&w, w.plan.last, "stage", "0", (double)(WORLD_NOW_MS - cases[i].age_ms) / 1000);
        assert_int_equal(w.diagnosis.late_ms, cases[i].late_ms);
    }
    world_finish(&w);
}

static void old_samples_are_stale(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    world_calm(&w);
    assert_int_equal(world_judge(&w)->condition, VERDICT_OK);
    static const struct {
        double age_s; // of retrieval's; NaN: none
        enum state state;
    } cases[] = {{10, STATE_OK}, {1000, STATE_STALE}, {NAN, STATE_STALE}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double at = (double)WORLD_NOW_MS / 1000 - cases[i].age_s;
        answer(&w, w.plan.last, "stage", "0", at);
        assert_int_equal(world_of(&w, "retrieval")->latency.state, cases[i].state);
        assert_int_equal(world_of(&w, "retrieval")->errors.state, cases[i].state);
        if (cases[i].state == STATE_STALE) {
            assert_int_equal(w.diagnosis.verdict.severity, SEVERITY_UNKNOWN);
            assert_int_equal(w.diagnosis.verdict.condition, VERDICT_NO_DATA);
        }
        // of generation nothing was answered: its targets are gone
        assert_int_equal(world_of(&w, "generation")->latency.state, STATE_STALE);
    }
    world_finish(&w);
}

// Of so many stages with so long names one query cannot tell: each has that which tells of it.
static void last_samples_of_many_stages_are_those_of_their_queries(void **state)
{
    (void)state;
    enum { STAGES = 100, NEWEST = STAGES - 1 };
    struct str yaml;
    struct world w;
    str_init(&yaml);
    str_add(&yaml, "stages:\n");
    for (int i = 0; i < STAGES; i++) {
        str_addf(&yaml, "  - {name: s%d, latency: 'a_seconds{a=\"%0200d\"}'}\n", i, i);
    }
    world_init(&w, yaml.text);
    world_judge(&w);
    int first = w.plan.last, second = w.plan.stages[NEWEST].last_signal;
    assert_true(second > first);
    double at = (double)WORLD_NOW_MS / 1000 - 10, old = (double)WORLD_NOW_MS / 1000 - 1000;
    answer(&w, first, "stage", "0", old);
    assert_int_equal(w.diagnosis.late_ms, 0); // the other may tell of something newer
    assert_int_equal(w.diagnosis.stages[0].sampled_ms, (int64_t)(old * 1000));
    assert_int_equal(w.diagnosis.stages[NEWEST].sampled_ms, 0);
    answer(&w, second, "stage", "99", at);
    assert_int_equal(w.diagnosis.late_ms, 0);
    assert_int_equal(w.diagnosis.stages[NEWEST].sampled_ms, (int64_t)(at * 1000));
    world_finish(&w);
    str_finish(&yaml);
}

// The query that knows who serves it is not the one that knows which targets there are.
static void the_last_of_many_stages_lacks_its_target(void **state)
{
    (void)state;
    enum { STAGES = 100, NEWEST = STAGES - 1 };
    struct str yaml;
    struct world w;
    str_init(&yaml);
    str_add(&yaml, "stages:\n");
    for (int i = 0; i < STAGES; i++) {
        str_addf(&yaml, "  - {name: s%d, latency: 'a_seconds{a=\"%0200d\"}'}\n", i, i);
    }
    world_init(&w, yaml.text);
    world_served_by(&w, "s0", "one", "one");
    world_served_by(&w, "s99", "other", "other");
    world_targets(&w, "one", 2, 0, 0);
    world_targets(&w, "other", 2, 0, 1);
    world_judge(&w);
    assert_int_equal(w.plan.signals[w.plan.targets].part.first, 0);
    assert_true(w.plan.signals[w.plan.targets].part.end < NEWEST);
    assert_null(w.diagnosis.stages[0].gone.job);
    assert_string_equal(w.diagnosis.stages[NEWEST].gone.job, "other");
    assert_int_equal(w.diagnosis.stages[NEWEST].gone.down, 1);
    assert_int_equal(served_next(&w.plan, &w.store, "other", -1), NEWEST);
    assert_int_equal(served_next(&w.plan, &w.store, "one", 0), -1);
    world_finish(&w);
    str_finish(&yaml);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_of_many_stages_lacks_its_target),
        cmocka_unit_test(a_pool_needs_what_littles_law_says),
        cmocka_unit_test(a_share_needs_no_number),
        cmocka_unit_test(what_calls_do_not_hold_cannot_leak),
        cmocka_unit_test(load_is_told_from_fault),
        cmocka_unit_test(load_is_told_where_it_could_be_the_reason),
        cmocka_unit_test(load_is_not_ruled_out_where_fewer_serve),
        cmocka_unit_test(failures_are_load),
        cmocka_unit_test(a_hang_is_no_leak),
        cmocka_unit_test(more_calls_are_told_from_slower_ones),
        cmocka_unit_test(queues_are_evidence_when_they_grow),
        cmocka_unit_test(changes_are_evidence),
        cmocka_unit_test(what_all_share_is_nobodys_fault),
        cmocka_unit_test(what_all_parts_of_a_tree_share_is_nobodys_fault),
        cmocka_unit_test(what_all_fail_for_is_nobodys_fault),
        cmocka_unit_test(old_samples_are_stale),
        cmocka_unit_test(last_samples_of_many_stages_are_those_of_their_queries),
        cmocka_unit_test(the_past_may_be_coarse),
        cmocka_unit_test(late_samples_are_judged_as_of_their_moment),
        cmocka_unit_test(what_is_scraped_rarely_is_late_as_soon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
