#include "poll/holdings.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "promql/expr.h"
#include "promql/regex.h"

// Beyond its window an expression may look back by the server's own five minutes, and so may what
// it takes the peaks of; servers refuse long queries, some from 16 KiB.
enum { LOOKS_BACK_MS = 10 * CLOCK_MINUTE_MS, NAMES_BYTES_MOST = 6000 };

static const char sentinel[] = "held", bucket[] = "_bucket", name_label[] = "__name__";

_Static_assert(STORE_DAYS_MAX <= 32, "a bit for each day");

void holdings_finish(struct holdings *h)
{
    names_finish(&h->names);
    free(h->some);
    free(h->indices);
    free(h->signals);
    free(h->waits);
    *h = (struct holdings){0};
}

static int64_t moment_of(const struct holdings *h, int day)
{
    return h->hour_ms - (day + 1) * (int64_t)CLOCK_DAY_MS;
}

static void collect_days(struct holdings *h, const struct feed_env *env)
{
    int64_t behind_ms = 0;
    h->hour_ms = feed_hour_ms(env);
    h->ahead_ms = 0;
    for (int day = 0; day < STORE_DAYS_MAX; day++) {
        int64_t first, last;
        if (!days_window(env, day, &first, &last)) {
            continue;
        }
        int64_t ahead = last * STORE_HISTORY_STEP_MS - moment_of(h, day);
        int64_t behind = moment_of(h, day) - first * STORE_HISTORY_STEP_MS;
        h->ahead_ms = ahead > h->ahead_ms ? ahead : h->ahead_ms;
        behind_ms = behind > behind_ms ? behind : behind_ms;
        h->wanted |= 1U << day;
    }
    h->reach_ms = h->ahead_ms + behind_ms + env->plan->window_ms + LOOKS_BACK_MS;
}

static size_t index_of(struct holdings *h, const char *name)
{
    for (size_t i = 0; i < h->names.count; i++) {
        if (strcmp(h->names.items[i], name) == 0) {
            return i;
        }
    }
    names_push(&h->names, name);
    return h->names.count - 1;
}

static void add_names(struct holdings *h, const struct name_list *names, size_t *bytes)
{
    for (size_t i = 0; i < names->count; i++) {
        size_t known = h->names.count, index = index_of(h, names->items[i]);
        *bytes += index >= known ? strlen(names->items[i]) + 1 : 0;
        mem_grow(&h->indices, h->indices_count, &h->indices_cap);
        h->indices[h->indices_count++] = index;
    }
}

// What somebody else wrote may look at any other time.
static bool is_own(const struct signal *s)
{
    return !s->said && !s->limit.expr && !s->source.expr;
}

static void collect_names(struct holdings *h, const struct feed_env *env)
{
    size_t bytes = 0;
    for (size_t i = 0; i < h->signals_count; i++) {
        const struct signal *s = &env->plan->signals[i];
        const char *exprs[] = {plan_history(s), s->recorded};
        struct name_list names = {0};
        bool asked = feed_asks(env, (int)i) && plan_has_past(env->plan, (int)i) && is_own(s);
        for (size_t k = 0; asked && k < sizeof exprs / sizeof *exprs; k++) {
            if (exprs[k]) {
                expr_names(&names, exprs[k]);
            }
        }
        h->signals[i] = (struct holdings_signal){.first = h->indices_count};
        if (bytes < NAMES_BYTES_MOST) {
            add_names(h, &names, &bytes);
            h->signals[i].count = h->indices_count - h->signals[i].first;
        }
        names_finish(&names);
    }
}

bool holdings_begin(struct holdings *h, const struct feed_env *env)
{
    holdings_finish(h);
    h->signals_count = env->plan->signals_count;
    h->signals = mem_zalloc(h->signals_count, sizeof *h->signals);
    h->waits = mem_zalloc(h->signals_count, sizeof *h->waits);
    collect_days(h, env);
    if (h->wanted != 0) {
        collect_names(h, env);
    }
    h->some = mem_zalloc(h->names.count, sizeof *h->some);
    return h->names.count > 0;
}

// ---- the queries

/** The days on which the metric of index I is not known to have any sample, of those asked about.
 */
static uint32_t open_days(const struct holdings *h, size_t i)
{
    return h->step == HOLDINGS_OPEN ? h->wanted : h->wanted & h->sure & ~h->some[i];
}

static bool is_bucket(const char *name)
{
    size_t len = strlen(name), its = sizeof bucket - 1;
    return len > its && strcmp(name + len - its, bucket) == 0;
}

// Each histogram by one bucket.
static void add_names_of(struct str *regex, const struct holdings *h, bool buckets)
{
    for (size_t i = 0; i < h->names.count; i++) {
        if (open_days(h, i) != 0 && is_bucket(h->names.items[i]) == buckets) {
            str_add(regex, regex->len > 0 ? "|" : "");
            regex_add_literal(regex, h->names.items[i]);
        }
    }
}

static void add_metrics(
    struct str *s, const struct holdings *h, const char *regex, bool buckets, const char *selector)
{
    bool stretch = h->step != HOLDINGS_OPEN;
    str_addf(s, "%s{__name__=~", stretch ? "last_over_time(" : "");
    str_add_quoted(s, regex);
    str_add(s, buckets ? ",le=~\"|[+]Inf\"" : "");
    str_addf(s, "%s%s}", selector ? "," : "", selector ? selector : "");
    if (stretch) {
        str_addc(s, '[');
        clock_add_duration(s, h->reach_ms);
        str_add(s, "])");
    }
}

static void add_all_metrics(struct str *s, const struct holdings *h, const char *selector)
{
    bool any = false;
    for (int buckets = 0; buckets < 2; buckets++) {
        struct str regex;
        str_init(&regex);
        add_names_of(&regex, h, buckets);
        if (regex.len > 0) {
            str_add(s, any ? " or " : "");
            add_metrics(s, h, regex.text, buckets, selector);
            any = true;
        }
        str_finish(&regex);
    }
}

bool holdings_add_query(const struct holdings *h, struct str *s, const char *selector,
    int64_t *first_ms, int64_t *last_ms)
{
    uint32_t days = 0;
    for (size_t i = 0; i < h->names.count; i++) {
        days |= open_days(h, i);
    }
    bool any = false;
    for (int day = 0; day < STORE_DAYS_MAX; day++) {
        if (days & (1U << day)) {
            *first_ms = moment_of(h, day) + h->ahead_ms;
            *last_ms = any ? *last_ms : *first_ms;
            any = true;
        }
    }
    if (any) {
        str_add(s, "count by (__name__) (");
        add_all_metrics(s, h, selector);
        str_addf(s, ") or label_replace(vector(1),\"%s\",\"any\",\"\",\"\")", sentinel);
    }
    return any;
}

// ---- the answers

static bool has_sample(const struct batch_series *s, int64_t t_ms)
{
    bool has = false;
    for (size_t i = 0; i < s->count && !has; i++) {
        has = s->samples[i].t_ms == t_ms;
    }
    return has;
}

/** The wanted days on which S has a sample. */
static uint32_t days_of(const struct holdings *h, const struct batch_series *s)
{
    uint32_t days = 0;
    for (int day = 0; day < STORE_DAYS_MAX; day++) {
        bool has = (h->wanted & (1U << day)) && has_sample(s, moment_of(h, day) + h->ahead_ms);
        days |= has ? 1U << day : 0;
    }
    return days;
}

static void learn_name(struct holdings *h, const char *name, uint32_t days)
{
    for (size_t i = 0; i < h->names.count; i++) {
        if (strcmp(h->names.items[i], name) == 0) {
            h->some[i] |= days;
            return;
        }
    }
}

void holdings_learn(struct holdings *h, const struct batch *b)
{
    bool moments = h->step == HOLDINGS_ASK_MOMENTS;
    uint32_t sure = 0;
    for (size_t i = 0; i < b->count; i++) {
        const struct batch_series *s = &b->series[i];
        const char *name = labels_get(&s->labels, name_label);
        if (labels_get(&s->labels, sentinel)) {
            sure |= days_of(h, s);
        } else if (name) {
            learn_name(h, name, days_of(h, s));
        }
    }
    bool whole = !b->partial && b->left_out == 0; // what is away may hold them
    h->sure = whole ? sure & (moments ? h->wanted : h->sure) : 0;
    h->step = moments ? HOLDINGS_MOMENTS : HOLDINGS_STRETCHES;
}

void holdings_forget(struct holdings *h, int signal)
{
    if ((size_t)signal < h->signals_count) {
        h->signals[signal].count = 0;
        h->waits[signal] = 0;
    }
}

enum holdings_say holdings_of(const struct holdings *h, int signal, int day, int64_t hour_ms)
{
    uint32_t bit = 1U << day;
    if (h->step == HOLDINGS_UNKNOWN || h->step == HOLDINGS_OPEN || h->hour_ms != hour_ms ||
        !(h->wanted & bit) || h->signals[signal].count == 0) {
        return HOLDINGS_ASK;
    }
    if (h->step == HOLDINGS_ASK_MOMENTS) {
        return HOLDINGS_WAIT;
    }
    bool some = !(h->sure & bit);
    for (size_t k = 0; k < h->signals[signal].count && !some; k++) {
        some = h->some[h->indices[h->signals[signal].first + k]] & bit;
    }
    return some ? HOLDINGS_ASK : h->step == HOLDINGS_STRETCHES ? HOLDINGS_EMPTY : HOLDINGS_WAIT;
}
