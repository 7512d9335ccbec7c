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

void memory_drop_windows(struct proof *s)
{
    for (size_t k = 0; k < s->windows_count; k++) {
        matrix_finish(&s->windows[k].values);
    }
    free(s->windows);
    s->windows = NULL;
    s->windows_count = 0;
    s->recalls = false;
}

static void want_window(struct proof *s, int64_t first, int64_t last)
{
    s->windows = mem_resize(s->windows, s->windows_count + 1, sizeof *s->windows);
    s->windows[s->windows_count++] = (struct recalled){.first = first, .last = last};
}

// All of the signal that is missing, as its history waits until it is given.
static void look_up(struct poller *p, const struct ask *ask)
{
    struct proof *s = &p->proofs.signals[ask->index];
    memory_drop_windows(s);
    want_window(s, ask->first, ask->last);
    for (size_t kind = 0; kind < FEED_KINDS; kind++) {
        const struct feed_type *feed = feeds[kind];
        for (int part = 0; feed->remembered && part < feed->parts; part++) {
            struct gap x;
            bool same = feed == ask->feed && part == ask->part;
            if (!same && feed->missing(&p->schedule.env, ask->index, part, &x)) {
                want_window(s, x.first, x.last);
            }
        }
    }
    s->recalls = true;
    p->proofs.held[ask->index] = true;
    schedule_done(&p->schedule, ask);
    schedule_unask(&p->schedule, ask);
}

static struct recalled *find(struct proof *s, const struct ask *ask)
{
    for (size_t k = 0; k < s->windows_count; k++) {
        struct recalled *w = &s->windows[k];
        if (w->given && w->first == ask->first && w->last == ask->last) {
            return w;
        }
    }
    return NULL;
}

// Nothing is ever empty for good: the server may have been away, or a part of it.
static void remember_empty_days(struct poller *p, int index, int64_t now_ms)
{
    struct signal_data *data = &p->store->signals[index];
    int oldest = -1;
    for (int day = 0; day < STORE_DAYS_MAX; day++) {
        const struct history *h = store_day(data, day);
        oldest = h->answered && !is_empty(&h->matrix, h->first, h->last) ? day : oldest;
    }
    for (int day = 0; day < STORE_DAYS_MAX && oldest >= 0; day++) {
        const struct history *h = store_day(data, day);
        if (h->answered && !h->kept && !h->doubted && is_empty(&h->matrix, h->first, h->last)) {
            struct batch none = {0};
            history_tell_answer(p, index, h->first, h->last, &none,
                day < oldest ? GAP_SERVES_MS : BEYOND_SERVES_MS, now_ms);
            store_own_day(data, day)->kept = true;
        }
    }
}

static void answer(struct poller *p, struct ask *ask, struct matrix *m, int64_t now_ms)
{
    struct history *h = history_of(p->store, ask);
    say_kept(p, ask);
    history_take(h, m, ask->first, ask->last);
    h->kept = true;
    schedule_done(&p->schedule, ask);
    if (schedule_days_settled(&p->schedule, ask->index)) { // this answer may be the last one
        remember_empty_days(p, ask->index, now_ms);
    }
    schedule_doubt_days(&p->schedule, p->store, ask->index);
}

enum memory_says memory_answer(struct poller *p, struct ask *ask, int64_t now_ms)
{
    if (!p->history.used || !is_history(ask) ||
        trust_of(&p->proofs.trusts, ask->index) != TRUST_PROVED) {
        return MEMORY_NOTHING;
    }
    struct proof *s = &p->proofs.signals[ask->index];
    struct recalled *w = find(s, ask);
    if (!w) {
        look_up(p, ask);
        return MEMORY_WAITS;
    }
    struct recalled window = *w; // asked for again, it is looked up again
    *w = s->windows[--s->windows_count];
    struct matrix m = window.values;
    if (!window.known) {
        return MEMORY_NOTHING;
    }
    if (m.asked_first == ask->first && m.asked_last == ask->last) {
        answer(p, ask, &m, now_ms);
        return MEMORY_ANSWERS;
    }
    ask->first = m.asked_first == ask->first ? m.asked_last + 1 : ask->first;
    ask->last = m.asked_last == ask->last ? m.asked_first - 1 : ask->last;
    ask->known = mem_zalloc(1, sizeof *ask->known);
    *ask->known = m;
    return MEMORY_NOTHING;
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

// What may lack something is good enough to be shown, but not to be kept.
static bool is_sound(const struct batch *b)
{
    return !b->partial && b->left_out == 0;
}

void memory_learn(struct poller *p, const struct ask *ask, struct batch *b, int64_t now_ms)
{
    struct history *h = history_of(p->store, ask);
    bool past = ask->last * STORE_HISTORY_STEP_MS + SETTLED_MS <= history_now_ms(p, now_ms);
    h->kept = !past;
    if (b->partial) {
        h->doubted = true;
        schedule_doubt(&p->schedule, ask);
    }
    bool some = !is_empty(&h->matrix, h->first, h->last);
    bool settled = schedule_days_settled(&p->schedule, ask->index);
    bool memorable = p->history.used && past && is_history(ask) && (some || settled) &&
                     is_sound(b) && proof_may_remember(p, ask->index);
    if (memorable && some) {
        bool gone = is_empty(&h->matrix, ask->first, ask->last);
        history_tell_answer(
            p, ask->index, ask->first, ask->last, b, gone ? GAP_SERVES_MS : 0, now_ms);
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
