#include "promql/regex.h"

#include <string.h>

#include "base/text.h"

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
