#include "diagnose/strain.h"

#include <math.h>
#include <string.h>

#include "base/check.h"
#include "diagnose/context.h"
#include "diagnose/pods.h"

enum { LATELY_S = 30 * 60, NAMED_MOST = 4, ON_NODE_LEAST = 2 };

// Where the alerts of kube-prometheus begin: CPUThrottlingHigh, NodeCPUHighUsage,
// NodeMemoryHighUtilization; what is left of a volume, KubePersistentVolumeFillingUp.
static const double THROTTLED = 0.25, NODE_FULL = 0.9, VOLUME_FULL = 0.97;
static const double CONTAINER_MEMORY = 0.9, CONTAINER_CPU = 0.95;
static const double CLOCK_LOW = 0.7, GPU_BUSY = 0.5; // an idle GPU lowers its clock by itself
static const double NETWORK_ERRORS = 1;

bool strain_is_of_node(enum strain_kind kind)
{
    return kind >= STRAIN_NODE_NOT_READY;
}

/** What was found so far, by kind; a thing of NULL: nothing. */
struct found {
    struct strain by_kind[STRAINS];
};

static void note(
    struct found *f, enum strain_kind kind, bool is, double value, const struct infra_thing *thing)
{
    struct strain *s = &f->by_kind[kind];
    bool worse = kind == STRAIN_CLOCK ? value < s->value : value > s->value;
    if (is && (!s->thing || worse)) {
        *s = (struct strain){kind, value, thing};
    }
}

static void look_at_container(struct found *f, const struct infra_thing *t, double now_s)
{
    const double *v = t->values;
    double ago = now_s - v[INFRA_DIED];
    bool lately = isnan(v[INFRA_DIED]) ? v[INFRA_RESTARTS] >= 0.5 : ago >= 0 && ago < LATELY_S;
    bool ended = strcmp(t->ended, "OOMKilled") == 0 && lately;
    double memory = v[INFRA_MEMORY] / v[INFRA_MEMORY_LIMIT];
    double cpu = v[INFRA_CPU] / v[INFRA_CPU_LIMIT];
    // a container that has just been created waits as well
    bool starting =
        strcmp(t->waiting, "ContainerCreating") == 0 || strcmp(t->waiting, "PodInitializing") == 0;
    // a container outlives a process in it that is killed
    note(f, STRAIN_KILLED, ended || v[INFRA_KILLED] >= 0.5, ended ? v[INFRA_DIED] : NAN, t);
    note(f, STRAIN_WAITING, *t->waiting && !starting, 1, t);
    note(f, STRAIN_THROTTLED, v[INFRA_THROTTLED] >= THROTTLED, fmin(1, v[INFRA_THROTTLED]), t);
    note(f, STRAIN_MEMORY, memory >= CONTAINER_MEMORY, memory, t);
    note(f, STRAIN_CPU, cpu >= CONTAINER_CPU && !(v[INFRA_THROTTLED] >= THROTTLED), cpu, t);
}

static void look_at_gpu(struct found *f, const struct infra_thing *t)
{
    const double *v = t->values;
    double clock = v[INFRA_GPU_CLOCK] / v[INFRA_GPU_CLOCK_MOST];
    note(f, STRAIN_CLOCK, clock <= CLOCK_LOW && v[INFRA_GPU_BUSY] >= GPU_BUSY, clock, t);
}

static void look_at_pod(struct found *f, const struct infra_thing *t)
{
    const double *v = t->values;
    note(f, STRAIN_UNREADY, v[INFRA_UNREADY] > 0, 1, t);
    note(f, STRAIN_VOLUME, v[INFRA_VOLUME] >= VOLUME_FULL, v[INFRA_VOLUME], t);
    note(f, STRAIN_NETWORK, v[INFRA_NETWORK] >= NETWORK_ERRORS, v[INFRA_NETWORK], t);
}

static void look_at_node(struct found *f, const struct infra *infra, const char *node)
{
    const struct infra_thing *t = *node ? infra_node(infra, node) : NULL;
    if (!t) {
        return;
    }
    const double *v = t->values;
    note(f, STRAIN_NODE_NOT_READY, v[INFRA_NOT_READY] > 0, 1, t);
    note(f, STRAIN_PRESSED_MEMORY, v[INFRA_PRESSED_MEMORY] > 0, 1, t);
    note(f, STRAIN_PRESSED_DISK, v[INFRA_PRESSED_DISK] > 0, 1, t);
    note(f, STRAIN_PRESSED_PIDS, v[INFRA_PRESSED_PIDS] > 0, 1, t);
    note(f, STRAIN_NODE_MEMORY, v[INFRA_NODE_MEMORY] >= NODE_FULL, v[INFRA_NODE_MEMORY], t);
    note(f, STRAIN_NODE_CPU, v[INFRA_NODE_CPU] >= NODE_FULL, v[INFRA_NODE_CPU], t);
    note(f, STRAIN_NODE_DISK, v[INFRA_NODE_DISK] >= NODE_FULL, v[INFRA_NODE_DISK], t);
    note(f, STRAIN_NODE_NETWORK, v[INFRA_NODE_NETWORK] >= NETWORK_ERRORS, v[INFRA_NODE_NETWORK], t);
    for (size_t i = 0; i < infra->count; i++) {
        const struct infra_thing *gpu = &infra->items[i];
        if (gpu->kind == INFRA_GPU && !*gpu->pod && strcmp(gpu->node, node) == 0) {
            look_at_gpu(f, gpu);
        }
    }
}

static size_t take_found(struct strain out[STRAINS], const struct found *f)
{
    size_t count = 0;
    for (size_t i = 0; i < STRAINS; i++) {
        if (f->by_kind[i].thing) {
            out[count++] = f->by_kind[i];
        }
    }
    return count;
}

size_t strain_of_node(struct strain out[STRAINS], const struct infra *infra, const char *node)
{
    struct found f = {0};
    look_at_node(&f, infra, node);
    return take_found(out, &f);
}

size_t strain_of(struct strain out[STRAINS], const struct infra *infra, const struct place *place,
    int64_t now_ms)
{
    struct found f = {0};
    for (size_t i = 0; i < infra->count; i++) {
        const struct infra_thing *t = &infra->items[i];
        bool its = strcmp(t->pod, place->pod) == 0 &&
                   (!*place->namespace || strcmp(t->namespace, place->namespace) == 0);
        if (its && t->kind == INFRA_CONTAINER) {
            look_at_container(&f, t, (double)now_ms / 1000);
        } else if (its && t->kind == INFRA_GPU) {
            look_at_gpu(&f, t);
        } else if (its && t->kind == INFRA_POD) {
            look_at_pod(&f, t);
        }
    }
    look_at_node(&f, infra, infra_node_of(infra, place->namespace, place->pod));
    return take_found(out, &f);
}

// --- as evidence

/** The pods of the stage at fault, by what strains them. */
struct tally {
    struct evidence by_kind[STRAINS];
    int pods;
};

static void count_strains(struct tally *t, const struct infra *infra, const struct place *place,
    int stage, int64_t now_ms)
{
    struct strain strains[STRAINS];
    size_t count = strain_of(strains, infra, place, now_ms);
    t->pods++;
    for (size_t i = 0; i < count; i++) {
        const struct strain *s = &strains[i];
        struct evidence *e = &t->by_kind[s->kind];
        bool of_node = strain_is_of_node(s->kind);
        bool first = e->pods == 0;
        bool worse = s->kind == STRAIN_CLOCK ? s->value < e->a : s->value > e->a;
        if (of_node && !first && strcmp(e->name, s->thing->node) != 0) {
            continue; // of several nodes the first one is named
        }
        e->pods++;
        if (first || worse) {
            *e = (struct evidence){.kind = EVIDENCE_STRAIN,
                .stage = stage,
                .strain = s->kind,
                .a = s->value,
                .name = of_node ? s->thing->node : place->pod,
                .part = s->kind == STRAIN_CLOCK ? s->thing->gpu : s->thing->waiting,
                .pods = e->pods};
        }
    }
}

// Of several pods those count that are slower than the others, where there are such.
static bool counts(const struct context *c, const struct pods *pods, int stage, bool any_slow,
    const struct place *place)
{
    for (size_t i = 0; i < pods->count && any_slow; i++) {
        struct place its;
        if (pods_judge(pods, &pods->items[i], NAN, c->window_s, c->limits).slow &&
            places_find(&its, c->plan, c->store, stage, pods->items[i].name) &&
            strcmp(its.pod, place->pod) == 0) {
            return true;
        }
    }
    return !any_slow;
}

static bool any_is_slow(const struct pods *pods, const struct context *c)
{
    bool any = false;
    for (size_t i = 0; i < pods->count && !any; i++) {
        any = pods_judge(pods, &pods->items[i], NAN, c->window_s, c->limits).slow;
    }
    return any;
}

// --- a node that stages share

static bool is_slow(const struct diagnosis *d, int stage)
{
    return deviates(&d->stages[stage].latency);
}

// What is slow because of a part that is, has no say.
static bool has_slow_part(const struct diagnosis *d, const struct plan *p, int stage)
{
    bool any = false;
    for (int i = 0; i < (int)d->stages_count && !any; i++) {
        any = p->stages[i].parent == stage && is_slow(d, i);
    }
    return any;
}

// Of what one pod does, such as the parts of a model's work, not everything gets slow with it.
static bool has_slow_stage(
    const struct diagnosis *d, const struct context *c, const struct place *pod)
{
    bool any = false;
    for (size_t i = 0; i < places_count(c->plan, c->store) && !any; i++) {
        struct place p;
        any = places_read(&p, c->plan, c->store, i) && strcmp(p.pod, pod->pod) == 0 &&
              strcmp(p.namespace, pod->namespace) == 0 && is_slow(d, p.stage) &&
              !has_slow_part(d, c->plan, p.stage);
    }
    return any;
}

/**
 * Whether all pods on NODE have a stage that is slow by itself, two of them at least, and none
 * elsewhere has. Sets *COUNT to how many stages are slow.
 */
static bool is_shared(const struct diagnosis *d, const struct context *c, const struct infra *infra,
    const char *node, int *count)
{
    bool seen[PLAN_STAGES_MAX] = {false};
    const char *first = NULL;
    bool several = false;
    *count = 0;
    for (size_t i = 0; i < places_count(c->plan, c->store); i++) {
        struct place p;
        if (!places_read(&p, c->plan, c->store, i) || has_slow_part(d, c->plan, p.stage)) {
            continue;
        }
        const char *its = infra_node_of(infra, p.namespace, p.pod);
        bool here = strcmp(its, node) == 0, slow = is_slow(d, p.stage);
        bool known = d->stages[p.stage].latency.state == STATE_OK;
        if (known && !slow && has_slow_stage(d, c, &p)) {
            continue;
        }
        if (!*its || (known && here != slow)) {
            return false;
        }
        several = several || (here && known && first && strcmp(first, p.pod) != 0);
        first = here && known && !first ? p.pod : first;
        *count += here && known && !seen[p.stage];
        seen[p.stage] = seen[p.stage] || (here && known);
    }
    return several && *count >= ON_NODE_LEAST;
}

static void add_shared(struct verdict *v, const struct diagnosis *d, const struct context *c,
    const struct infra *infra)
{
    for (size_t i = 0; i < places_count(c->plan, c->store); i++) {
        struct place p;
        int count;
        if (places_read(&p, c->plan, c->store, i) && p.stage == v->stage) {
            const char *node = infra_node_of(infra, p.namespace, p.pod);
            if (*node && is_shared(d, c, infra, node, &count)) {
                verdict_add(
                    v, (struct evidence){
                           .kind = EVIDENCE_NODE, .stage = v->stage, .a = count, .name = node});
            }
            return; // all its pods have to be there
        }
    }
}

void strain_explain(struct diagnosis *d, const struct context *c, const struct pods *pods)
{
    struct verdict *v = &d->verdict;
    const struct infra *infra = infra_of(c->store);
    struct tally t = {.pods = 0};
    if (!infra) {
        return;
    }
    bool any_slow = any_is_slow(pods, c);
    const char *last = NULL;
    for (size_t i = 0; i < places_count(c->plan, c->store); i++) {
        struct place p;
        if (places_read(&p, c->plan, c->store, i) && p.stage == v->stage &&
            !(last && strcmp(last, p.pod) == 0) && counts(c, pods, v->stage, any_slow, &p)) {
            count_strains(&t, infra, &p, v->stage, d->tick_ms);
            last = p.pod;
        }
    }
    add_shared(v, d, c, infra);
    int named = 0;
    for (size_t i = 0; i < STRAINS; i++) {
        struct evidence e = t.by_kind[i];
        if (e.pods > 0 && named++ < NAMED_MOST) {
            e.of = t.pods;
            e.slow = any_slow;
            verdict_add(v, e);
        }
    }
}
