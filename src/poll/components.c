#include "poll/components.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "catalogue/build.h"
#include "catalogue/find.h"
#include "plan/plan.h"
#include "poll/poller_state.h"

enum { AGAIN_MS = 30 * 1000 };

static enum phase first_phase(const struct config *config)
{
    return config->by_label.latency ? PHASE_LABELS : PHASE_NAMES;
}

void components_begin(struct poller *p)
{
    p->components.given = p->config;
    p->phase = p->config->profiles_count > 0 ? PHASE_COMPONENTS : first_phase(p->config);
}

void components_finish(struct poller *p)
{
    free(p->components.found);
    p->components = (struct components){0};
}

bool components_are_asked(const struct ask *ask)
{
    return ask->feed == &feed_components || ask->feed == &feed_parts;
}

const struct feed_type *components_feed(const struct poller *p)
{
    struct str s;
    str_init(&s);
    bool any = find_add_query(&s, p->config->profiles, p->config->profiles_count);
    str_finish(&s);
    return any ? &feed_components : &feed_parts;
}

// What P works with from now on; the schedule points to it.
static void use(struct poller *p, const struct config *config)
{
    p->config = config;
    p->schedule.env.config = config;
}

static void take_components(struct poller *p, struct batch *rows)
{
    struct components *c = &p->components;
    size_t count = c->given->profiles_count;
    bool *found = mem_zalloc(count, sizeof *found);
    size_t any = find_take(c->given->profiles, count, rows, found);
    free(c->found);
    c->found = mem_zalloc(any + 1, sizeof *c->found);
    c->config = *c->given;
    c->config.profiles = c->found;
    c->config.profiles_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (found[i]) {
            c->found[c->config.profiles_count++] = c->given->profiles[i];
        }
    }
    free(found);
    if (any > 0) {
        use(p, &c->config);
        p->phase = PHASE_PARTS;
        p->discover_ms = 0;
    } else {
        snprintf(p->store->unmet, sizeof p->store->unmet, "%s",
            _("Nothing that ragtop knows is on this server."));
    }
}

static void take_parts(struct poller *p, struct batch *rows)
{
    struct components *c = &p->components;
    struct pipeline pipeline;
    if (p->config != &c->config) { // nothing had to be recognised
        c->config = *c->given;
    }
    if (!build_take(p->config->profiles, p->config->profiles_count, rows, &pipeline)) {
        pipeline_finish(&pipeline);
        use(p, c->given);
        p->phase = PHASE_COMPONENTS;
        snprintf(p->store->unmet, sizeof p->store->unmet, "%s",
            _("What ragtop knows on this server has had no traffic yet."));
        return;
    }
    c->config.stages = pipeline.stages;
    c->config.stages_count = pipeline.stages_count;
    c->config.tools = pipeline.tools;
    c->config.pod_label = c->given->pod_label ? c->given->pod_label : pipeline.pod_label;
    use(p, &c->config);
    lookup_drop(p);
    p->store->unmet[0] = '\0';
    struct pipeline before = p->draft->pipeline;
    p->draft->pipeline = pipeline;
    plan_renew(p->draft, p->config, NULL, 0);
    pipeline_finish(&before);
    poller_start_store(p);
    p->phase = first_phase(p->config);
    p->discover_ms = 0;
}

enum prom_status components_take(
    struct poller *p, const struct ask *ask, const struct http_reply *r, struct str *why)
{
    struct batch rows = {0};
    enum prom_status status = prom_decode_samples(r->status, r->body, r->body_len, &rows, why);
    if (status == PROM_OK) {
        (ask->feed == &feed_components ? take_components : take_parts)(p, &rows);
    }
    batch_finish(&rows);
    return status;
}
