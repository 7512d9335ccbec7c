#include <stdio.h>

#include "base/utf8.h"
#include "poll/state.h"

enum {
    RETRY_FIRST_MS = 1000,
    RETRY_LONGEST_MS = 30 * 1000,
    RETRY_SILENT_MS = 5 * 1000, // a question that nobody hears costs nobody anything
    SKEW_LEAST_MS = 5000,
};

// Many that lost the same server must not come back in the same moment: up to a fifth more.
static int64_t spread(int64_t delay_ms, int64_t now_ms)
{
    uint64_t hash = (uint64_t)now_ms * 0x9E3779B97F4A7C15u; // golden ratio: Knuth, TAOCP 3, 6.4
    return delay_ms + delay_ms * (int64_t)(hash >> 44 & 0xFF) / (5 * 0xFF);
}

void reach_lose(
    struct poller *p, enum reach_loss loss, const char *why, int64_t retry_after_s, int64_t now_ms)
{
    struct source_state *s = &p->store->source;
    if (s->reach != REACH_LOST) {
        s->since_ms = now_ms;
        p->retry_delay_ms = 0;
    }
    if (s->reach != REACH_LOST || now_ms >= s->retry_ms) {
        int64_t longest = loss == LOSS_SILENT ? RETRY_SILENT_MS : RETRY_LONGEST_MS;
        p->retry_delay_ms = p->retry_delay_ms ? p->retry_delay_ms * 2 : RETRY_FIRST_MS;
        if (p->retry_delay_ms > longest) {
            p->retry_delay_ms = longest;
        }
        int64_t asked = retry_after_s > 0 ? retry_after_s * 1000 : 0;
        s->retry_ms =
            now_ms + spread(asked > p->retry_delay_ms ? asked : p->retry_delay_ms, now_ms);
    }
    s->reach = REACH_LOST;
    p->discover_ms = s->retry_ms;
    struct str text;
    str_init(&text);
    utf8_add_clean(&text, why, STORE_WHY_MAX - 1);
    snprintf(s->why, sizeof s->why, "%s", text.text);
    str_finish(&text);
}

void reach_regain(struct poller *p, const struct http_reply *reply, int64_t now_ms)
{
    struct source_state *s = &p->store->source;
    bool was_lost = s->reach == REACH_LOST;
    s->reach = REACH_OK;
    s->answered_ms = now_ms;
    s->why[0] = '\0';
    if (reply->server_ms >= 0) {
        int64_t skew = reply->server_ms - now_ms, other = skew - s->skew_ms;
        // the header has whole seconds and took its time: the moment must not waver with it
        if (other > SKEW_LEAST_MS || other < -SKEW_LEAST_MS) {
            s->skew_ms = skew > SKEW_LEAST_MS || skew < -SKEW_LEAST_MS ? skew : 0;
        }
    }
    if (was_lost) {
        p->server_asked = false;  // it may be another one now
        agenda_again(&p->agenda); // what failed at this tick is asked again at once
    }
}
