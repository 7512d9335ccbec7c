#include "catalogue/pick.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "config/metric_key.h"
#include "promql/expr.h"
#include "promql/matchers.h"
#include "promql/regex.h"
#include "promql/select.h"

enum nearness { HERE, NAMESPACE, ANYWHERE };

// ---- the question

static void push_once(struct name_list *list, const char *name)
{
    bool has = !*name;
    for (size_t i = 0; !has && i < list->count; i++) {
        has = strcmp(list->items[i], name) == 0;
    }
    if (!has) {
        names_push(list, name);
    }
}

void pick_query_init(struct pick_query *q)
{
    *q = (struct pick_query){0};
    names_push(&q->labels, "__name__");
    names_push(&q->labels, "job");
    names_push(&q->labels, "namespace");
}

void pick_query_add_label(struct pick_query *q, const char *label)
{
    if (label) {
        push_once(&q->labels, label);
    }
}

void pick_query_add_labels(struct pick_query *q, const char *matchers)
{
    struct selector *selector = pick_selector(matchers);
    for (size_t i = 0; selector && i < selector->count; i++) {
        push_once(&q->labels, selector->matchers[i].name);
    }
    pick_free(selector);
}

void pick_query_add_name(struct pick_query *q, const char *metric, const char *suffix)
{
    if (metric) {
        struct str name;
        str_init(&name);
        str_append(&name, metric, strcspn(metric, "{"));
        str_add(&name, suffix);
        push_once(&q->names, name.text);
        str_finish(&name);
    }
}

bool pick_query_end(struct pick_query *q, struct str *s)
{
    struct str regex;
    str_init(&regex);
    for (size_t i = 0; i < q->names.count; i++) {
        str_add(&regex, i > 0 ? "|" : "");
        regex_add_literal(&regex, q->names.items[i]);
    }
    bool any = q->names.count > 0;
    if (any) {
        str_add(s, "count by (");
        for (size_t i = 0; i < q->labels.count; i++) {
            str_addf(s, "%s%s", i > 0 ? ", " : "", q->labels.items[i]);
        }
        str_add(s, ") ({__name__=~");
        str_add_quoted(s, regex.text);
        str_add(s, "})");
    }
    str_finish(&regex);
    names_finish(&q->names);
    names_finish(&q->labels);
    return any;
}

// ---- rows

bool pick_matches(const char *metric, const struct labels *row)
{
    size_t len = strcspn(metric, "{");
    const char *name = labels_get(row, "__name__"), *at = metric + len;
    struct selector selector;
    if (!name || strlen(name) != len || strncmp(name, metric, len) != 0) {
        return false;
    }
    if (!*at || strcmp(at, "{}") == 0) {
        return true;
    }
    if (!select_parse(&selector, &at)) {
        return true; // the server understands more than is known here
    }
    bool has = select_has(&selector, row);
    select_finish(&selector);
    return has;
}

static bool has_name(const struct labels *row, const char *metric, enum pick_use use)
{
    const char *name = labels_get(row, "__name__");
    size_t len = strcspn(metric, "{");
    const char *rest = name && strncmp(name, metric, len) == 0 ? name + len : NULL;
    return rest && (!*rest || (use == PICK_LATENCY && strcmp(rest, "_count") == 0));
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
    if (m->count) {
        use = PICK_PLAIN;
    }
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
    if (out->count) {
        metric_key_narrow(&out->count, matchers);
    }
    free(matchers);
    return true;
}

// Far from where it is looked for, it is meant only where there is no other.
static bool narrow_to_only(struct pick_place *place, const char *metric, enum pick_use use)
{
    const struct labels *first = NULL;
    for (size_t i = 0; metric && !first && i < place->rows->count; i++) {
        const struct labels *row = &place->rows->series[i].labels;
        first = pick_is_row(place, metric, use, row) ? row : NULL;
    }
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
