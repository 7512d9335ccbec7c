#include "pages/pages.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/utf8.h"
#include "bind/bindings.h"
#include "pages/footer.h"
#include "pages/framing.h"
#include "pages/tabs.h"
#include "view/cell.h"
#include "view/fleet_state.h"
#include "view/hidden.h"
#include "view/history.h"
#include "view/lines.h"
#include "view/notice.h"
#include "view/verdict_pane.h"

enum { FULL_FROM = 110, DATE_FROM = 150 };

static const char *age_of(struct arena *a, const struct view_input *in)
{
    const struct source_state *source = &in->words.store->source;
    bool full = in->columns >= FULL_FROM;
    struct str s;
    str_init(&s);
    fleet_add_age(&s, &in->words, in->now_ms, full);
    const char *age = cell_settle(a, &s);
    if (source->health != HEALTH_LOST || source->retry_ms <= in->now_ms) {
        return age;
    }
    const char *wait = cell_age(a, source->retry_ms - in->now_ms + 999);
    return *age ? arena_printf(a, full ? _("%s, retrying in %s") : _("%s, retry in %s"), age, wait)
                : arena_printf(a, full ? _("retrying in %s") : _("retry in %s"), wait);
}

static void build_header(struct view *v, struct arena *a, const struct view_input *in)
{
    const char *url = in->words.source->url;
    const struct plan *plan = in->words.plan;
    struct str s;
    str_init(&s);
    const char *name = in->sources_count > 0 ? in->sources[in->at].name : NULL;
    v->name = name;
    v->source = name ? arena_printf(a, "%s  %s", name, url) : url;
    bool stale = fleet_is_stale(&in->words, in->now_ms);
    v->age = (struct view_text){age_of(a, in), stale ? ROLE_NOTICE : ROLE_HEADER};
    clock_add_duration(&s, plan->window_ms);
    v->window = arena_printf(
        a, plan_is_wide(plan) ? _("window %s, few requests") : _("window %s"), cell_settle(a, &s));
    words_add_usual(&s, &in->words);
    v->usual = arena_printf(a, _("usual: %s"), cell_settle(a, &s));
    // whoever looks at the screen must be able to tell a moment of the past from now; the bar below
    // has the day
    const char *past = in->columns >= DATE_FROM ? _("at %Y-%m-%d %H:%M:%S") : _("at %H:%M");
    int64_t at_ms = in->words.scope->at_ms;
    bool is_past = at_ms > 0;
    int64_t present_ms = in->now_ms + in->words.store->source.skew_ms; // as all times on the page
    v->clock =
        (struct view_text){is_past ? cell_time(a, at_ms, past) : cell_time(a, present_ms, "%H:%M"),
            is_past ? ROLE_NOTICE : ROLE_HEADER};
}

static void build_verdict(struct view *v, struct arena *a, const struct view_input *in)
{
    const struct view_source alone = {.words = in->words};
    const struct view_source *sources = in->sources_count > 0 ? in->sources : &alone;
    size_t count = in->sources_count > 0 ? in->sources_count : 1;
    int at = fleet_given(sources, count, in->state->only);
    const struct words *w = &sources[at].words;
    struct str s;
    str_init(&s);
    fleet_add_summary(&s, sources, count, at);
    v->summary = (struct view_text){cell_settle(a, &s), cell_role(w->diagnosis->verdict.severity)};
    v->mark = fleet_mark(w);
    if (w->diagnosis->verdict.condition == VERDICT_ASKING) {
        v->summary.role = ROLE_DIM;
    } else if (history_is_shown(in) && v->summary.role == ROLE_OK) {
        v->summary.role = ROLE_NORMAL; // that all was well then is no all-clear
        v->mark.role = ROLE_DIM;
    }
    verdict_pane_build(v, a, in);
}

// Old numbers stay, but nothing of them looks alive; and what says how old they are is kept up.
static void find_stale(struct view *v, const struct view_input *in)
{
    for (size_t i = 0; i < v->panes_count; i++) {
        struct view_pane *pane = &v->panes[i];
        bool numbers = pane->kind != PANE_VERDICT && pane->kind != PANE_ENTRIES &&
                       pane->kind != PANE_EDIT && pane->kind != PANE_CHOICES;
        bool several = pane->kind == PANE_TABLE && in->sources_count > 1; // each row by itself
        const struct view_input own = view_input_of(in, pane->id.source);
        pane->stale = numbers && !several && fleet_is_stale(&own.words, in->now_ms);
    }
    v->counting = fleet_is_stale(&in->words, in->now_ms);
    for (size_t i = 0; i < in->sources_count; i++) {
        const struct words *w = &in->sources[i].words;
        v->counting = v->counting || fleet_is_stale(w, in->now_ms) || fleet_is_late(w, in->now_ms);
    }
}

// In the past it is the way back that a reader looks for.
static void add_way_back(struct view *v, struct arena *a, const struct view_input *in)
{
    const char *live = bindings_key(in->bindings, "live");
    if (in->words.scope->at_ms <= 0 || v->keys_count == 0 || v->typed || !live) {
        return;
    }
    struct view_key *keys = arena_alloc(a, v->keys_count + 1, sizeof *keys);
    keys[0] = (struct view_key){live, _("now")};
    memcpy(keys + 1, v->keys, v->keys_count * sizeof *keys);
    v->keys = keys;
    v->keys_count++;
}

// What would do nothing is not offered.
static void drop_key(
    struct view *v, struct arena *a, const struct view_input *in, const char *command)
{
    const char *key = bindings_key(in->bindings, command);
    struct view_key *keys = arena_alloc(a, v->keys_count, sizeof *keys);
    size_t n = 0;
    for (size_t i = 0; i < v->keys_count; i++) {
        if (!key || strcmp(v->keys[i].key, key) != 0) {
            keys[n++] = v->keys[i];
        }
    }
    v->keys = keys;
    v->keys_count = n;
}

// --- the page

// Only the pane with the focus, below the verdict.
static void fill_with_focused(struct view *v)
{
    size_t n = 0;
    for (size_t i = 0; i < v->panes_count; i++) {
        struct view_pane *pane = &v->panes[i];
        if (pane->kind == PANE_VERDICT || pane->kind == PANE_EDIT || pane->focused) {
            if (pane->focused) {
                pane->wish = (struct layout_wish){.least = 1, .lines = 1, .grow = 1};
            }
            v->panes[n++] = *pane;
        }
    }
    v->panes_count = n;
}

// The row that has to be in sight: the selected one, else that at fault; -1: none.
static int row_to_see(const struct view_table *t)
{
    int culprit = -1;
    for (int i = 0; i < (int)t->count; i++) {
        if (t->rows[i].selected) {
            return i;
        }
        culprit = t->rows[i].cells[COLUMN_NAME].role == ROLE_CULPRIT ? i : culprit;
    }
    return culprit;
}

// Rows at the end that no key selects are seen with the last one that can be.
static int row_of_end(const struct view_table *t, int row)
{
    int end = (int)t->count;
    while (end > row + 1 && t->rows[end - 1].id.index < 0) {
        end--;
    }
    return end == row + 1 ? (int)t->count - 1 : row;
}

static void scroll_table(struct view_table *t, int room, bool foot)
{
    int selected = row_to_see(t), row = selected < 0 ? selected : row_of_end(t, selected);
    // without a border that says how many more there are, the last line may have to
    int reserve = !foot && room > 1 && row + 1 < (int)t->count;
    t->first = row + 1 + reserve > room && row >= 0 ? row + 1 + reserve - room : 0;
    t->first = t->first > selected && selected >= 0 ? selected : t->first;
}

// Trends cost the most, so those of rows out of sight are not made.
static void fill_table(
    struct view_table *t, struct arena *a, const struct view_input *in, int first, int end)
{
    for (int i = first; t->trend && i < end && i < (int)t->count; i++) {
        if (t->rows[i].heading) {
            continue;
        }
        const struct view_input own = view_input_of(in, t->rows[i].id.source);
        t->rows[i].trend = t->trend(a, &own, &t->rows[i]);
    }
}

// The line below the selected entry of PANE; 0: none is.
static int end_of_selected(const struct view_pane *pane)
{
    int y = 0, end = 0;
    for (size_t i = 0; i < pane->count; i++) {
        y += view_entry_lines(&pane->entries[i], pane->area.w);
        end = pane->entries[i].selected ? y : end;
    }
    return end;
}

static void scroll_entries(struct view *v, const struct view_pane *pane, int scroll)
{
    int lines = view_title_lines(pane) + view_flow(pane, pane->area.w).lines;
    int below = lines > pane->area.h ? lines - pane->area.h : 0;
    if (pane->wish.grow == 0 && pane->title) { // what stands beside a table is opened
        v->lines_more += below;
        return;
    }
    if (v->choices > 0) { // as far as what is selected needs
        int over = end_of_selected(pane) + view_title_lines(pane) - pane->area.h;
        scroll = over > 0 ? over : 0;
    }
    v->scroll_most = below;
    v->scroll = scroll < v->scroll_most ? scroll : v->scroll_most;
}

static void unfold(struct view_pane *pane)
{
    struct view_table *whole = pane->table->unfolded;
    if (whole && (int)whole->count <= view_table_room(pane)) {
        pane->table = whole;
    }
}

static void place_panes(struct view *v, struct arena *a, const struct view_input *in)
{
    struct layout_wish wishes[VIEW_PANES_MAX];
    struct layout_place places[VIEW_PANES_MAX];
    framing_wish(v, a, in);
    for (size_t i = 0; i < v->panes_count; i++) {
        wishes[i] = v->panes[i].wish;
        if (v->panes[i].focused && v->panes[i].kind != PANE_TABLE) { // Tab may have asked for it
            wishes[i].rank = 0;
        }
    }
    layout_screen(in->columns, in->rows, wishes, v->panes_count, &v->header, &v->status, places);
    for (size_t i = 0; i < v->panes_count; i++) {
        v->panes[i].area = places[i].area;
        v->panes[i].frame = places[i].frame;
    }
    framing_settle(v, a);
    for (size_t i = 0; i < v->panes_count; i++) {
        struct view_pane *pane = &v->panes[i];
        if (pane->kind == PANE_VERDICT) {
            verdict_pane_place(v, a, in, in->rows > 0 ? pane->area.h : INT_MAX);
        } else if (pane->kind == PANE_TABLE) {
            unfold(pane);
            int room = in->rows > 0 ? view_table_room(pane) : (int)pane->table->count;
            scroll_table(pane->table, room, pane->foot);
            fill_table(pane->table, a, in, pane->table->first, pane->table->first + room);
        } else if (pane->kind == PANE_ENTRIES && page_entry(v->page)->text) {
            scroll_entries(v, pane, in->state->scroll);
        }
    }
}

static void build_prompt(struct view *v, struct arena *a, const struct view_input *in)
{
    const struct view_state *s = in->state;
    if (s->prompt == PROMPT_CONFIRM || s->prompt == PROMPT_THEME) {
        v->prompt = s->question;
        v->prompt_cursor = strlen(s->question);
        v->prompt_hint = in->hint;
    } else if (s->prompt != PROMPT_NONE) {
        v->prompt = arena_printf(a, "%c%s", s->prompt == PROMPT_FILTER ? '/' : ':', s->typed.text);
        v->prompt_cursor = s->typed.cursor + 1;
        v->prompt_hint = in->hint;
    }
}

void view_build(struct view *out, struct arena *arena, const struct view_input *input)
{
    const struct page_entry *entry = page_entry(input->state->page);
    *out = (struct view){.page = input->state->page,
        .wall = input->state->wall,
        .typed = page_types(input->state),
        .queries = entry->queries,
        .keyed = input->bindings != NULL};
    build_header(out, arena, input);
    history_build(out, arena, input);
    build_verdict(out, arena, input);
    tabs_build(out, arena, input);
    notice_build(out, arena, input);
    build_prompt(out, arena, input);
    entry->build(out, arena, input);
    lines_settle(out, arena, input->state);
    view_settle_focus(out, input);
    footer_build(out, arena, input);
    add_way_back(out, arena, input);
    if (view_is_empty(out) || !entry->open) {
        drop_key(out, arena, input, "open");
    }
    if (input->state->full) {
        fill_with_focused(out);
    }
    find_stale(out, input);
    place_panes(out, arena, input);
    if (entry->text && out->scroll_most == 0 && out->choices == 0) {
        drop_key(out, arena, input, "down");
        drop_key(out, arena, input, "page-down");
    }
    if (input->rows > 0) {
        history_place(out);
        hidden_count(out, arena, input);
    }
}
