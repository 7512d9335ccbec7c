#include "promql/regex.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { SAMPLE_TIMES = 20 };

// What the string means; false where it has characters by their numbers, which are not looked at.
static bool add_meant(struct str *s, const char *quoted, size_t len)
{
    for (size_t i = 1; i + 1 < len; i++) {
        bool escaped = quoted[i] == '\\';
        i += escaped;
        if (escaped && strchr("xuU01234567", quoted[i])) {
            return false;
        }
        str_addc(s, !escaped || strchr("\\\"'", quoted[i]) ? quoted[i] : ' ');
    }
    return true;
}

/** Where the class whose `[` is at P ends, at its `]`; NULL: nowhere. */
static const char *end_of_class(const char *p)
{
    p += p[1] == '^' ? 2 : 1;
    for (const char *first = p; *p; p++) {
        if (*p == ']' && p > first) {
            return p;
        }
        if (p[0] == '[' && p[1] == ':' && strstr(p, ":]")) {
            p = strstr(p, ":]") + 1;
        } else if (*p == '\\' && p[1]) {
            p++;
        }
    }
    return NULL;
}

/** What is wrong with REGEX, a clause; NULL: nothing that can be seen. */
static const char *fault_of(const char *regex)
{
    size_t depth = 0;
    bool empty = true; // nothing stands before P that could be repeated
    for (const char *p = regex; *p; p++) {
        bool opens = *p == '(', closes = *p == ')', branches = *p == '|';
        if (closes && depth == 0) {
            return _("a ) has no matching (");
        }
        if (empty && strchr("*+?", *p)) {
            return _("there is nothing before a * + or ? to repeat");
        }
        if (*p == '\\') {
            if (!*++p) {
                return _("it ends in a backslash");
            }
        } else if (*p == '[' && !(p = end_of_class(p))) {
            return _("a ] is missing");
        }
        depth = depth + opens - closes;
        empty = opens || branches;
        p += opens && p[1] == '?'; // `(?i)`, `(?:...)`
    }
    return depth > 0 ? _("a ) is missing") : NULL;
}

bool regex_check(const char *quoted, size_t len, struct str *why)
{
    struct str regex;
    str_init(&regex);
    bool plain = add_meant(&regex, quoted, len) && !strstr(regex.text, "\\Q");
    const char *fault = plain ? fault_of(regex.text) : NULL;
    if (fault) {
        str_setf(why, _("not label matchers, as the regular expression %.*s is wrong: %s"),
            len > 64 ? 64 : (int)len, quoted, fault);
    }
    str_finish(&regex);
    return !fault;
}

void regex_add_literal(struct str *s, const char *text)
{
    for (; *text; text++) {
        if (strchr("\\.+*?()|[]{}^$", *text)) {
            str_addc(s, '\\');
        }
        str_addc(s, *text);
    }
}

static const char *sample_alternative(struct str *s, const char *p);

/** Moves past the alternatives behind the one that ended at P, up to the end of their group. */
static const char *skip_alternatives(const char *p)
{
    int depth = 0;
    for (; *p && !(*p == ')' && depth == 0); p++) {
        depth += *p == '(' ? 1 : *p == ')' ? -1 : 0;
        p += *p == '\\' && p[1];
    }
    return p;
}

// One character, class or group; returns what follows it.
static const char *sample_atom(struct str *s, const char *p)
{
    if (strncmp(p, "(?i)", 4) == 0) {
        return p + 4;
    }
    if (*p == '(') {
        p += strncmp(p, "(?:", 3) == 0 ? 3 : 1;
        p = skip_alternatives(sample_alternative(s, p));
        return *p == ')' ? p + 1 : p;
    }
    if (*p == '[' && p[1]) {
        const char *end = strchr(p + 2, ']');
        str_addc(s, p[1] == '^' ? 'x' : p[1] == '\\' && p[2] == 'd' ? '1' : p[1]);
        return end ? end + 1 : p + strlen(p);
    }
    if (*p == '\\' && p[1]) {
        str_addc(s, p[1] == 'd' ? '1' : p[1] == 'w' ? 'a' : p[1] == 's' ? ' ' : p[1]);
        return p + 2;
    }
    if (*p != '^' && *p != '$') {
        str_addc(s, *p == '.' ? 'x' : *p);
    }
    return p + 1;
}

// Up to the end of the alternative or of its group, which it returns.
static const char *sample_alternative(struct str *s, const char *p)
{
    while (*p && *p != '|' && *p != ')') {
        size_t from = s->len;
        p = sample_atom(s, p);
        size_t times = *p == '{' ? (size_t)strtoul(p + 1, NULL, 10) : 1, len = s->len - from;
        for (size_t i = 1; i < times && i < SAMPLE_TIMES; i++) {
            for (size_t k = 0; k < len; k++) {
                str_addc(s, s->text[from + k]);
            }
        }
        p += *p == '{' ? strcspn(p, "}") : 0;
        p += *p && strchr("*+?}", *p) ? 1 : 0;
        p += *p == '?' ? 1 : 0; // not greedy
    }
    return p;
}

void regex_add_sample(struct str *s, const char *regex)
{
    sample_alternative(s, regex);
}
