#include "view/group.h"

#include "base/text.h"
#include "diagnose/worst.h"
#include "view/cell.h"
#include "view/fleet_state.h"
#include "view/order.h"
#include "view/page.h"

enum { MOST_OF_TEN = 6 }; // of the screen's lines may be rows of all sources

bool group_is_wanted(const struct view_input *in)
{
    return in->sources_count > 1;
}

bool group_shows(const struct view_input *in, int i)
{
    return in->state->only == 0 || in->state->only == i + 1;
}

int group_sources(const struct view_input *in)
{
    return in->sources_count > 0 ? (int)in->sources_count : 1;
}

bool group_is_stale(const struct view_input *own)
{
    return group_is_wanted(own) && fleet_is_stale(&own->words, own->now_ms);
}

void group_init(struct group *g, struct arena *a, const struct view_input *in, size_t columns,
    size_t (*count)(const struct words *w))
{
    size_t most = 0, shown = 0;
    for (int i = 0; i < group_sources(in); i++) {
        const struct view_input own = view_input_of(in, i);
        size_t rows = 1 + count(&own.words);
        most += rows;
        shown += group_shows(in, i) ? rows : 0;
    }
    *g = (struct group){.columns = columns,
        .heading = -1,
        .folds = in->rows > 0 && shown > (size_t)(in->rows * MOST_OF_TEN / 10)};
    g->rows = arena_alloc(a, most, sizeof *g->rows);
    g->parents = arena_alloc(a, most, sizeof *g->parents);
    g->also = arena_alloc(a, most, sizeof *g->also);
}

// A reader who is inside stays there.
static bool is_folded(const struct group *g, const struct view_input *own)
{
    const struct view_state *s = own->state;
    bool inside =
        s->selected.source == own->at && s->selected.kind != ROW_SOURCE && s->selected.index >= 0;
    if (s->filter[0] || s->only > 0) {
        return false;
    }
    switch (s->folds[own->at]) {
    case FOLD_OPEN: return false;
    case FOLD_CLOSED: return !inside;
    case FOLD_AUTO: break;
    }
    const struct source_state *source = &own->words.store->source;
    if (source->health == HEALTH_LOST && source->answered_ms == 0) {
        return true; // its rows would only say so again
    }
    return g->folds && !inside && own->words.diagnosis->verdict.severity < SEVERITY_WARNING;
}

static void add_heading(struct group *g, struct arena *a, const struct view_input *own, bool folded)
{
    const struct view_source *source = &own->sources[own->at];
    const struct words *w = &own->words;
    struct view_text mark = fleet_mark(w);
    enum severity severity = w->diagnosis->verdict.severity;
    double rank = worst_verdict_rank(&w->diagnosis->verdict);
    struct view_row row = {.id = cell_row(own, ROW_SOURCE, 0), .heading = true};
    row.selected = cell_is_selected(own, row.id);
    struct str s;
    str_init(&s);
    // of one moment in the past the first line tells
    if (w->diagnosis->verdict.condition != VERDICT_ASKING && w->scope->at_ms <= 0) {
        fleet_add_age(&s, w, own->now_ms, true);
    }
    row.aside = (struct view_text){
        cell_settle(a, &s), fleet_is_stale(w, own->now_ms) ? ROLE_NOTICE : ROLE_DIM};
    fleet_add_state(&s, w, own->now_ms);
    const char *state = cell_settle(a, &s);
    if (folded && w->plan->stages_count > 0) {
        state = arena_printf(a, _("%s (%s opens)"), state, page_explain(a, own, "{open}"));
    }
    bool known = severity != SEVERITY_UNKNOWN;
    row.cells[COLUMN_MARK] = (struct view_cell){mark.text, mark.role, rank};
    row.cells[COLUMN_NAME] = (struct view_cell){source->name, ROLE_STRONG, rank};
    row.cells[g->columns - 1] =
        (struct view_cell){state, known ? cell_role(severity) : mark.role, 0};
    g->parents[g->count] = -1;
    g->also[g->count] = w->source->url;
    g->rows[g->count++] = row;
}

bool group_begin(struct group *g, struct arena *a, const struct view_input *own)
{
    if (!group_shows(own, own->at)) {
        return false;
    }
    bool wanted = group_is_wanted(own), folded = wanted && is_folded(g, own);
    g->heading = wanted ? (int)g->count : -1;
    if (wanted) {
        add_heading(g, a, own, folded);
    }
    return !folded;
}

int group_add(struct group *g, struct arena *a, const struct view_input *own, struct view_row row,
    int parent, const char *also)
{
    row.stale = group_is_stale(own);
    g->parents[g->count] = parent >= 0 ? parent : g->heading;
    g->also[g->count] = group_is_wanted(own) && also
                            ? arena_printf(a, "%s %s", own->sources[own->at].name, also)
                            : also;
    g->rows[g->count] = row;
    return (int)g->count++;
}

void group_settle(struct group *g, struct arena *a, struct view_table *t, const char *filter)
{
    t->rows = g->rows;
    t->count = g->count;
    order_rows(a, t, g->parents, g->also, filter);
}

const char *group_name(struct arena *a, const struct view_input *own, const char *name)
{
    return group_is_wanted(own) ? arena_printf(a, "%s  %s", own->sources[own->at].name, name)
                                : name;
}
