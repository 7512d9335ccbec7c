#include "http/client.h"

#include <curl/curl.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/mem.h"
#include "base/text.h"
#include "http/setup.h"
#include "http/transfer.h"

static void open_slots(struct http_client *c, const struct http_options *options)
{
    c->slots_count = c->in_flight_most = (size_t)options->connections;
    c->slots = mem_zalloc(c->slots_count, sizeof *c->slots);
    for (size_t i = 0; i < c->slots_count; i++) {
        struct slot *slot = &c->slots[i];
        slot->client = c;
        slot->intake = &c->intake;
    }
}

/** Takes the address apart; the credentials in it are used where the endpoint has no others. */
static bool take_target(struct http_client *c, struct str *why)
{
    struct endpoint *e = &c->endpoint;
    struct str url;
    str_init(&url);
    str_addf(&url, e->params ? "%s?%s" : "%s", e->url, e->params);
    bool good = target_parse(&c->target, url.text, why);
    str_finish(&url);
    if (good && !e->user && c->target.user) {
        struct str user;
        str_init(&user);
        str_addf(&user, "%s:%s", c->target.user, c->target.password ? c->target.password : "");
        e->user = str_take(&user);
    }
    if (good && e->proxy && !(c->proxy = target_place(e->proxy))) {
        str_setf(why, _("the proxy for %s is not a URL: use http://host:port"), c->target.place);
        return false;
    }
    return good;
}

/** Adds the header NAME, which this program decides on. */
static void add_header(struct endpoint *e, const char *name, const char *value)
{
    struct str header;
    str_init(&header);
    str_addf(&header, "%s: %s", name, value);
    endpoint_append_header(e, header.text);
    str_finish(&header);
}

static bool take_headers(struct http_client *c, struct str *why)
{
    struct endpoint *e = &c->endpoint;
    if (e->tenant) {
        add_header(e, "X-Scope-OrgID", e->tenant);
    }
    if (!credentials_check(e, c->target.place, why)) {
        return false;
    }
    if (!e->server_name) {
        return true;
    }
    struct str connect_to;
    str_init(&connect_to);
    add_header(e, "Host", c->target.host);
    bool good = target_rename(&c->target, e->server_name, &connect_to, why);
    c->connect_to = good ? curl_slist_append(NULL, connect_to.text) : NULL;
    str_finish(&connect_to);
    return good;
}

struct http_client *http_create(const struct http_options *options, struct str *why)
{
    check(options->endpoint.timeout_ms > 0 && options->connections > 0 && options->body_max > 0);
    struct http_client *c = mem_zalloc(1, sizeof *c);
    check(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    endpoint_copy(&c->endpoint, &options->endpoint);
    if (!take_target(c, why) || !take_headers(c, why) || !(c->model = setup_handle(options, why))) {
        http_destroy(c);
        return NULL;
    }
    c->get_only = c->endpoint.get_only;
    c->intake.body_max = options->body_max;
    open_slots(c, options);
    loop_add(loop_create(), c);
    return c;
}

void http_destroy(struct http_client *c)
{
    if (!c) {
        return;
    }
    for (size_t i = 0; i < c->slots_count; i++) {
        if (c->slots[i].job) {
            curl_multi_remove_handle(c->loop->multi, c->slots[i].easy);
        }
        slot_finish(&c->slots[i]);
    }
    free(c->slots);
    if (c->loop) {
        loop_remove(c);
    }
    curl_easy_cleanup(c->model);
    curl_slist_free_all(c->connect_to);
    job_free_all(&c->queue);
    job_free_all(&c->done);
    job_free(c->shown);
    endpoint_finish(&c->endpoint);
    free(c->proxy);
    free(c->prefix);
    target_finish(&c->target);
    free(c);
    curl_global_cleanup();
}

void http_join(struct http_client *c, struct http_client *other)
{
    check(c->pending == 0);
    loop_remove(c);
    loop_add(other->loop, c);
}

void http_set_prefix(struct http_client *c, const char *prefix)
{
    free(c->prefix);
    c->prefix = mem_strdup(prefix);
}

void http_set_in_flight(struct http_client *c, int most)
{
    check(most > 0 && (size_t)most <= c->slots_count);
    c->in_flight_most = (size_t)most;
}

void http_start(struct http_client *c, const struct http_request *request)
{
    (request->urgent ? job_push_first : job_push)(&c->queue, job_create(request));
    c->pending++;
}

void http_cancel(struct http_client *c, uint64_t tag)
{
    for (size_t i = 0; i < c->slots_count; i++) {
        struct slot *slot = &c->slots[i];
        if (slot->job && slot->job->reply.tag == tag) {
            curl_multi_remove_handle(c->loop->multi, slot->easy);
            job_free(slot->job);
            slot->job = NULL;
            c->pending--;
        }
    }
    http_recall(c, tag);
    job_drop(&c->done, tag);
}

bool http_recall(struct http_client *c, uint64_t tag)
{
    size_t dropped = job_drop(&c->queue, tag);
    c->pending -= dropped;
    return dropped > 0;
}

size_t http_pending(const struct http_client *c)
{
    return c->pending;
}

void http_release(struct http_client *c)
{
    job_free(c->shown);
    c->shown = NULL;
}

bool http_next(struct http_client *c, struct http_reply *out)
{
    http_release(c);
    c->shown = job_pop(&c->done);
    if (!c->shown) {
        return false;
    }
    *out = c->shown->reply;
    return true;
}

void http_add_versions(struct str *out)
{
    str_addf(out, " %s", curl_version());
}
