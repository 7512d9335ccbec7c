#include "diagnose/at_cursor.h"

#include <math.h>

#include "diagnose/context.h"

static const double APART = 1.25; // times as many: two rates of the same are never that far apart

struct bounds bounds_of_latency(const struct reading *r, const struct thresholds *t)
{
    double u = r->usual.centre;
    double rise = fmax(t->score_warning * r->spread, t->latency_floor_s); // fmax ignores NaN
    return (struct bounds){u, fmax(t->ratio_warning * u, u + rise), t->ratio_critical * u};
}

double errors_requests(double counted, double errors)
{
    return errors > APART * counted ? counted + errors : errors > counted ? errors : counted;
}

struct bounds bounds_of_errors(const struct reading *r, const struct thresholds *t)
{
    double u = r->usual.centre;
    double rise = fmax(t->errors_floor, t->score_warning * r->spread);
    return (struct bounds){u, fmax(t->ratio_warning * u, u + rise),
        fmax(t->ratio_critical * u, u + t->errors_critical)};
}

struct bounds bounds_of_pool(double limit, const struct thresholds *t)
{
    bool none = !(limit > 0);
    return (struct bounds){NAN, none ? NAN : t->pool_full * limit, none ? NAN : limit};
}

struct bounds bounds_of_calls(double usual, const struct thresholds *t)
{
    return (struct bounds){usual, t->calls_ratio_warning * usual, t->calls_ratio_critical * usual};
}

static enum severity severity_of(double now, struct bounds b, enum severity otherwise)
{
    return now >= b.critical ? SEVERITY_CRITICAL : now >= b.warning ? SEVERITY_WARNING : otherwise;
}

void at_cursor_number(struct reading *r, double now)
{
    r->now = now;
    r->low = r->high = NAN;
    r->beyond = false;
    r->state = isnan(now) ? STATE_NO_DATA : STATE_OK;
    reading_compare(r);
    r->score = NAN;
    r->severity = isnan(now) || isnan(r->usual.centre) ? SEVERITY_UNKNOWN : SEVERITY_OK;
}

void at_cursor_latency(struct reading *r, double now, const struct thresholds *t)
{
    at_cursor_number(r, now);
    r->severity = severity_of(now, bounds_of_latency(r, t), r->severity);
}

void at_cursor_errors(struct reading *r, double now, const struct thresholds *t)
{
    at_cursor_number(r, now);
    r->severity = severity_of(now, bounds_of_errors(r, t), r->severity);
}

// A full pool is what a fault comes of; by itself it is never critical.
void at_cursor_pool(struct reading *r, double now, const struct thresholds *t)
{
    at_cursor_number(r, now);
    r->severity = now >= bounds_of_pool(1, t).warning ? SEVERITY_WARNING : r->severity;
}

void at_cursor_calls(struct tool_diagnosis *out, double rate, double questions, double window_s,
    const struct thresholds *t)
{
    double usual = out->per_request_usual;
    at_cursor_number(&out->calls, rate);
    out->requests = questions;
    out->per_request = rate / questions;
    out->calls.ratio = out->per_request / usual;
    out->count = rate * window_s;
    if (out->per_request >= usual + t->calls_floor && out->count >= t->requests_least) {
        out->calls.severity =
            severity_of(out->per_request, bounds_of_calls(usual, t), out->calls.severity);
    }
}
