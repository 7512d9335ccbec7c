#include "pages/footer.h"

#include <string.h>

#include "base/text.h"
#include "bind/bindings.h"
#include "bind/command.h"
#include "pages/pages.h"
#include "view/page.h"

enum { NARROW = 80, OFFERS_MAX = 32 }; // below, how to leave comes before what may not fit

/** What is known of the page that keys are about. */
struct foot {
    const struct view *v;
    const struct view_input *in;
    const struct page_entry *page;
};

static bool has_pane(const struct foot *p, enum pane_kind kind)
{
    bool any = false;
    for (size_t i = 0; i < p->v->panes_count; i++) {
        any = any || p->v->panes[i].kind == kind;
    }
    return any;
}

static bool always(const struct foot *p)
{
    (void)p;
    return true;
}

static bool has_charts(const struct foot *p)
{
    return has_pane(p, PANE_CHART) || has_pane(p, PANE_HEAT);
}

static bool has_lines(const struct foot *p)
{
    return has_pane(p, PANE_CHART);
}

static bool has_several_lines(const struct foot *p)
{
    bool any = false;
    for (size_t i = 0; i < p->v->panes_count; i++) {
        const struct view_pane *pane = &p->v->panes[i];
        any = any || (pane->kind == PANE_CHART && pane->chart->lines_count > 1);
    }
    return any;
}

static bool has_tables(const struct foot *p)
{
    return has_pane(p, PANE_TABLE);
}

static bool has_queries(const struct foot *p)
{
    bool any = false;
    for (size_t i = 0; i < p->v->panes_count; i++) {
        any = any || p->v->panes[i].promql;
    }
    return any && !p->page->text;
}

static bool has_past(const struct foot *p)
{
    return !p->page->text;
}

static bool has_panes(const struct foot *p)
{
    return view_focus_count(p->v) > 1;
}

static bool has_focus(const struct foot *p)
{
    return view_focused(p->v) != NULL;
}

static bool is_home(const struct foot *p)
{
    return p->v->findings;
}

static bool lists_exemplars(const struct foot *p)
{
    return p->page->lists_exemplars && p->in->state->selected.kind != ROW_TOOL;
}

static bool has_sources(const struct foot *p)
{
    return p->in->sources_count > 1;
}

// Something is open that Esc closes.
static bool has_way_back(const struct foot *p)
{
    const struct view_state *s = p->in->state;
    return s->trail_count > 0 || s->full || s->filter[0] || s->cursor_ms > 0 || s->exemplars ||
           !is_home(p);
}

static bool opens(const struct foot *p)
{
    return p->page->open && !view_is_empty(p->v);
}

/** A command that may be offered, in the order of the line. */
struct offer {
    const char *command;
    const char *label; // NULL: that of the command
    bool (*applies)(const struct foot *p);
};

static const struct offer offers[] = {{"open", NULL, opens}, {"back", NULL, has_way_back},
    {"alerts", NULL, is_home}, {"one-source", NULL, has_sources}, {"earlier", NULL, has_past},
    {"cursor", NULL, has_charts}, {"compare", NULL, has_lines},
    {"line 1 ...", N_("lines"), has_several_lines}, {"exemplars", NULL, lists_exemplars},
    {"promql", NULL, has_queries}, {"next-pane", NULL, has_panes},
    {"copy-table ...", N_("copy"), always}, {"filter", NULL, has_tables}, {"full", NULL, has_focus},
    {"zoom-in", NULL, has_past}, {"zoom-out", NULL, has_past}, {"command", NULL, always},
    {"pause", NULL, always}, {"refetch", NULL, always}, {"next-theme", NULL, always},
    {"wall", NULL, always}, {"help", NULL, always}, {"quit", NULL, always}};

static const char *label_of(const struct offer *offer)
{
    size_t count;
    const struct command_entry *table = command_table(&count);
    for (size_t i = 0; i < count && !offer->label; i++) {
        if (table[i].name && strcmp(table[i].name, offer->command) == 0) {
            return table[i].label;
        }
    }
    return offer->label;
}

// What Enter does to the selected row, where that is not to open it.
static const char *enters(const struct foot *p)
{
    const struct page_act act = p->page->open(p->v, p->in->state);
    switch (act.kind) {
    case PAGE_ACT_FOLD: return N_("fold or unfold");
    case PAGE_ACT_FULL: return N_("full");
    case PAGE_ACT_COMMANDS: return N_("copy it");
    case PAGE_ACT_QUERY: return N_("ask");
    case PAGE_ACT_NONE:
    case PAGE_ACT_SAY:
    case PAGE_ACT_GO: break;
    }
    return NULL;
}

static bool is_way_out(const struct offer *offer)
{
    return strcmp(offer->command, "help") == 0 || strcmp(offer->command, "quit") == 0;
}

void footer_build(struct view *v, struct arena *a, const struct view_input *in)
{
    struct view_key keys[OFFERS_MAX];
    const struct foot p = {v, in, page_entry(v->page)};
    size_t count = 0, all = sizeof offers / sizeof *offers;
    if (!v->keyed || v->keys_count > 0) {
        return;
    }
    for (int pass = 0; pass < 3; pass++) { // Enter, the ways out of narrow screens, the rest
        for (size_t i = 0; i < all && count < OFFERS_MAX; i++) {
            bool early = in->columns < NARROW && is_way_out(&offers[i]);
            int its = i == 0 ? 0 : early ? 1 : 2;
            const char *label = its == pass && offers[i].applies(&p) ? label_of(&offers[i]) : NULL;
            const char *enter = label && i == 0 ? enters(&p) : NULL;
            if (label) {
                keys[count++] = (struct view_key){offers[i].command, enter ? enter : label};
            }
        }
    }
    page_choose_commands(v, a, in, keys, count);
}
