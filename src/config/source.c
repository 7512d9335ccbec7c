#include "config/source.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "config/url.h"

static void drop_headers(struct source_config *s)
{
    for (size_t i = 0; i < s->headers_count; i++) {
        free(s->headers[i]);
    }
    free(s->headers);
    s->headers = NULL;
    s->headers_count = 0;
}

static void drop_auth(struct source_config *s)
{
    free(s->user);
    free(s->bearer_token_file);
    s->user = s->bearer_token_file = NULL;
}

bool source_set_url(struct source_config *s, const char *text, struct str *why)
{
    char *url, *user;
    if (!url_split(text, &url, &user, why)) {
        return false;
    }
    if (s->url && !url_same_origin(s->url, url)) {
        drop_auth(s);
        drop_headers(s);
    }
    free(s->url);
    s->url = url;
    source_set_auth(s, user, NULL);
    free(user);
    return true;
}

void source_set_auth(struct source_config *s, const char *user, const char *token_file)
{
    if (user || token_file) {
        drop_auth(s);
        s->user = mem_strdup(user);
        s->bearer_token_file = mem_strdup(token_file);
    }
}

void source_add_header(struct source_config *s, const char *header)
{
    size_t name = strcspn(header, ":") + 1;
    for (size_t i = 0; i < s->headers_count; i++) {
        if (strncasecmp(s->headers[i], header, name) == 0) {
            free(s->headers[i]);
            s->headers[i] = mem_strdup(header);
            return;
        }
    }
    s->headers = mem_resize(s->headers, s->headers_count + 1, sizeof *s->headers);
    s->headers[s->headers_count++] = mem_strdup(header);
}

void source_set_text(char **field, const char *text)
{
    if (text) {
        free(*field);
        *field = mem_strdup(text);
    }
}

void source_finish(struct source_config *s)
{
    drop_auth(s);
    drop_headers(s);
    free(s->url);
    free(s->tenant);
    free(s->ca_file);
    free(s->cert_file);
    free(s->key_file);
    free(s->proxy);
    *s = (struct source_config){0};
}

bool source_is_user(const char *user)
{
    for (const char *p = user; *p; p++) {
        if ((unsigned char)*p < ' ' || *p == 0x7F) {
            return false;
        }
    }
    return strchr(user, ':') != NULL && user[0] != ':';
}
