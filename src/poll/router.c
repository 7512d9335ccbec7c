#include "poll/router.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/utf8.h"
#include "endpoint/url.h"
#include "poll/poller_state.h"
#include "prom/alertmanager.h"
#include "series/list.h"

enum { ALERTS = 1, SILENCES = 2, ORDER = 4, GROUPS = 8 }; // tags, and bits of what is out

enum { LEAST_MS = 30 * 1000, BODY_MAX = 8 * 1024 * 1024, CONNECTIONS = 3, FAILURES_MOST = 6 };

static const char api[] = "/api/v2/alerts";

// ---- whom to ask

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

static void let_go(struct router *r)
{
    http_destroy(r->http);
    free(r->url);
    r->http = NULL;
    r->url = NULL;
    r->out = 0;
}

static void say(char out[ROUTING_WHY_MAX], const char *why)
{
    struct str s;
    str_init(&s);
    utf8_add_brief(&s, why, ROUTING_WHY_MAX - 8);
    snprintf(out, ROUTING_WHY_MAX, "%s", s.text);
    str_finish(&s);
}

static void note_url(struct router *r)
{
    struct arena a = {0};
    struct str s;
    str_init(&s);
    utf8_add_brief(&s, url_shown(&a, r->url), ROUTING_URL_MAX - 8);
    snprintf(r->state->url, ROUTING_URL_MAX, "%s", s.text);
    str_finish(&s);
    arena_finish(&a);
}

/** Connects with the next candidate. False: there is none that can be asked now. */
static bool find(struct poller *p, int64_t now_ms)
{
    struct router *r = &p->router;
    struct str url, why;
    str_init(&url);
    str_init(&why);
    bool any = add_candidate(&url, p, r->tried);
    r->state->given = p->config->alertmanager.url != NULL;
    if (any && !(r->http = connect_to(p, url.text, &why))) {
        say(r->state->why, why.text);
        r->state->denied = r->state->slow = false;
        r->tried++;
    } else if (any) {
        r->url = mem_strdup(url.text);
        if (r->tried == 0 || !*r->state->url) {
            note_url(r);
        }
    } else { // all of them were
        r->tried = 0;
        r->next_ms = now_ms + (p->plan->refresh_ms > LEAST_MS ? p->plan->refresh_ms : LEAST_MS);
    }
    str_finish(&why);
    str_finish(&url);
    return r->http != NULL;
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
        say(r->state->why, why.text);
        r->state->denied = is_denied(reply);
        r->state->slow = reply->outcome == HTTP_TIMEOUT;
    }
    str_finish(&why);
    r->failures++;
    if ((!r->state->known || r->failures > FAILURES_MOST) && !(r->out & ORDER)) {
        let_go(r); // it may be elsewhere now
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
    note_url(r);
}

// ---- orders

// What never left, or was refused by who understood it, changed nothing; of all else nobody knows.
static bool changed_nothing(const struct http_reply *reply)
{
    switch (reply->outcome) {
    case HTTP_ANSWERED: return reply->status >= 300 && reply->status < 500;
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
        say(r->state->order_id, expired ? r->order_id : id.text);
        r->state->order_anew =
            r->state->order_extends && strcmp(r->state->order_id, r->order_id) != 0;
    } else {
        r->state->order = changed_nothing(reply) ? ORDER_REFUSED : ORDER_UNKNOWN;
        struct str said;
        str_init(&said);
        bool told = reply->outcome == HTTP_ANSWERED && reply->status >= 400 &&
                    prom_add_refusal(&said, reply->body, reply->body_len);
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
        say(r->state->order_why, why.text);
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
    if (!r->http && !find(p, now_ms)) {
        return true;
    }
    r->next_ms = now_ms + (p->plan->refresh_ms > LEAST_MS ? p->plan->refresh_ms : LEAST_MS);
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
    let_go(r);
    free(r->order_id);
}
