#include "config/access.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/origin.h"
#include "base/plain.h"
#include "base/text.h"
#include "config/cluster.h"
#include "config/fleet.h"
#include "config/http_config.h"
#include "config/keys_find.h"
#include "config/limits.h"
#include "config/setting.h"
#include "endpoint/endpoint.h"
#include "endpoint/url.h"

/** What is put together, and what says it. */
struct merging {
    struct config *config;
    const struct options *options;
    const struct config_input *input;
    struct str *why;
};

static const char *option(const struct merging *m, enum setting_id id)
{
    return m->options->values[id];
}

// --- the address

/** The address is not quoted as it is: it may hold credentials. */
static bool set_url(
    struct endpoint *s, const char *text, const char *place, const struct merging *m)
{
    if (endpoint_set_url(s, text, m->why)) {
        return true;
    }
    struct str reason = *m->why;
    struct arena a = {0};
    str_init(m->why);
    str_addf(m->why, _("%s %s: %s"), place, url_shown(&a, text), reason.text);
    arena_finish(&a);
    str_finish(&reason);
    return false;
}

/** The address in the environment, and which variable has it; NULL: none. */
static const char *env_url(const struct merging *m, const char **name)
{
    const char *url = NULL;
    for (int i = 0; i < ENV_COUNT && !url; i++) {
        if (env_settings[i] == SETTING_URL) {
            *name = env_names[i];
            url = input_env(m->input, (enum env_id)i);
        }
    }
    return url;
}

static bool merge_url(struct endpoint *s, const struct merging *m)
{
    const char *name = "URL";
    if (m->options->url && m->options->values[SETTING_REPLAY]) {
        str_setf(
            m->why, _("--replay: the recording answers in place of its server; leave the URL out"));
        return false;
    }
    const char *url = m->options->url ? m->options->url : env_url(m, &name);
    if (url) {
        return set_url(s, url, name, m);
    }
    if (!s->url && cluster_find(s, m->input)) {
        return set_url(s, s->candidates[0].url, "URL", m);
    }
    s->assumed = !s->url;
    return s->url || set_url(s, "http://localhost:9090", "URL", m);
}

// --- who asks

/** Takes the credentials of one place; USER_NAME and TOKEN_NAME say where they were given. */
static bool merge_auth(struct endpoint *s, const char *user, const char *user_name,
    const char *token_file, const char *token_name, struct str *why)
{
    if (user && token_file) {
        str_setf(why, _("%s and %s are both given; keep one of the two"), user_name, token_name);
        return false;
    }
    if (user && !endpoint_is_user(user)) {
        str_setf(why, _("%s: not in the form name:password"), user_name);
        return false;
    }
    endpoint_set_auth(s, user, token_file);
    return true;
}

static bool merge_headers(struct endpoint *s, const struct merging *m)
{
    const struct name_list *headers = &m->options->headers;
    if (headers->count > LIMIT_HEADERS) {
        str_setf(m->why, _("--header is given too many times; at most %d"), LIMIT_HEADERS);
        return false;
    }
    bool good = true;
    for (size_t i = 0; good && i < headers->count; i++) {
        good = value_read(&type_header, headers->items[i], s, m->why) ||
               options_reject(m->options, SETTING_HEADER, m->why);
    }
    return good;
}

static bool merge_env_auth(struct endpoint *s, const struct merging *m)
{
    return merge_auth(s, input_env(m->input, ENV_RAGTOP_USER), env_names[ENV_RAGTOP_USER],
        input_env(m->input, ENV_RAGTOP_BEARER_TOKEN_FILE), env_names[ENV_RAGTOP_BEARER_TOKEN_FILE],
        m->why);
}

/** What options say of who asks. */
static bool merge_identity(struct endpoint *s, const struct merging *m)
{
    const char *file = option(m, SETTING_HTTP_CONFIG);
    return (!file || http_config_read(s, file, m->why)) &&
           merge_auth(s, option(m, SETTING_USER), "--user", option(m, SETTING_BEARER_TOKEN_FILE),
               "--bearer-token-file", m->why) &&
           merge_headers(s, m);
}

/** Keys from where other programs keep them; SIGV4 is what the file said. */
static bool merge_keys(struct endpoint *s, const struct merging *m, const char *sigv4)
{
    const char *text = option(m, SETTING_AWS_SIGV4);
    char *own = NULL;
    if (text && !keys_sigv4(text, &own, m->why)) {
        return options_reject(m->options, SETTING_AWS_SIGV4, m->why);
    }
    if (!own && !sigv4 && !endpoint_has_auth(s)) {
        own = keys_sigv4_of(s->url);
    }
    bool good = (!own && !sigv4) || keys_find_aws(s, m->input, own ? own : sigv4, m->why);
    free(own);
    bool netrc = option(m, SETTING_NETRC) || (s->netrc && !s->user && !s->bearer_token_file);
    return good && (!netrc || keys_find_netrc(s, m->input, m->why));
}

// --- the rest of the way

/** Every option that has its place in an endpoint. Those that it is itself say who asks. */
static bool merge_way(struct endpoint *s, const struct merging *m)
{
    bool good = true;
    for (int i = 0; good && i < SETTING_COUNT; i++) {
        bool has_place = settings[i].owner == OWNER_ENDPOINT && settings[i].offset > 0;
        good = !has_place || options_take(m->options, (enum setting_id)i, s, m->why);
    }
    return good;
}

enum { TENANCY_PORT = 9092 };

/** What some servers need said with every request, where the address and options tell. */
static void merge_server_kind(struct endpoint *s, const struct merging *m, int64_t *refresh_ms)
{
    const char *namespace = option(m, SETTING_NAMESPACE);
    struct origin o;
    bool tenancy = origin_parse(&o, s->url) && origin_starts_with(&o, "thanos-querier") &&
                   o.port == TENANCY_PORT;
    if (tenancy && namespace && !s->params) { // it looks for the namespace in the address alone
        struct str params;
        str_init(&params);
        str_add(&params, "namespace=");
        str_add_escaped(&params, namespace);
        s->params = str_take(&params);
    }
    char *amazon = keys_sigv4_of(s->url);
    if (amazon && !*refresh_ms) {
        *refresh_ms = CLOCK_MINUTE_MS; // Amazon charges for every sample that is read
    }
    free(amazon);
}

/** What the address and the files about credentials make of S, once all was said. */
static bool settle(
    struct endpoint *s, const struct merging *m, const char *sigv4, int64_t *refresh_ms)
{
    if (!merge_way(s, m) || !merge_keys(s, m, sigv4)) {
        return false;
    }
    merge_server_kind(s, m, refresh_ms);
    if (!cluster_use_account(s, m->input)) {
        config_warn(
            m->config, _("the pod's token is not sent: with -k anybody could pose as the API "
                         "server; leave out -k, the pod has the certificate to verify it"));
    }
    keys_warn(m->config, s);
    return true;
}

/** Credentials are not for whichever service of the cluster happens to answer. */
static bool check_candidates(const struct merging *m, const struct endpoint *s, const char *sigv4)
{
    bool given = endpoint_has_auth(s) || s->headers_count > 0 || s->header_files_count > 0 ||
                 s->cert.file || s->cert.text || sigv4 || option(m, SETTING_CERT) ||
                 option(m, SETTING_AWS_SIGV4);
    if (s->candidates_count > 0 && given) {
        str_setf(m->why,
            _("credentials or headers without a URL would be sent to every service that is tried "
              "in this cluster; give the URL they are for, such as "
              "http://prometheus-k8s.monitoring.svc:9090"));
        return false;
    }
    return true;
}

static bool merge_single(const struct merging *m)
{
    struct endpoint *s = &m->config->source;
    if (!merge_url(s, m)) {
        return false;
    }
    char *sigv4 = mem_strdup(s->sigv4);
    // credentials in the URL argument were typed just now: they go before the environment's
    bool in_url = m->options->url && url_has_user(m->options->url);
    bool good = (in_url || merge_env_auth(s, m)) && merge_identity(s, m) &&
                check_candidates(m, s, sigv4) && settle(s, m, sigv4, &m->config->refresh_ms);
    free(sigv4);
    return good;
}

// --- several sources

/** What says who asks and was typed is for what was typed with it, not for servers of a file. */
static bool check_identity(const struct merging *m)
{
    static const enum setting_id secret[] = {SETTING_USER, SETTING_BEARER_TOKEN_FILE,
        SETTING_HEADER, SETTING_HTTP_CONFIG, SETTING_AWS_SIGV4, SETTING_CERT, SETTING_KEY};
    const struct config *c = m->config;
    for (size_t i = 0; i < c->sources_count; i++) {
        for (size_t k = 0; k < sizeof secret / sizeof *secret; k++) {
            if (option(m, secret[k]) && !fleet_is_typed(c, i, m->options)) {
                str_setf(m->why,
                    _("--%s is not sent to source %s of the configuration file; set it in that "
                      "file, or "
                      "use it with a URL or with --source NAME=URL"),
                    settings[secret[k]].option, c->sources[i].name);
                return false;
            }
        }
    }
    return true;
}

static bool merge_named(struct named_source *s, const struct merging *m, bool use_env)
{
    bool typed = fleet_is_typed(m->config, (size_t)(s - m->config->sources), m->options);
    // one source's own credentials, in its URL or in the file, go before those for all
    bool own = endpoint_has_auth(&s->source);
    char *sigv4 = mem_strdup(s->source.sigv4);
    char *tenant = typed ? NULL : mem_strdup(s->source.tenant);
    struct endpoint before;
    endpoint_copy(&before, &s->source);
    bool good = (own || !use_env || merge_env_auth(&s->source, m)) &&
                (!typed || merge_identity(&s->source, m));
    if (own) {
        endpoint_take_auth(&s->source, &before);
    }
    good = good && settle(&s->source, m, sigv4, &s->refresh_ms);
    endpoint_set_text(&s->source.tenant, tenant);
    endpoint_finish(&before);
    free(sigv4);
    free(tenant);
    return good;
}

static void warn_of_identity(struct config *c)
{
    struct arena a = {0};
    config_warn(
        c, arena_printf(&a,
               _("%s and %s are not sent: the sources are on several servers; give each its own in "
                 "the configuration file"),
               env_names[ENV_RAGTOP_USER], env_names[ENV_RAGTOP_BEARER_TOKEN_FILE]));
    arena_finish(&a);
}

static bool merge_fleet(const struct merging *m)
{
    struct config *c = m->config;
    if (m->options->url) {
        str_setf(m->why, _("a URL cannot stand beside --source; pass it as --source NAME=URL"));
        return false;
    }
    if ((m->options->sources.count > 0 && !fleet_choose(c, m->options, m->why)) ||
        !check_identity(m)) {
        return false;
    }
    // who is in the environment is meant for one server
    bool given =
        input_env(m->input, ENV_RAGTOP_USER) || input_env(m->input, ENV_RAGTOP_BEARER_TOKEN_FILE);
    bool use_env = fleet_is_one_server(c);
    if (given && !use_env) {
        warn_of_identity(c);
    }
    for (size_t i = 0; i < c->sources_count; i++) {
        if (!merge_named(&c->sources[i], m, use_env)) {
            return false;
        }
    }
    return true;
}

static void warn_of_url(const struct merging *m, const char *name)
{
    struct str s;
    str_init(&s);
    size_t count = m->config->sources_count;
    str_addf(&s,
        text_count("%s overrides the source of the configuration file",
            "%s overrides the sources of the configuration file", (double)count),
        name);
    config_warn(m->config, s.text);
    str_finish(&s);
}

bool access_merge(
    struct config *c, const struct options *o, const struct config_input *input, struct str *why)
{
    const struct merging m = {c, o, input, why};
    const char *name;
    bool in_file = c->sources_count > 0;
    bool by_env = !o->url && env_url(&m, &name);
    if (o->sources.count > 0 || (in_file && !o->url && !by_env)) {
        return merge_fleet(&m);
    }
    if (in_file && by_env) {
        warn_of_url(&m, name);
    }
    fleet_finish(c);
    return merge_single(&m);
}
