#include "words/incident.h"

#include <math.h>

#include "base/clock_in.h"
#include "base/names.h"
#include "base/text.h"
#include "words/change_words.h"
#include "words/clause.h"
#include "words/declared_words.h"
#include "words/format.h"
#include "words/phrase.h"
#include "words/strain_words.h"
#include "words/told.h"

// ---- what follows a number ---------------------------------------------------------------------

const char *incident_onset(struct arena *a, const struct words *w, const char *said, struct onset o)
{
    if (o.since_ms > 0) {
        // TRANSLATORS: "its P95 is 1.7 s, 5.6x usual, since 09:12"
        return arena_printf(a, _("%s, since %s"), said, clock_local_in(a, o.since_ms, "%H:%M"));
    }
    return o.before_ms > 0 ? arena_printf(a, _("%s, for more than %s"), said, phrase_lasts(a, w, o))
                           : said;
}

const char *incident_other_pods(struct arena *a, const struct words *w, const char *said)
{
    const struct evidence *pod = phrase_evidence(w, EVIDENCE_POD);
    bool errors = w->diagnosis->verdict.signal == CLASS_ERRORS;
    return pod ? arena_printf(a, _("%s (other pods: %s)"), said,
                     format_in(a, errors ? format_percent : format_seconds, pod->b))
               : said;
}

// `connections 97/100 in use, ~140 needed: too few`
static const char *in_use(struct arena *a, const struct words *w, bool needs)
{
    const char *pool = clause_pool(a, w, w->diagnosis->verdict.stage);
    const struct evidence *leak = phrase_evidence(w, EVIDENCE_LEAK);
    const struct evidence *small = phrase_evidence(w, EVIDENCE_TOO_SMALL);
    const struct evidence *need = leak ? leak : small;
    if (!needs || !need) {
        // TRANSLATORS: "connections 97/100 in use"
        return arena_printf(a, _("%s in use"), pool);
    }
    return arena_printf(a,
        leak ? _("%s in use, ~%s needed: likely a leak") : _("%s in use, ~%s needed: too few"),
        pool, format_in(a, format_count, ceil(need->a)));
}

static const char *queued(struct arena *a, const struct evidence *queue)
{
    const char *count = format_in(a, format_count, queue->a);
    return queue->name ? arena_printf(a, _("%s %s"), queue->name, count)
                       : arena_printf(a, _("queue %s"), count);
}

static const char *evidence(struct arena *a, const struct words *w, const struct evidence *e)
{
    struct str s;
    str_init(&s);
    words_add_evidence(&s, w, (size_t)(e - w->diagnosis->verdict.evidence));
    return arena_take(a, &s);
}

const char *incident_stalled(struct arena *a, const struct words *w, const char *said)
{
    const struct evidence *stalled = phrase_evidence(w, EVIDENCE_STALLED);
    return stalled ? clause_also(a, said, evidence(a, w, stalled)) : said;
}

// What is full, or queues: the surest cause that is known.
static const char *resource(struct arena *a, const struct words *w)
{
    const struct evidence *queue = phrase_evidence(w, EVIDENCE_QUEUE);
    const struct evidence *pool = phrase_evidence(w, EVIDENCE_POOL);
    if (phrase_pool_is_evidence(w, w->diagnosis->verdict.stage)) {
        return in_use(a, w, true);
    }
    if (pool) { // of what the culprit is a part of
        return arena_printf(
            a, _("%s %s in use"), phrase_name(w, pool->stage), clause_pool(a, w, pool->stage));
    }
    return queue ? queued(a, queue) : NULL;
}

static const char *changed(struct arena *a, const struct words *w)
{
    const struct evidence *rollout = phrase_evidence(w, EVIDENCE_ROLLOUT);
    const struct evidence *starts = phrase_evidence(w, EVIDENCE_STARTS);
    if (rollout) {
        const char *known = change_of_rollout(a, w, rollout->name);
        return known ? known : arena_printf(a, _("%s was changed recently"), rollout->name);
    }
    return starts ? evidence(a, w, starts) : NULL;
}

struct incident_causes incident_causes(struct arena *a, const struct words *w)
{
    const struct evidence *load = phrase_evidence(w, EVIDENCE_LOAD);
    const struct evidence *fewer = phrase_evidence(w, EVIDENCE_FEWER);
    return (struct incident_causes){.resource = resource(a, w),
        .declared = declared_cause(a, w, w->diagnosis->verdict.stage),
        .stalled = incident_stalled(a, w, NULL),
        .strain = strain_cause(a, w),
        .load = load ? arena_printf(a, _("traffic is %s usual: load"),
                           format_in(a, format_times, load->a / load->b))
                     : NULL,
        .scaled = fewer ? evidence(a, w, fewer) : NULL,
        .changed = load ? NULL : changed(a, w)};
}

const char *incident_cause(struct arena *a, const struct words *w, const char *said)
{
    const struct incident_causes c = incident_causes(a, w);
    const char *const causes[] = {
        c.resource, c.declared, c.stalled, c.strain, c.load, c.scaled, c.changed};
    for (size_t i = 0; i < sizeof causes / sizeof *causes; i++) {
        said = clause_also(a, said, causes[i]);
    }
    return said;
}

const char *incident_slo_alone(
    struct arena *a, const struct words *w, bool errors, const char *said)
{
    const struct verdict *v = &w->diagnosis->verdict;
    const struct stage *of = &w->plan->stages[v->stage];
    const struct stage_diagnosis *d = phrase_stage(w, v->stage);
    const char *name = clause_stage(a, w, v->stage);
    double objective = errors ? of->slo_errors : of->slo_p95_s;
    bool usual = (errors ? &d->errors : &d->latency)->usual.centre > objective;
    const char *slo = format_in(a, errors ? format_percent : format_seconds, objective);
    if (v->pod) {
        return arena_printf(a,
            usual ? _("%s is above its SLO of %s, as usual, on pod %s alone: %s.")
                  : _("%s is above its SLO of %s on pod %s alone: %s."),
            name, slo, v->pod, said);
    }
    return arena_printf(a,
        usual ? _("%s is above its SLO of %s, as usual: %s.") : _("%s is above its SLO of %s: %s."),
        name, slo, said);
}

// ---- what is neither slow nor fails ------------------------------------------------------------

// A queue of a part is named with it.
static const char *waiting(struct arena *a, const struct words *w, const struct evidence *e)
{
    const char *what = e->kind == EVIDENCE_DECLARED ? declared_says(w, e->declared)
                       : e->name                    ? e->name
                                                    : _("queue");
    const char *count = format_in(a, format_count, e->a);
    const char *usual = format_in(a, format_count, isnan(e->b) ? 0 : e->b);
    return e->stage == w->diagnosis->verdict.stage
               // TRANSLATORS: "queue 300 (usually 0)"
               ? arena_printf(a, _("%s %s (usually %s)"), what, count, usual)
               // TRANSLATORS: "queue of vector_db 300 (usually 0)"
               : arena_printf(a, _("%s of %s %s (usually %s)"), what, phrase_name(w, e->stage),
                     count, usual);
}

// Work waits or runs, and nothing comes of it: `waiting 300 (usually 0) and slots 64/64 in use`.
const char *incident_work(struct arena *a, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    const char *items[DIAGNOSIS_EVIDENCE_MAX + 3] = {NULL};
    int count = 0;
    for (size_t i = 0; i < v->evidence_count; i++) {
        const struct evidence *e = &v->evidence[i];
        if (e->kind == EVIDENCE_QUEUE ||
            (e->kind == EVIDENCE_DECLARED && declared_is_work(w, e->declared))) {
            items[count++] = waiting(a, w, e);
        }
    }
    if (phrase_pool_is_evidence(w, v->stage)) {
        items[count++] = in_use(a, w, false);
    }
    double failed = phrase_failures(w, v->stage);
    if (failed > 0) {
        items[count++] = clause_failures(a, w, failed);
    }
    return count > 0 ? names_in(a, items, NAMES_AND) : NULL;
}

const char *incident_traffic(struct arena *a, const struct words *w)
{
    int stage = w->diagnosis->verdict.stage;
    const struct evidence *e = phrase_evidence(w, EVIDENCE_SILENCE);
    const char *name = clause_stage(a, w, stage);
    const char *said =
        e->a > 0 ? arena_printf(a, _("%s completes only %s"), name, format_in(a, format_rate, e->a))
                 : arena_printf(a, _("%s has completed nothing"), name);
    said = clause_onset(a, w, said, phrase_stage(w, stage)->stopped);
    said = clause_usually(a, said, e->b, format_rate);
    if (phrase_stage(w, stage)->busy_parts) {
        said = arena_printf(a, _("%s, while its parts are called as usual"), said);
    }
    const char *waits = incident_work(a, w);
    return waits ? arena_printf(a, _("%s: %s."), said, waits) : arena_printf(a, _("%s."), said);
}

// Nobody can tell an improvement from an index that is empty; the reader can.
const char *incident_fast(struct arena *a, const struct words *w)
{
    const struct evidence *e = phrase_evidence(w, EVIDENCE_FAST);
    enum statistic statistic = phrase_stage(w, e->stage)->fast_statistic;
    const char *what = statistic == STATISTIC_MEAN    ? _("mean")
                       : statistic == STATISTIC_VALUE ? _("value")
                                                      : _("P95");
    const char *said = arena_printf(a, _("its %s is %s"), what, format_in(a, format_seconds, e->a));
    said = clause_usually(a, said, e->b, format_seconds);
    said = incident_onset(a, w, said, phrase_stage(w, e->stage)->fast_onset);
    return arena_printf(a, _("%s answers far too fast, as if it had nothing to do: %s."),
        clause_stage(a, w, e->stage), said);
}

static const char *tool_called(struct arena *a, const struct words *w)
{
    const struct tool_diagnosis *t = &w->diagnosis->tools[w->diagnosis->verdict.tool];
    const char *said = arena_printf(a, _("%s times per question, usually %s (%s)"),
        format_in(a, format_number, t->per_request),
        format_in(a, format_number, t->per_request_usual),
        format_in(a, format_times, t->calls.ratio));
    return arena_printf(
        a, _("Tool %s is called too often: %s."), t->name, incident_onset(a, w, said, t->onset));
}

const char *incident_calls(struct arena *a, const struct words *w)
{
    return w->diagnosis->verdict.tool >= 0 ? tool_called(a, w) : incident_called(a, w);
}

const char *incident_saturation(struct arena *a, const struct words *w)
{
    int stage = w->diagnosis->verdict.stage;
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    const struct evidence *leak = phrase_evidence(w, EVIDENCE_LEAK);
    const char *said = clause_usually(a, in_use(a, w, false), d->pool.usual.centre, format_percent);
    said = incident_onset(a, w, said, d->pool_onset);
    if (leak) {
        said = clause_also(a, said,
            arena_printf(
                a, _("~%s needed: likely a leak"), format_in(a, format_count, ceil(leak->a))));
    }
    return arena_printf(
        a, _("%s is running out of capacity: %s."), clause_stage(a, w, stage), said);
}

void incident_add_summary(struct str *s, const struct words *w)
{
    struct arena a = {0};
    phrase_add_sentence(s, told_culprit(&a, w));
    phrase_add_sentence(s, incident_also(&a, w));
    arena_finish(&a);
}
