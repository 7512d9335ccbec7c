#include "pages/pages.h"

#include "base/text.h"
#include "pages/roomy.h"
#include "view/cell.h"
#include "view/chart_pane.h"
#include "view/event.h"
#include "view/machine_pane.h"
#include "view/page.h"
#include "view/pod_table.h"
#include "words/phrase.h"

// Without a sample nobody knows which labels they have.
static bool has_samples(const struct view_input *in, int stage)
{
    enum state state = in->words.diagnosis->stages[stage].latency.state;
    return state != STATE_NO_DATA && state != STATE_STALE;
}

static const char *why_none(struct arena *a, const struct view_input *in, int stage)
{
    int signal = stage >= 0 ? in->words.plan->stages[stage].pods_signal : -1;
    if (in->words.plan->stages_count == 0) {
        return _("There is no stage whose pods could be shown.");
    }
    if (signal < 0) {
        return _("The metrics behind an expression are unknown: configure the metric by name to "
                 "see its pods.");
    }
    const char *why = cell_why_none(a, &in->words, signal,
        !has_samples(in, stage) ? _("no data")
        : in->words.store->source.scraped
            ? _("ragtop scrapes this one target itself and sees no others")
            : _("none of its series has a `pod` or `instance` label"));
    return arena_printf(a, _("The pods of %s: %s"), phrase_name(&in->words, stage), why);
}

// Calls of tools are not asked for by pod: beside a tool it is the stage that was selected last.
static void want_pods(const struct view_state *s, struct wants *out)
{
    struct view_state of_stage = *s;
    of_stage.selected.kind = ROW_STAGE;
    page_want_stage(&of_stage, out);
}

static struct page_act open_selected(const struct view *v, const struct view_state *s)
{
    struct row_id row = view_step(v, s->selected, 0);
    const struct view_pane *pane = view_focused(v);
    if (row.kind == ROW_POD && row.index >= 0 && pane && pane->kind == PANE_TABLE) {
        return (struct page_act){.kind = PAGE_ACT_GO, .page = PAGE_POD, .row = row};
    }
    return page_open_row(v, s);
}

static void build_page(struct view *v, struct arena *a, const struct view_input *in)
{
    int stage = pod_table_stage(in);
    page_add_verdict(v, in);
    struct view_table *t =
        stage >= 0 ? pod_table_build(a, in, stage, in->state->sort[v->page], in->state->filter)
                   : NULL;
    if (!t) {
        page_add_message(v, a, why_none(a, in, stage));
        return;
    }
    int signal = in->words.plan->stages[stage].pods_signal;
    struct view_pane *pane = page_add_table(v, t, cell_promql(a, &in->words, signal), 1);
    if (pane) {
        pane->about = arena_printf(a, _("%s: each pod"), phrase_name(&in->words, stage));
    }
    const char *pod = pod_table_name(t, page_select(t));
    if (pod) {
        v->commands = machine_commands(a, in, stage, pod);
        struct view_pane machine = machine_pane(a, in, stage, pod);
        const char *missing = machine_missing(a, in, stage, pod);
        if (machine.count > 0) {
            page_add(v, machine);
        }
        if (missing) {
            page_add_remark(v, a, in, missing);
        }
    }
    struct view_input with = *in;
    with.events = event_read(a, in, stage, &with.events_count);
    if (pod && in->words.plan->stages[stage].kind != LATENCY_NONE) {
        struct view_pane chart = chart_pod_pane(a, &with, stage, pod);
        chart.wish.rank = 2;
        page_add(v, chart);
        roomy_add_others(v, a, in, stage, 3);
    }
}

static bool one_is_at_fault(struct arena *a, const struct view_input *in)
{
    (void)a;
    return in->words.diagnosis->verdict.pod != NULL ||
           page_tells(
               in, 1ULL << EVIDENCE_POD | 1ULL << EVIDENCE_STALLED | 1ULL << EVIDENCE_STRAIN);
}

const struct page_entry page_pods = {.name = N_("pods"),
    .key = "5",
    .title = N_("the pods of one stage"),
    .help =
        N_("The instances behind the selected stage: latency, errors and requests of each; those "
           "that differ from the rest are marked."),
    .sorts = {{pod_table_columns, POD_TABLE_COLUMNS}},
    .build = build_page,
    .news = one_is_at_fault,
    .open = open_selected,
    .wants = want_pods,
    .rows = 1 << ROW_POD,
    .of_row = true};
