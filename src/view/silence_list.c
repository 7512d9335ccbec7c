#include "view/silence_list.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "feed/want.h"
#include "series/list.h"
#include "view/alert_list.h"
#include "view/cell.h"
#include "view/order.h"
#include "words/alert_words.h"
#include "words/format.h"

enum { SILENCES_MARK, SILENCES_NAME, SILENCES_ENDS, SILENCES_LEFT, SILENCES_WORDS, SILENCES };

static const struct view_column columns[SILENCES] = {
    [SILENCES_MARK] = {"", KIND_MARK, 0, 0},
    [SILENCES_NAME] = {N_("silence"), KIND_NAME, 0, 0},
    [SILENCES_ENDS] = {N_("ends"), KIND_NUMBER, 14, 60},
    [SILENCES_LEFT] = {N_("left"), KIND_NUMBER, 8, 0},
    [SILENCES_WORDS] = {N_("comment"), KIND_WORDS, 0, 0},
};

static struct view_row row_of(struct arena *a, const struct view_input *in,
    const struct routing_state *state, const struct silence *s)
{
    double left = (double)(s->ends_ms - in->now_ms - state->skew_ms) / 1000;
    bool pending = s->state == SILENCE_PENDING;
    struct str name;
    str_init(&name);
    alert_words_add_matchers(&name, s, ",");
    struct view_row row = {.id = cell_row(in, ROW_SILENCE, silence_index(s->id))};
    row.selected = cell_is_selected(in, row.id);
    row.cells[SILENCES_MARK] = (struct view_cell){NULL, ROLE_NORMAL, -left};
    row.cells[SILENCES_NAME] = (struct view_cell){cell_settle(a, &name), ROLE_NORMAL, NAN};
    row.cells[SILENCES_ENDS] =
        (struct view_cell){cell_time(a, s->ends_ms, "%d %b %H:%M"), ROLE_DIM, (double)s->ends_ms};
    row.cells[SILENCES_LEFT] = cell_of(a, format_left, fmax(0, left), ROLE_NORMAL);
    const char *author = s->author && *s->author ? s->author : "-";
    const char *comment = s->comment ? s->comment : "";
    row.cells[SILENCES_WORDS] =
        (struct view_cell){pending ? arena_printf(a, _("begins %s; %s: %s"),
                                         cell_time(a, s->starts_ms, "%d %b %H:%M"), author, comment)
                                   : arena_printf(a, "%s: %s", author, comment),
            ROLE_NORMAL, NAN};
    return row;
}

const struct silence *silence_list_selected(const struct view_input *in)
{
    const struct routing_state *state = alert_list_routing(in);
    const struct row_id row = in->state->selected;
    for (size_t i = 0; state && row.kind == ROW_SILENCE && i < state->routing.silences_count; i++) {
        if (silence_index(state->routing.silences[i].id) == row.index) {
            return &state->routing.silences[i];
        }
    }
    return NULL;
}

void silence_list_add(struct view *v, struct arena *a, const struct view_input *in)
{
    const struct routing_state *state = alert_list_routing(in);
    if (!state || state->routing.silences_count == 0) {
        return;
    }
    const struct routing *r = &state->routing;
    struct view_table *t = arena_alloc(a, 1, sizeof *t);
    *t = (struct view_table){
        .columns = columns, .columns_count = SILENCES, .count = r->silences_count};
    for (size_t k = 0; k < SILENCES; k++) {
        t->headings[k] = _(columns[k].heading);
    }
    t->headings[SILENCES_NAME] = arena_printf(a,
        text_count("%s silence", "%s silences", (double)(r->silences_count + r->silences_left_out)),
        cell_whole(a, (int64_t)(r->silences_count + r->silences_left_out)));
    t->rows = arena_alloc(a, t->count, sizeof *t->rows);
    for (size_t i = 0; i < t->count; i++) {
        t->rows[i] = row_of(a, in, state, &r->silences[i]);
    }
    order_rows(a, t, NULL, NULL, in->state->filter);
    struct view_pane *pane = page_add_table(v, t, NULL, 1);
    if (pane) {
        pane->label = _("silences");
    }
}

// ---- everything about one

static void put(struct view_pane *pane, struct view_entry *entries, const char *key,
    const char *text, int width)
{
    struct view_entry *e = &entries[pane->count++];
    *e = (struct view_entry){
        .key = {key, ROLE_DIM}, .text = {*text ? text : "-", ROLE_NORMAL}, .wrap = true};
    pane->wish.lines += view_entry_lines(e, width);
}

/** `alertname="Slow"` */
static const char *matcher_in(struct arena *a, const struct silence_matcher *m)
{
    struct silence_matcher one = *m;
    const struct silence alone = {.matchers = &one, .matchers_count = 1};
    struct str s;
    str_init(&s);
    alert_words_add_matchers(&s, &alone, ",");
    const char *text = cell_settle(a, &s);
    return arena_printf(a, "%.*s", (int)strlen(text) - 2, text + 1); // without the braces
}

void silence_list_add_detail(
    struct view *v, struct arena *a, const struct view_input *in, const struct silence *s)
{
    enum { OTHERS = 7, LEAST = 4 };
    struct view_entry *entries = arena_alloc(a, OTHERS + s->matchers_count, sizeof *entries);
    struct view_pane pane = {.kind = PANE_ENTRIES,
        .title = _("the silence"),
        .entries = entries,
        .id = {.index = -1},
        .wish = {.least = LEAST, .lines = 1, .rank = 2}};
    int64_t now_ms = in->now_ms + alert_list_routing(in)->skew_ms;
    double left = fmax(0, (double)(s->ends_ms - now_ms) / 1000);
    for (size_t i = 0; i < s->matchers_count; i++) {
        put(&pane, entries, i == 0 ? _("silences") : "", matcher_in(a, &s->matchers[i]),
            in->columns);
    }
    put(&pane, entries, _("comment"), s->comment ? s->comment : "", in->columns);
    put(&pane, entries, _("author"), s->author ? s->author : "", in->columns);
    put(&pane, entries, _("state"), s->state == SILENCE_PENDING ? _("pending") : _("active"),
        in->columns);
    put(&pane, entries, _("starts"), cell_time(a, s->starts_ms, "%Y-%m-%d %H:%M:%S"), in->columns);
    put(&pane, entries, _("ends"), cell_time(a, s->ends_ms, "%Y-%m-%d %H:%M:%S"), in->columns);
    put(&pane, entries, _("left"), format_in(a, format_left, left), in->columns);
    put(&pane, entries, _("id"), s->id ? s->id : "", in->columns);
    page_add(v, pane);
}

// ---- remarks

/** A moment as people say it: today's by its hour alone. */
static const char *moment(struct arena *a, const struct view_input *in, int64_t ms)
{
    static const char day[] = "%Y-%m-%d";
    bool today = strcmp(cell_time(a, ms, day), cell_time(a, in->now_ms, day)) == 0;
    return cell_time(a, ms, today ? "%H:%M" : "%Y-%m-%d %H:%M");
}

static const char *done(
    struct arena *a, const struct view_input *in, const struct routing_state *state)
{
    const struct silence *s = routing_silence(&state->routing, state->order_id);
    const char *id = state->order_id;
    if (!state->order_expires && !s && !state->order_read) {
        return arena_printf(a,
            state->order_extends && !state->order_anew ? _("Silence %s was extended.")
                                                       : _("Silence %s was made."),
            id);
    }
    return state->order_expires ? arena_printf(a, _("Silence %s has ended."), id)
           : !s && state->order_extends && !state->order_anew
               ? arena_printf(a, _("Silence %s was extended, but is not among those listed."), id)
           : !s ? arena_printf(a, _("Silence %s was made, but is not among those listed."), id)
           : s->state == SILENCE_PENDING
               ? arena_printf(a, _("Silence %s begins %s and lasts until %s."), id,
                     moment(a, in, s->starts_ms), moment(a, in, s->ends_ms))
               : arena_printf(
                     a, _("Silence %s is active until %s."), id, moment(a, in, s->ends_ms));
}

static const char *doubt(struct arena *a, const struct routing_state *state)
{
    const char *not_known =
        state->order_expires   ? _("It is not known whether the silence was ended: %s.")
        : state->order_extends ? _("It is not known whether the silence was extended: %s.")
                               : _("It is not known whether the silence was made: %s.");
    return text_two(a, arena_printf(a, not_known, state->order_why),
        !state->order_read ? _("The list is being read again: check it before you try again.")
        : state->routing.silences_count > 0
            ? _("The list below was read after that: check it before you try again.")
            : _("The list was read again after that, and is empty."));
}

/** What became of the last order; NULL: there is nothing to say. */
static const char *order_words(
    struct arena *a, const struct view_input *in, const struct routing_state *state)
{
    switch (state->order) {
    case ORDER_NONE: break;
    case ORDER_SENT: return _("Sent; the Alertmanager has not answered yet.");
    case ORDER_DONE:
        return state->order_anew
                   ? text_two(a, _("That silence had ended already, so another was made of it."),
                         done(a, in, state))
                   : done(a, in, state);
    case ORDER_REFUSED: return arena_printf(a, _("Nothing was changed: %s."), state->order_why);
    case ORDER_UNKNOWN: return doubt(a, state);
    }
    return NULL;
}

/** That silences are not known because of %s, and what the user can do about it. */
static const char *way_out(const struct routing_state *state)
{
    return state->denied && state->given
               ? _("Silences are not known: %s. Its credentials belong in alertmanager.http_config "
                   "of the configuration, or in its URL.")
           : state->denied
               ? _("Silences are not known: %s. Name it in the configuration: its address as "
                   "alertmanager.url, its credentials in alertmanager.http_config.")
           : state->slow ? _("Silences are not known: %s. A longer --timeout waits for it.")
           : state->given
               ? _("Silences are not known: %s. Check the URL that --alertmanager or "
                   "alertmanager.url gives.")
               : _("Silences are not known: %s. --alertmanager URL says where the Alertmanager "
                   "is.");
}

/** Why it is not known what the Alertmanager makes of alerts; NULL: it is. */
static const char *why_unknown(
    struct arena *a, const struct view_input *in, const struct routing_state *state)
{
    const struct slot *slot = &in->words.store->slots[FEED_ALERTMANAGERS];
    const struct list *list = slot->data;
    if (!state || in->words.store->source.scraped) {
        return NULL; // it is asked for, or nobody sends alerts
    }
    if (state->known) {
        return *state->why ? arena_printf(a, _("Silences may be out of date: %s."), state->why)
                           : NULL;
    }
    if (*state->why) {
        return arena_printf(a, way_out(state), state->why);
    }
    if (*state->url) {
        return NULL; // the first answer is on its way
    }
    if (slot->condition == CONDITION_ANSWERED && list && list->count == 0) {
        return _("Prometheus has no Alertmanager to send alerts to, so nobody is notified. "
                 "--alertmanager URL names one.");
    }
    return slot->condition == CONDITION_REFUSED || slot->condition == CONDITION_ABSENT
               ? _("Silences are not known: the server does not say where its Alertmanager is. "
                   "--alertmanager URL does.")
               : NULL;
}

static void add_line(
    struct view *v, struct arena *a, const struct view_input *in, const char *text, enum role role)
{
    struct view_entry *entry = arena_alloc(a, 1, sizeof *entry);
    *entry = (struct view_entry){.text = {text, role}, .wrap = true};
    int lines = view_entry_lines(entry, in->columns);
    page_add(v, (struct view_pane){.kind = PANE_ENTRIES,
                    .entries = entry,
                    .count = 1,
                    .id = {.index = -1},
                    .wish = {.least = 1, .lines = lines, .keep = lines, .rank = 0}});
}

void silence_list_add_remarks(struct view *v, struct arena *a, const struct view_input *in)
{
    const struct routing_state *state = alert_list_routing(in);
    const char *why = why_unknown(a, in, state), *order = state ? order_words(a, in, state) : NULL;
    if (in->state->summary) {
        add_line(v, a, in, in->state->summary, ROLE_STRONG);
    } else if (order) {
        bool bad = state->order == ORDER_UNKNOWN || state->order == ORDER_REFUSED;
        add_line(v, a, in, order, bad ? ROLE_WARNING : ROLE_NORMAL);
    }
    if (why) {
        add_line(v, a, in, why, ROLE_NOTICE);
    }
}
