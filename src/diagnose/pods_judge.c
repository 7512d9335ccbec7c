#include <math.h>

#include "diagnose/context.h"
#include "diagnose/pods.h"
#include "diagnose/stat.h"

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

// Of those that complete anything the rate of the one in the middle; NaN: none does.
static double middle_rate(const struct pods *pods)
{
    double rates[PODS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < pods->count; i++) {
        if (pods->items[i].rate > 0) {
            rates[count++] = pods->items[i].rate;
        }
    }
    return stat_middle(rates, count);
}

// It may as well get no requests: that it has some to do is for the caller to know.
static bool is_silent(
    const struct pods *pods, const struct pod *pod, double window_s, const struct thresholds *t)
{
    return pod->rate <= 0 && !silence_is_chance(0, middle_rate(pods) * window_s, t);
}

struct pod_verdict pods_judge(const struct pods *pods, const struct pod *pod, double usual,
    double window_s, const struct thresholds *t)
{
    double requests = pod->rate * window_s;
    bool enough = pods->count > 1 && requests >= t->requests_least;
    struct pod_verdict v = {
        .slow = enough && is_slow(pods, pod, usual, t),
        .fails = enough && fails(pods, pod, requests, t),
        .silent = is_silent(pods, pod, window_s, t),
    };
    bool known = pod->rate > 0 || !isnan(pod->latency);
    v.severity = v.slow || v.fails ? SEVERITY_WARNING : known ? SEVERITY_OK : SEVERITY_UNKNOWN;
    return v;
}
