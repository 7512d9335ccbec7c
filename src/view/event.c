#include "view/event.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/names.h"
#include "base/text.h"
#include "diagnose/changed_near.h"
#include "series/change.h"
#include "view/cell.h"
#include "view/trend.h"

enum {
    EVENTS_FIRST = 64,             // as many as there usually is room for
    SAME_MS = 5 * CLOCK_MINUTE_MS, // a container's restart and its new process are one event
    WORDS_FROM = 100,
    WORDS_FROM_LINES = 30, // screens where charts have words for it
    COLUMNS = 120,         // the cursor is as near as a column of a chart
};

struct events {
    struct arena *arena;
    struct view_event *items;
    size_t count, cap;
};

static void add(struct events *e, struct view_event event)
{
    if (e->count == e->cap) {
        size_t cap = e->cap > 0 ? 2 * e->cap : EVENTS_FIRST;
        struct view_event *items = arena_alloc(e->arena, cap, sizeof *items);
        if (e->count > 0) {
            memcpy(items, e->items, e->count * sizeof *items);
        }
        e->items = items;
        e->cap = cap;
    }
    e->items[e->count++] = event;
}

static const struct matrix *live_of(const struct view_input *in, int signal)
{
    static const struct matrix none = {0};
    bool known = signal >= 0 && in->words.store->signals[signal].condition == CONDITION_ANSWERED;
    return known ? &in->words.store->signals[signal].live : &none;
}

// The time a process says it started at; one that says another time than before was restarted.
static void add_starts(struct events *e, const struct view_input *in, int signal)
{
    const struct matrix *m = live_of(in, signal);
    const struct trend_grid g = trend_grid(in);
    for (size_t i = 0; i < m->count; i++) {
        double before = NAN;
        for (size_t k = 0; k < g.count; k++) {
            double v = ring_get(&m->series[i].ring, g.first + (int64_t)k);
            int64_t at_ms = v > 0 && v < 1e11 ? (int64_t)(v * 1000) : 0;
            bool other = isnan(before) || fabs(v - before) > 1;
            if (at_ms > 0 && other && at_ms >= g.first_ms && at_ms <= g.last_ms &&
                m->series[i].instance) {
                bool again = !isnan(before);
                add(e, (struct view_event){at_ms, again ? 'R' : 'S',
                           again ? N_("restart") : N_("start"), m->series[i].instance});
            }
            before = isnan(v) ? before : v;
        }
    }
}

static bool is_known(const struct events *e, const char *what, int64_t at_ms)
{
    for (size_t i = 0; i < e->count; i++) {
        int64_t off = e->items[i].at_ms - at_ms;
        if (strcmp(e->items[i].what, what) == 0 && off >= -SAME_MS && off <= SAME_MS) {
            e->items[i].sign = 'R';
            e->items[i].kind = N_("restart");
            return true;
        }
    }
    return false;
}

// How often it happened lately rises when it happens; what had happened before the span has no
// time.
static void add_changes(
    struct events *e, const struct view_input *in, int signal, char sign, const char *kind)
{
    const struct matrix *m = live_of(in, signal);
    const struct trend_grid g = trend_grid(in);
    for (size_t i = 0; i < m->count; i++) {
        const char *name = labels_workload(&m->series[i].labels);
        double before = NAN;
        for (size_t k = 0; name && k < g.count; k++) {
            int64_t slot = g.first + (int64_t)k;
            double v = matrix_asked(m, slot) ? ring_get(&m->series[i].ring, slot) : NAN;
            v = isnan(v) && matrix_asked(m, slot) ? 0 : round(v);
            int64_t at_ms = slot * m->step_ms;
            if (v > before && !is_known(e, name, at_ms)) {
                add(e, (struct view_event){at_ms, sign, kind, name});
            }
            before = v;
        }
    }
}

static int by_time(const void *a, const void *b)
{
    const struct view_event *x = a, *y = b;
    return (x->at_ms > y->at_ms) - (x->at_ms < y->at_ms);
}

static struct events events_of(struct arena *a, const struct view_input *in, int stage)
{
    const struct stage *s = &in->words.plan->stages[stage];
    struct events e = {.arena = a};
    add_starts(&e, in, s->starts_signal);
    add_changes(&e, in, s->restarts_signal, 'R', N_("restart"));
    add_changes(&e, in, s->rollouts_signal, 'D', N_("rollout"));
    return e;
}

static const struct view_event *settle(struct events *e, size_t *count)
{
    if (e->count > 0) {
        qsort(e->items, e->count, sizeof *e->items, by_time);
    }
    for (size_t i = 0; i < e->count; i++) {
        e->items[i].what = arena_strdup(e->arena, e->items[i].what);
    }
    *count = e->count;
    return e->items;
}

const struct view_event *event_read(
    struct arena *a, const struct view_input *in, int stage, size_t *count)
{
    struct events e = events_of(a, in, stage);
    return settle(&e, count);
}

static bool is_there(const struct events *e, const struct view_event *event)
{
    for (size_t i = 0; i < e->count; i++) {
        int64_t off = e->items[i].at_ms - event->at_ms;
        if (e->items[i].sign == event->sign && off >= -SAME_MS && off <= SAME_MS &&
            strcmp(e->items[i].what, event->what) == 0) {
            return true;
        }
    }
    return false;
}

const struct view_event *event_around(
    struct arena *a, const struct view_input *in, int stage, size_t *count)
{
    int64_t since_ms;
    struct events e = events_of(a, in, stage);
    const struct changes *changes = change_of(in->words.store);
    size_t most = changes ? changes->list.count : 0, *near = arena_alloc(a, most + 1, sizeof *near);
    size_t found = changed_near(near, most, &since_ms, in->words.diagnosis, in->words.store);
    for (size_t i = 0; i < found; i++) {
        const struct list *list = &change_of(in->words.store)->list;
        enum change_kind kind = change_kind_of(list, near[i]);
        bool rolled = kind == CHANGE_ROLLED;
        const struct view_event event = {(int64_t)list_number(list, near[i], "at_ms"),
            rolled ? 'D' : 'R', rolled ? N_("rollout") : N_("restart"),
            list_text(list, near[i], "what")};
        if ((rolled || kind == CHANGE_RESTARTED) && !is_there(&e, &event)) {
            add(&e, event);
        }
    }
    if (since_ms > 0) {
        add(&e, (struct view_event){since_ms, '!', N_("onset"), ""});
    }
    return settle(&e, count);
}

// `restart of rag-0 09:12:03`
static const char *text_of(struct arena *a, const struct view_event *e)
{
    const char *at = cell_time(a, e->at_ms, "%H:%M:%S");
    return e->sign == 'R'   ? arena_printf(a, _("restart of %s %s"), e->what, at)
           : e->sign == 'S' ? arena_printf(a, _("start of %s %s"), e->what, at)
                            : arena_printf(a, _("rollout of %s %s"), e->what, at);
}

const char *event_near(struct arena *a, const struct view_input *in, int64_t at_ms)
{
    const struct trend_grid g = trend_grid(in);
    int64_t step = scope_grid(in->words.scope, in->words.plan).step_ms;
    int64_t near = (g.last_ms - g.first_ms) / COLUMNS;
    near = near > step ? near : step;
    const char *text = NULL;
    for (size_t i = 0; i < in->events_count; i++) {
        int64_t off = in->events[i].at_ms - at_ms;
        if (off >= -near && off <= near) {
            text = names_next(a, text, text_of(a, &in->events[i]));
        }
    }
    return text;
}

// With the sign that it has below charts, where these have no room for words.
static const char *label_of(
    struct arena *a, const struct view_input *in, const struct view_event *e)
{
    bool worded = in->columns >= WORDS_FROM && in->rows >= WORDS_FROM_LINES;
    return worded ? _(e->kind) : arena_printf(a, "▴%c %s", e->sign, _(e->kind));
}

size_t event_facts(struct arena *a, const struct view_input *in, struct view_fact *facts,
    size_t count, size_t most)
{
    for (size_t i = in->events_count; i-- > 0 && most > 0; most--) {
        const struct view_event *e = &in->events[i];
        const char *at = cell_time(a, e->at_ms, "%H:%M:%S");
        facts[count++] = (struct view_fact){
            label_of(a, in, e), {arena_printf(a, "%s %s", at, e->what), ROLE_STRONG}};
    }
    return count;
}
