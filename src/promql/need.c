#include "promql/need.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/str.h"

enum { DEPTH_MOST = 200 };

/** An expression that is read from front to back. */
struct reading_of {
    const char *at;
    need_has *has;
    void *context;
    struct name_list *missing;
    int depth;
    bool failed; /**< it is not understood */
};

/** How an operator makes one value of two. */
enum joint { JOINT_BOTH, JOINT_EITHER, JOINT_LEFT };

/** PromQL's binary operators, and the ones that VictoriaMetrics adds; a word ends with a letter. */
static const struct binary {
    const char *text;
    int binds; /**< the more, the tighter */
    enum joint joint;
} binaries[] = {
    {"or", 1, JOINT_EITHER},
    {"default", 1, JOINT_EITHER},
    {"and", 2, JOINT_BOTH},
    {"unless", 2, JOINT_LEFT},
    {"if", 2, JOINT_BOTH},
    {"ifnot", 2, JOINT_LEFT},
    {"==", 3, JOINT_BOTH},
    {"!=", 3, JOINT_BOTH},
    {"<=", 3, JOINT_BOTH},
    {">=", 3, JOINT_BOTH},
    {"<", 3, JOINT_BOTH},
    {">", 3, JOINT_BOTH},
    {"+", 4, JOINT_BOTH},
    {"-", 4, JOINT_BOTH},
    {"*", 5, JOINT_BOTH},
    {"/", 5, JOINT_BOTH},
    {"%", 5, JOINT_BOTH},
    {"atan2", 5, JOINT_BOTH},
    {"^", 6, JOINT_BOTH},
};

static bool in_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == ':';
}

static void skip_space(struct reading_of *r)
{
    while (isspace((unsigned char)*r->at) || *r->at == '#') {
        r->at += *r->at == '#' ? strcspn(r->at, "\n") : 1;
    }
}

/** Moves past TEXT, whose letters may be of either case, if it stands there; and past blanks. */
static bool take(struct reading_of *r, const char *text)
{
    size_t len = strlen(text);
    skip_space(r);
    if (!ascii_same_n(r->at, text, len) || (in_name(text[len - 1]) && in_name(r->at[len]))) {
        return false;
    }
    r->at += len;
    skip_space(r);
    return true;
}

static bool fail(struct reading_of *r)
{
    r->failed = true;
    return true;
}

/** Moves past the quoted text that begins there. */
static void skip_text(struct reading_of *r)
{
    char quote = *r->at++;
    while (*r->at && *r->at != quote) {
        r->at += quote != '`' && r->at[0] == '\\' && r->at[1] ? 2 : 1;
    }
    if (!*r->at) {
        fail(r);
    } else {
        r->at++;
    }
}

/** Moves past the brackets that open there, and all that is in them. */
static void skip_brackets(struct reading_of *r)
{
    size_t open = 0;
    do {
        if (*r->at && strchr("\"'`", *r->at)) {
            skip_text(r);
            continue;
        }
        open += *r->at && strchr("([{", *r->at) ? 1 : 0;
        open -= *r->at && strchr(")]}", *r->at) ? 1 : 0;
        r->at++;
    } while (open > 0 && *r->at && !r->failed);
    if (open > 0) {
        fail(r);
    }
}

static void add_once(struct name_list *list, const char *text)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i], text) == 0) {
            return;
        }
    }
    names_push(list, text);
}

static void cut(struct name_list *list, size_t count)
{
    while (list->count > count) {
        free(list->items[--list->count]);
    }
}

static bool read_expr(struct reading_of *r, int binds);

/** The selector whose name has LEN bytes, maybe none. */
static bool read_selector(struct reading_of *r, size_t len)
{
    struct str selector;
    str_init(&selector);
    str_append(&selector, r->at, len);
    r->at += len;
    skip_space(r);
    if (*r->at == '{') {
        const char *from = r->at;
        r->failed = r->failed || from[1] == '{'; // of a template
        skip_brackets(r);
        if (r->at - from > 2) { // else just the name
            str_append(&selector, from, (size_t)(r->at - from));
        }
    }
    r->failed = r->failed || selector.len == 0; // `{}` chooses everything, and is refused
    bool has = r->failed || r->has(r->context, selector.text);
    if (!has) {
        add_once(r->missing, selector.text);
    }
    str_finish(&selector);
    return has;
}

/** The arguments in the brackets that open there; each has to have a value. */
static bool read_arguments(struct reading_of *r)
{
    bool met = true;
    if (!take(r, "(")) {
        return fail(r);
    }
    while (!r->failed && !take(r, ")")) {
        met = read_expr(r, 1) && met;
        if (!take(r, ",") && *r->at != ')') {
            return fail(r);
        }
    }
    return met;
}

/** `by (a)` or `without (a)`, which stand before or behind what is aggregated. */
static bool skip_grouping(struct reading_of *r)
{
    if (!take(r, "by") && !take(r, "without")) {
        return false;
    }
    if (*r->at == '(') {
        skip_brackets(r);
        skip_space(r);
    } else {
        fail(r);
    }
    return true;
}

/** What begins with a name of LEN bytes: a call, a number in words, or a selector. */
static bool read_named(struct reading_of *r, size_t len)
{
    static const char *const reserved[] = {"and", "or", "unless", NULL};
    const char *name = r->at;
    if (names_have_word(reserved, name, len)) {
        return fail(r);
    }
    struct reading_of behind = *r;
    behind.at += len;
    skip_space(&behind);
    bool grouped = skip_grouping(&behind); // sum by (a) (b)
    if (*behind.at != '(' || behind.failed) {
        static const char *const numbers[] = {"inf", "nan", NULL};
        bool number = names_have_word(numbers, name, len);
        r->at += number ? len : 0;
        return number || read_selector(r, len);
    }
    static const char *const absences[] = {"absent", "absent_over_time", NULL};
    bool absence = names_have_word(absences, name, len);
    size_t count = r->missing->count;
    r->at = behind.at;
    bool met = read_arguments(r);
    if (!grouped) {
        skip_grouping(r); // sum(b) by (a)
    }
    if (absence) {
        cut(r->missing, count);
    }
    return met || absence;
}

static void skip_number(struct reading_of *r)
{
    const char *p = r->at;
    while (in_name(*p) || *p == '.' ||
           (*p && strchr("+-", *p) && p > r->at && strchr("eE", p[-1]) &&
               isdigit((unsigned char)p[1]) && strncmp(r->at, "0x", 2) != 0)) {
        p++;
    }
    r->at = p;
}

/** `[5m]`, `[1h:5m]`, `offset 1d`, `@ end()` behind something. */
static void skip_modifiers(struct reading_of *r)
{
    for (bool any = true; any && !r->failed;) {
        skip_space(r);
        any = *r->at == '[' || *r->at == '@';
        if (*r->at == '[') {
            skip_brackets(r);
        } else if (take(r, "@")) {
            r->at += strspn(r->at, "+-");
            skip_number(r);
            if (*r->at == '(') {
                skip_brackets(r);
            }
        } else if (take(r, "offset")) {
            any = true;
            r->at += strspn(r->at, "+- ");
            skip_number(r);
        } else if (take(r, "keep_metric_names")) {
            any = true;
        }
    }
}

static bool read_operand(struct reading_of *r)
{
    bool met = true;
    skip_space(r);
    while (*r->at && strchr("+-", *r->at)) {
        r->at++;
        skip_space(r);
    }
    size_t len = 0;
    while (in_name(r->at[len])) {
        len++;
    }
    if (*r->at == '(') {
        r->at++;
        met = read_expr(r, 1);
        met = take(r, ")") ? met : fail(r);
    } else if (*r->at && strchr("\"'`", *r->at)) {
        skip_text(r);
    } else if (isdigit((unsigned char)*r->at) || *r->at == '.') {
        skip_number(r);
    } else if (*r->at == '{') {
        met = read_selector(r, 0);
    } else {
        met = len > 0 ? read_named(r, len) : fail(r);
    }
    skip_modifiers(r);
    return met;
}

/** The operator that stands there and binds at least so tight; NULL: none does. */
static const struct binary *take_binary(struct reading_of *r, int binds)
{
    for (size_t i = 0; i < sizeof binaries / sizeof *binaries; i++) {
        if (binaries[i].binds >= binds && take(r, binaries[i].text)) {
            return &binaries[i];
        }
    }
    return NULL;
}

/** `bool`, and by which labels both sides are matched. */
static void skip_matching(struct reading_of *r)
{
    static const char *const words[] = {"on", "ignoring", "group_left", "group_right"};
    take(r, "bool");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct reading_of before = *r;
        bool needs = i < 2; // the other two may stand alone
        if (take(r, words[i]) && *r->at == '(') {
            skip_brackets(r);
            skip_space(r);
        } else if (needs) {
            *r = before;
        }
    }
}

static bool join(struct reading_of *r, enum joint joint, bool left, bool right, size_t before)
{
    switch (joint) {
    case JOINT_BOTH: return left && right;
    case JOINT_LEFT: return left; // what the right one lacks is cut off already
    case JOINT_EITHER: break;
    }
    if (left || right) {
        cut(r->missing, before);
    }
    return left || right;
}

static bool read_expr(struct reading_of *r, int binds)
{
    if (r->depth++ > DEPTH_MOST) {
        return fail(r);
    }
    size_t before = r->missing->count;
    bool met = read_operand(r);
    const struct binary *binary = NULL;
    while (!r->failed && (binary = take_binary(r, binds))) {
        size_t middle = r->missing->count;
        skip_matching(r);
        bool right = read_expr(r, binary->binds + 1);
        if (binary->joint == JOINT_LEFT) {
            cut(r->missing, middle);
        }
        met = join(r, binary->joint, met, right, before);
    }
    r->depth--;
    return met;
}

enum need need_judge(const char *expr, need_has *has, void *context, struct name_list *missing)
{
    size_t before = missing->count;
    struct reading_of r = {.at = expr, .has = has, .context = context, .missing = missing};
    bool met = read_expr(&r, 1);
    skip_space(&r);
    bool understood = !r.failed && !*r.at;
    if (met || !understood) {
        cut(missing, before);
    }
    return !understood ? NEED_UNKNOWN : met ? NEED_MET : NEED_MISSED;
}

static bool keep(void *context, const char *selector)
{
    add_once(context, selector);
    return true;
}

bool need_selectors(struct name_list *out, const char *expr)
{
    struct name_list none = {0};
    enum need need = need_judge(expr, keep, out, &none);
    names_finish(&none);
    return need != NEED_UNKNOWN;
}
