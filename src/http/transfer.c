#include "http/transfer.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "endpoint/aws.h"
#include "http/answer_headers.h"
#include "http/fault_words.h"
#include "http/handle.h"
#include "http/setup.h"
#include "http/tap.h"

enum { REDIRECTS_MAX = 3, PROXY_WANTS_USER = 407 };

static const char *place_of(const struct http_client *c, const struct job *job)
{
    return job->place ? job->place : c->target.place;
}

// "host:port" that sent JOB to another place; NULL: that is where it still is
static const char *redirected_by(const struct http_client *c, const struct job *job)
{
    bool moved = job->place && strcmp(job->place, c->target.place) != 0;
    return moved ? c->target.place : NULL;
}

static void end_job(struct http_client *c, struct job *job, enum http_outcome outcome)
{
    job->reply.outcome = outcome;
    if (outcome != HTTP_ANSWERED) {
        str_clear(&job->body);
    }
    job->reply.body = job->body.text;
    job->reply.body_len = job->body.len;
    job->reply.place = place_of(c, job);
    job->reply.redirected_by = redirected_by(c, job);
    job->reply.stranger = job->away;
    job->reply.why = job->why.text;
    job->reply.log = job->log.len > 0 ? job->log.text : job->why.text;
    job_push(&c->done, job);
    c->pending--;
}

static void end_sent(struct http_client *c, struct job *job, enum http_outcome outcome)
{
    end_job(c, job, outcome);
    tap_record(c, job);
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
    if (*job->query && !job->sent_post && !job->order) {
        str_addc(&url, mark);
        if (c->endpoint.sigv4) {
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
    CURL **easy = away ? &slot->stranger : &slot->own;
    if (!*easy) {
        *easy =
            away ? setup_copy(c->model) : setup_own_handle(c->model, &c->endpoint, c->connect_to);
        slot_receive(slot, *easy);
    }
    slot->easy = *easy;
}

// curl sends again what a kept connection lost, so an order has a new one.
static void set_order(CURL *easy, struct slot *slot, const struct job *job)
{
    set(easy, CURLOPT_CUSTOMREQUEST, job->order);
    set(easy, CURLOPT_FRESH_CONNECT, job->order ? 1L : 0L);
    if (job->order && *job->query) {
        set(easy, CURLOPT_POST, 1L);
        set(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(job->query));
        set(easy, CURLOPT_POSTFIELDS, job->query);
        slot->headers = curl_slist_append(slot->headers, "Content-Type: application/json");
        set(easy, CURLOPT_HTTPHEADER, slot->headers);
    }
}

// false: the job ended at once and the slot stays free
static bool send_job(struct http_client *c, struct slot *slot, struct job *job)
{
    choose_handle(c, slot, job->away);
    CURL *easy = slot->easy;
    if (!credentials_apply(job->away ? NULL : &c->endpoint, easy, &slot->headers, &job->why)) {
        end_job(c, job, HTTP_FAILED);
        return false;
    }
    job->sent_post = job->post && !c->get_only;
    if (job->sent_post) {
        set(easy, CURLOPT_POST, 1L);
        set(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(job->query));
        set(easy, CURLOPT_POSTFIELDS, job->query);
    } else {
        // the form of an earlier request is gone, but a signature would still be made over it
        set(easy, CURLOPT_POSTFIELDS, (char *)NULL);
        set(easy, CURLOPT_HTTPGET, 1L);
    }
    set_order(easy, slot, job);
    set_url(c, easy, job);
    // "identity" rather than nothing: some proxies compress unasked, and curl then undoes it
    set(easy, CURLOPT_ACCEPT_ENCODING, job->gzip ? "gzip" : "identity");
    int64_t left_ms = c->endpoint.timeout_ms - job->spent_us / 1000;
    set(easy, CURLOPT_TIMEOUT_MS, (long)(left_ms > 1 ? left_ms : 1));
    slot->job = job;
    slot->paused = slot->waits = false;
    slot->error[0] = '\0';
    handle_expect_multi(curl_multi_add_handle(c->loop->multi, easy));
    return true;
}

static size_t in_flight(const struct http_client *c)
{
    size_t count = 0;
    for (size_t i = 0; i < c->slots_count; i++) {
        count += c->slots[i].job != NULL;
    }
    return count;
}

void transfer_send_queued(struct http_client *c)
{
    for (size_t i = 0; i < c->slots_count && c->queue.first; i++) {
        while (!c->slots[i].job && c->queue.first && in_flight(c) < c->in_flight_most &&
               loop_may_send(c)) {
            struct job *job = job_pop(&c->queue);
            if (tap_play(c, job)) {
                end_job(c, job, job->reply.outcome);
            } else {
                send_job(c, &c->slots[i], job);
            }
        }
    }
}

static void explain_answer(
    const struct http_client *c, const struct job *job, const char *elsewhere, struct str *why)
{
    struct str answered;
    str_init(&answered);
    if (job->reply.status == PROXY_WANTS_USER && c->proxy) {
        fault_add_proxy_status(&answered, c->proxy, job->reply.status);
    } else {
        fault_add_status(&answered, place_of(c, job), redirected_by(c, job), job->reply.status);
    }
    if (elsewhere) {
        str_addf(why, _("%s, a redirect to %s that is not followed"), answered.text, elsewhere);
    } else {
        str_add(why, answered.text);
    }
    str_finish(&answered);
}

static void end_answered(struct http_client *c, CURL *easy, struct job *job, long status)
{
    job->reply.status = status;
    answer_read_moments(easy, &job->reply);
    char *type = NULL;
    curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &type);
    job->content_type = mem_strdup(type);
    job->reply.content_type = job->content_type;
    char *url = NULL;
    curl_easy_getinfo(easy, CURLINFO_REDIRECT_URL, &url);
    char *elsewhere = url ? target_place(url) : NULL;
    explain_answer(c, job, elsewhere, &job->why);
    const struct text_catalogue *language = text_use(NULL);
    explain_answer(c, job, elsewhere, &job->log);
    text_use(language);
    free(elsewhere);
    end_sent(c, job, HTTP_ANSWERED);
}

static enum http_outcome explain_fault(
    const struct http_client *c, const struct job *job, const struct fault *fault, struct str *why)
{
    struct str clause;
    str_init(&clause);
    enum http_outcome outcome = fault_explain(fault, &clause);
    if (redirected_by(c, job)) {
        str_addf(why, _("%s redirects to %s: %s"), c->target.place, job->place, clause.text);
    } else {
        str_add(why, clause.text);
    }
    str_finish(&clause);
    return outcome;
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
        .timeout_ms = c->endpoint.timeout_ms,
        .connect_ms = setup_connect_ms(c->endpoint.timeout_ms),
        .ca_given = c->endpoint.ca.file || c->endpoint.ca.text,
        .body_len = job->body.len,
        .body_max = c->intake.body_max,
        .body_too_large = job->body_too_large,
        .headers_too_large = job->headers_too_large,
    };
    enum http_outcome outcome = explain_fault(c, job, &fault, &job->why);
    const struct text_catalogue *language = text_use(NULL);
    explain_fault(c, job, &fault, &job->log);
    text_use(language);
    end_sent(c, job, outcome);
}

static bool follow(const struct http_client *c, struct job *job, CURL *easy, long status)
{
    char *from = NULL, *to = NULL;
    curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_URL, &from);
    curl_easy_getinfo(easy, CURLINFO_REDIRECT_URL, &to);
    bool keeps_method = status == 301 || status == 302 || status == 307 || status == 308;
    if (c->endpoint.stay || !from || !to || job->redirects == REDIRECTS_MAX ||
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

static void forget_redirect(struct job *job)
{
    free(job->redirect);
    free(job->place);
    job->redirect = job->place = NULL;
    job->redirects = 0;
    job->away = false;
}

// A proxy may let only GET through, or no form. It says so with a page or a document of its own;
// the API's errors have an errorType, and yet 403 may be for the method. A page behind a redirect
// is a log-in.
static bool is_barred(const struct job *job, long status)
{
    char first = job->body.text[strspn(job->body.text, " \t\r\n")];
    switch (status) {
    case 403:
    case 406:
    case 411:
    case 415: return true;
    case 400:
    case 404: return job->redirects == 0 && !strstr(job->body.text, "\"errorType\"");
    case 200: return job->redirects == 0 && first == '<';
    default: return false;
    }
}

static bool must_ask_again(struct http_client *c, struct job *job, CURL *easy, long status)
{
    bool barred = is_barred(job, status);
    if (job->order) {
        return false;
    }
    if (job->sent_post && (status == 405 || status == 501 || (barred && !job->post_barred))) {
        job->post_barred = barred;
        c->get_only = true;
        forget_redirect(job); // its URL has no query, so the server itself is asked
        return true;
    }
    if (job->post_barred && barred) {
        c->get_only = false; // it is not for the method
    }
    return follow(c, job, easy, status);
}

void transfer_finish(struct http_client *c, struct slot *slot, CURLcode code)
{
    struct job *job = slot->job;
    slot->job = NULL;
    curl_off_t took_us = 0, ready_us = 0, first_us = 0;
    long status = 0;
    curl_easy_getinfo(slot->easy, CURLINFO_TOTAL_TIME_T, &took_us);
    curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &status);
    job->spent_us += took_us;
    job->reply.seconds = (double)job->spent_us / 1e6;
    curl_easy_getinfo(slot->easy, CURLINFO_PRETRANSFER_TIME_T, &ready_us);
    curl_easy_getinfo(slot->easy, CURLINFO_STARTTRANSFER_TIME_T, &first_us);
    job->reply.wait_s = first_us > ready_us ? (double)(first_us - ready_us) / 1e6 : 0;
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
