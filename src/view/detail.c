#include "view/detail.h"

#include <math.h>

#include "base/clock.h"
#include "view/format.h"

enum { FACTS_MAX = 16 };

struct facts {
    struct arena *arena;
    struct view_fact items[FACTS_MAX];
    size_t count;
};

static void add(struct facts *f, const char *label, struct str *value, enum role role)
{
    if (f->count < FACTS_MAX) {
        f->items[f->count++] =
            (struct view_fact){label, {arena_strdup(f->arena, value->text), role}};
    }
    str_clear(value);
}

static void add_reading(
    struct str *s, const struct reading *r, void (*format)(struct str *, double))
{
    format(s, r->now);
    if (!isnan(r->low) && !isnan(r->high)) {
        str_add(s, "  (");
        format(s, r->low);
        str_add(s, " to ");
        format(s, r->high);
        str_add(s, ")");
    }
}

static void add_usual(struct str *s, const struct reading *r, void (*format)(struct str *, double))
{
    format(s, r->usual.centre);
    if (r->usual.kind != USUAL_NONE) {
        str_add(s, " +- ");
        format(s, r->spread);
        str_addf(s, "  from %d points", r->usual.points);
    }
}

static enum role value_role(const struct reading *r)
{
    return r->severity == SEVERITY_CRITICAL  ? ROLE_CRITICAL
           : r->severity == SEVERITY_WARNING ? ROLE_WARNING
                                             : ROLE_STRONG;
}

static void stage_facts(struct facts *f, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = &w->diagnosis->stages[stage];
    const struct stage *st = &w->plan->stages[stage];
    struct str s;
    str_init(&s);
    words_add_reason(&s, w, stage);
    add(f, "verdict", &s, words_is_culprit(w, stage) ? ROLE_CULPRIT : value_role(&d->latency));
    str_add(&s, d->latency.beyond ? ">= " : "");
    add_reading(&s, &d->latency, format_seconds);
    add(f, d->is_mean ? "mean*" : "P95", &s, value_role(&d->latency));
    add_usual(&s, &d->latency, format_seconds);
    add(f, "usual", &s, ROLE_NORMAL);
    format_times(&s, d->latency.ratio);
    if (!isnan(d->latency.score)) {
        str_addf(&s, "  (%.1f spreads away)", d->latency.score);
    }
    if (d->since_ms > 0) {
        str_add(&s, ", since ");
        clock_add_local(&s, d->since_ms, "%H:%M:%S");
    }
    add(f, "change", &s, ROLE_NORMAL);
    format_seconds(&s, d->seconds_now);
    str_add(&s, ", usually ");
    format_seconds(&s, d->seconds_usual);
    add(f, "seconds/request", &s, ROLE_NORMAL);
    if (!isnan(d->blame)) {
        format_percent(&s, d->blame);
        str_addf(&s, " of the rise of %s",
            st->parent >= 0 ? w->plan->stages[st->parent].name : "all stages");
        add(f, "blame", &s, ROLE_NORMAL);
    }
    if (st->errors_signal >= 0) {
        add_reading(&s, &d->errors, format_percent);
        str_add(&s, ", usually ");
        format_percent(&s, d->errors.usual.centre);
        add(f, "errors", &s, value_role(&d->errors));
    }
    format_rate(&s, d->traffic.now);
    str_add(&s, ", usually ");
    format_rate(&s, d->traffic.usual.centre);
    if (!isnan(d->requests)) {
        str_addf(&s, "  (n=%.0f in the window)", d->requests);
    }
    add(f, "requests", &s, ROLE_NORMAL);
    if (d->pool_signal >= 0) {
        format_count(&s, d->pool_used);
        str_add(&s, " of ");
        format_count(&s, d->pool_limit);
        str_add(&s, " in use, usually ");
        format_percent(&s, d->pool.usual.centre);
        const char *what = w->plan->signals[d->pool_signal].what;
        add(f, what ? what : "pool", &s, value_role(&d->pool));
    }
    const char *expr = w->plan->signals[st->latency_signal].shown;
    str_add(&s, expr ? expr : "no such metric on the server");
    add(f, "PromQL", &s, ROLE_DIM);
    str_finish(&s);
}

static void tool_facts(struct facts *f, const struct words *w, int tool)
{
    const struct tool_diagnosis *t = &w->diagnosis->tools[tool];
    struct str s;
    str_init(&s);
    words_add_tool_reason(&s, w, tool);
    add(f, "verdict", &s, value_role(&t->calls));
    format_number(&s, t->per_request);
    str_add(&s, ", usually ");
    format_number(&s, t->per_request_usual);
    add(f, "per question", &s, value_role(&t->calls));
    format_times(&s, t->calls.ratio);
    add(f, "change", &s, ROLE_NORMAL);
    format_rate(&s, t->calls.now);
    str_addf(&s, "  (n=%.0f in the window)", t->count);
    add(f, "calls", &s, ROLE_NORMAL);
    format_percent(&s, w->diagnosis->tool_errors.now);
    str_add(&s, " of all tool calls, usually ");
    format_percent(&s, w->diagnosis->tool_errors.usual.centre);
    add(f, "errors", &s, value_role(&w->diagnosis->tool_errors));
    const char *expr = w->plan->signals[w->plan->tool_calls].shown;
    str_add(&s, expr ? expr : "");
    add(f, "PromQL", &s, ROLE_DIM);
    str_finish(&s);
}

void detail_build(struct view *out, struct arena *arena, const struct view_input *input)
{
    const struct words *w = &input->words;
    struct row_id id = input->state->selected;
    struct facts facts = {.arena = arena};
    if (id.tool && id.index >= 0 && id.index < (int)w->diagnosis->tools_count) {
        out->detail_title = arena_printf(arena, "tool %s", w->diagnosis->tools[id.index].name);
        tool_facts(&facts, w, id.index);
    } else if (!id.tool && id.index >= 0 && id.index < (int)w->plan->stages_count) {
        const struct stage *s = &w->plan->stages[id.index];
        out->detail_title = arena_printf(arena, "%s  %s", s->name, s->metric);
        stage_facts(&facts, w, id.index);
    }
    struct view_fact *items = arena_alloc(arena, facts.count, sizeof *items);
    for (size_t i = 0; i < facts.count; i++) {
        items[i] = facts.items[i];
    }
    out->facts = items;
    out->facts_count = facts.count;
}
