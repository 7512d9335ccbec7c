// What changed over the span: rollouts, restarts, scaling, nodes, alerts.
#include "base/mem.h"
#include "base/text.h"
#include "feed/feed.h"
#include "plan/change_query.h"
#include "plan/infra_query.h"
#include "plan/parts.h"
#include "prom/decode.h"
#include "series/change.h"

enum { POINTS_MOST = 240, LASTS_MS = 60 * 1000 };

static int64_t step_ms(const struct feed_env *env)
{
    struct grid grid = scope_grid(env->scope, env->plan);
    int64_t steps = ((int64_t)grid.slots + POINTS_MOST - 1) / POINTS_MOST;
    return grid.step_ms * (steps > 1 ? steps : 1);
}

// The whole span costs more than a moment: while time goes on, once a minute is enough.
static bool is_known_long(const struct feed_env *env, const struct gap *x, int64_t step)
{
    const struct changes *c = change_of(env->store);
    int64_t until = c ? c->last_ms : 0, length = c ? c->last_ms - c->first_ms : 0;
    bool same = length / step == x->last - x->first;
    return until > 0 && same && env->scope->at_ms == 0 && until <= env->tick_ms &&
           env->tick_ms - until < LASTS_MS;
}

// It is asked by the namespaces of the pods, which are asked for first.
static bool missing(const struct feed_env *env, int subject, int part, struct gap *out)
{
    struct grid grid = scope_grid(env->scope, env->plan);
    int64_t step = step_ms(env), last = env->tick_ms / step;
    (void)subject, (void)part;
    *out = (struct gap){.first = last - (int64_t)grid.slots * grid.step_ms / step,
        .last = last,
        .waits = parts_wait(env->plan, env->store, env->plan->places)};
    out->known = is_known_long(env, out, step);
    return true;
}

static void write(struct prom_request *r, const struct feed_env *env, const struct ask *ask)
{
    int64_t step = step_ms(env);
    struct str spaces, s;
    str_init(&spaces);
    str_init(&s);
    infra_add_namespaces(&spaces, env->plan, env->store);
    change_add_query(&s, spaces.text, env->plan->selector, (ask->last - ask->first) * step);
    prom_request_range(
        r, s.text, ask->first * step, ask->last * step, step, env->config->source.timeout_ms);
    str_finish(&s);
    str_finish(&spaces);
}

static enum prom_status decode(
    long status, const char *body, size_t len, struct filling *out, struct str *why)
{
    struct changes *changes = mem_zalloc(1, sizeof *changes);
    struct batch b = {0};
    *out = (struct filling){changes, change_finish};
    enum prom_status result = prom_decode_samples(status, body, len, &b, why);
    change_take(changes, &b);
    batch_finish(&b);
    return result;
}

const struct feed_type feed_changes = {
    .kind = FEED_CHANGES,
    .name = "changes",
    .rank = RANK_SCREEN,
    .form = true,
    .each_tick = true,
    .beside = true,
    .of_server = true,
    .unavailable = N_("what changed is not known: %s"),
    .write = write,
    .missing = missing,
    .decode = decode,
};
