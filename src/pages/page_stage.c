#include "pages/pages.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "diagnose/worst.h"
#include "view/cell.h"
#include "view/chart_pane.h"
#include "view/event.h"
#include "view/exemplar_list.h"
#include "view/moment.h"
#include "view/page.h"
#include "view/pod_table.h"
#include "words/declared_words.h"
#include "words/format.h"
#include "words/phrase.h"

enum {
    FACTS_MAX = 24 + LIMIT_SATURATION, // more than there are kinds of, and all pools
    EVENTS_MOST = 3,                   // of the facts
    CARD_LEAST = 3,
    CARD_LEAST_MOST = 6,
    SIDE_FROM = 170,
    PAIRS_FROM = 72,
    TRIPLES_FROM = 140,
    PODS_MOST = 5,      // on a small screen
    LINES_PER_POD = 10, // of the screen
};

struct facts {
    struct arena *arena;
    struct view_fact *items;
    size_t count;
};

/** Adds VALUE, which lives as long as F, below LABEL. */
static void add(struct facts *f, const char *label, const char *value, enum role role)
{
    if (f->count < FACTS_MAX) {
        f->items[f->count++] = (struct view_fact){label, {value, role}};
    }
}

static const char *reading(
    struct arena *a, const struct reading *r, void (*format)(struct str *, double))
{
    const char *now = format_in(a, format, r->now);
    const char *low = format_in(a, format, r->low), *high = format_in(a, format, r->high);
    // where both read alike there is nothing to add
    bool ranges = !isnan(r->low) && !isnan(r->high) && strcmp(low, high) != 0;
    return ranges ? arena_printf(a, _("%s (%s to %s)"), now, low, high) : now;
}

// "5.6x, +1.4 s"
static const char *change(struct arena *a, const struct reading *r)
{
    double by = r->now - r->usual.centre;
    const char *times = format_in(a, format_ratio, r->ratio);
    return isnan(by) ? times
                     : arena_printf(a, by < 0 ? _("%s, -%s") : _("%s, +%s"), times,
                           format_in(a, format_seconds, fabs(by)));
}

// "1.1 s, usually 225 ms"
static const char *usually(
    struct arena *a, void (*format)(struct str *, double), double now, double usual)
{
    return arena_printf(
        a, _("%s, usually %s"), format_in(a, format, now), format_in(a, format, usual));
}

// Under the cursor there is a moment, and what takes more to know is left out.
static void add_moment(struct facts *f, const struct view_input *in)
{
    int64_t at_ms = in->state->cursor_ms;
    if (at_ms > 0) {
        add(f, _("at"), cell_time(f->arena, at_ms, "%H:%M:%S"), ROLE_NOTICE);
    }
}

// Under the cursor it is another moment's.
static void add_since(struct facts *f, const struct view_input *in, struct onset onset)
{
    int64_t at_ms = onset.since_ms > 0 ? onset.since_ms : onset.before_ms;
    if (at_ms > 0 && in->state->cursor_ms == 0) {
        const char *format = onset.since_ms > 0 ? "%H:%M:%S" : _("before %H:%M:%S");
        add(f, _("since"), cell_time(f->arena, at_ms, format), ROLE_STRONG);
    }
}

static void add_latency_facts(
    struct facts *f, const struct view_input *in, int stage, const struct stage_diagnosis *d)
{
    const struct reading *r = &d->latency;
    struct arena *a = f->arena;
    enum severity severity = worst_of_latency(d);
    const char *now = reading(a, r, format_seconds);
    const char *usual = format_in(a, format_seconds, r->usual.centre);
    add(f, words_statistic(&in->words, stage), r->beyond ? arena_printf(a, ">= %s", now) : now,
        cell_value_role(severity, ROLE_STRONG));
    add(f, _("usual"),
        r->usual.kind == USUAL_NONE
            ? usual
            : arena_printf(a, "%s ± %s", usual, format_in(a, format_seconds, r->spread)),
        ROLE_NORMAL);
    add(f, _("change"), change(a, r), cell_value_role(severity, ROLE_NORMAL));
    if (r->drift.since_ms > 0 && in->state->cursor_ms == 0) {
        struct str drift;
        str_init(&drift);
        phrase_add_drift(&drift, r->drift);
        add(f, _("drift"), cell_settle(a, &drift), ROLE_NORMAL);
    }
    add_since(f, in, d->onset);
}

static void add_cost_facts(struct facts *f, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = &w->diagnosis->stages[stage];
    struct arena *a = f->arena;
    int parent = w->plan->stages[stage].parent;
    double usual = d->usual_at_most ? NAN : d->seconds_usual;
    add(f, _("per request"), usually(a, format_seconds, d->seconds_now, usual), ROLE_NORMAL);
    if (!isnan(d->blame)) {
        const char *share = format_in(a, format_percent, d->blame);
        add(f, _("blame"),
            parent >= 0 ? arena_printf(a, _("%s of %s's rise"), share, w->plan->stages[parent].name)
                        : arena_printf(a, _("%s of all stages' rise"), share),
            ROLE_STRONG);
    }
}

static void add_pool_fact(struct facts *f, const struct words *w, const struct stage_diagnosis *d)
{
    struct arena *a = f->arena;
    const char *what = w->plan->signals[d->pool_signal].what;
    const char *usual = format_in(a, format_percent, d->pool.usual.centre);
    add(f, what ? what : _("pool"),
        isnan(d->pool_limit) // of all together
            ? arena_printf(a, _("%s, usually %s"), format_in(a, format_percent, d->pool.now), usual)
            : arena_printf(a, _("%s of %s, usually %s"), format_in(a, format_count, d->pool_used),
                  format_in(a, format_count, d->pool_limit), usual),
        cell_value_role(d->pool.severity, ROLE_NORMAL));
}

static void add_count_facts(
    struct facts *f, const struct view_input *in, int stage, const struct stage_diagnosis *d)
{
    const struct words *w = &in->words;
    struct arena *a = f->arena;
    const char *rate = format_in(a, format_rate, moment_rate(in, stage, d));
    add(f, _("requests"),
        isnan(d->requests) ? rate
                           : arena_printf(a, _("%s (n=%s)"), rate, format_exact_in(a, d->requests)),
        ROLE_NORMAL);
    if (w->plan->stages[stage].errors_signal >= 0) {
        add(f, _("errors"), usually(a, format_percent, d->errors.now, d->errors.usual.centre),
            cell_value_role(d->errors.severity, ROLE_NORMAL));
    } else {
        add(f, _("errors"), _("no metric configured"), ROLE_DIM);
    }
    if (d->pool_signal >= 0) {
        add_pool_fact(f, w, d);
    }
}

static void tool_facts(struct facts *f, const struct view_input *in, int tool)
{
    const struct tool_diagnosis m = moment_of_tool(in, tool), *t = &m;
    const struct reading all = moment_of_tool_errors(in);
    bool told = in->words.diagnosis->tools[tool].errors.state != STATE_NO_DATA;
    const struct reading *errors = told ? &t->errors : &all;
    struct arena *a = f->arena;
    add(f, _("/question"), usually(a, format_number, t->per_request, t->per_request_usual),
        cell_value_role(t->calls.severity, ROLE_STRONG));
    add(f, _("change"), format_in(a, format_ratio, t->calls.ratio),
        cell_value_role(t->calls.severity, ROLE_NORMAL));
    add(f, _("calls"),
        arena_printf(a, _("%s, n=%s"), format_in(a, format_rate, t->calls.now),
            format_exact_in(a, t->count)),
        ROLE_NORMAL);
    const char *now = format_in(a, format_percent, errors->now);
    const char *usual = format_in(a, format_percent, errors->usual.centre);
    add(f, _("errors"),
        arena_printf(a, told ? _("%s, usually %s") : _("%s of all, usually %s"), now, usual),
        cell_value_role(errors->severity, ROLE_NORMAL));
    if (in->words.plan->tool_latency >= 0) {
        add(f, _("mean"), usually(a, format_seconds, t->latency.now, t->latency.usual.centre),
            cell_value_role(t->latency.severity, ROLE_NORMAL));
    }
    add_since(f, in, in->words.diagnosis->tools[tool].onset);
}

// The facts stand in columns where there is room: pages/compose.c counts on these widths too.
// However small the screen, there is room for the first FIRST facts.
static void add_card(struct view *v, const struct view_input *in, struct facts *f, size_t first,
    const char *title, struct view_text legend)
{
    struct view_pane pane = {.kind = PANE_FACTS,
        .title = title,
        .legend = legend,
        .facts = f->items,
        .count = f->count,
        .whole = true, // of a pod's name the end tells it from others
        .id = {.index = -1, .source = in->at}};
    int lines = view_facts_lines(&pane, in->columns) + 1;
    int needed = CARD_LEAST;
    for (size_t i = 0; i < first; i++) {
        int end = view_fact_place(&pane, in->columns, i).line + 2; // below the title
        needed = end > needed ? end : needed;
    }
    needed = needed < CARD_LEAST_MOST ? needed : CARD_LEAST_MOST;
    pane.wish.least = lines < needed ? lines : needed;
    pane.wish.lines = pane.wish.keep = lines;
    page_add(v, pane);
}

static void place(struct view_pane *pane, int rank, int beside)
{
    pane->wish.rank = rank;
    pane->wish.beside = beside;
}

static void add_pods(struct view *v, struct arena *a, const struct view_input *in, int stage)
{
    // keys that sort are about the first table
    const struct view_sort worst = {0},
                           sort = in->state->exemplars ? worst : in->state->sort[v->page];
    struct view_table *t = pod_table_build(a, in, stage, sort, "");
    int signal = in->words.plan->stages[stage].pods_signal;
    struct view_pane *pane = t ? page_add_table(v, t, cell_promql(a, &in->words, signal), 3) : NULL;
    if (pane) {
        int most = in->rows / LINES_PER_POD > PODS_MOST ? in->rows / LINES_PER_POD : PODS_MOST;
        int rows = (int)t->count < most ? (int)t->count : most;
        pane->wish.keep = pane->wish.lines = rows + 1;
        pane->wish.least = pane->wish.least < rows + 1 ? pane->wish.least : rows + 1;
        pane->label = _("pods");
        pane->about = arena_printf(a, _("%s: each pod"), phrase_name(&in->words, stage));
    }
}

static void add_card_of_stage(
    struct view *v, struct arena *a, const struct view_input *in, int stage)
{
    const struct words *w = &in->words;
    const struct stage *s = &w->plan->stages[stage];
    struct facts f = {.arena = a, .items = arena_alloc(a, FACTS_MAX, sizeof *f.items)};
    const struct stage_diagnosis m = moment_of_stage(in, stage);
    add_moment(&f, in);
    if (s->kind != LATENCY_NONE) {
        add_latency_facts(&f, in, stage, &m);
    }
    if (in->state->cursor_ms == 0 && s->kind != LATENCY_NONE) {
        add_cost_facts(&f, w, stage);
    }
    add_count_facts(&f, in, stage, &m);
    if (s->linked) {
        add(&f, _("called by"),
            arena_printf(a, _("%s, assumed from its role"), w->plan->stages[s->parent].name),
            ROLE_DIM);
    }
    f.count = event_facts(a, in, f.items, f.count, EVENTS_MOST);
    enum severity severity = worst_of_stage(w->diagnosis, stage);
    struct view_text mark = cell_mark(severity);
    add_card(v, in, &f, 0,
        s->kind == LATENCY_NONE ? s->name : arena_printf(a, "%s  %s", s->name, s->metric),
        (struct view_text){arena_printf(a, "%s%s%s", mark.text, *mark.text ? " " : "",
                               cell_words(a, words_add_reason, w, stage)),
            words_is_culprit(w, stage) ? ROLE_CULPRIT : cell_role(severity)});
}

// The signal I, where whether it deviates is DEVIATES.
static void add_declared_fact(
    struct facts *f, const struct words *w, int stage, size_t i, bool deviates)
{
    const struct declared_diagnosis *d = &w->diagnosis->stages[stage].declared[i];
    enum severity severity = d->reading.severity;
    if ((severity >= SEVERITY_WARNING) == deviates) {
        add(f, _(signal_types[w->plan->signals[d->signal].kind].says),
            declared_fact(f->arena, w, stage, i), deviates ? cell_role(severity) : ROLE_NORMAL);
    }
}

// A part of a program has none of its own, and what its program says is about it.
static int declares(const struct words *w, int stage)
{
    const struct stage *s = w->plan->stages;
    while (w->diagnosis->stages[stage].declared_count == 0 && s[stage].parent >= 0 &&
           !s[stage].separate && !s[stage].linked) {
        stage = s[stage].parent;
    }
    return stage;
}

// What is declared of the stage; under the cursor it would be another moment's.
static void add_declared(struct view *v, struct arena *a, const struct view_input *in, int stage)
{
    const struct words *w = &in->words;
    int of = declares(w, stage);
    size_t count = w->diagnosis->stages[of].declared_count;
    if (count == 0 || in->state->cursor_ms > 0) {
        return;
    }
    struct facts f = {.arena = a, .items = arena_alloc(a, FACTS_MAX, sizeof *f.items)};
    for (size_t i = 0; i < count; i++) {
        add_declared_fact(&f, w, of, i, true);
    }
    size_t deviating = f.count;
    for (size_t i = 0; i < count; i++) {
        add_declared_fact(&f, w, of, i, false);
    }
    add_card(v, in, &f, deviating,
        of == stage ? _("signals") : arena_printf(a, _("signals of %s"), w->plan->stages[of].name),
        (struct view_text){NULL, ROLE_DIM});
}

static void build_stage(struct view *v, struct arena *a, const struct view_input *in, int stage)
{
    const struct stage *s = &in->words.plan->stages[stage];
    add_card_of_stage(v, a, in, stage);
    add_declared(v, a, in, stage);
    struct view_pane latency = chart_quantiles_pane(a, in, stage);
    place(&latency, 1, 0);
    chart_say_event(a, in, &latency);
    struct view_pane heat = chart_heat_pane(a, in, stage);
    place(&heat, 4, SIDE_FROM);
    chart_measure(a, in, &heat, _("share"), true);
    struct view_pane requests = chart_requests_pane(a, in, stage);
    place(&requests, 2, 0);
    chart_measure(a, in, &requests, _("/s"), true);
    if (in->state->exemplars) {
        exemplar_mark(a, in, &latency, stage);
        exemplar_mark(a, in, &heat, stage);
    }
    page_add(v, latency);
    if (in->state->exemplars && in->columns < SIDE_FROM) {
        exemplar_add(v, a, in, stage);
    }
    bool timed = s->kind != LATENCY_NONE;
    if (in->columns >= SIDE_FROM && timed) {
        page_add(v, heat);
    }
    if (in->state->exemplars && in->columns >= SIDE_FROM) {
        exemplar_add(v, a, in, stage);
    }
    if (timed || s->requests) {
        page_add(v, requests);
    }
    if (s->errors_signal >= 0) {
        struct view_pane errors = chart_errors_pane(a, in, stage);
        place(&errors, 2, PAIRS_FROM);
        chart_measure(a, in, &errors, "%", true);
        page_add(v, errors);
    }
    for (int i = 0; i < s->saturation_count; i++) {
        struct view_pane pool = chart_pool_pane(a, in, s->saturation_first + i);
        place(&pool, i == 0 ? 2 : 5, i == 0 && s->errors_signal >= 0 ? TRIPLES_FROM : PAIRS_FROM);
        page_add(v, pool);
    }
    add_pods(v, a, in, stage);
    if (in->columns < SIDE_FROM && timed) {
        page_add(v, heat);
    }
}

static void build_tool(struct view *v, struct arena *a, const struct view_input *in, int tool)
{
    const struct words *w = &in->words;
    const struct tool_diagnosis *t = &w->diagnosis->tools[tool];
    struct facts f = {.arena = a, .items = arena_alloc(a, FACTS_MAX, sizeof *f.items)};
    add_moment(&f, in);
    tool_facts(&f, in, tool);
    add_card(v, in, &f, 0, arena_printf(a, _("tool %s"), t->name),
        (struct view_text){
            cell_words(a, words_add_tool_reason, w, tool), cell_role(worst_of_tool(t))});
    struct view_pane calls = chart_tool_pane(a, in, tool);
    place(&calls, 1, 0);
    struct view_pane errors = chart_tool_errors_pane(a, in, tool);
    place(&errors, 2, 0);
    page_add(v, calls);
    if (w->plan->tool_latency >= 0) {
        struct view_pane latency = chart_tool_latency_pane(a, in, tool);
        place(&latency, worst_tool_is_slow(t) ? 1 : 2, 0);
        page_add(v, latency);
    }
    page_add(v, errors);
}

static void build_page(struct view *v, struct arena *a, const struct view_input *in)
{
    struct row_id id = in->state->selected;
    const struct words *w = &in->words;
    int stage = pod_table_stage(in);
    if (w->store->source.health == HEALTH_LOST) { // else what is said of the stage is enough
        page_add_verdict(v, in);
    }
    if (id.kind == ROW_TOOL && id.index >= 0 && id.index < (int)w->diagnosis->tools_count) {
        build_tool(v, a, in, id.index);
    } else if (id.kind != ROW_TOOL && id.index >= 0 && stage >= 0) {
        struct view_input with = *in;
        with.events = event_read(a, in, stage, &with.events_count);
        build_stage(v, a, &with, stage);
    } else {
        page_add_message(v, a,
            page_explain(a, in, _("No row is selected: choose one on page 1 and press {open}.")));
    }
}

static struct page_act open_selected(const struct view *v, const struct view_state *s)
{
    const struct view_pane *pane = view_focused(v);
    if (s->selected.kind == ROW_POD) {
        return (struct page_act){.kind = PAGE_ACT_GO, .page = PAGE_PODS, .row = s->selected};
    }
    if (s->selected.kind == ROW_EXEMPLAR && pane && pane->kind == PANE_TABLE) {
        return (struct page_act){
            .kind = PAGE_ACT_SAY, .text = _("{copy-trace} copies its trace id")};
    }
    return page_open_pane(v, s);
}

static void add_wants(const struct view_state *s, struct wants *out)
{
    page_want_stage(s, out);
    if (s->exemplars && s->selected.kind != ROW_TOOL) {
        wants_add(out, (struct want){FEED_EXEMPLARS, s->subject, 0});
    }
}

const struct page_entry page_stage = {.name = N_("stage"),
    .key = "2",
    .title = N_("one stage"),
    .help = N_(
        "The selected row: its latency over time beside what is usual, the distribution over the "
        "buckets, requests, errors, saturation, its pods."),
    .sorts = {{pod_table_columns, POD_TABLE_COLUMNS}, {exemplar_columns, EXEMPLAR_COLUMNS}},
    .build = build_page,
    .open = open_selected,
    .wants = add_wants,
    .lists_exemplars = true,
    .rows = 1 << ROW_POD | 1 << ROW_EXEMPLAR,
    .of_row = true};
