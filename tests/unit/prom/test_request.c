#include "prom/bare.h"
#include "prom/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_request(struct prom_request *r, const char *path, const char *query)
{
    assert_string_equal(r->path.text, path);
    assert_string_equal(r->query.text, query);
}

static void asks_for_a_moment(void **state)
{
    (void)state;
    struct prom_request r;
    prom_request_init(&r);
    prom_request_instant(&r, "up", 1770195600000, 10000);
    assert_request(&r, "/api/v1/query", "query=up&time=1770195600.000&timeout=10.000");
    prom_request_instant(&r, "rate(a{b=\"c d+e&f\"}[5m])", 7, 1500);
    assert_request(&r, "/api/v1/query",
        "query=rate%28a%7Bb%3D%22c%20d%2Be%26f%22%7D%5B5m%5D%29&time=0.007&timeout=1.500");
    prom_request_instant(&r, "up", 0, 10000);
    prom_request_add_stats(&r);
    assert_request(&r, "/api/v1/query", "query=up&time=0.000&timeout=10.000&stats=true");
    prom_request_finish(&r);
}

static void labels_stand_without_quotes(void **state)
{
    (void)state;
    static const struct {
        const char *expr, *want;
    } cases[] = {
        {"sum by (a, \"b.c\") (rate({\"d.e\",\"f.g\"=\"h\", i!=\"j\"}[5m]))",
            "sum by (a, b.c) (rate({__name__=\"d.e\",f.g=\"h\", i!=\"j\"}[5m]))"},
        {"label_replace(up,\"pod\",\"$1\",\"k8s.pod\",\"(.+)\")",
            "label_replace(up,\"pod\",\"$1\",\"k8s.pod\",\"(.+)\")"},
        {"a / on ('b c',\"d-1\") group_left(\"e.f\") g{h=\"{\\\"i.j\\\"=\"}",
            "a / on (b\\ c,d\\-1) group_left(e.f) g{h=\"{\\\"i.j\\\"=\"}"},
        {"sum(\"by\") # by (\"a.b\")", "sum(\"by\") # by (\"a.b\")"},
        {"{__name__=~\"a|b\",\"c.d\"!~'e'", "{__name__=~\"a|b\",c.d!~'e'"},
        {"}))\"", "}))\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str s;
        str_init(&s);
        bare_add(&s, cases[i].expr);
        assert_string_equal(s.text, cases[i].want);
        str_finish(&s);
    }
    struct prom_request r;
    prom_request_init(&r);
    r.bare = true;
    prom_request_label_values(&r, "a.b", "{\"c.d\"=\"e\"}", 0, 1);
    assert_request(
        &r, "/api/v1/label/a.b/values", "match[]=%7Bc.d%3D%22e%22%7D&start=0.000&end=0.001");
    prom_request_finish(&r);
}

static void asks_for_a_range(void **state)
{
    (void)state;
    struct prom_request r;
    prom_request_init(&r);
    prom_request_range(&r, "up", 1770192000000, 1770195600500, 15000, 10000);
    assert_request(&r, "/api/v1/query_range",
        "query=up&start=1770192000.000&end=1770195600.500&step=15.000&timeout=10.000");
    prom_request_finish(&r);
}

static void asks_for_names_and_types(void **state)
{
    (void)state;
    struct prom_request r;
    prom_request_init(&r);
    prom_request_label_values(&r, "__name__", "{a=~\"b|c\"}", 1000, 2000);
    assert_request(&r, "/api/v1/label/__name__/values",
        "match[]=%7Ba%3D~%22b%7Cc%22%7D&start=1.000&end=2.000");
    prom_request_label_values(&r, "a/b", "x", 0, 1);
    assert_request(&r, "/api/v1/label/U__a_2f_b/values", "match[]=x&start=0.000&end=0.001");
    prom_request_label_values(&r, "gen_ai.\xc3\xa9", "x", 0, 1);
    assert_request(
        &r, "/api/v1/label/U__gen__ai_2e__e9_/values", "match[]=x&start=0.000&end=0.001");
    prom_request_label_values(&r, "a", NULL, 0, 1);
    prom_request_add_limit(&r, 20);
    assert_request(&r, "/api/v1/label/a/values", "start=0.000&end=0.001&limit=20");
    prom_request_labels(&r, "up", 0, 1);
    assert_request(&r, "/api/v1/labels", "match[]=up&start=0.000&end=0.001");
    prom_request_labels(&r, NULL, 0, 1);
    assert_request(&r, "/api/v1/labels", "start=0.000&end=0.001");
    prom_request_metadata(&r, "a_seconds");
    assert_request(&r, "/api/v1/metadata", "metric=a_seconds");
    prom_request_finish(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_for_a_moment),
        cmocka_unit_test(labels_stand_without_quotes),
        cmocka_unit_test(asks_for_a_range),
        cmocka_unit_test(asks_for_names_and_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
