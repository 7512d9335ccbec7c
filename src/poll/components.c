#include "poll/components.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "catalogue/build.h"
#include "catalogue/find.h"
#include "catalogue/guess.h"
#include "catalogue/pick.h"
#include "config/profile.h"
#include "plan/plan.h"
#include "poll/answer.h"
#include "poll/poller_state.h"
#include "promql/name.h"

enum { REDISCOVER_MS = 60 * 1000, SOON_MS = 15 * 1000, AGAIN_MS = 5 * 60 * 1000 };

static const char topic[] = "components", links_topic[] = "links";

static enum phase first_phase(const struct config *config)
{
    return config->by_label.latency ? PHASE_LABELS : PHASE_NAMES;
}

static void look_for(struct components *c, struct profile *profiles, size_t count)
{
    c->config.profiles = profiles;
    c->config.profiles_count = count;
}

// What nobody has to recognise is looked for at once.
static void begin(struct components *c)
{
    look_for(c, c->given->profiles, c->given->profiles_count);
    c->step = find_asks(c->given->profiles, c->given->profiles_count) ? COMPONENTS_LOOK
                                                                      : COMPONENTS_PARTS;
}

void components_begin(struct poller *p)
{
    struct components *c = &p->components;
    c->given = p->config;
    p->phase = first_phase(p->config);
    if (p->config->profiles_count > 0) {
        c->config = *p->config;
        p->config = &c->config;
        p->phase = PHASE_COMPONENTS;
        begin(c);
    } else {
        c->step = COMPONENTS_DONE;
    }
}

void components_finish(struct poller *p)
{
    free(p->components.found);
    free(p->components.built);
    component_finish(&p->components.seen);
    names_finish(&p->components.names);
    p->components = (struct components){0};
}

bool components_are_asked(const struct ask *ask)
{
    return ask->feed == &feed_components || ask->feed == &feed_parts || ask->feed == &feed_guess;
}

static bool is_in_flight(const struct poller *p)
{
    return asking_in_flight(p, &feed_components) || asking_in_flight(p, &feed_parts) ||
           asking_in_flight(p, &feed_guess);
}

const struct feed_type *components_due(struct poller *p, bool probing, int64_t now_ms)
{
    static const struct feed_type *const feeds_of[] = {[COMPONENTS_LOOK] = &feed_components,
        [COMPONENTS_PARTS] = &feed_parts,
        [COMPONENTS_GUESS] = &feed_guess,
        [COMPONENTS_DONE] = NULL};
    struct components *c = &p->components;
    if (!c->given || c->given->profiles_count == 0 || is_in_flight(p)) {
        return NULL;
    }
    if (p->phase == PHASE_COMPONENTS) {
        if (!probing && now_ms < p->discover_ms) {
            return NULL;
        }
        p->discover_ms = now_ms + p->plan->refresh_ms;
        return feeds_of[c->step];
    }
    // a moment that stands still has what it had
    bool again = c->step == COMPONENTS_DONE && now_ms >= c->again_ms;
    if (p->phase != PHASE_POLLING || probing || p->paused_ms || p->scope->at_ms > 0 ||
        asking_free(p) < 0 || !schedule_complete(&p->schedule)) {
        return NULL;
    }
    if (again) {
        begin(c);
    }
    return feeds_of[c->step];
}

// ---- what is found ----------------------------------------------------------------------------

static void add_metric(struct str *s, const struct metric_config *m)
{
    const char *const texts[] = {m->metric, m->expr, m->count};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        str_addf(s, "\t%s", texts[i] ? texts[i] : "");
    }
}

/** Appends what tells one tree of stages from another. */
static void add_stages(struct str *s, const struct stage_config *stages, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct stage_config *one = &stages[i];
        str_addf(s, "(%s%s", one->linked ? "~" : "", one->name);
        add_metric(s, &one->latency);
        add_metric(s, &one->errors);
        add_metric(s, &one->requests);
        for (size_t k = 0; k < one->declared_count; k++) {
            add_metric(s, &one->declared[k].source);
            add_metric(s, &one->declared[k].limit);
        }
        for (size_t k = 0; k < one->saturation_count; k++) {
            add_metric(s, &one->saturation[k].used);
        }
        add_stages(s, one->children, one->children_count);
        str_addc(s, ')');
    }
}

static char *description_of(const struct pipeline *pipeline)
{
    struct str s;
    str_init(&s);
    add_stages(&s, pipeline->stages, pipeline->stages_count);
    add_metric(&s, &pipeline->tools.calls);
    add_metric(&s, &pipeline->tools.errors);
    add_metric(&s, &pipeline->tools.latency.source);
    return str_take(&s);
}

/** The pipeline OF a plan or to be planned has what was seen. */
static void hand_over(struct components *c, struct pipeline *of)
{
    component_finish(&of->components);
    of->components = c->seen;
    c->seen = (struct component_list){0};
}

/** Plans PIPELINE, which is the plan's then, unless it is what is planned already. */
static void settle(struct poller *p, struct pipeline *pipeline, int64_t now_ms)
{
    struct components *c = &p->components;
    char *description = description_of(pipeline);
    c->step = COMPONENTS_DONE;
    c->again_ms = now_ms + AGAIN_MS;
    if (c->built && strcmp(c->built, description) == 0) {
        hand_over(c, &p->draft->pipeline);
        pipeline_finish(pipeline);
        free(description);
        return;
    }
    hand_over(c, pipeline);
    free(c->built);
    c->built = description;
    c->config.stages = pipeline->stages;
    c->config.stages_count = pipeline->stages_count;
    c->config.tools = pipeline->tools;
    lookup_drop(p);
    p->store->unmet[0] = '\0';
    struct pipeline before = p->draft->pipeline;
    p->draft->pipeline = *pipeline;
    plan_renew(p->draft, p->config, NULL, 0);
    pipeline_finish(&before);
    poller_disown_asks(p);
    poller_start_store(p);
    p->phase = first_phase(p->config);
    p->names_known = false;
    p->discover_ms = 0;
    if (p->phase == PHASE_NAMES) {
        discovery_know_names(p, &c->names, now_ms);
    }
    if (p->names_known && p->interval_known) {
        p->discover_ms = now_ms + REDISCOVER_MS;
    }
}

// With stages already, what is gone for a while is not forgotten.
static void find_nothing(struct poller *p, int64_t now_ms)
{
    struct components *c = &p->components;
    if (c->built) {
        c->step = COMPONENTS_DONE;
        c->again_ms = now_ms + AGAIN_MS;
        return;
    }
    hand_over(c, &p->draft->pipeline);
    begin(c);
    p->discover_ms = now_ms + SOON_MS;
    note_set(p->store->unmet,
        c->found_count > 0
            ? _("Nothing to watch yet: the components on this server have had no requests.")
            : _("Nothing to watch: this server has no component that ragtop knows, and nothing "
                "that looks like a latency. A new target is found after its first scrape; "
                "otherwise check that your services are scraped."));
}

static void take_components(struct poller *p, const struct batch *rows, int64_t now_ms)
{
    struct components *c = &p->components;
    size_t count = c->given->profiles_count;
    bool *found = mem_zalloc(count, sizeof *found);
    component_finish(&c->seen);
    size_t any = find_take(c->given->profiles, count, rows, found, &c->seen);
    free(c->found);
    c->found = mem_zalloc(any + 1, sizeof *c->found);
    c->found_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (found[i]) {
            profile_complete(&c->given->profiles[i]);
            c->found[c->found_count++] = c->given->profiles[i];
        }
    }
    free(found);
    look_for(c, c->found, c->found_count);
    p->store->source.has_dots = pick_has_dots(rows);
    p->discover_ms = 0;
    if (any > 0) {
        c->step = COMPONENTS_PARTS;
    } else if (c->built) {
        find_nothing(p, now_ms);
    } else {
        c->step = COMPONENTS_GUESS;
    }
}

static void note_pipeline(struct poller *p, const struct pipeline *pipeline)
{
    store_drop_topic(p->store, links_topic);
    for (size_t i = 0; i < pipeline->notes.count; i++) {
        store_add_topic(p->store, links_topic, pipeline->notes.items[i]);
    }
}

// Only those of one component are shown: which.
static void say_whose_tools(struct poller *p, const struct name_list *of)
{
    static const char tools[] = "tools";
    struct arena a = {0};
    store_drop_topic(p->store, tools);
    if (of->count > 1) {
        const char **others = arena_alloc(&a, of->count, sizeof *others);
        memcpy(others, of->items + 1, (of->count - 1) * sizeof *others);
        others[of->count - 1] = NULL;
        store_add_topic(p->store, tools,
            arena_printf(&a,
                _("the tool calls shown are those that %s counts; calls counted by %s, which may "
                  "be the same ones, are left out"),
                of->items[0], names_in(&a, others, NAMES_AND)));
    }
    arena_finish(&a);
}

static void take_parts(struct poller *p, struct batch *rows, int64_t now_ms)
{
    struct components *c = &p->components;
    struct pipeline pipeline;
    bool whole = !rows->partial && rows->left_out == 0; // else some may be missing
    names_finish(&c->names);
    if (!pick_take_names(rows, &c->names) || !whole) {
        names_finish(&c->names);
    }
    if (build_take(&c->config, rows, &c->seen, &pipeline)) {
        store_drop_topic(p->store, topic);
        note_pipeline(p, &pipeline);
        say_whose_tools(p, &pipeline.tools_of);
        settle(p, &pipeline, now_ms);
        return;
    }
    pipeline_finish(&pipeline);
    p->discover_ms = 0;
    if (c->built) {
        find_nothing(p, now_ms);
    } else {
        c->step = COMPONENTS_GUESS;
    }
}

// What looks like a latency and is left out, as nothing can be counted by it.
static void say_miscounted(struct poller *p, const struct batch *rows, bool alone)
{
    static const char miscounted[] = "miscounted";
    size_t count;
    const char *name = guess_miscounted(rows, &count);
    struct arena a = {0};
    store_drop_topic(p->store, miscounted);
    if (name && alone) {
        note_set(p->store->unmet,
            arena_printf(&a,
                text_count("Nothing to watch: %s is NaN or negative, and counts nothing. Check how "
                           "the service sets it.",
                    "Nothing to watch: %s and others are NaN or negative, and count nothing. Check "
                    "how the service sets them.",
                    (double)count),
                name));
    } else if (name) {
        store_add_topic(p->store, miscounted,
            arena_printf(&a,
                text_count("%s is NaN or negative, and is left out. Check how the service sets it",
                    "%s and others are NaN or negative, and are left out. Check how the service "
                    "sets them",
                    (double)count),
                name));
    }
    arena_finish(&a);
}

static void take_guess(struct poller *p, const struct batch *rows, int64_t now_ms)
{
    struct components *c = &p->components;
    struct pipeline pipeline;
    names_finish(&c->names);
    if (!guess_take(rows, &pipeline)) {
        pipeline_finish(&pipeline);
        find_nothing(p, now_ms);
        say_miscounted(p, rows, true);
        return;
    }
    struct arena a = {0};
    store_drop_topic(p->store, topic);
    const char *said = c->found_count > 0
                           ? _("the components that ragtop knows here have had no requests yet: "
                               "these are the busiest latencies and resources (%zu of %zu)")
                           : _("no component that ragtop knows: these are the busiest latencies "
                               "and resources (%zu of %zu)");
    store_add_topic(p->store, topic,
        arena_printf(
            &a, said, pipeline.stages_count, pipeline.stages_count + pipeline.guessed_more));
    arena_finish(&a);
    note_pipeline(p, &pipeline);
    settle(p, &pipeline, now_ms);
    say_miscounted(p, rows, false); // behind poller_start_store()
    c->again_ms = now_ms + SOON_MS; // a component may just be starting
}

enum prom_status components_take(
    struct poller *p, const struct ask *ask, const struct http_reply *r, struct str *why)
{
    struct batch rows = {0};
    enum prom_status status = prom_decode_samples(r->status, r->body, r->body_len, &rows, why);
    if (status != PROM_OK && p->phase != PHASE_COMPONENTS) { // the rest goes on
        p->components.step = COMPONENTS_DONE;
        p->components.again_ms = ask->sent_ms + AGAIN_MS;
        status = PROM_OK;
    } else if (status == PROM_OK && ask->feed == &feed_components) {
        take_components(p, &rows, ask->sent_ms);
    } else if (status == PROM_OK && ask->feed == &feed_parts) {
        take_parts(p, &rows, ask->sent_ms);
    } else if (status == PROM_OK) {
        take_guess(p, &rows, ask->sent_ms);
    }
    batch_finish(&rows);
    return status;
}

// ---- of a target that is scraped ----------------------------------------------------------------

bool components_are_in(const struct poller *p, const char *body)
{
    const struct config *given = p->components.given;
    bool are = false;
    for (size_t i = 0; !are && i < given->profiles_count; i++) {
        for (size_t k = 0; !are && k < given->profiles[i].detect.count; k++) {
            char *name = mem_strdup(given->profiles[i].detect.items[k]);
            name[name_length(name)] = '\0';
            are = strstr(body, name) != NULL;
            free(name);
        }
    }
    return are;
}

void components_scraped(struct poller *p, const struct batch *samples, int64_t now_ms)
{
    struct components *c = &p->components;
    begin(c);
    if (c->step == COMPONENTS_LOOK) {
        take_components(p, samples, now_ms);
    }
    if (c->step == COMPONENTS_PARTS) {
        struct batch rows = {0};
        batch_add_labels(&rows, samples);
        take_parts(p, &rows, now_ms);
        batch_finish(&rows);
    }
    if (c->step == COMPONENTS_GUESS) {
        take_guess(p, samples, now_ms);
    }
}
