#include <stdlib.h>

#include "base/mem.h"
#include "poll/poller_state.h"

enum { BODY_MAX = 16 * 1024 * 1024, TLS_FIRST = 10 };

static enum http_tls tls_of(int version)
{
    return version ? (enum http_tls)(HTTP_TLS_1_0 + version - TLS_FIRST) : HTTP_TLS_ANY;
}

static struct http_options options_of(const struct endpoint *s)
{
    return (struct http_options){.url = s->url,
        .user = s->user,
        .user_name_file = s->user_name_file,
        .password_file = s->password_file,
        .token_type = s->token_type,
        .token = s->token,
        .bearer_token_file = s->bearer_token_file,
        .netrc_file = s->netrc_file,
        .sigv4 = s->sigv4,
        .aws_session_token = s->aws_session_token,
        .aws_file = s->aws_file,
        .aws_profile = s->aws_profile,
        .ca_file = s->ca.file,
        .cert_file = s->cert.file,
        .key_file = s->key.file,
        .ca_text = s->ca.text,
        .cert_text = s->cert.text,
        .key_text = s->key.text,
        .server_name = s->server_name,
        .tls_min = tls_of(s->tls_min),
        .tls_max = tls_of(s->tls_max),
        .insecure = s->insecure,
        .proxy = s->proxy,
        .no_proxy = s->no_proxy,
        .no_environment_proxy = s->no_environment_proxy,
        .stay = s->stay,
        .get_only = s->get_only,
        .http2 = s->http2,
        .timeout_ms = s->timeout_ms,
        .connections = FLIGHT_FAR,
        .body_max = BODY_MAX,
        .user_agent = "ragtop"};
}

struct http_client *connect_source(const struct endpoint *s, struct str *why)
{
    struct str tenant;
    str_init(&tenant);
    const char **headers = mem_zalloc(s->headers_count + 1, sizeof *headers);
    size_t count = 0;
    for (; count < s->headers_count; count++) {
        headers[count] = s->headers[count];
    }
    if (s->tenant) {
        str_setf(&tenant, "X-Scope-OrgID: %s", s->tenant);
        headers[count++] = tenant.text;
    }
    struct http_header_file *files = mem_zalloc(s->header_files_count, sizeof *files);
    for (size_t i = 0; i < s->header_files_count; i++) {
        files[i] = (struct http_header_file){
            .name = s->header_files[i].name, .file = s->header_files[i].file};
    }
    struct http_options options = options_of(s);
    struct str url;
    str_init(&url);
    str_addf(&url, s->params ? "%s?%s" : "%s", s->url, s->params);
    options.url = url.text;
    options.headers = headers;
    options.headers_count = count;
    options.header_files = files;
    options.header_files_count = s->header_files_count;
    struct http_client *http = http_create(&options, why);
    if (http) {
        http_set_in_flight(http, FLIGHT_NEAR); // until it is known how far away it is
    }
    free(headers);
    free(files);
    str_finish(&tenant);
    str_finish(&url);
    return http;
}
