#include "pages/pages.h"

#include <math.h>

#include "base/names.h"
#include "base/text.h"
#include "base/utf8.h"
#include "pages/stage_charts.h"
#include "view/alert_list.h"
#include "view/cell.h"
#include "view/order.h"
#include "view/silence_list.h"
#include "words/alert_words.h"
#include "words/format.h"

enum { ALERTS_MARK, ALERTS_NAME, ALERTS_STATE, ALERTS_SINCE, ALERTS_VALUE, ALERTS_WORDS, ALERTS };

enum {
    DETAIL_LEAST = 4,
    ERROR_MOST = 100,
    FRAMES = 3,
    CHARTS_FROM = 40,
    CALM_FROM = 24, /**< the same beside no alert */
    LONG = 12
};

static const struct view_column columns[ALERTS] = {
    [ALERTS_MARK] = {"", KIND_MARK, 0, 0},
    [ALERTS_NAME] = {N_("alert"), KIND_NAME, 0, 0},
    [ALERTS_STATE] = {N_("state"), KIND_NUMBER, 10, 0},
    [ALERTS_SINCE] = {N_("since"), KIND_NUMBER, 8, 60},
    [ALERTS_VALUE] = {N_("value"), KIND_NUMBER, 9, 100},
    [ALERTS_WORDS] = {N_("about"), KIND_WORDS, 0, 0},
};

// Those of the stages first, then those of the service; what fires before what may.
static double trouble(const struct alert_item *item)
{
    double place = ALERT_ELSEWHERE - (double)item->place;
    double phase = item->phase == ALERT_FIRING ? 2 : item->phase == ALERT_CLEARING ? 1 : 0;
    return place * 100 + (item->severity == SEVERITY_OK ? 0 : 10 * phase) + (double)item->severity;
}

static enum severity severity_of(const struct alert_item *item)
{
    return item->phase == ALERT_FIRING && !alert_list_held_back(item) ? item->severity
                                                                      : SEVERITY_OK;
}

static const char *words_of(
    struct arena *a, const struct view_input *in, const struct alert_item *item)
{
    const char *summary = alert_words_summary(item->alert);
    const char *stage = item->stage >= 0 ? in->words.plan->stages[item->stage].name : NULL;
    return stage && *summary ? arena_printf(a, "%s: %s", stage, summary)
           : stage           ? arena_strdup(a, stage)
                             : arena_strdup(a, summary);
}

static struct view_row row_of(struct arena *a, const struct view_input *in,
    const struct alert_list *list, const struct alert_item *item)
{
    enum severity severity = severity_of(item);
    bool near = item->place != ALERT_ELSEWHERE;
    struct view_text mark = cell_mark(severity);
    const struct alert *alert = item->alert;
    double age =
        alert->active_ms > 0 ? (double)(alert_list_now_ms(in) - alert->active_ms) / 1000 : NAN;
    struct view_row row = {.id = cell_row(in, ROW_THING, item->index)};
    row.selected = cell_is_selected(in, row.id);
    row.cells[ALERTS_MARK] = (struct view_cell){mark.text, mark.role, trouble(item)};
    row.cells[ALERTS_NAME] =
        (struct view_cell){alert_list_name(a, list, item), near ? ROLE_STRONG : ROLE_NORMAL, NAN};
    const char *held_back = alert_list_held_back(item);
    row.cells[ALERTS_STATE] =
        (struct view_cell){held_back ? held_back : alert_words_phase(item->phase),
            cell_value_role(severity, ROLE_NORMAL), (double)item->phase};
    row.cells[ALERTS_SINCE] = isnan(age) ? (struct view_cell){"-", ROLE_DIM, NAN}
                                         : cell_of(a, format_age, fmax(0, age), ROLE_NORMAL);
    row.cells[ALERTS_VALUE] = cell_of(a, format_plain, alert->value, ROLE_DIM);
    row.cells[ALERTS_WORDS] =
        (struct view_cell){words_of(a, in, item), near ? ROLE_NORMAL : ROLE_DIM, NAN};
    return row;
}

// ---- what has to be known

static const char *brief(struct arena *a, const char *error)
{
    struct str s;
    str_init(&s);
    utf8_add_brief(&s, error, ERROR_MOST);
    return cell_settle(a, &s);
}

static void add_broken(struct view *v, struct arena *a, const struct view_input *in)
{
    const struct rule_set *rules = alert_list_rules(in);
    const struct rule *first = NULL;
    size_t broken = 0;
    for (size_t i = 0; rules && i < rules->rules_count; i++) {
        const struct rule *r = &rules->rules[i];
        bool is = r->alerting && r->health == RULE_HEALTH_ERROR;
        broken += is;
        first = is && !first ? r : first;
    }
    if (first) {
        page_add_remark(v, a, in,
            arena_printf(a,
                text_count("%s alerting rule cannot be evaluated, and so never fires: %s: %s",
                    "%s alerting rules cannot be evaluated, and so never fire; the first is %s: %s",
                    (double)broken),
                cell_whole(a, (int64_t)broken), first->name, brief(a, first->error)));
    }
}

static void add_remarks(
    struct view *v, struct arena *a, const struct view_input *in, const struct alert_list *list)
{
    if (in->words.scope->at_ms > 0) {
        page_add_remark(v, a, in, _("Alerts as they are now, not as they were then."));
    }
    const char *why = list->count > 0 ? alert_list_why_no_rules(a, in) : NULL;
    if (why && list->from_series > 0) {
        page_add_remark(v, a, in,
            arena_printf(a,
                _("%s These come from the series ALERTS, which have no expressions and no "
                  "annotations."),
                why));
    }
    add_broken(v, a, in);
    const char *never = alert_list_never(a, in);
    if (never) {
        page_add_remark(v, a, in, never);
    }
    if (list->left_out > 0) {
        page_add_remark(v, a, in,
            arena_printf(a,
                text_count("Not among these rows: %s other alert.",
                    "Not among these rows: %s other alerts.", (double)list->left_out),
                cell_whole(a, (int64_t)list->left_out)));
    }
}

static const char *with_calm(struct arena *a, const char *counted, size_t info, size_t held)
{
    const char *calm =
        info > 0 ? arena_printf(a, _("%s info"), cell_whole(a, (int64_t)info)) : NULL;
    calm = held > 0 ? names_next(
                          a, calm, arena_printf(a, _("%s held back"), cell_whole(a, (int64_t)held)))
                    : calm;
    return calm ? arena_printf(a, "%s (%s)", counted, calm) : counted;
}

// `12 alerts, 3 firing (1 info, 1 held back)`; where there is less room, `3 of 12 firing`.
static const char *heading_of(
    struct arena *a, const struct alert_list *list, const struct view_input *in)
{
    size_t firing = 0, info = 0, held = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct alert_item *item = &list->items[i];
        bool fires = item->phase == ALERT_FIRING, is_held = alert_list_held_back(item) != NULL;
        firing += fires;
        held += fires && is_held;
        info += fires && !is_held && item->severity == SEVERITY_OK;
    }
    const char *count = cell_whole(a, (int64_t)list->count), *fire = cell_whole(a, (int64_t)firing);
    const char *all = arena_printf(a,
        text_count("%s alert, %s firing", "%s alerts, %s firing", (double)list->count), count,
        fire);
    const char *brief = arena_printf(a, _("%s of %s firing"), fire, count);
    const char *const forms[] = {with_calm(a, all, info, held), with_calm(a, brief, info, held),
        with_calm(a, brief, 0, held), brief};
    size_t k = 0;
    while (k + 1 < sizeof forms / sizeof *forms &&
           utf8_width(forms[k]) > (in->columns - FRAMES) * 2 / 5 - 1) { // what names have
        k++;
    }
    return forms[k];
}

static struct view_table *table_of(
    struct view *v, struct arena *a, const struct view_input *in, const struct alert_list *list)
{
    struct view_table *t = arena_alloc(a, 1, sizeof *t);
    *t = (struct view_table){.columns = columns,
        .columns_count = ALERTS,
        .sort = in->state->sort[v->page],
        .count = list->count};
    for (size_t k = 0; k < ALERTS; k++) {
        t->headings[k] = _(columns[k].heading);
    }
    t->headings[ALERTS_NAME] = heading_of(a, list, in);
    t->rows = arena_alloc(a, list->count, sizeof *t->rows);
    for (size_t i = 0; i < list->count; i++) {
        t->rows[i] = row_of(a, in, list, &list->items[i]);
    }
    order_rows(a, t, NULL, NULL, in->state->filter);
    return t;
}

static void add_detail(
    struct view *v, struct arena *a, const struct view_input *in, const struct alert_item *item)
{
    size_t count;
    const struct view_entry *entries = alert_list_entries(a, in, item, &count);
    int lines = 1;
    for (size_t i = 0; i < count; i++) {
        lines += view_entry_lines(&entries[i], in->columns);
    }
    page_add(v, (struct view_pane){.kind = PANE_ENTRIES,
                    .title = alert_words_name(item->alert),
                    .promql = item->rule ? item->rule->query : NULL,
                    .entries = entries,
                    .count = count,
                    .id = {.index = -1},
                    .wish = {.least = DETAIL_LEAST, .lines = lines, .rank = 2}});
}

// Of what is selected, BESIDE the alerts or in lines of its own.
static void add_details(struct view *v, struct arena *a, const struct view_input *in,
    const struct alert_item *item, const struct silence *silence, bool beside)
{
    const struct view_input half = stage_charts_detail(in);
    size_t before = v->panes_count;
    if (item) {
        add_detail(v, a, &half, item);
    } else if (silence) {
        silence_list_add_detail(v, a, &half, silence);
    }
    for (size_t i = before; i < v->panes_count; i++) {
        struct layout_wish *wish = &v->panes[i].wish;
        wish->keep = in->rows < CHARTS_FROM ? DETAIL_LEAST : wish->lines;
        wish->beside = beside ? STAGE_CHARTS_DETAIL_FROM : wish->beside;
    }
}

// What would be refused is not offered: without an Alertmanager nothing is silenced, and only a
// silence can be ended. Without ROWS there are no details.
static void choose_keys(struct view *v, struct arena *a, const struct view_input *in, bool rows)
{
    static const struct view_key of_silence[] = {{"open", N_("details")}, {"silence", N_("extend")},
        {"expire", N_("end silence")}, {"filter", N_("filter")}, {"back", N_("back")},
        {"help", N_("help")}, {"quit", N_("quit")}};
    static const struct view_key of_alert[] = {{"open", N_("details")}, {"silence", N_("silence")},
        {"filter", N_("filter")}, {"back", N_("back")}, {"help", N_("help")}, {"quit", N_("quit")}};
    static const struct view_key reading[] = {{"open", N_("details")}, {"filter", N_("filter")},
        {"back", N_("back")}, {"help", N_("help")}, {"quit", N_("quit")}};
    const struct routing_state *state = alert_list_routing(in);
    size_t first = rows ? 0 : 1;
    if (in->state->read_only || !state || !state->known) {
        page_choose_commands(v, a, in, reading + first, sizeof reading / sizeof *reading - first);
    } else if (silence_list_selected(in)) {
        page_choose_commands(v, a, in, of_silence, sizeof of_silence / sizeof *of_silence);
    } else {
        page_choose_commands(
            v, a, in, of_alert + first, sizeof of_alert / sizeof *of_alert - first);
    }
}

static void build_page(struct view *v, struct arena *a, const struct view_input *in)
{
    page_add_verdict(v, in);
    const struct alert_list list = alert_list_of(a, in);
    choose_keys(v, a, in, list.count > 0);
    silence_list_add_remarks(v, a, in);
    add_remarks(v, a, in, &list);
    if (list.count == 0) {
        page_add_message(v, a, alert_list_why_none(a, in));
        silence_list_add(v, a, in);
        add_details(v, a, in, NULL, silence_list_selected(in), false);
        const struct stage_charts calm = {
            .stage = stage_charts_subject(in), .rank = 3, .from = CALM_FROM};
        stage_charts_add(v, a, in, &calm);
        return;
    }
    struct view_table *t = table_of(v, a, in, &list);
    // where the silence that was selected has ended, the table has the selection again
    const struct silence *silence = silence_list_selected(in);
    struct row_id selected = silence ? in->state->selected : page_select(t);
    const struct alert_item *item =
        selected.kind == ROW_THING ? alert_list_find(&list, selected.index) : NULL;
    page_add_table(v, t, item && item->rule ? item->rule->query : NULL, 1);
    // what is known of one has more lines than a short list
    bool beside = in->columns >= STAGE_CHARTS_DETAIL_FROM && t->count >= LONG;
    if (beside) {
        add_details(v, a, in, item, silence, beside);
    }
    silence_list_add(v, a, in);
    if (!beside) {
        add_details(v, a, in, item, silence, beside);
    }
    bool detail = !beside && (item || silence);
    const struct stage_charts charts = {
        .stage = item && item->stage >= 0 ? item->stage : stage_charts_subject(in),
        .rank = 3,
        .from = CHARTS_FROM,
        .beside = detail ? STAGE_CHARTS_DETAIL_FROM : 0};
    stage_charts_add(v, a, in, &charts);
}

static struct page_act open_alert(const struct view *v, const struct view_state *s)
{
    if (s->selected.kind == ROW_SILENCE && s->selected.index >= 0) {
        return (struct page_act){.kind = PAGE_ACT_SAY,
            .text = s->read_only ? N_("all that is known of this silence stands below")
                                 : N_("{silence} extends the silence, {expire} ends it")};
    }
    struct row_id row = view_step(v, s->selected, 0);
    if (row.kind != ROW_THING || row.index < 0) {
        return (struct page_act){.kind = PAGE_ACT_SAY, .text = N_("no alert to open")};
    }
    return (struct page_act){.kind = PAGE_ACT_GO, .page = PAGE_ALERT, .row = row};
}

static void add_wants(const struct view_state *s, struct wants *out)
{
    (void)s;
    wants_add(out, (struct want){FEED_RULES, 0, 0});
    wants_add(out, (struct want){FEED_ALERT_SERIES, 0, 0});
    wants_add(out, (struct want){FEED_RULED, 0, 0});
    wants_add(out, (struct want){FEED_ALERTMANAGERS, 0, 0});
    wants_add(out, (struct want){FEED_ROUTING, 0, 0});
    wants_add(out, (struct want){FEED_ALERT_GROUPS, 0, 0});
}

// Of what the page that is shown asks for as well: what was known earlier may be over.
static bool any_fires(struct arena *a, const struct view_input *in)
{
    const struct page_entry *shown = page_entry(in->state->page);
    const struct want rules = {FEED_RULES, 0, 0};
    struct wants wants = {0};
    if (shown->wants) {
        shown->wants(in->state, &wants);
    }
    bool fires = false, known = wants_has(&wants, &rules) && alert_list_is_shown(in);
    wants_finish(&wants);
    const struct alert_list list = known ? alert_list_of(a, in) : (struct alert_list){0};
    for (size_t i = 0; i < list.count; i++) {
        const struct alert_item *item = &list.items[i];
        fires = fires || (item->phase == ALERT_FIRING && item->severity >= SEVERITY_WARNING &&
                             !alert_list_held_back(item));
    }
    return fires;
}

const struct page_entry page_alerts = {.name = N_("alerts"),
    .key = "7",
    .title = N_("alerts"),
    .help = N_("Alerts that are pending or firing: those of the stages first, then those of the "
               "same namespace or job, then the rest; below them the silences of the Alertmanager. "
               "{open} shows all that is known of an alert, {silence} silences it."),
    .sorts = {{columns, ALERTS}},
    .build = build_page,
    .news = any_fires,
    .open = open_alert,
    .wants = add_wants,
    .rows = 1 << ROW_THING | 1 << ROW_SILENCE};
