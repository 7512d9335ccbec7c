// The rules that the server evaluates, with their alerts. They change with each evaluation alone,
// and the answer is long: asked for twice a minute at most.
#include "base/mem.h"
#include "feed/feed.h"
#include "feed/of_server.h"
#include "prom/rule_list.h"

enum { LASTS_MS = 30 * 1000 };

static void write(struct prom_request *r, const struct feed_env *env, const struct ask *ask)
{
    (void)env, (void)ask;
    prom_request_listing(r, "/api/v1/rules", "");
}

static void finish(void *data)
{
    rule_set_finish(data);
}

static enum prom_status decode(
    long status, const char *body, size_t len, struct filling *out, struct str *why)
{
    struct rule_set *rules = mem_zalloc(1, sizeof *rules);
    *out = (struct filling){rules, finish};
    return prom_decode_rules(status, body, len, rules, why);
}

const struct feed_type feed_rules = {
    .kind = FEED_RULES,
    .name = "rules",
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
