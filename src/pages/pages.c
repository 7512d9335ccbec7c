#include "pages/pages.h"

#include <string.h>

#include "base/names.h"
#include "base/text.h"

static const struct page_entry *const entries[PAGE_COUNT] = {
#define PAGE(NAME, name) [PAGE_##NAME] = &page_##name,
#include "view/pages.def"
#undef PAGE
};

const struct page_entry *page_entry(enum page page)
{
    return entries[page];
}

enum page page_find(const char *name)
{
    int i = 0;
    while (i < PAGE_COUNT && strcmp(entries[i]->name, name) != 0 &&
           (!entries[i]->key || strcmp(entries[i]->key, name) != 0)) {
        i++;
    }
    return (enum page)i;
}

enum page page_before(const struct view_state *s)
{
    return s->trail_count > 0 ? s->trail[s->trail_count - 1] : PAGE_INCIDENT;
}

bool page_types(const struct view_state *s)
{
    return entries[s->page]->edits && s->query.edited;
}

bool page_tells(const struct view_input *in, uint64_t kinds)
{
    const struct verdict *v = &in->words.diagnosis->verdict;
    bool tells = false;
    for (size_t i = 0; i < v->evidence_count; i++) {
        tells = tells || kinds >> v->evidence[i].kind & 1;
    }
    return tells;
}

void page_want_stage(const struct view_state *s, struct wants *out)
{
    static const enum feed_kind kinds[] = {FEED_NOW, FEED_SPAN, FEED_EACH_POD};
    for (size_t i = 0; s->selected.kind != ROW_TOOL && i < sizeof kinds / sizeof *kinds; i++) {
        wants_add(out, (struct want){kinds[i], s->subject, 0});
    }
    if (s->selected.kind != ROW_TOOL && s->subject >= 0) {
        wants_add(out, (struct want){FEED_INFRA, 0, 0});
    }
}

bool page_has_row(const struct view_state *s, struct row_id row)
{
    switch (row.kind) {
    case ROW_STAGE:
    case ROW_TOOL:
    case ROW_SOURCE: return true;
    case ROW_EXEMPLAR:
        if (!s->exemplars) {
            return false;
        }
        break;
    case ROW_POD:
    case ROW_SERIES:
    case ROW_NAMESPACE:
    case ROW_THING:
    case ROW_SILENCE:
    case ROW_STEP:
    case ROW_READY: break;
    }
    return (entries[s->page]->rows & 1 << row.kind) != 0;
}

struct page_act page_open_row(const struct view *v, const struct view_state *s)
{
    if (view_is_empty(v)) {
        return (struct page_act){.kind = PAGE_ACT_SAY,
            .text = s->filter[0] ? _("no row matches the filter; {back} shows all")
                                 : _("no row to open")};
    }
    if (s->selected.kind == ROW_SOURCE || s->selected.kind == ROW_NAMESPACE) {
        return (struct page_act){.kind = PAGE_ACT_FOLD};
    }
    const struct view_pane *pane = view_focused(v);
    bool about_row = pane && pane->kind != PANE_TABLE && pane->id.index >= 0;
    // where nothing was selected yet, it is the row that the page chose
    struct row_id row = about_row ? pane->id : view_step(v, s->selected, 0);
    return (struct page_act){
        .kind = PAGE_ACT_GO, .page = row.index >= 0 ? PAGE_STAGE : PAGE_TOOLS, .row = row};
}

struct page_act page_open_pane(const struct view *v, const struct view_state *s)
{
    (void)s;
    return (struct page_act){.kind = view_focused(v) ? PAGE_ACT_FULL : PAGE_ACT_NONE};
}

struct page_act page_open_query(const struct view *v, const struct view_state *s)
{
    (void)v;
    (void)s;
    return (struct page_act){.kind = PAGE_ACT_QUERY};
}

bool page_rotates(const struct diagnosis *d)
{
    (void)d;
    return true;
}

void page_names(const char *names[PAGE_COUNT + 1])
{
    size_t count = 0;
    for (int i = 0; i < PAGE_COUNT; i++) {
        if (entries[i]->key) {
            names[count++] = entries[i]->name;
        }
    }
    names[count] = NULL;
}

void page_add_unknown(struct str *s, const char *name)
{
    const char *known[PAGE_COUNT + 1];
    struct str names;
    str_init(&names);
    page_names(known);
    for (size_t i = 0; known[i]; i++) {
        str_addf(&names, "%s%s", i > 0 ? " " : "", known[i]);
    }
    str_addf(s, _("there is no page '%s'; these are: %s"), name, names.text);
    str_finish(&names);
}

bool page_first(const char *name, enum page *out, struct str *why)
{
    *out = name ? page_find(name) : PAGE_INCIDENT;
    if (*out < PAGE_COUNT && page_entry(*out)->key) {
        return true;
    }
    struct str unknown;
    str_init(&unknown);
    page_add_unknown(&unknown, name);
    str_setf(why, "--page: %s", unknown.text);
    str_finish(&unknown);
    return false;
}

static void add_headings(struct name_list *out, const struct page_columns *columns)
{
    for (size_t k = 1; k < columns->count; k++) {
        const struct view_column *c = &columns->items[k];
        bool known = c->kind != KIND_NAME && c->kind != KIND_NUMBER;
        for (size_t i = 0; i < out->count; i++) {
            known = known || strcmp(out->items[i], c->heading) == 0;
        }
        if (!known) {
            names_push(out, c->heading);
        }
    }
}

static bool find_column(const char *heading, struct str *why)
{
    struct name_list all = {0};
    names_push(&all, "worst");
    for (int i = 0; i < PAGE_COUNT; i++) {
        add_headings(&all, &entries[i]->sorts[0]);
        add_headings(&all, &entries[i]->sorts[1]);
    }
    bool found = false;
    struct str names;
    str_init(&names);
    for (size_t i = 0; i < all.count; i++) {
        found = found || strcmp(all.items[i], heading) == 0;
        str_addf(&names, "%s%s", i > 0 ? ", " : "", all.items[i]);
    }
    str_addf(why, _("there is no column '%s'; these are: %s"), heading, names.text);
    str_finish(&names);
    names_finish(&all);
    return found;
}

bool page_check_argument(enum argument kind, const char *argument, struct str *why)
{
    if (kind == ARGUMENT_PAGE) {
        page_add_unknown(why, argument);
        return page_find(argument) < PAGE_COUNT;
    }
    return kind != ARGUMENT_COLUMN || find_column(argument, why);
}
