#include <math.h>
#include <string.h>

#include "base/text.h"
#include "diagnose/at_cursor.h"
#include "diagnose/busiest.h"
#include "diagnose/context.h"
#include "diagnose/stat.h"
#include "diagnose/tool_latency.h"

enum { ROOT_SHIFT = 48 }; // where a key has room for the root

static const double FAILING_PART = 0.2; // of all failures beyond usual: with less none is named
static const double FAILING_MOST = 0.6; // of the same: what those named make together

// --- calls

/** A tool whose moments are judged, and what is usual of it. */
struct tool_case {
    const struct context *context;
    const struct series *series;
    struct usual usual;
    struct usual_share share; /**< calls per question */
};

static double past_calls(const void *context, struct usual_window window, int64_t slot)
{
    const struct tool_case *tool = context;
    const struct context *c = tool->context;
    const struct matrix *m = context_history(c, c->plan->tool_calls, window);
    double questions = context_questions_at(c, window, slot);
    if (!m || !(questions > 0)) {
        return NAN;
    }
    const struct series *s = matrix_find(m, &tool->series->labels);
    double calls = s ? ring_get(&s->ring, slot) : NAN;
    return isnan(calls) ? 0 : calls / questions;
}

static bool past_count(
    const void *context, struct usual_window window, int64_t slot, double *k, double *n)
{
    const struct tool_case *tool = context;
    *n = context_questions_at(tool->context, window, slot) * STORE_HISTORY_STEP_MS / 1000;
    *k = *n * past_calls(context, window, slot);
    return !isnan(*k);
}

// Whether chance makes so many calls of what is usual, which is taken as often as the number that
// it is known from leaves open. What usually comes together counts once.
static bool is_noise(const struct tool_diagnosis *t, const struct tool_case *tool, double questions,
    const struct thresholds *limits)
{
    const struct usual_share *u = &tool->share;
    double at_once = fmax(1, u->together);
    double likely = u->n > 0 ? stat_poisson_high(u->share * u->n) / u->n : t->per_request_usual;
    likely = fmax(likely, u->share + u->coarse);
    double chance = stat_poisson_tail(t->count / at_once, likely * questions / at_once);
    return t->count < limits->requests_least || !(chance <= limits->chance);
}

static double alarm_bound(const struct reading *r, double usual, const struct thresholds *t)
{
    return fmax(
        t->calls_ratio_warning * usual, usual + fmax(t->calls_floor, t->score_warning * r->spread));
}

static void judge_calls(struct tool_diagnosis *t, const struct tool_case *tool, double questions)
{
    struct reading *r = &t->calls;
    const struct thresholds *limits = tool->context->limits;
    // a tool that was never called has no usual: new tools are no storm
    if (isnan(r->now)) {
        r->state = STATE_NO_DATA;
    } else if (r->usual.kind == USUAL_NONE || !(t->per_request_usual > 0)) {
        r->state = STATE_NO_BASELINE;
    } else if (isnan(t->per_request)) {
        r->state = STATE_NO_TRAFFIC;
    } else if (questions < limits->requests_least) {
        r->state = STATE_TOO_FEW;
    } else if (t->per_request < alarm_bound(r, t->per_request_usual, limits) ||
               (r->usual.kind == USUAL_SPAN && r->ratio < limits->ratio_critical) ||
               is_noise(t, tool, questions, limits)) {
        r->severity = SEVERITY_OK;
    } else {
        bool critical = r->ratio >= limits->calls_ratio_critical && r->usual.kind != USUAL_SPAN;
        r->severity = critical ? SEVERITY_CRITICAL : SEVERITY_WARNING;
    }
}

static void judge_moment(struct tool_diagnosis *t, const struct tool_case *tool, int64_t slot)
{
    const struct context *c = tool->context;
    struct reading *r = &t->calls;
    double questions = context_questions_live(c, slot);
    double now = ring_get(&tool->series->ring, slot);
    *r = reading_none(STATE_OK);
    // one without a sample was not called, where questions are still counted
    r->now = isnan(now) && !isnan(questions) ? 0 : now;
    r->usual = tool->usual;
    t->requests = questions;
    t->count = r->now * c->window_s;
    t->per_request = questions > 0 ? r->now / questions : NAN;
    t->per_request_usual = isnan(tool->share.share) ? r->usual.centre : tool->share.share;
    r->spread = fmax(r->usual.spread, 0.05 * t->per_request_usual);
    r->ratio = t->per_request_usual > 0 ? t->per_request / t->per_request_usual : NAN;
    double score = (t->per_request - t->per_request_usual) / r->spread;
    r->score = isnan(score) ? NAN : fmax(-99, fmin(99, score));
    judge_calls(t, tool, questions * c->window_s);
}

static enum mark mark_calls(void *context, int64_t slot)
{
    const struct tool_case *tool = context;
    const struct thresholds *limits = tool->context->limits;
    struct tool_diagnosis t;
    judge_moment(&t, tool, slot);
    if (t.calls.state != STATE_OK) {
        return MARK_UNKNOWN;
    }
    double u = t.per_request_usual, bound = alarm_bound(&t.calls, u, limits);
    return t.calls.severity >= SEVERITY_WARNING                   ? MARK_BEYOND
           : t.per_request < u + limits->hysteresis * (bound - u) ? MARK_BELOW
                                                                  : MARK_BETWEEN;
}

static void read_tool(
    struct tool_diagnosis *t, const struct context *c, const struct series *s, int i)
{
    int signal = c->plan->tool_calls;
    // what is usual per question is that of the root, too
    const struct usual_at at = {USUAL_OF_MAIN, signal, usual_tool(i, USUAL_TOOL_CALLS),
        s->hash ^ ((uint64_t)(c->questions + 1) << ROOT_SHIFT)};
    const char *name = labels_get(&s->labels, c->plan->tool_label ? c->plan->tool_label : "");
    struct tool_case tool = {.context = c, .series = s};
    tool.usual = context_usual(c, at, past_calls, &tool);
    tool.share = context_share(c, at, past_count, &tool);
    *t = (struct tool_diagnosis){.name = name ? name : _("(no name)")};
    judge_moment(t, &tool, context_slot(c, signal));
    if (t->calls.state == STATE_OK) {
        struct onset onset = context_hysteresis(c, signal, &t->calls, mark_calls, &tool);
        const struct earlier earlier = {past_calls, &tool, t->per_request_usual,
            alarm_bound(&t->calls, t->per_request_usual, c->limits)};
        t->onset = onset_earlier(c, signal, onset, &earlier);
    }
}

// --- errors of one of them, or of all

/** The tools, whose errors are judged, and what is usual of them. */
struct failing_case {
    const struct context *context;
    const char *tool; /**< NULL: all together */
    struct usual usual;
    struct usual_share share;
};

// The sum over the series of M of the tool, or of all.
static double sum_of(const struct failing_case *f, const struct matrix *m, int64_t slot)
{
    const char *label = f->context->plan->tool_label;
    if (!f->tool || !m) {
        return m ? matrix_sum(m, slot) : NAN;
    }
    for (size_t i = 0; i < m->count; i++) {
        const char *its = labels_get(&m->series[i].labels, label);
        if (its && strcmp(its, f->tool) == 0) {
            return ring_get(&m->series[i].ring, slot);
        }
    }
    return NAN;
}

static double past_errors(const void *context, struct usual_window window, int64_t slot)
{
    const struct failing_case *f = context;
    const struct context *c = f->context;
    const struct matrix *calls = context_history(c, c->plan->tool_calls, window);
    const struct matrix *errors = context_history(c, c->plan->tool_errors, window);
    double total = sum_of(f, calls, slot), failed = sum_of(f, errors, slot);
    return !(total > 0) ? NAN : isnan(failed) ? 0 : fmin(1, failed / total);
}

static bool past_error_count(
    const void *context, struct usual_window window, int64_t slot, double *k, double *n)
{
    const struct failing_case *f = context;
    const struct matrix *calls = context_history(f->context, f->context->plan->tool_calls, window);
    *n = sum_of(f, calls, slot) * STORE_HISTORY_STEP_MS / 1000;
    *k = *n * past_errors(context, window, slot);
    return !isnan(*k);
}

// False when nothing was called.
static bool judge_errors(struct reading *r, const struct failing_case *f, int64_t slot)
{
    const struct context *c = f->context;
    double total = sum_of(f, &c->store->signals[c->plan->tool_calls].live, slot);
    double failed = sum_of(f, &c->store->signals[c->plan->tool_errors].live, slot);
    if (!(total > 0)) {
        return false;
    }
    failed = isnan(failed) ? 0 : fmin(failed, total);
    r->now = failed / total;
    r->usual = f->usual;
    errors_judge_share(r, failed * c->window_s, total * c->window_s, f->share, 0, c->limits);
    return true;
}

static enum mark mark_errors(void *context, int64_t slot)
{
    const struct failing_case *f = context;
    struct reading r = reading_none(STATE_OK);
    return judge_errors(&r, f, slot) ? errors_mark(&r, f->context->limits) : MARK_UNKNOWN;
}

// Whether series of SIGNAL have the name of a tool.
static bool names_tools(const struct context *c, int signal)
{
    const struct matrix *m = signal >= 0 ? &c->store->signals[signal].live : &(struct matrix){0};
    for (size_t i = 0; i < m->count; i++) {
        const char *tool = labels_get(&m->series[i].labels, c->plan->tool_label);
        if (tool && *tool) {
            return true;
        }
    }
    return false;
}

// Of the calls of TOOL, or where that is NULL of all; AT is where what is usual is kept. Returns
// since when they fail.
static struct onset read_errors(
    struct reading *r, const struct context *c, const char *tool, struct usual_at at)
{
    int signal = c->plan->tool_errors;
    *r = reading_none(STATE_NO_DATA);
    double resets, samples;
    if (signal < 0 || c->plan->tool_calls < 0) {
        return (struct onset){0};
    }
    enum state state = context_state(c, signal);
    if (state != STATE_OK) {
        r->state = state == STATE_ERROR || state == STATE_MISTYPED ? state : r->state;
        return (struct onset){0};
    }
    if (errors_are_absent(c, signal)) {
        r->state = STATE_ABSENT;
        return (struct onset){0};
    }
    if (distrust_counts_nothing(c, signal)) {
        r->state = STATE_MISTYPED;
        return (struct onset){0};
    }
    if (distrust_resets(c, signal, &resets, &samples) ||
        distrust_resets(c, c->plan->tool_calls, &resets, &samples)) {
        r->state = STATE_UNRELIABLE;
        return (struct onset){0};
    }
    struct failing_case f = {.context = c, .tool = tool};
    f.usual = context_usual(c, at, past_errors, &f);
    f.share = context_share(c, at, past_error_count, &f);
    bool judged = judge_errors(r, &f, context_slot(c, c->plan->tool_calls));
    if (!judged || r->state != STATE_OK) {
        return (struct onset){0};
    }
    // calls without the name of any tool may be calls of anything
    if (r->usual.kind == USUAL_NONE && !names_tools(c, c->plan->tool_calls)) {
        r->severity = SEVERITY_UNKNOWN;
        return (struct onset){0};
    }
    struct onset onset = context_hysteresis(c, signal, r, mark_errors, &f);
    const struct earlier earlier = {
        past_errors, &f, r->usual.centre, bounds_of_errors(r, c->limits).warning};
    return onset_earlier(c, signal, onset, &earlier);
}

// Whether the calls, or the questions that they are counted by, are those of several processes.
static bool is_unreliable(struct diagnosis *d, const struct context *c)
{
    double resets, samples;
    bool own = distrust_resets(c, c->plan->tool_calls, &resets, &samples);
    d->tool_resets = own ? resets : 0;
    d->tool_samples = own ? samples : 0;
    return own || distrust_any_root(d, c);
}

// --- whose the failures are

// Failed calls of T per second, beyond what is usual of so many.
static double excess_of(const struct tool_diagnosis *t)
{
    const struct reading *r = &t->errors;
    double usual = isnan(r->usual.centre) ? 0 : r->usual.centre;
    double excess = (r->now - usual) * t->calls.now;
    return excess > 0 ? excess : 0; // NaN too
}

// The tool with the largest excess after AFTER, the one before it; -1: no other has enough of ALL.
static int next_failing(const struct diagnosis *d, int after, double all)
{
    double most = after < 0 ? INFINITY : excess_of(&d->tools[after]);
    int best = -1;
    for (int i = 0; i < (int)d->tools_count; i++) {
        double excess = excess_of(&d->tools[i]);
        bool later = excess < most || (!(excess > most) && i > after);
        if (later && excess > 0 && excess >= FAILING_PART * all &&
            (best < 0 || excess > excess_of(&d->tools[best]))) {
            best = i;
        }
    }
    return best;
}

// The few that make most of what fails beyond usual; none where many fail a little.
static void find_failing(struct diagnosis *d)
{
    double all = 0, theirs = 0;
    d->failing_count = 0;
    for (size_t i = 0; i < d->tools_count; i++) {
        all += excess_of(&d->tools[i]);
    }
    int tool = -1;
    while (deviates(&d->tool_errors) && d->failing_count < DIAGNOSIS_FAILING_MAX &&
           (tool = next_failing(d, tool, all)) >= 0) {
        d->failing[d->failing_count++] = tool;
        theirs += excess_of(&d->tools[tool]);
    }
    d->failing_count = theirs >= FAILING_MOST * all ? d->failing_count : 0;
}

// Few calls of all may be all of one tool's: where the sum shows that too many fail, it is as bad
// as the worst of them.
static void join_severity(struct diagnosis *d)
{
    for (size_t i = 0; i < d->tools_count && deviates(&d->tool_errors); i++) {
        enum severity its = d->tools[i].errors.severity;
        d->tool_errors.severity = its > d->tool_errors.severity ? its : d->tool_errors.severity;
    }
}

void tools_judge(struct diagnosis *d, const struct context *c)
{
    d->tools_count = d->tools_more = d->failing_count = 0;
    d->tool_resets = d->tool_samples = 0;
    d->tool_errors_onset = read_errors(
        &d->tool_errors, c, NULL, (struct usual_at){USUAL_OF_MAIN, c->plan->tool_errors, 0, 0});
    bool told = names_tools(c, c->plan->tool_errors);
    // what was refused is not known now
    if (c->plan->tool_calls < 0 || context_state(c, c->plan->tool_calls) != STATE_OK) {
        return;
    }
    const struct matrix *live = &c->store->signals[c->plan->tool_calls].live;
    bool saws = is_unreliable(d, c);
    size_t busiest[DIAGNOSIS_TOOLS_MAX];
    d->tools_count = busiest_tools(c, busiest);
    d->tools_more = live->count + live->left_out - d->tools_count;
    for (size_t i = 0; i < d->tools_count; i++) {
        struct tool_diagnosis *t = &d->tools[i];
        const struct series *s = &live->series[busiest[i]];
        read_tool(t, c, s, (int)i);
        if (saws) {
            t->calls = reading_none(STATE_UNRELIABLE);
            t->count = t->per_request = t->per_request_usual = NAN;
        }
        t->errors = reading_none(STATE_NO_DATA);
        if (told) {
            t->errors_onset = read_errors(&t->errors, c, t->name,
                (struct usual_at){USUAL_OF_MAIN, c->plan->tool_errors,
                    usual_tool((int)i, USUAL_TOOL_ERRORS), s->hash});
        }
        tool_latency_judge(t, c, s, usual_tool((int)i, USUAL_TOOL_LATENCY));
    }
    find_failing(d);
    join_severity(d);
}
