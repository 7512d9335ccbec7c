// How many targets each scrape configuration found and did not take, and what one of them is.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "feed/feed.h"
#include "feed/of_server.h"
#include "prom/listing.h"

enum { READ_MOST = 50 * 1000, POOLS_MOST = 5000, LASTS_MS = 10 * 60 * 1000 };

// Before Prometheus 3.3 the pool stands only where discovery put it: as the job.
static const struct listing_field found[] = {
    {"pool", "scrapePool|discoveredLabels.__scrape_pool__|discoveredLabels.job", LISTING_TEXT},
    {"namespace", "discoveredLabels.__meta_kubernetes_namespace", LISTING_TEXT},
    {"service", "discoveredLabels.__meta_kubernetes_service_name", LISTING_TEXT},
    {"port",
        "discoveredLabels.__meta_kubernetes_endpoint_port_name|"
        "discoveredLabels.__meta_kubernetes_endpointslice_port_name|"
        "discoveredLabels.__meta_kubernetes_pod_container_port_name",
        LISTING_TEXT},
};

/** Of a pool; the last ones are of the first target that it dropped. */
enum field { FIELD_POOL, FIELD_DROPPED, FIELD_NAMESPACE, FIELD_SERVICE, FIELD_PORT, FIELDS };

static const char *const field_names[FIELDS] = {"pool", "dropped", "namespace", "service", "port"};

static void write(struct prom_request *r, const struct feed_env *env, const struct ask *ask)
{
    (void)env, (void)ask;
    prom_request_listing(r, "/api/v1/targets", "state=dropped");
}

/** The values of POOL in OUT, added where it is not there; NULL: there is no room. */
static struct list_value *values_of(struct list *out, const char *pool)
{
    for (size_t i = 0; i < out->count; i++) {
        struct list_value *values = &out->values[i * FIELDS];
        if (values[FIELD_POOL].text && strcmp(values[FIELD_POOL].text, pool) == 0) {
            return values;
        }
    }
    if (out->count >= POOLS_MOST) {
        out->left_out++;
        return NULL;
    }
    struct list_value *values = list_add(out);
    values[FIELD_POOL].text = mem_strdup(pool);
    values[FIELD_DROPPED].number = 0;
    return values;
}

static void take_text(struct list_value *to, const char *text)
{
    if (!to->text && *text) {
        to->text = mem_strdup(text);
    }
}

static void take_dropped(struct list *out, const struct list *targets)
{
    const char *last = NULL;
    struct list_value *values = NULL;
    for (size_t i = 0; i < targets->count; i++) {
        const char *pool = list_text(targets, i, "pool");
        // those of one pool stand together
        values = last && strcmp(last, pool) == 0 ? values : values_of(out, pool);
        last = pool;
        if (values) {
            values[FIELD_DROPPED].number++;
            take_text(&values[FIELD_NAMESPACE], list_text(targets, i, "namespace"));
            take_text(&values[FIELD_SERVICE], list_text(targets, i, "service"));
            take_text(&values[FIELD_PORT], list_text(targets, i, "port"));
        }
    }
}

// The server counts all of them, of which it may list only some.
static void take_counts(struct list *out, const struct list *counts)
{
    for (size_t i = 0; i < counts->count; i++) {
        struct list_value *values = values_of(out, list_text(counts, i, "pool"));
        double dropped = list_number(counts, i, "dropped");
        if (values && !isnan(dropped)) {
            values[FIELD_DROPPED].number = dropped;
        }
    }
}

static enum prom_status decode(
    long status, const char *body, size_t len, struct filling *out, struct str *why)
{
    struct list *list = mem_zalloc(1, sizeof *list), targets = {0}, counts = {0};
    struct str no_counts;
    str_init(&no_counts);
    *out = (struct filling){list, of_server_finish};
    memcpy(list->fields, field_names, sizeof field_names);
    list->fields_count = FIELDS;
    enum prom_status result = prom_decode_listing(status, body, len, "droppedTargets", found,
        sizeof found / sizeof *found, READ_MOST, &targets, why);
    if (result == PROM_OK) {
        take_dropped(list, &targets);
        // Prometheus counts them since 2.47
        if (prom_decode_counts(status, body, len, "droppedTargetCounts", "pool", "dropped",
                POOLS_MOST, &counts, &no_counts) == PROM_OK) {
            take_counts(list, &counts);
        }
    }
    list_finish(&targets);
    list_finish(&counts);
    str_finish(&no_counts);
    return result;
}

const struct feed_type feed_dropped = {
    .kind = FEED_DROPPED,
    .name = "dropped",
    .rank = RANK_SCREEN,
    .each_tick = true,
    .of_server = true,
    .lasts_ms = LASTS_MS,
    .lacks = LACKS_TARGETS,
    .write = write,
    .missing = of_server_missing,
    .decode = decode,
};
