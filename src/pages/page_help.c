#include "base/names.h"
#include "pages/pages.h"

#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/text.h"
#include "bind/bindings.h"
#include "view/notice.h"
#include "view/order.h"
#include "view/page.h"

// TRANSLATORS: signs, left of what they mean, have room for 16 columns
static const struct view_key signs[] = {
    {"!!", N_("critical: far from usual, or the SLO is broken")},
    {"!", N_("warning: clearly more than usual, and more than noise")},
    {"a", N_("an alert about that stage is firing")},
    {"?", N_("cannot be judged; the verdict says why")},
    {N_("CULPRIT"), N_("the stage that explains the rise")},
    {"┄", N_("below what is assumed to call it, by its role alone: nothing measured says so")},
    {">= 10 s", N_("beyond the last bucket: at least that")},
    {N_("mean*"), N_("a summary without quantiles: only the mean can be known")},
    {N_("n=3, too few"), N_("too few requests in the window to judge")},
    {"S, R, D", N_("below a chart: a process started or restarted, or a deployment changed")},
    {N_("dots in a chart"),
        N_("the same time on another day, overlaid with {compare}; a cross: an exemplar, see "
           "{exemplars}")},
    {N_("P95 in a chart"), N_("red or !! where it is critical, dotted where it is usual")},
};

enum { SIGNS_COUNT = sizeof signs / sizeof *signs };

/** The lines of the help, as they are added. */
struct help {
    struct view_entry *entries;
    size_t count;
    const char *search;  /**< only lines that match it; "": all */
    const char *heading; /**< of what comes, which is not there before something comes; or NULL */
};

static void add_heading(struct help *h, const char *text)
{
    h->heading = text;
}

static void put(struct help *h, struct view_entry entry)
{
    if (h->heading) {
        h->count += h->count > 0; // an empty line
        h->entries[h->count++] = (struct view_entry){.key = {h->heading, ROLE_TITLE}};
        h->heading = NULL;
    }
    h->entries[h->count++] = entry;
}

static void add(struct help *h, struct arena *a, const char *key, const char *text)
{
    if (order_matches(h->search, arena_printf(a, "%s %s", key, text))) {
        put(h, (struct view_entry){{key, ROLE_KEY}, {text, ROLE_NORMAL}, .wrap = true});
    }
}

// Whole, as the status line cuts the first and only counts the others.
static void add_notes(struct help *h, struct arena *a, const struct view_input *in)
{
    struct str s;
    str_init(&s);
    add_heading(h, _("Notes"));
    for (size_t i = *h->search ? 1 : 0; notice_add_note(&s, in, i, true); i++) { // 0 is the search
        if (order_matches(h->search, s.text)) {
            put(h,
                (struct view_entry){.text = {arena_strdup(a, s.text), ROLE_NOTICE}, .wrap = true});
        }
        str_clear(&s);
    }
    str_finish(&s);
}

static size_t count_notes(const struct view_input *in)
{
    struct str s;
    size_t n = 0;
    str_init(&s);
    while (notice_add_note(&s, in, n, true)) {
        n++;
    }
    str_finish(&s);
    return n;
}

// --- keys and commands

// Of keys with an argument each, the argument names the last key: 2 is page 2, o 2 is line 2.
static bool is_alike(const struct binding *b)
{
    const char *last = strrchr(b->name, ' ');
    return !*b->argument || strcmp(b->argument, last ? last + 1 : b->name) == 0;
}

/** Adds a command with all the keys that do it, or what to type where none do. */
static void add_command(
    struct help *h, struct arena *a, const struct view_input *in, const struct command_entry *c)
{
    struct str typed;
    str_init(&typed);
    str_add(&typed, ":");
    command_add_usage(&typed, c);
    const char *first = NULL, *also = NULL;
    for (size_t i = 0; i < in->bindings->count; i++) {
        const struct binding *b = &in->bindings->items[i];
        if (b->command == c && is_alike(b)) {
            also = first ? names_next(a, also, b->name) : NULL;
            first = first ? first : b->name;
        }
    }
    if (first && c->argument != ARGUMENT_NONE) {
        also = names_next(a, also, arena_strdup(a, typed.text));
    }
    add(h, a, first ? first : arena_strdup(a, typed.text),
        also ? arena_printf(a, _("%s (also %s)"), _(c->help), also) : _(c->help));
    str_finish(&typed);
}

/** Adds the keys of the user's own that do what a command does with one argument. */
static void add_arguments(
    struct help *h, struct arena *a, const struct bindings *bindings, const struct command_entry *c)
{
    for (size_t i = 0; i < bindings->count; i++) {
        const struct binding *b = &bindings->items[i];
        if (b->command == c && !is_alike(b)) {
            add(h, a, b->name, arena_printf(a, ":%s", b->line)); // as it is typed
        }
    }
}

static void add_commands(struct help *h, struct arena *a, const struct view_input *in)
{
    size_t count;
    const struct command_entry *table = command_table(&count);
    for (size_t i = 0; i < count; i++) {
        if (table[i].name) {
            add_command(h, a, in, &table[i]);
            add_arguments(h, a, in->bindings, &table[i]);
        } else {
            add_heading(h, _(table[i].help));
        }
    }
}

/** What KEY, which stands for a command alone, does; NULL: it begins several, or is of none. */
static const char *meaning_of(const struct bindings *bindings, const char *key)
{
    for (size_t i = 0; i < bindings->count; i++) {
        const struct binding *b = &bindings->items[i];
        if (strcmp(b->name, key) == 0) {
            return *b->argument ? NULL : b->command->help;
        }
    }
    return NULL;
}

/** Adds what the page before is about, and the keys that its last line offers. */
static void add_page(struct help *h, struct arena *a, const struct view_input *in)
{
    struct view_state state = *in->state;
    state.page = page_before(&state);
    const struct page_entry *page = page_entry(state.page);
    add_heading(h, arena_printf(a, _("This page: %s"), _(page->title)));
    add(h, a, _(page->name), page_explain(a, in, _(page->help)));
    if (page->text) {
        return;
    }
    struct view_input before = *in;
    before.state = &state;
    struct view *inner = arena_alloc(a, 1, sizeof *inner);
    inner->page = state.page;
    page->build(inner, a, &before);
    for (size_t i = 0; i < inner->keys_count; i++) {
        const struct view_key *k = &inner->keys[i];
        const char *meaning = meaning_of(in->bindings, k->key);
        add(h, a, k->key, meaning ? _(meaning) : k->label);
    }
}

static void add_pages(struct help *h, struct arena *a, const struct view_input *in)
{
    add_heading(h, _("Pages"));
    for (int i = 0; i < PAGE_COUNT; i++) {
        const struct page_entry *p = page_entry((enum page)i);
        if (p->key) {
            const char *name = arena_printf(a, "%s  %s", p->key, _(p->name));
            add(h, a, name, page_explain(a, in, _(p->help)));
        }
    }
}

static void build_page(struct view *v, struct arena *a, const struct view_input *in)
{
    check(in->bindings); // a key opened it
    size_t commands_count;
    command_table(&commands_count);
    size_t most =
        3 * commands_count + in->bindings->count + SIGNS_COUNT + PAGE_COUNT + 14 + count_notes(in);
    struct help h = {
        .entries = arena_alloc(a, most, sizeof *h.entries), .search = in->state->filter};
    add_page(&h, a, in);
    add_notes(&h, a, in);
    add_commands(&h, a, in);
    add_heading(&h, _("Signs"));
    for (size_t i = 0; i < SIGNS_COUNT; i++) {
        add(&h, a, _(signs[i].key), page_explain(a, in, _(signs[i].label)));
    }
    add_pages(&h, a, in);
    static const struct view_key keys[] = {{"down", N_("scroll")}, {"page-down", N_("next screen")},
        {"filter", N_("search")}, {"back", N_("back")}, {"quit", N_("quit")}};
    page_choose_commands(v, a, in, keys, sizeof keys / sizeof *keys);
    if (h.count == 0) {
        page_add_message(v, a, page_explain(a, in, _("Nothing in the help matches; {back}: all.")));
        return;
    }
    page_add(v, (struct view_pane){.kind = PANE_ENTRIES,
                    .entries = h.entries,
                    .count = h.count,
                    .flows = true,
                    .id = {.index = -1},
                    .wish = {.least = 1, .lines = 1, .grow = 1}});
}

const struct page_entry page_help = {.name = N_("help"),
    .title = N_("the help"),
    .help = N_("Keys and signs."),
    .build = build_page,
    .open = page_open_pane,
    .rows = PAGE_ROWS_ALL,
    .text = true,
    .searched = true};
