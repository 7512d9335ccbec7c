#include "poll/hint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define FIREWALL "; a firewall drops packets, or the machine is down"

static void knows_services_by_their_names(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        enum http_outcome outcome;
        const char *hint;
    } cases[] = {
        {"http://prometheus-k8s.monitoring.svc:9090", HTTP_CONNECT_TIMEOUT,
            ": a NetworkPolicy drops what comes from here. From your machine: kubectl -n "
            "monitoring port-forward svc/prometheus-k8s 9090:9090"},
        {"http://prometheus-k8s.monitoring:9090/prefix", HTTP_CONNECT_TIMEOUT,
            ": a NetworkPolicy drops what comes from here. From your machine: kubectl -n "
            "monitoring port-forward svc/prometheus-k8s 9090:9090"},
        {"https://thanos.o11y.svc.cluster.local/x", HTTP_CONNECT_TIMEOUT,
            ": a NetworkPolicy drops what comes from here. From your machine: kubectl -n o11y "
            "port-forward svc/thanos 9090:443"},
        {"http://prometheus-server.mon.svc", HTTP_NO_HOST,
            ": that name exists only inside its cluster. From your machine: kubectl -n mon "
            "port-forward "
            "svc/prometheus-server 9090:80"},
        {"http://prometheus-k8s.monitoring.svc:9090", HTTP_REFUSED,
            "; nothing listens there: start it, or name the right port"},
        {"http://prometheus-k8s.monitoring.svc:9090", HTTP_TIMEOUT,
            "; it hangs or is overloaded; --timeout 30s waits longer"},
        {"https://host", HTTP_UNTRUSTED, "; pass its CA with --cacert"},
        {"https://host", HTTP_NOT_TLS, "; use http://"},
        {"http://host", HTTP_ANSWERED, ""},
        {"http://prometheus.example", HTTP_NO_HOST, "; is the name right, and is DNS working?"},
        {"http://prometheus.example:9090", HTTP_CONNECT_TIMEOUT, FIREWALL},
        {"http://prometheus.example.svcs:9090", HTTP_CONNECT_TIMEOUT, FIREWALL},
        {"http://192.0.2.1:9090", HTTP_CONNECT_TIMEOUT, FIREWALL},
        {"http://[::1]:9090", HTTP_CONNECT_TIMEOUT, FIREWALL},
        {"http://localhost:9090", HTTP_CONNECT_TIMEOUT, FIREWALL},
        {"http://prometheus-k8s:9090", HTTP_CONNECT_TIMEOUT, FIREWALL},
        {"http://.monitoring.svc", HTTP_CONNECT_TIMEOUT, FIREWALL},
        {"http://", HTTP_CONNECT_TIMEOUT, FIREWALL},
        {"", HTTP_CONNECT_TIMEOUT, FIREWALL},
        {NULL, HTTP_CONNECT_TIMEOUT, FIREWALL},
        {NULL, HTTP_NOT_TLS, "; correct the redirect, or give the URL it should lead to"},
        {NULL, HTTP_UNTRUSTED, "; pass its CA with --cacert"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str why;
        str_init(&why);
        hint_add(&why, cases[i].url, cases[i].outcome);
        assert_string_equal(why.text, cases[i].hint);
        str_finish(&why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(knows_services_by_their_names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
