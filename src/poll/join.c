#include "poll/join.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "config/signal_keys.h"
#include "http/tap.h"
#include "plan/promql.h"
#include "poll/poller_state.h"
#include "poll/remembered.h"

// Some servers refuse a query of 16 KiB.
enum { APART_MS = 10 * CLOCK_MINUTE_MS, BYTES_MOST = 12 * 1024, BUCKETS_MOMENTS = 480 };

bool join_may(const struct poller *p, int64_t now_ms)
{
    return now_ms >= p->apart_ms && flight_is_far(&p->flight) && !tap_records();
}

void join_set_limits(struct poller *p, int64_t now_ms)
{
    int arms = join_may(p, now_ms) ? ASK_JOINED_MAX : 1;
    p->schedule.history_most = arms * flight_history(&p->flight);
    p->schedule.history_each = arms * HISTORY_EACH;
}

// Some are many expressions by themselves, and others have large answers.
static bool may_be_joined(const struct plan *plan, const struct ask *ask)
{
    enum signal_kind kind = plan->signals[ask->index].kind;
    bool heavy = signal_types[kind].asked != SIGNAL_ASKED_PAST;
    return feed_is_of_signal(ask->feed) && ask->feed != &feed_proof && !heavy;
}

static bool are_alike(const struct ask *a, const struct ask *b)
{
    return a->feed == b->feed && a->first == b->first && a->last == b->last &&
           a->tick_ms == b->tick_ms && a->present == b->present;
}

bool join_has_buckets(const struct plan *plan, const struct ask *ask)
{
    const struct signal *s = &plan->signals[ask->index];
    return s->kind == SIGNAL_LATENCY || (s->declared && signal_has_base(s->declared->form));
}

/**
 * How many queries such as ASK there may be in one. `or` costs the server for each series at each
 * moment: of histograms over many moments few are joined, and nothing else with them.
 */
static int arms_most(const struct plan *plan, const struct ask *ask)
{
    if (ask->feed->instant) {
        return ASK_JOINED_EVER;
    }
    int64_t few = BUCKETS_MOMENTS / (ask->last - ask->first + 1);
    few = few > 1 ? few : 1;
    return join_has_buckets(plan, ask) && few < ASK_JOINED_MAX ? (int)few : ASK_JOINED_MAX;
}

bool join_add(struct joins *j, const struct plan *plan, const struct ask *ask)
{
    if (!may_be_joined(plan, ask)) {
        return false;
    }
    int most = arms_most(plan, ask);
    size_t bytes = strlen(plan_history(&plan->signals[ask->index]));
    for (size_t i = 0; i < j->count; i++) {
        struct ask *first = &j->groups[i];
        bool room = first->joined_count < most - 1 && j->bytes[i] + bytes < BYTES_MOST;
        if (room && are_alike(first, ask) && arms_most(plan, first) == most) {
            if (!first->joined) {
                first->joined = mem_zalloc(ASK_JOINED_EVER - 1, sizeof *first->joined);
            }
            first->joined[first->joined_count++] = *ask;
            j->bytes[i] += bytes;
            return true;
        }
    }
    if (j->count == JOIN_GROUPS) {
        return false;
    }
    j->bytes[j->count] = bytes;
    j->groups[j->count++] = *ask;
    return true;
}

void join_split(const struct batch *b, int k, struct batch *out)
{
    char name[16];
    snprintf(name, sizeof name, "%d", k);
    out->partial = b->partial;
    out->left_out = b->left_out;
    for (size_t i = 0; i < b->count; i++) {
        const struct batch_series *from = &b->series[i];
        const char *arm = labels_get(&from->labels, PROMQL_ARM);
        if (!arm || strcmp(arm, name) != 0) {
            continue;
        }
        struct batch_series *to = batch_add(out);
        for (size_t l = 0; l < from->labels.count; l++) {
            if (strcmp(from->labels.items[l].name, PROMQL_ARM) != 0) {
                labels_set(&to->labels, from->labels.items[l].name, from->labels.items[l].value);
            }
        }
        for (size_t n = 0; n < from->count; n++) {
            batch_add_sample(to, from->samples[n].t_ms, from->samples[n].value);
        }
    }
}

struct ask *join_arm(struct ask *ask, int k)
{
    return k == 0 ? ask : &ask->joined[k - 1];
}

void join_undo(struct poller *p, const struct ask *ask, int64_t now_ms)
{
    if (ask->joined_count > 0) {
        p->apart_ms = now_ms + APART_MS;
    }
    for (int k = 0; k < ask->joined_count; k++) {
        schedule_return(&p->schedule, &ask->joined[k]);
    }
}

void join_drop(struct ask *ask)
{
    for (int k = 0; k < ask->joined_count; k++) {
        memory_drop(&ask->joined[k]);
    }
    free(ask->joined);
    ask->joined = NULL;
    ask->joined_count = 0;
}
