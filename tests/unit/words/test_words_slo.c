/*
 * The sentences: SLOs that are broken, and what few requests say.
 */
#include "words/words.h"

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
        {1.9, 3.9, 0.002, 0.002, "A is the culprit: its P95 is 4.4 s, 2.3x usual, above its SLO",
            NULL},
        {0.3, 0.3, 0.16, 0.16,
            "A is above its SLO of 1.0 %, as usual: 8.0 % of its requests fail, "
            "usually 8.0 %.",
            "CULPRIT: errors above its SLO of 1.0 %, as usual"},
        {0.3, 0.3, 0.04, 0.4, "A is failing: 20 % of its requests, usually 2.0 %, above its SLO",
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

// What keeps its SLO is good, whatever is usual; and nothing is advised that does not work yet.
static void an_slo_tells_where_nothing_is_usual(void **state)
{
    (void)state;
    static const struct {
        const char *yaml;
        double p95_s;
        int64_t onset_ms;
        enum severity severity;
        const char *said, *reason;
    } cases[] = {
        {"{name: a, latency: a_seconds, slo: {p95: 4s}}", 1, WORLD_ONSET_MS, SEVERITY_OK,
            "OK: a is within its SLO of 4.0 s. Nothing to compare with: the server has too little "
            "history of these metrics. Samples since 08:50; from 09:11 on, ragtop compares with "
            "the earlier part of the last hour.",
            "within its SLO of 4.0 s"},
        {"{name: a, latency: a_seconds}", 1, WORLD_ONSET_MS, SEVERITY_UNKNOWN,
            "from 09:11 on, ragtop compares with the earlier part of the last hour. Until then, "
            "only an slo: can alarm.",
            "no baseline"},
        {"{name: a, latency: a_seconds}", 1, 17 * CLOCK_MINUTE_MS, SEVERITY_UNKNOWN,
            "Samples since 08:43; from 09:04 on, ragtop compares with the earlier part of the last "
            "hour. Until then, set an slo:, pin a moment with B, or use a file from `ragtop "
            "baseline save`.",
            "no baseline"},
        {"{name: a, latency: a_seconds, slo: {p95: 4s}}, {name: b, latency: b_seconds}", 1,
            WORLD_ONSET_MS, SEVERITY_UNKNOWN, "Until then, only an slo: can alarm.",
            "within its SLO of 4.0 s"},
        {"{name: a, latency: a_seconds, slo: {p95: 4s}}, "
         "{name: b, latency: b_seconds, slo: {p95: 4s}}",
            1, WORLD_ONSET_MS, SEVERITY_OK, "OK: a and b are within their SLOs.",
            "within its SLO of 4.0 s"},
        {"{name: a, latency: a_seconds, slo: {p95: 2s}}", 2.05, WORLD_ONSET_MS, SEVERITY_UNKNOWN,
            "Nothing to compare with", "no baseline; about its SLO of 2.0 s"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        char yaml[400];
        snprintf(
            yaml, sizeof yaml, "window: 5m\nrefresh: 15s\nspan: 1h\nstages: [%s]\n", cases[i].yaml);
        world_init(&w, yaml);
        w.days = 0;
        w.has_recent = w.has_span = false;
        w.onset_ms = cases[i].onset_ms;
        w.store.history_seen = w.store.history_complete = true;
        for (size_t k = 0; k < w.plan.stages_count; k++) {
            world_requests(&w, w.plan.stages[k].name, usually, (struct load){2, cases[i].p95_s});
        }
        assert_int_equal(world_judge(&w)->severity, cases[i].severity);
        SUMMARY(&w, cases[i].said);
        assert_reason(&w, "a", cases[i].reason);
        if (cases[i].severity == SEVERITY_OK) {
            assert_not_said(&w, "Until then");
        }
        world_finish(&w);
    }
}

// That it is fast enough makes nothing good of a service that fails.
static void within_its_slo_is_not_enough_where_requests_fail(void **state)
{
    (void)state;
    for (int fails = 0; fails < 2; fails++) {
        struct world w;
        world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\n"
                       "stages: [{name: a, latency: a_seconds, errors: a_bad, slo: {p95: 4s}}]\n");
        w.days = 0;
        w.has_recent = w.has_span = false;
        w.store.history_seen = w.store.history_complete = true;
        world_requests(&w, "a", usually, (struct load){2, 1});
        world_errors(&w, "a", 0, fails ? 0.6 : 0);
        assert_int_equal(world_judge(&w)->severity, fails ? SEVERITY_UNKNOWN : SEVERITY_OK);
        world_finish(&w);
    }
}

// A P95 that chance alone may have lifted over its SLO does not alarm, and is not below it.
static void a_number_about_its_slo_is_told(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, "window: 5m\nrefresh: 15s\nspan: 1h\n"
                   "stages: [{name: a, latency: a_seconds, slo: {p95: 2s}}]\n");
    world_requests(&w, "a", (struct load){2, 2.05}, (struct load){2, 2.05});
    assert_int_equal(world_judge(&w)->severity, SEVERITY_OK);
    assert_reason(&w, "a", "normal; about its SLO of 2.0 s");
    world_finish(&w);
}

// Twice the little that is known is neither an alarm nor normal.
static void what_is_far_above_a_short_past_is_not_normal(void **state)
{
    (void)state;
    static const struct {
        const char *slo;
        double a_s, b_s;
        enum severity severity;
        const char *said, *reason;
    } cases[] = {
        {"", 0.3, 0.3, SEVERITY_OK, "OK: both stages normal", "normal"},
        {"", 0.6, 0.3, SEVERITY_UNKNOWN,
            "OK: 1 of 2 stages normal (600 requests). A is up 2.0x; there is too little history to "
            "judge that.",
            "up 2.0x; too little history to judge"},
        {"", 0.6, 0.6, SEVERITY_UNKNOWN,
            "A is up 2.0x and b is up 2.0x; there is too little history to judge that.",
            "up 2.0x; too little history to judge"},
        {", slo: {p95: 4s}", 0.6, 0.3, SEVERITY_OK, "A is up 2.0x; there is too little history",
            "up 2.0x; too little history to judge"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        char yaml[400];
        snprintf(yaml, sizeof yaml,
            "window: 5m\nrefresh: 15s\nspan: 1h\nstages: [{name: a, latency: a_seconds%s}, {name: "
            "b, latency: b_seconds%s}]\n",
            cases[i].slo, cases[i].slo);
        world_init(&w, yaml);
        w.days = 0;
        w.has_recent = false;
        w.store.history_seen = w.store.history_complete = true;
        world_requests(&w, "a", usually, (struct load){2, cases[i].a_s});
        world_requests(&w, "b", usually, (struct load){2, cases[i].b_s});
        assert_int_equal(world_judge(&w)->severity, cases[i].severity);
        SUMMARY(&w, cases[i].said);
        assert_reason(&w, "a", cases[i].reason);
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
        {0.9, 0.9, 0, 2.0 / 300, "too few to judge. Even so, 13 % of a's requests failed",
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
            SUMMARY(&w, "Deep is the culprit", cases[i].said, ", usually 3.0/s.");
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hang_and_its_failures),
        cmocka_unit_test(an_slo_is_named),
        cmocka_unit_test(an_slo_tells_where_nothing_is_usual),
        cmocka_unit_test(within_its_slo_is_not_enough_where_requests_fail),
        cmocka_unit_test(a_number_about_its_slo_is_told),
        cmocka_unit_test(what_is_far_above_a_short_past_is_not_normal),
        cmocka_unit_test(an_slo_that_is_always_broken_is_as_usual),
        cmocka_unit_test(few_requests_that_break_an_slo),
        cmocka_unit_test(a_root_without_requests_is_told_beside_a_fault),
        cmocka_unit_test(a_root_with_few_requests_is_not_normal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
