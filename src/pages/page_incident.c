#include "pages/pages.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "diagnose/worst.h"
#include "pages/roomy.h"
#include "pages/why_pane.h"
#include "view/alert_list.h"
#include "view/cell.h"
#include "view/chart_pane.h"
#include "view/event.h"
#include "view/group.h"
#include "view/moment.h"
#include "view/order.h"
#include "view/page.h"
#include "view/stage_rows.h"
#include "view/trend.h"
#include "words/format.h"

enum {
    PAIRS_FROM = 72,
    HEAT_FROM = 40, // lines
    BESIDE_FROM = 100,
    WHY_KEEP = 8,
    RANK_STAGES = 1,
    RANK_TOOLS,
    RANK_CHART,
};

static const struct view_column columns[COLUMN_COUNT] = {
    [COLUMN_MARK] = {"", KIND_MARK, 0, 24},
    [COLUMN_NAME] = {N_("metric"), KIND_NAME, 0, 0},
    [COLUMN_NOW] = {N_("now"), KIND_NUMBER, 8, 0},
    [COLUMN_USUAL] = {N_("usual"), KIND_NUMBER, 8, 40},
    [COLUMN_CHANGE] = {N_("change"), KIND_NUMBER, 7, 32},
    [COLUMN_ERRORS] = {N_("errors"), KIND_NUMBER, 8, 90},
    [COLUMN_RATE] = {N_("rate"), KIND_NUMBER, 8, 110},
    [COLUMN_TREND] = {"", KIND_TREND, 0, 0},
    [COLUMN_VERDICT] = {N_("verdict"), KIND_WORDS, 0, 0},
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

// One rule for all rows of the table: metrics stand beside the names, by which the verdict calls
// the stages, where there is room and each tells its stage. Returns the columns of the longest
// name, or 0 where names stand alone.
static int names_beside_metrics(const struct view_input *in)
{
    int names = 0, metrics = 0;
    for (int i = 0; i < group_sources(in); i++) {
        const struct view_input own = view_input_of(in, i);
        const struct plan *plan = own.words.plan;
        if (group_shows(in, i) && !cell_metrics_tell_apart(plan)) {
            return 0;
        }
        for (size_t k = 0; group_shows(in, i) && k < plan->stages_count; k++) {
            int name, metric;
            cell_name_widths(&own.words, (int)k, &name, &metric);
            names = name > names ? name : names;
            metrics = metric > metrics ? metric : metrics;
        }
    }
    return layout_has_room_for_metrics(in->columns, names, metrics) ? names : 0;
}

// A bound has no room for its blanks where its number is long.
static void tighten(struct str *s, int width)
{
    if (utf8_width(s->text) < width) {
        return;
    }
    size_t len = 0;
    for (size_t i = 0; i < s->len; i++) {
        s->text[len] = s->text[i];
        len += s->text[i] != ' ';
    }
    s->text[len] = '\0';
    s->len = len;
}

/** What the rows of stages have in common. */
struct common {
    int names; /**< see names_beside_metrics() */
    struct alert_list alerts;
};

static struct view_row stage_row(
    struct arena *a, const struct view_input *in, int stage, const void *more)
{
    const struct common *common = more;
    int names = common->names;
    const struct words *w = &in->words;
    enum severity severity = worst_of_stage(w->diagnosis, stage);
    bool culprit = words_is_culprit(w, stage);
    const struct stage_diagnosis m = moment_of_stage(in, stage);
    const struct reading r = moment_of_row(in, stage, &m);
    enum severity latency =
        w->plan->stages[stage].kind == LATENCY_NONE ? r.severity : worst_of_latency(&m);
    enum role value = cell_value_role(latency, ROLE_STRONG);
    number_format *format = words_format(w, stage);
    struct view_row row = {
        .id = cell_row(in, ROW_STAGE, stage), .depth = w->plan->stages[stage].depth};
    row.selected = cell_is_selected(in, row.id);
    struct view_text mark = cell_mark(severity);
    struct str now;
    str_init(&now);
    str_add(&now, r.beyond && !isnan(r.now) ? ">= " : "");
    format(&now, r.now);
    tighten(&now, columns[COLUMN_NOW].width);
    row.cells[COLUMN_MARK] =
        (struct view_cell){mark.text, mark.role, worst_stage_rank(w->diagnosis, stage)};
    row.cells[COLUMN_NAME] = (struct view_cell){
        cell_row_name(a, w, stage, names), culprit ? ROLE_CULPRIT : ROLE_NORMAL, NAN};
    row.cells[COLUMN_NOW] = (struct view_cell){cell_settle(a, &now), value, r.now};
    row.cells[COLUMN_USUAL] = cell_of(a, format, r.usual.centre, ROLE_DIM);
    struct str change;
    str_init(&change);
    str_add(&change, r.beyond && r.ratio > 0 ? ">=" : "");
    format_ratio(&change, r.ratio);
    row.cells[COLUMN_CHANGE] =
        (struct view_cell){cell_settle(a, &change), cell_value_role(latency, ROLE_DIM), r.ratio};
    row.cells[COLUMN_ERRORS] = cell_of_errors(a, &m.errors);
    row.cells[COLUMN_RATE] = cell_of(a, format_rate, moment_rate(in, stage, &m), ROLE_DIM);
    row.cells[COLUMN_VERDICT] = (struct view_cell){cell_words(a, words_add_reason, w, stage),
        culprit ? ROLE_CULPRIT : cell_role(severity), NAN};
    alert_list_mark(a, &common->alerts, w->plan, stage, &row);
    return row;
}

static struct view_table table_of(
    const struct view *v, struct arena *a, const struct view_input *in)
{
    struct view_table t = {.columns = columns, .columns_count = COLUMN_COUNT};
    for (size_t k = 0; k < COLUMN_COUNT; k++) {
        t.headings[k] = _(columns[k].heading);
    }
    t.headings[COLUMN_NOW] = moment_heading(a, in, t.headings[COLUMN_NOW]);
    t.headings[COLUMN_VERDICT] = moment_verdict_heading(a, in);
    t.sort = in->state->sort[v->page];
    return t;
}

static void build_stages(struct view *v, struct arena *a, const struct view_input *in)
{
    struct group g;
    v->stages = table_of(v, a, in);
    struct view_table *t = &v->stages;
    t->trend = stage_trend;
    group_init(&g, a, in, COLUMN_COUNT, stage_rows_most);
    int names = names_beside_metrics(in);
    for (int i = 0; i < group_sources(in); i++) {
        const struct view_input own = view_input_of(in, i);
        if (group_begin(&g, a, &own)) {
            const struct common common = {
                names, alert_list_is_shown(&own) ? alert_list_of(a, &own) : (struct alert_list){0}};
            stage_rows_add(&g, a, &own, stage_row, &common);
        }
    }
    group_settle(&g, a, t, in->state->filter);
    t->headings[COLUMN_TREND] = cell_span_heading(a, in);
}

// --- tools

static struct view_row tool_row(struct arena *a, const struct view_input *in, int tool)
{
    const struct words *w = &in->words;
    const struct tool_diagnosis *t = &w->diagnosis->tools[tool];
    bool culprit = w->diagnosis->verdict.tool == tool;
    enum severity severity = worst_of_tool(t);
    struct view_row row = {.id = cell_row(in, ROW_TOOL, tool)};
    row.selected = cell_is_selected(in, row.id);
    const struct tool_diagnosis m = moment_of_tool(in, tool);
    struct view_text mark = cell_mark(severity);
    row.cells[COLUMN_MARK] = (struct view_cell){mark.text, mark.role, severity};
    row.cells[COLUMN_NAME] = (struct view_cell){
        group_name(a, in, arena_strdup(a, t->name)), culprit ? ROLE_CULPRIT : ROLE_NORMAL, NAN};
    row.cells[COLUMN_NOW] =
        cell_of(a, format_each, m.per_request, cell_value_role(m.calls.severity, ROLE_STRONG));
    row.cells[COLUMN_USUAL] = cell_of(a, format_each, t->per_request_usual, ROLE_DIM);
    row.cells[COLUMN_CHANGE] =
        cell_of(a, format_ratio, m.calls.ratio, cell_value_role(m.calls.severity, ROLE_DIM));
    row.cells[COLUMN_ERRORS] = cell_of_tool_errors(a, w, &m);
    row.cells[COLUMN_RATE] = cell_of(a, format_rate, m.calls.now, ROLE_DIM);
    row.cells[COLUMN_VERDICT] = (struct view_cell){cell_words(a, words_add_tool_reason, w, tool),
        culprit ? ROLE_CULPRIT : cell_value_role(severity, ROLE_OK), NAN};
    return row;
}

// Failed calls are often counted of all tools together, and then no row has room for them.
static const char *failing_words(struct arena *a, const struct view_input *in)
{
    const struct reading r = moment_of_tool_errors(in);
    if (in->words.diagnosis->tool_errors.severity < SEVERITY_WARNING || isnan(r.now)) {
        return "";
    }
    return arena_printf(a, _("%s of all calls fail"), cell_number(a, format_percent, r.now));
}

static void build_tools(struct view *v, struct arena *a, const struct view_input *in)
{
    v->tools = table_of(v, a, in);
    struct view_table *t = &v->tools;
    t->headings[COLUMN_NAME] = _("calls/question");
    t->headings[COLUMN_VERDICT] = failing_words(a, in);
    t->trend = tool_trend;
    size_t most = 0, more = 0;
    for (int i = 0; i < group_sources(in); i++) {
        most += view_input_of(in, i).words.diagnosis->tools_count;
    }
    t->rows = arena_alloc(a, most, sizeof *t->rows);
    for (int i = 0; i < group_sources(in); i++) {
        const struct view_input own = view_input_of(in, i);
        size_t count = group_shows(in, i) ? own.words.diagnosis->tools_count : 0;
        more += group_shows(in, i) ? own.words.diagnosis->tools_more : 0;
        for (size_t k = 0; k < count; k++) {
            t->rows[t->count] = tool_row(a, &own, (int)k);
            t->rows[t->count++].stale = group_is_stale(&own);
        }
    }
    t->ranked = more > 0;
    order_rows(a, t, NULL, NULL, in->state->filter);
    page_add_rest(t, a, more, _("less busy, not judged"));
}

// --- panes

static struct view_pane titled(
    struct arena *a, const struct view_input *in, struct view_pane pane, struct row_id id)
{
    pane.title = arena_printf(a, _("%s of %s"), pane.title, in->words.plan->stages[id.index].name);
    pane.id = id;
    return pane;
}

// Of a stage that fails, a chart of its latency may well look as ever.
static struct view_pane chart_of(struct arena *a, const struct view_input *shown, struct row_id id)
{
    struct view_input with = *shown;
    const struct view_input *in = &with;
    const struct diagnosis *d = in->words.diagnosis;
    with.events = event_around(a, shown, id.index, &with.events_count);
    switch (worst_signal(d, id.index)) {
    case CLASS_ERRORS: return titled(a, in, chart_errors_pane(a, in, id.index), id);
    case CLASS_CALLS:
    case CLASS_TRAFFIC: return titled(a, in, chart_requests_pane(a, in, id.index), id);
    case CLASS_SATURATION:
        return titled(a, in, chart_pool_pane(a, in, d->stages[id.index].pool_signal), id);
    case CLASS_NONE:
    case CLASS_LATENCY:
    case CLASS_FAST:
    case CLASS_DECLARED:
    case CLASS_TARGETS: break;
    }
    return chart_stage_pane(a, in, id.index);
}

// What is at fault from another side: its pool beside its latency. False: there is no other.
static bool second_chart(struct arena *a, const struct view_input *in, struct view_pane *out)
{
    const struct diagnosis *d = in->words.diagnosis;
    int stage = d->verdict.stage;
    int pool = stage >= 0 ? d->stages[stage].pool_signal : -1;
    if (pool < 0 || worst_signal(d, stage) == CLASS_SATURATION) {
        return false;
    }
    struct view_input with = *in;
    with.events = event_around(a, in, stage, &with.events_count);
    *out = titled(a, &with, chart_pool_pane(a, &with, pool), cell_row(in, ROW_STAGE, stage));
    enum severity severity = d->stages[stage].pool.severity;
    out->title_role = severity >= SEVERITY_WARNING ? cell_role(severity) : ROLE_NORMAL;
    return !view_chart_is_empty(out->chart);
}

static void add_tool_chart(
    struct view *v, struct arena *a, const struct view_input *in, struct view_pane pane)
{
    pane.wish.rank = RANK_CHART;
    pane.wish.beside = v->panes[v->panes_count - 1].kind == PANE_CHART ? PAIRS_FROM : 0;
    pane.title = group_name(a, in, pane.title);
    page_add(v, pane);
}

// A row that the filter hides takes its chart along.
static bool shows(const struct view_table *t, struct row_id id)
{
    bool any = false;
    for (size_t i = 0; i < t->count; i++) {
        any = any || view_same_row(t->rows[i].id, id);
    }
    return any;
}

// What is at fault, or selected, comes before everything that is as usual.
static void add_charts(struct view *v, struct arena *a, const struct view_input *in, int stage)
{
    const struct diagnosis *d = in->words.diagnosis;
    struct row_id id = in->state->selected;
    if (id.kind == ROW_TOOL && shows(&v->tools, id)) {
        const struct tool_diagnosis *t = &d->tools[id.index];
        add_tool_chart(v, a, in,
            worst_tool_fails(t)     ? chart_tool_errors_pane(a, in, id.index)
            : worst_tool_is_slow(t) ? chart_tool_latency_pane(a, in, id.index)
                                    : chart_tool_pane(a, in, id.index));
    }
    if (d->tool_errors.severity >= SEVERITY_WARNING && v->tools.count > 0) {
        add_tool_chart(v, a, in, chart_tool_errors_pane(a, in, -1));
    }
    struct view_pane others[PAGE_OTHERS_MOST];
    size_t count = second_chart(a, in, &others[0]);
    if (roomy_is(in) && stage >= 0) {
        count += roomy_errors(a, in, stage, &others[count]);
    }
    page_add_charts(v, a, in, &v->stages, chart_of, others, count, RANK_CHART + 1);
}

// Why, and beside that how the requests of STAGE (-1: none) spread over its buckets, and PODS of it
// (NULL: none, or they stand elsewhere).
static void add_why(struct view *v, struct arena *a, const struct view_input *in, int stage,
    struct view_table *pods)
{
    struct view_pane heat = {0};
    if (stage >= 0) {
        heat = chart_heat_pane(a, in, stage);
        const char *name = in->words.plan->stages[stage].name;
        heat.title = group_name(a, in, arena_printf(a, _("latency of %s"), name));
        heat.wish.rank = RANK_CHART + PAGE_CHARTS_MOST + 2;
    }
    struct view_input half = *in;
    bool beside = stage >= 0 && heat.heat->rows > 0 && in->columns >= BESIDE_FROM;
    int rest = pods ? in->columns - roomy_pods_columns(in, pods) : in->columns;
    half.columns = beside ? rest / 2 : rest;
    size_t before = v->panes_count;
    why_add(v, a, &half, RANK_CHART + 2);
    if (v->panes_count > before) { // the chart of what is at fault is larger
        struct layout_wish *why = &v->panes[before].wish;
        why->keep = why->keep < WHY_KEEP ? why->keep : WHY_KEEP;
        heat.wish.beside = beside ? BESIDE_FROM : 0;
    }
    if (stage >= 0) {
        page_add(v, heat);
    }
    if (pods) {
        roomy_add_pods(v, a, in, pods, stage, RANK_CHART + PAGE_CHARTS_MOST + 2);
    }
}

static void build_page(struct view *v, struct arena *a, const struct view_input *in)
{
    v->findings = true;
    const struct plan *plan = in->words.plan;
    const struct verdict *verdict = &in->words.diagnosis->verdict;
    bool tools =
        verdict->tool >= 0 || verdict->tools; // the table of the culprit outlives the other
    alert_list_add_line(v, a, in);
    page_add_verdict(v, in);
    build_stages(v, a, in);
    build_tools(v, a, in);
    struct row_id id = why_subject(in);
    bool stage = id.kind == ROW_STAGE && id.index >= 0 && id.index < (int)plan->stages_count;
    page_add_table(v, &v->stages,
        stage ? cell_promql(a, &in->words, plan->stages[id.index].latency_signal) : NULL,
        tools ? RANK_TOOLS : RANK_STAGES);
    if (v->tools.count + v->tools.hidden > 0) {
        struct view_pane *pane = page_add_table(v, &v->tools,
            cell_promql(a, &in->words, plan->tool_calls), tools ? RANK_STAGES : RANK_TOOLS);
        if (pane) {
            pane->wish.yields = !tools;
        }
    }
    int shown = stage && shows(&v->stages, id) ? id.index : -1;
    if (in->rows > 0) {
        add_charts(v, a, in, shown);
    }
    // the fault from another side, where a wall has the room
    struct view_table *pods = roomy_pods_left(v, a, in, shown, RANK_CHART + PAGE_CHARTS_MOST + 2);
    add_why(v, a, in, in->rows >= HEAT_FROM ? shown : -1, pods);
}

static struct page_act open_row(const struct view *v, const struct view_state *s)
{
    return s->selected.kind == ROW_STEP ? why_open(v, s) : page_open_row(v, s);
}

static void add_wants(const struct view_state *s, struct wants *out)
{
    (void)s;
    wants_add(out, (struct want){FEED_RULES, 0, 0});
}

const struct page_entry page_incident = {.name = N_("incident"),
    .key = "1",
    .title = N_("the incident table"),
    .help = N_("What is wrong: the verdict, the stages worst first, the tools, and their trends."),
    .sorts = {{columns, COLUMN_COUNT}},
    .build = build_page,
    .open = open_row,
    .rows = 1 << ROW_NAMESPACE | 1 << ROW_STEP,
    .rotates = page_rotates,
    .wants = add_wants,
    .follows = true};
