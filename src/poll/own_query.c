#include "poll/own_query.h"

#include <string.h>

#include "poll/answer.h"
#include "poll/hint.h"
#include "poll/poller_state.h"
#include "prom/complaint.h"
#include "prom/request.h"
#include "scrape/eval.h"

// What is on its way is of no use any more.
static void withdraw(struct poller *p)
{
    struct own_query *own = &p->own;
    if (own->asked) {
        size_t i = own->ask;
        own->asked = false;
        p->asks[i].orphaned = true;
        if (!p->has_reply || p->reply.tag != i) { // else it is being read, and ends by itself
            http_cancel(p->http, i);
            p->asks[i] = (struct ask){0};
            p->ask_used[i] = false;
        }
    }
}

void poller_query(struct poller *p, const char *expr, bool range)
{
    struct own_query *own = &p->own;
    struct query *q = &own->result;
    bool same = expr && q->expr && strcmp(expr, q->expr) == 0;
    if (own->wanted == (expr != NULL) && (!expr || (same && range == q->range))) {
        return;
    }
    withdraw(p);
    own->wanted = expr != NULL;
    if (expr && !same) {
        query_begin(q, expr, range);
    } else if (expr && q->range != range) {
        q->range = range;
        q->state = QUERY_ASKING;
    }
    own->restarts = own->wanted;
    p->wants_more = p->wants_more || own->restarts;
}

void poller_query_again(struct poller *p)
{
    if (p->own.wanted) {
        withdraw(p);
        p->own.restarts = p->wants_more = true;
    }
}

const struct query *poller_query_result(const struct poller *p)
{
    return &p->own.result;
}

void query_drop(struct poller *p)
{
    query_finish(&p->own.result);
}

// ---- asking -----------------------------------------------------------------------------------

/** The slots to be asked for at TICK_MS: the whole span, or what is missing of it. */
static bool choose_slots(const struct poller *p, int64_t tick_ms, struct ask *ask)
{
    const struct matrix *m = &p->own.result.span;
    struct grid grid = scope_grid(p->scope, p->plan);
    ask->last = tick_ms / grid.step_ms;
    ask->first = ask->last - (int64_t)grid.slots + 1;
    bool known = !p->own.restarts && m->step_ms == grid.step_ms && m->slots == grid.slots &&
                 m->asked_first <= ask->first && m->asked_last >= ask->first - 1 &&
                 m->asked_last <= ask->last;
    ask->first = known ? m->asked_last + 1 : ask->first;
    return ask->first <= ask->last;
}

static void send(struct poller *p, const struct ask *ask, size_t i)
{
    const struct query *q = &p->own.result;
    int64_t timeout = p->config->source.timeout_ms;
    int64_t step = scope_grid(p->scope, p->plan).step_ms;
    struct prom_request r;
    prom_request_init(&r);
    r.bare = p->store->source.lacks & LACKS_QUOTES;
    if (q->range) {
        prom_request_range(&r, q->expr, ask->first * step, ask->last * step, step, timeout);
    } else {
        prom_request_instant(&r, q->expr, ask->tick_ms, timeout);
    }
    // others may not know what they are asked, and refuse
    if (strncmp(p->store->source.server, "Prometheus", strlen("Prometheus")) == 0) {
        prom_request_add_stats(&r);
    }
    p->asks[i] = *ask;
    p->ask_used[i] = true;
    http_start(p->http, &(struct http_request){.path = r.path.text,
                            .query = r.query.text,
                            .post = true,
                            .gzip = true,
                            .urgent = true,
                            .tag = i});
    prom_request_finish(&r);
}

// ---- answers ----------------------------------------------------------------------------------

static void keep_range(struct poller *p, const struct ask *ask, const struct batch *b)
{
    struct matrix *m = &p->own.result.span;
    struct grid grid = scope_grid(p->scope, p->plan);
    bool joins = m->step_ms == grid.step_ms && m->slots == grid.slots &&
                 m->asked_last >= m->asked_first && ask->first == m->asked_last + 1;
    if (!joins) {
        matrix_finish(m);
        matrix_init(m, grid.step_ms, grid.slots);
    }
    matrix_merge(m, b, ask->first, ask->last);
}

static void keep(struct poller *p, const struct ask *ask, struct batch *b)
{
    struct query *q = &p->own.result;
    q->state = QUERY_ANSWERED;
    q->why[0] = '\0';
    q->column = 0;
    q->read = b->read;
    q->left_out = b->left_out;
    query_take_notes(q, b);
    if (ask->index) {
        keep_range(p, ask, b);
    } else {
        batch_finish(&q->now);
        q->now = *b;
        q->at_ms = ask->tick_ms;
        *b = (struct batch){0};
    }
}

static void fail(struct query *q, enum query_state state, const struct str *why, size_t column)
{
    q->state = state;
    q->column = column;
    note_set(q->why, why->text);
}

void query_take(struct poller *p, const struct ask *ask, const struct http_reply *r, int64_t now_ms)
{
    struct query *q = &p->own.result;
    struct str why;
    str_init(&why);
    struct batch b = {0};
    enum prom_status status = PROM_FAILED;
    p->own.asked = false;
    p->own.retry_ms = r->retry_after_s > 0 ? now_ms + r->retry_after_s * 1000 : 0;
    q->took_ms = (int64_t)(r->seconds * 1000 + 0.5);
    bool answered = r->outcome == HTTP_ANSWERED && (r->status < 300 || r->status >= 400);
    if (answered) {
        status = answer_end_samples(p, &b, &why);
    } else {
        str_add(&why, r->why);
        hint_add(&why, r->redirected_by ? NULL : p->config->source.url, r->outcome);
    }
    if (status == PROM_OK) {
        keep(p, ask, &b);
    } else {
        bool refused = status == PROM_REFUSED || (answered && status == PROM_FAILED);
        struct arena a = {0};
        size_t column = complaint_place(&why, q->expr);
        if (answered && status != PROM_REFUSED) { // what is wrong with the query is so anywhere
            str_setf(&why, "%s", answer_whose(&a, r, arena_strdup(&a, why.text)));
        }
        fail(q, refused ? QUERY_REFUSED : QUERY_LOST, &why, column);
        arena_finish(&a);
    }
    batch_finish(&b);
    str_finish(&why);
}

// ---- without a server -------------------------------------------------------------------------

static void evaluate(struct poller *p, const struct ask *ask)
{
    struct query *q = &p->own.result;
    struct str why;
    struct batch b = {0};
    str_init(&why);
    const struct scraped *data = &p->scraping.data;
    int64_t step = scope_grid(p->scope, p->plan).step_ms;
    size_t column;
    bool good = q->range ? eval_range(data, q->expr, ask->first * step, ask->last * step, step, &b,
                               &why, &column)
                         : eval_instant(data, q->expr, ask->tick_ms, &b, &why, &column);
    q->took_ms = 0;
    if (good) {
        keep(p, ask, &b);
    } else {
        fail(q, QUERY_REFUSED, &why, column);
    }
    batch_finish(&b);
    str_finish(&why);
}

static int64_t tick_of(const struct poller *p, int64_t now_ms)
{
    const struct scraped *data = &p->scraping.data;
    return !p->scraping.on            ? asking_tick_ms(p, now_ms)
           : data->scrapes_count <= 1 ? 0
           : p->scope->at_ms > 0      ? p->scope->at_ms
                                      : data->scrapes[data->scrapes_count - 1];
}

bool query_run(struct poller *p, int64_t now_ms)
{
    struct own_query *own = &p->own;
    int64_t tick_ms = tick_of(p, now_ms);
    bool lost = p->store->source.health == HEALTH_LOST;
    bool waits = p->paused_ms || lost || now_ms < own->retry_ms;
    bool due = own->restarts || (own->tick_ms != tick_ms && !waits);
    int i = asking_free(p);
    if (!own->wanted || own->asked || !due || i < 0 || tick_ms == 0) {
        return false;
    }
    struct ask ask = {.feed = &feed_query,
        .index = own->result.range,
        .tick_ms = tick_ms,
        .sent_ms = now_ms,
        .prefix = p->prefix};
    bool missing = choose_slots(p, tick_ms, &ask) || !own->result.range;
    own->tick_ms = tick_ms;
    own->restarts = false;
    if (missing && p->scraping.on) {
        evaluate(p, &ask);
    } else if (missing) {
        own->asked = true;
        own->ask = (size_t)i;
        send(p, &ask, (size_t)i);
    }
    return missing && p->scraping.on;
}
