#include "view/stage_rows.h"

#include <math.h>
#include <string.h>

#include "base/sip.h"
#include "base/text.h"
#include "diagnose/worst.h"
#include "view/cell.h"
#include "view/page.h"

/** The rows on their way into a group. */
struct adding {
    struct group *group;
    struct arena *arena;
    const struct view_input *own;
    struct view_row *rows; /**< of each stage */
    int *at;       /**< where each stands in the group; of a first one's heading: HEADINGS */
    int *headings; /**< of the namespace that begins with a stage; -1: none is above it */
};

static int root_of(const struct plan *p, int stage)
{
    while (p->stages[stage].parent >= 0) {
        stage = p->stages[stage].parent;
    }
    return stage;
}

static const char *place_of(const struct plan *p, int stage)
{
    return p->stages[root_of(p, stage)].place;
}

/** The first stage of the namespace that STAGE is in; -1: it is not known. */
static int first_of(const struct plan *p, int stage)
{
    const char *place = place_of(p, stage);
    int i = 0;
    while (place && (!p->stages[i].place || strcmp(p->stages[i].place, place) != 0)) {
        i++;
    }
    return place ? i : -1;
}

static size_t count_namespaces(const struct plan *p)
{
    size_t count = 0;
    for (size_t i = 0; i < p->stages_count; i++) {
        count += first_of(p, (int)i) == (int)i;
    }
    return count;
}

size_t stage_rows_most(const struct words *w)
{
    size_t headings = count_namespaces(w->plan);
    return w->plan->stages_count + (headings > 1 ? headings : 0);
}

uint64_t stage_rows_key(const struct plan *p, int stage, int source)
{
    static const unsigned char key[SIP_KEY_BYTES] = {0};
    const char *place = place_of(p, stage);
    return place ? sip_hash(key, place, strlen(place)) ^ (uint64_t)source : 0;
}

static enum fold chosen(const struct view_state *s, uint64_t key)
{
    size_t count =
        s->namespaces_count < STATE_NAMESPACES_MAX ? s->namespaces_count : STATE_NAMESPACES_MAX;
    for (size_t i = 0; i < count; i++) {
        if (s->namespaces[i].key == key) {
            return s->namespaces[i].fold;
        }
    }
    return FOLD_AUTO;
}

// A reader who is inside stays there.
static bool is_folded(const struct adding *x, int first, double trouble)
{
    const struct view_state *s = x->own->state;
    const struct plan *p = x->own->words.plan;
    bool stage = s->selected.kind == ROW_STAGE && s->selected.source == x->own->at &&
                 s->selected.index >= 0 && s->selected.index < (int)p->stages_count;
    bool inside = stage && first_of(p, s->selected.index) == first;
    switch (s->filter[0] ? FOLD_OPEN : chosen(s, stage_rows_key(p, first, x->own->at))) {
    case FOLD_OPEN: return false;
    case FOLD_CLOSED: return !inside;
    case FOLD_AUTO: break;
    }
    return x->group->folds && !inside && trouble < SEVERITY_WARNING;
}

static const char *state_of(const struct adding *x, int first, enum severity *worst)
{
    const struct diagnosis *d = x->own->words.diagnosis;
    int count = 0, deviating = 0, unknown = 0;
    for (size_t i = 0; i < d->stages_count; i++) {
        if (first_of(x->own->words.plan, (int)i) == first) {
            enum severity severity = worst_of_stage(d, (int)i);
            count++;
            deviating += severity >= SEVERITY_WARNING;
            unknown += severity == SEVERITY_UNKNOWN;
            *worst = severity > *worst ? severity : *worst;
        }
    }
    if (deviating > 0) {
        return count == 1 ? _("1 stage, deviates")
                          : arena_printf(x->arena,
                                text_count("%d of %d stages deviates", "%d of %d stages deviate",
                                    deviating),
                                deviating, count);
    }
    if (unknown > 0) {
        return count == 1
                   ? _("1 stage, cannot be judged")
                   : arena_printf(x->arena, _("%d of %d stages cannot be judged"), unknown, count);
    }
    return arena_printf(
        x->arena, text_count("%d stage, normal", "%d stages, all normal", count), count);
}

static void add_heading(struct adding *x, int first, double trouble, bool folded)
{
    enum severity worst = SEVERITY_OK;
    const struct plan *p = x->own->words.plan;
    const char *state = state_of(x, first, &worst);
    struct view_row row = {.id = cell_row(x->own, ROW_NAMESPACE, first), .heading = true};
    row.selected = cell_is_selected(x->own, row.id);
    if (folded) {
        state = arena_printf(
            x->arena, _("%s (%s opens)"), state, page_explain(x->arena, x->own, "{open}"));
    }
    struct view_text mark = cell_mark(worst);
    row.cells[COLUMN_MARK] = (struct view_cell){mark.text, mark.role, trouble};
    row.cells[COLUMN_NAME] = (struct view_cell){
        arena_printf(x->arena, _("namespace %s"), p->stages[first].place), ROLE_STRONG, trouble};
    row.cells[x->group->columns - 1] = (struct view_cell){state, cell_role(worst), 0};
    x->headings[first] = group_add(x->group, x->arena, x->own, row, -1, p->stages[first].place);
}

static double *trouble_of(struct adding *x, int stage)
{
    return &x->rows[stage].cells[COLUMN_MARK].value;
}

static void lift(double *above, double own)
{
    if (floor(own) > floor(*above)) {
        *above = floor(own) + (*above - floor(*above));
    }
}

static void lift_parents(struct adding *x)
{
    const struct plan *p = x->own->words.plan;
    for (int i = (int)p->stages_count; i-- > 0;) {
        if (p->stages[i].parent >= 0) {
            lift(trouble_of(x, p->stages[i].parent), *trouble_of(x, i));
        }
    }
}

static double worst_within(struct adding *x, int first)
{
    double worst = *trouble_of(x, first);
    for (size_t i = 0; i < x->own->words.plan->stages_count; i++) {
        if (first_of(x->own->words.plan, (int)i) == first) {
            worst = fmax(worst, *trouble_of(x, (int)i));
        }
    }
    return worst;
}

// Parents are before their children, and the heading of a namespace before its first stage.
static void add_stage(struct adding *x, int stage, bool several)
{
    enum { FOLDED = -2 };
    const struct plan *p = x->own->words.plan;
    const struct stage *s = &p->stages[stage];
    int first = several ? first_of(p, stage) : -1;
    if (first == stage) {
        double trouble = worst_within(x, first);
        bool folded = is_folded(x, first, trouble);
        add_heading(x, first, trouble, folded);
        x->at[first] = folded ? FOLDED : 0;
    }
    if (first >= 0 && x->at[first] == FOLDED) {
        return;
    }
    int above = s->parent >= 0 ? x->at[s->parent] : first >= 0 ? x->headings[first] : -1;
    x->at[stage] = group_add(x->group, x->arena, x->own, x->rows[stage], above,
        s->place ? arena_printf(x->arena, "%s %s", s->place, s->metric) : s->metric);
}

void stage_rows_add(struct group *g, struct arena *a, const struct view_input *own,
    stage_rows_make *make, const void *more)
{
    size_t count = own->words.plan->stages_count;
    struct adding x = {.group = g, .arena = a, .own = own};
    x.rows = arena_alloc(a, count, sizeof *x.rows);
    x.at = arena_alloc(a, count, sizeof *x.at);
    x.headings = arena_alloc(a, count, sizeof *x.headings);
    for (size_t i = 0; i < count; i++) {
        x.rows[i] = make(a, own, (int)i, more);
    }
    lift_parents(&x);
    bool several = count_namespaces(own->words.plan) > 1;
    for (size_t i = 0; i < count; i++) {
        add_stage(&x, (int)i, several);
    }
}
