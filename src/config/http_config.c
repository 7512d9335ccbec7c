#include "config/http_config.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/mem.h"
#include "config/limits.h"
#include "config/source.h"
#include "config/syntax.h"
#include "config/text.h"
#include "config/value.h"

enum { FLAG_UNSET, FLAG_FALSE, FLAG_TRUE };

/** The texts and flags as they were found; NULL and FLAG_UNSET: not said. */
struct found {
    char *username, *username_file, *password, *password_file;
    char *type, *credentials, *credentials_file, *bearer_token, *bearer_token_file;
    char *ca, *ca_file, *cert, *cert_file, *key, *key_file, *server_name, *min, *max;
    char *proxy_url, *no_proxy;
    int insecure, environment, follow, http2;
    const yaml_node_t *auth; /**< the last of the ways to say who asks; NULL: none */
    int auth_ways;
    yaml_node_t *headers;
};

enum kind { TEXT, PATH, PEM, FLAG, MAPPING, HEADERS, REFUSED };

struct key {
    const char *name;
    enum kind kind;
    size_t at;              /**< where it goes in struct found */
    const struct key *keys; /**< of a MAPPING */
    const char *why;        /**< it is REFUSED */
    bool auth;              /**< a way to say who asks */
};

#define AT(member) offsetof(struct found, member)

static const struct key basic_keys[] = {
    {"username", TEXT, AT(username), NULL, NULL, false},
    {"username_file", PATH, AT(username_file), NULL, NULL, false},
    {"password", TEXT, AT(password), NULL, NULL, false},
    {"password_file", PATH, AT(password_file), NULL, NULL, false},
    {0},
};

static const struct key authorization_keys[] = {
    {"type", TEXT, AT(type), NULL, NULL, false},
    {"credentials", TEXT, AT(credentials), NULL, NULL, false},
    {"credentials_file", PATH, AT(credentials_file), NULL, NULL, false},
    {0},
};

static const struct key tls_keys[] = {
    {"ca", PEM, AT(ca), NULL, NULL, false},
    {"ca_file", PATH, AT(ca_file), NULL, NULL, false},
    {"cert", PEM, AT(cert), NULL, NULL, false},
    {"cert_file", PATH, AT(cert_file), NULL, NULL, false},
    {"key", PEM, AT(key), NULL, NULL, false},
    {"key_file", PATH, AT(key_file), NULL, NULL, false},
    {"server_name", TEXT, AT(server_name), NULL, NULL, false},
    {"insecure_skip_verify", FLAG, AT(insecure), NULL, NULL, false},
    {"min_version", TEXT, AT(min), NULL, NULL, false},
    {"max_version", TEXT, AT(max), NULL, NULL, false},
    {0},
};

static const struct key top_keys[] = {
    {"basic_auth", MAPPING, 0, basic_keys, NULL, true},
    {"authorization", MAPPING, 0, authorization_keys, NULL, true},
    {"bearer_token", TEXT, AT(bearer_token), NULL, NULL, true},
    {"bearer_token_file", PATH, AT(bearer_token_file), NULL, NULL, true},
    {"tls_config", MAPPING, 0, tls_keys, NULL, false},
    {"proxy_url", TEXT, AT(proxy_url), NULL, NULL, false},
    {"no_proxy", TEXT, AT(no_proxy), NULL, NULL, false},
    {"proxy_from_environment", FLAG, AT(environment), NULL, NULL, false},
    {"follow_redirects", FLAG, AT(follow), NULL, NULL, false},
    {"enable_http2", FLAG, AT(http2), NULL, NULL, false},
    {"http_headers", HEADERS, 0, NULL, NULL, false},
    {"oauth2", REFUSED, 0, NULL,
        "have another program fetch the token, and name its file in authorization.credentials_file",
        false},
    {"sigv4", REFUSED, 0, NULL, "say --aws-sigv4, or source.aws_sigv4 in the config file", false},
    {"azuread", REFUSED, 0, NULL,
        "have another program fetch the token, and name its file in authorization.credentials_file",
        false},
    {"google_iam", REFUSED, 0, NULL,
        "have another program fetch the token, and name its file in authorization.credentials_file",
        false},
    {"proxy_connect_header", REFUSED, 0, NULL, "give the proxy's user in proxy_url", false},
    {0},
};

struct reader {
    struct locate *at;
    struct found found;
    struct str reason;
    struct str *why;
};

static bool fail(struct reader *r, const yaml_node_t *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool fail(struct reader *r, const yaml_node_t *node, const char *format, ...)
{
    syntax_set_place(r->why, r->at->name, node->start_mark);
    va_list args;
    va_start(args, format);
    str_vaddf(r->why, format, args);
    va_end(args);
    return false;
}

static bool fail_unknown(struct reader *r, const yaml_node_t *node, const struct key *keys)
{
    struct str shown;
    str_init(&shown);
    value_add_shown(&shown, locate_text(node));
    str_add(&shown, "'; known here: ");
    for (const struct key *k = keys; k->name; k++) {
        if (k->kind != REFUSED) {
            str_addf(&shown, "%s%s", k == keys ? "" : ", ", k->name);
        }
    }
    fail(r, node, "unknown key '%s", shown.text);
    str_finish(&shown);
    return false;
}

/** PATH, relative to the folder of the file that names it. The caller frees. */
static char *resolved(const struct reader *r, const char *path)
{
    const char *slash = strrchr(r->at->name, '/');
    struct str s;
    str_init(&s);
    if (path[0] != '/' && slash) {
        str_append(&s, r->at->name, (size_t)(slash + 1 - r->at->name));
    }
    str_add(&s, path);
    return str_take(&s);
}

/** The text of NODE, which is one line unless LINES; NULL when it is not, with *WHY. */
static const char *text_of(struct reader *r, const yaml_node_t *node, const char *name, bool lines)
{
    const char *text = locate_text(node);
    if (node->type != YAML_SCALAR_NODE) {
        fail(r, node, "'%s' must be text", name);
    } else if (!*text) {
        fail(r, node, "'%s' is empty; give it a value or remove it", name);
    } else if (strlen(text) != node->data.scalar.length) {
        fail(r, node, "'%s' has a NUL byte", name);
    } else if (!lines && (strlen(text) > LIMIT_TEXT_BYTES || !value_one_line(text))) {
        fail(r, node, "'%s' must be one line of at most %d bytes", name, LIMIT_TEXT_BYTES);
    } else {
        return text;
    }
    return NULL;
}

static bool read_mapping(
    struct reader *r, yaml_node_t *node, const char *label, const struct key *keys);

static bool read_value(struct reader *r, yaml_node_t *node, const struct key *k)
{
    char *base = (char *)&r->found;
    if (k->auth) {
        r->found.auth = node;
        r->found.auth_ways++;
    }
    if (k->kind == MAPPING) {
        return read_mapping(r, node, k->name, k->keys);
    }
    if (k->kind == HEADERS) {
        r->found.headers = node;
        return node->type == YAML_MAPPING_NODE ||
               fail(r, node, "'%s' must be a mapping (name: {values: [...]})", k->name);
    }
    const char *text = text_of(r, node, k->name, k->kind == PEM);
    if (text && k->kind == FLAG) {
        bool value;
        if (!value_bool(text, &value, &r->reason)) {
            return fail(r, node, "'%s' is %s", k->name, r->reason.text);
        }
        *(int *)(void *)(base + k->at) = value ? FLAG_TRUE : FLAG_FALSE;
    } else if (text) {
        char **out = (char **)(void *)(base + k->at);
        *out = k->kind == PATH ? resolved(r, text) : mem_strdup(text);
    }
    return text != NULL;
}

static yaml_node_t *node_at(struct reader *r, int index)
{
    return yaml_document_get_node(&r->at->document, index);
}

static bool is_repeated(struct reader *r, yaml_node_t *node, yaml_node_pair_t *pair)
{
    const char *name = locate_text(node_at(r, pair->key));
    for (yaml_node_pair_t *p = node->data.mapping.pairs.start; p < pair; p++) {
        if (strcmp(locate_text(node_at(r, p->key)), name) == 0) {
            return true;
        }
    }
    return false;
}

static bool read_mapping(
    struct reader *r, yaml_node_t *node, const char *label, const struct key *keys)
{
    if (node->type != YAML_MAPPING_NODE) {
        return fail(r, node, "%s must be a mapping (key: value)", label);
    }
    yaml_node_pair_t *end = node->data.mapping.pairs.top;
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < end; pair++) {
        yaml_node_t *key = node_at(r, pair->key);
        const struct key *k = keys;
        while (k->name && strcmp(k->name, locate_text(key)) != 0) {
            k++;
        }
        if (!k->name) {
            return fail_unknown(r, key, keys);
        }
        if (k->kind == REFUSED) {
            return fail(r, key, "'%s' is not supported: %s", k->name, k->why);
        }
        if (is_repeated(r, node, pair)) {
            return fail(r, key, "'%s' is given twice", k->name);
        }
        if (!read_value(r, node_at(r, pair->value), k)) {
            return false;
        }
    }
    return true;
}

// ---- headers ----------------------------------------------------------------------------------

static bool add_header(struct reader *r, struct source_config *s, const char *name,
    const yaml_node_t *item, const char *kind)
{
    bool file = strcmp(kind, "files") == 0, secret = strcmp(kind, "secrets") == 0;
    const char *text = text_of(r, item, name, false);
    if (!text) {
        return false;
    }
    struct str line;
    str_init(&line);
    str_addf(&line, "%s: %s", name, file ? "x" : text);
    bool good = value_header(line.text, &r->reason);
    if (!good) {
        fail(r, item, "'%s' is %s", name, r->reason.text);
    } else if (s->headers_count + s->header_files_count >= LIMIT_HEADERS) {
        good = fail(r, item, "too many headers; at most %d", LIMIT_HEADERS);
    } else if (file) {
        char *path = resolved(r, text);
        source_append_header_file(s, name, path);
        free(path);
    } else {
        source_append_header(s, line.text);
        if (secret) {
            source_note_secrets(s, r->at->name);
        }
    }
    str_finish(&line);
    return good;
}

/** {values: [...], secrets: [...], files: [...]} of the header NAME. */
static bool read_header(
    struct reader *r, struct source_config *s, const char *name, yaml_node_t *node)
{
    if (node->type != YAML_MAPPING_NODE) {
        return fail(r, node, "'%s' must be a mapping with values, secrets or files", name);
    }
    source_drop_header(s, name);
    yaml_node_pair_t *end = node->data.mapping.pairs.top;
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < end; pair++) {
        const char *kind = locate_text(node_at(r, pair->key));
        yaml_node_t *list = node_at(r, pair->value);
        if (strcmp(kind, "files") != 0 && strcmp(kind, "values") != 0 &&
            strcmp(kind, "secrets") != 0) {
            return fail(
                r, node_at(r, pair->key), "a header has values, secrets and files, each a list");
        }
        if (list->type != YAML_SEQUENCE_NODE) {
            return fail(r, list, "'%s' must be a list", kind);
        }
        for (yaml_node_item_t *i = list->data.sequence.items.start;
             i < list->data.sequence.items.top; i++) {
            if (!add_header(r, s, name, node_at(r, *i), kind)) {
                return false;
            }
        }
    }
    return true;
}

static bool take_headers(struct reader *r, struct source_config *s)
{
    yaml_node_t *node = r->found.headers;
    if (!node) {
        return true;
    }
    yaml_node_pair_t *end = node->data.mapping.pairs.top;
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < end; pair++) {
        const char *name = locate_text(node_at(r, pair->key));
        if (!read_header(r, s, name, node_at(r, pair->value))) {
            return false;
        }
    }
    return true;
}

// ---- what it means ----------------------------------------------------------------------------

static void replace(char **field, char *text)
{
    if (text) {
        free(*field);
        *field = text;
    }
}

/** TEXT is left to its place of origin. */
static void take(char **field, char **text)
{
    replace(field, *text);
    *text = NULL;
}

static bool check_pair(
    struct reader *r, const yaml_node_t *node, const char *name, const char *text, const char *file)
{
    return !text || !file || fail(r, node, "%s and %s_file are both given; keep one", name, name);
}

static bool check_auth(struct reader *r, const yaml_node_t *node)
{
    const struct found *f = &r->found;
    const yaml_node_t *at = f->auth ? f->auth : node;
    if (f->auth_ways > 1) {
        return fail(r, at,
            "only one of basic_auth, authorization, bearer_token and bearer_token_file can be "
            "given");
    }
    if (f->type && ascii_same(f->type, "basic")) {
        return fail(r, at, "the type of an authorization cannot be basic; use basic_auth");
    }
    if (f->username && strchr(f->username, ':')) {
        return fail(r, at, "no user name can have a ':' in it");
    }
    return check_pair(r, at, "username", f->username, f->username_file) &&
           check_pair(r, at, "password", f->password, f->password_file) &&
           check_pair(r, at, "credentials", f->credentials, f->credentials_file) &&
           check_pair(r, node, "ca", f->ca, f->ca_file) &&
           check_pair(r, node, "cert", f->cert, f->cert_file) &&
           check_pair(r, node, "key", f->key, f->key_file);
}

static void take_auth(struct found *f, struct source_config *s)
{
    if (f->auth_ways == 0) {
        return;
    }
    source_drop_auth(s);
    if (f->username || f->password) {
        struct str user;
        str_init(&user);
        str_addf(&user, "%s:%s", f->username ? f->username : "", f->password ? f->password : "");
        s->user = str_take(&user);
    }
    take(&s->user_name_file, &f->username_file);
    take(&s->password_file, &f->password_file);
    take(&s->token_type, &f->type);
    take(&s->token, &f->credentials);
    take(&s->token, &f->bearer_token);
    take(&s->bearer_token_file, &f->credentials_file);
    take(&s->bearer_token_file, &f->bearer_token_file);
}

static bool take_version(struct reader *r, const yaml_node_t *node, const char *text, int *out)
{
    static const struct {
        const char *name;
        int version;
    } known[] = {{"TLS10", 10}, {"TLS11", 11}, {"TLS12", 12}, {"TLS13", 13}};
    for (size_t i = 0; text && i < sizeof known / sizeof *known; i++) {
        if (strcmp(text, known[i].name) == 0) {
            *out = known[i].version;
            return true;
        }
    }
    return !text || fail(r, node, "a version of TLS is TLS10, TLS11, TLS12 or TLS13");
}

/** A file and a text for the same thing: what is given now replaces either. */
static void take_either(char **text_field, char **file_field, char **text, char **file)
{
    if (*text || *file) {
        free(*text_field);
        free(*file_field);
        *text_field = *file_field = NULL;
        take(text_field, text);
        take(file_field, file);
    }
}

static bool take_rest(struct reader *r, const yaml_node_t *node, struct source_config *s)
{
    struct found *f = &r->found;
    take_either(&s->ca_text, &s->ca_file, &f->ca, &f->ca_file);
    take_either(&s->cert_text, &s->cert_file, &f->cert, &f->cert_file);
    take_either(&s->key_text, &s->key_file, &f->key, &f->key_file);
    take(&s->server_name, &f->server_name);
    take(&s->proxy, &f->proxy_url);
    take(&s->no_proxy, &f->no_proxy);
    s->insecure = f->insecure ? f->insecure == FLAG_TRUE : s->insecure;
    s->no_environment_proxy =
        f->environment ? f->environment == FLAG_FALSE : s->no_environment_proxy;
    s->stay = f->follow ? f->follow == FLAG_FALSE : s->stay;
    s->http2 = f->http2 ? f->http2 == FLAG_TRUE : s->http2;
    if (s->tls_max && s->tls_min > s->tls_max) {
        return fail(r, node, "the least version of TLS is above the greatest");
    }
    return true;
}

static void finish_found(struct found *f)
{
    static const struct key *const tables[] = {top_keys, basic_keys, authorization_keys, tls_keys};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        for (const struct key *k = tables[i]; k->name; k++) {
            if (k->kind == TEXT || k->kind == PATH || k->kind == PEM) {
                free(*(char **)(void *)((char *)f + k->at));
            }
        }
    }
}

bool http_config_apply(
    struct source_config *s, struct locate *l, yaml_node_t *node, struct str *why)
{
    struct reader r = {.at = l, .why = why};
    str_init(&r.reason);
    bool good = read_mapping(&r, node, "an http_config", top_keys) && check_auth(&r, node) &&
                take_version(&r, node, r.found.min, &s->tls_min) &&
                take_version(&r, node, r.found.max, &s->tls_max) && take_headers(&r, s) &&
                take_rest(&r, node, s);
    if (good) {
        const struct found *f = &r.found;
        if (f->password || f->credentials || f->bearer_token || f->key) {
            source_note_secrets(s, l->name);
        }
        take_auth(&r.found, s);
    }
    finish_found(&r.found);
    str_finish(&r.reason);
    return good;
}

bool http_config_read(struct source_config *s, const char *path, struct str *why)
{
    struct locate l = {0};
    struct str text;
    str_init(&text);
    bool good = text_read(path, &text, NULL, why) &&
                locate_parse(&l, path, text.text, text.len, why) &&
                (!locate_root(&l) || http_config_apply(s, &l, locate_root(&l), why));
    locate_finish(&l);
    str_finish(&text);
    return good;
}
