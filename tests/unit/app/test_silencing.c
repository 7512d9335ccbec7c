/*
 * Silences as they are typed, and what is asked before one is sent.
 */
#include "app/silencing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/app.h"
#include "app/command_line.h"
#include "base/mem.h"
#include "feed/feed.h"
#include "prom/alertmanager.h"
#include "unit/answered.h"
#include "unit/world.h"

/** A program that shows alerts to nobody. */
struct scene {
    struct world world;
    struct watch watch; /**< of the world, which owns what is in it */
    struct app app;
};

/** Slow fires on pod a and is pending on b; an Alertmanager has the first, and one of its own. */
static void start(struct scene *s)
{
    static const char rules[] =
        "{\"status\":\"success\",\"data\":{\"groups\":[{\"name\":\"g\",\"rules\":[{\"type\":"
        "\"alerting\",\"name\":\"Slow\",\"query\":\"up\",\"alerts\":["
        "{\"labels\":{\"alertname\":\"Slow\",\"pod\":\"a\"},\"state\":\"firing\"},"
        "{\"labels\":{\"alertname\":\"Slow\",\"pod\":\"b\"},\"state\":\"pending\"}]}]}]}}";
    static const char alerts[] =
        "[{\"labels\":{\"alertname\":\"Slow\",\"pod\":\"a\",\"cluster\":\"x\"},"
        "\"status\":{\"state\":\"active\"}},"
        "{\"labels\":{\"alertname\":\"Other\"},\"status\":{\"state\":\"active\"}}]";
    *s = (struct scene){0};
    world_init(&s->world, world_article);
    world_judge(&s->world);
    answered(&s->world.store, FEED_RULES, rules);
    struct routing_state *r = mem_zalloc(1, sizeof *r);
    r->asked = r->known = true;
    assert_true(prom_decode_routed(alerts, sizeof alerts - 1, &r->routing));
    s->world.store.routing = r;
    s->watch = (struct watch){.config = &s->world.config,
        .scope = s->world.scope,
        .plan = s->world.plan,
        .store = s->world.store,
        .diagnosis = s->world.diagnosis};
    s->app = (struct app){.config = &s->world.config,
        .watches = &s->watch,
        .watches_count = 1,
        .now_ms = WORLD_NOW_MS,
        .state = {.page = PAGE_ALERTS, .selected = {.index = -1}}};
    str_init(&s->app.notice);
    str_init(&s->app.note);
}

static void stop(struct scene *s)
{
    silence_end(&s->app);
    arena_finish(&s->app.frame);
    str_finish(&s->app.notice);
    str_finish(&s->app.note);
    world_finish(&s->world);
}

static void says_how_many_alerts_it_matches(void **state)
{
    (void)state;
    static const struct {
        const char *line, *said;
    } cases[] = {
        {"1h {alertname=\"Slow\",pod=\"a\"} why", "It matches 1 alert now."},
        {"1h {alertname=\"Slow\",pod=\"b\"} why", "It matches 1 alert now (1 pending)."},
        {"1h {alertname=\"Slow\"} why", "It matches 2 alerts now (1 pending)."},
        {"1h {cluster=\"x\"} why", "It matches 1 alert now."},
        {"1h {alertname=~\"Slow|Other\"} why", "It matches 3 alerts now (1 pending)."},
        {"1h {alertname=\"None\"} why", "It matches 0 alerts now."},
    };
    struct scene s;
    start(&s);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        silence_open(&s.app, cases[i].line);
        assert_non_null(s.app.state.summary);
        if (!strstr(s.app.state.summary, cases[i].said)) {
            fail_msg("%s: %s", cases[i].line, s.app.state.summary);
        }
    }
    stop(&s);
}

static void what_is_wrong_with_the_matchers_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *line, *said;
    } cases[] = {
        {"1h {pod=~\"(\"} why", "a regular expression in the braces is invalid"},
        {"1h {a=\"b\",pod=~\"a**\"} why", "a regular expression in the braces is invalid"},
        {"1h {} why", "the braces are empty"},
        {"1h { } why", "the braces are empty"},
        {"1h pod why", "what to silence stands in braces"},
        {"1h {pod} why", "what to silence stands in braces"},
        {"1h {pod=~\".*\"} why", "would silence every alert"},
    };
    struct scene s;
    start(&s);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        silence_open(&s.app, cases[i].line);
        assert_non_null(s.app.state.summary);
        if (!strstr(s.app.state.summary, cases[i].said)) {
            fail_msg("%s: %s", cases[i].line, s.app.state.summary);
        }
    }
    stop(&s);
}

static void an_alertmanager_that_nobody_names_is_not_waited_for(void **state)
{
    (void)state;
    static const struct {
        enum condition condition;
        const char *url, *why, *said;
    } cases[] = {
        {CONDITION_ASKING, "", "", "the Alertmanager has not answered yet"},
        {CONDITION_ANSWERED, "", "", "no Alertmanager is known; --alertmanager URL names one"},
        {CONDITION_REFUSED, "", "", "no Alertmanager is known; --alertmanager URL names one"},
        {CONDITION_ANSWERED, "http://a:9093", "", "the Alertmanager has not answered yet"},
        {CONDITION_ANSWERED, "http://a:9093", "502", "no usable answer from an Alertmanager yet"},
    };
    struct scene s;
    start(&s);
    struct routing_state *r = s.watch.store.routing;
    r->known = false;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        s.watch.store.slots[FEED_ALERTMANAGERS].condition = cases[i].condition;
        snprintf(r->url, sizeof r->url, "%s", cases[i].url);
        snprintf(r->why, sizeof r->why, "%s", cases[i].why);
        silence_open(&s.app, "");
        if (!strstr(s.app.note.text, cases[i].said)) {
            fail_msg("%zu: %s", i, s.app.note.text);
        }
    }
    stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_how_many_alerts_it_matches),
        cmocka_unit_test(an_alertmanager_that_nobody_names_is_not_waited_for),
        cmocka_unit_test(what_is_wrong_with_the_matchers_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
