#include "poll/progress.h"

#include "base/clock.h"

enum { DOUBLINGS_MAX = 12, DOUBTED_TRIES = 5 };

struct progress *progress_of(
    const struct schedule *s, const struct feed_type *feed, int i, int part)
{
    return &s->signals[i].slots[feed->slot + part];
}

// A gap that is closed together with the present is a question about the present.
struct progress *progress_of_ask(struct schedule *s, const struct ask *ask)
{
    return !feed_is_of_signal(ask->feed)
               ? &s->objects[ask->feed->kind]
               : progress_of(s, ask->present ? &feed_now : ask->feed, ask->index, ask->part);
}

int64_t progress_clock_ms(const struct schedule *s)
{
    return s->env.tick_ms + s->env.ahead_ms;
}

static int64_t patience_ms(const struct schedule *s, const struct progress *p)
{
    int doublings = p->tries - 1 < DOUBLINGS_MAX ? p->tries - 1 : DOUBLINGS_MAX;
    int64_t ms = s->env.plan->refresh_ms << doublings;
    return ms < CLOCK_HOUR_MS ? ms : CLOCK_HOUR_MS;
}

// What a stretch of the past was like does not change: who was refused it asks ever more rarely.
static bool is_due_again(const struct schedule *s, const struct progress *p, int64_t key)
{
    return p->tries == 0 || p->key != key || p->tick_ms + patience_ms(s, p) <= progress_clock_ms(s);
}

bool progress_is_due(const struct schedule *s, const struct feed_type *feed,
    const struct progress *p, const struct gap *x)
{
    bool asked = p->tick_ms >= progress_clock_ms(s) || (p->tick_ms > 0 && x->known);
    if (p->busy || (feed->each_tick && asked)) {
        return false;
    }
    return (feed->each_tick && !x->refused) || is_due_again(s, p, x->key);
}

/** Whether P, which is about X, was answered or failed, as far as anybody waits for it. */
static bool is_settled(const struct schedule *s, const struct progress *p, const struct gap *x)
{
    return s->history_given_up || (!p->busy && (s->history_fails || !is_due_again(s, p, x->key)));
}

void progress_put_off(struct progress *p)
{
    p->tries = p->tries < DOUBTED_TRIES ? DOUBTED_TRIES : p->tries;
}

bool progress_is_settled(const struct schedule *s, const struct feed_type *feed, int i)
{
    for (int part = 0; part < feed->parts; part++) {
        struct gap x;
        if (feed->missing(&s->env, i, part, &x) && !x.unasked &&
            !is_settled(s, progress_of(s, feed, i, part), &x)) {
            return false;
        }
    }
    return true;
}
