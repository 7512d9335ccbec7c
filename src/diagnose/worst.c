#include "diagnose/worst.h"

#include <math.h>

// OTHER counts only where it alarms.
static enum severity worse(enum severity first, enum severity other)
{
    return other >= SEVERITY_WARNING && other > first ? other : first;
}

enum severity worst_of_latency(const struct stage_diagnosis *d)
{
    return worse(d->latency.severity, d->fast.severity);
}

enum severity worst_of_stage(const struct stage_diagnosis *d)
{
    enum severity s = worse(worst_of_latency(d), d->errors.severity);
    s = worse(s, d->traffic.severity);
    s = worse(s, d->calls.severity);
    s = worse(s, d->targets.severity);
    return worse(s, d->pool.severity);
}

enum severity worst_of_tool(const struct tool_diagnosis *t)
{
    return worse(t->calls.severity, t->errors.severity);
}

static double share(double blame)
{
    return isnan(blame) ? 0 : fmin(1, fmax(0, blame));
}

double worst_stage_rank(const struct stage_diagnosis *d)
{
    enum severity severity = worst_of_stage(d);
    return (double)severity + (severity >= SEVERITY_WARNING ? share(d->blame) / 2 : 0);
}

double worst_choice_rank(enum severity severity, bool known, bool culprit, double blame)
{
    double level = severity >= SEVERITY_WARNING ? (double)severity : known ? 1 : 0;
    return 2 * level + (culprit ? 1 : 0) + share(blame) / 2;
}

double worst_verdict_rank(const struct verdict *v)
{
    if (v->condition == VERDICT_ASKING) {
        return SEVERITY_OK + 0.5;
    }
    bool before = v->condition == VERDICT_UNREACHABLE && v->signal != CLASS_NONE;
    return (double)v->severity + (before ? 0.5 : 0);
}
