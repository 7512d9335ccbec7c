#include "config/signal_keys.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "config/metric_key.h"
#include "config/types.h"
#include "promql/matchers.h"
#include "promql/name.h"

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
// by enum signal_over
static const char *const overs[] = {"default", "sum", "max", "min", NULL};
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
                              "two, such as 'part' and 'of', or 'used' and 'limit'"),
        N_("signal '%s' is a share, which '%s' does not give; name its metric under 'ratio' or "
           "'gauge', or two, such as 'part' and 'of', or 'used' and 'limit'")},
    [SIGNAL_UNIT_COUNT] = {N_("signal '%s' names no metric; give it under 'queue', 'gauge', 'mean' "
                              "or 'state'"),
        N_("signal '%s' is a count, which '%s' does not give; name its metric under 'queue', "
           "'gauge', 'mean' or 'state'")},
    [SIGNAL_UNIT_PER_SECOND] = {N_("signal '%s' names no metric; give it under 'rate' or 'gauge'"),
        N_("signal '%s' is a rate, which '%s' does not give; name its metric under 'rate' or "
           "'gauge'")},
    [SIGNAL_UNIT_PER_HOUR] = {N_("signal '%s' names no metric; give it under 'rate' or 'gauge'"),
        N_("signal '%s' is a rate, which '%s' does not give; name its metric under 'rate' or "
           "'gauge'")},
};

/** The form whose keys are FIRST and SECOND (NULL: it is alone), whatever their order; -1: none is.
 */
static int form_of(const char *first, const char *second)
{
    int found = -1;
    for (int i = 0; found < 0 && i < SIGNAL_FORMS; i++) {
        const char *a = forms[i].key, *b = forms[i].second;
        bool alone = !b && !second && strcmp(a, first) == 0;
        bool both = b && second &&
                    ((strcmp(a, first) == 0 && strcmp(b, second) == 0) ||
                        (strcmp(a, second) == 0 && strcmp(b, first) == 0));
        found = alone || both ? i : -1;
    }
    return found;
}

static bool is_form_key(const char *key)
{
    bool is = false;
    for (int i = 0; !is && i < SIGNAL_FORMS; i++) {
        is = strcmp(key, forms[i].key) == 0 ||
             (forms[i].second && strcmp(key, forms[i].second) == 0);
    }
    return is;
}

/** Says what KEY, which stands alone and is half of a form, goes with. */
static bool fail_half(
    const struct reader *r, const yaml_node_t *node, const char *name, const char *key)
{
    const char *with[2] = {NULL, NULL};
    size_t count = 0;
    for (int i = 0; i < SIGNAL_FORMS && count < 2; i++) {
        const char *a = forms[i].key, *b = forms[i].second;
        const char *other = b && strcmp(a, key) == 0 ? b : b && strcmp(b, key) == 0 ? a : NULL;
        with[count] = other;
        count += other != NULL;
    }
    return count > 1
               ? reader_fail(r, node, _("signal '%s' has '%s' but neither '%s' nor '%s'"), name,
                     key, with[0], with[1])
               : reader_fail(r, node, _("signal '%s' has '%s' but no '%s'"), name, key, with[0]);
}

/** Sets the form of OUT by the one or two keys that say it. */
static bool read_form(
    const struct reader *r, const yaml_node_t *node, const char *name, struct declared_config *out)
{
    enum signal_unit unit = signal_types[out->kind].unit;
    const char *given[3] = {NULL};
    const yaml_node_t *last = NULL;
    size_t count = 0;
    for (size_t i = 0; i < reader_count(node) && count < 3; i++) {
        const char *key = reader_text_of(reader_key(r, node, i));
        if (is_form_key(key)) {
            given[count++] = key;
            last = reader_pair(r, node, i);
        }
    }
    int found = count > 0 && count < 3 ? form_of(given[0], given[1]) : -1;
    if (count == 0) {
        return reader_fail(r, node, _(fitting[unit].lacks), name);
    }
    if (count == 1 && found < 0) {
        return fail_half(r, node, name, given[0]);
    }
    if (found < 0) {
        return reader_fail(r, last, _("signal '%s' has '%s' and '%s', which do not go together"),
            name, given[0], given[count - 1]);
    }
    out->form = (enum signal_form)found;
    bool hourly = unit == SIGNAL_UNIT_PER_HOUR && found == SIGNAL_FORM_RATE;
    return forms[found].any_unit || forms[found].unit == unit || hourly ||
           reader_fail(r, last, _(fitting[unit].differs), name, given[0]);
}

bool signal_is_gauge(enum signal_form form)
{
    return form == SIGNAL_FORM_QUEUE || form == SIGNAL_FORM_GAUGE || form == SIGNAL_FORM_STATE ||
           form == SIGNAL_FORM_RATIO || signal_is_pool(form);
}

bool signal_is_pool(enum signal_form form)
{
    return form == SIGNAL_FORM_USED || form == SIGNAL_FORM_FREE || form == SIGNAL_FORM_LEFT;
}

bool signal_has_base(enum signal_form form)
{
    return form == SIGNAL_FORM_LATENCY || form == SIGNAL_FORM_MEAN;
}

char *signal_count_of(const char *metric)
{
    struct str s;
    size_t len = name_length(metric);
    str_init(&s);
    str_append(&s, metric, len);
    str_addf(&s, "_count%s", metric + len);
    return str_take(&s);
}

const char *signal_over_name(enum signal_over over)
{
    return overs[over];
}

const char *signal_form_key(enum signal_form form, const char **second)
{
    *second = forms[form].second;
    return forms[form].key;
}

double signal_unit_of(const struct metric_config *m)
{
    char *name = mem_strndup(m->metric, name_length(m->metric));
    double said = m->to_seconds > 0 ? m->to_seconds : metric_key_unit_of(name);
    free(name);
    return said;
}

double signal_factor_of(const struct metric_config *m)
{
    double said = signal_unit_of(m);
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
    const char *key = forms[out->form].second;
    if (key && strcmp(key, "limit") == 0 && metric_key_is_number(reader_get(r, node, key))) {
        return metric_key_read_limit(r, node, NULL, &out->limit);
    }
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
    if (signal_has_base(out->form)) {
        const yaml_node_t *own = reader_get(r, reader_get(r, node, key), "sum");
        bool good = metric_key_read_time(r, node, key, &out->source) &&
                    (!own || reader_fail(r, own, _("a signal has one metric here, and not two")));
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
        if (!reader_value(r, node, "unit", &type_unit, &out->factor)) {
            return false;
        }
        for (struct metric_config *m = unit ? &out->source : NULL; m; m = m->other) {
            m->to_seconds = m->to_seconds > 0 ? m->to_seconds : out->factor;
            metric_key_say_unit(m->older, out->factor);
        }
        return true;
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
    if (full && out->form != SIGNAL_FORM_RATIO && !signal_is_pool(out->form)) {
        return reader_fail(r, full, _("'full' is for a ratio, and for used and limit"));
    }
    return reader_value(r, node, "full", &value_a_share, &out->full);
}

static bool read_number(const struct reader *r, const yaml_node_t *node, double *out)
{
    if (!metric_key_is_number(node)) {
        return reader_fail(r, node, _("'%s' is not a number"), reader_text_of(node));
    }
    *out = strtod(reader_text_of(node), NULL);
    return true;
}

/** From where on a state is bad. */
static bool read_levels(
    const struct reader *r, const yaml_node_t *node, const char *name, struct declared_config *out)
{
    const yaml_node_t *warn = reader_get(r, node, "warn");
    const yaml_node_t *critical = reader_get(r, node, "critical");
    out->warn = out->critical = NAN;
    if (out->form != SIGNAL_FORM_STATE) {
        return (!warn && !critical) ||
               reader_fail(r, warn ? warn : critical, _("'warn' and 'critical' are for a state"));
    }
    if (!warn && !critical) {
        return reader_fail(r, node,
            _("state '%s' does not say what is wrong; add the value from which on it is, such as "
              "critical: 1"),
            name);
    }
    if ((warn && !read_number(r, warn, &out->warn)) ||
        (critical && !read_number(r, critical, &out->critical))) {
        return false;
    }
    if (out->bad == SIGNAL_BAD_NONE) {
        return reader_fail(
            r, node, _("state '%s' has to be bad one way; give bad: up or down"), name);
    }
    bool wrong = out->bad == SIGNAL_BAD_UP ? out->critical < out->warn : out->critical > out->warn;
    return !wrong || reader_fail(r, critical, _("'critical' is reached before 'warn'"));
}

static bool read_valid(const struct reader *r, const yaml_node_t *node, struct declared_config *out)
{
    const yaml_node_t *valid = reader_get(r, node, "valid");
    out->low = out->high = NAN;
    if (!valid) {
        return true;
    }
    if (!signal_is_gauge(out->form)) {
        return reader_fail(r, valid, _("'valid' is for gauges, and not for what is counted"));
    }
    if (valid->type != YAML_SEQUENCE_NODE || reader_count(valid) != 2) {
        return reader_fail(r, valid, _("'valid' takes two numbers: valid: [0, 100]"));
    }
    if (!read_number(r, reader_entry(r, valid, 0), &out->low) ||
        !read_number(r, reader_entry(r, valid, 1), &out->high)) {
        return false;
    }
    out->bounded = true;
    return out->low < out->high ||
           reader_fail(r, valid, _("'valid' takes the lower number first: valid: [0, 100]"));
}

static bool read_over(const struct reader *r, const yaml_node_t *node, struct declared_config *out)
{
    static const struct value_type type_over = {
        .read = value_choice, .names = overs + 1, .refusal = N_("not known; use %s")};
    const yaml_node_t *over = reader_get(r, node, "over");
    int chosen = 0;
    if (over && !signal_is_gauge(out->form)) {
        return reader_fail(r, over, _("'over' is for gauges; what is counted adds up"));
    }
    bool good = reader_value(r, node, "over", &type_over, &chosen);
    out->over = over ? (enum signal_over)(chosen + 1) : SIGNAL_OVER_DEFAULT;
    return good;
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
    return good && read_levels(r, node, name, out) && read_valid(r, node, out) &&
           read_over(r, node, out);
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

bool signal_keys_read_tools(
    const struct reader *r, const yaml_node_t *tools, struct declared_config *out)
{
    out->kind = SIGNAL_TOOL_LATENCY;
    out->form = SIGNAL_FORM_LATENCY;
    out->bad = SIGNAL_BAD_UP;
    bool good = read_metrics(r, tools, out);
    out->factor = good ? signal_factor_of(&out->source) : 1;
    return good;
}
