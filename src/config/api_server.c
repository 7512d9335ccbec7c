#include "config/api_server.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/origin.h"

enum { HTTPS_PORT = 443, WORD_MAX = 256 };

static const char service[] = "kubernetes.default.svc";

bool api_server_add_place(struct str *out, const struct config_input *input)
{
    const char *host = input_env(input, ENV_KUBERNETES_SERVICE_HOST);
    const char *port = input_env(input, ENV_KUBERNETES_SERVICE_PORT);
    if (host) {
        str_addf(out, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port ? port : "443");
    }
    return host != NULL;
}

/** The next word of a line of resolv.conf in WORD; returns what follows it, NULL: there is none. */
static const char *next_word(const char *at, char word[WORD_MAX])
{
    at += strspn(at, " \t");
    size_t len = strcspn(at, " \t\r\n#;");
    if (len == 0 || len >= WORD_MAX) {
        return NULL;
    }
    memcpy(word, at, len);
    word[len] = '\0';
    return at + len;
}

/** The line with the search list that counts, the last one; NULL: there is none. */
static const char *search_list(const char *resolv)
{
    static const char key[] = "search";
    const char *last = NULL;
    for (const char *line = resolv; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        if (strncmp(line, key, strlen(key)) == 0 && strchr(" \t", line[strlen(key)])) {
            last = line + strlen(key);
        }
    }
    return last;
}

/** Whether the entry WHOLE of a search list is one label, a dot and REST. */
static bool is_label_before(const char *whole, const char *rest)
{
    size_t label = strcspn(whole, ".");
    return label > 0 && whole[label] == '.' && ascii_same(whole + label + 1, rest);
}

/**
 * The domain of the cluster where RESOLV is as the kubelet writes it, NAMESPACE.svc.DOMAIN, then
 * svc.DOMAIN, then DOMAIN, before anything that is the machine's own; "" elsewhere.
 */
static void find_domain(const char *resolv, char domain[WORD_MAX])
{
    char namespaced[WORD_MAX], services[WORD_MAX];
    const char *at = search_list(resolv);
    at = at ? next_word(at, namespaced) : NULL;
    at = at ? next_word(at, services) : NULL;
    at = at ? next_word(at, domain) : NULL;
    if (!at || *domain == '.' || !ascii_same_n(services, "svc.", 4) ||
        !is_label_before(services, domain) || !is_label_before(namespaced, services)) {
        domain[0] = '\0';
    }
}

/** Whether O's host is the service's name with DOMAIN behind it, which may end in a dot. */
static bool is_service_in(const struct origin *o, const char *domain)
{
    struct str name;
    str_init(&name);
    str_addf(&name, "%s.%s", service, domain);
    bool is = *domain && origin_is_host(o, name.text);
    str_addc(&name, '.');
    is = is || (*domain && origin_is_host(o, name.text));
    str_finish(&name);
    return is;
}

/** A dot behind a short name would make it a whole one, which no cluster answers for. */
static bool is_service(const struct origin *o, const char *resolv)
{
    char domain[WORD_MAX];
    find_domain(resolv, domain);
    return origin_is_host(o, "kubernetes.default") || origin_is_host(o, service) ||
           is_service_in(o, "cluster.local") || is_service_in(o, domain);
}

/** The place in the environment; false outside a cluster, or where it names none. */
static bool find_own(struct origin *out, struct str *url, const struct config_input *input)
{
    str_add(url, "https://");
    return api_server_add_place(url, input) && origin_parse(out, url->text) &&
           origin_is_host(out, input_env(input, ENV_KUBERNETES_SERVICE_HOST));
}

bool api_server_is(const char *url, const struct config_input *input, const char *resolv)
{
    struct str place;
    struct origin own, o;
    str_init(&place);
    bool is = find_own(&own, &place, input) && origin_parse(&o, url) && o.https &&
              (origin_same(&own, &o) ||
                  ((o.port == HTTPS_PORT || o.port == own.port) && is_service(&o, resolv)));
    str_finish(&place);
    return is;
}
