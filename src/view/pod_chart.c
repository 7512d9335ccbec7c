#include <math.h>
#include <string.h>

#include "base/text.h"

#include "diagnose/pods.h"
#include "diagnose/stat.h"
#include "plan/promql.h"
#include "promql/matchers.h"
#include "view/cell.h"
#include "view/chart_pane.h"
#include "view/event.h"
#include "view/trend.h"
#include "words/format.h"

static const double *middle_of_others(
    struct arena *a, const struct view_input *in, int stage, const char *name, size_t *count)
{
    struct pods *pods = arena_alloc(a, 1, sizeof *pods);
    struct view_trend trends[PODS_MAX];
    size_t slots = trend_grid(in).count;
    double *values = arena_alloc(a, slots, sizeof *values), known[PODS_MAX];
    *count = 0;
    pods_read_at(pods, in->words.plan, in->words.store, stage, in->state->cursor_ms);
    for (size_t i = 0; i < pods->count; i++) {
        if (strcmp(pods->items[i].name, name) != 0) {
            trends[(*count)++] = trend_of_pod(a, in, stage, pods->items[i].name);
        }
    }
    for (size_t i = 0; i < slots; i++) {
        size_t n = 0;
        for (size_t k = 0; k < *count; k++) {
            if (!isnan(trends[k].values[i])) {
                known[n++] = trends[k].values[i];
            }
        }
        values[i] = stat_middle(known, n);
    }
    return values;
}

// Of this pod alone.
static const char *promql_of(
    struct arena *a, const struct view_input *in, int stage, const char *name)
{
    const struct plan *plan = in->words.plan;
    const struct stage *s = &plan->stages[stage];
    const struct matrix *live = &in->words.store->signals[s->pods_signal].live;
    const char *label = "instance";
    for (size_t i = 0; i < live->count; i++) {
        const struct label *of = labels_instance(&live->series[i].labels, live->pod_label);
        const char *own = s->pod_label ? labels_get(&live->series[i].labels, s->pod_label) : NULL;
        label = own && strcmp(own, name) == 0        ? s->pod_label
                : of && strcmp(of->value, name) == 0 ? of->name
                                                     : label;
    }
    label = plan->pod_label && !s->pod_label ? plan->pod_label : label;
    struct str matchers, text;
    str_init(&matchers);
    str_init(&text);
    matchers_add_equal(&matchers, label, name);
    const char *extra = plan->selector;
    str_addf(&matchers, "%s%s", extra && *extra ? "," : "", extra ? extra : "");
    promql_add_statistic(&text, s, NULL, matchers.text, plan->window_ms);
    str_finish(&matchers);
    return cell_settle(a, &text);
}

static const char *legend_of(struct arena *a, size_t others, double usual)
{
    const char *rest = others == 0   ? ""
                       : others == 1 ? _("rest: the other pod")
                                     : _("rest: the median of the others");
    if (isnan(usual)) {
        return rest;
    }
    const char *as_ever = arena_printf(a, _("usual %s"), format_in(a, format_seconds, usual));
    return others == 0 ? as_ever : arena_printf(a, _("%s, %s"), rest, as_ever);
}

struct view_pane chart_pod_pane(
    struct arena *a, const struct view_input *in, int stage, const char *name)
{
    size_t others;
    const struct view_trend own = trend_of_pod(a, in, stage, name);
    const double *rest = middle_of_others(a, in, stage, name, &others);
    struct view_chart *chart =
        chart_of_trend(a, in, &own, format_seconds, _("no data in this period"));
    if (others > 0) { // the pod is drawn last, above the others
        chart->lines[1] =
            (struct view_line){.name = _("pod"), .values = own.values, .role = ROLE_SPARK};
        chart->lines[0] =
            (struct view_line){.name = _("rest"), .values = rest, .role = ROLE_LINE_LOW};
        chart->lines_count = 2;
        chart->judged = 1;
    }
    const char *statistic = words_statistic(&in->words, stage);
    struct view_pane pane =
        chart_pane(in, arena_printf(a, _("%s of %s"), statistic, name), chart, 7, 12);
    const char *legend = legend_of(a, others, own.usual);
    pane.legend = (struct view_text){legend, ROLE_USUAL};
    pane.promql = promql_of(a, in, stage, name);
    chart_say_event(a, in, &pane);
    return pane;
}
