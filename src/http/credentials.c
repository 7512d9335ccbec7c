#include "http/credentials.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "base/text.h"
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

static bool check_headers(const struct endpoint *o, struct str *why)
{
    for (size_t i = 0; i < o->headers_count; i++) {
        const char *header = o->headers[i];
        size_t name = header_name_length(header);
        if (!name || header[name] != ':') {
            str_setf(why, _("header %zu is not in the form 'Name: value'"), i + 1);
            return false;
        }
        if (!secret_is_one_line(header, strlen(header))) {
            str_setf(
                why, _("the value of the header %.*s is not one line of text"), (int)name, header);
            return false;
        }
    }
    for (size_t i = 0; i < o->header_files_count; i++) {
        const char *name = o->header_files[i].name;
        if (!*name || name[header_name_length(name)]) {
            str_setf(why, _("the header whose value is in %s has no valid name"),
                o->header_files[i].file);
            return false;
        }
    }
    return true;
}

static bool check_ways(const struct endpoint *e, const char *place, struct str *why)
{
    bool by_name = e->user || e->user_name_file || e->password_file;
    bool by_token = e->token || e->bearer_token_file;
    if (by_name && by_token) {
        str_setf(why, _("%s: give a user or a bearer token file, not both"), place);
        return false;
    }
    if (e->sigv4 && (by_token || e->netrc_file)) {
        str_setf(why, _("%s: give AWS keys or a token, not both"), place);
        return false;
    }
    return true;
}

bool credentials_check(const struct endpoint *e, const char *place, struct str *why)
{
    if (!check_ways(e, place, why) || !check_headers(e, why)) {
        return false;
    }
    CURL *easy = curl_easy_init(); // a trial, so that a mistake shows at the start
    struct curl_slist *headers = NULL;
    if (!easy) {
        check_die("out of memory");
    }
    bool good = credentials_apply(e, easy, &headers, why);
    curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
    return good;
}

/** *OUT becomes what FILE holds, or else TEXT; see secret_read() for PROBLEM. */
static bool resolve(
    const char *text, const char *file, const char *problem, struct str *out, struct str *why)
{
    if (file) {
        return secret_read(file, problem, out, why);
    }
    str_setf(out, "%s", text ? text : "");
    return true;
}

/** Has EASY send the halves of the user, or in place of each what is in its file. */
static bool apply_user(const struct endpoint *e, CURL *easy, struct str *why)
{
    struct str name, password;
    const char *user = e->user;
    str_init(&name);
    str_init(&password);
    const char *colon = user ? strchr(user, ':') : NULL;
    char *own = user ? mem_strndup(user, strcspn(user, ":")) : NULL;
    bool good =
        resolve(own, e->user_name_file, _("cannot read the user name file %s: %s"), &name, why) &&
        resolve(colon ? colon + 1 : NULL, e->password_file,
            _("cannot read the password file %s: %s"), &password, why);
    if (good) {
        set(easy, CURLOPT_USERNAME, name.text);
        set(easy, CURLOPT_PASSWORD, password.text);
    }
    secret_wipe(password.text);
    str_finish(&name);
    str_finish(&password);
    free(own);
    return good;
}

static bool apply_token(const struct endpoint *e, struct curl_slist **list, struct str *why)
{
    struct str token;
    str_init(&token);
    bool good = resolve(
        e->token, e->bearer_token_file, _("cannot read the token file %s: %s"), &token, why);
    if (good) {
        struct str type;
        str_init(&type);
        str_addf(&type, "%s ", e->token_type ? e->token_type : "Bearer");
        append_pair(list, "Authorization", type.text, token.text);
        str_finish(&type);
    }
    secret_wipe(token.text);
    str_finish(&token);
    return good;
}

static bool apply_signature(
    const struct endpoint *e, CURL *easy, struct curl_slist **list, struct str *why)
{
    struct aws_keys keys = {0};
    if (e->aws_file && !aws_read_keys(&keys, e->aws_file, e->aws_profile, why)) {
        return false;
    }
    const char *token = e->aws_file ? keys.session_token : e->aws_session_token;
    bool good = true;
    set(easy, CURLOPT_AWS_SIGV4, e->sigv4);
    if (e->aws_file) {
        set(easy, CURLOPT_USERNAME, keys.id);
        set(easy, CURLOPT_PASSWORD, keys.secret);
    } else {
        good = apply_user(e, easy, why);
    }
    if (token) {
        append_pair(list, "X-Amz-Security-Token", "", token);
    }
    aws_keys_finish(&keys);
    return good;
}

static bool apply_headers(const struct endpoint *e, struct curl_slist **list, struct str *why)
{
    for (size_t i = 0; i < e->headers_count; i++) {
        append_header(list, e->headers[i]);
    }
    struct str value;
    str_init(&value);
    bool good = true;
    for (size_t i = 0; good && i < e->header_files_count; i++) {
        good = secret_read(
            e->header_files[i].file, _("cannot read the header file %s: %s"), &value, why);
        if (good) {
            append_pair(list, e->header_files[i].name, "", value.text);
        }
    }
    secret_wipe(value.text);
    str_finish(&value);
    return good;
}

static bool apply(const struct endpoint *e, CURL *easy, struct curl_slist **list, struct str *why)
{
    if (!apply_headers(e, list, why)) {
        return false;
    }
    if (e->sigv4) {
        return apply_signature(e, easy, list, why);
    }
    if (e->token || e->bearer_token_file) {
        return apply_token(e, list, why);
    }
    if (e->user || e->user_name_file || e->password_file) {
        set(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        return apply_user(e, easy, why);
    }
    if (e->netrc_file) {
        set(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        set(easy, CURLOPT_NETRC, (long)CURL_NETRC_OPTIONAL);
        set(easy, CURLOPT_NETRC_FILE, e->netrc_file);
    }
    return true;
}

bool credentials_apply(
    const struct endpoint *e, CURL *easy, struct curl_slist **headers, struct str *why)
{
    struct curl_slist *list = NULL;
    append(&list, "Expect:"); // else a long query waits for a "100 Continue" that proxies forget
    bool good = !e || apply(e, easy, &list, why);
    set(easy, CURLOPT_HTTPHEADER, list);
    curl_slist_free_all(*headers);
    *headers = list;
    return good;
}
