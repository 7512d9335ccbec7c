#include "pages/pages.h"

#include "base/text.h"
#include "view/alert_list.h"
#include "view/silence_list.h"
#include "words/alert_words.h"

static void build_page(struct view *v, struct arena *a, const struct view_input *in)
{
    silence_list_add_remarks(v, a, in);
    const struct alert_list list = alert_list_of(a, in);
    const struct row_id id = in->state->selected;
    const struct alert_item *item = id.kind == ROW_THING ? alert_list_find(&list, id.index) : NULL;
    static const struct view_key keys[] = {{"down", N_("scroll")}, {"page-down", N_("next screen")},
        {"back", N_("back")}, {"help", N_("help")}, {"quit", N_("quit")}};
    page_choose_commands(v, a, in, keys, sizeof keys / sizeof *keys);
    if (!item) {
        page_add_message(v, a, _("That alert is no longer pending or firing."));
        return;
    }
    size_t count;
    const struct view_entry *entries = alert_list_entries(a, in, item, &count);
    page_add(v, (struct view_pane){.kind = PANE_ENTRIES,
                    .title = alert_words_name(item->alert),
                    .promql = item->rule ? item->rule->query : NULL,
                    .entries = entries,
                    .count = count,
                    .id = {.index = -1},
                    .wish = {.least = 1, .lines = 1, .grow = 1}});
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
    .wants = add_wants,
    .rows = 1 << ROW_THING | 1 << ROW_SILENCE,
    .text = true};
