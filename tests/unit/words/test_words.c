#include "words/words.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "unit/words/said.h"
#include "unit/world.h"
#include "words/doubt.h"

static void tells_the_article(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    world_requests(&w, "retrieval", usually, (struct load){2, 1.8});
    world_requests(&w, "vector_db", (struct load){2, 0.25}, (struct load){2, 1.7});
    world_requests(&w, "generation", (struct load){2, 0.55}, (struct load){2, 0.55});
    world_pool(&w, "vector_db", 40, 97, 100);
    world_judge(&w);
    SUMMARY(&w, "vector_db is the culprit", "its P95 is 1.7 s", "usual", "explains 97 %",
        "retrieval's rise", "connections 97/100", "Generation is normal (n=600)");
    assert_reason(&w, "retrieval", "slow: 97 %");
    assert_reason(&w, "vector_db", "CULPRIT: ");
    assert_reason(&w, "vector_db", "connections 97/100");
    assert_reason(&w, "generation", "normal");
    const struct words words = world_words(&w);
    assert_true(words_is_culprit(&words, world_stage(&w, "vector_db")));
    assert_false(words_is_culprit(&words, world_stage(&w, "retrieval")));
    struct str s;
    str_init(&s);
    size_t steps = 0;
    for (struct words_step step; words_next(&step, &words, steps); steps++) {
        str_addf(&s, "%s: %s\n", step.what, step.promql);
    }
    assert_true(steps >= 1 && steps < 10);
    assert_has("next", s.text, "vector_db_connections_active");
    assert_has("next", s.text, "vector_db_query_duration_seconds");
    str_clear(&s);
    for (size_t i = 0; i < w.diagnosis.verdict.evidence_count; i++) {
        words_add_evidence(&s, &words, i);
        str_addc(&s, '\n');
    }
    assert_has("evidence", s.text, "vector_db P95 1.7 s, usually 250 ms");
    assert_has("evidence", s.text, "97 % of retrieval's rise is vector_db");
    assert_has("evidence", s.text, "connections 97/100 in use");
    assert_has("evidence", s.text, "generation is normal (600 requests)");
    str_clear(&s);
    words_add_usual(&s, &words);
    assert_string_equal(s.text, "median of this hour on 7 days");
    str_finish(&s);
    world_finish(&w);
}

/** Of what is not asked there is no step, and those after it stay. */
static void a_step_has_a_query(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    world_requests(&w, "retrieval", usually, (struct load){2, 1.8});
    world_requests(&w, "vector_db", (struct load){2, 0.25}, (struct load){2, 1.7});
    world_requests(&w, "generation", (struct load){2, 0.55}, (struct load){2, 0.55});
    world_pool(&w, "vector_db", 40, 97, 100);
    world_judge(&w);
    const struct words words = world_words(&w);
    struct words_step first, second;
    assert_true(words_next(&first, &words, 0) && words_next(&second, &words, 1));
    char **shown =
        &w.plan.signals[w.plan.stages[world_stage(&w, "vector_db")].saturation_first].shown;
    char *kept = *shown;
    *shown = NULL;
    assert_true(words_next(&first, &words, 0));
    assert_string_equal(first.what, second.what);
    assert_false(words_next(&first, &words, 1));
    *shown = kept;
    world_finish(&w);
}

/** Which pod uses how much is asked by the one label that tells pods apart, as they show it. */
static void a_step_has_the_label_of_pods(void **state)
{
    (void)state;
    static const struct {
        const char *namespaces[2]; // of the two pods
        bool pods;                 // they are known
        const char *by;
    } cases[] = {
        {{"a", "a"}, true,
            "sum by (k8s_pod_name) (vector_db_connections_active) / (sum by "
            "(k8s_pod_name) (vector_db_connections_max) > 0)"},
        {{"a", "b"}, true, "sum by (namespace, k8s_pod_name) (vector_db_connections_active) / "},
        {{"a", "b"}, false, "sum by (pod, pod_name, k8s_pod_name, "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        static const char *const pods[] = {"db-0", "db-1"};
        struct world w;
        world_init(&w, world_article);
        int stage = world_stage(&w, "vector_db"), of = w.plan.stages[stage].pods_signal;
        char index[16];
        snprintf(index, sizeof index, "%d", stage);
        world_requests(&w, "retrieval", usually, (struct load){2, 1.8});
        world_requests(&w, "vector_db", (struct load){2, 0.25}, (struct load){2, 1.7});
        world_pool(&w, "vector_db", 40, 97, 100);
        for (int k = 0; k < 2; k++) {
            if (cases[i].pods) {
                world_series(&w, of, "k8s_pod_name", pods[k], 1, 1);
            }
            world_series(&w, w.plan.places, "k8s_pod_name", pods[k], 1, 1);
        }
        world_judge(&w);
        for (int k = 0; k < 2; k++) {
            struct labels *l = &w.store.signals[w.plan.places].live.series[k].labels;
            labels_set(l, "namespace", cases[i].namespaces[k]);
            labels_set(l, "stage", index);
        }
        const struct words words = world_words(&w);
        struct words_step step;
        struct str s;
        str_init(&s);
        assert_true(words_next(&step, &words, 0));
        words_add_promql(&s, &words, step.signal, step.promql);
        assert_has("next", s.text, cases[i].by);
        str_finish(&s);
        world_finish(&w);
    }
}

static void tells_other_incidents(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    world_requests(&w, "retrieval", usually, usually);
    world_errors(&w, "retrieval", NAN, 0.4);
    world_judge(&w);
    SUMMARY(&w, "Retrieval is failing: 20 % of its requests, usually 0 %");
    assert_reason(&w, "retrieval", "CULPRIT: errors 20 %, usually 0 %");
    world_finish(&w);

    world_init(&w, world_article);
    world_calm(&w);
    world_tool(&w, "calculator", 0.1, 3);
    world_judge(&w);
    SUMMARY(&w, "Tool calculator is called too often: 1.5 times per question, usually 0.05");
    struct str s;
    const struct words words = world_words(&w);
    str_init(&s);
    words_add_tool_reason(&s, &words, w.diagnosis.verdict.tool);
    assert_string_equal(s.text, "CULPRIT: called too often");
    str_finish(&s);
    world_finish(&w);

    world_init(&w, world_article);
    world_requests(&w, "retrieval", usually, usually);
    world_tool(&w, "search", 1, 1);
    world_tool_errors(&w, NAN, 0.5);
    world_judge(&w);
    SUMMARY(&w, "Tool calls are failing: 50 % of them, usually 0 %");
    world_finish(&w);

    world_init(&w, world_article);
    world_requests(&w, "vector_db", usually, usually);
    world_pool(&w, "vector_db", 40, 97, 100);
    world_judge(&w);
    SUMMARY(&w, "vector_db is running out of capacity: connections 97/100 in use, usually 40 %, "
                "since 08:50");
    world_finish(&w);

    world_init(&w, world_article);
    world_requests(&w, "retrieval", usually, (struct load){2, 60});
    world_requests(&w, "generation", usually, usually);
    world_judge(&w);
    SUMMARY(
        &w, "Retrieval is slow: its P95 is at least 10 s, at least 33x usual (its mean is 20 s");
    world_finish(&w);

    world_init(&w, world_article);
    world_requests(&w, "retrieval", usually, (struct load){2, 3});
    world_requests(&w, "generation", usually, (struct load){2, 1.8});
    world_judge(&w);
    SUMMARY(&w,
        "Retrieval and generation are the culprits: retrieval's P95 is 3.6 s, 12x usual, since "
        "08:50; generation's P95 is 1.8 s, 6.0x usual, since 08:50.");
    world_finish(&w);

    world_init(&w, world_article);
    world_requests(&w, "retrieval", usually, (struct load){2, 3});
    world_requests(&w, "vector_db", (struct load){2, 0.2}, (struct load){2, 1.8});
    world_requests(&w, "generation", usually, (struct load){2, 2.5});
    world_judge(&w);
    SUMMARY(&w, "Everything is slow, 8.");
    world_finish(&w);
}

/** The span shows nothing but the incident, of ten minutes: when it began is not known. */
static void tells_what_began_before_the_span(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    w.has_recent = w.has_span = false;
    world_calm(&w);
    world_requests(&w, "vector_db", (struct load){2, 0.25}, (struct load){2, 1.7});
    world_judge(&w);
    assert_true(world_of(&w, "vector_db")->onset.since_ms == 0);
    SUMMARY(&w, "usual, for more than 10 min");
    world_finish(&w);

    world_init(&w, world_article);
    w.has_recent = w.has_span = false;
    world_calm(&w);
    world_errors(&w, "generation", 0.002, 0.4);
    world_judge(&w);
    SUMMARY(&w, "Generation is failing", ", for more than 10 min");
    world_finish(&w);

    world_init(&w, world_article);
    w.has_recent = w.has_span = false;
    world_calm(&w);
    world_tool(&w, "calculator", 0.1, 3);
    world_judge(&w);
    SUMMARY(&w, "Tool calculator is called too often", "x), for more than 10 min.");
    world_finish(&w);
}

/** Since when, of tools as of stages. */
static void tells_since_when(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    world_calm(&w);
    world_tool(&w, "calculator", 0.1, 3);
    world_judge(&w);
    SUMMARY(&w, "Tool calculator is called too often", "x), since 08:50.");
    world_finish(&w);

    world_init(&w, world_article);
    world_calm(&w);
    world_tool(&w, "search", 1, 1);
    world_tool_errors(&w, 0.005, 0.5);
    world_judge(&w);
    SUMMARY(&w, "Tool calls are failing", ", since 08:50.");
    world_finish(&w);
}

static void nothing_is_said_against_what_is_believed(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    world_calm(&w);
    world_judge(&w);
    const struct words words = world_words(&w);
    struct str s;
    str_init(&s);
    struct arena a = {0};
    assert_null(doubt_reason(&a, &words, world_stage(&w, "vector_db")));
    assert_false(doubt_add_summary(&s, &words));
    assert_string_equal(s.text, "");
    str_finish(&s);
    world_finish(&w);
}

static void names_the_statistic(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    w.plan.stages[0].kind = LATENCY_MEAN;
    world_requests(&w, "retrieval", usually, (struct load){2, 1.8});
    world_requests(&w, "generation", usually, usually);
    world_judge(&w);
    const struct words words = world_words(&w);
    assert_string_equal(words_statistic(&words, world_stage(&w, "retrieval")), "mean*");
    assert_string_equal(words_statistic(&words, world_stage(&w, "generation")), "P95");
    SUMMARY(&w, "its mean is 60");
    world_finish(&w);
}

static void writes_latencies(void **state)
{
    (void)state;
    static const struct {
        double now;
        bool beyond;
        const char *text;
    } cases[] = {{1.8, false, "1.8 s"}, {10, true, ">= 10 s"}, {NAN, false, "-"}, {NAN, true, "-"}};
    struct str s;
    str_init(&s);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct reading r = {.now = cases[i].now, .beyond = cases[i].beyond};
        words_add_latency(&s, &r);
        assert_string_equal(s.text, cases[i].text);
        str_clear(&s);
    }
    str_finish(&s);
}

static void names_the_baseline(void **state)
{
    (void)state;
    static const struct {
        const char *kind;
        int days;
        bool recent, complete;
        const char *text;
    } cases[] = {
        {"auto", 7, true, true, "median of this hour on 7 days"},
        {"auto", 3, true, true, "median of this hour on 3 days"},
        {"mean", 7, true, true, "mean of this hour on 7 days"},
        {"auto", 0, true, true, "median of the hours before"},
        {"recent", 7, true, true, "median of the hours before"},
        {"day", 0, true, true, "no history"},
        {"day", 0, true, false, "asking"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        struct str s;
        str_init(&s);
        str_addf(&s,
            "window: 5m\nrefresh: 15s\nspan: 1h\nbaseline: {kind: %s, range: 7d}\n"
            "stages: [{name: a, latency: a_seconds}]\n",
            cases[i].kind);
        world_init(&w, s.text);
        w.days = cases[i].days;
        w.has_recent = w.has_span = cases[i].recent;
        world_requests(&w, "a", usually, usually);
        w.store.history_complete = cases[i].complete;
        world_judge(&w);
        const struct words words = world_words(&w);
        str_clear(&s);
        words_add_usual(&s, &words);
        assert_string_equal(s.text, cases[i].text);
        str_finish(&s);
        world_finish(&w);
    }
}

/** A new service whose incident lasts for longer than the calm before it. */
static void what_is_usual_is_how_it_began(void **state)
{
    (void)state;
    for (int began = 0; began < 2; began++) {
        struct world w;
        struct str s;
        str_init(&s);
        world_init(&w, world_article);
        w.days = 0;
        w.has_recent = false;
        w.onset_ms = (began ? 40 : 10) * CLOCK_MINUTE_MS;
        world_requests(&w, "generation", usually, (struct load){2, 6});
        world_judge(&w);
        const struct words words = world_words(&w);
        words_add_usual(&s, &words);
        assert_string_equal(s.text, began ? "its first 27 min" : "the 54 min before");
        str_finish(&s);
        world_finish(&w);
    }
}

/** What had no answer when a report was finished is asked for no longer. */
static void a_finished_report_does_not_ask(void **state)
{
    (void)state;
    struct world w;
    struct str s;
    str_init(&s);
    world_init(&w, world_article);
    w.days = 0;
    w.has_recent = w.has_span = false;
    world_requests(&w, "retrieval", usually, usually);
    w.store.history_complete = false;
    world_judge(&w);
    const struct words words = world_words(&w);
    static const char *const texts[2][2] = {
        {"asking", "usual: asking …"}, {"no answer", "usual: no answer"}};
    for (int ended = 0; ended < 2; ended++) {
        w.store.ended = ended;
        str_clear(&s);
        words_add_usual(&s, &words);
        assert_string_equal(s.text, texts[ended][0]);
        str_clear(&s);
        words_add_reason(&s, &words, world_stage(&w, "retrieval"));
        assert_string_equal(s.text, texts[ended][1]);
    }
    str_finish(&s);
    world_finish(&w);
}

// One is not spoken of as many.
static void one_is_not_many(void **state)
{
    (void)state;
    static const struct {
        size_t more;
        const char *text;
    } cases[] = {{1, "65 tools are called: the 64 busiest are judged, the other one is not"},
        {2, "66 tools are called: the 64 busiest are judged, the other 2 are not"}};
    struct world w;
    world_init(&w, world_article);
    world_calm(&w);
    world_judge(&w);
    size_t tools = w.diagnosis.tools_count;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        w.diagnosis.tools_count = 64;
        w.diagnosis.tools_more = cases[i].more;
        const struct words words = world_words(&w);
        struct str s;
        str_init(&s);
        assert_true(doubt_add_tools(&s, &words));
        assert_string_equal(s.text, cases[i].text);
        str_finish(&s);
    }
    w.diagnosis.tools_count = tools;
    w.diagnosis.tools_more = 0;
    for (size_t i = 0; i < w.diagnosis.stages_count; i++) { // of the only request there was
        w.diagnosis.stages[i].requests = 1;
        w.diagnosis.usual.kind = USUAL_DAY;
        w.diagnosis.usual.days = 1;
    }
    const struct words words = world_words(&w);
    struct str s;
    str_init(&s);
    words_add_summary(&s, &words);
    assert_non_null(strstr(s.text, "(1 request)."));
    str_clear(&s);
    words_add_usual(&s, &words);
    assert_string_equal(s.text, "median of this hour on 1 day");
    str_finish(&s);
    world_finish(&w);
    assert_string_equal(str_plural(0, "is", "are"), "are");
    assert_string_equal(str_plural(1.4, "is", "are"), "is"); // as it is shown
    assert_string_equal(str_plural(2, "is", "are"), "are");
}

// What is compared with is the time before the pinned moment, and not that moment.
static void a_pin_says_what_it_compares_with(void **state)
{
    (void)state;
    static const struct {
        int64_t ago_ms;
        const char *text;
    } cases[] = {{0, "median of the 30 min before 09:00, pinned"},
        {2 * 3600000, "median of the 30 min before 07:00, pinned"},
        {25 * 3600000, "median of the 30 min before Tue 3 Feb 08:00, pinned"}};
    struct world w;
    world_init(&w, world_article);
    world_calm(&w);
    world_judge(&w);
    w.diagnosis.usual.kind = USUAL_PINNED;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        w.scope.pin_ms = WORLD_NOW_MS - cases[i].ago_ms;
        w.scope.pin_reach_ms = 30 * 60000;
        const struct words words = world_words(&w);
        struct str s;
        str_init(&s);
        words_add_usual(&s, &words);
        assert_string_equal(s.text, cases[i].text);
        str_finish(&s);
    }
    world_finish(&w);
}

// What piles up may be slow to show in what completes.
static void a_queue_is_told_where_all_is_calm(void **state)
{
    (void)state;
    static const char yaml[] = "window: 5m\nrefresh: 15s\nspan: 1h\n"
                               "stages: [{name: llm, latency: llm_seconds, "
                               "saturation: [{name: waiting, used: llm_waiting}]}]\n";
    for (int piles = 0; piles < 2; piles++) {
        struct world w;
        world_init(&w, yaml);
        world_requests(&w, "llm", (struct load){2, 0.3}, (struct load){2, 0.3});
        world_series(&w, w.plan.stages[0].saturation_first, "part", "used", 5, piles ? 80 : 10);
        assert_int_equal(world_judge(&w)->condition, VERDICT_OK);
        if (piles) {
            SUMMARY(&w, "Nothing is slow or failing in 1 stage (600 requests). "
                        "Work is piling up: waiting of llm is 80, usually 5.");
        } else {
            SUMMARY(&w, "OK: 1 stage normal (600 requests).");
        }
        world_finish(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_queue_is_told_where_all_is_calm),
        cmocka_unit_test(a_pin_says_what_it_compares_with),
        cmocka_unit_test(one_is_not_many),
        cmocka_unit_test(tells_the_article),
        cmocka_unit_test(a_step_has_a_query),
        cmocka_unit_test(a_step_has_the_label_of_pods),
        cmocka_unit_test(what_is_usual_is_how_it_began),
        cmocka_unit_test(a_finished_report_does_not_ask),
        cmocka_unit_test(tells_other_incidents),
        cmocka_unit_test(tells_what_began_before_the_span),
        cmocka_unit_test(tells_since_when),
        cmocka_unit_test(nothing_is_said_against_what_is_believed),
        cmocka_unit_test(names_the_statistic),
        cmocka_unit_test(writes_latencies),
        cmocka_unit_test(names_the_baseline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
