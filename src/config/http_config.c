#include "config/http_config.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/mem.h"
#include "base/text.h"
#include "config/http_headers.h"
#include "config/types.h"
#include "config/user_file.h"

static const char *const basic_auth_keys[] = {
    "username", "username_file", "password", "password_file", NULL};
static const char *const authorization_keys[] = {"type", "credentials", "credentials_file", NULL};
static const char *const tls_config_keys[] = {"ca", "ca_file", "cert", "cert_file", "key",
    "key_file", "server_name", "insecure_skip_verify", "min_version", "max_version", NULL};
static const char *const http_config_keys[] = {"basic_auth", "authorization", "bearer_token",
    "bearer_token_file", "tls_config", "proxy_url", "no_proxy", "proxy_from_environment",
    "follow_redirects", "enable_http2", "http_headers", NULL};

#define FETCHED                                                                                    \
    N_("'%s' is not supported: have another program fetch the token, and name its file in "        \
       "authorization.credentials_file")

/** What Prometheus knows beside these, and what to do instead. */
static const struct {
    const char *key, *sentence;
} refused[] = {
    {"oauth2", FETCHED},
    {"azuread", FETCHED},
    {"google_iam", FETCHED},
    {"sigv4", N_("'%s' is not supported: use --aws-sigv4, or source.aws_sigv4 in the configuration "
                 "file")},
    {"proxy_connect_header", N_("'%s' is not supported: give the proxy's user in proxy_url")},
};

static const struct value_type type_secret_line = {.read = value_line, .secret = true};

/** A file, relative to the document's folder. */
static bool read_file(
    const struct reader *r, const yaml_node_t *mapping, const char *key, char **field)
{
    char *name = NULL;
    bool good = reader_value(r, mapping, key, &value_a_line, &name);
    if (good && name) {
        free(*field);
        *field = document_path(r->document, name);
    }
    free(name);
    return good;
}

/** A text under KEY or what is in the file under FILE_KEY: one of them, in place of either. */
struct either {
    const char *key, *file_key;
    const struct value_type *type;
    char **text, **file;
};

static bool read_either(const struct reader *r, const yaml_node_t *mapping, const struct either *e)
{
    bool text = reader_get(r, mapping, e->key), file = reader_get(r, mapping, e->file_key);
    if (text && file) {
        return reader_fail(
            r, mapping, _("%s and %s are both given; keep one of the two"), e->key, e->file_key);
    }
    if (text || file) {
        free(*e->text);
        free(*e->file);
        *e->text = *e->file = NULL;
    }
    return reader_value(r, mapping, e->key, e->type, e->text) &&
           read_file(r, mapping, e->file_key, e->file);
}

// --- who asks

static bool read_basic(const struct reader *r, const yaml_node_t *node, struct endpoint *e)
{
    char *name = NULL, *password = NULL;
    const struct either user = {
        "username", "username_file", &value_a_line, &name, &e->user_name_file};
    const struct either secret = {
        "password", "password_file", &type_secret_line, &password, &e->password_file};
    const yaml_node_t *named = reader_get(r, node, "username");
    bool good = reader_mapping(r, node, "'basic_auth'", basic_auth_keys) &&
                read_either(r, node, &user) && read_either(r, node, &secret);
    if (good && name && strchr(name, ':')) {
        good = reader_fail(r, named, _("a user name cannot contain ':'"));
    }
    if (good && (name || password)) {
        struct str s;
        str_init(&s);
        str_addf(&s, "%s:%s", name ? name : "", password ? password : "");
        e->user = str_take(&s);
    }
    free(name);
    free(password);
    return good;
}

static bool read_authorization(const struct reader *r, const yaml_node_t *node, struct endpoint *e)
{
    const struct either credentials = {
        "credentials", "credentials_file", &type_secret_line, &e->token, &e->bearer_token_file};
    if (!reader_mapping(r, node, "'authorization'", authorization_keys)) {
        return false;
    }
    if (ascii_same(reader_text_of(reader_get(r, node, "type")), "basic")) {
        return reader_fail(
            r, node, _("the type of an authorization cannot be basic; use basic_auth"));
    }
    return reader_value(r, node, "type", &value_a_line, &e->token_type) &&
           read_either(r, node, &credentials);
}

/** Refuses more than one way to say who asks; *ANY tells whether there is one. */
static bool check_ways(const struct reader *r, const yaml_node_t *node, bool *any)
{
    static const char *const ways[] = {
        "basic_auth", "authorization", "bearer_token", "bearer_token_file"};
    *any = false;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        const yaml_node_t *way = reader_get(r, node, ways[i]);
        if (way && *any) {
            return reader_fail(r, way,
                _("only one of basic_auth, authorization, bearer_token and bearer_token_file can "
                  "be given"));
        }
        *any = *any || way;
    }
    return true;
}

static bool read_auth(const struct reader *r, const yaml_node_t *node, struct endpoint *e)
{
    const yaml_node_t *basic = reader_get(r, node, "basic_auth");
    const yaml_node_t *authorization = reader_get(r, node, "authorization");
    bool any;
    if (!check_ways(r, node, &any)) {
        return false;
    }
    if (any) {
        endpoint_drop_auth(e);
    }
    return (!basic || read_basic(r, basic, e)) &&
           (!authorization || read_authorization(r, authorization, e)) &&
           reader_value(r, node, "bearer_token", &type_secret_line, &e->token) &&
           read_file(r, node, "bearer_token_file", &e->bearer_token_file);
}

// --- the way

static bool read_tls(const struct reader *r, const yaml_node_t *node, struct endpoint *e)
{
    const struct either pems[] = {
        {"ca", "ca_file", &type_pem_text, &e->ca.text, &e->ca.file},
        {"cert", "cert_file", &type_pem_text, &e->cert.text, &e->cert.file},
        {"key", "key_file", &type_pem_text, &e->key.text, &e->key.file},
    };
    bool good = reader_mapping(r, node, "'tls_config'", tls_config_keys);
    for (size_t i = 0; good && i < sizeof pems / sizeof *pems; i++) {
        good = read_either(r, node, &pems[i]);
    }
    return good && reader_value(r, node, "server_name", &value_a_line, &e->server_name) &&
           reader_value(r, node, "insecure_skip_verify", &value_a_flag, &e->insecure) &&
           reader_value(r, node, "min_version", &type_tls_version, &e->tls_min) &&
           reader_value(r, node, "max_version", &type_tls_version, &e->tls_max) &&
           (!e->tls_max || e->tls_min <= e->tls_max ||
               reader_fail(r, node, _("the minimum version of TLS is above the maximum")));
}

/** A flag that *FIELD is the opposite of. */
static bool read_opposite(
    const struct reader *r, const yaml_node_t *mapping, const char *key, bool *field)
{
    bool value = !*field;
    bool good = reader_value(r, mapping, key, &value_a_flag, &value);
    *field = !value;
    return good;
}

static bool read_way(const struct reader *r, const yaml_node_t *node, struct endpoint *e)
{
    const yaml_node_t *tls = reader_get(r, node, "tls_config");
    return (!tls || read_tls(r, tls, e)) &&
           reader_value(r, node, "proxy_url", &value_a_line, &e->proxy) &&
           reader_value(r, node, "no_proxy", &value_a_line, &e->no_proxy) &&
           read_opposite(r, node, "proxy_from_environment", &e->no_environment_proxy) &&
           read_opposite(r, node, "follow_redirects", &e->stay) &&
           reader_value(r, node, "enable_http2", &value_a_flag, &e->http2);
}

static bool has_secrets(const struct reader *r, const yaml_node_t *node)
{
    return reader_get(r, node, "bearer_token") ||
           reader_get(r, reader_get(r, node, "basic_auth"), "password") ||
           reader_get(r, reader_get(r, node, "authorization"), "credentials") ||
           reader_get(r, reader_get(r, node, "tls_config"), "key");
}

static bool check_refused(const struct reader *r, const yaml_node_t *node)
{
    size_t pairs = node->type == YAML_MAPPING_NODE ? reader_count(node) : 0;
    for (size_t i = 0; i < pairs; i++) {
        const yaml_node_t *key = reader_key(r, node, i);
        for (size_t k = 0; k < sizeof refused / sizeof *refused; k++) {
            if (strcmp(reader_text_of(key), refused[k].key) == 0) {
                return reader_fail(r, key, _(refused[k].sentence), refused[k].key);
            }
        }
    }
    return true;
}

bool http_config_apply(
    const struct reader *r, const yaml_node_t *node, const char *label, struct endpoint *e)
{
    if (!check_refused(r, node) || !reader_mapping(r, node, label, http_config_keys)) {
        return false;
    }
    const yaml_node_t *headers = reader_get(r, node, "http_headers");
    if (has_secrets(r, node)) {
        endpoint_note_secrets(e, r->document->name);
    }
    return read_auth(r, node, e) && read_way(r, node, e) &&
           (!headers || http_headers_apply(r, headers, e));
}

bool http_config_read(struct endpoint *e, const char *path, struct str *why)
{
    struct document document = {0};
    const struct reader r = {&document, why};
    struct str text;
    str_init(&text);
    bool good = user_file_read(path, DISK_HANDED, &text, NULL, why) &&
                document_parse(&document, path, text.text, text.len, why);
    const yaml_node_t *root = good ? document_root(&document) : NULL;
    good = good && (!root || http_config_apply(&r, root, _("the file"), e));
    document_finish(&document);
    str_finish(&text);
    return good;
}
