#include <math.h>

#include "base/text.h"
#include "diagnose/notable.h"
#include "words/clause.h"
#include "words/doubt.h"
#include "words/format.h"
#include "words/missing.h"
#include "words/phrase.h"
#include "words/remark.h"
#include "words/summary.h"

/** What is known of the stages that alarm nobody. */
struct calm {
    int judged, open, perhaps, few, idle, all;
    double requests;
    bool lost;    /**< of some nothing is known */
    bool blind;   /**< the errors of some are not known */
    bool failing; /**< requests fail, even if too few to alarm, or no more than usual */
    bool counted; /**< something counts errors */
    bool beside;  /**< some tool or pool is not as usual, or not known */
};

// Where its row is not known, a stage is not as usual, either. That nothing calls a part is another
// matter: where that is unusual it is remarked upon.
static bool is_lost(enum state state)
{
    switch (state) {
    case STATE_NO_DATA:
    case STATE_STALE:
    case STATE_ERROR:
    case STATE_UNRELIABLE:
    case STATE_NO_BASELINE:
    case STATE_TOO_FEW:
    case STATE_MISTYPED:
    case STATE_ABSENT: return true;
    case STATE_OK:
    case STATE_ASKING:
    case STATE_NO_TRAFFIC:
    case STATE_COUNT: break;
    }
    return false;
}

static struct calm calm_of(const struct words *w)
{
    struct calm c = {.all = (int)w->diagnosis->stages_count, .blind = words_blind(w) > 0};
    for (int i = 0; i < c.all; i++) {
        const struct stage_diagnosis *d = phrase_stage(w, i);
        enum state state = d->latency.state;
        bool open = notable_open(&d->latency), perhaps = notable_perhaps(&d->latency);
        c.judged += state == STATE_OK && !open && !perhaps;
        c.open += open;
        c.perhaps += perhaps;
        c.few += state == STATE_TOO_FEW;
        c.idle += state == STATE_NO_TRAFFIC;
        c.lost = c.lost || is_lost(state) || open || perhaps;
        c.failing = c.failing || phrase_failures(w, i) > 0 || notable_perhaps(&d->errors) ||
                    notable_always_fails(&d->errors, &thresholds_default);
        c.requests = fmax(c.requests, phrase_requests(w, i));
        c.counted = c.counted || w->plan->stages[i].errors_signal >= 0;
    }
    return c;
}

// `all 3 stages normal`
static const char *normal(struct arena *a, const struct calm *c)
{
    int judged = c->judged;
    bool all = !c->lost && judged + c->idle >= c->all;
    if (c->blind || (all && c->beside && !c->counted)) {
        return arena_printf(a,
            text_count("latency normal in %d stage", "latency normal in %d stages", judged),
            judged);
    }
    if (!all) {
        return arena_printf(a,
            text_count("%d of %d stage normal", "%d of %d stages normal", c->all), judged, c->all);
    }
    if (c->beside) {
        return arena_printf(a,
            text_count("latency and errors normal in %d stage",
                "latency and errors normal in %d stages", judged),
            judged);
    }
    if (judged == 2) {
        return c->idle > 0 ? _("both stages with traffic normal") : _("both stages normal");
    }
    return arena_printf(a,
        c->idle > 0 ? text_count("%d stage with traffic normal",
                          "all %d stages with traffic normal", judged)
                    : text_count("%d stage normal", "all %d stages normal", judged),
        judged);
}

// The same where something is unusual, though it alarms nobody.
static const char *not_slow(struct arena *a, const struct calm *c)
{
    int judged = c->judged;
    if (c->lost && !c->blind) {
        return arena_printf(a,
            c->failing ? text_count("Nothing is slow in %d of %d stage",
                             "Nothing is slow in %d of %d stages", c->all)
                       : text_count("Nothing is slow or failing in %d of %d stage",
                             "Nothing is slow or failing in %d of %d stages", c->all),
            judged, c->all);
    }
    return arena_printf(a,
        c->blind || c->failing
            ? text_count("Nothing is slow in %d stage", "Nothing is slow in %d stages", judged)
            : text_count("Nothing is slow or failing in %d stage",
                  "Nothing is slow or failing in %d stages", judged),
        judged);
}

// `4,862 requests`; NULL: next to none.
static const char *requests(struct arena *a, double count)
{
    if (!(count >= 0.5)) {
        return NULL;
    }
    struct str whole;
    str_init(&whole);
    format_whole(&whole, (int64_t)round(count));
    return arena_printf(a, text_count("%s request", "%s requests", count), arena_take(a, &whole));
}

static void add_judged(struct str *s, struct arena *a, const struct words *w, const struct calm *c)
{
    bool other = remark_any(w) || phrase_evidence(w, EVIDENCE_QUEUE);
    const char *said = other ? not_slow(a, c) : arena_printf(a, _("OK: %s"), normal(a, c));
    const char *count = requests(a, c->requests);
    phrase_add_sentence(
        s, count ? arena_printf(a, _("%s (%s)."), said, count) : arena_printf(a, _("%s."), said));
}

static bool is_in(const struct stage_diagnosis *d, int state)
{
    return (int)d->latency.state == state;
}

// Stages whose latency was refused, or is no number, and those that have no past.
static void add_open(struct str *s, struct arena *a, const struct words *w)
{
    int last = -1;
    for (int i = 0; i < (int)w->diagnosis->stages_count; i++) {
        last = is_in(phrase_stage(w, i), STATE_ERROR) ? i : last;
    }
    int refused = clause_count(w, is_in, STATE_ERROR);
    if (refused == 1) {
        const struct signal_data *data = &w->store->signals[w->plan->stages[last].latency_signal];
        phrase_add_sentence(s, arena_printf(a, _("%s cannot be judged: %s."),
                                   clause_stage(a, w, last), clause_refusal(a, data)));
    } else if (refused > 1) {
        phrase_add_sentence(s, arena_printf(a, _("%s cannot be judged; each row says why."),
                                   clause_list(a, w, is_in, STATE_ERROR, clause_name, true)));
    }
    int bare = clause_count(w, is_in, STATE_NO_BASELINE);
    if (bare > 0) {
        phrase_add_sentence(s, arena_printf(a,
                                   text_count("%s has nothing to compare with.",
                                       "%s have nothing to compare with.", bare),
                                   clause_list(a, w, is_in, STATE_NO_BASELINE, clause_name, true)));
    }
}

static bool is_open(const struct stage_diagnosis *d, int what)
{
    (void)what;
    return notable_open(&d->latency);
}

static const char *name_open(struct arena *a, const struct words *w, int stage, bool at_start)
{
    return arena_printf(a, _("%s is up %s"), clause_name(a, w, stage, at_start),
        format_in(a, format_times, phrase_stage(w, stage)->latency.ratio));
}

// What is far above the little that is known of it.
static void add_little_known(struct str *s, struct arena *a, const struct words *w, int open)
{
    if (open > 0) {
        phrase_add_sentence(s, arena_printf(a, _("%s; there is too little history to judge that."),
                                   clause_list(a, w, is_open, 0, name_open, true)));
    }
}

static bool is_perhaps(const struct stage_diagnosis *d, int what)
{
    (void)what;
    return notable_perhaps(&d->latency);
}

// What is far up, and may be by chance.
static void add_perhaps(struct str *s, struct arena *a, const struct words *w, int perhaps)
{
    if (perhaps > 0) {
        phrase_add_sentence(s, arena_printf(a, _("%s; with so few requests, that may be chance."),
                                   clause_list(a, w, is_perhaps, 0, name_open, true)));
    }
}

// What is said of tools and pools is added to BESIDE.
static struct calm calm_with(struct str *beside, struct arena *a, const struct words *w)
{
    struct calm c = calm_of(w);
    summary_add_odd_tools(beside, a, w);
    doubt_add_pools(beside, w);
    words_add_tools_blind(beside, w);
    c.beside = beside->len > 0;
    return c;
}

bool summary_calm_said(struct calm_said *out, struct arena *a, const struct words *w)
{
    struct str beside;
    str_init(&beside);
    const struct calm c = calm_with(&beside, a, w);
    str_finish(&beside);
    *out = (struct calm_said){.normal = c.judged == 0   ? NULL
                                        : remark_any(w) ? not_slow(a, &c)
                                                        : normal(a, &c),
        .requests = requests(a, c.requests)};
    return c.judged + c.open + c.perhaps > 0;
}

static void add_rest(
    struct str *s, struct arena *a, const struct words *w, const struct calm *c, struct str *beside)
{
    add_little_known(s, a, w, c->open);
    add_perhaps(s, a, w, c->perhaps);
    remark_add(s, w);
    doubt_add_absent(s, w);
    missing_add_never_there(s, w);
    add_open(s, a, w);
    if (c->few > 0) {
        phrase_add_sentence(s, arena_printf(a,
                                   text_count("%d stage had too few requests.",
                                       "%d stages had too few requests.", c->few),
                                   c->few));
        summary_add_odd(s, a, w);
    }
    if (c->blind) {
        struct str whose;
        str_init(&whose);
        words_add_blind(&whose, w);
        phrase_add_sentence(s, arena_printf(a, _("The errors of %s are unknown: %s."),
                                   arena_take(a, &whose), words_why_blind(w)));
    }
    if (c->beside) {
        phrase_add_sentence(s, beside->text + (beside->text[0] == ' '));
    }
    str_clear(beside);
    if (doubt_add_summary(beside, w)) {
        phrase_add_sentence(s, beside->text);
    }
}

void summary_add_calm_rest(struct str *s, struct arena *a, const struct words *w)
{
    struct str beside;
    str_init(&beside);
    const struct calm c = calm_with(&beside, a, w);
    add_rest(s, a, w, &c, &beside);
    str_finish(&beside);
}

void summary_add_calm(struct str *s, struct arena *a, const struct words *w)
{
    struct str beside;
    str_init(&beside);
    const struct calm c = calm_with(&beside, a, w);
    if (c.judged + c.open + c.perhaps == 0) {
        summary_add_few(s, a, w, c.requests);
    } else {
        if (c.judged > 0) {
            add_judged(s, a, w, &c);
        }
        add_rest(s, a, w, &c, &beside);
    }
    str_finish(&beside);
}
