#include <math.h>

#include "base/clock.h"
#include "words/format.h"
#include "words/missing.h"
#include "words/phrase.h"

static void add_lately(struct str *s)
{
    str_add(s, " in the last ");
    clock_add_age(s, PLAN_LATELY_MS);
}

static void add_pod(struct str *s, const struct words *w, const struct evidence *e)
{
    bool errors = w->diagnosis->verdict.signal == CLASS_ERRORS;
    void (*format)(struct str *, double) = errors ? format_percent : format_seconds;
    str_addf(s, "%s: ", e->name);
    if (errors) {
        str_add(s, "errors ");
    } else {
        phrase_add_statistic(s, w, e->stage);
        str_addc(s, ' ');
    }
    format(s, e->a);
    str_add(s, ", the other pods ");
    format(s, e->b);
}

static void add_starts(struct str *s, const struct evidence *e)
{
    if (e->name) {
        str_addf(s, "%s started at ", e->name);
    } else {
        str_addf(s, "%.0f of %.0f %s started since ", e->a, e->b, str_plural(e->b, "pod", "pods"));
    }
    clock_add_local(s, e->at_ms, "%H:%M");
}

static void add_usually(
    struct str *s, const struct evidence *e, void (*format)(struct str *, double))
{
    format(s, e->a);
    phrase_add_usually(s, e->b, format);
}

static void add_normal(struct str *s, const struct words *w, const struct evidence *e)
{
    str_addf(s, "%s is normal", phrase_name(w, e->stage));
    if (!isnan(e->a)) {
        str_addf(s, ", judged from %.0f %s", e->a, str_plural(e->a, "request", "requests"));
    }
}

static void add_of_stage(struct str *s, const struct words *w, const struct evidence *e)
{
    str_addf(s, "%s ", phrase_name(w, e->stage));
    switch (e->kind) {
    case EVIDENCE_DEVIATION:
        if (phrase_stage(w, e->stage)->statistic == STATISTIC_SHARE) {
            phrase_add_beyond(s, w, e->stage);
            break;
        }
        phrase_add_statistic(s, w, e->stage);
        str_add(s, phrase_stage(w, e->stage)->latency.beyond ? " >= " : " ");
        add_usually(s, e, format_seconds);
        phrase_add_slo(s, w, e->stage, false);
        break;
    case EVIDENCE_POOL:
        phrase_add_pool(s, w, e->stage);
        str_add(s, " in use");
        break;
    case EVIDENCE_CALLED: phrase_add_calls(s, w, e->stage, "is "); break;
    case EVIDENCE_QUEUE:
        str_addf(s, "%s ", e->name ? e->name : "queue");
        add_usually(s, e, format_count);
        break;
    case EVIDENCE_LOAD:
    case EVIDENCE_NO_LOAD:
        str_add(s, "traffic ");
        format_rate(s, e->a);
        str_add(s, ", ");
        format_times(s, e->a / e->b);
        str_add(s, e->kind == EVIDENCE_LOAD ? " usual: load" : " usual: not load");
        break;
    case EVIDENCE_FAST:
        str_add(s, "answers in ");
        add_usually(s, e, format_seconds);
        break;
    case EVIDENCE_MEAN:
        str_add(s, "mean ");
        add_usually(s, e, format_seconds);
        break;
    case EVIDENCE_SILENCE:
        str_add(s, "completes ");
        add_usually(s, e, format_rate);
        break;
    case EVIDENCE_SHARE:
    case EVIDENCE_OWN_TIME:
    case EVIDENCE_ERRORS:
    case EVIDENCE_CALLS:
    case EVIDENCE_FAILING:
    case EVIDENCE_NO_DATA:
    case EVIDENCE_NORMAL:
    case EVIDENCE_TARGETS:
    case EVIDENCE_SHARED:
    case EVIDENCE_POD:
    case EVIDENCE_LEAK:
    case EVIDENCE_TOO_SMALL:
    case EVIDENCE_STARTS:
    case EVIDENCE_RESTARTS:
    case EVIDENCE_ROLLOUT:
    case EVIDENCE_DRIFT: break;
    }
}

static void add_drift(struct str *s, const struct words *w, const struct evidence *e)
{
    str_addf(s, "%s %s ", phrase_name(w, e->stage), phrase_drifting(w, e));
    phrase_add_drift(s, (struct drift){e->a, e->at_ms});
}

void words_add_evidence(struct str *s, const struct words *w, size_t i)
{
    const struct evidence *e = &w->diagnosis->verdict.evidence[i];
    switch (e->kind) {
    case EVIDENCE_DEVIATION:
    case EVIDENCE_MEAN:
    case EVIDENCE_FAST:
    case EVIDENCE_SILENCE:
    case EVIDENCE_POOL:
    case EVIDENCE_CALLED:
    case EVIDENCE_QUEUE:
    case EVIDENCE_LOAD:
    case EVIDENCE_NO_LOAD: add_of_stage(s, w, e); break;
    case EVIDENCE_SHARE:
        format_percent(s, e->a);
        str_addf(s, " of the rise of %s is %s", phrase_name(w, w->plan->stages[e->stage].parent),
            phrase_name(w, e->stage));
        break;
    case EVIDENCE_OWN_TIME:
        format_percent(s, e->a);
        str_addf(
            s, " of the rise of %s is its own time, not its children's", phrase_name(w, e->stage));
        break;
    case EVIDENCE_ERRORS:
        str_addf(s, "%s errors ", e->stage >= 0 ? phrase_name(w, e->stage) : "tool call");
        add_usually(s, e, format_percent);
        if (e->stage >= 0) {
            phrase_add_slo(s, w, e->stage, true);
        }
        break;
    case EVIDENCE_CALLS:
        str_addf(s, "tool %s: calls per question ", w->diagnosis->tools[e->stage].name);
        add_usually(s, e, format_number);
        break;
    case EVIDENCE_FAILING:
        str_addf(s, "tool %s: failed calls ", w->diagnosis->tools[e->stage].name);
        add_usually(s, e, format_percent);
        break;
    case EVIDENCE_NORMAL: add_normal(s, w, e); break;
    case EVIDENCE_TARGETS: missing_add(s, w, e->stage); break;
    case EVIDENCE_NO_DATA:
        str_add(s, phrase_name(w, e->stage));
        missing_add_no_data(s, w, e->stage, 1);
        missing_add_why(s, w, e->stage);
        break;
    case EVIDENCE_SHARED:
        str_add(s, "every part of the work takes ");
        format_times_least(s, e->a);
        str_add(s, " its usual time or more: look at what they share, node, network or CPU limit");
        break;
    case EVIDENCE_POD: add_pod(s, w, e); break;
    case EVIDENCE_LEAK:
    case EVIDENCE_TOO_SMALL:
        str_addf(s, "%s's rate and mean time need ", phrase_name(w, e->stage));
        format_count(s, ceil(e->a));
        str_add(s, " of ");
        format_count(s, e->b);
        str_add(s, e->kind == EVIDENCE_LEAK ? ", so the others leak" : ", so there are too few");
        break;
    case EVIDENCE_STARTS: add_starts(s, e); break;
    case EVIDENCE_RESTARTS:
        str_addf(s, "a container of %s was restarted %.0f %s", e->name, e->a,
            str_plural(e->a, "time", "times"));
        add_lately(s);
        break;
    case EVIDENCE_DRIFT: add_drift(s, w, e); break;
    case EVIDENCE_ROLLOUT:
        str_addf(s, "%s was changed", e->name);
        add_lately(s);
        break;
    }
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
        s->items[s->count++] = (struct words_step){what, of, expr};
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
        add_step(s, "which targets do not answer", NULL, s->w->plan->targets);
    }
}

static void add_stage_steps(struct steps *s)
{
    const struct words *w = s->w;
    const struct verdict *v = &w->diagnosis->verdict;
    const struct stage *stage = &w->plan->stages[v->stage];
    bool errors = v->signal == CLASS_ERRORS;
    if (v->pod) {
        add_step(
            s, "each pod by itself", NULL, errors ? stage->pod_errors_signal : stage->pods_signal);
    }
    if (phrase_evidence(w, EVIDENCE_POOL)) {
        add_step(s, "which pod holds what is in use", NULL, phrase_stage(w, v->stage)->pool_signal);
    }
    if (phrase_evidence(w, EVIDENCE_RESTARTS)) {
        add_step(s, "what was restarted", NULL, stage->restarts_signal);
    }
    if (phrase_evidence(w, EVIDENCE_ROLLOUT)) {
        add_step(s, "what was changed", NULL, stage->rollouts_signal);
    } else if (phrase_evidence(w, EVIDENCE_STARTS)) {
        add_step(s, "which pods are new", NULL, stage->starts_signal);
    }
    if (v->signal == CLASS_TARGETS) {
        add_targets_step(s);
    }
    if (v->second >= 0 && !v->shared) {
        const struct stage *second = &w->plan->stages[v->second];
        add_step(s, "the latency", stage->name, stage->latency_signal);
        add_step(s, "the latency", second->name, second->latency_signal);
    } else if (errors) {
        add_step(s, "its errors", NULL, stage->errors_signal);
    } else if (v->signal == CLASS_TRAFFIC && stage->requests_signal >= 0) {
        add_step(s, "its requests", NULL, stage->requests_signal);
    } else if (v->signal != CLASS_TARGETS) { // else it is calm, or there is none
        add_step(s, "its latency", NULL, stage->latency_signal);
    }
    if (v->signal != CLASS_TARGETS) {
        add_targets_step(s);
    }
}

void words_add_step(struct str *s, const struct words_step *step)
{
    str_addf(s, "%s%s%s", step->what, step->of ? " of " : "", step->of ? step->of : "");
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
        bool errors = v->signal == CLASS_ERRORS;
        add_step(&steps, errors ? "failed tool calls" : "calls by tool", NULL,
            errors ? w->plan->tool_errors : w->plan->tool_calls);
    } else if (v->tools) {
        add_step(&steps, "failed tool calls", NULL, w->plan->tool_errors);
    }
    if (i >= steps.count) {
        return false;
    }
    *out = steps.items[i];
    return true;
}
