#include "export/report.h"
#include "pages/pages.h"

#include <cjson/cJSON.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "feed/feed.h"
#include "prom/alertmanager.h"
#include "unit/answered.h"
#include "unit/world.h"

static const struct load usually = {2, 0.3};

/** A world, what is seen of it, and a document of that. */
struct scene {
    struct world world;
    struct arena arena;
    struct view_state state;
    struct view view;
    struct words words;
    struct view_source source;
    struct report report;
    struct str text;
};

static void start(struct scene *s)
{
    *s = (struct scene){.state = {.selected = {.index = -1}}};
    str_init(&s->text);
    world_init(&s->world, world_article);
}

static void look(struct scene *s, int columns)
{
    world_judge(&s->world);
    s->words = world_words(&s->world);
    s->source = (struct view_source){.words = s->words};
    s->report = (struct report){.sources = &s->source, .count = 1};
    const struct view_input input = {
        .words = s->words, .state = &s->state, .now_ms = WORLD_NOW_MS, .columns = columns};
    view_build(&s->view, &s->arena, &input);
}

static void stop(struct scene *s)
{
    str_finish(&s->text);
    arena_finish(&s->arena);
    world_finish(&s->world);
}

static void article(struct scene *s)
{
    start(s);
    world_requests(&s->world, "retrieval", usually, (struct load){2, 1.8});
    world_requests(&s->world, "vector_db", (struct load){2, 0.25}, (struct load){2, 1.7});
    world_requests(&s->world, "generation", usually, usually);
    world_pool(&s->world, "vector_db", 40, 97, 100);
    world_errors(&s->world, "retrieval", NAN, NAN);
    world_tool(&s->world, "a|b`c<d\\e \"quoted\"", 0.6, 0.6);
}

static void assert_part(const char *text, const char *part)
{
    if (!strstr(text, part)) {
        fail_msg("'%s' is not in\n%s", part, text);
    }
}

// --- JSON

static const cJSON *get(const cJSON *o, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(o, key);
    if (!item) {
        fail_msg("there is no '%s'", key);
    }
    return item;
}

static const char *text_of(const cJSON *o, const char *key)
{
    const char *text = cJSON_GetStringValue(get(o, key));
    return text ? text : "(no text)";
}

static const cJSON *row_of(const cJSON *root, const char *stage, const char *signal)
{
    const cJSON *row;
    cJSON_ArrayForEach(row, get(root, "rows"))
    {
        if (strcmp(text_of(row, "stage"), stage) == 0 &&
            strcmp(text_of(row, "signal"), signal) == 0) {
            return row;
        }
    }
    fail_msg("there is no row of %s %s", stage, signal);
    return NULL;
}

static cJSON *parse(struct scene *s)
{
    str_clear(&s->text);
    report_add_json(&s->text, &s->report);
    cJSON *root = cJSON_ParseWithOpts(s->text.text, NULL, false);
    if (!root) {
        fail_msg("this is no JSON:\n%s", s->text.text);
    }
    return root;
}

static void json_of_the_article(void **state)
{
    (void)state;
    struct scene s;
    article(&s);
    look(&s, 200);
    cJSON *root = parse(&s);
    assert_string_equal(text_of(root, "schema"), "ragtop.report/1");
    assert_string_equal(text_of(root, "source"), "http://localhost:9090");
    assert_string_equal(text_of(root, "at"), "2026-02-04T09:00:00Z");
    assert_true(get(root, "window_seconds")->valuedouble == 300);
    assert_true(cJSON_IsNull(get(root, "window_reason")));
    const cJSON *baseline = get(root, "baseline");
    assert_string_equal(text_of(baseline, "kind"), "day");
    assert_int_equal(get(baseline, "days")->valueint, WORLD_DAYS);
    assert_true(get(baseline, "points")->valueint > 50);
    assert_string_equal(text_of(baseline, "oldest"), "2026-01-28T08:35:00Z");
    const cJSON *verdict = get(root, "verdict");
    assert_string_equal(text_of(verdict, "severity"), "critical");
    assert_string_equal(text_of(verdict, "condition"), "incident");
    assert_string_equal(text_of(verdict, "stage"), "vector_db");
    assert_string_equal(text_of(verdict, "signal"), "latency");
    assert_true(cJSON_IsNull(get(verdict, "pod")));
    assert_true(get(verdict, "confidence")->valuedouble > 0.5);
    assert_part(text_of(verdict, "summary"), "vector_db is the culprit");
    assert_true(cJSON_GetArraySize(get(verdict, "evidence")) >= 3);
    assert_true(cJSON_GetArraySize(get(verdict, "next")) >= 1);
    const cJSON *row = row_of(root, "vector_db", "latency");
    assert_string_equal(text_of(row, "parent"), "retrieval");
    assert_string_equal(text_of(row, "metric"), "vector_db_query_duration_seconds");
    assert_string_equal(text_of(row, "statistic"), "p95");
    assert_string_equal(text_of(row, "unit"), "seconds");
    assert_string_equal(text_of(row, "state"), "ok");
    assert_string_equal(text_of(row, "severity"), "critical");
    assert_true(fabs(get(row, "current")->valuedouble - 1.7) < 0.1);
    assert_true(fabs(get(row, "baseline")->valuedouble - 0.25) < 0.02);
    assert_true(get(row, "requests")->valuedouble == 600);
    assert_true(fabs(get(row, "blame")->valuedouble - 0.97) < 0.02);
    assert_true(cJSON_IsFalse(get(row, "beyond_buckets")));
    assert_part(text_of(row, "promql"), "vector_db_query_duration_seconds");
    assert_true(cJSON_IsNull(get(row_of(root, "retrieval", "latency"), "parent")));
    row = row_of(root, "vector_db", "saturation");
    assert_true(fabs(get(row, "current")->valuedouble - 0.97) < 1e-9);
    assert_string_equal(text_of(row, "unit"), "ratio");
    assert_string_equal(text_of(row, "statistic"), "value");
    assert_string_equal(text_of(row, "severity"), "warning");
    assert_true(cJSON_IsString(get(row, "since")) || cJSON_IsString(get(row, "since_before")));
    row = row_of(root, "retrieval", "errors");
    assert_true(get(row, "current")->valuedouble == 0);
    const cJSON *tool = cJSON_GetArrayItem(get(root, "tools"), 0);
    assert_string_equal(text_of(tool, "tool"), "a|b`c<d\\e \"quoted\"");
    assert_true(get(tool, "calls")->valuedouble == 180);
    cJSON_Delete(root);
    stop(&s);
}

static void json_says_null_for_what_is_not_known(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    look(&s, 200);
    cJSON *root = parse(&s);
    const cJSON *row;
    static const char *const numbers[] = {"current", "current_low", "current_high", "baseline",
        "spread", "ratio", "score", "requests", "blame"};
    cJSON_ArrayForEach(row, get(root, "rows"))
    {
        for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
            assert_true(cJSON_IsNull(get(row, numbers[i])));
        }
        assert_string_equal(text_of(row, "severity"), "unknown");
        assert_string_equal(text_of(row, "state"), "no_data");
    }
    assert_string_equal(text_of(get(root, "verdict"), "condition"), "no_data");
    assert_true(cJSON_IsNull(get(get(root, "verdict"), "stage")));
    assert_true(cJSON_IsNull(get(get(root, "verdict"), "signal")));
    assert_string_equal(text_of(get(root, "baseline"), "kind"), "none");
    assert_true(cJSON_IsNull(get(get(root, "baseline"), "oldest")));
    assert_null(strstr(s.text.text, "nan"));
    cJSON_Delete(root);
    stop(&s);
}

static void json_of_every_condition(void **state)
{
    (void)state;
    static const struct {
        struct load usual, now;
        enum health health;
        bool history;
        const char *condition, *severity, *state;
    } cases[] = {
        {{2, 0.3}, {2, 0.3}, HEALTH_OK, true, "ok", "ok", "ok"},
        {{2, 0.3}, {2, 3}, HEALTH_OK, true, "incident", "critical", "ok"},
        {{2, 0.3}, {0, 3}, HEALTH_OK, true, "no_traffic", "unknown", "no_traffic"},
        {{2, 0.3}, {NAN, NAN}, HEALTH_OK, true, "no_data", "unknown", "no_data"},
        {{2, 0.3}, {2, 0.3}, HEALTH_LOST, true, "unreachable", "unknown", "stale"},
        {{2, 0.3}, {0.01, 0.3}, HEALTH_OK, true, "too_few", "unknown", "too_few"},
        {{0.01, 0.3}, {0.01, 0.3}, HEALTH_OK, true, "ok", "ok", "too_few"}, // as ever
        {{2, 0.3}, {2, 0.3}, HEALTH_OK, false, "no_data", "unknown", "ok"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene s;
        start(&s);
        s.world.store.source.health = cases[i].health;
        s.world.days = cases[i].history ? WORLD_DAYS : 0;
        s.world.has_recent = s.world.has_span = cases[i].history;
        for (size_t k = 0; k < s.world.plan.stages_count; k++) {
            world_requests(&s.world, s.world.plan.stages[k].name, cases[i].usual, cases[i].now);
        }
        look(&s, 200);
        cJSON *root = parse(&s);
        assert_string_equal(text_of(get(root, "verdict"), "condition"), cases[i].condition);
        assert_string_equal(text_of(get(root, "verdict"), "severity"), cases[i].severity);
        assert_string_equal(text_of(row_of(root, "retrieval", "latency"), "state"), cases[i].state);
        cJSON_Delete(root);
        stop(&s);
    }
}

static void json_of_a_longer_window(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    world_calm(&s.world);
    s.world.plan.window_ms = CLOCK_HOUR_MS;
    look(&s, 200);
    cJSON *root = parse(&s);
    assert_true(get(root, "window_seconds")->valuedouble == 3600);
    assert_string_equal(text_of(root, "window_reason"), "few_requests");
    cJSON_Delete(root);
    stop(&s);
}

static void json_names_tools(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    world_calm(&s.world);
    world_tool(&s.world, "loop", 0.1, 5);
    look(&s, 200);
    cJSON *root = parse(&s);
    assert_string_equal(text_of(get(root, "verdict"), "stage"), "tool:loop");
    assert_string_equal(text_of(get(root, "verdict"), "signal"), "calls");
    cJSON_Delete(root);
    stop(&s);
    start(&s);
    world_requests(&s.world, "retrieval", usually, usually);
    world_tool(&s.world, "x", 1, 1);
    world_tool_errors(&s.world, NAN, 0.5);
    look(&s, 200);
    root = parse(&s);
    assert_string_equal(text_of(get(root, "verdict"), "stage"), "tool_call");
    assert_string_equal(text_of(get(root, "verdict"), "signal"), "errors");
    cJSON_Delete(root);
    stop(&s);
}

static void json_knows_tools_that_rest(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    world_requests(&s.world, "retrieval", usually, usually);
    world_tool(&s.world, "idle", usually.rate, 0);
    look(&s, 200);
    cJSON *root = parse(&s);
    const cJSON *tool = cJSON_GetArrayItem(get(root, "tools"), 0);
    assert_string_equal(text_of(tool, "tool"), "idle");
    assert_true(get(tool, "rate")->valuedouble == 0);
    assert_true(fabs(get(tool, "baseline_rate")->valuedouble - usually.rate) < 0.01);
    cJSON_Delete(root);
    stop(&s);
}

static void json_warns(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    store_add_note(&s.world.store, "a \"note\"");
    s.world.store.signals[0].condition = CONDITION_REFUSED;
    snprintf(s.world.store.signals[0].why, STORE_WHY_MAX, "too many samples");
    s.world.plan.stages[2].kind = LATENCY_MEAN;
    look(&s, 200);
    cJSON *root = parse(&s);
    static const char *const parts[] = {"a \"note\"", "too many samples",
        "kotaemon_generation_latency_seconds is a summary without quantiles"};
    const cJSON *warnings = get(root, "warnings");
    assert_int_equal(cJSON_GetArraySize(warnings), 3);
    for (int i = 0; i < 3; i++) {
        assert_part(cJSON_GetStringValue(cJSON_GetArrayItem(warnings, i)), parts[i]);
    }
    cJSON_Delete(root);
    stop(&s);
}

// --- CSV

/** The field I of the line that starts at TEXT, unquoted; returns what follows the field. */
static const char *field(const char *text, struct str *out)
{
    str_clear(out);
    bool quoted = *text == '"';
    text += quoted;
    while (*text && (quoted || (*text != ',' && *text != '\r'))) {
        if (quoted && *text == '"' && text[1] != '"') {
            text++;
            break;
        }
        text += quoted && *text == '"';
        str_addc(out, *text++);
    }
    assert_true(*text == ',' || *text == '\r');
    return *text == ',' ? text + 1 : text;
}

static void csv_has_as_many_fields_everywhere(void **state)
{
    (void)state;
    enum { FIELDS = 24 };
    struct scene s;
    article(&s);
    int signal = s.world.plan.stages[2].latency_signal;
    s.world.store.signals[signal].condition = CONDITION_REFUSED;
    snprintf(s.world.store.signals[signal].why, STORE_WHY_MAX, "bad \"x\", or\tso");
    look(&s, 200);
    report_add_csv(&s.text, &s.report);
    struct str value;
    str_init(&value);
    int lines = 0;
    bool found = false;
    for (const char *p = s.text.text; *p; lines++) {
        for (int i = 0; i < FIELDS; i++) {
            assert_true(i == 0 || *p != '\r');
            p = field(p, &value);
            found = found || strstr(value.text, "bad \"x\", or so") != NULL;
            if (lines == 0) {
                static const char *const names[FIELDS] = {"stage", "parent", "metric", "signal",
                    "statistic", "unit", "current", "baseline", "ratio", "score", "requests",
                    "blame", "severity", "state", "reason", "kind", "at", "since", "current_low",
                    "current_high", "spread", "beyond_buckets", "pod", "promql"};
                assert_string_equal(value.text, names[i]);
            }
            assert_null(strstr(value.text, "nan"));
        }
        assert_memory_equal(p, "\r\n", 2);
        p += 2;
    }
    const struct verdict *v = &s.world.diagnosis.verdict;
    size_t next = 0;
    for (struct words_step step; words_next(&step, &s.words, next);) {
        next++;
    }
    // latencies, errors, one pool, traffic; failed tool calls, calls of one tool; the verdict; the
    // source
    assert_int_equal(lines, 1 + 3 + 2 + 1 + 3 + 1 + 1 + 1 + v->evidence_count + next + 1 + 1);
    assert_true(found);
    str_finish(&value);
    stop(&s);
}

// --- Markdown and text

static void markdown_escapes_cells(void **state)
{
    (void)state;
    struct scene s;
    article(&s);
    look(&s, 200);
    report_add_markdown(&s.text, &s.view, &s.report);
    assert_part(s.text.text, "**vector_db is the culprit");
    assert_part(s.text.text, " | a\\|``b`c<d\\e`` \"quoted\" | ");
    assert_part(s.text.text, "- next: ");
    assert_part(s.text.text, "2026-02-04T09:00:00Z");
    for (const char *line = s.text.text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        int bars = 0;
        for (const char *p = line; *line == '|' && *p && *p != '\n'; p++) {
            bars += *p == '|' && (p == line || p[-1] != '\\');
        }
        assert_true(*line != '|' || bars == 9); // eight columns in every row
        if (!*line) {
            break;
        }
    }
    stop(&s);
}

static int widest_line(const char *text, const char *but)
{
    int most = 0;
    struct str line;
    str_init(&line);
    for (const char *end; *text; text = end + (*end == '\n')) {
        end = text + strcspn(text, "\n");
        str_clear(&line);
        str_append(&line, text, (size_t)(end - text));
        int w = strstr(line.text, but) ? 0 : utf8_width(line.text);
        most = w > most ? w : most;
    }
    str_finish(&line);
    return most;
}

static void tables_keep_to_their_width(void **state)
{
    (void)state;
    for (int width = 24; width < 200; width += 11) {
        struct scene s;
        article(&s);
        look(&s, width);
        report_add_table(&s.text, &s.view, &s.report, width, false);
        assert_in_range(widest_line(s.text.text, "next: "), 1, width);
        assert_part(s.text.text, "vector_db");
        stop(&s);
    }
}

static void tables_tell_everything(void **state)
{
    (void)state;
    struct scene s;
    article(&s);
    store_add_note(&s.world.store, "query is slow");
    look(&s, 200);
    report_add_table(&s.text, &s.view, &s.report, 0, false);
    static const char *const parts[] = {"metric", "usual", "!!", "1.7 s", "CULPRIT",
        "vector_db is the culprit", "  - vector_db P95", "  next: ", "http://localhost:9090",
        "2026-02-04 09:00:00 UTC", "window 5m", "median of this hour on 7 days",
        "note: query is slow"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        assert_part(s.text.text, parts[i]);
    }
    stop(&s);
}

static void ascii_reports_are_ascii(void **state)
{
    (void)state;
    static const struct {
        struct load now;
        enum condition condition;
    } cases[] = {{{2, 1.8}, CONDITION_ANSWERED}, {{2, 0.3}, CONDITION_ASKING}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene s;
        start(&s);
        world_requests(&s.world, "retrieval", usually, cases[i].now);
        world_requests(&s.world, "vector_db", usually, cases[i].now);
        world_tool(&s.world, "\u65E5\u672C e\u0301\u0301", 0.6, 6);
        store_add_note(&s.world.store, "\u00E9t\u00E9");
        for (size_t k = 0; k < s.world.store.count; k++) {
            s.world.store.signals[k].condition = cases[i].condition;
        }
        look(&s, 100);
        report_add_table(&s.text, &s.view, &s.report, 100, true);
        for (size_t k = 0; k < s.text.len; k++) {
            if ((unsigned char)s.text.text[k] >= 0x7F) {
                fail_msg("'%.40s' is not ASCII in\n%s", s.text.text + k, s.text.text);
            }
        }
        stop(&s);
    }
}

static void exit_status_by_severity(void **state)
{
    (void)state;
    static const struct {
        enum severity severity;
        int status;
    } cases[] = {
        {SEVERITY_OK, 0}, {SEVERITY_WARNING, 1}, {SEVERITY_CRITICAL, 2}, {SEVERITY_UNKNOWN, 3}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct verdict v = {.severity = cases[i].severity};
        assert_int_equal(report_exit_status(&v), cases[i].status);
    }
}

static void tools_without_a_row_are_one(void **state)
{
    (void)state;
    for (int extra = -1; extra <= 1; extra++) {
        struct scene s;
        start(&s);
        int count = DIAGNOSIS_TOOLS_MAX + extra;
        for (int i = 0; i < count; i++) {
            char name[16];
            snprintf(name, sizeof name, "t%d", i);
            world_tool(&s.world, name, 0.1, 0.1);
        }
        look(&s, 100);
        const struct view_table *t = &s.view.tools;
        bool more = extra > 0;
        assert_int_equal(t->count, count);
        assert_int_equal(t->rows[t->count - 1].id.index < 0, more);
        report_add_csv(&s.text, &s.report);
        assert_int_equal(strstr(s.text.text, ",tools_more,") != NULL, more);
        if (more) {
            assert_string_equal(t->rows[t->count - 1].cells[COLUMN_NAME].text, "and 1 more");
            assert_part(s.text.text, ",count,,1,");
        }
        // the end of all rows is one that can be selected
        assert_true(view_step(&s.view, (struct row_id){ROW_TOOL, 0, 0}, 1000).index >= 0);
        stop(&s);
    }
}

// --- alerts

#define RULES(rules) "{\"status\":\"success\",\"data\":{\"groups\":[{\"rules\":[" rules "]}]}}"

static const char rules_of_vector_db[] =
    RULES("{\"type\":\"alerting\",\"name\":\"DbSlow\",\"query\":"
          "\"rate(vector_db_query_duration_seconds_sum[5m]) > 1\",\"alerts\":["
          "{\"labels\":{\"alertname\":\"DbSlow\",\"severity\":\"critical\",\"pod\":\"a\"},"
          "\"annotations\":{\"summary\":\"it is slow\"},\"state\":\"firing\",\"value\":\"2\","
          "\"activeAt\":\"2026-02-04T08:48:00Z\"}]},"
          "{\"type\":\"alerting\",\"name\":\"Disk\",\"query\":\"disk > 1\",\"alerts\":["
          "{\"labels\":{\"alertname\":\"Disk\"},\"state\":\"firing\"}]}");

static void alerts_of_the_stages_are_listed(void **state)
{
    (void)state;
    static const char routed[] =
        "[{\"labels\":{\"alertname\":\"DbSlow\",\"severity\":\"critical\",\"pod\":\"a\"},"
        "\"receivers\":[{\"name\":\"on-call\"}],"
        "\"status\":{\"state\":\"suppressed\",\"silencedBy\":[\"s1\"]}}]";
    struct scene s;
    article(&s);
    answered(&s.world.store, FEED_RULES, rules_of_vector_db);
    look(&s, 200);
    cJSON *root = parse(&s);
    assert_int_equal(cJSON_GetArraySize(get(root, "alerts")), 1);
    const cJSON *alert = cJSON_GetArrayItem(get(root, "alerts"), 0);
    assert_string_equal(text_of(alert, "name"), "DbSlow");
    assert_string_equal(text_of(alert, "state"), "firing");
    assert_string_equal(text_of(alert, "since"), "2026-02-04T08:48:00Z");
    assert_string_equal(text_of(alert, "stage"), "vector_db");
    assert_string_equal(text_of(alert, "severity"), "critical");
    assert_string_equal(text_of(alert, "summary"), "it is slow");
    assert_string_equal(text_of(get(alert, "labels"), "pod"), "a");
    assert_true(get(alert, "value")->valuedouble == 2);
    assert_true(cJSON_IsNull(get(alert, "silenced")));
    assert_true(cJSON_IsNull(get(alert, "receivers")));
    assert_int_equal(get(root, "alerts_elsewhere")->valueint, 1);
    assert_true(cJSON_IsNull(get(root, "alerts_unknown")));
    cJSON_Delete(root);
    struct routing_state *r = mem_zalloc(1, sizeof *r);
    r->asked = r->known = true;
    assert_true(prom_decode_routed(routed, sizeof routed - 1, &r->routing));
    s.world.store.routing = r;
    root = parse(&s);
    alert = cJSON_GetArrayItem(get(root, "alerts"), 0);
    assert_true(cJSON_IsTrue(get(alert, "silenced")));
    assert_true(cJSON_IsFalse(get(alert, "inhibited")));
    assert_string_equal(text_of(alert, "receivers"), "on-call");
    cJSON_Delete(root);
    stop(&s);
}

static void every_report_has_a_sentence_about_alerts(void **state)
{
    (void)state;
    static const char want[] = "Alerts of these stages: DbSlow (vector_db) firing for 12 min.";
    struct scene s;
    article(&s);
    for (int listed = 0; listed < 2; listed++) {
        look(&s, 200);
        str_clear(&s.text);
        report_add_table(&s.text, &s.view, &s.report, 200, false);
        assert_int_equal(strstr(s.text.text, want) != NULL, listed);
        str_clear(&s.text);
        report_add_markdown(&s.text, &s.view, &s.report);
        assert_int_equal(strstr(s.text.text, "Alerts of these stages") != NULL, listed);
        str_clear(&s.text);
        report_add_csv(&s.text, &s.report);
        assert_int_equal(strstr(s.text.text, want) != NULL, listed);
        answered(&s.world.store, FEED_RULES, rules_of_vector_db);
    }
    stop(&s);
}

#define TARGET(job, health)                                                                        \
    "{\"labels\":{\"job\":\"" job "\",\"instance\":\"" job ":80\"},\"health\":\"" health           \
    "\",\"lastError\":\"\",\"lastScrape\":\"2026-02-04T08:59:50Z\",\"lastScrapeDuration\":0.5,"    \
    "\"scrapeInterval\":\"15s\",\"scrapeTimeout\":\"10s\"}"

static void targets_of_the_stages_are_listed(void **state)
{
    (void)state;
    struct scene s;
    article(&s);
    look(&s, 200);
    cJSON *root = parse(&s);
    assert_true(cJSON_IsNull(get(root, "targets")) && cJSON_IsNull(get(root, "targets_more")));
    assert_string_equal(text_of(root, "targets_unknown"), "No targets: no answer from the server");
    cJSON_Delete(root);
    world_served_by(&s.world, "vector_db", "rag", NULL);
    world_served_by(&s.world, "retrieval", "rag", NULL);
    answered(&s.world.store, FEED_TARGETS,
        "{\"status\":\"success\",\"data\":{\"activeTargets\":[" TARGET("rag", "up") "," TARGET(
            "node", "up") "," TARGET("other", "down") "]}}");
    look(&s, 200);
    root = parse(&s);
    const cJSON *targets = get(root, "targets");
    assert_int_equal(cJSON_GetArraySize(targets), 2);
    const cJSON *rag = cJSON_GetArrayItem(targets, 0), *other = cJSON_GetArrayItem(targets, 1);
    assert_string_equal(text_of(rag, "job"), "rag");
    assert_string_equal(cJSON_GetArrayItem(get(rag, "stages"), 0)->valuestring, "retrieval");
    assert_string_equal(cJSON_GetArrayItem(get(rag, "stages"), 1)->valuestring, "vector_db");
    assert_string_equal(text_of(rag, "severity"), "ok");
    assert_string_equal(text_of(rag, "last_scrape"), "2026-02-04T08:59:50Z");
    assert_true(get(rag, "took_seconds")->valuedouble == 0.5);
    assert_true(cJSON_IsNull(get(rag, "error")));
    assert_string_equal(text_of(other, "severity"), "critical");
    assert_int_equal(cJSON_GetArraySize(get(other, "stages")), 0);
    assert_int_equal(get(root, "targets_more")->valueint, 1);
    assert_true(cJSON_IsNull(get(root, "targets_unknown")));
    cJSON_Delete(root);
    stop(&s);
}

// An empty list would say that nothing fires.
static void what_is_not_known_of_alerts_is_no_empty_list(void **state)
{
    (void)state;
    struct scene s;
    article(&s);
    look(&s, 200);
    for (int rules = 0; rules < 3; rules++) {
        static const char *const why[] = {"Asking for alerts", "evaluates no alerting rules", NULL};
        cJSON *root = parse(&s);
        assert_int_equal(cJSON_IsNull(get(root, "alerts")), why[rules] != NULL);
        assert_int_equal(cJSON_IsNull(get(root, "alerts_elsewhere")), why[rules] != NULL);
        if (why[rules]) {
            assert_part(text_of(root, "alerts_unknown"), why[rules]);
        } else {
            assert_int_equal(cJSON_GetArraySize(get(root, "alerts")), 0);
            assert_true(cJSON_IsNull(get(root, "alerts_unknown")));
        }
        cJSON_Delete(root);
        answered(&s.world.store, FEED_RULES,
            rules == 0 ? RULES("") : RULES("{\"type\":\"alerting\",\"name\":\"A\"}"));
    }
    answered(&s.world.store, FEED_RULES, rules_of_vector_db);
    s.world.scope.at_ms = WORLD_NOW_MS;
    cJSON *root = parse(&s);
    assert_true(cJSON_IsNull(get(root, "alerts")));
    assert_part(text_of(root, "alerts_unknown"), "as they are now");
    cJSON_Delete(root);
    stop(&s);
}

int main(void)
{
    if (!setlocale(LC_CTYPE, "C.UTF-8")) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tools_without_a_row_are_one),
        cmocka_unit_test(json_of_the_article),
        cmocka_unit_test(json_says_null_for_what_is_not_known),
        cmocka_unit_test(json_of_every_condition),
        cmocka_unit_test(json_of_a_longer_window),
        cmocka_unit_test(json_names_tools),
        cmocka_unit_test(json_knows_tools_that_rest),
        cmocka_unit_test(json_warns),
        cmocka_unit_test(csv_has_as_many_fields_everywhere),
        cmocka_unit_test(markdown_escapes_cells),
        cmocka_unit_test(tables_keep_to_their_width),
        cmocka_unit_test(tables_tell_everything),
        cmocka_unit_test(ascii_reports_are_ascii),
        cmocka_unit_test(exit_status_by_severity),
        cmocka_unit_test(alerts_of_the_stages_are_listed),
        cmocka_unit_test(targets_of_the_stages_are_listed),
        cmocka_unit_test(every_report_has_a_sentence_about_alerts),
        cmocka_unit_test(what_is_not_known_of_alerts_is_no_empty_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
