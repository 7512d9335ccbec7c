#include "view/asked.h"

#include "base/clock.h"
#include "plan/promql.h"
#include "promql/matchers.h"
#include "view/cell.h"

// SUFFIX of the metric SOURCE as a sum over all, within the window; MORE is added to its matchers.
static void add_sum_of_rate(struct str *s, const struct words *w, const char *source,
    const char *suffix, const char *by, const char *more)
{
    const char *extra = w->plan->selector;
    struct str matchers;
    str_init(&matchers);
    str_addf(&matchers, "%s%s%s", more ? more : "", more && extra && *extra ? "," : "",
        extra ? extra : "");
    str_addf(s, "sum%s%s%s(rate(", by ? " by (" : "", by ? by : "", by ? ") " : "");
    promql_add_selector(s, source, suffix, matchers.text);
    str_addc(s, '[');
    clock_add_duration(s, w->plan->window_ms);
    str_add(s, "]))");
    str_finish(&matchers);
}

static void add_requests(struct str *s, const struct words *w, int stage)
{
    const char *requests = w->plan->stages[stage].requests;
    str_add(s, requests ? requests : "");
}

static const char *settled(struct arena *a, struct str *s)
{
    const char *text = s->len > 0 ? arena_strdup(a, s->text) : NULL;
    str_finish(s);
    return text;
}

const char *asked_requests(struct arena *a, const struct words *w, int stage)
{
    struct str s;
    str_init(&s);
    add_requests(&s, w, stage);
    return settled(a, &s);
}

// The share of PART in WHOLE.
static const char *ratio(struct arena *a, const char *part, struct str *whole)
{
    const char *text =
        part && whole->len > 0 ? arena_printf(a, "%s / %s", part, whole->text) : part;
    str_finish(whole);
    return text;
}

const char *asked_errors(struct arena *a, const struct words *w, int stage)
{
    struct str requests;
    str_init(&requests);
    add_requests(&requests, w, stage);
    return ratio(a, cell_promql(w, w->plan->stages[stage].errors_signal), &requests);
}

const char *asked_used(struct arena *a, const struct words *w, int signal)
{
    const struct metric_config *m = &w->plan->signals[signal].source;
    struct str s;
    str_init(&s);
    str_add(&s, "sum(");
    if (m->expr) {
        str_add(&s, m->expr);
    } else {
        promql_add_selector(&s, m->metric, "", w->plan->selector);
    }
    str_add(&s, ")");
    return settled(a, &s);
}

// The matcher for TOOL; "" for all.
static void add_tool(struct str *s, const struct words *w, int tool)
{
    if (tool >= 0) {
        matchers_add_equal(s, w->plan->tool_label, w->diagnosis->tools[tool].name);
    }
}

static const char *rate_of_tool(struct arena *a, const struct words *w, int signal, int tool)
{
    const char *metric = signal >= 0 ? w->plan->signals[signal].source.metric : NULL;
    struct str s, matcher;
    if (!metric) {
        return cell_promql(w, signal);
    }
    str_init(&s);
    str_init(&matcher);
    add_tool(&matcher, w, tool);
    add_sum_of_rate(&s, w, metric, "", NULL, matcher.len > 0 ? matcher.text : NULL);
    str_finish(&matcher);
    return settled(a, &s);
}

const char *asked_calls(struct arena *a, const struct words *w, int tool)
{
    return rate_of_tool(a, w, w->plan->tool_calls, tool);
}

const char *asked_failing(struct arena *a, const struct words *w, int tool)
{
    struct str calls;
    const char *all = asked_calls(a, w, tool);
    str_init(&calls);
    str_add(&calls, all ? all : "");
    return ratio(a, rate_of_tool(a, w, w->plan->tool_errors, tool), &calls);
}

const char *asked_buckets(struct arena *a, const struct words *w, int stage)
{
    const struct stage *s = &w->plan->stages[stage];
    const struct signal *signal = &w->plan->signals[s->latency_signal];
    struct str text;
    str_init(&text);
    if (signal->expr && s->latency && s->kind == LATENCY_CLASSIC) {
        add_sum_of_rate(&text, w, s->latency, "_bucket", "le", NULL);
    } else if (signal->expr && s->kind == LATENCY_NATIVE) {
        str_add(&text, signal->expr);
    }
    return settled(a, &text);
}

// An offset is for selectors alone; a subquery takes one for a whole expression.
const char *asked_then(struct arena *a, const char *promql, int64_t at_ms, int days)
{
    if (!promql || days == 0) {
        return NULL;
    }
    struct str s;
    str_init(&s);
    str_addf(&s, "last_over_time((%s)[1s:1s] offset ", promql);
    clock_add_duration(&s, at_ms - clock_days_before(at_ms, days));
    str_add(&s, ")");
    return cell_settle(a, &s);
}
