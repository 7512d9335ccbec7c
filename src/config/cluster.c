#include "config/cluster.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "config/api_server.h"
#include "config/user_file.h"
#include "endpoint/endpoint.h"

static const char account_directory[] = "/var/run/secrets/kubernetes.io/serviceaccount";

/** The file NAME of the pod's account; NULL when it is not there. The caller frees. */
static char *account_file(const struct config_input *input, const char *name)
{
    const char *directory = input_env(input, ENV_RAGTOP_SERVICEACCOUNT);
    struct str path;
    str_init(&path);
    str_addf(&path, "%s/%s", directory ? directory : account_directory, name);
    if (!user_file_is_there(path.text)) {
        str_finish(&path);
        return NULL;
    }
    return str_take(&path);
}

/** Adds the address; TOKEN and CA are file names of the account or NULL. */
static void add(struct endpoint *s, const char *url, const struct config_input *input,
    const char *token, const char *ca)
{
    s->candidates = mem_resize(s->candidates, s->candidates_count + 1, sizeof *s->candidates);
    s->candidates[s->candidates_count++] = (struct endpoint_candidate){.url = mem_strdup(url),
        .token_file = token ? account_file(input, token) : NULL,
        .ca_file = ca ? account_file(input, ca) : NULL};
}

/** The namespace of the pod; "" when it is not known. */
static void add_namespace(struct str *s, const struct config_input *input)
{
    char *path = account_file(input, "namespace");
    struct str why;
    str_init(&why);
    if (path && user_file_read(path, DISK_FILE, s, NULL, &why)) {
        s->len = strspn(s->text, "abcdefghijklmnopqrstuvwxyz0123456789-");
        if (s->cap) {
            s->text[s->len] = '\0';
        }
    }
    str_finish(&why);
    free(path);
}

static void add_services(struct endpoint *s, const struct config_input *input)
{
    // after kube-prometheus's and the operator's the helm charts', by the usual names of a release
    static const char *const urls[] = {"http://prometheus-k8s.monitoring.svc:9090",
        "http://prometheus-operated.monitoring.svc:9090",
        "http://kube-prometheus-stack-prometheus.monitoring.svc:9090",
        "http://prometheus-kube-prometheus-prometheus.monitoring.svc:9090",
        "http://monitoring-kube-prometheus-prometheus.monitoring.svc:9090",
        "http://kps-kube-prometheus-stack-prometheus.monitoring.svc:9090",
        "http://prometheus-server.monitoring.svc:80", "http://prometheus.monitoring.svc:9090",
        "http://prometheus-operated.prometheus.svc:9090",
        "http://prometheus-server.prometheus.svc:80"};
    struct str url, namespace;
    str_init(&url);
    str_init(&namespace);
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        add(s, urls[i], input, NULL, NULL);
    }
    add_namespace(&namespace, input);
    if (namespace.len && strcmp(namespace.text, "monitoring") != 0) {
        str_addf(&url, "http://prometheus-operated.%s.svc:9090", namespace.text);
        add(s, url.text, input, NULL, NULL);
    }
    str_finish(&url);
    str_finish(&namespace);
}

bool cluster_find(struct endpoint *s, const struct config_input *input)
{
    struct str server, url;
    str_init(&server);
    str_init(&url);
    bool inside = api_server_add_place(&server, input);
    if (inside) {
        char *service_ca = account_file(input, "service-ca.crt"); // OpenShift alone has one
        if (service_ca) {
            add(s, "https://thanos-querier.openshift-monitoring.svc:9091", input, "token",
                "service-ca.crt");
        }
        free(service_ca);
        add_services(s, input);
        str_addf(&url, "https://%s/api/v1/namespaces/monitoring/services/prometheus-k8s:web/proxy",
            server.text);
        add(s, url.text, input, "token", "ca.crt");
    }
    str_finish(&server);
    str_finish(&url);
    return inside;
}

static bool is_api_server(const char *url, const struct config_input *input)
{
    struct str resolv, why;
    bool missing = false;
    str_init(&resolv);
    str_init(&why);
    bool inside = input_env(input, ENV_KUBERNETES_SERVICE_HOST) != NULL;
    if (inside && !user_file_read("/etc/resolv.conf", DISK_FILE, &resolv, &missing, &why)) {
        str_clear(&resolv); // what cannot be read names no domain
    }
    bool is = api_server_is(url, input, resolv.text);
    str_finish(&resolv);
    str_finish(&why);
    return is;
}

bool cluster_lends_account(const struct endpoint *s)
{
    return !endpoint_has_auth(s) && !s->insecure;
}

static void use_account(struct endpoint *s, const char *token_file, const char *ca_file)
{
    if (cluster_lends_account(s)) {
        endpoint_set_auth(s, NULL, token_file);
    }
    if (!s->ca.file && !s->ca.text) {
        endpoint_set_text(&s->ca.file, ca_file);
    }
}

bool cluster_use_account(struct endpoint *s, const struct config_input *input)
{
    bool here = is_api_server(s->url, input), wanted = !endpoint_has_auth(s);
    bool lent = cluster_lends_account(s);
    if (here) {
        char *token = account_file(input, "token"), *ca = account_file(input, "ca.crt");
        use_account(s, token, ca);
        free(token);
        free(ca);
    }
    const char *service = strstr(s->url, "/services/");
    s->get_only = s->get_only || (service && strstr(service, "/proxy"));
    return !here || !wanted || lent;
}

void cluster_choose(struct endpoint *s, size_t i)
{
    const struct endpoint_candidate *c = &s->candidates[i];
    endpoint_set_text(&s->url, c->url);
    use_account(s, c->token_file, c->ca_file);
    s->get_only = s->get_only || strstr(c->url, "/proxy");
}
