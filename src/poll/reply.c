#include "poll/answer.h"
#include "poll/poller_state.h"

enum { STEP_BYTES = 64 * 1024, REPLY_BYTES = 4096 /* what handling any reply costs */ };

static bool has_samples(const struct poller *p)
{
    return p->reply.outcome == HTTP_ANSWERED && p->asks[p->reply.tag].feed->samples;
}

static void count_off(size_t *left, size_t bytes)
{
    *left -= bytes < *left ? bytes : *left;
}

bool answer_read(struct poller *p, size_t *left)
{
    if (!p->has_reply) {
        p->has_reply = http_next(p->http, &p->reply);
        if (!p->has_reply) {
            return false;
        }
        count_off(left, REPLY_BYTES);
        if (has_samples(p)) {
            p->samples = prom_samples_begin(p->reply.status, p->reply.body, p->reply.body_len);
        }
    }
    bool done = !p->samples;
    while (!done && *left > 0) {
        size_t step = *left < STEP_BYTES ? *left : STEP_BYTES;
        done = prom_samples_step(p->samples, step);
        count_off(left, step < p->reply.body_len ? step : p->reply.body_len + 1);
    }
    return done;
}

void answer_drop(struct poller *p)
{
    if (p->samples) {
        struct batch unused = {0};
        struct str why;
        str_init(&why);
        prom_samples_end(p->samples, &unused, &why);
        batch_finish(&unused);
        str_finish(&why);
    }
    p->samples = NULL;
    p->has_reply = false;
    http_release(p->http);
}
