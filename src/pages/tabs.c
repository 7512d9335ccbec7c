#include "pages/tabs.h"

#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "bind/bindings.h"
#include "pages/pages.h"

enum {
    KEYS_FROM = 60,
    NAMES_FROM = 100,
    GAPS = 5,
    SOURCE_LEAST = 8,
    SOURCE_FAIR = 12,
    SOURCE_MOST = 24,
    PASSES = 3
};

// What P is reached by, by its number or its name; NULL: nothing, or it is no page of its own.
static const char *key_of(struct arena *a, const struct view_input *in, const struct page_entry *p)
{
    if (!p->key || !in->bindings) {
        return p->key;
    }
    const char *key = bindings_key(in->bindings, arena_printf(a, "page %s", p->key));
    return key ? key : bindings_key(in->bindings, arena_printf(a, "page %s", p->name));
}

// The columns of a tab without its name.
static int bare_width(const struct view_tab *tab)
{
    return 1 + (tab->key ? 1 + utf8_width(tab->key) : 0);
}

static int name_width(const struct page_entry *p)
{
    return 1 + utf8_width(_(p->name));
}

/** Sets TABS to what may be named, by its page; those of no key and not shown have w 0. */
static void list(
    struct view_tab *tabs, const struct view *v, struct arena *a, const struct view_input *in)
{
    for (int i = 0; i < PAGE_COUNT; i++) {
        const struct page_entry *p = page_entry((enum page)i);
        bool active = (enum page)i == v->page;
        bool keyed = p->key && !v->wall && in->columns >= KEYS_FROM;
        tabs[i] = (struct view_tab){.active = active};
        if (active || keyed) {
            tabs[i].key = key_of(a, in, p);
            tabs[i].news = p->news && p->news(a, in);
            tabs[i].w = bare_width(&tabs[i]);
        }
    }
}

// What the first line has of an address at most is without its scheme.
static int source_width(const char *source)
{
    const char *scheme = strstr(source, "http"), *end = scheme ? strstr(scheme, "://") : NULL;
    return utf8_width(source) - (end ? (int)(end - scheme) + 3 : 0);
}

// What is left for the address: enough of it. On narrow screens, which have but a few names anyway,
// more than that comes before those of pages that have no news; WIDE ones, and those where all
// NAMES fit into ROOM beside it, do with a bit of it.
static int reserved(const struct view *v, int room, int names, bool news, bool wide)
{
    int source = source_width(v->source), name = v->name ? utf8_width(v->name) : 0;
    int most = wide ? SOURCE_LEAST : news ? SOURCE_FAIR : SOURCE_MOST;
    source = source < most ? source : most;
    return names <= room - SOURCE_LEAST ? SOURCE_LEAST : name > source ? name : source;
}

// First that which is shown and what has to have a name, then those with news, then all others.
static bool is_of_pass(const struct view_tab *tab, int pass)
{
    bool must = tab->active || !tab->key;
    return pass == 0 ? must : !must && tab->news == (pass == 1);
}

// The names for which ROOM, with the address, is enough.
static void name_some(struct view_tab *tabs, const struct view *v, int room, bool wide)
{
    int names = 0;
    for (int i = 0; i < PAGE_COUNT; i++) {
        names += tabs[i].w > 0 ? name_width(page_entry((enum page)i)) : 0;
    }
    const int keeps[PASSES] = {
        0, reserved(v, room, names, true, wide), reserved(v, room, names, false, wide)};
    for (int k = 0; k < PASSES * PAGE_COUNT; k++) {
        const struct page_entry *p = page_entry((enum page)(k % PAGE_COUNT));
        struct view_tab *tab = &tabs[k % PAGE_COUNT];
        int pass = k / PAGE_COUNT;
        if (tab->w == 0 || !is_of_pass(tab, pass)) {
            continue;
        }
        if (pass > 0 && name_width(p) > room - keeps[pass]) {
            room = 0; // no gaps among the names
        } else {
            tab->name = _(p->name);
            tab->w += name_width(p);
            room -= name_width(p);
        }
    }
}

void tabs_build(struct view *out, struct arena *a, const struct view_input *in)
{
    struct view_tab *tabs = arena_alloc(a, PAGE_COUNT, sizeof *tabs);
    int room = in->columns - VIEW_TABS_X - GAPS - utf8_width(out->clock.text);
    list(tabs, out, a, in);
    for (int i = 0; i < PAGE_COUNT; i++) {
        room -= tabs[i].w;
    }
    name_some(tabs, out, room, in->columns >= NAMES_FROM);
    int x = VIEW_TABS_X;
    for (int i = 0; i < PAGE_COUNT; i++) {
        if (tabs[i].w > 0) {
            tabs[i].x = x;
            x += tabs[i].w;
            tabs[out->tabs_count++] = tabs[i];
        }
    }
    out->tabs = tabs;
}
