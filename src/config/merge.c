#include "config/merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "config/cluster.h"
#include "config/fleet.h"
#include "config/http_config.h"
#include "config/keys.h"
#include "config/limits.h"
#include "config/matchers.h"
#include "config/source.h"
#include "config/url.h"
#include "config/value.h"

const char *merge_env(const struct config_input *input, const char *name)
{
    const char *text = input->env ? input->env(name) : NULL;
    return text && *text ? text : NULL;
}

/** Puts `--name TEXT: ` before the reason in *WHY; returns false. */
static bool reject(const struct options *o, enum option_id id, struct str *why)
{
    struct str reason = *why;
    str_init(why);
    str_addf(why, "--%s ", options_name(id));
    value_add_shown(why, o->values[id]);
    str_addf(why, ": %s", reason.text);
    str_finish(&reason);
    return false;
}

static bool take_duration(const struct options *o, enum option_id id,
    const struct value_range *range, int64_t *out_ms, struct str *why)
{
    const char *text = o->values[id];
    return !text || value_duration(text, range, out_ms, why) || reject(o, id, why);
}

/** The address is not quoted as it is: it may hold credentials. */
static bool set_url(struct source_config *s, const char *text, const char *place, struct str *why)
{
    if (source_set_url(s, text, why)) {
        return true;
    }
    struct str reason = *why;
    str_init(why);
    str_addf(why, "%s ", place);
    url_add_shown(why, text);
    str_addf(why, ": %s", reason.text);
    str_finish(&reason);
    return false;
}

static bool merge_url(struct source_config *s, const struct options *o,
    const struct config_input *input, struct str *why)
{
    static const char *const names[] = {"RAGTOP_URL", "PROMETHEUS_URL"};
    if (o->url) {
        return set_url(s, o->url, "URL", why);
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *text = merge_env(input, names[i]);
        if (text) {
            return set_url(s, text, names[i], why);
        }
    }
    if (!s->url && cluster_find(s, input)) {
        return set_url(s, s->candidates[0].url, "URL", why);
    }
    return s->url || set_url(s, "http://localhost:9090", "URL", why);
}

/** Takes the credentials of one place; USER_NAME and TOKEN_NAME say where they were given. */
static bool merge_auth(struct source_config *s, const char *user, const char *user_name,
    const char *token_file, const char *token_name, struct str *why)
{
    if (user && token_file) {
        str_setf(why, "%s and %s are both given; keep one of the two", user_name, token_name);
        return false;
    }
    if (user && !source_is_user(user)) {
        str_setf(why, "%s: must be name:password", user_name);
        return false;
    }
    source_set_auth(s, user, token_file);
    return true;
}

static bool merge_headers(struct source_config *s, const struct options *o, struct str *why)
{
    if (o->headers.count > LIMIT_HEADERS) {
        str_setf(why, "--header is given too often; at most %d times", LIMIT_HEADERS);
        return false;
    }
    for (size_t i = 0; i < o->headers.count; i++) {
        if (!value_header(o->headers.items[i], why)) {
            struct str reason = *why;
            str_init(why);
            str_addf(why, "--header: %s", reason.text);
            str_finish(&reason);
            return false;
        }
        source_add_header(s, o->headers.items[i]);
    }
    return true;
}

/** What a file gave in place of a file is gone when an option gives a file. */
static void drop_text(char **text, const char *option)
{
    if (option) {
        free(*text);
        *text = NULL;
    }
}

static bool merge_env_auth(
    struct source_config *s, const struct config_input *input, struct str *why)
{
    return merge_auth(s, merge_env(input, "RAGTOP_USER"), "RAGTOP_USER",
        merge_env(input, "RAGTOP_BEARER_TOKEN_FILE"), "RAGTOP_BEARER_TOKEN_FILE", why);
}

/** What options say of who asks. */
static bool merge_identity(struct source_config *s, const struct options *o, struct str *why)
{
    if (o->values[OPTION_HTTP_CONFIG] && !http_config_read(s, o->values[OPTION_HTTP_CONFIG], why)) {
        return false;
    }
    return merge_auth(s, o->values[OPTION_USER], "--user", o->values[OPTION_BEARER_TOKEN_FILE],
               "--bearer-token-file", why) &&
           merge_headers(s, o, why);
}

/** Everything else about the way in that options say. */
static bool merge_access(struct source_config *s, const struct options *o, struct str *why)
{
    if (o->values[OPTION_TENANT] && !value_plain(o->values[OPTION_TENANT])) {
        str_setf(why, "--tenant: must be visible text on one line");
        return false;
    }
    source_set_text(&s->tenant, o->values[OPTION_TENANT]);
    source_set_text(&s->ca_file, o->values[OPTION_CACERT]);
    source_set_text(&s->cert_file, o->values[OPTION_CERT]);
    source_set_text(&s->key_file, o->values[OPTION_KEY]);
    source_set_text(&s->proxy, o->values[OPTION_PROXY]);
    drop_text(&s->ca_text, o->values[OPTION_CACERT]);
    drop_text(&s->cert_text, o->values[OPTION_CERT]);
    drop_text(&s->key_text, o->values[OPTION_KEY]);
    s->insecure = s->insecure || o->values[OPTION_INSECURE];
    return take_duration(o, OPTION_TIMEOUT, &value_timeout_range, &s->timeout_ms, why);
}

/** Keys from where other programs keep them; SIGV4 is what the file said. */
static bool merge_keys(struct source_config *s, const struct options *o,
    const struct config_input *input, const char *sigv4, struct str *why)
{
    const char *text = o->values[OPTION_AWS_SIGV4];
    char *own = NULL;
    if (text && !keys_sigv4(text, &own, why)) {
        return reject(o, OPTION_AWS_SIGV4, why);
    }
    if (!own && !sigv4 && !source_has_auth(s)) {
        own = keys_sigv4_of(s->url);
    }
    bool good = (!own && !sigv4) || keys_find_aws(s, input, own ? own : sigv4, why);
    free(own);
    bool netrc = o->values[OPTION_NETRC] || (s->netrc && !s->user && !s->bearer_token_file);
    return good && (!netrc || keys_find_netrc(s, input, why));
}

/** What some servers need said with every request, where the address and options tell. */
static void merge_flavour(struct source_config *s, const struct options *o, int64_t *refresh_ms)
{
    const char *namespace = o->values[OPTION_NAMESPACE];
    bool tenancy = strstr(s->url, "://thanos-querier.") && strstr(s->url, ":9092");
    if (tenancy && namespace && !s->params) { // it looks for the namespace in the address alone
        struct str params;
        str_init(&params);
        str_add(&params, "namespace=");
        str_add_escaped(&params, namespace);
        s->params = str_take(&params);
    }
    if (strstr(s->url, "://aps-workspaces.") && !*refresh_ms) {
        *refresh_ms = CLOCK_MINUTE_MS; // Amazon charges for every sample that is read
    }
}

/** What the address and the files about credentials make of S, once all was said. */
static bool settle_source(struct config *c, struct source_config *s, int64_t *refresh_ms,
    const struct options *o, const struct config_input *input, const char *sigv4, struct str *why)
{
    if (!merge_access(s, o, why) || !merge_keys(s, o, input, sigv4, why)) {
        return false;
    }
    merge_flavour(s, o, refresh_ms);
    cluster_use_account(s, input);
    keys_warn(c, s);
    return true;
}

static bool merge_single(
    struct config *c, const struct options *o, const struct config_input *input, struct str *why)
{
    struct source_config *s = &c->source;
    if (!merge_url(s, o, input, why)) {
        return false;
    }
    char *sigv4 = mem_strdup(s->sigv4);
    // credentials in the URL argument were typed just now: they go before the environment's
    bool in_url = o->url && url_has_user(o->url);
    bool good = (in_url || merge_env_auth(s, input, why)) && merge_identity(s, o, why) &&
                settle_source(c, s, &c->refresh_ms, o, input, sigv4, why);
    free(sigv4);
    return good;
}

/** What says who asks and was typed is for what was typed with it, not for the servers of a file.
 */
static bool check_identity(const struct config *c, const struct options *o, struct str *why)
{
    static const enum option_id secret[] = {OPTION_USER, OPTION_BEARER_TOKEN_FILE, OPTION_HEADER,
        OPTION_HTTP_CONFIG, OPTION_AWS_SIGV4, OPTION_CERT, OPTION_KEY};
    for (size_t i = 0; i < c->sources_count; i++) {
        for (size_t k = 0; k < sizeof secret / sizeof *secret; k++) {
            if (o->values[secret[k]] && !fleet_is_typed(c, i, o)) {
                str_setf(why,
                    "--%s is not sent to source %s of the config file, which has its own there; it "
                    "goes to a URL or to --source NAME=URL",
                    options_name(secret[k]), c->sources[i].name);
                return false;
            }
        }
    }
    return true;
}

static bool merge_named(struct config *c, struct named_source *s, const struct options *o,
    const struct config_input *input, bool use_env, struct str *why)
{
    bool typed = fleet_is_typed(c, (size_t)(s - c->sources), o);
    // one source's own credentials, in its URL or in the file, go before those for all
    bool own = source_has_auth(&s->source);
    char *sigv4 = mem_strdup(s->source.sigv4);
    char *tenant = typed ? NULL : mem_strdup(s->source.tenant);
    struct source_config before;
    source_copy(&before, &s->source);
    bool good = (own || !use_env || merge_env_auth(&s->source, input, why)) &&
                (!typed || merge_identity(&s->source, o, why));
    if (own) {
        source_take_auth(&s->source, &before);
    }
    good = good && settle_source(c, &s->source, &s->refresh_ms, o, input, sigv4, why);
    source_set_text(&s->source.tenant, tenant);
    source_finish(&before);
    free(sigv4);
    free(tenant);
    return good;
}

static bool merge_fleet(
    struct config *c, const struct options *o, const struct config_input *input, struct str *why)
{
    if (o->url) {
        str_setf(why, "a URL is given beside --source; say it as --source NAME=URL");
        return false;
    }
    if ((o->sources.count > 0 && !fleet_choose(c, o, why)) || !check_identity(c, o, why)) {
        return false;
    }
    // who is in the environment is meant for one server
    bool given = merge_env(input, "RAGTOP_USER") || merge_env(input, "RAGTOP_BEARER_TOKEN_FILE");
    bool use_env = fleet_is_one_server(c);
    if (given && !use_env) {
        config_warn(c, "RAGTOP_USER and RAGTOP_BEARER_TOKEN_FILE are not sent: the sources are on "
                       "several servers; give each its own in the config file");
    }
    for (size_t i = 0; i < c->sources_count; i++) {
        if (!merge_named(c, &c->sources[i], o, input, use_env, why)) {
            return false;
        }
    }
    return true;
}

bool merge_source(
    struct config *c, const struct options *o, const struct config_input *input, struct str *why)
{
    static const char *const names[] = {"RAGTOP_URL", "PROMETHEUS_URL"};
    bool one = o->url != NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && !one && o->sources.count == 0; i++) {
        one = merge_env(input, names[i]) != NULL;
        if (one && c->sources_count > 0) {
            struct str s;
            str_init(&s);
            str_addf(&s, "%s goes before the %zu sources of the config file", names[i],
                c->sources_count);
            config_warn(c, s.text);
            str_finish(&s);
        }
    }
    if (o->sources.count > 0 || (c->sources_count > 0 && !one)) {
        return merge_fleet(c, o, input, why);
    }
    fleet_finish(c);
    return merge_single(c, o, input, why);
}

static bool merge_selector(struct config *c, const struct options *o, struct str *why)
{
    const char *namespace = o->values[OPTION_NAMESPACE];
    if (namespace && !value_plain(namespace)) {
        str_setf(why, "--namespace: must be visible text on one line");
        return false;
    }
    struct str list;
    str_init(&list);
    if (!o->values[OPTION_SELECTOR]) {
        str_add(&list, c->selector ? c->selector : "");
    } else if (!matchers_add(&list, o->values[OPTION_SELECTOR], why)) {
        str_finish(&list);
        return reject(o, OPTION_SELECTOR, why);
    }
    if (namespace) {
        str_add(&list, list.len ? "," : "");
        matchers_add_equal(&list, "namespace", namespace);
    }
    free(c->selector);
    c->selector = list.len ? str_take(&list) : NULL;
    str_finish(&list);
    return true;
}

static bool merge_when(
    struct config *c, const struct options *o, const struct config_input *input, struct str *why)
{
    if (!take_duration(o, OPTION_WINDOW, &value_window_range, &c->window_ms, why) ||
        !take_duration(o, OPTION_SPAN, &value_span_range, &c->span_ms, why) ||
        !take_duration(o, OPTION_REFRESH, &value_refresh_range, &c->refresh_ms, why)) {
        return false;
    }
    const char *kind = o->values[OPTION_BASELINE];
    if (kind && value_is_file(kind)) {
        c->baseline = BASELINE_FILE;
        source_set_text(&c->baseline_file, kind);
    } else if (kind && !value_baseline(kind, &c->baseline, why)) {
        str_add(why, "; or a file of ragtop baseline save: ./x.rtb");
        return reject(o, OPTION_BASELINE, why);
    }
    c->save_file = mem_strdup(o->save_file);
    if (c->sources_count > 1 && (c->save_file || c->baseline_file)) {
        str_setf(why,
            "a baseline file is of one source, and there are %zu; choose one: --source %s",
            c->sources_count, c->sources[0].name);
        return false;
    }
    const char *at = o->values[OPTION_AT];
    if (at && !clock_parse_moment(at, input->now_ms, &c->at_ms)) {
        str_setf(why, "not a moment; say 2026-02-04T09:00:00Z, -30m, 09:00 or yesterday 09:00");
        return reject(o, OPTION_AT, why);
    }
    c->has_at = at != NULL;
    return true;
}

static bool merge_output(struct config *c, const struct options *o, struct str *why)
{
    bool report = o->command == COMMAND_REPORT;
    c->screenshot = o->values[OPTION_SCREENSHOT] != NULL;
    if (report && c->screenshot) {
        str_setf(why, "--screenshot draws the dashboard, report prints a table; use one of them");
        return false;
    }
    if (o->command == COMMAND_BASELINE && c->screenshot) {
        str_setf(why, "--screenshot draws the dashboard, baseline writes a file; use one of them");
        return false;
    }
    const char *format = o->values[OPTION_FORMAT];
    if (format && !report && !c->screenshot) {
        str_setf(why, "--format is for report or --screenshot; the live dashboard has none");
        return false;
    }
    if (format && !value_format(format, c->screenshot, &c->format, why)) {
        return reject(o, OPTION_FORMAT, why);
    }
    const char *size = o->values[OPTION_SIZE];
    if (size && !c->screenshot) {
        str_setf(why, "--size is for --screenshot; everything else fits the terminal");
        return false;
    }
    return !size || value_size(size, &c->columns, &c->rows, why) || reject(o, OPTION_SIZE, why);
}

enum { WALL_DEFAULT_MS = 15000 };

static bool merge_looks(
    struct config *c, const struct options *o, const struct config_input *input, struct str *why)
{
    const char *color = o->values[OPTION_COLOR];
    if (merge_env(input, "NO_COLOR")) {
        c->color = COLOR_NEVER;
    }
    if (color && !value_color(color, &c->color, why)) {
        return reject(o, OPTION_COLOR, why);
    }
    source_set_text(&c->theme, o->values[OPTION_THEME]);
    source_set_text(&c->page, o->values[OPTION_PAGE]);
    c->ascii = c->ascii || o->values[OPTION_ASCII];
    c->mouse = c->mouse || o->values[OPTION_MOUSE];
    const char *wall = o->values[OPTION_WALL];
    c->wall_ms = wall ? WALL_DEFAULT_MS : 0;
    if (wall && *wall && !value_duration(wall, &value_wall_range, &c->wall_ms, why)) {
        return reject(o, OPTION_WALL, why);
    }
    if (wall && (o->command == COMMAND_REPORT || c->screenshot)) {
        str_setf(why, "--wall is for the live dashboard");
        return false;
    }
    if (c->page && o->command != COMMAND_TOP) {
        str_setf(why, "--page is for the live dashboard and --screenshot");
        return false;
    }
    c->log_file = mem_strdup(o->values[OPTION_LOG]);
    c->verbose = o->values[OPTION_VERBOSE] || c->log_file;
    return true;
}

bool merge_rest(
    struct config *c, const struct options *o, const struct config_input *input, struct str *why)
{
    const char *columns = merge_env(input, "COLUMNS"), *rows = merge_env(input, "LINES");
    c->columns = 120;
    c->rows = 40;
    if (columns) {
        value_cells(columns, &c->columns);
    }
    if (rows) {
        value_cells(rows, &c->rows);
    }
    return merge_selector(c, o, why) && merge_when(c, o, input, why) && merge_output(c, o, why) &&
           merge_looks(c, o, input, why);
}
