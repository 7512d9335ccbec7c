#include "poll/remembered.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "poll/answer.h"
#include "poll/join.h"
#include "poll/poller_state.h"

enum {
    SETTLED_MS = 10 * CLOCK_MINUTE_MS,
    BEYOND_SERVES_MS = CLOCK_DAY_MS, /**< nothing, where the server's memory ends */
    GAP_SERVES_MS = CLOCK_HOUR_MS,   /**< nothing, where it has something older */
};

static bool is_history(const struct ask *ask)
{
    return ask->feed->remembered;
}

static int64_t server_now_ms(const struct poller *p, int64_t now_ms)
{
    return now_ms + p->store->source.skew_ms;
}

static bool is_empty(const struct matrix *m, int64_t first, int64_t last)
{
    return matrix_shape(m, first, last) == MATRIX_EMPTY;
}

static void say_kept(const struct poller *p, const struct ask *ask)
{
    struct str s;
    str_init(&s);
    str_addf(&s, "%-8s %s", "kept", plan_history(&p->plan->signals[ask->index]));
    poller_say(p, s.text);
    str_finish(&s);
}

bool memory_answer(struct poller *p, struct ask *ask, int64_t now_ms)
{
    const struct poller_memory *memory = &p->memory;
    struct matrix m;
    if (!memory->context || !is_history(ask) ||
        trust_of(&p->proofs.trusts, ask->index) != TRUST_PROVED ||
        !memory->recall(memory->context, plan_history(&p->plan->signals[ask->index]), ask->first,
            ask->last, server_now_ms(p, now_ms), &m)) {
        return false;
    }
    if (m.asked_first == ask->first && m.asked_last == ask->last) {
        struct history *h = history_of(p->store, ask);
        say_kept(p, ask);
        history_take(h, &m, ask->first, ask->last);
        h->kept = true;
        schedule_done(&p->schedule, ask);
        schedule_doubt_days(&p->schedule, p->store, ask->index);
        return true;
    }
    ask->first = m.asked_first == ask->first ? m.asked_last + 1 : ask->first;
    ask->last = m.asked_last == ask->last ? m.asked_first - 1 : ask->last;
    ask->known = mem_zalloc(1, sizeof *ask->known);
    *ask->known = m;
    return false;
}

struct matrix memory_complete(struct ask *ask, const struct batch *b)
{
    struct matrix m = {0};
    if (ask->known) {
        m = *ask->known;
        free(ask->known);
        ask->known = NULL;
    } else {
        matrix_init(&m, STORE_HISTORY_STEP_MS, (size_t)(ask->last - ask->first + 1));
    }
    matrix_merge(&m, b, ask->first, ask->last);
    return m;
}

static void remember(struct poller *p, int index, int64_t first, int64_t last,
    const struct batch *b, int64_t serves_ms, int64_t now_ms)
{
    p->memory.remember(p->memory.context, plan_history(&p->plan->signals[index]), first, last, b,
        serves_ms, server_now_ms(p, now_ms));
}

// Nothing is ever empty for good: the server may have been away, or a part of it.
static void remember_empty_days(struct poller *p, int index, int64_t now_ms)
{
    struct history *days = p->store->signals[index].days;
    int oldest = -1;
    for (int day = 0; day < STORE_DAYS_MAX; day++) {
        const struct history *h = &days[day];
        oldest = h->answered && !is_empty(&h->matrix, h->first, h->last) ? day : oldest;
    }
    for (int day = 0; day < STORE_DAYS_MAX && oldest >= 0; day++) {
        struct history *h = &days[day];
        if (h->answered && !h->kept && !h->doubted && is_empty(&h->matrix, h->first, h->last)) {
            struct batch none = {0};
            remember(p, index, h->first, h->last, &none,
                day < oldest ? GAP_SERVES_MS : BEYOND_SERVES_MS, now_ms);
            h->kept = true;
        }
    }
}

// What may lack something is good enough to be shown, but not to be kept.
static bool is_sound(const struct batch *b)
{
    return !b->partial && b->left_out == 0;
}

void memory_learn(struct poller *p, const struct ask *ask, const struct batch *b, int64_t now_ms)
{
    struct history *h = history_of(p->store, ask);
    bool past = ask->last * STORE_HISTORY_STEP_MS + SETTLED_MS <= server_now_ms(p, now_ms);
    h->kept = !past;
    if (b->partial) {
        h->doubted = true;
        schedule_doubt(&p->schedule, ask);
    }
    bool some = !is_empty(&h->matrix, h->first, h->last);
    bool settled = schedule_days_settled(&p->schedule, ask->index);
    bool memorable = p->memory.context && past && is_history(ask) && (some || settled) &&
                     is_sound(b) && proof_may_remember(p, ask->index);
    if (memorable && some) {
        bool gone = is_empty(&h->matrix, ask->first, ask->last);
        remember(p, ask->index, ask->first, ask->last, b, gone ? GAP_SERVES_MS : 0, now_ms);
        h->kept = true;
    }
    if (memorable && settled) {
        remember_empty_days(p, ask->index, now_ms);
    }
    schedule_doubt_days(&p->schedule, p->store, ask->index);
}

void memory_drop(struct ask *ask)
{
    if (ask->known) {
        matrix_finish(ask->known);
        free(ask->known);
        ask->known = NULL;
    }
    join_drop(ask);
}
