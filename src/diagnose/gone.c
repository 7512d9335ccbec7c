#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/context.h"
#include "plan/parts.h"
#include "plan/replicas.h"

static bool is_same(const struct labels *a, const struct labels *b, const char *name)
{
    const char *one = labels_get(a, name), *other = labels_get(b, name);
    return one && other ? strcmp(one, other) == 0 : one == other;
}

static const struct matrix *answer_of(const struct context *c, int query, int64_t *slot)
{
    const struct signal_data *data = &c->store->signals[query];
    *slot = matrix_slot(&data->live, data->now_ms);
    return &data->live;
}

// What is counted as PART of the same job or workload, which WHAT says, as OF.
static const struct series *find(
    const struct matrix *m, const struct labels *of, const char *what, const char *part)
{
    for (size_t i = 0; i < m->count; i++) {
        const struct labels *its = &m->series[i].labels;
        const char *is = labels_get(its, "part");
        if (is && strcmp(is, part) == 0 && labels_get(its, what) && is_same(its, of, what) &&
            is_same(its, of, "namespace") && is_same(its, of, "cluster")) {
            return &m->series[i];
        }
    }
    return NULL;
}

// Where none is counted there is no series.
static double count_at(const struct series *s, int64_t slot)
{
    return s ? fmax(0, ring_get(&s->ring, slot)) : 0;
}

// The moments may be minutes apart, and each is about the minutes before it.
static struct onset since(const struct matrix *m, const struct series *s, int64_t slot)
{
    int64_t apart = PLAN_DOWN_MS / m->step_ms, first = slot;
    int64_t oldest = m->asked_first;
    for (int64_t at = slot; at >= oldest && first - at <= apart; at--) {
        first = count_at(s, at) > 0 ? at : first;
    }
    return first - oldest <= apart ? (struct onset){.before_ms = first * m->step_ms}
                                   : (struct onset){.since_ms = first * m->step_ms - PLAN_DOWN_MS};
}

/** What is found of a stage while the jobs that serve it are gone through. */
struct search {
    const struct matrix *counts;
    int64_t slot;
    const struct series *down, *desired; /**< of the job and the workload that lack the most */
    bool any_listed, any_answers;
};

static void look_at_job(struct search *s, struct stage_gone *out, const struct labels *serving)
{
    double listed = count_at(find(s->counts, serving, "job", "listed"), s->slot);
    const struct series *of = find(s->counts, serving, "job", "down");
    double down = fmin(count_at(of, s->slot), listed);
    s->any_listed = s->any_listed || listed > 0;
    double before = count_at(find(s->counts, serving, "job", "before"), s->slot);
    s->any_answers = s->any_answers || listed > down;
    bool more = !(out->before > 0) || listed / before < out->left / out->before;
    if (listed > 0 && before > listed && more) {
        out->left = listed;
        out->before = before;
    }
    if (down > out->down) {
        s->down = of;
        out->job = labels_get(&of->labels, "job");
        out->down = down;
        out->listed = listed;
    }
}

static void look_at_workload(struct search *s, struct stage_gone *out, const struct labels *serving)
{
    const struct series *of = find(s->counts, serving, "workload", "desired");
    double desired = count_at(of, s->slot);
    double available = count_at(find(s->counts, serving, "workload", "available"), s->slot);
    if (desired - available > out->desired - out->available) {
        s->desired = of;
        out->workload = labels_get(&of->labels, "workload");
        out->desired = desired;
        out->available = available;
    }
}

static bool lists_any(const struct search *s)
{
    for (size_t i = 0; i < s->counts->count; i++) {
        const char *part = labels_get(&s->counts->series[i].labels, "part");
        if (part && strcmp(part, "listed") == 0 && count_at(&s->counts->series[i], s->slot) > 0) {
            return true;
        }
    }
    return false;
}

// SERVING, at SLOT, tells which jobs and workloads serve STAGE.
static void look(
    struct search *s, struct stage_gone *out, int stage, const struct matrix *serving, int64_t slot)
{
    bool served = false;
    for (size_t i = 0; i < serving->count; i++) {
        const struct series *its = &serving->series[i];
        const char *of = labels_get(&its->labels, "stage");
        if (of && strtol(of, NULL, 10) == stage && count_at(its, slot) > 0) {
            look_at_job(s, out, &its->labels);
            look_at_workload(s, out, &its->labels);
            served = true;
        }
    }
    out->all = out->job && !s->any_answers;
    out->unlisted = served && !s->any_listed && lists_any(s);
    if (s->down) {
        out->lack = since(s->counts, s->down, s->slot);
    } else if (s->desired) {
        out->lack = since(s->counts, s->desired, s->slot);
    }
}

// So many of the work of a replica would have completed elsewhere, on average, that none is no
// chance.
static const double EXPECTED_LEAST = 14;

/** What the replicas of a stage do that complete something. */
struct others {
    double running, done, replicas;
};

static struct others look_at_others(const struct matrix *m, int stage, int64_t slot)
{
    struct others o = {0};
    struct replica r;
    for (size_t i = 0; i < m->count; i++) {
        if (replicas_read(&r, m, i, stage, slot)) {
            o.replicas++;
            o.running += r.done > 0 ? r.running : 0;
            o.done += r.done > 0 ? r.done : 0;
        }
    }
    return o;
}

// While another completes what it has, as far as is known of the slot.
static bool is_stuck(const struct replica *r, const struct others *o)
{
    double expected = o->done / fmax(1, o->running) * r->busy * REPLICAS_STUCK_MS / 1000;
    return replicas_is_stuck(r) && expected >= EXPECTED_LEAST;
}

static struct onset stuck_since(
    const struct matrix *m, const struct replica_series *s, int64_t slot)
{
    int64_t first = slot, apart = REPLICAS_STUCK_MS / m->step_ms;
    for (int64_t at = slot; at >= m->asked_first && first - at <= apart; at--) {
        struct replica r;
        first = replicas_at(&r, s, at) && replicas_is_stuck(&r) ? at : first;
    }
    return first - m->asked_first <= apart
               ? (struct onset){.before_ms = first * m->step_ms}
               : (struct onset){.since_ms = first * m->step_ms - REPLICAS_STUCK_MS};
}

// One that answers may have stopped completing all the same.
static void look_at_replicas(struct stage_gone *out, const struct context *c, int stage)
{
    int query = part_of(c->plan, c->plan->replicas, (size_t)stage);
    const struct signal_data *data = &c->store->signals[query];
    const struct matrix *m = &data->live;
    if (data->condition != CONDITION_ANSWERED || out->all) {
        return;
    }
    int64_t slot = matrix_slot(m, data->now_ms);
    struct others o = look_at_others(m, stage, slot);
    struct replica_series worst;
    for (size_t i = 0; i < m->count; i++) {
        struct replica r;
        struct replica_series its;
        if (!replicas_find(&its, m, i, stage) || !replicas_at(&r, &its, slot) ||
            !is_stuck(&r, &o)) {
            continue;
        }
        out->stuck++;
        if (!out->replica || r.running > out->running) {
            worst = its;
            out->replica = r.name;
            out->running = r.running;
        }
    }
    out->replicas = o.replicas;
    if (out->replica) {
        out->onset = stuck_since(m, &worst, slot);
    }
}

// Its last sample and the first scrape that failed are the same fact, and get one moment: that of
// the sample.
static void join_end(struct stage_gone *gone, int64_t last_ms)
{
    int64_t since_ms = gone->lack.since_ms;
    if (gone->all && last_ms > 0 && last_ms < since_ms && since_ms - last_ms <= PLAN_DOWN_MS) {
        gone->lack.since_ms = last_ms;
    }
}

static void look_at_targets(struct stage_diagnosis *out, const struct context *c, int stage)
{
    int first = c->plan->targets, part = part_of(c->plan, first, (size_t)stage);
    bool known = context_state(c, first) == STATE_OK;
    out->targets = reading_none(context_state(c, known ? part : first));
    if (out->targets.state != STATE_OK) {
        return;
    }
    struct search s = {0};
    int64_t slot;
    s.counts = answer_of(c, first, &s.slot);
    const struct matrix *serving = answer_of(c, part, &slot);
    look(&s, &out->gone, stage, serving, slot);
    join_end(&out->gone, out->last_ms);
}

// What goes to them never ends: so many might as well fail.
static bool hold_many(const struct stage_gone *gone, const struct context *c)
{
    return gone->replica && gone->stuck / gone->replicas >= c->limits->errors_critical;
}

static void judge(struct stage_diagnosis *out, const struct context *c, int stage, bool alive)
{
    struct stage_gone *gone = &out->gone;
    *gone = (struct stage_gone){0};
    look_at_targets(out, c, stage);
    gone->onset = gone->lack;
    look_at_replicas(gone, c, stage);
    if (gone->job || gone->workload || gone->replica) {
        out->targets.now = gone->replica ? gone->replicas - gone->stuck
                           : gone->job   ? gone->listed - gone->down
                                         : gone->available;
        out->targets.usual.centre = gone->replica ? gone->replicas
                                    : gone->job   ? gone->listed
                                                  : gone->desired;
        reading_compare(&out->targets);
        bool timed = c->plan->stages[stage].kind != LATENCY_NONE; // else an exporter may be down
        out->targets.severity = !alive                                       ? SEVERITY_UNKNOWN
                                : (gone->all && timed) || hold_many(gone, c) ? SEVERITY_CRITICAL
                                                                             : SEVERITY_WARNING;
        // without an answer nothing is known of the stage, so its row is not ok either
        out->targets.state = alive ? STATE_OK : STATE_NO_DATA;
    } else if (out->targets.state == STATE_OK) {
        out->targets.severity = SEVERITY_OK;
    }
}

static bool is_alive(const struct stage_diagnosis *s)
{
    enum state state = s->latency.state;
    bool known = state == STATE_OK || state == STATE_TOO_FEW || state == STATE_NO_BASELINE ||
                 state == STATE_NO_TRAFFIC;
    return known || deviates(&s->latency) || deviates(&s->errors) || deviates(&s->traffic) ||
           deviates(&s->calls) || deviates(&s->fast) || deviates(&s->pool);
}

static bool any_is_alive(const struct diagnosis *d)
{
    bool alive = deviates(&d->tool_errors);
    for (size_t i = 0; i < d->tools_count; i++) {
        const struct tool_diagnosis *t = &d->tools[i];
        alive = alive || deviates(&t->calls) || deviates(&t->errors) || deviates(&t->latency);
    }
    for (size_t i = 0; i < d->stages_count; i++) {
        alive = alive || is_alive(&d->stages[i]);
    }
    return alive;
}

void gone_judge(struct diagnosis *d, const struct context *c)
{
    bool alive = any_is_alive(d);
    for (size_t i = 0; i < d->stages_count; i++) {
        judge(&d->stages[i], c, (int)i, alive);
    }
}
