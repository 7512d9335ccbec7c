#include "pages/pages.h"

#include <math.h>

#include "base/text.h"
#include "view/cell.h"
#include "view/chart_pane.h"
#include "view/group.h"
#include "view/moment.h"
#include "view/order.h"
#include "view/page.h"
#include "view/stage_rows.h"
#include "view/trend.h"
#include "words/format.h"
#include "words/phrase.h"

enum {
    ERRORS_MARK,
    ERRORS_NAME,
    ERRORS_NOW,
    ERRORS_USUAL,
    ERRORS_RATE,
    ERRORS_FAILED,
    ERRORS_REQUESTS,
    ERRORS_TREND,
    ERRORS_WORDS,
    ERRORS_COUNT,
};

static const struct view_column columns[ERRORS_COUNT] = {
    [ERRORS_MARK] = {"", KIND_MARK, 0, 24},
    [ERRORS_NAME] = {N_("stage"), KIND_NAME, 0, 0},
    [ERRORS_NOW] = {N_("errors"), KIND_NUMBER, 8, 0},
    [ERRORS_USUAL] = {N_("usual"), KIND_NUMBER, 8, 40},
    [ERRORS_RATE] = {N_("failing"), KIND_NUMBER, 9, 70},
    [ERRORS_FAILED] = {N_("failed"), KIND_NUMBER, 8, 100},
    [ERRORS_REQUESTS] = {N_("requests"), KIND_NUMBER, 10, 84},
    [ERRORS_TREND] = {"", KIND_TREND, 0, 0},
    [ERRORS_WORDS] = {N_("verdict"), KIND_WORDS, 0, 0},
};

static struct view_trend trend(
    struct arena *a, const struct view_input *in, const struct view_row *row)
{
    return row->id.kind == ROW_STAGE ? trend_of_errors(a, in, row->id.index)
                                     : trend_of_tool_errors(a, in, -1);
}

/** What a row is about: a stage, or all tool calls together. */
struct subject {
    struct row_id id;
    const char *name;
    const struct reading *errors;
    struct reading moment; /**< the same under the cursor, or now */
    double requests;       /**< per second, then */
    bool counted, culprit;
};

static const char *words_of(
    struct arena *a, const struct view_input *in, const struct subject *subject)
{
    const struct reading *r = subject->errors;
    bool lost = in->words.store->source.health == HEALTH_LOST;
    if (!subject->counted) {
        return _("no error metric");
    }
    if (r->severity >= SEVERITY_WARNING) {
        const char *text = r->usual.centre > 0 ? _("more than usual") : _("usually none");
        return subject->culprit ? arena_printf(a, _("CULPRIT: %s"), text) : text;
    }
    switch (r->state) {
    case STATE_OK: return _("normal");
    case STATE_ASKING: return phrase_asks(&in->words) ? _("asking …") : _("no answer");
    case STATE_NO_TRAFFIC: return _("no traffic");
    case STATE_NO_DATA:
        return lost && in->words.store->source.answered_ms == 0 ? _("no answer") : _("no data");
    case STATE_STALE: return _("stale");
    case STATE_TOO_FEW: return _("too few requests");
    case STATE_NO_BASELINE: return phrase_no_baseline(&in->words);
    case STATE_ERROR: return _("query error");
    case STATE_UNRELIABLE: return _("unreliable");
    case STATE_MISTYPED:
        return subject->id.kind == ROW_STAGE ? words_why_mistyped(&in->words, subject->id.index)
                                             : _("not a counter");
    case STATE_ABSENT:
        return subject->id.kind == ROW_STAGE ? words_why_absent(&in->words, subject->id.index)
                                             : _("no such metric");
    case STATE_COUNT: break;
    }
    return "";
}

static struct view_row row_of(struct arena *a, const struct view_input *in, const struct subject *s)
{
    const struct reading *r = s->errors, *m = &s->moment;
    enum severity severity = s->counted ? r->severity : SEVERITY_OK;
    struct view_text mark = cell_mark(severity);
    double rate = m->now * s->requests;
    double window_s = (double)in->words.plan->window_ms / 1000;
    struct view_row row = {.id = s->id};
    row.selected = cell_is_selected(in, s->id);
    row.cells[ERRORS_MARK] =
        (struct view_cell){mark.text, mark.role, (double)severity + (s->counted ? 0.5 : 0)};
    row.cells[ERRORS_NAME] =
        (struct view_cell){s->name, s->culprit ? ROLE_CULPRIT : ROLE_NORMAL, NAN};
    row.cells[ERRORS_NOW] =
        cell_of(a, format_share, m->now, cell_value_role(m->severity, ROLE_STRONG));
    row.cells[ERRORS_USUAL] = cell_of(a, format_share, r->usual.centre, ROLE_DIM);
    row.cells[ERRORS_RATE] = cell_of(a, format_rate, rate, ROLE_DIM);
    // a rate above 0 takes one at least
    double failed = rate > 0 ? fmax(1, round(rate * window_s)) : rate;
    row.cells[ERRORS_FAILED] = cell_of(a, format_count, failed, ROLE_DIM);
    row.cells[ERRORS_REQUESTS] = cell_of(a, format_rate, s->requests, ROLE_DIM);
    row.cells[ERRORS_WORDS] = (struct view_cell){words_of(a, in, s),
        s->culprit    ? ROLE_CULPRIT
        : !s->counted ? ROLE_DIM
                      : cell_role(severity),
        NAN};
    return row;
}

static double tool_calls(const struct view_input *in)
{
    double sum = NAN;
    for (size_t i = 0; i < in->words.diagnosis->tools_count; i++) {
        double v = moment_of_tool(in, (int)i).calls.now;
        sum = isnan(v) ? sum : isnan(sum) ? v : sum + v;
    }
    return sum;
}

static struct view_row stage_row(
    struct arena *a, const struct view_input *in, int stage, const void *more)
{
    (void)more;
    const struct words *w = &in->words;
    const struct stage_diagnosis *d = &w->diagnosis->stages[stage];
    const struct stage_diagnosis m = moment_of_stage(in, stage);
    bool culprit = w->diagnosis->verdict.signal == CLASS_ERRORS && words_is_culprit(w, stage);
    const struct subject subject = {cell_row(in, ROW_STAGE, stage), cell_tree_name(a, w, stage),
        &d->errors, m.errors, m.traffic.now, w->plan->stages[stage].errors_signal >= 0, culprit};
    return row_of(a, in, &subject);
}

static size_t rows_most(const struct words *w)
{
    return stage_rows_most(w) + 1;
}

static void add_rows(struct group *g, struct arena *a, const struct view_input *in)
{
    const struct words *w = &in->words;
    if (!group_begin(g, a, in)) {
        return;
    }
    stage_rows_add(g, a, in, stage_row, NULL);
    if (w->plan->tool_errors >= 0) {
        const struct subject tools = {cell_row(in, ROW_TOOL, -2), _("tool calls"),
            &w->diagnosis->tool_errors, moment_of_tool_errors(in), tool_calls(in), true,
            w->diagnosis->verdict.tools};
        group_add(g, a, in, row_of(a, in, &tools), -1, "tools");
    }
}

static struct view_table *build_table(struct view *v, struct arena *a, const struct view_input *in)
{
    struct group g;
    struct view_table *t = arena_alloc(a, 1, sizeof *t);
    *t = (struct view_table){.columns = columns, .columns_count = ERRORS_COUNT, .trend = trend};
    group_init(&g, a, in, ERRORS_COUNT, rows_most);
    for (int i = 0; i < group_sources(in); i++) {
        const struct view_input own = view_input_of(in, i);
        add_rows(&g, a, &own);
    }
    for (size_t k = 0; k < ERRORS_COUNT; k++) {
        t->headings[k] = _(columns[k].heading);
    }
    if (moment_shown(in) > 0) {
        t->headings[ERRORS_NAME] = arena_printf(a, _("stage, at %s"), moment_heading(a, in, NULL));
    }
    t->headings[ERRORS_WORDS] = moment_verdict_heading(a, in);
    t->sort = in->state->sort[v->page];
    group_settle(&g, a, t, in->state->filter);
    t->headings[ERRORS_TREND] = cell_span_heading(a, in);
    return t;
}

static struct view_pane chart_of(struct arena *a, const struct view_input *in, struct row_id id)
{
    if (id.kind == ROW_TOOL) {
        return chart_tool_errors_pane(a, in, -1);
    }
    struct view_pane pane = chart_errors_pane(a, in, id.index);
    pane.title = arena_printf(a, _("errors of %s"), in->words.plan->stages[id.index].name);
    pane.id = id;
    return pane;
}

static void build_page(struct view *v, struct arena *a, const struct view_input *in)
{
    page_add_verdict(v, in);
    struct view_table *t = build_table(v, a, in);
    struct row_id id = page_select(t);
    const struct view_input own = view_input_of(in, id.source);
    const struct plan *plan = own.words.plan;
    bool stage = id.kind == ROW_STAGE && id.index >= 0;
    int signal = id.kind == ROW_TOOL ? plan->tool_errors
                 : stage             ? plan->stages[id.index].errors_signal
                                     : -1;
    page_add_table(v, t, cell_promql(a, &own.words, signal), 1);
    page_add_charts(v, a, in, t, chart_of, NULL, 0, 2);
    if (stage) {
        struct view_pane requests = chart_requests_pane(a, &own, id.index);
        requests.title =
            group_name(a, &own, arena_printf(a, _("requests of %s"), plan->stages[id.index].name));
        requests.wish.rank = 2 + PAGE_CHARTS_MOST + 1;
        requests.id = id;
        page_add(v, requests);
    }
}

static bool any_fails(struct arena *a, const struct view_input *in)
{
    (void)a;
    const struct diagnosis *d = in->words.diagnosis;
    bool fails = false;
    for (size_t i = 0; i < d->stages_count; i++) {
        fails = fails || d->stages[i].errors.severity >= SEVERITY_WARNING;
    }
    return fails;
}

const struct page_entry page_errors = {.name = N_("errors"),
    .key = "3",
    .title = N_("errors by stage"),
    .help = N_("Failed requests of each stage: the share, what is usual, how many."),
    .sorts = {{columns, ERRORS_COUNT}},
    .build = build_page,
    .news = any_fails,
    .open = page_open_row,
    .rows = 1 << ROW_NAMESPACE,
    .rotates = page_rotates};
