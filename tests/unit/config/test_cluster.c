#include "config/cluster.h"

#include "config/api_server.h"
#include "endpoint/endpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HELD(array) (sizeof(array) / sizeof *(array))

static char account[] = "/tmp/ragtop-test-XXXXXX"; // the pod's, with a token

/** What the environment says; NULL: not set. */
static const char *host, *port;

static const char *env(const char *name)
{
    return strcmp(name, "KUBERNETES_SERVICE_HOST") == 0   ? host
           : strcmp(name, "KUBERNETES_SERVICE_PORT") == 0 ? port
           : strcmp(name, "RAGTOP_SERVICEACCOUNT") == 0   ? account
                                                          : NULL;
}

static const struct config_input input = {.env = env};

static int set_up(void **state)
{
    (void)state;
    char path[64];
    if (!mkdtemp(account)) {
        return -1;
    }
    snprintf(path, sizeof path, "%s/token", account);
    FILE *f = fopen(path, "w");
    return f && fclose(f) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char path[64];
    snprintf(path, sizeof path, "%s/token", account);
    return remove(path) == 0 && rmdir(account) == 0 ? 0 : -1;
}

static void knows_the_api_server_by_its_whole_name(void **state)
{
    (void)state;
    static const char corp[] = "search rag.svc.corp.example svc.corp.example corp.example lan\n";
    static const struct {
        const char *url, *host, *port, *resolv;
        bool is;
    } cases[] = {
        // the service's names, as a cluster answers for them
        {"https://kubernetes.default", "10.96.0.1", "443", "", true},
        {"https://kubernetes.default/", "10.96.0.1", NULL, "", true},
        {"https://kubernetes.default.svc/api/v1", "10.96.0.1", "443", "", true},
        {"https://kubernetes.default.svc.cluster.local", "10.96.0.1", "443", "", true},
        {"https://kubernetes.default.svc.cluster.local.", "10.96.0.1", "443", "", true},
        {"HTTPS://Kubernetes.DEFAULT.svc:443/x", "10.96.0.1", "443", "", true},
        {"https://kubernetes.default.svc", "10.0.0.1", "6443", "", true},
        {"https://kubernetes.default.svc:6443", "10.0.0.1", "6443", "", true},
        {"https://kubernetes.default.svc?limit=1", "10.96.0.1", "443", "", true},
        // the place in the environment
        {"https://10.96.0.1/x", "10.96.0.1", "443", "", true},
        {"https://10.96.0.1:6443", "10.96.0.1", "6443", "", true},
        {"https://[fd00:10:96::1]/x", "fd00:10:96::1", "443", "", true},
        {"https://[FD00:10:96::1]:443", "fd00:10:96::1", NULL, "", true},
        {"https://api.cluster.example", "API.cluster.example", "443", "", true},
        // names that only begin or end like that
        {"https://kubernetes.default.localhost:443", "10.96.0.1", "443", "", false},
        {"https://kubernetes.default.evil.example", "10.96.0.1", "443", "", false},
        {"https://kubernetes.default.svc.evil.example", "10.96.0.1", "443", "", false},
        {"https://kubernetes.default.svc.cluster.local.evil.example", "10.96.0.1", "443", "",
            false},
        {"https://kubernetes.default.svc.cluster.localhost", "10.96.0.1", "443", "", false},
        {"https://kubernetes.defaults", "10.96.0.1", "443", "", false},
        {"https://kubernetes.default-evil.example", "10.96.0.1", "443", "", false},
        {"https://evil.kubernetes.default.svc", "10.96.0.1", "443", "", false},
        {"https://evilkubernetes.default.svc", "10.96.0.1", "443", "", false},
        {"https://kubernetes.evil.svc", "10.96.0.1", "443", "", false},
        {"https://kubernetes", "10.96.0.1", "443", "", false},
        {"https://10.96.0.1.evil.example", "10.96.0.1", "443", "", false},
        {"https://10.96.0.10", "10.96.0.1", "443", "", false},
        {"https://210.96.0.1", "10.96.0.1", "443", "", false},
        {"https://[fd00:10:96::1]:444", "fd00:10:96::1", "443", "", false},
        {"https://[fd00:10:96::1%25eth0]", "fd00:10:96::1", "443", "", false},
        {"https://[fd00:10:96::11]", "fd00:10:96::1", "443", "", false},
        // dots that make another name of it
        {"https://kubernetes.default.", "10.96.0.1", "443", "", false},
        {"https://kubernetes.default.svc.", "10.96.0.1", "443", "", false},
        {"https://kubernetes.default.svc.cluster.local..", "10.96.0.1", "443", "", false},
        {"https://kubernetes..default.svc", "10.96.0.1", "443", "", false},
        // other spellings, some of which curl may read as that name and some as another
        {"https://kubernetes%2edefault.svc", "10.96.0.1", "443", "", false},
        {"https://kubernetes.default%00.evil.example", "10.96.0.1", "443", "", false},
        {"https://kubernetes.default%2eevil.example", "10.96.0.1", "443", "", false},
        {"https://kubernetes\xE3\x80\x82"
         "default",
            "10.96.0.1", "443", "", false},
        {"https://kubernetes.default\\.evil.example", "10.96.0.1", "443", "", false},
        {"https://kubernetes.default;.evil.example", "10.96.0.1", "443", "", false},
        // it stands elsewhere than where the host does
        {"https://kubernetes.default@evil.example", "10.96.0.1", "443", "", false},
        {"https://kubernetes.default:443@evil.example", "10.96.0.1", "443", "", false},
        {"https://evil.example@kubernetes.default", "10.96.0.1", "443", "", false},
        {"https://evil.example/kubernetes.default", "10.96.0.1", "443", "", false},
        {"https://evil.example?https://kubernetes.default", "10.96.0.1", "443", "", false},
        {"https://evil.example#https://kubernetes.default", "10.96.0.1", "443", "", false},
        {"https://evil.example/https://10.96.0.1:443/", "10.96.0.1", "443", "", false},
        // another service of the same host, or not TLS
        {"https://kubernetes.default:8443", "10.96.0.1", "443", "", false},
        {"https://10.96.0.1:8443", "10.96.0.1", "443", "", false},
        {"https://10.96.0.1", "10.96.0.1", "6443", "", false},
        {"http://kubernetes.default", "10.96.0.1", "443", "", false},
        {"http://kubernetes.default:443", "10.96.0.1", "443", "", false},
        {"http://10.96.0.1:443", "10.96.0.1", "443", "", false},
        {"ftp://kubernetes.default", "10.96.0.1", "443", "", false},
        {"kubernetes.default", "10.96.0.1", "443", "", false},
        // outside a cluster, or in a broken one
        {"https://kubernetes.default.svc", NULL, "443", corp, false},
        {"https://kubernetes.default.svc.corp.example", NULL, "443", corp, false},
        {"https://10.96.0.1", "10.96.0.1", "tcp", "", false},
        {"https://evil.example", "evil.example/x", "443", "", false},
        {"https://evil.example", "kubernetes@evil.example", "443", "", false},
        // the cluster's own domain
        {"https://kubernetes.default.svc.corp.example/x", "10.96.0.1", "443", corp, true},
        {"https://kubernetes.default.svc.Corp.Example.", "10.96.0.1", "443", corp, true},
        {"https://kubernetes.default.svc", "10.96.0.1", "443", corp, true},
        {"https://kubernetes.default.svc.lan", "10.96.0.1", "443", corp, false},
        {"https://kubernetes.default.svc.example", "10.96.0.1", "443", corp, false},
        {"https://kubernetes.default.svc.corp.example.evil", "10.96.0.1", "443", corp, false},
        {"https://kubernetes.default.svc.corp.example:8443", "10.96.0.1", "443", corp, false},
        {"https://kubernetes.default.corp.example", "10.96.0.1", "443", corp, false},
    };
    for (size_t i = 0; i < HELD(cases); i++) {
        host = cases[i].host;
        port = cases[i].port;
        if (api_server_is(cases[i].url, &input, cases[i].resolv) != cases[i].is) {
            fail_msg("%s is %sthe API server", cases[i].url, cases[i].is ? "not " : "");
        }
    }
}

static void takes_its_domain_from_a_search_list_of_the_kubelet(void **state)
{
    (void)state;
    static const struct {
        const char *resolv;
        bool is;
    } cases[] = {
        {"search a.svc.x.y svc.x.y x.y", true},
        {"nameserver 10.96.0.10\nsearch a.svc.x.y svc.x.y x.y lan\noptions ndots:5\n", true},
        {"search\ta.svc.x.y\tSVC.x.y  x.Y\r\n", true},
        {"search lan\nsearch a.svc.x.y svc.x.y x.y\n", true}, // the last one counts
        {"search a.svc.x.y svc.x.y x.y\nsearch lan\n", false},
        {"search svc.x.y", false}, // what a network may hand to any machine
        {"search svc.x.y x.y", false},
        {"search lan a.svc.x.y svc.x.y x.y", false},
        {"search a.svc.z svc.z z a.svc.x.y svc.x.y x.y", false},
        {"search a.b.svc.x.y svc.x.y x.y", false},
        {"search .svc.x.y svc.x.y x.y", false},
        {"search a.svc.x.y svc.x.y y", false},
        {"search a.svc.x.y xsvc.x.y x.y", false},
        {"search a.svc.x.y svc.x.y", false},
        {"search a.svc.. svc.. .", false},
        {"#search a.svc.x.y svc.x.y x.y", false},
        {"; search a.svc.x.y svc.x.y x.y", false},
        {"searching a.svc.x.y svc.x.y x.y", false},
        {"domain x.y\n", false},
        {"search", false},
        {"search \n", false},
        {"", false},
    };
    host = "10.96.0.1";
    port = "443";
    for (size_t i = 0; i < HELD(cases); i++) {
        if (api_server_is("https://kubernetes.default.svc.x.y", &input, cases[i].resolv) !=
            cases[i].is) {
            fail_msg("%s", cases[i].resolv);
        }
        assert_false(api_server_is("https://kubernetes.default.svc.", &input, cases[i].resolv));
        assert_false(api_server_is("https://kubernetes.default.svc..", &input, cases[i].resolv));
    }
    struct str line; // an entry that is longer than any name
    str_init(&line);
    str_add(&line, "search ");
    for (int i = 0; i < 1000; i++) {
        str_add(&line, "a");
    }
    assert_false(api_server_is("https://kubernetes.default.svc.x.y", &input, line.text));
    str_finish(&line);
}

/** The token that nobody asked to be sent is for the API server, and a verified one. */
static void lends_the_account_where_it_may(void **state)
{
    (void)state;
    static const struct {
        const char *url, *user;
        bool insecure, lends;
    } cases[] = {
        {"https://kubernetes.default.svc", NULL, false, true},
        {"https://10.96.0.1/x", NULL, false, true},
        {"https://kubernetes.default.svc", NULL, true, false},
        {"https://kubernetes.default.svc", "n:p", false, false},
        {"https://kubernetes.default.localhost", NULL, false, false},
        {"http://kubernetes.default.svc", NULL, false, false},
    };
    host = "10.96.0.1";
    port = "443";
    for (size_t i = 0; i < HELD(cases); i++) {
        struct endpoint s = {.insecure = cases[i].insecure};
        endpoint_set_text(&s.url, cases[i].url);
        endpoint_set_text(&s.user, cases[i].user);
        cluster_use_account(&s, &input);
        assert_int_equal(s.bearer_token_file != NULL, cases[i].lends);
        endpoint_finish(&s);
    }
}

/** Nor does the choice of a candidate lend it to a server that is not verified. */
static void lends_it_to_candidates_that_are_verified(void **state)
{
    (void)state;
    host = "10.96.0.1";
    port = "443";
    for (int insecure = 0; insecure <= 1; insecure++) {
        struct endpoint s = {.insecure = insecure};
        assert_true(cluster_find(&s, &input));
        cluster_choose(&s, s.candidates_count - 1); // the API server
        assert_int_equal(s.bearer_token_file == NULL, insecure);
        endpoint_finish(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_the_api_server_by_its_whole_name),
        cmocka_unit_test(takes_its_domain_from_a_search_list_of_the_kubelet),
        cmocka_unit_test(lends_the_account_where_it_may),
        cmocka_unit_test(lends_it_to_candidates_that_are_verified),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
