/*
 * The sentences: what is not known, and why.
 */
#include "words/words.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/clock.h"
#include "endpoint/endpoint.h"
#include "unit/words/said.h"
#include "unit/world.h"
#include "words/doubt.h"

// What is not known of the tools is said, whatever is known of the stages.
static void tells_what_is_not_known_of_tools(void **state)
{
    (void)state;
    static const struct {
        bool absent, refused;
        int calls_reset, errors_reset;
        const char *summary, *also, *reason;
    } cases[] = {
        {false, false, 0, 0, "OK: 1 stage normal (600 requests).", "", "normal"},
        {true, false, 0, 0, "OK: latency normal in 1 stage (600 requests).",
            "The errors of the tools are unknown: the server has no such metric.",
            "normal; errors: no such metric"},
        {false, true, 0, 0, "OK: latency normal",
            "The errors of the tools are unknown: the query fails.",
            "normal; errors: the query fails"},
        {false, false, 0, 20, "OK: latency normal",
            "The errors of the tools are unknown: their counters are reset too often.",
            "normal; errors: their counters are reset too often"},
        {false, false, 20, 0, "OK: latency normal",
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

// What falls and stays high is read from several processes; what begins anew was restarted.
static void says_why_errors_are_unknown(void **state)
{
    (void)state;
    static const struct {
        double mixed;
        const char *why;
    } cases[] = {{0, "The errors of retrieval are unknown: their counters are reset too often."},
        {18, "The errors of retrieval are unknown: several processes answer behind one port."}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        char index[16];
        world_init(&w, "stages: [{name: retrieval, latency: a_seconds, errors: a_bad_total}]\n");
        int errors = w.plan.stages[0].errors_signal;
        snprintf(index, sizeof index, "%d", errors);
        world_requests(&w, "retrieval", usually, usually);
        world_series(&w, errors, NULL, NULL, 0.01, 0.01);
        world_series(&w, w.plan.conduct, "resets", index, 20, 20);
        world_series(&w, w.plan.conduct, "samples", index, 60, 60);
        world_series(&w, w.plan.mixed, "mixed", index, cases[i].mixed, cases[i].mixed);
        world_judge(&w);
        SUMMARY(&w, "OK: latency normal", cases[i].why);
        world_finish(&w);
    }
}

// A unit that the name contradicts may be meant, but is not taken without a word.
static void a_unit_against_the_name_is_told(void **state)
{
    (void)state;
    static const char *const latencies[][2] = {{"{metric: a_seconds, unit: ms}", "another unit"},
        {"{metric: a_seconds, unit: s}", NULL}, {"a_seconds", NULL},
        {"{metric: a_latency, unit: ms}", NULL}, {"{metric: a_ms, unit: s}", "another unit"}};
    for (size_t i = 0; i < sizeof latencies / sizeof *latencies; i++) {
        struct world w;
        char yaml[200];
        snprintf(yaml, sizeof yaml, "stages: [{name: a, latency: %s}]\n", latencies[i][0]);
        world_init(&w, yaml);
        world_judge(&w);
        const struct words words = world_words(&w);
        struct str s;
        str_init(&s);
        assert_int_equal(doubt_add_note(&s, &words, 0, 0), latencies[i][1] != NULL);
        if (latencies[i][1]) {
            assert_has("note", s.text, latencies[i][1]);
        }
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
        {"ok", {2, 0.3}, {2, 0.3}, true, CONDITION_ANSWERED, LATENCY_CLASSIC, "OK: 1 stage normal",
            "normal"},
        {"faster", {2, 0.3}, {2, 0.1}, true, CONDITION_ANSWERED, LATENCY_CLASSIC,
            "Nothing is slow or failing in 1 stage (600 requests). Retrieval is faster "
            "than "
            "usual (P95 100 ms, usually 300 ms).",
            "faster than usual"},
        {"less traffic", {2, 0.3}, {0.9, 0.3}, true, CONDITION_ANSWERED, LATENCY_CLASSIC,
            "Nothing is slow or failing in 1 stage (270 requests). The traffic of "
            "retrieval "
            "is 0.9/s, usually 2.0/s.",
            "normal; traffic 0.9/s, usually 2.0/s"},
        {"more traffic", {2, 0.3}, {5, 0.3}, true, CONDITION_ANSWERED, LATENCY_CLASSIC,
            "The traffic of retrieval is 5.0/s, usually 2.0/s.",
            "normal; traffic 5.0/s, usually 2.0/s"},
        {"a little less traffic", {2, 0.3}, {1.1, 0.3}, true, CONDITION_ANSWERED, LATENCY_CLASSIC,
            "OK: 1 stage normal", "normal"},
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
            "Nothing to compare with: the server has too little history of these metrics. Samples "
            "since 08:50; from 09:11 on, ragtop compares with the earlier part of the last hour. "
            "Until then, only an slo: can alarm.",
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

// The last minutes are the reader's own, unless a moment of the past is judged.
static void a_moment_of_the_past_is_named(void **state)
{
    (void)state;
    static const struct {
        struct load usual, now;
        int64_t ago_ms, window_ms;
        const char *summary;
    } cases[] = {
        {{2, 0.3}, {0.02, 0.3}, 0, 300000, "Only 6 requests in the last 5 min, usually 600"},
        {{2, 0.3}, {0.02, 0.3}, 60000, 300000, "Only 6 requests in the 5 min to 08:59, usually"},
        {{0.02, 0.3}, {0.02, 0.3}, 60000, 300000, "as usual: 6 requests in the 5 min to 08:59."},
        {{2, 0.3}, {0.004, 0.3}, 60000, 3600000, "Only 14 requests in the hour to 08:59, usually"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\nbaseline: {kind: auto, range: 7d}\n"
                       "stages: [{name: retrieval, latency: a_seconds}]\n");
        world_requests(&w, "retrieval", cases[i].usual, cases[i].now);
        w.plan.window_ms = cases[i].window_ms;
        w.scope.at_ms = cases[i].ago_ms > 0 ? WORLD_NOW_MS - cases[i].ago_ms : 0;
        world_judge(&w);
        SUMMARY(&w, cases[i].summary);
        world_finish(&w);
    }
}

// Requests that fail are requests: too few to judge, which is not that nobody asks.
static void few_that_all_fail_are_no_idleness(void **state)
{
    (void)state;
    static const struct {
        double completed, failed; // in the window
        enum verdict_condition condition;
        const char *said, *reason;
    } cases[] = {
        {0, 0, VERDICT_NO_TRAFFIC, "No traffic: no request has completed since 08:4", "no traffic"},
        {0, 1, VERDICT_OK,
            "Only 1 request in the last 5 min, usually 900: too few to judge. None has completed "
            "since 08:4",
            "n=1, too few"},
        {0, 3, VERDICT_OK,
            "Only 3 requests in the last 5 min, usually 900: too few to judge. Even so, 100 % of "
            "llm's requests failed, usually 0.3 %. None has completed since 08:4",
            "n=3, too few"},
        {1, 3, VERDICT_OK,
            "Only 4 requests in the last 5 min, usually 900: too few to judge. Even so, 75 % of "
            "llm's requests failed, usually 0.3 %.",
            "n=4, too few"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\n"
                       "stages: [{name: llm, latency: a_seconds, errors: a_bad}]\n");
        world_requests(
            &w, "llm", (struct load){3, 0.3}, (struct load){cases[i].completed / 300, 0.3});
        world_errors(&w, "llm", 0.009, cases[i].failed / 300);
        assert_int_equal(world_judge(&w)->condition, cases[i].condition);
        assert_int_equal(w.diagnosis.verdict.severity, SEVERITY_UNKNOWN);
        SUMMARY(&w, cases[i].said);
        assert_reason(&w, "llm", cases[i].reason);
        world_finish(&w);
    }
}

// What so few cannot prove, and would hardly be by chance, alarms nobody and is not called normal.
static void what_may_be_chance_is_not_normal(void **state)
{
    (void)state;
    static const struct {
        double requests, slower, failed; // in the window
        enum severity severity;
        const char *said, *reason;
    } cases[] = {
        {25, 1, 0, SEVERITY_OK, "OK: 1 stage normal (25 requests).", "normal"},
        {25, 1.2, 0, SEVERITY_OK, "OK: 1 stage normal (25 requests).", "normal"},
        {25, 2, 0, SEVERITY_OK, "llm is up 2.0x; with so few requests, that may be chance.",
            "up 2.0x; n=25, may be chance"},
        {250, 2, 0, SEVERITY_WARNING, "llm is the culprit", "CULPRIT: slow"},
        {25, 1, 2, SEVERITY_OK, "OK: 1 stage normal (25 requests).", "normal"},
        {25, 1, 3, SEVERITY_OK,
            "Nothing is slow in 1 stage (25 requests). llm fails more than usual (12 %, usually "
            "0.4 %); with so few requests, that may be chance.",
            "normal; fails more; may be chance"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        double rate = cases[i].requests / 300;
        world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\n"
                       "stages: [{name: llm, latency: a_seconds, errors: a_bad}]\n");
        world_requests(
            &w, "llm", (struct load){rate, 0.3}, (struct load){rate, 0.3 * cases[i].slower});
        world_errors(&w, "llm", 0.004 * rate, cases[i].failed / 300);
        world_judge(&w);
        SUMMARY(&w, cases[i].said);
        assert_reason(&w, "llm", cases[i].reason);
        assert_int_equal(w.diagnosis.verdict.severity, cases[i].severity);
        world_finish(&w);
    }
}

// However long ago it was, and whatever the server still knows by name.
static void it_is_told_since_when_there_is_no_data(void **state)
{
    (void)state;
    static const struct {
        int64_t ago_ms;
        const char *reason;
    } cases[] = {
        {59 * CLOCK_MINUTE_MS, "no data since about 08:01"},
        {CLOCK_HOUR_MS, "no data since about 08:00, 60 min ago"},
        {119 * CLOCK_MINUTE_MS, "no data since about 07:01, 119 min ago"},
        {3 * CLOCK_HOUR_MS + 5 * CLOCK_MINUTE_MS, "no data since about 05:55, 3 h ago"},
        {CLOCK_DAY_MS - CLOCK_MINUTE_MS, "no data since about 09:01, 23 h ago"},
        {CLOCK_DAY_MS, "no data since about Tue 3 Feb 09:00, 24 h ago"},
        {50 * CLOCK_HOUR_MS, "no data since about Mon 2 Feb 07:00, 2 d ago"},
        {-CLOCK_MINUTE_MS, "no such metric"}, // of another moment, that is later
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, "window: 5m\nspan: 1h\nrefresh: 15s\nstages: [{name: a, latency: a_s}]\n");
        w.plan.stages[0].kind = LATENCY_ABSENT;
        w.store.signals[0].condition = CONDITION_ABSENT;
        w.store.signals[0].ended_ms = WORLD_NOW_MS - cases[i].ago_ms;
        world_judge(&w);
        assert_reason(&w, "a", cases[i].reason);
        struct str s;
        str_init(&s);
        str_addf(&s, "No data%s: samples no longer arrive.", cases[i].reason + strlen("no data"));
        SUMMARY(&w, cases[i].ago_ms > 0 ? s.text : "the server knows none of the metrics");
        str_finish(&s);
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
            "No data: ragtop has been scraping this target itself only since 08:58:24, so nothing "
            "is "
            "known of that time."},
        {4 * 1000, 0, {NAN, NAN}, false,
            "No data: ragtop has been scraping this target itself only since 08:59:56; a rate "
            "needs two "
            "scrapes."},
        {96 * 1000, 0, {2, 0.3}, false,
            "Nothing to compare with yet: ragtop has been scraping this target itself only since "
            "08:58:24. Samples since 08:50; from 09:11 on, ragtop compares with the earlier part "
            "of the last hour. Until then, only an slo: can alarm."},
        {16 * 60 * 1000, 0, {2, 0.3}, false, "Until then, only an slo: can alarm."},
        {16 * 60 * 1000, 0, {2, 0.3}, true,
            "Nothing to compare with: there are too few samples in the 30 min before 08:59, "
            "pinned. B unpins."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\n"
                       "stages: [{name: retrieval, latency: a_seconds}]\n");
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
        {{0.02, 0.3}, "OK: 1 stage normal",
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
    const struct load usual = {2, 0.3};
    const struct {
        struct load now;
        const char *summary;
    } cases[] = {
        {{2, 0.3}, "Latency is normal so far in 2 of 3 stages. Asking …"},
        {{2, 3}, "Latency is up so far in 1 of 3 stages, and normal in 1. Asking …"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, world_article);
        world_requests(&w, "retrieval", usual, usual);
        world_requests(&w, "vector_db", (struct load){NAN, NAN}, usual);
        world_requests(&w, "generation", usual, cases[i].now);
        w.store.history_complete = false;
        world_judge(&w);
        SUMMARY(&w, cases[i].summary);
        world_finish(&w);
    }
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
        bool foreign;
    } cases[] = {
        {"http://h:1", false, false, 0,
            "What answers at http://h:1 is not a Prometheus: connection refused by h:1.", true},
        {"http://h:1/metrics", false, false, 0,
            "Cannot read the target: connection refused by h:1.", true},
        {"http://h:1", false, false, 0, "Cannot reach Prometheus: connection refused by h:1.",
            false},
        {"http://h:1", true, false, 0, "Cannot read the target: connection refused by h:1.", false},
        {"http://h:1/metrics", false, false, 0,
            "Cannot read the target: connection refused by h:1.", false},
        {"http://h:1", false, true, 0,
            "No URL was given, and ragtop cannot reach http://h:1: connection refused by h:1. Give "
            "the "
            "URL of a Prometheus: ragtop http://HOST:9090, or set RAGTOP_URL.",
            false},
        {"http://h:1", false, true, 1, "Cannot reach Prometheus: connection refused by h:1.",
            false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, world_article);
        endpoint_set_text(&w.config.source.url, cases[i].url);
        w.config.source.assumed = cases[i].assumed;
        w.store.source.health = HEALTH_LOST;
        w.store.source.scraped = cases[i].scraped;
        w.store.source.foreign = cases[i].foreign;
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
        {true, 999,
            "No traffic so far: ragtop has only just started watching, so nothing can be judged."},
        {true, 1000, "in the 1 s that ragtop has been watching, so"},
        {true, 2000,
            "No traffic: no request has completed in the 2 s that ragtop has been watching, so"},
        {true, 200 * 1000, "completed in the 3 min that ragtop has been watching, so"},
        {true, 400 * 1000, "completed in the last 5 min, so"},
        {false, 0, "completed in the last 5 min, so"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\n"
                       "stages: [{name: retrieval, latency: a_seconds}]\n");
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_what_is_not_known),
        cmocka_unit_test(a_moment_of_the_past_is_named),
        cmocka_unit_test(few_that_all_fail_are_no_idleness),
        cmocka_unit_test(what_may_be_chance_is_not_normal),
        cmocka_unit_test(tells_what_is_not_known_of_tools),
        cmocka_unit_test(says_why_errors_are_unknown),
        cmocka_unit_test(a_unit_against_the_name_is_told),
        cmocka_unit_test(says_whose_value_is_none),
        cmocka_unit_test(it_is_told_since_when_there_is_no_data),
        cmocka_unit_test(a_moment_without_data_is_told_alike),
        cmocka_unit_test(tells_since_when_it_scrapes),
        cmocka_unit_test(tells_that_it_looked_longer),
        cmocka_unit_test(tells_how_far_it_is),
        cmocka_unit_test(tells_that_the_server_is_gone),
        cmocka_unit_test(tells_how_long_it_has_watched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
