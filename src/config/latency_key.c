#include "config/latency_key.h"

#include <string.h>

#include "base/mem.h"
#include "config/schema.h"
#include "config/shape.h"

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

double latency_unit_of(const char *name)
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

/** The text of KEY in the mapping at R's path; NULL: it has none. */
static const char *text_of(struct reading *r, const char *key)
{
    size_t mark = reading_enter(r, "%s", key);
    const yaml_node_t *node = locate_find(r->at, r->path.text);
    reading_leave(r, mark);
    return node ? locate_text(node) : NULL;
}

static bool read_type(struct reading *r, const char *text, struct metric_config *out)
{
    static const struct {
        const char *name;
        enum metric_type type;
    } types[] = {{"gauge", METRIC_GAUGE}, {"counter", METRIC_COUNTER},
        {"histogram", METRIC_HISTOGRAM}, {"summary", METRIC_SUMMARY}};
    for (size_t i = 0; text && i < sizeof types / sizeof *types; i++) {
        if (strcmp(text, types[i].name) == 0) {
            out->type = types[i].type;
            return true;
        }
    }
    str_setf(&r->reason, "not a type; use gauge, histogram or summary");
    return !text || reading_reject(r, "type", text);
}

// A counter of seconds alone says how long everything together took, not how long one request did.
static bool check_counter(struct reading *r, const char *metric)
{
    return reading_fail(r, "type",
        "a counter alone is not a latency; name the one that counts requests as well: "
        "latency: {sum: %s, count: NAME, unit: s}",
        metric);
}

static bool read_pair(struct reading *r, const char *sum, const char *count,
    struct metric_config *out, double *to_seconds)
{
    struct metric_config counted = {0};
    if (!sum || !count) {
        return reading_fail(r, "",
            "a latency of two counters needs both: {sum: NAME, count: NAME, unit: s}; there is "
            "no '%s'",
            sum ? "count" : "sum");
    }
    if (text_of(r, "metric") || text_of(r, "type")) {
        return reading_fail(r, text_of(r, "metric") ? "metric" : "type",
            "give either 'sum' and 'count', or 'metric'");
    }
    if (!reading_metric(r, "sum", sum, NULL, out) ||
        !reading_metric(r, "count", count, NULL, &counted)) {
        return false;
    }
    out->count = counted.metric;
    char *name = mem_strndup(out->metric, strcspn(out->metric, "{"));
    bool known = *to_seconds > 0 || latency_unit_of(name) > 0;
    free(name);
    return known ||
           reading_fail(r, "sum", "the name does not tell the unit; add unit: s, ms or us");
}

static bool read_mapping(
    struct reading *r, const char *unit, struct metric_config *out, double *to_seconds)
{
    const char *metric = text_of(r, "metric"), *own = text_of(r, "unit");
    const char *sum = text_of(r, "sum"), *count = text_of(r, "count");
    if (own && unit) {
        return reading_fail(r, "unit", "'unit' is given here and for the stage; keep one");
    }
    if (!reading_unit(r, "unit", own, to_seconds)) {
        return false;
    }
    if (sum || count) {
        return read_pair(r, sum, count, out, to_seconds);
    }
    if (!metric) {
        return reading_fail(r, "",
            "'latency' names no metric; use {metric: NAME} or {sum: NAME, count: NAME, unit: s}");
    }
    return reading_metric(r, "metric", metric, NULL, out) &&
           reading_check_base(r, "metric", out->metric) && read_type(r, text_of(r, "type"), out) &&
           (out->type != METRIC_COUNTER || check_counter(r, out->metric));
}

bool latency_read(struct reading *r, const char *expr, const char *unit, struct metric_config *out,
    double *to_seconds)
{
    size_t mark = reading_enter(r, "latency");
    const yaml_node_t *node = locate_find(r->at, r->path.text);
    bool mapping = node && node->type == YAML_MAPPING_NODE;
    bool good = !node || shape_check(r->at, node, mapping ? &schema_latency : &schema_text,
                             "'latency'", r->why);
    if (good && mapping && !expr) {
        good = read_mapping(r, unit, out, to_seconds);
        reading_leave(r, mark);
        return good;
    }
    reading_leave(r, mark);
    const char *text = node ? locate_text(node) : NULL;
    return good && reading_metric(r, "latency", text, expr, out) &&
           reading_check_base(r, "latency", out->metric);
}
