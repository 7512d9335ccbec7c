/*
 * The page of alerts, and what the home page says of them.
 */
#include "pages/pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"
#include "feed/feed.h"
#include "plan/ruled.h"
#include "prom/alertmanager.h"
#include "unit/answered.h"
#include "unit/pages/says.h"
#include "unit/world.h"
#include "view/view.h"
#include "words/alert_words.h"

enum { NAME = 1, STATE, SINCE, VALUE, WORDS }; // columns

/** What a test looks at. */
struct screen {
    struct world w;
    struct view view;
    struct arena arena;
    struct view_state look;
};

static void start(struct screen *s, enum page page)
{
    *s = (struct screen){.look = {.page = page, .selected = {.index = -1}}};
    world_init(&s->w, world_article);
    world_judge(&s->w);
    s->w.store.source.health = HEALTH_OK;
}

static bool offers(const struct view *v, const char *label)
{
    for (size_t i = 0; i < v->keys_count; i++) {
        if (strcmp(v->keys[i].label, label) == 0) {
            return true;
        }
    }
    return false;
}

static void look(struct screen *s)
{
    const struct view_input in = {
        .words = world_words(&s->w), .state = &s->look, .now_ms = WORLD_NOW_MS, .columns = 200};
    arena_finish(&s->arena);
    view_build(&s->view, &s->arena, &in);
}

static void stop(struct screen *s)
{
    arena_finish(&s->arena);
    world_finish(&s->w);
}

static void add_moment(struct str *s, const char *key, int64_t ago_s)
{
    str_addf(s, ",\"%s\":\"", key);
    clock_add_rfc3339(s, WORLD_NOW_MS - ago_s * 1000);
    str_addc(s, '"');
}

/** Rules about vector_db, one of which fires; one kept firing; one pending; and one elsewhere. */
static void list_rules(struct world *w)
{
    struct str s;
    str_init(&s);
    str_add(&s,
        "{\"status\":\"success\",\"data\":{\"groups\":[{\"name\":\"g\",\"file\":\"f\","
        "\"interval\":60,\"rules\":["
        "{\"type\":\"alerting\",\"name\":\"DbSlow\",\"duration\":300,\"keepFiringFor\":600,"
        "\"query\":\"rate(vector_db_query_duration_seconds_sum[5m]) > 1\",\"alerts\":["
        "{\"labels\":{\"alertname\":\"DbSlow\",\"severity\":\"critical\",\"pod\":\"a\"},"
        "\"annotations\":{\"summary\":\"it is slow\"},\"state\":\"firing\",\"value\":\"2\"");
    add_moment(&s, "activeAt", 720);
    str_add(&s, "},{\"labels\":{\"alertname\":\"DbSlow\",\"severity\":\"critical\",\"pod\":\"b\"},"
                "\"state\":\"firing\"");
    add_moment(&s, "activeAt", 900);
    add_moment(&s, "keepFiringSince", 120);
    str_add(&s, "},{\"labels\":{\"alertname\":\"DbSlow\",\"severity\":\"critical\",\"pod\":\"c\"},"
                "\"state\":\"pending\"");
    add_moment(&s, "activeAt", 120);
    str_add(&s, "}]},{\"type\":\"alerting\",\"name\":\"Disk\",\"query\":\"disk > 1\",\"alerts\":["
                "{\"labels\":{\"alertname\":\"Disk\"},\"state\":\"firing\"");
    add_moment(&s, "activeAt", 60);
    str_add(&s, "}]},{\"type\":\"alerting\",\"name\":\"Watchdog\",\"query\":\"vector(1)\","
                "\"alerts\":[{\"labels\":{\"alertname\":\"Watchdog\",\"severity\":\"none\"},"
                "\"state\":\"firing\"}]}]}]}}");
    answered(&w->store, FEED_RULES, s.text);
    str_finish(&s);
}

static const struct view_table *table(const struct view *v)
{
    size_t i = 0;
    while (i < v->panes_count && v->panes[i].kind != PANE_TABLE) {
        i++;
    }
    assert_true(i < v->panes_count);
    return v->panes[i].table;
}

/** Whether any text of V has TEXT in it. */
// The same of the verdict.
static bool tells(const struct view *v, const char *text)
{
    bool any = false;
    for (size_t i = 0; i < v->block.count; i++) {
        for (size_t k = 0; k < v->block.lines[i].count; k++) {
            any = any || strstr(v->block.lines[i].parts[k].text, text);
        }
    }
    return any;
}

static void alerts_of_stages_come_first(void **state)
{
    (void)state;
    static const struct {
        const char *name, *mark, *state, *since, *words;
    } want[] = {
        {"DbSlow  pod=a", "!!", "firing", "12 min", "vector_db: it is slow"},
        {"DbSlow  pod=b", NULL, "clearing", "15 min", "vector_db"},
        {"DbSlow  pod=c", NULL, "pending", "2 min", "vector_db"},
        {"Disk", "!", "firing", "60 s", ""},
        {"Watchdog", NULL, "firing", "-", ""},
    };
    struct screen s;
    start(&s, PAGE_ALERTS);
    list_rules(&s.w);
    look(&s);
    const struct view_table *t = table(&s.view);
    assert_int_equal(t->count, sizeof want / sizeof *want);
    assert_string_equal(t->headings[NAME], "5 alerts, 3 firing (1 info)");
    for (size_t i = 0; i < t->count; i++) {
        const struct view_cell *cells = t->rows[i].cells;
        assert_string_equal(cells[NAME].text, want[i].name);
        assert_string_equal(cells[0].text ? cells[0].text : "", want[i].mark ? want[i].mark : "");
        assert_string_equal(cells[STATE].text, want[i].state);
        assert_string_equal(cells[SINCE].text, want[i].since);
        assert_string_equal(cells[WORDS].text, want[i].words);
    }
    assert_true(says(&s.view, "firing for 7 min, true for 12 min"));
    assert_true(says(&s.view, "rate(vector_db_query_duration_seconds_sum[5m]) > 1"));
    stop(&s);
}

// A row keeps its alert while others come and go above it.
static void the_alert_that_is_selected_stays_so(void **state)
{
    (void)state;
    struct screen s;
    start(&s, PAGE_ALERTS);
    list_rules(&s.w);
    look(&s);
    s.look.selected = table(&s.view)->rows[1].id;
    look(&s);
    assert_true(says(&s.view, "no longer true for 2 min, kept firing for 8 min more"));
    s.look.selected = table(&s.view)->rows[2].id;
    s.look.page = PAGE_ALERT;
    look(&s);
    assert_true(says(&s.view, "pending for 2 min, fires in 3 min if it lasts"));
    answered(&s.w.store, FEED_RULES,
        "{\"status\":\"success\",\"data\":{\"groups\":[{\"rules\":[{\"type\":\"alerting\"}]}]}}");
    look(&s);
    assert_true(says(&s.view, "no longer pending or firing"));
    stop(&s);
}

// What is left is rounded: nobody calls 2 min 39 s two minutes.
static void what_is_left_is_to_the_nearest_minute(void **state)
{
    (void)state;
    static const struct {
        int64_t ms;
        const char *says;
    } cases[] = {{159000, "fires in 3 min if"}, {145000, "fires in 2 min if"},
        {119000, "fires in 119 s if"}, {1000, "fires in 1 s if"}};
    const struct rule rule = {.for_s = 300};
    const struct alert alert = {.state = RULE_PENDING, .active_ms = 1000000000};
    struct arena a = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t now_ms = alert.active_ms + 300000 - cases[i].ms;
        const char *said = alert_words_standing(&a, &alert, &rule, now_ms);
        assert_non_null(strstr(said, cases[i].says));
    }
    arena_finish(&a);
}

static void the_home_page_says_what_concerns_the_stages(void **state)
{
    (void)state;
    struct screen s;
    start(&s, PAGE_INCIDENT);
    look(&s);
    assert_false(tells(&s.view, "lert"));
    list_rules(&s.w);
    look(&s);
    assert_true(tells(&s.view, "DbSlow (vector_db) firing for 7 min"));
    assert_true(tells(&s.view, "DbSlow (vector_db) pending, 2 min of 5 min"));
    assert_true(tells(&s.view, "1 other alert firing"));
    const struct view_table *t = &s.view.stages;
    bool marked = false;
    for (size_t i = 0; i < t->count; i++) {
        const char *mark = t->rows[i].cells[0].text;
        const char *verdict = t->rows[i].cells[COLUMN_VERDICT].text;
        bool is = strstr(t->rows[i].cells[NAME].text, "vector_db") != NULL;
        marked = marked || is;
        assert_int_equal(mark && strchr(mark, 'a') != NULL, is);
        assert_int_equal(strstr(verdict, "; alert firing") != NULL, is);
    }
    assert_true(marked);
    stop(&s);
}

// Whole, or not at all and counted.
static void the_home_page_says_it_to_the_end(void **state)
{
    (void)state;
    struct screen s;
    int whole = 0, counted = 0;
    start(&s, PAGE_INCIDENT);
    list_rules(&s.w);
    for (int rows = 7; rows < 40; rows++) {
        const struct view_input in = {.words = world_words(&s.w),
            .state = &s.look,
            .now_ms = WORLD_NOW_MS,
            .columns = 80,
            .rows = rows};
        arena_finish(&s.arena);
        view_build(&s.view, &s.arena, &in);
        bool first = false, last = false;
        for (size_t i = 0; i < s.view.runs_count; i++) {
            first = first || strcmp(s.view.runs[i].text, "alerts") == 0;
            last = last || strstr(s.view.runs[i].text, "1 other alert firing");
        }
        assert_int_equal(first, last);
        assert_true(first || s.view.verdict_more > 0);
        whole += first;
        counted += !first;
    }
    assert_true(whole > 0 && counted > 0);
    stop(&s);
}

/** What an Alertmanager makes of the firing alerts that list_rules() lists: nobody is told. */
static void hold_back(struct world *w)
{
    static const char alerts[] =
        "[{\"labels\":{\"alertname\":\"DbSlow\",\"severity\":\"critical\",\"pod\":\"a\"},"
        "\"status\":{\"state\":\"suppressed\",\"silencedBy\":[\"s1\"]}},"
        "{\"labels\":{\"alertname\":\"DbSlow\",\"severity\":\"critical\",\"pod\":\"b\"},"
        "\"status\":{\"state\":\"suppressed\",\"silencedBy\":[\"s1\"]}},"
        "{\"labels\":{\"alertname\":\"Disk\"},"
        "\"status\":{\"state\":\"suppressed\",\"inhibitedBy\":[\"x\"]}}]";
    struct routing_state *r = mem_zalloc(1, sizeof *r);
    r->asked = r->known = true;
    assert_true(prom_decode_routed(alerts, sizeof alerts - 1, &r->routing));
    w->store.routing = r;
}

/** What an answer says of the names of METRICS that there are, to who asked for those of ASKED. */
static void answer_names(struct world *w, const struct rule_set *asked, const char *metrics)
{
    struct name_list names = {0};
    struct str s;
    str_init(&s);
    ruled_names(&names, asked);
    str_addf(&s,
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
        "{\"metric\":{\"ragtop_hash\":\"%016llx\"},\"value\":[1770195600,\"0\"]}%s]}}",
        (unsigned long long)ruled_hash(&names), metrics);
    answered(&w->store, FEED_RULED, s.text);
    str_finish(&s);
    names_finish(&names);
}

#define RULE(name, query) "{\"type\":\"alerting\",\"name\":\"" name "\",\"query\":\"" query "\"},"
#define METRIC(name) ",{\"metric\":{\"__name__\":\"" name "\"},\"value\":[1770195600,\"3\"]}"

#define UNLIKE(severity, instance, tool)                                                           \
    "{\"labels\":{\"alertname\":\"Unlike\",\"severity\":\"" severity "\",\"instance\":\"" instance \
    "\",\"job\":\"a\",\"tool_name\":\"" tool "\"},\"state\":\"firing\",\"value\":\"1\"}"

static const struct view_table *table_at(struct screen *s, int columns)
{
    const struct view_input in = {.words = world_words(&s->w),
        .state = &s->look,
        .now_ms = WORLD_NOW_MS,
        .columns = columns,
        .rows = 40};
    arena_finish(&s->arena);
    view_build(&s->view, &s->arena, &in);
    size_t i = 0;
    while (s->view.panes[i].kind != PANE_TABLE) {
        assert_true(++i < s->view.panes_count);
    }
    return s->view.panes[i].table;
}

// Many of one name are told apart by the labels in which they differ.
static void alerts_of_one_name_are_told_apart(void **state)
{
    (void)state;
    static const char *const want[] = {"Unlike  10.0.0.1:80, python", "Unlike  10.0.0.1:80, search",
        "Unlike  10.0.0.2:80, python"};
    struct screen s;
    start(&s, PAGE_ALERTS);
    answered(&s.w.store, FEED_RULES,
        "{\"status\":\"success\",\"data\":{\"groups\":[{\"rules\":[{\"type\":\"alerting\",\"name\":"
        "\"Unlike\",\"query\":\"a > 1\",\"alerts\":[" UNLIKE(
            "info", "10.0.0.1:80", "python") "," UNLIKE("info", "10.0.0.1:80",
            "search") "," UNLIKE("info", "10.0.0.2:80", "python") "]}]}]}}");
    const struct view_table *t = table_at(&s, 80);
    assert_int_equal(t->count, 3);
    for (size_t i = 0; i < t->count; i++) {
        assert_string_equal(t->rows[i].cells[NAME].text, want[i]);
    }
    assert_string_equal(table_at(&s, 160)->headings[NAME], "3 alerts, 3 firing (3 info)");
    assert_string_equal(table_at(&s, 64)->headings[NAME], "3 of 3 firing (3 info)");
    assert_string_equal(table_at(&s, 48)->headings[NAME], "3 of 3 firing");
    stop(&s);
}

static void rules_that_cannot_fire_are_named(void **state)
{
    (void)state;
    static const char rules[] = "{\"status\":\"success\",\"data\":{\"groups\":[{\"rules\":[" RULE(
        "Typo", "rate(rag_latency_sum[5m]) > 1") RULE("Good", "rag_latency_seconds_sum > 1")
        RULE("Gone", "absent(rag_up)") RULE("Either", "a > 1 or rag_latency_seconds_sum > 1")
            RULE("Stock", "kube_pod_info > 1") RULE("Both", "b{x=\\\"y\\\"} / b_total > 1")
                RULE("C", "c > 1") RULE(
                    "D", "d > 1") "{\"type\":\"alerting\",\"name\":\"New\",\"query\":\"new > 1\","
                                  "\"state\":\"firing\"},"
                                  "{\"type\":\"recording\","
                                  "\"name\":\"r\",\"query\":\"e\"}]}]}}";
    struct screen s;
    start(&s, PAGE_ALERTS);
    answered(&s.w.store, FEED_RULES, rules);
    look(&s);
    assert_false(says(&s.view, "cannot fire")); // nobody was asked
    const struct rule_set *set = s.w.store.slots[FEED_RULES].data;
    answer_names(&s.w, set, METRIC("rag_latency_seconds_sum") METRIC("b_total"));
    look(&s);
    assert_true(
        says(&s.view, "4 alerting rules cannot fire now, as their queries find no series: "
                      "Typo (rag_latency_sum), Both (b{x=\"y\"}), C (c) and 1 other. ragtop doctor "
                      "looks closer, also at rules about node_*, kube_* and the like."));
    answer_names(&s.w, set,
        METRIC("rag_latency_seconds_sum") METRIC("rag_latency_sum") METRIC("b") METRIC("b_total")
            METRIC("c") METRIC("d"));
    look(&s);
    assert_false(says(&s.view, "cannot fire"));
    answer_names(&s.w, &(struct rule_set){0}, ""); // of other rules than there are now
    look(&s);
    assert_false(says(&s.view, "cannot fire"));
    stop(&s);
}

static void an_alert_says_with_which_others_it_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *labels, *others, *says;
    } cases[] = {
        {"\"job\":\"j\"", ",{},{}", "on-call, together with 2 others in the group {job=\"j\"}"},
        {"\"a\":\"b\",\"c\":\"d\"", "", "on-call, the only one in the group {a=\"b\", c=\"d\"}"},
        {"", ",{}", "on-call, together with 1 other, as it gets all in one group"},
        {"", "", "on-call, which gets all alerts in one group"},
    };
    static const char routed[] =
        "[{\"labels\":{\"alertname\":\"DbSlow\",\"severity\":\"critical\",\"pod\":\"a\"},"
        "\"fingerprint\":\"f\",\"receivers\":[{\"name\":\"someone\"}],"
        "\"status\":{\"state\":\"active\"}}]";
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct screen s;
        struct str groups;
        str_init(&groups);
        start(&s, PAGE_ALERTS);
        list_rules(&s.w);
        struct routing_state *r = mem_zalloc(1, sizeof *r);
        r->asked = r->known = true;
        assert_true(prom_decode_routed(routed, sizeof routed - 1, &r->routing));
        s.w.store.routing = r;
        look(&s);
        assert_true(says(&s.view, "someone"));
        str_addf(&groups,
            "[{\"labels\":{%s},\"receiver\":{\"name\":\"on-call\"},\"alerts\":["
            "{\"fingerprint\":\"f\"}%s]}]",
            cases[i].labels, cases[i].others);
        assert_true(prom_decode_groups(groups.text, groups.len, &r->routing));
        look(&s);
        assert_true(says(&s.view, cases[i].says));
        assert_false(says(&s.view, "someone"));
        str_finish(&groups);
        stop(&s);
    }
}

/** A silence that is active, and one that is to begin. */
static void list_silences(struct world *w)
{
    struct str s;
    str_init(&s);
    str_add(&s,
        "[{\"id\":\"s1\",\"status\":{\"state\":\"active\"},\"createdBy\":\"olga\","
        "\"comment\":\"new disks\",\"matchers\":[{\"name\":\"alertname\",\"value\":\"DbSlow\","
        "\"isRegex\":false},{\"name\":\"pod\",\"value\":\"a|b\",\"isRegex\":true}]");
    add_moment(&s, "startsAt", 600);
    add_moment(&s, "endsAt", -3600);
    str_add(&s, "},{\"id\":\"s2\",\"status\":{\"state\":\"pending\"},\"createdBy\":\"ben\","
                "\"comment\":\"night\",\"matchers\":[{\"name\":\"alertname\",\"value\":\"Disk\","
                "\"isRegex\":false}]");
    add_moment(&s, "startsAt", -3600);
    add_moment(&s, "endsAt", -7200);
    str_add(&s, "}]");
    assert_true(prom_decode_silences(s.text, s.len, &w->store.routing->routing));
    str_finish(&s);
}

static const char *verdict_of(const struct view *v, const char *stage)
{
    const char *verdict = NULL;
    for (size_t i = 0; i < v->stages.count; i++) {
        const struct view_cell *cells = v->stages.rows[i].cells;
        verdict = strstr(cells[NAME].text, stage) ? cells[COLUMN_VERDICT].text : verdict;
    }
    assert_non_null(verdict);
    return verdict;
}

static void the_home_page_says_what_is_held_back(void **state)
{
    (void)state;
    struct screen s;
    start(&s, PAGE_INCIDENT);
    list_rules(&s.w);
    hold_back(&s.w);
    look(&s);
    assert_true(tells(&s.view, "DbSlow (vector_db) silenced"));
    assert_false(tells(&s.view, "firing"));
    assert_non_null(strstr(verdict_of(&s.view, "vector_db"), "; alert silenced"));
    snprintf(s.w.store.routing->why, ROUTING_WHY_MAX, "%s", "503"); // it may have ended since
    look(&s);
    assert_true(tells(&s.view, "DbSlow (vector_db) firing for 7 min"));
    assert_true(tells(&s.view, "1 other alert firing"));
    s.w.store.routing->why[0] = '\0';
    s.w.store.routing->asked = false; // as here, once another page is left
    look(&s);
    assert_non_null(strstr(verdict_of(&s.view, "vector_db"), "; alert firing"));
    stop(&s);
}

// Neither the mark nor the verdict is an all-clear.
static void a_calm_stage_with_an_alert_is_not_green(void **state)
{
    (void)state;
    struct screen s;
    start(&s, PAGE_INCIDENT);
    world_calm(&s.w);
    world_judge(&s.w);
    list_rules(&s.w);
    look(&s);
    const struct view_table *t = &s.view.stages;
    size_t at = 0;
    while (!strstr(t->rows[at].cells[NAME].text, "vector_db")) {
        assert_true(++at < t->count);
    }
    const struct view_cell *cells = t->rows[at].cells;
    assert_string_equal(cells[COLUMN_VERDICT].text, "normal; alert firing");
    assert_int_equal(cells[0].role, ROLE_NOTICE);
    assert_int_equal(cells[COLUMN_VERDICT].role, ROLE_NOTICE);
    stop(&s);
}

static void a_stage_at_fault_that_no_rule_watches_is_named(void **state)
{
    (void)state;
    for (int watched = 0; watched < 2; watched++) {
        struct screen s;
        start(&s, PAGE_INCIDENT);
        world_requests(&s.w, "generation", (struct load){2, 0.3}, (struct load){2, 1.8});
        world_judge(&s.w);
        answered(&s.w.store, FEED_RULES,
            watched ? "{\"status\":\"success\",\"data\":{\"groups\":[{\"rules\":[{\"type\":"
                      "\"alerting\",\"name\":\"A\",\"query\":"
                      "\"kotaemon_generation_latency_seconds_sum > 1\"}]}]}}"
                    : "{\"status\":\"success\",\"data\":{\"groups\":[{\"rules\":[{\"type\":"
                      "\"alerting\",\"name\":\"A\",\"query\":\"up == 0\"}]}]}}");
        look(&s);
        assert_int_equal(tells(&s.view, "no alerting rule watches generation"), !watched);
        stop(&s);
    }
}

// Where a row is marked for worse already, the sign of its alert stands before the verdict.
static void a_stage_at_fault_keeps_its_own_mark(void **state)
{
    (void)state;
    struct screen s;
    start(&s, PAGE_INCIDENT);
    world_requests(&s.w, "vector_db", (struct load){2, 0.3}, (struct load){2, 1.8});
    world_judge(&s.w);
    list_rules(&s.w);
    look(&s);
    bool found = false;
    for (size_t i = 0; i < s.view.stages.count; i++) {
        const struct view_cell *cells = s.view.stages.rows[i].cells;
        if (strstr(cells[NAME].text, "vector_db")) {
            found = true;
            assert_string_equal(cells[0].text, "!!");
            assert_memory_equal(cells[COLUMN_VERDICT].text, "(a) CULPRIT", 11);
        }
    }
    assert_true(found);
    stop(&s);
}

static void why_there_is_none_is_said(void **state)
{
    (void)state;
    static const char none[] = "{\"status\":\"success\",\"data\":{\"groups\":[]}}";
    static const char calm[] = "{\"status\":\"success\",\"data\":{\"groups\":[{\"rules\":[{"
                               "\"type\":\"alerting\",\"name\":\"A\"}]}]}}";
    static const struct {
        enum condition condition;
        const char *body, *why, *said;
    } cases[] = {
        {CONDITION_ASKING, NULL, "", "Asking for alerts"},
        {CONDITION_ABSENT, NULL, "", "VictoriaMetrics does not list rules."},
        {CONDITION_REFUSED, NULL, "403 Forbidden", "does not list its rules: 403 Forbidden"},
        {CONDITION_ANSWERED, none, "", "VictoriaMetrics evaluates no alerting rules."},
        {CONDITION_ANSWERED, calm, "", "1 alerting rule, which is neither pending nor firing."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct screen s;
        start(&s, PAGE_ALERTS);
        snprintf(s.w.store.source.server, sizeof s.w.store.source.server, "%s", "VictoriaMetrics");
        store_begin_slot(&s.w.store, FEED_RULES, 0);
        if (cases[i].body) {
            answered(&s.w.store, FEED_RULES, cases[i].body);
        }
        struct slot *slot = &s.w.store.slots[FEED_RULES];
        slot->condition = cases[i].condition;
        note_set(slot->why, cases[i].why);
        look(&s);
        if (!says(&s.view, cases[i].said)) {
            fail_msg("not said: %s", cases[i].said);
        }
        stop(&s);
    }
}

// Of a server that lists no rules the series still tell what fires.
static void alerts_are_taken_from_series(void **state)
{
    (void)state;
    struct screen s;
    start(&s, PAGE_ALERTS);
    store_begin_slot(&s.w.store, FEED_RULES, 0);
    s.w.store.slots[FEED_RULES].condition = CONDITION_REFUSED;
    note_set(s.w.store.slots[FEED_RULES].why, "no ruler");
    struct str body;
    str_init(&body);
    str_addf(&body,
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
        "{\"metric\":{\"__name__\":\"ALERTS\",\"alertname\":\"A\",\"alertstate\":\"firing\"},"
        "\"value\":[1,\"1\"]},"
        "{\"metric\":{\"__name__\":\"ALERTS_FOR_STATE\",\"alertname\":\"A\"},"
        "\"value\":[1,\"%lld\"]}]}}",
        (long long)(WORLD_NOW_MS / 1000 - 180));
    answered(&s.w.store, FEED_ALERT_SERIES, body.text);
    look(&s);
    const struct view_table *t = table(&s.view);
    assert_int_equal(t->count, 1);
    assert_string_equal(t->rows[0].cells[NAME].text, "A");
    assert_string_equal(t->rows[0].cells[STATE].text, "firing");
    assert_string_equal(t->rows[0].cells[SINCE].text, "3 min");
    assert_true(says(&s.view, "no ruler. These come from the series ALERTS"));
    assert_true(says(&s.view, "the server does not list its rule"));
    str_finish(&body);
    stop(&s);
}

// Else the page has no details until the cursor moves.
static void where_a_silence_has_ended_an_alert_is_selected(void **state)
{
    (void)state;
    struct screen s;
    start(&s, PAGE_ALERTS);
    list_rules(&s.w);
    hold_back(&s.w);
    list_silences(&s.w);
    s.look.selected = (struct row_id){.kind = ROW_SILENCE, .index = silence_index("s1")};
    look(&s);
    assert_false(says(&s.view, "firing for 7 min, true for 12 min"));
    routing_finish_silences(&s.w.store.routing->routing);
    look(&s);
    assert_true(table(&s.view)->rows[0].selected);
    assert_true(says(&s.view, "firing for 7 min, true for 12 min"));
    stop(&s);
}

static const struct view_pane *shown(const struct view *v, enum pane_kind kind)
{
    for (size_t i = 0; i < v->panes_count; i++) {
        const struct view_pane *pane = &v->panes[i];
        if (pane->kind == kind && pane->title && pane->area.h > 0) {
            return pane;
        }
    }
    return NULL;
}

// What became of the stage since, where that costs no line of what is said of the alert.
static void what_an_alert_is_about_is_drawn(void **state)
{
    (void)state;
    static const struct {
        int columns, rows;
        bool drawn, beside;
    } cases[] = {{200, 60, true, true}, {120, 60, true, false}, {120, 39, false, false},
        {80, 24, false, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct screen s;
        start(&s, PAGE_ALERTS);
        world_calm(&s.w);
        world_judge(&s.w);
        list_rules(&s.w);
        const struct view_input in = {.words = world_words(&s.w),
            .state = &s.look,
            .now_ms = WORLD_NOW_MS,
            .columns = cases[i].columns,
            .rows = cases[i].rows};
        view_build(&s.view, &s.arena, &in);
        const struct view_pane *text = shown(&s.view, PANE_ENTRIES);
        const struct view_pane *chart = shown(&s.view, PANE_CHART);
        assert_non_null(text);
        assert_int_equal(chart != NULL, cases[i].drawn);
        if (chart) {
            assert_non_null(strstr(chart->title, "vector_db"));
            assert_int_equal(chart->area.y == text->area.y, cases[i].beside);
        }
        stop(&s);
    }
}

// Where nothing is changed, nothing is offered that would.
static void read_only_offers_no_silence(void **state)
{
    (void)state;
    for (int reads = 0; reads < 2; reads++) {
        struct screen s;
        start(&s, PAGE_ALERTS);
        s.look.read_only = reads;
        list_rules(&s.w);
        hold_back(&s.w);
        list_silences(&s.w);
        s.look.selected = (struct row_id){.kind = ROW_SILENCE, .index = silence_index("s1")};
        const struct view_input in = {.words = world_words(&s.w),
            .state = &s.look,
            .now_ms = WORLD_NOW_MS,
            .columns = 200,
            .rows = 60,
            .bindings = &s.w.config.bindings};
        view_build(&s.view, &s.arena, &in);
        bool offered = false;
        for (size_t i = 0; i < s.view.keys_count; i++) {
            offered = offered || strstr(s.view.keys[i].label, "silence");
        }
        assert_true(offers(&s.view, "filter"));
        assert_true(offers(&s.view, "details"));
        assert_int_equal(offered, !reads);
        const struct page_act act = page_entry(PAGE_ALERTS)->open(&s.view, &s.look);
        assert_int_equal(strstr(act.text, "stands below") != NULL, reads);
        stop(&s);
    }
}

// Nor are details where there is nothing that has any, whether silences can be made or not.
static void no_details_of_nothing_are_offered(void **state)
{
    (void)state;
    static const char none[] = "{\"status\":\"success\",\"data\":{\"groups\":[]}}";
    for (int reads = 0; reads < 2; reads++) {
        struct screen s;
        start(&s, PAGE_ALERTS);
        s.look.read_only = reads;
        answered(&s.w.store, FEED_RULES, none);
        hold_back(&s.w);
        const struct view_input in = {.words = world_words(&s.w),
            .state = &s.look,
            .now_ms = WORLD_NOW_MS,
            .columns = 200,
            .rows = 60,
            .bindings = &s.w.config.bindings};
        view_build(&s.view, &s.arena, &in);
        assert_true(offers(&s.view, "filter"));
        assert_false(offers(&s.view, "details"));
        stop(&s);
    }
}

static void everything_about_a_silence_can_be_read(void **state)
{
    (void)state;
    static const char *const said[] = {
        "alertname=\"DbSlow\"", "pod=~\"a|b\"", "new disks", "olga", "active", "60 min", "s1"};
    for (int alerts = 0; alerts < 2; alerts++) {
        struct screen s;
        start(&s, PAGE_ALERTS);
        if (alerts) {
            list_rules(&s.w);
        }
        hold_back(&s.w);
        list_silences(&s.w);
        s.look.selected = (struct row_id){.kind = ROW_SILENCE, .index = silence_index("s1")};
        look(&s);
        for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
            if (!says(&s.view, said[i])) {
                fail_msg("not said: %s", said[i]);
            }
        }
        stop(&s);
    }
}

static void what_became_of_an_order_is_said(void **state)
{
    (void)state;
    static const struct {
        enum order_state order;
        bool expires, extends, anew, read;
        const char *id, *said;
    } cases[] = {
        {ORDER_DONE, false, false, false, false, "s1", "Silence s1 is active until "},
        {ORDER_DONE, false, true, false, true, "s1", "Silence s1 is active until "},
        {ORDER_DONE, false, true, false, true, "s2", "Silence s2 begins "},
        {ORDER_DONE, false, true, true, true, "s1",
            "That silence had ended already, so another was made of it. Silence s1 is active"},
        {ORDER_DONE, false, false, false, false, "s3", "Silence s3 was made."},
        {ORDER_DONE, false, true, false, false, "s3", "Silence s3 was extended."},
        {ORDER_DONE, false, false, false, true, "s3",
            "Silence s3 was made, but is not among those listed."},
        {ORDER_DONE, false, true, false, true, "s3",
            "Silence s3 was extended, but is not among those listed."},
        {ORDER_DONE, false, true, true, true, "s3",
            "Silence s3 was made, but is not among those listed."},
        {ORDER_DONE, true, false, false, true, "s1", "Silence s1 has ended."},
        {ORDER_REFUSED, false, false, false, true, "", "Nothing was changed: 503."},
        {ORDER_UNKNOWN, false, false, false, false, "",
            "It is not known whether the silence was made: 503. The list is being read again:"},
        {ORDER_UNKNOWN, false, true, false, true, "",
            "It is not known whether the silence was extended: 503. The list below was read"},
        {ORDER_UNKNOWN, true, false, false, true, "",
            "It is not known whether the silence was ended: 503."},
    };
    struct screen s;
    start(&s, PAGE_ALERTS);
    list_rules(&s.w);
    hold_back(&s.w);
    list_silences(&s.w);
    struct routing_state *r = s.w.store.routing;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        r->order = cases[i].order;
        r->order_expires = cases[i].expires;
        r->order_extends = cases[i].extends;
        r->order_anew = cases[i].anew;
        r->order_read = cases[i].read;
        snprintf(r->order_id, sizeof r->order_id, "%s", cases[i].id);
        snprintf(r->order_why, sizeof r->order_why, "%s", "503");
        look(&s);
        if (!says(&s.view, cases[i].said)) {
            fail_msg("not said: %s", cases[i].said);
        }
    }
    routing_finish_silences(&r->routing);
    look(&s);
    assert_true(says(&s.view, "503. The list was read again after that, and is empty."));
    stop(&s);
}

static void an_alertmanager_that_is_slow_may_be_waited_for(void **state)
{
    (void)state;
    struct screen s;
    start(&s, PAGE_ALERTS);
    list_rules(&s.w);
    hold_back(&s.w);
    struct routing_state *r = s.w.store.routing;
    r->known = false;
    r->given = r->slow = true;
    snprintf(r->why, sizeof r->why, "%s", "no answer from a within 5 s");
    look(&s);
    assert_true(says(&s.view, "within 5 s. A longer --timeout waits for it."));
    stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_alert_says_with_which_others_it_is_told),
        cmocka_unit_test(alerts_of_one_name_are_told_apart),
        cmocka_unit_test(rules_that_cannot_fire_are_named),
        cmocka_unit_test(alerts_of_stages_come_first),
        cmocka_unit_test(the_alert_that_is_selected_stays_so),
        cmocka_unit_test(what_is_left_is_to_the_nearest_minute),
        cmocka_unit_test(the_home_page_says_what_concerns_the_stages),
        cmocka_unit_test(the_home_page_says_it_to_the_end),
        cmocka_unit_test(the_home_page_says_what_is_held_back),
        cmocka_unit_test(a_calm_stage_with_an_alert_is_not_green),
        cmocka_unit_test(a_stage_at_fault_that_no_rule_watches_is_named),
        cmocka_unit_test(a_stage_at_fault_keeps_its_own_mark),
        cmocka_unit_test(why_there_is_none_is_said),
        cmocka_unit_test(alerts_are_taken_from_series),
        cmocka_unit_test(where_a_silence_has_ended_an_alert_is_selected),
        cmocka_unit_test(what_an_alert_is_about_is_drawn),
        cmocka_unit_test(read_only_offers_no_silence),
        cmocka_unit_test(no_details_of_nothing_are_offered),
        cmocka_unit_test(everything_about_a_silence_can_be_read),
        cmocka_unit_test(what_became_of_an_order_is_said),
        cmocka_unit_test(an_alertmanager_that_is_slow_may_be_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
