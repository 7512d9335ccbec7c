#include "poll/due.h"

#include "base/clock.h"

enum { DOUBLINGS_MAX = 12, DOUBTED_TRIES = 5 };

int64_t due_clock_ms(const struct agenda *a)
{
    return a->tick_ms + a->ahead_ms;
}

static int64_t patience_ms(const struct agenda *a, const struct progress *p)
{
    int doublings = p->tries - 1 < DOUBLINGS_MAX ? p->tries - 1 : DOUBLINGS_MAX;
    int64_t ms = a->plan->refresh_ms << doublings;
    return ms < CLOCK_HOUR_MS ? ms : CLOCK_HOUR_MS;
}

// What WINDOW of the past was like does not change: who was refused it asks more and more rarely.
bool due_past(const struct agenda *a, const struct progress *p, int64_t window)
{
    return !p->busy && (p->tries == 0 || p->window != window ||
                           p->tick_ms + patience_ms(a, p) <= due_clock_ms(a));
}

bool due_past_settled(const struct agenda *a, const struct progress *p, int64_t window)
{
    return a->past_given_up || (!p->busy && (a->past_fails || !due_past(a, p, window)));
}

void due_put_off(struct progress *p)
{
    p->tries = p->tries < DOUBTED_TRIES ? DOUBTED_TRIES : p->tries;
}

void due_start(struct agenda *a, struct progress *p, struct ask *ask)
{
    p->busy = true;
    p->tick_ms = due_clock_ms(a);
    ask->tick_ms = a->tick_ms;
    if (ask->purpose >= ASK_DAY) {
        a->history_busy++;
        a->signals[ask->index].history_busy++;
    }
    ask->recorded = ask->purpose >= ASK_DAY && a->plan->signals[ask->index].recorded && !p->raw;
}

void due_start_past(struct agenda *a, struct progress *p, int64_t window, struct ask *ask)
{
    p->tries = p->window == window ? p->tries + 1 : 1;
    p->window = window;
    due_start(a, p, ask);
}
