#include "catalogue/pick.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "config/metric_key.h"
#include "promql/expr.h"
#include "promql/matchers.h"
#include "promql/select.h"

const char pick_exported[] = "exported_";
#define LABEL_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

enum nearness { HERE, NAMESPACE, ANYWHERE };

void pick_restore_labels(struct batch *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        struct labels *row = &rows->series[i].labels;
        for (size_t k = 0; k < row->count; k++) {
            const char *name = row->items[k].name, *value = row->items[k].value;
            if (strncmp(name, pick_exported, strlen(pick_exported)) == 0 && *value) {
                char *own = mem_strdup(name + strlen(pick_exported)), *text = mem_strdup(value);
                labels_set(row, own, text); // sorts it in, before what is looked at or behind it
                free(own);
                free(text);
            }
        }
    }
}

const char *pick_label(const struct labels *row, const char *label)
{
    for (size_t k = 0; k < row->count; k++) {
        const char *name = row->items[k].name;
        if (strncmp(name, pick_exported, strlen(pick_exported)) == 0 &&
            strcmp(name + strlen(pick_exported), label) == 0 && *row->items[k].value) {
            return name;
        }
    }
    return label;
}

/** Whether ROW has what MATCHERS, "{...}" or "", say. */
static bool matches(const char *matchers, const struct labels *row)
{
    struct selector selector;
    const char *at = matchers;
    if (!*at || strcmp(at, "{}") == 0 || !select_parse(&selector, &at)) {
        return true; // the server understands more than is known here
    }
    bool has = select_has(&selector, row);
    select_finish(&selector);
    return has;
}

bool pick_matches(const char *metric, const struct labels *row)
{
    size_t len = strcspn(metric, "{");
    const char *name = labels_get(row, "__name__");
    return name && strlen(name) == len && strncmp(name, metric, len) == 0 &&
           matches(metric + len, row);
}

static bool has_name(const struct labels *row, const char *metric, enum pick_use use)
{
    const char *name = labels_get(row, "__name__");
    size_t len = strcspn(metric, "{");
    const char *rest = name && strncmp(name, metric, len) == 0 ? name + len : NULL;
    bool is = rest && (!*rest || (use == PICK_LATENCY && strcmp(rest, "_count") == 0));
    return is && (use == PICK_PLAIN || matches(metric + len, row));
}

static bool is_at(const struct labels *row, const char *label, const char *value)
{
    const char *its = labels_get(row, label);
    return !value || strcmp(its ? its : "", value) == 0;
}

struct selector *pick_selector(const char *matchers)
{
    struct str s;
    struct selector *selector = mem_zalloc(1, sizeof *selector);
    str_init(&s);
    str_addf(&s, "{%s}", matchers ? matchers : "");
    const char *at = s.text;
    if (!matchers || !*matchers || !select_parse(selector, &at)) {
        free(selector); // of what is not understood the server knows more
        selector = NULL;
    }
    str_finish(&s);
    return selector;
}

void pick_free(struct selector *selector)
{
    if (selector) {
        select_finish(selector);
        free(selector);
    }
}

bool pick_is_row(
    const struct pick_place *place, const char *metric, enum pick_use use, const struct labels *row)
{
    return has_name(row, metric, use) && is_at(row, "namespace", place->namespace) &&
           is_at(row, "job", place->job) && (!place->selector || select_has(place->selector, row));
}

static bool has_rows(const struct pick_place *place, const char *metric, enum pick_use use)
{
    bool has = false;
    for (size_t i = 0; !has && i < place->rows->count; i++) {
        has = pick_is_row(place, metric, use, &place->rows->series[i].labels);
    }
    return has;
}

// Whether series of METRIC are at another place than PLACE as well.
static bool is_elsewhere(const struct pick_place *place, const char *metric, enum pick_use use)
{
    const struct pick_place anywhere = {.rows = place->rows};
    bool is = false;
    for (size_t i = 0; !is && i < place->rows->count; i++) {
        const struct labels *row = &place->rows->series[i].labels;
        is = pick_is_row(&anywhere, metric, use, row) &&
             !(is_at(row, "namespace", place->namespace) && is_at(row, "job", place->job));
    }
    return is;
}

/** Names the labels of METRIC, `name{matchers}`, as the server has them in ROW. */
static void rename_labels(char **metric, const struct labels *row)
{
    struct str s;
    str_init(&s);
    bool quoted = false, begins = false;
    for (const char *c = *metric; *c; c++) {
        if (begins && !quoted && (isalpha((unsigned char)*c) || *c == '_')) {
            size_t len = strspn(c, LABEL_CHARACTERS);
            char *label = mem_strndup(c, len);
            str_add(&s, pick_label(row, label));
            free(label);
            c += len - 1;
        } else {
            quoted = quoted != (*c == '"');
            str_addc(&s, *c);
            if (*c == '\\' && c[1]) {
                str_addc(&s, *++c);
            }
        }
        begins = !quoted && (*c == '{' || *c == ',');
    }
    free(*metric);
    *metric = str_take(&s);
}

static const struct labels *first_row(
    const struct pick_place *place, const char *metric, enum pick_use use)
{
    const struct labels *first = NULL;
    for (size_t i = 0; !first && i < place->rows->count; i++) {
        const struct labels *row = &place->rows->series[i].labels;
        first = pick_is_row(place, metric, use, row) ? row : NULL;
    }
    return first;
}

static void add_matcher(struct str *s, const char *label, const char *value)
{
    if (value && *value) {
        str_add(s, s->len > 0 ? "," : "");
        matchers_add_equal(s, label, value);
    }
}

/** The matchers by which METRIC means the series of PLACE alone. */
static char *matchers_for(const struct pick_place *place, const char *metric, enum pick_use use)
{
    struct str s;
    str_init(&s);
    str_add(&s, place->matchers ? place->matchers : "");
    if (is_elsewhere(place, metric, use)) {
        add_matcher(&s, "namespace", place->namespace);
        add_matcher(&s, "job", place->job);
    }
    return str_take(&s);
}

static bool take_expr(
    const struct pick_place *place, const struct metric_config *m, struct metric_config *out)
{
    struct name_list names = {0};
    const char *known = NULL;
    expr_names(&names, m->expr);
    for (size_t i = 0; !known && i < names.count; i++) {
        known = has_rows(place, names.items[i], PICK_PLAIN) ? names.items[i] : NULL;
    }
    if (known) {
        struct str s;
        str_init(&s);
        char *matchers = matchers_for(place, known, PICK_PLAIN);
        expr_add_within(&s, m->expr, matchers);
        free(matchers);
        *out = (struct metric_config){.expr = str_take(&s), .to_seconds = m->to_seconds};
    }
    names_finish(&names);
    return known;
}

static bool take(const struct pick_place *place, const struct metric_config *m, enum pick_use use,
    struct metric_config *out)
{
    if (m->expr) {
        return take_expr(place, m, out);
    }
    use = m->count && use == PICK_LATENCY ? PICK_COUNTER : use;
    if (!m->metric || !has_rows(place, m->metric, use) ||
        (m->count && !has_rows(place, m->count, use))) {
        return false;
    }
    char *matchers = matchers_for(place, m->metric, use);
    *out = (struct metric_config){.metric = mem_strdup(m->metric),
        .count = m->count ? mem_strdup(m->count) : NULL,
        .to_seconds = m->to_seconds,
        .type = m->type};
    metric_key_narrow(&out->metric, matchers);
    rename_labels(&out->metric, first_row(place, m->metric, use));
    if (out->count) {
        metric_key_narrow(&out->count, matchers);
        rename_labels(&out->count, first_row(place, m->count, use));
    }
    free(matchers);
    return true;
}

// Far from where it is looked for, it is meant only where there is no other.
static bool narrow_to_only(struct pick_place *place, const char *metric, enum pick_use use)
{
    const struct labels *first = metric ? first_row(place, metric, use) : NULL;
    if (!first) {
        return false;
    }
    const char *namespace = labels_get(first, "namespace"), *job = labels_get(first, "job");
    place->namespace = namespace ? namespace : "";
    place->job = job ? job : "";
    return !is_elsewhere(place, metric, use);
}

bool pick_metric(const struct pick_place *place, const struct metric_config *m, enum pick_use use,
    struct metric_config *out)
{
    if (m->number > 0 && !m->metric && !m->expr) {
        *out = (struct metric_config){.number = m->number};
        return true;
    }
    for (enum nearness near = HERE; near <= ANYWHERE; near++) {
        for (const struct metric_config *one = m; one; one = one->other) {
            struct pick_place at = *place;
            at.job = near > HERE ? NULL : place->job;
            at.namespace = near > NAMESPACE ? NULL : place->namespace;
            if ((near < ANYWHERE || narrow_to_only(&at, one->metric, use)) &&
                take(&at, one, use, out)) {
                return true;
            }
        }
    }
    return false;
}
