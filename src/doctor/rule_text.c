#include "doctor/rule_text.h"

#include <ctype.h>
#include <string.h>

#include "promql/name.h"
#include "promql/select.h"

// Labels that say where a series comes from: a series with another value is somebody else's.
static const char *const places[] = {
    "job", "namespace", "service", "container", "cluster", "app", "endpoint", "component", NULL};

static const char *selector_of(struct arena *a, const char *name, const char *matchers)
{
    struct str s;
    str_init(&s);
    if (name_classic_length(name, true) == strlen(name)) {
        str_add(&s, name);
        if (*matchers) {
            str_addf(&s, "{%s}", matchers);
        }
    } else {
        str_add(&s, "{__name__=");
        str_add_quoted(&s, name);
        str_addf(&s, "%s%s}", *matchers ? "," : "", matchers);
    }
    return arena_take(a, &s);
}

static void add_matcher(struct str *s, const struct matcher *m)
{
    str_add(s, s->len > 0 ? "," : "");
    name_add_label(s, m->name);
    str_add(s, m->regex ? "=~" : "=");
    str_add_quoted(s, m->value);
}

static const char *labelled_of(struct arena *a, const char *name, const struct matcher *m)
{
    struct str s;
    str_init(&s);
    name_add_label(&s, m->name);
    str_add(&s, "!=\"\"");
    return selector_of(a, name, arena_take(a, &s));
}

/** Whether series without the label of M are not among those chosen. */
static bool wants_label(const struct matcher *m)
{
    return !m->negative && strcmp(m->name, "__name__") != 0 && !select_matches(m, "");
}

struct rule_selector rule_text_look(struct arena *a, const char *selector)
{
    struct selector s;
    struct rule_selector out = {.whole = selector};
    const char *at = selector;
    if (!select_parse(&s, &at)) { // a regular expression that is not understood: the name will do
        size_t len = name_classic_length(selector, true);
        out.name = len > 0 ? arena_printf(a, "%.*s", (int)len, selector) : NULL;
        out.whole = out.name ? out.name : selector;
        return out;
    }
    const char *name = select_name(&s);
    if (name) {
        struct str place;
        str_init(&place);
        const char **labelled = arena_alloc(a, s.count, sizeof *labelled);
        const char **labels = arena_alloc(a, s.count, sizeof *labels);
        out.name = arena_strdup(a, name);
        out.whole = selector_of(a, name, "");
        for (size_t i = 0; i < s.count; i++) {
            const struct matcher *m = &s.matchers[i];
            if (!m->regex && !m->negative && strcmp(m->name, "job") == 0) {
                out.job = arena_strdup(a, m->value);
            }
            if (wants_label(m) && names_have(places, m->name)) {
                add_matcher(&place, m);
            } else if (wants_label(m)) {
                labels[out.labelled_count] = arena_strdup(a, m->name);
                labelled[out.labelled_count++] = labelled_of(a, name, m);
            }
        }
        out.labelled = labelled;
        out.labels = labels;
        out.place = place.len > 0 ? selector_of(a, name, arena_take(a, &place)) : NULL;
        str_finish(&place);
    }
    select_finish(&s);
    return out;
}

static bool in_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == ':';
}

void rule_text_replace(
    struct str *out, const char *expr, const char *const *from, const char *const *to, size_t count)
{
    for (const char *p = expr; *p;) {
        size_t len = 0, i = 0;
        while (in_name(p[len])) {
            len++;
        }
        while (i < count && !(strlen(from[i]) == len && strncmp(p, from[i], len) == 0)) {
            i++;
        }
        if (len > 0 && i < count) {
            str_add(out, to[i]);
        } else {
            str_append(out, p, len > 0 ? len : 1);
        }
        p += len > 0 ? len : 1;
    }
}

/** Past what stands in quotes or brackets at P, else the next character. */
static char *past(char *p)
{
    int depth = 0;
    do {
        char quote = *p == '"' || *p == '\'' || *p == '`' ? *p : '\0';
        depth += *p == '(' || *p == '[' || *p == '{';
        depth -= depth > 0 && (*p == ')' || *p == ']' || *p == '}');
        for (p++; quote && *p && *p != quote; p++) {
            p += quote != '`' && *p == '\\' && p[1];
        }
        p += quote && *p;
    } while (depth > 0 && *p);
    return p;
}

static bool is_or(const char *p)
{
    return strncmp(p, " or ", 4) == 0;
}

/** The end of the arm at P: an `or`, a comma, or what closes the brackets around it. */
static char *arm_end(char *p)
{
    while (*p && !is_or(p) && *p != ',' && *p != ')' && *p != ']' && *p != '}') {
        p = past(p);
    }
    return p;
}

void rule_text_fold(char *expr)
{
    for (char *arm = expr; *arm;) {
        char *end = arm_end(arm);
        size_t len = (size_t)(end - arm);
        while (is_or(end)) {
            char *next = end + 4, *next_end = arm_end(next);
            if ((size_t)(next_end - next) != len || strncmp(arm, next, len) != 0) {
                break;
            }
            memmove(end, next_end, strlen(next_end) + 1);
        }
        char *inner = strpbrk(arm, "([{");
        arm = inner && inner < end ? inner + 1 : is_or(end) ? end + 4 : end + (*end != '\0');
    }
}
