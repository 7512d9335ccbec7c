#include "view/view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "series/dist.h"
#include "view/detail.h"
#include "view/format.h"
#include "view/layout.h"
#include "view/trend.h"

enum { FRESH_SLACK_MS = 3000 };

typedef void add_words(struct str *s, const struct words *w, int index);

static const char *settle(struct arena *a, struct str *s)
{
    const char *text = arena_strdup(a, s->text);
    str_finish(s);
    return text;
}

static const char *words_text(struct arena *a, add_words *add, const struct words *w, int index)
{
    struct str s;
    str_init(&s);
    add(&s, w, index);
    return settle(a, &s);
}

static const char *number_text(struct arena *a, void (*format)(struct str *, double), double v)
{
    struct str s;
    str_init(&s);
    format(&s, v);
    return settle(a, &s);
}

static struct view_text mark_of(enum severity severity)
{
    switch (severity) {
    case SEVERITY_CRITICAL: return (struct view_text){"!!", ROLE_CRITICAL};
    case SEVERITY_WARNING: return (struct view_text){"!", ROLE_WARNING};
    case SEVERITY_UNKNOWN: return (struct view_text){"?", ROLE_UNKNOWN};
    case SEVERITY_OK: break;
    }
    return (struct view_text){"", ROLE_OK};
}

static enum role role_of(enum severity severity)
{
    switch (severity) {
    case SEVERITY_CRITICAL: return ROLE_CRITICAL;
    case SEVERITY_WARNING: return ROLE_WARNING;
    case SEVERITY_UNKNOWN: return ROLE_UNKNOWN;
    case SEVERITY_OK: break;
    }
    return ROLE_OK;
}

static enum severity worst(const struct stage_diagnosis *d)
{
    enum severity s = d->latency.severity;
    s = d->errors.severity > s && d->errors.severity >= SEVERITY_WARNING ? d->errors.severity : s;
    return d->pool.severity == SEVERITY_WARNING && s < SEVERITY_WARNING ? SEVERITY_WARNING : s;
}

// --- the order of stages: worst first among siblings, the tree kept

static enum severity worst_within(const struct words *w, int stage)
{
    enum severity s = worst(&w->diagnosis->stages[stage]);
    for (int i = stage + 1; i < (int)w->plan->stages_count; i++) {
        if (w->plan->stages[i].parent == stage) {
            enum severity child = worst_within(w, i);
            s = child > s ? child : s;
        }
    }
    return s;
}

static bool comes_before(const struct words *w, int a, int b)
{
    enum severity x = worst_within(w, a), y = worst_within(w, b);
    if (x != y) {
        return x > y;
    }
    double p = w->diagnosis->stages[a].blame, q = w->diagnosis->stages[b].blame;
    return x >= SEVERITY_WARNING && !isnan(p) && !isnan(q) && p != q ? p > q : a < b;
}

static void order_children(const struct words *w, int parent, int *order, size_t *count)
{
    int siblings[PLAN_STAGES_MAX];
    size_t n = 0;
    for (int i = 0; i < (int)w->plan->stages_count; i++) {
        if (w->plan->stages[i].parent != parent) {
            continue;
        }
        size_t at = n++;
        while (at > 0 && comes_before(w, i, siblings[at - 1])) {
            siblings[at] = siblings[at - 1];
            at--;
        }
        siblings[at] = i;
    }
    for (size_t k = 0; k < n; k++) {
        order[(*count)++] = siblings[k];
        order_children(w, siblings[k], order, count);
    }
}

// --- rows

// Stages by label share a metric: there the matcher tells them apart.
static const char *metric_of(const struct stage *s)
{
    return s->latency ? s->latency : s->metric;
}

static const char *stage_name(struct arena *a, const struct words *w, int stage, bool metric)
{
    const struct stage *s = &w->plan->stages[stage];
    struct str text;
    str_init(&text);
    for (int i = 1; i < s->depth; i++) {
        str_add(&text, "  ");
    }
    str_addf(&text, "%s%s ", s->depth > 0 ? "└ " : "", metric ? metric_of(s) : s->name);
    words_add_statistic(&text, w, stage);
    return settle(a, &text);
}

static struct view_row stage_row(struct arena *a, const struct view_input *in, int stage)
{
    const struct words *w = &in->words;
    const struct stage_diagnosis *d = &w->diagnosis->stages[stage];
    enum severity severity = worst(d);
    bool culprit = words_is_culprit(w, stage);
    enum role value =
        d->latency.severity >= SEVERITY_WARNING ? role_of(d->latency.severity) : ROLE_STRONG;
    enum role errors =
        d->errors.severity >= SEVERITY_WARNING ? role_of(d->errors.severity) : ROLE_DIM;
    struct str now;
    str_init(&now);
    words_add_latency(&now, &d->latency);
    struct view_row row = {.id = {.index = stage}};
    row.selected = !in->state->selected.tool && in->state->selected.index == stage;
    row.cells[COLUMN_MARK] = mark_of(severity);
    bool metric = layout_has_room_for_metrics(in->columns);
    row.cells[COLUMN_NAME] =
        (struct view_text){stage_name(a, w, stage, metric), culprit ? ROLE_CULPRIT : ROLE_NORMAL};
    row.cells[COLUMN_NOW] = (struct view_text){settle(a, &now), value};
    row.cells[COLUMN_USUAL] =
        (struct view_text){number_text(a, format_seconds, d->latency.usual.centre), ROLE_DIM};
    row.cells[COLUMN_CHANGE] = (struct view_text){number_text(a, format_times, d->latency.ratio),
        d->latency.severity >= SEVERITY_WARNING ? value : ROLE_DIM};
    row.cells[COLUMN_ERRORS] =
        (struct view_text){number_text(a, format_percent, d->errors.now), errors};
    row.cells[COLUMN_RATE] =
        (struct view_text){number_text(a, format_rate, d->traffic.now), ROLE_DIM};
    row.cells[COLUMN_VERDICT] = (struct view_text){
        words_text(a, words_add_reason, w, stage), culprit                   ? ROLE_CULPRIT
                                                   : severity == SEVERITY_OK ? ROLE_OK
                                                                             : role_of(severity)};
    row.trend = trend_of_stage(a, w, stage);
    return row;
}

static void build_stages(struct view *v, struct arena *a, const struct view_input *in)
{
    int order[PLAN_STAGES_MAX];
    size_t count = 0;
    order_children(&in->words, -1, order, &count);
    v->stages = (struct view_table){
        .headings = {"", "metric", "now", "usual", "change", "errors", "rate", NULL, "verdict"},
        .rows = arena_alloc(a, count, sizeof *v->stages.rows),
        .count = count};
    struct str heading;
    str_init(&heading);
    str_add(&heading, "last ");
    clock_add_duration(&heading, in->words.plan->config->span_ms);
    v->stages.headings[COLUMN_TREND] = settle(a, &heading);
    for (size_t i = 0; i < count; i++) {
        v->stages.rows[i] = stage_row(a, in, order[i]);
    }
}

static struct view_row tool_row(struct arena *a, const struct view_input *in, int tool)
{
    const struct words *w = &in->words;
    const struct tool_diagnosis *t = &w->diagnosis->tools[tool];
    bool bad = t->calls.severity >= SEVERITY_WARNING;
    bool culprit = w->diagnosis->verdict.tool == tool;
    enum role value = bad ? role_of(t->calls.severity) : ROLE_STRONG;
    struct view_row row = {.id = {.tool = true, .index = tool}};
    row.selected = in->state->selected.tool && in->state->selected.index == tool;
    row.cells[COLUMN_MARK] = mark_of(t->calls.severity);
    row.cells[COLUMN_NAME] =
        (struct view_text){arena_strdup(a, t->name), culprit ? ROLE_CULPRIT : ROLE_NORMAL};
    row.cells[COLUMN_NOW] =
        (struct view_text){number_text(a, format_number, t->per_request), value};
    row.cells[COLUMN_USUAL] =
        (struct view_text){number_text(a, format_number, t->per_request_usual), ROLE_DIM};
    row.cells[COLUMN_CHANGE] =
        (struct view_text){number_text(a, format_times, t->calls.ratio), bad ? value : ROLE_DIM};
    row.cells[COLUMN_ERRORS] = (struct view_text){"-", ROLE_DIM};
    row.cells[COLUMN_RATE] =
        (struct view_text){number_text(a, format_rate, t->calls.now), ROLE_DIM};
    row.cells[COLUMN_VERDICT] = (struct view_text){
        words_text(a, words_add_tool_reason, w, tool), culprit ? ROLE_CULPRIT
                                                       : bad   ? role_of(t->calls.severity)
                                                               : ROLE_OK};
    row.trend = trend_of_tool(a, w, tool);
    return row;
}

static bool tool_before(const struct diagnosis *d, int a, int b)
{
    enum severity x = d->tools[a].calls.severity, y = d->tools[b].calls.severity;
    if (x != y) {
        return x > y;
    }
    return strcmp(d->tools[a].name, d->tools[b].name) < 0;
}

static void build_tools(struct view *v, struct arena *a, const struct view_input *in)
{
    const struct diagnosis *d = in->words.diagnosis;
    int order[DIAGNOSIS_TOOLS_MAX];
    for (int i = 0; i < (int)d->tools_count; i++) {
        int at = i;
        while (at > 0 && tool_before(d, i, order[at - 1])) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
    v->tools = (struct view_table){
        .headings = {"", "calls/question", "now", "usual", "change", "errors", "rate", "", ""},
        .rows = arena_alloc(a, d->tools_count, sizeof *v->tools.rows),
        .count = d->tools_count};
    for (size_t i = 0; i < d->tools_count; i++) {
        v->tools.rows[i] = tool_row(a, in, order[i]);
    }
}

// --- charts

static struct view_chart chart_of(
    struct arena *a, const struct view_input *in, const struct view_row *row)
{
    const struct words *w = &in->words;
    int signal = row->id.tool ? w->plan->tool_calls : w->plan->stages[row->id.index].latency_signal;
    const struct matrix *live = &w->store->signals[signal].live;
    int64_t last = matrix_slot(live, w->diagnosis->tick_ms);
    const char *title = row->id.tool
                            ? arena_printf(a, "%s calls", w->diagnosis->tools[row->id.index].name)
                            : stage_name(a, w, row->id.index, false);
    return (struct view_chart){.title = title,
        .selected = row->selected,
        .trend = row->trend,
        .format = row->id.tool ? format_rate : format_seconds,
        .first_ms = (last - (int64_t)live->slots + 1) * live->step_ms,
        .last_ms = last * live->step_ms};
}

static void build_charts(struct view *v, struct arena *a, const struct view_input *in)
{
    v->charts = arena_alloc(a, v->stages.count + 1, sizeof *v->charts);
    for (size_t i = 0; i < v->stages.count; i++) {
        v->charts[v->charts_count++] = chart_of(a, in, &v->stages.rows[i]);
    }
    for (size_t i = 0; i < v->tools.count; i++) {
        if (v->tools.rows[i].selected) {
            v->charts[v->charts_count++] = chart_of(a, in, &v->tools.rows[i]);
        }
    }
}

// --- around the tables

static void build_header(struct view *v, struct arena *a, const struct view_input *in)
{
    const struct source_state *source = &in->words.store->source;
    const struct plan *plan = in->words.plan;
    struct str s;
    str_init(&s);
    v->source = in->source;
    bool lost = source->reach == REACH_LOST;
    int64_t age_ms = in->now_ms - source->answered_ms;
    bool late = source->answered_ms && age_ms > plan->refresh_ms + FRESH_SLACK_MS;
    v->stale = lost || (late && age_ms > 3 * plan->refresh_ms + FRESH_SLACK_MS);
    if (plan->config->has_at) {
        clock_add_local(&s, plan->config->at_ms, "at %Y-%m-%d %H:%M:%S");
        v->stale = lost;
    } else if (source->answered_ms && store_newest_ms(in->words.store) > 0) {
        // while all goes well the text stands still, so that a quiet screen sends nothing
        str_add(&s, late ? "data " : "data < ");
        clock_add_age(&s, late ? age_ms : plan->refresh_ms);
        str_add(&s, " old");
    } else {
        str_add(&s, lost ? "no data yet" : "asking …");
    }
    if (lost && source->retry_ms > in->now_ms) {
        str_add(&s, ", asking again in ");
        clock_add_age(&s, source->retry_ms - in->now_ms + 999);
    }
    v->age = (struct view_text){settle(a, &s), v->stale ? ROLE_NOTICE : ROLE_HEADER};
    str_add(&s, "window ");
    clock_add_duration(&s, plan->window_ms);
    v->window = settle(a, &s);
    str_add(&s, "usual: ");
    words_add_usual(&s, &in->words);
    v->usual = settle(a, &s);
    clock_add_local(&s, plan->config->has_at ? plan->config->at_ms : in->now_ms, "%H:%M");
    v->clock = (struct view_text){settle(a, &s), ROLE_HEADER};
}

static void build_verdict(struct view *v, struct arena *a, const struct view_input *in)
{
    const struct verdict *verdict = &in->words.diagnosis->verdict;
    struct str s;
    str_init(&s);
    words_add_summary(&s, &in->words);
    v->summary = (struct view_text){settle(a, &s), role_of(verdict->severity)};
    v->mark = mark_of(verdict->severity);
    if (verdict->condition == VERDICT_OK && verdict->severity == SEVERITY_OK) {
        v->mark = (struct view_text){"ok", ROLE_OK};
    } else if (verdict->condition == VERDICT_ASKING) {
        v->mark = (struct view_text){"", ROLE_DIM};
        v->summary.role = ROLE_DIM;
    }
}

static void build_notice(struct view *v, const struct view_input *in)
{
    const struct config *config = in->words.plan->config;
    if (in->state->paused) {
        v->notice = (struct view_text){"PAUSED (Space goes on)", ROLE_NOTICE};
    } else if (in->notice) {
        v->notice = (struct view_text){in->notice, ROLE_NOTICE};
    } else if (config->source.insecure) {
        v->notice = (struct view_text){"TLS is not verified (-k)", ROLE_NOTICE};
    } else if (config->warnings_count > 0) {
        v->notice = (struct view_text){config->warnings[0], ROLE_NOTICE};
    } else if (in->words.store->notes_count > 0) {
        v->notice = (struct view_text){in->words.store->notes[0], ROLE_NOTICE};
    }
}

void view_build(struct view *out, struct arena *arena, const struct view_input *input)
{
    *out = (struct view){.page = input->state->page};
    build_header(out, arena, input);
    build_verdict(out, arena, input);
    build_stages(out, arena, input);
    build_tools(out, arena, input);
    build_charts(out, arena, input);
    detail_build(out, arena, input);
    build_notice(out, input);
    out->keys = input->keys;
    out->keys_count = input->keys_count;
    out->help = input->help;
    out->help_count = input->help_count;
}

static const struct view_row *row_at(const struct view *v, size_t i)
{
    return i < v->stages.count ? &v->stages.rows[i] : &v->tools.rows[i - v->stages.count];
}

struct row_id view_step(const struct view *v, struct row_id from, int steps)
{
    size_t count = v->stages.count + v->tools.count;
    int at = 0;
    for (size_t i = 0; i < count; i++) {
        struct row_id id = row_at(v, i)->id;
        if (id.tool == from.tool && id.index == from.index) {
            at = (int)i;
        }
    }
    at += steps;
    at = at < 0 ? 0 : at >= (int)count ? (int)count - 1 : at;
    return count ? row_at(v, (size_t)at)->id : from;
}
