#include "poll/schedule.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "poll/progress.h"

void schedule_init(struct schedule *s, const struct config *config, const struct plan *plan,
    const struct scope *scope, const struct store *store)
{
    *s = (struct schedule){.count = plan->signals_count};
    feed_env_init(&s->env, config, plan, scope, store);
    s->signals = mem_zalloc(s->count, sizeof *s->signals);
}

void schedule_finish(struct schedule *s)
{
    feed_env_finish(&s->env);
    free(s->signals);
    *s = (struct schedule){0};
}

static bool is_history(const struct ask *ask)
{
    return ask->feed->rank == RANK_HISTORY;
}

void schedule_start(struct schedule *s, struct ask *ask)
{
    struct progress *p = progress_of_ask(s, ask);
    p->busy = true;
    p->tick_ms = progress_clock_ms(s);
    ask->tick_ms = s->env.tick_ms;
    if (is_history(ask)) {
        s->history_busy++;
        s->signals[ask->index].history_busy++;
        ask->recorded = s->env.plan->signals[ask->index].recorded && !p->raw;
    }
}

// ---- what is beside the stages

// So that watching costs a server little more than the stages do.
enum { BESIDE_MOST = 3 };

static int beside_asked(const struct schedule *s)
{
    return s->beside_ms == progress_clock_ms(s) ? s->beside_count : 0;
}

static void count_beside(struct schedule *s)
{
    s->beside_count = beside_asked(s) + 1;
    s->beside_ms = progress_clock_ms(s);
}

// ---- the present

// After sleep or an outage one question answers for what was missed and for now.
static void start_now(struct schedule *s, int i, const struct gap *now, struct ask *out)
{
    struct signal_progress *progress = &s->signals[i];
    const struct signal_data *data = &s->env.store->signals[i];
    const struct matrix *live = &data->live;
    bool gap = live->asked_first <= live->asked_last && live->asked_last < now->last - 1;
    // what a gap hides is asked for later if it failed
    bool failed = progress->by_range && data->now_ms < progress->slots[SLOT_NOW].tick_ms;
    *out = (struct ask){
        .feed = &feed_now, .index = i, .first = now->first, .last = now->last, .present = true};
    progress->by_range = gap && !failed && plan_has_past(s->env.plan, i);
    if (s->env.plan->signals[i].kind == SIGNAL_PLACES) {
        count_beside(s);
    }
    if (progress->by_range) {
        int64_t oldest = now->last - (int64_t)live->slots + 1;
        out->feed = &feed_span;
        out->first = live->asked_last + 1 > oldest ? live->asked_last + 1 : oldest;
    }
    schedule_start(s, out);
}

// Each time another: one may be all that the source does not answer.
bool schedule_probe(struct schedule *s, struct ask *out)
{
    for (size_t i = 1; i <= s->count; i++) {
        size_t at = (s->probe + i) % s->count;
        struct gap now;
        feed_now.missing(&s->env, (int)at, 0, &now);
        if (feed_asks(&s->env, (int)at) && !schedule_asks_now(s, (int)at)) {
            s->probe = at;
            start_now(s, (int)at, &now, out);
            return true;
        }
    }
    return false;
}

bool schedule_asks_now(const struct schedule *s, int i)
{
    return s->signals[i].slots[SLOT_NOW].busy;
}

// ---- what is next

// A server that is slow to remember one signal is not to hold up the present, nor the others.
static bool has_room(const struct schedule *s, const struct feed_type *feed, int i)
{
    return feed->rank != RANK_HISTORY ||
           (!(s->held && s->held[i]) &&
               (s->history_most == 0 || s->history_busy < s->history_most) &&
               (s->history_each == 0 || s->signals[i].history_busy < s->history_each));
}

static void start(struct schedule *s, struct progress *p, const struct gap *x, struct ask *ask)
{
    bool again = p->key == x->key && (!ask->feed->each_tick || x->refused);
    p->tries = again ? p->tries + 1 : 1;
    p->key = x->key;
    schedule_start(s, ask);
}

static bool day_waits(const struct schedule *s, const struct feed_type *feed, int i, int part)
{
    return s->waits && feed == &feed_days && (s->waits[i] & (1U << part));
}

/** Whether FEED waits for what comes before it, for signal I. */
static bool waits_for_other(const struct schedule *s, const struct feed_type *feed, int i)
{
    return feed->after && !(feed->at_once && feed->at_once(&s->env, i)) &&
           !progress_is_settled(s, feed->after, i);
}

static bool next_of(
    struct schedule *s, const struct feed_type *feed, int i, int part, struct ask *out)
{
    struct progress *p = progress_of(s, feed, i, part);
    struct gap x;
    if (p->busy || day_waits(s, feed, i, part) || !has_room(s, feed, i) ||
        waits_for_other(s, feed, i) || !feed->missing(&s->env, i, part, &x) ||
        !progress_is_due(s, feed, p, &x)) {
        return false;
    }
    if (feed == &feed_now) {
        start_now(s, i, &x, out);
        return true;
    }
    *out = (struct ask){.feed = feed,
        .index = i,
        .part = part,
        .days = s->env.compare_days,
        .first = x.first,
        .last = x.last};
    start(s, p, &x, out);
    return true;
}

/** Whether what fills the slot of FEED is due, as *X says: once a tick while it is wanted. */
static bool object_is_due(const struct schedule *s, const struct feed_type *feed, struct gap *x)
{
    const struct progress *p = &s->objects[feed->kind];
    const struct slot *slot = &s->env.store->slots[feed->kind];
    int subject = s->env.objects[feed->kind];
    if (subject < 0 || slot->subject != subject || slot->condition == CONDITION_ABSENT ||
        !feed->missing(&s->env, subject, 0, x) || x->waits) {
        return false;
    }
    x->key = subject;
    bool lasts = p->tick_ms + feed->lasts_ms > progress_clock_ms(s);
    x->known =
        x->known || ((s->env.ahead_ms > 0 || lasts) && slot->condition == CONDITION_ANSWERED);
    x->refused = slot->condition == CONDITION_REFUSED;
    return progress_is_due(s, feed, p, x);
}

/** Whether FEED, which is due, waits for the next tick: of what is known already, the oldest is
 * renewed first. */
static bool gives_way(const struct schedule *s, const struct feed_type *feed)
{
    int64_t asked_ms = s->objects[feed->kind].tick_ms;
    int before = beside_asked(s);
    struct gap x;
    if (!feed->beside || asked_ms == 0 ||
        s->env.store->slots[feed->kind].condition != CONDITION_ANSWERED) {
        return false;
    }
    for (size_t kind = 0; kind < FEED_KINDS && before < BESIDE_MOST; kind++) {
        int64_t its_ms = s->objects[kind].tick_ms;
        bool older = its_ms < asked_ms || (its_ms == asked_ms && kind < feed->kind);
        before += feeds[kind]->beside && older && object_is_due(s, feeds[kind], &x);
    }
    return before >= BESIDE_MOST;
}

static bool next_object(struct schedule *s, const struct feed_type *feed, struct ask *out)
{
    struct gap x;
    if (!object_is_due(s, feed, &x) || gives_way(s, feed)) {
        return false;
    }
    *out = (struct ask){
        .feed = feed, .index = s->env.objects[feed->kind], .first = x.first, .last = x.last};
    start(s, &s->objects[feed->kind], &x, out);
    if (feed->beside) {
        count_beside(s);
    }
    return true;
}

// Two days of each signal are worth more than seven of one.
static bool next_of_feed(struct schedule *s, const struct feed_type *feed, struct ask *out)
{
    if (feed->decode) {
        return next_object(s, feed, out);
    }
    for (int part = 0; part < feed->parts; part++) {
        for (size_t i = 0; i < s->count; i++) {
            if (next_of(s, feed, (int)i, part, out)) {
                return true;
            }
        }
    }
    return false;
}

bool schedule_next(struct schedule *s, struct ask *out)
{
    for (enum feed_rank rank = RANK_PRESENT; !s->rests && rank <= RANK_HISTORY; rank++) {
        for (size_t kind = 0; kind < FEED_KINDS; kind++) {
            const struct feed_type *feed = feeds[kind];
            bool asked = feed->rank == rank && feed->missing && !(feed->past && s->history_rests);
            if (asked && next_of_feed(s, feed, out)) {
                return true;
            }
        }
    }
    return false;
}

// ---- what became of it

void schedule_done(struct schedule *s, const struct ask *ask)
{
    progress_of_ask(s, ask)->busy = false;
    if (is_history(ask)) {
        s->history_busy--;
        s->signals[ask->index].history_busy--;
    }
}

void schedule_unask(struct schedule *s, const struct ask *ask)
{
    progress_of_ask(s, ask)->tries = 0;
}

void schedule_return(struct schedule *s, const struct ask *ask)
{
    struct progress *p = progress_of_ask(s, ask);
    p->tries = 0;
    p->tick_ms = 0;
}

void schedule_note(struct schedule *s, const struct ask *ask, bool failed)
{
    progress_of_ask(s, ask)->failed = failed;
}

void schedule_doubt(struct schedule *s, const struct ask *ask)
{
    progress_put_off(progress_of_ask(s, ask));
}

bool schedule_any_failed(const struct schedule *s, const struct ask *ask)
{
    bool any = false;
    for (size_t kind = 0; kind < FEED_KINDS && !any; kind++) {
        const struct feed_type *feed = feeds[kind];
        bool alike = feed->unavailable && strcmp(feed->unavailable, ask->feed->unavailable) == 0;
        for (size_t i = 0; alike && i < s->count && !any; i++) {
            for (int part = 0; part < feed->parts && !any; part++) {
                any = progress_of(s, feed, (int)i, part)->failed;
            }
        }
    }
    return any;
}

void schedule_use_raw(struct schedule *s, const struct ask *ask)
{
    struct progress *p = progress_of_ask(s, ask);
    p->raw = true;
    p->tick_ms = 0;
}

// ---- what is wanted

void schedule_want(struct schedule *s, const struct wants *wants, struct store *store)
{
    feed_env_want(&s->env, wants);
    for (size_t i = 0; i < s->count; i++) {
        struct signal_progress *progress = &s->signals[i];
        const struct signal *signal = &s->env.plan->signals[i];
        struct signal_data *data = &store->signals[i];
        bool asked = feed_asks(&s->env, (int)i), again = asked && !progress->looked_at;
        progress->looked_at = asked;
        if (again) { // what came of them while nobody looked was dropped
            progress->slots[SLOT_SPAN].tries = progress->slots[SLOT_EACH_POD].tries = 0;
        }
        if (!signal->deep || !signal->expr) {
            continue;
        }
        if (!asked) {
            data->condition = CONDITION_ASKING; // what was known of it grows old
        } else if (again && data->now_ms > 0 && data->now_ms >= s->env.tick_ms) {
            data->condition = CONDITION_ANSWERED;
        } else if (again && !schedule_asks_now(s, (int)i)) {
            progress->slots[SLOT_NOW].tick_ms = 0;
        }
    }
}

void schedule_begin_object(struct schedule *s, const struct feed_type *feed)
{
    s->objects[feed->kind] = (struct progress){0};
}

void schedule_rebase(struct schedule *s)
{
    for (size_t i = 0; i < s->count; i++) {
        s->signals[i].slots[SLOT_PINNED].tries = 0;
        days_forget(&s->env, (int)i);
    }
}

void schedule_begin(struct schedule *s, int i)
{
    for (size_t kind = 0; kind < FEED_KINDS; kind++) {
        for (int part = 0; part < feeds[kind]->parts; part++) {
            struct progress *p = progress_of(s, feeds[kind], i, part);
            p->tries = 0;
            p->tick_ms = feeds[kind]->each_tick ? 0 : p->tick_ms;
        }
    }
    days_forget(&s->env, i);
}

void schedule_again(struct schedule *s)
{
    for (size_t i = 0; i < s->count; i++) {
        schedule_begin(s, (int)i);
    }
    for (size_t kind = 0; kind < FEED_KINDS; kind++) {
        s->objects[kind].tick_ms = 0;
        s->objects[kind].tries = 0;
    }
}

bool schedule_days_settled(const struct schedule *s, int i)
{
    return progress_is_settled(s, &feed_days, i);
}

void schedule_doubt_days(struct schedule *s, struct store *store, int i)
{
    bool parts[STORE_DAYS_MAX];
    if (!schedule_days_settled(s, i)) {
        return;
    }
    days_doubt(&store->signals[i], parts);
    for (int day = 0; day < STORE_DAYS_MAX; day++) {
        if (parts[day]) {
            progress_put_off(progress_of(s, &feed_days, i, day));
        }
    }
}

void schedule_learn_days(struct schedule *s, int i)
{
    if (schedule_days_settled(s, i)) {
        days_learn(&s->env, i);
    }
}

// ---- whether anything is still to come

bool schedule_knows(const struct schedule *s)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct signal_data *data = &s->env.store->signals[i];
        if (feed_asks(&s->env, (int)i) && data->now_ms < s->env.tick_ms &&
            data->condition != CONDITION_REFUSED && !live_is_known_long(&s->env, (int)i)) {
            return false;
        }
    }
    return true;
}

static bool is_known(const struct schedule *s, int i)
{
    const struct progress *p = &s->signals[i].slots[SLOT_NOW];
    return !p->busy && (s->env.store->signals[i].now_ms >= s->env.tick_ms ||
                           p->tick_ms >= progress_clock_ms(s) || live_is_known_long(&s->env, i));
}

bool schedule_complete(const struct schedule *s)
{
    for (size_t i = 0; i < s->count && !s->rests; i++) {
        if (feed_asks(&s->env, (int)i) &&
            !(is_known(s, (int)i) && progress_is_settled(s, &feed_span, (int)i))) {
            return false;
        }
    }
    return true;
}

static bool is_complete(const struct schedule *s, enum feed_rank rank)
{
    for (size_t kind = 0; kind < FEED_KINDS && !s->rests; kind++) {
        const struct feed_type *feed = feeds[kind];
        for (size_t i = 0; feed->rank == rank && feed->missing && i < s->count; i++) {
            if (!progress_is_settled(s, feed, (int)i)) {
                return false;
            }
        }
    }
    return true;
}

bool schedule_history_complete(const struct schedule *s)
{
    return is_complete(s, RANK_HISTORY);
}

bool schedule_page_complete(const struct schedule *s)
{
    return is_complete(s, RANK_SCREEN);
}
