#include "prom/decode.h"
#include "series/note.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ENVELOPE(data) "{\"status\":\"success\",\"data\":" data "}"
#define VECTOR(result) ENVELOPE("{\"resultType\":\"vector\",\"result\":" result "}")
#define MATRIX(result) ENVELOPE("{\"resultType\":\"matrix\",\"result\":" result "}")

/** A text form of B: labels, then time:value pairs. The caller frees. */
static char *shown(const struct batch *b)
{
    struct str s;
    str_init(&s);
    for (size_t i = 0; i < b->count; i++) {
        str_add(&s, i ? "; {" : "{");
        for (size_t k = 0; k < b->series[i].labels.count; k++) {
            const struct label *l = &b->series[i].labels.items[k];
            str_addf(&s, "%s%s=%s", k ? "," : "", l->name, l->value);
        }
        str_add(&s, "}");
        for (size_t k = 0; k < b->series[i].count; k++) {
            const struct sample *sample = &b->series[i].samples[k];
            str_addf(&s, " %lld:%g", (long long)sample->t_ms, sample->value);
        }
    }
    return str_take(&s);
}

static enum prom_status decode(long status, const char *body, struct batch *b, struct str *why)
{
    *b = (struct batch){0};
    str_init(why);
    return prom_decode_samples(status, body, strlen(body), b, why);
}

static void reads_samples(void **state)
{
    (void)state;
    static const struct {
        const char *body, *shown;
    } cases[] = {
        {VECTOR("[]"), ""},
        {VECTOR("[{\"metric\":{},\"value\":[1770195600.123,\"1.5\"]}]"), "{} 1770195600123:1.5"},
        {VECTOR("[{\"metric\":{\"le\":\"0.1\",\"a\":\"b\"},\"value\":[1,\"2\"]},"
                "{\"metric\":{\"le\":\"+Inf\"},\"value\":[1,\"3\"]}]"),
            "{a=b,le=0.1} 1000:2; {le=+Inf} 1000:3"},
        {VECTOR("[{\"metric\":{},\"value\":[1,\"+Inf\"]},{\"metric\":{\"a\":\"1\"},"
                "\"value\":[1,\"-Inf\"]}]"),
            "{} 1000:inf; {a=1} 1000:-inf"},
        {VECTOR("[{\"metric\":{},\"value\":[1,\"1e-300\"]}]"), "{} 1000:1e-300"},
        {MATRIX("[{\"metric\":{\"a\":\"b\"},\"values\":[[1,\"2\"],[16,\"3\"],[31.5,\"4\"]]}]"),
            "{a=b} 1000:2 16000:3 31500:4"},
        {MATRIX("[{\"metric\":{},\"values\":[]}]"), "{}"},
        {ENVELOPE("{\"resultType\":\"scalar\",\"result\":[5,\"7\"]}"), "{} 5000:7"},
        // what is not as it should be is left out, and the rest is read
        {VECTOR("[{\"metric\":{},\"value\":[1,2]}]"), "{}"},
        {VECTOR("[{\"metric\":{},\"value\":[\"1\",\"2\"]}]"), "{}"},
        {VECTOR("[{\"metric\":{},\"value\":[1,\"\"]}]"), "{}"},
        {VECTOR("[{\"metric\":{},\"value\":[1,\"2x\"]}]"), "{}"},
        {VECTOR("[{\"metric\":{},\"value\":[1]}]"), "{}"},
        {VECTOR("[{\"metric\":{},\"value\":[]}]"), "{}"},
        {VECTOR("[{\"metric\":{},\"value\":null}]"), "{}"},
        {VECTOR("[{\"metric\":{},\"value\":7}]"), "{}"},
        {VECTOR("[{\"metric\":{},\"value\":[1e300,\"2\"]}]"), "{}"},
        {VECTOR("[{\"metric\":null,\"value\":[1,\"2\"]}]"), "{} 1000:2"},
        {VECTOR("[{\"metric\":[\"a\"],\"value\":[1,\"2\"]}]"), "{} 1000:2"},
        {VECTOR("[{\"metric\":{\"a\":1,\"b\":\"c\"},\"value\":[1,\"2\"]}]"), "{b=c} 1000:2"},
        {VECTOR("[{\"value\":[1,\"2\"]}]"), "{} 1000:2"},
        {VECTOR("[{\"metric\":{\"a\":\"b\"}}]"), ""},
        {VECTOR("[null,1,\"a\",[],{}]"), ""},
        {MATRIX("[{\"metric\":{},\"values\":[null,[1,\"2\"],3,[4]]}]"), "{} 1000:2"},
        {MATRIX("[{\"metric\":{},\"values\":{}}]"), "{}"},
        {MATRIX("[{\"metric\":{},\"values\":\"x\"}]"), "{}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct batch b;
        struct str why;
        enum prom_status status = decode(200, cases[i].body, &b, &why);
        if (status != PROM_OK) {
            fail_msg("%s: status %d, %s", cases[i].body, status, why.text);
        }
        char *got = shown(&b);
        if (strcmp(got, cases[i].shown) != 0) {
            fail_msg("%s: '%s'", cases[i].body, got);
        }
        free(got);
        batch_finish(&b);
        str_finish(&why);
    }
}

static void reads_texts_and_costs(void **state)
{
    (void)state;
    static const struct {
        const char *body, *text;
        int64_t read;
    } cases[] = {
        {ENVELOPE("{\"resultType\":\"string\",\"result\":[5,\"a\\u001bb\"]}"), "a\uFFFDb", 0},
        {ENVELOPE("{\"resultType\":\"string\",\"result\":[5]}"), "", 0},
        {ENVELOPE("{\"resultType\":\"string\",\"result\":[]}"), "", 0},
        {ENVELOPE("{\"resultType\":\"string\",\"result\":[5,7]}"), "", 0},
        {ENVELOPE("{\"resultType\":\"vector\",\"result\":[],\"stats\":{\"timings\":{},"
                  "\"samples\":{\"totalQueryableSamples\":1234,\"peakSamples\":7}}}"),
            NULL, 1234},
        {ENVELOPE("{\"resultType\":\"vector\",\"result\":[],\"stats\":{\"samples\":7}}"), NULL, 0},
        {ENVELOPE("{\"resultType\":\"vector\",\"result\":[],\"stats\":{\"samples\":"
                  "{\"totalQueryableSamples\":\"x\"}}}"),
            NULL, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct batch b;
        struct str why;
        assert_int_equal(decode(200, cases[i].body, &b, &why), PROM_OK);
        assert_int_equal(b.read, cases[i].read);
        assert_int_equal(b.count, 0);
        if (cases[i].text) {
            assert_string_equal(b.text, cases[i].text);
        } else {
            assert_null(b.text);
        }
        batch_finish(&b);
        str_finish(&why);
    }
}

static void reads_nan(void **state)
{
    (void)state;
    struct batch b;
    struct str why;
    assert_int_equal(
        decode(200, VECTOR("[{\"metric\":{},\"value\":[1,\"NaN\"]}]"), &b, &why), PROM_OK);
    assert_int_equal(b.series[0].count, 1);
    assert_true(isnan(b.series[0].samples[0].value));
    batch_finish(&b);
    str_finish(&why);
}

// A warning says that something may be missing, an info that the query is odd.
static void tells_what_is_partial(void **state)
{
    (void)state;
    static const struct {
        const char *extra;
        bool partial;
    } cases[] = {{"", false}, {"\"infos\":[\"no counter\"],", false}, {"\"warnings\":[],", false},
        {"\"warnings\":[\"a store is away\"],", true}, {"\"isPartial\":false,", false},
        {"\"isPartial\":true,", true}, {"\"warnings\":[\"a\"],\"infos\":[\"b\"],", true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct batch b;
        struct str why, body;
        str_init(&body);
        str_addf(&body,
            "{\"status\":\"success\",%s\"data\":{\"resultType\":\"vector\",\"result\":[]}}",
            cases[i].extra);
        assert_int_equal(decode(200, body.text, &b, &why), PROM_OK);
        assert_true(b.partial == cases[i].partial);
        batch_finish(&b);
        str_finish(&why);
        str_finish(&body);
    }
}

static void notes_beyond_the_room_are_said(void **state)
{
    (void)state;
    for (size_t n = PROM_NOTES_MAX - 1; n <= PROM_NOTES_MAX + 1; n++) {
        struct batch b;
        struct str why, body;
        str_init(&body);
        str_add(&body, "{\"status\":\"success\",\"warnings\":[\"x\"");
        for (size_t i = 1; i < n; i++) {
            str_add(&body, ",\"x\"");
        }
        str_add(&body, "],\"data\":{\"resultType\":\"vector\",\"result\":[]}}");
        assert_int_equal(decode(200, body.text, &b, &why), PROM_OK);
        assert_int_equal(b.notes_count, n);
        assert_string_equal(b.notes[n - 1], n > PROM_NOTES_MAX ? note_rest() : "x");
        batch_finish(&b);
        str_finish(&why);
        str_finish(&body);
    }
}

static void labels_beyond_the_room_are_said(void **state)
{
    (void)state;
    for (size_t n = PROM_LABELS_MAX - 1; n <= PROM_LABELS_MAX + 1; n++) {
        struct batch b;
        struct str why, body;
        str_init(&body);
        str_add(&body, "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
                       "{\"metric\":{\"l0\":\"x\"");
        for (size_t i = 1; i < n; i++) {
            str_addf(&body, ",\"l%zu\":\"x\"", i);
        }
        str_add(&body, "},\"value\":[1,\"2\"]}]}}");
        assert_int_equal(decode(200, body.text, &b, &why), PROM_OK);
        assert_int_equal(b.count, 1);
        assert_int_equal(b.notes_count, n > PROM_LABELS_MAX);
        if (b.notes_count > 0) {
            assert_string_equal(
                b.notes[0], "a series has more than 128 labels: the others are ignored");
        }
        batch_finish(&b);
        str_finish(&why);
        str_finish(&body);
    }
}

static void texts_leave_clean(void **state)
{
    (void)state;
    struct batch b;
    struct str why;
    const char *body = "{\"status\":\"success\",\"warnings\":[\"a\\u001b[31mb\",7],"
                       "\"infos\":[\"c\\nd\"],\"data\":{\"resultType\":\"vector\",\"result\":["
                       "{\"metric\":{\"p\\u0007\":\"\\u001b]0;x\\u0007\\u202e\"},"
                       "\"value\":[1,\"2\"]}]}}";
    assert_int_equal(decode(200, body, &b, &why), PROM_OK);
    assert_int_equal(b.notes_count, 2);
    assert_string_equal(b.notes[0], "a\uFFFD[31mb");
    assert_string_equal(b.notes[1], "c d");
    assert_string_equal(b.series[0].labels.items[0].name, "p\uFFFD");
    assert_string_equal(b.series[0].labels.items[0].value, "\uFFFD]0;x\uFFFD\uFFFD");
    batch_finish(&b);
    str_finish(&why);
}

static void long_texts_are_cut(void **state)
{
    (void)state;
    struct str body, why;
    struct batch b;
    str_init(&body);
    str_add(&body, "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
                   "{\"metric\":{\"a\":\"");
    for (int i = 0; i < 100000; i++) {
        str_addc(&body, 'x');
    }
    str_add(&body, "\"},\"value\":[1,\"2\"]}]}}");
    assert_int_equal(decode(200, body.text, &b, &why), PROM_OK);
    assert_int_equal(strlen(b.series[0].labels.items[0].value), PROM_TEXT_MAX);
    batch_finish(&b);
    str_finish(&body);
    str_finish(&why);
}

static void says_why_not(void **state)
{
    (void)state;
    static const struct {
        long status;
        const char *body;
        enum prom_status result;
        const char *why; // part of it
    } cases[] = {
        {400, "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"1:3: parse error\"}",
            PROM_REFUSED, "1:3: parse error"},
        {422, "{\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"too many samples\"}",
            PROM_REFUSED, "too many samples"},
        {503, "{\"status\":\"error\",\"errorType\":\"timeout\",\"error\":\"query timed out\"}",
            PROM_REFUSED, "query timed out"},
        {503, "{\"status\":\"error\",\"errorType\":\"unavailable\",\"error\":\"tsdb not ready\"}",
            PROM_BUSY, "tsdb not ready"},
        {500, "{\"status\":\"error\",\"errorType\":\"internal\",\"error\":\"disk\"}", PROM_FAILED,
            "disk"},
        {422, "{\"status\":\"error\",\"errorType\":\"422\",\"error\":\"victoria says no\"}",
            PROM_REFUSED, "victoria says no"},
        {400, "{\"status\":\"error\",\"errorType\":400,\"error\":\"a number\"}", PROM_REFUSED,
            "a number"},
        {400, "{\"status\":\"error\",\"error\":\"esc \\u001b[2J\"}", PROM_REFUSED, "esc \uFFFD[2J"},
        {400, "{\"status\":\"error\",\"error\":\"\"}", PROM_FAILED, "HTTP status 400"},
        {400, "Client sent an HTTP request to an HTTPS server.\n", PROM_FOREIGN, "use https://"},
        {400, "<h1>The plain HTTP request was sent to HTTPS port</h1>", PROM_FOREIGN, "https://"},
        {204, "", PROM_FOREIGN, "empty (HTTP status 204)"},
        {401, "no org id\n", PROM_UNAUTHORIZED, "--tenant"},
        {401, "Unauthorized\n", PROM_UNAUTHORIZED, "401 Unauthorized"},
        {403, "{\"status\":\"error\",\"error\":\"no\"}", PROM_UNAUTHORIZED, "403 Forbidden"},
        {404, "404 page not found\n", PROM_FOREIGN, "404 Not Found"},
        {404, "<html>nginx</html>", PROM_FOREIGN, "404 Not Found"},
        {429, "too many outstanding requests", PROM_BUSY, "429"},
        {503, "Service Unavailable", PROM_BUSY, "503"},
        {502, "<html><h1>502 Bad Gateway</h1></html>", PROM_BUSY, "502: a proxy gets no answer"},
        {500, "", PROM_FAILED, "HTTP status 500"},
        {302, "", PROM_FAILED, "HTTP status 302"},
        {200, "<!doctype html><title>Grafana</title>", PROM_FOREIGN, "a web page"},
        {200, "\n  <html>", PROM_FOREIGN, "a web page"},
        {200, "{\"status\":\"success\",\"data\":{\"resultType\":\"vec", PROM_FOREIGN, "cut"},
        {200, "", PROM_FOREIGN, "empty (HTTP status 200)"},
        {200, "\xFF\xFE#", PROM_FOREIGN, "UTF-16"},
        {200, "\xFE\xFF", PROM_FOREIGN, "UTF-16"},
        {200, "\x8a\x01\n\x1bgo_gc", PROM_FOREIGN, "binary, such as protobuf"},
        {200, "a\tb\r\n", PROM_FOREIGN, "not from a Prometheus"},
        {200, "null", PROM_FOREIGN, "not from a Prometheus"},
        {200, "[]", PROM_FOREIGN, "not from a Prometheus"},
        {200, "{}", PROM_FOREIGN, "does not come from a Prometheus"},
        {200, "{\"status\":7}", PROM_FOREIGN, "does not come from a Prometheus"},
        {200, "{\"status\":\"ok\"}", PROM_FAILED, ""},
        {200, "{\"status\":\"success\"}", PROM_FAILED, ""},
        {200, ENVELOPE("null"), PROM_FOREIGN, "no samples"},
        {200, ENVELOPE("[]"), PROM_FOREIGN, "no samples"},
        {200, ENVELOPE("{\"resultType\":\"vector\"}"), PROM_FOREIGN, "no samples"},
        {200, ENVELOPE("{\"result\":[]}"), PROM_FOREIGN, "no samples"},
        {200, ENVELOPE("{\"resultType\":\"streams\",\"result\":[]}"), PROM_FOREIGN, "no samples"},
        {200, ENVELOPE("{\"resultType\":\"vector\",\"result\":{}}"), PROM_FOREIGN, "no samples"},
        {200, ENVELOPE("{\"resultType\":7,\"result\":[]}"), PROM_FOREIGN, "no samples"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct batch b;
        struct str why;
        enum prom_status result = decode(cases[i].status, cases[i].body, &b, &why);
        if (result != cases[i].result || !strstr(why.text, cases[i].why) || why.len == 0) {
            fail_msg("%ld %s: %d, '%s'", cases[i].status, cases[i].body, result, why.text);
        }
        assert_null(strpbrk(why.text, "\n\r\033<"));
        assert_int_equal(b.count, 0);
        batch_finish(&b);
        str_finish(&why);
    }
}

static void survives_every_cut(void **state)
{
    (void)state;
    const char *whole = VECTOR("[{\"metric\":{\"a\":\"\\u00e9\"},\"value\":[1,\"2\"],"
                               "\"histogram\":[1,{\"count\":\"4\",\"sum\":\"2\",\"buckets\":"
                               "[[0,\"0.5\",\"1\",\"4\"]]}]}]");
    for (size_t len = 0; len < strlen(whole); len++) {
        char *body = strndup(whole, len); // so that reading past the end is seen
        struct batch b = {0};
        struct str why;
        str_init(&why);
        assert_int_equal(prom_decode_samples(200, body, len, &b, &why), PROM_FOREIGN);
        assert_int_equal(b.count, 0);
        batch_finish(&b);
        str_finish(&why);
        free(body);
    }
}

static void survives_deep_nesting(void **state)
{
    (void)state;
    static const char opening[] = "[{";
    for (size_t k = 0; k < 2; k++) {
        struct str body, why;
        struct batch b;
        str_init(&body);
        str_add(&body, "{\"status\":\"success\",\"data\":");
        for (int i = 0; i < 200000; i++) {
            str_addc(&body, opening[k]);
            str_add(&body, k ? "\"a\":" : "");
        }
        assert_int_equal(decode(200, body.text, &b, &why), PROM_FOREIGN);
        batch_finish(&b);
        str_finish(&body);
        str_finish(&why);
    }
}

static void unfolds_native_histograms(void **state)
{
    (void)state;
    static const struct {
        const char *body, *shown;
    } cases[] = {
        {VECTOR("[{\"metric\":{\"a\":\"b\"},\"histogram\":[1,{\"count\":\"6\",\"sum\":\"2\","
                "\"buckets\":[[0,\"0.5\",\"1\",\"4\"],[0,\"1\",\"2\",\"2\"]]}]}]"),
            "{a=b,le=0.5} 1000:0; {a=b,le=1} 1000:4; {a=b,le=2} 1000:6; {a=b,le=+Inf} 1000:6; "
            "{a=b,part=sum} 1000:2"},
        {MATRIX("[{\"metric\":{},\"histograms\":[[1,{\"count\":\"2\",\"sum\":\"1\",\"buckets\":"
                "[[0,\"0\",\"1\",\"2\"]]}],[2,{\"count\":\"0\",\"sum\":\"0\"}]]}]"),
            "{le=0} 1000:0 2000:0; {le=1} 1000:2 2000:0; {le=+Inf} 1000:2 2000:0; "
            "{part=sum} 1000:1 2000:0"},
        {VECTOR("[{\"metric\":{},\"histogram\":[1,{\"count\":\"x\",\"sum\":\"1\"}]}]"),
            "{le=+Inf}; {part=sum}"},
        {VECTOR("[{\"metric\":{},\"histogram\":[1,7]}]"), "{le=+Inf}; {part=sum}"},
        {VECTOR("[{\"metric\":{},\"histogram\":[1,{\"count\":\"2\",\"sum\":\"1\",\"buckets\":"
                "[null,[],[0,\"a\",\"1\",\"2\"],[0,\"0\",\"1\",\"2\"]]}]}]"),
            "{le=0} 1000:0; {le=1} 1000:2; {le=+Inf} 1000:2; {part=sum} 1000:1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct batch b;
        struct str why;
        assert_int_equal(decode(200, cases[i].body, &b, &why), PROM_OK);
        char *got = shown(&b);
        assert_string_equal(got, cases[i].shown);
        free(got);
        batch_finish(&b);
        str_finish(&why);
    }
}

static void reads_names(void **state)
{
    (void)state;
    static const struct {
        const char *data;
        size_t count;
        const char *first;
    } cases[] = {
        {"[]", 0, NULL},
        {"[\"a\",\"b_bucket\"]", 2, "a"},
        {"[7,null,\"c\\u001b\",{}]", 1, "c\uFFFD"},
        {"{}", 0, NULL},
        {"null", 0, NULL},
        {"\"a\"", 0, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct prom_names names = {0};
        struct str body, why;
        str_init(&body);
        str_init(&why);
        str_addf(&body, "{\"status\":\"success\",\"data\":%s}", cases[i].data);
        assert_int_equal(prom_decode_names(200, body.text, body.len, &names, &why), PROM_OK);
        assert_int_equal(names.count, cases[i].count);
        if (cases[i].first) {
            assert_string_equal(names.items[0], cases[i].first);
        }
        prom_names_finish(&names);
        str_finish(&body);
        str_finish(&why);
    }
    struct prom_names none = {0};
    struct str why;
    str_init(&why);
    assert_int_equal(prom_decode_names(401, "", 0, &none, &why), PROM_UNAUTHORIZED);
    assert_int_equal(none.count, 0);
    str_finish(&why);
}

static void reads_types(void **state)
{
    (void)state;
    static const struct {
        const char *data, *type;
    } cases[] = {
        {"{\"m\":[{\"type\":\"histogram\",\"help\":\"\",\"unit\":\"\"}]}", "histogram"},
        {"{\"m\":[{\"type\":\"gauge\"},{\"type\":\"counter\"}]}", "gauge"},
        {"{\"other\":[{\"type\":\"gauge\"}]}", ""},
        {"{\"m\":[]}", ""},
        {"{\"m\":[{\"type\":7}]}", ""},
        {"{\"m\":\"gauge\"}", ""},
        {"{\"m\":null}", ""},
        {"{}", ""},
        {"[]", ""},
        {"null", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str body, type, why;
        str_init(&body);
        str_init(&type);
        str_init(&why);
        str_addf(&body, "{\"status\":\"success\",\"data\":%s}", cases[i].data);
        str_add(&type, "old");
        assert_int_equal(prom_decode_type(200, body.text, body.len, "m", &type, &why), PROM_OK);
        assert_string_equal(type.text, cases[i].type);
        str_finish(&body);
        str_finish(&type);
        str_finish(&why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_samples),
        cmocka_unit_test(reads_texts_and_costs),
        cmocka_unit_test(reads_nan),
        cmocka_unit_test(tells_what_is_partial),
        cmocka_unit_test(notes_beyond_the_room_are_said),
        cmocka_unit_test(labels_beyond_the_room_are_said),
        cmocka_unit_test(texts_leave_clean),
        cmocka_unit_test(long_texts_are_cut),
        cmocka_unit_test(says_why_not),
        cmocka_unit_test(survives_every_cut),
        cmocka_unit_test(survives_deep_nesting),
        cmocka_unit_test(unfolds_native_histograms),
        cmocka_unit_test(reads_names),
        cmocka_unit_test(reads_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
