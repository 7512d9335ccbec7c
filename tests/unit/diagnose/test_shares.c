/**
 * Whose fault it is: the shares of errors, of rises and of pools that decide it, from both sides.
 */
#include "diagnose/diagnosis.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/edge.h"
#include "unit/near.h"
#include "unit/world.h"

static int finish_with(struct world *w, int result)
{
    world_finish(w);
    return result;
}

// --- errors down the tree

// A root and two parts, whose errors are so large shares of the root's.
static int erring_part(double first, double second)
{
    struct world w;
    world_init(&w,
        "window: 5m\nrefresh: 15s\nspan: 1h\nstages:\n"
        "  - {name: root, latency: root_seconds, errors: root_total, children: [{name: a, "
        "latency: a_seconds, errors: a_total}, {name: b, latency: b_seconds, errors: "
        "b_total}]}\n");
    const struct load load = {20, 0.3};
    world_requests(&w, "root", load, load);
    world_requests(&w, "a", load, load);
    world_requests(&w, "b", load, load);
    world_errors(&w, "root", 0, 10);
    world_errors(&w, "a", 0, 10 * first);
    world_errors(&w, "b", 0, 10 * second);
    const struct verdict *v = world_judge(&w);
    bool both = v->stage == 1 && v->also_count == 1 && v->also[0].stage == 2;
    return finish_with(&w, both ? 2 : v->stage);
}

static int alone(double share)
{
    return erring_part(share, 0);
}

static int together(double share)
{
    return erring_part(0.36, share);
}

static int too_small_a_part(double share)
{
    return erring_part(0.5, share);
}

static void errors_have_causes(void **state)
{
    (void)state;
    static const struct edge edges[] = {
        {"ERRORS_SHARED", alone, 0.59, 0.61, 0, 1},
        {"ERRORS_SHARED of two", together, 0.23, 0.25, 0, 2}, // each with a cause of its own
        {"ERRORS_PART", too_small_a_part, 0.195, 0.205, 0, 2},
    };
    check_edges(edges, sizeof edges / sizeof *edges);
}

// --- blame

// The part A of a second that the root is slower for, where nothing is known of the part beside it.
static int blamed_part(double share)
{
    struct world w;
    world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\nstages:\n"
                   "  - {name: root, latency: root_seconds, children: [{name: part, latency: "
                   "part_seconds}, {name: other, latency: other_seconds}]}\n");
    w.waver = 0;
    world_requests(&w, "root", (struct load){2, 0.6}, (struct load){2, 1.6});
    world_requests(&w, "part", (struct load){2, 0.25}, (struct load){2, 0.25 + share});
    const struct verdict *v = world_judge(&w);
    return finish_with(&w, v->stage);
}

// Two roots are slower, by a second together.
static int blamed_root(double share)
{
    struct world w;
    world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\n"
                   "stages: [{name: a, latency: a_seconds}, {name: b, latency: b_seconds}]\n");
    w.waver = 0;
    world_requests(&w, "a", (struct load){2, 0.3}, (struct load){2, 1.3 - share});
    world_requests(&w, "b", (struct load){2, 0.3}, (struct load){2, 0.3 + share});
    const struct verdict *v = world_judge(&w);
    return finish_with(&w, v->second);
}

// Gauges, whose rises are compared: the part's over the root's.
static int blamed_gauge(double share)
{
    struct world w;
    world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\nstages:\n"
                   "  - {name: root, latency: root_seconds, children: [{name: part, latency: "
                   "part_seconds}]}\n");
    w.waver = 0;
    w.plan.stages[0].kind = w.plan.stages[1].kind = LATENCY_VALUE;
    plan_resolve(&w.plan);
    world_requests(&w, "root", (struct load){2, 0.6}, (struct load){2, 1.6});
    world_requests(&w, "part", (struct load){2, 0.25}, (struct load){2, 0.25 + share});
    const struct verdict *v = world_judge(&w);
    return finish_with(&w, v->stage);
}

// One rises from 0.05 s, eightfold, and one from 0.6 s by half a second; the first by this share of
// it.
static int leading_gauge(double alike)
{
    struct world w;
    world_init(&w,
        "window: 5m\nrefresh: 15s\nspan: 1h\nstages:\n"
        "  - {name: root, latency: root_seconds, children: ["
        "{name: memo, latency: memo_seconds}, {name: brain, latency: brain_seconds}]}\n");
    w.waver = 0;
    for (size_t i = 0; i < 3; i++) {
        w.plan.stages[i].kind = LATENCY_VALUE;
    }
    plan_resolve(&w.plan);
    world_requests(&w, "root", (struct load){2, 0.9}, (struct load){2, 1.8});
    world_requests(&w, "memo", (struct load){2, 0.05}, (struct load){2, 0.05 + alike / 2});
    world_requests(&w, "brain", (struct load){2, 0.6}, (struct load){2, 1.1});
    const struct verdict *v = world_judge(&w);
    return finish_with(&w, v->stage == 1);
}

static void blame_thresholds(void **state)
{
    (void)state;
    static const struct edge edges[] = {
        {"blame_culprit", blamed_part, 0.58, 0.62, 0, 1},
        {"blame_shared", blamed_root, 0.29, 0.31, -1, 1},
        {"RISE_SHARED", blamed_gauge, 0.29, 0.31, 0, 1},
        {"ABOUT_AS_MUCH", leading_gauge, 0.79, 0.81, false, true},
    };
    check_edges(edges, sizeof edges / sizeof *edges);
}

// --- pools

static const char pooled[] =
    "window: 5m\nrefresh: 15s\nspan: 1h\nstages:\n"
    "  - {name: a, latency: a_seconds, saturation: [{name: slots, used: a_used, limit: a_max}]}\n";

// So full of a hundred, usually; and 95 of them now.
static int usually_full(double usual)
{
    struct world w;
    world_init(&w, pooled);
    w.waver = 0;
    world_pool(&w, "a", usual, 95, 100);
    world_judge(&w);
    return finish_with(&w, (int)world_of(&w, "a")->pool.severity);
}

static bool has(const struct world *w, enum evidence_kind kind)
{
    const struct verdict *v = &w->diagnosis.verdict;
    for (size_t i = 0; i < v->evidence_count; i++) {
        if (v->evidence[i].kind == kind) {
            return true;
        }
    }
    return false;
}

// A full pool, of which the calls under way need so many connections.
static int pool_that_needs(double busy)
{
    struct world w;
    world_init(&w, pooled);
    w.waver = 0;
    double rate = busy / (1.7 / 2.99573);
    world_requests(&w, "a", (struct load){rate, 0.25}, (struct load){rate, 1.7});
    world_pool(&w, "a", 20, 100, 100);
    world_judge(&w);
    return finish_with(&w, has(&w, EVIDENCE_LEAK) ? 1 : has(&w, EVIDENCE_TOO_SMALL) ? 2 : 0);
}

static void pool_thresholds(void **state)
{
    (void)state;
    static const struct edge edges[] = {
        {"USUALLY_FULL", usually_full, 79, 81, SEVERITY_WARNING, SEVERITY_UNKNOWN},
        {"leak", pool_that_needs, 49, 51, 1, 0},
        {"small", pool_that_needs, 79, 81, 0, 2},
    };
    check_edges(edges, sizeof edges / sizeof *edges);
}

// --- all alike

static const char two[] = "window: 5m\nrefresh: 15s\nspan: 1h\n"
                          "stages: [{name: a, latency: a_seconds}, {name: b, latency: b_seconds}, "
                          "{name: c, latency: c_seconds}]\n";

static int slow_alike(double by, double other, double small_s)
{
    struct world w;
    world_init(&w, two);
    w.waver = 0;
    world_requests(&w, "a", (struct load){20, 1}, (struct load){20, by});
    world_requests(&w, "b", (struct load){20, 1}, (struct load){20, by * other});
    world_requests(&w, "c", (struct load){20, small_s}, (struct load){20, small_s});
    const struct verdict *v = world_judge(&w);
    return finish_with(&w, v->shared);
}

// The third, which is as ever, is too small to deny it.
static int alike(double other)
{
    return slow_alike(1.5, other, 0.01);
}

static int small_part(double share)
{
    return slow_alike(1.5, 1, 2 * share / (1 - share));
}

// --- rises that are shared out

// A part that usually takes so long and now MORE, within a root that is slow for another reason,
// and what it consists of; whether that has a share of it.
static int shared_out(double usual_s, double more_s)
{
    const double p95 = 2.99573; // of exponential durations whose mean is a second
    struct world w;
    world_init(&w,
        "window: 5m\nrefresh: 15s\nspan: 1h\nstages:\n"
        "  - name: root\n    latency: root_seconds\n    children:\n"
        "      - {name: middle, latency: middle_seconds, children: [{name: part, latency: "
        "part_seconds}]}\n");
    w.waver = 0;
    world_requests(
        &w, "root", (struct load){2, usual_s * p95}, (struct load){2, 9 * usual_s * p95});
    world_requests(
        &w, "middle", (struct load){2, usual_s * p95}, (struct load){2, (usual_s + more_s) * p95});
    world_requests(&w, "part", (struct load){2, usual_s * p95 / 2},
        (struct load){2, (usual_s / 2 + more_s) * p95});
    world_judge(&w);
    return finish_with(&w, !isnan(world_of(&w, "part")->blame));
}

static int small_rise(double seconds)
{
    return shared_out(1, seconds);
}

static int tiny_rise(double seconds)
{
    return shared_out(0.02, seconds);
}

// A part that is called so much more often, and is slower by so much.
static void call_more(struct world *w, double often, double slower)
{
    world_init(w, world_article);
    w->waver = 0;
    double more_s = (often * slower - 1) * 0.25;
    world_requests(w, "retrieval", (struct load){2, 0.3}, (struct load){2, 0.3 + more_s});
    world_requests(w, "vector_db", (struct load){2, 0.25}, (struct load){2 * often, 0.25 * slower});
    world_requests(w, "generation", (struct load){2, 0.55}, (struct load){2, 0.55});
    world_judge(w);
    assert_int_equal(w->diagnosis.verdict.stage, world_stage(w, "vector_db"));
}

// Of twice the calls, each 1.5 times as long, half of the rise is of the calls.
static int called_twice(double slower)
{
    struct world w;
    call_more(&w, 2, slower);
    return finish_with(&w, w.diagnosis.verdict.signal);
}

static int called_more(double often)
{
    struct world w;
    call_more(&w, often, 4);
    assert_int_equal(w.diagnosis.verdict.signal, CLASS_LATENCY);
    return finish_with(&w, has(&w, EVIDENCE_CALLED));
}

static void share_thresholds(void **state)
{
    (void)state;
    static const struct edge edges[] = {
        {"ALIKE", alike, 1.95, 2.05, true, false},
        {"PART_LEAST", small_part, 0.0192, 0.0208, true, false},
        {"a twentieth of usual", small_rise, 0.048, 0.052, false, true},
        {"half of latency_floor_s", tiny_rise, 0.0048, 0.0052, false, true},
        {"half of the rise", called_twice, 1.48, 1.52, CLASS_CALLS, CLASS_LATENCY},
        {"OFTEN", called_more, 1.48, 1.52, false, true},
    };
    check_edges(edges, sizeof edges / sizeof *edges);
}

// Of a young service half is the most, however far it is off.
static void a_weak_baseline_is_half_as_sure(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    w.days = 0;
    w.has_recent = false;
    world_requests(&w, "generation", (struct load){2, 0.3}, (struct load){2, 6});
    assert_near(world_judge(&w)->confidence, 0.5, 1e-9);
    world_finish(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_have_causes),
        cmocka_unit_test(blame_thresholds),
        cmocka_unit_test(pool_thresholds),
        cmocka_unit_test(share_thresholds),
        cmocka_unit_test(a_weak_baseline_is_half_as_sure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
