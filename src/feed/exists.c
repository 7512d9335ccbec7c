// What there is: what answers, which stages and metrics it has, of which type, scraped how often.
#include <stdlib.h>

#include "catalogue/build.h"
#include "catalogue/find.h"
#include "catalogue/guess.h"
#include "feed/feed.h"
#include "plan/discover.h"
#include "plan/interval.h"
#include "plan/record.h"
#include "promql/name.h"

/** The values of LABEL among the series of SELECTOR, by a query where there is no other way. */
static void write_values(struct prom_request *r, const struct feed_env *env, const struct ask *ask,
    const char *label, const char *selector)
{
    if (!ask->by_query) {
        int64_t from_ms = ask->tick_ms - env->scope->span_ms;
        prom_request_label_values(r, label, selector, from_ms, ask->tick_ms);
        return;
    }
    struct str s;
    str_init(&s);
    str_add(&s, "count by (");
    name_add_label(&s, label);
    str_addf(&s, ") (%s)", selector);
    prom_request_instant(r, s.text, ask->tick_ms, env->config->source.timeout_ms);
    str_finish(&s);
}

static void write_server(struct prom_request *r, const struct feed_env *env, const struct ask *ask)
{
    (void)env, (void)ask;
    prom_request_buildinfo(r);
}

static void add_components(struct str *s, const struct feed_env *env)
{
    find_add_query(s, env->config->profiles, env->config->profiles_count, env->config->selector);
}

static void add_parts(struct str *s, const struct feed_env *env)
{
    const struct source_state *source = &env->store->source;
    build_add_query(s, env->config->profiles, env->config->profiles_count, env->config->selector,
        record_names, source->has_dots && !(source->lacks & LACKS_DOTS));
}

static void add_guess(struct str *s, const struct feed_env *env)
{
    guess_add_query(s, env->config->selector);
}

static void write_query(struct prom_request *r, const struct feed_env *env, const struct ask *ask,
    void (*add)(struct str *s, const struct feed_env *env))
{
    struct str s;
    str_init(&s);
    add(&s, env);
    prom_request_instant(r, s.text, ask->tick_ms, env->config->source.timeout_ms);
    str_finish(&s);
}

static void write_components(
    struct prom_request *r, const struct feed_env *env, const struct ask *ask)
{
    write_query(r, env, ask, add_components);
}

static void write_parts(struct prom_request *r, const struct feed_env *env, const struct ask *ask)
{
    write_query(r, env, ask, add_parts);
}

static void write_guess(struct prom_request *r, const struct feed_env *env, const struct ask *ask)
{
    write_query(r, env, ask, add_guess);
}

static void write_labels(struct prom_request *r, const struct feed_env *env, const struct ask *ask)
{
    struct str s;
    str_init(&s);
    discover_add_label_selector(&s, env->plan);
    write_values(r, env, ask, env->config->by_label.label, s.text);
    str_finish(&s);
}

static void write_names(struct prom_request *r, const struct feed_env *env, const struct ask *ask)
{
    struct str s;
    str_init(&s);
    discover_add_selector(&s, env->plan);
    write_values(r, env, ask, "__name__", s.text);
    str_finish(&s);
}

// Before there are stages, by what the components were recognised by. GPUs may be scraped faster.
static bool add_interval_of(struct str *s, const struct component_list *seen, const char *selector)
{
    struct name_list series = {0};
    for (size_t i = 0; i < seen->count; i++) {
        const struct component *c = &seen->items[i];
        if (c->fate == COMPONENT_TAKEN && c->role != STAGE_ROLE_GPU) {
            interval_push_series(&series, c->metric, c->namespace, c->job, selector);
        }
    }
    bool any = interval_add_query_of(s, &series);
    names_finish(&series);
    return any;
}

static bool add_interval_query(struct str *s, const struct feed_env *env)
{
    return env->plan->stages_count == 0 && env->seen
               ? add_interval_of(s, env->seen, env->config->selector)
               : interval_add_query(s, env->plan);
}

static void add_interval(struct str *s, const struct feed_env *env)
{
    add_interval_query(s, env);
}

bool feed_counts_samples(const struct feed_env *env)
{
    struct str s;
    str_init(&s);
    bool any = add_interval_query(&s, env);
    str_finish(&s);
    return any;
}

static void write_interval(
    struct prom_request *r, const struct feed_env *env, const struct ask *ask)
{
    write_query(r, env, ask, add_interval);
}

static void write_type(struct prom_request *r, const struct feed_env *env, const struct ask *ask)
{
    char *metric = discover_untold(env->plan, (size_t)ask->index);
    prom_request_metadata(r, metric ? metric : "");
    free(metric);
}

const struct feed_type feed_server = {.kind = FEED_SERVER, .name = "server", .write = write_server};
const struct feed_type feed_components = {
    .kind = FEED_COMPONENTS, .name = "components", .form = true, .write = write_components};
const struct feed_type feed_parts = {
    .kind = FEED_PARTS, .name = "parts", .form = true, .write = write_parts};
const struct feed_type feed_guess = {
    .kind = FEED_GUESS, .name = "guess", .form = true, .write = write_guess};
const struct feed_type feed_labels = {.kind = FEED_LABELS, .name = "labels", .write = write_labels};
const struct feed_type feed_names = {.kind = FEED_NAMES, .name = "names", .write = write_names};
const struct feed_type feed_interval = {.kind = FEED_INTERVAL,
    .name = "interval",
    .samples = true,
    .form = true,
    .write = write_interval};
const struct feed_type feed_metric_type = {
    .kind = FEED_METRIC_TYPE, .name = "type", .write = write_type};
