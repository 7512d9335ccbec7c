#include "base/text.h"
#include "words/clause.h"
#include "words/doubt.h"
#include "words/odd_words.h"
#include "words/phrase.h"

// Where there is no data of a stage either, that says enough.
static bool is_blind_pool(const struct stage_diagnosis *d, int why)
{
    bool judged = d->latency.state == STATE_OK ||
                  (d->latency.state != STATE_NO_DATA && d->blind != STATE_NO_DATA);
    return judged && d->blind_signal >= 0 && (int)d->blind == why;
}

const char *doubt_pool(const struct words *w, int stage)
{
    return w->plan->signals[phrase_stage(w, stage)->blind_signal].what;
}

// `queue of say`, of which nothing is known.
static const char *pool_name(struct arena *a, const struct words *w, int stage, bool at_start)
{
    const char *what = doubt_pool(w, stage);
    return arena_printf(
        a, _("%s of %s"), at_start ? clause_capital(a, what) : what, phrase_name(w, stage));
}

const char *doubt_why_pool(struct arena *a, const struct words *w, int stage)
{
    static const struct {
        enum state state;
        const char *why;
    } whys[] = {{STATE_ABSENT, N_("no such metric")},
        {STATE_MISTYPED, N_("a counter, not a gauge")}, {STATE_ERROR, N_("the query fails")},
        {STATE_NO_DATA, N_("no data")}};
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    for (size_t i = 0; i < sizeof whys / sizeof *whys; i++) {
        if (is_blind_pool(d, (int)whys[i].state)) {
            return _(whys[i].why);
        }
    }
    int first = w->plan->stages[stage].saturation_first;
    return is_blind_pool(d, STATE_UNRELIABLE)
               ? odd_clause(a, w, d->blind_signal, d->odd[d->blind_signal - first])
               : NULL;
}

// How a sentence says of ALL pools why they cannot be judged.
static const char *sentence(enum state state, int all)
{
    return state == STATE_ABSENT ? text_count("%s cannot be judged: no such metric.",
                                       "%s cannot be judged: no such metrics.", all)
           : state == STATE_MISTYPED
               ? text_count("%s cannot be judged: its metric is a counter, not a gauge.",
                     "%s cannot be judged: their metrics are counters, not gauges.", all)
           : state == STATE_ERROR ? text_count("%s cannot be judged: the query fails.",
                                        "%s cannot be judged: the queries fail.", all)
                                  : text_count("%s cannot be judged: it has no data.",
                                        "%s cannot be judged: they have no data.", all);
}

// Those that come and cannot be meant.
static void add_odd(struct str *s, struct arena *a, const struct words *w)
{
    int all = clause_count(w, is_blind_pool, STATE_UNRELIABLE), last = -1;
    for (int i = 0; i < (int)w->diagnosis->stages_count; i++) {
        last = is_blind_pool(phrase_stage(w, i), STATE_UNRELIABLE) ? i : last;
    }
    if (all == 0) {
        return;
    }
    text_add_gap(s);
    const char *names = clause_list(a, w, is_blind_pool, STATE_UNRELIABLE, pool_name, true);
    if (all > 1) {
        str_addf(s, _("%s cannot be judged; each row says why."), names);
    } else {
        str_addf(s, _("%s cannot be judged: %s."), names, doubt_why_pool(a, w, last));
    }
}

void doubt_add_pools(struct str *s, const struct words *w)
{
    static const enum state states[] = {STATE_ABSENT, STATE_MISTYPED, STATE_ERROR, STATE_NO_DATA};
    struct arena a = {0};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        int all = clause_count(w, is_blind_pool, (int)states[i]);
        if (all > 0) {
            text_add_gap(s);
            str_addf(s, sentence(states[i], all),
                clause_list(&a, w, is_blind_pool, (int)states[i], pool_name, true));
        }
    }
    add_odd(s, &a, w);
    arena_finish(&a);
}
