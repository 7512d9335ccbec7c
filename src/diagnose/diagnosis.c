#include "diagnose/diagnosis.h"

#include <math.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/mem.h"
#include "diagnose/context.h"
#include "diagnose/declared.h"
#include "plan/infra_query.h"
#include "series/infra.h"

const struct thresholds thresholds_default = {
    .score_warning = 4,
    .ratio_warning = 1.3,
    .ratio_critical = 3,
    .latency_floor_s = 0.010,
    .fast = 0.1,
    .fast_traffic = 0.75,
    .errors_floor = 0.005,
    .errors_critical = 0.05,
    .calls_ratio_warning = 2,
    .calls_ratio_critical = 5,
    .calls_floor = 0.05,
    .pool_full = 0.9,
    .blame_culprit = 0.6,
    .blame_shared = 0.3,
    .errors_least = 3,
    .chance = 1e-6,
    .chance_odd = 0.01,
    .chance_waiting = 1e-3,
    .requests_least = PLAN_ENOUGH_REQUESTS,
    .load_ratio = 1.5,
    .apart = 2,
    .queue_least = 5,
    .leak = 0.5,
    .small = 0.8,
    .hysteresis = 0.85,
};

void diagnosis_init(struct diagnosis *d, const struct plan *plan)
{
    *d = (struct diagnosis){.stages_count = plan->stages_count,
        .stages = mem_zalloc(plan->stages_count, sizeof *d->stages)};
    for (size_t i = 0; i < plan->stages_count; i++) {
        d->declared_count += (size_t)plan->stages[i].declared_count;
    }
    d->declared = mem_zalloc(d->declared_count, sizeof *d->declared);
    usual_cache_init(&d->cache, plan);
}

static void expect_tools(struct diagnosis *d, const struct plan *plan, const struct store *store)
{
    size_t tools = plan->tool_calls >= 0 ? store->signals[plan->tool_calls].live.count : 0;
    tools = tools < DIAGNOSIS_TOOLS_MAX ? tools : DIAGNOSIS_TOOLS_MAX;
    if (tools > d->tools_room) {
        d->tools = mem_resize(d->tools, tools, sizeof *d->tools);
        d->tools_room = tools;
        usual_cache_expect_tools(&d->cache, tools);
    }
}

bool diagnosis_wants(const struct diagnosis *d, bool *stages)
{
    const struct verdict *v = &d->verdict;
    bool any = false;
    for (int i = 0; i < (int)d->stages_count; i++) {
        stages[i] = v->signal != CLASS_NONE && (i == v->stage || i == v->second);
        any = any || stages[i];
    }
    return any;
}

void diagnosis_finish(struct diagnosis *d)
{
    free(d->stages);
    free(d->declared);
    free(d->tools);
    usual_cache_finish(&d->cache);
    *d = (struct diagnosis){0};
}

// The same for now and for usual: of several roots one may become busier than the others. Where
// nothing is usual, the busiest now; -1: no requests are known.
static int busiest_root(const struct diagnosis *d, const struct plan *plan)
{
    int usually = -1, now = -1;
    for (int i = 0; i < (int)d->stages_count; i++) {
        const struct reading *r = &d->stages[i].traffic;
        if (plan->stages[i].parent >= 0) {
            continue;
        }
        bool known = r->usual.centre > 0;
        usually =
            known && (usually < 0 || r->usual.centre > d->stages[usually].traffic.usual.centre)
                ? i
                : usually;
        now = !isnan(r->now) && (now < 0 || r->now > d->stages[now].traffic.now) ? i : now;
    }
    return usually >= 0 ? usually : now;
}

static void judge_declared(struct diagnosis *d, const struct context *c)
{
    size_t next = 0;
    for (size_t i = 0; i < d->stages_count; i++) {
        const struct stage *s = &c->plan->stages[i];
        d->stages[i].declared = &d->declared[next];
        d->stages[i].declared_count = (size_t)s->declared_count;
        for (int k = 0; k < s->declared_count; k++) {
            declared_judge(&d->declared[next++], c, s->declared_first + k);
        }
    }
}

void diagnosis_run(struct diagnosis *d, const struct plan *plan, const struct scope *scope,
    const struct store *store, const struct thresholds *thresholds, int64_t tick_ms)
{
    check(d->stages_count == plan->stages_count && store->count == plan->signals_count);
    int64_t days = scope->baseline_range_ms / CLOCK_DAY_MS;
    struct context c = {.plan = plan,
        .scope = scope,
        .store = store,
        .limits = thresholds,
        .cache = &d->cache,
        .rules = {.baseline = scope->baseline,
            .days = (int)(days < 1                ? 1
                          : days > STORE_DAYS_MAX ? STORE_DAYS_MAX
                                                  : days),
            .tick_ms = tick_ms,
            .window_ms = plan->window_ms,
            .zone = scope->zone},
        .window_s = (double)plan->window_ms / 1000,
        .questions = -1};
    usual_settle_clock(&c.rules);
    c.late_ms = stale_late_ms(&c);
    d->late_ms = c.late_ms;
    expect_tools(d, plan, store);
    usual_cache_begin(&d->cache, plan, store, &c.rules);
    d->tick_ms = tick_ms;
    d->usual = (struct usual){.kind = USUAL_NONE, .centre = NAN, .spread = NAN};
    for (size_t i = 0; i < d->stages_count; i++) {
        stage_judge(&d->stages[i], &c, (int)i);
        stale_mark(&d->stages[i], &c, (int)i);
        distrust_judge(&d->stages[i], &c, (int)i);
        if (d->stages[i].latency.usual.points > d->usual.points) {
            d->usual = d->stages[i].latency.usual;
        }
    }
    for (size_t i = 0; i < d->stages_count; i++) {
        silence_judge_root(d, &c, (int)i);
    }
    for (size_t i = 0; i < d->stages_count; i++) {
        stage_settle_failing(&d->stages[i]);
    }
    d->questions = c.questions = busiest_root(d, plan);
    distrust_questions(d, &c);
    tools_judge(d, &c);
    distrust_copies(d, &c);
    blame_attribute(d, &c);
    for (size_t i = 0; i < d->stages_count; i++) {
        calls_judge_part(d, &c, (int)i);
    }
    judge_declared(d, &c);
    for (size_t i = 0; i < d->stages_count; i++) {
        stage_settle_untimed(&d->stages[i], &plan->stages[i]);
    }
    gone_judge(d, &c);
    onset_bound(d, &c);
    verdict_reach(d, &c);
    d->machines_left_out = infra_of(store) ? infra_left_out(plan, store) : 0;
}
