#include "promql/select.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "promql/name.h"

enum { REGEX_MAX = 1024, REPEATS_MAX = 6 };

static const char any_case_flag[] = "(?i)"; // RE2's, at the beginning

static const char *skip_space(const char *p)
{
    while (isspace((unsigned char)*p)) {
        p++;
    }
    return p;
}

char *select_take_text(const char **at)
{
    const char *p = *at;
    char quote = *p;
    if (quote != '"' && quote != '\'') {
        return NULL;
    }
    struct str s;
    str_init(&s);
    for (p++; *p && *p != quote; p++) {
        if (*p == '\\' && p[1]) {
            p++;
            str_addc(&s, *p == 'n' ? '\n' : *p == 't' ? '\t' : *p);
        } else {
            str_addc(&s, *p);
        }
    }
    if (*p != quote) {
        str_finish(&s);
        return NULL;
    }
    *at = p + 1;
    return str_take(&s);
}

// The C library unfolds repetitions, so that nested ones grow without bound: a few are enough.
static bool is_modest(const char *regex)
{
    size_t repeats = 0, braces = 0;
    bool repeated = false;
    for (const char *p = regex; *p; p++) {
        bool repeats_now = *p == '+' || *p == '*' || *p == '?' || *p == '{';
        if (repeats_now && repeated) {
            return false; // RE2 refuses that, too
        }
        repeats += *p == '+' || *p == '*' || *p == '?';
        braces += *p == '{';
        repeated = repeats_now || (*p == '}' && braces > 0);
        p += *p == '\\' && p[1];
    }
    size_t digits =
        strcspn(regex, "{") < strlen(regex) ? strspn(strchr(regex, '{') + 1, "0123456789,") : 0;
    return strlen(regex) <= REGEX_MAX && repeats <= REPEATS_MAX && braces <= 1 && digits <= 3;
}

static bool compile(struct matcher *m)
{
    if (m->regex && !is_modest(m->value)) {
        return false;
    }
    bool any_case = strncmp(m->value, any_case_flag, strlen(any_case_flag)) == 0;
    int flags = REG_EXTENDED | REG_NOSUB | (any_case ? REG_ICASE : 0);
    struct str whole;
    str_init(&whole);
    str_addf(&whole, "^(%s)$", m->value + (any_case ? strlen(any_case_flag) : 0)); // all of a value
    bool good = !m->regex || regcomp(&m->compiled, whole.text, flags) == 0;
    str_finish(&whole);
    return good;
}

static bool add(struct selector *s, char *name, char *value, bool regex, bool negative)
{
    struct matcher m = {.name = name, .value = value, .regex = regex, .negative = negative};
    bool room = name && value && s->count < SELECT_MATCHERS_MAX;
    s->no_regex = room && !compile(&m);
    if (!room || s->no_regex) {
        free(name);
        free(value);
        return false;
    }
    s->matchers[s->count++] = m;
    return true;
}

/** Reads `a="b"` at *AT, or a name of metrics in quotes. */
static bool read_matcher(struct selector *s, const char **at)
{
    size_t len = name_classic_length(*at, true);
    const char *p = *at + len;
    char *name = len > 0 ? mem_strndup(*at, len) : select_take_text(&p);
    p = skip_space(p);
    bool negative = p[0] == '!', regex = p[0] && p[1] == '~';
    bool good = name && (p[0] == '=' || (negative && (p[1] == '=' || regex)));
    if (!good && name && len == 0) {
        *at = p;
        return add(s, mem_strdup("__name__"), name, false, false);
    }
    if (!good) {
        free(name);
        return false;
    }
    p = skip_space(p + 1 + (regex || negative));
    char *value = select_take_text(&p);
    *at = p;
    return add(s, name, value, regex, negative);
}

/** Reads what is at *AT, whose first LEN bytes are the name. */
static bool parse(struct selector *s, const char **at, size_t len)
{
    const char *p = *at;
    *s = (struct selector){0};
    bool good = true;
    if (len) {
        good = add(s, mem_strdup("__name__"), mem_strndup(p, len), false, false);
        p += len;
    }
    const char *open = skip_space(p);
    if (good && *open == '{') {
        p = skip_space(open + 1);
        while (good && *p && *p != '}') {
            good = read_matcher(s, &p);
            p = skip_space(p);
            if (*p == ',') {
                p = skip_space(p + 1);
            } else if (*p != '}') {
                good = false;
            }
        }
        good = good && *p == '}';
        p++;
    }
    if (!good || s->count == 0) {
        select_finish(s);
        return false;
    }
    *at = p;
    return true;
}

bool select_parse(struct selector *s, const char **at)
{
    return parse(s, at, name_classic_length(*at, true));
}

bool select_parse_metric(struct selector *s, const char *metric)
{
    return parse(s, &metric, name_length(metric));
}

void select_finish(struct selector *s)
{
    for (size_t i = 0; i < s->count; i++) {
        free(s->matchers[i].name);
        free(s->matchers[i].value);
        if (s->matchers[i].regex) {
            regfree(&s->matchers[i].compiled);
        }
    }
    s->count = 0;
}

bool select_matches(const struct matcher *m, const char *value)
{
    bool same =
        m->regex ? regexec(&m->compiled, value, 0, NULL, 0) == 0 : strcmp(m->value, value) == 0;
    return same != m->negative;
}

const char *select_name(const struct selector *s)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct matcher *m = &s->matchers[i];
        if (strcmp(m->name, "__name__") == 0 && !m->regex && !m->negative) {
            return m->value;
        }
    }
    return NULL;
}

bool select_has(const struct selector *s, const struct labels *labels)
{
    for (size_t i = 0; i < s->count; i++) {
        const char *value = labels_get(labels, s->matchers[i].name);
        if (!select_matches(&s->matchers[i], value ? value : "")) {
            return false;
        }
    }
    return true;
}
