#include "pages/pages.h"

#include "base/text.h"
#include "pages/stage_charts.h"
#include "view/alert_list.h"
#include "view/silence_list.h"
#include "words/alert_words.h"

enum { CHARTS_FROM = 40, LEAST = 4, AROUND = 10 };

static void add_text(
    struct view *v, struct arena *a, const struct view_input *in, const struct alert_item *item)
{
    const struct view_input half = stage_charts_detail(in);
    size_t count;
    const struct view_entry *entries = alert_list_entries(a, in, item, &count);
    int lines = 1;
    for (size_t i = 0; i < count; i++) {
        lines += view_entry_lines(&entries[i], half.columns);
    }
    int room = in->rows < CHARTS_FROM ? LEAST : in->rows - AROUND; // charts take no line of it
    page_add(v, (struct view_pane){.kind = PANE_ENTRIES,
                    .title = alert_words_name(item->alert),
                    .promql = item->rule ? item->rule->query : NULL,
                    .entries = entries,
                    .count = count,
                    .can_focus = true,
                    .id = {.index = -1},
                    .wish = {.least = lines < room ? lines : room,
                        .lines = lines,
                        .keep = lines,
                        .grow = 1,
                        .rank = 1}});
}

// Where the text leaves room for it: what became of the stage that the alert is about.
static void add_charts(
    struct view *v, struct arena *a, const struct view_input *in, const struct alert_item *item)
{
    const struct stage_charts charts = {
        .stage = item->stage >= 0 ? item->stage : stage_charts_subject(in),
        .rank = 3,
        .from = CHARTS_FROM,
        .beside = STAGE_CHARTS_DETAIL_FROM};
    stage_charts_add(v, a, in, &charts);
}

static void choose_keys(struct view *v, struct arena *a, const struct view_input *in, bool is_there)
{
    const struct routing_state *routing = alert_list_routing(in);
    bool silences = is_there && !in->state->read_only && routing && routing->known;
    const struct {
        struct view_key key;
        bool offered;
    } all[] = {{{"down", N_("scroll")}, true}, {{"page-down", N_("next screen")}, true},
        {{"silence", N_("silence")}, silences},
        {{"next-pane", N_("pane")}, view_focus_count(v) > 1}, {{"back", N_("back")}, true},
        {{"help", N_("help")}, true}, {{"quit", N_("quit")}, true}};
    struct view_key keys[sizeof all / sizeof *all];
    size_t count = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (all[i].offered) {
            keys[count++] = all[i].key;
        }
    }
    page_choose_commands(v, a, in, keys, count);
}

static void build_page(struct view *v, struct arena *a, const struct view_input *in)
{
    if (in->columns >= STAGE_CHARTS_DETAIL_FROM && in->rows >= CHARTS_FROM) { // beside the text
        page_add_verdict(v, in);
    }
    silence_list_add_remarks(v, a, in);
    const struct alert_list list = alert_list_of(a, in);
    const struct row_id id = in->state->selected;
    const struct alert_item *item = id.kind == ROW_THING ? alert_list_find(&list, id.index) : NULL;
    if (!item) {
        page_add_message(v, a, _("That alert is no longer pending or firing."));
    } else {
        add_text(v, a, in, item);
        add_charts(v, a, in, item);
    }
    choose_keys(v, a, in, item != NULL);
}

static void add_wants(const struct view_state *s, struct wants *out)
{
    (void)s;
    wants_add(out, (struct want){FEED_RULES, 0, 0});
    wants_add(out, (struct want){FEED_ALERT_SERIES, 0, 0});
    wants_add(out, (struct want){FEED_ALERTMANAGERS, 0, 0});
    wants_add(out, (struct want){FEED_ROUTING, 0, 0});
    wants_add(out, (struct want){FEED_ALERT_GROUPS, 0, 0});
}

const struct page_entry page_alert = {.name = N_("alert"),
    .title = N_("one alert"),
    .help = N_("Everything that is known of one alert: its state, its labels and annotations, and "
               "the rule that made it."),
    .build = build_page,
    .open = page_open_pane,
    .wants = add_wants,
    .rows = 1 << ROW_THING | 1 << ROW_SILENCE,
    .text = true};
