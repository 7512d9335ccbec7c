#include <math.h>

#include "diagnose/pods.h"

// So bad beside the one in the middle, and beside what is usual for all of them.
static bool is_slow(
    const struct pods *pods, const struct pod *pod, double usual, const struct thresholds *t)
{
    return pod->latency >= t->apart * pods->latency && !(pod->latency < t->ratio_warning * usual);
}

static bool fails(
    const struct pods *pods, const struct pod *pod, double requests, const struct thresholds *t)
{
    return pod->errors * requests >= t->errors_least &&
           pod->errors >= t->apart * pods->errors + t->errors_floor;
}

struct pod_verdict pods_judge(const struct pods *pods, const struct pod *pod, double usual,
    double window_s, const struct thresholds *t)
{
    double requests = pod->rate * window_s;
    bool enough = pods->count > 1 && requests >= t->requests_least;
    struct pod_verdict v = {
        .slow = enough && is_slow(pods, pod, usual, t),
        .fails = enough && fails(pods, pod, requests, t),
    };
    bool known = pod->rate > 0 || !isnan(pod->latency);
    v.severity = v.slow || v.fails ? SEVERITY_WARNING : known ? SEVERITY_OK : SEVERITY_UNKNOWN;
    return v;
}
