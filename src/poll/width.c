#include "poll/width.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "plan/promql.h"
#include "poll/poller_state.h"
#include "prom/request.h"
#include "series/dist.h"

enum { ROOTS_MOST = 8 };

static const int64_t longer_ms[] = {
    15 * CLOCK_MINUTE_MS, 30 * CLOCK_MINUTE_MS, 60 * CLOCK_MINUTE_MS};
static const double CHANCE = 1e-6;

void width_windows(struct width_counts *out, int64_t base_ms)
{
    *out = (struct width_counts){.windows_ms = {base_ms}};
    int count = 1;
    for (size_t i = 0; i < sizeof longer_ms / sizeof *longer_ms; i++) {
        if (longer_ms[i] > base_ms) {
            out->windows_ms[count++] = longer_ms[i];
        }
    }
    for (int i = 0; i < WIDTHS; i++) {
        out->counts[i] = NAN;
    }
}

// Whether COUNT is too few to be chance where EXPECTED are due: Chernoff's bound on a Poisson tail.
static bool has_stopped(double count, double expected)
{
    if (count >= expected) {
        return false;
    }
    double part = count > 0 ? count * log(expected / count) : 0;
    return count - expected + part < log(CHANCE);
}

// Whether too few of those in window I came in any shorter one.
static bool ends_before(const struct width_counts *c, int i)
{
    bool ends = false;
    for (int k = 0; k < i && !ends; k++) {
        double due = c->counts[i] * (double)c->windows_ms[k] / (double)c->windows_ms[i];
        ends = !isnan(c->counts[k]) && has_stopped(c->counts[k], due);
    }
    return ends;
}

int64_t width_choose(const struct width_counts *c)
{
    int64_t base_ms = c->windows_ms[0], longest_ms = base_ms;
    double base = c->counts[0];
    bool stopped = false;
    if (isnan(base) || base >= PLAN_ENOUGH_REQUESTS) {
        return base_ms;
    }
    for (int i = 1; i < WIDTHS && c->windows_ms[i] > 0; i++) {
        double n = c->counts[i];
        if (isnan(n)) {
            continue;
        }
        if (ends_before(c, i)) {
            stopped = true;
        } else if (n >= PLAN_ENOUGH_REQUESTS) {
            return c->windows_ms[i];
        } else {
            longest_ms = c->windows_ms[i];
        }
    }
    return stopped ? base_ms : longest_ms;
}

/** The signal whose rate counts the requests of STAGE, if that is a root; else -1. */
static int counted_by(const struct plan *plan, size_t stage)
{
    const struct stage *s = &plan->stages[stage];
    if (s->parent >= 0) {
        return -1;
    }
    if (s->requests_signal >= 0) {
        const struct signal *signal = &plan->signals[s->requests_signal];
        return signal->source.metric && signal->expr ? s->requests_signal : -1;
    }
    return plan_is_served(s) && plan->signals[s->latency_signal].expr ? s->latency_signal : -1;
}

static bool may_widen(const struct poller *p)
{
    return !p->scope->window_ms && !p->scope->keeps_window && !p->scraping.on &&
           p->scope->baseline != BASELINE_FILE && p->phase == PHASE_POLLING;
}

/** What is known of the requests of all roots. */
struct roots {
    bool asking;  /**< one has not been answered yet */
    bool known;   /**< one has */
    double count; /**< of the busiest, in the window; NaN: none is known */
};

static double rate_of(const struct poller *p, int signal)
{
    const struct signal_data *data = &p->store->signals[signal];
    int64_t slot = matrix_slot(&data->live, data->now_ms);
    bool latency = p->plan->signals[signal].kind == SIGNAL_LATENCY;
    return latency ? dist_count(&data->live, slot) : matrix_sum(&data->live, slot);
}

static struct roots look(const struct poller *p)
{
    struct roots r = {.count = NAN};
    double window_s = (double)p->plan->window_ms / 1000;
    for (size_t i = 0; i < p->plan->stages_count; i++) {
        int signal = counted_by(p->plan, i);
        if (signal < 0) {
            continue;
        }
        const struct signal_data *data = &p->store->signals[signal];
        bool now = data->condition == CONDITION_ANSWERED && data->now_ms >= p->schedule.env.tick_ms;
        r.asking = r.asking || data->condition == CONDITION_ASKING ||
                   (data->condition == CONDITION_ANSWERED && !now);
        r.known = r.known || now;
        if (now) {
            r.count = fmax(r.count, rate_of(p, signal) * window_s); // fmax ignores NaN
        }
    }
    return r;
}

bool width_is_open(const struct poller *p)
{
    if (!may_widen(p) || p->width.settled_ms > 0 || p->store->source.health == HEALTH_LOST) {
        return false;
    }
    struct roots r = look(p);
    return r.asking || (r.known && r.count < PLAN_ENOUGH_REQUESTS);
}

static void take_rates_over(struct poller *p, int64_t window_ms)
{
    plan_widen(p->draft, window_ms);
    poller_disown_asks(p);
    poller_start_store(p);
    poller_settle_conditions(p);
    p->wants_more = true;
}

// A shorter window that only just suffices would not in the next poll: it has to do three times.
static bool settle(struct poller *p, int64_t window_ms, int64_t tick_ms)
{
    struct width *w = &p->width;
    bool first = w->settled_ms == 0;
    bool shorter = window_ms < p->plan->window_ms;
    w->enough = !shorter ? 0 : w->enough + (w->counted_ms != tick_ms);
    w->counted_ms = tick_ms;
    w->settled_ms = tick_ms;
    if (window_ms == p->plan->window_ms || (shorter && !first && w->enough < WIDTH_NARROW_POLLS)) {
        return false;
    }
    w->enough = 0;
    take_rates_over(p, window_ms);
    return true;
}

static void add_rate(struct str *s, const struct poller *p, size_t stage, int64_t window_ms)
{
    const struct stage *root = &p->plan->stages[stage];
    if (root->requests_signal >= 0) {
        promql_add_rate(s, p->plan->signals[root->requests_signal].source.metric, NULL,
            p->config->selector, window_ms);
    } else {
        promql_add_requests(s, root, NULL, p->config->selector, window_ms);
    }
}

// Series younger than the window have nothing more to tell in it.
static void add_age(struct str *s, const struct poller *p, size_t stage, int64_t window_ms)
{
    const struct stage *root = &p->plan->stages[stage];
    str_add(s, " and count(");
    if (root->requests_signal >= 0) {
        promql_add_selector(
            s, p->plan->signals[root->requests_signal].source.metric, "", p->config->selector);
    } else {
        promql_add_served(s, root, p->config->selector);
    }
    str_add(s, " offset ");
    clock_add_duration(s, window_ms);
    str_add(s, ")");
}

static bool add_query(struct str *s, const struct poller *p)
{
    struct width_counts c;
    width_windows(&c, p->plan->base_window_ms);
    int roots = 0;
    for (size_t i = 0; i < p->plan->stages_count && roots < ROOTS_MOST; i++) {
        if (counted_by(p->plan, i) < 0) {
            continue;
        }
        roots++;
        for (int k = 0; k < WIDTHS && c.windows_ms[k] > 0; k++) {
            str_add(s, s->len > 0 ? " or " : "");
            str_add(s, "label_replace(label_replace(");
            add_rate(s, p, i, c.windows_ms[k]);
            if (k > 0) {
                add_age(s, p, i, c.windows_ms[k]);
            }
            str_addf(s, ",\"window\",\"%d\",\"\",\"\"),\"root\",\"%zu\",\"\",\"\")", k, i);
        }
    }
    return roots > 0;
}

static bool send(struct poller *p, int64_t now_ms)
{
    struct str s;
    struct prom_request r;
    str_init(&s);
    int i = asking_free_paced(p, now_ms);
    bool good = i >= 0 && add_query(&s, p);
    if (good) {
        prom_request_init(&r);
        r.bare = p->store->source.lacks & LACKS_QUOTES;
        prom_request_instant(&r, s.text, p->schedule.env.tick_ms, p->config->source.timeout_ms);
        p->asks[i] = (struct ask){.feed = &feed_width,
            .tick_ms = p->schedule.env.tick_ms,
            .sent_ms = now_ms,
            .prefix = p->prefix};
        p->ask_used[i] = true;
        p->width.asked_ms = p->schedule.env.tick_ms;
        pace_sent(&p->pace, now_ms);
        http_start(p->http,
            &(struct http_request){
                .path = r.path.text, .query = r.query.text, .post = true, .tag = (uint64_t)i});
        prom_request_finish(&r);
    }
    str_finish(&s);
    return good;
}

bool width_run(struct poller *p, int64_t now_ms)
{
    bool widens = may_widen(p);
    if (!widens && plan_is_wide(p->plan) && p->phase == PHASE_POLLING) {
        take_rates_over(p, p->plan->base_window_ms);
        width_forget(p);
        return true;
    }
    int64_t tick_ms = p->schedule.env.tick_ms;
    if (!widens || p->store->source.health != HEALTH_OK || p->width.settled_ms == tick_ms ||
        p->width.asked_ms == tick_ms || asking_in_flight(p, &feed_width)) {
        return false;
    }
    struct roots r = look(p);
    if (r.asking) {
        return false;
    }
    bool few = r.known && r.count < PLAN_ENOUGH_REQUESTS;
    if (!few && !plan_is_wide(p->plan)) {
        p->width.settled_ms = tick_ms;
        return false;
    }
    send(p, now_ms);
    return false;
}

static bool read_counts(struct width_counts *c, const struct http_reply *r)
{
    struct batch b = {0};
    struct str why;
    str_init(&why);
    bool good = r->outcome == HTTP_ANSWERED &&
                prom_decode_samples(r->status, r->body, r->body_len, &b, &why) == PROM_OK;
    for (size_t i = 0; good && i < b.count; i++) {
        const char *window = labels_get(&b.series[i].labels, "window");
        long k = window ? strtol(window, NULL, 10) : -1;
        if (k >= 0 && k < WIDTHS && b.series[i].count > 0) {
            double n = b.series[i].samples[0].value * (double)c->windows_ms[k] / 1000;
            c->counts[k] = fmax(c->counts[k], n);
        }
    }
    batch_finish(&b);
    str_finish(&why);
    return good;
}

void width_take(struct poller *p, const struct ask *ask, const struct http_reply *r, int64_t now_ms)
{
    (void)now_ms;
    struct width_counts c;
    width_windows(&c, p->plan->base_window_ms);
    if (!may_widen(p) || ask->tick_ms != p->width.asked_ms) {
        return; // the answer is about another moment
    }
    bool good = read_counts(&c, r);
    settle(p, good ? width_choose(&c) : p->plan->window_ms, ask->tick_ms);
}

void width_forget(struct poller *p)
{
    p->width.settled_ms = p->width.asked_ms = p->width.counted_ms = 0;
    p->width.enough = 0;
}
