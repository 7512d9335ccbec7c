#include "catalogue/guess.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "base/text.h"
#include "catalogue/guess_pair.h"
#include "catalogue/tree.h"
#include "config/limits.h"
#include "config/metric_key.h"
#include "promql/matchers.h"

static const char count_suffix[] = "_count";

/** Labels that tell what failed, and the values that say so. */
static const struct {
    const char *label, *bad;
} outcomes[] = {
    {"http_response_status_code", "5.."},
    {"http_status_code", "5.."},
    {"status_code", "5..|(?i)error|failed|failure"},
    {"code", "5..|5xx"},
    {"status", "5..|5xx|(?i)error|failed|failure"},
    {"outcome", "(?i)error|failed|failure|server_error"},
    {"result", "(?i)error|failed|failure"},
};

/** How the names of what watches itself begin. */
static const char *const own_prefixes[] = {"prometheus_", "alertmanager_", "promhttp_", "go_",
    "process_", "python_", "jvm_", "nodejs_", "node_", "apiserver_", "apiextensions_", "etcd_",
    "kubelet_", "kubeproxy_", "kube_", "kubernetes_", "rest_client_", "workqueue_", "scheduler_",
    "coredns_", "container_", "cadvisor_", "grafana_", "loki_", "thanos_", "cortex_", "vm_",
    "net_conntrack_", "controller_runtime_", "leader_election_", "authentication_",
    "authorization_", "aggregator_", "admission_", "storage_operation_", "volume_", "csi_",
    "cloudprovider_", "node_authorizer_", "ssh_tunnel_", "machine_", "scrape_", "otelcol_",
    "certmanager_", "cilium_", "calico_", "felix_", "ALERTS", NULL};

/** All series of one name at one place; of those that may be stages more is known. */
struct guess {
    const char *name;  /**< with its suffix; of a pair what adds up the time */
    const char *count; /**< of a pair: what counts its requests; else NULL */
    const char *job, *namespace;
    double observed;
    int outcome; /**< index of the label that tells failures; -1: none */
};

static const char *value_of(const struct labels *row, const char *label)
{
    const char *value = labels_get(row, label);
    return value ? value : "";
}

void guess_add_query(struct str *s, const char *selector)
{
    str_add(s, "sum by (__name__, job, namespace");
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
        str_addf(s, ", %s", outcomes[i].label);
    }
    str_add(s, ") ({__name__=~\".+_(seconds|milliseconds|microseconds|ms|us|duration|latency|time)"
               "_count|");
    str_addf(s, "%s\"", guess_pair_names);
    str_addf(s, "%s%s})", selector && *selector ? "," : "", selector ? selector : "");
}

static bool watches_itself(const char *name)
{
    bool is = false;
    for (size_t i = 0; !is && own_prefixes[i]; i++) {
        is = strncmp(name, own_prefixes[i], strlen(own_prefixes[i])) == 0;
    }
    return is;
}

static struct guess *find(struct guess *all, size_t count, const struct labels *row)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i].name, value_of(row, "__name__")) == 0 &&
            strcmp(all[i].job, value_of(row, "job")) == 0 &&
            strcmp(all[i].namespace, value_of(row, "namespace")) == 0) {
            return &all[i];
        }
    }
    return NULL;
}

static int outcome_of(const struct labels *row)
{
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
        if (*value_of(row, outcomes[i].label)) {
            return (int)i;
        }
    }
    return -1;
}

static size_t collect(const struct batch *rows, struct guess *all)
{
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const struct labels *row = &rows->series[i].labels;
        double value = rows->series[i].count > 0 ? rows->series[i].samples[0].value : 0;
        if (watches_itself(value_of(row, "__name__")) || !(value > 0)) {
            continue;
        }
        struct guess *one = find(all, count, row);
        if (!one) {
            one = &all[count++];
            *one = (struct guess){.name = value_of(row, "__name__"),
                .job = value_of(row, "job"),
                .namespace = value_of(row, "namespace"),
                .outcome = -1};
        }
        one->observed += value;
        one->outcome = one->outcome >= 0 ? one->outcome : outcome_of(row);
    }
    return count;
}

const char *guess_miscounted(const struct batch *rows, size_t *count)
{
    const char *first = NULL, *last = NULL;
    *count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const char *name = value_of(&rows->series[i].labels, "__name__");
        double value = rows->series[i].count > 0 ? rows->series[i].samples[0].value : 0;
        bool odd = !(value >= 0) && guess_pair_is_observed(name) && !watches_itself(name);
        *count += odd && (!last || strcmp(name, last) != 0);
        first = odd && !first ? name : first;
        last = odd ? name : last;
    }
    return first;
}

static bool is_at_place(const struct guess *a, const struct guess *b)
{
    return strcmp(a->job, b->job) == 0 && strcmp(a->namespace, b->namespace) == 0;
}

/** Moves what may be stages out of the COUNT in SEEN into OUT. */
static size_t take_timed(const struct guess *seen, size_t count, struct guess *out)
{
    size_t taken = 0;
    for (size_t i = 0; i < count; i++) {
        if (guess_pair_is_observed(seen[i].name)) {
            out[taken++] = seen[i];
            continue;
        }
        const struct guess *its = NULL;
        for (size_t k = 0; !its && guess_pair_stem(seen[i].name) > 0 && k < count; k++) {
            bool pair = guess_pair_is_counted(seen[i].name, seen[k].name);
            its = pair && is_at_place(&seen[i], &seen[k]) ? &seen[k] : NULL;
        }
        if (its) {
            out[taken] = *its;
            out[taken].name = seen[i].name;
            out[taken++].count = its->name;
        }
    }
    return taken;
}

static int compare_guesses(const void *a, const void *b)
{
    const struct guess *x = a, *y = b;
    return (x->observed < y->observed) - (x->observed > y->observed);
}

/** How much all names of JOB begin with alike, up to a `_`. */
static size_t common_prefix(const struct guess *all, size_t count, const struct guess *of)
{
    size_t len = strlen(of->name), others = 0;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i].name, of->name) != 0 && strcmp(all[i].job, of->job) == 0) {
            size_t same = 0;
            while (same < len && all[i].name[same] == of->name[same]) {
                same++;
            }
            len = same;
            others++;
        }
    }
    while (len > 0 && of->name[len - 1] != '_') {
        len--;
    }
    return others > 0 ? len : 0;
}

static void drop_end(struct str *s, const char *end)
{
    size_t len = strlen(end);
    if (s->len > len && strcmp(s->text + s->len - len, end) == 0) {
        s->len -= len;
        s->text[s->len] = '\0';
    }
}

static size_t base_length(const struct guess *one)
{
    return one->count ? guess_pair_stem(one->name) : strlen(one->name) - strlen(count_suffix);
}

// `shop_search_duration_seconds_count` beside others that begin with `shop_` is "search".
static char *name_of(const struct guess *all, size_t count, const struct guess *one)
{
    static const char *const ends[] = {"_duration", "_latency", "_time", "_request", "_requests"};
    struct str s, base;
    str_init(&s);
    str_init(&base);
    str_append(&base, one->name, base_length(one));
    names_add_stem(&s, base.text + common_prefix(all, count, one));
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        drop_end(&s, ends[i]);
    }
    if (s.len == 0) {
        str_add(&s, base.text);
    }
    char *name = tree_fitted(s.text, 1);
    str_finish(&base);
    str_finish(&s);
    return name;
}

// Whether another place has series of the same names.
static bool is_elsewhere(const struct guess *seen, size_t count, const struct guess *one)
{
    bool is = false;
    for (size_t i = 0; !is && i < count; i++) {
        bool named = strcmp(seen[i].name, one->name) == 0 ||
                     (one->count && strcmp(seen[i].name, one->count) == 0);
        is = named && !is_at_place(&seen[i], one);
    }
    return is;
}

static void add_matcher(struct str *s, const char *label, const char *value)
{
    if (*value) {
        str_add(s, s->len > 0 ? "," : "");
        matchers_add_equal(s, label, value);
    }
}

static void narrow(struct metric_config *m, const char *place)
{
    metric_key_narrow(&m->metric, place);
    metric_key_narrow(&m->count, place);
}

/** Sets all of OUT, which has a name; SHARED: its names are at other places as well. */
static void make_stage(struct stage_config *out, const struct guess *one, bool shared)
{
    struct str place;
    str_init(&place);
    if (shared) {
        add_matcher(&place, "namespace", one->namespace);
        add_matcher(&place, "job", one->job);
    }
    out->latency.metric = mem_strndup(one->name, one->count ? strlen(one->name) : base_length(one));
    out->latency.count = mem_strdup(one->count);
    narrow(&out->latency, place.text);
    if (one->outcome >= 0) {
        struct str bad;
        str_init(&bad);
        str_addf(&bad, "%s=~", outcomes[one->outcome].label);
        str_add_quoted(&bad, outcomes[one->outcome].bad);
        out->errors.metric = mem_strdup(one->count ? one->count : one->name);
        narrow(&out->errors, place.text);
        narrow(&out->errors, bad.text);
        str_finish(&bad);
    }
    str_finish(&place);
}

static bool is_taken(const struct stage_config *stages, size_t count, const char *name)
{
    bool is = false;
    for (size_t i = 0; !is && i < count; i++) {
        is = strcmp(stages[i].name, name) == 0;
    }
    return is;
}

// Stages with the same name get their job in it, or else a number.
static void part_names(struct stage_config *stages, const struct guess *all, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (!is_taken(stages, i, stages[i].name)) {
            continue;
        }
        struct str s;
        str_init(&s);
        str_addf(&s, "%s%s%s", all[i].job, *all[i].job ? "/" : "", stages[i].name);
        for (int n = 1; is_taken(stages, i, stages[i].name); n++) {
            free(stages[i].name);
            stages[i].name = tree_fitted(s.text, n);
        }
        str_finish(&s);
    }
}

// ---- resources

/** The stage of the place of ONE: the busiest of those that are timed there, or else one that only
 * has resources; NULL: there is no room for it. */
static struct stage_config *stage_at(
    struct pipeline *out, struct guess *all, const struct guess *one)
{
    for (size_t i = 0; i < out->stages_count; i++) {
        if (is_at_place(&all[i], one)) {
            return &out->stages[i];
        }
    }
    if (out->stages_count == GUESS_STAGES || !*one->job) {
        return NULL;
    }
    all[out->stages_count] = *one;
    struct stage_config *s = &out->stages[out->stages_count++];
    *s = (struct stage_config){.name = tree_fitted(one->job, 1)};
    return s;
}

static void add_pool(struct stage_config *s, const struct guess *part, const struct guess *limit,
    enum guess_part what)
{
    struct str place, used, name;
    str_init(&place);
    str_init(&used);
    str_init(&name);
    add_matcher(&place, "namespace", part->namespace);
    add_matcher(&place, "job", part->job);
    struct saturation_config pool = {.limit = {.metric = mem_strdup(limit->name)}};
    char *its = mem_strdup(part->name);
    metric_key_narrow(&pool.limit.metric, place.text);
    metric_key_narrow(&its, place.text);
    if (what == GUESS_PART_FREE) {
        str_addf(&used, "%s - %s", pool.limit.metric, its);
        pool.used.expr = str_take(&used);
        free(its);
    } else {
        pool.used.metric = its;
    }
    str_append(&name, part->name, strlen(part->name));
    drop_end(&name, "_bytes");
    drop_end(&name, "_used");
    drop_end(&name, "_free");
    pool.name = tree_fitted(name.text, 1);
    s->saturation = mem_resize(s->saturation, s->saturation_count + 1, sizeof *s->saturation);
    s->saturation[s->saturation_count++] = pool;
    str_finish(&place);
    str_finish(&used);
    str_finish(&name);
}

static void note_left_out(struct pipeline *out, size_t count)
{
    struct str s;
    str_init(&s);
    if (count > 0) {
        str_addf(&s,
            text_count(
                "%zu more resource that can run out has no room here: if you need it, name it "
                "under 'saturation'",
                "%zu more resources that can run out have no room here: name those you need under "
                "'saturation'",
                (double)count),
            count);
        names_push(&out->notes, s.text);
    }
    str_finish(&s);
}

// What is used of a resource goes before what is free of it, if there are both.
static void add_pools(
    struct pipeline *out, struct guess *all, const struct guess *seen, size_t count)
{
    size_t left_out = 0;
    for (size_t i = 0; i < count; i++) {
        enum guess_part what = GUESS_PART_NONE;
        const struct guess *limit = NULL;
        for (size_t k = 0; !limit && guess_pair_may_be_part(seen[i].name) && k < count; k++) {
            what = is_at_place(&seen[i], &seen[k]) ? guess_pair_part(seen[i].name, seen[k].name)
                                                   : GUESS_PART_NONE;
            limit = what != GUESS_PART_NONE ? &seen[k] : NULL;
        }
        struct stage_config *s = limit ? stage_at(out, all, &seen[i]) : NULL;
        if (s && s->saturation_count < LIMIT_SATURATION) {
            add_pool(s, &seen[i], limit, what);
        } else {
            left_out += limit != NULL;
        }
    }
    note_left_out(out, left_out);
}

bool guess_take(const struct batch *rows, struct pipeline *out)
{
    struct guess *seen = mem_zalloc(rows->count + 1, sizeof *seen);
    struct guess *all = mem_zalloc(rows->count + GUESS_STAGES, sizeof *all);
    size_t seen_count = collect(rows, seen), count = take_timed(seen, seen_count, all);
    if (count > 1) {
        qsort(all, count, sizeof *all, compare_guesses);
    }
    size_t kept = count < GUESS_STAGES ? count : GUESS_STAGES;
    *out = (struct pipeline){.stages = mem_zalloc(GUESS_STAGES, sizeof *out->stages),
        .stages_count = kept,
        .guessed = true,
        .guessed_more = count - kept};
    for (size_t i = 0; i < kept; i++) {
        out->stages[i].name = name_of(all, count, &all[i]);
        make_stage(&out->stages[i], &all[i], is_elsewhere(seen, seen_count, &all[i]));
    }
    add_pools(out, all, seen, seen_count);
    part_names(out->stages, all, out->stages_count);
    free(seen);
    free(all);
    return out->stages_count > 0;
}
