#include <math.h>

#include "config/metric_key.h"
#include "config/signal_keys.h"
#include "diagnose/context.h"

static const double BELOW = -1e-9;      // what is subtracted is a little off
static const double PERCENT_FROM = 1.5; // a share may be a little above 1

static bool is_nan(const struct signal_data *data, enum part part)
{
    return (data->nans & 1U << part) != 0;
}

bool odd_is_share(const struct signal *s)
{
    bool limited = s->limit.metric || s->limit.expr || s->limit.number > 0 || s->full > 0;
    return s->kind == SIGNAL_SATURATION && !limited && s->source.metric &&
           metric_key_is_share(s->source.metric);
}

// Whether S is a share that stands as it is.
static bool is_plain_share(const struct signal *s)
{
    const struct declared_config *d = s->declared;
    bool pair = d && d->form != SIGNAL_FORM_RATIO && d->form != SIGNAL_FORM_GAUGE;
    return d ? !pair && signal_types[s->kind].unit == SIGNAL_UNIT_RATIO && d->factor >= 1
             : s->full > 0 && s->full <= 1;
}

static struct oddity odd_limit(const struct signal *s, const struct signal_data *data, int64_t slot)
{
    double limit = matrix_part(&data->live, PART_LIMIT, slot);
    bool none = (!isnan(limit) && limit <= 0) || is_nan(data, PART_LIMIT);
    bool fuller = !isnan(matrix_part(&data->live, PART_FULLEST, slot)); // of some there is one
    return (s->limit.metric || s->limit.expr) && none && !fuller ? (struct oddity){ODD_LIMIT, limit}
                                                                 : (struct oddity){ODD_NONE, 0};
}

// An expression is NaN as well while it has nothing to divide by.
struct oddity odd_now(const struct context *c, int signal)
{
    const struct signal *s = &c->plan->signals[signal];
    const struct signal_data *data = &c->store->signals[signal];
    int64_t slot = context_slot(c, signal);
    bool gauge = !s->declared || signal_is_gauge(s->declared->form);
    bool pool = !s->declared || signal_is_pool(s->declared->form);
    enum part part = pool ? PART_USED : PART_VALUE;
    double value = matrix_part(&data->live, part, slot);
    bool state = s->declared && s->declared->form == SIGNAL_FORM_STATE;
    if (s->source.metric && gauge && is_nan(data, part)) {
        return (struct oddity){ODD_NAN, NAN};
    }
    struct oddity limit = odd_limit(s, data, slot);
    if (pool && limit.why != ODD_NONE) {
        return limit;
    }
    if (gauge && !state && value < BELOW) {
        return (struct oddity){ODD_NEGATIVE, value};
    }
    if (is_plain_share(s) && value >= PERCENT_FROM) {
        return (struct oddity){ODD_PERCENT, value};
    }
    return odd_is_share(s) && !isnan(value) ? (struct oddity){ODD_SHARE, value}
                                            : (struct oddity){ODD_NONE, 0};
}
