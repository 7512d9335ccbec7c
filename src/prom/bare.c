#include "prom/bare.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/ascii.h"

enum { DEPTH_MAX = 64 };

/** A way through an expression. */
struct walk {
    struct str *out;
    const char *at;
    char open[DEPTH_MAX]; /**< brackets that are open: `{`, `[`, `(`, and `g` for a grouping's */
    size_t depth;
    bool groups; /**< the last word is followed by labels in brackets */
    bool begins; /**< a label or a metric may begin here */
};

static size_t literal_length(const char *p)
{
    size_t n = 1;
    while (p[n] && p[n] != *p) {
        n += *p != '`' && p[n] == '\\' && p[n + 1] ? 2 : 1;
    }
    return n + (p[n] != '\0');
}

static const char *skip_space(const char *p)
{
    while (isspace((unsigned char)*p)) {
        p++;
    }
    return p;
}

/** Appends the LEN bytes within quotes at P as a name of MetricsQL. */
static void add_name(struct str *s, const char *p, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        bool escaped = p[i] == '\\' && i + 1 < len;
        i += escaped;
        bool plain = isalpha((unsigned char)p[i]) || p[i] == '_' || (unsigned char)p[i] >= 0x80 ||
                     (i > 0 && (isdigit((unsigned char)p[i]) || p[i] == '.'));
        str_add(s, plain ? "" : "\\");
        str_addc(s, p[i]);
    }
}

static void take_literal(struct walk *w)
{
    size_t len = literal_length(w->at);
    const char *next = skip_space(w->at + len);
    char in = w->depth > 0 && w->depth <= DEPTH_MAX ? w->open[w->depth - 1] : '\0';
    bool label = in == 'g' || (in == '{' && w->begins && (*next == '=' || *next == '!'));
    bool metric = in == '{' && w->begins && (*next == ',' || *next == '}');
    if (label && len > 2) {
        add_name(w->out, w->at + 1, len - 2);
    } else {
        str_add(w->out, metric ? "__name__=" : "");
        str_append(w->out, w->at, len);
    }
    w->at += len;
    w->begins = false;
}

static bool is_word(const char *p, size_t len)
{
    static const char *const words[] = {
        "by", "without", "on", "ignoring", "group_left", "group_right"};
    bool is = false;
    for (size_t i = 0; !is && i < sizeof words / sizeof *words; i++) {
        is = strlen(words[i]) == len && ascii_same_n(p, words[i], len);
    }
    return is;
}

static void take_word(struct walk *w)
{
    size_t len = 0;
    while (isalnum((unsigned char)w->at[len]) || w->at[len] == '_') {
        len++;
    }
    w->groups = is_word(w->at, len);
    w->begins = false;
    str_append(w->out, w->at, len);
    w->at += len;
}

static void take_sign(struct walk *w)
{
    char c = *w->at++;
    if (strchr("{[(", c)) {
        if (w->depth < DEPTH_MAX) {
            w->open[w->depth] = c == '(' && w->groups ? 'g' : c;
        }
        w->depth++;
    } else if (strchr("}])", c)) {
        w->depth -= w->depth > 0;
    }
    w->begins = c == '{' || c == ',' || (w->begins && isspace((unsigned char)c));
    w->groups = w->groups && isspace((unsigned char)c);
    str_addc(w->out, c);
}

void bare_add(struct str *s, const char *expr)
{
    struct walk w = {.out = s, .at = expr};
    while (*w.at) {
        if (strchr("\"'`", *w.at)) {
            take_literal(&w);
        } else if (isalnum((unsigned char)*w.at) || *w.at == '_') {
            take_word(&w);
        } else if (*w.at == '#') {
            size_t len = strcspn(w.at, "\n");
            str_append(s, w.at, len);
            w.at += len;
        } else {
            take_sign(&w);
        }
    }
}
