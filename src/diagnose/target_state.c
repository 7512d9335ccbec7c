#include "diagnose/target_state.h"

#include <math.h>
#include <string.h>

// A scrape that takes most of its interval is about to time out; one that is this late did not
// come.
static const double SLOW = 0.8, LATE = 3, TOOK_MOST = 1e5;

double target_age_s(const struct list *targets, size_t i, int64_t now_ms)
{
    return ((double)now_ms - list_number(targets, i, "scraped_ms")) / 1000;
}

double target_took_s(const struct list *targets, size_t i)
{
    double took = list_number(targets, i, "took_s");
    return took >= 0 && took < TOOK_MOST ? took : NAN;
}

double target_limit_s(const struct list *targets, size_t i)
{
    double timeout = list_number(targets, i, "timeout_s");
    return timeout > 0 ? timeout : list_number(targets, i, "interval_s");
}

// VictoriaMetrics says of a target that it never scraped that it is down.
enum target_state target_state_of(const struct list *targets, size_t i, int64_t now_ms)
{
    double age = target_age_s(targets, i, now_ms), interval = list_number(targets, i, "interval_s");
    const char *health = list_text(targets, i, "health");
    if (isnan(age) || strcmp(health, "unknown") == 0) {
        return TARGET_NEVER;
    }
    return strcmp(health, "up") != 0                                       ? TARGET_DOWN
           : age > LATE * interval                                         ? TARGET_LATE
           : target_took_s(targets, i) > SLOW * target_limit_s(targets, i) ? TARGET_SLOW
                                                                           : TARGET_GOOD;
}

enum severity target_severity(enum target_state state)
{
    static const enum severity severities[] = {[TARGET_GOOD] = SEVERITY_OK,
        [TARGET_SLOW] = SEVERITY_WARNING,
        [TARGET_NEVER] = SEVERITY_UNKNOWN,
        [TARGET_LATE] = SEVERITY_WARNING,
        [TARGET_DOWN] = SEVERITY_CRITICAL};
    return severities[state];
}

const char *target_health(const struct list *targets, size_t i, int64_t now_ms)
{
    bool never = target_state_of(targets, i, now_ms) == TARGET_NEVER;
    return never ? "unknown" : list_text(targets, i, "health");
}
