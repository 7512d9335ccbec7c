#include "diagnose/worst.h"

#include <math.h>

#include "diagnose/judged.h"

// OTHER counts only where it alarms.
static enum severity worse(enum severity first, enum severity other)
{
    return other >= SEVERITY_WARNING && other > first ? other : first;
}

enum severity worst_of_latency(const struct stage_diagnosis *d)
{
    return worse(d->latency.severity, d->fast.severity);
}

enum severity worst_of_stage(const struct diagnosis *all, int stage)
{
    static const enum signal_class classes[] = {
#define SIGNAL(id, ...) CLASS_##id,
#include "config/signal.def"
    };
    const struct stage_diagnosis *d = &all->stages[stage];
    enum severity s = d->latency.severity;
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        s = worse(s, judged_reading(d, classes[i])->severity);
    }
    for (size_t i = 0; i < d->declared_count; i++) {
        s = worse(s, d->declared[i].reading.severity);
    }
    bool blamed = worst_standing(&all->verdict, stage, -1) == STANDING_CULPRIT;
    return blamed && s < SEVERITY_WARNING ? worse(s, all->verdict.severity) : s;
}

enum severity worst_of_tool(const struct tool_diagnosis *t)
{
    return worse(worse(t->calls.severity, t->errors.severity), t->latency.severity);
}

enum signal_class worst_signal(const struct diagnosis *d, int stage)
{
    static const enum signal_class signals[] = {
        CLASS_ERRORS, CLASS_TRAFFIC, CLASS_CALLS, CLASS_SATURATION};
    const struct stage_diagnosis *s = &d->stages[stage];
    if (d->verdict.signal != CLASS_NONE && d->verdict.stage == stage) {
        return d->verdict.signal;
    }
    enum signal_class worst = CLASS_LATENCY;
    enum severity severity = worst_of_latency(s);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        enum severity its = judged_reading(s, signals[i])->severity;
        worst = worse(severity, its) > severity ? signals[i] : worst;
        severity = worse(severity, its);
    }
    return worst;
}

bool worst_tool_fails(const struct tool_diagnosis *t)
{
    return t->errors.severity >= SEVERITY_WARNING && t->errors.severity > t->calls.severity;
}

bool worst_tool_is_slow(const struct tool_diagnosis *t)
{
    return t->latency.severity >= SEVERITY_WARNING && t->latency.severity > t->calls.severity &&
           t->latency.severity > t->errors.severity;
}

static double share(double blame)
{
    return isnan(blame) ? 0 : fmin(1, fmax(0, blame));
}

double worst_stage_rank(const struct diagnosis *d, int stage)
{
    enum severity severity = worst_of_stage(d, stage);
    return (double)severity +
           (severity >= SEVERITY_WARNING ? share(d->stages[stage].blame) / 2 : 0);
}

enum standing worst_standing(const struct verdict *v, int stage, int tool)
{
    bool of_stage = stage >= 0 && (v->stage == stage || v->second == stage);
    bool of_tool = stage < 0 && (tool >= 0 ? v->tool == tool : v->tools);
    if (v->signal != CLASS_NONE && (of_stage || of_tool)) {
        return STANDING_CULPRIT;
    }
    for (size_t i = 0; i < v->also_count; i++) {
        const struct fault *f = &v->also[i];
        if (stage >= 0 ? f->stage == stage || f->second == stage
                       : f->stage < 0 && f->tool == tool) {
            return STANDING_ALSO;
        }
    }
    return STANDING_OTHER;
}

double worst_choice_rank(enum severity severity, bool known, enum standing standing, double blame)
{
    static const double first[] = {
        [STANDING_ALSO] = 0.6, [STANDING_CULPRIT] = 1}; // blame adds up to 0.5
    double level = severity >= SEVERITY_WARNING ? (double)severity : known ? 1 : 0;
    return 2 * level + first[standing] + share(blame) / 2;
}

double worst_verdict_rank(const struct verdict *v)
{
    if (v->condition == VERDICT_ASKING) {
        return SEVERITY_OK + 0.5;
    }
    bool before = v->condition == VERDICT_UNREACHABLE && v->signal != CLASS_NONE;
    return (double)v->severity + (before ? 0.5 : 0);
}
