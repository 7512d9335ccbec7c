#include "pages/why_pane.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "base/wrap.h"
#include "diagnose/strain.h"
#include "pages/pages.h"
#include "view/cell.h"
#include "view/fleet_state.h"
#include "view/machine_pane.h"
#include "view/page.h"

enum why_column { WHY_MARK, WHY_NUMBER, WHY_MEANING, WHY_COUNT };
enum { LINES_MOST = 3, STEPS_MOST = 8, STEP_LINES = 3, MARGIN = 5, LEAST = 20 };
enum { KEEP = 12, KEEP_CHOSEN = 6 }; // lines; more only of what is left: nothing else goes for it

// A step is a query; the last one may be lines for a shell.
enum { STEP_COMMANDS = 100 };

static const struct view_column columns[WHY_COUNT] = {
    [WHY_MARK] = {"", KIND_MARK, 0, 0},
    [WHY_NUMBER] = {N_("why"), KIND_NAME, 0, 0},
    [WHY_MEANING] = {"", KIND_CODE, 0, 0},
};

static struct view_row *add(struct view_table *t, const char *number, enum role role)
{
    struct view_row *row = &t->rows[t->count++];
    *row = (struct view_row){.id = {.kind = ROW_STEP, .index = -1}};
    row->cells[WHY_MARK] = (struct view_cell){"", ROLE_DIM, NAN};
    row->cells[WHY_NUMBER] = (struct view_cell){number, role, NAN};
    return row;
}

// As many rows as it has lines: nothing of it is cut.
static void add_finding(
    struct view_table *t, struct arena *a, const struct words_finding *f, int width)
{
    const char *number = *f->number ? f->number : "–"; // else it is more of the one above
    const char *text = f->meaning;
    for (int i = 0; i < LINES_MOST && *text; i++) {
        bool last = i + 1 == LINES_MOST;
        const char *end = last ? text + strlen(text) : wrap_line_end(text, width);
        struct view_row *row = add(t, number, ROLE_STRONG);
        row->cells[WHY_MEANING] =
            (struct view_cell){arena_printf(a, "%.*s", (int)(end - text), text), ROLE_NORMAL, NAN};
        number = "";
        text = wrap_next_line(end);
    }
}

/** The table, and what its texts may take of each row. */
struct space {
    struct view_table *table;
    int width;
    bool unfolds; /**< steps take as many rows as they need */
};

// The rows below the first are of the same step, and look so when it is selected.
static void add_step(const struct space *sp, struct arena *a, const struct view_input *in,
    int index, const char *text)
{
    struct view_row *row = add(sp->table, _("▸ next"), ROLE_KEY);
    row->id = cell_row(in, ROW_STEP, index);
    bool selected = cell_is_selected(in, row->id);
    for (int i = 0; i < STEP_LINES && (i == 0 || *text); i++) {
        bool last = !sp->unfolds || i + 1 == STEP_LINES;
        const char *end = last ? text + strlen(text) : wrap_line_end(text, sp->width);
        row = i > 0 ? add(sp->table, "", ROLE_KEY) : row;
        row->selected = selected;
        row->cells[WHY_MEANING] =
            (struct view_cell){arena_printf(a, "%.*s", (int)(end - text), text), ROLE_NORMAL, NAN};
        text = wrap_next_line(end);
    }
}

// The pod that the verdict names, if any.
static const char *pod_of(const struct verdict *v)
{
    const char *pod = v->pod;
    for (size_t i = 0; i < v->evidence_count && !pod; i++) {
        const struct evidence *e = &v->evidence[i];
        bool of_pod = e->kind == EVIDENCE_RESTARTS || e->kind == EVIDENCE_STALLED ||
                      (e->kind == EVIDENCE_STRAIN && !strain_is_of_node(e->strain));
        pod = of_pod ? e->name : NULL;
    }
    return pod;
}

/** The steps as they are shown, and the query of the selected one. */
static const char *add_steps(
    struct view *v, const struct space *sp, struct arena *a, const struct view_input *in)
{
    const struct words *w = &in->words;
    const char *chosen = NULL, *pod = pod_of(&w->diagnosis->verdict);
    struct words_step step;
    struct str s;
    str_init(&s);
    for (size_t i = 0; i < STEPS_MOST && words_next(&step, w, i); i++) {
        words_add_promql(&s, w, step.signal, step.promql);
        const char *promql = cell_settle(a, &s);
        words_add_step(&s, &step);
        add_step(sp, a, in, (int)i, arena_printf(a, _("%s: %s"), cell_settle(a, &s), promql));
        chosen = cell_is_selected(in, cell_row(in, ROW_STEP, (int)i)) ? promql : chosen;
    }
    if (pod && w->diagnosis->verdict.stage >= 0) {
        v->commands = machine_commands(a, in, w->diagnosis->verdict.stage, pod);
    }
    if (v->commands) {
        int len = (int)strcspn(v->commands, "\n");
        add_step(sp, a, in, STEP_COMMANDS, arena_printf(a, "%.*s", len, v->commands));
    }
    return chosen;
}

// Of the numbers and what stands in their column.
static int widest(const struct words_finding *found, size_t count)
{
    int width = utf8_width(_("▸ next")), heading = utf8_width(_(columns[WHY_NUMBER].heading));
    width = heading > width ? heading : width;
    for (size_t i = 0; i < count; i++) {
        int w = utf8_width(found[i].number);
        width = w > width ? w : width;
    }
    return width;
}

static const struct view_column *columns_of(struct arena *a, int number_width)
{
    struct view_column *own = arena_alloc(a, WHY_COUNT, sizeof *own);
    memcpy(own, columns, sizeof columns);
    own[WHY_NUMBER].width = number_width + 1;
    return own;
}

static struct view_input given(const struct view_input *in)
{
    return in->sources_count > 0
               ? view_input_of(in, fleet_given(in->sources, in->sources_count, in->state->only))
               : *in;
}

// That all is normal explains nothing.
static bool is_told(const struct verdict *v)
{
    bool told = false;
    for (size_t i = 0; i < v->evidence_count; i++) {
        told = told || v->evidence[i].kind != EVIDENCE_NORMAL;
    }
    return told;
}

// What the verdict says as well can wait until after what to look at next; not what has no number
// before it, which would be read as more of the step above.
static bool can_wait(enum evidence_kind kind, const struct words_finding *f)
{
    return *f->number && (kind == EVIDENCE_NORMAL || kind == EVIDENCE_NO_LOAD);
}

static void add_findings(const struct space *sp, struct arena *a, const struct verdict *v,
    const struct words_finding *found, bool waiting)
{
    for (size_t i = 0; i < v->evidence_count; i++) {
        if (can_wait(v->evidence[i].kind, &found[i]) == waiting) {
            add_finding(sp->table, a, &found[i], sp->width);
        }
    }
    if (!waiting && v->evidence_more > 0) {
        add(sp->table, "", ROLE_DIM)->cells[WHY_MEANING] = (struct view_cell){
            arena_printf(a, text_count("and %zu more", "and %zu more", (double)v->evidence_more),
                v->evidence_more),
            ROLE_DIM, NAN};
    }
}

// Returns the query of the selected step, if any.
static const char *fill(struct view *v, struct view_table *t, struct arena *a,
    const struct view_input *own, int columns_wide, bool unfolds)
{
    const struct verdict *verdict = &own->words.diagnosis->verdict;
    size_t count = verdict->evidence_count;
    struct words_finding *found = arena_alloc(a, count, sizeof *found);
    for (size_t i = 0; i < count; i++) {
        found[i] = words_find(a, &own->words, i);
    }
    int number = widest(found, count), width = columns_wide - VIEW_INDENT - number - MARGIN;
    *t = (struct view_table){
        .columns = columns_of(a, number), .columns_count = WHY_COUNT, .ranked = true};
    const struct space space = {t, width > LEAST ? width : LEAST, unfolds};
    t->rows =
        arena_alloc(a, count * LINES_MOST + (STEPS_MOST + 1) * STEP_LINES + 1, sizeof *t->rows);
    t->headings[WHY_MARK] = t->headings[WHY_MEANING] = "";
    t->headings[WHY_NUMBER] = _(columns[WHY_NUMBER].heading);
    add_findings(&space, a, verdict, found, false);
    const char *promql = add_steps(v, &space, a, own);
    add_findings(&space, a, verdict, found, true);
    return promql;
}

static bool has_steps(const struct view_table *t)
{
    bool has = false;
    for (size_t i = 0; i < t->count; i++) {
        has = has || t->rows[i].id.index >= 0;
    }
    return has;
}

void why_add(struct view *v, struct arena *a, const struct view_input *in, int rank)
{
    const struct view_input own = given(in);
    if (!is_told(&own.words.diagnosis->verdict) || in->state->filter[0]) { // who filters wants rows
        return;
    }
    struct view_table *t = arena_alloc(a, 1, sizeof *t);
    const char *promql = fill(v, t, a, &own, in->columns, false);
    t->unfolded = arena_alloc(a, 1, sizeof *t);
    fill(v, t->unfolded, a, &own, in->columns, true);
    t->unfolded->folded = t;
    struct view_pane *pane = page_add_table(v, t, promql, rank);
    if (pane) {
        pane->wish.lines = (int)t->unfolded->count + 1;
        bool chosen = in->state->selected.kind == ROW_STEP;
        pane->wish.rank = chosen ? 0 : rank;
        int keep = chosen ? KEEP_CHOSEN : KEEP;
        pane->wish.keep = pane->wish.keep < keep ? pane->wish.keep : keep;
        pane->can_focus = has_steps(t);
        pane->about = _("what to look at next");
    }
}

struct row_id why_subject(const struct view_input *in)
{
    struct row_id id = in->state->selected;
    const struct view_input own = given(in);
    if (id.kind == ROW_STEP) {
        id = cell_row(&own, ROW_STAGE, own.words.diagnosis->verdict.stage);
    }
    return id;
}

struct page_act why_open(const struct view *v, const struct view_state *s)
{
    if (s->selected.index == STEP_COMMANDS && v->commands) {
        return (struct page_act){.kind = PAGE_ACT_COMMANDS};
    }
    return (struct page_act){.kind = PAGE_ACT_QUERY};
}
