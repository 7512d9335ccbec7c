// Everything that is known of one alert.
#include "view/alert_list.h"

#include "base/text.h"
#include "view/cell.h"
#include "words/alert_words.h"
#include "words/format.h"

struct entries {
    struct view_entry *items;
    size_t count;
};

static void put(struct entries *e, const char *key, const char *text)
{
    if (text && *text) {
        e->items[e->count++] =
            (struct view_entry){.key = {key, ROLE_KEY}, .text = {text, ROLE_NORMAL}, .wrap = true};
    }
}

static void put_heading(struct entries *e, const char *text)
{
    e->count++; // an empty line
    e->items[e->count++] = (struct view_entry){.key = {text, ROLE_TITLE}};
}

static void put_labels(struct entries *e, const char *heading, const struct labels *labels)
{
    if (labels->count > 0) {
        put_heading(e, heading);
    }
    for (size_t i = 0; i < labels->count; i++) {
        put(e, labels->items[i].name, labels->items[i].value);
    }
}

// Which silence, alert or time interval holds it back, and who is told else.
static void put_routed(
    struct entries *e, struct arena *a, const struct view_input *in, const struct routed *r)
{
    const struct routing_state *state = alert_list_routing(in);
    const struct silence *s = routing_silence(&state->routing, r->silence);
    put(e, _("receivers"), r->receivers);
    if (s) {
        put(e, _("silenced"),
            arena_printf(a, _("until %s by %s: %s"), cell_time(a, s->ends_ms, "%Y-%m-%d %H:%M"),
                s->author ? s->author : "-", s->comment ? s->comment : "-"));
    } else if (r->silence) {
        put(e, _("silenced"), arena_printf(a, _("by the silence %s"), r->silence));
    }
    if (r->inhibited > 0) {
        put(e, _("inhibited"),
            arena_printf(a,
                text_count("by %s other alert", "by %s other alerts", (double)r->inhibited),
                cell_whole(a, (int64_t)r->inhibited)));
    }
    put(e, _("muted"), r->muted);
}

static void put_rule(struct entries *e, struct arena *a, const struct alert_item *item)
{
    const struct rule *rule = item->rule;
    put_heading(e, _("Rule"));
    put(e, _("expression"), rule->query);
    if (rule->for_s > 0) {
        put(e, _("fires after"), format_in(a, format_age, rule->for_s));
    }
    if (rule->keep_firing_s > 0) {
        put(e, _("keeps firing"), format_in(a, format_age, rule->keep_firing_s));
    }
    put(e, _("group"), item->group->name);
    put(e, _("file"), item->group->file);
    put(e, _("evaluated"),
        arena_printf(a, _("every %s"), format_in(a, format_age, item->group->interval_s)));
    put(e, _("error"), rule->error);
}

const struct view_entry *alert_list_entries(
    struct arena *a, const struct view_input *in, const struct alert_item *item, size_t *count)
{
    const struct alert *alert = item->alert;
    struct entries e = {.items = arena_alloc(a, 24 + alert->labels.count + alert->annotations.count,
                            sizeof *e.items)};
    int64_t now_ms = alert_list_now_ms(in);
    put(&e, _("state"), alert_words_standing(a, alert, item->rule, now_ms));
    if (alert->active_ms > 0) {
        put(&e, _("since"), cell_time(a, alert->active_ms, "%Y-%m-%d %H:%M:%S"));
    }
    put(&e, _("value"), format_in(a, format_plain, alert->value));
    put(&e, _("about"),
        item->stage >= 0                  ? in->words.plan->stages[item->stage].name
        : item->place == ALERT_OF_SERVICE ? _("this service, but no metric of a stage")
        : item->rule                      ? _("no metric of a stage")
                                          : _("not known: the server does not list its rule"));
    if (item->routed) {
        put_routed(&e, a, in, item->routed);
    }
    put_labels(&e, _("Labels"), &alert->labels);
    put_labels(&e, _("Annotations"), &alert->annotations);
    if (item->rule) {
        put_rule(&e, a, item);
    }
    *count = e.count;
    return e.items;
}
