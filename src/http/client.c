#include "http/client.h"

#include <curl/curl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "http/answer.h"
#include "http/aws.h"
#include "http/credentials.h"
#include "http/fault.h"
#include "http/job.h"
#include "http/setup.h"
#include "http/slot.h"
#include "http/target.h"

enum { FDS_MAX = 8, REDIRECTS_MAX = 3 };

#define set(easy, option, value) check(curl_easy_setopt(easy, option, value) == CURLE_OK)

struct http_client {
    struct target target;
    struct credentials credentials;
    struct curl_slist *connect_to;
    CURL *model; /**< of the handles that go to other servers */
    char *proxy, *prefix;
    bool stay;
    int64_t timeout_ms;
    struct intake intake;
    CURLM *multi;
    struct slot *slots;
    size_t slots_count;
    struct jobs queue, done;
    struct job *shown; /**< the one behind the last http_next() */
    size_t pending;
    bool get_only; /**< as it was asked for, or the server refused a POST */
};

static const char *place_of(const struct http_client *c, const struct job *job)
{
    return job->place ? job->place : c->target.place;
}

static void end_job(struct http_client *c, struct job *job, enum http_outcome outcome)
{
    job->reply.outcome = outcome;
    if (outcome != HTTP_ANSWERED) {
        str_clear(&job->body);
    }
    job->reply.body = job->body.text;
    job->reply.body_len = job->body.len;
    job->reply.moved_to = job->away ? job->place : NULL;
    job->reply.why = job->why.text;
    job_push(&c->done, job);
    c->pending--;
}

static void set_url(const struct http_client *c, CURL *easy, const struct job *job)
{
    if (job->redirect) {
        set(easy, CURLOPT_URL, job->redirect);
        return;
    }
    struct str url;
    str_init(&url);
    str_addf(&url, "%s%s%s", c->target.base, c->prefix ? c->prefix : "", job->path);
    char mark = '?';
    if (*c->target.query) {
        str_addf(&url, "%c%s", mark, c->target.query);
        mark = '&';
    }
    if (*job->query && !job->sent_post) {
        str_addc(&url, mark);
        if (c->credentials.sigv4) {
            aws_add_canonical(&url, job->query);
        } else {
            str_add(&url, job->query);
        }
    }
    set(easy, CURLOPT_URL, url.text);
    str_finish(&url);
}

// Nothing that says who asks ever touches the handle that goes to other servers.
static void choose_handle(const struct http_client *c, struct slot *slot, bool away)
{
    if (away && !slot->stranger) {
        slot->stranger = curl_easy_duphandle(c->model);
        if (!slot->stranger) {
            check_die("out of memory");
        }
        slot_receive(slot, slot->stranger);
    }
    slot->easy = away ? slot->stranger : slot->own;
}

// false: the job ended at once and the slot stays free
static bool send_job(struct http_client *c, struct slot *slot, struct job *job)
{
    choose_handle(c, slot, job->away);
    CURL *easy = slot->easy;
    if (!credentials_apply(job->away ? NULL : &c->credentials, easy, &slot->headers, &job->why)) {
        end_job(c, job, HTTP_FAILED);
        return false;
    }
    job->sent_post = job->post && !c->get_only;
    if (job->sent_post) {
        set(easy, CURLOPT_POST, 1L);
        set(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(job->query));
        set(easy, CURLOPT_POSTFIELDS, job->query);
    } else {
        set(easy, CURLOPT_HTTPGET, 1L);
    }
    set_url(c, easy, job);
    // "identity" rather than nothing: some proxies compress unasked, and curl then undoes it
    set(easy, CURLOPT_ACCEPT_ENCODING, job->gzip ? "gzip" : "identity");
    int64_t left_ms = c->timeout_ms - job->spent_us / 1000;
    set(easy, CURLOPT_TIMEOUT_MS, (long)(left_ms > 1 ? left_ms : 1));
    slot->job = job;
    slot->paused = false;
    slot->error[0] = '\0';
    check(curl_multi_add_handle(c->multi, easy) == CURLM_OK);
    return true;
}

static void send_queued(struct http_client *c)
{
    for (size_t i = 0; i < c->slots_count && c->queue.first; i++) {
        while (!c->slots[i].job && c->queue.first) {
            send_job(c, &c->slots[i], job_pop(&c->queue));
        }
    }
}

static void end_answered(struct http_client *c, CURL *easy, struct job *job, long status)
{
    job->reply.status = status;
    answer_read_moments(easy, &job->reply);
    char *type = NULL;
    curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &type);
    job->content_type = mem_strdup(type);
    job->reply.content_type = job->content_type;
    fault_add_status(&job->why, place_of(c, job), status);
    char *url = NULL;
    curl_easy_getinfo(easy, CURLINFO_REDIRECT_URL, &url);
    char *elsewhere = url ? target_place(url) : NULL;
    if (elsewhere) {
        str_addf(&job->why, ", a redirect to %s that is not followed", elsewhere);
        free(elsewhere);
    }
    end_job(c, job, HTTP_ANSWERED);
}

static void end_failed(
    struct http_client *c, const struct slot *slot, struct job *job, CURLcode code)
{
    struct fault fault = {
        .easy = slot->easy,
        .code = code,
        .detail = slot->error,
        .place = place_of(c, job),
        .proxy = c->proxy,
        .timeout_ms = c->timeout_ms,
        .connect_ms = setup_connect_ms(c->timeout_ms),
        .body_len = job->body.len,
        .body_max = c->intake.body_max,
        .body_too_large = job->body_too_large,
        .headers_too_large = job->headers_too_large,
    };
    if (job->away) {
        str_addf(&job->why, "%s redirects to %s: ", c->target.place, job->place);
    }
    end_job(c, job, fault_explain(&fault, &job->why));
}

static bool follow(const struct http_client *c, struct job *job, CURL *easy, long status)
{
    char *from = NULL, *to = NULL;
    curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_URL, &from);
    curl_easy_getinfo(easy, CURLINFO_REDIRECT_URL, &to);
    bool keeps_method = status == 301 || status == 302 || status == 307 || status == 308;
    if (c->stay || !from || !to || job->redirects == REDIRECTS_MAX ||
        !(keeps_method || !job->sent_post)) {
        return false;
    }
    bool away;
    char *url = target_redirect(from, to, &away);
    if (!url) {
        return false;
    }
    job->redirects++;
    job->away = job->away || away;
    free(job->redirect);
    free(job->place);
    job->redirect = url;
    job->place = target_place(url);
    return true;
}

static bool must_ask_again(struct http_client *c, struct job *job, CURL *easy, long status)
{
    if (job->sent_post && (status == 405 || status == 501)) {
        c->get_only = true;
        free(job->redirect); // it has no query
        job->redirect = NULL;
        job->away = false;
        return true;
    }
    return follow(c, job, easy, status);
}

static void finish(struct http_client *c, struct slot *slot, CURLcode code)
{
    struct job *job = slot->job;
    slot->job = NULL;
    curl_off_t took_us = 0;
    long status = 0;
    curl_easy_getinfo(slot->easy, CURLINFO_TOTAL_TIME_T, &took_us);
    curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &status);
    job->spent_us += took_us;
    job->reply.seconds = (double)job->spent_us / 1e6;
    if (code != CURLE_OK) {
        end_failed(c, slot, job, code);
    } else if (must_ask_again(c, job, slot->easy, status)) {
        str_clear(&job->body);
        job->headers_len = 0;
        send_job(c, slot, job);
    } else {
        end_answered(c, slot->easy, job, status);
    }
}

static void drive(struct http_client *c)
{
    for (bool again = true; again;) {
        send_queued(c);
        int running;
        check(curl_multi_perform(c->multi, &running) == CURLM_OK);
        again = false;
        int left;
        for (CURLMsg *m; (m = curl_multi_info_read(c->multi, &left)) != NULL;) {
            CURLcode code = m->data.result;
            CURL *easy = m->easy_handle;
            struct slot *slot = NULL;
            curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&slot);
            curl_multi_remove_handle(c->multi, easy); // M is gone after this
            finish(c, slot, code);
            again = true; // its place is taken by the next, which wants to be driven too
        }
    }
}

static void open_slots(struct http_client *c, const struct http_options *options)
{
    c->slots_count = (size_t)options->connections;
    c->slots = mem_zalloc(c->slots_count, sizeof *c->slots);
    for (size_t i = 0; i < c->slots_count; i++) {
        struct slot *slot = &c->slots[i];
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
        str_setf(why, "the proxy for %s is not a URL: say http://host:port", c->target.place);
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
    c->multi = curl_multi_init();
    if (!c->multi) {
        check_die("out of memory");
    }
    curl_multi_setopt(c->multi, CURLMOPT_MAXCONNECTS, (long)options->connections);
    c->timeout_ms = options->timeout_ms;
    c->intake.body_max = options->body_max;
    c->stay = options->stay;
    c->get_only = options->get_only;
    open_slots(c, options);
    return c;
}

void http_destroy(struct http_client *c)
{
    if (!c) {
        return;
    }
    for (size_t i = 0; i < c->slots_count; i++) {
        if (c->slots[i].job) {
            curl_multi_remove_handle(c->multi, c->slots[i].easy);
        }
        slot_finish(&c->slots[i]);
    }
    free(c->slots);
    curl_multi_cleanup(c->multi);
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

void http_set_prefix(struct http_client *c, const char *prefix)
{
    free(c->prefix);
    c->prefix = mem_strdup(prefix);
}

void http_start(struct http_client *c, const struct http_request *request)
{
    job_push(&c->queue, job_create(request));
    c->pending++;
}

size_t http_pending(const struct http_client *c)
{
    return c->pending;
}

// not curl's own answer: it knows no hang-up, and a closed terminal would keep the loop spinning
static http_ready readable(const int *fds, size_t count)
{
    struct pollfd polled[FDS_MAX];
    for (size_t i = 0; i < count; i++) {
        polled[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
    }
    http_ready ready = 0;
    if (count && poll(polled, count, 0) > 0) {
        for (size_t i = 0; i < count; i++) {
            ready |= polled[i].revents ? 1u << i : 0;
        }
    }
    return ready;
}

http_ready http_wait(struct http_client *c, const int *fds, size_t count, int timeout_ms)
{
    check(count <= FDS_MAX);
    struct curl_waitfd waited[FDS_MAX];
    for (size_t i = 0; i < count; i++) {
        waited[i] = (struct curl_waitfd){.fd = fds[i], .events = CURL_WAIT_POLLIN};
    }
    slot_resume(c->slots, c->slots_count, &c->intake);
    drive(c);
    bool more = c->done.first || slot_any_paused(c->slots, c->slots_count);
    int wait_ms = more || timeout_ms < 0 ? 0 : timeout_ms;
    curl_multi_poll(c->multi, waited, (unsigned)count, wait_ms, NULL);
    drive(c);
    return readable(fds, count);
}

bool http_next(struct http_client *c, struct http_reply *out)
{
    job_free(c->shown);
    c->shown = job_pop(&c->done);
    if (!c->shown) {
        return false;
    }
    *out = c->shown->reply;
    return true;
}
