#include "view/exemplar_list.h"

#include <math.h>

#include "base/clock.h"
#include "base/text.h"
#include "feed/want.h"
#include "plan/depth.h"
#include "series/exemplar.h"
#include "view/cell.h"
#include "view/order.h"
#include "view/page.h"
#include "view/trend.h"
#include "words/format.h"
#include "words/phrase.h"

enum {
    EXEMPLARS_MARK,
    EXEMPLARS_TRACE,
    EXEMPLARS_VALUE,
    EXEMPLARS_TIMES,
    EXEMPLARS_WHEN,
    EXEMPLARS_POD,
    EXEMPLARS_COUNT = EXEMPLAR_COLUMNS,
    ROWS_LEAST = 6,
    LINES_PER_ROW = 10, // of the screen
};

const struct view_column exemplar_columns[EXEMPLAR_COLUMNS] = {
    [EXEMPLARS_MARK] = {"", KIND_MARK, 0, 24},
    [EXEMPLARS_TRACE] = {N_("trace id"), KIND_NAME, 0, 0},
    [EXEMPLARS_VALUE] = {N_("took"), KIND_NUMBER, 9, 0},
    [EXEMPLARS_TIMES] = {N_("x usual"), KIND_NUMBER, 9, 90},
    [EXEMPLARS_WHEN] = {N_("at"), KIND_NUMBER, 11, 48},
    [EXEMPLARS_POD] = {N_("pod"), KIND_CODE, 0, 0},
};

static const struct slot *slot_of(const struct view_input *in)
{
    return &in->words.store->slots[FEED_EXEMPLARS];
}

static const struct exemplars *list_of(const struct view_input *in)
{
    static const struct exemplars none;
    const struct slot *slot = slot_of(in);
    return slot->data ? slot->data : &none;
}

static struct view_row row_of(
    struct arena *a, const struct view_input *in, const struct stage_diagnosis *d, int index)
{
    const struct exemplar *e = &list_of(in)->items[index];
    double seconds = e->value * in->words.plan->stages[slot_of(in)->subject].to_seconds;
    struct view_row row = {.id = cell_row(in, ROW_EXEMPLAR, index)};
    struct str when;
    str_init(&when);
    clock_add_local(&when, e->at_ms, "%H:%M:%S");
    row.selected = cell_is_selected(in, row.id);
    row.cells[EXEMPLARS_MARK] = (struct view_cell){"", ROLE_DIM, seconds};
    row.cells[EXEMPLARS_TRACE] = (struct view_cell){arena_strdup(a, e->trace), ROLE_NORMAL, NAN};
    row.cells[EXEMPLARS_VALUE] = cell_of(a, format_seconds, seconds, ROLE_STRONG);
    row.cells[EXEMPLARS_TIMES] =
        cell_of(a, format_ratio, seconds / d->latency.usual.centre, ROLE_DIM);
    row.cells[EXEMPLARS_WHEN] =
        (struct view_cell){cell_settle(a, &when), ROLE_DIM, (double)e->at_ms};
    row.cells[EXEMPLARS_POD] =
        (struct view_cell){e->pod ? arena_strdup(a, e->pod) : "-", ROLE_DIM, NAN};
    return row;
}

static const char *why_none(struct arena *a, const struct view_input *in, int stage)
{
    const struct store *store = in->words.store;
    const struct slot *slot = slot_of(in);
    enum latency_kind kind = in->words.plan->stages[stage].kind;
    bool known = slot->subject == stage;
    if (kind == LATENCY_QUANTILES || kind == LATENCY_MEAN || kind == LATENCY_PAIR ||
        kind == LATENCY_VALUE) {
        return _("exemplars: only histograms have them, and this is not one");
    }
    if (store->source.scraped) {
        return _("exemplars: unavailable for a target that ragtop scrapes itself");
    }
    if (known && slot->condition == CONDITION_ABSENT) {
        const char *server = store->source.server;
        return *server
                   ? arena_printf(a, _("exemplars: unavailable, %s does not store them"), server)
                   : _("exemplars: unavailable, the server does not store them");
    }
    if (known && slot->condition == CONDITION_REFUSED) {
        return arena_printf(a, _("exemplars: unavailable: %s"), slot->why);
    }
    if (!known || slot->condition == CONDITION_ASKING) {
        return store->source.health == HEALTH_LOST ? _("exemplars: no answer")
                                                   : _("exemplars: asking …");
    }
    return _("exemplars: none in this period; Prometheus stores them with "
             "--enable-feature=exemplar-storage, from targets that expose them as OpenMetrics");
}

static bool has_any(const struct view_input *in, int stage)
{
    return slot_of(in)->subject == stage && list_of(in)->count > 0;
}

static const char *heading_of(struct arena *a, const struct view_input *in)
{
    const struct exemplars *list = list_of(in);
    const char *name = phrase_name(&in->words, slot_of(in)->subject);
    size_t n = list->count;
    return list->seen > n
               ? arena_printf(a,
                     text_count("slowest %s exemplar", "slowest %s exemplars", (double)n),
                     cell_whole(a, (int64_t)n))
               : arena_printf(a, text_count("%s exemplar of %s", "%s exemplars of %s", (double)n),
                     cell_whole(a, (int64_t)n), name);
}

void exemplar_add(struct view *v, struct arena *a, const struct view_input *in, int stage)
{
    if (!has_any(in, stage)) {
        page_add_remark(v, a, in, why_none(a, in, stage));
        return;
    }
    const struct exemplars *list = list_of(in);
    struct view_table *t = arena_alloc(a, 1, sizeof *t);
    *t = (struct view_table){.columns = exemplar_columns, .columns_count = EXEMPLARS_COUNT};
    t->rows = arena_alloc(a, list->count, sizeof *t->rows);
    t->count = list->count;
    for (size_t k = 0; k < EXEMPLARS_COUNT; k++) {
        t->headings[k] = _(exemplar_columns[k].heading);
    }
    t->headings[EXEMPLARS_TRACE] = heading_of(a, in);
    t->headings[EXEMPLARS_TIMES] = _("× usual"); // nobody types that sign after :sort
    for (size_t i = 0; i < t->count; i++) {
        t->rows[i] = row_of(a, in, &in->words.diagnosis->stages[stage], (int)i);
    }
    t->sort = in->state->sort[v->page];
    order_rows(a, t, NULL, NULL, "");
    if (in->state->selected.kind != ROW_POD) {
        page_select(t);
    }
    struct str selector;
    str_init(&selector);
    depth_add_exemplars(&selector, in->words.plan, &in->words.plan->stages[stage]);
    struct view_pane *pane = page_add_table(v, t, cell_settle(a, &selector), 1);
    if (pane) {
        int most = in->rows / LINES_PER_ROW > ROWS_LEAST ? in->rows / LINES_PER_ROW : ROWS_LEAST;
        int rows = (int)t->count < most ? (int)t->count : most;
        pane->wish.lines = pane->wish.keep = rows + 1;
        pane->label = _("exemplars");
        pane->about = _("exemplars, as for /api/v1/query_exemplars");
    }
}

static struct view_point *points_of(struct arena *a, const struct view_input *in, int stage)
{
    const struct exemplars *list = list_of(in);
    double to_seconds = in->words.plan->stages[stage].to_seconds;
    int selected = in->state->selected.kind == ROW_EXEMPLAR ? in->state->selected.index
                   : in->state->selected.kind == ROW_STAGE  ? 0
                                                            : -1;
    struct view_point *points = arena_alloc(a, list->count, sizeof *points);
    size_t count = 0;
    for (int pass = 0; pass < 2; pass++) { // the selected one last, above the others
        for (size_t i = 0; i < list->count; i++) {
            bool is = (int)i == selected;
            if (is == (pass == 1)) {
                points[count++] = (struct view_point){
                    list->items[i].at_ms, list->items[i].value * to_seconds, is};
            }
        }
    }
    return points;
}

void exemplar_mark(struct arena *a, const struct view_input *in, struct view_pane *pane, int stage)
{
    if (!has_any(in, stage)) {
        return;
    }
    const struct view_point *points = points_of(a, in, stage);
    size_t count = list_of(in)->count;
    if (pane->kind == PANE_HEAT) {
        struct view_heat *heat = arena_alloc(a, 1, sizeof *heat);
        *heat = *pane->heat;
        heat->points = points;
        heat->points_count = count;
        pane->heat = heat;
    } else {
        struct view_chart *chart = arena_alloc(a, 1, sizeof *chart);
        *chart = *pane->chart;
        chart->points = points;
        chart->points_count = count;
        pane->chart = chart;
    }
}
