#include "poll/router.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "poll/poller_state.h"
#include "poll/router_find.h"
#include "prom/alertmanager.h"

enum { ALERTS = 1, SILENCES = 2, ORDER = 4, GROUPS = 8 }; // tags, and bits of what is out

enum { LEAST_MS = 30 * 1000, FAILURES_MOST = 6 };

static bool wants(const struct poller *p, enum feed_kind kind)
{
    bool wanted = false;
    for (size_t i = 0; i < p->wants.count && !wanted; i++) {
        wanted = p->wants.items[i].kind == kind;
    }
    return wanted;
}

static bool is_wanted(const struct poller *p)
{
    return wants(p, FEED_ROUTING);
}

// ---- questions

static void ask(struct router *r, unsigned what, const char *path)
{
    r->out |= what;
    http_start(r->http, &(struct http_request){.path = path, .gzip = true, .tag = what});
}

static void say_failure(struct str *why, const struct http_reply *reply)
{
    if (reply->outcome == HTTP_ANSWERED && reply->status == 404) {
        str_setf(why,
            _("%s: 404 Not Found: no Alertmanager with version 2 of its API there; a "
              "path may be missing"),
            reply->place);
    } else if (reply->outcome == HTTP_ANSWERED && reply->status == 200) {
        str_setf(why, _("%s does not answer as an Alertmanager does"), reply->place);
    } else {
        str_setf(why, "%s", reply->why);
    }
}

static bool is_denied(const struct http_reply *reply)
{
    return reply->outcome == HTTP_ANSWERED && (reply->status == 401 || reply->status == 403);
}

static void fail(struct router *r, const struct http_reply *reply)
{
    struct str why;
    str_init(&why);
    say_failure(&why, reply);
    if (r->tried == 0 || r->state->known) { // the first candidate is what is meant
        router_say(r->state->why, why.text);
        r->state->denied = is_denied(reply);
        r->state->slow = reply->outcome == HTTP_TIMEOUT;
    }
    str_finish(&why);
    r->failures++;
    if ((!r->state->known || r->failures > FAILURES_MOST) && !(r->out & ORDER)) {
        router_let_go(r); // it may be elsewhere now
        r->tried++;
        r->next_ms = r->failures = 0;
    }
}

// Of groups, which a server may not list, nothing but that they are not known follows.
static void take_groups(struct router *r, const struct http_reply *reply)
{
    struct routing *known = &r->state->routing;
    routing_finish_groups(known);
    if (reply->outcome != HTTP_ANSWERED || reply->status != 200 ||
        !prom_decode_groups(reply->body, reply->body_len, known)) {
        routing_finish_groups(known);
    }
}

static void take_silences(struct router *r, const struct routing *got)
{
    struct routing_state *state = r->state;
    struct routing *known = &state->routing;
    bool made = state->order == ORDER_DONE && routing_silence(known, state->order_id);
    routing_finish_silences(known);
    known->silences = got->silences;
    known->silences_count = got->silences_count;
    known->silences_cap = got->silences_cap;
    known->silences_left_out = got->silences_left_out;
    state->known = true;
    state->order_read = state->order_read || r->asked_since;
    if (made && !state->order_expires && !routing_silence(known, state->order_id)) {
        state->order = ORDER_NONE; // it is over: that it was made is no news
    }
}

static void take_answer(struct poller *p, const struct http_reply *reply, int64_t now_ms)
{
    struct router *r = &p->router;
    struct routing got = {0}, *known = &r->state->routing;
    bool alerts = reply->tag == ALERTS;
    bool good =
        reply->outcome == HTTP_ANSWERED && reply->status == 200 &&
        (alerts ? prom_decode_routed : prom_decode_silences)(reply->body, reply->body_len, &got);
    if (!good) {
        routing_finish_alerts(&got);
        routing_finish_silences(&got);
        fail(r, reply);
        return;
    }
    if (alerts) {
        routing_finish_alerts(known);
        known->alerts = got.alerts;
        known->alerts_count = got.alerts_count;
        known->alerts_cap = got.alerts_cap;
        known->alerts_left_out = got.alerts_left_out;
    } else {
        take_silences(r, &got);
    }
    r->state->skew_ms = reply->server_ms > 0 ? reply->server_ms - now_ms : 0;
    r->state->why[0] = '\0';
    r->failures = 0;
    router_note_url(r);
}

// ---- orders

// Of older Alertmanagers, which have it with 500 Internal Server Error.
static const char no_such_silence[] = "silence not found";

// What never left, or was refused by who understood it, as SAID may show, changed nothing; of all
// else nobody knows.
static bool changed_nothing(const struct http_reply *reply, const char *said)
{
    switch (reply->outcome) {
    case HTTP_ANSWERED:
        return (reply->status >= 300 && reply->status < 500) || strcmp(said, no_such_silence) == 0;
    case HTTP_REFUSED:
    case HTTP_NO_HOST:
    case HTTP_NO_ROUTE:
    case HTTP_CONNECT_TIMEOUT:
    case HTTP_UNTRUSTED:
    case HTTP_EXPIRED:
    case HTTP_WRONG_NAME:
    case HTTP_UNWANTED:
    case HTTP_NOT_TLS: return true;
    case HTTP_TIMEOUT:
    case HTTP_TLS:
    case HTTP_NOT_HTTP:
    case HTTP_BROKEN:
    case HTTP_TOO_LARGE:
    case HTTP_FAILED: break;
    }
    return false;
}

static void take_order(struct router *r, const struct http_reply *reply)
{
    struct str id, why;
    str_init(&id);
    str_init(&why);
    bool good = reply->outcome == HTTP_ANSWERED && reply->status == 200;
    bool expired = good && r->state->order_expires;
    if (expired || (good && prom_decode_silence_id(reply->body, reply->body_len, &id))) {
        r->state->order = ORDER_DONE;
        router_say(r->state->order_id, expired ? r->order_id : id.text);
        r->state->order_anew =
            r->state->order_extends && strcmp(r->state->order_id, r->order_id) != 0;
    } else {
        struct str said;
        str_init(&said);
        bool told = reply->outcome == HTTP_ANSWERED && reply->status >= 400 &&
                    prom_add_refusal(&said, reply->body, reply->body_len);
        r->state->order = changed_nothing(reply, said.text) ? ORDER_REFUSED : ORDER_UNKNOWN;
        if (good) {
            str_setf(&why, _("%s answered 200 OK without an id"), reply->place);
        } else {
            str_setf(&why, told ? "%s: %s" : "%s", reply->why, said.text);
        }
        str_finish(&said);
        if (is_denied(reply)) {
            struct str whole;
            str_init(&whole);
            str_addf(&whole,
                _("%s (the credentials in alertmanager.http_config need permission for this)"),
                why.text);
            str_finish(&why);
            why = whole;
        }
        router_say(r->state->order_why, why.text);
    }
    str_finish(&why);
    str_finish(&id);
    r->next_ms = 0; // the list says more
}

static bool start_order(struct poller *p, const char *method, const char *path, const char *json,
    const char *id, struct str *why)
{
    struct router *r = &p->router;
    if (p->config->read_only) {
        str_setf(why, "%s", _("nothing is changed: --read-only was given"));
        return false;
    }
    if (!r->http || !r->state || !r->state->known) {
        str_setf(why, "%s", _("nothing was sent: no usable answer from an Alertmanager yet"));
        return false;
    }
    if (r->out & ORDER) {
        str_setf(why, "%s", _("nothing was sent: the last change is still waited for"));
        return false;
    }
    free(r->order_id);
    r->order_id = mem_strdup(id);
    r->state->order_expires = !json;
    r->state->order_extends = json && id;
    r->out |= ORDER;
    r->state->order = ORDER_SENT;
    r->state->order_anew = r->state->order_read = r->asked_since = false;
    r->state->order_why[0] = r->state->order_id[0] = '\0';
    p->wants_more = true;
    http_start(
        r->http, &(struct http_request){
                     .path = path, .query = json, .order = method, .urgent = true, .tag = ORDER});
    return true;
}

bool poller_silence(struct poller *p, const struct silence *s, struct str *why)
{
    struct str json;
    str_init(&json);
    prom_add_silence(&json, s);
    bool sent = start_order(p, "POST", "/api/v2/silences", json.text, s->id, why);
    str_finish(&json);
    return sent;
}

bool poller_expire(struct poller *p, const char *id, struct str *why)
{
    struct str path;
    str_init(&path);
    str_add(&path, "/api/v2/silence/");
    str_add_escaped(&path, id);
    bool sent = start_order(p, "DELETE", path.text, NULL, id, why);
    str_finish(&path);
    return sent;
}

// ---- turns

/** Whether it is known whom Prometheus names, or need not be. */
static bool is_listed(const struct poller *p)
{
    return p->config->alertmanager.url ||
           p->store->slots[FEED_ALERTMANAGERS].condition != CONDITION_ASKING;
}

static void trace(const struct poller *p, const struct http_reply *reply)
{
    static const char *const whats[] = {[ALERTS] = "GET alerts",
        [SILENCES] = "GET silences",
        [ORDER] = "order",
        [GROUPS] = "GET groups"};
    struct str s;
    str_init(&s);
    str_addf(&s, "alertmanager %3ld %6.1f ms %8zu bytes %s of %s%s%s", reply->status,
        reply->seconds * 1000, reply->body_len, whats[reply->tag], p->router.state->url,
        *reply->log ? ": " : "", reply->log);
    poller_say(p, s.text);
    str_finish(&s);
}

/** Asks for groups while they are wanted, at once when they first are. */
static void ask_groups(struct poller *p, bool due)
{
    struct router *r = &p->router;
    bool wanted = wants(p, FEED_ALERT_GROUPS);
    if (!wanted && r->groups_asked) {
        routing_finish_groups(&r->state->routing);
    }
    if (wanted && r->http && !(r->out & GROUPS) && (due || !r->groups_asked)) {
        ask(r, GROUPS, "/api/v2/alerts/groups");
    }
    r->groups_asked = wanted && r->http;
}

bool router_run(struct poller *p, int64_t now_ms)
{
    struct router *r = &p->router;
    struct http_reply reply;
    bool changed = false, wanted = is_wanted(p);
    if (!p->store->routing && !wanted) {
        return false; // nobody ever asked
    }
    p->store->routing =
        p->store->routing ? p->store->routing : mem_zalloc(1, sizeof *p->store->routing);
    r->state = p->store->routing;
    r->state->asked = wanted && (r->state->asked || r->state->known);
    while (r->http && http_next(r->http, &reply)) {
        r->out &= ~(unsigned)reply.tag;
        trace(p, &reply);
        if (reply.tag == ORDER) {
            take_order(r, &reply);
        } else if (reply.tag == GROUPS) {
            take_groups(r, &reply);
        } else {
            take_answer(p, &reply, now_ms);
        }
        changed = true;
    }
    r->heard = r->heard || (changed && r->http && r->out == 0);
    bool rests = p->paused_ms > 0 && r->state->known && r->next_ms > 0;
    if (!wanted || !is_listed(p) || rests || now_ms < r->next_ms ||
        (r->out & (ALERTS | SILENCES))) {
        ask_groups(p, false);
        return changed;
    }
    r->state->asked = true;
    int64_t later_ms = now_ms + (p->plan->refresh_ms > LEAST_MS ? p->plan->refresh_ms : LEAST_MS);
    if (!r->http && !router_find(p)) {
        r->next_ms = r->tried == 0 ? later_ms : r->next_ms;
        return true;
    }
    r->next_ms = later_ms;
    ask(r, ALERTS, "/api/v2/alerts");
    ask(r, SILENCES, "/api/v2/silences");
    r->asked_since = r->state->order > ORDER_SENT;
    ask_groups(p, true);
    return changed;
}

bool router_is_open(const struct poller *p)
{
    const struct router *r = &p->router;
    return is_wanted(p) && r->http && r->state && !r->heard && r->out != 0;
}

int64_t router_due_ms(const struct poller *p, int64_t now_ms)
{
    const struct router *r = &p->router;
    bool waits =
        !is_wanted(p) || (r->out & (ALERTS | SILENCES)) || (p->paused_ms > 0 && r->next_ms > 0);
    return waits ? 2 * CLOCK_HOUR_MS : r->next_ms > now_ms ? r->next_ms - now_ms : 0;
}

void router_finish(struct poller *p)
{
    struct router *r = &p->router;
    router_let_go(r);
    free(r->order_id);
}
