#include <math.h>

#include "base/text.h"
#include "diagnose/notable.h"
#include "words/block_part.h"
#include "words/clause.h"
#include "words/format.h"
#include "words/incident.h"
#include "words/phrase.h"
#include "words/told.h"

static void put_tool(struct block *b, struct arena *a, const struct tool_diagnosis *t)
{
    block_put(b, BLOCK_PLACE, arena_printf(a, _("tool %s"), t->name));
}

// --- what is slow

static void add_all(
    struct block *b, struct arena *a, const struct words *w, const struct evidence *shared)
{
    const char *least = block_mark(a, format_in(a, format_ratio_least, shared->a));
    b->badge = _("SLOW");
    block_put(b, BLOCK_PLACE,
        // TRANSLATORS: "Qdrant, all that it does"
        shared->name ? arena_printf(a, _("%s, all that it does"), shared->name) : _("everything"));
    block_put(b, BLOCK_BAD, arena_printf(a, _("%s usual or more"), least));
    block_add(b, BLOCK_MORE);
    block_put(b, BLOCK_PLACE, arena_printf(a, _("worst: %s"), phrase_name(w, shared->stage)));
    block_put_slow(b, a, w, shared->stage);
    if (!shared->name) {
        block_add(b, BLOCK_LIKELY);
        block_put(b, BLOCK_PLAIN, _("a shared cause (node, network, CPU limit)"));
    }
    block_add_causes(b, a, w);
}

static void add_two(struct block *b, struct arena *a, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    const struct stage *stages = w->plan->stages;
    bool siblings = stages[v->stage].parent == stages[v->second].parent;
    bool told = phrase_evidence_of(w, EVIDENCE_SHARE, v->stage);
    b->badge = _("CULPRITS");
    block_put(b, BLOCK_PLACE, phrase_name(w, v->stage));
    block_put_slow(b, a, w, v->stage);
    block_put_share(b, a, w, v->stage, false);
    block_add(b, BLOCK_MORE);
    block_put(b, BLOCK_PLACE, phrase_name(w, v->second));
    block_put_slow(b, a, w, v->second);
    block_put_share(b, a, w, v->second, siblings && told);
    block_put(b, BLOCK_ASIDE, incident_rest(a, w));
    block_add_causes(b, a, w);
}

// That it is above its SLO, and what is usual: it may be nothing new.
static void put_slo_alone(
    struct block *b, struct arena *a, const struct words *w, bool errors, number_format *format)
{
    int stage = w->diagnosis->verdict.stage;
    const struct stage *of = &w->plan->stages[stage];
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    double slo = errors ? of->slo_errors : of->slo_p95_s;
    double usual = (errors ? &d->errors : &d->latency)->usual.centre;
    // TRANSLATORS: what is promised: "SLO 2.0 s"
    block_put(b, BLOCK_ASIDE, arena_printf(a, _("SLO %s"), block_number(a, format, slo)));
    block_put_other_pods(b, a, w);
    block_put_usually(b, a, usual, format);
    if (usual <= slo) {
        block_put_onset(b, a, w, errors ? d->errors_onset : d->onset);
    }
}

static void add_slow_slo(struct block *b, struct arena *a, const struct words *w)
{
    int stage = w->diagnosis->verdict.stage;
    struct str now;
    str_init(&now);
    words_add_latency(&now, &phrase_stage(w, stage)->latency);
    b->badge = _("ABOVE SLO");
    block_put_place(b, a, w, phrase_name(w, stage));
    block_put(b, BLOCK_BAD,
        arena_printf(
            a, _("%s %s"), clause_statistic(w, stage), block_mark(a, arena_take(a, &now))));
    put_slo_alone(b, a, w, false, format_seconds);
    block_put_share(b, a, w, stage, false);
    block_add_causes(b, a, w);
}

static void add_one(struct block *b, struct arena *a, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    b->badge = incident_is_open(w, v->stage) ? _("SLOW") : _("CULPRIT");
    block_put_place(b, a, w, phrase_name(w, v->stage));
    block_put_slow(b, a, w, v->stage);
    block_put_other_pods(b, a, w);
    block_put_share(b, a, w, v->stage, false);
    block_put(b, BLOCK_ASIDE, incident_rest(a, w));
    block_add_causes(b, a, w);
}

static void add_slow_tool(struct block *b, struct arena *a, const struct words *w)
{
    const struct tool_diagnosis *t = &w->diagnosis->tools[w->diagnosis->verdict.tool];
    b->badge = _("SLOW");
    put_tool(b, a, t);
    block_put(b, BLOCK_BAD,
        arena_printf(a, _("%s %s"), _("mean"), block_number(a, format_seconds, t->latency.now)));
    block_put_usually(b, a, t->latency.usual.centre, format_seconds);
    block_put_onset(b, a, w, t->latency_onset);
}

void block_slow(struct block *b, struct arena *a, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    const struct evidence *shared = phrase_evidence(w, EVIDENCE_SHARED);
    if (v->tool >= 0) {
        add_slow_tool(b, a, w);
    } else if (shared) {
        add_all(b, a, w, shared);
    } else if (v->second >= 0) {
        add_two(b, a, w);
    } else if (phrase_slo_alone(w, v->stage, false)) {
        add_slow_slo(b, a, w);
    } else {
        add_one(b, a, w);
    }
}

// --- what fails

static void put_failing(struct block *b, struct arena *a, const struct reading *r)
{
    block_put(b, BLOCK_BAD,
        arena_printf(a, _("%s of calls fail"), block_number(a, format_percent, r->now)));
    block_put_usually(b, a, r->usual.centre, format_percent);
}

static void add_failing_tools(struct block *b, struct arena *a, const struct words *w)
{
    const char *tools = incident_failing_tools(a, w);
    block_put(b, BLOCK_PLACE, _("tool calls"));
    put_failing(b, a, &w->diagnosis->tool_errors);
    block_put_other_pods(b, a, w);
    block_put_onset(b, a, w, w->diagnosis->tool_errors_onset);
    // TRANSLATORS: of failed calls: "mostly grep (40 % of its calls)"
    block_put(b, BLOCK_ASIDE, tools ? arena_printf(a, _("mostly %s"), tools) : NULL);
    block_add_causes(b, a, w);
}

static void put_all_failing(
    struct block *b, struct arena *a, const struct words *w, const struct evidence *shared)
{
    block_put(b, BLOCK_PLACE,
        shared->name ? arena_printf(a, _("%s, all that it does"), shared->name) : _("everything"));
    block_put(b, BLOCK_BAD,
        arena_printf(a, _("%s of requests or more"), block_number(a, format_percent, shared->a)));
    block_add(b, BLOCK_MORE);
    block_put(b, BLOCK_PLACE, arena_printf(a, _("worst: %s"), phrase_name(w, shared->stage)));
}

static void add_failing_stage(struct block *b, struct arena *a, const struct words *w)
{
    int stage = w->diagnosis->verdict.stage;
    const struct evidence *shared = phrase_evidence(w, EVIDENCE_SHARED);
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    bool slo_alone = phrase_slo_alone(w, stage, true);
    bool timed = w->plan->stages[stage].kind != LATENCY_NONE; // else none ever is
    b->badge = slo_alone ? _("ABOVE SLO") : b->badge;
    if (shared) {
        put_all_failing(b, a, w, shared);
    } else {
        block_put_place(b, a, w, phrase_name(w, stage));
    }
    block_put(b, BLOCK_BAD,
        arena_printf(
            a, _("%s of its requests fail"), block_number(a, format_percent, d->errors.now)));
    if (slo_alone) {
        put_slo_alone(b, a, w, true, format_percent);
    } else {
        block_put_usually(b, a, d->errors.usual.centre, format_percent);
        block_put_other_pods(b, a, w);
        block_put_slo(b, a, w, stage, true);
        block_put_onset(b, a, w, d->errors_onset);
    }
    if (!(d->traffic.now > 0) && timed) {
        block_put(b, BLOCK_PLAIN,
            arena_printf(a, _("%s failed, and not one request was timed"),
                block_number(a, format_rate, d->errors.now * d->errors_requests)));
    }
    if (shared && !shared->name) {
        block_add(b, BLOCK_LIKELY);
        block_put(b, BLOCK_PLAIN, _("a shared cause (node, network, a service they all call)"));
    }
    block_add_causes(b, a, w);
}

void block_failing(struct block *b, struct arena *a, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    b->badge = _("FAILING");
    if (v->tool >= 0) {
        const struct tool_diagnosis *t = &w->diagnosis->tools[v->tool];
        put_tool(b, a, t);
        put_failing(b, a, &t->errors);
        block_put_onset(b, a, w, t->errors_onset);
    } else if (v->tools) {
        add_failing_tools(b, a, w);
    } else {
        add_failing_stage(b, a, w);
    }
}

// --- what is neither slow nor fails

void block_full(struct block *b, struct arena *a, const struct words *w)
{
    int stage = w->diagnosis->verdict.stage;
    const struct stage_diagnosis *d = phrase_stage(w, stage);
    const struct evidence *leak = phrase_evidence(w, EVIDENCE_LEAK);
    b->badge = _("SATURATED");
    block_put(b, BLOCK_PLACE, phrase_name(w, stage));
    block_put(
        b, BLOCK_BAD, arena_printf(a, _("%s in use"), block_mark(a, clause_pool(a, w, stage))));
    block_put_usually(b, a, d->pool.usual.centre, format_percent);
    block_put_onset(b, a, w, d->pool_onset);
    if (leak) {
        block_add(b, BLOCK_LIKELY);
        block_put(b, BLOCK_PLAIN,
            arena_printf(a, _("a leak: the traffic needs about %s"),
                block_number(a, format_count, ceil(leak->a))));
    }
}

void block_silent(struct block *b, struct arena *a, const struct words *w)
{
    int stage = w->diagnosis->verdict.stage;
    const struct evidence *e = phrase_evidence(w, EVIDENCE_SILENCE);
    const char *waits = incident_work(a, w);
    b->badge = e->a > 0 ? _("STALLED") : _("STOPPED");
    block_put(b, BLOCK_PLACE, phrase_name(w, stage));
    block_put(b, BLOCK_BAD,
        e->a > 0 ? arena_printf(a, _("completes only %s"), block_number(a, format_rate, e->a))
                 : _("completes nothing"));
    block_put_usually(b, a, e->b, format_rate);
    block_put_onset(b, a, w, phrase_stage(w, stage)->stopped);
    if (phrase_stage(w, stage)->busy_parts) {
        block_put(b, BLOCK_ASIDE, _("its parts are called as usual"));
    }
    if (waits) {
        block_add(b, BLOCK_MORE);
        block_put(b, BLOCK_PLAIN, waits);
    }
}

static void add_called_stage(struct block *b, struct arena *a, const struct words *w)
{
    int stage = w->diagnosis->verdict.stage;
    const struct reading *calls = &phrase_stage(w, stage)->calls;
    block_put(b, BLOCK_PLACE, phrase_name(w, stage));
    block_put(b, BLOCK_BAD,
        arena_printf(
            a, _("called %s times per question"), block_number(a, format_number, calls->now)));
    block_put_usually(b, a, calls->usual.centre, format_number);
    block_put_share(b, a, w, stage, false);
    block_put(b, BLOCK_ASIDE, incident_rest(a, w));
    block_add_causes(b, a, w);
}

static void add_called_tool(struct block *b, struct arena *a, const struct words *w)
{
    const struct tool_diagnosis *t = &w->diagnosis->tools[w->diagnosis->verdict.tool];
    put_tool(b, a, t);
    block_put(b, BLOCK_BAD,
        arena_printf(
            a, _("called %s times per question"), block_number(a, format_number, t->per_request)));
    block_put(b, BLOCK_BAD,
        arena_printf(a, _("%s usual"), block_number(a, format_ratio, t->calls.ratio)));
    block_put_usually(b, a, t->per_request_usual, format_number);
    block_put_onset(b, a, w, t->onset);
}

void block_called(struct block *b, struct arena *a, const struct words *w)
{
    const struct verdict *v = &w->diagnosis->verdict;
    const struct stage_diagnosis *d = v->tool < 0 ? phrase_stage(w, v->stage) : NULL;
    b->badge = _("TOO MANY CALLS");
    if (!d) {
        add_called_tool(b, a, w);
    } else if (d->calls.ratio > 1 && (v->second >= 0 || d->latency.severity >= SEVERITY_WARNING)) {
        block_slow(b, a, w);
    } else if (d->calls.ratio < 1) { // that of a root: nothing calls it
        block_silent(b, a, w);
    } else {
        add_called_stage(b, a, w);
    }
}

void block_fast(struct block *b, struct arena *a, const struct words *w)
{
    const struct evidence *e = phrase_evidence(w, EVIDENCE_FAST);
    enum statistic statistic = phrase_stage(w, e->stage)->fast_statistic;
    const char *what = statistic == STATISTIC_MEAN    ? _("mean")
                       : statistic == STATISTIC_VALUE ? _("value")
                                                      : _("P95");
    b->badge = _("TOO FAST");
    block_put(b, BLOCK_PLACE, phrase_name(w, e->stage));
    block_put(
        b, BLOCK_BAD, arena_printf(a, _("%s %s"), what, block_number(a, format_seconds, e->a)));
    block_put_usually(b, a, e->b, format_seconds);
    block_put(b, BLOCK_ASIDE, _("as if it had nothing to do"));
}
