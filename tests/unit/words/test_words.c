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
#include "endpoint/endpoint.h"
#include "unit/world.h"
#include "words/doubt.h"

static const struct load usually = {2, 0.3};

static void assert_has(const char *what, const char *text, const char *part)
{
    if (!strstr(text, part)) {
        fail_msg("%s: '%s' is not in '%s'", what, part, text);
    }
}

static void assert_reason(struct world *w, const char *stage, const char *part)
{
    struct str s;
    const struct words words = world_words(w);
    str_init(&s);
    words_add_reason(&s, &words, world_stage(w, stage));
    assert_has(stage, s.text, part);
    str_finish(&s);
}

/** The summary has every PART, up to NULL. */
static void assert_summary(struct world *w, const char *const *parts)
{
    struct str s;
    const struct words words = world_words(w);
    str_init(&s);
    words_add_summary(&s, &words);
    for (; *parts; parts++) {
        assert_has("summary", s.text, *parts);
    }
    assert_null(strstr(s.text, "nan"));
    assert_null(strstr(s.text, "inf"));
    assert_null(strstr(s.text, "null"));
    str_finish(&s);
}

static void assert_not_said(struct world *w, const char *part)
{
    struct str s;
    const struct words words = world_words(w);
    str_init(&s);
    words_add_summary(&s, &words);
    if (strstr(s.text, part)) {
        fail_msg("'%s' is in '%s'", part, s.text);
    }
    str_finish(&s);
}

#define SUMMARY(w, ...) assert_summary(w, (const char *const[]){__VA_ARGS__, NULL})

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
    SUMMARY(&w, "vector_db is the fault", "its P95 is 1.7 s", "usual", "explains 97 %",
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
    assert_has("evidence", s.text, "97 % of the rise of retrieval is vector_db");
    assert_has("evidence", s.text, "connections 97/100 in use");
    assert_has("evidence", s.text, "generation is normal, judged from 600 requests");
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

static void tells_other_incidents(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, world_article);
    world_requests(&w, "retrieval", usually, usually);
    world_errors(&w, "retrieval", NAN, 0.4);
    world_judge(&w);
    SUMMARY(&w, "Retrieval fails: 20 % of its requests, usually 0 %");
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
    SUMMARY(&w, "Tool calls fail: 50 % of them, usually 0 %");
    world_finish(&w);

    world_init(&w, world_article);
    world_requests(&w, "vector_db", usually, usually);
    world_pool(&w, "vector_db", 40, 97, 100);
    world_judge(&w);
    SUMMARY(&w, "vector_db is running out: connections 97/100 in use, usually 40 %, since 08:50");
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
    SUMMARY(&w, "Retrieval and generation are at fault: retrieval's P95 is 3.6 s, 12x usual, since "
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
    SUMMARY(&w, "Generation fails", ", for more than 10 min");
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
    SUMMARY(&w, "Tool calls fail", ", since 08:50.");
    world_finish(&w);
}

// What is not known of the tools is said, whatever is known of the stages.
static void tells_what_is_not_known_of_tools(void **state)
{
    (void)state;
    static const struct {
        bool absent, refused;
        int calls_reset, errors_reset;
        const char *summary, *also, *reason;
    } cases[] = {
        {false, false, 0, 0, "All is as usual: 1 stage judged from 600 requests.", "", "normal"},
        {true, false, 0, 0, "Latency and errors are as usual: 1 stage judged from 600 requests.",
            "The errors of the tools are not known: the server has no such series.",
            "normal; errors: no such series"},
        {false, true, 0, 0, "Latency and errors are as usual",
            "The errors of the tools are not known: the query fails.",
            "normal; errors: the query fails"},
        {false, false, 0, 20, "Latency and errors are as usual",
            "The errors of the tools are not known: their counters are reset too often.",
            "normal; errors: their counters are reset too often"},
        {false, false, 20, 0, "Latency and errors are as usual",
            "The tool calls cannot be judged: their counters are reset too often.",
            "unreliable: counters reset 20 times in 30 scrapes"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, "stages: [{name: retrieval, latency: a_seconds}]\n"
                       "tools: {calls: t_total, errors: t_bad_total, label: tool}\n");
        const int signals[] = {w.plan.tool_calls, w.plan.tool_errors};
        const double resets[] = {cases[i].calls_reset, cases[i].errors_reset};
        world_requests(&w, "retrieval", usually, usually);
        world_tool(&w, "search", 1, 1);
        if (cases[i].absent) {
            w.plan.signals[signals[1]].presence = PRESENCE_ABSENT;
        } else {
            world_tool_errors(&w, 0.002, 0.002);
        }
        for (int k = 0; k < 2; k++) {
            char index[16];
            snprintf(index, sizeof index, "%d", signals[k]);
            world_series(&w, w.plan.conduct, "resets", index, resets[k], resets[k]);
            world_series(&w, w.plan.conduct, "samples", index, 30, 30);
        }
        if (cases[i].refused) {
            w.store.signals[signals[1]].condition = CONDITION_REFUSED;
        }
        world_judge(&w);
        SUMMARY(&w, cases[i].summary, cases[i].also);
        const struct words words = world_words(&w);
        struct str s;
        str_init(&s);
        words_add_tool_reason(&s, &words, 0);
        assert_string_equal(s.text, cases[i].reason);
        str_clear(&s);
        assert_int_equal(doubt_add_tool_resets(&s, &words), cases[i].calls_reset > 0);
        str_finish(&s);
        world_finish(&w);
    }
}

// A value that is no number is somebody's.
static void says_whose_value_is_none(void **state)
{
    (void)state;
    for (int unfit = 0; unfit < 2; unfit++) {
        struct world w;
        world_init(&w, world_article);
        int signal = w.plan.stages[world_stage(&w, "retrieval")].latency_signal;
        w.store.signals[signal].condition = CONDITION_REFUSED;
        w.store.signals[signal].unfit = unfit;
        snprintf(w.store.signals[signal].why, STORE_WHY_MAX, "its value is +Inf");
        world_judge(&w);
        const struct words words = world_words(&w);
        struct str s;
        str_init(&s);
        assert_true(words_add_refused(&s, &words, signal));
        assert_string_equal(s.text, unfit
                                        ? "latency of retrieval: its value is +Inf"
                                        : "query error: its value is +Inf (latency of retrieval)");
        str_finish(&s);
        world_finish(&w);
    }
}

static void tells_what_is_not_known(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        struct load usual, now;
        bool history;
        enum condition condition;
        enum latency_kind kind;
        const char *summary, *reason;
    } cases[] = {
        {"ok", {2, 0.3}, {2, 0.3}, true, CONDITION_ANSWERED, LATENCY_CLASSIC, "All is as usual",
            "normal"},
        {"faster", {2, 0.3}, {2, 0.1}, true, CONDITION_ANSWERED, LATENCY_CLASSIC,
            "Nothing is slow or failing: 1 stage judged from 600 requests. Retrieval is faster "
            "than "
            "usual (P95 100 ms, usually 300 ms).",
            "faster than usual"},
        {"less traffic", {2, 0.3}, {0.9, 0.3}, true, CONDITION_ANSWERED, LATENCY_CLASSIC,
            "Nothing is slow or failing: 1 stage judged from 270 requests. The traffic of "
            "retrieval "
            "is 0.9/s, usually 2.0/s.",
            "normal; traffic 0.9/s, usually 2.0/s"},
        {"more traffic", {2, 0.3}, {5, 0.3}, true, CONDITION_ANSWERED, LATENCY_CLASSIC,
            "The traffic of retrieval is 5.0/s, usually 2.0/s.",
            "normal; traffic 5.0/s, usually 2.0/s"},
        {"a little less traffic", {2, 0.3}, {1.1, 0.3}, true, CONDITION_ANSWERED, LATENCY_CLASSIC,
            "All is as usual", "normal"},
        {"idle", {2, 0.3}, {0, 0.3}, true, CONDITION_ANSWERED, LATENCY_CLASSIC, "No traffic",
            "no traffic"},
        {"gone", {2, 0.3}, {NAN, NAN}, true, CONDITION_ANSWERED, LATENCY_CLASSIC,
            "No data since 08:45", "no data since 08:45"},
        {"empty", {NAN, NAN}, {NAN, NAN}, true, CONDITION_ANSWERED, LATENCY_CLASSIC,
            "A new target has them after its second scrape", "no data"},
        {"absent", {NAN, NAN}, {NAN, NAN}, true, CONDITION_ABSENT, LATENCY_ABSENT,
            "A new target has them after its first scrape", "no such metric"},
        {"few", {2, 0.3}, {0.02, 0.3}, true, CONDITION_ANSWERED, LATENCY_CLASSIC,
            "Only 6 requests in the last 5 min, usually 600: too few to judge.", "n=6, too few"},
        {"one", {2, 0.3}, {1 / 300.0, 0.3}, true, CONDITION_ANSWERED, LATENCY_CLASSIC,
            "Only 1 request in the last 5 min, usually 600: too few to judge.", "n=1, too few"},
        {"few, and nothing is known", {NAN, NAN}, {0.02, 0.3}, true, CONDITION_ANSWERED,
            LATENCY_CLASSIC, "Only 6 requests in the last 5 min: too few to judge.",
            "n=6, too few"},
        {"quiet", {0.02, 0.3}, {0.02, 0.3}, true, CONDITION_ANSWERED, LATENCY_CLASSIC,
            "Quiet, as usual: 6 requests in the last 5 min.", "n=6, too few"},
        {"silent as ever", {0, 0.3}, {0, 0.3}, true, CONDITION_ANSWERED, LATENCY_CLASSIC,
            "Quiet, as usual: no requests in the last 5 min.", "no traffic"},
        {"new", {2, 0.3}, {2, 0.3}, false, CONDITION_ANSWERED, LATENCY_CLASSIC,
            "After 20 min of samples, the span itself serves as usual; until then, set an slo:, "
            "pin a moment with B, or use a file from `ragtop baseline save`.",
            "no baseline"},
        {"asking", {2, 0.3}, {2, 0.3}, true, CONDITION_ASKING, LATENCY_CLASSIC, "Asking", "asking"},
        {"refused", {2, 0.3}, {2, 0.3}, true, CONDITION_REFUSED, LATENCY_CLASSIC,
            "refuses the queries", "query error: too many samples"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\nbaseline: {kind: auto, range: 7d}\n"
                       "stages: [{name: retrieval, latency: a_seconds}]\n");
        w.days = cases[i].history ? WORLD_DAYS : 0;
        w.has_recent = w.has_span = cases[i].history;
        world_requests(&w, "retrieval", cases[i].usual, cases[i].now);
        w.plan.stages[0].kind = cases[i].kind;
        w.store.signals[0].condition = cases[i].condition;
        snprintf(w.store.signals[0].why, STORE_WHY_MAX, "too many samples");
        world_judge(&w);
        SUMMARY(&w, cases[i].summary);
        assert_reason(&w, "retrieval", cases[i].reason);
        world_finish(&w);
    }
}

// Whether the names are known depends on when they were asked for, and nobody asks that.
static void a_moment_without_data_is_told_alike(void **state)
{
    (void)state;
    for (int known = 0; known < 2; known++) {
        struct world w;
        world_init(&w, "window: 5m\nspan: 1h\nrefresh: 15s\nstages: [{name: a, latency: a_s}]\n");
        w.scope.at_ms = WORLD_NOW_MS;
        w.plan.stages[0].kind = known ? LATENCY_CLASSIC : LATENCY_ABSENT;
        world_judge(&w);
        struct words words = world_words(&w);
        struct str s;
        str_init(&s);
        words_add_summary(&s, &words);
        assert_string_equal(
            s.text, "No data: no series of these metrics has two samples at that time.");
        str_finish(&s);
        world_finish(&w);
    }
}

// Of a target that is scraped here, no server and no labels are to be looked at.
static void tells_since_when_it_scrapes(void **state)
{
    (void)state;
    static const struct {
        int64_t since_ms, at_ms; // before now; 0: the present
        struct load now;
        bool pinned;
        const char *summary;
    } cases[] = {
        {96 * 1000, 30 * 60 * 1000, {NAN, NAN}, false,
            "No data: ragtop scrapes this target itself, and only since 08:58:24, so nothing is "
            "known of that time."},
        {4 * 1000, 0, {NAN, NAN}, false,
            "No data: ragtop scrapes this target itself, and only since 08:59:56; a rate needs two "
            "scrapes."},
        {96 * 1000, 0, {2, 0.3}, false,
            "Nothing to compare with yet: ragtop scrapes this target itself, and only since "
            "08:58:24. After 20 min of samples, the span itself serves as usual; until then, set "
            "an slo: or use a file from `ragtop baseline save`."},
        {16 * 60 * 1000, 0, {2, 0.3}, false,
            "until then, set an slo:, pin a moment with B, or use a file from `ragtop baseline "
            "save`."},
        {16 * 60 * 1000, 0, {2, 0.3}, true,
            "Nothing to compare with: there are too few samples in the 30 min before 08:59, "
            "pinned. B unpins."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, "window: 5m\nstages: [{name: retrieval, latency: a_seconds}]\n");
        w.days = 0;
        w.has_recent = w.has_span = false;
        world_requests(&w, "retrieval", cases[i].now, cases[i].now);
        w.store.source.scraped = true;
        w.store.source.scraped_since_ms = WORLD_NOW_MS - cases[i].since_ms;
        world_judge(&w);
        w.scope.at_ms = cases[i].at_ms ? WORLD_NOW_MS - cases[i].at_ms : 0;
        if (cases[i].pinned) {
            w.scope.baseline = BASELINE_PINNED;
            w.scope.pin_ms = WORLD_NOW_MS - 60 * 1000;
            w.scope.pin_reach_ms = 30 * 60 * 1000;
        }
        SUMMARY(&w, cases[i].summary);
        world_finish(&w);
    }
}

// Where a number is of another stretch of time than usual, it has to be said.
static void tells_that_it_looked_longer(void **state)
{
    (void)state;
    static const struct {
        struct load now;
        const char *begins, *ends;
    } cases[] = {
        {{0.02, 0.3}, "All is as usual",
            "Judged over the last hour, because there are few requests."},
        {{0.02, 3}, "Retrieval is ", "Judged over the last hour, because there are few requests."},
        {{0.002, 0.3}, "Quiet, as usual: 7 requests in the last hour.", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, "stages: [{name: retrieval, latency: a_seconds}]\n");
        w.plan.window_ms = CLOCK_HOUR_MS;
        world_requests(&w, "retrieval", (struct load){cases[i].now.rate, 0.3}, cases[i].now);
        world_judge(&w);
        SUMMARY(&w, cases[i].begins, cases[i].ends ? cases[i].ends : cases[i].begins);
        world_finish(&w);
    }
}

static void tells_how_far_it_is(void **state)
{
    (void)state;
    struct world w;
    const struct load usual = {2, 0.3};
    world_init(&w, world_article);
    world_requests(&w, "retrieval", usual, usual);
    world_requests(&w, "vector_db", (struct load){NAN, NAN}, usual);
    world_requests(&w, "generation", usual, usual);
    w.store.history_complete = false;
    world_judge(&w);
    SUMMARY(&w, "As usual so far: the latency of 2 of 3 stages. Asking …");
    world_finish(&w);
}

// What cannot be read is a server, a target, or what was tried because no URL was given.
static void tells_that_the_server_is_gone(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        bool scraped, assumed;
        int64_t answered_ms;
        const char *summary;
    } cases[] = {
        {"http://h:1", false, false, 0, "Prometheus cannot be asked: connection refused by h:1."},
        {"http://h:1", true, false, 0, "The target cannot be read: connection refused by h:1."},
        {"http://h:1/metrics", false, false, 0,
            "The target cannot be read: connection refused by h:1."},
        {"http://h:1", false, true, 0,
            "No URL was given, and http://h:1 cannot be asked: connection refused by h:1. Give the "
            "URL of a Prometheus: ragtop http://HOST:9090, or set RAGTOP_URL."},
        {"http://h:1", false, true, 1, "Prometheus cannot be asked: connection refused by h:1."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, world_article);
        endpoint_set_text(&w.config.source.url, cases[i].url);
        w.config.source.assumed = cases[i].assumed;
        w.store.source.reach = REACH_LOST;
        w.store.source.scraped = cases[i].scraped;
        w.store.source.answered_ms = cases[i].answered_ms;
        snprintf(w.store.source.why, STORE_WHY_MAX, "connection refused by h:1");
        world_judge(&w);
        SUMMARY(&w, cases[i].summary);
        world_finish(&w);
    }
}

// Before it has watched for a whole window, ragtop knows only of what it has watched.
static void tells_how_long_it_has_watched(void **state)
{
    (void)state;
    static const struct {
        bool scraped;
        int64_t since_ms; // before now
        const char *summary;
    } cases[] = {
        {true, 2000, "No traffic: no request has completed in the 2 s that ragtop has watched, so"},
        {true, 200 * 1000, "completed in the 3 min that ragtop has watched, so"},
        {true, 400 * 1000, "completed in the last 5 min, so"},
        {false, 0, "completed in the last 5 min, so"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, "window: 5m\nstages: [{name: retrieval, latency: a_seconds}]\n");
        w.days = 0;
        w.has_recent = w.has_span = false;
        world_requests(&w, "retrieval", (struct load){0, 0.3}, (struct load){0, 0.3});
        w.store.source.scraped = cases[i].scraped;
        w.store.source.scraped_since_ms = WORLD_NOW_MS - cases[i].since_ms;
        world_judge(&w);
        SUMMARY(&w, cases[i].summary);
        world_finish(&w);
    }
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
    doubt_add_reason(&s, &words, world_stage(&w, "vector_db"));
    assert_string_equal(s.text, "");
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

/** What alarms by an slo: says so, and "usually" is only said where something is usual. */
static void an_slo_is_named(void **state)
{
    (void)state;
    for (int known = 0; known < 2; known++) {
        struct world w;
        struct str s;
        str_init(&s);
        world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\n"
                       "stages: [{name: a, latency: a_seconds, errors: a_bad, "
                       "slo: {p95: 2s, errors: 1%}}]\n");
        w.days = known ? WORLD_DAYS : 0;
        w.has_recent = w.has_span = known;
        w.store.history_seen = w.store.history_complete = true;
        world_requests(&w, "a", (struct load){2, 2.2}, (struct load){2, 2.6});
        world_errors(&w, "a", 0.002, 0.16);
        world_judge(&w);
        const struct words words = world_words(&w);
        words_add_summary(&s, &words);
        assert_has("sentence", s.text, "above its SLO of 1");
        assert_reason(&w, "a", "errors 8.0 %");
        assert_reason(&w, "a", ", above its SLO of 1.0 %");
        assert_null(strstr(s.text, "usually -"));
        assert_int_equal(strstr(s.text, "usually") != NULL, known);
        str_clear(&s);
        for (size_t i = 0; i < w.diagnosis.verdict.evidence_count; i++) {
            words_add_evidence(&s, &words, i);
        }
        if (strstr(s.text, "usually -")) {
            fail_msg("%s", s.text);
        }
        str_finish(&s);
        world_finish(&w);
    }
}

// What is always above its SLO is nothing new; what has just come to be so has a beginning.
static void an_slo_that_is_always_broken_is_as_usual(void **state)
{
    (void)state;
    static const struct {
        double usual_s, now_s, usual_bad, bad;
        const char *said, *reason;
    } cases[] = {
        {5.2, 5.2, 0.002, 0.002,
            "A is above its SLO of 2.0 s, as usual: its P95 is 5.6 s, usually "
            "5.6 s.",
            "CULPRIT: above its SLO of 2.0 s, as usual"},
        {1.9, 2.3, 0.002, 0.002,
            "A is above its SLO of 2.0 s: its P95 is 2.3 s, usually 1.9 s, "
            "since 08:50.",
            "CULPRIT: above its SLO of 2.0 s"},
        {1.9, 3.9, 0.002, 0.002, "A is the fault: its P95 is 4.4 s, 2.3x usual, above its SLO",
            NULL},
        {0.3, 0.3, 0.16, 0.16,
            "A is above its SLO of 1.0 %, as usual: 8.0 % of its requests fail, "
            "usually 8.0 %.",
            "CULPRIT: errors above its SLO of 1.0 %, as usual"},
        {0.3, 0.3, 0.04, 0.4, "A fails: 20 % of its requests, usually 2.0 %, above its SLO",
            "CULPRIT: errors 20 %, usually 2.0 %, above its SLO of 1.0 %"},
        {5.2, 5.2, 0.002, 0.4,
            "Also: a is above its SLO of 2.0 s, as usual (P95 5.6 s, usually 5.6 "
            "s).",
            "CULPRIT: above its SLO of 2.0 s, as usual; errors 20 %, usually 0.1 %, above its "
            "SLO "
            "of 1.0 %"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\n"
                       "stages: [{name: a, latency: a_seconds, errors: a_bad, "
                       "slo: {p95: 2s, errors: 1%}}]\n");
        w.waver = 0;
        world_requests(
            &w, "a", (struct load){2, cases[i].usual_s}, (struct load){2, cases[i].now_s});
        world_errors(&w, "a", cases[i].usual_bad, cases[i].bad);
        assert_int_equal(world_judge(&w)->severity, SEVERITY_CRITICAL);
        SUMMARY(&w, cases[i].said);
        if (cases[i].reason) {
            assert_reason(&w, "a", cases[i].reason);
        }
        world_finish(&w);
    }
}

/** An SLO holds for few requests as well, when they break it by more than chance. */
static void few_requests_that_break_an_slo(void **state)
{
    (void)state;
    static const struct {
        double usual_s, now_s, usual_bad, bad; // failures per second of 0.05 requests
        const char *said, *reason;
    } cases[] = {
        {0.9, 0.9, 0, 0, "Quiet, as usual: 15 requests in the last 5 min.", "n=15, too few"},
        {5, 6, 0, 0,
            "Only 15 requests in the last 5 min: too few to compare with usual. But a is above its "
            "SLO of 2.0 s, as usual: its P95 is ",
            "n=15, too few; above its SLO of 2.0 s, as usual"},
        {0.9, 6, 0, 0, "But a is above its SLO of 2.0 s: its P95 is ",
            "n=15, too few; above its SLO of 2.0 s"},
        {0.9, 0.9, 0.01, 5.0 / 300,
            "But a is above its SLO of 1.0 %, as usual: 33 % of its requests fail, usually 20 % "
            "(n=15).",
            "n=15, too few; errors above its SLO of 1.0 %, as usual"},
        {5, 6, 0, 5.0 / 300,
            "But a is above its SLO of 1.0 %: 33 % of its requests fail, usually 0 % (n=15). A is "
            "above its SLO of 2.0 s, as usual",
            "n=15, too few; above its SLO of 2.0 s, as usual; errors above its SLO of 1.0 %"},
        {0.9, 0.9, 0, 2.0 / 300, "too few to judge. Even so, 13 % of those of a failed",
            "n=15, too few"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\n"
                       "stages: [{name: a, latency: a_seconds, errors: a_bad, "
                       "slo: {p95: 2s, errors: 1%}}]\n");
        w.waver = 0;
        world_requests(
            &w, "a", (struct load){0.05, cases[i].usual_s}, (struct load){0.05, cases[i].now_s});
        world_errors(&w, "a", cases[i].usual_bad, cases[i].bad);
        world_judge(&w);
        SUMMARY(&w, cases[i].said);
        const struct words words = world_words(&w);
        struct str s;
        str_init(&s);
        words_add_reason(&s, &words, 0);
        assert_string_equal(s.text, cases[i].reason);
        str_finish(&s);
        world_finish(&w);
    }
}

// That nobody, or next to nobody, asks any more is said beside the fault of a part.
static void a_root_without_requests_is_told_beside_a_fault(void **state)
{
    (void)state;
    static const struct {
        double rate;
        bool counted;
        const char *said; // NULL: as many as that are usual, or chance
    } cases[] = {
        {0, true, " Lobby has had no requests since 08:4"},
        {0, false, " Lobby has completed no requests since 08:4"},
        {0.03, true, " Lobby has had only 1.8/min since 08:4"},
        {0.03, false, " Lobby has completed only 1.8/min since 08:4"},
        {1.2, false, " Lobby has completed only 1.2/s since 08:4"},
        {1.6, false, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        struct str yaml;
        str_init(&yaml);
        str_addf(&yaml,
            "window: 5m\nrefresh: 15s\nspan: 1h\nstages:\n"
            "  - {name: lobby, latency: lobby_seconds,%s children: [{name: deep, "
            "latency: deep_seconds}]}\n",
            cases[i].counted ? " requests: lobby_total," : "");
        world_init(&w, yaml.text);
        str_finish(&yaml);
        w.plan.stages[1].kind = LATENCY_VALUE;
        plan_resolve(&w.plan);
        world_requests(&w, "lobby", (struct load){3, 2.4}, (struct load){cases[i].rate, 2.4});
        if (cases[i].counted) {
            world_series(&w, w.plan.stages[0].requests_signal, NULL, NULL, 3, cases[i].rate);
        }
        world_requests(&w, "deep", (struct load){3, 0.1}, (struct load){3, 0.9});
        assert_int_equal(world_judge(&w)->stage, 1);
        if (cases[i].said) {
            SUMMARY(&w, "Deep is the fault", cases[i].said, ", usually 3.0/s.");
        } else {
            assert_not_said(&w, "Lobby");
        }
        world_finish(&w);
    }
}

// No root is said to be normal while it completes far fewer requests than usual.
static void a_root_with_few_requests_is_not_normal(void **state)
{
    (void)state;
    static const struct {
        double rate;
        const char *is, *is_not;
    } cases[] = {{0.8, " Back has completed only 0.8/s since", "Back is normal"},
        {1.8, " Back is normal", "has completed only"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w,
            "window: 5m\nrefresh: 15s\nspan: 1h\n"
            "stages: [{name: front, latency: f_seconds}, {name: back, latency: b_seconds}]\n");
        world_requests(&w, "front", (struct load){2, 0.3}, (struct load){0.7, 2});
        world_requests(&w, "back", (struct load){2, 0.3}, (struct load){cases[i].rate, 0.3});
        world_judge(&w);
        SUMMARY(&w, cases[i].is);
        assert_not_said(&w, cases[i].is_not);
        world_finish(&w);
    }
}

/** A few failures are worth a word where they are all that comes, not where they are as ever. */
static void a_hang_and_its_failures(void **state)
{
    (void)state;
    for (int failing = 0; failing < 2; failing++) {
        struct world w;
        struct str s;
        str_init(&s);
        world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\n"
                       "stages: [{name: llm, latency: llm_seconds, errors: llm_bad, "
                       "saturation: [{name: waiting, used: llm_waiting}]}]\n");
        double completes = failing ? 0 : 0.05, fails = failing ? 6.0 / 300 : 1.0 / 300;
        world_requests(&w, "llm", usually, (struct load){completes, 0.3});
        world_errors(&w, "llm", 1.0 / 300, fails);
        world_series(&w, w.plan.stages[0].saturation_first, "part", "used", 0, 300);
        world_judge(&w);
        const struct words words = world_words(&w);
        words_add_summary(&s, &words);
        assert_has("sentence", s.text, ": waiting 300 (usually 0)");
        if ((strstr(s.text, "failed") != NULL) != failing) {
            fail_msg("%s", s.text);
        }
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
    assert_non_null(strstr(s.text, "judged from 1 request."));
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pin_says_what_it_compares_with),
        cmocka_unit_test(one_is_not_many),
        cmocka_unit_test(tells_the_article),
        cmocka_unit_test(a_step_has_a_query),
        cmocka_unit_test(a_hang_and_its_failures),
        cmocka_unit_test(an_slo_is_named),
        cmocka_unit_test(an_slo_that_is_always_broken_is_as_usual),
        cmocka_unit_test(few_requests_that_break_an_slo),
        cmocka_unit_test(a_root_without_requests_is_told_beside_a_fault),
        cmocka_unit_test(a_root_with_few_requests_is_not_normal),
        cmocka_unit_test(what_is_usual_is_how_it_began),
        cmocka_unit_test(a_finished_report_does_not_ask),
        cmocka_unit_test(tells_other_incidents),
        cmocka_unit_test(tells_what_began_before_the_span),
        cmocka_unit_test(tells_since_when),
        cmocka_unit_test(tells_what_is_not_known),
        cmocka_unit_test(tells_what_is_not_known_of_tools),
        cmocka_unit_test(says_whose_value_is_none),
        cmocka_unit_test(a_moment_without_data_is_told_alike),
        cmocka_unit_test(tells_since_when_it_scrapes),
        cmocka_unit_test(tells_that_it_looked_longer),
        cmocka_unit_test(tells_how_far_it_is),
        cmocka_unit_test(tells_that_the_server_is_gone),
        cmocka_unit_test(tells_how_long_it_has_watched),
        cmocka_unit_test(nothing_is_said_against_what_is_believed),
        cmocka_unit_test(names_the_statistic),
        cmocka_unit_test(writes_latencies),
        cmocka_unit_test(names_the_baseline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
