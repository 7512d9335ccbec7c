#include "promql/matchers.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/utf8.h"
#include "promql/name.h"
#include "promql/regex.h"
#include "promql/select.h"

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const char *skip_space(const char *p)
{
    while (is_space(*p)) {
        p++;
    }
    return p;
}

/** Whether TEXT can be shown as it is, however its white space is broken. */
static bool check_visible(const char *text, struct str *why)
{
    struct str clean;
    str_init(&clean);
    utf8_add_clean(&clean, text, strlen(text));
    size_t same = 0;
    while (text[same] && (text[same] == clean.text[same] || is_space(text[same]))) {
        same++;
    }
    str_finish(&clean);
    if (text[same]) {
        str_setf(why, _("not visible text: it has a control character or malformed UTF-8"));
    }
    return text[same] == '\0';
}

static bool has_digits(const char *p, size_t count, bool octal)
{
    for (size_t i = 0; i < count; i++) {
        if (!(octal ? p[i] >= '0' && p[i] <= '7' : isxdigit((unsigned char)p[i]))) {
            return false;
        }
    }
    return true;
}

/** The length of the escape sequence whose backslash is at P, by Go's rules; 0: none. */
static size_t escape_length(const char *p, char quote)
{
    char c = p[1];
    if (c == quote || (c && strchr("abfnrtv\\", c))) {
        return 2;
    }
    size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (digits) {
        return has_digits(p + 2, digits, false) ? 2 + digits : 0;
    }
    return has_digits(p + 1, 3, true) && c <= '3' ? 4 : 0;
}

/** The length of the quoted text at P; 0 with *WHY set when it does not end well. */
static size_t quoted_length(const char *p, struct str *why)
{
    for (const char *q = p + 1; *q && *q != '\n'; q++) {
        if (*q == *p) {
            return (size_t)(q - p) + 1;
        }
        if (*q != '\\') {
            continue;
        }
        size_t escape = escape_length(q, *p);
        if (escape == 0) {
            str_setf(why, _("not quoted correctly: for a backslash write \\\\"));
            return 0;
        }
        q += escape - 1;
    }
    str_setf(why, _("not quoted correctly: a %c is missing"), *p);
    return 0;
}

static size_t operator_length(const char *p)
{
    if (p[0] == '=') {
        return p[1] == '~' ? 2 : 1;
    }
    return p[0] == '!' && (p[1] == '=' || p[1] == '~') ? 2 : 0;
}

/** Appends the name that stands quoted at *P, as it is, and moves past it. */
static bool take_quoted(struct str *out, const char **p, struct str *why)
{
    size_t len = quoted_length(*p, why);
    char *text = len > 0 ? select_take_text(p) : NULL;
    bool good = text && check_visible(text, why);
    if (good && strpbrk(text, "\n\r\t")) {
        str_setf(why, _("not a name: it has a tab or the end of a line in it"));
        good = false;
    }
    str_add(out, good ? text : "");
    free(text);
    return good;
}

static bool is_quote(char c)
{
    return c == '"' || c == '\'';
}

/** Appends the label at P, which may be quoted, and says how long it is; 0: see quoted_length(). */
static size_t take_label(struct str *out, const char *p, struct str *why)
{
    struct str name;
    str_init(&name);
    const char *end = p + (is_quote(*p) ? 0 : name_plain_length(p, false));
    if (!is_quote(*p)) {
        str_append(&name, p, (size_t)(end - p));
    } else {
        take_quoted(&name, &end, why);
    }
    if (name.len > 0) {
        name_add_label(out, name.text);
    } else if (why->len == 0) {
        str_setf(why, _("not label matchers; use k=\"v\",k2=~\"v.*\""));
    }
    size_t len = name.len > 0 ? (size_t)(end - p) : 0;
    str_finish(&name);
    return len;
}

bool matchers_add_label(struct str *out, const char *text)
{
    struct str why;
    const char *end = text;
    size_t before = out->len;
    str_init(&why);
    if (is_quote(*text) && check_visible(text, &why)) {
        take_quoted(out, &end, &why);
    } else {
        end += name_plain_length(text, false);
        str_append(out, text, (size_t)(end - text));
    }
    str_finish(&why);
    return out->len > before && *end == '\0';
}

/** Appends one matcher at *P and moves past it. */
static bool take_matcher(struct str *out, const char **p, struct str *why)
{
    size_t label = take_label(out, *p, why);
    if (label == 0) {
        return false;
    }
    const char *op = skip_space(*p + label);
    size_t op_len = operator_length(op);
    if (op_len == 0) {
        str_setf(why, _("not label matchers: %.*s must be followed by = != =~ or !~"),
            label > 64 ? 64 : (int)label, *p);
        return false;
    }
    str_append(out, op, op_len);
    const char *value = skip_space(op + op_len);
    if (*value != '"' && *value != '\'') {
        str_setf(why, _("not label matchers: the value of %.*s must be in quotes, as in k=\"v\""),
            label > 64 ? 64 : (int)label, *p);
        return false;
    }
    size_t len = quoted_length(value, why);
    if (len > 0 && op[op_len - 1] == '~' && !regex_check(value, len, why)) {
        return false;
    }
    str_append(out, value, len);
    *p = value + len;
    return len > 0;
}

/** Appends the matchers at *P up to the end or an unmatched character, and moves there. */
static bool take_matchers(struct str *out, const char **p, struct str *why)
{
    const char *q = skip_space(*p);
    for (bool first = true; *q && *q != '}'; first = false) {
        if (!first) {
            str_addc(out, ',');
        }
        if (!take_matcher(out, &q, why)) {
            return false;
        }
        q = skip_space(q);
        if (*q != ',') {
            break;
        }
        q = skip_space(q + 1);
    }
    *p = q;
    return true;
}

bool matchers_add(struct str *out, const char *text, struct str *why)
{
    if (!check_visible(text, why)) {
        return false;
    }
    struct str list;
    str_init(&list);
    const char *p = skip_space(text);
    bool braces = *p == '{';
    p += braces;
    bool good = take_matchers(&list, &p, why);
    if (good && braces && *p != '}') {
        str_setf(why, *p ? _("not label matchers: a comma is missing between two of them")
                         : _("not label matchers: the closing } is missing"));
        good = false;
    } else if (good && *skip_space(p + braces)) {
        str_setf(why, *p == '}' ? _("not label matchers: something follows the closing }")
                                : _("not label matchers: a comma is missing between two of them"));
        good = false;
    }
    if (good) {
        str_append(out, list.text, list.len);
    }
    str_finish(&list);
    return good;
}

void matchers_add_equal(struct str *out, const char *label, const char *value)
{
    name_add_label(out, label);
    str_addc(out, '=');
    str_add_quoted(out, value);
}

/** What stands in quotes as the first thing in the braces at P, which is a name; NULL: nothing. */
static const char *quoted_name(const char *p)
{
    p = *p == '{' ? skip_space(p + 1) : "";
    struct str unused;
    str_init(&unused);
    size_t len = is_quote(*p) ? quoted_length(p, &unused) : 0;
    str_finish(&unused);
    const char *next = skip_space(p + len);
    return len > 2 && (*next == ',' || *next == '}') ? p : NULL;
}

bool matchers_is_metric(const char *text)
{
    const char *name = skip_space(text);
    size_t len = name_plain_length(name, true);
    const char *p = skip_space(name + len);
    return len > 0 ? !*p || *p == '{' : quoted_name(p) != NULL;
}

/** Appends the metric NAME with the matchers TEXT, which may have braces. */
static bool add_metric(struct str *out, const char *name, const char *text, struct str *why)
{
    struct str list;
    str_init(&list);
    bool good = matchers_add(&list, text, why);
    if (good) {
        str_add(out, name);
        str_addf(out, list.len ? "{%s}" : "%s", list.text);
    }
    str_finish(&list);
    return good;
}

// `{"any name",a="b"}`, whose name stands at AT
static bool add_quoted_metric(struct str *out, const char *at, struct str *why)
{
    struct str name, rest;
    str_init(&name);
    str_init(&rest);
    bool good = take_quoted(&name, &at, why);
    at = skip_space(at);
    str_addf(&rest, "{%s", at + (*at == ','));
    if (good && strpbrk(name.text, "{}")) {
        str_setf(
            why, _("a metric with braces in its name; write it as an expression under 'expr'"));
        good = false;
    }
    good = good && add_metric(out, name.text, rest.text, why);
    str_finish(&name);
    str_finish(&rest);
    return good;
}

bool matchers_add_metric(struct str *out, const char *text, struct str *why)
{
    const char *name = skip_space(text), *quoted = quoted_name(name);
    size_t len = name_plain_length(name, true);
    const char *p = skip_space(name + len);
    if (!check_visible(text, why)) {
        return false;
    }
    if (quoted) {
        return add_quoted_metric(out, quoted, why);
    }
    if (len == 0 && *p == '{') {
        str_setf(why, _("a metric without a plain name; write it as an expression under 'expr'"));
        return false;
    }
    if (!matchers_is_metric(text)) {
        str_setf(why, _("not a metric name; a whole PromQL expression belongs under 'expr'"));
        return false;
    }
    char *plain = mem_strndup(name, len);
    bool good = add_metric(out, plain, p, why);
    free(plain);
    return good;
}

/** Moves *P past the quoted text or comment that starts there; false when it does not end. */
static bool skip_literal(const char **p, struct str *why)
{
    if (**p == '#') {
        *p += strcspn(*p, "\n");
        return true;
    }
    if (**p == '`') {
        const char *end = strchr(*p + 1, '`');
        if (!end) {
            str_setf(why, _("not quoted correctly: a ` is missing"));
            return false;
        }
        *p = end + 1;
        return true;
    }
    size_t len = quoted_length(*p, why);
    *p += len;
    return len > 0;
}

bool matchers_check_expr(const char *text, struct str *why)
{
    static const char opening[] = "([{", closing[] = ")]}";
    char open[64];
    size_t depth = 0, symbols = 0;
    if (!check_visible(text, why)) {
        return false;
    }
    for (const char *p = skip_space(text); *p; p = skip_space(p)) {
        const char *bracket;
        symbols += *p != '#';
        if (strchr("\"'`#", *p)) {
            if (!skip_literal(&p, why)) {
                return false;
            }
            continue;
        }
        if ((bracket = strchr(opening, *p))) {
            if (depth == sizeof open) {
                str_setf(why, _("nested too deeply"));
                return false;
            }
            open[depth++] = closing[bracket - opening];
        } else if (strchr(closing, *p)) {
            if (depth == 0 || open[depth - 1] != *p) {
                str_setf(why, _("not an expression: there is a '%c' too many"), *p);
                return false;
            }
            depth--;
        }
        p++;
    }
    if (symbols == 0) {
        str_setf(why, _("empty"));
    } else if (depth) {
        str_setf(why, _("not an expression: a '%c' is missing"), open[depth - 1]);
    }
    return symbols > 0 && depth == 0;
}

/** Where what stands at P ends: a literal, a bracket with all that is in it, or one character. */
static const char *skip_one(const char *p)
{
    struct str unused;
    str_init(&unused);
    if (strchr("\"'`#", *p)) {
        skip_literal(&p, &unused);
    } else if (strchr("([{", *p)) {
        for (p++; *p && !strchr(")]}", *p);) {
            p = skip_one(p);
        }
        p += *p != '\0';
    } else {
        p++;
    }
    str_finish(&unused);
    return p;
}

static bool is_number(const char *p)
{
    p = skip_space(p);
    size_t digits = strspn(p, "0123456789.");
    p = skip_space(p + digits);
    return digits > 0 && (*p == '\0' || strchr("*/+-)", *p));
}

bool matchers_divides(const char *text)
{
    const char *p = skip_space(text);
    if (*p == '(' && !*skip_space(skip_one(p))) {
        return matchers_divides(p + 1); // stops at the bracket that closes
    }
    for (; *p && *p != ')'; p = skip_one(p)) {
        if (*p == '/' && !is_number(p + 1)) {
            return true;
        }
    }
    return false;
}
