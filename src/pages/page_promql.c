#include "pages/pages.h"

#include <string.h>

#include "base/text.h"
#include "view/cell.h"
#include "view/page.h"

enum { PER_QUERY = 3, ENTRIES_MAX = PER_QUERY * (VIEW_PANES_MAX + 5) };

/** The queries of a page, as they are added. */
struct queries {
    struct view_entry *entries;
    size_t count; /**< of the entries: a name, the query, a blank line */
    int choice;   /**< the query that is selected */
    const char *chosen;
};

static bool holds(const struct queries *q, const char *promql)
{
    for (size_t i = 0; i < q->count; i += PER_QUERY) {
        if (strcmp(q->entries[i + 1].text.text, promql) == 0) {
            return true;
        }
    }
    return false;
}

static void add(struct queries *q, const char *title, const char *promql)
{
    if (q->count + PER_QUERY > ENTRIES_MAX || !promql || holds(q, promql)) {
        return;
    }
    bool selected = (int)(q->count / PER_QUERY) == q->choice;
    enum role role = selected ? ROLE_STRONG : ROLE_NORMAL;
    q->chosen = selected ? promql : q->chosen;
    q->entries[q->count++] = (struct view_entry){.key = {title, ROLE_TITLE}, .selected = selected};
    q->entries[q->count++] =
        (struct view_entry){.text = {promql, role}, .wrap = true, .selected = selected};
    q->count++; // an empty line
}

// A table has no query of its own: what it shows of the selected row has.
static void add_row(struct queries *q, struct arena *a, const struct view_input *in)
{
    const struct plan *plan = in->words.plan;
    struct row_id id = in->state->selected;
    if (id.kind != ROW_STAGE || id.index < 0 || id.index >= (int)plan->stages_count) {
        return;
    }
    const struct stage *s = &plan->stages[id.index];
    const struct words *w = &in->words;
    add(q, arena_printf(a, _("%s: latency"), s->name), cell_promql(a, w, s->latency_signal));
    add(q, arena_printf(a, _("%s: errors per second"), s->name),
        cell_promql(a, w, s->errors_signal));
    add(q, arena_printf(a, _("%s: requests per second"), s->name),
        cell_promql(a, w, s->requests_signal));
    for (int i = 0; i < s->saturation_count; i++) {
        int signal = s->saturation_first + i;
        const char *what = plan->signals[signal].what;
        add(q,
            what ? arena_printf(a, _("%s: %s"), s->name, what)
                 : arena_printf(a, _("%s: in use"), s->name),
            cell_promql(a, w, signal));
    }
}

static bool is_of_stages(const struct view_pane *pane)
{
    for (size_t i = 0; pane->kind == PANE_TABLE && i < pane->table->count; i++) {
        if (pane->table->rows[i].id.kind == ROW_STAGE) {
            return true;
        }
    }
    return false;
}

static void build_page(struct view *v, struct arena *a, const struct view_input *in)
{
    struct view_state state = *in->state;
    state.page = page_before(&state);
    struct view *inner = arena_alloc(a, 1, sizeof *inner);
    const struct view_input before = {.words = in->words,
        .sources = in->sources,
        .sources_count = in->sources_count,
        .at = in->at,
        .state = &state,
        .now_ms = in->now_ms,
        .columns = in->columns,
        .rows = in->rows};
    inner->page = state.page;
    struct queries q = {.entries = arena_alloc(a, ENTRIES_MAX, sizeof *q.entries)};
    if (!page_entry(state.page)->text) {
        page_entry(state.page)->build(inner, a, &before);
    }
    view_settle_focus(inner, &before);
    q.choice = in->state->choice;
    // the focused pane first: it is what was asked for
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < inner->panes_count; i++) {
            const struct view_pane *pane = &inner->panes[i];
            if (pane->focused != (pass == 0)) {
                continue;
            }
            if (is_of_stages(pane)) {
                add_row(&q, a, in);
            } else {
                const char *about = pane->about   ? pane->about
                                    : pane->title ? pane->title
                                                  : _("tool calls per second");
                add(&q, about, pane->promql);
                add(&q, arena_printf(a, _("%s, %s"), about, pane->then.text ? pane->then.text : ""),
                    pane->then_promql);
            }
        }
    }
    if (q.count == 0) {
        page_add_message(v, a, _("That page has no PromQL right now."));
        return;
    }
    v->choices = (int)(q.count / PER_QUERY);
    static const struct view_key keys[] = {{"open", N_("run")}, {"down", N_("next")},
        {"copy-query", N_("copy it")}, {"copy-link", N_("copy a link")}, {"back", N_("back")},
        {"help", N_("help")}, {"quit", N_("quit")}};
    page_choose_commands(v, a, in, keys, sizeof keys / sizeof *keys);
    page_add(
        v, (struct view_pane){.kind = PANE_ENTRIES,
               .title = arena_printf(a, _("PromQL behind %s"), _(page_entry(state.page)->title)),
               .promql = q.chosen ? q.chosen : q.entries[1].text.text,
               .entries = q.entries,
               .count = q.count,
               .id = {.index = -1},
               .wish = {.least = 1, .lines = 1, .grow = 1}});
}

const struct page_entry page_promql = {.name = N_("promql"),
    .title = N_("the queries"),
    .help =
        N_("The PromQL behind the previous page, that of the focused pane first; {open} runs the "
           "selected query on the query page, where it can be edited."),
    .build = build_page,
    .open = page_open_query,
    .rows = PAGE_ROWS_ALL,
    .text = true,
    .queries = true};
