/*
 * Random answers, good and broken, decoded as they stand and by way of a tree: the same comes out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "prom/tree.h"

enum { DOCUMENTS = 20000, CHANGES_MAX = 4 };

/** xorshift64 (Marsaglia, Xorshift RNGs, 2003): the same documents in every run. */
static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static unsigned below(uint64_t *state, unsigned n)
{
    return (unsigned)(next(state) >> 33) % n;
}

#define pick(state, list) (list)[below(state, sizeof(list) / sizeof *(list))]

static void add_space(struct str *s, uint64_t *r)
{
    static const char *const spaces[] = {"", "", "", "", "", " ", "\n", "\t\r", "\x01"};
    str_add(s, pick(r, spaces));
}

static void add_text(struct str *s, uint64_t *r)
{
    static const char *const pieces[] = {"a", "b", "kotaemon_total", "le", "0.5", "NaN", "+Inf",
        "-Inf", "1e5", "-0", "0x1p3", " 1", "1.7976931348623159e308", "0.30000000000000004",
        "123456789012345678901234567890", "\\u0041", "\\u00e9", "\\ud83d\\ude00", "\\u0000",
        "\\u001b", "\\\"", "\\\\", "\\/", "\\n", "\xC3\xA9", "\xFF", "\xE2\x80\xAE", "\x1B[2J",
        "\\uD800", "\\uZZZZ", "\\x", "success", "error"};
    str_addc(s, '"');
    for (unsigned n = below(r, 8) ? 1 : below(r, 5); n > 0; n--) {
        str_add(s, pick(r, pieces));
    }
    str_addc(s, '"');
}

static void add_number(struct str *s, uint64_t *r)
{
    static const char *const numbers[] = {"0", "1", "-1", "1770195600.123", "1e3", "1E-7", "1.",
        "01", "-.5", "1e", "1e400", "9007199254740993", "0.1", "123456789.123456789", "1e13",
        "-0.0", "4.9e-324", "12345678901234567890123"};
    if (below(r, 2)) {
        str_add(s, pick(r, numbers));
    } else {
        str_addf(s, "%u.%03u", below(r, 2000000000), below(r, 1000));
    }
}

static void add_value(struct str *s, uint64_t *r, int depth);

static void add_members(struct str *s, uint64_t *r, int depth)
{
    static const char *const keys[] = {"status", "data", "resultType", "result", "metric", "value",
        "values", "histogram", "histograms", "count", "sum", "buckets", "warnings", "infos",
        "error", "errorType", "isPartial", "type", "m", "\\u006d", "data\\u0000x", "a"};
    str_addc(s, '{');
    for (unsigned i = 0, n = below(r, 5); i < n; i++) {
        str_addf(s, "%s\"%s\"", i ? "," : "", pick(r, keys));
        add_space(s, r);
        str_addc(s, ':');
        add_value(s, r, depth + 1);
    }
    str_addc(s, '}');
}

static void add_list(struct str *s, uint64_t *r, int depth)
{
    str_addc(s, '[');
    for (unsigned i = 0, n = below(r, 5); i < n; i++) {
        str_add(s, i ? "," : "");
        add_value(s, r, depth + 1);
    }
    add_space(s, r);
    str_addc(s, ']');
}

static void add_value(struct str *s, uint64_t *r, int depth)
{
    static const char *const words[] = {"null", "true", "false", "nul"};
    add_space(s, r);
    switch (below(r, depth > 5 ? 6 : 9)) {
    case 0: str_add(s, pick(r, words)); break;
    case 1:
    case 2: add_number(s, r); break;
    case 6: add_members(s, r, depth); break;
    case 7:
    case 8: add_list(s, r, depth); break;
    default: add_text(s, r); break;
    }
    add_space(s, r);
}

static void add_pair(struct str *s, uint64_t *r)
{
    str_addc(s, '[');
    add_number(s, r);
    str_addc(s, ',');
    add_text(s, r);
    str_addc(s, ']');
}

static void add_histogram(struct str *s, uint64_t *r)
{
    str_addc(s, '[');
    add_number(s, r);
    str_add(s, ",{\"count\":\"4\",\"sum\":\"2.5\",\"buckets\":[");
    unsigned low = 0;
    for (unsigned i = 0, n = below(r, 6); i < n; i++) {
        unsigned high = low + 1 + below(r, 3);
        str_addf(
            s, "%s[%u,\"%u\",\"%u\",\"%u\"]", i ? "," : "", below(r, 4), low, high, below(r, 9));
        low = high - (below(r, 9) == 0);
    }
    str_add(s, "]}]");
}

static void add_series(struct str *s, uint64_t *r)
{
    static const char *const kinds[] = {"value", "values", "histogram", "histograms"};
    str_add(s, "{\"metric\":{");
    for (unsigned i = 0, n = below(r, 4); i < n; i++) {
        str_add(s, i ? "," : "");
        add_text(s, r);
        str_addc(s, ':');
        add_text(s, r);
    }
    str_addc(s, '}');
    for (unsigned n = below(r, 8) ? 1 : below(r, 4); n > 0; n--) {
        unsigned kind = below(r, 4);
        str_addf(s, ",\"%s\":%s", kinds[kind], kind % 2 ? "[" : "");
        for (unsigned i = 0, m = kind % 2 ? below(r, 6) : 1; i < m; i++) {
            str_add(s, i ? "," : "");
            if (below(r, 20) == 0) {
                add_value(s, r, 4);
            } else if (kind < 2) {
                add_pair(s, r);
            } else {
                add_histogram(s, r);
            }
        }
        str_add(s, kind % 2 ? "]" : "");
    }
    str_addc(s, '}');
}

static void add_answer(struct str *s, uint64_t *r)
{
    static const char *const types[] = {"vector", "matrix", "scalar", "string", "vect\\u006fr"};
    str_addf(s, "{\"status\":\"%s\",", below(r, 9) ? "success" : "error");
    if (below(r, 4) == 0) {
        str_add(s, "\"warnings\":");
        add_value(s, r, 4);
        str_addc(s, ',');
    }
    str_addf(s, "\"data\":{\"resultType\":\"%s\",\"result\":[", pick(r, types));
    for (unsigned i = 0, n = below(r, 5); i < n; i++) {
        str_add(s, i ? "," : "");
        add_series(s, r);
    }
    str_add(s, "]}}");
}

static void change(struct str *s, uint64_t *r)
{
    for (unsigned n = below(r, CHANGES_MAX); s->len && n > 0; n--) {
        unsigned at = below(r, (unsigned)s->len);
        if (below(r, 4) == 0) {
            s->len = at;
            s->text[at] = '\0';
        } else {
            s->text[at] = "{}[]\",:\\0e-u \0\xFF"[below(r, 16)];
        }
    }
}

static void decodes_as_a_tree_does(void **state)
{
    (void)state;
    static const long statuses[] = {200, 200, 200, 200, 400, 401, 404, 422, 503, 302};
    uint64_t r = 88172645463325252u;
    for (int i = 0; i < DOCUMENTS; i++) {
        struct str s;
        str_init(&s);
        if (below(&r, 3)) {
            add_answer(&s, &r);
        } else {
            add_members(&s, &r, 0);
        }
        if (below(&r, 2)) {
            change(&s, &r);
        }
        char *exact = malloc(s.len + 1); // so that reading past the end is seen
        memcpy(exact, s.len ? s.text : "", s.len + 1);
        tree_compare(pick(&r, statuses), exact, s.len, below(&r, 2) ? s.len + 1 : 1);
        free(exact);
        str_finish(&s);
    }
}

static void nests_as_deep_as_a_tree_does(void **state)
{
    (void)state;
    for (int depth = JSON_DEPTH_MAX - 4; depth < JSON_DEPTH_MAX + 3; depth++) {
        for (int object = 0; object < 2; object++) {
            struct str s;
            str_init(&s);
            str_add(&s, "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[");
            for (int i = 0; i < depth; i++) {
                str_add(&s, object ? "{\"a\":" : "[");
            }
            str_add(&s, "1");
            for (int i = 0; i < depth; i++) {
                str_addc(&s, object ? '}' : ']');
            }
            str_add(&s, "]}}");
            tree_compare(200, s.text, s.len, 100);
            str_finish(&s);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes_as_a_tree_does),
        cmocka_unit_test(nests_as_deep_as_a_tree_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
