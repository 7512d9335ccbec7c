#include "view/chart_pane.h"

#include <math.h>

#include "base/clock.h"
#include "base/text.h"
#include "plan/derived.h"
#include "view/cell.h"
#include "view/moment.h"
#include "view/trend.h"
#include "words/format.h"

enum { QUANTILES = 3, SMALL_LEAST = 5, SMALL = 7, BIG_LEAST = 7, BIG = 12 };

struct view_chart *chart_of_trend(struct arena *a, const struct view_input *in,
    const struct view_trend *t, void (*format)(struct str *, double), const char *missing)
{
    const struct trend_grid g = trend_grid(in);
    struct view_chart *chart = arena_alloc(a, 1, sizeof *chart);
    *chart = (struct view_chart){.lines = {{.values = t->values, .role = ROLE_SPARK}},
        .lines_count = 1,
        .count = t->count,
        .usual = t->usual,
        .spread = NAN,
        .warning = t->warning,
        .critical = t->critical,
        .limit = NAN,
        .format = format,
        .format_axis = format == format_rate ? format_rate_like : NULL,
        .axis = in->state->axis,
        .first_ms = g.first_ms,
        .last_ms = g.last_ms,
        .moments = trend_moments(in),
        .missing = missing};
    return chart;
}

static bool is_empty(const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!isnan(values[i])) {
            return false;
        }
    }
    return true;
}

struct view_pane chart_pane(
    const struct view_input *in, const char *title, struct view_chart *chart, int least, int lines)
{
    bool empty = view_chart_is_empty(chart); // it only says why
    return (struct view_pane){.kind = PANE_CHART,
        .title = title,
        .chart = chart,
        .can_focus = true,
        .id = {.index = -1, .source = in->at},
        .wish = {.least = empty ? 2 : least, .lines = empty ? 2 : lines, .grow = empty ? 0 : 1}};
}

void chart_measure(struct arena *a, const struct view_input *in, struct view_pane *pane,
    const char *unit, bool rate)
{
    struct str window;
    str_init(&window);
    clock_add_duration(&window, in->words.plan->window_ms);
    pane->about = pane->about ? pane->about : pane->title;
    if (unit) {
        pane->title = arena_printf(a, _("%s (%s)"), pane->title, unit);
    }
    if (rate) { // TRANSLATORS: "latency P95 (s), 5m": the window comes last
        pane->title = arena_printf(a, _("%s, %s"), pane->title, window.text);
    }
    str_finish(&window);
}

static const char *usual_legend(
    struct arena *a, void (*format)(struct str *, double), double usual, double spread)
{
    if (isnan(usual)) {
        return NULL;
    }
    const char *centre = format_in(a, format, usual);
    return isnan(spread) ? arena_printf(a, _("usual %s"), centre)
                         : arena_printf(a, _("usual %s, band %s to %s"), centre,
                               format_in(a, format, fmax(0, usual - spread)),
                               format_in(a, format, usual + spread));
}

// Why there is nothing to draw, in the words of the table.
static const char *why_no_latency(struct arena *a, const struct view_input *in, int stage)
{
    enum state state = in->words.diagnosis->stages[stage].latency.state;
    bool told = state == STATE_NO_DATA || state == STATE_STALE || state == STATE_NO_TRAFFIC ||
                state == STATE_ERROR || state == STATE_ASKING || state == STATE_UNRELIABLE;
    return told ? cell_words(a, words_add_reason, &in->words, stage) : _("no data in this period");
}

struct view_pane chart_stage_pane(struct arena *a, const struct view_input *in, int stage)
{
    const struct words *w = &in->words;
    const struct view_trend t = trend_of_stage(a, in, stage);
    number_format *format = words_format(w, stage);
    struct view_chart *chart = chart_of_trend(a, in, &t, format, why_no_latency(a, in, stage));
    struct view_pane pane = chart_pane(in, cell_stage_name(a, w, stage), chart, SMALL_LEAST, SMALL);
    pane.legend = (struct view_text){usual_legend(a, format, t.usual, NAN), ROLE_USUAL};
    pane.promql = cell_promql(a, w, moment_signal(in, MEASURE_LATENCY, stage));
    pane.id = cell_row(in, ROW_STAGE, stage);
    chart_lay_over(a, in, &pane, MEASURE_LATENCY, stage);
    return pane;
}

static void add_lines(
    struct view_chart *chart, struct arena *a, const struct view_input *in, int stage)
{
    static const struct {
        double q;
        const char *name;
        enum role role;
    } lines[QUANTILES] = {// the one that is judged is drawn last, above the others
        {0.99, N_("P99"), ROLE_LINE_HIGH}, {0.5, N_("P50"), ROLE_LINE_LOW},
        {0.95, N_("P95"), ROLE_SPARK}};
    double q[QUANTILES], *values[QUANTILES];
    bool beyond[QUANTILES];
    for (size_t k = 0; k < QUANTILES; k++) {
        q[k] = lines[k].q;
    }
    trend_quantiles(a, in, stage, q, QUANTILES, values, beyond);
    chart->lines_count = 0;
    for (size_t k = 0; k < QUANTILES; k++) {
        if (!is_empty(values[k], chart->count)) {
            chart->judged = chart->lines_count;
            chart->lines[chart->lines_count++] = (struct view_line){.name = _(lines[k].name),
                .values = values[k],
                .role = lines[k].role,
                .beyond = beyond[k]};
        }
    }
}

static const char *unit_of(number_format *format)
{
    return format == format_seconds   ? _("s")
           : format == format_percent ? "%"
           : format == format_rate    ? _("/s")
                                      : NULL;
}

struct view_pane chart_quantiles_pane(struct arena *a, const struct view_input *in, int stage)
{
    const struct words *w = &in->words;
    const struct stage_diagnosis *d = &w->diagnosis->stages[stage];
    const struct view_trend t = trend_of_stage(a, in, stage);
    number_format *format = words_format(w, stage);
    struct view_chart *chart = chart_of_trend(a, in, &t, format, why_no_latency(a, in, stage));
    bool timed = w->plan->stages[stage].kind != LATENCY_NONE;
    chart->spread = timed ? d->latency.spread : NAN;
    if (timed && d->statistic == STATISTIC_P95) {
        add_lines(chart, a, in, stage);
    } else if (timed) { // else its title says it
        chart->lines[0].name = words_statistic(w, stage);
    }
    const char *statistic = words_statistic(w, stage);
    struct view_pane pane = chart_pane(
        in, timed ? arena_printf(a, _("latency %s"), statistic) : statistic, chart, BIG_LEAST, BIG);
    pane.about = timed ? _("latency") : NULL;
    chart_measure(a, in, &pane, unit_of(format), timed);
    pane.wish.grow *= 2;
    pane.legend = (struct view_text){
        usual_legend(a, format, t.usual, timed ? d->latency.spread : NAN), ROLE_USUAL};
    pane.promql = cell_promql(a, w, moment_signal(in, MEASURE_LATENCY, stage));
    chart_lay_over(a, in, &pane, MEASURE_LATENCY, stage);
    return pane;
}

static const char *why_no_requests(struct arena *a, const struct view_input *in, int stage)
{
    const struct stage *s = &in->words.plan->stages[stage];
    bool counts = s->requests_signal >= 0 || s->kind == LATENCY_CLASSIC ||
                  s->kind == LATENCY_NATIVE || s->kind == LATENCY_MEAN || s->kind == LATENCY_PAIR;
    int signal = s->requests_signal >= 0 ? s->requests_signal : s->latency_signal;
    return cell_why_none(a, &in->words, signal,
        counts ? _("no requests in this period") : _("no request metric configured (`requests`)"));
}

struct view_pane chart_requests_pane(struct arena *a, const struct view_input *in, int stage)
{
    const struct view_trend t = trend_of_requests(a, in, stage);
    struct view_chart *chart =
        chart_of_trend(a, in, &t, format_rate, why_no_requests(a, in, stage));
    struct view_pane pane = chart_pane(in, _("requests"), chart, SMALL_LEAST, SMALL);
    pane.legend = (struct view_text){usual_legend(a, format_rate, t.usual, NAN), ROLE_USUAL};
    pane.promql = in->words.plan->stages[stage].requests;
    chart_lay_over(a, in, &pane, MEASURE_REQUESTS, stage);
    return pane;
}

// A share in nothing is no share.
static const char *why_no_share(struct arena *a, const struct view_input *in, int signal)
{
    return cell_why_none(a, &in->words, signal, _("no requests in this period"));
}

struct view_pane chart_errors_pane(struct arena *a, const struct view_input *in, int stage)
{
    const struct stage *s = &in->words.plan->stages[stage];
    const struct view_trend t = trend_of_errors(a, in, stage);
    // a counter that never fired may not be there
    const char *why = s->errors_signal < 0 ? _("no error metric configured (`errors`)")
                                           : why_no_share(a, in, s->errors_signal);
    struct view_chart *chart = chart_of_trend(a, in, &t, format_percent, why);
    struct view_pane pane = chart_pane(in, _("errors"), chart, SMALL_LEAST, SMALL);
    pane.legend = (struct view_text){usual_legend(a, format_percent, t.usual, NAN), ROLE_USUAL};
    pane.promql = derived_errors(a, in->words.plan, stage);
    chart_lay_over(a, in, &pane, MEASURE_ERRORS, stage);
    return pane;
}

struct view_pane chart_heat_pane(struct arena *a, const struct view_input *in, int stage)
{
    struct view_heat *heat = arena_alloc(a, 1, sizeof *heat);
    *heat = trend_heat(a, in, stage);
    return (struct view_pane){.kind = PANE_HEAT,
        .title = _("requests by latency bucket"),
        .promql = derived_buckets(a, in->words.plan, stage),
        .heat = heat,
        .can_focus = true,
        .id = {.index = -1, .source = in->at},
        .wish = {.least = heat->rows > 0 ? 6 : 2,
            .lines = heat->rows > 0 ? 10 : 2,
            .grow = heat->rows > 0}};
}

struct view_pane chart_pool_pane(struct arena *a, const struct view_input *in, int signal)
{
    const struct signal *s = &in->words.plan->signals[signal];
    const struct view_trend t = trend_of_pool(a, in, signal);
    struct view_chart *chart = chart_of_trend(
        a, in, &t, format_count, cell_why_none(a, &in->words, signal, _("no data in this period")));
    chart->limit = t.critical;
    const char *limit =
        isnan(t.critical) ? ""
                          : arena_printf(a, _("limit %s"), format_in(a, format_count, t.critical));
    struct view_pane pane =
        chart_pane(in, s->what ? s->what : _("in use"), chart, SMALL_LEAST, SMALL);
    pane.legend = (struct view_text){limit, ROLE_USUAL};
    pane.promql = derived_used(a, in->words.plan, signal);
    chart_lay_over(a, in, &pane, MEASURE_USED, signal);
    return pane;
}

struct view_pane chart_tool_pane(struct arena *a, const struct view_input *in, int tool)
{
    const struct view_trend t = trend_of_tool(a, in, tool);
    struct view_chart *chart = chart_of_trend(a, in, &t, format_rate,
        cell_why_none(a, &in->words, in->words.plan->tool_calls, _("no calls in this period")));
    const char *name = in->words.diagnosis->tools[tool].name;
    struct view_pane pane =
        chart_pane(in, arena_printf(a, _("calls of %s"), name), chart, SMALL_LEAST, SMALL);
    pane.legend = (struct view_text){usual_legend(a, format_rate, t.usual, NAN), ROLE_USUAL};
    pane.promql = derived_calls(a, in->words.plan, name);
    pane.id = cell_row(in, ROW_TOOL, tool);
    chart_lay_over(a, in, &pane, MEASURE_TOOL_CALLS, tool);
    return pane;
}

struct view_pane chart_tool_latency_pane(struct arena *a, const struct view_input *in, int tool)
{
    int signal = in->words.plan->tool_latency;
    const struct view_trend t = trend_of_tool_latency(a, in, tool);
    struct view_chart *chart = chart_of_trend(a, in, &t, format_seconds,
        cell_why_none(a, &in->words, signal, _("no calls in this period")));
    const char *name = in->words.diagnosis->tools[tool].name;
    struct view_pane pane =
        chart_pane(in, arena_printf(a, _("mean duration of %s"), name), chart, SMALL_LEAST, SMALL);
    pane.legend = (struct view_text){usual_legend(a, format_seconds, t.usual, NAN), ROLE_USUAL};
    pane.promql = signal >= 0 ? in->words.plan->signals[signal].shown : NULL;
    pane.id = cell_row(in, ROW_TOOL, tool);
    chart_lay_over(a, in, &pane, MEASURE_TOOL_LATENCY, tool);
    return pane;
}

struct view_pane chart_tool_errors_pane(struct arena *a, const struct view_input *in, int tool)
{
    const struct diagnosis *d = in->words.diagnosis;
    bool told = tool >= 0 && d->tools[tool].errors.state != STATE_NO_DATA;
    const struct view_trend t = trend_of_tool_errors(a, in, told ? tool : -1);
    struct view_chart *chart = chart_of_trend(a, in, &t, format_percent,
        in->words.plan->tool_errors >= 0 ? cell_why_none(a, &in->words, in->words.plan->tool_errors,
                                               _("no calls in this period"))
                                         : _("no error metric configured (`tools: errors`)"));
    struct view_pane pane = chart_pane(in,
        told ? arena_printf(a, _("failed calls of %s"), d->tools[tool].name)
             : _("failed tool calls, all tools"),
        chart, SMALL_LEAST, SMALL);
    pane.legend = (struct view_text){usual_legend(a, format_percent, t.usual, NAN), ROLE_USUAL};
    pane.promql = derived_failing(a, in->words.plan, told ? d->tools[tool].name : NULL);
    pane.id = cell_row(in, ROW_TOOL, -1);
    chart_lay_over(a, in, &pane, MEASURE_TOOL_FAILING, told ? tool : -1);
    return pane;
}
