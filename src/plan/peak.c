#include "plan/peak.h"

#include "base/clock.h"
#include "plan/promql.h"
#include "series/store.h"

enum { SUMMED_EVERY_MS = CLOCK_MINUTE_MS };

// `max_over_time(METRIC{...}[5m])`
static void add_highest(struct str *s, const char *metric, const char *extra)
{
    str_add(s, "max_over_time(");
    promql_add_selector(s, metric, "", extra);
    str_addc(s, '[');
    clock_add_duration(s, STORE_HISTORY_STEP_MS);
    str_add(s, "])");
}

// `max_over_time(sum(METRIC{...})[5m:1m])`: pods need not peak at the same moment.
static void add_highest_sum(struct str *s, const char *metric, const char *extra)
{
    str_add(s, "max_over_time(sum(");
    promql_add_selector(s, metric, "", extra);
    str_add(s, ")[");
    clock_add_duration(s, STORE_HISTORY_STEP_MS);
    str_addc(s, ':');
    clock_add_duration(s, SUMMED_EVERY_MS);
    str_add(s, "])");
}

// The fullest pod is at least as full as all together.
static void add_full(struct str *s, const struct signal *signal, const char *extra)
{
    const struct metric_config *used = &signal->source, *limit = &signal->limit;
    if (signal->full > 0) {
        str_add(s, "max(");
        add_highest(s, used->metric, extra);
        str_addf(s, ") / %.15g", signal->full);
    } else if (limit->metric) {
        str_add(s, "max(");
        add_highest(s, used->metric, extra);
        str_add(s, " / (");
        promql_add_selector(s, limit->metric, "", extra);
        str_add(s, " > 0))");
    } else if (limit->expr) {
        add_highest_sum(s, used->metric, extra);
        str_addf(s, " / (sum(%s) > 0)", limit->expr);
    } else {
        add_highest_sum(s, used->metric, extra);
        str_addf(s, " / %.15g", limit->number);
    }
}

bool peak_add(struct str *s, const struct plan *p, const struct signal *signal)
{
    const char *extra = p->selector;
    const struct metric_config *limit = &signal->limit;
    bool value = signal->kind == SIGNAL_LATENCY && p->stages[signal->stage].kind == LATENCY_VALUE;
    bool pool = signal->kind == SIGNAL_SATURATION &&
                (signal->full > 0 || limit->metric || limit->expr || limit->number > 0);
    if (!signal->source.metric || !(value || pool)) {
        return false;
    }
    str_add(s, "label_replace(");
    if (value) {
        str_add(s, "max(");
        add_highest(s, p->stages[signal->stage].latency, extra);
        str_addc(s, ')');
    } else {
        add_full(s, signal, extra);
    }
    str_add(s, ",\"part\",\"peak\",\"\",\"\")");
    return true;
}
