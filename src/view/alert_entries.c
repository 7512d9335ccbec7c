// Everything that is known of one alert.
#include "view/alert_list.h"

#include "base/text.h"
#include "view/cell.h"
#include "words/alert_words.h"
#include "words/format.h"

enum { GROUPS_MOST = 4 };

struct entries {
    struct view_entry *items;
    size_t count;
};

static void put(struct entries *e, const char *key, const char *text)
{
    if (text && *text) {
        e->items[e->count++] =
            (struct view_entry){.key = {key, ROLE_DIM}, .text = {text, ROLE_NORMAL}, .wrap = true};
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

static const char *with_others(struct arena *a, const struct routed_group *g)
{
    struct str labels;
    str_init(&labels);
    for (size_t i = 0; i < g->labels.count; i++) {
        str_addf(&labels, "%s%s=", i > 0 ? ", " : "", g->labels.items[i].name);
        str_add_quoted(&labels, g->labels.items[i].value);
    }
    const char *shared = cell_settle(a, &labels);
    size_t others = g->alerts > 0 ? g->alerts - 1 : 0;
    const char *number = cell_whole(a, (int64_t)others);
    if (others == 0) {
        return *shared
                   ? arena_printf(a, _("%s, the only one in the group {%s}"), g->receiver, shared)
                   : arena_printf(a, _("%s, which gets all alerts in one group"), g->receiver);
    }
    return *shared ? arena_printf(a,
                         text_count("%s, together with %s other in the group {%s}",
                             "%s, together with %s others in the group {%s}", (double)others),
                         g->receiver, number, shared)
                   : arena_printf(a,
                         text_count("%s, together with %s other, as it gets all in one group",
                             "%s, together with %s others, as it gets all in one group",
                             (double)others),
                         g->receiver, number);
}

/** Who is told of R, and together with what. */
static void put_groups(
    struct entries *e, struct arena *a, const struct routing_state *state, const struct routed *r)
{
    const struct routed_group *g = routing_group(&state->routing, r->print, 0);
    if (!g) {
        put(e, _("receivers"), r->receivers);
        return;
    }
    for (size_t i = 0; g && i < GROUPS_MOST; i++) {
        put(e, i == 0 ? _("receivers") : "", with_others(a, g));
        g = routing_group(&state->routing, r->print, i + 1);
    }
    size_t more = 0;
    while (routing_group(&state->routing, r->print, GROUPS_MOST + more)) {
        more++;
    }
    if (more > 0) {
        put(e, "",
            arena_printf(a,
                text_count("and in %s more group", "and in %s more groups", (double)more),
                cell_whole(a, (int64_t)more)));
    }
}

// Which silence, alert or time interval holds it back, and who is notified.
static void put_routed(
    struct entries *e, struct arena *a, const struct view_input *in, const struct routed *r)
{
    const struct routing_state *state = alert_list_routing(in);
    const struct silence *s = routing_silence(&state->routing, r->silence);
    put_groups(e, a, state, r);
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
    struct entries e = {.items = arena_alloc(a, 30 + alert->labels.count + alert->annotations.count,
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
