#include "poll/router_find.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "endpoint/url.h"
#include "poll/poller_state.h"
#include "series/list.h"

enum { BODY_MAX = 8 * 1024 * 1024, CONNECTIONS = 3 };

static const char api[] = "/api/v2/alerts";

/** Appends the address of service I of kube-prometheus in the namespace that the source is in, as
 * its name within a cluster tells. False: there is none. */
static bool add_service(struct str *s, const struct endpoint *source, size_t i)
{
    static const char *const names[] = {"alertmanager-main", "alertmanager-operated"};
    const char *host = strstr(source->url, "://");
    host = host ? host + 3 : source->url;
    const char *dot = strpbrk(host, "./:");
    if (i >= sizeof names / sizeof *names || !dot || *dot != '.') {
        return false;
    }
    size_t len = strcspn(dot + 1, "./:");
    const char *rest = dot + 1 + len;
    if (strncmp(rest, ".svc", 4) != 0 || !strchr(".:/", rest[4])) {
        return false;
    }
    str_addf(s, "http://%s.%.*s.svc:9093", names[i], (int)len, dot + 1);
    return true;
}

/** Appends the address of candidate I; false: there are no more. */
static bool add_candidate(struct str *s, const struct poller *p, size_t i)
{
    const struct endpoint *own = &p->config->alertmanager;
    const struct list *list = p->store->slots[FEED_ALERTMANAGERS].data;
    size_t named = list ? list->count : 0;
    if (own->url) {
        str_add(s, i == 0 ? own->url : "");
        return i == 0;
    }
    if (i >= named) {
        bool told = list && named == 0; // it sends its alerts nowhere
        return !told && add_service(s, &p->config->source, i - named);
    }
    const char *url = list_text(list, i, "url");
    size_t len = strlen(url), end = sizeof api - 1;
    bool known = len > end && strcmp(url + len - end, api) == 0;
    str_addf(s, "%.*s", (int)(known ? len - end : len), url);
    return true;
}

static struct http_client *connect_to(const struct poller *p, const char *url, struct str *why)
{
    struct endpoint e = {0};
    const struct endpoint *own = &p->config->alertmanager;
    if (own->url) {
        endpoint_copy(&e, own);
    }
    bool good = own->url || endpoint_set_url(&e, url, why);
    e.timeout_ms = e.timeout_ms > 0 ? e.timeout_ms : p->config->source.timeout_ms;
    const struct http_options options = {
        .endpoint = e, .connections = CONNECTIONS, .body_max = BODY_MAX, .user_agent = "ragtop"};
    struct http_client *http = good ? http_create(&options, why) : NULL;
    endpoint_finish(&e);
    if (http) {
        http_join(http, p->http);
    }
    return http;
}

void router_let_go(struct router *r)
{
    http_destroy(r->http);
    free(r->url);
    r->http = NULL;
    r->url = NULL;
    r->out = 0;
}

void router_say(char out[ROUTING_WHY_MAX], const char *why)
{
    struct str s;
    str_init(&s);
    utf8_add_brief(&s, why, ROUTING_WHY_MAX - 8);
    snprintf(out, ROUTING_WHY_MAX, "%s", s.text);
    str_finish(&s);
}

void router_note_url(struct router *r)
{
    struct arena a = {0};
    struct str s;
    str_init(&s);
    utf8_add_brief(&s, url_shown(&a, r->url), ROUTING_URL_MAX - 8);
    snprintf(r->state->url, ROUTING_URL_MAX, "%s", s.text);
    str_finish(&s);
    arena_finish(&a);
}

bool router_find(struct poller *p)
{
    struct router *r = &p->router;
    struct str url, why;
    str_init(&url);
    str_init(&why);
    bool any = add_candidate(&url, p, r->tried);
    r->state->given = p->config->alertmanager.url != NULL;
    if (any && !(r->http = connect_to(p, url.text, &why))) {
        router_say(r->state->why, why.text);
        r->state->denied = r->state->slow = false;
        r->tried++;
    } else if (any) {
        r->url = mem_strdup(url.text);
        if (r->tried == 0 || !*r->state->url) {
            router_note_url(r);
        }
    } else { // all of them were
        r->tried = 0;
    }
    str_finish(&why);
    str_finish(&url);
    return r->http != NULL;
}
