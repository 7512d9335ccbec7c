#include "plan/promql.h"

#include <string.h>

#include "base/clock.h"
#include "promql/name.h"
#include "promql/regex.h"
#include "promql/select.h"

bool promql_add_arm(struct str *s, const struct str *arm, size_t rest)
{
    bool room = s->len + arm->len + rest < PROMQL_BYTES_MOST;
    if (room) {
        str_addf(s, "%s%s", s->len > 0 ? " or " : "", arm->text);
    }
    return room;
}

void promql_add_name(struct str *s, const char *metric)
{
    str_append(s, metric, name_length(metric));
}

void promql_add_matching_name(struct str *s, const char *name, const char *suffixes)
{
    struct str regex;
    str_init(&regex);
    regex_add_literal(&regex, name);
    str_add(&regex, suffixes);
    str_add(s, "{__name__=~");
    str_add_quoted(s, regex.text);
    str_finish(&regex);
}

/** The matchers in METRIC, which *LEN bytes long have no comma at the end. */
static const char *own_matchers(const char *metric, size_t *len)
{
    const char *own = strchr(metric, '{'), *end = own ? strrchr(metric, '}') : NULL;
    *len = end && end > own ? (size_t)(end - own - 1) : 0;
    while (*len && strchr(" ,\t", own[*len])) {
        (*len)--; // PromQL allows a trailing comma, but not two
    }
    return own ? own + 1 : "";
}

static void add_matchers(
    struct str *s, const char *name, const char *own, size_t own_len, const char *extra)
{
    const char *comma = "";
    str_addc(s, '{');
    if (name) {
        str_add(s, "__name__=");
        str_add_quoted(s, name);
        comma = ",";
    }
    if (own_len) {
        str_add(s, comma);
        str_append(s, own, own_len);
        comma = ",";
    }
    if (extra && *extra) {
        str_addf(s, "%s%s", comma, extra);
    }
    str_addc(s, '}');
}

void promql_add_selector(struct str *s, const char *metric, const char *suffix, const char *extra)
{
    size_t len = name_length(metric), own_len;
    const char *own = own_matchers(metric, &own_len);
    struct str name;
    str_init(&name);
    str_append(&name, metric, len);
    str_add(&name, suffix);
    bool classic = name_classic_length(metric, true) == len;
    if (classic) {
        str_add(s, name.text);
    }
    if (!classic || own_len > 0 || (extra && *extra)) {
        add_matchers(s, classic ? NULL : name.text, own, own_len, extra);
    }
    str_finish(&name);
}

bool promql_add_labelled(struct str *s, const char *metric, const char *extra)
{
    struct selector selector;
    struct str name, labels;
    if (!select_parse_metric(&selector, metric)) {
        return false;
    }
    str_init(&name);
    str_init(&labels);
    promql_add_name(&name, metric);
    bool any = false;
    for (size_t i = 0; i < selector.count; i++) {
        const struct matcher *m = &selector.matchers[i];
        bool named = strcmp(m->name, "__name__") == 0, failed = m->negative && !*m->value;
        any = any || !named;
        if (!named && !failed && !select_matches(m, "")) {
            str_add(&labels, labels.len > 0 ? "," : "");
            name_add_label(&labels, m->name);
            str_add(&labels, "!=\"\"");
        }
    }
    if (any) {
        bool both = labels.len > 0 && extra && *extra;
        str_addf(&labels, "%s%s", both ? "," : "", extra ? extra : "");
        promql_add_selector(s, name.text, "", labels.text);
    }
    str_finish(&labels);
    str_finish(&name);
    select_finish(&selector);
    return any;
}

static void add_arms(struct str *s, const char *const *exprs, size_t from, size_t to)
{
    if (to - from == 1) {
        str_addf(s, "label_replace(%s,\"" PROMQL_ARM "\",\"%zu\",\"\",\"\")", exprs[from], from);
        return;
    }
    size_t middle = from + (to - from) / 2; // a balanced tree: a chain costs the server more
    str_addc(s, '(');
    add_arms(s, exprs, from, middle);
    str_add(s, " or ");
    add_arms(s, exprs, middle, to);
    str_addc(s, ')');
}

void promql_add_joined(struct str *s, const char *const *exprs, size_t count)
{
    if (count == 1) {
        str_add(s, exprs[0]);
    } else {
        add_arms(s, exprs, 0, count);
    }
}

static void add_range(
    struct str *s, const char *metric, const char *suffix, const char *extra, int64_t window_ms)
{
    promql_add_selector(s, metric, suffix, extra);
    str_addc(s, '[');
    clock_add_duration(s, window_ms);
    str_addc(s, ']');
}

// `sum`, or `sum by (BY) `
static void add_sum(struct str *s, const char *by)
{
    str_add(s, "sum");
    if (by) {
        str_addf(s, " by (%s) ", by);
    }
}

static void add_sum_of_rate(struct str *s, const char *metric, const char *suffix, const char *by,
    const char *extra, int64_t window_ms)
{
    add_sum(s, by);
    str_add(s, "(rate(");
    add_range(s, metric, suffix, extra, window_ms);
    str_add(s, "))");
}

// The names of what adds up the time of requests, and of what counts them.
static void add_sum_of(
    struct str *s, const struct stage *stage, const char *by, const char *extra, int64_t window_ms)
{
    add_sum_of_rate(s, stage->latency, stage->count ? "" : "_sum", by, extra, window_ms);
}

static void add_count_of(
    struct str *s, const struct stage *stage, const char *by, const char *extra, int64_t window_ms)
{
    const char *counts = stage->count ? stage->count : stage->latency;
    add_sum_of_rate(s, counts, stage->count ? "" : "_count", by, extra, window_ms);
}

// Of another unit.
static void add_scale(struct str *s, const struct stage *stage)
{
    if (stage->scale > 0) {
        str_addf(s, " * %.15g", stage->scale);
    }
}

// The time and the number of requests, as parts.
static void add_parts(
    struct str *s, const struct stage *stage, const char *by, const char *extra, int64_t window_ms)
{
    str_add(s, "label_replace(");
    add_sum_of(s, stage, by, extra, window_ms);
    add_scale(s, stage);
    str_add(s, ",\"part\",\"sum\",\"\",\"\") or label_replace(");
    add_count_of(s, stage, by, extra, window_ms);
    str_add(s, ",\"part\",\"count\",\"\",\"\")");
}

static void add_quantile(struct str *s, const char *metric, const char *matcher, const char *extra)
{
    struct str matchers;
    str_init(&matchers);
    str_addf(&matchers, "%s%s%s", matcher, extra && *extra ? "," : "", extra ? extra : "");
    promql_add_selector(s, metric, "", matchers.text);
    str_finish(&matchers);
}

static void add_buckets(
    struct str *s, const struct stage *stage, const char *by, const char *extra, int64_t window_ms)
{
    str_addf(s, "sum by (%s%sle) (rate(", by ? by : "", by ? ", " : "");
    add_range(s, stage->latency, "_bucket", extra, window_ms);
    str_add(s, "))");
}

static void add_max(struct str *s, const char *by)
{
    str_addf(s, "max%s%s%s(", by ? " by (" : "", by ? by : "", by ? ") " : "");
}

static void add_value(struct str *s, const struct stage *stage, const char *by, const char *extra)
{
    add_max(s, by);
    promql_add_selector(s, stage->latency, "", extra);
    str_add(s, ")");
}

void promql_add_latency(
    struct str *s, const struct stage *stage, const char *by, const char *extra, int64_t window_ms)
{
    switch (stage->kind) {
    case LATENCY_CLASSIC:
        add_parts(s, stage, by, extra, window_ms); // they tell still where +Inf is dropped
        str_add(s, " or "); // the buckets last: `or` costs the server for each series, each time
        str_add(s, stage->scale > 0 ? "label_replace(" : "");
        add_buckets(s, stage, by, extra, window_ms);
        if (stage->scale > 0) {
            str_addf(s, ",\"scale\",\"%.15g\",\"\",\"\")", stage->scale);
        }
        break;
    case LATENCY_NATIVE: add_sum_of_rate(s, stage->latency, "", by, extra, window_ms); break;
    case LATENCY_QUANTILES:
        add_parts(s, stage, by, extra, window_ms);
        str_addf(s, " or max by (%s%squantile) (", by ? by : "", by ? ", " : "");
        add_quantile(s, stage->latency, "quantile!=\"\"", extra);
        str_add(s, ")");
        add_scale(s, stage);
        break;
    case LATENCY_PAIR:
    case LATENCY_MEAN: add_parts(s, stage, by, extra, window_ms); break;
    case LATENCY_VALUE:
        add_value(s, stage, by, extra);
        add_scale(s, stage);
        break;
    case LATENCY_COUNTER:
    case LATENCY_UNKNOWN:
    case LATENCY_ABSENT:
    case LATENCY_NONE: break;
    }
}

void promql_add_served(struct str *s, const struct stage *stage, const char *extra)
{
    bool counted = stage->kind == LATENCY_CLASSIC || stage->kind == LATENCY_QUANTILES ||
                   stage->kind == LATENCY_MEAN;
    promql_add_selector(
        s, stage->count ? stage->count : stage->latency, counted ? "_count" : "", extra);
}

void promql_add_mean(
    struct str *s, const struct stage *stage, const char *by, const char *extra, int64_t window_ms)
{
    switch (stage->kind) {
    case LATENCY_NATIVE:
        str_add(s, "histogram_sum(");
        add_sum_of_rate(s, stage->latency, "", by, extra, window_ms);
        str_add(s, ") / histogram_count(");
        add_sum_of_rate(s, stage->latency, "", by, extra, window_ms);
        str_add(s, ")");
        break;
    case LATENCY_CLASSIC:
    case LATENCY_QUANTILES:
    case LATENCY_PAIR:
    case LATENCY_MEAN:
        add_sum_of(s, stage, by, extra, window_ms);
        str_add(s, " / ");
        add_count_of(s, stage, by, extra, window_ms);
        break;
    case LATENCY_VALUE:
    case LATENCY_COUNTER:
    case LATENCY_UNKNOWN:
    case LATENCY_ABSENT:
    case LATENCY_NONE: break;
    }
}

void promql_add_statistic(
    struct str *s, const struct stage *stage, const char *by, const char *extra, int64_t window_ms)
{
    switch (stage->kind) {
    case LATENCY_CLASSIC:
        str_add(s, "histogram_quantile(0.95, ");
        add_buckets(s, stage, by, extra, window_ms);
        str_add(s, ")");
        break;
    case LATENCY_NATIVE:
        str_add(s, "histogram_quantile(0.95, ");
        add_sum_of_rate(s, stage->latency, "", by, extra, window_ms);
        str_add(s, ")");
        break;
    case LATENCY_QUANTILES:
        add_max(s, by);
        add_quantile(s, stage->latency, "quantile=\"0.95\"", extra);
        str_add(s, ")");
        break;
    case LATENCY_PAIR:
    case LATENCY_MEAN: promql_add_mean(s, stage, by, extra, window_ms); break;
    case LATENCY_VALUE: add_value(s, stage, by, extra); break;
    case LATENCY_COUNTER:
    case LATENCY_UNKNOWN:
    case LATENCY_ABSENT:
    case LATENCY_NONE: break;
    }
}

void promql_add_highest(
    struct str *s, const struct stage *stage, const char *by, const char *extra, int64_t window_ms)
{
    if (stage->kind == LATENCY_CLASSIC) {
        str_add(s, "histogram_quantile(1, ");
        add_buckets(s, stage, by, extra, window_ms);
        str_add(s, ")");
    }
}

void promql_add_rate(
    struct str *s, const char *metric, const char *label, const char *extra, int64_t window_ms)
{
    add_sum_of_rate(s, metric, "", label, extra, window_ms);
}

void promql_add_requests(
    struct str *s, const struct stage *stage, const char *by, const char *extra, int64_t window_ms)
{
    switch (stage->kind) {
    case LATENCY_NATIVE:
        str_add(s, "histogram_count(");
        add_sum_of_rate(s, stage->latency, "", by, extra, window_ms);
        str_add(s, ")");
        break;
    case LATENCY_CLASSIC:
    case LATENCY_QUANTILES:
    case LATENCY_PAIR:
    case LATENCY_MEAN: add_count_of(s, stage, by, extra, window_ms); break;
    case LATENCY_VALUE:
    case LATENCY_COUNTER:
    case LATENCY_UNKNOWN:
    case LATENCY_ABSENT:
    case LATENCY_NONE: break;
    }
}
