#include "config/metric_key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/mem.h"
#include "base/text.h"
#include "config/limits.h"
#include "config/types.h"
#include "promql/matchers.h"
#include "promql/name.h"

static const double LIMIT_MOST = 1e15; // beyond, a double does not hold each whole number

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

static bool read_name(
    const struct reader *r, const yaml_node_t *node, const char *label, struct metric_config *out)
{
    struct str metric, reason;
    str_init(&metric);
    str_init(&reason);
    bool good = reader_is_text(r, node, label, READER_TEXT_BYTES) &&
                (matchers_add_metric(&metric, reader_text_of(node), &reason) ||
                    reader_reject(r, node, &reason));
    out->metric = good ? str_take(&metric) : NULL;
    str_finish(&metric);
    return good;
}

typedef bool read_one(
    const struct reader *r, const yaml_node_t *node, const char *label, struct metric_config *out);

// One, or a list of which the first that has series is meant.
static bool read_each(const struct reader *r, const yaml_node_t *node, const char *key,
    read_one *one, struct metric_config *out)
{
    char label[32];
    snprintf(label, sizeof label, "'%s'", key);
    if (node->type != YAML_SEQUENCE_NODE) {
        return one(r, node, label, out);
    }
    bool good = reader_list(r, node, label, LIMIT_ALIASES) &&
                (reader_count(node) > 0 || reader_fail(r, node, _("the list names no metric")));
    for (size_t i = 0; good && i < reader_count(node); i++) {
        if (i > 0) {
            out->other = mem_zalloc(1, sizeof *out);
            out = out->other;
        }
        good = one(r, reader_entry(r, node, i), label, out);
    }
    return good;
}

// What it was called before, each as ONE reads it, without `was` of its own.
static bool read_was(
    const struct reader *r, const yaml_node_t *node, read_one *one, struct metric_config *out)
{
    const yaml_node_t *was = reader_get(r, node, "was");
    if (!was) {
        return true;
    }
    if (out->older) { // of `metric`, a mapping as well
        return reader_fail(r, was, _("'was' takes all older names in one list"));
    }
    out->older = mem_zalloc(1, sizeof *out->older);
    bool good = read_each(r, was, "was", one, out->older), nested = false;
    for (struct metric_config *m = out->older; m; m = m->other) {
        nested = nested || m->older;
    }
    if (nested) {
        return reader_fail(r, was, _("'was' takes all older names in one list"));
    }
    for (struct metric_config *m = out->older; m; m = m->older) {
        m->older = m->other;
        m->other = NULL;
    }
    return good;
}

static const char *const share_keys[] = {
#define METRIC_KEY(key, text) key,
#include "config/stage_key.def"
    NULL};

// `{metric: NAME, bad: MATCHERS}`: what fails is among all that is counted
static bool read_share(
    const struct reader *r, const yaml_node_t *node, const char *label, struct metric_config *out)
{
    const yaml_node_t *bad = reader_get(r, node, "bad"), *metric = reader_get(r, node, "metric");
    char *matchers = NULL;
    if (!reader_mapping(r, node, label, share_keys)) {
        return false;
    }
    if (!metric || (!bad && !reader_get(r, node, "was"))) {
        return reader_fail(r, node, _("there is no '%s'; use {metric: NAME, bad: 'code=~\"5..\"'}"),
            metric ? "bad" : "metric");
    }
    bool good = metric_key_read(r, node, NULL, "metric", out) &&
                read_was(r, node, read_name, out) &&
                reader_value(r, node, "bad", &type_selector, &matchers);
    for (struct metric_config *m = out; good && m; m = m->other) {
        metric_key_narrow(&m->metric, matchers);
    }
    for (struct metric_config *m = out->older; good && m; m = m->older) {
        metric_key_narrow(&m->metric, matchers);
    }
    free(matchers);
    return good;
}

static bool read_plain(
    const struct reader *r, const yaml_node_t *node, const char *label, struct metric_config *out)
{
    return (node->type == YAML_MAPPING_NODE ? read_share : read_name)(r, node, label, out);
}

bool metric_key_read(const struct reader *r, const yaml_node_t *mapping, const yaml_node_t *expr,
    const char *key, struct metric_config *out)
{
    const yaml_node_t *node = reader_get(r, mapping, key);
    const yaml_node_t *own = reader_get(r, expr, key);
    if (node && own) {
        return reader_fail(r, node, _("'%s' is given here and under 'expr'; keep one"), key);
    }
    return own ? read_expr(r, own, out) : !node || read_each(r, node, key, read_plain, out);
}

bool metric_key_is_number(const yaml_node_t *node)
{
    const char *text = reader_text_of(node);
    char *end = NULL;
    if (strspn(text, "+-0123456789.") > 0) { // `inf` and `nan` are names
        strtod(text, &end);
    }
    return end && end > text && !*end;
}

bool metric_key_read_limit(const struct reader *r, const yaml_node_t *mapping,
    const yaml_node_t *expr, struct metric_config *out)
{
    const yaml_node_t *limit = reader_get(r, mapping, "limit");
    const char *text = reader_text_of(limit);
    if (!metric_key_is_number(limit)) {
        return metric_key_read(r, mapping, expr, "limit", out);
    }
    out->number = strtod(text, NULL);
    if (!(out->number > 0)) {
        return reader_fail(r, limit, _("'%s' is not a limit; it must be more than 0"), text);
    }
    return out->number < LIMIT_MOST ||
           reader_fail(r, limit, _("'%s' is not a limit; it must be less than 1e15"), text);
}

void metric_key_narrow(char **metric, const char *matchers)
{
    size_t len = *metric ? strlen(*metric) : 0;
    if (len == 0 || !matchers || !*matchers) {
        return;
    }
    bool some = (*metric)[len - 1] == '}';
    struct str s;
    str_init(&s);
    str_append(&s, *metric, len - some);
    str_addf(&s, "%s%s}", !some ? "{" : (*metric)[len - 2] == '{' ? "" : ",", matchers);
    free(*metric);
    *metric = str_take(&s);
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

static bool is_base(const struct reader *r, const yaml_node_t *node, const char *metric)
{
    static const char *const suffixes[] = {"_bucket", "_count", "_sum"};
    size_t len = metric ? name_length(metric) : 0;
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        size_t suffix = strlen(suffixes[i]);
        if (len > suffix && strncmp(metric + len - suffix, suffixes[i], suffix) == 0) {
            return reader_fail(
                r, node, _("'latency' needs the metric's base name, without %s"), suffixes[i]);
        }
    }
    return true;
}

static bool read_base(
    const struct reader *r, const yaml_node_t *node, const char *label, struct metric_config *out)
{
    return read_name(r, node, label, out) && is_base(r, node, out->metric);
}

bool metric_key_read_base(const struct reader *r, const yaml_node_t *mapping,
    const yaml_node_t *expr, const char *key, struct metric_config *out)
{
    const yaml_node_t *node = reader_get(r, mapping, key);
    return reader_get(r, expr, key) || !node ? metric_key_read(r, mapping, expr, key, out)
                                             : read_each(r, node, key, read_base, out);
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

void metric_key_say_unit(struct metric_config *older, double to_seconds)
{
    for (struct metric_config *m = older; m; m = m->older) {
        m->to_seconds = m->to_seconds > 0 ? m->to_seconds : to_seconds;
    }
}

double metric_key_unit_of(const char *name)
{
    static const struct {
        const char *word;
        double to_seconds;
    } units[] = {{"seconds", 1}, {"s", 1}, {"sec", 1}, {"secs", 1}, {"ms", 1e-3}, {"msec", 1e-3},
        {"milliseconds", 1e-3}, {"millis", 1e-3}, {"us", 1e-6}, {"usec", 1e-6},
        {"microseconds", 1e-6}, {"micros", 1e-6}, {"ns", 1e-9}, {"nanoseconds", 1e-9},
        {"nanos", 1e-9}, {"minutes", 60}, {"mins", 60}, {"hours", 3600}, {"days", 86400}};
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

bool metric_key_is_share(const char *metric)
{
    static const char *const words[] = {"ratio", "perc", "percent", "percentage", "pct", "fraction",
        "utilization", "utilisation", "util"};
    size_t len = name_length(metric), begin = len;
    while (begin > 0 && !strchr("_.:", metric[begin - 1])) {
        begin--;
    }
    bool is = false;
    for (size_t i = 0; begin > 0 && !is && i < sizeof words / sizeof *words; i++) {
        is = strlen(words[i]) == len - begin && ascii_same_n(metric + begin, words[i], len - begin);
    }
    return is;
}

// --- latencies that are more than a name

static const char *const latency_keys[] = {
#define LATENCY_KEY(key, text) key,
#include "config/stage_key.def"
    NULL};

static bool read_pair(const struct reader *r, const yaml_node_t *node, struct metric_config *out)
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
    if (!read_name(r, sum, "'sum'", out) || !read_name(r, count, "'count'", &counted)) {
        return false;
    }
    out->count = counted.metric;
    return true;
}

static bool read_latency(
    const struct reader *r, const yaml_node_t *node, const char *label, struct metric_config *out);

static bool read_mapping(
    const struct reader *r, const yaml_node_t *node, const char *label, struct metric_config *out)
{
    if (!reader_mapping(r, node, label, latency_keys) || !read_was(r, node, read_latency, out) ||
        !reader_value(r, node, "unit", &type_unit, &out->to_seconds)) {
        return false;
    }
    if (reader_get(r, node, "sum") || reader_get(r, node, "count")) {
        return read_pair(r, node, out);
    }
    if (!reader_get(r, node, "metric")) {
        return reader_fail(r, node,
            _("'latency' names no metric; use {metric: NAME} or {sum: NAME, count: NAME, unit: "
              "s}"));
    }
    if (!read_base(r, reader_get(r, node, "metric"), "'metric'", out) ||
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

static bool read_latency(
    const struct reader *r, const yaml_node_t *node, const char *label, struct metric_config *out)
{
    return (node->type == YAML_MAPPING_NODE ? read_mapping : read_base)(r, node, label, out);
}

// Whether the units of all older names of FIRST are known, where that of the stage is not.
static bool are_known(const struct metric_config *first)
{
    bool known = true;
    for (const struct metric_config *m = first; known && m; m = m->older) {
        char *name = m->count ? mem_strndup(m->metric, name_length(m->metric)) : NULL;
        known = !name || m->to_seconds > 0 || metric_key_unit_of(name) > 0;
        free(name);
    }
    return known;
}

// What is said of M goes for its older names that say nothing else, be it in the name.
static void say_own_unit(const struct metric_config *m)
{
    for (struct metric_config *was = m->older; was && m->to_seconds > 0; was = was->older) {
        char *name = mem_strndup(was->metric, name_length(was->metric));
        bool said = was->to_seconds > 0 || metric_key_unit_of(name) > 0;
        was->to_seconds = said ? was->to_seconds : m->to_seconds;
        free(name);
    }
}

// Of two counters the unit has to be said, or to be in the name.
static bool check_units(
    const struct reader *r, const yaml_node_t *node, struct metric_config *first, double to_seconds)
{
    bool known = true;
    for (struct metric_config *m = first; m; m = m->other) {
        say_own_unit(m);
        known = known && (to_seconds > 0 || are_known(m));
        metric_key_say_unit(m->older, to_seconds);
    }
    const yaml_node_t *sum = reader_get(r, node, "sum");
    return known || reader_fail(r, sum ? sum : node,
                        _("the name does not say the unit; add unit: s, ms or us"));
}

bool metric_key_read_latency(const struct reader *r, const yaml_node_t *stage,
    const yaml_node_t *expr, struct metric_config *out, double *to_seconds)
{
    const yaml_node_t *node = reader_get(r, stage, "latency");
    const yaml_node_t *unit = reader_get(r, stage, "unit");
    if (!reader_value(r, stage, "unit", &type_unit, to_seconds)) {
        return false;
    }
    if (!node || reader_get(r, expr, "latency")) {
        return metric_key_read(r, stage, expr, "latency", out);
    }
    const yaml_node_t *own = reader_get(r, node, "unit");
    if (unit && own) {
        return reader_fail(r, own, _("'unit' is given here and for the stage; keep one"));
    }
    return read_each(r, node, "latency", read_latency, out) &&
           check_units(r, node, out, *to_seconds);
}

bool metric_key_read_time(
    const struct reader *r, const yaml_node_t *mapping, const char *key, struct metric_config *out)
{
    const yaml_node_t *node = reader_get(r, mapping, key);
    return !node || read_each(r, node, key, read_latency, out);
}
