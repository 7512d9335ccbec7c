#include "poll/hint.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/ascii.h"
#include "base/origin.h"
#include "base/text.h"

/** A service of Kubernetes as its name in the cluster has it; the texts are parts of a URL. */
struct service {
    const char *name, *namespace;
    int name_len, namespace_len, port;
};

static bool ends_in(const char *text, int len, const char *end)
{
    int end_len = (int)strlen(end);
    return len >= end_len && strncmp(text + len - end_len, end, (size_t)end_len) == 0;
}

/** `name.namespace` alone could be any host, so only names that are known are taken for one. */
static bool is_usual(const char *name, int len)
{
    return ends_in(name, len, "prometheus-k8s") || ends_in(name, len, "prometheus-operated") ||
           ends_in(name, len, "thanos-querier") || ends_in(name, len, "-prometheus") ||
           ends_in(name, len, "prometheus-server");
}

/** Takes `http://name.namespace.svc.cluster.local:9090/...` apart; false: it is no service. */
static bool take_apart(struct service *s, const char *url)
{
    struct origin o;
    if (!origin_parse(&o, url) || *o.host == '.') {
        return false;
    }
    const char *end = o.host + o.host_len;
    *s = (struct service){.name = o.host, .name_len = (int)strcspn(o.host, ".:/"), .port = o.port};
    if (o.host[s->name_len] != '.') {
        return false;
    }
    s->namespace = o.host + s->name_len + 1;
    s->namespace_len = (int)strcspn(s->namespace, ".:/");
    const char *rest = s->namespace + s->namespace_len;
    bool whole = ascii_same_n(rest, ".svc", 4) && strchr(".:/", rest[4]);
    bool brief = rest == end && is_usual(s->name, s->name_len);
    return s->namespace_len > 0 && (whole || brief);
}

static const char *advice(enum http_outcome outcome)
{
    switch (outcome) {
    case HTTP_REFUSED: return _("nothing listens there: start it, or name the right port");
    case HTTP_NO_HOST: return _("is the name right, and is DNS working?");
    case HTTP_NO_ROUTE: return _("is the network up, or the VPN?");
    case HTTP_CONNECT_TIMEOUT: return _("a firewall drops packets, or the machine is down");
    case HTTP_TIMEOUT: return _("it hangs or is overloaded; --timeout 30s waits longer");
    case HTTP_UNTRUSTED: return _("pass its CA with --cacert");
    case HTTP_EXPIRED: return _("renew it, or correct the clock");
    case HTTP_WRONG_NAME:
        return _("use the name in the certificate, or set server_name in tls_config");
    case HTTP_UNWANTED: return _("it may want --cert and --key");
    case HTTP_NOT_TLS: return _("use http://");
    case HTTP_NOT_HTTP: return _("is that the port of Prometheus?");
    case HTTP_BROKEN: return _("it crashed, or a proxy in between did: check their logs");
    case HTTP_TOO_LARGE: return _("narrow it with -n or -l");
    case HTTP_ANSWERED:
    case HTTP_TLS:
    case HTTP_FAILED: break;
    }
    return NULL;
}

// There it is the redirect that may be wrong.
static const char *advice_on_redirect(enum http_outcome outcome)
{
    bool wrong = outcome == HTTP_REFUSED || outcome == HTTP_NO_HOST || outcome == HTTP_WRONG_NAME ||
                 outcome == HTTP_UNWANTED || outcome == HTTP_NOT_TLS || outcome == HTTP_NOT_HTTP;
    return wrong ? _("correct the redirect, or give the URL it should lead to") : advice(outcome);
}

void hint_add(struct str *why, const char *url, enum http_outcome outcome)
{
    struct service s;
    struct arena a = {0};
    const char *text = url ? advice(outcome) : advice_on_redirect(outcome);
    const char *what = arena_take(&a, why);
    if (url && (outcome == HTTP_CONNECT_TIMEOUT || outcome == HTTP_NO_HOST) &&
        take_apart(&s, url)) {
        const char *command = arena_printf(&a, "kubectl -n %.*s port-forward svc/%.*s 9090:%d",
            s.namespace_len, s.namespace, s.name_len, s.name, s.port);
        str_addf(why,
            outcome == HTTP_NO_HOST
                ? _("%s: that name exists only inside its cluster. From your machine: %s")
                : _("%s: a NetworkPolicy drops what comes from here. From your machine: %s"),
            what, command);
    } else if (text) {
        str_addf(why, _("%s; %s"), what, text);
    } else {
        str_add(why, what);
    }
    arena_finish(&a);
}
