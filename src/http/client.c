#include "http/client.h"

#include <curl/curl.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/mem.h"
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
        slot->own = setup_own_handle(c->model, options, c->connect_to);
        slot_receive(slot, slot->own);
    }
}

static bool take_target(struct http_client *c, const struct http_options *options, struct str *why)
{
    if (!target_parse(&c->target, options->url, why)) {
        return false;
    }
    if (options->proxy && !(c->proxy = target_place(options->proxy))) {
        str_setf(why, "the proxy for %s is not a URL: use http://host:port", c->target.place);
        return false;
    }
    if (!credentials_init(&c->credentials, options, &c->target, why)) {
        return false;
    }
    if (options->server_name) {
        struct str from;
        str_init(&from);
        str_addf(&from, "Host: %s", c->target.host);
        credentials_add_header(&c->credentials, from.text);
        bool good = target_rename(&c->target, options->server_name, &from, why);
        c->connect_to = good ? curl_slist_append(NULL, from.text) : NULL;
        str_finish(&from);
        return good;
    }
    return true;
}

struct http_client *http_create(const struct http_options *options, struct str *why)
{
    check(options->timeout_ms > 0 && options->connections > 0 && options->body_max > 0);
    struct http_client *c = mem_zalloc(1, sizeof *c);
    check(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    if (!take_target(c, options, why) || !(c->model = setup_handle(options, why))) {
        http_destroy(c);
        return NULL;
    }
    c->timeout_ms = options->timeout_ms;
    c->intake.body_max = options->body_max;
    c->stay = options->stay;
    c->get_only = options->get_only;
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
    credentials_finish(&c->credentials);
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
