#include "export/report_alerts.h"

#include <string.h>

#include "base/text.h"
#include "export/part_known.h"
#include "export/put.h"
#include "export/row.h"
#include "view/alert_list.h"
#include "words/alert_words.h"

/** What a view of SOURCE is made of, at the moment that it was judged at. */
static struct view_input input_of(const struct view_source *source)
{
    const struct words *w = &source->words;
    return (struct view_input){
        .words = *w, .now_ms = w->diagnosis->tick_ms - w->store->source.skew_ms};
}

// ---- JSON

static void put_labels(cJSON *to, const char *key, const struct labels *labels)
{
    cJSON *object = cJSON_AddObjectToObject(to, key);
    for (size_t i = 0; i < labels->count; i++) {
        cJSON_AddStringToObject(object, labels->items[i].name, labels->items[i].value);
    }
}

/** IS of an alert that an Alertmanager may know nothing of. */
static void put_held(cJSON *to, const char *key, const struct routed *r, bool is)
{
    if (r) {
        cJSON_AddBoolToObject(to, key, is);
    } else {
        cJSON_AddNullToObject(to, key);
    }
}

static void put_alert(cJSON *all, const struct view_source *source, const struct alert_item *item)
{
    static const char *const phases[] = {
        [ALERT_PENDING] = "pending", [ALERT_FIRING] = "firing", [ALERT_CLEARING] = "clearing"};
    const struct alert *alert = item->alert;
    const struct routed *routed = item->routed;
    const char *summary = alert_words_summary(alert);
    cJSON *to = cJSON_CreateObject();
    cJSON_AddItemToArray(all, to);
    if (source->name) {
        cJSON_AddStringToObject(to, "source", source->name);
    }
    put_text(to, "name", labels_get(&alert->labels, "alertname"));
    cJSON_AddStringToObject(to, "state", phases[item->phase]);
    put_moment(to, "since", alert->active_ms);
    put_text(to, "stage", item->stage >= 0 ? source->words.plan->stages[item->stage].name : NULL);
    cJSON_AddStringToObject(to, "severity", row_severity(item->severity));
    put_number(to, "value", alert->value);
    put_text(to, "summary", *summary ? summary : NULL);
    put_labels(to, "labels", &alert->labels);
    put_held(to, "silenced", routed, routed && routed->silences > 0);
    put_held(to, "inhibited", routed, routed && routed->inhibited > 0);
    put_held(to, "muted", routed, routed && routed->muted);
    put_text(to, "receivers", routed ? routed->receivers : NULL);
}

/** Why not all alerts of the source of IN are known, though COUNT are; NULL: they are. */
static const char *why_unknown(struct arena *a, const struct view_input *in, size_t count)
{
    if (in->words.scope->at_ms > 0) {
        return _("Alerts are known as they are now, not as they were then.");
    }
    const char *why = alert_list_why_no_rules(a, in);
    return why && count == 0 ? alert_list_why_none(a, in) : why;
}

/** The same of those that there was no room for. */
static const char *why_cut(
    struct arena *a, const struct view_input *in, const struct alert_list *list)
{
    const struct rule_set *rules = alert_list_rules(in);
    if (list->left_out > 0) {
        return arena_printf(a,
            text_count("%zu more alert was left out.", "%zu more alerts were left out.",
                (double)list->left_out),
            list->left_out);
    }
    return rules && (rules->more || rules->rules_left_out > 0)
               ? _("The server has more rules than were read.")
               : NULL;
}

void alerts_put(cJSON *root, const struct report *r)
{
    struct arena a = {0};
    struct part_known all;
    part_known_init(&all);
    for (size_t i = 0; i < r->count; i++) {
        const struct view_source *source = &r->sources[i];
        const struct view_input in = input_of(source);
        const struct alert_list list = alert_list_of(&a, &in);
        const char *why = why_unknown(&a, &in, list.count);
        bool known = in.words.scope->at_ms == 0 && (!why || list.count > 0);
        why = why ? why : why_cut(&a, &in, &list);
        if (why) {
            part_known_lacks(&all, source, " ", why);
        }
        all.any = all.any || known;
        for (size_t k = 0; k < list.count && known; k++) {
            if (list.items[k].place != ALERT_ELSEWHERE) {
                put_alert(all.items, source, &list.items[k]);
            }
        }
        all.more += known ? alert_list_elsewhere(&list) : 0;
    }
    part_known_put(&all, root, "alerts", "alerts_elsewhere", "alerts_unknown");
    arena_finish(&a);
}

// ---- sentences

void alerts_add(struct str *s, const struct view_source *source)
{
    struct arena a = {0};
    enum role role;
    const struct view_input in = input_of(source);
    const char *text = alert_list_sentence(&a, &in, &role);
    if (text) {
        str_addf(s, "%s%s%s", source->name ? source->name : "", source->name ? ": " : "", text);
    }
    arena_finish(&a);
}
