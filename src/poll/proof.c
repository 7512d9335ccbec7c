#include "poll/proof.h"

#include <stdlib.h>

#include "base/mem.h"
#include "poll/poller_state.h"
#include "poll/remembered.h"

void proof_drop_sample(struct proof *s)
{
    matrix_finish(&s->known);
    s->sampled = s->looked_up = false;
}

static void finish(struct proof *s)
{
    proof_drop_sample(s);
    memory_drop_windows(s);
}

void proof_finish(struct poller *p)
{
    struct proofs *all = &p->proofs;
    for (size_t i = 0; i < all->count; i++) {
        finish(&all->signals[i]);
    }
    trust_finish(&all->trusts);
    free(all->signals);
    free(all->held);
    *all = (struct proofs){0};
}

// Whether more is to be found out.
static bool any_open(const struct poller *p)
{
    for (size_t i = 0; i < p->proofs.count; i++) {
        bool asked = p->store->signals[i].now_ms > 0 || schedule_asks_now(&p->schedule, (int)i);
        if (plan_has_past(p->plan, (int)i) && asked &&
            p->proofs.signals[i].stage != PROOF_SETTLED) {
            return true;
        }
    }
    return false;
}

// What came from the server that was there before, and was not told alike by this one, goes.
static void drop_stale(struct poller *p)
{
    for (size_t i = 0; i < p->proofs.count; i++) {
        struct proof *s = &p->proofs.signals[i];
        if (s->stale && trust_of(&p->proofs.trusts, (int)i) != TRUST_PROVED) {
            poller_forget_signal(p, (int)i);
            s->stale = false;
            proof_drop_sample(s);
        }
    }
}

void proof_settle(struct poller *p)
{
    struct proofs *all = &p->proofs;
    bool open = any_open(p);
    if (!open && all->refuted) {
        all->refuted = false;
        if (p->history.used) { // more may be kept that is of another server
            history_tell_forget(p, true);
        }
        drop_stale(p);
    }
    for (size_t i = 0; i < all->count; i++) {
        struct proof *s = &all->signals[i];
        enum trust trust = trust_of(&all->trusts, (int)i);
        // a constant one may yet be proved by others; one that differs waits until all are known
        bool waits = trust == TRUST_CONTRADICTED ||
                     (trust != TRUST_PROVED && trust_waits(&all->trusts, (int)i));
        bool held = s->stage != PROOF_SETTLED || (waits && open) || s->recalls;
        all->released = all->released || (all->held[i] && !held);
        all->held[i] = held;
        s->stale = s->stale && trust != TRUST_PROVED;
    }
}

void proof_start(struct poller *p)
{
    proof_finish(p);
    struct proofs *all = &p->proofs;
    all->count = p->plan->signals_count;
    all->signals = mem_zalloc(all->count, sizeof *all->signals);
    all->held = mem_zalloc(all->count, sizeof *all->held);
    trust_init(&all->trusts, all->count);
    for (size_t i = 0; i < all->count; i++) {
        all->signals[i].stage = p->history.used ? PROOF_OPEN : PROOF_SETTLED;
        all->held[i] = p->history.used;
    }
    p->schedule.held = all->held;
}

void proof_resume(struct poller *p)
{
    for (size_t i = 0; i < p->proofs.count; i++) {
        struct proof *s = &p->proofs.signals[i];
        s->stage = s->stage == PROOF_ASKED ? PROOF_OPEN : s->stage;
    }
}

static bool has_history(const struct signal_data *data)
{
    bool any = data->recent.answered || data->pinned.answered;
    for (int day = 0; day < STORE_DAYS_MAX && !any; day++) {
        any = store_day(data, day)->answered;
    }
    return any;
}

void proof_doubt(struct poller *p)
{
    trust_reset(&p->proofs.trusts);
    for (size_t i = 0; i < p->proofs.count; i++) {
        struct proof *s = &p->proofs.signals[i];
        finish(s);
        *s = (struct proof){.stale = has_history(&p->store->signals[i])};
        s->stage = s->stale || p->history.used ? PROOF_OPEN : PROOF_SETTLED;
        p->proofs.held[i] = s->stage == PROOF_OPEN;
    }
}

// --- asking

static void consider(const struct history *h, int64_t after, const struct history **best)
{
    enum matrix_shape shape =
        *best ? matrix_shape(&(*best)->matrix, (*best)->first, (*best)->last) : MATRIX_EMPTY;
    bool serves = h->answered && h->first > after;
    if (serves && matrix_shape(&h->matrix, h->first, h->last) > shape) {
        *best = h;
    }
}

// From what the store has: the newest that varies, or else that is not empty.
static bool sample_store(const struct signal_data *data, struct proof *s)
{
    const struct history *best = NULL;
    for (int day = 0; day < STORE_DAYS_MAX; day++) {
        consider(store_day(data, day), s->after, &best);
    }
    consider(&data->recent, s->after, &best);
    consider(&data->pinned, s->after, &best);
    if (best) {
        s->first = best->first;
        s->last = best->last;
        matrix_copy(&s->known, &best->matrix);
    }
    return best;
}

static bool is_open(const struct poller *p, size_t i)
{
    return p->proofs.signals[i].stage == PROOF_OPEN && plan_has_past(p->plan, (int)i) &&
           p->store->signals[i].now_ms > 0;
}

bool proof_wants_sample(const struct poller *p, int i)
{
    const struct proof *s = &p->proofs.signals[i];
    return is_open(p, (size_t)i) && !s->sampled && !s->stale && !s->looked_up;
}

static bool is_ready(const struct poller *p, size_t i)
{
    return is_open(p, i) && p->proofs.signals[i].sampled;
}

// What is in the store is known at once; what is kept is given between two turns.
static void sample(struct poller *p, int i)
{
    struct proof *s = &p->proofs.signals[i];
    if (s->stale && !s->sampled) {
        s->sampled = sample_store(&p->store->signals[i], s);
    }
    if (!s->sampled && !(p->history.used && proof_wants_sample(p, i))) {
        s->stage = PROOF_SETTLED; // nothing is known
    }
}

// The question about signal LEAD, and about all that can be asked for with it.
static void gather(const struct poller *p, size_t lead, struct ask *out)
{
    const struct proof *first = &p->proofs.signals[lead];
    *out = (struct ask){.feed = &feed_proof,
        .index = (int)lead,
        .first = first->first,
        .last = first->last,
        .arms = {{(int)lead, first->raw}},
        .arms_count = 1};
    for (size_t i = lead + 1;
         i < p->proofs.count && out->arms_count < ASK_ARMS_MAX && !first->alone; i++) {
        const struct proof *s = &p->proofs.signals[i];
        if (is_ready(p, i) && !s->alone && s->first == first->first && s->last == first->last) {
            out->arms[out->arms_count].signal = (int)i;
            out->arms[out->arms_count++].raw = s->raw;
        }
    }
}

// Whether others may still join: those whose present is being asked for, or of which it is not yet
// known what is kept.
static bool more_to_come(const struct poller *p)
{
    for (size_t i = 0; i < p->proofs.count; i++) {
        bool asked = plan_has_past(p->plan, (int)i) && p->store->signals[i].now_ms == 0 &&
                     schedule_asks_now(&p->schedule, (int)i);
        if (asked || (is_open(p, i) && !is_ready(p, i))) {
            return true;
        }
    }
    return false;
}

static void start(struct poller *p, struct ask *ask)
{
    schedule_start(&p->schedule, ask);
    for (int k = 0; k < ask->arms_count; k++) {
        p->proofs.signals[ask->arms[k].signal].stage = PROOF_ASKED;
    }
}

bool proof_next(struct poller *p, struct ask *out)
{
    bool any = false;
    for (size_t i = 0; i < p->proofs.count; i++) {
        if (is_open(p, i)) {
            sample(p, (int)i);
        }
        any = any || is_ready(p, i);
    }
    proof_settle(p);
    bool room =
        p->schedule.history_most == 0 || p->schedule.history_busy < p->schedule.history_most;
    if (!any || !room || p->schedule.history_rests) {
        return false;
    }
    bool more = more_to_come(p);
    for (size_t i = 0; i < p->proofs.count; i++) {
        if (is_ready(p, i)) {
            gather(p, i, out);
            if (!more || p->proofs.signals[i].alone || out->arms_count == ASK_ARMS_MAX) {
                start(p, out);
                return true;
            }
        }
    }
    return false;
}

bool proof_released(struct poller *p)
{
    bool released = p->proofs.released;
    p->proofs.released = false;
    return released;
}

bool proof_may_remember(struct poller *p, int i)
{
    struct proofs *all = &p->proofs;
    if (trust_of(&all->trusts, i) == TRUST_PROVED) {
        return true;
    }
    if (all->held[i]) {
        return false;
    }
    history_tell_drop(p, i);
    trust_own(&all->trusts, i);
    return true;
}
