#include "pages/pages.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "diagnose/worst.h"
#include "view/cell.h"
#include "view/chart_pane.h"
#include "view/group.h"
#include "view/moment.h"
#include "view/order.h"
#include "view/page.h"
#include "view/trend.h"
#include "words/format.h"

enum {
    TOOLS_MARK,
    TOOLS_NAME,
    TOOLS_CALLS,
    TOOLS_RATE,
    TOOLS_PER,
    TOOLS_USUAL,
    TOOLS_CHANGE,
    TOOLS_ERRORS,
    TOOLS_MEAN,
    TOOLS_TREND,
    TOOLS_WORDS,
    TOOLS_COUNT,
};

static const struct view_column columns[TOOLS_COUNT] = {
    [TOOLS_MARK] = {"", KIND_MARK, 0, 24},
    [TOOLS_NAME] = {N_("tool"), KIND_NAME, 0, 0},
    [TOOLS_CALLS] = {N_("calls"), KIND_NUMBER, 8, 78},
    [TOOLS_RATE] = {N_("rate"), KIND_NUMBER, 8, 64},
    [TOOLS_PER] = {N_("/question"), KIND_NUMBER, 11, 0},
    [TOOLS_USUAL] = {N_("usual"), KIND_NUMBER, 8, 40},
    [TOOLS_CHANGE] = {N_("change"), KIND_NUMBER, 7, 48},
    [TOOLS_ERRORS] = {N_("errors"), KIND_NUMBER, 8, 100},
    [TOOLS_MEAN] = {N_("mean"), KIND_NUMBER, 8, 56},
    [TOOLS_TREND] = {"", KIND_TREND, 0, 0},
    [TOOLS_WORDS] = {N_("verdict"), KIND_WORDS, 0, 0},
};

static struct view_trend trend(
    struct arena *a, const struct view_input *in, const struct view_row *row)
{
    return trend_of_tool(a, in, row->id.index);
}

static struct view_row tool_row(struct arena *a, const struct view_input *in, int tool)
{
    const struct words *w = &in->words;
    const struct tool_diagnosis *t = &w->diagnosis->tools[tool];
    bool culprit = w->diagnosis->verdict.tool == tool;
    enum severity severity = worst_of_tool(t);
    const struct tool_diagnosis m = moment_of_tool(in, tool);
    struct view_text mark = cell_mark(severity);
    struct view_row row = {.id = cell_row(in, ROW_TOOL, tool)};
    row.selected = cell_is_selected(in, row.id);
    row.cells[TOOLS_MARK] = (struct view_cell){mark.text, mark.role, severity};
    row.cells[TOOLS_NAME] =
        (struct view_cell){arena_strdup(a, t->name), culprit ? ROLE_CULPRIT : ROLE_NORMAL, NAN};
    row.cells[TOOLS_CALLS] = cell_of(a, format_count, round(m.count), ROLE_DIM);
    row.cells[TOOLS_RATE] = cell_of(a, format_rate, m.calls.now, ROLE_NORMAL);
    row.cells[TOOLS_PER] =
        cell_of(a, format_each, m.per_request, cell_value_role(m.calls.severity, ROLE_STRONG));
    row.cells[TOOLS_USUAL] = cell_of(a, format_each, t->per_request_usual, ROLE_DIM);
    row.cells[TOOLS_CHANGE] =
        cell_of(a, format_ratio, m.calls.ratio, cell_value_role(m.calls.severity, ROLE_DIM));
    row.cells[TOOLS_ERRORS] = cell_of_tool_errors(a, w, &m);
    row.cells[TOOLS_MEAN] =
        cell_of(a, format_seconds, m.latency.now, cell_value_role(m.latency.severity, ROLE_DIM));
    row.cells[TOOLS_WORDS] = (struct view_cell){cell_words(a, words_add_tool_reason, w, tool),
        culprit ? ROLE_CULPRIT : cell_value_role(severity, ROLE_OK), NAN};
    return row;
}

static size_t count_tools(const struct words *w)
{
    return w->diagnosis->tools_count;
}

// The columns, less that of means where none of the sources times its tools.
static const struct view_column *columns_of(struct arena *a, const struct view_input *in)
{
    bool timed = false;
    for (int i = 0; i < group_sources(in); i++) {
        timed = timed || view_input_of(in, i).words.plan->tool_latency >= 0;
    }
    struct view_column *untimed = arena_alloc(a, TOOLS_COUNT, sizeof *untimed);
    memcpy(untimed, columns, sizeof columns);
    untimed[TOOLS_MEAN].from = INT_MAX;
    return timed ? columns : untimed;
}

static struct view_table *build_table(struct view *v, struct arena *a, const struct view_input *in)
{
    struct group g;
    struct view_table *t = arena_alloc(a, 1, sizeof *t);
    *t = (struct view_table){
        .columns = columns_of(a, in), .columns_count = TOOLS_COUNT, .trend = trend};
    t->sort = in->state->sort[v->page];
    for (size_t k = 0; k < TOOLS_COUNT; k++) {
        t->headings[k] = _(columns[k].heading);
    }
    if (moment_shown(in) > 0) {
        t->headings[TOOLS_NAME] = arena_printf(a, _("tool, at %s"), moment_heading(a, in, NULL));
    }
    t->headings[TOOLS_WORDS] = moment_verdict_heading(a, in);
    size_t more = 0;
    group_init(&g, a, in, TOOLS_COUNT, count_tools);
    for (int i = 0; i < group_sources(in); i++) {
        const struct view_input own = view_input_of(in, i);
        bool wanted = group_begin(&g, a, &own);
        more += wanted ? own.words.diagnosis->tools_more : 0;
        for (size_t k = 0; wanted && k < count_tools(&own.words); k++) {
            group_add(&g, a, &own, tool_row(a, &own, (int)k), -1, NULL);
        }
    }
    t->ranked = more > 0;
    group_settle(&g, a, t, in->state->filter);
    page_add_rest(t, a, more, _("less busy, not judged"));
    t->headings[TOOLS_TREND] = cell_span_heading(a, in);
    return t;
}

static struct view_pane chart_of(struct arena *a, const struct view_input *in, struct row_id id)
{
    return worst_tool_is_slow(&in->words.diagnosis->tools[id.index])
               ? chart_tool_latency_pane(a, in, id.index)
               : chart_tool_pane(a, in, id.index);
}

// Failed calls of TOOL, or of all where it is none.
static void add_errors(struct view *v, struct arena *a, const struct view_input *in, int tool)
{
    struct view_pane errors = chart_tool_errors_pane(a, in, tool);
    errors.title = group_name(a, in, errors.title);
    errors.wish.rank = 3;
    page_add(v, errors);
}

static void build_page(struct view *v, struct arena *a, const struct view_input *in)
{
    size_t tools = 0;
    for (int i = 0; i < group_sources(in); i++) {
        const struct view_input own = view_input_of(in, i);
        tools += group_shows(in, i) ? count_tools(&own.words) : 0;
    }
    page_add_verdict(v, in);
    if (tools == 0) {
        int signal = in->words.plan->tool_calls;
        const char *why = cell_why_none(a, &in->words, signal,
            signal < 0 ? _("no metric is configured: `tools: {calls: ..., label: ...}`")
                       : _("the server has no such metric"));
        page_add_message(v, a, arena_printf(a, _("Tool calls: %s"), why));
        return;
    }
    struct view_table *t = build_table(v, a, in);
    struct row_id id = page_select(t);
    const struct view_input own = view_input_of(in, id.source);
    page_add_table(v, t, cell_promql(a, &own.words, own.words.plan->tool_calls), 1);
    const struct diagnosis *d = own.words.diagnosis;
    int tool = id.kind == ROW_TOOL ? id.index : -1;
    bool fails = tool >= 0 && worst_tool_fails(&d->tools[tool]);
    if (fails) {
        add_errors(v, a, &own, tool);
    }
    page_add_charts(v, a, in, t, chart_of, NULL, 0, 2);
    if (!fails) {
        add_errors(v, a, &own, tool);
    }
}

static bool has_tools(const struct diagnosis *d)
{
    return d->tools_count > 0;
}

static bool any_is_in_trouble(struct arena *a, const struct view_input *in)
{
    (void)a;
    const struct diagnosis *d = in->words.diagnosis;
    bool any = d->tool_errors.severity >= SEVERITY_WARNING;
    for (size_t i = 0; i < d->tools_count; i++) {
        any = any || worst_of_tool(&d->tools[i]) >= SEVERITY_WARNING;
    }
    return any;
}

const struct page_entry page_tools = {.name = N_("tools"),
    .key = "4",
    .title = N_("tool calls"),
    .help = N_("What the agent calls: how often, how often per question, and how many calls fail."),
    .sorts = {{columns, TOOLS_COUNT}},
    .build = build_page,
    .news = any_is_in_trouble,
    .open = page_open_row,
    .rotates = has_tools};
