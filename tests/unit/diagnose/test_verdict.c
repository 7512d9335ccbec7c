#include "diagnose/context.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "unit/near.h"
#include "unit/world.h"

static const struct load nothing = {NAN, NAN};

/** The culprit's name, "tool:NAME", "tools", or "". */
static const char *culprit(const struct world *w)
{
    const struct verdict *v = &w->diagnosis.verdict;
    return v->stage >= 0  ? w->plan.stages[v->stage].name
           : v->tool >= 0 ? w->diagnosis.tools[v->tool].name
           : v->tools     ? "tools"
                          : "";
}

static const struct evidence *find(const struct verdict *v, enum evidence_kind kind, int stage)
{
    for (size_t i = 0; i < v->evidence_count; i++) {
        if (v->evidence[i].kind == kind && v->evidence[i].stage == stage) {
            return &v->evidence[i];
        }
    }
    return NULL;
}

/** What every verdict has to be, whatever it says. */
static void assert_sound(const struct world *w)
{
    const struct verdict *v = &w->diagnosis.verdict;
    assert_true(v->confidence >= 0 && v->confidence <= 1);
    assert_true(v->evidence_count <= DIAGNOSIS_EVIDENCE_MAX);
    assert_true((v->signal != CLASS_NONE) == (culprit(w)[0] != '\0'));
    assert_true(v->condition != VERDICT_INCIDENT || v->signal != CLASS_NONE);
    assert_true(v->condition == VERDICT_INCIDENT || v->condition == VERDICT_UNREACHABLE ||
                v->signal == CLASS_NONE);
    assert_true(v->condition != VERDICT_INCIDENT || v->severity >= SEVERITY_WARNING);
    for (size_t i = 0; i < w->diagnosis.stages_count; i++) {
        double blame = w->diagnosis.stages[i].blame;
        assert_true(isnan(blame) || (blame >= 0 && blame <= 1));
        assert_true(
            w->diagnosis.stages[i].latency.low >= 0 || isnan(w->diagnosis.stages[i].latency.low));
    }
}

// --- incidents: one table of what happens and who has to be found

struct story {
    const char *name;
    void (*happens)(struct world *w);
    const char *culprit;
    enum signal_class signal;
    enum severity severity;
};

static void the_article(struct world *w)
{
    world_requests(w, "retrieval", (struct load){2, 0.3}, (struct load){2, 1.8});
    world_requests(w, "vector_db", (struct load){2, 0.25}, (struct load){2, 1.7});
    world_requests(w, "generation", (struct load){2, 0.55}, (struct load){2, 0.6});
    world_pool(w, "vector_db", 40, 97, 100);
}

static void the_model_is_slow(struct world *w)
{
    const struct load retrieval = {2, 0.3}, vector_db = {2, 0.25};
    world_requests(w, "retrieval", retrieval, retrieval);
    world_requests(w, "vector_db", vector_db, vector_db);
    world_requests(w, "generation", (struct load){2, 0.55}, (struct load){2, 1.7});
}

static void the_model_is_a_bit_slow(struct world *w)
{
    const struct load retrieval = {2, 0.3};
    world_requests(w, "retrieval", retrieval, retrieval);
    world_requests(w, "generation", (struct load){2, 0.55}, (struct load){2, 1.1});
}

static void the_parent_itself_is_slow(struct world *w)
{
    const struct load vector_db = {2, 0.25}, generation = {2, 0.55};
    world_requests(w, "retrieval", (struct load){2, 0.3}, (struct load){2, 1.8});
    world_requests(w, "vector_db", vector_db, vector_db);
    world_requests(w, "generation", generation, generation);
}

static void retrieval_fails_fast(struct world *w)
{
    const struct load generation = {2, 0.55};
    world_requests(w, "retrieval", (struct load){2, 0.3}, (struct load){2, 0.1});
    world_requests(w, "vector_db", (struct load){2, 0.25}, (struct load){2, 0.05});
    world_requests(w, "generation", generation, generation);
    world_errors(w, "retrieval", 0.004, 0.5);
    world_errors(w, "generation", 0.004, 0.004);
}

static void retrieval_is_slow_and_fails(struct world *w)
{
    world_requests(w, "retrieval", (struct load){2, 0.3}, (struct load){2, 1.8});
    world_errors(w, "retrieval", 0.004, 0.5);
}

static void a_few_errors_more(struct world *w)
{
    const struct load retrieval = {2, 0.3};
    world_requests(w, "retrieval", retrieval, retrieval);
    world_errors(w, "retrieval", 0.01, 0.06);
}

static void an_error_counter_fires_first(struct world *w)
{
    const struct load retrieval = {2, 0.3};
    world_requests(w, "retrieval", retrieval, retrieval);
    world_errors(w, "retrieval", NAN, 0.4);
}

static void the_worse_errors_count(struct world *w)
{
    const struct load retrieval = {2, 0.3}, generation = {2, 0.55};
    world_requests(w, "retrieval", retrieval, retrieval);
    world_requests(w, "generation", generation, generation);
    world_errors(w, "retrieval", 0.004, 0.2); // 10 % instead of 0.2 %: critical
    world_errors(w, "generation", 0.3, 0.5);  // 25 % instead of 15 %: more, but only a warning
}

static void a_tool_is_called_in_a_loop(struct world *w)
{
    world_calm(w);
    world_tool(w, "calculator", 0.1, 3);
}

static void tool_calls_fail(struct world *w)
{
    const struct load retrieval = {2, 0.3};
    world_requests(w, "retrieval", retrieval, retrieval);
    world_tool(w, "web_search", 1, 1);
    world_tool_errors(w, 0.002, 0.5);
}

static void the_pool_fills_up(struct world *w)
{
    const struct load retrieval = {2, 0.3}, vector_db = {2, 0.25};
    world_requests(w, "retrieval", retrieval, retrieval);
    world_requests(w, "vector_db", vector_db, vector_db);
    world_pool(w, "vector_db", 40, 95, 100);
}

static void finds_the_culprit(void **state)
{
    (void)state;
    static const struct story stories[] = {
        {"the article", the_article, "vector_db", CLASS_LATENCY, SEVERITY_CRITICAL},
        {"a slow model", the_model_is_slow, "generation", CLASS_LATENCY, SEVERITY_CRITICAL},
        {"a bit slow", the_model_is_a_bit_slow, "generation", CLASS_LATENCY, SEVERITY_WARNING},
        {"own time", the_parent_itself_is_slow, "retrieval", CLASS_LATENCY, SEVERITY_CRITICAL},
        {"fails fast", retrieval_fails_fast, "retrieval", CLASS_ERRORS, SEVERITY_CRITICAL},
        {"slow and failing", retrieval_is_slow_and_fails, "retrieval", CLASS_ERRORS,
            SEVERITY_CRITICAL},
        {"few errors", a_few_errors_more, "retrieval", CLASS_ERRORS, SEVERITY_WARNING},
        {"first errors", an_error_counter_fires_first, "retrieval", CLASS_ERRORS,
            SEVERITY_CRITICAL},
        {"worse errors", the_worse_errors_count, "retrieval", CLASS_ERRORS, SEVERITY_CRITICAL},
        {"tool storm", a_tool_is_called_in_a_loop, "calculator", CLASS_CALLS, SEVERITY_CRITICAL},
        {"tool errors", tool_calls_fail, "tools", CLASS_ERRORS, SEVERITY_CRITICAL},
        {"pool", the_pool_fills_up, "vector_db", CLASS_SATURATION, SEVERITY_WARNING},
    };
    for (size_t i = 0; i < sizeof stories / sizeof *stories; i++) {
        const struct story *s = &stories[i];
        struct world w;
        world_init(&w, world_article);
        s->happens(&w);
        const struct verdict *v = world_judge(&w);
        if (v->condition != VERDICT_INCIDENT || strcmp(culprit(&w), s->culprit) != 0 ||
            v->signal != s->signal || v->severity != s->severity || v->second >= 0) {
            fail_msg("%s: condition %d, culprit '%s', signal %d, severity %d, second %d", s->name,
                v->condition, culprit(&w), v->signal, v->severity, v->second);
        }
        assert_sound(&w);
        world_finish(&w);
    }
}

static void article_in_numbers(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    the_article(&w);
    const struct verdict *v = world_judge(&w);
    const struct stage_diagnosis *vector_db = world_of(&w, "vector_db");
    assert_near(vector_db->latency.now, 1.7, 0.1);
    assert_near(vector_db->latency.usual.centre, 0.25, 0.02);
    assert_near(vector_db->latency.ratio, 1.7 / 0.25, 0.6);
    assert_near(vector_db->requests, 600, 1);
    assert_near(vector_db->blame, 1.45 / 1.5, 0.02); // of the rise of the means: a third of P95's
    assert_near(vector_db->pool.now, 0.97, 0.001);
    assert_true(vector_db->pool.severity == SEVERITY_WARNING);
    assert_near(world_of(&w, "retrieval")->own_blame, 0.05 / 1.5, 0.02);
    assert_true(world_of(&w, "generation")->latency.severity == SEVERITY_OK);
    int stage = world_stage(&w, "vector_db");
    const struct evidence *deviation = find(v, EVIDENCE_DEVIATION, stage);
    const struct evidence *share = find(v, EVIDENCE_SHARE, stage);
    const struct evidence *pool = find(v, EVIDENCE_POOL, stage);
    const struct evidence *normal = find(v, EVIDENCE_NORMAL, world_stage(&w, "generation"));
    assert_true(deviation && share && pool && normal);
    assert_near(deviation->a / deviation->b, vector_db->latency.ratio, 1e-9);
    assert_near(share->a, vector_db->blame, 1e-9);
    assert_true(pool->a == 97 && pool->b == 100);
    assert_near(normal->a, 600, 1);
    assert_null(find(v, EVIDENCE_NORMAL, world_stage(&w, "retrieval")));
    assert_true(v->confidence > 0.9);
    assert_int_equal(w.diagnosis.usual.kind, USUAL_DAY);
    assert_int_equal(w.diagnosis.usual.days, WORLD_DAYS);
    int64_t onset_ms = WORLD_NOW_MS - WORLD_ONSET_MS;
    int64_t since_ms = world_of(&w, "vector_db")->onset.since_ms;
    assert_in_range(since_ms, onset_ms - 15000, onset_ms + 15000);
    assert_true(world_of(&w, "generation")->onset.since_ms == 0);
    assert_true(w.diagnosis.tick_ms == WORLD_NOW_MS);
    world_finish(&w);
}

static void own_time_of_the_parent(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    the_parent_itself_is_slow(&w);
    const struct verdict *v = world_judge(&w);
    const struct evidence *own = find(v, EVIDENCE_OWN_TIME, world_stage(&w, "retrieval"));
    assert_near(world_of(&w, "retrieval")->own_blame, 1, 0.02);
    assert_true(!own || own->a > 0.98); // nothing to say when all of it is its own
    assert_near(world_of(&w, "vector_db")->blame, 0, 0.02);
    world_finish(&w);
}

static void two_culprits(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    world_requests(&w, "retrieval", (struct load){2, 0.3}, (struct load){2, 1.8});
    world_requests(&w, "vector_db", (struct load){2, 0.25}, (struct load){2, 1.7});
    world_requests(&w, "generation", (struct load){2, 0.55}, (struct load){2, 1.9});
    const struct verdict *v = world_judge(&w);
    assert_int_equal(v->condition, VERDICT_INCIDENT);
    assert_string_equal(culprit(&w), "vector_db");
    assert_int_equal(v->second, world_stage(&w, "generation"));
    assert_near(world_of(&w, "generation")->blame, 1.35 / 2.85, 0.02);
    assert_sound(&w);
    world_finish(&w);
}

static const char deep[] =
    "window: 5m\n"
    "refresh: 15s\n"
    "span: 1h\n"
    "baseline: {kind: auto, range: 7d}\n"
    "stages:\n"
    "  - name: api\n"
    "    latency: api_seconds\n"
    "    errors: errors_total{stage=\"api\"}\n"
    "    children:\n"
    "      - name: search\n"
    "        latency: search_seconds\n"
    "        errors: errors_total{stage=\"search\"}\n"
    "        children: [{name: index, latency: index_seconds, errors: index_errors_total}]\n"
    "      - name: answer\n"
    "        latency: answer_seconds\n"
    "        errors: errors_total{stage=\"answer\"}\n"
    "        children: [{name: model, latency: model_seconds, errors: model_errors_total}]\n";

// Of two faults in two branches each is followed down to where it begins.
static void each_of_two_is_followed_down(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, deep);
    world_requests(&w, "api", (struct load){2, 2}, (struct load){2, 8});
    world_requests(&w, "search", (struct load){2, 1}, (struct load){2, 3.8});
    world_requests(&w, "index", (struct load){2, 0.9}, (struct load){2, 3.7});
    world_requests(&w, "answer", (struct load){2, 1}, (struct load){2, 4.2});
    world_requests(&w, "model", (struct load){2, 0.9}, (struct load){2, 4.1});
    world_judge(&w);
    assert_string_equal(culprit(&w), "model");
    assert_int_equal(w.diagnosis.verdict.second, world_stage(&w, "index"));
    assert_sound(&w);
    world_finish(&w);

    world_init(&w, deep);
    static const char *const stages[] = {"api", "search", "index", "answer", "model"};
    static const double errors[] = {1, 0.4, 0.4, 0.8, 0.8};
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        world_requests(&w, stages[i], (struct load){2, 1}, (struct load){2, 1});
        world_errors(&w, stages[i], 0.004, errors[i]);
    }
    const struct verdict *v = world_judge(&w);
    assert_string_equal(culprit(&w), "model");
    assert_int_equal(v->also_count, 1);
    assert_int_equal(v->also[0].stage, world_stage(&w, "index"));
    assert_sound(&w);
    world_finish(&w);
}

static void few_errors_happen(void **state)
{
    (void)state;
    static const struct {
        double rate, usual, errors; // per second, of 300 s
        bool alarm;
    } cases[] = {
        {2, 0, 1 / 300.0, false},     // the first error ever
        {0.1, 0, 2 / 300.0, false},   // two of thirty, at night
        {2, 0, 12 / 300.0, true},     // twelve where there were none
        {2, 0.006, 4 / 300.0, false}, // four of six hundred, usually two
        {2, 0.006, 20 / 300.0, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, world_article);
        world_calm(&w);
        const struct load load = {cases[i].rate, 0.3};
        world_requests(&w, "retrieval", load, load);
        world_errors(&w, "retrieval", cases[i].usual, cases[i].errors);
        const struct verdict *v = world_judge(&w);
        if ((v->severity >= SEVERITY_WARNING) != cases[i].alarm) {
            fail_msg("case %zu: severity %d", i, v->severity);
        }
        world_finish(&w);
    }
}

static void as_bad_as_the_worst(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    world_requests(&w, "retrieval", (struct load){2, 0.3}, (struct load){2, 1.2});
    world_requests(&w, "generation", (struct load){2, 5}, (struct load){2, 9});
    const struct verdict *v = world_judge(&w);
    assert_string_equal(culprit(&w), "generation"); // most of the seconds
    assert_int_equal(world_of(&w, "generation")->latency.severity, SEVERITY_WARNING);
    assert_int_equal(v->severity, SEVERITY_CRITICAL);
    world_finish(&w);
}

static const char siblings[] = "window: 5m\n"
                               "refresh: 15s\n"
                               "span: 1h\n"
                               "baseline: {kind: auto, range: 7d}\n"
                               "stages:\n"
                               "  - name: agent\n"
                               "    latency: agent_seconds\n"
                               "    children:\n"
                               "      - {name: search, latency: search_seconds}\n"
                               "      - {name: model, latency: model_seconds}\n"
                               "      - {name: rerank, latency: rerank_seconds}\n";

static void shares_blame_among_children(void **state)
{
    (void)state;
    static const struct {
        double agent, search, model, rerank; // P95 now; 0.3 s and 0.1 s each are usual
        const char *culprit, *second;
    } cases[] = {
        {0.6, 0.4, 0.1, 0.1, "search", ""}, {0.75, 0.3, 0.35, 0.1, "model", "search"},
        {1.1, 0.1, 0.1, 0.9, "rerank", ""},
        {0.6, 0.25, 0.1, 0.1, "agent", ""}, // half of it is no majority
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, siblings);
        const struct load usual = {2, 0.1};
        world_requests(&w, "agent", (struct load){2, 0.3}, (struct load){2, cases[i].agent});
        world_requests(&w, "search", usual, (struct load){2, cases[i].search});
        world_requests(&w, "model", usual, (struct load){2, cases[i].model});
        world_requests(&w, "rerank", usual, (struct load){2, cases[i].rerank});
        const struct verdict *v = world_judge(&w);
        assert_int_equal(v->condition, VERDICT_INCIDENT);
        const char *second = v->second >= 0 ? w.plan.stages[v->second].name : "";
        assert_string_equal(culprit(&w), cases[i].culprit);
        assert_string_equal(second, cases[i].second);
        assert_sound(&w);
        world_finish(&w);
    }
}

// --- no incident

static void calm_is_ok(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    world_calm(&w);
    const struct verdict *v = world_judge(&w);
    assert_int_equal(v->condition, VERDICT_OK);
    assert_int_equal(v->severity, SEVERITY_OK);
    assert_near(v->confidence, 1, 1e-9);
    assert_non_null(find(v, EVIDENCE_NORMAL, world_stage(&w, "retrieval")));
    assert_int_equal(w.diagnosis.tools_count, 2);
    assert_sound(&w);
    world_finish(&w);
}

static void fill_all(struct world *w, struct load usual, struct load now)
{
    for (size_t i = 0; i < w->plan.stages_count; i++) {
        world_requests(w, w->plan.stages[i].name, usual, now);
    }
}

static void quiet_in_all_ways(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        struct load usual, now;
        bool history; // there is any
        enum verdict_condition condition;
        enum state state;
    } cases[] = {
        {"as usual", {2, 0.3}, {2, 0.3}, true, VERDICT_OK, STATE_OK},
        {"faster", {2, 0.3}, {2, 0.1}, true, VERDICT_OK, STATE_OK},
        {"nobody asks", {2, 0.3}, {0, 0.3}, true, VERDICT_NO_TRAFFIC, STATE_NO_TRAFFIC},
        {"gone", {2, 0.3}, {NAN, NAN}, true, VERDICT_NO_DATA, STATE_NO_DATA},
        {"never there", {NAN, NAN}, {NAN, NAN}, true, VERDICT_NO_DATA, STATE_NO_DATA},
        {"too few", {2, 0.3}, {0.02, 3}, true, VERDICT_OK, STATE_TOO_FEW},
        {"first day", {2, 0.3}, {2, 0.3}, false, VERDICT_NO_BASELINE, STATE_NO_BASELINE},
        {"no samples before", {NAN, NAN}, {2, 0.3}, true, VERDICT_NO_BASELINE, STATE_NO_BASELINE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, world_article);
        if (!cases[i].history) {
            w.days = 0;
            w.has_recent = w.has_span = false;
        }
        fill_all(&w, cases[i].usual, cases[i].now);
        const struct verdict *v = world_judge(&w);
        if (v->condition != cases[i].condition ||
            w.diagnosis.stages[0].latency.state != cases[i].state) {
            fail_msg("%s: condition %d, state %d", cases[i].name, v->condition,
                w.diagnosis.stages[0].latency.state);
        }
        bool ok = cases[i].state == STATE_OK;
        assert_int_equal(v->severity, ok ? SEVERITY_OK : SEVERITY_UNKNOWN);
        assert_sound(&w);
        world_finish(&w);
    }
}

static void one_idle_stage_is_not_no_traffic(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    w.days = 0;
    w.has_recent = w.has_span = false;
    world_requests(&w, "retrieval", nothing, (struct load){2, 0.3});
    world_requests(&w, "vector_db", nothing, (struct load){2, 0.3});
    world_requests(&w, "generation", nothing, (struct load){0, 0.3});
    assert_int_equal(world_judge(&w)->condition, VERDICT_NO_BASELINE);
    world_finish(&w);
}

static void unreachable_comes_first(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    the_article(&w);
    w.store.source.health = HEALTH_LOST;
    const struct verdict *v = world_judge(&w);
    assert_int_equal(v->condition, VERDICT_UNREACHABLE);
    assert_int_equal(v->severity, SEVERITY_UNKNOWN);
    assert_string_equal(culprit(&w), "vector_db"); // what was found before is still said
    assert_sound(&w);
    world_finish(&w);
}

static void asks_before_it_judges(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    world_calm(&w);
    w.store.signals[w.plan.stages[0].latency_signal].condition = CONDITION_ASKING;
    assert_int_equal(world_judge(&w)->condition, VERDICT_ASKING);
    world_finish(&w);

    world_init(&w, world_article);
    w.days = 0;
    w.has_recent = w.has_span = false;
    fill_all(&w, nothing, (struct load){2, 0.3});
    w.store.history_complete = false;
    assert_int_equal(world_judge(&w)->condition, VERDICT_ASKING);
    world_finish(&w);
}

// Where one stage is as usual and another is not known yet, nothing is said of the whole.
static void one_stage_is_not_all(void **state)
{
    (void)state;
    struct world w;
    const struct load usual = {2, 0.3};
    world_init(&w, world_article);
    world_requests(&w, "retrieval", usual, usual);
    world_requests(&w, "vector_db", nothing, usual);
    world_requests(&w, "generation", usual, usual);
    w.store.history_complete = false;
    assert_int_equal(world_judge(&w)->condition, VERDICT_ASKING);
    assert_int_equal(w.diagnosis.verdict.severity, SEVERITY_UNKNOWN);
    w.store.history_seen = true; // it has none, and that will not change
    assert_int_equal(world_judge(&w)->condition, VERDICT_OK);
    world_finish(&w);

    world_init(&w, world_article);
    world_calm(&w);
    w.store.signals[w.plan.stages[0].errors_signal].condition = CONDITION_ASKING;
    assert_int_equal(world_judge(&w)->condition, VERDICT_ASKING);
    world_finish(&w);
}

static void a_root_that_vanished_leaves_it_open(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    const struct load usual = {2, 0.3};
    world_requests(&w, "retrieval", usual, usual);
    world_requests(&w, "vector_db", usual, usual);
    world_requests(&w, "generation", usual, nothing);
    assert_int_equal(world_judge(&w)->condition, VERDICT_NO_DATA);
    world_finish(&w);

    // a profile may name what a service does not have
    world_init(&w, world_article);
    world_requests(&w, "retrieval", usual, usual);
    world_requests(&w, "vector_db", usual, usual);
    w.store.signals[w.plan.stages[2].latency_signal].condition = CONDITION_ABSENT;
    assert_int_equal(world_judge(&w)->condition, VERDICT_OK);
    world_finish(&w);
}

static void runs_again_without_memory(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    the_article(&w);
    world_judge(&w);
    for (size_t i = 0; i < w.store.count; i++) {
        w.store.signals[i].condition = CONDITION_ASKING;
    }
    diagnosis_run(&w.diagnosis, &w.plan, &w.scope, &w.store, &thresholds_default, WORLD_NOW_MS);
    assert_int_equal(w.diagnosis.verdict.stage, -1);
    assert_int_equal(w.diagnosis.verdict.evidence_count, 0);
    world_finish(&w);
}

static void evidence_that_has_no_room_is_counted(void **state)
{
    (void)state;
    for (size_t n = DIAGNOSIS_EVIDENCE_MAX - 1; n <= DIAGNOSIS_EVIDENCE_MAX + 1; n++) {
        struct verdict v = {0};
        for (size_t i = 0; i < n; i++) {
            verdict_add(&v, (struct evidence){.kind = EVIDENCE_SHARE});
        }
        assert_int_equal(v.evidence_count + v.evidence_more, n);
        assert_int_equal(v.evidence_more, n > DIAGNOSIS_EVIDENCE_MAX);
    }
}

// --- few requests

enum { MINUTES = 60 };

/** What one stage does, per hour. */
struct hour {
    double usual, now, usual_errors, errors;
    double p95_s;   /**< now; usually 0.3 */
    double waiting; /**< now; usually none */
};

static const char yaml_of_a_night[] = "stages:\n"
                                      "  - name: answer\n"
                                      "    latency: answer_seconds\n"
                                      "    errors: errors_total\n"
                                      "    saturation: [{name: queue, used: waiting}]\n"
                                      "    children: [{name: llm, latency: llm_seconds}]\n";

static void a_night(struct world *w, const struct hour *h)
{
    world_init(w, yaml_of_a_night);
    w->plan.window_ms = (int64_t)MINUTES * CLOCK_MINUTE_MS;
    struct load usual = {h->usual / 3600, 0.3}, now = {h->now / 3600, h->p95_s};
    world_requests(w, "answer", usual, now);
    world_requests(w, "llm", usual, now);
    world_errors(w, "answer", h->usual_errors / 3600, h->errors / 3600);
    world_pool(w, "answer", 0, h->waiting, NAN);
}

static void a_quiet_night_is_ok_if_it_is_as_usual(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        struct hour hour;
        enum verdict_condition condition;
        enum severity severity;
    } cases[] = {
        {"a handful, as usual", {3, 3, 0, 0, 0.3, 0}, VERDICT_OK, SEVERITY_OK},
        {"just too few to judge", {19, 19.9, 0, 0, 0.3, 0}, VERDICT_OK, SEVERITY_OK},
        {"more than usual", {3, 12, 0, 0, 0.3, 0}, VERDICT_OK, SEVERITY_OK},
        {"one where few are usual", {13, 1, 0, 0, 0.3, 0}, VERDICT_OK, SEVERITY_OK},
        {"one where hundreds are usual", {300, 1, 0, 0, 0.3, 0}, VERDICT_OK, SEVERITY_UNKNOWN},
        {"fewer, within chance", {34, 11, 0, 0, 0.3, 0}, VERDICT_OK, SEVERITY_OK},
        {"fewer, beyond chance", {39, 11, 0, 0, 0.3, 0}, VERDICT_OK, SEVERITY_UNKNOWN},
        {"one of a handful is slow", {6, 6, 0, 0, 0.6, 0}, VERDICT_OK, SEVERITY_OK},
        {"all of five are slow", {6, 5, 0, 0, 30, 0}, VERDICT_OK, SEVERITY_UNKNOWN},
        {"all of twelve are slow", {12, 12, 0, 0, 30, 0}, VERDICT_OK, SEVERITY_UNKNOWN},
        {"three of four fail", {4, 4, 0, 3, 0.3, 0}, VERDICT_OK, SEVERITY_UNKNOWN},
        {"two of four fail", {4, 4, 0, 2, 0.3, 0}, VERDICT_OK, SEVERITY_OK},
        {"seven of ten fail, usually one", {10, 10, 1, 7, 0.3, 0}, VERDICT_OK, SEVERITY_UNKNOWN},
        {"one of ten fails", {10, 10, 0, 1, 0.3, 0}, VERDICT_OK, SEVERITY_OK},
        {"one fails, as usual", {10, 10, 1, 1, 0.3, 0}, VERDICT_OK, SEVERITY_OK},
        {"all of them fail", {10, 10, 0.1, 10, 0.3, 0}, VERDICT_OK, SEVERITY_UNKNOWN},
        {"a pile of them waits", {3, 3, 0, 0, 0.3, 6}, VERDICT_OK, SEVERITY_UNKNOWN},
        {"none, where less than one is usual", {0.9, 0, 0, 0, 0.3, 0}, VERDICT_OK, SEVERITY_OK},
        {"none, as always", {0, 0, 0, 0, 0.3, 0}, VERDICT_OK, SEVERITY_OK},
        {"none, where one is usual", {1.1, 0, 0, 0, 0.3, 0}, VERDICT_NO_TRAFFIC, SEVERITY_UNKNOWN},
        {"none, and one waits", {0.9, 0, 0, 0, 0.3, 1}, VERDICT_NO_TRAFFIC, SEVERITY_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        a_night(&w, &cases[i].hour);
        const struct verdict *v = world_judge(&w);
        if (v->condition != cases[i].condition || v->severity != cases[i].severity) {
            fail_msg("%s: condition %d, severity %d", cases[i].name, v->condition, v->severity);
        }
        bool queue = false;
        for (size_t k = 0; k < v->evidence_count; k++) {
            queue = queue || v->evidence[k].kind == EVIDENCE_QUEUE;
        }
        assert_int_equal(queue, cases[i].hour.waiting >= 5);
        assert_sound(&w);
        world_finish(&w);
    }
}

// What cannot be seen is not as usual.
static void a_quiet_night_hides_nothing(void **state)
{
    (void)state;
    static const struct hour night = {3, 3, 0, 0, 0.3, 0};
    struct world w;
    for (int hidden = 0; hidden < 3; hidden++) {
        a_night(&w, &night);
        const struct stage *answer = &w.plan.stages[world_stage(&w, "answer")];
        const struct stage *llm = &w.plan.stages[world_stage(&w, "llm")];
        int signal = hidden == 1 ? answer->errors_signal : llm->latency_signal;
        w.store.signals[signal].condition = hidden > 0 ? CONDITION_REFUSED : CONDITION_ANSWERED;
        const struct verdict *v = world_judge(&w);
        assert_int_equal(v->condition, VERDICT_OK);
        assert_int_equal(v->severity, hidden > 0 ? SEVERITY_UNKNOWN : SEVERITY_OK);
        world_finish(&w);
    }
}

// The first day of a service, or of its server, knows no quiet nights.
static void a_quiet_night_without_a_past_is_not_known(void **state)
{
    (void)state;
    static const struct hour night = {3, 3, 0, 0, 0.3, 0}, nobody = {0, 0, 0, 0, 0.3, 0};
    for (int i = 0; i < 2; i++) {
        struct world w;
        a_night(&w, i ? &nobody : &night);
        w.days = 0;
        w.has_recent = w.has_span = false;
        const struct verdict *v = world_judge(&w);
        assert_int_equal(v->condition, i ? VERDICT_NO_TRAFFIC : VERDICT_OK);
        assert_int_equal(v->severity, SEVERITY_UNKNOWN);
        world_finish(&w);
    }
}

// What calls its parts as ever and completes nothing hangs; where they are called less, nobody
// asks.
static void a_stopped_root_beside_a_calm_part(void **state)
{
    (void)state;
    static const struct {
        double rate, part;
        enum severity severity;
    } cases[] = {{3, 3, SEVERITY_OK}, {0, 3, SEVERITY_CRITICAL}, {0, 2.45, SEVERITY_CRITICAL},
        {0, 2.35, SEVERITY_UNKNOWN}, {0.1, 3, SEVERITY_OK}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, "stages: [{name: shop, latency: shop_seconds, "
                       "children: [{name: find, latency: find_seconds}]}]\n");
        world_requests(&w, "shop", (struct load){3, 0.9}, (struct load){cases[i].rate, 0.9});
        world_requests(&w, "find", (struct load){3, 0.3}, (struct load){cases[i].part, 0.3});
        const struct verdict *v = world_judge(&w);
        assert_int_equal(v->severity, cases[i].severity);
        world_finish(&w);
    }
}

// Whether a root that completes nothing fails as usual, or times out, its slow part leads.
static void a_slow_part_leads_whatever_its_stopped_root_fails(void **state)
{
    (void)state;
    static const struct {
        double usual, now; // failures per second; 3/s are usually asked
        bool silent;       // that is an alarm of its own
    } cases[] = {{NAN, NAN, false}, {0.01, 0, false}, {0.01, 0.01, false}, {0.01, 0.013, false},
        {0.01, 0.04, true}, {NAN, 0.01, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w,
            "window: 5m\nstages: [{name: shop, latency: shop_seconds, errors: bad_total, "
            "children: [{name: find, latency: find_seconds, "
            "saturation: [{name: queue, used: find_waiting}]}]}]\n");
        world_requests(&w, "shop", (struct load){3, 0.9}, (struct load){0, 0.9});
        world_requests(&w, "find", (struct load){3, 0.3}, (struct load){3, 2});
        world_errors(&w, "shop", cases[i].usual, cases[i].now);
        world_pool(&w, "find", 1, 40, NAN);
        const struct verdict *v = world_judge(&w);
        assert_string_equal(culprit(&w), "find");
        assert_int_equal(v->signal, CLASS_LATENCY);
        assert_non_null(find(v, EVIDENCE_QUEUE, 1));
        assert_int_equal(v->also_count, cases[i].silent);
        assert_true(!cases[i].silent || v->also[0].signal == CLASS_TRAFFIC);
        world_finish(&w);
    }
}

// What waits before a part that is as fast as ever, while its root completes nothing.
static void a_queue_of_a_part_is_evidence_for_silence(void **state)
{
    (void)state;
    for (int much = 0; much < 2; much++) {
        struct world w;
        world_init(&w,
            "window: 5m\nstages: [{name: shop, latency: shop_seconds, errors: bad_total, "
            "children: [{name: find, latency: find_seconds, "
            "saturation: [{name: queue, used: find_waiting}]}]}]\n");
        world_requests(&w, "shop", (struct load){3, 0.9}, (struct load){0, 0.9});
        world_requests(&w, "find", (struct load){3, 0.3}, (struct load){3, 0.3});
        world_errors(&w, "shop", 0.001, 0.04);
        world_pool(&w, "find", 1, much ? 40 : 3, NAN);
        const struct verdict *v = world_judge(&w);
        assert_string_equal(culprit(&w), "shop");
        assert_int_equal(v->signal, CLASS_TRAFFIC);
        assert_int_equal(find(v, EVIDENCE_QUEUE, 1) != NULL, much);
        world_finish(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slow_part_leads_whatever_its_stopped_root_fails),
        cmocka_unit_test(a_queue_of_a_part_is_evidence_for_silence),
        cmocka_unit_test(evidence_that_has_no_room_is_counted),
        cmocka_unit_test(finds_the_culprit),
        cmocka_unit_test(article_in_numbers),
        cmocka_unit_test(own_time_of_the_parent),
        cmocka_unit_test(two_culprits),
        cmocka_unit_test(each_of_two_is_followed_down),
        cmocka_unit_test(few_errors_happen),
        cmocka_unit_test(as_bad_as_the_worst),
        cmocka_unit_test(shares_blame_among_children),
        cmocka_unit_test(calm_is_ok),
        cmocka_unit_test(quiet_in_all_ways),
        cmocka_unit_test(one_idle_stage_is_not_no_traffic),
        cmocka_unit_test(a_quiet_night_is_ok_if_it_is_as_usual),
        cmocka_unit_test(a_quiet_night_hides_nothing),
        cmocka_unit_test(a_quiet_night_without_a_past_is_not_known),
        cmocka_unit_test(unreachable_comes_first),
        cmocka_unit_test(asks_before_it_judges),
        cmocka_unit_test(one_stage_is_not_all),
        cmocka_unit_test(a_root_that_vanished_leaves_it_open),
        cmocka_unit_test(runs_again_without_memory),
        cmocka_unit_test(a_stopped_root_beside_a_calm_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
