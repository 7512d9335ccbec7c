#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/mem.h"
#include "export/about.h"
#include "export/put.h"
#include "export/report.h"
#include "export/report_alerts.h"
#include "export/report_machines.h"
#include "export/report_targets.h"
#include "export/row.h"
#include "view/fleet_state.h"

static void put_str(cJSON *to, const char *key, struct str *s)
{
    cJSON_AddStringToObject(to, key, s->text);
    str_clear(s);
}

static void put_baseline(cJSON *root, const struct words *w)
{
    static const char *const kinds[] = {[USUAL_NONE] = "none",
        [USUAL_WEEK] = "week",
        [USUAL_DAY] = "day",
        [USUAL_RECENT] = "recent",
        [USUAL_FILE] = "file",
        [USUAL_PINNED] = "pinned",
        [USUAL_SPAN] = "span"};
    const struct usual *u = &w->diagnosis->usual;
    bool mean = w->scope->baseline == BASELINE_MEAN && u->kind != USUAL_NONE;
    cJSON *b = cJSON_AddObjectToObject(root, "baseline");
    cJSON_AddStringToObject(b, "kind", mean ? "mean" : kinds[u->kind]);
    cJSON_AddNumberToObject(b, "points", u->points);
    cJSON_AddNumberToObject(b, "days", u->days);
    if (u->kind == USUAL_NONE) {
        cJSON_AddNullToObject(b, "oldest");
        return;
    }
    struct str s;
    str_init(&s);
    if (u->kind == USUAL_FILE) {
        cJSON_AddStringToObject(b, "file", w->store->saved_name);
        clock_add_rfc3339(&s, w->store->saved_ms);
        put_str(b, "saved", &s);
    }
    clock_add_rfc3339(&s, u->oldest_ms);
    put_str(b, "oldest", &s);
    str_finish(&s);
}

/** Of which source it is, where sources have names. */
static void put_name(cJSON *to, const struct view_source *source)
{
    if (source->name) {
        cJSON_AddStringToObject(to, "source", source->name);
    }
}

static void put_culprit(cJSON *to, const struct words *w)
{
    struct str s;
    str_init(&s);
    row_add_culprit(&s, w);
    put_text(to, "stage", s.len > 0 ? s.text : NULL);
    put_text(
        to, "signal", row_signal(w, w->diagnosis->verdict.signal, w->diagnosis->verdict.declared));
    put_text(to, "pod", w->diagnosis->verdict.pod);
    str_finish(&s);
}

/** What else is wrong, the worst first. */
static void put_also(cJSON *to, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    struct str s;
    str_init(&s);
    cJSON *also = cJSON_AddArrayToObject(to, "also");
    for (size_t i = 0; i < v->also_count; i++) {
        cJSON *fault = cJSON_CreateObject();
        cJSON_AddItemToArray(also, fault);
        str_clear(&s);
        row_add_fault(&s, w, &v->also[i]);
        put_str(fault, "stage", &s);
        put_text(fault, "signal", row_signal(w, v->also[i].signal, v->also[i].declared));
        cJSON_AddStringToObject(fault, "severity", row_severity(v->also[i].severity));
    }
    cJSON_AddNumberToObject(to, "also_more", (double)v->also_more);
    str_finish(&s);
}

static void put_verdict(cJSON *root, const struct report *r)
{
    const struct view_source *source = &r->sources[r->worst];
    const struct words *w = &source->words;
    const struct verdict *v = &w->diagnosis->verdict;
    cJSON *to = cJSON_AddObjectToObject(root, "verdict");
    struct str s;
    str_init(&s);
    cJSON_AddStringToObject(to, "severity", row_severity(v->severity));
    cJSON_AddStringToObject(to, "condition", row_condition(w));
    put_name(to, source);
    put_culprit(to, w);
    put_number(to, "confidence", round(v->confidence * 100) / 100);
    fleet_add_summary(&s, r->sources, r->count, r->worst);
    put_str(to, "summary", &s);
    put_also(to, w);
    machines_put_changes(to, w);
    cJSON_AddNumberToObject(to, "evidence_more", (double)v->evidence_more);
    cJSON *evidence = cJSON_AddArrayToObject(to, "evidence");
    for (size_t i = 0; i < v->evidence_count; i++) {
        str_clear(&s);
        words_add_evidence(&s, w, i);
        cJSON_AddItemToArray(evidence, cJSON_CreateString(s.text));
    }
    cJSON *next = cJSON_AddArrayToObject(to, "next");
    struct words_step step;
    for (size_t i = 0; words_next(&step, w, i); i++) {
        str_clear(&s);
        words_add_step(&s, &step);
        str_add(&s, ": ");
        words_add_promql(&s, w, step.signal, step.promql);
        cJSON_AddItemToArray(next, cJSON_CreateString(s.text));
    }
    str_finish(&s);
}

static void put_onset(cJSON *to, struct onset o)
{
    put_moment(to, "since", o.since_ms);
    put_moment(to, "since_before", o.before_ms);
}

// A trend over the days that usual was made of.
static void put_drift(cJSON *to, const struct reading *r)
{
    if (r->drift.since_ms == 0 || r->state != STATE_OK) {
        cJSON_AddNullToObject(to, "drift");
        return;
    }
    cJSON *drift = cJSON_AddObjectToObject(to, "drift");
    put_number(drift, "per_day", r->drift.per_day);
    put_moment(drift, "since", r->drift.since_ms);
}

static void put_row(cJSON *rows, const struct view_source *source, const struct report_row *r)
{
    const struct words *w = &source->words;
    const struct reading *reading = r->reading;
    cJSON *to = cJSON_CreateObject();
    struct str s;
    str_init(&s);
    cJSON_AddItemToArray(rows, to);
    put_name(to, source);
    row_add_name(&s, w, r);
    put_str(to, "stage", &s);
    put_text(to, "parent", r->parent);
    put_text(to, "metric", r->metric);
    cJSON_AddStringToObject(to, "signal", r->signal);
    cJSON_AddStringToObject(to, "statistic", r->statistic);
    cJSON_AddStringToObject(to, "unit", r->unit);
    put_number(to, "current", reading->now);
    put_number(to, "current_low", reading->low);
    put_number(to, "current_high", reading->high);
    put_number(to, "baseline", r->baseline);
    put_number(to, "spread", reading->spread);
    put_number(to, "ratio", reading->ratio);
    put_number(to, "score", reading->score);
    put_number(to, "requests", r->requests);
    cJSON_AddBoolToObject(to, "beyond_buckets", reading->beyond);
    cJSON_AddStringToObject(to, "severity", row_severity(reading->severity));
    cJSON_AddStringToObject(to, "state", row_state(w, reading->state));
    put_number(to, "blame", r->blame);
    put_onset(to, r->onset);
    put_drift(to, reading);
    put_number(to, "age", r->age);
    if (r->job || r->workload || r->replica) {
        put_text(to, "job", r->job);
        put_text(to, "workload", r->workload);
        put_text(to, "replica", r->replica);
    }
    row_add_reason(&s, w, r);
    put_str(to, "reason", &s);
    if (r->promql) {
        words_add_promql(&s, w, r->asks, r->promql);
    }
    put_text(to, "promql", r->promql ? s.text : NULL);
    str_finish(&s);
}

static void put_rows(cJSON *rows, const struct view_source *source)
{
    const struct words *w = &source->words;
    struct report_row row;
    for (int stage = 0; stage < (int)w->plan->stages_count; stage++) {
        for (int i = 0; i < row_stage_signals(w, stage); i++) {
            if (row_of_stage(&row, w, stage, i)) {
                put_row(rows, source, &row);
            }
        }
    }
    for (int i = 0; i < ROW_TOOL_SIGNALS; i++) { // each tool is among the tools
        if (row_of_tool(&row, w, ROW_ALL_TOOLS, i)) {
            put_row(rows, source, &row);
        }
    }
}

static void put_tool(cJSON *tools, const struct view_source *source, int tool)
{
    const struct words *w = &source->words;
    const struct tool_diagnosis *t = &w->diagnosis->tools[tool];
    struct str s;
    str_init(&s);
    cJSON *to = cJSON_CreateObject();
    cJSON_AddItemToArray(tools, to);
    put_name(to, source);
    cJSON_AddStringToObject(to, "tool", t->name);
    put_number(to, "calls", round(t->count));
    put_number(to, "rate", t->calls.now);
    put_number(to, "baseline_rate", t->per_request_usual * t->requests);
    put_onset(to, t->onset);
    put_number(to, "per_request", t->per_request);
    put_number(to, "baseline_per_request", t->per_request_usual);
    put_number(to, "ratio", t->calls.ratio);
    put_number(to, "score", t->calls.score);
    put_number(to, "errors", t->errors.now);
    put_number(to, "baseline_errors", t->errors.usual.centre);
    put_number(to, "latency", t->latency.now);
    put_number(to, "baseline_latency", t->latency.usual.centre);
    cJSON_AddStringToObject(to, "latency_severity", row_severity(t->latency.severity));
    cJSON_AddStringToObject(to, "severity", row_severity(t->calls.severity));
    cJSON_AddStringToObject(to, "errors_severity", row_severity(t->errors.severity));
    cJSON_AddStringToObject(to, "state", row_state(w, t->calls.state));
    words_add_tool_reason(&s, w, tool);
    put_str(to, "reason", &s);
    str_finish(&s);
}

static void put_tools(cJSON *tools, const struct view_source *source)
{
    for (int i = 0; i < (int)source->words.diagnosis->tools_count; i++) {
        put_tool(tools, source, i);
    }
}

/** Adds SENTENCE, begun with the name of its source, if that has one. */
static void put_warning(cJSON *warnings, const struct view_source *source, const char *sentence)
{
    struct str s;
    str_init(&s);
    str_addf(&s, "%s%s%s", source->name ? source->name : "", source->name ? ": " : "", sentence);
    cJSON_AddItemToArray(warnings, cJSON_CreateString(s.text));
    str_finish(&s);
}

static void put_warnings(cJSON *warnings, const struct view_source *source)
{
    struct str s;
    str_init(&s);
    for (size_t i = 0; about_add_warning(&s, source, i); i++) {
        put_warning(warnings, source, s.text);
        str_clear(&s);
    }
    str_finish(&s);
}

/** Where and when SOURCE was asked. */
static void put_origin(cJSON *to, const struct view_source *source, const char *url_key)
{
    const struct words *w = &source->words;
    struct str at;
    str_init(&at);
    clock_add_rfc3339(&at, w->diagnosis->tick_ms);
    cJSON_AddStringToObject(to, url_key, w->source->url);
    put_text(to, "server", *w->store->source.server ? w->store->source.server : NULL);
    put_str(to, "at", &at);
    put_number(to, "window_seconds", (double)w->plan->window_ms / 1000);
    put_text(to, "window_reason", plan_is_wide(w->plan) ? "few_requests" : NULL);
    put_baseline(to, w);
    str_finish(&at);
}

static void put_source(cJSON *sources, const struct view_source *source)
{
    const struct words *w = &source->words;
    const struct verdict *v = &w->diagnosis->verdict;
    struct str s;
    str_init(&s);
    cJSON *to = cJSON_CreateObject();
    cJSON_AddItemToArray(sources, to);
    cJSON_AddStringToObject(to, "name", source->name);
    put_origin(to, source, "url");
    cJSON_AddStringToObject(to, "severity", row_severity(v->severity));
    cJSON_AddStringToObject(to, "condition", row_condition(w));
    put_culprit(to, w);
    put_number(to, "confidence", round(v->confidence * 100) / 100);
    words_add_summary(&s, w);
    put_str(to, "summary", &s);
    str_finish(&s);
}

static void *allocate(size_t size)
{
    return mem_resize(NULL, size, 1);
}

void report_add_json(struct str *s, const struct report *r)
{
    // by itself cJSON leaves out what it finds no memory for
    cJSON_InitHooks(&(cJSON_Hooks){.malloc_fn = allocate, .free_fn = free});
    const struct view_source *worst = &r->sources[r->worst];
    cJSON *root = cJSON_CreateObject();
    cJSON_AddStringToObject(root, "schema", "ragtop.report/1");
    put_origin(root, worst, "source");
    put_verdict(root, r);
    cJSON *sources = worst->name ? cJSON_AddArrayToObject(root, "sources") : NULL;
    cJSON *rows = cJSON_AddArrayToObject(root, "rows");
    cJSON *tools = cJSON_AddArrayToObject(root, "tools");
    cJSON *warnings = cJSON_AddArrayToObject(root, "warnings");
    cJSON *machines = cJSON_AddArrayToObject(root, "infrastructure");
    size_t more = 0;
    for (size_t i = 0; i < r->warnings_count; i++) {
        cJSON_AddItemToArray(warnings, cJSON_CreateString(r->warnings[i]));
    }
    for (size_t i = 0; i < r->count; i++) {
        if (sources) {
            put_source(sources, &r->sources[i]);
        }
        put_rows(rows, &r->sources[i]);
        put_tools(tools, &r->sources[i]);
        machines_put(machines, &r->sources[i]);
        more += r->sources[i].words.diagnosis->tools_more;
        put_warnings(warnings, &r->sources[i]);
    }
    cJSON_AddNumberToObject(root, "tools_more", (double)more);
    alerts_put(root, r);
    targets_put(root, r);
    put_document(s, root);
}

void report_add_version(struct str *out)
{
    str_addf(out, " cJSON/%s", cJSON_Version());
}
