#include "poll/probe.h"

#include <stdlib.h>

#include "base/mem.h"
#include "config/cluster.h"
#include "poll/poller_state.h"
#include "prom/decode.h"

enum { PATIENCE_MS = 3000, STEP_MS = 2 };

/** What became of one candidate; less is better. */
enum outcome { GOOD, UNAUTHORIZED, SILENT, OTHER, NOT_THERE, WAITING };

struct probe {
    struct http_client *client; /**< NULL: it cannot even be asked */
    enum outcome outcome;
};

static void start(struct probe *p, const struct endpoint *s, size_t i)
{
    struct endpoint own = *s;
    const struct endpoint_candidate *c = &s->candidates[i];
    struct str why;
    str_init(&why);
    own.url = c->url;
    own.timeout_ms = s->timeout_ms < PATIENCE_MS ? s->timeout_ms : PATIENCE_MS;
    own.bearer_token_file = cluster_lends_account(s) ? c->token_file : s->bearer_token_file;
    own.ca.file = s->ca.file || s->ca.text ? s->ca.file : c->ca_file;
    p->client = connect_source(&own, &why);
    p->outcome = p->client ? WAITING : NOT_THERE;
    if (p->client) {
        http_start(p->client,
            &(struct http_request){.path = "/api/v1/query", .query = "query=vector%281%29"});
    }
    str_finish(&why);
}

static enum outcome judge(const struct http_reply *r)
{
    if (r->outcome == HTTP_CONNECT_TIMEOUT || r->outcome == HTTP_TIMEOUT) {
        return SILENT;
    }
    if (r->outcome != HTTP_ANSWERED) {
        return r->outcome == HTTP_NO_HOST ? NOT_THERE : OTHER;
    }
    struct batch b = {0};
    struct str why;
    str_init(&why);
    enum prom_status status = prom_decode_samples(r->status, r->body, r->body_len, &b, &why);
    batch_finish(&b);
    str_finish(&why);
    return status == PROM_OK ? GOOD : status == PROM_UNAUTHORIZED ? UNAUTHORIZED : OTHER;
}

/** One step of all; returns whether the best is still open. */
static bool drive(struct probe *probes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct http_reply reply;
        if (probes[i].outcome != WAITING) {
            continue;
        }
        http_wait(probes[i].client, NULL, 0, STEP_MS);
        if (http_next(probes[i].client, &reply)) {
            probes[i].outcome = judge(&reply);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (probes[i].outcome == GOOD || probes[i].outcome == WAITING) {
            return probes[i].outcome == WAITING; // what comes after it does not matter
        }
    }
    return false;
}

bool probe_candidates(const struct endpoint *s, size_t *best)
{
    size_t count = s->candidates_count;
    struct probe *probes = mem_zalloc(count, sizeof *probes);
    for (size_t i = 0; i < count; i++) {
        start(&probes[i], s, i);
    }
    while (drive(probes, count)) {
    }
    *best = 0;
    for (size_t i = 0; i < count; i++) {
        *best = probes[i].outcome < probes[*best].outcome ? i : *best;
        http_destroy(probes[i].client);
    }
    bool good = count > 0 && probes[*best].outcome == GOOD;
    free(probes);
    return good;
}
