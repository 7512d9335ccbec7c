#include "promql/complete.h"

#include <ctype.h>
#include <string.h>

#include "base/ascii.h"
#include "base/names.h"
#include "base/text.h"
#include "promql/name.h"

static const struct candidate own_words[] = {
#define X(text, form) {text, form, true},
#include "promql/promql_words.def"
#undef X
};

static const struct candidate ranges[] = {
    {"1m", NULL, true},
    {"5m", NULL, true},
    {"10m", NULL, true},
    {"30m", NULL, true},
    {"1h", NULL, true},
    {"6h", NULL, true},
    {"1d", NULL, true},
    {"7d", NULL, true},
};

// ---- where ------------------------------------------------------------------------------------

/** What was read of a query so far. */
struct reading {
    const char *text;
    size_t at, end;
    bool braces, group, brackets; /**< within {}, the () of `by`, [] */
    bool value;                   /**< behind the operator of a label in braces */
    size_t word, word_len;        /**< the last name */
    size_t label, label_len;      /**< the last one in braces */
    size_t metric, metric_len;    /**< of the braces, or the last one that stood alone */
};

static bool begins_name(char c)
{
    return isalpha((unsigned char)c) || c == '_' || c == ':';
}

static bool is_of_name(char c)
{
    return begins_name(c) || isdigit((unsigned char)c);
}

static bool opens_group(const char *name, size_t len)
{
    static const char *const words[] = {
        "by", "without", "on", "ignoring", "group_left", "group_right", NULL};
    return names_have_word(words, name, len);
}

// A word of the language is not a metric; a function is recognised by what follows it.
static bool is_metric(const char *text, size_t at, size_t len)
{
    static const char *const words[] = {
        "and", "or", "unless", "bool", "offset", "atan2", "inf", "nan", "start", "end", NULL};
    const char *next = text + at + len;
    next += strspn(next, " ");
    return *next != '(' && !names_have_word(words, text + at, len) && !opens_group(text + at, len);
}

/** Where the quoted text that begins at AT ends: behind its quote, or 0 when it does not. */
static size_t end_of_quoted(const char *text, size_t at, size_t end)
{
    char quote = text[at++];
    while (at < end && text[at] != quote) {
        at += text[at] == '\\' && quote != '`' ? 2 : 1;
    }
    return at < end ? at + 1 : 0;
}

static void read_name(struct reading *r)
{
    size_t len = name_classic_length(r->text + r->at, true);
    len = r->at + len > r->end ? r->end - r->at : len;
    r->word = r->at;
    r->word_len = len;
    if (r->braces && !r->value) {
        r->label = r->at;
        r->label_len = len;
    } else if (!r->braces && !r->group && !r->brackets && is_metric(r->text, r->at, len)) {
        r->metric = r->at;
        r->metric_len = len;
    }
    r->at += len;
}

// In braces a quoted text is a label where an operator follows, and else what a metric is called.
static void read_quoted(struct reading *r, size_t end)
{
    const char *next = r->text + end + strspn(r->text + end, " ");
    size_t from = r->at + 1, len = end - from - 1;
    if (r->braces && !r->value && (*next == '=' || *next == '!')) {
        r->label = from;
        r->label_len = len;
    } else if (r->braces && !r->value) {
        r->metric = from;
        r->metric_len = len;
    }
    r->at = end;
    r->value = false;
    r->word_len = 0;
}

static enum complete_kind quoted_kind(const struct reading *r)
{
    return r->braces && r->value             ? COMPLETE_VALUE
           : r->braces && r->metric_len == 0 ? COMPLETE_METRIC
           : r->braces                       ? COMPLETE_LABEL
           : r->group                        ? COMPLETE_GROUP
                                             : COMPLETE_NOTHING;
}

static void read_sign(struct reading *r)
{
    char c = r->text[r->at++];
    switch (c) {
    case '{': {
        // `{...}` without a name is of no metric
        size_t before = r->at - 1;
        while (before > 0 && r->text[before - 1] == ' ') {
            before--;
        }
        bool named = r->metric_len > 0 && r->metric + r->metric_len == before;
        r->metric_len = named ? r->metric_len : 0;
        r->braces = true;
        r->value = false;
        r->label_len = 0;
        break;
    }
    case '}': r->braces = r->value = false; break;
    case '[': r->brackets = true; break;
    case ']': r->brackets = false; break;
    case '(': r->group = r->word_len > 0 && opens_group(r->text + r->word, r->word_len); break;
    case ')': r->group = false; break;
    case ',': r->value = false; break;
    case '=':
    case '!': r->value = r->value || (r->braces && r->label_len > 0); break;
    default: break;
    }
    if (c != ' ') {
        r->word_len = 0;
    }
}

static void copy_name(char *out, const char *from, size_t len)
{
    len = len < COMPLETE_NAME_MAX ? len : 0;
    memcpy(out, from, len);
    out[len] = '\0';
}

// The metric that grouping labels are of: the first with a selector or a range, wherever it stands.
static void find_metric(char *out, const char *text)
{
    size_t end = strlen(text), at = 0;
    while (at < end) {
        size_t len = name_classic_length(text + at, true), next = at + len;
        if (len > 0 && opens_group(text + at, len)) {
            next += strcspn(text + next, ")");
        } else if (len > 0 && is_metric(text, at, len) && next < end && strchr("{[)", text[next])) {
            copy_name(out, text + at, len);
            return;
        } else if (len == 0 && strchr("\"'`", text[at])) {
            bool named = at > 0 && text[at - 1] == '{';
            next = end_of_quoted(text, at, end);
            next = next > 0 ? next : end;
            if (named && next < end && strchr(",}", text[next])) {
                copy_name(out, text + at + 1, next - at - 2);
                return;
            }
        }
        at = next > at ? next : at + 1;
    }
}

static enum complete_kind kind_of(const struct reading *r)
{
    return r->brackets             ? COMPLETE_RANGE
           : r->braces && r->value ? COMPLETE_VALUE
           : r->braces             ? COMPLETE_LABEL
           : r->group              ? COMPLETE_GROUP
                                   : COMPLETE_EXPR;
}

// Numbers and durations end in letters, too.
static bool stands_in_number(const char *text, size_t from)
{
    return from > 0 && (isdigit((unsigned char)text[from - 1]) || text[from - 1] == '.');
}

void complete_look(struct complete_place *out, const char *text, size_t cursor)
{
    struct reading r = {.text = text, .end = cursor};
    *out = (struct complete_place){.from = cursor, .to = cursor};
    while (r.at < r.end) {
        char c = text[r.at];
        if (c == '#') {
            return;
        }
        if (c == '"' || c == '\'' || c == '`') {
            size_t end = end_of_quoted(text, r.at, r.end);
            if (end == 0 || end > r.end) { // the cursor is within
                out->kind = quoted_kind(&r);
                out->from = r.at + 1;
                out->quoted = true;
                out->quote = c;
                break;
            }
            read_quoted(&r, end);
        } else if (begins_name(c) && !(r.at > 0 && is_of_name(text[r.at - 1]))) {
            read_name(&r);
        } else {
            read_sign(&r);
        }
    }
    if (!out->quoted) {
        while (out->from > 0 && is_of_name(text[out->from - 1])) {
            out->from--;
        }
        out->kind = kind_of(&r);
        bool number = isdigit((unsigned char)text[out->from]) || stands_in_number(text, out->from);
        out->kind = number && out->kind != COMPLETE_RANGE ? COMPLETE_NOTHING : out->kind;
        bool behind = out->from == out->to && out->from > 0 &&
                      !strchr(" ([{,=~+-*/%^<>", text[out->from - 1]);
        out->kind = behind ? COMPLETE_NOTHING : out->kind;
    }
    if (out->kind == COMPLETE_GROUP) {
        find_metric(out->metric, text);
    } else if (out->kind == COMPLETE_LABEL || out->kind == COMPLETE_VALUE) {
        copy_name(out->metric, text + r.metric, r.metric_len);
        copy_name(out->label, text + r.label, out->kind == COMPLETE_VALUE ? r.label_len : 0);
    }
}

bool complete_wants(const struct complete_place *place, enum vocabulary_kind *kind)
{
    switch (place->kind) {
    case COMPLETE_EXPR:
    case COMPLETE_METRIC: *kind = VOCABULARY_METRICS; return true;
    case COMPLETE_LABEL:
    case COMPLETE_GROUP: *kind = VOCABULARY_LABELS; return true;
    case COMPLETE_VALUE: *kind = VOCABULARY_VALUES; return *place->label != '\0';
    case COMPLETE_NOTHING:
    case COMPLETE_RANGE: break;
    }
    return false;
}

// ---- what -------------------------------------------------------------------------------------

enum fit { FIT_NOT, FIT_BEGINNING, FIT_WITHIN };

static enum fit fit_of(const char *text, const char *word, size_t len)
{
    if (ascii_same_n(text, word, len)) {
        return text[len] ? FIT_BEGINNING : FIT_NOT;
    }
    char lower = ascii_lower(*word), upper = ascii_upper(*word);
    for (const char *p = text + 1; *text && *p; p++) {
        // one letter settles most places: there may be 20,000 words, for every key
        if ((*p == lower || *p == upper) && ascii_same_n(p, word, len)) {
            return FIT_WITHIN;
        }
    }
    return FIT_NOT;
}

static void offer(struct candidates *out, struct candidate c)
{
    if (out->count < COMPLETE_MOST) {
        c.form = c.form ? _(c.form) : NULL;
        out->items[out->count++] = c;
    } else {
        out->left_out++;
    }
}

// Both lists are in order: they are merged.
static void offer_all(struct candidates *out, enum fit fit, const char *word, size_t len,
    const struct candidate *own, size_t own_count, const struct vocabulary *words)
{
    size_t i = 0, k = 0, words_count = words ? words->count : 0;
    while (i < own_count || k < words_count) {
        bool take_own =
            k == words_count || (i < own_count && strcmp(own[i].text, words->words[k]) < 0);
        struct candidate c = take_own ? own[i++] : (struct candidate){.text = words->words[k++]};
        if (words && words->kind == VOCABULARY_LABELS && strcmp(c.text, "__name__") == 0) {
            continue; // it stands before the braces
        }
        if (fit_of(c.text, word, len) == fit) {
            offer(out, c);
        }
    }
}

void complete_fill(struct candidates *out, const struct complete_place *place, const char *text,
    const struct vocabulary *words)
{
    const struct candidate *own = NULL;
    size_t own_count = 0;
    out->count = out->left_out = 0;
    out->cut = words && words->cut;
    if (place->kind == COMPLETE_NOTHING) {
        return;
    }
    if (place->kind == COMPLETE_EXPR) {
        own = own_words;
        own_count = sizeof own_words / sizeof *own_words;
    } else if (place->kind == COMPLETE_RANGE) {
        own = ranges;
        own_count = sizeof ranges / sizeof *ranges;
    }
    const char *word = text + place->from;
    size_t len = place->to - place->from;
    offer_all(out, FIT_BEGINNING, word, len, own, own_count, words);
    offer_all(out, FIT_WITHIN, word, len, own, own_count, words);
}

static void add_in_quotes(
    struct str *insert, const struct complete_place *place, const char *text, const char *next)
{
    char quote = place->quoted ? place->quote : '"';
    if (!place->quoted) {
        str_addc(insert, quote);
    }
    for (const char *p = text; *p; p++) {
        if (quote != '`' && (*p == '\\' || *p == quote)) {
            str_addc(insert, '\\');
        }
        str_addc(insert, *p);
    }
    if (*next != quote) {
        str_addc(insert, quote);
    }
}

// A name that is not classic stands in quotes, and that of a metric in braces.
static bool needs_quotes(const struct complete_place *place, const struct candidate *c)
{
    size_t len = strlen(c->text);
    bool metric = place->kind == COMPLETE_EXPR;
    return place->kind == COMPLETE_VALUE || place->quoted ||
           (!c->own && place->kind != COMPLETE_RANGE && name_classic_length(c->text, metric) < len);
}

void complete_add(struct str *insert, const struct complete_place *place, const struct candidate *c,
    const char *next)
{
    size_t len = strlen(c->text);
    bool there = len > 0 && c->text[len - 1] == '(' && *next == '(';
    if (needs_quotes(place, c)) {
        bool braces = place->kind == COMPLETE_EXPR;
        str_add(insert, braces ? "{" : "");
        add_in_quotes(insert, place, c->text, next);
        str_add(insert, braces ? "}" : "");
    } else {
        str_append(insert, c->text, there ? len - 1 : len);
    }
    if (place->kind == COMPLETE_LABEL && (!*next || strchr("},", *next))) {
        str_add(insert, "=\"");
    }
    if (place->kind == COMPLETE_RANGE && *next != ']') {
        str_addc(insert, ']');
    }
}
