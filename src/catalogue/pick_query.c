// The question for what a server has.
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalogue/dotted.h"
#include "catalogue/pick.h"
#include "promql/name.h"
#include "promql/regex.h"
#include "promql/select.h"
#include "series/labels.h"

static const char gone_for[] = "1h"; // what has been gone for longer is not missed
static const char names_only[] = "ragtop_names";
// Hashes have neither vowels nor what looks like one; those of a StatefulSet are numbered.
#define HASH "[bcdfghjklmnpqrstvwxz2456789]"
static const char pod_of_workload[] = "(.+?)(?:(?:-" HASH "{6,10})?-" HASH "{5}|-[0-9]+)";

// Some servers refuse a query of 16 KiB.
enum { FIXED_LABELS = 3 /* of every query */, BYTES_MOST = 15 * 1024 };

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

static void push_exported(struct name_list *list, const char *label)
{
    struct str s;
    str_init(&s);
    str_addf(&s, "%s%s",
        strncmp(label, pick_exported, strlen(pick_exported)) == 0 ? "" : pick_exported, label);
    push_once(list, s.text);
    str_finish(&s);
}

void pick_query_init(struct pick_query *q, enum pick_names dots)
{
    *q = (struct pick_query){.dots = dots};
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

void pick_query_add_workload(struct pick_query *q, const char *label)
{
    q->workload = label;
}

void pick_query_add_labels(struct pick_query *q, const char *matchers)
{
    struct selector *selector = pick_selector(matchers);
    for (size_t i = 0; selector && i < selector->count; i++) {
        push_once(&q->labels, selector->matchers[i].name);
    }
    pick_free(selector);
}

static void push_dotted(struct pick_query *q, const char *name)
{
    struct name_list forms = {0};
    if (q->dots != PICK_CLASSIC) {
        dotted_push_metrics(&forms, name);
    }
    for (size_t i = 0; i < forms.count; i++) {
        push_once(&q->names, forms.items[i]);
    }
    names_finish(&forms);
}

void pick_query_add_name(struct pick_query *q, const char *metric, const char *suffix)
{
    if (metric) {
        struct str name;
        str_init(&name);
        size_t len = name_length(metric), rest = strlen(metric + len);
        str_append(&name, metric, len);
        str_add(&name, suffix);
        push_once(&q->names, name.text);
        push_dotted(q, name.text);
        if (rest > 2) {
            str_clear(&name);
            str_append(&name, metric + len + 1, rest - 2);
            pick_query_add_labels(q, name.text);
        }
        str_finish(&name);
    }
}

static void push_dotted_label(struct pick_query *q, const char *label)
{
    struct str dotted;
    str_init(&dotted);
    if (q->dots == PICK_EVERYTHING && dotted_add_label(&dotted, label)) {
        push_once(&q->labels, dotted.text);
    }
    str_finish(&dotted);
}

static void add_count(struct str *s, const struct pick_query *q)
{
    str_add(s, "count by (");
    for (size_t i = 0; i < q->labels.count; i++) {
        str_add(s, i > 0 ? ", " : "");
        name_add_label(s, q->labels.items[i]);
    }
    str_addf(s, "%s%s) ", q->workload ? ", " : "", q->workload ? q->workload : "");
}

/** Appends SERIES, in which each has the workload of its pod if that is asked for. */
static void add_series(struct str *s, const struct pick_query *q, const char *series)
{
    if (q->workload) {
        str_addf(s, "(label_replace(%s, \"%s\", \"$1\", \"pod\", \"%s\"))", series, q->workload,
            pod_of_workload);
    } else {
        str_addf(s, "(%s)", series);
    }
}

static void add_own_selector(
    struct str *s, const char *regex, const char *matcher, const char *selector)
{
    str_add(s, "{__name__=~");
    str_add_quoted(s, regex);
    str_addf(s, "%s%s%s}", matcher, selector && *selector ? "," : "", selector ? selector : "");
}

// What sort of metric each is. Of a histogram, one bucket tells.
static void add_shapes(struct str *s, const struct pick_query *q, const char *selector)
{
    static const char count[] = "_count";
    struct str regex;
    str_init(&regex);
    for (size_t i = 0; i < q->names.count; i++) {
        const char *name = q->names.items[i];
        size_t len = strlen(name), end = sizeof count - 1;
        if (len > end && strcmp(name + len - end, count) == 0) {
            char *base = mem_strndup(name, len - end);
            str_add(&regex, regex.len > 0 ? "|" : "(");
            regex_add_literal(&regex, base);
            free(base);
        }
    }
    if (regex.len > 0) {
        str_add(&regex, ")_(bucket|sum)");
        str_add(s, " or label_replace(count by (__name__) (last_over_time(");
        add_own_selector(s, regex.text, ",le=~\"|[+]Inf\"", selector);
        str_addf(s, "[%s])), \"%s\", \"shape\", \"\", \"\")", gone_for, names_only);
    }
    str_finish(&regex);
}

// Each arm has a label of its own: `or` does not tell rows apart by their names. Without room for
// them, names are asked for by themselves.
static void add_names(
    struct str *s, const struct pick_query *q, const char *selector, const char *rules)
{
    struct str arms;
    str_init(&arms);
    add_shapes(&arms, q, selector);
    str_add(&arms, " or label_replace(count by (__name__) (");
    add_own_selector(&arms, rules, "", selector);
    str_addf(&arms, "), \"%s\", \"rule\", \"\", \"\")", names_only);
    str_add(s, s->len + arms.len < BYTES_MOST ? arms.text : "");
    str_finish(&arms);
}

bool pick_query_end(struct pick_query *q, const char *selector, const char *rules, struct str *s)
{
    struct str regex, series;
    str_init(&regex);
    str_init(&series);
    for (size_t i = 0; i < q->names.count; i++) {
        str_add(&regex, i > 0 ? "|" : "");
        regex_add_literal(&regex, q->names.items[i]);
    }
    bool any = q->names.count > 0;
    for (size_t i = FIXED_LABELS, own = q->labels.count; i < own; i++) {
        push_exported(&q->labels, q->labels.items[i]);
        push_dotted_label(q, q->labels.items[i]);
    }
    if (any) {
        add_own_selector(&series, regex.text, "", selector);
        add_count(s, q);
        add_series(s, q, series.text);
        str_add(s, " or on (job, namespace) ");
        add_count(s, q);
        struct str gone;
        str_init(&gone);
        str_addf(&gone, "last_over_time(%s[%s])", series.text, gone_for);
        add_series(s, q, gone.text);
        str_finish(&gone);
        if (rules) {
            add_names(s, q, selector, rules);
        }
    }
    str_finish(&series);
    str_finish(&regex);
    names_finish(&q->names);
    names_finish(&q->labels);
    return any;
}

bool pick_take_names(struct batch *rows, struct name_list *out)
{
    size_t kept = 0, count = rows->count;
    for (size_t i = 0; i < rows->count; i++) {
        struct batch_series *row = &rows->series[i];
        const char *name = labels_get(&row->labels, "__name__");
        push_once(out, name ? name : "");
        if (labels_get(&row->labels, names_only)) {
            labels_finish(&row->labels);
            free(row->samples);
        } else {
            rows->series[kept++] = *row;
        }
    }
    rows->count = kept;
    return kept < count;
}
