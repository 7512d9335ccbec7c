#include "plan/derived.h"

#include "base/clock.h"
#include "plan/promql.h"
#include "promql/matchers.h"

static const char *settled(struct arena *a, struct str *s)
{
    const char *text = s->len > 0 ? arena_strdup(a, s->text) : NULL;
    str_finish(s);
    return text;
}

// SUFFIX of METRIC as a sum over all, within the window; MORE is added to its matchers.
static const char *sum_of_rate(struct arena *a, const struct plan *p, const char *metric,
    const char *suffix, const char *by, const char *more)
{
    const char *extra = p->selector;
    bool both = *more && extra && *extra;
    struct str s;
    str_init(&s);
    str_addf(&s, "sum%s%s%s(rate(", by ? " by (" : "", by ? by : "", by ? ") " : "");
    promql_add_selector(
        &s, metric, suffix, arena_printf(a, "%s%s%s", more, both ? "," : "", extra ? extra : ""));
    str_addc(&s, '[');
    clock_add_duration(&s, p->window_ms);
    str_add(&s, "]))");
    return settled(a, &s);
}

static const char *shown(const struct plan *p, int signal)
{
    return signal >= 0 ? p->signals[signal].shown : NULL;
}

// The share of PART in WHOLE, either of which may be NULL.
static const char *ratio(struct arena *a, const char *part, const char *whole)
{
    return part && whole ? arena_printf(a, "%s / %s", part, whole) : part;
}

const char *derived_errors(struct arena *a, const struct plan *p, int stage)
{
    const struct stage *s = &p->stages[stage];
    return ratio(a, shown(p, s->errors_signal), s->requests);
}

const char *derived_used(struct arena *a, const struct plan *p, int signal)
{
    const struct metric_config *m = &p->signals[signal].source;
    struct str s;
    str_init(&s);
    str_add(&s, "sum(");
    if (m->expr) {
        str_add(&s, m->expr);
    } else {
        promql_add_selector(&s, m->metric, "", p->selector);
    }
    str_add(&s, ")");
    return settled(a, &s);
}

static const char *rate_of_tool(struct arena *a, const struct plan *p, int signal, const char *tool)
{
    const char *metric = signal >= 0 ? p->signals[signal].source.metric : NULL;
    if (!metric) {
        return shown(p, signal);
    }
    struct str matcher;
    str_init(&matcher);
    if (tool) {
        matchers_add_equal(&matcher, p->tool_label, tool);
    }
    const char *text = sum_of_rate(a, p, metric, "", NULL, matcher.text);
    str_finish(&matcher);
    return text;
}

const char *derived_calls(struct arena *a, const struct plan *p, const char *tool)
{
    return rate_of_tool(a, p, p->tool_calls, tool);
}

const char *derived_failing(struct arena *a, const struct plan *p, const char *tool)
{
    return ratio(a, rate_of_tool(a, p, p->tool_errors, tool), derived_calls(a, p, tool));
}

const char *derived_buckets(struct arena *a, const struct plan *p, int stage)
{
    const struct stage *s = &p->stages[stage];
    const char *expr = p->signals[s->latency_signal].expr;
    if (expr && s->latency && s->kind == LATENCY_CLASSIC) {
        return sum_of_rate(a, p, s->latency, "_bucket", "le", "");
    }
    return s->kind == LATENCY_NATIVE ? expr : NULL;
}

// An offset is for selectors alone; a subquery takes one for a whole expression.
const char *derived_then(struct arena *a, const char *promql, int64_t at_ms, int days)
{
    if (!promql || days == 0) {
        return NULL;
    }
    struct str s;
    str_init(&s);
    str_addf(&s, "last_over_time((%s)[1s:1s] offset ", promql);
    clock_add_duration(&s, at_ms - clock_days_before(at_ms, days));
    str_add(&s, ")");
    return settled(a, &s);
}
