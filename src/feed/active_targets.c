// What the server scrapes, and how the last scrape of each went.
#include <string.h>

#include "base/mem.h"
#include "feed/feed.h"
#include "feed/of_server.h"
#include "prom/listing.h"

enum { LISTED_MOST = 50 * 1000, KEPT_MOST = 2000 };

// VictoriaMetrics has the interval among the labels that discovery found.
static const struct listing_field fields[] = {
    {"job", "labels.job|scrapePool", LISTING_TEXT},
    {"instance", "labels.instance|scrapeUrl", LISTING_TEXT},
    {"health", "health", LISTING_TEXT},
    {"error", "lastError", LISTING_TEXT},
    {"scraped_ms", "lastScrape", LISTING_MOMENT},
    {"took_s", "lastScrapeDuration", LISTING_NUMBER},
    {"interval_s", "scrapeInterval|discoveredLabels.__scrape_interval__", LISTING_DURATION},
    {"timeout_s", "scrapeTimeout|discoveredLabels.__scrape_timeout__", LISTING_DURATION},
    {"pool", "scrapePool", LISTING_TEXT},
    {"url", "scrapeUrl", LISTING_TEXT},
};

static void write(struct prom_request *r, const struct feed_env *env, const struct ask *ask)
{
    (void)env, (void)ask;
    prom_request_listing(r, "/api/v1/targets", "state=active");
}

static bool is_in_trouble(const struct list *list, size_t i)
{
    return strcmp(list_text(list, i, "health"), "up") != 0;
}

static enum prom_status decode(
    long status, const char *body, size_t len, struct filling *out, struct str *why)
{
    struct list *list = mem_zalloc(1, sizeof *list);
    *out = (struct filling){list, of_server_finish};
    enum prom_status result = prom_decode_listing(status, body, len, "activeTargets", fields,
        sizeof fields / sizeof *fields, LISTED_MOST, list, why);
    list_keep(list, KEPT_MOST, is_in_trouble);
    return result;
}

const struct feed_type feed_targets = {
    .kind = FEED_TARGETS,
    .name = "targets",
    .rank = RANK_SCREEN,
    .each_tick = true,
    .of_server = true,
    .lacks = LACKS_TARGETS,
    .write = write,
    .missing = of_server_missing,
    .decode = decode,
};
