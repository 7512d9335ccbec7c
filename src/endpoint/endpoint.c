#include "endpoint/endpoint.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/mem.h"
#include "base/plain.h"
#include "base/text.h"
#include "endpoint/secret.h"
#include "endpoint/url.h"

enum { AUTH_TEXTS = 11, OTHER_TEXTS = 13 };

static void list_auth(struct endpoint *s, char **fields[AUTH_TEXTS])
{
    char **const all[AUTH_TEXTS] = {&s->user, &s->user_name_file, &s->password_file, &s->token,
        &s->bearer_token_file, &s->token_type, &s->netrc_file, &s->sigv4, &s->aws_session_token,
        &s->aws_file, &s->aws_profile};
    memcpy(fields, all, sizeof all);
}

static void list_others(struct endpoint *s, char **fields[OTHER_TEXTS])
{
    char **const all[OTHER_TEXTS] = {&s->url, &s->params, &s->tenant, &s->ca.file, &s->cert.file,
        &s->key.file, &s->ca.text, &s->cert.text, &s->key.text, &s->server_name, &s->proxy,
        &s->no_proxy, &s->secrets_in};
    memcpy(fields, all, sizeof all);
}

static void drop_headers(struct endpoint *s)
{
    for (size_t i = 0; i < s->headers_count; i++) {
        secret_wipe(s->headers[i]);
        free(s->headers[i]);
    }
    for (size_t i = 0; i < s->header_files_count; i++) {
        free(s->header_files[i].name);
        free(s->header_files[i].file);
    }
    free(s->headers);
    free(s->header_files);
    s->headers = NULL;
    s->header_files = NULL;
    s->headers_count = s->header_files_count = 0;
}

static void drop_all(char **const *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        secret_wipe(*fields[i]); // some are, and wiping the others costs nothing
        free(*fields[i]);
        *fields[i] = NULL;
    }
}

void endpoint_drop_auth(struct endpoint *s)
{
    char **fields[AUTH_TEXTS];
    list_auth(s, fields);
    drop_all(fields, AUTH_TEXTS);
}

void endpoint_take_auth(struct endpoint *s, struct endpoint *from)
{
    char **to[AUTH_TEXTS], **of[AUTH_TEXTS];
    list_auth(s, to);
    list_auth(from, of);
    for (size_t i = 0; i < AUTH_TEXTS; i++) {
        free(*to[i]);
        *to[i] = *of[i];
        *of[i] = NULL;
    }
}

bool endpoint_has_auth(const struct endpoint *s)
{
    return s->user || s->user_name_file || s->password_file || s->token || s->bearer_token_file ||
           s->netrc_file || s->sigv4;
}

/** Forgets what is for one server alone: credentials, and how its certificate is checked. */
static void drop_trust(struct endpoint *s)
{
    char **const texts[] = {
        &s->cert.file, &s->key.file, &s->cert.text, &s->key.text, &s->server_name};
    endpoint_drop_auth(s);
    drop_headers(s);
    drop_all(texts, sizeof texts / sizeof *texts);
    s->insecure = false;
}

bool endpoint_set_url(struct endpoint *s, const char *text, struct str *why)
{
    char *url, *user, *params;
    if (!url_split(text, &url, &user, &params, why)) {
        return false;
    }
    if (s->url && !url_same_origin(s->url, url)) {
        drop_trust(s);
    }
    free(s->url);
    free(s->params);
    s->url = url;
    s->params = params;
    endpoint_set_auth(s, user, NULL);
    free(user);
    return true;
}

void endpoint_set_auth(struct endpoint *s, const char *user, const char *token_file)
{
    if (user || token_file) {
        endpoint_drop_auth(s);
        s->user = mem_strdup(user);
        s->bearer_token_file = mem_strdup(token_file);
    }
}

void endpoint_add_header(struct endpoint *s, const char *header)
{
    size_t name = strcspn(header, ":") + 1;
    for (size_t i = 0; i < s->headers_count; i++) {
        if (ascii_same_n(s->headers[i], header, name)) {
            free(s->headers[i]);
            s->headers[i] = mem_strdup(header);
            return;
        }
    }
    endpoint_append_header(s, header);
}

void endpoint_append_header(struct endpoint *s, const char *header)
{
    s->headers = mem_resize(s->headers, s->headers_count + 1, sizeof *s->headers);
    s->headers[s->headers_count++] = mem_strdup(header);
}

void endpoint_append_header_file(struct endpoint *s, const char *name, const char *file)
{
    s->header_files =
        mem_resize(s->header_files, s->header_files_count + 1, sizeof *s->header_files);
    s->header_files[s->header_files_count++] =
        (struct header_file){.name = mem_strdup(name), .file = mem_strdup(file)};
}

void endpoint_drop_header(struct endpoint *s, const char *name)
{
    size_t len = strlen(name), kept = 0;
    for (size_t i = 0; i < s->headers_count; i++) {
        if (ascii_same_n(s->headers[i], name, len) && s->headers[i][len] == ':') {
            free(s->headers[i]);
        } else {
            s->headers[kept++] = s->headers[i];
        }
    }
    s->headers_count = kept;
    kept = 0;
    for (size_t i = 0; i < s->header_files_count; i++) {
        if (ascii_same(s->header_files[i].name, name)) {
            free(s->header_files[i].name);
            free(s->header_files[i].file);
        } else {
            s->header_files[kept++] = s->header_files[i];
        }
    }
    s->header_files_count = kept;
}

void endpoint_set_text(char **field, const char *text)
{
    if (text) {
        free(*field);
        *field = mem_strdup(text);
    }
}

void endpoint_copy(struct endpoint *out, const struct endpoint *s)
{
    *out = *s;
    char **fields[AUTH_TEXTS + OTHER_TEXTS];
    list_auth(out, fields);
    list_others(out, fields + AUTH_TEXTS);
    for (size_t i = 0; i < AUTH_TEXTS + OTHER_TEXTS; i++) {
        *fields[i] = mem_strdup(*fields[i]);
    }
    out->headers = NULL;
    out->header_files = NULL;
    out->candidates = NULL;
    out->headers_count = out->header_files_count = out->candidates_count = 0;
    for (size_t i = 0; i < s->headers_count; i++) {
        endpoint_append_header(out, s->headers[i]);
    }
    for (size_t i = 0; i < s->header_files_count; i++) {
        endpoint_append_header_file(out, s->header_files[i].name, s->header_files[i].file);
    }
}

static void finish_candidates(struct endpoint *s)
{
    for (size_t i = 0; i < s->candidates_count; i++) {
        free(s->candidates[i].url);
        free(s->candidates[i].token_file);
        free(s->candidates[i].ca_file);
    }
    free(s->candidates);
    s->candidates = NULL;
    s->candidates_count = 0;
}

void endpoint_finish(struct endpoint *s)
{
    char **fields[OTHER_TEXTS];
    list_others(s, fields);
    endpoint_drop_auth(s);
    drop_headers(s);
    drop_all(fields, OTHER_TEXTS);
    finish_candidates(s);
    *s = (struct endpoint){0};
}

bool endpoint_is_user(const char *user)
{
    return plain_is_line(user) && strchr(user, ':') != NULL && user[0] != ':';
}

bool endpoint_is_header(const char *text, struct str *why)
{
    static const char marks[] = "!#$%&'*+-.^_`|~"; // RFC 9110, 5.6.2: token
    size_t n = 0;
    while (isalnum((unsigned char)text[n]) || (text[n] && strchr(marks, text[n]))) {
        n++;
    }
    if (n == 0 || text[n] != ':') {
        str_setf(why, _("not a header; use 'Name: value'"));
        return false;
    }
    for (const char *p = text + n; *p; p++) {
        if (((unsigned char)*p < ' ' && *p != '\t') || *p == 0x7F) {
            str_setf(why, _("not a header: its value has a line break or control character"));
            return false;
        }
    }
    return true;
}

void endpoint_note_secrets(struct endpoint *s, const char *name)
{
    endpoint_set_text(&s->secrets_in, name);
}
