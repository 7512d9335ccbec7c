#include "diagnose/diagnosis.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "unit/near.h"
#include "unit/world.h"

static const char tree[] = "window: 5m\n"
                           "refresh: 15s\n"
                           "span: 1h\n"
                           "baseline: {kind: auto, range: 7d}\n"
                           "stages:\n"
                           "  - name: agent\n"
                           "    latency: agent_seconds\n"
                           "    children:\n"
                           "      - name: search\n"
                           "        latency: search_seconds\n"
                           "        children: [{name: disk, latency: disk_seconds}]\n"
                           "      - {name: model, latency: model_seconds}\n"
                           "  - {name: ingest, latency: ingest_seconds}\n";

/** Seconds per call of the exponential distribution with this P95. */
static double mean(double p95_s)
{
    return p95_s / 2.99573;
}

static void seconds_add_up_by_calls(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, tree);
    // the agent searches three times per question
    world_requests(&w, "agent", (struct load){2, 3}, (struct load){2, 6});
    world_requests(&w, "search", (struct load){6, 0.6}, (struct load){6, 1.5});
    world_requests(&w, "model", (struct load){2, 0.1}, (struct load){2, 0.1});
    world_judge(&w);
    assert_near(world_of(&w, "agent")->seconds_now, mean(6), 0.01);
    assert_near(world_of(&w, "agent")->seconds_usual, mean(3), 0.03);
    assert_near(world_of(&w, "search")->seconds_now, 3 * mean(1.5), 0.01);
    assert_near(world_of(&w, "search")->seconds_usual, 3 * mean(0.6), 0.03);
    assert_near(world_of(&w, "search")->blame, 0.9, 0.01); // 3 x 0.9 of 3
    assert_near(world_of(&w, "agent")->own_blame, 0.1, 0.01);
    world_finish(&w);
}

/** Whose place under `app` follows from their role alone. */
static void assume(struct world *w)
{
    for (size_t i = 1; i < w->plan.stages_count; i++) {
        w->plan.stages[i].linked = true;
    }
}

// Deployments of one program call each other, and nothing says which does.
static void a_part_may_contain_the_others(void **state)
{
    (void)state;
    static const char yaml[] = "window: 5m\nrefresh: 15s\nspan: 1h\n"
                               "stages: [{name: app, latency: app_seconds, children: ["
                               "{name: ingress, latency: ingress_seconds}, "
                               "{name: model, latency: model_seconds}, "
                               "{name: embed, latency: embed_seconds}]}]\n";
    static const struct {
        double ingress_usual, more_model, more_ingress; // seconds, of P95s that add up
        bool assumed;
        const char *culprit, *second;
        double blame; // of the model
    } cases[] = {
        {2.9, 6, 0, true, "model", NULL, 1},         // it contains the others
        {2.9, 6, 0, false, "model", "ingress", 0.5}, // they were said to be side by side
        {2.9, 0, 6, true, "ingress", NULL, 0},       // and may be slow itself
        {2.9, 3, 4, true, "ingress", "model", 3 / 7.0}, {0.6, 6, 0, true, "model", NULL, 1},
        {2.68, 6, 0, true, "model", "ingress", 0.5}, // less than nine tenths of the whole
        {2.72, 6, 0, true, "model", NULL, 1}, {3.12, 6, 0, true, "model", NULL, 1},
        {3.18, 6, 0, true, "model", "ingress", 0.5}, // longer than the whole: they overlap
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, yaml);
        w.waver = 0;
        assume(&w);
        w.plan.stages[1].linked = cases[i].assumed;
        bool contains = cases[i].ingress_usual > 1;
        double more = cases[i].more_model + cases[i].more_ingress;
        double ingress = cases[i].ingress_usual + (contains ? more : cases[i].more_ingress);
        world_requests(&w, "app", (struct load){2, 3}, (struct load){2, 3 + more});
        world_requests(
            &w, "ingress", (struct load){2, cases[i].ingress_usual}, (struct load){2, ingress});
        world_requests(
            &w, "model", (struct load){2, 2.3}, (struct load){2, 2.3 + cases[i].more_model});
        world_requests(&w, "embed", (struct load){2, 0.1}, (struct load){2, 0.1});
        const struct verdict *v = world_judge(&w);
        assert_near(world_of(&w, "model")->blame, cases[i].blame, 0.02);
        assert_int_equal(v->stage, world_stage(&w, cases[i].culprit));
        assert_int_equal(v->second, cases[i].second ? world_stage(&w, cases[i].second) : -1);
        assert_int_equal(v->also_count, cases[i].second ? 1 : 0);
        world_finish(&w);
    }
}

/** Fills STAGE, of which nothing is known from before "now". */
static void begin_now(struct world *w, const char *stage, struct load now)
{
    int days = w->days;
    w->days = 0;
    w->has_recent = w->has_span = false;
    world_requests(w, stage, now, now);
    w->days = days;
    w->has_recent = w->has_span = true;
}

// What it takes now is known, and what its parent usually has left for it.
static void a_part_without_a_past_explains_what_it_must(void **state)
{
    (void)state;
    static const struct {
        double search, model; // P95s, which add up where the rates are those of the agent
        bool assumed;
        const char *culprit, *said; // in the sentence
    } cases[] = {
        {0.6, 5.3, false, "model", "Nothing is known of model from before 08:5"},
        {0.6, 4.3, false, "model", "but agent usually had less time for it."},
        {0.6, 4.1, false, "agent", "Nothing is known of model from before 08:5"}, // 57 %
        {0.6, 0.5, false, "agent", NULL},                                         // too little
        {0.6, 5.3, true, "agent", "it may be the cause."}, // nobody knows who calls it
        {3.3, 5.9, false, "model", "but agent"},           // they overlap
        {2.5, 4.7, false, "agent", "it may be the cause."},
        {0.6, 9, false, "agent", "it may be the cause."}, // others call it as well
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        struct str said;
        str_init(&said);
        world_init(&w, tree);
        w.waver = 0;
        w.plan.stages[world_stage(&w, "model")].linked = cases[i].assumed;
        world_requests(&w, "agent", (struct load){2, 3}, (struct load){2, 6});
        struct load search = {2, cases[i].search};
        world_requests(&w, "search", search, search);
        begin_now(&w, "model", (struct load){2, cases[i].model});
        w.store.history_seen = true;
        const struct verdict *v = world_judge(&w);
        struct words words = world_words(&w);
        words_add_summary(&said, &words);
        bool good = v->stage == world_stage(&w, cases[i].culprit) &&
                    (cases[i].said ? strstr(said.text, cases[i].said) != NULL
                                   : !strstr(said.text, "Nothing is known"));
        str_addc(&said, '|');
        words_add_reason(&said, &words, world_stage(&w, "model")); // its row blames it as well
        const char *row = strchr(said.text, '|');
        bool blamed = strstr(row, "CULPRIT: takes longer than agent usually had for it") != NULL;
        if (!good || blamed != (strcmp(cases[i].culprit, "model") == 0)) {
            fail_msg("%zu: %s", i, said.text);
        }
        str_finish(&said);
        world_finish(&w);
    }
}

// A part that hangs completes nothing, so its sum says nothing of what waits for it.
static void what_does_not_complete_is_nobodys_own_time(void **state)
{
    (void)state;
    static const double completed[] = {0, 2}; // calls of the model per second
    for (size_t i = 0; i < sizeof completed / sizeof *completed; i++) {
        struct world w;
        world_init(&w, tree);
        world_requests(&w, "agent", (struct load){2, 3}, (struct load){2, 30});
        world_requests(&w, "search", (struct load){2, 0.6}, (struct load){2, 0.6});
        world_requests(&w, "model", (struct load){2, 1}, (struct load){completed[i], 1});
        world_judge(&w);
        assert_int_equal(isnan(world_of(&w, "agent")->own_blame), i == 0);
        world_finish(&w);
    }
}

static void more_calls_are_a_rise_too(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, tree);
    world_requests(&w, "agent", (struct load){2, 3}, (struct load){2, 6});
    world_requests(&w, "search", (struct load){2, 1}, (struct load){8, 1}); // four instead of one
    world_judge(&w);
    assert_near(world_of(&w, "search")->blame, 1, 0.01);
    world_finish(&w);
}

// What was found may serve others: more calls than fit into what its parent takes are theirs.
static void calls_of_others_are_not_the_parents(void **state)
{
    (void)state;
    static const struct {
        struct load search, disk, model;
        double agent_s; /**< its P95 */
        double share, blame, disk_blame, model_blame;
        bool more; /**< its calls alarm */
    } cases[] = {
        // as fast as ever, however much others ask; what is slow is the model
        {{8, 0.6}, {8, 0.3}, {2, 3}, 5.4, 0.25, 0, NAN, 1, false},
        // slower for all: by the mean of a call it explains the rise, and so does its disk
        {{8, 1.8}, {8, 1.2}, {2, 0.6}, 4.2, 0.25, 1, 0.75, 0, false},
        // it is the agent that asks more, and waits
        {{8, 0.6}, {8, 0.3}, {2, 0.6}, 4.8, 1, 1, 0.5, 0, true},
        // a few more are noise
        {{2.4, 1.8}, {2.4, 0.3}, {2, 0.6}, 3.5, 1, 1, 0.03, 0, false},
        // half as many again are others'
        {{2.95, 1.8}, {2.95, 1.2}, {2, 0.6}, 4.2, 1, 1, 0.715, 0, false},
        {{3.05, 1.8}, {3.05, 1.2}, {2, 0.6}, 4.2, 2 / 3.05, 1, 0.75, 0, false},
        // and take half as long again as the agent is slower
        {{8, 0.6}, {8, 0.3}, {2, 0.6}, 4.05, 0.25, 0, NAN, 0, false},
        {{8, 0.6}, {8, 0.3}, {2, 0.6}, 4.15, 1, 1, 0.5, 0, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, tree);
        w.plan.stages[world_stage(&w, "search")].separate = true;
        world_requests(&w, "agent", (struct load){2, 3}, (struct load){2, cases[i].agent_s});
        world_requests(&w, "search", (struct load){2, 0.6}, cases[i].search);
        world_requests(&w, "disk", (struct load){2, 0.3}, cases[i].disk);
        world_requests(&w, "model", (struct load){2, 0.6}, cases[i].model);
        world_judge(&w);
        const struct stage_diagnosis *search = world_of(&w, "search");
        assert_near(search->of_parent, cases[i].share, 0.01);
        assert_near(world_of(&w, "disk")->of_parent, cases[i].share, 0.01);
        assert_near(search->blame, cases[i].blame, 0.03);
        assert_near(world_of(&w, "model")->blame, cases[i].model_blame, 0.03);
        if (!isnan(cases[i].disk_blame)) {
            assert_near(world_of(&w, "disk")->blame, cases[i].disk_blame, 0.03);
        }
        assert_int_equal(search->calls.severity >= SEVERITY_WARNING, cases[i].more);
        world_finish(&w);
    }
}

static void more_traffic_is_no_rise(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, tree);
    world_requests(&w, "agent", (struct load){2, 3}, (struct load){20, 6});
    world_requests(&w, "search", (struct load){2, 1}, (struct load){20, 1});
    world_judge(&w);
    assert_near(world_of(&w, "search")->blame, 0, 0.02);
    world_finish(&w);
}

static void roots_share_all_rises(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, tree);
    world_requests(&w, "agent", (struct load){2, 1}, (struct load){2, 4});
    world_requests(&w, "ingest", (struct load){5, 1}, (struct load){5, 2});
    world_judge(&w);
    assert_near(world_of(&w, "agent")->blame, 0.75, 0.01);
    assert_near(world_of(&w, "ingest")->blame, 0.25, 0.01);
    world_finish(&w);
}

static void shares_down_the_tree(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, tree);
    world_requests(&w, "agent", (struct load){2, 1}, (struct load){2, 4});
    world_requests(&w, "search", (struct load){2, 0.5}, (struct load){2, 2.9});
    world_requests(&w, "disk", (struct load){2, 0.3}, (struct load){2, 1.5});
    world_requests(&w, "model", (struct load){2, 0.4}, (struct load){2, 0.2}); // faster
    world_judge(&w);
    assert_near(world_of(&w, "search")->blame, 0.8, 0.01);
    assert_near(world_of(&w, "disk")->blame, 0.5, 0.01);
    assert_near(world_of(&w, "search")->own_blame, 0.5, 0.01);
    assert_near(world_of(&w, "model")->blame, 0, 1e-9);
    assert_true(isnan(world_of(&w, "model")->own_blame));
    world_finish(&w);
}

static void children_may_overlap(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, tree);
    // side by side: each of them rose by more than the whole
    world_requests(&w, "agent", (struct load){2, 1}, (struct load){2, 2});
    world_requests(&w, "search", (struct load){2, 0.5}, (struct load){2, 2});
    world_requests(&w, "model", (struct load){2, 0.5}, (struct load){2, 2});
    world_judge(&w);
    assert_near(world_of(&w, "search")->blame, 0.5, 0.01);
    assert_near(world_of(&w, "model")->blame, 0.5, 0.01);
    assert_near(world_of(&w, "agent")->own_blame, 0, 0.01);
    world_finish(&w);
}

static void nobody_is_blamed_without_a_rise(void **state)
{
    (void)state;
    static const struct {
        struct load usual, now;
    } cases[] = {
        {{2, 1}, {2, 1}},
        {{2, 1}, {2, 1.02}}, // less than what noise does
        {{2, 1}, {2, 0.5}},
        {{2, 0.005}, {2, 0.015}}, // milliseconds
        {{2, 1}, {0, 1}},
        {{2, 1}, {NAN, NAN}},
        {{NAN, NAN}, {2, 1}},
        {{0, 1}, {2, 1}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, tree);
        w.waver = 0;
        world_requests(&w, "agent", cases[i].usual, cases[i].now);
        world_requests(&w, "search", cases[i].usual, cases[i].now);
        world_judge(&w);
        if (!isnan(world_of(&w, "search")->blame)) {
            fail_msg("case %zu: %g", i, world_of(&w, "search")->blame);
        }
        assert_true(isnan(world_of(&w, "agent")->own_blame));
        world_finish(&w);
    }
}

// A rise that is no alarm is nobody's fault, and of two roots only the slow one's.
static void what_is_calm_has_no_blame(void **state)
{
    (void)state;
    static const struct {
        double agent, search, ingest;
        bool agent_blamed, search_blamed, ingest_blamed;
    } cases[] = {
        {1.2, 0.6, 0.3, false, false, false}, // a fifth more
        {3, 2.5, 0.34, true, true, false}, {1.2, 0.6, 3, false, false, true},
        {3, 0.5, 3, true, true, true}, // own time; a part has its share, be it 0
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, tree);
        w.waver = 0;
        world_requests(&w, "agent", (struct load){2, 1}, (struct load){2, cases[i].agent});
        world_requests(&w, "search", (struct load){2, 0.5}, (struct load){2, cases[i].search});
        world_requests(&w, "ingest", (struct load){2, 0.3}, (struct load){2, cases[i].ingest});
        world_judge(&w);
        if (isnan(world_of(&w, "agent")->blame) == cases[i].agent_blamed ||
            isnan(world_of(&w, "search")->blame) == cases[i].search_blamed ||
            isnan(world_of(&w, "ingest")->blame) == cases[i].ingest_blamed) {
            fail_msg("case %zu: %g, %g, %g", i, world_of(&w, "agent")->blame,
                world_of(&w, "search")->blame, world_of(&w, "ingest")->blame);
        }
        world_finish(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_may_contain_the_others),
        cmocka_unit_test(seconds_add_up_by_calls),
        cmocka_unit_test(a_part_without_a_past_explains_what_it_must),
        cmocka_unit_test(what_does_not_complete_is_nobodys_own_time),
        cmocka_unit_test(more_calls_are_a_rise_too),
        cmocka_unit_test(calls_of_others_are_not_the_parents),
        cmocka_unit_test(more_traffic_is_no_rise),
        cmocka_unit_test(roots_share_all_rises),
        cmocka_unit_test(shares_down_the_tree),
        cmocka_unit_test(children_may_overlap),
        cmocka_unit_test(nobody_is_blamed_without_a_rise),
        cmocka_unit_test(what_is_calm_has_no_blame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
