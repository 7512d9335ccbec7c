#include "view/ready.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "plan/derived.h"
#include "view/cell.h"
#include "view/page.h"

enum { READY_MARK, READY_NAME, READY_PROMQL, READY_COUNT };

enum { EARLIER_MOST = 5, PER_STAGE = 4, OTHERS = 2 };

static const struct view_column columns[READY_COUNT] = {
    [READY_MARK] = {"", KIND_MARK, 0, 0},
    [READY_NAME] = {N_("saved queries"), KIND_NAME, 0, 0},
    [READY_PROMQL] = {N_("PromQL"), KIND_CODE, 0, 0},
};

static void add(
    struct view_table *t, const struct view_input *in, const char *name, const char *promql)
{
    if (!promql) {
        return;
    }
    struct view_row row = {.id = cell_row(in, ROW_READY, (int)t->count)};
    // while something is typed, keys are not about the rows
    row.selected = !in->state->query.edited && cell_is_selected(in, row.id);
    row.cells[READY_MARK] = (struct view_cell){"", ROLE_DIM, NAN};
    row.cells[READY_NAME] = (struct view_cell){name, ROLE_NORMAL, NAN};
    row.cells[READY_PROMQL] = (struct view_cell){promql, ROLE_DIM, NAN};
    t->rows[t->count++] = row;
}

static void add_stage(
    struct view_table *t, struct arena *a, const struct view_input *in, const struct stage *s)
{
    const struct words *w = &in->words;
    int stage = (int)(s - w->plan->stages);
    add(t, in, arena_printf(a, "%s %s", s->name, words_statistic(w, stage)),
        cell_promql(a, w, s->latency_signal));
    add(t, in, arena_printf(a, _("%s buckets"), s->name), derived_buckets(a, w->plan, stage));
    if (s->errors_signal >= 0) {
        add(t, in, arena_printf(a, _("%s errors"), s->name), derived_errors(a, w->plan, stage));
    }
    if (s->saturation_count > 0) {
        const char *what = w->plan->signals[s->saturation_first].what;
        add(t, in,
            what ? arena_printf(a, "%s %s", s->name, what)
                 : arena_printf(a, _("%s in use"), s->name),
            derived_used(a, w->plan, s->saturation_first));
    }
}

static struct view_table *build(struct arena *a, const struct view_input *in)
{
    const struct plan *plan = in->words.plan;
    const struct view_query *q = in->query;
    struct view_table *t = arena_alloc(a, 1, sizeof *t);
    *t = (struct view_table){.columns = columns, .columns_count = READY_COUNT};
    t->rows =
        arena_alloc(a, EARLIER_MOST + PER_STAGE * plan->stages_count + OTHERS, sizeof *t->rows);
    for (size_t i = 0; i < q->earlier_count && i < EARLIER_MOST; i++) {
        add(t, in, _("history"), q->earlier[i]);
    }
    for (size_t i = 0; i < plan->stages_count; i++) {
        add_stage(t, a, in, &plan->stages[i]);
    }
    if (plan->tool_calls >= 0) {
        add(t, in, _("tool calls"), cell_promql(a, &in->words, plan->tool_calls));
    }
    add(t, in, _("scraped targets"), "up");
    for (size_t k = 0; k < READY_COUNT; k++) {
        t->headings[k] = _(columns[k].heading);
    }
    return t;
}

void ready_add(struct view *v, struct arena *a, const struct view_input *in)
{
    struct view_table *t = build(a, in);
    const char *promql = NULL;
    if (!in->state->query.edited) {
        page_select(t);
    }
    for (size_t i = 0; i < t->count; i++) {
        promql = t->rows[i].selected ? t->rows[i].cells[READY_PROMQL].text : promql;
    }
    struct view_pane *pane = page_add_table(v, t, promql, 1);
    if (pane) {
        pane->label = _("queries");
        pane->can_focus = !in->state->query.edited;
    }
}
