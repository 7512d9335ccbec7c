#include "app/compare.h"

#include <stdlib.h>

#include "app/app.h"
#include "base/mem.h"
#include "pages/pages.h"

enum { YESTERDAY = 1, LAST_WEEK = 7 };

unsigned compare_next(struct app *app, const char *argument)
{
    (void)argument;
    int *days = &app->state.compare_days;
    *days = *days == 0 ? YESTERDAY : *days == YESTERDAY ? LAST_WEEK : 0;
    app_note(app, *days == YESTERDAY   ? "overlay: the same time yesterday"
                  : *days == LAST_WEEK ? "overlay: the same time last week"
                                       : "overlay off");
    return REACTION_VIEW;
}

static void want(bool *signals, int signal)
{
    if (signal >= 0) {
        signals[signal] = true;
    }
}

static void want_stage(const struct app *app, const struct plan *plan, bool *signals, int stage)
{
    const struct stage *s = &plan->stages[stage];
    want(signals, s->latency_signal);
    unsigned wants = page_entry(app->state.page)->wants;
    if (wants & PAGE_WANTS_REQUESTS_THEN) {
        want(signals, s->errors_signal);
        want(signals, s->requests_signal);
    }
    for (int i = 0; i < s->saturation_count && (wants & PAGE_WANTS_SATURATION_THEN); i++) {
        want(signals, s->saturation_first + i);
    }
}

// What the charts in sight show of source NUMBER.
static void want_shown(const struct app *app, size_t number, bool *signals)
{
    const struct view_state *s = &app->state;
    const struct plan *plan = &app->watches[number].plan;
    for (size_t i = 0; i < app->view.panes_count; i++) {
        const struct view_pane *pane = &app->view.panes[i];
        bool of_row = pane->id.index >= 0 || pane->id.kind == ROW_TOOL;
        int source = of_row ? pane->id.source : s->selected.source;
        if (pane->kind != PANE_CHART || pane->area.h == 0 || source != (int)number) {
            continue;
        }
        int stage = of_row ? pane->id.index : s->subject;
        if (pane->id.kind == ROW_TOOL) {
            want(signals, plan->tool_calls);
            want(signals, plan->tool_errors);
        } else if (stage < (int)plan->stages_count) {
            want_stage(app, plan, signals, stage);
        }
    }
}

void compare_ask(struct app *app)
{
    int days = app->state.compare_days;
    for (size_t i = 0; i < app->watches_count; i++) {
        bool *signals = mem_zalloc(app->watches[i].plan.signals_count, sizeof *signals);
        if (days > 0) {
            want_shown(app, i, signals);
        }
        poller_compare(app->watches[i].poller, days, signals);
        free(signals);
    }
}
