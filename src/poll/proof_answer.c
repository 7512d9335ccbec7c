#include "poll/join.h"
#include "poll/poller_state.h"
#include "poll/proof.h"

enum { TRIES = 3 };

static void say(const struct poller *p, const char *what, int i)
{
    struct str s;
    str_init(&s);
    str_addf(&s, "%-8s %s", what, p->plan->signals[i].expr);
    poller_say(p, s.text);
    str_finish(&s);
}

static void contradict(struct poller *p, int i)
{
    trust_learn(&p->proofs.trusts, i, FINDING_DIFFERS);
    p->proofs.refuted = true;
    say(p, "differs", i);
}

// The server has nothing there: perhaps it has something newer that is known.
static void look_later(struct proof *s)
{
    s->after = s->last;
    s->raw = false;
    proof_drop_sample(s);
    s->stage = ++s->tries < TRIES ? PROOF_OPEN : PROOF_SETTLED;
}

static void take_arm(struct poller *p, int i, bool joined, const struct batch *b, bool partial)
{
    struct proof *s = &p->proofs.signals[i];
    struct matrix answer;
    matrix_init(&answer, STORE_HISTORY_STEP_MS, (size_t)(s->last - s->first + 1));
    matrix_merge(&answer, b, s->first, s->last);
    enum finding finding = trust_compare(&s->known, &answer, s->first, s->last);
    matrix_finish(&answer);
    bool agrees = finding == FINDING_SAME || finding == FINDING_CONSTANT;
    bool recorded = p->plan->signals[i].recorded && !s->raw;
    s->stage = PROOF_SETTLED;
    if (agrees) {
        trust_learn(&p->proofs.trusts, i, finding);
    } else if (joined) {
        s->alone = true;
        s->stage = PROOF_OPEN;
    } else if (recorded) { // the rule may be younger than what is known
        s->raw = true;
        s->stage = PROOF_OPEN;
    } else if (finding == FINDING_NONE) {
        look_later(s);
    } else if (!partial) {
        contradict(p, i);
    }
}

// A question that is out may be about what was given up meanwhile.
static bool is_about(const struct proof *s, const struct ask *ask)
{
    return s->stage == PROOF_ASKED && s->sampled && s->first == ask->first && s->last == ask->last;
}

void proof_take(struct poller *p, const struct ask *ask, const struct batch *b)
{
    bool joined = ask->arms_count > 1;
    for (int k = 0; k < ask->arms_count; k++) {
        int i = ask->arms[k].signal;
        struct batch part = {0};
        if (!is_about(&p->proofs.signals[i], ask)) {
            continue;
        }
        if (joined) {
            join_split(b, k, &part);
        }
        take_arm(p, i, joined, joined ? &part : b, b->partial);
        batch_finish(&part);
    }
    proof_settle(p);
}

void proof_end(struct poller *p, const struct ask *ask)
{
    if (ask->feed != &feed_proof || ask->orphaned) {
        return;
    }
    bool lost = p->store->source.health == HEALTH_LOST;
    for (int k = 0; k < ask->arms_count; k++) {
        struct proof *s = &p->proofs.signals[ask->arms[k].signal];
        if (!is_about(s, ask)) {
            continue;
        }
        bool single = ask->arms_count == 1 && !lost && !p->schedule.history_rests;
        s->alone = s->alone || !lost;
        s->tries += single;
        s->stage = s->tries < TRIES ? PROOF_OPEN : PROOF_SETTLED;
    }
    proof_settle(p);
}
