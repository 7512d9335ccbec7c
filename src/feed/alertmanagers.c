// Where Prometheus sends its alerts, which changes hardly ever; and that it is asked there what
// becomes of them, which is the business of poll/router.h.
#include "base/mem.h"
#include "feed/feed.h"
#include "feed/of_server.h"
#include "prom/listing.h"

enum { MOST = 20, LASTS_MS = 60 * 1000 };

static const struct listing_field fields[] = {{"url", "url", LISTING_TEXT}};

static void write(struct prom_request *r, const struct feed_env *env, const struct ask *ask)
{
    (void)env, (void)ask;
    prom_request_listing(r, "/api/v1/alertmanagers", "");
}

static enum prom_status decode(
    long status, const char *body, size_t len, struct filling *out, struct str *why)
{
    struct list *list = mem_zalloc(1, sizeof *list);
    *out = (struct filling){list, of_server_finish};
    return prom_decode_listing(status, body, len, "activeAlertmanagers", fields,
        sizeof fields / sizeof *fields, MOST, list, why);
}

const struct feed_type feed_alertmanagers = {
    .kind = FEED_ALERTMANAGERS,
    .name = "alertmgr",
    .rank = RANK_SCREEN,
    .each_tick = true,
    .of_server = true,
    .beside = true,
    .lasts_ms = LASTS_MS,
    .lacks = LACKS_RULES,
    .write = write,
    .missing = of_server_missing,
    .decode = decode,
};

const struct feed_type feed_routing = {.kind = FEED_ROUTING, .name = "routing", .of_server = true};
const struct feed_type feed_alert_groups = {
    .kind = FEED_ALERT_GROUPS, .name = "groups", .of_server = true};
