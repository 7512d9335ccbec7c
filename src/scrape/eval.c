#include "scrape/eval.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/utf8.h"
#include "promql/name.h"
#include "promql/select.h"
#include "scrape/series_lookup.h"
#include "scrape/vector.h"

enum { DEPTH_MAX = 40, LOOKBACK_MS = 5 * CLOCK_MINUTE_MS, FUNCTION_MAX = 64 };

/** An expression that is evaluated as it is read. */
struct eval {
    const struct scraped *data;
    int64_t t_ms;
    const char *expr, *at;
    int depth;
    struct str *why;
    size_t place; /**< where it failed; see eval.h */
};

static bool read_or(struct eval *e, struct value *out);

static void skip_space(struct eval *e)
{
    while (isspace((unsigned char)*e->at)) {
        e->at++;
    }
}

/** Fails with a clause, WHY, and the place that it is about. */
static bool fail_with(struct eval *e, const char *why)
{
    struct str rest;
    str_init(&rest);
    utf8_add_brief(&rest, e->at, 40);
    if (e->why->len == 0 && rest.len > 0) {
        str_addf(e->why, _("%s: %s"), why, rest.text);
        e->place = (size_t)(e->at - e->expr) + 1;
    } else if (e->why->len == 0) {
        str_add(e->why, why);
    }
    str_finish(&rest);
    return false;
}

static bool fail(struct eval *e)
{
    return fail_with(e, _("this PromQL needs a Prometheus"));
}

/** Fails because of the function that is called next. */
static bool fail_function(struct eval *e)
{
    struct str name, why;
    str_init(&name);
    str_init(&why);
    size_t len = strcspn(e->at, "({ \t\r\n");
    utf8_add_clean(&name, e->at, len < FUNCTION_MAX ? len : FUNCTION_MAX);
    str_addf(&why, _("%s() needs a Prometheus"), name.text);
    fail_with(e, why.text);
    str_finish(&why);
    str_finish(&name);
    return false;
}

/** Takes WORD if it stands next and no name goes on behind it. */
static bool take_word(struct eval *e, const char *word)
{
    skip_space(e);
    size_t len = strlen(word);
    if (strncmp(e->at, word, len) != 0) {
        return false;
    }
    char next = e->at[len];
    if (isalpha((unsigned char)word[0]) &&
        (isalnum((unsigned char)next) || next == '_' || next == ':')) {
        return false;
    }
    e->at += len;
    return true;
}

static bool need(struct eval *e, const char *word)
{
    return take_word(e, word) || fail(e);
}

/** Takes `[5m]`; *WINDOW_MS is 0 when there is none. */
static bool take_window(struct eval *e, int64_t *window_ms)
{
    *window_ms = 0;
    if (!take_word(e, "[")) {
        return true;
    }
    size_t len = strcspn(e->at, "]");
    char *text = mem_strndup(e->at, len);
    bool good = e->at[len] == ']' && clock_parse_duration(text, window_ms) && *window_ms > 0;
    free(text);
    e->at += good ? len + 1 : 0;
    return good || fail_with(e, _("a range like this needs a Prometheus"));
}

enum shape {
    SHAPE_VALUE,
    SHAPE_TIME,
    SHAPE_RATE, /**< this and what follows are over a range */
    SHAPE_INCREASE,
    SHAPE_RESETS,
    SHAPE_CHANGES,
    SHAPE_COUNT,
    SHAPE_LOWEST,
    SHAPE_HIGHEST,
};

/** Sets *N to what SHAPE makes of SERIES over WINDOW_MS; false: nothing. */
static bool read_range(const struct eval *e, const struct scraped_series *series, enum shape shape,
    int64_t window_ms, double *n)
{
    if (shape == SHAPE_RATE || shape == SHAPE_INCREASE) {
        bool any = scraped_rate(series, e->t_ms, window_ms, n);
        *n *= shape == SHAPE_INCREASE ? (double)window_ms / 1000 : 1;
        return any;
    }
    struct scraped_conduct c = scraped_conduct(series, e->t_ms, window_ms);
    *n = shape == SHAPE_RESETS    ? (double)c.resets
         : shape == SHAPE_CHANGES ? (double)c.changes
         : shape == SHAPE_LOWEST  ? c.lowest
         : shape == SHAPE_HIGHEST ? c.highest
                                  : (double)c.samples;
    return c.samples > 0;
}

/** Reads a selector, with a range where SHAPE asks for one. */
static bool read_selector(struct eval *e, enum shape shape, struct value *out)
{
    struct selector s;
    if (!select_parse(&s, &e->at)) {
        return fail(e);
    }
    int64_t window_ms;
    bool range = shape >= SHAPE_RATE;
    bool good =
        take_window(e, &window_ms) &&
        (range == (window_ms > 0) || fail_with(e, _("a range like this needs a Prometheus")));
    int64_t moment = scraped_moment(e->data, e->t_ms, LOOKBACK_MS);
    const char *name = select_name(&s);
    const struct scraped_series *series = good ? scraped_first(e->data, name) : NULL;
    for (; series; series = scraped_next(e->data, name, series)) {
        double n = 0;
        if (!select_has(&s, &series->labels)) {
            continue;
        }
        const struct sample *now = moment ? scraped_at(series, moment) : NULL;
        if (range ? !read_range(e, series, shape, window_ms, &n) : !now) {
            continue;
        }
        n = shape == SHAPE_VALUE ? now->value : shape == SHAPE_TIME ? (double)now->t_ms / 1000 : n;
        struct labels labels = {0};
        vector_copy_nameless(&labels, &series->labels);
        vector_add(out, shape == SHAPE_VALUE ? &series->labels : &labels, e->t_ms, n);
        labels_finish(&labels);
    }
    select_finish(&s);
    return good;
}

static bool read_function(struct eval *e, enum shape shape, struct value *out)
{
    skip_space(e);
    return need(e, "(") && (skip_space(e), read_selector(e, shape, out)) && need(e, ")");
}

/** Takes a quoted text; the caller frees. NULL: there is none. */
static char *take_text(struct eval *e)
{
    skip_space(e);
    return select_take_text(&e->at);
}

/** `(expr, "name", "value", "", "")` sets a label, `(expr, "name", "$1", "other", "(.*)")` copies.
 */
static bool read_label_replace(struct eval *e, struct value *out)
{
    char *texts[4] = {NULL};
    bool good = need(e, "(") && read_or(e, out) && !out->number;
    for (size_t i = 0; good && i < 4; i++) {
        good = need(e, ",") && (texts[i] = take_text(e)) != NULL;
    }
    good = good && need(e, ")");
    bool sets = good && !*texts[2] && !*texts[3];
    bool copies = good && strcmp(texts[1], "$1") == 0 && strcmp(texts[3], "(.*)") == 0;
    good =
        good && (sets || copies || fail_with(e, _("a label_replace like this needs a Prometheus")));
    for (size_t i = 0; good && i < out->v.count; i++) {
        struct labels *labels = &out->v.series[i].labels;
        const char *from = copies ? labels_get(labels, texts[2]) : texts[1];
        char *value = mem_strdup(from ? from : "");
        labels_set(labels, texts[0], value);
        free(value);
    }
    for (size_t i = 0; i < 4; i++) {
        free(texts[i]);
    }
    return good || fail(e);
}

// ---- aggregation ------------------------------------------------------------------------------

/** Takes `by (a, b)` or `without (a, b)`, if it is there. */
static bool take_grouping(struct eval *e, struct grouping *g)
{
    if (!take_word(e, "by") && !(g->without = take_word(e, "without"))) {
        return true;
    }
    if (!need(e, "(")) {
        return false;
    }
    while (!take_word(e, ")")) {
        skip_space(e);
        size_t len = name_classic_length(e->at, false);
        char *name = len > 0 ? mem_strndup(e->at, len) : select_take_text(&e->at);
        if (!name) {
            return fail(e);
        }
        labels_set(&g->labels, name, "");
        free(name);
        e->at += len;
        take_word(e, ",");
    }
    return true;
}

static bool read_fold(struct eval *e, enum fold kind, struct value *out)
{
    struct grouping by = {0};
    struct value inner = {0};
    bool good = take_grouping(e, &by) && need(e, "(") && read_or(e, &inner) && need(e, ")") &&
                (by.without || by.labels.count > 0 || take_grouping(e, &by)) &&
                (!inner.number || fail(e));
    if (good) {
        vector_fold(out, kind, &by, &inner, e->t_ms);
    }
    vector_drop(&inner);
    labels_finish(&by.labels);
    return good;
}

// ---- arithmetic -------------------------------------------------------------------------------

static bool read_unary(struct eval *e, struct value *out)
{
    static const char *const folds[] = {"sum", "min", "max", "avg", "count"};
    static const struct {
        const char *name;
        enum shape shape;
    } functions[] = {{"timestamp", SHAPE_TIME}, {"rate", SHAPE_RATE}, {"irate", SHAPE_RATE},
        {"increase", SHAPE_INCREASE}, {"resets", SHAPE_RESETS}, {"changes", SHAPE_CHANGES},
        {"count_over_time", SHAPE_COUNT}, {"min_over_time", SHAPE_LOWEST},
        {"max_over_time", SHAPE_HIGHEST}};
    skip_space(e);
    if (isdigit((unsigned char)*e->at) || (*e->at == '.' && isdigit((unsigned char)e->at[1]))) {
        char *end;
        *out = (struct value){.number = true, .n = strtod(e->at, &end)};
        e->at = end;
        return true;
    }
    if (take_word(e, "(")) {
        return read_or(e, out) && need(e, ")");
    }
    for (size_t i = 0; i < sizeof folds / sizeof *folds; i++) {
        if (take_word(e, folds[i])) {
            return read_fold(e, (enum fold)i, out);
        }
    }
    if (take_word(e, "label_replace")) {
        return read_label_replace(e, out);
    }
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        if (take_word(e, functions[i].name)) {
            return read_function(e, functions[i].shape, out);
        }
    }
    const char *start = e->at;
    bool good = read_selector(e, SHAPE_VALUE, out);
    skip_space(e);
    if (good && *e->at == '(') {
        e->at = start;
        return fail_function(e);
    }
    return good;
}

static bool read_operators(struct eval *e, const char *operators,
    bool (*below)(struct eval *, struct value *), struct value *out)
{
    bool good = below(e, out);
    while (good) {
        skip_space(e);
        if (!*e->at || !strchr(operators, *e->at)) {
            break;
        }
        char op = *e->at++;
        struct value right = {0};
        good = below(e, &right);
        if (good) {
            vector_combine(out, op, &right, e->t_ms);
        }
        vector_drop(&right);
    }
    return good;
}

static bool read_product(struct eval *e, struct value *out)
{
    return read_operators(e, "*/", read_unary, out);
}

static bool read_sum(struct eval *e, struct value *out)
{
    return read_operators(e, "+-", read_product, out);
}

/** `vector > 0 <= 1`: keeps the series of which that is so. */
static bool read_comparison(struct eval *e, struct value *out)
{
    static const char *const operators[] = {">=", "<=", "==", "!=", ">", "<"}; // by enum comparison
    bool good = read_sum(e, out);
    for (size_t i = 0; good && i < sizeof operators / sizeof *operators; i++) {
        if (!take_word(e, operators[i])) {
            continue;
        }
        struct value right = {0};
        good = read_sum(e, &right) && ((right.number && !out->number) || fail(e));
        if (good) {
            vector_keep(out, (enum comparison)i, right.n, e->t_ms);
        }
        vector_drop(&right);
        i = (size_t)-1; // another one may follow
    }
    return good;
}

static bool read_or(struct eval *e, struct value *out)
{
    if (++e->depth > DEPTH_MAX) {
        return fail_with(e, _("an expression this deep needs a Prometheus"));
    }
    bool good = read_comparison(e, out);
    while (good && take_word(e, "or")) {
        struct value right = {0};
        good = read_comparison(e, &right) && ((!out->number && !right.number) || fail(e));
        if (good) {
            vector_join(out, &right, e->t_ms);
        }
        vector_drop(&right);
    }
    e->depth--;
    return good;
}

bool eval_instant(const struct scraped *data, const char *expr, int64_t t_ms, struct batch *out,
    struct str *why, size_t *place)
{
    struct eval e = {.data = data, .t_ms = t_ms, .expr = expr, .at = expr, .why = why};
    struct value value = {0};
    str_clear(why);
    bool good = read_or(&e, &value);
    skip_space(&e);
    if (good && *e.at) {
        good = fail(&e);
    }
    if (good && value.number) {
        vector_add(&value, &(struct labels){0}, t_ms, value.n);
    }
    for (size_t i = 0; good && i < value.v.count; i++) {
        struct batch_series *s = batch_add(out);
        labels_copy(&s->labels, &value.v.series[i].labels);
        batch_add_sample(s, t_ms, vector_of(&value.v.series[i]));
    }
    vector_drop(&value);
    if (place) {
        *place = e.place;
    }
    return good;
}

static struct batch_series *find_or_add(
    struct batch *b, struct series_lookup *known, const struct labels *labels)
{
    struct batch_series *s = lookup_find(known, labels);
    if (!s) {
        s = batch_add(b);
        labels_copy(&s->labels, labels);
        lookup_add(known, b->count - 1);
    }
    return s;
}

bool eval_range(const struct scraped *data, const char *expr, int64_t start_ms, int64_t end_ms,
    int64_t step_ms, struct batch *out, struct str *why, size_t *place)
{
    bool good = true;
    struct series_lookup known = {.of = out};
    int64_t first = data->scrapes_count ? data->scrapes[0] : end_ms + 1;
    for (int64_t t = start_ms; good && t <= end_ms; t += step_ms) {
        if (t < first) {
            continue; // nothing was scraped then
        }
        struct batch one = {0};
        good = eval_instant(data, expr, t, &one, why, place);
        for (size_t i = 0; good && i < one.count; i++) {
            struct batch_series *to = find_or_add(out, &known, &one.series[i].labels);
            batch_add_sample(to, t, vector_of(&one.series[i]));
        }
        batch_finish(&one);
    }
    lookup_finish(&known);
    return good;
}
