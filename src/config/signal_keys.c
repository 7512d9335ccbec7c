#include "config/signal_keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "config/metric_key.h"
#include "config/types.h"
#include "promql/matchers.h"

static const char *const names[] = {
#define DECLARED(id, name, unit, bad, says) name,
#include "config/signal.def"
    NULL};

static const enum signal_kind kinds[] = {
#define DECLARED(id, ...) SIGNAL_##id,
#include "config/signal.def"
};

/** By enum signal_form: the key that says so, and its second one; the unit of what comes of it. */
static const struct {
    const char *key, *second;
    enum signal_unit unit;
    bool any_unit;
} forms[SIGNAL_FORMS] = {
#define SIGNAL_FORM(id, key, unit, any_unit, text)                                                 \
    [SIGNAL_FORM_##id] = {key, NULL, SIGNAL_UNIT_##unit, any_unit},
#define SIGNAL_PAIR(id, key, second, unit, text)                                                   \
    [SIGNAL_FORM_##id] = {key, second, SIGNAL_UNIT_##unit, false},
#include "config/stage_key.def"
};

static const char *const keys[] = {
#define SIGNAL_FORM(id, key, ...) key,
#define SIGNAL_PAIR(id, key, second, ...) key, second,
#define SIGNAL_KEY(key, text) key,
#include "config/stage_key.def"
    NULL};

static const char *const ways[] = {"none", "up", "down", NULL}; // by enum signal_bad
static const char *const share_units[] = {"ratio", "percent", NULL};

/** By enum signal_unit: what is said of a signal that has no form, and of one that has another's.
 */
static const struct {
    const char *lacks, *differs;
} fitting[] = {
    [SIGNAL_UNIT_SECONDS] = {N_("signal '%s' names no metric; give it under 'latency' or 'gauge'"),
        N_("signal '%s' is a time, which '%s' does not give; name its metric under 'latency' or "
           "'gauge'")},
    [SIGNAL_UNIT_RATIO] = {N_("signal '%s' names no metric; give it under 'ratio' or 'gauge', or "
                              "two under 'part' and 'of', or under 'used' and 'limit'"),
        N_("signal '%s' is a share, which '%s' does not give; name its metric under 'ratio' or "
           "'gauge', or two under 'part' and 'of', or under 'used' and 'limit'")},
    [SIGNAL_UNIT_COUNT] = {N_("signal '%s' names no metric; give it under 'queue' or 'gauge'"),
        N_("signal '%s' is a number of requests, which '%s' does not give; name its metric under "
           "'queue' or 'gauge'")},
    [SIGNAL_UNIT_PER_SECOND] = {N_("signal '%s' names no metric; give it under 'rate' or 'gauge'"),
        N_("signal '%s' is a rate, which '%s' does not give; name its metric under 'rate' or "
           "'gauge'")},
};

/** Sets the form of OUT by the one key that says it. */
static bool read_form(
    const struct reader *r, const yaml_node_t *node, const char *name, struct declared_config *out)
{
    int found = -1;
    enum signal_unit unit = signal_types[out->kind].unit;
    for (int i = 0; i < SIGNAL_FORMS; i++) {
        const yaml_node_t *value = reader_get(r, node, forms[i].key);
        if (value && found >= 0) {
            return reader_fail(r, value, _("signal '%s' has '%s' and '%s'; keep one"), name,
                forms[found].key, forms[i].key);
        }
        found = value ? i : found;
    }
    if (found < 0) {
        return reader_fail(r, node, _(fitting[unit].lacks), name);
    }
    const char *second = forms[found].second;
    if (second && !reader_get(r, node, second)) {
        return reader_fail(
            r, node, _("signal '%s' has '%s' but no '%s'"), name, forms[found].key, second);
    }
    for (int i = 0; i < SIGNAL_FORMS; i++) {
        const yaml_node_t *stray = forms[i].second ? reader_get(r, node, forms[i].second) : NULL;
        if (stray && i != found) {
            return reader_fail(r, stray, _("'%s' goes with '%s', but signal '%s' has '%s'"),
                forms[i].second, forms[i].key, name, forms[found].key);
        }
    }
    out->form = (enum signal_form)found;
    return forms[found].any_unit || forms[found].unit == unit ||
           reader_fail(r, reader_get(r, node, forms[found].key), _(fitting[unit].differs), name,
               forms[found].key);
}

char *signal_count_of(const char *metric)
{
    struct str s;
    size_t len = strcspn(metric, "{");
    str_init(&s);
    str_append(&s, metric, len);
    str_addf(&s, "_count%s", metric + len);
    return str_take(&s);
}

const char *signal_form_key(enum signal_form form, const char **second)
{
    *second = forms[form].second;
    return forms[form].key;
}

double signal_factor_of(const struct metric_config *m)
{
    char *name = mem_strndup(m->metric, strcspn(m->metric, "{"));
    double said = m->to_seconds > 0 ? m->to_seconds : metric_key_unit_of(name);
    free(name);
    return said > 0 ? said : 1;
}

// A signal has no `expr` to which whoever writes an expression could be sent.
static bool check_name(const struct reader *r, const yaml_node_t *node)
{
    const char *text = reader_text_of(node);
    for (size_t i = 0; node && node->type == YAML_SEQUENCE_NODE && i < reader_count(node); i++) {
        if (!check_name(r, reader_entry(r, node, i))) {
            return false;
        }
    }
    if (node && node->type == YAML_MAPPING_NODE) {
        return check_name(r, reader_get(r, node, "metric"));
    }
    return !*text || matchers_is_metric(text) ||
           reader_fail(r, node,
               _("'%s' is not a metric name; a signal takes a name, as NAME or "
                 "NAME{label=\"value\"}, "
                 "and no expression"),
               text);
}

static bool read_second(
    const struct reader *r, const yaml_node_t *node, struct declared_config *out)
{
    if (out->form == SIGNAL_FORM_USED && metric_key_is_number(reader_get(r, node, "limit"))) {
        return metric_key_read_limit(r, node, NULL, &out->limit);
    }
    const char *key = forms[out->form].second;
    return !key || (check_name(r, reader_get(r, node, key)) &&
                       metric_key_read(r, node, NULL, key, &out->limit));
}

static bool read_metrics(
    const struct reader *r, const yaml_node_t *node, struct declared_config *out)
{
    const char *key = forms[out->form].key;
    if (!check_name(r, reader_get(r, node, key))) {
        return false;
    }
    if (out->form == SIGNAL_FORM_LATENCY) {
        const yaml_node_t *own = reader_get(r, reader_get(r, node, key), "sum");
        bool good = metric_key_read_time(r, node, key, &out->source) &&
                    (!own || reader_fail(r, own, _("a signal's latency is of one metric")));
        out->limit.metric = good ? signal_count_of(out->source.metric) : NULL;
        return good;
    }
    return metric_key_read(r, node, NULL, key, &out->source) && read_second(r, node, out);
}

/** What one of the metric is in the unit of the signal. */
static bool read_unit(
    const struct reader *r, const yaml_node_t *node, const char *name, struct declared_config *out)
{
    static const struct value_type type_share_unit = {
        .read = value_choice, .names = share_units, .refusal = N_("not a unit of a share; use %s")};
    const yaml_node_t *unit = reader_get(r, node, "unit");
    int percent = 0;
    out->factor = 1;
    if (signal_types[out->kind].unit == SIGNAL_UNIT_SECONDS) {
        out->factor = signal_factor_of(&out->source);
        return reader_value(r, node, "unit", &type_unit, &out->factor);
    }
    bool share =
        out->form == SIGNAL_FORM_RATIO ||
        (out->form == SIGNAL_FORM_GAUGE && signal_types[out->kind].unit == SIGNAL_UNIT_RATIO);
    if (unit && !share) {
        return reader_fail(
            r, unit, _("signal '%s' has no unit; it is for times and for ratios"), name);
    }
    bool good = reader_value(r, node, "unit", &type_share_unit, &percent);
    out->factor = percent ? 0.01 : 1;
    return good;
}

static bool read_full(const struct reader *r, const yaml_node_t *node, struct declared_config *out)
{
    const yaml_node_t *full = reader_get(r, node, "full");
    bool fills = out->form == SIGNAL_FORM_RATIO || out->form == SIGNAL_FORM_USED;
    if (full && !fills) {
        return reader_fail(r, full, _("'full' is for a ratio, and for used and limit"));
    }
    return reader_value(r, node, "full", &value_a_share, &out->full);
}

static bool read_signal(
    const struct reader *r, const yaml_node_t *node, const char *name, struct declared_config *out)
{
    static const struct value_type type_way = {
        .read = value_choice, .names = ways, .refusal = N_("not a direction; use %s")};
    char label[64];
    int bad = (int)signal_types[out->kind].bad;
    snprintf(label, sizeof label, "'%s'", name);
    bool good = reader_mapping(r, node, label, keys) && read_form(r, node, name, out) &&
                read_metrics(r, node, out) && read_unit(r, node, name, out) &&
                read_full(r, node, out) && reader_value(r, node, "bad", &type_way, &bad);
    out->bad = (enum signal_bad)bad;
    return good;
}

bool signal_keys_read(const struct reader *r, const yaml_node_t *stage, struct stage_config *out)
{
    const yaml_node_t *all = reader_get(r, stage, "signals");
    if (!all || !reader_mapping(r, all, "'signals'", names)) {
        return !all;
    }
    bool good = true;
    out->declared = mem_zalloc(reader_count(all), sizeof *out->declared);
    for (size_t i = 0; good && i < reader_count(all); i++) {
        const char *name = reader_text_of(reader_key(r, all, i));
        size_t row = 0;
        while (strcmp(names[row], name) != 0) {
            row++;
        }
        struct declared_config *its = &out->declared[out->declared_count++];
        its->kind = kinds[row];
        good = read_signal(r, reader_pair(r, all, i), name, its);
    }
    return good;
}
