// Why there are no alerts, or why it cannot be known.
#include "base/text.h"
#include "feed/want.h"
#include "view/alert_list.h"
#include "view/cell.h"

const char *alert_list_why_no_rules(struct arena *a, const struct view_input *in)
{
    const struct slot *slot = &in->words.store->slots[FEED_RULES];
    const struct source_state *source = &in->words.store->source;
    const char *server = *source->server ? source->server : _("the server");
    const struct rule_set *rules = slot->data;
    if (source->scraped) {
        return _("No alerts: ragtop scrapes this target itself, and nothing evaluates rules.");
    }
    if (source->health == HEALTH_LOST && slot->condition != CONDITION_REFUSED) {
        return _("No alerts: the server does not answer.");
    }
    switch (slot->condition) {
    case CONDITION_ASKING: return _("Asking for alerts …");
    case CONDITION_ABSENT: return arena_printf(a, _("%s does not list rules."), server);
    case CONDITION_REFUSED:
        return arena_printf(a, _("The server does not list its rules: %s."), slot->why);
    case CONDITION_ANSWERED: break;
    }
    size_t count = rules ? rule_set_alerting(rules) : 0;
    return count == 0 ? arena_printf(a, _("%s evaluates no alerting rules."), server) : NULL;
}

static const char *none_active(struct arena *a, size_t count)
{
    return arena_printf(a,
        text_count("%s alerting rule, which is neither pending nor firing.",
            "%s alerting rules, none of which is pending or firing.", (double)count),
        cell_whole(a, (int64_t)count));
}

static const char *no_series(struct arena *a, const struct view_input *in)
{
    const struct slot *slot = &in->words.store->slots[FEED_ALERT_SERIES];
    switch (slot->condition) {
    case CONDITION_ANSWERED:
        return _("There are no series called ALERTS either, which a ruler elsewhere would write.");
    case CONDITION_REFUSED:
        return arena_printf(
            a, _("The series called ALERTS cannot be asked for either: %s"), slot->why);
    case CONDITION_ASKING:
    case CONDITION_ABSENT: break;
    }
    return NULL;
}

const char *alert_list_why_none(struct arena *a, const struct view_input *in)
{
    const struct slot *slot = &in->words.store->slots[FEED_RULES];
    const char *why = alert_list_why_no_rules(a, in), *also = NULL;
    if (!why) {
        return none_active(a, rule_set_alerting(slot->data));
    }
    if (slot->condition != CONDITION_ASKING && !in->words.store->source.scraped) {
        also = no_series(a, in);
    }
    return text_two(a, why, also);
}
