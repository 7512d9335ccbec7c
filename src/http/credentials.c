#include "http/credentials.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "endpoint/aws.h"
#include "endpoint/secret.h"
#include "http/handle.h"

// RFC 9110: a name is a token
static size_t header_name_length(const char *header)
{
    return strspn(header, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                          "!#$%&'*+-.^_`|~");
}

static void append(struct curl_slist **list, const char *text)
{
    struct curl_slist *longer = curl_slist_append(*list, text);
    if (!longer) {
        check_die("out of memory");
    }
    *list = longer;
}

/** Appends the line HEADER, which is "Name: value". */
static void append_header(struct curl_slist **list, const char *header)
{
    size_t name = strcspn(header, ":");
    if (header[name + 1 + strspn(header + name + 1, " \t")]) {
        append(list, header);
        return;
    }
    // curl takes "Name:" for "leave it out" and "Name;" for "send it empty"
    char *empty = mem_strdup(header);
    empty[name] = ';';
    empty[name + 1] = '\0';
    append(list, empty);
    free(empty);
}

static void append_pair(
    struct curl_slist **list, const char *name, const char *middle, const char *value)
{
    struct str s;
    str_init(&s);
    str_addf(&s, "%s: %s%s", name, middle, value);
    append(list, s.text);
    secret_wipe(s.text);
    str_finish(&s);
}

static bool check_headers(const struct http_options *o, struct str *why)
{
    for (size_t i = 0; i < o->headers_count; i++) {
        const char *header = o->headers[i];
        size_t name = header_name_length(header);
        if (!name || header[name] != ':') {
            str_setf(why, "header %zu is not of the form \"Name: value\"", i + 1);
            return false;
        }
        if (!secret_is_one_line(header, strlen(header))) {
            str_setf(why, "the value of the header %.*s is more than one line of text", (int)name,
                header);
            return false;
        }
    }
    for (size_t i = 0; i < o->header_files_count; i++) {
        const char *name = o->header_files[i].name;
        if (!*name || name[header_name_length(name)]) {
            str_setf(
                why, "the header with the file %s has no proper name", o->header_files[i].file);
            return false;
        }
    }
    return true;
}

static void copy_headers(struct credentials *c, const struct http_options *o)
{
    c->headers = mem_zalloc(o->headers_count, sizeof *c->headers);
    for (; c->headers_count < o->headers_count; c->headers_count++) {
        c->headers[c->headers_count] = mem_strdup(o->headers[c->headers_count]);
    }
    c->header_files = mem_zalloc(o->header_files_count, sizeof *c->header_files);
    for (; c->header_files_count < o->header_files_count; c->header_files_count++) {
        const struct http_header_file *from = &o->header_files[c->header_files_count];
        c->header_files[c->header_files_count] = (struct http_header_file){
            .name = mem_strdup(from->name), .file = mem_strdup(from->file)};
    }
}

static void copy_user(struct credentials *c, const struct http_options *o, const struct target *t)
{
    const char *colon = o->user ? strchr(o->user, ':') : NULL;
    c->user_name_file = mem_strdup(o->user_name_file);
    c->password_file = mem_strdup(o->password_file);
    if (o->user) {
        size_t len = colon ? (size_t)(colon - o->user) : strlen(o->user);
        c->user_name = mem_strndup(o->user, len);
        c->password = mem_strdup(colon ? colon + 1 : NULL);
    } else {
        c->user_name = mem_strdup(t->user);
        c->password = mem_strdup(t->password);
    }
}

static bool check_ways(const struct credentials *c, const struct target *target, struct str *why)
{
    bool by_name = c->user_name || c->user_name_file || c->password_file;
    if (by_name && (c->token || c->token_file)) {
        str_setf(why, "%s: give a user or a bearer token file, not both", target->place);
        return false;
    }
    if (c->sigv4 && (c->token || c->token_file || c->netrc_file)) {
        str_setf(
            why, "%s: requests are signed with AWS keys or carry a token, not both", target->place);
        return false;
    }
    return true;
}

bool credentials_init(struct credentials *out, const struct http_options *o,
    const struct target *target, struct str *why)
{
    *out = (struct credentials){.token_type = mem_strdup(o->token_type ? o->token_type : "Bearer"),
        .token = mem_strdup(o->token),
        .token_file = mem_strdup(o->bearer_token_file),
        .netrc_file = mem_strdup(o->netrc_file),
        .sigv4 = mem_strdup(o->sigv4),
        .session_token = mem_strdup(o->aws_session_token),
        .aws_file = mem_strdup(o->aws_file),
        .aws_profile = mem_strdup(o->aws_profile)};
    copy_user(out, o, target);
    if (!check_ways(out, target, why) || !check_headers(o, why)) {
        return false;
    }
    copy_headers(out, o);
    CURL *easy = curl_easy_init(); // a trial, so that a mistake shows at the start
    struct curl_slist *headers = NULL;
    if (!easy) {
        check_die("out of memory");
    }
    bool good = credentials_apply(out, easy, &headers, why);
    curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
    return good;
}

void credentials_add_header(struct credentials *c, const char *header)
{
    c->headers = mem_resize(c->headers, c->headers_count + 1, sizeof *c->headers);
    c->headers[c->headers_count++] = mem_strdup(header);
}

static void drop(char *text)
{
    secret_wipe(text);
    free(text);
}

void credentials_finish(struct credentials *c)
{
    drop(c->user_name);
    drop(c->password);
    drop(c->token);
    drop(c->session_token);
    free(c->user_name_file);
    free(c->password_file);
    free(c->token_type);
    free(c->token_file);
    free(c->netrc_file);
    free(c->sigv4);
    free(c->aws_file);
    free(c->aws_profile);
    for (size_t i = 0; i < c->headers_count; i++) {
        drop(c->headers[i]);
    }
    for (size_t i = 0; i < c->header_files_count; i++) {
        free(c->header_files[i].name);
        free(c->header_files[i].file);
    }
    free(c->headers);
    free(c->header_files);
    *c = (struct credentials){0};
}

/** *OUT becomes what FILE holds, called WHAT, or else TEXT. */
static bool resolve(
    const char *text, const char *file, const char *what, struct str *out, struct str *why)
{
    if (file) {
        return secret_read(file, what, out, why);
    }
    str_setf(out, "%s", text ? text : "");
    return true;
}

static bool apply_user(const struct credentials *c, CURL *easy, struct str *why)
{
    struct str name, password;
    str_init(&name);
    str_init(&password);
    bool good = resolve(c->user_name, c->user_name_file, "user name file", &name, why) &&
                resolve(c->password, c->password_file, "password file", &password, why);
    if (good) {
        set(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        set(easy, CURLOPT_USERNAME, name.text);
        set(easy, CURLOPT_PASSWORD, password.text);
    }
    secret_wipe(password.text);
    str_finish(&name);
    str_finish(&password);
    return good;
}

static bool apply_token(const struct credentials *c, struct curl_slist **list, struct str *why)
{
    struct str token;
    str_init(&token);
    bool good = resolve(c->token, c->token_file, "token file", &token, why);
    if (good) {
        struct str type;
        str_init(&type);
        str_addf(&type, "%s ", c->token_type);
        append_pair(list, "Authorization", type.text, token.text);
        str_finish(&type);
    }
    secret_wipe(token.text);
    str_finish(&token);
    return good;
}

static bool apply_signature(
    const struct credentials *c, CURL *easy, struct curl_slist **list, struct str *why)
{
    struct aws_keys keys = {0};
    if (c->aws_file) {
        if (!aws_read_keys(&keys, c->aws_file, c->aws_profile, why)) {
            return false;
        }
    }
    const char *token = c->aws_file ? keys.session_token : c->session_token;
    set(easy, CURLOPT_AWS_SIGV4, c->sigv4);
    set(easy, CURLOPT_USERNAME, c->aws_file ? keys.id : c->user_name);
    set(easy, CURLOPT_PASSWORD, c->aws_file ? keys.secret : c->password);
    if (token) {
        append_pair(list, "X-Amz-Security-Token", "", token);
    }
    aws_keys_finish(&keys);
    return true;
}

static bool apply_headers(const struct credentials *c, struct curl_slist **list, struct str *why)
{
    for (size_t i = 0; i < c->headers_count; i++) {
        append_header(list, c->headers[i]);
    }
    struct str value;
    str_init(&value);
    bool good = true;
    for (size_t i = 0; good && i < c->header_files_count; i++) {
        good = secret_read(c->header_files[i].file, "header file", &value, why);
        if (good) {
            append_pair(list, c->header_files[i].name, "", value.text);
        }
    }
    secret_wipe(value.text);
    str_finish(&value);
    return good;
}

static bool apply(
    const struct credentials *c, CURL *easy, struct curl_slist **list, struct str *why)
{
    if (!apply_headers(c, list, why)) {
        return false;
    }
    if (c->sigv4) {
        return apply_signature(c, easy, list, why);
    }
    if (c->token || c->token_file) {
        return apply_token(c, list, why);
    }
    if (c->user_name || c->user_name_file || c->password_file) {
        return apply_user(c, easy, why);
    }
    if (c->netrc_file) {
        set(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        set(easy, CURLOPT_NETRC, (long)CURL_NETRC_OPTIONAL);
        set(easy, CURLOPT_NETRC_FILE, c->netrc_file);
    }
    return true;
}

bool credentials_apply(
    const struct credentials *c, CURL *easy, struct curl_slist **headers, struct str *why)
{
    struct curl_slist *list = NULL;
    append(&list, "Expect:"); // else a long query waits for a "100 Continue" that proxies forget
    bool good = !c || apply(c, easy, &list, why);
    set(easy, CURLOPT_HTTPHEADER, list);
    curl_slist_free_all(*headers);
    *headers = list;
    return good;
}
