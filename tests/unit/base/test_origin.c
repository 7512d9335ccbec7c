#include "base/origin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define HELD(array) (sizeof(array) / sizeof *(array))

static void takes_urls_apart(void **state)
{
    (void)state;
    static const struct {
        const char *url, *host;
        int port;
        bool https;
    } cases[] = {
        {"http://host", "host", 80, false},
        {"https://host/path:1/@x", "host", 443, true},
        {"HTTPS://Host.example:8443?a=b@c", "Host.example", 8443, true},
        {"http://host:080#x", "host", 80, false},
        {"http://[::1]:9090/", "::1", 9090, false},
        {"https://[fe80::1%25eth0]", "fe80::1%25eth0", 443, true},
        {"http://h:65535", "h", 65535, false},
        // no server can be named
        {"", NULL, 0, false},
        {"host", NULL, 0, false},
        {"host:9090", NULL, 0, false},
        {"http:host", NULL, 0, false},
        {"ftp://host", NULL, 0, false},
        {"http://", NULL, 0, false},
        {"http:///host", NULL, 0, false},
        {"http://:80", NULL, 0, false},
        {"http://[]", NULL, 0, false},
        {"http://[::1", NULL, 0, false},
        {"http://[::1]x", NULL, 0, false},
        {"http://::1", NULL, 0, false},
        {"http://host:", NULL, 0, false},
        {"http://host:0", NULL, 0, false},
        {"http://host:65536", NULL, 0, false},
        {"http://host:4294967376", NULL, 0, false},
        {"http://host:80x", NULL, 0, false},
        {"http://name@host", NULL, 0, false},
        {"http://name:word@host:80", NULL, 0, false},
    };
    for (size_t i = 0; i < HELD(cases); i++) {
        struct origin o = {0};
        assert_int_equal(origin_parse(&o, cases[i].url), cases[i].host != NULL);
        if (cases[i].host) {
            assert_int_equal(o.host_len, strlen(cases[i].host));
            assert_memory_equal(o.host, cases[i].host, o.host_len);
            assert_int_equal(o.port, cases[i].port);
            assert_int_equal(o.https, cases[i].https);
        } else {
            assert_null(o.host);
        }
    }
}

static void compares_servers_whole(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool same;
    } cases[] = {
        {"http://host", "HTTP://HOST:80/path", true},
        {"https://host:443", "https://host/", true},
        {"http://[::1]:80", "http://[::1]", true},
        {"http://host", "https://host", false},
        {"http://host:443", "https://host", false},
        {"http://host", "http://host:81", false},
        {"http://host", "http://host.evil", false},
        {"http://host", "http://hos", false},
        {"http://host", "http://host.", false},
    };
    for (size_t i = 0; i < HELD(cases); i++) {
        struct origin a, b;
        assert_true(origin_parse(&a, cases[i].a) && origin_parse(&b, cases[i].b));
        assert_int_equal(origin_same(&a, &b), cases[i].same);
        assert_int_equal(origin_same(&b, &a), cases[i].same);
    }
}

static void compares_names_whole(void **state)
{
    (void)state;
    struct origin o;
    assert_true(origin_parse(&o, "https://Thanos-Querier.ns.svc:9092/x"));
    assert_true(origin_is_host(&o, "thanos-querier.ns.svc"));
    assert_false(origin_is_host(&o, "thanos-querier.ns.sv"));
    assert_false(origin_is_host(&o, "thanos-querier.ns.svc:9092"));
    assert_false(origin_is_host(&o, ""));
    assert_true(origin_starts_with(&o, "thanos-querier"));
    assert_false(origin_starts_with(&o, "thanos"));
    assert_false(origin_starts_with(&o, "thanos-querier."));
    assert_true(origin_parse(&o, "http://thanos-querier"));
    assert_false(origin_starts_with(&o, "thanos-querier"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_urls_apart),
        cmocka_unit_test(compares_servers_whole),
        cmocka_unit_test(compares_names_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
