// How the server itself is: whether its configuration was read, how long it keeps samples.
#include "base/mem.h"
#include "feed/feed.h"
#include "feed/of_server.h"
#include "prom/listing.h"

static const struct listing_field fields[] = {
    {"started_ms", "startTime", LISTING_MOMENT},
    {"reloaded", "reloadConfigSuccess", LISTING_BOOL},
    {"reloaded_ms", "lastConfigTime", LISTING_MOMENT},
    {"corruptions", "corruptionCount", LISTING_NUMBER},
    {"retention", "storageRetention", LISTING_TEXT},
};

static void write(struct prom_request *r, const struct feed_env *env, const struct ask *ask)
{
    (void)env, (void)ask;
    prom_request_listing(r, "/api/v1/status/runtimeinfo", "");
}

static enum prom_status decode(
    long status, const char *body, size_t len, struct filling *out, struct str *why)
{
    struct list *list = mem_zalloc(1, sizeof *list);
    *out = (struct filling){list, of_server_finish};
    return prom_decode_object(
        status, body, len, NULL, fields, sizeof fields / sizeof *fields, list, why);
}

const struct feed_type feed_runtime = {
    .kind = FEED_RUNTIME,
    .name = "runtime",
    .rank = RANK_SCREEN,
    .each_tick = true,
    .of_server = true,
    .write = write,
    .missing = of_server_missing,
    .decode = decode,
};
