#include "prom/json.h"

#include <string.h>

enum { ROOT, VALUE, FIRST_ENTRY, FIRST_KEY, KEY, COLON, NEXT };

static bool is_space(char c)
{
    return (unsigned char)c <= ' ';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_low_surrogate(unsigned code)
{
    return code >= 0xDC00 && code <= 0xDFFF;
}

/** The end of the \u escape at P, before END; NULL when it is none. */
static const char *check_unicode(const char *p, const char *end)
{
    if (end - p < 6) {
        return NULL;
    }
    unsigned code = json_hex4(p + 2);
    if (is_low_surrogate(code)) {
        return NULL;
    }
    if (code < 0xD800 || code > 0xDBFF) {
        return p + 6;
    }
    bool pair = end - p >= 12 && p[6] == '\\' && p[7] == 'u' && is_low_surrogate(json_hex4(p + 8));
    return pair ? p + 12 : NULL;
}

static bool escapes_are_good(const char *p, const char *end)
{
    // four characters that are no hexadecimal number may be the first halves of other escapes
    while (p < end && (p = memchr(p, '\\', (size_t)(end - p))) != NULL) {
        if (p[1] == 'u') {
            p = check_unicode(p, end);
            if (!p) {
                return false;
            }
        } else if (memchr("bfnrt\"\\/", p[1], 8)) {
            p += 2;
        } else {
            return false;
        }
    }
    return true;
}

/** The byte after the text that begins at the quote P; NULL when it is malformed. */
static const char *check_text(const char *p, const char *end)
{
    const char *start = ++p;
    bool escaped = false;
    for (; p < end && *p != '"'; p++) {
        if (*p == '\\') {
            escaped = true;
            p++;
        }
    }
    bool good = p < end && (!escaped || escapes_are_good(start, p));
    return good ? p + 1 : NULL;
}

/** The byte after what strtod() would read of the number at P; NULL when it is none. */
static const char *check_number(const char *p, const char *end)
{
    bool digits = false;
    p += p < end && *p == '-';
    for (; p < end && is_digit(*p); p++) {
        digits = true;
    }
    if (p < end && *p == '.') {
        for (p++; p < end && is_digit(*p); p++) {
            digits = true;
        }
    }
    if (digits && p < end && (*p == 'e' || *p == 'E')) {
        const char *q = p + 1;
        q += q < end && (*q == '+' || *q == '-');
        if (q < end && is_digit(*q)) {
            for (p = q; p < end && is_digit(*p); p++) {
            }
        }
    }
    return digits ? p : NULL;
}

static const char *check_word(const char *p, const char *end)
{
    static const char *const words[] = {"null", "true", "false"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t len = strlen(words[i]);
        if ((size_t)(end - p) >= len && memcmp(p, words[i], len) == 0) {
            return p + len;
        }
    }
    return NULL;
}

void json_check_init(
    struct json_check *c, const char *text, size_t len, struct json_mark *marks, size_t count)
{
    *c = (struct json_check){.at = text,
        .end = text + len,
        .state = JSON_CHECKING,
        .expected = ROOT,
        .marks = marks,
        .marks_count = count,
        .member = -1};
    if (len > 4 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        c->at += 3;
    }
}

static bool in_object(const struct json_check *c)
{
    size_t level = c->depth - 1;
    return c->objects[level / 8] >> level % 8 & 1;
}

static const char *open_level(struct json_check *c, bool object)
{
    if (c->depth == JSON_DEPTH_MAX) {
        return NULL;
    }
    unsigned char bit = (unsigned char)(1u << c->depth % 8);
    unsigned char *byte = &c->objects[c->depth / 8];
    *byte = (unsigned char)(object ? *byte | bit : *byte & ~bit);
    c->depth++;
    c->expected = object ? FIRST_KEY : FIRST_ENTRY;
    return c->at + 1;
}

static const char *check_value(struct json_check *c)
{
    char first = *c->at;
    if (first == '{' || first == '[') {
        return open_level(c, first == '{');
    }
    c->expected = NEXT;
    return first == '"'                      ? check_text(c->at, c->end)
           : first == '-' || is_digit(first) ? check_number(c->at, c->end)
                                             : check_word(c->at, c->end);
}

// Which member of the root, or of one of its marked members, the value at hand is.
static void mark_value(struct json_check *c, const char *key)
{
    if (c->depth > 2) {
        return;
    }
    int parent = c->depth == 1 ? -1 : c->member;
    int found = -1;
    for (size_t i = 0; i < c->marks_count && (c->depth == 1 || parent >= 0); i++) {
        struct json_mark *m = &c->marks[i];
        if (m->parent == parent && !m->at && json_is(key, m->name)) {
            m->at = c->at;
            found = (int)i;
        }
    }
    if (c->depth == 1) {
        c->member = found;
    }
}

static const char *check_key(struct json_check *c)
{
    const char *key = c->at;
    const char *p = *key == '"' ? check_text(key, c->end) : NULL;
    while (p && p < c->end && is_space(*p)) {
        p++;
    }
    if (!p || p == c->end || *p != ':') {
        return NULL;
    }
    for (p++; p < c->end && is_space(*p); p++) {
    }
    c->at = p;
    mark_value(c, key);
    c->expected = VALUE;
    return p;
}

static const char *close_level(struct json_check *c)
{
    c->depth--;
    c->expected = NEXT;
    return c->at + 1;
}

/** Checks what begins at a byte that is no space; NULL when it does not belong there. */
static const char *check_next(struct json_check *c)
{
    char first = *c->at;
    switch (c->expected) {
    case FIRST_ENTRY: return first == ']' ? close_level(c) : check_value(c);
    case FIRST_KEY: return first == '}' ? close_level(c) : check_key(c);
    case KEY: return check_key(c);
    case NEXT:
        if (first == ',') {
            c->expected = in_object(c) ? KEY : VALUE;
            return c->at + 1;
        }
        return first == (in_object(c) ? '}' : ']') ? close_level(c) : NULL;
    default: return check_value(c);
    }
}

enum json_state json_check_run(struct json_check *c, size_t bytes)
{
    const char *stop = bytes < (size_t)(c->end - c->at) ? c->at + bytes : c->end;
    while (c->state == JSON_CHECKING) {
        while (c->at < c->end && is_space(*c->at)) {
            c->at++;
        }
        const char *p = c->at < c->end ? check_next(c) : NULL;
        if (!p) {
            c->state = JSON_BAD;
            break;
        }
        c->at = p;
        if (c->depth == 0) {
            c->state = JSON_GOOD;
        } else if (p >= stop && p < c->end) {
            break;
        }
    }
    return c->state;
}

static const char *skip_text(const char *at)
{
    for (at++; *at != '"'; at++) {
        at += *at == '\\';
    }
    return at + 1;
}

static const char *skip_space(const char *at)
{
    while (is_space(*at)) {
        at++;
    }
    return at;
}

const char *json_skip(const char *at)
{
    size_t depth = 0;
    do {
        if (*at == '"') {
            at = skip_text(at);
            continue;
        }
        if (depth == 0 && *at != '{' && *at != '[') {
            while (!is_space(*at) && *at != ',' && *at != ']' && *at != '}') {
                at++;
            }
            return at;
        }
        depth += *at == '{' || *at == '[';
        depth -= *at == '}' || *at == ']';
        at++;
    } while (depth > 0);
    return at;
}

bool json_walk_begin(struct json_walk *w, const char *at)
{
    if (*at != '{' && *at != '[') {
        return false;
    }
    *w = (struct json_walk){.at = at + 1, .object = *at == '{'};
    return true;
}

bool json_walk_next(struct json_walk *w)
{
    w->at = skip_space(w->at);
    if (*w->at == ',') {
        w->at = skip_space(w->at + 1);
    }
    if (*w->at == '}' || *w->at == ']') {
        w->at++;
        return false;
    }
    if (w->object) {
        w->key = w->at;
        w->at = skip_space(skip_text(w->at));
        w->at = skip_space(w->at + 1);
    }
    return true;
}
