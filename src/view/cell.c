#include "view/cell.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/utf8.h"
#include "words/format.h"
#include "words/phrase.h"

enum { COLUMN_GAP = 2 };

const char *cell_settle(struct arena *a, struct str *s)
{
    const char *text = arena_strdup(a, s->text);
    str_finish(s);
    return text;
}

const char *cell_words(struct arena *a,
    void (*add)(struct str *s, const struct words *w, int index), const struct words *w, int index)
{
    struct str s;
    str_init(&s);
    add(&s, w, index);
    return cell_settle(a, &s);
}

const char *cell_number(struct arena *a, void (*format)(struct str *s, double value), double value)
{
    struct str s;
    str_init(&s);
    format(&s, value);
    return cell_settle(a, &s);
}

const char *cell_whole(struct arena *a, int64_t number)
{
    struct str s;
    str_init(&s);
    format_whole(&s, number);
    return cell_settle(a, &s);
}

const char *cell_age(struct arena *a, int64_t ms)
{
    struct str s;
    str_init(&s);
    clock_add_age(&s, ms);
    return cell_settle(a, &s);
}

const char *cell_time(struct arena *a, int64_t at_ms, const char *format)
{
    struct str s;
    str_init(&s);
    clock_add_local(&s, at_ms, format);
    return cell_settle(a, &s);
}

struct view_cell cell_of(
    struct arena *a, void (*format)(struct str *s, double value), double value, enum role role)
{
    return (struct view_cell){cell_number(a, format, value), role, value};
}

struct view_cell cell_of_errors(struct arena *a, const struct reading *r)
{
    bool lost = r->state == STATE_ERROR || r->state == STATE_ABSENT ||
                r->state == STATE_UNRELIABLE || r->state == STATE_MISTYPED;
    return lost ? (struct view_cell){"?", ROLE_UNKNOWN, NAN}
                : cell_of(a, format_share, r->now, cell_value_role(r->severity, ROLE_DIM));
}

struct view_cell cell_of_tool_errors(
    struct arena *a, const struct words *w, const struct tool_diagnosis *t)
{
    const struct reading *all = &w->diagnosis->tool_errors;
    return cell_of_errors(
        a, t->errors.state == STATE_NO_DATA && isnan(all->now) ? all : &t->errors);
}

struct view_text cell_mark(enum severity severity)
{
    switch (severity) {
    case SEVERITY_CRITICAL: return (struct view_text){"!!", ROLE_CRITICAL};
    case SEVERITY_WARNING: return (struct view_text){"!", ROLE_WARNING};
    case SEVERITY_UNKNOWN: return (struct view_text){"?", ROLE_UNKNOWN};
    case SEVERITY_OK: break;
    }
    return (struct view_text){"", ROLE_OK};
}

enum role cell_role(enum severity severity)
{
    switch (severity) {
    case SEVERITY_CRITICAL: return ROLE_CRITICAL;
    case SEVERITY_WARNING: return ROLE_WARNING;
    case SEVERITY_UNKNOWN: return ROLE_UNKNOWN;
    case SEVERITY_OK: break;
    }
    return ROLE_OK;
}

enum role cell_value_role(enum severity severity, enum role calm)
{
    return severity >= SEVERITY_WARNING ? cell_role(severity) : calm;
}

// One that carries several stages by a label does not, and an expression has none.
bool cell_metrics_tell_apart(const struct plan *plan)
{
    for (size_t i = 0; i < plan->stages_count; i++) {
        const struct stage *s = &plan->stages[i];
        bool own = !s->by_label && strcmp(s->metric, s->name) != 0;
        for (size_t k = 0; own && k < i; k++) {
            own = strcmp(plan->stages[k].metric, s->metric) != 0;
        }
        if (!own) {
            return false;
        }
    }
    return true;
}

const char *cell_stage_name(struct arena *a, const struct words *w, int stage)
{
    return arena_printf(a, "%s %s", w->plan->stages[stage].name, words_statistic(w, stage));
}

static void add_below_parents(struct str *s, const struct stage *stage)
{
    for (int i = 1; i < stage->depth; i++) {
        str_add(s, "  ");
    }
    str_addf(s, "%s%s", stage->depth == 0 ? "" : stage->linked ? "┄ " : "└ ", stage->name);
}

const char *cell_tree_name(struct arena *a, const struct words *w, int stage)
{
    struct str s;
    str_init(&s);
    add_below_parents(&s, &w->plan->stages[stage]);
    return cell_settle(a, &s);
}

const char *cell_row_name(struct arena *a, const struct words *w, int stage, int names)
{
    const struct stage *its = &w->plan->stages[stage];
    struct str s;
    str_init(&s);
    add_below_parents(&s, its);
    if (names > 0) {
        str_addf(&s, "%*s%s", names - utf8_width(s.text) + COLUMN_GAP, "", its->metric);
    }
    str_addf(&s, " %s", words_statistic(w, stage));
    return cell_settle(a, &s);
}

void cell_name_widths(const struct words *w, int stage, int *name, int *metric)
{
    struct str s;
    str_init(&s);
    add_below_parents(&s, &w->plan->stages[stage]);
    *name = utf8_width(s.text);
    *metric = utf8_width(w->plan->stages[stage].metric) + 1 + utf8_width(words_statistic(w, stage));
    str_finish(&s);
}

const char *cell_span_heading(struct arena *a, const struct view_input *in)
{
    struct str s;
    str_init(&s);
    int64_t at_ms = in->words.scope->at_ms;
    clock_add_duration(&s, in->words.scope->span_ms);
    const char *span = cell_settle(a, &s);
    return at_ms > 0 ? arena_printf(a, _("%s to %s"), span, cell_time(a, at_ms, "%H:%M"))
                     : arena_printf(a, _("last %s"), span);
}

struct row_id cell_row(const struct view_input *in, enum row_kind kind, int index)
{
    return (struct row_id){kind, index, in->at};
}

bool cell_is_selected(const struct view_input *in, struct row_id id)
{
    return view_same_row(in->state->selected, id);
}

const char *cell_promql(struct arena *a, const struct words *w, int signal)
{
    const char *promql = signal >= 0 ? words_promql(w, signal) : NULL;
    struct str shown;
    if (!promql) {
        return NULL;
    }
    str_init(&shown);
    words_add_promql(&shown, w, signal, promql);
    return cell_settle(a, &shown);
}

const char *cell_why_none(struct arena *a, const struct words *w, int signal, const char *otherwise)
{
    const struct signal_data *data = signal >= 0 ? &w->store->signals[signal] : NULL;
    if (!data) {
        return otherwise;
    }
    switch (data->condition) {
    case CONDITION_ASKING: return phrase_asks(w) ? _("asking …") : _("no answer");
    case CONDITION_REFUSED:
        return data->unfit ? data->why : arena_printf(a, _("query error: %s"), data->why);
    case CONDITION_ABSENT: return *w->store->unmet ? _("no data") : _("no such metric");
    case CONDITION_ANSWERED: break;
    }
    return otherwise;
}
