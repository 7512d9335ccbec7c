#include <math.h>

#include "base/text.h"

#include "plan/derived.h"
#include "view/cell.h"
#include "view/chart_pane.h"
#include "view/event.h"
#include "view/trend.h"
#include "words/format.h"

static const char *name_of(struct arena *a, int days)
{
    return days == 1   ? _("yesterday")
           : days == 7 ? _("last week")
                       : arena_printf(a, text_count("%d day before", "%d days before", days), days);
}

// The slot that is read: that under the cursor, else the newest.
static int64_t slot_read(const struct view_input *in)
{
    const struct trend_grid g = trend_grid(in);
    int64_t cursor = in->state->cursor_ms;
    bool inside = cursor >= g.first_ms && cursor <= g.last_ms;
    return inside ? moment_slot(in, cursor) : g.first + (int64_t)g.count - 1;
}

// `+1.4 s`; NULL: not known.
static const char *difference(
    struct arena *a, void (*format)(struct str *, double), double now, double then)
{
    bool known = !isnan(now) && !isnan(then);
    const char *by = known ? format_in(a, format, fabs(now - then)) : NULL;
    return known ? arena_printf(a, now < then ? "-%s" : "+%s", by) : NULL;
}

// `yesterday 312 ms`, and under the cursor how far from it: `1.7 s, yesterday 312 ms, +1.4 s`, or
// where it is NARROW without what the chart says already.
static const char *legend_of(struct arena *a, const struct view_input *in,
    const struct view_chart *chart, enum measure what, int index, bool narrow)
{
    const char *name = name_of(a, in->state->compare_days);
    int64_t slot = slot_read(in);
    double now = moment_read(in, what, index, slot);
    double then = moment_read_then(in, what, index, slot);
    if (!moment_knows_then(in, what, index)) {
        const struct source_state *source = &in->words.store->source;
        return source->scraped                 ? arena_printf(a, _("%s: no data"), name)
               : source->health == HEALTH_LOST ? arena_printf(a, _("%s: no answer"), name)
                                               : arena_printf(a, _("%s: asking"), name);
    }
    if (!chart->then) {
        return arena_printf(a, _("%s: no data"), name);
    }
    // TRANSLATORS: "yesterday 312 ms"
    const char *text = arena_printf(a, _("%s %s"), name, format_in(a, chart->format, then));
    const char *by = difference(a, chart->format, now, then);
    if (in->state->cursor_ms > 0 && !narrow) {
        text = arena_printf(a, _("%s, %s"), format_in(a, chart->format, now), text);
    }
    return in->state->cursor_ms > 0 && by ? arena_printf(a, _("%s, %s"), text, by) : text;
}

static void want_then(const struct view_input *in, struct view_pane *pane, int signal)
{
    if (signal >= 0) {
        pane->then_at = in->at;
        pane->then_signals[pane->then_count++] = signal;
    }
}

void chart_lay_over(struct arena *a, const struct view_input *in, struct view_pane *pane,
    enum measure what, int index)
{
    if (in->state->compare_days == 0 || moment_signal(in, what, index) < 0) {
        return;
    }
    struct view_chart *chart = arena_alloc(a, 1, sizeof *chart);
    *chart = *pane->chart;
    chart->then = trend_then(a, in, what, index);
    pane->then = (struct view_text){legend_of(a, in, chart, what, index, false), ROLE_LINE_THEN};
    pane->then_narrow = legend_of(a, in, chart, what, index, true);
    pane->chart = chart;
    want_then(in, pane, moment_signal(in, what, index));
    want_then(in, pane, moment_whole(in, what, index));
    pane->then_promql =
        derived_then(a, pane->promql, trend_grid(in).last_ms, in->state->compare_days);
}

void chart_say_event(struct arena *a, const struct view_input *in, struct view_pane *pane)
{
    int64_t at_ms = in->state->cursor_ms;
    const char *text = at_ms > 0 ? event_near(a, in, at_ms) : NULL;
    if (text) {
        pane->legend = (struct view_text){text, ROLE_STRONG};
    }
}
