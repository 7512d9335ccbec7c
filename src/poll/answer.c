#include "poll/answer.h"

#include <string.h>

#include "base/text.h"
#include "endpoint/url.h"
#include "poll/health.h"
#include "poll/hint.h"
#include "poll/join.h"
#include "poll/poller_state.h"
#include "poll/remembered.h"
#include "poll/scraping.h"
#include "prom/complaint.h"
#include "prom/decode.h"
#include "prom/server_kind.h"
#include "scrape/exposition.h"

static void trace(const struct poller *p, const struct ask *ask, const struct http_reply *r)
{
    if (!p->trace) {
        return;
    }
    struct str s;
    str_init(&s);
    str_addf(&s, "%-8s %3ld %6.1f ms %8zu bytes %s", ask->feed->name, r->status, r->seconds * 1000,
        r->body_len, r->outcome == HTTP_ANSWERED ? "" : r->log);
    if (r->outcome == HTTP_ANSWERED && r->redirected_by) {
        str_addf(&s, "from %s: ", r->place);
    }
    if (ask->feed == &feed_query && !ask->orphaned) {
        str_add(&s, p->own.result.expr);
    } else if (feed_is_of_signal(ask->feed)) {
        feed_add_query(&s, p->plan, ask);
    }
    p->trace(p->trace_context, s.text);
    str_finish(&s);
}

enum prom_status answer_end_samples(struct poller *p, struct batch *b, struct str *why)
{
    struct samples *s = p->samples;
    p->samples = NULL;
    return prom_samples_end(s, b, why);
}

static void refuse_all(struct poller *p, const struct ask *ask, const char *why)
{
    result_refuse(p, ask, why);
    for (int k = 0; k < ask->joined_count; k++) {
        result_refuse(p, &ask->joined[k], why);
    }
}

// Where the rest lives on, WHY is said of what ASK is about. Of a server that has no time all that
// was joined waits as ASK does: more requests are not what helps it.
static void fail(struct poller *p, enum health_loss loss, const struct ask *ask,
    const struct http_reply *r, const char *why, const char *in_full, int64_t now_ms)
{
    bool busy = health_is_busy(r);
    if (!busy) {
        join_undo(p, ask, now_ms);
    }
    if (discovery_does_without(p, ask, r)) {
        discovery_settle(p, now_ms);
        return;
    }
    bool of_source = health_fail(p, loss, ask, r, in_full, now_ms) == FAULT_OF_SOURCE;
    if (!of_source && feed_is_scheduled(ask->feed)) {
        (busy ? refuse_all : result_refuse)(p, ask, why);
    }
}

static void fail_refused(struct poller *p, const struct ask *ask, const struct http_reply *r,
    const char *why, int64_t now_ms)
{
    struct arena a = {0};
    const char *text =
        complaint_is_of_quotes(why)
            ? _("labels with dots in their names need Prometheus 3 or later: this server is "
                "older, and one is configured")
            : arena_printf(&a, _("the server answers with an error: %s"), why);
    fail(p, LOSS_ANSWERED, ask, r, why, answer_whose(&a, r, text), now_ms);
    arena_finish(&a);
}

static void fail_silent(
    struct poller *p, const struct ask *ask, const struct http_reply *r, int64_t now_ms)
{
    struct str text;
    p->scraping.looked = p->scraping.looked && ask->feed != &feed_scrape;
    str_init(&text);
    str_add(&text, r->why);
    if (!p->config->source.assumed ||
        p->store->source.answered_ms > 0) { // else a URL is to be given
        hint_add(&text, r->redirected_by ? NULL : p->config->source.url, r->outcome);
    }
    fail(p, LOSS_SILENT, ask, r, r->why, text.text, now_ms);
    str_finish(&text);
}

/** Where an address without a path answers 404, the API may be where it often is. */
static bool try_prefix(struct poller *p, const struct ask *ask, const struct http_reply *r)
{
    if (r->status != 404 || p->store->source.answered_ms > 0 ||
        url_has_path(p->config->source.url)) {
        return false;
    }
    if (ask->prefix == p->prefix) { // else another answer was first, and the next is tried already
        const char *prefix = server_kind_prefix(p->prefix);
        p->prefix = prefix ? p->prefix + 1 : 0;
        http_set_prefix(p->http, prefix ? prefix : "");
    }
    p->discover_ms = 0;
    return p->prefix > 0;
}

const char *answer_whose(struct arena *a, const struct http_reply *r, const char *why)
{
    bool knows_nobody = r->status == 401 || r->status == 403 || r->status < 300; // or a log-in page
    if (r->stranger && knows_nobody) {
        return arena_printf(
            a, _("a redirect leads to %s, which does not get your credentials: %s"), r->place, why);
    }
    return r->redirected_by
               ? arena_printf(a, _("%s redirects to %s: %s"), r->redirected_by, r->place, why)
               : why;
}

// What is said of an answer in itself does not tell whose it is.
static void fail_answered(struct poller *p, const struct ask *ask, const struct http_reply *r,
    const char *why, int64_t now_ms)
{
    struct arena a = {0};
    const char *text = answer_whose(&a, r, why);
    bool foreign = r->status >= 200 && r->status < 300; // it took the query for something else
    fail(p, foreign ? LOSS_FOREIGN : LOSS_ANSWERED, ask, r, text, text, now_ms);
    arena_finish(&a);
}

/** Whether URL ends as the metrics of a target do: /metrics, /actuator/prometheus. */
static bool names_metrics(const char *url)
{
    const char *last = strrchr(url, '/');
    return url_has_path(url) && (strstr(last, "metrics") || strstr(last, "prometheus"));
}

// A path that is there may be the wrong one; only where there is none, one may be missing.
static void say_path(const struct poller *p, const struct http_reply *r, struct str *why)
{
    if (r->status == 404 && url_has_path(p->config->source.url)) {
        str_setf(why, "%s",
            _("404 Not Found: no Prometheus API at this URL; its path may be wrong, or one too "
              "many"));
    }
}

static void take_scrape(
    struct poller *p, const struct ask *ask, const struct http_reply *r, int64_t now_ms)
{
    struct str why;
    struct batch unused = {0};
    str_init(&why);
    bool target = p->scraping.on && r->status == 200;
    const char *lack = r->status == 200 && names_metrics(p->config->source.url)
                           ? exposition_lack(r->body, r->body_len)
                           : NULL;
    bool unknown = !target && !lack && r->status == 200 && !url_has_path(p->config->source.url) &&
                   exposition_is(r->content_type, r->body, r->body_len);
    if (unknown) {
        lack = _("metrics are served there, none of which ragtop knows: add /metrics to the URL to "
                 "watch them");
    }
    if (lack && !target) {
        fail_answered(p, ask, r, lack, now_ms);
        p->scraping.looked = false;
    } else if (target ? !scraping_take(p, r, now_ms, &why)
                      : prom_decode_samples(r->status, r->body, r->body_len, &unused, &why) !=
                            PROM_OK) {
        say_path(p, r, &why);
        fail_answered(p, ask, r, why.text, now_ms);
        p->scraping.looked = false;
    }
    batch_finish(&unused);
    str_finish(&why);
}

void answer_take_own(
    struct poller *p, struct ask *ask, struct batch *b, const char *why, int64_t now_ms)
{
    schedule_done(&p->schedule, ask);
    if (b) {
        result_keep(p, ask, b, now_ms);
    } else {
        result_refuse(p, ask, why);
    }
}

// Where the present is answered, the URL is right, and so are the credentials.
void answer_say_part(
    const struct poller *p, const struct ask *ask, const struct http_reply *r, struct str *why)
{
    if (p->answers == 0 || ask->feed->rank <= RANK_PRESENT || ask->present) {
        return;
    }
    if (r->status == 404) {
        str_setf(why, "%s", _("404 Not Found: a proxy may not pass on this part of the API"));
    } else if (r->status == 401 || r->status == 403) {
        str_setf(why, _("%s: these credentials may query, but not ask for this"),
            r->status == 401 ? "401 Unauthorized" : "403 Forbidden");
    } else if (r->status == 200) {
        str_setf(why, "%s", _("not an answer of the API: a proxy may not pass on this part of it"));
    }
}

static void take_reply(
    struct poller *p, struct ask *ask, const struct http_reply *r, int64_t now_ms)
{
    scraping_recognise(p, r);
    if (p->scraping.on && ask->feed != &feed_scrape) {
        return; // it was for a server; a scrape is next
    }
    if (try_prefix(p, ask, r)) {
        return;
    }
    if (r->outcome != HTTP_ANSWERED) {
        // a target may answer before it has read a query, which resets the connection
        if (r->outcome == HTTP_BROKEN && scraping_look(p, now_ms)) {
            return;
        }
        if (!discovery_turns_to_queries(p, ask, r)) {
            fail_silent(p, ask, r, now_ms);
        }
        return;
    }
    if (ask->feed->decode) {
        result_take_object(p, ask, r);
        return;
    }
    if (r->status >= 300 && r->status < 400) { // a redirect that may not be followed
        fail(p, LOSS_ANSWERED, ask, r, r->why, r->why, now_ms);
        return;
    }
    struct str why;
    str_init(&why);
    if (ask->feed == &feed_scrape) {
        take_scrape(p, ask, r, now_ms);
        str_finish(&why);
        return;
    }
    if (r->status == 200) {
        health_learn_clock(p, r, now_ms);
    }
    if (r->status == 200 && discovery_is_about(ask) && health_mistook_time(p, ask)) {
        str_finish(&why);
        p->discover_ms = 0;
        return;
    }
    enum prom_status status = feed_is_of_signal(ask->feed) ? result_take(p, ask, now_ms, &why)
                                                           : discovery_take(p, ask, r, &why);
    if (status != PROM_OK && discovery_turns_to_queries(p, ask, r)) {
        str_finish(&why);
        return;
    }
    switch (status) {
    case PROM_OK: health_regain(p, ask, r, now_ms); break;
    case PROM_REFUSED:
    case PROM_FAILED:
        if (ask->feed == &feed_interval && p->interval_known) {
            break;
        }
        if (ask->joined_count > 0) { // it says nothing of any one of them
            health_regain(p, ask, r, now_ms);
            join_undo(p, ask, now_ms);
            schedule_return(&p->schedule, ask);
            break;
        }
        if (feed_is_of_signal(ask->feed)) {
            health_regain(p, ask, r, now_ms);
            result_refuse_answer(p, ask, r, why.text);
            break;
        }
        fail_refused(p, ask, r, why.text, now_ms);
        break;
    case PROM_FOREIGN:
        if (scraping_look(p, now_ms)) {
            break;
        }
        say_path(p, r, &why);
        answer_say_part(p, ask, r, &why);
        fail_answered(p, ask, r, why.text, now_ms);
        break;
    case PROM_UNAUTHORIZED:
    case PROM_BUSY: fail_answered(p, ask, r, why.text, now_ms); break;
    }
    str_finish(&why);
    if (!feed_is_of_signal(ask->feed)) {
        discovery_settle(p, now_ms);
    }
}

static void take_server(
    struct poller *p, const struct ask *ask, const struct http_reply *r, int64_t now_ms)
{
    (void)ask;
    discovery_take_server(p, r, now_ms);
}

/** Who takes in answers that say nothing of signals, nor of what exists, whatever they are. */
static void (*const takers[FEED_KINDS])(
    struct poller *p, const struct ask *ask, const struct http_reply *r, int64_t now_ms) = {
    [FEED_SERVER] = take_server,
    [FEED_LOOKUP] = lookup_take,
    [FEED_QUERY] = query_take,
    [FEED_WORDS] = words_take,
    [FEED_WIDTH] = width_take,
    [FEED_HOLDINGS] = holdings_take,
};

void answer_take(struct poller *p, int64_t now_ms)
{
    const struct http_reply *r = &p->reply;
    struct ask ask = p->asks[r->tag]; // its place may be taken by a new one meanwhile
    p->asks[r->tag] = (struct ask){0};
    p->ask_used[r->tag] = false;
    trace(p, &ask, r);
    flight_note(&p->flight, r);
    http_set_in_flight(p->http, flight_most(&p->flight));
    for (int k = 0; k <= ask.joined_count && feed_is_scheduled(ask.feed) && !ask.orphaned; k++) {
        schedule_done(&p->schedule, join_arm(&ask, k));
    }
    if (!ask.orphaned && takers[ask.feed->kind]) {
        takers[ask.feed->kind](p, &ask, r, now_ms);
    } else if (!ask.orphaned) { // else nobody waits for it
        take_reply(p, &ask, r, now_ms);
    }
    proof_end(p, &ask);
    memory_drop(&ask);
    answer_drop(p);
}
