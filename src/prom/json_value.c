#include <float.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "prom/json.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int hex_digit(char c)
{
    return is_digit(c)            ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

unsigned json_hex4(const char *p)
{
    unsigned code = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(p[i]);
        if (digit < 0) {
            return 0;
        }
        code = code << 4 | (unsigned)digit;
    }
    return code;
}

/** Appends the character of the escape at P; returns the byte after it, NULL at a NUL. */
static const char *add_escape(struct str *out, const char *p)
{
    static const char letters[] = "bfnrt", meanings[] = "\b\f\n\r\t";
    if (p[1] != 'u') {
        const char *letter = strchr(letters, p[1]);
        str_addc(out, letter ? meanings[letter - letters] : p[1]);
        return p + 2;
    }
    uint32_t code = json_hex4(p + 2);
    p += 6;
    if (code >= 0xD800 && code <= 0xDBFF) {
        code = 0x10000 + ((code & 0x3FF) << 10 | (json_hex4(p + 2) & 0x3FF));
        p += 6;
    }
    if (code) {
        utf8_add(out, code);
    }
    return code ? p : NULL;
}

bool json_add_text(struct str *out, const char *at, size_t max)
{
    if (*at != '"') {
        return false;
    }
    size_t start = out->len;
    const char *p = at + 1;
    while (out->len - start < max) {
        const char *run = p;
        while (*p != '"' && *p != '\\' && *p != '\0' && (size_t)(p - run) < max) {
            p++;
        }
        str_append(out, run, (size_t)(p - run));
        if (*p != '\\' || !(p = add_escape(out, p))) {
            break;
        }
    }
    return true;
}

bool json_is(const char *at, const char *text)
{
    if (*at != '"') {
        return false;
    }
    const char *p = at + 1, *rest = text;
    for (; *rest && *p == *rest; p++, rest++) {
    }
    if (*p != '\\') {
        return !*rest && (*p == '"' || *p == '\0');
    }
    struct str s;
    str_init(&s);
    json_add_text(&s, at, strlen(text) + 1);
    bool is = strcmp(s.text, text) == 0;
    str_finish(&s);
    return is;
}

/** A decimal number on the way to a double. */
struct decimal {
    uint64_t mantissa;
    int exponent;
    bool negative, exact; /**< exact: nothing of it is lost in the two above */
};

static const char *read_digits(const char *p, struct decimal *d, int step, bool *any)
{
    for (; is_digit(*p); p++) {
        *any = true;
        if (d->mantissa > (UINT64_MAX - 9) / 10) {
            d->exact = false;
            continue;
        }
        d->mantissa = d->mantissa * 10 + (uint64_t)(*p - '0');
        d->exponent -= step;
    }
    return p;
}

/** The end of the plain decimal number at P; NULL when there is none. */
static const char *read_decimal(const char *p, struct decimal *d)
{
    *d = (struct decimal){.exact = true};
    bool any = false;
    if (*p == '-') {
        d->negative = true;
        p++;
    }
    p = read_digits(p, d, 0, &any);
    if (*p == '.') {
        p = read_digits(p + 1, d, 1, &any);
    }
    if (any && (*p == 'e' || *p == 'E')) {
        const char *q = p + 1;
        bool minus = *q == '-';
        q += *q == '-' || *q == '+';
        if (is_digit(*q)) {
            int exponent = 0;
            for (; is_digit(*q); q++) {
                exponent = exponent < 10000 ? exponent * 10 + (*q - '0') : exponent;
            }
            d->exponent += minus ? -exponent : exponent;
            p = q;
        }
    }
    return any ? p : NULL;
}

/**
 * Clinger's fast path (How to read floating point numbers accurately, 1990): with a mantissa below
 * 2^53 and a power of ten that is a double, one correctly rounded operation gives what strtod()
 * gives.
 */
static bool to_double(const struct decimal *d, double *out)
{
    static const double tens[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (FLT_EVAL_METHOD != 0 || !d->exact || d->mantissa > (uint64_t)1 << 53 || d->exponent < -22 ||
        d->exponent > 22) {
        return false;
    }
    double v = (double)d->mantissa;
    v = d->exponent < 0 ? v / tens[-d->exponent] : v * tens[d->exponent];
    *out = d->negative ? -v : v;
    return true;
}

bool json_number(const char **at, double *out)
{
    const char *p = *at;
    struct decimal d;
    const char *end = *p == '-' || is_digit(*p) ? read_decimal(p, &d) : NULL;
    if (!end) {
        return false;
    }
    if (!to_double(&d, out)) {
        *out = strtod(p, NULL);
    }
    *at = end;
    return true;
}

static bool slow_number_in_text(const char *at, double *out)
{
    struct str s;
    str_init(&s);
    char *end;
    bool text = json_add_text(&s, at, SIZE_MAX);
    double v = text ? strtod(s.text, &end) : 0;
    bool good = text && end != s.text && *end == '\0';
    if (good) {
        *out = v;
    }
    str_finish(&s);
    return good;
}

bool json_number_in_text(const char **at, double *out)
{
    const char *p = *at;
    struct decimal d;
    if (*p != '"') {
        return false;
    }
    const char *end = read_decimal(p + 1, &d);
    if (end && *end == '"') {
        if (!to_double(&d, out)) {
            *out = strtod(p + 1, NULL); // ends at the quote as well
        }
        *at = end + 1;
        return true;
    }
    if (!slow_number_in_text(p, out)) {
        return false;
    }
    *at = json_skip(p);
    return true;
}

const char *json_member(const char *at, const char *name)
{
    struct json_walk w;
    if (!at || !json_walk_begin(&w, at) || !w.object) {
        return NULL;
    }
    while (json_walk_next(&w)) {
        if (json_is(w.key, name)) {
            return w.at;
        }
        w.at = json_skip(w.at);
    }
    return NULL;
}
