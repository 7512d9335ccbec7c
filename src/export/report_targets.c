#include "export/report_targets.h"

#include "base/text.h"
#include "diagnose/target_state.h"
#include "export/part_known.h"
#include "export/put.h"
#include "export/row.h"
#include "plan/served.h"
#include "view/things.h"

static void put_stages(cJSON *to, const struct words *w, const char *job)
{
    cJSON *stages = cJSON_AddArrayToObject(to, "stages");
    for (int k = -1; (k = served_next(w->plan, w->store, job, k)) >= 0;) {
        cJSON_AddItemToArray(stages, cJSON_CreateString(w->plan->stages[k].name));
    }
}

static void put_target(
    cJSON *all, const struct view_source *source, const struct list *targets, size_t i)
{
    const struct words *w = &source->words;
    const char *error = list_text(targets, i, "error");
    int64_t now_ms = w->diagnosis->tick_ms;
    double scraped_ms = list_number(targets, i, "scraped_ms");
    cJSON *to = cJSON_CreateObject();
    cJSON_AddItemToArray(all, to);
    if (source->name) {
        cJSON_AddStringToObject(to, "source", source->name);
    }
    cJSON_AddStringToObject(to, "job", list_text(targets, i, "job"));
    cJSON_AddStringToObject(to, "instance", list_text(targets, i, "instance"));
    put_stages(to, w, list_text(targets, i, "job"));
    cJSON_AddStringToObject(to, "health", target_health(targets, i, now_ms));
    cJSON_AddStringToObject(
        to, "severity", row_severity(target_severity(target_state_of(targets, i, now_ms))));
    put_moment(to, "last_scrape", scraped_ms > 0 ? (int64_t)scraped_ms : 0);
    put_number(to, "took_seconds", target_took_s(targets, i));
    put_number(to, "interval_seconds", list_number(targets, i, "interval_s"));
    put_number(to, "timeout_seconds", list_number(targets, i, "timeout_s"));
    put_text(to, "error", *error ? error : NULL);
}

/** Why the targets of W are not known; NULL: they are. */
static const char *why_unknown(struct arena *a, const struct words *w)
{
    const struct slot *slot = &w->store->slots[FEED_TARGETS];
    if (w->scope->at_ms > 0) {
        return _("Targets as they are now: servers keep no history of them.");
    }
    if (w->store->source.scraped) {
        return _("No targets: ragtop scrapes this target itself");
    }
    switch (slot->condition) {
    case CONDITION_ABSENT: return _("No targets: the server does not list them");
    case CONDITION_REFUSED:
        return arena_printf(a, _("The server does not list its targets: %s"), slot->why);
    case CONDITION_ASKING: return _("No targets: no answer from the server");
    case CONDITION_ANSWERED: break;
    }
    return slot->data ? NULL : _("No targets: no answer from the server");
}

/** Puts those of SOURCE that matter to ALL; returns how many others there are. */
static size_t put_some(cJSON *all, const struct view_source *source)
{
    const struct words *w = &source->words;
    const struct list *targets = w->store->slots[FEED_TARGETS].data;
    size_t others = targets->left_out;
    for (size_t i = 0; i < targets->count; i++) {
        bool serves = served_next(w->plan, w->store, list_text(targets, i, "job"), -1) >= 0;
        enum target_state state = target_state_of(targets, i, w->diagnosis->tick_ms);
        if (serves || state != TARGET_GOOD) {
            put_target(all, source, targets, i);
        } else {
            others++;
        }
    }
    return others;
}

void targets_put(cJSON *root, const struct report *r)
{
    struct arena a = {0};
    struct part_known k;
    part_known_init(&k);
    for (size_t i = 0; i < r->count; i++) {
        const char *why = why_unknown(&a, &r->sources[i].words);
        if (why) {
            part_known_lacks(&k, &r->sources[i], "; ", why);
        } else {
            k.any = true;
            k.more += put_some(k.items, &r->sources[i]);
        }
    }
    part_known_put(&k, root, "targets", "targets_more", "targets_unknown");
    arena_finish(&a);
}
