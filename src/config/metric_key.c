#include "config/metric_key.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "config/types.h"
#include "promql/matchers.h"

// --- metrics and expressions

static bool read_expr(const struct reader *r, const yaml_node_t *node, struct metric_config *out)
{
    struct str reason;
    str_init(&reason);
    if (!reader_is_text(r, node, _("an expression"), READER_TEXT_BYTES)) {
        return false;
    }
    if (!matchers_check_expr(reader_text_of(node), &reason)) {
        return reader_reject(r, node, &reason);
    }
    out->expr = mem_strdup(reader_text_of(node));
    return true;
}

bool metric_key_read(const struct reader *r, const yaml_node_t *mapping, const yaml_node_t *expr,
    const char *key, struct metric_config *out)
{
    const yaml_node_t *node = reader_get(r, mapping, key);
    const yaml_node_t *own = reader_get(r, expr, key);
    const char *text = NULL;
    if (node && own) {
        return reader_fail(r, node, _("'%s' is given here and under 'expr'; keep one"), key);
    }
    if (own) {
        return read_expr(r, own, out);
    }
    if (!reader_text(r, mapping, key, &text) || !text) {
        return !node;
    }
    struct str metric, reason;
    str_init(&metric);
    str_init(&reason);
    bool good = matchers_add_metric(&metric, text, &reason) || reader_reject(r, node, &reason);
    if (good) {
        out->metric = str_take(&metric);
    }
    str_finish(&metric);
    return good;
}

bool metric_key_read_rate(const struct reader *r, const yaml_node_t *mapping,
    const yaml_node_t *expr, const char *key, struct metric_config *out)
{
    return metric_key_read(r, mapping, expr, key, out) &&
           (!out->expr || !matchers_divides(out->expr) ||
               reader_fail(r, reader_get(r, expr, key),
                   _("'%s' must be a rate, such as sum(rate(NAME[5m])), but this divides one "
                     "number by another; keep only what is before the '/'"),
                   key));
}

bool metric_key_read_base(const struct reader *r, const yaml_node_t *mapping,
    const yaml_node_t *expr, const char *key, struct metric_config *out)
{
    static const char *const suffixes[] = {"_bucket", "_count", "_sum"};
    if (!metric_key_read(r, mapping, expr, key, out)) {
        return false;
    }
    size_t len = out->metric ? strcspn(out->metric, "{") : 0;
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        size_t suffix = strlen(suffixes[i]);
        if (len > suffix && strncmp(out->metric + len - suffix, suffixes[i], suffix) == 0) {
            return reader_fail(r, reader_get(r, mapping, key),
                _("'%s' needs the metric's base name, without %s"), key, suffixes[i]);
        }
    }
    return true;
}

// --- units

/** How much of the LEN bytes of NAME is before its last word, with the `_`; 0: it is one word. */
static size_t before_last(const char *name, size_t len)
{
    while (len > 0 && name[len - 1] != '_') {
        len--;
    }
    return len;
}

// What may stand behind the unit: `_seconds_total`, `_ms_p95`.
static bool is_statistic(const char *word, size_t len)
{
    static const char *const words[] = {"total", "bucket", "sum", "count", "avg", "average", "mean",
        "median", "max", "min", "quantile"};
    bool is = len > 1 && *word == 'p' && strspn(word + 1, "0123456789") >= len - 1;
    for (size_t i = 0; !is && i < sizeof words / sizeof *words; i++) {
        is = strlen(words[i]) == len && memcmp(word, words[i], len) == 0;
    }
    return is;
}

double metric_key_unit_of(const char *name)
{
    static const struct {
        const char *word;
        double to_seconds;
    } units[] = {{"seconds", 1}, {"s", 1}, {"sec", 1}, {"secs", 1}, {"ms", 1e-3}, {"msec", 1e-3},
        {"milliseconds", 1e-3}, {"millis", 1e-3}, {"us", 1e-6}, {"usec", 1e-6},
        {"microseconds", 1e-6}, {"micros", 1e-6}, {"ns", 1e-9}, {"nanoseconds", 1e-9},
        {"nanos", 1e-9}};
    size_t len = strlen(name), begin = before_last(name, len);
    while (begin > 0 && is_statistic(name + begin, len - begin)) {
        len = begin - 1;
        begin = before_last(name, len);
    }
    for (size_t i = 0; begin > 0 && i < sizeof units / sizeof *units; i++) {
        size_t n = strlen(units[i].word);
        if (len - begin == n && memcmp(name + begin, units[i].word, n) == 0) {
            return units[i].to_seconds;
        }
    }
    return 0;
}

// --- latencies that are more than a name

static const char *const latency_keys[] = {"metric", "sum", "count", "unit", "type", NULL};

static bool read_pair(
    const struct reader *r, const yaml_node_t *node, struct metric_config *out, double to_seconds)
{
    const yaml_node_t *sum = reader_get(r, node, "sum"), *count = reader_get(r, node, "count");
    const yaml_node_t *metric = reader_get(r, node, "metric"), *type = reader_get(r, node, "type");
    if (!sum || !count) {
        return reader_fail(r, node,
            _("a latency of two counters needs both: {sum: NAME, count: NAME, unit: s}; there is "
              "no '%s'"),
            sum ? "count" : "sum");
    }
    if (metric || type) {
        return reader_fail(
            r, metric ? metric : type, _("give either 'sum' and 'count', or 'metric'"));
    }
    struct metric_config counted = {0};
    if (!metric_key_read(r, node, NULL, "sum", out) ||
        !metric_key_read(r, node, NULL, "count", &counted)) {
        return false;
    }
    out->count = counted.metric;
    char *name = mem_strndup(out->metric, strcspn(out->metric, "{"));
    bool known = to_seconds > 0 || metric_key_unit_of(name) > 0;
    free(name);
    return known || reader_fail(r, sum, _("the name does not say the unit; add unit: s, ms or us"));
}

static bool read_mapping(
    const struct reader *r, const yaml_node_t *node, struct metric_config *out, double *to_seconds)
{
    if (!reader_value(r, node, "unit", &type_unit, to_seconds)) {
        return false;
    }
    if (reader_get(r, node, "sum") || reader_get(r, node, "count")) {
        return read_pair(r, node, out, *to_seconds);
    }
    if (!reader_get(r, node, "metric")) {
        return reader_fail(r, node,
            _("'latency' names no metric; use {metric: NAME} or {sum: NAME, count: NAME, unit: "
              "s}"));
    }
    if (!metric_key_read_base(r, node, NULL, "metric", out) ||
        !reader_value(r, node, "type", &type_metric_type, &out->type)) {
        return false;
    }
    // it says how long everything together took, not how long one request did
    return out->type != METRIC_COUNTER ||
           reader_fail(r, reader_get(r, node, "type"),
               _("a counter alone is not a latency; add the one that counts requests: latency: "
                 "{sum: %s, count: NAME, unit: s}"),
               out->metric);
}

bool metric_key_read_latency(const struct reader *r, const yaml_node_t *stage,
    const yaml_node_t *expr, struct metric_config *out, double *to_seconds)
{
    const yaml_node_t *node = reader_get(r, stage, "latency");
    const yaml_node_t *unit = reader_get(r, stage, "unit");
    if (!reader_value(r, stage, "unit", &type_unit, to_seconds)) {
        return false;
    }
    if (!node || node->type != YAML_MAPPING_NODE || reader_get(r, expr, "latency")) {
        return metric_key_read_base(r, stage, expr, "latency", out);
    }
    const yaml_node_t *own = reader_get(r, node, "unit");
    if (unit && own) {
        return reader_fail(r, own, _("'unit' is given here and for the stage; keep one"));
    }
    return reader_mapping(r, node, "'latency'", latency_keys) &&
           read_mapping(r, node, out, to_seconds);
}
