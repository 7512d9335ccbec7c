#include "base/names.h"
#include "pages/pages.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "bind/bindings.h"
#include "promql/complete.h"
#include "view/answer_rows.h"
#include "view/cell.h"
#include "view/chart_pane.h"
#include "view/order.h"
#include "view/page.h"
#include "view/ready.h"
#include "words/format.h"

enum { CHOICES_LINES = 5, LEGEND_LINES = 7, CHART_LEAST = 5, CHART_LINES = 12 };

// --- the line, and what is said of it

static void say(struct view_edit *edit, const char *text, enum role role)
{
    if (edit->sayings_count < VIEW_SAYINGS_MAX) {
        edit->sayings[edit->sayings_count++] = (struct view_text){text, role};
    }
}

/** "12 series in 15 ms, 1,234 samples read" */
static const char *cost_of(struct arena *a, const struct query *q, const struct answer *answer)
{
    size_t total = answer->total + q->left_out;
    const char *count = cell_whole(a, (int64_t)total);
    int ms = (int)q->took_ms;
    const char *text =
        q->now.text && !q->range
            ? arena_printf(a, _("a string in %d ms"), ms)
            : arena_printf(a, text_count("%s series in %d ms", "%s series in %d ms", (double)total),
                  count, ms);
    if (q->read > 0) {
        const char *read = cell_whole(a, q->read);
        text = arena_printf(a,
            text_count("%s, %s sample read", "%s, %s samples read", (double)q->read), text, read);
    }
    return answer->total > ANSWER_MOST ? arena_printf(a, _("%s; the %s largest are listed"), text,
                                             cell_whole(a, ANSWER_MOST))
                                       : text;
}

static bool is_known(const struct query *q)
{
    return q->range ? q->span.slots > 0 : q->at_ms > 0;
}

static void say_how_it_went(struct view_edit *edit, struct arena *a, const struct view_input *in,
    const struct answer *answer)
{
    const struct query *q = in->query->result;
    bool known = is_known(q);
    bool asked = q->expr && strcmp(q->expr, edit->text) == 0;
    switch (asked || !edit->active ? q->state : QUERY_NONE) {
    case QUERY_NONE:
        say(edit,
            !*edit->text
                ? _("PromQL: Tab completes, Up recalls the last query, Down lists saved ones")
            : known ? _("Enter runs it; below is the answer to the previous query")
                    : _("Enter runs it"),
            ROLE_DIM);
        break;
    case QUERY_ASKING: say(edit, _("asking …"), ROLE_DIM); break;
    case QUERY_ANSWERED: say(edit, cost_of(a, q, answer), ROLE_DIM); break;
    case QUERY_REFUSED:
    case QUERY_LOST:
        edit->caret = q->state == QUERY_REFUSED ? q->column : 0;
        say(edit, q->why, ROLE_CRITICAL);
        break;
    }
    for (size_t i = 0; asked && i < q->notes_count; i++) {
        say(edit, q->notes[i], ROLE_NOTICE);
    }
}

// --- of several sources, the one that is asked

static const char *source_of(struct arena *a, const struct view_input *in)
{
    return arena_printf(a, _("source: %s"), in->sources[in->at].name);
}

static const char *others_of(struct arena *a, const struct view_input *in)
{
    const char *names = NULL;
    for (size_t i = 0; i < in->sources_count; i++) {
        names = names_next(a, names, in->sources[i].name);
    }
    // while the line is edited it is a key of the editor
    const char *key = in->state->query.edited ? "Ctrl-O" : page_explain(a, in, "{next-source}");
    return arena_printf(a, _("%s: next of %s"), key, names);
}

static void add_line(
    struct view *v, struct arena *a, const struct view_input *in, const struct answer *answer)
{
    const struct view_state *s = in->state;
    struct view_edit *edit = arena_alloc(a, 1, sizeof *edit);
    *edit = (struct view_edit){.text = arena_strdup(a, s->query.line.text),
        .cursor = s->query.line.cursor,
        .active = s->query.edited};
    say_how_it_went(edit, a, in, answer);
    bool several = in->sources_count > 1;
    int lines = view_edit_lines(edit, in->columns) + several;
    page_add(v, (struct view_pane){.kind = PANE_EDIT,
                    .title = several ? source_of(a, in) : NULL,
                    .legend = {several ? others_of(a, in) : NULL, ROLE_DIM},
                    .edit = edit,
                    .id = {.index = -1},
                    .wish = {.least = 1, .lines = lines, .keep = lines}});
}

static void add_choices(struct view *v, struct arena *a, const struct view_input *in)
{
    const struct candidates *from = in->query->candidates;
    if (!from || from->count == 0) {
        return;
    }
    struct view_choice *items = arena_alloc(a, from->count, sizeof *items);
    for (size_t i = 0; i < from->count; i++) {
        items[i] = (struct view_choice){from->items[i].text, from->items[i].form};
    }
    struct view_choices *choices = arena_alloc(a, 1, sizeof *choices);
    *choices =
        (struct view_choices){items, from->count, in->query->chosen, from->left_out, from->cut};
    int abreast = view_choices_abreast(choices, in->columns);
    int lines = ((int)from->count + abreast - 1) / abreast;
    lines = 1 + (lines < CHOICES_LINES ? lines : CHOICES_LINES);
    page_add(v, (struct view_pane){.kind = PANE_CHOICES,
                    .choices = choices,
                    .id = {.index = -1},
                    .wish = {.least = 2, .lines = lines, .keep = lines, .rank = 1}});
}

// --- the answer over the span

enum { SPAN_MARK, SPAN_NOW, SPAN_LEAST, SPAN_MEAN, SPAN_MOST, SPAN_LABELS, SPAN_COUNT };

static const struct view_column span_columns[SPAN_COUNT] = {
    [SPAN_MARK] = {"", KIND_MARK, 0, 0},
    [SPAN_NOW] = {N_("now"), KIND_NUMBER, 10, 0},
    [SPAN_LEAST] = {N_("min"), KIND_NUMBER, 10, 70},
    [SPAN_MEAN] = {N_("mean"), KIND_NUMBER, 10, 90},
    [SPAN_MOST] = {N_("max"), KIND_NUMBER, 10, 70},
    [SPAN_LABELS] = {N_("series"), KIND_CODE, 0, 0},
};

enum { NOW_MARK, NOW_VALUE, NOW_LABELS, NOW_COUNT };

static const struct view_column now_columns[NOW_COUNT] = {
    [NOW_MARK] = {"", KIND_MARK, 0, 0},
    [NOW_VALUE] = {N_("value"), KIND_NUMBER, 18, 0},
    [NOW_LABELS] = {N_("series"), KIND_CODE, 0, 0},
};

static struct view_table *table_of(
    struct arena *a, const struct view_input *in, const struct view_column *columns, size_t count)
{
    struct view_table *t = arena_alloc(a, 1, sizeof *t);
    *t = (struct view_table){
        .columns = columns, .columns_count = count, .sort = in->state->sort[in->state->page]};
    t->sort.column = t->sort.column < (int)count ? t->sort.column : 0;
    for (size_t k = 0; k < count; k++) {
        t->headings[k] = _(columns[k].heading);
    }
    return t;
}

static struct view_row row_of(const struct view_input *in, const struct answer_series *s)
{
    struct view_row row = {.id = cell_row(in, ROW_SERIES, (int)s->index)};
    row.selected = cell_is_selected(in, row.id);
    row.cells[SPAN_MARK] = (struct view_cell){"", ROLE_DIM, s->value};
    return row;
}

static struct view_table *build_legend(
    struct arena *a, const struct view_input *in, const struct answer *answer)
{
    struct view_table *t = table_of(a, in, span_columns, SPAN_COUNT);
    t->rows = arena_alloc(a, answer->count + 1, sizeof *t->rows);
    t->count = answer->count;
    for (size_t i = 0; i < t->count; i++) {
        const struct answer_series *s = &answer->series[i];
        struct view_row row = row_of(in, s);
        row.cells[SPAN_NOW] = cell_of(a, format_plain, s->value, ROLE_STRONG);
        row.cells[SPAN_LEAST] = cell_of(a, format_plain, s->least, ROLE_DIM);
        row.cells[SPAN_MEAN] = cell_of(a, format_plain, s->mean, ROLE_DIM);
        row.cells[SPAN_MOST] = cell_of(a, format_plain, s->most, ROLE_DIM);
        row.cells[SPAN_LABELS] = (struct view_cell){
            answer_name(a, answer, s->labels, answer->total == 1), ROLE_NORMAL, NAN};
        t->rows[i] = row;
    }
    order_rows(a, t, NULL, NULL, ""); // the filter chose them already
    if (moment_shown(in) > 0) {
        struct str s;
        str_init(&s);
        clock_add_local(&s, moment_shown(in), "%H:%M:%S");
        t->headings[SPAN_NOW] = cell_settle(a, &s);
    }
    return t;
}

/** The rows that are drawn: the first ones, and the selected one wherever it is. */
static size_t choose_lines(const struct view_table *t, struct view_row *lines[VIEW_LINES_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < t->count; i++) {
        if (n < VIEW_LINES_MAX) {
            lines[n++] = &t->rows[i];
        } else if (t->rows[i].selected) {
            lines[n - 1] = &t->rows[i];
        }
    }
    return n;
}

static struct view_chart *build_chart(struct arena *a, const struct view_input *in,
    const struct answer *answer, const struct view_table *t)
{
    static const char *const names[VIEW_LINES_MAX] = {"a", "b", "c", "d", "e", "f"};
    const struct matrix *m = &in->query->result->span;
    struct view_row *lines[VIEW_LINES_MAX];
    struct view_chart *chart = arena_alloc(a, 1, sizeof *chart);
    *chart = (struct view_chart){.lines_count = choose_lines(t, lines),
        .count = answer->grid.count,
        .usual = NAN,
        .spread = NAN,
        .warning = NAN,
        .critical = NAN,
        .limit = NAN,
        .format = format_plain,
        .format_axis = format_plain_like,
        .axis = in->state->axis,
        .first_ms = answer->grid.first_ms,
        .last_ms = answer->grid.last_ms,
        .moments = trend_moments(in),
        .missing = _("no value in this period")};
    size_t n = chart->lines_count;
    char *signs = arena_alloc(a, n + 1, 1);
    for (size_t k = 0; k < n; k++) {
        bool alone = n == 1;
        enum role role = alone ? ROLE_SPARK : (enum role)(ROLE_SERIES_1 + k);
        double *values = answer_values(a, answer, m, (size_t)lines[k]->id.index);
        // what is drawn last lies above the others: the largest does
        chart->lines[n - 1 - k] = (struct view_line){.name = alone ? NULL : names[k],
            .values = values,
            .role = role,
            .what = lines[k]->cells[SPAN_LABELS].text};
        signs[n - 1 - k] = names[k][0];
        lines[k]->cells[SPAN_MARK].text = alone ? "" : names[k];
        lines[k]->cells[SPAN_MARK].role = role;
    }
    chart->signs = signs;
    return chart;
}

static void add_chart(struct view *v, struct arena *a, const struct view_input *in,
    const struct answer *answer, struct view_table *t)
{
    const struct query *q = in->query->result;
    struct view_pane pane = {.can_focus = true,
        .promql = q->expr,
        .id = {.index = -1, .source = in->at},
        .title = _("over time")};
    if (answer_is_histogram(answer, &q->span)) {
        struct view_heat *heat = arena_alloc(a, 1, sizeof *heat);
        *heat = trend_heat_of(a, in, &q->span, &answer->grid, 1, format_plain);
        heat->missing = _("the buckets are empty in this period");
        pane.kind = PANE_HEAT;
        pane.title = _("distribution over the buckets");
        pane.heat = heat;
    } else {
        const struct view_chart *chart = build_chart(a, in, answer, t);
        pane.kind = PANE_CHART;
        pane.chart = chart;
        if (chart->lines_count < answer->total) {
            pane.legend = (struct view_text){
                arena_printf(a, _("%s of %s series"), cell_whole(a, (int64_t)chart->lines_count),
                    cell_whole(a, (int64_t)answer->total)),
                ROLE_DIM};
        }
    }
    pane.wish = (struct layout_wish){
        .least = CHART_LEAST, .lines = CHART_LINES, .keep = CHART_LEAST, .grow = 2, .rank = 2};
    page_add(v, pane);
}

static void add_span(
    struct view *v, struct arena *a, const struct view_input *in, const struct answer *answer)
{
    struct view_table *t = build_legend(a, in, answer);
    page_select(t);
    add_chart(v, a, in, answer, t);
    page_add_table(v, t, in->query->result->expr, 3);
    v->panes[v->panes_count - 1].label = _("series");
    struct layout_wish *wish = &v->panes[v->panes_count - 1].wish;
    wish->keep = wish->lines < LEGEND_LINES ? wish->lines : LEGEND_LINES;
    wish->lines = wish->keep;
    wish->grow = t->count + 1 > LEGEND_LINES;
}

// --- the answer at one moment

// As the server said it: who asks for one number wants all of it.
static const char *exact(struct arena *a, double value)
{
    return isnan(value)   ? "NaN"
           : isinf(value) ? (value > 0 ? "+Inf" : "-Inf")
                          : arena_printf(a, "%.12g", value);
}

static void add_now(
    struct view *v, struct arena *a, const struct view_input *in, const struct answer *answer)
{
    const struct query *q = in->query->result;
    if (q->now.text) {
        page_add_message(v, a, q->now.text);
        return;
    }
    struct view_table *t = table_of(a, in, now_columns, NOW_COUNT);
    t->rows = arena_alloc(a, answer->count + 1, sizeof *t->rows);
    t->count = answer->count;
    for (size_t i = 0; i < t->count; i++) {
        const struct answer_series *s = &answer->series[i];
        struct view_row row = row_of(in, s);
        row.cells[NOW_VALUE] = (struct view_cell){exact(a, s->value), ROLE_STRONG, s->value};
        row.cells[NOW_LABELS] =
            (struct view_cell){answer_name(a, answer, s->labels, true), ROLE_NORMAL, NAN};
        t->rows[i] = row;
    }
    order_rows(a, t, NULL, NULL, "");
    page_select(t);
    page_add_table(v, t, q->expr, 2);
    v->panes[v->panes_count - 1].wish.grow = 1;
}

// --- the page

static void choose_keys(struct view *v, struct arena *a, const struct view_input *in)
{
    const struct view_state *s = in->state;
    static const struct view_key edited[] = {{"Enter", N_("run")}, {"Tab", N_("complete")},
        {"Up", N_("earlier query")}, {"Ctrl-U", N_("clear")}, {"Esc", N_("stop editing")}};
    static const struct view_key chart[] = {{"edit-query", N_("edit")}, {"table", N_("table")},
        {"next-pane", N_("pane")}, {"cursor", N_("cursor")}, {"zoom-in", N_("zoom in")},
        {"earlier", N_("back")}, {"filter", N_("filter")}, {"copy-table ...", N_("copy")},
        {"help", N_("help")}, {"quit", N_("quit")}};
    static const struct view_key table[] = {{"edit-query", N_("edit")}, {"table", N_("chart")},
        {"sort-right", N_("sort")}, {"filter", N_("filter")}, {"copy-table ...", N_("copy")},
        {"earlier", N_("back")}, {"help", N_("help")}, {"quit", N_("quit")}};
    static const struct view_key ready[] = {{"open", N_("run")}, {"down", N_("next")},
        {"edit-query", N_("type")}, {"copy-table ...", N_("copy")}, {"back", N_("back")},
        {"help", N_("help")}, {"quit", N_("quit")}};
    if (!s->query.edited && s->query.line.len == 0) {
        page_choose_commands(v, a, in, ready, sizeof ready / sizeof *ready);
    } else if (s->query.edited) {
        page_choose_keys(v, a, edited, sizeof edited / sizeof *edited);
    } else if (s->query.table) {
        page_choose_commands(v, a, in, table, sizeof table / sizeof *table);
    } else {
        page_choose_commands(v, a, in, chart, sizeof chart / sizeof *chart);
    }
}

static void build_page(struct view *v, struct arena *a, const struct view_input *in)
{
    if (!in->query) {
        page_add_message(v, a, _("Queries run only in the live dashboard."));
        return;
    }
    const struct query *q = in->query->result;
    const struct answer answer = answer_of(a, in, q);
    choose_keys(v, a, in);
    add_line(v, a, in, &answer);
    add_choices(v, a, in);
    if (in->state->query.line.len == 0) {
        ready_add(v, a, in);
        return;
    }
    if (!q->expr || !is_known(q)) {
        return;
    }
    if (answer.total == 0 && !(q->now.text && !q->range)) {
        page_add_message(v, a,
            q->range ? _("The answer is empty: no series matches in this period.")
                     : _("The answer is empty: no series matches at this moment."));
    } else if (q->range) {
        add_span(v, a, in, &answer);
    } else {
        add_now(v, a, in, &answer);
    }
}

const struct page_entry page_query = {.name = N_("query"),
    .key = "6",
    .title = N_("a query of your own"),
    .help = N_("Any PromQL, with completion and history: {edit-query} edits it, Enter runs it, "
               "{table} shows this moment as a table. {edit-promql} on another page brings the "
               "PromQL of the pane here."),
    .sorts = {{span_columns, SPAN_COUNT}, {now_columns, NOW_COUNT}},
    .build = build_page,
    .open = page_open_query,
    .edits = true,
    .rows = 1 << ROW_SERIES | 1 << ROW_READY};
