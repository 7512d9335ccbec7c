#include "watch/watch.h"

#include "base/clock.h"
#include "base/text.h"
#include "diagnose/alerting.h"

static bool start_poller(struct watch *w, struct str *why)
{
    w->poller = poller_create(w->config, &w->scope, &w->plan, &w->store, why);
    return w->poller && trace_start(&w->trace, w->poller, w->config, why) &&
           memory_load(&w->saved, w->poller, w->config, &w->scope, why);
}

bool watch_start(struct watch *w, const struct watch *beside, const struct config *config, size_t i,
    struct str *why)
{
    *w = (struct watch){.own = config_of_source(config, i)};
    w->config = &w->own;
    w->scope = scope_of(w->config);
    if (!start_poller(w, why)) {
        if (w->own.name) {
            struct str reason = *why;
            str_init(why);
            str_addf(why, _("source %s: %s"), w->own.name, reason.text);
            str_finish(&reason);
        }
        return false;
    }
    if (beside) {
        poller_join(w->poller, beside->poller);
    }
    memory_start(&w->memory, w->poller, w->config);
    diagnosis_init(&w->diagnosis, &w->plan);
    return true;
}

bool watch_turn(struct watch *w, int64_t now_ms)
{
    bool changed = poller_turn(w->poller, now_ms);
    w->again = memory_turn(&w->memory, w->poller, now_ms);
    return changed;
}

int watch_due_ms(const struct watch *w, int64_t now_ms)
{
    return w->again || poller_reads(w->poller)
               ? 0
               : memory_due_ms(&w->memory, poller_due_ms(w->poller, now_ms));
}

unsigned watch_wait(
    struct watch *watches, size_t count, const int *fds, size_t fds_count, int timeout_ms)
{
    for (size_t i = 0; i < count; i++) {
        struct watch *w = &watches[i];
        bool at_once = w->again || poller_reads(w->poller);
        timeout_ms = at_once ? 0 : memory_due_ms(&w->memory, timeout_ms);
        w->again = false; // a turn follows, or nobody waits for it any more
    }
    return poller_wait(watches[0].poller, fds, fds_count, timeout_ms);
}

void watch_look_at(struct watch *w, const struct scope *scope, int64_t now_ms)
{
    struct scope before = w->scope;
    w->scope = *scope;
    poller_scope_changed(w->poller, &before, now_ms);
    if (w->scope.window_ms != before.window_ms) {
        diagnosis_finish(&w->diagnosis); // what it found usual was of another window
        diagnosis_init(&w->diagnosis, &w->plan);
    }
}

void watch_stop(struct watch *w)
{
    poller_destroy(w->poller);
    w->poller = NULL;
    memory_finish(&w->memory);
}

int64_t watch_moment(const struct watch *w, int64_t now_ms)
{
    int64_t newest = store_newest_ms(&w->store);
    return w->scope.at_ms > 0 ? w->scope.at_ms : newest > 0 ? newest : now_ms;
}

void watch_judge(struct watch *w, const struct thresholds *thresholds, int64_t tick_ms)
{
    if (w->diagnosis.stages_count != w->plan.stages_count) { // stages were found by label
        diagnosis_finish(&w->diagnosis);
        diagnosis_init(&w->diagnosis, &w->plan);
    }
    int64_t began_ms = clock_steady_ms();
    diagnosis_run(&w->diagnosis, &w->plan, &w->scope, &w->store, thresholds, tick_ms);
    w->judged = w->store.version;
    w->judged_ms = clock_steady_ms();
    w->took_ms = w->judged_ms - began_ms;
}

int64_t watch_rest_ms(const struct watch *w)
{
    enum { REST_MS = 50, REST_PER_JUDGING = 3 };
    if (w->judged == w->store.version) {
        return 0;
    }
    int64_t rest_ms = REST_PER_JUDGING * w->took_ms;
    return w->judged_ms + (rest_ms > REST_MS ? rest_ms : REST_MS) - clock_steady_ms();
}

void watch_judge_newest(struct watch *w, int64_t now_ms)
{
    struct thresholds thresholds = thresholds_default;
    thresholds.persists = true;
    watch_judge(w, &thresholds, watch_moment(w, now_ms));
}

void watch_add_wants(const struct watch *w, struct wants *out)
{
    bool stages[PLAN_STAGES_MAX];
    diagnosis_wants(&w->diagnosis, stages);
    for (size_t i = 0; i < w->diagnosis.stages_count; i++) {
        if (stages[i]) {
            wants_add(out, (struct want){FEED_NOW, (int)i, 0});
            wants_add(out, (struct want){FEED_INFRA, 0, 0});
            wants_add(out, (struct want){FEED_CHANGES, 0, 0});
        }
    }
}

static bool any_fires(const struct rule_set *rules)
{
    bool fires = false;
    for (size_t i = 0; rules && i < rules->alerts_count && !fires; i++) {
        const struct alert *alert = &rules->alerts[i];
        fires = alerting_phase(alert) == ALERT_FIRING &&
                alerting_severity(&alert->labels) >= SEVERITY_WARNING;
    }
    return fires;
}

void watch_add_alerts(const struct watch *w, struct wants *out)
{
    const struct slot *rules = &w->store.slots[FEED_RULES];
    if (w->store.source.scraped || w->scope.at_ms > 0) {
        return; // a target has none, and they are known of now alone
    }
    wants_add(out, (struct want){FEED_RULES, 0, 0});
    if (rules->subject >= 0 && rules->condition != CONDITION_ASKING &&
        (!rules->data || rule_set_alerting(rules->data) == 0)) {
        wants_add(out, (struct want){FEED_ALERT_SERIES, 0, 0});
    }
}

void watch_add_targets(const struct watch *w, struct wants *out)
{
    if (!w->store.source.scraped && w->scope.at_ms <= 0) {
        wants_add(out, (struct want){FEED_TARGETS, 0, 0});
    }
}

void watch_add_routing(const struct watch *w, struct wants *out)
{
    bool rules = false, routing = false;
    for (size_t i = 0; i < out->count; i++) {
        rules = rules || out->items[i].kind == FEED_RULES;
        routing = routing || out->items[i].kind == FEED_ROUTING;
    }
    if (rules && !routing && any_fires(w->store.slots[FEED_RULES].data)) {
        wants_add(out, (struct want){FEED_ALERTMANAGERS, 0, 0});
        wants_add(out, (struct want){FEED_ROUTING, 0, 0});
    }
}

struct words watch_words(const struct watch *w)
{
    return (struct words){.source = &w->config->source,
        .plan = &w->plan,
        .scope = &w->scope,
        .store = &w->store,
        .diagnosis = &w->diagnosis};
}

void watch_views(struct watch *watches, size_t count, struct view_source *out)
{
    for (size_t i = 0; i < count; i++) {
        struct watch *w = &watches[i];
        out[i] = (struct view_source){
            .name = w->config->name, .words = watch_words(w), .cache = &w->cache};
    }
}

bool watch_log_failed(struct watch *watches, size_t count, struct str *why)
{
    for (size_t i = 0; i < count; i++) {
        if (trace_failed(&watches[i].trace, why)) {
            for (size_t k = 0; k < count; k++) { // they share the log, and its fault is one
                watches[k].trace.told = true;
            }
            return true;
        }
    }
    return false;
}

void watch_finish(struct watch *w)
{
    watch_stop(w);
    trace_finish(&w->trace);
    diagnosis_finish(&w->diagnosis);
    store_finish(&w->store);
    plan_finish(&w->plan);
    saved_finish(&w->saved);
    trend_memo_finish(&w->cache);
    *w = (struct watch){0};
}
