#include "poll/earlier_history.h"

#include <stdlib.h>

#include "base/mem.h"
#include "poll/poller_state.h"
#include "poll/remembered.h"

void poller_use_history(struct poller *p)
{
    p->history.used = true;
    proof_start(p);
}

void history_stop(struct poller *p)
{
    poller_drop_news(p);
    free(p->history.news);
    p->history = (struct history_state){0};
}

// ---- what has happened

static struct history_news *add(struct poller *p, enum history_kind kind, int signal)
{
    struct history_state *history = &p->history;
    mem_grow(&history->news, history->count, &history->cap);
    struct history_news *news = &history->news[history->count++];
    *news = (struct history_news){.kind = kind};
    news->expr = mem_strdup(signal < 0 ? NULL : plan_history(&p->plan->signals[signal]));
    return news;
}

void history_tell_answer(struct poller *p, int signal, int64_t first, int64_t last, struct batch *b,
    int64_t serves_ms, int64_t now_ms)
{
    struct history_news *news = add(p, HISTORY_ANSWER, signal);
    news->first = first;
    news->last = last;
    news->answer = (struct batch){.series = b->series, .count = b->count, .cap = b->cap};
    news->serves_ms = serves_ms;
    news->now_ms = history_now_ms(p, now_ms);
    b->series = NULL;
    b->count = b->cap = 0;
}

void history_tell_drop(struct poller *p, int signal)
{
    add(p, HISTORY_DROP, signal);
}

void history_tell_forget(struct poller *p, bool proved_stays)
{
    struct history_news *news = add(p, HISTORY_FORGET, -1);
    news->keep = mem_zalloc(p->proofs.count, sizeof *news->keep);
    for (size_t i = 0; proved_stays && i < p->proofs.count; i++) {
        if (trust_of(&p->proofs.trusts, (int)i) == TRUST_PROVED) {
            news->keep[news->keep_count++] = mem_strdup(plan_history(&p->plan->signals[i]));
        }
    }
}

const struct history_news *poller_news(const struct poller *p, size_t *count)
{
    *count = p->history.count;
    return p->history.news;
}

void poller_drop_news(struct poller *p)
{
    for (size_t i = 0; i < p->history.count; i++) {
        struct history_news *news = &p->history.news[i];
        for (size_t k = 0; k < news->keep_count; k++) {
            free(news->keep[k]);
        }
        free(news->keep);
        free(news->expr);
        batch_finish(&news->answer);
    }
    p->history.count = 0;
}

// ---- what is wanted

int64_t history_now_ms(const struct poller *p, int64_t now_ms)
{
    return now_ms + p->store->source.skew_ms;
}

static const struct recalled *next_window(const struct proof *s)
{
    for (size_t k = 0; k < s->windows_count; k++) {
        if (!s->windows[k].given) {
            return &s->windows[k];
        }
    }
    return NULL;
}

bool poller_next_want(struct poller *p, int64_t now_ms, struct history_want *out)
{
    for (size_t i = 0; p->history.used && i < p->proofs.count; i++) {
        const struct proof *s = &p->proofs.signals[i];
        const struct recalled *window = s->recalls ? next_window(s) : NULL;
        bool sample = !window && proof_wants_sample(p, (int)i);
        if (window || sample) {
            *out = (struct history_want){.signal = (int)i,
                .expr = plan_history(&p->plan->signals[i]),
                .sample = sample,
                .after = s->after,
                .first = window ? window->first : 0,
                .last = window ? window->last : 0,
                .now_ms = history_now_ms(p, now_ms)};
            return true;
        }
    }
    return false;
}

static void take(struct matrix *to, struct matrix *from)
{
    *to = *from;
    *from = (struct matrix){0};
}

static void give_window(struct proof *s, const struct history_want *want, struct matrix *m)
{
    for (size_t k = 0; k < s->windows_count; k++) {
        struct recalled *w = &s->windows[k];
        if (!w->given && w->first == want->first && w->last == want->last) {
            w->given = true;
            w->known = m;
            if (m) {
                take(&w->values, m);
            }
            break;
        }
    }
    s->recalls = next_window(s);
}

void poller_give(struct poller *p, const struct history_want *want, struct matrix *m)
{
    struct proof *s = &p->proofs.signals[want->signal];
    if (!want->sample) {
        give_window(s, want, m);
        proof_settle(p);
        return;
    }
    s->looked_up = true;
    s->sampled = m;
    if (m) {
        s->first = m->asked_first;
        s->last = m->asked_last;
        take(&s->known, m);
    }
}
