#include "diagnose/declared.h"
#include "diagnose/descend.h"
#include "diagnose/habit.h"

#include <math.h>

#include "diagnose/stat.h"

static const double SPREAD_LEAST = 0.05; // of what is usual
static const double RISE_OF_RATIO = 0.05;
static const double COST_LEAST = 1; // per hour, in whatever it is counted
static const double LITTLE = 1e-12;
static const double BEYOND_P95 = 0.05;

enum { HALVINGS = 20 }; // to a millionth

// Whether it is of so many events a window.
static bool has_events(enum signal_form form)
{
    return form == SIGNAL_FORM_LATENCY || form == SIGNAL_FORM_MEAN || form == SIGNAL_FORM_PART ||
           form == SIGNAL_FORM_REST;
}

/** A signal whose moments are judged, and what is usual of it. */
struct declared_case {
    const struct context *context;
    int signal;
    struct usual usual;
    struct usual_share events; /**< per second, of what counts them; else its share is NAN */
};

/**
 * A moment: its value, and of how many per second it is a share or a quantile; of a quantile also
 * which share of them is beyond the usual one. NaN: not known.
 */
struct moment {
    double value, of, slower;
    bool beyond, mean;
};

// Which share of D takes longer than BOUND; NaN: there are no buckets.
static double share_beyond(const struct dist *d, double bound)
{
    double low = 0, high = 1;
    for (int i = 0; i < HALVINGS; i++) {
        double middle = (low + high) / 2, value = dist_quantile(d, middle).value;
        if (isnan(value)) {
            return NAN;
        }
        low = value <= bound ? middle : low;
        high = value <= bound ? high : middle;
    }
    return 1 - high;
}

static struct moment read_latency(
    const struct signal *s, const struct matrix *m, int64_t slot, double usual)
{
    struct dist d;
    struct moment out = {.value = NAN, .of = NAN, .slower = NAN};
    if (!dist_read(&d, m, slot)) {
        return out;
    }
    struct dist_quantile p95 = dist_quantile(&d, 0.95);
    out.mean = d.mixed || isnan(p95.value);
    out.beyond = !out.mean && p95.beyond;
    out.value = (out.mean ? dist_mean(&d) : p95.value) * s->declared->factor;
    out.of = d.count;
    out.slower = out.mean || isnan(usual) ? NAN : share_beyond(&d, usual / s->declared->factor);
    return out;
}

// What is not counted yet has no series, and the other one is the whole.
static struct moment read_rest(const struct matrix *m, int64_t slot)
{
    double part = matrix_part(m, PART_SUM, slot), rest = matrix_part(m, PART_REST, slot);
    double of = isnan(part) ? rest : isnan(rest) ? part : part + rest;
    return (struct moment){
        .value = of > 0 ? (isnan(part) ? 0 : part) / of : NAN, .of = of, .slower = NAN};
}

// Beside what is USUAL, of a quantile, where that is known.
static struct moment moment_of(
    const struct signal *s, const struct matrix *m, int64_t slot, double usual)
{
    struct moment out = {.value = NAN, .of = NAN, .slower = NAN};
    switch (s->declared->form) {
    case SIGNAL_FORM_LATENCY: return read_latency(s, m, slot, usual);
    case SIGNAL_FORM_REST: return read_rest(m, slot);
    case SIGNAL_FORM_MEAN:
    case SIGNAL_FORM_PART:
        out.of = matrix_part(m, PART_COUNT, slot);
        out.value = out.of > 0 ? matrix_part(m, PART_SUM, slot) / out.of : NAN;
        break;
    case SIGNAL_FORM_USED:
    case SIGNAL_FORM_FREE:
    case SIGNAL_FORM_LEFT: out.value = pool_fullness(m, slot); break;
    case SIGNAL_FORM_QUEUE:
    case SIGNAL_FORM_GAUGE:
    case SIGNAL_FORM_STATE:
    case SIGNAL_FORM_RATE:
    case SIGNAL_FORM_RATIO: out.value = matrix_sum(m, slot); break;
    case SIGNAL_FORMS: break;
    }
    return out;
}

double declared_value(const struct signal *s, const struct matrix *m, int64_t slot)
{
    return moment_of(s, m, slot, NAN).value;
}

static double past_value(const void *context, struct usual_window window, int64_t slot)
{
    const struct declared_case *c = context;
    const struct matrix *m = context_history(c->context, c->signal, window);
    return m ? moment_of(&c->context->plan->signals[c->signal], m, slot, NAN).value : NAN;
}

// Money comes in no events.
static bool counts_events(const struct signal *s)
{
    return s->declared->form == SIGNAL_FORM_RATE &&
           signal_types[s->kind].unit == SIGNAL_UNIT_PER_SECOND;
}

static bool past_count(
    const void *context, struct usual_window window, int64_t slot, double *k, double *n)
{
    *n = (double)STORE_HISTORY_STEP_MS / 1000;
    *k = *n * past_value(context, window, slot);
    return !isnan(*k);
}

// The median of what is rare is none, whatever happens now and then: its mean tells more.
static void read_usual(struct declared_case *own)
{
    const struct signal *s = &own->context->plan->signals[own->signal];
    const struct usual_at at = {USUAL_OF_MAIN, own->signal, 0, 0};
    own->usual = context_usual(own->context, at, past_value, own);
    if (counts_events(s)) {
        own->events = context_share(own->context, at, past_count, own);
    }
    if (s->declared->bad != SIGNAL_BAD_DOWN && own->events.share > own->usual.centre) {
        own->usual.centre = own->events.share;
    }
}

// Smaller differences are never trouble.
static double floor_of(const struct signal *s, const struct context *c)
{
    switch (signal_types[s->kind].unit) {
    case SIGNAL_UNIT_SECONDS: return c->limits->latency_floor_s;
    case SIGNAL_UNIT_RATIO: return RISE_OF_RATIO;
    case SIGNAL_UNIT_COUNT: return c->limits->queue_least;
    case SIGNAL_UNIT_PER_SECOND: return c->limits->errors_least / c->window_s;
    case SIGNAL_UNIT_PER_HOUR: return COST_LEAST;
    case SIGNAL_UNIT_MOMENT:
    case SIGNAL_UNITS: break;
    }
    return INFINITY;
}

// From where on it alarms, the way that is bad. A weak usual takes more; of a share that fills up,
// of which there may not be so much more, what it says itself.
static double bound_of(const struct reading *r, const struct signal *s, const struct context *c)
{
    const struct thresholds *t = c->limits;
    const struct usual *u = &r->usual;
    double ratio = u->kind == USUAL_SPAN ? t->ratio_critical : t->ratio_warning;
    double by = fmax(t->score_warning * r->spread, floor_of(s, c));
    if (s->declared->bad == SIGNAL_BAD_UP) { // fmax and fmin ignore NaN
        double full = s->declared->full;
        return fmax(fmax(u->centre + by, full > 0 ? full : u->centre * ratio), u->high);
    }
    return fmin(fmin(u->centre - by, u->centre / ratio), u->low);
}

// Whether chance makes COUNT of what is usual, which is taken as often as the time that it is known
// from leaves open. What usually comes together counts once.
static bool are_few(
    double count, const struct declared_case *own, double usual, const struct context *c)
{
    const struct usual_share *e = &own->events;
    double at_once = fmax(1, e->together);
    double likely = e->n > 0 ? fmax(usual, stat_poisson_high(e->share * e->n) / e->n) : usual;
    double due = fmax(likely, e->share + e->coarse) * c->window_s;
    return !(stat_poisson_tail(count / at_once, due / at_once) <= c->limits->chance);
}

// Whether so few events are too few to tell; of moments that are no events never.
static bool is_chance(const struct reading *r, const struct declared_case *own, struct moment m)
{
    const struct context *c = own->context;
    const struct signal *s = &c->plan->signals[own->signal];
    bool up = s->declared->bad == SIGNAL_BAD_UP;
    double n = m.of * c->window_s, usual = r->usual.centre;
    if (s->declared->form == SIGNAL_FORM_PART || s->declared->form == SIGNAL_FORM_REST) {
        double share = fmin(1, fmax(0, up ? usual : 1 - usual));
        double now = up ? m.value : 1 - m.value;
        return context_is_chance(
            now * n, n, (struct usual_share){.share = share, .n = n}, c->limits);
    }
    if (!isnan(m.slower) && up) { // a twentieth is beyond the usual P95
        return context_is_chance(
            m.slower * n, n, (struct usual_share){.share = BEYOND_P95, .n = n}, c->limits);
    }
    if (counts_events(s)) {
        double count = m.value * c->window_s;
        return up ? are_few(count, own, usual, c)
                  : silence_is_chance(count, usual * c->window_s, c->limits);
    }
    return false;
}

// Which side of the bound R is: 1 beyond it, 0 near it, -1 well within it.
static int side_of(const struct reading *r, const struct signal *s, const struct context *c)
{
    double bound = bound_of(r, s, c), usual = r->usual.centre;
    double back = usual + c->limits->hysteresis * (bound - usual);
    bool up = s->declared->bad == SIGNAL_BAD_UP;
    double past = up ? r->now - bound : bound - r->now;
    double within = up ? back - r->now : r->now - back;
    return past >= 0 && fabs(r->now - usual) > LITTLE ? 1 : within > 0 ? -1 : 0;
}

// A state is what its values say, whatever it was before.
static enum mark judge_state(struct reading *r, const struct declared_config *d)
{
    bool up = d->bad == SIGNAL_BAD_UP;
    bool critical = up ? r->now >= d->critical : r->now <= d->critical; // NaN: never
    bool warns = up ? r->now >= d->warn : r->now <= d->warn;
    r->state = STATE_OK;
    r->severity = critical ? SEVERITY_CRITICAL : warns ? SEVERITY_WARNING : SEVERITY_OK;
    return critical || warns ? MARK_BEYOND : MARK_BELOW;
}

static double value_at(void *context, int64_t slot)
{
    const struct declared_case *own = context;
    const struct context *c = own->context;
    return declared_value(
        &c->plan->signals[own->signal], &c->store->signals[own->signal].live, slot);
}

// Returns where the moment lies; sets R.
static enum mark judge_moment(
    struct reading *r, struct declared_case *own, int64_t slot, bool *mean)
{
    const struct context *c = own->context;
    const struct signal *s = &c->plan->signals[own->signal];
    struct moment m = moment_of(s, &c->store->signals[own->signal].live, slot, own->usual.centre);
    r->usual = own->usual;
    r->now = m.value;
    r->beyond = m.beyond;
    *mean = m.mean;
    r->spread = fmax(r->usual.spread, SPREAD_LEAST * fabs(r->usual.centre));
    reading_compare(r);
    bool events = has_events(s->declared->form);
    bool none = events && !(m.of > 0);
    if (isnan(m.value)) {
        r->state = none && !isnan(m.of) ? STATE_NO_TRAFFIC : STATE_NO_DATA;
        return MARK_UNKNOWN;
    }
    if (s->declared->form == SIGNAL_FORM_STATE) {
        return judge_state(r, s->declared);
    }
    if (events && !(m.of * c->window_s >= c->limits->requests_least)) {
        r->state = STATE_TOO_FEW;
        return MARK_UNKNOWN;
    }
    if (r->usual.kind == USUAL_NONE) {
        r->state = STATE_NO_BASELINE;
        return MARK_UNKNOWN;
    }
    r->state = STATE_OK;
    r->severity = SEVERITY_OK;
    if (s->declared->bad == SIGNAL_BAD_NONE) {
        return MARK_BELOW;
    }
    habit_end(&r->usual, &c->store->signals[own->signal].live, slot, value_at, own);
    int side = side_of(r, s, c);
    if (side > 0 && !is_chance(r, own, m)) {
        r->severity = SEVERITY_WARNING;
        return MARK_BEYOND;
    }
    return side == 0 ? MARK_BETWEEN : MARK_BELOW;
}

static enum mark mark_moment(void *context, int64_t slot)
{
    struct reading r = reading_none(STATE_OK);
    bool mean;
    return judge_moment(&r, context, slot, &mean);
}

// A gauge is of a moment: what it was before it alarmed was no part of it.
static struct onset since(struct declared_case *own, const struct reading *r, struct onset o)
{
    const struct context *c = own->context;
    const struct signal *s = &c->plan->signals[own->signal];
    const struct rise rise = {value_at, own, r->usual.centre, bound_of(r, s, c)};
    bool rate = has_events(s->declared->form) || s->declared->form == SIGNAL_FORM_RATE;
    return rate ? onset_rise(c, own->signal, o, &rise) : o;
}

static enum statistic statistic_of_form(enum signal_form form, bool mean)
{
    switch (form) {
    case SIGNAL_FORM_LATENCY: return mean ? STATISTIC_MEAN : STATISTIC_P95;
    case SIGNAL_FORM_PART:
    case SIGNAL_FORM_REST: return STATISTIC_SHARE;
    case SIGNAL_FORM_MEAN:
    case SIGNAL_FORM_RATE: return STATISTIC_MEAN;
    case SIGNAL_FORM_QUEUE:
    case SIGNAL_FORM_GAUGE:
    case SIGNAL_FORM_STATE:
    case SIGNAL_FORM_RATIO:
    case SIGNAL_FORM_USED:
    case SIGNAL_FORM_FREE:
    case SIGNAL_FORM_LEFT:
    case SIGNAL_FORMS: break;
    }
    return STATISTIC_VALUE;
}

void declared_judge(struct declared_diagnosis *out, const struct context *c, int signal)
{
    const struct signal *s = &c->plan->signals[signal];
    struct declared_case own = {.context = c, .signal = signal, .events = {.share = NAN}};
    bool mean = false;
    *out = (struct declared_diagnosis){.signal = signal, .reading = reading_none(STATE_NO_DATA)};
    struct reading *r = &out->reading;
    bool state = s->declared->form == SIGNAL_FORM_STATE;
    own.usual = r->usual;
    if (!state) {
        read_usual(&own);
    }
    r->state = context_state(c, signal);
    r->usual = own.usual;
    bool absent = s->presence == PRESENCE_ABSENT || s->presence == PRESENCE_UNLABELLED ||
                  s->limit_presence == PRESENCE_ABSENT;
    if (absent && c->store->signals[signal].live.count == 0) {
        r->state = STATE_ABSENT;
    }
    if (r->state == STATE_OK) {
        out->odd = odd_now(c, signal);
        r->state = out->odd.why != ODD_NONE ? STATE_UNRELIABLE : STATE_OK;
    }
    if (r->state == STATE_OK) {
        judge_moment(r, &own, context_slot(c, signal), &mean);
    }
    out->statistic = statistic_of_form(s->declared->form, mean);
    if (r->state == STATE_OK) {
        out->onset = since(&own, r, context_hysteresis(c, signal, r, mark_moment, &own));
    }
    if (deviates(r) && s->declared->bad == SIGNAL_BAD_UP && !state) {
        const struct earlier earlier = {past_value, &own, r->usual.centre, bound_of(r, s, c)};
        out->onset = onset_earlier(c, signal, out->onset, &earlier);
    }
}

// --- what comes of it

static bool is_related(const struct plan *plan, int stage, int other)
{
    return other >= 0 &&
           (descend_is_within(plan, stage, other) || descend_is_within(plan, other, stage));
}

void declared_add_faults(struct faults *out, const struct diagnosis *d, const struct context *c)
{
    size_t others = out->count;
    for (size_t i = 0; i < d->declared_count; i++) {
        int stage = c->plan->signals[d->declared[i].signal].stage;
        bool explained = !deviates(&d->declared[i].reading);
        for (size_t k = 0; k < others && !explained; k++) {
            const struct fault *f = &out->items[k];
            explained =
                is_related(c->plan, stage, f->stage) || is_related(c->plan, stage, f->second);
        }
        if (!explained) {
            fault_add(out, (struct fault){.signal = CLASS_DECLARED,
                               .severity = d->declared[i].reading.severity,
                               .stage = stage,
                               .second = -1,
                               .tool = -1,
                               .declared = (int)i});
        }
    }
}

// Whether it counts requests that the stage at fault, which completes nothing, does not get done.
static bool is_stuck(const struct diagnosis *d, const struct context *c, int signal)
{
    const struct verdict *v = &d->verdict;
    int stage = c->plan->signals[signal].stage, next = -1;
    while (v->signal == CLASS_TRAFFIC && stage == v->stage &&
           (next = work_next(c->plan, stage, next)) >= 0) {
        if (next == signal) {
            return work_is_stuck(&d->stages[stage], c, signal);
        }
    }
    return false;
}

void declared_explain(struct diagnosis *d, const struct context *c)
{
    struct verdict *v = &d->verdict;
    for (size_t i = 0; i < d->declared_count; i++) {
        const struct reading *r = &d->declared[i].reading;
        int signal = d->declared[i].signal, stage = c->plan->signals[signal].stage;
        bool related =
            is_related(c->plan, stage, v->stage) || is_related(c->plan, stage, v->second);
        if (related && (deviates(r) || is_stuck(d, c, signal))) {
            verdict_add(v, (struct evidence){.kind = EVIDENCE_DECLARED,
                               .stage = stage,
                               .declared = (int)i,
                               .a = r->now,
                               .b = r->usual.centre});
        }
    }
}
