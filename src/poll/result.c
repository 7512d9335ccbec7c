#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "plan/infra_query.h"
#include "plan/promql.h"
#include "plan/write.h"
#include "poll/answer.h"
#include "poll/health.h"
#include "poll/join.h"
#include "poll/poller_state.h"
#include "poll/remembered.h"

// Where not even the span is answered, history may not be asked for at all.
static void refuse_history(struct poller *p, const struct ask *ask, const char *why)
{
    bool trend = ask->feed == &feed_span && (p->trend_why || !*p->store->history_why);
    if (ask->feed->rank == RANK_HISTORY || trend) {
        note_set(p->store->history_why, why);
        p->store->history_silent = p->has_reply && p->reply.outcome != HTTP_ANSWERED;
        p->trend_why = trend;
    }
}

static void say_unavailable(struct poller *p, const struct ask *ask, const char *why)
{
    struct str note;
    str_init(&note);
    str_addf(&note, _(ask->feed->unavailable), why);
    store_add_topic(p->store, ask->feed->unavailable, note.text);
    str_finish(&note);
}

static void refuse_object(struct poller *p, const struct ask *ask, const char *why)
{
    struct slot *slot = &p->store->slots[ask->feed->kind];
    if (slot->subject == ask->index) {
        slot->condition = CONDITION_REFUSED;
        note_set(slot->why, why);
        if (ask->feed->unavailable) {
            say_unavailable(p, ask, why);
        }
    }
}

// Without its history or span a signal is still known now.
void result_refuse(struct poller *p, const struct ask *ask, const char *why)
{
    if (ask->feed->decode) {
        refuse_object(p, ask, why);
        return;
    }
    struct signal_data *data = &p->store->signals[ask->index];
    if (ask->feed == &feed_proof) { // what it is about is asked for all the same
        return;
    }
    if (!feed_asks(&p->schedule.env, ask->index)) { // nobody looks there any more
        return;
    }
    if (ask->present) {
        data->condition = CONDITION_REFUSED;
        data->unfit = false;
        note_set(data->why, why);
        return;
    }
    say_unavailable(p, ask, why);
    refuse_history(p, ask, why);
    schedule_note(&p->schedule, ask, true);
}

void result_refuse_answer(
    struct poller *p, const struct ask *ask, const struct http_reply *r, const char *why)
{
    struct arena a = {0};
    result_refuse(p, ask, answer_whose(&a, r, why));
    arena_finish(&a);
}

static void regain_past(struct poller *p, const struct ask *ask)
{
    health_regain_history(p);
    schedule_note(&p->schedule, ask, false);
    if (p->store->notes_count > 0 && !schedule_any_failed(&p->schedule, ask)) {
        store_drop_topic(p->store, ask->feed->unavailable);
    }
}

static void keep_notes(struct poller *p, const struct batch *b)
{
    for (size_t i = 0; i < b->notes_count; i++) {
        store_add_note(p->store, b->notes[i]);
    }
}

struct history *history_of(struct store *s, const struct ask *ask)
{
    return ask->feed->history(&s->signals[ask->index], ask);
}

static void say_too_many(struct poller *p)
{
    store_add_note(
        p->store, _("there are more series than ragtop keeps: narrow them with -n or -l"));
}

/** Cuts off what the store has no room for. Returns whether there was any. */
static bool trim(struct poller *p, struct batch *b, size_t most)
{
    bool cut = b->count > most;
    if (cut) {
        for (size_t i = most; i < b->count; i++) {
            labels_finish(&b->series[i].labels);
            free(b->series[i].samples);
        }
        b->left_out += b->count - most;
        b->count = most;
        say_too_many(p);
    }
    return cut;
}

static double newest(const struct batch_series *s)
{
    double v = s->count > 0 ? s->samples[s->count - 1].value : NAN;
    return isfinite(v) ? v : 0;
}

static int by_value(const void *a, const void *b)
{
    double va = newest(a), vb = newest(b);
    return (va < vb) - (va > vb);
}

// Of tools there may be more than anybody can look at: the busiest and those that fail most count.
static bool may_be_ranked(const struct poller *p, const struct ask *ask)
{
    enum signal_kind kind = p->plan->signals[ask->index].kind;
    return signal_types[kind].per == SIGNAL_PER_TOOL;
}

/** Takes B into M, which is of the store, as far as there is room. */
static void merge(struct poller *p, struct matrix *m, const struct ask *ask, struct batch *b)
{
    m->series_max = store_room(p->store, m->count, m->slots);
    if (b->count > m->series_max && may_be_ranked(p, ask)) {
        qsort(b->series, b->count, sizeof *b->series, by_value);
    }
    matrix_merge(m, b, ask->first, ask->last);
    if (m->truncated) {
        say_too_many(p);
    }
}

static void keep_history(struct poller *p, struct ask *ask, struct batch *b, int64_t now_ms)
{
    const struct history *h = history_of(p->store, ask);
    size_t slots = (size_t)(ask->last - ask->first + 1);
    bool cut =
        trim(p, b, store_room(p->store, slots == h->matrix.slots ? h->matrix.count : 0, slots));
    struct matrix m = memory_complete(ask, b);
    history_take(history_of(p->store, ask), &m, m.asked_first, m.asked_last);
    p->store->history_why[0] = '\0';
    if (!cut) { // what is remembered is taken for all there was
        memory_learn(p, ask, b, now_ms);
    }
    schedule_learn_days(&p->schedule, ask->index);
}

// An instant answer is about its tick even where the step of the span is coarser.
static void move_to_slot(struct batch *b, const struct ask *ask, int64_t step_ms)
{
    for (size_t i = 0; i < b->count; i++) {
        for (size_t k = 0; k < b->series[i].count; k++) {
            b->series[i].samples[k].t_ms = ask->last * step_ms;
        }
    }
}

// Nothing takes less than no time, and no counter counts down: whoever says so measured something
// else. The sum of a histogram that falls is seen by series/dist.h.
static bool drop_negative(const struct plan *plan, int signal, struct batch *b)
{
    bool any = false;
    const struct signal *s = &plan->signals[signal];
    bool value = s->kind == SIGNAL_LATENCY && plan->stages[s->stage].kind == LATENCY_VALUE;
    bool rate = write_is_rate(s->kind);
    for (size_t i = 0; (value || rate) && i < b->count; i++) {
        for (size_t k = 0; k < b->series[i].count; k++) {
            double *v = &b->series[i].samples[k].value;
            any = any || *v < 0;
            *v = *v < 0 ? NAN : *v;
        }
    }
    return any;
}

/** A value of B that is infinite or as good as that, where one says all of SIGNAL; 0: none is.
 * *LIMIT: it is that of the limit of a pool. */
static double find_endless(const struct plan *plan, int signal, const struct batch *b, bool *limit)
{
    const struct signal *s = &plan->signals[signal];
    bool single = s->kind == SIGNAL_LATENCY
                      ? plan->stages[s->stage].kind == LATENCY_VALUE
                      : signal_types[s->kind].asked == SIGNAL_ASKED_PAST && s->stage >= 0;
    for (size_t i = 0; single && i < b->count; i++) {
        for (size_t k = 0; k < b->series[i].count; k++) {
            double v = b->series[i].samples[k].value;
            if (fabs(v) >= MATRIX_VALUE_MOST) {
                double bound;
                *limit = matrix_part_of(&b->series[i].labels, &bound) == PART_LIMIT;
                return v;
            }
        }
    }
    return 0;
}

/** Bits 1 << PART of what is NaN, and no number in any series of B, at the last moment of ASK. */
static unsigned find_nans(const struct batch *b, const struct ask *ask, int64_t step_ms)
{
    unsigned nans = 0, numbers = 0;
    for (size_t i = 0; i < b->count; i++) {
        double bound;
        unsigned bit = 1U << matrix_part_of(&b->series[i].labels, &bound);
        for (size_t k = 0; k < b->series[i].count; k++) {
            bool last = b->series[i].samples[k].t_ms >= ask->last * step_ms;
            bool is = isnan(b->series[i].samples[k].value);
            nans |= last && is ? bit : 0;
            numbers |= last && !is ? bit : 0;
        }
    }
    return nans & ~numbers;
}

static void refuse_value(struct poller *p, const struct ask *ask, const char *why)
{
    result_refuse(p, ask, why);
    p->store->signals[ask->index].unfit = true;
}

static void refuse_endless(struct poller *p, const struct ask *ask, double value, bool limit)
{
    const char *metric = p->plan->signals[ask->index].limit.metric;
    const char *what = !isinf(value) ? _("too large") : value > 0 ? "+Inf" : "-Inf";
    struct str name, why;
    str_init(&name);
    str_init(&why);
    if (limit && metric) {
        promql_add_name(&name, metric);
        str_addf(
            &why, _("its limit %s is %s: if there is none, leave out limit:"), name.text, what);
    } else if (limit) {
        str_addf(&why, _("its limit is %s: if there is none, leave out limit:"), what);
    } else {
        str_add(&why, !isinf(value) ? _("its value is too large for a time or a rate")
                      : value > 0   ? _("its value is +Inf, not a number that can be shown")
                                    : _("its value is -Inf, not a number that can be shown"));
    }
    refuse_value(p, ask, why.text);
    str_finish(&why);
    str_finish(&name);
}

// The rule's own: peaks come from the metric itself.
static bool has_points(const struct batch *b)
{
    bool any = false;
    for (size_t i = 0; i < b->count && !any; i++) {
        const char *part = labels_get(&b->series[i].labels, "part");
        any = !part || strcmp(part, "peak") != 0;
    }
    return any;
}

void result_keep(struct poller *p, struct ask *ask, struct batch *b, int64_t now_ms)
{
    struct signal_data *data = &p->store->signals[ask->index];
    if (ask->feed == &feed_proof) {
        proof_take(p, ask, b);
        return;
    }
    bool negative = drop_negative(p->plan, ask->index, b);
    bool limit = false;
    double endless = ask->feed == &feed_now ? find_endless(p->plan, ask->index, b, &limit) : 0;
    keep_notes(p, b);
    if (ask->recorded && !has_points(b)) {
        schedule_use_raw(&p->schedule, ask); // the rule may be younger than what it records
        return;
    }
    if (ask->feed->history) {
        keep_history(p, ask, b, now_ms);
        return;
    }
    struct matrix *m = ask->feed->matrix(&p->schedule.env, data, ask);
    if (m != &data->live) {
        merge(p, m, ask, b);
        return;
    }
    if (ask->feed == &feed_now) {
        move_to_slot(b, ask, m->step_ms);
    }
    if (ask->feed == &feed_span && !ask->present && p->trend_why) {
        p->store->history_why[0] = '\0';
        p->trend_why = false;
    }
    unsigned dropped = m->dropped, nans = find_nans(b, ask, m->step_ms);
    merge(p, m, ask, b);
    p->only_added = m->dropped == dropped;
    if (ask->last >= matrix_slot(m, ask->tick_ms)) {
        data->now_ms = ask->tick_ms;
        data->nans = nans;
        data->condition = CONDITION_ANSWERED;
    }
    const struct signal *s = &p->plan->signals[ask->index];
    bool no_count = write_is_rate(s->kind) && s->source.metric && nans >> PART_VALUE & 1U;
    if (no_count && !negative && ask->feed == &feed_now) {
        refuse_value(p, ask, _("its counter is NaN or infinite, so it has no rate"));
    } else if (negative && ask->feed == &feed_now) {
        refuse_value(p, ask, _("its value is negative, which no time or rate can be"));
    } else if (endless != 0) {
        refuse_endless(p, ask, endless, limit);
    }
}

enum prom_status result_take(struct poller *p, struct ask *ask, int64_t now_ms, struct str *why)
{
    struct batch b = {0};
    enum prom_status status = answer_end_samples(p, &b, why);
    for (int k = 0; k <= ask->joined_count && status == PROM_OK; k++) {
        struct ask *arm = join_arm(ask, k);
        struct batch part = {0};
        if (!arm->present) {
            regain_past(p, arm);
        }
        if (ask->joined_count > 0) {
            join_split(&b, k, &part);
        }
        if (feed_asks(&p->schedule.env, arm->index)) {
            result_keep(p, arm, ask->joined_count > 0 ? &part : &b, now_ms);
        }
        batch_finish(&part);
    }
    if (status == PROM_OK && ask->joined_count > 0) {
        keep_notes(p, &b);
    }
    batch_finish(&b);
    return status;
}

void result_take_object(struct poller *p, const struct ask *ask, const struct http_reply *r)
{
    struct filling filling = {0};
    struct str why;
    str_init(&why);
    enum prom_status status = ask->feed->decode(r->status, r->body, r->body_len, &filling, &why);
    if (status == PROM_OK && p->store->slots[ask->feed->kind].subject == ask->index) {
        store_fill_slot(p->store, (int)ask->feed->kind, filling.data, filling.finish);
        filling.data = NULL;
        if (ask->feed->unavailable) {
            store_drop_topic(p->store, ask->feed->unavailable);
        }
    } else if (status != PROM_OK) {
        // what came in place of a page's object says more
        if (r->status != 200 || ask->feed->unavailable) {
            answer_say_part(p, ask, r, &why);
        }
        result_refuse_answer(p, ask, r, why.text);
    }
    if (filling.data) {
        filling.finish(filling.data);
        free(filling.data);
    }
    str_finish(&why);
}
