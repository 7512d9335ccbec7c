#include "poll/answer.h"

#include <string.h>

#include "endpoint/url.h"
#include "poll/hint.h"
#include "poll/memory.h"
#include "poll/reach.h"
#include "poll/scraping.h"
#include "poll/state.h"
#include "prom/decode.h"
#include "prom/flavour.h"

static void trace(const struct poller *p, const struct ask *ask, const struct http_reply *r)
{
    static const char *const purposes[] = {[ASK_SERVER] = "server",
        [ASK_SCRAPE] = "scrape",
        [ASK_LABELS] = "labels",
        [ASK_NAMES] = "names",
        [ASK_INTERVAL] = "interval",
        [ASK_TYPE] = "type",
        [ASK_LOOKUP] = "lookup",
        [ASK_QUERY] = "query",
        [ASK_WORDS] = "words",
        [ASK_WIDTH] = "width",
        [ASK_NOW] = "now",
        [ASK_SPAN] = "span",
        [ASK_THEN] = "then",
        [ASK_EACH] = "each",
        [ASK_EXEMPLARS] = "exemplars",
        [ASK_DAY] = "day",
        [ASK_RECENT] = "recent",
        [ASK_PINNED] = "pinned",
        [ASK_PROOF] = "proof"};
    if (!p->trace) {
        return;
    }
    const char *expr = ask->purpose == ASK_QUERY && !ask->stray ? p->own.result.expr
                       : ask->purpose < ASK_NOW                 ? NULL
                       : ask->recorded            ? p->plan->signals[ask->index].recorded
                       : ask->purpose >= ASK_DAY  ? plan_history(&p->plan->signals[ask->index])
                       : ask->purpose == ASK_EACH ? p->plan->signals[ask->index].shown
                                                  : p->plan->signals[ask->index].expr;
    struct str s;
    str_init(&s);
    str_addf(&s, "%-8s %3ld %6.1f ms %8zu bytes %s", purposes[ask->purpose], r->status,
        r->seconds * 1000, r->body_len, r->outcome == HTTP_ANSWERED ? "" : r->why);
    if (r->outcome == HTTP_ANSWERED && r->redirected_by) {
        str_addf(&s, "from %s: ", r->place);
    }
    str_add(&s, expr ? expr : "");
    p->trace(p->trace_context, s.text);
    str_finish(&s);
}

enum prom_status answer_end_samples(struct poller *p, struct batch *b, struct str *why)
{
    struct samples *s = p->samples;
    p->samples = NULL;
    return prom_samples_end(s, b, why);
}

static enum prom_status take(
    struct poller *p, struct ask *ask, const struct http_reply *r, int64_t now_ms, struct str *why)
{
    switch (ask->purpose) {
    case ASK_SERVER:
    case ASK_SCRAPE: return PROM_OK;
    case ASK_LABELS:
    case ASK_NAMES:
    case ASK_INTERVAL:
    case ASK_TYPE: return discovery_take(p, ask, r, why);
    case ASK_LOOKUP:
    case ASK_QUERY:
    case ASK_WORDS:
    case ASK_WIDTH: return PROM_OK; // see answer_take()
    case ASK_NOW:
    case ASK_SPAN:
    case ASK_THEN:
    case ASK_EACH:
    case ASK_EXEMPLARS:
    case ASK_DAY:
    case ASK_RECENT:
    case ASK_PINNED:
    case ASK_PROOF: break;
    }
    return result_take(p, ask, now_ms, why);
}

// Where the rest lives on, WHY is said of what ASK is about.
static void fail(struct poller *p, enum reach_loss loss, const struct ask *ask,
    const struct http_reply *r, const char *why, const char *in_full, int64_t now_ms)
{
    if (discovery_does_without(p, ask, r)) {
        discovery_settle(p, now_ms);
        return;
    }
    bool of_source = reach_fail(p, loss, ask, r, in_full, now_ms) == FAULT_OF_SOURCE;
    if (!of_source && ask->purpose >= ASK_NOW) {
        result_refuse(p, ask, why);
    }
}

static void fail_refused(struct poller *p, const struct ask *ask, const struct http_reply *r,
    const char *why, int64_t now_ms)
{
    struct str text;
    str_init(&text);
    answer_add_whose(&text, r);
    str_addf(&text, "the server answers with an error: %s", why);
    fail(p, LOSS_ANSWERED, ask, r, why, text.text, now_ms);
    str_finish(&text);
}

static void fail_silent(
    struct poller *p, const struct ask *ask, const struct http_reply *r, int64_t now_ms)
{
    struct str text;
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
        const char *prefix = flavour_prefix(p->prefix);
        p->prefix = prefix ? p->prefix + 1 : 0;
        http_set_prefix(p->http, prefix ? prefix : "");
    }
    p->discover_ms = 0;
    return p->prefix > 0;
}

void answer_add_whose(struct str *out, const struct http_reply *r)
{
    bool knows_nobody = r->status == 401 || r->status == 403 || r->status < 300; // or a log-in page
    if (r->stranger && knows_nobody) {
        str_addf(out, "a redirect leads to %s, which does not get your credentials: ", r->place);
    } else if (r->redirected_by) {
        str_addf(out, "%s redirects to %s: ", r->redirected_by, r->place);
    }
}

// What is said of an answer in itself does not tell whose it is.
static void fail_answered(struct poller *p, const struct ask *ask, const struct http_reply *r,
    const char *why, int64_t now_ms)
{
    struct str text;
    str_init(&text);
    answer_add_whose(&text, r);
    str_add(&text, why);
    fail(p, LOSS_ANSWERED, ask, r, text.text, text.text, now_ms);
    str_finish(&text);
}

/** Whether URL ends as the metrics of a target do: /metrics, /actuator/prometheus. */
static bool names_metrics(const char *url)
{
    const char *last = strrchr(url, '/');
    return url_has_path(url) && (strstr(last, "metrics") || strstr(last, "prometheus"));
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
    if (lack && !target) {
        fail_answered(p, ask, r, lack, now_ms);
        p->scraping.looked = false;
    } else if (target ? !scraping_take(p, r, now_ms, &why)
                      : prom_decode_samples(r->status, r->body, r->body_len, &unused, &why) !=
                            PROM_OK) {
        fail_answered(p, ask, r, why.text, now_ms);
        p->scraping.looked = false;
    }
    batch_finish(&unused);
    str_finish(&why);
}

void answer_take_own(
    struct poller *p, struct ask *ask, struct batch *b, const char *why, int64_t now_ms)
{
    agenda_done(&p->agenda, ask);
    if (b) {
        result_keep(p, ask, b, now_ms);
    } else {
        result_refuse(p, ask, why);
    }
}

// Where the present is answered, the URL is right.
static void say_part(
    const struct poller *p, const struct ask *ask, const struct http_reply *r, struct str *why)
{
    if (p->answers == 0 || ask->purpose <= ASK_NOW || ask->present) {
        return;
    }
    if (r->status == 404) {
        str_setf(why, "404 Not Found: a proxy may not pass on this part of the API");
    } else if (r->status == 200) {
        str_setf(why, "not an answer of the API: a proxy may not pass on this part of it");
    }
}

static void take_reply(
    struct poller *p, struct ask *ask, const struct http_reply *r, int64_t now_ms)
{
    if (ask->purpose == ASK_SERVER) {
        discovery_take_server(p, r, now_ms);
        return;
    }
    scraping_recognise(p, r);
    if (p->scraping.on && ask->purpose != ASK_SCRAPE) {
        return; // it was for a server; a scrape is next
    }
    if (try_prefix(p, ask, r)) {
        return;
    }
    if (r->outcome != HTTP_ANSWERED) {
        if (!discovery_turns_to_queries(p, ask, r)) {
            fail_silent(p, ask, r, now_ms);
        }
        return;
    }
    if (ask->purpose == ASK_EXEMPLARS) {
        result_take_exemplars(p, ask, r);
        return;
    }
    if (r->status >= 300 && r->status < 400) { // a redirect that may not be followed
        fail(p, LOSS_ANSWERED, ask, r, r->why, r->why, now_ms);
        return;
    }
    struct str why;
    str_init(&why);
    if (ask->purpose == ASK_SCRAPE) {
        take_scrape(p, ask, r, now_ms);
        str_finish(&why);
        return;
    }
    if (r->status == 200) {
        reach_learn_clock(p, r, now_ms);
    }
    if (r->status == 200 && discovery_is_about(ask) && reach_mistook_time(p, ask)) {
        str_finish(&why);
        p->discover_ms = 0;
        return;
    }
    enum prom_status status = take(p, ask, r, now_ms, &why);
    if (status != PROM_OK && discovery_turns_to_queries(p, ask, r)) {
        str_finish(&why);
        return;
    }
    switch (status) {
    case PROM_OK: reach_regain(p, ask, r, now_ms); break;
    case PROM_REFUSED:
    case PROM_FAILED:
        if (ask->purpose == ASK_INTERVAL && p->interval_known) {
            break;
        }
        if (ask->purpose >= ASK_NOW) {
            reach_regain(p, ask, r, now_ms);
            result_refuse_answer(p, ask, r, why.text);
            break;
        }
        fail_refused(p, ask, r, why.text, now_ms);
        break;
    case PROM_FOREIGN:
        if (scraping_look(p, now_ms)) {
            break;
        }
        say_part(p, ask, r, &why);
        fail_answered(p, ask, r, why.text, now_ms);
        break;
    case PROM_UNAUTHORIZED:
    case PROM_BUSY: fail_answered(p, ask, r, why.text, now_ms); break;
    }
    str_finish(&why);
    if (ask->purpose < ASK_NOW) {
        discovery_settle(p, now_ms);
    }
}

void answer_take(struct poller *p, int64_t now_ms)
{
    const struct http_reply *r = &p->reply;
    struct ask ask = p->asks[r->tag]; // its place may be taken by a new one meanwhile
    p->asks[r->tag] = (struct ask){0};
    p->ask_used[r->tag] = false;
    trace(p, &ask, r);
    flight_note(&p->flight, r);
    http_set_in_flight(p->http, flight_most(&p->flight));
    p->agenda.history_most = flight_history(&p->flight);
    if (ask.purpose >= ASK_NOW && !ask.stray) {
        agenda_done(&p->agenda, &ask);
    }
    if (ask.stray) {
        ; // nobody waits for it
    } else if (ask.purpose == ASK_QUERY) {
        query_take(p, &ask, r, now_ms);
    } else if (ask.purpose == ASK_WORDS) {
        words_take(p, &ask, r);
    } else if (ask.purpose == ASK_LOOKUP) {
        lookup_take(p, &ask, r, now_ms);
    } else if (ask.purpose == ASK_WIDTH) {
        width_take(p, &ask, r);
    } else {
        take_reply(p, &ask, r, now_ms);
    }
    proof_end(p, &ask);
    memory_drop(&ask);
    answer_drop(p);
}
