#include <math.h>

#include "diagnose/context.h"
#include "diagnose/habit.h"

static const double SPREAD_LEAST = 0.05;
static const double USUALLY_FULL = 0.1; // so near to full, it is so by design
static const double DRIFT_SHARE = 0.1;  // of the limit, over days: a smaller rise is no leak
static const double DRIFT_UNITS = 5;    // nor is one of fewer connections

struct pool_context {
    const struct context *context;
    int signal;
};

// How full all of them are together; NaN: not known, or some that have no limit use most of it.
static double together(const struct matrix *m, int64_t slot)
{
    double limit = matrix_part(m, PART_LIMIT, slot);
    double full = limit > 0 ? matrix_part(m, PART_USED, slot) / limit : NAN;
    bool more = full > matrix_part(m, PART_FULLEST, slot) * (1 + MATRIX_SAME);
    return more || full < 0 ? NAN : full;
}

// How full it is where it is fullest: one pod may wait while all pods together have room.
double pool_fullness(const struct matrix *m, int64_t slot)
{
    double fullest = matrix_part(m, PART_FULLEST, slot);
    return fmax(together(m, slot), fullest >= 0 ? fullest : NAN); // fmax ignores NaN
}

static double past_fullness(const void *context, struct usual_window window, int64_t slot)
{
    const struct pool_context *c = context;
    const struct matrix *m = context_history(c->context, c->signal, window);
    return !m ? NAN : window.peak ? matrix_part(m, PART_PEAK, slot) : pool_fullness(m, slot);
}

static double live_fullness(void *context, int64_t slot)
{
    const struct pool_context *c = context;
    return pool_fullness(&c->context->store->signals[c->signal].live, slot);
}

static enum severity severity_of(const struct reading *r, const struct thresholds *t)
{
    if (r->now < t->pool_full) {
        return SEVERITY_OK;
    }
    bool unusual = r->usual.kind != USUAL_NONE && r->usual.centre < t->pool_full - USUALLY_FULL &&
                   !(r->now <= r->usual.high);
    return unusual ? SEVERITY_WARNING : SEVERITY_UNKNOWN;
}

static struct onset full_since(const struct context *c, int signal, const struct usual *usual)
{
    const struct matrix *live = &c->store->signals[signal].live;
    int64_t slot = context_slot(c, signal), first = slot;
    while (matrix_asked(live, slot) && !(pool_fullness(live, slot) < c->limits->pool_full)) {
        first = slot--; // a gap ends nothing
    }
    struct onset onset = {.since_ms = first * live->step_ms};
    if (matrix_asked(live, slot)) {
        return onset;
    }
    const struct pool_context self = {.context = c, .signal = signal};
    const struct earlier earlier = {past_fullness, &self, usual->centre, c->limits->pool_full};
    return onset_earlier(c, signal, (struct onset){.before_ms = onset.since_ms}, &earlier);
}

static void read_pool(struct stage_diagnosis *out, const struct context *c, int signal)
{
    const struct signal_data *data = &c->store->signals[signal];
    struct pool_context self = {.context = c, .signal = signal};
    int64_t slot = context_slot(c, signal);
    struct reading *r = &out->pool;
    out->pool_signal = signal;
    bool all = !isnan(together(&data->live, slot));
    out->pool_used = all ? matrix_part(&data->live, PART_USED, slot) : NAN;
    out->pool_limit = all ? matrix_part(&data->live, PART_LIMIT, slot) : NAN;
    *r = reading_none(STATE_OK);
    r->now = pool_fullness(&data->live, slot);
    r->usual =
        context_usual(c, (struct usual_at){USUAL_OF_MAIN, signal, 0, 0}, past_fullness, &self);
    habit_end(&r->usual, &data->live, slot, live_fullness, &self);
    r->spread = fmax(r->usual.spread, SPREAD_LEAST);
    reading_compare(r);
    r->severity = severity_of(r, c->limits);
    if (r->severity >= SEVERITY_WARNING) {
        out->pool_onset = full_since(c, signal, &r->usual);
    }
    double units = DRIFT_UNITS / out->pool_limit; // NaN of a ratio alone, which fmax ignores
    drift_read(r, r->usual.drift, SPREAD_LEAST, fmax(DRIFT_SHARE, units));
}

bool pool_is_full(const struct stage_diagnosis *s, const struct thresholds *t)
{
    return s->pool_signal >= 0 && s->pool.now >= t->pool_full;
}

static bool is_missing(enum presence presence, double now)
{
    return isnan(now) && (presence == PRESENCE_ABSENT || presence == PRESENCE_UNLABELLED);
}

// Whether nothing tells how much there is, though it has a LIMIT, which need not be known of it
// all.
static bool lacks_limit(const struct signal *s, double limit, double fullest)
{
    bool has = s->limit.metric || s->limit.expr;
    return has && isnan(limit) && isnan(fullest);
}

// Why nothing is known of SIGNAL; STATE_OK: something is, or nothing ever was. What comes and
// cannot be meant is ODD.
static enum state blindness(const struct context *c, int signal, struct oddity *odd)
{
    const struct signal *s = &c->plan->signals[signal];
    const struct signal_data *data = &c->store->signals[signal];
    int64_t slot = context_slot(c, signal);
    double used = matrix_part(&data->live, PART_USED, slot);
    double limit = matrix_part(&data->live, PART_LIMIT, slot);
    if (data->condition == CONDITION_ASKING) {
        return STATE_OK;
    }
    if (data->condition == CONDITION_REFUSED) {
        odd->why = data->unfit ? ODD_UNFIT : ODD_NONE;
        return data->unfit ? STATE_UNRELIABLE : STATE_ERROR;
    }
    if (s->presence == PRESENCE_MISTYPED || s->limit_presence == PRESENCE_MISTYPED) {
        return STATE_MISTYPED;
    }
    if (data->condition == CONDITION_ABSENT || plan_names_nothing(s) ||
        is_missing(s->presence, used) || is_missing(s->limit_presence, limit)) {
        return STATE_ABSENT;
    }
    *odd = odd_now(c, signal);
    if (odd->why != ODD_NONE) {
        return STATE_UNRELIABLE;
    }
    double fullest = matrix_part(&data->live, PART_FULLEST, slot);
    bool known = (!isnan(used) || !isnan(fullest)) && !lacks_limit(s, limit, fullest);
    return known || isnan(work_read(c, signal).usual) ? STATE_OK : STATE_NO_DATA;
}

static void find_blind(struct stage_diagnosis *out, const struct context *c, int stage)
{
    const struct stage *s = &c->plan->stages[stage];
    out->blind_signal = -1;
    out->blind = STATE_OK;
    for (int i = 0; i < s->saturation_count; i++) {
        enum state its = blindness(c, s->saturation_first + i, &out->odd[i]);
        bool first = its != STATE_OK && out->blind_signal < 0;
        out->blind_more += its != STATE_OK && !first;
        out->blind = first ? its : out->blind;
        out->blind_signal = first ? s->saturation_first + i : out->blind_signal;
    }
}

void pool_judge(struct stage_diagnosis *out, const struct context *c, int stage)
{
    const struct stage *s = &c->plan->stages[stage];
    int fullest = -1;
    double most = -1;
    for (int i = s->saturation_first; i < s->saturation_first + s->saturation_count; i++) {
        double full = pool_fullness(&c->store->signals[i].live, context_slot(c, i));
        bool odd = odd_now(c, i).why != ODD_NONE;
        if (full > most && context_state(c, i) == STATE_OK && !odd) {
            most = full;
            fullest = i;
        }
    }
    out->pool = reading_none(STATE_NO_DATA);
    out->pool_signal = -1;
    out->pool_used = out->pool_limit = NAN;
    if (fullest >= 0) {
        read_pool(out, c, fullest);
    }
    find_blind(out, c, stage);
    if (fullest < 0 && out->blind != STATE_OK) {
        out->pool = reading_none(out->blind);
    }
}
