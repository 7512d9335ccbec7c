#include "promql/expr.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"

/** A walk over an expression that copies it. */
struct walk {
    struct str *out;
    const char *at;
    const char *extra;
    struct name_list *names; /**< of the metrics, each once; NULL: nobody wants them */
    bool alternatives;       /**< there is an `or` */
};

static const char *skip_space(const char *p)
{
    while (isspace((unsigned char)*p)) {
        p++;
    }
    return p;
}

static bool in_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == ':';
}

static void copy(struct walk *w, size_t len)
{
    str_append(w->out, w->at, len);
    w->at += len;
}

static size_t literal_length(const char *p)
{
    size_t n = 1;
    if (*p == '#') {
        return strcspn(p, "\n");
    }
    while (p[n] && p[n] != *p) {
        n += *p != '`' && p[n] == '\\' && p[n + 1] ? 2 : 1;
    }
    return n + (p[n] != '\0');
}

/** The length of the brackets that open at P, with all that is in them. */
static size_t bracket_length(const char *p)
{
    size_t n = 1;
    while (p[n] && !strchr(")]}", p[n])) {
        n += strchr("\"'`#", p[n]) ? literal_length(p + n)
             : strchr("([{", p[n]) ? bracket_length(p + n)
                                   : 1;
    }
    return n + (p[n] != '\0');
}

/** Copies the matchers at the walk, if any stand there, and adds those that are extra. */
static void copy_matchers(struct walk *w)
{
    const char *open = skip_space(w->at);
    size_t len = *open == '{' ? bracket_length(open) : 0;
    size_t own = len > 2 ? len - 2 : 0;
    while (own > 0 && strchr(" ,\t\n\r", open[own])) {
        own--; // PromQL allows a comma at the end, but not two
    }
    str_addc(w->out, '{');
    if (own > 0) {
        str_append(w->out, open + 1, own);
        str_addc(w->out, ',');
    }
    str_addf(w->out, "%s}", w->extra);
    w->at = len > 0 ? open + len : w->at;
}

// Labels, and no selectors, stand in the brackets behind these.
static const char *const before_labels[] = {
    "by", "without", "on", "ignoring", "group_left", "group_right", NULL};

static const char *const after_aggregation[] = {"by", "without", NULL}; // sum by (a) (b)

static const char *const operators[] = {"and", "or", "unless", "bool", "offset", "atan2", "inf",
    "nan", "default", "if", "ifnot", "keep_metric_names", NULL}; // the last ones are MetricsQL's

static const char *const choices[] = {"or", "default", NULL};

static void keep_name(struct walk *w, const char *word, size_t len)
{
    for (size_t i = 0; w->names && i < w->names->count; i++) {
        if (strlen(w->names->items[i]) == len && strncmp(w->names->items[i], word, len) == 0) {
            return;
        }
    }
    if (w->names) {
        char *name = mem_strndup(word, len);
        names_push(w->names, name);
        free(name);
    }
}

/** Whether the quoted text at P is what a metric is called, and no label. */
static bool stands_alone(const char *p)
{
    const char *next = skip_space(p + literal_length(p));
    return *next == ',' || *next == '}';
}

/** Keeps the name that the selector at the walk, which begins with its brackets, has within. */
static void keep_matched_name(struct walk *w)
{
    static const char label[] = "__name__";
    const char *p = w->at + 1, *end = w->at + bracket_length(w->at);
    bool begins = true; // of a matcher
    while (p < end) {
        if (begins && *p && strchr("\"'`", *p) && literal_length(p) > 2 && stands_alone(p)) {
            keep_name(w, p + 1, literal_length(p) - 2);
            return;
        }
        begins = *p == ',' || (begins && isspace((unsigned char)*p));
        bool is_name = strncmp(p, label, sizeof label - 1) == 0 && !in_name(p[-1]);
        const char *sign = skip_space(p + (is_name ? sizeof label - 1 : 0));
        const char *quote = is_name && *sign == '=' ? skip_space(sign + 1) : NULL;
        if (quote && *quote && strchr("\"'`", *quote) && literal_length(quote) > 2) {
            keep_name(w, quote + 1, literal_length(quote) - 2);
            return;
        }
        p += strchr("\"'`#", *p) ? literal_length(p) : 1;
    }
}

static void copy_word(struct walk *w)
{
    const char *word = w->at;
    size_t len = 0;
    while (in_name(word[len])) {
        len++;
    }
    copy(w, len);
    const char *next = skip_space(w->at);
    size_t following = 0;
    while (in_name(next[following])) {
        following++;
    }
    if (names_have_word(before_labels, word, len)) {
        copy(w, (size_t)(next - w->at) + (*next == '(' ? bracket_length(next) : 0));
    } else if (*next != '(' && !names_have_word(operators, word, len) &&
               !names_have_word(after_aggregation, next, following)) {
        keep_name(w, word, len);
        copy_matchers(w);
    }
    w->alternatives = w->alternatives || names_have_word(choices, word, len);
}

// Durations and hexadecimal numbers have letters.
static void copy_number(struct walk *w)
{
    size_t n = 0;
    while (in_name(w->at[n]) || w->at[n] == '.' ||
           (w->at[n] && strchr("+-", w->at[n]) && n > 0 && strchr("eE", w->at[n - 1]) &&
               isdigit((unsigned char)w->at[n + 1]))) {
        n++;
    }
    copy(w, n);
}

static void run(struct walk *w)
{
    while (*w->at) {
        if (strchr("\"'`#", *w->at)) {
            copy(w, literal_length(w->at));
        } else if (*w->at == '[') {
            copy(w, bracket_length(w->at));
        } else if (*w->at == '{') {
            keep_matched_name(w);
            copy_matchers(w);
        } else if (isdigit((unsigned char)*w->at)) {
            copy_number(w);
        } else if (in_name(*w->at)) {
            copy_word(w);
        } else {
            copy(w, 1);
        }
    }
}

void expr_add_within(struct str *s, const char *expr, const char *extra)
{
    struct walk w = {.out = s, .at = expr, .extra = extra};
    if (!extra || !*extra) {
        str_add(s, expr);
    } else {
        run(&w);
    }
}

bool expr_names(struct name_list *out, const char *expr)
{
    struct str copied;
    str_init(&copied);
    struct walk w = {.out = &copied, .at = expr, .extra = "", .names = out};
    run(&w);
    str_finish(&copied);
    return w.alternatives;
}

bool expr_rated(struct str *out, const char *expr)
{
    static const char *const rates[] = {"rate", "irate", "increase", NULL};
    for (const char *at = expr; *at;) {
        size_t len = 0, n = 0;
        while (in_name(at[len])) {
            len++;
        }
        const char *open = skip_space(at + len);
        const char *selector = len > 0 && *open == '(' ? skip_space(open + 1) : "";
        while (in_name(selector[n])) {
            n++;
        }
        n += selector[n] == '{' ? bracket_length(selector + n) : 0;
        if (n > 0 && selector[n] == '[' && names_have_word(rates, at, len)) {
            str_append(out, selector, n);
            return true;
        }
        at += len > 0 ? len : strchr("\"'`#", *at) ? literal_length(at) : 1;
    }
    return false;
}

static size_t word_length(const char *p)
{
    size_t n = 0;
    while (in_name(p[n])) {
        n++;
    }
    return n;
}

/** Takes what AT begins with, which is no blank; NULL: with it EXPR is no bare metric. */
static const char *take_bare(struct str *out, const char *at, char before)
{
    static const char *const folds[] = {"sum", "avg", "min", "max", NULL};
    size_t len = word_length(at);
    const char *next = skip_space(at + len), *inner = skip_space(next + word_length(next));
    bool folds_all = len > 0 && names_have_word(folds, at, len);
    bool turned = strchr("-/", before) != NULL; // it is taken off, or divided by
    if (len == 0 || isdigit((unsigned char)*at)) {
        size_t number = strspn(at, "0123456789.eE");
        bool goes_on = strchr("()+-*/", *at) && !(turned && *at == '(');
        return number > 0 ? at + number : goes_on ? at + 1 : NULL;
    }
    if (turned) {
        return NULL;
    }
    if (folds_all && *next == '(') {
        return next;
    }
    bool groups = names_have_word(after_aggregation, at, len);
    if ((groups || (folds_all && names_have_word(after_aggregation, next, word_length(next)))) &&
        *(groups ? next : inner) == '(') {
        const char *labels = groups ? next : inner;
        return labels + bracket_length(labels);
    }
    const char *end = *next == '{' ? next + bracket_length(next) : at + len;
    if (out->len > 0 || *next == '(' || *skip_space(end) == '[') {
        return NULL;
    }
    str_append(out, at, (size_t)(end - at));
    return end;
}

bool expr_bare(struct str *out, const char *expr)
{
    struct str found;
    str_init(&found);
    char before = '(';
    for (const char *at = skip_space(expr); at && *at;) {
        const char *next = take_bare(&found, at, before);
        before = *at;
        at = next ? skip_space(next) : NULL;
        if (!at) {
            str_clear(&found);
        }
    }
    bool bare = found.len > 0;
    str_append(out, found.text, found.len);
    str_finish(&found);
    return bare;
}
