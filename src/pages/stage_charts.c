#include "pages/stage_charts.h"

#include "base/text.h"
#include "diagnose/worst.h"
#include "pages/roomy.h"
#include "view/cell.h"
#include "view/chart_pane.h"
#include "view/event.h"
#include "view/page.h"

enum { CHARTS_MOST = 4, PAIRS_FROM = 100, ALL_FROM = 40, LEAST = 6 };

struct view_input stage_charts_detail(const struct view_input *in)
{
    struct view_input half = *in;
    half.columns = in->columns >= STAGE_CHARTS_DETAIL_FROM ? in->columns / 2 : in->columns;
    return half;
}

int stage_charts_subject(const struct view_input *in)
{
    int stage = in->words.diagnosis->verdict.stage;
    return stage >= 0 ? stage : in->words.plan->stages_count > 0 ? 0 : -1;
}

static void name(struct view_pane *pane, struct arena *a, const struct view_input *in, int stage,
    enum severity s)
{
    pane->title = arena_printf(a, _("%s of %s"), pane->title, in->words.plan->stages[stage].name);
    pane->id = cell_row(in, ROW_STAGE, stage);
    pane->title_role = s >= SEVERITY_WARNING ? cell_role(s) : ROLE_NORMAL;
}

static size_t make(struct view_pane *out, struct arena *a, const struct view_input *in,
    const struct stage_charts *which)
{
    int stage = which->stage;
    const struct stage_diagnosis *d = &in->words.diagnosis->stages[stage];
    size_t count = 0;
    enum severity latency = worst_of_latency(d);
    if (!which->others) {
        out[count] = chart_stage_pane(a, in, stage);
        out[count++].title_role = latency >= SEVERITY_WARNING ? cell_role(latency) : ROLE_NORMAL;
    }
    if (d->pool_signal >= 0) {
        out[count] = chart_pool_pane(a, in, d->pool_signal);
        name(&out[count++], a, in, stage, d->pool.severity);
    }
    if (roomy_errors(a, in, stage, &out[count])) {
        count++;
    }
    out[count] = chart_requests_pane(a, in, stage);
    name(&out[count++], a, in, stage, SEVERITY_OK);
    return count;
}

void stage_charts_add(
    struct view *v, struct arena *a, const struct view_input *in, const struct stage_charts *which)
{
    if (which->stage < 0 || in->rows < which->from) {
        return;
    }
    struct view_input with = *in;
    with.events = event_around(a, in, which->stage, &with.events_count);
    struct view_pane panes[CHARTS_MOST];
    size_t count = make(panes, a, &with, which), most = in->rows < ALL_FROM ? 1 : count;
    int place = which->beside > 0 && in->columns >= which->beside ? 1 : 0, first = place;
    for (size_t i = 0; i < most; i++) {
        if (!view_chart_is_empty(panes[i].chart)) {
            panes[i].wish.least = LEAST;
            panes[i].wish.lines = LEAST;
            panes[i].wish.rank = which->rank + (place - first) / 2;
            panes[i].wish.beside = place % 2 == 1 ? PAIRS_FROM : 0;
            // beside a text, which is as high as it is, the others grow
            panes[i].wish.grow = i == 0 && first > 0 ? 0 : panes[i].wish.grow;
            page_add(v, panes[i]);
            place++;
        }
    }
}
