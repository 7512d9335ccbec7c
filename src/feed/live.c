// A signal at this moment, and over the span that ends with it.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "feed/feed.h"
#include "plan/depth.h"
#include "plan/replicas.h"

enum { KEY = -1 /* the window of the span moves on: it is one */, SLOW_LASTS_MS = 60 * 1000 };

// Whether targets or replicas are missing: then it matters since when.
static bool lacks_targets(const struct feed_env *env, int i)
{
    const struct matrix *live = &env->store->signals[i].live;
    bool any = false;
    for (size_t k = 0; k < live->count && !any && env->plan->signals[i].kind == SIGNAL_TARGETS;
         k++) {
        const char *part = labels_get(&live->series[k].labels, "part");
        bool lack = part && (strcmp(part, "down") == 0 || strcmp(part, "desired") == 0);
        any = lack && ring_get(&live->series[k].ring, live->asked_last) > 0;
    }
    return any;
}

// Whether a replica completes nothing: likewise.
static bool lacks_replicas(const struct feed_env *env, int i)
{
    const struct matrix *live = &env->store->signals[i].live;
    bool stuck = false;
    for (int stage = 0; stage < (int)env->plan->stages_count && !stuck &&
                        env->plan->signals[i].kind == SIGNAL_REPLICAS;
         stage++) {
        for (size_t k = 0; k < live->count && !stuck; k++) {
            struct replica r;
            stuck = replicas_read(&r, live, k, stage, live->asked_last) && replicas_is_stuck(&r);
        }
    }
    return stuck;
}

static bool has_last(const struct matrix *live, int stage)
{
    bool any = false;
    for (size_t k = 0; k < live->count && !any; k++) {
        const char *its = labels_get(&live->series[k].labels, "stage");
        any = its && strtol(its, NULL, 10) == stage &&
              !isnan(ring_get(&live->series[k].ring, live->asked_last));
    }
    return any;
}

// Whether a stage has no sample any more: then it matters when it had its last.
static bool lacks_samples(const struct feed_env *env, int i)
{
    const struct matrix *live = &env->store->signals[i].live;
    bool known = live->asked_first <= live->asked_last;
    bool lacks = false;
    for (size_t k = 0; k < env->plan->stages_count && known && !lacks; k++) {
        lacks = env->plan->stages[k].last_signal == i && !has_last(live, (int)k);
    }
    return lacks;
}

bool live_has_span(const struct feed_env *env, int i)
{
    return plan_has_past(env->plan, i) || lacks_targets(env, i) || lacks_samples(env, i) ||
           lacks_replicas(env, i);
}

// How series behave, and where, changes slowly: while time goes on, once a minute is enough.
bool live_is_known_long(const struct feed_env *env, int i)
{
    const struct signal_data *data = &env->store->signals[i];
    enum signal_kind kind = env->plan->signals[i].kind;
    bool conduct = kind == SIGNAL_CONDUCT || kind == SIGNAL_MIXED;
    bool slow = conduct || kind == SIGNAL_PLACES ||
                (kind == SIGNAL_TARGETS && !lacks_targets(env, i)) ||
                (kind == SIGNAL_REPLICAS && !lacks_replicas(env, i));
    return slow && env->scope->at_ms == 0 && data->condition == CONDITION_ANSWERED &&
           data->now_ms > env->tick_ms - SLOW_LASTS_MS;
}

static void add_query(struct str *s, const struct plan *plan, const struct ask *ask)
{
    feed_add(s, plan->signals[ask->index].expr);
}

static void add_span_query(struct str *s, const struct plan *plan, const struct ask *ask)
{
    feed_add(s, plan_past(&plan->signals[ask->index]));
}

static struct matrix *live_of(
    const struct feed_env *env, struct signal_data *data, const struct ask *ask)
{
    (void)env, (void)ask;
    return &data->live;
}

// A moment that stands still is asked for until it is known, and then no more.
static bool now_missing(const struct feed_env *env, int i, int part, struct gap *out)
{
    const struct signal_data *data = &env->store->signals[i];
    int64_t slot = matrix_slot(&data->live, env->tick_ms);
    (void)part;
    *out = (struct gap){.first = slot,
        .last = slot,
        .known = data->condition == CONDITION_ANSWERED && data->now_ms == env->tick_ms};
    return feed_asks(env, i) && !live_is_known_long(env, i);
}

const struct feed_type feed_now = {
    .kind = FEED_NOW,
    .name = "now",
    .rank = RANK_PRESENT,
    .slot = SLOT_NOW,
    .parts = 1,
    .samples = true,
    .form = true,
    .instant = true,
    .each_tick = true,
    .add_query = add_query,
    .step_ms = feed_span_step,
    .missing = now_missing,
    .matrix = live_of,
};

// It ends where the newest answer begins, so that one has to be there.
static bool span_missing(const struct feed_env *env, int i, int part, struct gap *out)
{
    const struct signal *s = &env->plan->signals[i];
    const struct matrix *live = &env->store->signals[i].live;
    bool opened = s->deep && s->expr && feed_wants(env, FEED_SPAN, s->stage) && depth_has_span(s);
    bool waited = feed_asks(env, i) && live_has_span(env, i);
    (void)part;
    *out = (struct gap){.first = matrix_slot(live, env->tick_ms) - (int64_t)live->slots + 1,
        .last = live->asked_first - 1,
        .key = KEY,
        .unasked = !waited};
    return (opened || live_has_span(env, i)) && live->asked_first <= live->asked_last &&
           live->asked_first > out->first;
}

const struct feed_type feed_span = {
    .kind = FEED_SPAN,
    .name = "span",
    .rank = RANK_SCREEN,
    .slot = SLOT_SPAN,
    .parts = 1,
    .samples = true,
    .form = true,
    .past = true,
    .unavailable = N_("the trend is unavailable: %s"),
    .add_query = add_span_query,
    .step_ms = feed_span_step,
    .missing = span_missing,
    .matrix = live_of,
};
