#include "http/target.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/ascii.h"
#include "base/check.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/utf8.h"

enum { SHOWN_BYTES = 200 };

// curl_free() and free() may differ, so what leaves this file is a copy
static char *part(CURLU *u, CURLUPart what, unsigned flags)
{
    char *value = NULL;
    if (curl_url_get(u, what, &value, flags) != CURLUE_OK) {
        return NULL;
    }
    char *copy = mem_strdup(value);
    curl_free(value);
    return copy;
}

static CURLU *new_url(void)
{
    CURLU *u = curl_url();
    if (!u) {
        check_die("out of memory");
    }
    return u;
}

// everything up to the last @ may be a password, however broken the rest is
static const char *shown_in(struct arena *a, const char *url)
{
    struct str s;
    str_init(&s);
    const char *host = strrchr(url, '@');
    const char *scheme = strstr(url, "://");
    if (host) {
        if (scheme && scheme < host) {
            str_append(&s, url, (size_t)(scheme + 3 - url));
        }
        str_add(&s, "***");
        url = host;
    }
    size_t len = strcspn(url, "?#");
    utf8_add_clean(&s, url, len < SHOWN_BYTES ? len : SHOWN_BYTES);
    return arena_take(a, &s);
}

static bool complain(struct str *why, const char *url, const char *detail)
{
    struct arena a = {0};
    if (!*url) {
        str_setf(why, _("the URL is empty: use http://host:port"));
    } else if (detail) {
        str_setf(why, _("%s is not a URL (%s): use http://host:port"), shown_in(&a, url), detail);
    } else {
        str_setf(why, _("%s is not a URL: use http://host:port"), shown_in(&a, url));
    }
    arena_finish(&a);
    return false;
}

static char *place_of(CURLU *u)
{
    char *host = part(u, CURLUPART_HOST, 0);
    char *port = part(u, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    char *place = NULL;
    if (host && *host) {
        struct str s;
        str_init(&s);
        utf8_add_clean(&s, host, SHOWN_BYTES);
        if (port) {
            str_addf(&s, ":%s", port);
        }
        place = str_take(&s);
    }
    free(host);
    free(port);
    return place;
}

static char *host_of(CURLU *u)
{
    char *host = part(u, CURLUPART_HOST, 0);
    char *port = part(u, CURLUPART_PORT, CURLU_NO_DEFAULT_PORT);
    struct str s;
    str_init(&s);
    str_addf(&s, port ? "%s:%s" : "%s", host ? host : "", port);
    free(host);
    free(port);
    return str_take(&s);
}

static void drop(CURLU *u, CURLUPart what)
{
    check(curl_url_set(u, what, NULL, 0) == CURLUE_OK);
}

static void take_apart(struct target *out, CURLU *u)
{
    out->user = part(u, CURLUPART_USER, CURLU_URLDECODE);
    out->password = part(u, CURLUPART_PASSWORD, CURLU_URLDECODE);
    out->query = part(u, CURLUPART_QUERY, 0);
    if (!out->query) {
        out->query = mem_strdup("");
    }
    out->place = place_of(u);
    out->host = host_of(u);
    drop(u, CURLUPART_USER);
    drop(u, CURLUPART_PASSWORD);
    drop(u, CURLUPART_QUERY);
    drop(u, CURLUPART_FRAGMENT);
    out->base = part(u, CURLUPART_URL, 0);
    check(out->base && out->place);
    for (size_t len = strlen(out->base); len && out->base[len - 1] == '/';) {
        out->base[--len] = '\0';
    }
}

static bool has_prefix(const char *text, const char *prefix)
{
    return ascii_same_n(text, prefix, strlen(prefix));
}

bool target_parse(struct target *out, const char *url, struct str *why)
{
    const char *rest = strstr(url, "://");
    if (!rest && (has_prefix(url, "http:") || has_prefix(url, "https:"))) {
        return complain(why, url, NULL);
    }
    if (rest && !has_prefix(url, "http://") && !has_prefix(url, "https://")) {
        return complain(why, url, _("only http and https are supported"));
    }
    rest = rest ? rest + 3 : url;
    // curl reads http:///name as the host "name"
    if (!*rest || strchr("/?#:", *rest)) {
        return complain(why, url, *url ? _("it has no host") : NULL);
    }
    struct str full;
    str_init(&full);
    str_addf(&full, "%s%s", rest == url ? "http://" : "", url);
    CURLU *u = new_url();
    CURLUcode code = curl_url_set(u, CURLUPART_URL, full.text, 0);
    str_finish(&full);
    if (code == CURLUE_OK) {
        take_apart(out, u);
    }
    curl_url_cleanup(u);
    return code == CURLUE_OK || complain(why, url, curl_url_strerror(code));
}

void target_finish(struct target *t)
{
    free(t->base);
    free(t->query);
    free(t->place);
    free(t->host);
    free(t->user);
    free(t->password);
    *t = (struct target){0};
}

char *target_place(const char *url)
{
    CURLU *u = new_url();
    char *place = NULL;
    if (curl_url_set(u, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME) ==
        CURLUE_OK) {
        place = place_of(u);
    }
    curl_url_cleanup(u);
    return place;
}

static bool same_part(CURLU *a, CURLU *b, CURLUPart what)
{
    char *left = part(a, what, CURLU_DEFAULT_PORT);
    char *right = part(b, what, CURLU_DEFAULT_PORT);
    bool same = left && right && ascii_same(left, right);
    free(left);
    free(right);
    return same;
}

static bool is_scheme(CURLU *u, const char *name)
{
    char *scheme = part(u, CURLUPART_SCHEME, 0);
    bool is = scheme && ascii_same(scheme, name);
    free(scheme);
    return is;
}

static bool has_port(CURLU *u, const char *number)
{
    char *port = part(u, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    bool has = port && strcmp(port, number) == 0;
    free(port);
    return has;
}

static bool is_http(CURLU *u)
{
    return is_scheme(u, "http") || is_scheme(u, "https");
}

char *target_redirect(const char *from, const char *to, bool *away)
{
    CURLU *a = new_url();
    CURLU *b = new_url();
    char *url = NULL;
    if (curl_url_set(a, CURLUPART_URL, from, 0) == CURLUE_OK &&
        curl_url_set(b, CURLUPART_URL, to, 0) == CURLUE_OK && is_http(b)) {
        bool port = same_part(a, b, CURLUPART_PORT);
        bool up = is_scheme(a, "http") && is_scheme(b, "https") &&
                  (port || (has_port(a, "80") && has_port(b, "443")));
        bool same =
            same_part(a, b, CURLUPART_HOST) && (up || (port && same_part(a, b, CURLUPART_SCHEME)));
        bool down = is_scheme(a, "https") && is_scheme(b, "http");
        if (!down) {
            drop(b, CURLUPART_USER);
            drop(b, CURLUPART_PASSWORD);
            url = part(b, CURLUPART_URL, 0);
            *away = !same;
        }
    }
    curl_url_cleanup(a);
    curl_url_cleanup(b);
    return url;
}

bool target_rename(struct target *t, const char *name, struct str *connect_to, struct str *why)
{
    CURLU *u = new_url();
    bool good = curl_url_set(u, CURLUPART_URL, t->base, 0) == CURLUE_OK;
    char *host = part(u, CURLUPART_HOST, 0);
    char *port = part(u, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    good =
        good && !strpbrk(name, ":/?#@ ") && curl_url_set(u, CURLUPART_HOST, name, 0) == CURLUE_OK;
    if (good) {
        str_setf(connect_to, "%s:%s:%s:%s", name, port, host, port);
        free(t->base);
        t->base = part(u, CURLUPART_URL, 0);
        for (size_t len = strlen(t->base); len && t->base[len - 1] == '/';) {
            t->base[--len] = '\0';
        }
    } else {
        str_setf(why, _("the TLS server name is not a host name"));
    }
    free(host);
    free(port);
    curl_url_cleanup(u);
    return good;
}
