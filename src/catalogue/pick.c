#include "catalogue/pick.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalogue/dotted.h"
#include "catalogue/pick_older.h"
#include "config/metric_key.h"
#include "promql/expr.h"
#include "promql/matchers.h"
#include "promql/name.h"
#include "promql/select.h"

const char pick_exported[] = "exported_";

enum nearness { HERE, NAMESPACE, ANYWHERE };

static bool is_exported(const char *name, const char *label)
{
    size_t len = strlen(pick_exported);
    return strncmp(name, pick_exported, len) == 0 && (!label || strcmp(name + len, label) == 0);
}

/** What the label NAME of a server is in a profile; NULL: the same. Owned. */
static char *restored(const char *name)
{
    char *own = is_exported(name, NULL) ? mem_strdup(name + strlen(pick_exported))
                : strchr(name, '.')     ? mem_strdup(name)
                                        : NULL;
    for (char *dot = own; dot && (dot = strchr(dot, '.'));) {
        *dot = '_';
    }
    return own;
}

void pick_restore_labels(struct batch *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        struct labels *row = &rows->series[i].labels;
        for (size_t k = 0; k < row->count; k++) {
            char *own = *row->items[k].value ? restored(row->items[k].name) : NULL;
            if (own) {
                char *text = mem_strdup(row->items[k].value);
                labels_set(row, own, text); // sorts it in, before what is looked at or behind it
                free(own);
                free(text);
            }
        }
    }
}

static bool has_dots(const struct labels *row)
{
    const char *name = labels_get(row, "__name__");
    return name && strchr(name, '.');
}

bool pick_has_dots(const struct batch *rows)
{
    bool has = false;
    for (size_t i = 0; !has && i < rows->count; i++) {
        has = has_dots(&rows->series[i].labels);
    }
    return has;
}

void pick_add_label(struct str *s, const struct labels *row, const char *label)
{
    const char *found = NULL;
    for (size_t k = 0; !found && k < row->count; k++) {
        const char *name = row->items[k].name;
        bool is = is_exported(name, label) || dotted_is_label(name, label);
        found = is && *row->items[k].value ? name : NULL;
    }
    if (found) {
        str_add(s, found);
    } else if (labels_get(row, label) || !has_dots(row) || !dotted_add_label(s, label)) {
        str_add(s, label); // others of its metric may have what this row has not
    }
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

/** How much of the name DOTTED is METRIC, whose name is LEN bytes long; 0: it is another one. */
static size_t dotted_length(const char *dotted, const char *metric, size_t len, bool counted)
{
    char *name = mem_strndup(metric, len);
    size_t whole = strlen(dotted), count = strlen("_count");
    bool is = dotted_is_metric(dotted, name), of_count = false;
    if (!is && counted && whole > count && strcmp(dotted + whole - count, "_count") == 0) {
        char *base = mem_strndup(dotted, whole - count);
        of_count = dotted_is_metric(base, name);
        free(base);
    }
    free(name);
    return is ? whole : of_count ? whole - count : 0;
}

/** How much of ROW's name is METRIC used as USE; 0: the row is of another one. */
static size_t base_length(const struct labels *row, const char *metric, enum pick_use use)
{
    const char *name = labels_get(row, "__name__");
    size_t len = name_length(metric);
    bool counted = use == PICK_LATENCY;
    if (name && strncmp(name, metric, len) == 0 &&
        (!name[len] || (counted && strcmp(name + len, "_count") == 0))) {
        return len;
    }
    return name && strchr(name, '.') ? dotted_length(name, metric, len, counted) : 0;
}

bool pick_matches(const char *metric, const struct labels *row)
{
    return base_length(row, metric, PICK_PLAIN) > 0 && matches(metric + name_length(metric), row);
}

static bool has_name(const struct labels *row, const char *metric, enum pick_use use)
{
    return base_length(row, metric, use) > 0 &&
           (use == PICK_PLAIN || matches(metric + name_length(metric), row));
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

void pick_add_matchers(struct str *s, const struct labels *row, const char *matchers)
{
    bool quoted = false, begins = false;
    for (const char *c = matchers; *c; c++) {
        size_t len = begins && !quoted ? name_classic_length(c, false) : 0;
        if (len > 0) {
            struct str name;
            char *label = mem_strndup(c, len);
            str_init(&name);
            pick_add_label(&name, row, label);
            name_add_label(s, name.text);
            str_finish(&name);
            free(label);
            c += len - 1;
        } else {
            quoted = quoted != (*c == '"');
            str_addc(s, *c);
            if (*c == '\\' && c[1]) {
                str_addc(s, *++c);
            }
        }
        begins = !quoted && (*c == '{' || *c == ',');
    }
}

/** METRIC, used as USE, with its name and labels as the server has them in ROW. */
static char *as_in(const struct labels *row, const char *metric, enum pick_use use)
{
    struct str s;
    str_init(&s);
    str_append(&s, labels_get(row, "__name__"), base_length(row, metric, use));
    pick_add_matchers(&s, row, metric + name_length(metric));
    return str_take(&s);
}

char *pick_label(const struct pick_place *place, const struct metric_config *m, const char *label)
{
    struct str s;
    const struct labels *row = NULL;
    str_init(&s);
    for (; m && !row; m = m->other) {
        row = m->metric ? first_row(place, m->metric, PICK_PLAIN) : NULL;
    }
    if (row) {
        pick_add_label(&s, row, label);
    }
    return row ? str_take(&s) : mem_strdup(label);
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

/** METRIC as the server has it, with the matchers by which it means the series of PLACE. Owned. */
static char *narrowed(const struct pick_place *place, const char *metric, enum pick_use use)
{
    char *own = mem_strdup(metric), *matchers = matchers_for(place, metric, use);
    metric_key_narrow(&own, matchers);
    char *text = as_in(first_row(place, metric, use), own, use);
    free(own);
    free(matchers);
    return text;
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
    use = m->count && use == PICK_LATENCY ? PICK_COUNTER : use;
    if (!m->metric || !has_rows(place, m->metric, use) ||
        (m->count && !has_rows(place, m->count, use))) {
        return false;
    }
    const struct labels *row = first_row(place, m->metric, use);
    *out = (struct metric_config){.to_seconds = m->to_seconds, .type = m->type};
    out->metric = narrowed(place, m->metric, use);
    if (m->count) {
        out->count = narrowed(place, m->count, use);
    }
    if (has_dots(row) && !(m->to_seconds > 0)) { // which may not say the unit
        char *name = mem_strndup(m->metric, name_length(m->metric));
        out->to_seconds = metric_key_unit_of(name);
        free(name);
    }
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
                const struct labels *row = one->metric ? first_row(&at, one->metric, use) : NULL;
                if (row) {
                    pick_add_older(out, m, one, use, row, at.matchers);
                }
                return true;
            }
        }
    }
    return false;
}
