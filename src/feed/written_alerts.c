// Alerts as the series that rulers write: also those of another ruler, which the server only
// stores, and those of servers that list no rules.
#include "base/mem.h"
#include "feed/feed.h"
#include "feed/of_server.h"
#include "prom/alert_series.h"

static void write(struct prom_request *r, const struct feed_env *env, const struct ask *ask)
{
    prom_request_instant(r, prom_alert_series, ask->tick_ms, env->config->source.timeout_ms);
}

static void finish(void *data)
{
    rule_set_finish(data);
}

static enum prom_status decode(
    long status, const char *body, size_t len, struct filling *out, struct str *why)
{
    struct rule_set *alerts = mem_zalloc(1, sizeof *alerts);
    *out = (struct filling){alerts, finish};
    return prom_decode_alert_series(status, body, len, alerts, why);
}

const struct feed_type feed_alert_series = {
    .kind = FEED_ALERT_SERIES,
    .name = "alerts",
    .rank = RANK_SCREEN,
    .form = true,
    .each_tick = true,
    .of_server = true,
    .write = write,
    .missing = of_server_missing,
    .decode = decode,
};
