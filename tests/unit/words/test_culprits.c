#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "unit/words/said.h"
#include "unit/world.h"
#include "words/words.h"

static const char three[] = "window: 5m\nrefresh: 15s\nspan: 1h\n"
                            "stages:\n"
                            "  - name: rag\n"
                            "    latency: rag_seconds\n"
                            "    children:\n"
                            "      - {name: embed, latency: embed_seconds}\n"
                            "      - {name: gen, latency: gen_seconds}\n";

/** The parts of rag now; it takes as much longer as they do together. */
static const struct verdict *judge(struct world *w, struct load embed, struct load gen)
{
    world_init(w, three);
    w->waver = 0;
    double more_s = embed.rate / 2 * embed.p95_s - 0.05 + gen.rate / 2 * gen.p95_s - 1.2;
    world_requests(w, "rag", (struct load){2, 1.5}, (struct load){2, 1.5 + more_s});
    world_requests(w, "embed", (struct load){2, 0.05}, embed);
    world_requests(w, "gen", (struct load){2, 1.2}, gen);
    return world_judge(w);
}

static bool has(const struct verdict *v, enum evidence_kind kind, int stage)
{
    for (size_t i = 0; i < v->evidence_count; i++) {
        if (v->evidence[i].kind == kind && v->evidence[i].stage == stage) {
            return true;
        }
    }
    return false;
}

static void assert_says(struct world *w, const char *part)
{
    struct str s;
    const struct words words = world_words(w);
    str_init(&s);
    words_add_summary(&s, &words);
    if (!strstr(s.text, part)) {
        fail_msg("'%s' is not in '%s'", part, s.text);
    }
    str_finish(&s);
}

static void assert_row(struct world *w, const char *stage, const char *text)
{
    struct str s;
    const struct words words = world_words(w);
    str_init(&s);
    words_add_reason(&s, &words, world_stage(w, stage));
    assert_string_equal(s.text, text);
    str_finish(&s);
}

// The larger rise is no worse than the one that is critical.
static void of_two_the_worse_is_named_first(void **state)
{
    (void)state;
    static const struct {
        double embed, gen;
        const char *first, *second;
        enum severity other;
    } cases[] = {
        {1.0, 2.2, "embed", "gen", SEVERITY_WARNING},  // 20x beside 1.8x
        {3.5, 5.0, "gen", "embed", SEVERITY_CRITICAL}, // as bad, and more of it
        {5.0, 4.5, "embed", "gen", SEVERITY_CRITICAL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        const struct verdict *v =
            judge(&w, (struct load){2, cases[i].embed}, (struct load){2, cases[i].gen});
        int first = world_stage(&w, cases[i].first), second = world_stage(&w, cases[i].second);
        assert_int_equal(v->stage, first);
        assert_int_equal(v->second, second);
        assert_int_equal(v->severity, SEVERITY_CRITICAL);
        assert_int_equal(v->also_count, 1);
        assert_int_equal(v->also[0].stage, second);
        assert_int_equal(v->also[0].signal, CLASS_LATENCY);
        assert_int_equal(v->also[0].severity, cases[i].other);
        assert_true(has(v, EVIDENCE_DEVIATION, first) && has(v, EVIDENCE_DEVIATION, second));
        assert_true(has(v, EVIDENCE_SHARE, first) && has(v, EVIDENCE_SHARE, second));
        assert_true(v->confidence > 0.8); // together they explain all of it
        world_finish(&w);
    }
}

static void both_are_named(void **state)
{
    (void)state;
    struct world w;
    judge(&w, (struct load){2, 1.0}, (struct load){2, 2.2});
    assert_says(&w,
        "Embed and gen are the culprits: embed's P95 is 1.0 s, 20x usual, since 08:50, and "
        "explains 49 % of rag's rise; gen's P95 is 2.2 s, 1.8x usual, since 08:50, and "
        "explains another 51 %.");
    const struct words words = world_words(&w);
    struct str s;
    str_init(&s);
    struct words_step step;
    for (size_t i = 0; words_next(&step, &words, i); i++) {
        words_add_step(&s, &step);
        str_add(&s, "; ");
        assert_non_null(strstr(step.promql, i == 0 ? "embed_seconds" : "gen_seconds"));
    }
    assert_string_equal(s.text, "the latency of embed; the latency of gen; ");
    str_finish(&s);
    world_finish(&w);
}

static void calls_and_slowness_are_told_together(void **state)
{
    (void)state;
    static const struct {
        struct load gen;
        enum signal_class signal;
        enum severity row; // of the calls
        const char *sentence, *reason;
    } cases[] = {
        {{10, 3.0}, CLASS_LATENCY, SEVERITY_CRITICAL,
            "Gen is the culprit: it is called 5.0 times per question, usually 1.0, and its P95 is "
            "3.6 s, 2.9x usual, since 08:50; that explains 100 % of rag's rise.",
            "CULPRIT: slow; called 5.0 times per question, usually 1.0"},
        {{6, 1.8}, CLASS_CALLS, SEVERITY_CRITICAL,
            "Gen is the culprit: it is called 3.0 times per question, usually 1.0, and its P95 is "
            "1.8 s, 1.5x usual, since 08:50; that explains 100 % of rag's rise.",
            "CULPRIT: slow; called 3.0 times per question, usually 1.0"},
        {{8, 1.2}, CLASS_CALLS, SEVERITY_WARNING,
            "Gen is called too often: 4.0 times per question, usually 1.0, and explains 100 % of "
            "rag's rise.",
            "CULPRIT: called 4.0 times per question, usually 1.0"},
        {{2, 3.6}, CLASS_LATENCY, SEVERITY_UNKNOWN,
            "Gen is the culprit: its P95 is 4.2 s, 3.5x usual, since 08:50, and explains 100 % of "
            "rag's rise.",
            "CULPRIT: slow"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        const struct verdict *v = judge(&w, (struct load){2, 0.05}, cases[i].gen);
        int gen = world_stage(&w, "gen");
        assert_int_equal(v->stage, gen);
        assert_int_equal(v->signal, cases[i].signal);
        assert_int_equal(v->also_count, 0);
        bool called = world_of(&w, "gen")->calls.severity >= SEVERITY_WARNING;
        assert_int_equal(called, cases[i].row >= SEVERITY_WARNING);
        assert_int_equal(has(v, EVIDENCE_CALLED, gen), called);
        assert_says(&w, cases[i].sentence);
        assert_row(&w, "gen", cases[i].reason);
        world_finish(&w);
    }
}

/** The numbers and the meanings of all evidence, each in a line. */
static void add_findings(struct str *s, const struct world *w)
{
    struct arena a = {0};
    const struct words words = world_words(w);
    for (size_t i = 0; i < w->diagnosis.verdict.evidence_count; i++) {
        const struct words_finding f = words_find(&a, &words, i);
        str_addf(s, "%s|%s\n", f.number, f.meaning);
    }
    arena_finish(&a);
}

// A part that waits has no signals of its own: those of its server say why.
static void why_requests_wait_is_said(void **state)
{
    (void)state;
    static const char yaml[] = "window: 5m\nrefresh: 15s\nspan: 1h\n"
                               "stages:\n"
                               "  - name: llm\n"
                               "    latency: llm_seconds\n"
                               "    signals: {kv_cache: {ratio: kv}, waiting: {queue: waiting}}\n"
                               "    children: [{name: queue, latency: queue_seconds}]\n";
    struct world w;
    world_init(&w, yaml);
    world_requests(&w, "llm", (struct load){2, 1.2}, (struct load){2, 4.2});
    world_requests(&w, "queue", (struct load){2, 0.2}, (struct load){2, 3.2});
    int first = w.plan.stages[0].declared_first;
    world_series(&w, first, NULL, NULL, 0.4, 0.97);
    world_series(&w, first + 1, NULL, NULL, 0, 55);
    world_judge(&w);
    assert_int_equal(w.diagnosis.verdict.stage, world_stage(&w, "queue"));
    assert_says(&w, "of llm's rise; KV cache in use 97 %; waiting requests 55.");
    assert_row(&w, "queue", "CULPRIT: KV cache in use 97 %; waiting requests 55");
    struct str found;
    str_init(&found);
    add_findings(&found, &w);
    assert_non_null(strstr(found.text, "\n97 %|KV cache in use of llm, usually 40 %\n"));
    assert_non_null(strstr(found.text, "\n55|waiting requests of llm, usually 0\n"));
    str_finish(&found);
    world_finish(&w);
}

/** The mean that SIGNAL has, of 2 per second. */
static void world_mean(struct world *w, int signal, double usual, double now)
{
    world_series(w, signal, "part", "sum", 2 * usual, 2 * now);
    world_series(w, signal, "part", "count", 2, 2);
}

// More to do, or done slower: where that is about as much as the rise, it is why.
static void why_a_model_is_slow_is_said(void **state)
{
    (void)state;
    static const char yaml[] =
        "window: 5m\nrefresh: 15s\nspan: 1h\n"
        "stages:\n"
        "  - name: llm\n"
        "    latency: llm_seconds\n"
        "    signals: {prompt_tokens: {mean: p}, answer_tokens: {mean: a}, tpot: {latency: t}}\n"
        "    children: [{name: prefill, latency: prefill_seconds}]\n";
    static const struct {
        double prefill, prompt, answer, tpot;
        const char *says;
    } cases[] = {
        {1.6, 6000, 200, 0.02,
            "; prompts are 4.0x as long as usual, and the time per output token is normal."},
        {1.6, 6000, 200, 0.06, "; prompts are 4.0x as long as usual; each output token takes"},
        {20, 6000, 200, 0.02, "; tokens per prompt 6.0k."}, // which explains but little
        {1.6, 1500, 800, 0.02,
            "; answers are 4.0x as long as usual, and the time per output token is normal."},
        {1.6, 1500, 200, 0.08,
            "; each output token takes 4.0x as long as usual, and answers are no longer."},
        {1.6, 1500, 200, 0.02, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, yaml);
        world_requests(&w, "llm", (struct load){2, 2}, (struct load){2, 1.6 + cases[i].prefill});
        world_requests(&w, "prefill", (struct load){2, 0.4}, (struct load){2, cases[i].prefill});
        int first = w.plan.stages[0].declared_first;
        world_mean(&w, first, 1500, cases[i].prompt);
        world_mean(&w, first + 1, 200, cases[i].answer);
        world_series(&w, first + 2, "part", "count", 400, 400);
        world_series(&w, first + 2, "quantile", "0.95", 0.02, cases[i].tpot);
        assert_int_equal(world_judge(&w)->stage, world_stage(&w, "prefill"));
        if (cases[i].says) {
            assert_says(&w, cases[i].says);
        } else {
            assert_row(&w, "prefill", "CULPRIT: slow");
        }
        world_finish(&w);
    }
}

/** The component TITLE has the root STAGE. */
static void take_for(struct world *w, const char *title, const char *stage)
{
    struct component_list *all = &w->plan.pipeline.components;
    struct component *c = NULL;
    for (size_t i = 0; i < all->count && !c; i++) {
        c = strcmp(all->items[i].title, title) == 0 ? &all->items[i] : NULL;
    }
    c = c ? c : component_add(all, title, title, "", "");
    names_push(&c->stages, stage);
}

// Several stages of one component are one thing: nothing else need be looked for.
static void what_all_share_may_be_one_component(void **state)
{
    (void)state;
    static const char yaml[] = "window: 5m\nrefresh: 15s\nspan: 1h\n"
                               "stages:\n"
                               "  - {name: rest, latency: rest_seconds, children: [\n"
                               "      {name: disk, latency: disk_seconds}]}\n"
                               "  - {name: grpc, latency: grpc_seconds}\n";
    static const struct {
        const char *rest, *disk, *grpc;
        const char *says;
    } cases[] = {
        {"Qdrant", NULL, "Qdrant", "Qdrant is slow in all that it does, 5.0x usual or more. Worst"},
        {"Qdrant", NULL, "Redis", "Everything is slow, 5.0x usual or more: a shared cause"},
        {"Qdrant", "Redis", "Qdrant", "Everything is slow, 5.0x usual or more: a shared cause"},
        {"Qdrant", NULL, NULL, "Everything is slow, 5.0x usual or more: a shared cause"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, yaml);
        w.waver = 0;
        const char *const components[] = {cases[i].rest, cases[i].disk, cases[i].grpc};
        static const char *const stages[] = {"rest", "disk", "grpc"};
        for (size_t k = 0; k < 3; k++) {
            double usual = k == 1 ? 0.2 : 0.3;
            world_requests(&w, stages[k], (struct load){2, usual}, (struct load){2, 5 * usual});
            if (components[k]) {
                take_for(&w, components[k], stages[k]);
            }
        }
        const struct verdict *v = world_judge(&w);
        assert_true(v->shared);
        assert_says(&w, cases[i].says);
        struct str s;
        const struct words words = world_words(&w);
        str_init(&s);
        words_add_summary(&s, &words);
        assert_int_equal(strstr(s.text, "Also:") == NULL, i == 0);
        str_finish(&s);
        world_finish(&w);
    }
}

// The parts of a server wait for its pool; elsewhere a pool that is full may be the effect.
static void a_part_waits_for_the_pool_of_its_server(void **state)
{
    (void)state;
    static const char yaml[] = "window: 5m\nrefresh: 15s\nspan: 1h\n"
                               "stages:\n"
                               "  - name: llm\n"
                               "    latency: llm_seconds\n"
                               "    saturation: [{name: batch, used: used, limit: most}]\n"
                               "    children: [{name: queue, latency: queue_seconds}]\n";
    for (int found = 0; found < 2; found++) {
        struct world w;
        world_init(&w, yaml);
        world_requests(&w, "llm", (struct load){2, 1.2}, (struct load){2, 4.2});
        world_requests(&w, "queue", (struct load){2, 0.2}, (struct load){2, 3.2});
        world_pool(&w, "llm", 20, 64, 64);
        if (found) {
            take_for(&w, "TGI", "llm");
        }
        world_judge(&w);
        assert_int_equal(w.diagnosis.verdict.stage, world_stage(&w, "queue"));
        assert_says(
            &w, found ? "of llm's rise; llm batch 64/64 in use." : "Also: llm: batch 64/64");
        assert_int_equal(w.diagnosis.verdict.also_count, !found);
        world_finish(&w);
    }
}

// What deviates is the cause of a stage that is slow, and is said once.
static void a_row_says_nothing_twice(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\n"
                   "stages: [{name: llm, latency: llm_seconds, signals: {waiting: {queue: a}}}]\n");
    world_requests(&w, "llm", (struct load){2, 1.2}, (struct load){2, 4.2});
    world_series(&w, w.plan.stages[0].declared_first, NULL, NULL, 0, 55);
    world_judge(&w);
    assert_row(&w, "llm", "CULPRIT: waiting requests 55, usually 0");
    struct verdict *v = &w.diagnosis.verdict;
    struct evidence *e = &v->evidence[v->evidence_count++];
    *e = (struct evidence){.kind = EVIDENCE_STALLED, .a = 1, .b = 4, .name = "llm-2"};
    assert_says(&w, "; waiting requests 55; llm-2, one of 4 pods of llm, completes nothing.");
    *e = (struct evidence){.kind = EVIDENCE_STALLED, .a = 2, .b = 4};
    assert_says(&w, "; waiting requests 55; 2 of 4 pods of llm complete nothing.");
    world_finish(&w);
}

// Who calls a stage that was found is not measured.
static void what_is_declared_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *signal;
        double usual, now;
        const char *says;
    } cases[] = {
        {"{health: {state: a, warn: 1, critical: 2}}", 0, 2, "llm: cluster health critical (2), "},
        {"{health: {state: a, warn: 1, critical: 2}}", 0, 1, "llm: cluster health warning (1), "},
        {"{cost: {rate: a_total}}", 2, 12.5, "llm: cost 12.5/h, usually 2/h, "},
        {"{memory: {ratio: a}}", 0.4, 0.9, "llm: memory in use 90 %, usually 40 %, "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        struct str yaml;
        str_init(&yaml);
        str_addf(&yaml,
            "window: 5m\nrefresh: 15s\nspan: 1h\nstages:\n"
            "  - {name: llm, latency: llm_seconds, signals: %s}\n",
            cases[i].signal);
        world_init(&w, yaml.text);
        world_requests(&w, "llm", (struct load){2, 0.3}, (struct load){2, 0.3});
        world_series(&w, w.plan.stages[0].declared_first, NULL, NULL, cases[i].usual, cases[i].now);
        world_judge(&w);
        assert_says(&w, cases[i].says);
        world_finish(&w);
        str_finish(&yaml);
    }
}

static void what_is_linked_by_its_role_is_a_condition(void **state)
{
    (void)state;
    struct world w;
    judge(&w, (struct load){2, 0.05}, (struct load){2, 3.6});
    w.plan.stages[world_stage(&w, "gen")].linked = true;
    assert_says(&w, "3.5x usual, since 08:50, and explains 100 % of rag's rise if rag calls it.");
    world_finish(&w);
}

static void what_others_call_too_is_said_to_be_shared(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\n"
                   "stages: [{name: rag, latency: rag_seconds, children: ["
                   "{name: gen, latency: gen_seconds}]}]\n");
    w.plan.stages[world_stage(&w, "gen")].separate = true;
    world_requests(&w, "rag", (struct load){2, 1}, (struct load){2, 4});
    world_requests(&w, "gen", (struct load){2, 0.6}, (struct load){8, 3.6});
    world_judge(&w);
    assert_says(&w,
        "and explains 100 % of rag's rise; it is shared with others, which make 75 % of "
        "its calls");
    world_finish(&w);
}

// `78 % of its requests take longer` explains nothing by itself: all of it does.
static void more_that_are_slow_explain_a_rise(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\n"
                   "stages: [{name: rag, latency: rag_seconds, children: ["
                   "{name: gen, latency: gen_seconds}]}]\n");
    world_requests(&w, "rag", (struct load){20, 0.6}, (struct load){20, 0.84});
    static const struct {
        const char *le;
        double usual, now;
    } buckets[] = {{"0.2", 0.4, 0.2}, {"0.25", 19.98, 4.4}, {"0.315", 20, 20}, {"+Inf", 20, 20}};
    int signal = w.plan.stages[world_stage(&w, "gen")].latency_signal;
    for (size_t i = 0; i < sizeof buckets / sizeof *buckets; i++) {
        world_series(&w, signal, "le", buckets[i].le, buckets[i].usual, buckets[i].now);
    }
    world_series(&w, signal, "part", "sum", 4.5, 5.6);
    world_judge(&w);
    assert_says(&w,
        "Gen is the culprit: 78 % of its requests take longer than 250 ms, usually 0.1 %, since "
        "08:50; that explains ");
    world_finish(&w);
}

// What is declared is asked for next, and not a latency that is as ever.
static void what_is_declared_is_to_be_looked_at(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\n"
                   "stages: [{name: llm, latency: l, signals: {waiting: {queue: queued}}}]\n");
    world_requests(&w, "llm", (struct load){2, 0.3}, (struct load){2, 0.3});
    world_series(&w, w.plan.stages[0].declared_first, NULL, NULL, 2, 40);
    assert_int_equal(world_judge(&w)->signal, CLASS_DECLARED);
    struct words words = world_words(&w);
    struct words_step step;
    assert_true(words_next(&step, &words, 0));
    assert_string_equal(step.what, "waiting requests");
    assert_int_equal(step.signal, w.plan.stages[0].declared_first);
    assert_non_null(strstr(step.promql, "queued"));
    assert_false(words_next(&step, &words, 1));
    world_finish(&w);
}

static void what_is_too_fast_is_so_since(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\nstages: [{name: index, latency: i}]\n");
    world_requests(&w, "index", (struct load){20, 0.6}, (struct load){20, 0.006});
    world_judge(&w);
    assert_says(&w, "Index answers far too fast, as if it had nothing to do: its mean is 2.0 ms, "
                    "usually 200 ms, "
                    "since 08:50.");
    world_finish(&w);
}

// What is called too often shares a rise as what is slow does.
static void one_is_called_more_and_one_is_slow(void **state)
{
    (void)state;
    struct world w;
    const struct verdict *v = judge(&w, (struct load){2, 1.8}, (struct load){4.2, 1.2});
    int gen = world_stage(&w, "gen");
    assert_int_equal(v->stage, world_stage(&w, "embed"));
    assert_int_equal(v->second, gen);
    assert_int_equal(v->also[0].signal, CLASS_CALLS);
    assert_true(has(v, EVIDENCE_CALLED, gen) && !has(v, EVIDENCE_DEVIATION, gen));
    assert_says(&w, "; gen is called 2.1 times per question, usually 1.0, and explains another");
    world_finish(&w);
}

// Whether it has always been so, nobody can tell; that the SLO is broken is known.
static void a_broken_slo_is_as_sure_as_not(void **state)
{
    (void)state;
    static const struct {
        bool history;
        double usual_s, now_s, errors, least, most;
    } cases[] = {
        {false, 5, 5, 0, 0.49, 0.51},
        {false, 0.3, 0.3, 0.4, 0.49, 0.51},
        {true, 5, 5, 0, 0.49, 0.51}, // it has always been so
        {true, 0.3, 5, 0, 0.9, 0.99},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\n"
                       "stages: [{name: a, latency: a_seconds, errors: a_total, slo: {p95: 2s, "
                       "errors: 1%}}]\n");
        w.store.history_seen = true;
        w.days = cases[i].history ? WORLD_DAYS : 0;
        w.has_recent = w.has_span = cases[i].history;
        world_requests(
            &w, "a", (struct load){2, cases[i].usual_s}, (struct load){2, cases[i].now_s});
        world_errors(&w, "a", 0, cases[i].errors);
        const struct verdict *v = world_judge(&w);
        assert_int_equal(v->condition, VERDICT_INCIDENT);
        if (!(v->confidence >= cases[i].least && v->confidence <= cases[i].most)) {
            fail_msg("case %zu: %g", i, v->confidence);
        }
        world_finish(&w);
    }
}

/** Calls of two tools and of many small ones, 1/s together; how many of each fail per second. */
static void fail_tools(struct world *w, double first, double second, double others)
{
    world_init(w, world_article);
    w->waver = 0;
    world_calm(w);
    static const double rates[] = {0.5, 0.3, 0.1, 0.1};
    const double failing[] = {first, second, others / 2, others / 2};
    for (size_t i = 0; i < 4; i++) {
        const char name[] = {(char)('p' + i), '\0'};
        world_tool(w, name, rates[i], rates[i]);
        world_series(w, w->plan.tool_errors, "tool_name", name, 0, failing[i]);
    }
    world_judge(w);
}

static void failing_tools_are_named(void **state)
{
    (void)state;
    static const struct {
        double first, second, others;
        const char *said; // NULL: none
        bool alone;
    } cases[] = {
        {0.2, 0, 0, "Tool p is failing: 40 % of its calls, usually 0 %, since 08:50.", true},
        {0.2, 0.0505, 0, ", mostly p (40 % of its calls) and q (17 %).", false},
        {0.2, 0.049, 0, ", mostly p (40 % of its calls).", false}, // less than a fifth of all
        {0.03, 0.15, 0, ", mostly q (50 % of its calls).", false},
        {0.11, 0.03, 0.04, ", mostly p (22 % of its calls).", false}, // 61 % of all
        {0.1, 0.033, 0.036, NULL, false}, // 59 %, and none else has a fifth
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        fail_tools(&w, cases[i].first, cases[i].second, cases[i].others);
        const struct verdict *v = &w.diagnosis.verdict;
        assert_int_equal(v->tools, !cases[i].alone);
        assert_says(&w, cases[i].said ? cases[i].said : "since 08:50.");
        bool told = false;
        for (size_t k = 0; k < v->evidence_count; k++) {
            told = told || v->evidence[k].kind == EVIDENCE_FAILING;
        }
        assert_int_equal(told, cases[i].said != NULL);
        world_finish(&w);
    }
}

// Among the calls of all, those of one that is seldom called are too few to be seen.
static void a_tool_that_fails_alone_is_an_incident(void **state)
{
    (void)state;
    static const struct {
        double failing;
        enum severity severity;
        const char *said;
    } cases[] = {
        {0, SEVERITY_OK, "OK: "},
        {0.03, SEVERITY_WARNING,
            "Tool q is failing: 3.0 % of its calls, usually 0 %, since 08:50."},
        {0.15, SEVERITY_CRITICAL,
            "Tool q is failing: 15 % of its calls, usually 0 %, since 08:50."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, world_article);
        w.waver = 0;
        world_calm(&w);
        world_tool(&w, "p", 50, 50);
        world_tool(&w, "q", 1, 1);
        world_series(&w, w.plan.tool_errors, "tool_name", "p", 0, 0);
        world_series(&w, w.plan.tool_errors, "tool_name", "q", 0, cases[i].failing);
        const struct verdict *v = world_judge(&w);
        assert_true(w.diagnosis.tool_errors.severity == SEVERITY_OK);
        assert_int_equal(v->severity, cases[i].severity);
        assert_int_equal(v->tool >= 0, i > 0);
        if (v->tool >= 0) {
            assert_string_equal(w.diagnosis.tools[v->tool].name, "q");
            assert_int_equal(w.diagnosis.tools[v->tool].errors.severity, v->severity);
        }
        assert_says(&w, cases[i].said);
        world_finish(&w);
    }
}

static void a_tool_that_is_slow_is_named(void **state)
{
    (void)state;
    static const char yaml[] = "window: 5m\nspan: 1h\nrefresh: 15s\n"
                               "baseline: {kind: auto, range: 7d}\n"
                               "stages: [{name: agent, latency: agent_seconds}]\n"
                               "tools: {calls: t_total, latency: t_seconds, label: tool_name}\n";
    static const struct {
        double p95_s; // of the agent
        const char *said;
    } cases[] = {
        {0.3, "Tool fetch is slow: its calls take 8.0 s on average, usually 400 ms, since 08:50."},
        {12, "Tool fetch is slow: its calls take 8.0 s on average, usually 400 ms, since 08:50. "
             "Also: agent is slow (P95 "},
        {30, "Agent is the culprit: its P95 is "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, yaml);
        w.waver = 0;
        world_requests(&w, "agent", (struct load){2, 0.3}, (struct load){2, cases[i].p95_s});
        world_series(&w, w.plan.tool_calls, "tool_name", "fetch", 1, 1);
        world_series(&w, w.plan.tool_latency, "tool_name", "fetch", 0.4, 8);
        world_judge(&w);
        assert_says(&w, cases[i].said);
        world_finish(&w);
    }
}

// A tool is no stage: beside its fault none of the stages is another one.
static void stages_beside_a_tool_are_no_others(void **state)
{
    (void)state;
    static const char yaml[] =
        "window: 5m\nspan: 1h\nrefresh: 15s\nbaseline: {kind: auto, range: 7d}\n"
        "stages:\n- {name: s0, latency: s0_seconds}\n- {name: s1, latency: s1_seconds}\n"
        "- {name: s2, latency: s2_seconds}\n- {name: s3, latency: s3_seconds}\n"
        "- {name: s4, latency: s4_seconds}\n"
        "tools: {calls: t_total, latency: t_seconds, label: tool_name}\n";
    static const struct {
        double fetch_s, p95_s; // of the tool and of the fifth stage; 0: it has no data
        const char *said, *where;
    } cases[] = {
        {8, 0.3,
            "Tool fetch is slow: its calls take 8.0 s on average, usually 400 ms, since "
            "08:50. All 5 stages are normal.",
            "all 5 stages (normal)"},
        {8, 0, " 4 stages are normal.", "4 stages (all normal)"},
        {0.4, 12, " 4 other stages are normal.", "4 other stages (all normal)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, yaml);
        w.waver = 0;
        for (int k = 0; k < (cases[i].p95_s > 0 ? 5 : 4); k++) {
            char name[] = {'s', (char)('0' + k), '\0'};
            world_requests(
                &w, name, (struct load){2, 0.3}, (struct load){2, k == 4 ? cases[i].p95_s : 0.3});
        }
        world_series(&w, w.plan.tool_calls, "tool_name", "fetch", 1, 1);
        world_series(&w, w.plan.tool_latency, "tool_name", "fetch", 0.4, cases[i].fetch_s);
        world_judge(&w);
        assert_says(&w, cases[i].said);
        assert_block_has(&w, cases[i].where);
        world_finish(&w);
    }
}

// Nobody knows whose they are.
static void of_failures_without_a_tool_none_is_named(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    world_calm(&w);
    world_tool(&w, "p", 1, 1);
    world_tool_errors(&w, 0, 0.4);
    world_judge(&w);
    assert_true(w.diagnosis.verdict.tools);
    assert_int_equal(w.diagnosis.failing_count, 0);
    world_finish(&w);
}

// A row that is not known is no row that is as usual.
static void what_cannot_be_judged_is_told_beside_a_fault(void **state)
{
    (void)state;
    static const struct {
        const char *stage;
        double resets, mixed;
        const char *said;
    } cases[] = {
        {"rag", 12, 6, " Rag cannot be judged: several processes answer behind one port."},
        {"rag", 12, 0, " Rag cannot be judged: its counters are reset too often."},
        {"embed", 12, 6, " Embed cannot be judged: several processes answer behind one port."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, three);
        world_requests(&w, "rag", (struct load){2, 1.5}, (struct load){2, 5.5});
        world_requests(&w, "embed", (struct load){2, 0.05}, (struct load){2, 0.05});
        world_requests(&w, "gen", (struct load){2, 1.2}, (struct load){2, 5.2});
        int signal = w.plan.stages[world_stage(&w, cases[i].stage)].latency_signal;
        char index[16];
        snprintf(index, sizeof index, "%d", signal);
        world_series(&w, w.plan.conduct, "resets", index, cases[i].resets, cases[i].resets);
        world_series(&w, w.plan.conduct, "samples", index, 31, 31);
        world_series(&w, w.plan.mixed, "mixed", index, cases[i].mixed, cases[i].mixed);
        const struct verdict *v = world_judge(&w);
        assert_int_equal(v->stage, world_stage(&w, "gen"));
        assert_says(&w, cases[i].said);
        world_finish(&w);
    }
}

// A stage that is not there at all is named beside those that are as usual.
static void a_stage_that_was_never_there_is_named(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, three);
    world_requests(&w, "rag", (struct load){2, 1.5}, (struct load){2, 1.5});
    world_requests(&w, "gen", (struct load){2, 1.2}, (struct load){2, 1.2});
    world_judge(&w);
    assert_says(&w, "OK: 2 of 3 stages normal (600 requests). Embed has no data.");
    world_finish(&w);
}

// Of parts whose gauges are no numbers nobody knows that they are as usual.
static void what_is_no_number_is_not_as_usual(void **state)
{
    (void)state;
    static const struct {
        bool gen;
        const char *said;
    } cases[] = {
        {false, "OK: 2 of 3 stages normal (600 requests). Embed cannot be judged: its "
                "value is +Inf."},
        {true, "OK: 1 of 3 stages normal (600 requests). Embed and gen cannot be "
               "judged; each row says why."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, three);
        world_requests(&w, "rag", (struct load){2, 1.5}, (struct load){2, 1.5});
        world_requests(&w, "gen", (struct load){2, 1.2}, (struct load){2, 1.2});
        for (int k = 0; k < 1 + cases[i].gen; k++) {
            const struct stage *of = &w.plan.stages[world_stage(&w, k ? "gen" : "embed")];
            struct signal_data *data = &w.store.signals[of->latency_signal];
            data->condition = CONDITION_REFUSED;
            data->unfit = true;
            snprintf(data->why, STORE_WHY_MAX, "its value is +Inf");
        }
        const struct verdict *v = world_judge(&w);
        assert_int_equal(v->severity, SEVERITY_OK);
        assert_says(&w, cases[i].said);
        world_finish(&w);
    }
}

// The latency counts calls that have ended: one that hangs has been called.
static void calls_that_do_not_end_are_not_said_to_be_missing(void **state)
{
    (void)state;
    static const struct {
        double embed;
        const char *said;
    } cases[] = {
        {0.1, "Also: embed completes 0.05 calls per question, usually 1.0."},
        {0, "Also: embed no longer completes any calls, usually 1.0 per question."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        judge(&w, (struct load){cases[i].embed, 0.05}, (struct load){2, 5.2});
        assert_says(&w, cases[i].said);
        world_finish(&w);
    }
}

static void a_hang_is_a_list(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\n"
                   "stages: [{name: llm, latency: llm_seconds, errors: llm_bad, saturation: "
                   "[{name: waiting, used: llm_waiting}, "
                   "{name: running, used: llm_running, limit: llm_most}]}]\n");
    world_requests(&w, "llm", (struct load){2, 0.3}, (struct load){0, 0.3});
    world_errors(&w, "llm", 0, 6.0 / 300);
    int waiting = w.plan.stages[0].saturation_first;
    world_series(&w, waiting, "part", "used", 0, 212);
    world_series(&w, waiting + 1, "part", "used", 10, 64);
    world_series(&w, waiting + 1, "part", "limit", 64, 64);
    world_judge(&w);
    assert_says(&w, ", usually 2.0/s: waiting 212 (usually 0), running 64/64 in use and 6 failed "
                    "requests in the last 5 min.");
    world_finish(&w);
}

/** What nobody knows of a pool is not as usual, and is mentioned, beside a fault as well. */
static void a_pool_of_which_nothing_is_known(void **state)
{
    (void)state;
    static const struct {
        enum presence used, limit;
        enum condition condition;
        double now; // of what is in use; 10 are usual
        const char *row, *said;
        bool gone; // its limit has no data any more
    } cases[] = {
        {PRESENCE_SERIES, PRESENCE_SERIES, CONDITION_ANSWERED, 10, "; pool: no data",
            "Pool of rag cannot be judged: it has no data.", true},
        {PRESENCE_ABSENT, PRESENCE_SERIES, CONDITION_ANSWERED, NAN, "; pool: no such metric",
            "Pool of rag cannot be judged: no such metric.", false},
        {PRESENCE_UNLABELLED, PRESENCE_SERIES, CONDITION_ANSWERED, NAN, "; pool: no such metric",
            "Pool of rag cannot be judged: no such metric.", false},
        {PRESENCE_SERIES, PRESENCE_ABSENT, CONDITION_ANSWERED, 10, "; pool: no such metric",
            "Pool of rag cannot be judged: no such metric.", false},
        {PRESENCE_SERIES, PRESENCE_SERIES, CONDITION_REFUSED, 10, "; pool: the query fails",
            "Pool of rag cannot be judged: the query fails.", false},
        {PRESENCE_SERIES, PRESENCE_SERIES, CONDITION_ANSWERED, NAN, "; pool: no data",
            "Pool of rag cannot be judged: it has no data.", false},
        {PRESENCE_SERIES, PRESENCE_SERIES, CONDITION_ANSWERED, 10, "", NULL, false},
    };
    for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
        size_t k = i / 2;
        bool slow = i % 2;
        struct world w;
        world_init(&w, "stages: [{name: rag, latency: rag_seconds, "
                       "saturation: [{name: pool, used: pool_used, limit: pool_size}]}]\n");
        world_requests(&w, "rag", (struct load){2, 1.5}, (struct load){2, slow ? 9 : 1.5});
        int pool = w.plan.stages[0].saturation_first;
        world_series(
            &w, pool, "part", "used", cases[k].used == PRESENCE_SERIES ? 10 : NAN, cases[k].now);
        double limit = cases[k].limit == PRESENCE_SERIES ? 64 : NAN;
        world_series(&w, pool, "part", "limit", limit, cases[k].gone ? NAN : limit);
        w.plan.signals[pool].presence = cases[k].used;
        w.plan.signals[pool].limit_presence = cases[k].limit;
        w.store.signals[pool].condition = cases[k].condition;
        world_judge(&w);
        char reason[64];
        snprintf(reason, sizeof reason, "normal%s", cases[k].row);
        assert_row(&w, "rag", slow ? "CULPRIT: slow" : reason);
        assert_says(&w, slow            ? "Rag is the culprit"
                        : cases[k].said ? "OK: latency normal in 1 stage (" // nothing counts errors
                                        : "OK: 1 stage normal (");
        assert_says(&w, cases[k].said ? cases[k].said : "");
        world_finish(&w);
    }
}

/** Of many only the first are named. */
static void pools_of_which_nothing_is_known(void **state)
{
    (void)state;
    static const char *const said[] = {"Queue of a cannot be judged: no such metric.",
        "Queue of a and queue of b cannot be judged: no such metrics.",
        "Queue of a, queue of b and queue of c cannot be judged: no such metrics.",
        "Queue of a, queue of b and 2 others cannot be judged: no such metrics."};
    for (int absent = 1; absent <= 4; absent++) {
        struct world w;
        struct str yaml;
        str_init(&yaml);
        str_add(&yaml, "stages:\n");
        for (char name = 'a'; name < 'e'; name++) {
            str_addf(&yaml,
                "  - {name: %c, latency: %c_seconds, saturation: [{name: queue, used: "
                "%c_queue}]}\n",
                name, name, name);
        }
        world_init(&w, yaml.text);
        str_finish(&yaml);
        for (int i = 0; i < 4; i++) {
            world_requests(&w, w.plan.stages[i].name, (struct load){2, 1.5}, (struct load){2, 1.5});
            enum presence presence = i < absent ? PRESENCE_ABSENT : PRESENCE_SERIES;
            w.plan.signals[w.plan.stages[i].saturation_first].presence = presence;
        }
        world_judge(&w);
        assert_says(&w, said[absent - 1]);
        world_finish(&w);
    }
}

/** 15 calls are too few to alarm; that all of them failed is not as usual. */
static void few_calls_of_a_tool_that_fail(void **state)
{
    (void)state;
    for (int failing = 0; failing < 2; failing++) {
        struct world w;
        world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\n"
                       "stages: [{name: rag, latency: rag_seconds}]\n"
                       "tools: {calls: tool_total, label: tool, errors: tool_bad_total}\n");
        w.waver = 0;
        world_requests(&w, "rag", (struct load){2, 1.5}, (struct load){2, 1.5});
        world_tool(&w, "search", 6, 6);
        world_series(&w, w.plan.tool_calls, "tool", "refund", 0.05, 0.05);
        world_series(&w, w.plan.tool_errors, "tool", "search", 0.02, 0.02);
        world_series(&w, w.plan.tool_errors, "tool", "refund", 0, failing ? 0.05 : 0);
        world_judge(&w);
        assert_says(&w, failing ? "OK: latency normal in 1 stage" : "OK: 1 stage normal");
        assert_says(&w, failing
                            ? " Tool refund had only 15 calls, too few to judge, but all of them "
                              "failed, usually 0 %."
                            : "requests).");
        world_finish(&w);
    }
}

/** Two are both, and what nobody asks for is not among those that are normal. */
static void what_is_normal_is_counted(void **state)
{
    (void)state;
    static const struct {
        double per_second;
        const char *said;
    } cases[] = {
        {2, "OK: both stages normal (600 requests)."},
        {0, "OK: 1 stage with traffic normal (600 requests)."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(
            &w, "stages: [{name: rag, latency: rag_seconds}, {name: gen, latency: g_seconds}]\n");
        struct load gen = {cases[i].per_second, 0.3};
        world_requests(&w, "rag", (struct load){2, 1.5}, (struct load){2, 1.5});
        world_requests(&w, "gen", gen, gen);
        world_judge(&w);
        assert_says(&w, cases[i].said);
        world_finish(&w);
    }
}

/** A sentence begins as one, whatever its stage is called. */
static void a_stage_without_its_metric(void **state)
{
    (void)state;
    struct world w;
    world_init(
        &w, "stages: [{name: rag, latency: rag_seconds}, {name: gen, latency: g_seconds}]\n");
    world_requests(&w, "rag", (struct load){2, 1.5}, (struct load){2, 1.5});
    w.plan.stages[1].kind = LATENCY_ABSENT;
    w.store.signals[w.plan.stages[1].latency_signal].condition = CONDITION_ABSENT;
    world_judge(&w);
    assert_says(&w, "requests). Gen cannot be judged: no such metric.");
    note_set(w.store.unmet, "No data at that time: only later.");
    assert_says(&w, "requests). Gen cannot be judged. No data at that time: only later.");
    world_finish(&w);
}

/** Of a rise that is shared, the rest belongs to somebody, too: 30 % from here on is worth a word.
 */
static void the_rest_is_the_parents_own(void **state)
{
    (void)state;
    static const struct {
        double own_s;
        bool told;
    } cases[] = {{0, false}, {0.4, false}, {0.7, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, three);
        w.waver = 0;
        world_requests(&w, "rag", (struct load){2, 1.5}, (struct load){2, 2.7 + cases[i].own_s});
        world_requests(&w, "embed", (struct load){2, 0.05}, (struct load){2, 0.05});
        world_requests(&w, "gen", (struct load){2, 1.2}, (struct load){2, 2.4});
        world_judge(&w);
        assert_says(&w, "Gen is the culprit");
        const struct words words = world_words(&w);
        struct str s;
        str_init(&s);
        words_add_summary(&s, &words);
        assert_int_equal(strstr(s.text, " is rag's own time.") != NULL, cases[i].told);
        str_finish(&s);
        world_finish(&w);
    }
}

/** Of own times one inside the other none hides another, and a row names the largest part. */
static void each_own_time_is_told(void **state)
{
    (void)state;
    static const char nested[] = "stages:\n"
                                 "  - name: ask\n"
                                 "    latency: ask_seconds\n"
                                 "    children:\n"
                                 "      - name: dig\n"
                                 "        latency: dig_seconds\n"
                                 "        children: [{name: disk, latency: disk_seconds}]\n"
                                 "      - {name: say, latency: say_seconds}\n";
    static const struct {
        double ask, dig, disk, say; // more seconds at the P95
        const char *says, *row, *reason;
    } cases[] = {
        {12, 6.6, 3.6, 0, "another 45 % is dig's own time; 45 % of ask's rise is its own time.",
            "ask", "slow: 55 % is dig"},
        {12, 6.6, 6.6, 0, "explains 100 % of dig's rise; 45 % of ask's rise is its own time.",
            "dig", "slow: 100 % is disk"},
        {9, 2.7, 0, 2.7, "another 30 %; another 40 % is ask's own time.", "ask",
            "slow: 40 % is its own time"},
        {9, 5.4, 2.43, 0,
            "of ask's rise; 55 % of dig's rise is its own time; another 40 % is ask's "
            "own time.",
            "dig", "CULPRIT: 55 % is its own time"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, nested);
        w.waver = 0;
        world_requests(&w, "ask", (struct load){2, 6}, (struct load){2, 6 + cases[i].ask});
        world_requests(&w, "dig", (struct load){2, 1.5}, (struct load){2, 1.5 + cases[i].dig});
        world_requests(&w, "disk", (struct load){2, 0.6}, (struct load){2, 0.6 + cases[i].disk});
        world_requests(&w, "say", (struct load){2, 3}, (struct load){2, 3 + cases[i].say});
        world_judge(&w);
        assert_says(&w, cases[i].says);
        assert_row(&w, cases[i].row, cases[i].reason);
        world_finish(&w);
    }
}

// What is down of a stage that nothing times is mostly an exporter beside it, and no service.
static void an_exporter_that_is_down_is_no_service_that_is(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, "stages:\n  - {name: llm, latency: llm_seconds}\n"
                   "  - {name: gpu, signals: {busy: {ratio: gpu_busy}}}\n");
    world_requests(&w, "llm", (struct load){2, 0.3}, (struct load){2, 0.3});
    world_served_by(&w, "gpu", "dcgm-exporter", NULL);
    world_targets(&w, "dcgm-exporter", 1, 0, 1);
    const struct verdict *v = world_judge(&w);
    assert_int_equal(v->condition, VERDICT_INCIDENT);
    assert_int_equal(v->severity, SEVERITY_WARNING);
    assert_says(&w, "only target of job \"dcgm-exporter\" has not answered ");
    assert_says(&w, ": nothing is known of gpu meanwhile.");
    world_finish(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_exporter_that_is_down_is_no_service_that_is),
        cmocka_unit_test(of_two_the_worse_is_named_first),
        cmocka_unit_test(each_own_time_is_told),
        cmocka_unit_test(both_are_named),
        cmocka_unit_test(calls_and_slowness_are_told_together),
        cmocka_unit_test(what_is_declared_is_said),
        cmocka_unit_test(what_is_linked_by_its_role_is_a_condition),
        cmocka_unit_test(what_others_call_too_is_said_to_be_shared),
        cmocka_unit_test(why_requests_wait_is_said),
        cmocka_unit_test(more_that_are_slow_explain_a_rise),
        cmocka_unit_test(what_is_declared_is_to_be_looked_at),
        cmocka_unit_test(what_is_too_fast_is_so_since),
        cmocka_unit_test(one_is_called_more_and_one_is_slow),
        cmocka_unit_test(failing_tools_are_named),
        cmocka_unit_test(of_failures_without_a_tool_none_is_named),
        cmocka_unit_test(what_cannot_be_judged_is_told_beside_a_fault),
        cmocka_unit_test(a_stage_that_was_never_there_is_named),
        cmocka_unit_test(a_tool_that_fails_alone_is_an_incident),
        cmocka_unit_test(a_tool_that_is_slow_is_named),
        cmocka_unit_test(stages_beside_a_tool_are_no_others),
        cmocka_unit_test(what_is_no_number_is_not_as_usual),
        cmocka_unit_test(calls_that_do_not_end_are_not_said_to_be_missing),
        cmocka_unit_test(a_hang_is_a_list),
        cmocka_unit_test(a_broken_slo_is_as_sure_as_not),
        cmocka_unit_test(a_pool_of_which_nothing_is_known),
        cmocka_unit_test(pools_of_which_nothing_is_known),
        cmocka_unit_test(why_a_model_is_slow_is_said),
        cmocka_unit_test(what_all_share_may_be_one_component),
        cmocka_unit_test(a_part_waits_for_the_pool_of_its_server),
        cmocka_unit_test(a_row_says_nothing_twice),
        cmocka_unit_test(few_calls_of_a_tool_that_fail),
        cmocka_unit_test(what_is_normal_is_counted),
        cmocka_unit_test(a_stage_without_its_metric),
        cmocka_unit_test(the_rest_is_the_parents_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
