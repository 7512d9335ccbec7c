#include "view/cell.h"
#include "view/chart.h"
#include "view/event.h"
#include "view/page.h"
#include "view/phrase.h"
#include "view/pod_table.h"

static const char *why_none(struct arena *a, const struct view_input *in, int stage)
{
    int signal = stage >= 0 ? in->words.plan->stages[stage].pods_signal : -1;
    if (signal < 0) {
        return "What an expression is made of is not known: name the metric to see its pods.";
    }
    const char *why = cell_why_none(a, &in->words, signal,
        in->words.store->source.scraped ? "ragtop scrapes this target itself, which is one of them"
                                        : "no series of it has a label `pod` or `instance` now");
    return arena_printf(a, "The pods of %s: %s", phrase_name(&in->words, stage), why);
}

void page_pods_build(struct view *v, struct arena *a, const struct view_input *in)
{
    int stage = pod_table_stage(in);
    page_add_verdict(v, in, 2);
    struct view_table *t = stage >= 0 ? pod_table_build(v, a, in, stage) : NULL;
    if (!t) {
        page_add_message(v, a, why_none(a, in, stage));
        return;
    }
    int signal = in->words.plan->stages[stage].pods_signal;
    struct view_pane *pane = page_add_table(v, t, cell_promql(&in->words, signal), 1);
    if (pane) {
        pane->about = arena_printf(a, "%s: each pod", phrase_name(&in->words, stage));
    }
    const char *pod = pod_table_name(t, page_select(t));
    struct view_input with = *in;
    with.events = event_read(a, in, stage, &with.events_count);
    if (pod) {
        struct view_pane chart = chart_pod_pane(a, &with, stage, pod);
        chart.wish.rank = 2;
        page_add(v, chart);
    }
}
