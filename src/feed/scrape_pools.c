// The scrape configurations that the server has, whether they find targets or not.
#include "base/mem.h"
#include "feed/feed.h"
#include "feed/of_server.h"
#include "prom/listing.h"

enum { LISTED_MOST = 5000, LASTS_MS = 10 * 60 * 1000 };

static const struct listing_field fields[] = {{"pool", "", LISTING_TEXT}};

static void write(struct prom_request *r, const struct feed_env *env, const struct ask *ask)
{
    (void)env, (void)ask;
    prom_request_listing(r, "/api/v1/scrape_pools", "");
}

static enum prom_status decode(
    long status, const char *body, size_t len, struct filling *out, struct str *why)
{
    struct list *list = mem_zalloc(1, sizeof *list);
    *out = (struct filling){list, of_server_finish};
    return prom_decode_listing(status, body, len, "scrapePools", fields,
        sizeof fields / sizeof *fields, LISTED_MOST, list, why);
}

const struct feed_type feed_pools = {
    .kind = FEED_POOLS,
    .name = "pools",
    .rank = RANK_SCREEN,
    .each_tick = true,
    .of_server = true,
    .lasts_ms = LASTS_MS,
    .lacks = LACKS_TARGETS,
    .write = write,
    .missing = of_server_missing,
    .decode = decode,
};
