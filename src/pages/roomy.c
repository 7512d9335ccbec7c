#include "pages/roomy.h"

#include <limits.h>

#include "base/text.h"
#include "bind/bindings.h"
#include "diagnose/worst.h"
#include "pages/pages.h"
#include "view/cell.h"
#include "view/chart_pane.h"
#include "view/event.h"
#include "view/page.h"
#include "view/pod_table.h"

enum { COLUMNS_FROM = 200, ROWS_FROM = 50, NARROW = 50 };

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

struct view_table *roomy_pods(struct arena *a, const struct view_input *in, int stage)
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
    }
}
