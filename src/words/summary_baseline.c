#include <math.h>

#include "base/clock.h"
#include "base/clock_in.h"
#include "base/names.h"
#include "base/text.h"
#include "diagnose/notable.h"
#include "words/clause.h"
#include "words/format.h"
#include "words/phrase.h"
#include "words/summary.h"

// Whether some root has no SLO, which alarms whatever is usual.
static bool lacks_slo(const struct words *w)
{
    bool lacks = false;
    for (size_t i = 0; i < w->plan->stages_count; i++) {
        const struct stage *s = &w->plan->stages[i];
        lacks = lacks || (s->parent < 0 && !(s->slo_p95_s > 0));
    }
    return lacks;
}

// When the latency of STAGE was first known in the span; 0: never, or as long as the span is.
static int64_t first_ms_of(const struct words *w, int stage)
{
    const struct stage *s = &w->plan->stages[stage];
    const struct matrix *live = &w->store->signals[s->latency_signal].live;
    const enum statistic statistic = phrase_stage(w, stage)->statistic;
    struct dist d;
    int64_t slot = live->asked_first;
    while (slot <= live->asked_last &&
           !(dist_read(&d, live, slot) && !isnan(statistic_of(s, &d, statistic)))) {
        slot++;
    }
    return slot > live->asked_first && slot <= live->asked_last ? slot * live->step_ms : 0;
}

// The same of whichever stage without a past was known first.
static int64_t first_ms(const struct words *w)
{
    int64_t first = 0;
    for (int i = 0; i < (int)w->diagnosis->stages_count; i++) {
        bool bare = phrase_stage(w, i)->latency.state == STATE_NO_BASELINE;
        int64_t its = bare ? first_ms_of(w, i) : 0;
        first = its > 0 && (first == 0 || its < first) ? its : first;
    }
    return first;
}

// What will be compared with.
static const char *earlier(struct arena *a, const struct words *w)
{
    int64_t span_ms = w->scope->span_ms;
    return plan_is_wide(w->plan) ? _("the hours before")
           : span_ms == CLOCK_HOUR_MS
               ? _("the earlier part of the last hour")
               : arena_printf(a, _("the earlier part of the last %s"), clock_length_in(a, span_ms));
}

// When there will be something to compare with.
static void add_when(struct str *s, struct arena *a, const struct words *w, int64_t since_ms)
{
    int64_t needed_ms = plan_is_wide(w->plan) ? 3 * CLOCK_HOUR_MS
                                              : usual_span_needed_ms(w->plan->window_ms,
                                                    scope_grid(w->scope, w->plan).step_ms);
    int64_t from_ms = since_ms + needed_ms + CLOCK_MINUTE_MS - 1; // not before the clock says so
    if (since_ms > 0 && from_ms > w->diagnosis->tick_ms) {
        const char *since = clock_local_in(a, since_ms, "%H:%M");
        const char *from = clock_local_in(a, from_ms, "%H:%M");
        phrase_add_sentence(
            s, arena_printf(a, _("Samples since %s; from %s on, ragtop compares with %s."), since,
                   from, earlier(a, w)));
        return;
    }
    phrase_add_sentence(
        s, arena_printf(a, // TRANSLATORS: ... with "the earlier part of the last hour"
               _("After %s of samples, ragtop compares with %s."), clock_age_in(a, needed_ms),
               earlier(a, w)));
}

// And what helps until then: a pin or a file is worth nothing before there are enough samples.
static void add_until_then(struct str *s, struct arena *a, const struct words *w)
{
    int64_t since_ms = first_ms(w), known_ms = summary_known_for(w);
    int64_t sampled_ms = since_ms > 0 ? w->diagnosis->tick_ms - since_ms : INT64_MAX;
    bool enough = (known_ms < sampled_ms ? known_ms : sampled_ms) >= STORE_PIN_LEAST_MS;
    add_when(s, a, w, since_ms);
    if (enough) {
        phrase_add_sentence(s,
            lacks_slo(w) ? _("Until then, set an slo:, pin a moment with B, or use a file from "
                             "`ragtop baseline save`.")
                         : _("Until then, pin a moment with B, or use a file from `ragtop baseline "
                             "save`."));
    } else if (lacks_slo(w)) {
        phrase_add_sentence(s, _("Until then, only an slo: can alarm."));
    }
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
        phrase_add_sentence(s, lacks_slo(w) ? _("Without it an slo: can still alarm.") : NULL);
    } else {
        phrase_add_sentence(
            s, _("Nothing to compare with: the server has too little history of these metrics."));
        add_until_then(s, a, w);
    }
}

// All roots keep what is promised of them.
static void add_within(struct str *s, struct arena *a, const struct words *w)
{
    enum { NAMED_MOST = 3 };
    const char *names[NAMED_MOST + 1] = {NULL};
    int all = 0, named = 0, last = 0;
    for (int i = 0; i < (int)w->plan->stages_count; i++) {
        all += w->plan->stages[i].parent < 0;
    }
    for (int i = 0; i < (int)w->plan->stages_count; i++) {
        bool root = w->plan->stages[i].parent < 0;
        if (root && named < (all > NAMED_MOST ? NAMED_MOST - 1 : all)) {
            names[named++] = phrase_name(w, i);
            last = i;
        }
    }
    const char *list = names_some(a, names, NAMES_AND, (size_t)(all - named));
    phrase_add_sentence(s, all == 1
                               ? arena_printf(a, _("OK: %s is within its SLO of %s."), list,
                                     format_in(a, format_seconds, w->plan->stages[last].slo_p95_s))
                               : arena_printf(a, _("OK: %s are within their SLOs."), list));
}

void summary_add_no_baseline(struct str *s, struct arena *a, const struct words *w)
{
    const struct diagnosis *d = w->diagnosis;
    if (d->verdict.severity == SEVERITY_OK) {
        add_within(s, a, w);
    }
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
    const char *const some[] = {phrase_name(w, first), NULL};
    const char *names = names_some(a, some, NAMES_AND, (size_t)(bare - 1));
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

// ---- parts without a past ----------------------------------------------------------------------

static bool may_be_why(const struct words *w, int whole, int part)
{
    return w->plan->stages[part].parent == whole &&
           notable_new_part(phrase_stage(w, part), phrase_stage(w, whole));
}

// Of a culprit without a past: by what it is known.
static void add_new_culprit(struct str *s, struct arena *a, const struct words *w)
{
    int stage = w->diagnosis->verdict.stage;
    int64_t first = phrase_stage(w, stage)->usual_at_most ? first_ms_of(w, stage) : 0;
    if (first > 0) {
        const char *parent = phrase_name(w, w->plan->stages[stage].parent);
        phrase_add_sentence(
            s, arena_printf(a,
                   // TRANSLATORS: "vllm", "09:42", "rag-api", which calls it
                   _("Nothing is known of %s from before %s, but %s usually had less time for it."),
                   phrase_name(w, stage), clock_local_in(a, first, "%H:%M"), parent));
    }
}

void summary_add_new_parts(struct str *s, struct arena *a, const struct words *w)
{
    enum { NAMED_MOST = 3 };
    const struct verdict *v = &w->diagnosis->verdict;
    const char *names[NAMED_MOST + 1] = {NULL};
    size_t count = 0;
    int64_t first = 0;
    bool slow = v->stage >= 0 && phrase_stage(w, v->stage)->latency.severity >= SEVERITY_WARNING;
    for (int i = 0; slow && i < (int)w->diagnosis->stages_count; i++) {
        int64_t its = may_be_why(w, v->stage, i) ? first_ms_of(w, i) : 0;
        if (its > 0 && count++ < NAMED_MOST) {
            names[count - 1] = phrase_name(w, i);
        }
        first = its > first ? its : first;
    }
    if (v->stage >= 0) {
        add_new_culprit(s, a, w);
    }
    if (count > 0) {
        size_t more = count > NAMED_MOST ? count - NAMED_MOST : 0;
        phrase_add_sentence(s,
            arena_printf(a,
                // TRANSLATORS: "Nothing is known of qdrant from before 09:42: it may be the cause."
                text_count("Nothing is known of %s from before %s: it may be the cause.",
                    "Nothing is known of %s from before %s: one of them may be the cause.",
                    (double)count),
                names_some(a, names, NAMES_AND, more), clock_local_in(a, first, "%H:%M")));
    }
}
