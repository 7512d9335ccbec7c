#include <math.h>

#include "base/clock_in.h"
#include "base/text.h"
#include "words/change_words.h"
#include "words/clause.h"
#include "words/declared_words.h"
#include "words/format.h"
#include "words/missing.h"
#include "words/phrase.h"
#include "words/strain_words.h"

typedef void format_function(struct str *s, double value);

// `1.7 s, usually 320 ms`, of E's numbers.
static const char *compared(struct arena *a, const struct evidence *e, format_function *format)
{
    return clause_usually(a, format_in(a, format, e->a), e->b, format);
}

static const char *pod(struct arena *a, const struct words *w, const struct evidence *e)
{
    if (w->diagnosis->verdict.signal == CLASS_ERRORS) {
        return arena_printf(a, _("%s: errors %s, the other pods %s"), e->name,
            format_in(a, format_percent, e->a), format_in(a, format_percent, e->b));
    }
    return arena_printf(a, _("%s: %s %s, the other pods %s"), e->name,
        clause_statistic(w, e->stage), format_in(a, format_seconds, e->a),
        format_in(a, format_seconds, e->b));
}

static const char *starts(struct arena *a, const struct evidence *e)
{
    const char *when = clock_local_in(a, e->at_ms, "%H:%M");
    return e->name ? arena_printf(a, _("%s started at %s"), e->name, when)
                   : arena_printf(a,
                         text_count("%s of %s pod started since %s",
                             "%s of %s pods started since %s", e->b),
                         format_exact_in(a, e->a), format_exact_in(a, e->b), when);
}

static const char *scaled_down(struct arena *a, const struct words *w, const struct evidence *e)
{
    const char *left = format_exact_in(a, e->a), *before = format_exact_in(a, e->b);
    return arena_printf(a,
        text_count("%s has %s target left of %s, at %s its usual load",
            "%s has %s targets left of %s, each at %s its usual load", e->a),
        phrase_name(w, e->stage), left, before, format_in(a, format_times, e->times));
}

static const char *normal(struct arena *a, const struct words *w, const struct evidence *e)
{
    const char *name = phrase_name(w, e->stage);
    return isnan(e->a)
               ? arena_printf(a, _("%s is normal"), name)
               : arena_printf(a,
                     text_count("%s is normal (%s request)", "%s is normal (%s requests)", e->a),
                     name, format_exact_in(a, e->a));
}

static const char *deviation(struct arena *a, const struct words *w, const struct evidence *e)
{
    const struct stage_diagnosis *d = phrase_stage(w, e->stage);
    const char *name = phrase_name(w, e->stage), *statistic = clause_statistic(w, e->stage);
    if (d->statistic == STATISTIC_SHARE) {
        return arena_printf(a, _("%s %s"), name, clause_beyond(a, w, e->stage));
    }
    // TRANSLATORS: of which stage, what, and how much: "vector_db P95 1.7 s"
    return arena_printf(a, d->latency.beyond ? _("%s %s >= %s") : _("%s %s %s"), name, statistic,
        clause_slo(a, w, e->stage, false, compared(a, e, format_seconds)));
}

static const char *load(struct arena *a, const struct words *w, const struct evidence *e)
{
    return arena_printf(a,
        e->kind == EVIDENCE_LOAD ? _("%s traffic %s, %s usual: load")
                                 : _("%s traffic %s, %s usual: load ruled out"),
        phrase_name(w, e->stage), format_in(a, format_rate, e->a),
        format_in(a, format_times, e->a / e->b));
}

static const char *need(struct arena *a, const struct words *w, const struct evidence *e)
{
    return arena_printf(a,
        e->kind == EVIDENCE_LEAK ? _("%s needs ~%s of %s by its rate and mean time: likely a leak")
                                 : _("%s needs ~%s of %s by its rate and mean time: too few"),
        phrase_name(w, e->stage), format_in(a, format_count, ceil(e->a)),
        format_in(a, format_count, e->b));
}

static const char *errors(struct arena *a, const struct words *w, const struct evidence *e)
{
    const char *said = compared(a, e, format_percent);
    return e->stage < 0 ? arena_printf(a, _("tool call errors %s"), said)
                        : arena_printf(a, _("%s errors %s"), phrase_name(w, e->stage),
                              clause_slo(a, w, e->stage, true, said));
}

static const char *share(struct arena *a, const struct words *w, const struct evidence *e)
{
    const char *name = phrase_name(w, e->stage), *part = format_in(a, format_percent, e->a);
    return e->kind == EVIDENCE_SHARE
               ? arena_printf(a, _("%s of %s's rise is %s"), part,
                     phrase_name(w, w->plan->stages[e->stage].parent), name)
               : arena_printf(
                     a, _("%s of %s's rise is its own time, not that of its parts"), part, name);
}

static const char *stalled(struct arena *a, const struct words *w, const struct evidence *e)
{
    const char *stage = phrase_name(w, e->stage), *all = format_in(a, format_count, e->b);
    return e->name ? arena_printf(
                         a, _("%s, one of %s pods of %s, completes nothing"), e->name, all, stage)
                   : arena_printf(a, _("%s of %s pods of %s complete nothing"),
                         format_in(a, format_count, e->a), all, stage);
}

static const char *drift(struct arena *a, const struct words *w, const struct evidence *e)
{
    return arena_printf(a, _("%s %s %s"), phrase_name(w, e->stage), phrase_drifting(w, e),
        clause_drift(a, (struct drift){.per_day = e->a, .since_ms = e->at_ms}));
}

static const char *tool(struct arena *a, const struct words *w, const struct evidence *e)
{
    const char *name = w->diagnosis->tools[e->stage].name;
    if (e->kind == EVIDENCE_SLOW_TOOL) {
        return arena_printf(a, _("tool %s: mean %s"), name, compared(a, e, format_seconds));
    }
    return e->kind == EVIDENCE_CALLS ? arena_printf(a, _("tool %s: calls per question %s"), name,
                                           compared(a, e, format_number))
                                     : arena_printf(a, _("tool %s: failed calls %s"), name,
                                           compared(a, e, format_percent));
}

static const char *changed(struct arena *a, const struct words *w, const struct evidence *e)
{
    const char *rollout = e->kind == EVIDENCE_ROLLOUT ? change_of_rollout(a, w, e->name) : NULL;
    if (rollout) {
        return rollout;
    }
    const char *lately = phrase_during(a, w, PLAN_LATELY_MS);
    return e->kind == EVIDENCE_ROLLOUT
               // TRANSLATORS: "app was changed in the last 30 min"
               ? arena_printf(a, _("%s was changed %s"), e->name, lately)
               : arena_printf(a,
                     text_count("a container of %s was restarted %s time %s",
                         "a container of %s was restarted %s times %s", e->a),
                     e->name, format_exact_in(a, e->a), lately);
}

static const char *all_fail(struct arena *a, const struct evidence *e)
{
    const char *least = format_in(a, format_percent, e->a);
    return e->name ? arena_printf(a,
                         _("at least %s of every kind of request to %s fail: look at %s itself"),
                         least, e->name, e->name)
                   : arena_printf(a,
                         _("at least %s of every kind of request fail: look at what they share, "
                           "such as the network, a node or a service they all call"),
                         least);
}

static const char *shared(struct arena *a, const struct evidence *e, enum signal_class signal)
{
    if (signal == CLASS_ERRORS) {
        return all_fail(a, e);
    }
    const char *least = format_in(a, format_times_least, e->a);
    return e->name ? arena_printf(a,
                         _("all stages of %s take at least %s their usual time: look at %s itself "
                           "and at its node, CPU and disk"),
                         e->name, least, e->name)
                   : arena_printf(a,
                         _("all work takes at least %s its usual time: look at what the stages "
                           "share, such as node, network or CPU limit"),
                         least);
}

static const char *evidence(struct arena *a, const struct words *w, const struct evidence *e)
{
    bool of_tool =
        e->kind == EVIDENCE_CALLS || e->kind == EVIDENCE_FAILING || e->kind == EVIDENCE_SLOW_TOOL;
    const char *name = e->stage >= 0 && !of_tool ? phrase_name(w, e->stage) : "";
    switch (e->kind) {
    case EVIDENCE_DEVIATION: return deviation(a, w, e);
    case EVIDENCE_POOL:
        return arena_printf(a, _("%s %s in use"), name, clause_pool(a, w, e->stage));
    case EVIDENCE_CALLED: return clause_calls(a, w, e->stage, name);
    case EVIDENCE_QUEUE:
        return arena_printf(
            a, _("%s %s %s"), name, e->name ? e->name : _("queue"), compared(a, e, format_count));
    case EVIDENCE_LOAD:
    case EVIDENCE_NO_LOAD: return load(a, w, e);
    case EVIDENCE_FAST:
        return arena_printf(a, _("%s answers in %s"), name, compared(a, e, format_seconds));
    case EVIDENCE_MEAN:
        return arena_printf(a, _("%s mean %s"), name, compared(a, e, format_seconds));
    case EVIDENCE_SILENCE:
        return arena_printf(a, _("%s completes %s"), name, compared(a, e, format_rate));
    case EVIDENCE_SHARE:
    case EVIDENCE_OWN_TIME: return share(a, w, e);
    case EVIDENCE_ERRORS: return errors(a, w, e);
    case EVIDENCE_NORMAL: return normal(a, w, e);
    case EVIDENCE_FEWER: return scaled_down(a, w, e);
    case EVIDENCE_TARGETS: return missing_clause(a, w, e->stage);
    case EVIDENCE_NO_DATA: return missing_no_data(a, w, e->stage);
    case EVIDENCE_LEAK:
    case EVIDENCE_TOO_SMALL: return need(a, w, e);
    case EVIDENCE_DRIFT: return drift(a, w, e);
    case EVIDENCE_DECLARED: return declared_clause(a, w, e->declared);
    case EVIDENCE_CALLS:
    case EVIDENCE_FAILING:
    case EVIDENCE_SLOW_TOOL: return tool(a, w, e);
    case EVIDENCE_SHARED: return shared(a, e, w->diagnosis->verdict.signal);
    case EVIDENCE_POD: return pod(a, w, e);
    case EVIDENCE_STALLED: return stalled(a, w, e);
    case EVIDENCE_STRAIN: return strain_evidence(a, e);
    case EVIDENCE_NODE: return strain_shared(a, e);
    case EVIDENCE_STARTS: return starts(a, e);
    case EVIDENCE_RESTARTS:
    case EVIDENCE_ROLLOUT: return changed(a, w, e);
    }
    return "";
}

void words_add_evidence(struct str *s, const struct words *w, size_t i)
{
    struct arena a = {0};
    str_add(s, evidence(&a, w, &w->diagnosis->verdict.evidence[i]));
    arena_finish(&a);
}

// --- what to look at next

enum { STEPS_MAX = 8 };

struct steps {
    const struct words *w;
    struct words_step items[STEPS_MAX];
    size_t count;
};

// There is none where nothing would be asked.
static void add_step(struct steps *s, const char *what, const char *of, int signal)
{
    const char *expr = signal >= 0 ? words_promql(s->w, signal) : NULL;
    if (expr && *expr && s->count < STEPS_MAX) {
        s->items[s->count++] = (struct words_step){what, of, expr, signal};
    }
}

// Where a job has some that do not; of workloads nobody asks for `up`.
static void add_targets_step(struct steps *s)
{
    bool any = false;
    for (size_t i = 0; i < s->w->diagnosis->stages_count; i++) {
        any = any || s->w->diagnosis->stages[i].gone.job;
    }
    if (any) {
        add_step(s, N_("which targets are down"), NULL, s->w->plan->targets);
    }
}

static void add_stage_steps(struct steps *s)
{
    const struct words *w = s->w;
    const struct verdict *v = &w->diagnosis->verdict;
    const struct stage *stage = &w->plan->stages[v->stage];
    bool errors = v->signal == CLASS_ERRORS;
    if (v->pod) {
        add_step(s, N_("each pod on its own"), NULL,
            errors ? stage->pod_errors_signal : stage->pods_signal);
    }
    const struct evidence *pool = phrase_evidence(w, EVIDENCE_POOL);
    if (pool) {
        add_step(s, N_("which pod uses how much"), NULL, phrase_stage(w, pool->stage)->pool_signal);
    }
    if (phrase_evidence(w, EVIDENCE_RESTARTS)) {
        add_step(s, N_("what was restarted"), NULL, stage->restarts_signal);
    }
    if (phrase_evidence(w, EVIDENCE_ROLLOUT)) {
        add_step(s, N_("what was changed"), NULL, stage->rollouts_signal);
    } else if (phrase_evidence(w, EVIDENCE_STARTS)) {
        add_step(s, N_("which pods are new"), NULL, stage->starts_signal);
    }
    if (v->signal == CLASS_TARGETS && phrase_stage(w, v->stage)->gone.replica) {
        add_step(s, N_("each pod on its own"), NULL, stage->pods_signal);
    } else if (v->signal == CLASS_TARGETS) {
        add_targets_step(s);
    }
    if (v->second >= 0 && !v->shared) {
        const struct stage *second = &w->plan->stages[v->second];
        add_step(s, N_("the latency of %s"), stage->name, stage->latency_signal);
        add_step(s, N_("the latency of %s"), second->name, second->latency_signal);
    } else if (errors) {
        add_step(s, N_("its errors"), NULL, stage->errors_signal);
    } else if (v->signal == CLASS_DECLARED) { // its latency may well be normal
        int signal = w->diagnosis->declared[v->declared].signal;
        add_step(s, signal_types[w->plan->signals[signal].kind].says, NULL, signal);
    } else if (v->signal == CLASS_TRAFFIC && stage->requests_signal >= 0) {
        add_step(s, N_("its requests"), NULL, stage->requests_signal);
    } else if (v->signal != CLASS_TARGETS) { // else it is calm, or there is none
        add_step(s, N_("its latency"), NULL, stage->latency_signal);
    }
    if (v->signal != CLASS_TARGETS) {
        add_targets_step(s);
    }
}

void words_add_step(struct str *s, const struct words_step *step)
{
    if (step->of) {
        str_addf(s, _(step->what), step->of);
    } else {
        str_add(s, _(step->what));
    }
}

bool words_next(struct words_step *out, const struct words *w, size_t i)
{
    const struct verdict *v = &w->diagnosis->verdict;
    struct steps steps = {.w = w};
    if (v->condition == VERDICT_NO_DATA) {
        add_targets_step(&steps);
    } else if (v->condition != VERDICT_INCIDENT) {
        return false;
    } else if (v->stage >= 0) {
        add_stage_steps(&steps);
    } else if (v->tool >= 0) {
        bool errors = v->signal == CLASS_ERRORS, slow = v->signal == CLASS_LATENCY;
        add_step(&steps,
            errors ? N_("failed tool calls")
            : slow ? N_("mean duration by tool")
                   : N_("calls by tool"),
            NULL,
            errors ? w->plan->tool_errors
            : slow ? w->plan->tool_latency
                   : w->plan->tool_calls);
    } else if (v->tools) {
        add_step(&steps, N_("failed tool calls"), NULL, w->plan->tool_errors);
    }
    if (i >= steps.count) {
        return false;
    }
    *out = steps.items[i];
    return true;
}
