#include "poll/memory.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "poll/answer.h"
#include "poll/past.h"
#include "poll/state.h"

enum { SETTLED_MS = 10 * CLOCK_MINUTE_MS };

static const double AGREEMENT = 1e-6;

static bool is_history(const struct ask *ask)
{
    return ask->purpose == ASK_DAY || ask->purpose == ASK_RECENT;
}

static int64_t server_now_ms(const struct poller *p, int64_t now_ms)
{
    return now_ms + p->store->source.skew_ms;
}

static bool is_empty(const struct matrix *m, int64_t first, int64_t last)
{
    for (int64_t slot = first; slot <= last; slot++) {
        if (matrix_has_sample(m, slot)) {
            return false;
        }
    }
    return true;
}

static void say(const struct poller *p, const char *what, const struct ask *ask)
{
    struct str s;
    str_init(&s);
    str_addf(&s, "%-8s %s", what, p->plan->signals[ask->index].expr);
    poller_say(p, s.text);
    str_finish(&s);
}

bool memory_answer(struct poller *p, struct ask *ask, int64_t now_ms)
{
    const struct poller_memory *memory = &p->memory;
    const char *expr = p->plan->signals[ask->index].expr;
    struct matrix m;
    if (!memory->context || !is_history(ask) || p->trust == TRUST_REFUSED ||
        !memory->recall(
            memory->context, expr, ask->first, ask->last, server_now_ms(p, now_ms), &m)) {
        return false;
    }
    bool whole = m.asked_first == ask->first && m.asked_last == ask->last;
    if (p->trust == TRUST_GIVEN && whole) {
        say(p, "kept", ask);
        history_take(history_of(p->store, ask), &m, ask->first, ask->last);
        history_of(p->store, ask)->kept = true;
        agenda_done(&p->agenda, ask);
        return true;
    }
    if (p->trust == TRUST_GIVEN) {
        ask->first = m.asked_first == ask->first ? m.asked_last + 1 : ask->first;
        ask->last = m.asked_last == ask->last ? m.asked_first - 1 : ask->last;
    } else if (is_empty(&m, m.asked_first, m.asked_last)) {
        matrix_finish(&m); // nothing can be told from nothing
        return false;
    } else {
        ask->proves = true;
        p->trust = TRUST_PROVING;
        p->agenda.history_held = true;
    }
    ask->known = mem_zalloc(1, sizeof *ask->known);
    *ask->known = m;
    return false;
}

static bool same(double a, double b)
{
    return (isnan(a) && isnan(b)) || fabs(a - b) <= AGREEMENT * fmax(fabs(a), fabs(b));
}

// Whether every series of A is found in B with the same values, where both were asked.
static bool contains(const struct matrix *b, const struct matrix *a, int64_t first, int64_t last)
{
    for (size_t i = 0; i < a->count; i++) {
        const struct series *other = matrix_find(b, &a->series[i].labels);
        for (int64_t slot = first; slot <= last; slot++) {
            double here = ring_get(&a->series[i].ring, slot);
            if (!same(here, other ? ring_get(&other->ring, slot) : NAN)) {
                return false;
            }
        }
    }
    return true;
}

static void prove(struct poller *p, const struct ask *ask, const struct matrix *answer)
{
    const struct matrix *known = ask->known;
    int64_t first = known->asked_first, last = known->asked_last;
    bool agrees = contains(known, answer, first, last) && contains(answer, known, first, last);
    p->trust = agrees ? TRUST_GIVEN : TRUST_REFUSED;
    if (!agrees) {
        say(p, "differs", ask);
        p->memory.forget(p->memory.context);
    }
}

struct matrix memory_complete(struct poller *p, struct ask *ask, const struct batch *b)
{
    struct matrix m = {0};
    if (ask->known && !ask->proves) {
        m = *ask->known;
        free(ask->known);
        ask->known = NULL;
    } else {
        matrix_init(&m, STORE_HISTORY_STEP_MS, (size_t)(ask->last - ask->first + 1));
    }
    matrix_merge(&m, b, ask->first, ask->last);
    if (ask->proves) {
        prove(p, ask, &m);
    }
    return m;
}

static void remember(struct poller *p, int index, int64_t first, int64_t last,
    const struct batch *b, bool lasting, int64_t now_ms)
{
    p->memory.remember(p->memory.context, p->plan->signals[index].expr, first, last, b, lasting,
        server_now_ms(p, now_ms));
}

// An empty day is lasting where the server remembers an older one: it was down, or nobody asked
// anything. Where only newer ones have samples its memory may end there, or a part of it be away.
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
        if (h->answered && !h->kept && is_empty(&h->matrix, h->first, h->last)) {
            struct batch none = {0};
            remember(p, index, h->first, h->last, &none, day < oldest, now_ms);
            h->kept = true;
        }
    }
}

void memory_learn(struct poller *p, const struct ask *ask, const struct batch *b, int64_t now_ms)
{
    struct history *h = history_of(p->store, ask);
    bool past = ask->last * STORE_HISTORY_STEP_MS + SETTLED_MS <= server_now_ms(p, now_ms);
    h->kept = !past;
    if (!p->memory.context || !past || !is_history(ask)) {
        return;
    }
    if (!is_empty(&h->matrix, h->first, h->last)) {
        bool gone = is_empty(&h->matrix, ask->first, ask->last);
        remember(p, ask->index, ask->first, ask->last, b, !gone && b->notes_count == 0, now_ms);
        h->kept = true;
    }
    if (past_days_settled(&p->agenda, ask->index)) {
        remember_empty_days(p, ask->index, now_ms);
    }
}

void memory_drop(struct poller *p, struct ask *ask)
{
    if (ask->known) {
        matrix_finish(ask->known);
        free(ask->known);
        ask->known = NULL;
    }
    if (ask->proves) {
        p->agenda.history_held = false;
        p->trust = p->trust == TRUST_PROVING ? TRUST_UNKNOWN : p->trust;
        ask->proves = false;
    }
}
