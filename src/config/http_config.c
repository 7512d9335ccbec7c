#include "config/http_config.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/mem.h"
#include "base/plain.h"
#include "config/http_headers.h"
#include "config/shape.h"
#include "config/text.h"
#include "endpoint/source.h"

/** Sets *FIELD to the TEXT of KEY, which is one line; NULL: nothing changes. */
static bool take_line(struct reading *r, const char *key, const char *text, char **field)
{
    if (text && !plain_is_line(text)) {
        return reading_fail(r, key, "'%s' must be one line", key);
    }
    source_set_text(field, text);
    return true;
}

static bool take_file(struct reading *r, const char *key, const char *name, char **field)
{
    if (!name) {
        return true;
    }
    char *path = locate_path(r->at, name);
    bool good = take_line(r, key, path, field);
    free(path);
    return good;
}

/** What is the TEXT of KEY or in a FILE: one of them, in place of either that was there. */
struct either {
    const char *key, *file_key, *text, *file;
    char **text_field, **file_field;
};

static bool take_either(struct reading *r, const struct either *e, bool lines)
{
    if (e->text && e->file) {
        return reading_fail(r, "", "%s and %s are both given; keep one", e->key, e->file_key);
    }
    if (e->text || e->file) {
        free(*e->text_field);
        free(*e->file_field);
        *e->text_field = *e->file_field = NULL;
    }
    if (lines) {
        source_set_text(e->text_field, e->text);
    } else if (!take_line(r, e->key, e->text, e->text_field)) {
        return false;
    }
    return take_file(r, e->file_key, e->file, e->file_field);
}

// --- who asks

static bool take_basic(struct reading *r, const struct yaml_basic_auth *y, struct source_config *s)
{
    char *name = NULL, *password = NULL;
    if (y->username && strchr(y->username, ':')) {
        return reading_fail(r, "username", "a user name cannot contain ':'");
    }
    bool good = take_either(r,
                    &(struct either){"username", "username_file", y->username, y->username_file,
                        &name, &s->user_name_file},
                    false) &&
                take_either(r,
                    &(struct either){"password", "password_file", y->password, y->password_file,
                        &password, &s->password_file},
                    false);
    if (name || password) {
        struct str user;
        str_init(&user);
        str_addf(&user, "%s:%s", name ? name : "", password ? password : "");
        s->user = str_take(&user);
    }
    free(name);
    free(password);
    return good;
}

static bool take_authorization(
    struct reading *r, const struct yaml_authorization *y, struct source_config *s)
{
    if (y->type && ascii_same(y->type, "basic")) {
        return reading_fail(r, "", "the type of an authorization cannot be basic; use basic_auth");
    }
    return take_line(r, "type", y->type, &s->token_type) &&
           take_either(r,
               &(struct either){"credentials", "credentials_file", y->credentials,
                   y->credentials_file, &s->token, &s->bearer_token_file},
               false);
}

/** Refuses more than one way to say who asks; *ANY tells whether there is one. */
static bool check_ways(struct reading *r, const struct yaml_http_config *y, bool *any)
{
    const struct {
        const char *key;
        bool given;
    } ways[] = {{"basic_auth", y->basic_auth}, {"authorization", y->authorization},
        {"bearer_token", y->bearer_token}, {"bearer_token_file", y->bearer_token_file}};
    *any = false;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (ways[i].given && *any) {
            return reading_fail(r, ways[i].key,
                "only one of basic_auth, authorization, bearer_token and bearer_token_file can be "
                "given");
        }
        *any = *any || ways[i].given;
    }
    return true;
}

static bool take_auth(struct reading *r, const struct yaml_http_config *y, struct source_config *s)
{
    bool any, good = true;
    if (!check_ways(r, y, &any)) {
        return false;
    }
    if (any) {
        source_drop_auth(s);
    }
    if (y->basic_auth) {
        size_t mark = reading_enter(r, "basic_auth");
        good = take_basic(r, y->basic_auth, s);
        reading_leave(r, mark);
    } else if (y->authorization) {
        size_t mark = reading_enter(r, "authorization");
        good = take_authorization(r, y->authorization, s);
        reading_leave(r, mark);
    }
    return good && take_line(r, "bearer_token", y->bearer_token, &s->token) &&
           take_file(r, "bearer_token_file", y->bearer_token_file, &s->bearer_token_file);
}

// --- the way

static bool take_version(struct reading *r, const char *key, const char *text, int *out)
{
    static const char *const names[] = {"TLS10", "TLS11", "TLS12", "TLS13"};
    for (int i = 0; text && i < 4; i++) {
        if (strcmp(text, names[i]) == 0) {
            *out = 10 + i;
            return true;
        }
    }
    str_setf(&r->reason, "not a version of TLS; use TLS10, TLS11, TLS12 or TLS13");
    return !text || reading_reject(r, key, text);
}

static bool take_tls(struct reading *r, const struct yaml_tls_config *y, struct source_config *s)
{
    const struct either pems[] = {{"ca", "ca_file", y->ca, y->ca_file, &s->ca_text, &s->ca_file},
        {"cert", "cert_file", y->cert, y->cert_file, &s->cert_text, &s->cert_file},
        {"key", "key_file", y->key, y->key_file, &s->key_text, &s->key_file}};
    for (size_t i = 0; i < sizeof pems / sizeof *pems; i++) {
        if (!take_either(r, &pems[i], true)) {
            return false;
        }
    }
    if (!take_line(r, "server_name", y->server_name, &s->server_name) ||
        !reading_bool(r, "insecure_skip_verify", y->insecure_skip_verify, &s->insecure) ||
        !take_version(r, "min_version", y->min_version, &s->tls_min) ||
        !take_version(r, "max_version", y->max_version, &s->tls_max)) {
        return false;
    }
    return !s->tls_max || s->tls_min <= s->tls_max ||
           reading_fail(r, "", "the minimum version of TLS is above the maximum");
}

/** A flag that *FIELD is the opposite of. */
static bool take_opposite(struct reading *r, const char *key, const char *text, bool *field)
{
    bool value = !*field;
    bool good = reading_bool(r, key, text, &value);
    *field = !value;
    return good;
}

static bool take_way(struct reading *r, const struct yaml_http_config *y, struct source_config *s)
{
    bool good = true;
    if (y->tls_config) {
        size_t mark = reading_enter(r, "tls_config");
        good = take_tls(r, y->tls_config, s);
        reading_leave(r, mark);
    }
    return good && take_line(r, "proxy_url", y->proxy_url, &s->proxy) &&
           take_line(r, "no_proxy", y->no_proxy, &s->no_proxy) &&
           take_opposite(
               r, "proxy_from_environment", y->proxy_from_environment, &s->no_environment_proxy) &&
           take_opposite(r, "follow_redirects", y->follow_redirects, &s->stay) &&
           reading_bool(r, "enable_http2", y->enable_http2, &s->http2);
}

static bool has_secrets(const struct yaml_http_config *y)
{
    return y->bearer_token || (y->basic_auth && y->basic_auth->password) ||
           (y->authorization && y->authorization->credentials) ||
           (y->tls_config && y->tls_config->key);
}

bool http_config_apply(struct reading *r, const struct yaml_http_config *y, struct source_config *s)
{
    size_t mark = reading_enter(r, "http_headers");
    yaml_node_t *headers = locate_find(r->at, r->path.text);
    reading_leave(r, mark);
    if (has_secrets(y)) {
        source_note_secrets(s, r->at->name);
    }
    return take_auth(r, y, s) && take_way(r, y, s) &&
           (!headers || http_headers_apply(s, r->at, headers, r->why));
}

bool http_config_read(struct source_config *s, const char *path, struct str *why)
{
    struct locate l = {0};
    struct reading r = {.at = &l, .why = why};
    void *data = NULL;
    struct str text;
    str_init(&text);
    str_init(&r.path);
    str_init(&r.reason);
    bool good = text_read(path, DISK_HANDED, &text, NULL, why) &&
                locate_parse(&l, path, text.text, text.len, why) &&
                shape_load(&data, &l, &schema_http_config, why) &&
                (!data || http_config_apply(&r, data, s));
    shape_free(data, &schema_http_config);
    locate_finish(&l);
    str_finish(&r.path);
    str_finish(&r.reason);
    str_finish(&text);
    return good;
}
