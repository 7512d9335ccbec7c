#include "plan/reads.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "promql/expr.h"
#include "promql/name.h"
#include "promql/select.h"

enum { RECORDED_MOST = 200 }; // rules that one query is followed to

// ---- recording rules

static int by_name(const void *a, const void *b)
{
    const struct rule *const *left = a, *const *right = b;
    return strcmp((*left)->name, (*right)->name);
}

struct reads_index reads_index(const struct rule_set *set)
{
    struct reads_index index = {mem_zalloc(set->rules_count, sizeof *index.rules), 0};
    for (size_t i = 0; i < set->rules_count; i++) {
        if (!set->rules[i].alerting) {
            index.rules[index.count++] = &set->rules[i];
        }
    }
    if (index.count > 0) {
        qsort(index.rules, index.count, sizeof *index.rules, by_name);
    }
    return index;
}

void reads_index_finish(struct reads_index *index)
{
    free(index->rules);
    *index = (struct reads_index){0};
}

/** The first rule of that NAME; INDEX->count: there is none. */
static size_t find_recorded(const struct reads_index *index, const char *name)
{
    size_t low = 0, high = index->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        bool before = strcmp(index->rules[middle]->name, name) < 0;
        low = before ? middle + 1 : low;
        high = before ? high : middle;
    }
    return low;
}

static void add_recorded(
    struct str *s, struct name_list *seen, const struct reads_index *index, const char *name)
{
    bool known = false;
    for (size_t i = 0; i < seen->count && !known; i++) {
        known = strcmp(seen->items[i], name) == 0;
    }
    for (size_t i = find_recorded(index, name);
         !known && i < index->count && seen->count < RECORDED_MOST; i++) {
        if (strcmp(index->rules[i]->name, name) != 0) {
            break;
        }
        str_addf(s, "\n%s", index->rules[i]->query);
        names_push(seen, name);
    }
}

void reads_add_whole(struct str *s, const struct reads_index *index, const char *query)
{
    struct name_list seen = {0};
    size_t from = s->len, recorded;
    str_add(s, query);
    do {
        struct name_list names = {0};
        char *last = mem_strdup(s->text + from);
        from = s->len;
        recorded = seen.count;
        expr_names(&names, last);
        for (size_t i = 0; i < names.count; i++) {
            add_recorded(s, &seen, index, names.items[i]);
        }
        names_finish(&names);
        free(last);
    } while (seen.count > recorded);
    names_finish(&seen);
}

// ---- metrics in a query

static bool in_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == ':';
}

/** The length of the LEN bytes of NAME without what a histogram's series have behind its name. */
static size_t base_length(const char *name, size_t len)
{
    static const char *const suffixes[] = {"_bucket", "_sum", "_count"};
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        size_t n = strlen(suffixes[i]);
        if (len > n && strncmp(name + len - n, suffixes[i], n) == 0) {
            return len - n;
        }
    }
    return len;
}

/** The next place from AT on where QUERY names the metric whose base name is the LEN bytes of NAME;
 * NULL: there is none. */
static const char *find_metric(const char *query, const char *at, const char *name, size_t len)
{
    for (const char *p = at; *p; p++) {
        if (strncmp(p, name, len) != 0 || (p > query && in_name(p[-1]))) {
            continue;
        }
        size_t whole = len;
        while (in_name(p[whole])) {
            whole++;
        }
        if (base_length(p, whole) == len) {
            return p;
        }
    }
    return NULL;
}

static bool is_plain_equal(const struct matcher *m)
{
    return !m->regex && !m->negative && strcmp(m->name, "__name__") != 0 && *m->value;
}

/** Whether no series has what both choose. */
static bool exclude_each_other(const struct selector *a, const struct selector *b)
{
    for (size_t i = 0; i < a->count; i++) {
        for (size_t k = 0; k < b->count; k++) {
            const struct matcher *of_a = &a->matchers[i], *of_b = &b->matchers[k];
            if (strcmp(of_a->name, of_b->name) == 0 &&
                ((is_plain_equal(of_a) && !select_matches(of_b, of_a->value)) ||
                    (is_plain_equal(of_b) && !select_matches(of_a, of_b->value)))) {
                return true;
            }
        }
    }
    return false;
}

/** Whether the selector at AT of a query may choose what OWN does. */
static bool may_choose(const char *at, const struct selector *own)
{
    struct selector s;
    if (!select_parse(&s, &at)) {
        return true; // not understood
    }
    bool may = !exclude_each_other(&s, own);
    select_finish(&s);
    return may;
}

static bool reads_metric(const char *whole, const char *metric)
{
    if (!metric) {
        return false;
    }
    size_t len = base_length(metric, name_length(metric));
    const char *at = len > 0 ? find_metric(whole, whole, metric, len) : NULL;
    struct selector own;
    if (!at || !select_parse_metric(&own, metric)) {
        return at != NULL;
    }
    bool reads = false;
    for (; at && !reads; at = find_metric(whole, at + 1, metric, len)) {
        reads = may_choose(at, &own);
    }
    select_finish(&own);
    return reads;
}

bool reads_stage(const struct plan *p, int stage, const char *whole)
{
    const struct stage *s = &p->stages[stage];
    bool reads = reads_metric(whole, s->latency) || reads_metric(whole, s->count);
    for (size_t i = 0; i < p->signals_count && !reads; i++) {
        const struct signal *signal = &p->signals[i];
        if (signal->stage != stage) {
            continue;
        }
        reads =
            reads_metric(whole, signal->source.metric) || reads_metric(whole, signal->limit.metric);
        for (size_t k = 0; k < signal->names_count && !reads; k++) {
            reads = reads_metric(whole, signal->names[k].name);
        }
    }
    return reads;
}

size_t reads_rules_of(const struct plan *p, int stage, const struct rule_set *set)
{
    size_t count = 0;
    struct str whole;
    struct reads_index index = reads_index(set);
    str_init(&whole);
    for (size_t i = 0; i < set->rules_count; i++) {
        str_clear(&whole);
        if (set->rules[i].alerting) {
            reads_add_whole(&whole, &index, set->rules[i].query);
            count += reads_stage(p, stage, whole.text);
        }
    }
    str_finish(&whole);
    reads_index_finish(&index);
    return count;
}

// ---- labels of alerts

static bool rules_out(const char *metric, const struct labels *labels)
{
    struct selector s;
    bool out = false;
    if (!metric || !select_parse_metric(&s, metric)) {
        return false;
    }
    for (size_t i = 0; i < s.count && !out; i++) {
        const char *value = labels_get(labels, s.matchers[i].name);
        out = value && strcmp(s.matchers[i].name, "__name__") != 0 &&
              !select_matches(&s.matchers[i], value);
    }
    select_finish(&s);
    return out;
}

static bool selector_rules_out(const struct plan *p, const struct labels *labels)
{
    struct str s;
    str_init(&s);
    str_addf(&s, "x{%s}", p->selector ? p->selector : "");
    bool out = rules_out(s.text, labels);
    str_finish(&s);
    return out;
}

bool reads_rules_out(const struct plan *p, int stage, const struct labels *labels)
{
    return selector_rules_out(p, labels) || rules_out(p->stages[stage].latency, labels);
}

static bool names_service(const char *metric, const struct labels *labels)
{
    static const char *const names[] = {
        "namespace", "job", "service", "service_name", "app", "deployment", NULL};
    struct selector s;
    bool is = false;
    if (!metric || !select_parse_metric(&s, metric)) {
        return false;
    }
    for (size_t i = 0; i < s.count && !is; i++) {
        const struct matcher *m = &s.matchers[i];
        const char *value = labels_get(labels, m->name);
        is = value && !m->negative && names_have(names, m->name) && select_matches(m, value);
    }
    select_finish(&s);
    return is;
}

bool reads_service(const struct plan *p, const struct labels *labels)
{
    struct str s;
    str_init(&s);
    str_addf(&s, "x{%s}", p->selector ? p->selector : "");
    bool is = names_service(s.text, labels);
    str_finish(&s);
    for (size_t i = 0; i < p->stages_count && !is; i++) {
        is = names_service(p->stages[i].latency, labels);
    }
    return is && !selector_rules_out(p, labels);
}
