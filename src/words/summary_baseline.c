#include "base/clock_in.h"
#include "base/text.h"
#include "words/clause.h"
#include "words/phrase.h"
#include "words/summary.h"

// When there will be something to compare with, and what alarms until then; a pin is worth nothing
// before there are enough samples.
static void add_until_then(struct str *s, struct arena *a, const struct words *w)
{
    phrase_add_sentence(s,
        plan_is_wide(w->plan) // the span is too short for that
            ? _("After 3 h of samples, ragtop compares with the hours before.")
            : arena_printf(a, _("After %s of samples, ragtop compares with the span itself."),
                  clock_age_in(a, 4 * w->plan->window_ms)));
    phrase_add_sentence(s,
        summary_known_for(w) >= STORE_PIN_LEAST_MS
            ? _("Until then, set an slo:, pin a moment with B, or use a file from `ragtop baseline "
                "save`.")
            : _("Until then, set an slo: or use a file from `ragtop baseline save`."));
}

// That the server gives no history.
static const char *refusal(struct arena *a, const struct words *w)
{
    return arena_printf(a,
        w->store->history_silent ? _("the server does not answer queries about the past: %s")
                                 : _("the server refuses queries about the past: %s"),
        w->store->history_why);
}

static void add_none(struct str *s, struct arena *a, const struct words *w)
{
    if (w->scope->baseline == BASELINE_PINNED) {
        struct str pin;
        str_init(&pin);
        words_add_pinned(&pin, w->scope, w->diagnosis->tick_ms);
        phrase_add_sentence(
            s, arena_printf(a, _("Nothing to compare with: there are too few samples in %s."),
                   arena_take(a, &pin)));
        phrase_add_sentence(s, _("B unpins."));
    } else if (*w->store->history_why) {
        phrase_add_sentence(s, arena_printf(a, _("Nothing to compare with: %s."), refusal(a, w)));
        phrase_add_sentence(s, _("Without it an slo: can still alarm."));
    } else {
        phrase_add_sentence(
            s, _("Nothing to compare with: the server has too little history of this."));
        add_until_then(s, a, w);
    }
}

void summary_add_no_baseline(struct str *s, struct arena *a, const struct words *w)
{
    const struct diagnosis *d = w->diagnosis;
    int bare = 0, first = -1, known = 0;
    for (int i = 0; i < (int)d->stages_count; i++) {
        bool none = d->stages[i].latency.state == STATE_NO_BASELINE;
        first = none && first < 0 ? i : first;
        bare += none;
        known += d->stages[i].latency.usual.kind != USUAL_NONE;
    }
    bool pinned = w->scope->baseline == BASELINE_PINNED && known == 0;
    if (w->store->source.scraped && !pinned) {
        phrase_add_sentence(s,
            arena_printf(a,
                _("Nothing to compare with yet: ragtop has been scraping this target itself only "
                  "since %s."),
                clock_local_in(a, w->store->source.scraped_since_ms, "%H:%M:%S")));
        add_until_then(s, a, w);
        return;
    }
    if (known == 0) {
        add_none(s, a, w);
        return;
    }
    const char *name = phrase_name(w, first), *names = clause_names(a, &name, 1, bare - 1);
    phrase_add_sentence(s,
        *w->store->history_why
            ? arena_printf(a, _("There is nothing to compare %s with: %s."), names, refusal(a, w))
            : arena_printf(a,
                  text_count("There is nothing to compare %s with: the server has too little "
                             "history of it.",
                      "There is nothing to compare %s with: the server has too little history of "
                      "them.",
                      bare),
                  names));
}
