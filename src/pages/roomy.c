#include "pages/roomy.h"

#include <limits.h>

#include "base/text.h"
#include "base/utf8.h"
#include "bind/bindings.h"
#include "diagnose/worst.h"
#include "pages/pages.h"
#include "pages/stage_charts.h"
#include "view/cell.h"
#include "view/chart_pane.h"
#include "view/event.h"
#include "view/page.h"
#include "view/pod_table.h"

enum {
    COLUMNS_FROM = 200,
    ROWS_FROM = 50,
    NARROW = 50,
    GUTTER = 2,
    BORDERS = 2,
    CHARTS_BESIDE = 2,
    ROWS_MOST = 8
};

bool roomy_is(const struct view_input *in)
{
    return in->columns >= COLUMNS_FROM && in->rows >= ROWS_FROM;
}

bool roomy_errors(struct arena *a, const struct view_input *in, int stage, struct view_pane *out)
{
    const struct plan *plan = in->words.plan;
    while (stage >= 0 && plan->stages[stage].errors_signal < 0) {
        stage = plan->stages[stage].parent;
    }
    if (stage < 0 || worst_signal(in->words.diagnosis, stage) == CLASS_ERRORS) {
        return false; // else its chart is of them already
    }
    struct view_input with = *in;
    with.events = event_around(a, in, stage, &with.events_count);
    *out = chart_errors_pane(a, &with, stage);
    out->title = arena_printf(a, _("%s of %s"), out->title, plan->stages[stage].name);
    out->id = cell_row(in, ROW_STAGE, stage);
    enum severity severity = in->words.diagnosis->stages[stage].errors.severity;
    out->title_role = severity >= SEVERITY_WARNING ? cell_role(severity) : ROLE_NORMAL;
    return !view_chart_is_empty(out->chart);
}

static struct view_table *pods_of(struct arena *a, const struct view_input *in, int stage)
{
    bool wanted = stage >= 0 && roomy_is(in);
    struct view_table *t = wanted ? pod_table_build(a, in, stage, (struct view_sort){0}, "") : NULL;
    for (size_t i = 0; t && i < t->count; i++) { // their own page selects them
        t->rows[i].id.index = -1;
        t->rows[i].selected = false;
    }
    if (t) { // what is said of each matters more than its share, and its past is not asked for here
        struct view_column *columns = arena_alloc(a, t->columns_count, sizeof *columns);
        for (size_t k = 0; k < t->columns_count; k++) {
            columns[k] = t->columns[k];
            bool left_out = columns[k].kind == KIND_TREND || columns[k].from > NARROW;
            columns[k].from = left_out ? INT_MAX : columns[k].from;
        }
        t->columns = columns;
    }
    return t;
}

static bool has_room_beside(const struct view *v)
{
    size_t first = v->panes_count;
    bool charts = true, begun = false;
    while (first > 0 && charts && !begun) {
        const struct view_pane *pane = &v->panes[--first];
        charts = pane->kind == PANE_CHART;
        begun = pane->wish.beside == 0;
    }
    return charts && begun && v->panes_count - first <= CHARTS_BESIDE;
}

int roomy_pods_columns(const struct view_input *in, const struct view_table *t)
{
    int names = 0, words = 0, numbers = 0;
    for (size_t i = 0; i <= t->count; i++) { // the headings behind the rows
        bool row = i < t->count;
        const char *name = row ? t->rows[i].cells[COLUMN_NAME].text : t->headings[COLUMN_NAME];
        const char *said = row ? t->rows[i].cells[t->columns_count - 1].text : "";
        names = name && utf8_width(name) > names ? utf8_width(name) : names;
        words = said && utf8_width(said) > words ? utf8_width(said) : words;
    }
    for (size_t k = 0; k < t->columns_count; k++) {
        bool number = t->columns[k].kind == KIND_NUMBER && t->columns[k].from <= NARROW;
        int heading = number ? utf8_width(t->headings[k]) + 1 : 0;
        numbers += !number ? 0 : heading > t->columns[k].width ? heading : t->columns[k].width;
    }
    int need = VIEW_INDENT + names + 1 + numbers + GUTTER + words + BORDERS;
    int most = 2 * in->columns / 5;
    return need < most ? need : most;
}

void roomy_add_pods(struct view *v, struct arena *a, const struct view_input *in,
    struct view_table *t, int stage, int rank)
{
    int signal = in->words.plan->stages[stage].pods_signal;
    struct view_pane *pane = page_add_table(v, t, cell_promql(a, &in->words, signal), rank);
    if (pane) {
        pane->can_focus = false;
        pane->key = bindings_key(in->bindings, arena_printf(a, "page %s", page_pods.key));
        pane->label = _("pods");
        pane->about = arena_printf(a, _("%s: each pod"), in->words.plan->stages[stage].name);
        pane->wish.beside = 1;
        pane->wish.lines = pane->wish.lines < ROWS_MOST ? pane->wish.lines : ROWS_MOST;
        pane->wish.keep = pane->wish.lines;
        pane->wish.columns = roomy_pods_columns(in, t);
    }
}

struct view_table *roomy_pods_left(
    struct view *v, struct arena *a, const struct view_input *in, int stage, int rank)
{
    struct view_table *t = pods_of(a, in, stage);
    if (t && has_room_beside(v)) {
        roomy_add_pods(v, a, in, t, stage, rank);
        return NULL;
    }
    return t;
}

void roomy_add_others(
    struct view *v, struct arena *a, const struct view_input *in, int stage, int rank)
{
    if (roomy_is(in)) {
        const struct stage_charts charts = {.stage = stage,
            .rank = rank,
            .from = ROWS_FROM,
            .beside = COLUMNS_FROM,
            .others = true};
        stage_charts_add(v, a, in, &charts);
    }
}
