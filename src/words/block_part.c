#include "words/block_part.h"

#include <math.h>

#include "base/clock.h"
#include "base/clock_in.h"
#include "base/text.h"
#include "diagnose/notable.h"
#include "words/clause.h"
#include "words/format.h"
#include "words/incident.h"
#include "words/phrase.h"

const char *block_number(struct arena *a, number_format *format, double number)
{
    return block_mark(a, format_in(a, format, number));
}

void block_put_place(struct block *b, struct arena *a, const struct words *w, const char *name)
{
    const char *pod = w->diagnosis->verdict.pod;
    // TRANSLATORS: "vector_db on pod qdrant-1 alone"
    block_put(b, BLOCK_PLACE, pod ? arena_printf(a, _("%s on pod %s alone"), name, pod) : name);
}

void block_put_onset(struct block *b, struct arena *a, const struct words *w, struct onset o)
{
    if (o.since_ms > 0) {
        int64_t ms = w->diagnosis->tick_ms - o.since_ms;
        const char *since = clock_local_in(a, o.since_ms, "%H:%M");
        block_put(b, BLOCK_ASIDE,
            ms < CLOCK_MINUTE_MS
                ? arena_printf(a, _("since %s"), since)
                // TRANSLATORS: "for 10 min since 09:12"
                : arena_printf(a, _("for %s since %s"), block_mark(a, clock_age_in(a, ms)), since));
    } else if (o.before_ms > 0) {
        block_put(b, BLOCK_ASIDE,
            arena_printf(a, _("for more than %s"), block_mark(a, phrase_lasts(a, w, o))));
    }
}

void block_put_usually(struct block *b, struct arena *a, double usual, number_format *format)
{
    if (!isnan(usual)) {
        block_put(b, BLOCK_ASIDE, arena_printf(a, _("usually %s"), block_number(a, format, usual)));
    }
}

void block_put_slo(struct block *b, struct arena *a, const struct words *w, int stage, bool errors)
{
    if (clause_breaks_slo(w, stage, errors)) {
        const struct stage *of = &w->plan->stages[stage];
        block_put(b, BLOCK_ASIDE,
            arena_printf(a, _("above its SLO of %s"),
                errors ? block_number(a, format_percent, of->slo_errors)
                       : block_number(a, format_seconds, of->slo_p95_s)));
    }
}

void block_put_other_pods(struct block *b, struct arena *a, const struct words *w)
{
    const struct evidence *pod = phrase_evidence(w, EVIDENCE_POD);
    if (pod) {
        bool errors = w->diagnosis->verdict.signal == CLASS_ERRORS;
        // TRANSLATORS: beside the number of the one pod at fault: "other pods 310 ms"
        block_put(b, BLOCK_ASIDE,
            arena_printf(a, _("other pods %s"),
                block_number(a, errors ? format_percent : format_seconds, pod->b)));
    }
}

// --- whose the rise is

static void put_part(struct block *b, struct arena *a, const struct words *w, int stage,
    bool another, const char *share)
{
    const char *parent = phrase_name(w, w->plan->stages[stage].parent);
    if (another) {
        block_put(b, BLOCK_ASIDE, arena_printf(a, _("explains another %s"), share));
    } else if (w->plan->stages[stage].linked) { // nothing that was measured says who calls it
        block_put(b, BLOCK_ASIDE,
            arena_printf(
                a, _("explains %s of %s's slowdown if %s calls it"), share, parent, parent));
    } else {
        block_put(
            b, BLOCK_ASIDE, arena_printf(a, _("explains %s of %s's slowdown"), share, parent));
    }
    block_spare(b);
}

void block_put_share(
    struct block *b, struct arena *a, const struct words *w, int stage, bool another)
{
    const struct stage *plan = &w->plan->stages[stage];
    const struct evidence *part = phrase_evidence_of(w, EVIDENCE_SHARE, stage);
    const struct evidence *own = phrase_evidence_of(w, EVIDENCE_OWN_TIME, stage);
    if (part) {
        put_part(b, a, w, stage, another, block_number(a, format_percent, part->a));
    } else if (own) {
        block_put(b, BLOCK_ASIDE,
            arena_printf(a, _("%s of its slowdown is its own time"),
                block_number(a, format_percent, own->a)));
    }
    if (!plan->separate || plan->parent < 0) {
        return;
    }
    double calls = phrase_stage(w, stage)->of_parent / phrase_stage(w, plan->parent)->of_parent;
    if (calls < 1) {
        block_put(b, BLOCK_ASIDE,
            arena_printf(a, _("shared with others, which make %s of its calls"),
                block_number(a, format_percent, 1 - calls)));
    }
}

// --- how slow

static void put_times(struct block *b, struct arena *a, double ratio, bool least)
{
    const char *times = block_number(a, format_ratio, ratio);
    // TRANSLATORS: "5.6× usual"
    block_put(b, BLOCK_BAD,
        least ? arena_printf(a, _("at least %s usual"), times)
              : arena_printf(a, _("%s usual"), times));
}

static void put_mean(struct block *b, struct arena *a, double now, double usual)
{
    block_put(
        b, BLOCK_BAD, arena_printf(a, _("%s %s"), _("mean"), block_number(a, format_seconds, now)));
    put_times(b, a, now / usual, false);
}

static void put_value(struct block *b, struct arena *a, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    const struct reading *r = &d->latency;
    const struct evidence *mean = phrase_evidence_of(w, EVIDENCE_MEAN, stage);
    if (r->severity < SEVERITY_WARNING && d->mean > d->mean_usual) {
        put_mean(b, a, d->mean, d->mean_usual);
        return;
    }
    struct str now;
    str_init(&now);
    words_add_latency(&now, r);
    block_put(b, BLOCK_BAD,
        arena_printf(
            a, _("%s %s"), clause_statistic(w, stage), block_mark(a, arena_take(a, &now))));
    if (!isnan(r->ratio)) {
        put_times(b, a, r->ratio, r->beyond);
    }
    block_put_slo(b, a, w, stage, false);
    if (mean) {
        put_mean(b, a, mean->a, mean->b);
    }
    block_put_onset(b, a, w, d->onset);
}

static void put_beyond(struct block *b, struct arena *a, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    block_put(b, BLOCK_BAD,
        arena_printf(a, _("%s of its requests take longer than %s"),
            block_number(a, format_percent, d->share.now),
            format_in(a, format_seconds, d->share_bound)));
    block_put_usually(b, a, d->share.usual.centre, format_percent);
    block_put_onset(b, a, w, d->onset);
}

void block_put_slow(struct block *b, struct arena *a, const struct words *w, int stage)
{
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    bool called = notable_called_more(d);
    if (called) {
        block_put(b, BLOCK_BAD,
            arena_printf(a, _("called %s times per question"),
                block_number(a, format_number, d->calls.now)));
        block_put_usually(b, a, d->calls.usual.centre, format_number);
    }
    if (called && d->latency.severity < SEVERITY_WARNING) {
        return;
    }
    if (d->statistic == STATISTIC_SHARE) {
        put_beyond(b, a, w, stage);
    } else {
        put_value(b, a, w, stage);
    }
}

// --- what it comes of

static const char *leak(struct arena *a, const struct words *w)
{
    const struct evidence *leak = phrase_evidence(w, EVIDENCE_LEAK);
    const struct evidence *small = phrase_evidence(w, EVIDENCE_TOO_SMALL);
    const struct evidence *need = leak ? leak : small;
    if (!need || !phrase_pool_is_evidence(w, w->diagnosis->verdict.stage)) {
        return NULL;
    }
    const char *pool = block_mark(a, clause_pool(a, w, w->diagnosis->verdict.stage));
    const char *count = block_number(a, format_count, ceil(need->a));
    // TRANSLATORS: "a leak: connections 60/60 in use, the traffic needs about 15"
    return arena_printf(a,
        leak ? _("a leak: %s in use, the traffic needs about %s")
             : _("too small: %s in use, the traffic needs about %s"),
        pool, count);
}

void block_add_causes(struct block *b, struct arena *a, const struct words *w)
{
    const struct incident_causes c = incident_causes(a, w);
    const char *full = leak(a, w);
    const char *const causes[] = {
        full ? full : c.resource, c.declared, c.stalled, c.strain, c.load, c.scaled};
    for (size_t i = 0; i < sizeof causes / sizeof *causes; i++) {
        if (causes[i] && b->lines[b->count - 1].about != BLOCK_LIKELY) {
            block_add(b, BLOCK_LIKELY);
        }
        block_put(b, BLOCK_PLAIN, causes[i]);
    }
}
