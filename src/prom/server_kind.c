#include "prom/server_kind.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/origin.h"
#include "base/str.h"
#include "base/text.h"
#include "base/utf8.h"
#include "prom/envelope.h"

enum { VERSION_MOST = 60 };

/** What is known of one kind of server; see the documentation of each. */
struct kind {
    const char *name;
    unsigned lacks;
    const char *limits;
};

static const struct kind prometheus = {"Prometheus", 0, NULL};
static const struct kind thanos = {
    "Thanos", 0, N_("Thanos may return partial data, and says so when it does")};
static const struct kind mimir = {"Grafana Mimir", LACKS_TARGETS, NULL};
static const struct kind cortex = {"Cortex", LACKS_TARGETS, NULL};
static const struct kind victoria = {"VictoriaMetrics",
    LACKS_METADATA | LACKS_EXEMPLARS | LACKS_QUOTES,
    N_("VictoriaMetrics holds back the newest 30 s (-search.latencyOffset) and has no exemplars")};
static const struct kind amazon = {"Amazon Managed Prometheus", LACKS_TARGETS | LACKS_EXEMPLARS,
    N_("Amazon charges for every sample that a query reads; --refresh 60s or more costs less")};
static const struct kind google = {"Google Managed Prometheus",
    LACKS_METADATA | LACKS_RULES | LACKS_TARGETS | LACKS_EXEMPLARS,
    N_("Google's Prometheus has no rules, alerts, targets or exemplars")};
static const struct kind tenancy = {N_("OpenShift, one namespace"),
    LACKS_METADATA | LACKS_RULES | LACKS_TARGETS | LACKS_EXEMPLARS,
    N_("OpenShift's tenancy port answers queries for one namespace only: no rules, no metadata")};

enum { TENANCY_PORT = 9092 };

static const struct kind *by_address(const char *url)
{
    struct origin o;
    if (!origin_parse(&o, url)) {
        return NULL;
    }
    if (origin_starts_with(&o, "aps-workspaces")) {
        return &amazon;
    }
    if (origin_is_host(&o, "monitoring.googleapis.com")) {
        return &google;
    }
    return origin_starts_with(&o, "thanos-querier") && o.port == TENANCY_PORT ? &tenancy : NULL;
}

/** The member NAME of the object at AT as text; NULL: it has none. The caller frees. */
static char *text_member(const char *at, const char *name)
{
    struct json_walk w;
    bool more = json_walk_begin(&w, at) && w.object;
    while (more && json_walk_next(&w)) {
        if (json_is(w.key, name)) {
            return envelope_text(w.at);
        }
        w.at = json_skip(w.at);
    }
    return NULL;
}

// A version as long as distributions make them has room.
static void set_name(char out[FLAVOUR_NAME_MAX], const char *name, const char *version)
{
    struct str s;
    str_init(&s);
    str_addf(&s, "%s%s", name, *version ? " " : "");
    utf8_add_brief(&s, version, VERSION_MOST);
    snprintf(out, FLAVOUR_NAME_MAX, "%s", s.text);
    str_finish(&s);
}

static const struct kind *by_build(const char *version, const char *application, const char *go)
{
    if (application && *application) {
        return strstr(application, "Cortex") ? &cortex : &mimir;
    }
    if (!go) { // a fixed version or none, and nothing else
        return &victoria;
    }
    return version && strncmp(version, "0.", 2) == 0 ? &thanos : &prometheus;
}

// Since version 3 any text may be a name.
static bool is_old(const struct kind *kind, const char *version)
{
    return kind == &prometheus && version && (*version == '1' || *version == '2') &&
           version[1] == '.';
}

bool server_kind_tell(
    struct server_kind *out, const char *url, long status, const char *body, size_t len)
{
    const struct kind *kind = by_address(url);
    struct envelope e;
    struct str why;
    str_init(&why);
    envelope_init(&e, status, body, len);
    envelope_step(&e, len);
    bool told = envelope_judge(&e, &why) == PROM_OK && *e.parts[ENVELOPE_DATA].at == '{';
    str_finish(&why);
    char *version = told ? text_member(e.parts[ENVELOPE_DATA].at, "version") : NULL;
    char *application = told ? text_member(e.parts[ENVELOPE_DATA].at, "application") : NULL;
    char *go = told ? text_member(e.parts[ENVELOPE_DATA].at, "goVersion") : NULL;
    if (!kind && told) {
        kind = by_build(version, application, go);
    }
    if (kind) {
        bool shown = version && *version && go && kind != &victoria;
        set_name(out->name, _(kind->name), shown ? version : "");
        out->lacks = kind->lacks | (is_old(kind, version) ? LACKS_DOTS : 0);
        out->limits = kind->limits ? _(kind->limits) : NULL;
    }
    free(version);
    free(application);
    free(go);
    return kind != NULL;
}

const char *server_kind_prefix(size_t i)
{
    // Mimir and many proxies; Grafana Cloud and Cortex; the cluster version of VictoriaMetrics
    static const char *const prefixes[] = {"/prometheus", "/api/prom", "/select/0/prometheus"};
    return i < sizeof prefixes / sizeof *prefixes ? prefixes[i] : NULL;
}
