#include <math.h>
#include <string.h>

#include "view/cell.h"
#include "view/chart.h"
#include "view/format.h"
#include "view/order.h"
#include "view/page.h"
#include "view/trend.h"

enum {
    VERDICT_LINES = 4,
    RANK_STAGES = 1,
    RANK_TOOLS,
    RANK_CHART,
};

static const struct view_column columns[COLUMN_COUNT] = {
    [COLUMN_MARK] = {"", KIND_MARK, 0, 24},
    [COLUMN_NAME] = {"metric", KIND_NAME, 0, 0},
    [COLUMN_NOW] = {"now", KIND_NUMBER, 8, 0},
    [COLUMN_USUAL] = {"usual", KIND_NUMBER, 8, 40},
    [COLUMN_CHANGE] = {"change", KIND_NUMBER, 7, 32},
    [COLUMN_ERRORS] = {"errors", KIND_NUMBER, 8, 90},
    [COLUMN_RATE] = {"rate", KIND_NUMBER, 8, 110},
    [COLUMN_TREND] = {"", KIND_TREND, 0, 0},
    [COLUMN_VERDICT] = {"verdict", KIND_WORDS, 0, 0},
};

static struct view_trend stage_trend(
    struct arena *a, const struct view_input *in, const struct view_row *row)
{
    return trend_of_stage(a, in, row->id.index);
}

static struct view_trend tool_trend(
    struct arena *a, const struct view_input *in, const struct view_row *row)
{
    return trend_of_tool(a, in, row->id.index);
}

// --- stages

// How bad a stage is, so that of two equally bad ones the more blamed comes first.
static double trouble(const struct words *w, int stage)
{
    const struct stage_diagnosis *d = &w->diagnosis->stages[stage];
    enum severity severity = cell_stage_severity(d);
    double blame = isnan(d->blame) ? 0 : fmin(1, fmax(0, d->blame));
    return (double)severity + (severity >= SEVERITY_WARNING ? blame / 2 : 0);
}

static struct view_row stage_row(struct arena *a, const struct view_input *in, int stage)
{
    const struct words *w = &in->words;
    const struct stage_diagnosis *d = &w->diagnosis->stages[stage];
    enum severity severity = cell_stage_severity(d);
    bool culprit = words_is_culprit(w, stage);
    bool metric = layout_has_room_for_metrics(in->columns);
    enum role value = cell_value_role(d->latency.severity, ROLE_STRONG);
    struct view_row row = {
        .id = cell_row(in, ROW_STAGE, stage), .depth = w->plan->stages[stage].depth};
    row.selected = cell_is_selected(in, row.id);
    struct view_text mark = cell_mark(severity);
    struct str now;
    str_init(&now);
    words_add_latency(&now, &d->latency);
    row.cells[COLUMN_MARK] = (struct view_cell){mark.text, mark.role, trouble(w, stage)};
    row.cells[COLUMN_NAME] = (struct view_cell){
        cell_stage_name(a, w, stage, metric, true), culprit ? ROLE_CULPRIT : ROLE_NORMAL, NAN};
    row.cells[COLUMN_NOW] = (struct view_cell){cell_settle(a, &now), value, d->latency.now};
    row.cells[COLUMN_USUAL] = cell_of(a, format_seconds, d->latency.usual.centre, ROLE_DIM);
    row.cells[COLUMN_CHANGE] =
        cell_of(a, format_times, d->latency.ratio, cell_value_role(d->latency.severity, ROLE_DIM));
    row.cells[COLUMN_ERRORS] = d->errors.state == STATE_ERROR
                                   ? (struct view_cell){"?", ROLE_UNKNOWN, NAN}
                                   : cell_of(a, format_percent, d->errors.now,
                                         cell_value_role(d->errors.severity, ROLE_DIM));
    row.cells[COLUMN_RATE] = cell_of(a, format_rate, d->traffic.now, ROLE_DIM);
    row.cells[COLUMN_VERDICT] = (struct view_cell){cell_words(a, words_add_reason, w, stage),
        culprit ? ROLE_CULPRIT : cell_role(severity), NAN};
    return row;
}

static struct view_table table_of(const struct view *v, const struct view_input *in)
{
    struct view_table t = {.columns = columns, .columns_count = COLUMN_COUNT};
    for (size_t k = 0; k < COLUMN_COUNT; k++) {
        t.headings[k] = columns[k].heading;
    }
    t.sort = in->state->sort[v->page];
    return t;
}

static void build_stages(struct view *v, struct arena *a, const struct view_input *in)
{
    const struct words *w = &in->words;
    size_t count = w->plan->stages_count;
    v->stages = table_of(v, in);
    struct view_table *t = &v->stages;
    t->rows = arena_alloc(a, count, sizeof *t->rows);
    t->count = count;
    t->trend = stage_trend;
    int *parents = arena_alloc(a, count, sizeof *parents);
    const char **also = arena_alloc(a, count, sizeof *also);
    for (size_t i = 0; i < count; i++) {
        t->rows[i] = stage_row(a, in, (int)i);
        parents[i] = w->plan->stages[i].parent;
        also[i] = w->plan->stages[i].metric;
    }
    for (size_t i = count; i-- > 0;) { // a child in trouble lifts its parent
        double *own = &t->rows[i].cells[COLUMN_MARK].value;
        double *parent = parents[i] >= 0 ? &t->rows[parents[i]].cells[COLUMN_MARK].value : NULL;
        if (parent && floor(*own) > floor(*parent)) {
            *parent = floor(*own) + (*parent - floor(*parent));
        }
    }
    order_rows(a, t, parents, also, in->state->filter);
    t->headings[COLUMN_TREND] = cell_span_heading(a, in);
}

// --- tools

static struct view_row tool_row(struct arena *a, const struct view_input *in, int tool)
{
    const struct words *w = &in->words;
    const struct tool_diagnosis *t = &w->diagnosis->tools[tool];
    bool culprit = w->diagnosis->verdict.tool == tool;
    enum severity severity = t->calls.severity, failing = t->errors.severity;
    severity = failing >= SEVERITY_WARNING && failing > severity ? failing : severity;
    struct view_row row = {.id = cell_row(in, ROW_TOOL, tool)};
    row.selected = cell_is_selected(in, row.id);
    struct view_text mark = cell_mark(severity);
    row.cells[COLUMN_MARK] = (struct view_cell){mark.text, mark.role, severity};
    row.cells[COLUMN_NAME] =
        (struct view_cell){arena_strdup(a, t->name), culprit ? ROLE_CULPRIT : ROLE_NORMAL, NAN};
    row.cells[COLUMN_NOW] =
        cell_of(a, format_number, t->per_request, cell_value_role(t->calls.severity, ROLE_STRONG));
    row.cells[COLUMN_USUAL] = cell_of(a, format_number, t->per_request_usual, ROLE_DIM);
    row.cells[COLUMN_CHANGE] =
        cell_of(a, format_times, t->calls.ratio, cell_value_role(t->calls.severity, ROLE_DIM));
    row.cells[COLUMN_ERRORS] =
        cell_of(a, format_percent, t->errors.now, cell_value_role(t->errors.severity, ROLE_DIM));
    row.cells[COLUMN_RATE] = cell_of(a, format_rate, t->calls.now, ROLE_DIM);
    row.cells[COLUMN_VERDICT] = (struct view_cell){cell_words(a, words_add_tool_reason, w, tool),
        culprit ? ROLE_CULPRIT : cell_value_role(severity, ROLE_OK), NAN};
    return row;
}

static void build_tools(struct view *v, struct arena *a, const struct view_input *in)
{
    const struct diagnosis *d = in->words.diagnosis;
    v->tools = table_of(v, in);
    struct view_table *t = &v->tools;
    t->headings[COLUMN_NAME] = "calls/question";
    t->headings[COLUMN_VERDICT] = "";
    t->rows = arena_alloc(a, d->tools_count, sizeof *t->rows);
    t->count = d->tools_count;
    t->trend = tool_trend;
    for (size_t i = 0; i < d->tools_count; i++) {
        t->rows[i] = tool_row(a, in, (int)i);
    }
    order_rows(a, t, NULL, NULL, in->state->filter);
}

// --- panes

static struct view_pane chart_of(struct arena *a, const struct view_input *in, struct row_id id)
{
    return chart_stage_pane(a, in, id.index);
}

static void add_charts(struct view *v, struct arena *a, const struct view_input *in)
{
    page_add_charts(v, a, in, &v->stages, chart_of, RANK_CHART);
    struct row_id id = in->state->selected;
    if (id.kind == ROW_TOOL && id.index >= 0 && id.index < (int)in->words.diagnosis->tools_count) {
        struct view_pane pane = chart_tool_pane(a, in, id.index);
        pane.wish.rank = RANK_CHART;
        page_add(v, pane);
    }
}

void page_incident_build(struct view *v, struct arena *a, const struct view_input *in)
{
    const struct plan *plan = in->words.plan;
    page_add_verdict(v, in, in->rows > 0 && in->rows < 12 ? 2 : VERDICT_LINES);
    build_stages(v, a, in);
    build_tools(v, a, in);
    struct row_id id = in->state->selected;
    bool stage = id.kind == ROW_STAGE && id.index >= 0 && id.index < (int)plan->stages_count;
    page_add_table(v, &v->stages,
        stage ? cell_promql(&in->words, plan->stages[id.index].latency_signal) : NULL, RANK_STAGES);
    if (v->tools.count + v->tools.hidden > 0) {
        page_add_table(v, &v->tools, cell_promql(&in->words, plan->tool_calls), RANK_TOOLS);
    }
    if (in->rows > 0) {
        add_charts(v, a, in);
    }
    // the fault from another side, where a wall has the room
    if (in->rows >= 50 && stage) {
        struct view_pane heat = chart_heat_pane(a, in, id.index);
        heat.title = arena_printf(a, "%s of %s", heat.title, plan->stages[id.index].name);
        heat.wish.rank = RANK_CHART + PAGE_CHARTS_MOST + 1;
        page_add(v, heat);
    }
}
