#include "view/machine_pane.h"

#include <math.h>
#include <string.h>

#include "base/names.h"
#include "base/text.h"
#include "diagnose/strain.h"
#include "feed/want.h"
#include "view/cell.h"
#include "words/format.h"
#include "words/phrase.h"
#include "words/strain_words.h"

enum { FACTS_MAX = 24, GPUS_MOST = 4, CONTAINERS_MOST = 3 };

struct facts {
    struct arena *arena;
    const struct words *words;
    struct view_fact *items;
    size_t count;
    const struct infra *infra;
    const struct strain *strains; // of the pod and its node
    size_t strains_count;
};

bool machine_place(struct place *out, const struct view_input *in, int stage, const char *name)
{
    return places_find(out, in->words.plan, in->words.store, stage, name);
}

static bool strains(const struct facts *f, enum strain_kind kind, const struct infra_thing *t)
{
    bool is = false;
    for (size_t i = 0; i < f->strains_count && !is; i++) {
        is = f->strains[i].kind == kind && f->strains[i].thing == t;
    }
    return is;
}

static void add(struct facts *f, const char *label, const char *value, bool wrong)
{
    if (f->count < FACTS_MAX) {
        f->items[f->count++] =
            (struct view_fact){label, {value, wrong ? ROLE_WARNING : ROLE_STRONG}};
    }
}

// --- containers

// Of several containers each is named.
static const char *of_container(
    struct arena *a, const char *said, const struct infra_thing *t, bool several)
{
    return several ? arena_printf(a, "%s, %s", said, t->container) : said;
}

// Behind what is in use; a limit that is requested as a whole says so itself.
static const char *with_request(
    struct arena *a, const char *used, number_format *format, double request, double limit)
{
    // TRANSLATORS: of cores or memory: "1.2 of 2.0 cores, 1.0 requested"
    return isnan(request) || request == limit
               ? used
               : arena_printf(a, _("%s, %s requested"), used, format_in(a, format, request));
}

static const char *cpu_of(struct arena *a, const double *v, bool limits)
{
    const char *used = format_in(a, format_number, v[INFRA_CPU]);
    if (!isnan(v[INFRA_CPU_LIMIT])) {
        // TRANSLATORS: cores in use, of the limit: "1.2 of 2.0 cores"
        used = arena_printf(
            a, _("%s of %s cores"), used, format_in(a, format_number, v[INFRA_CPU_LIMIT]));
        return with_request(a, used, format_number, v[INFRA_CPU_REQUEST], v[INFRA_CPU_LIMIT]);
    }
    if (!isnan(v[INFRA_CPU_REQUEST])) {
        return arena_printf(a, _("%s cores, %s requested, no limit"), used,
            format_in(a, format_number, v[INFRA_CPU_REQUEST]));
    }
    return arena_printf(a, limits ? _("%s cores, no limit") : _("%s cores, limit unknown"), used);
}

static const char *memory_of(struct arena *a, const double *v, bool limits)
{
    const char *used = format_in(a, format_bytes, v[INFRA_MEMORY]);
    if (!isnan(v[INFRA_MEMORY_LIMIT])) {
        // TRANSLATORS: memory in use, of the limit: "3.1 GiB of 4.0 GiB"
        used =
            arena_printf(a, _("%s of %s"), used, format_in(a, format_bytes, v[INFRA_MEMORY_LIMIT]));
        return with_request(a, used, format_bytes, v[INFRA_MEMORY_REQUEST], v[INFRA_MEMORY_LIMIT]);
    }
    if (!isnan(v[INFRA_MEMORY_REQUEST])) {
        return arena_printf(a, _("%s, %s requested, no limit"), used,
            format_in(a, format_bytes, v[INFRA_MEMORY_REQUEST]));
    }
    return arena_printf(a, limits ? _("%s, no limit") : _("%s, limit unknown"), used);
}

static void add_ended(struct facts *f, const struct infra_thing *t, bool several)
{
    struct arena *a = f->arena;
    const double *v = t->values;
    const char *lately = phrase_during(a, f->words, PLAN_LATELY_MS);
    if (v[INFRA_RESTARTS] >= 0.5) {
        const char *times = format_exact_in(a, round(v[INFRA_RESTARTS]));
        add(f, _("restarts"),
            of_container(a, arena_printf(a, _("%s %s"), times, lately), t, several), true);
    }
    if (v[INFRA_KILLED] >= 0.5) {
        const char *times = format_exact_in(a, round(v[INFRA_KILLED]));
        add(f, _("OOM kills"),
            of_container(a, arena_printf(a, _("%s %s"), times, lately), t, several), true);
    }
    if (*t->ended) {
        const char *why = arena_strdup(a, t->ended);
        int64_t at_ms = isnan(v[INFRA_DIED]) ? 0 : (int64_t)(v[INFRA_DIED] * 1000);
        // TRANSLATORS: why and when a container ended: "OOMKilled at 09:12"
        add(f, _("last ended"),
            at_ms > 0 ? arena_printf(a, _("%s at %s"), why, cell_time(a, at_ms, _("%d %b %H:%M")))
                      : why,
            strains(f, STRAIN_KILLED, t));
    }
    if (*t->waiting) {
        add(f, _("waiting"), arena_strdup(a, t->waiting), strains(f, STRAIN_WAITING, t));
    }
}

static void add_container(struct facts *f, const struct infra_thing *t, bool several)
{
    struct arena *a = f->arena;
    const double *v = t->values;
    if (!isnan(v[INFRA_CPU])) {
        add(f, _("CPU"), of_container(a, cpu_of(a, v, f->infra->state), t, several),
            strains(f, STRAIN_CPU, t));
    }
    if (!isnan(v[INFRA_THROTTLED])) {
        add(f, _("throttled"),
            of_container(a,
                arena_printf(
                    a, _("%s of the time"), format_in(a, format_percent, v[INFRA_THROTTLED])),
                t, several),
            strains(f, STRAIN_THROTTLED, t));
    }
    if (!isnan(v[INFRA_MEMORY])) {
        add(f, _("memory"), of_container(a, memory_of(a, v, f->infra->state), t, several),
            strains(f, STRAIN_MEMORY, t));
    }
    add_ended(f, t, several);
    if (*t->image) {
        add(f, _("image"), arena_strdup(a, t->image), false);
    }
}

static void add_containers(struct facts *f, const struct place *p)
{
    const struct infra_thing *t = NULL;
    size_t all = 0, shown = 0;
    while ((t = infra_next(f->infra, INFRA_CONTAINER, p->namespace, p->pod, t))) {
        all++;
    }
    while (shown < CONTAINERS_MOST &&
           (t = infra_next(f->infra, INFRA_CONTAINER, p->namespace, p->pod, t))) {
        add_container(f, t, all > 1);
        shown++;
    }
    if (all > shown) {
        add(f, _("containers"),
            arena_printf(f->arena, _("and %s more"), cell_whole(f->arena, (int64_t)(all - shown))),
            false);
    }
}

// --- GPUs, volumes and the node

static void add_gpu(struct facts *f, const struct infra_thing *t)
{
    struct arena *a = f->arena;
    const double *v = t->values;
    double total =
        isnan(v[INFRA_GPU_TOTAL]) ? v[INFRA_GPU_USED] + v[INFRA_GPU_FREE] : v[INFRA_GPU_TOTAL];
    // TRANSLATORS: of a GPU: "92 % busy, memory 86 %, clock 40 %"
    add(f, arena_printf(a, _("GPU %s"), t->gpu),
        arena_printf(a, _("%s busy, memory %s, clock %s"),
            format_in(a, format_percent, v[INFRA_GPU_BUSY]),
            format_in(a, format_percent, v[INFRA_GPU_USED] / total),
            format_in(a, format_percent, v[INFRA_GPU_CLOCK] / v[INFRA_GPU_CLOCK_MOST])),
        strains(f, STRAIN_CLOCK, t));
}

static void add_gpus(struct facts *f, const struct place *p)
{
    const char *node = infra_node_of(f->infra, p->namespace, p->pod);
    size_t all = 0;
    for (size_t i = 0; i < f->infra->count; i++) {
        const struct infra_thing *t = &f->infra->items[i];
        bool of_pod = strcmp(t->pod, p->pod) == 0 && strcmp(t->namespace, p->namespace) == 0;
        bool of_node = !*t->pod && *node && strcmp(t->node, node) == 0;
        if (t->kind == INFRA_GPU && (of_pod || of_node) && all++ < GPUS_MOST) {
            add_gpu(f, t);
        }
    }
    if (all > GPUS_MOST) {
        add(f, _("GPUs"),
            arena_printf(
                f->arena, _("and %s more"), cell_whole(f->arena, (int64_t)(all - GPUS_MOST))),
            false);
    }
}

static void add_pod(struct facts *f, const struct place *p)
{
    const struct infra_thing *t = infra_next(f->infra, INFRA_POD, p->namespace, p->pod, NULL);
    struct arena *a = f->arena;
    if (t && !isnan(t->values[INFRA_VOLUME])) {
        add(f, _("volume"),
            arena_printf(a, _("%s full"), format_in(a, format_percent, t->values[INFRA_VOLUME])),
            strains(f, STRAIN_VOLUME, t));
    }
    if (t && t->values[INFRA_NETWORK] > 0) {
        add(f, _("network"),
            arena_printf(a, _("errors %s"), format_in(a, format_rate, t->values[INFRA_NETWORK])),
            strains(f, STRAIN_NETWORK, t));
    }
    if (t && t->values[INFRA_UNREADY] > 0) {
        add(f, _("state"), _("not ready"), true);
    }
}

static const char *loads_of(struct arena *a, const struct infra_thing *node)
{
    const double *v = node->values;
    // TRANSLATORS: of a node: "CPU 30 %, memory 97 %, disk 8 %"
    return arena_printf(a, _("CPU %s, memory %s, disk %s"),
        format_in(a, format_percent, v[INFRA_NODE_CPU]),
        format_in(a, format_percent, v[INFRA_NODE_MEMORY]),
        format_in(a, format_percent, v[INFRA_NODE_DISK]));
}

static void add_node(struct facts *f, const struct place *p)
{
    struct arena *a = f->arena;
    const char *name = infra_node_of(f->infra, p->namespace, p->pod);
    const struct infra_thing *t = *name ? infra_node(f->infra, name) : NULL;
    struct strain wrong[STRAINS];
    size_t count = *name ? strain_of_node(wrong, f->infra, name) : 0;
    if (!*name) {
        return;
    }
    add(f, _("node"), arena_strdup(a, name), count > 0);
    if (t && f->infra->nodes) {
        add(f, _("node load"), loads_of(a, t), false);
    }
    for (size_t i = 0; i < count; i++) {
        add(f, "", strain_brief(a, wrong[i].kind, wrong[i].value, wrong[i].thing->gpu), true);
    }
}

struct view_pane machine_pane(
    struct arena *a, const struct view_input *in, int stage, const char *name)
{
    const struct infra *infra = infra_of(in->words.store);
    struct strain found[STRAINS];
    struct facts f = {.arena = a, .words = &in->words, .infra = infra, .strains = found};
    struct place p;
    if (infra && machine_place(&p, in, stage, name)) {
        f.items = arena_alloc(a, FACTS_MAX, sizeof *f.items);
        f.strains_count = strain_of(found, infra, &p, in->words.diagnosis->tick_ms);
        add_containers(&f, &p);
        add_gpus(&f, &p);
        add_pod(&f, &p);
        add_node(&f, &p);
    }
    struct view_pane pane = {.kind = PANE_FACTS,
        .title = arena_printf(a, _("resources of %s"), name),
        .facts = f.items,
        .count = f.count,
        .whole = true,
        .id = {.index = -1, .source = in->at}};
    int lines = view_facts_lines(&pane, in->columns) + 1;
    pane.wish = (struct layout_wish){
        .least = lines < 3 ? lines : 3, .lines = lines, .keep = lines, .rank = 1};
    return pane;
}

const char *machine_missing(
    struct arena *a, const struct view_input *in, int stage, const char *name)
{
    const struct slot *slot = &in->words.store->slots[FEED_INFRA];
    const struct infra *infra = infra_of(in->words.store);
    struct place p;
    if (in->words.store->source.scraped || !machine_place(&p, in, stage, name)) {
        return NULL;
    }
    if (slot->condition == CONDITION_REFUSED) {
        return arena_printf(a, _("CPU, memory and nodes are not known: %s"), slot->why);
    }
    if (!infra) {
        return NULL;
    }
    if (!infra->state && !infra->usage) {
        return _("CPU, memory, restarts and nodes are not known: the server has no metrics of "
                 "kube-state-metrics or cAdvisor about these pods.");
    }
    if (!infra_next(infra, INFRA_POD, p.namespace, p.pod, NULL) &&
        !infra_next(infra, INFRA_CONTAINER, p.namespace, p.pod, NULL)) {
        return arena_printf(a,
            _("Nothing is known of what %s runs on: kube-state-metrics and cAdvisor do not list "
              "it, or there are more workloads than one query has room for."),
            name);
    }
    return !infra->usage ? _("CPU and memory in use are not known: the server has no metrics of "
                             "cAdvisor about these pods.")
           : !infra->state
               ? _("Limits, restarts and nodes are not known: the server has no metrics of "
                   "kube-state-metrics about these pods.")
           : infra->left_out > 0 ? _("There are more containers, nodes and GPUs than ragtop keeps.")
                                 : NULL;
}

const char *machine_strains(
    struct arena *a, const struct view_input *in, int stage, const char *name, size_t most)
{
    const struct infra *infra = infra_of(in->words.store);
    struct strain found[STRAINS];
    struct place p;
    const char *said = NULL;
    if (!infra || !machine_place(&p, in, stage, name)) {
        return NULL;
    }
    size_t count = strain_of(found, infra, &p, in->words.diagnosis->tick_ms);
    for (size_t i = 0; i < count && i < most; i++) {
        const char *part =
            found[i].kind == STRAIN_CLOCK ? found[i].thing->gpu : found[i].thing->waiting;
        said = names_next(a, said, strain_brief(a, found[i].kind, found[i].value, part));
    }
    return said;
}

// --- in a shell

// Names come from labels, and a shell would do what stands in them.
static bool is_plain(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789.-";
    return *name && *name != '-' && name[strspn(name, letters)] == '\0';
}

static void add_log(struct str *s, const struct place *p, const struct infra_thing *t)
{
    bool again = t->values[INFRA_RESTARTS] >= 0.5 || *t->ended;
    str_addf(s, "kubectl -n %s logs %s -c %s --since=1h\n", p->namespace, p->pod, t->container);
    if (again) {
        str_addf(s, "kubectl -n %s logs %s -c %s --previous\n", p->namespace, p->pod, t->container);
    }
}

const char *machine_commands(
    struct arena *a, const struct view_input *in, int stage, const char *name)
{
    const struct infra *infra = infra_of(in->words.store);
    const struct infra_thing *t = NULL;
    struct place p;
    struct str s;
    if (!machine_place(&p, in, stage, name) || !is_plain(p.namespace) || !is_plain(p.pod)) {
        return NULL;
    }
    str_init(&s);
    while (infra && (t = infra_next(infra, INFRA_CONTAINER, p.namespace, p.pod, t))) {
        if (is_plain(t->container)) {
            add_log(&s, &p, t);
        }
    }
    if (s.len == 0) {
        str_addf(&s, "kubectl -n %s logs %s --all-containers --since=1h\n", p.namespace, p.pod);
    }
    str_addf(&s, "kubectl -n %s describe pod %s\n", p.namespace, p.pod);
    return cell_settle(a, &s);
}
