#include "diagnose/descend.h"

#include <math.h>

#include "diagnose/notable.h"

static const double RISE_SHARED = 0.3;   // of the parent's rise: less is no cause
static const double ABOUT_AS_MUCH = 0.8; // of the largest rise among children: they are alike
static const double ERRORS_SHARED = 0.6; // of the parent's errors beyond usual
static const double ERRORS_PART = 0.2;   // of the same: a child with less explains none of them

bool descend_is_within(const struct plan *plan, int stage, int ancestor)
{
    while (stage >= 0 && stage != ancestor) {
        stage = plan->stages[stage].parent;
    }
    return stage >= 0;
}

// --- latency

double descend_rise(const struct stage_diagnosis *s)
{
    double by = s->seconds_now - s->seconds_usual;
    return isnan(by) ? s->latency.now - s->latency.usual.centre : by;
}

// Without sums, as of gauges and expressions, the rises themselves are compared.
double descend_share(const struct diagnosis *d, const struct plan *plan, int stage)
{
    const struct stage_diagnosis *s = &d->stages[stage];
    int parent = plan->stages[stage].parent;
    if (!isnan(s->blame) || parent < 0) {
        return s->blame;
    }
    const struct stage_diagnosis *p = &d->stages[parent];
    double rise = s->latency.now - s->latency.usual.centre;
    double whole = p->latency.now - p->latency.usual.centre;
    return deviates(&s->latency) && whole > 0 ? rise / whole : NAN;
}

// A child counts that deviates, by itself or by its calls, or whose mean alone rises and explains
// most: where its buckets have changed, its P95 cannot be compared, but means still add up. The
// same of one without a past, which takes what its parent has risen by.
static bool is_candidate(const struct stage_diagnosis *s, const struct thresholds *t)
{
    bool by_mean = s->mean > s->mean_usual && s->blame >= t->blame_culprit;
    bool by_parent = s->usual_at_most && s->blame >= t->blame_culprit;
    return deviates(&s->latency) || notable_called_more(s) || by_mean || by_parent;
}

// Of children that explain about as much, the one that is worse by itself tells more.
bool descend_stands_out(const struct stage_diagnosis *s, const struct stage_diagnosis *other)
{
    const struct reading *its = &s->latency, *theirs = &other->latency;
    return its->severity != theirs->severity ? its->severity > theirs->severity
                                             : its->score > theirs->score;
}

static bool may_explain(
    const struct diagnosis *d, const struct context *c, int parent, int child, double least)
{
    return c->plan->stages[child].parent == parent && is_candidate(&d->stages[child], c->limits) &&
           descend_share(d, c->plan, child) >= least;
}

static int biggest_child(const struct diagnosis *d, const struct context *c, int parent, int except)
{
    double most = 0;
    int best = -1;
    for (int i = 0; i < (int)d->stages_count; i++) {
        bool may = i != except && may_explain(d, c, parent, i, RISE_SHARED);
        most = may ? fmax(most, descend_share(d, c->plan, i)) : most;
    }
    double least = fmax(RISE_SHARED, ABOUT_AS_MUCH * most);
    for (int i = 0; i < (int)d->stages_count; i++) {
        bool may = i != except && may_explain(d, c, parent, i, least);
        best = may && (best < 0 || descend_stands_out(&d->stages[i], &d->stages[best])) ? i : best;
    }
    return best;
}

// Whether more of the rise of STAGE is its own than its child's, or nothing is known of its own.
static bool is_its_own(const struct diagnosis *d, const struct context *c, int stage, int child)
{
    double share = descend_share(d, c->plan, child);
    bool by_means = !isnan(d->stages[child].blame);
    return by_means && share < c->limits->blame_culprit && !(d->stages[stage].own_blame < share);
}

static int sole_cause(const struct diagnosis *d, const struct context *c, int stage);

// From the symptom down the tree for as long as children carry the blame; where two share it, down
// from each.
int descend_by_latency(const struct diagnosis *d, const struct context *c, int stage, int *second)
{
    for (;;) {
        int child = biggest_child(d, c, stage, -1);
        if (child < 0) {
            return stage;
        }
        int other = biggest_child(d, c, stage, child);
        if (other >= 0 && !isnan(d->stages[child].blame)) { // rises without sums do not add up
            *second = sole_cause(d, c, other);
            return sole_cause(d, c, child);
        }
        if (is_its_own(d, c, stage, child)) {
            return stage;
        }
        stage = child;
    }
}

// What is at fault of one of two: a sentence names no third.
static int sole_cause(const struct diagnosis *d, const struct context *c, int stage)
{
    int second = -1;
    int cause = descend_by_latency(d, c, stage, &second);
    return second < 0 ? cause : stage;
}

// How much slower STAGE is: of parts whose rises do not add up, and are about as large as the
// largest, as much as that.
double descend_slowed_by(const struct diagnosis *d, const struct plan *plan, int stage)
{
    double own = descend_rise(&d->stages[stage]), largest = own;
    for (int i = 0; i < (int)d->stages_count && isnan(d->stages[stage].blame); i++) {
        bool alike = plan->stages[i].parent == plan->stages[stage].parent &&
                     deviates(&d->stages[i].latency) && isnan(d->stages[i].blame);
        largest = alike ? fmax(largest, descend_rise(&d->stages[i])) : largest;
    }
    return own >= ABOUT_AS_MUCH * largest ? largest : own;
}

// --- errors

// Errors per second beyond what is usual of so many requests.
static double excess_of(const struct stage_diagnosis *s)
{
    double usual = s->errors.usual.centre;
    return (s->errors.now - (isnan(usual) ? 0 : usual)) * s->errors_requests;
}

// The erring child of STAGE with the most errors; -1: none, or its children do not explain most of
// STAGE's. Two that fail for reasons of their own explain it together: the other is named beside.
static int erring_child(const struct diagnosis *d, const struct context *c, int stage)
{
    double whole = excess_of(&d->stages[stage]), together = 0;
    int best = -1;
    for (int i = 0; i < (int)d->stages_count; i++) {
        double excess = excess_of(&d->stages[i]);
        bool child = c->plan->stages[i].parent == stage && deviates(&d->stages[i].errors);
        if (!child || !(excess >= ERRORS_PART * whole)) {
            continue;
        }
        together += excess;
        best = best < 0 || excess > excess_of(&d->stages[best]) ? i : best;
    }
    return together >= ERRORS_SHARED * whole ? best : -1;
}

int descend_by_errors(const struct diagnosis *d, const struct context *c, int stage)
{
    for (int child; (child = erring_child(d, c, stage)) >= 0;) {
        stage = child;
    }
    return stage;
}
