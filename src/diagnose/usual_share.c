#include <math.h>

#include "base/clock.h"
#include "diagnose/stat.h"
#include "diagnose/usual.h"
#include "diagnose/usual_windows.h"

enum {
    PART_SLOTS = 10, // of a part of a window, the fewest
    PARTS_MOST = 6,
};

/** The counts of one window by half, and both together. */
struct pooled {
    double k[HALVES], n[HALVES];
    double together;
    int slots;
    int64_t oldest_ms;
};

static struct pooled pool(struct stretch h, struct usual_window window, int64_t near_ms,
    usual_count *count, const void *context)
{
    struct pooled p = {.together = 1, .oldest_ms = INT64_MAX};
    double squares = 0;
    for (int64_t slot = h.first; slot <= h.last; slot++) {
        double k, n;
        enum half half;
        if (window_is_near(window, slot * h.step_ms, near_ms, &half) &&
            count(context, window, slot, &k, &n)) {
            p.k[half] += k;
            p.n[half] += n;
            squares += k * k;
            p.oldest_ms = p.slots++ > 0 ? p.oldest_ms : slot * h.step_ms;
        }
    }
    p.k[BOTH] = p.k[BEFORE] + p.k[AFTER];
    p.n[BOTH] = p.n[BEFORE] + p.n[AFTER];
    if (p.k[BOTH] > 0) { // of single ones it is 1
        p.together = fmax(1, squares / p.k[BOTH] - p.k[BOTH] / p.slots);
    }
    return p;
}

// The median of days; of weeks what half of them reach.
static double middle(double *shares, size_t count, enum usual_kind kind)
{
    double median = stat_median(shares, count); // which sorts them
    return count < STORE_DAYS_LEAST ? NAN : kind == USUAL_WEEK ? shares[(count - 1) / 2] : median;
}

static const double CLUSTERED = 1.5; // of the median: what comes singly rarely looks like it

// Of how many that come at once: days of few know them too low, but those of an outage too high.
static double at_once(double *values, size_t count)
{
    double median = stat_median(values, count); // which sorts them
    return count == 0 ? 1 : median < CLUSTERED ? median : values[3 * (count - 1) / 4];
}

static struct usual_share share_of(enum usual_kind kind, const struct signal_data *data,
    const struct usual_rules *rules, usual_count *count, const void *context)
{
    double shares[HALVES][STORE_DAYS_MAX], together[STORE_DAYS_MAX], n = 0;
    double counts[HALVES * STORE_DAYS_MAX];
    size_t halves = 0, days = 0, known[HALVES] = {0};
    struct usual_window window = {.day = -1};
    struct stretch h;
    while (window_allows(rules, kind) && (h = window_next_day(data, rules, kind, &window)).matrix) {
        struct pooled one = pool(h, window, window_time_on(rules, window), count, context);
        for (int half = 0; half < HALVES; half++) {
            if (one.n[half] > 0) {
                shares[half][known[half]++] = one.k[half] / one.n[half];
                counts[halves++] = one.n[half];
            }
        }
        if (one.k[BOTH] > 0) { // nothing tells how it would come
            together[days++] = one.together;
        }
        n += one.n[BOTH];
    }
    struct usual_share u = {.share = NAN, .n = n, .together = at_once(together, days)};
    u.coarse = halves > 0 ? log(2) / stat_median(counts, halves) : 0;
    for (int half = 0; half < HALVES; half++) {
        u.share = fmax(u.share, middle(shares[half], known[half], kind));
    }
    return u;
}

// The part of S from the first slot on that COUNT knows.
static struct stretch known_part(
    struct stretch s, struct usual_window window, usual_count *count, const void *context)
{
    double k, n;
    while (s.first <= s.last && !count(context, window, s.first, &k, &n)) {
        s.first++;
    }
    return s;
}

// Cut into parts, whose median counts, as that of days does: a step or an outage within the window
// is no habit, and what fails then did not come at once by itself.
static struct usual_share share_of_parts(struct stretch all, struct usual_window window,
    const struct usual_rules *rules, usual_count *count, const void *context)
{
    struct usual_share u = {.share = NAN};
    double shares[PARTS_MOST], together[PARTS_MOST], counts[PARTS_MOST];
    int64_t slots = all.last - all.first + 1, oldest_ms = INT64_MAX;
    int64_t parts = slots < 2 * PART_SLOTS            ? 1
                    : slots < PARTS_MOST * PART_SLOTS ? slots / PART_SLOTS
                                                      : PARTS_MOST;
    size_t known = 0;
    int points = 0;
    for (int64_t i = 0; i < parts; i++) {
        struct stretch part = all;
        part.first = all.first + slots * i / parts;
        part.last = all.first + slots * (i + 1) / parts - 1;
        struct pooled p = pool(part, window, 0, count, context);
        points += p.slots;
        oldest_ms = p.oldest_ms < oldest_ms ? p.oldest_ms : oldest_ms;
        if (p.n[BOTH] > 0) {
            shares[known] = p.k[BOTH] / p.n[BOTH];
            counts[known] = p.n[BOTH] * (double)all.step_ms / STORE_HISTORY_STEP_MS;
            together[known++] = p.together;
            u.n += p.n[BOTH] * (double)all.step_ms / STORE_HISTORY_STEP_MS;
        }
    }
    if (window.day == USUAL_WINDOW_SPAN && !window_is_long_enough(rules, points, oldest_ms)) {
        return (struct usual_share){.share = NAN};
    }
    u.share = stat_median(shares, known);
    u.together = stat_median(together, known);
    u.coarse = known > 1 ? log(2) / stat_median(counts, known) : 0;
    return u;
}

static struct usual_share share_of_window(const struct signal_data *data,
    const struct usual_rules *rules, int which, usual_count *count, const void *context)
{
    struct usual_window window = {.day = which};
    struct stretch all = usual_stretch(data, rules, window);
    struct usual_share u = {.share = NAN};
    if (!all.matrix) {
        return u;
    }
    all = known_part(all, window, count, context);
    u = share_of_parts(all, window, rules, count, context);
    if (which != USUAL_WINDOW_SPAN) {
        return u;
    }
    struct usual_share began =
        share_of_parts(window_start_of(all, rules), window, rules, count, context);
    u = u.share > USUAL_ALARM_RATIO * began.share ? began : u;
    u.passing = true;
    return u;
}

static struct usual_share share_of_file(const struct signal_data *data,
    const struct usual_rules *rules, usual_count *count, const void *context)
{
    struct usual_window window = {.day = USUAL_WINDOW_SAVED};
    struct stretch h = usual_stretch(data, rules, window);
    for (int64_t reach_ms = STORE_NEAR_MS; h.matrix && reach_ms <= CLOCK_DAY_MS / 2;
         reach_ms += STORE_NEAR_MS) {
        struct usual_share u = {.share = 0, .together = 1};
        struct stretch part;
        for (int k = 0; window_saved_part(h, rules, reach_ms, k, &part); k++) {
            struct pooled one = pool(part, window, 0, count, context);
            u.share += one.k[BOTH];
            u.n += one.n[BOTH];
            u.together = fmax(u.together, one.together);
        }
        if (u.n > 0) {
            u.share /= u.n;
            return u;
        }
    }
    return (struct usual_share){.share = NAN};
}

static struct usual_share higher_share(struct usual_share a, struct usual_share b)
{
    struct usual_share higher = isnan(b.share) || a.share > b.share ? a : b;
    higher.together = fmax(a.together, b.together); // each knows it from few
    return higher;
}

static struct usual_share share_of_calendar(const struct signal_data *data,
    const struct usual_rules *rules, usual_count *count, const void *context)
{
    return higher_share(share_of(USUAL_WEEK, data, rules, count, context),
        share_of(USUAL_DAY, data, rules, count, context));
}

struct usual_share usual_share_of(const struct signal_data *data, const struct usual_rules *rules,
    usual_count *count, const void *context)
{
    struct usual_share share = share_of_calendar(data, rules, count, context);
    if (window_clocks_differ(rules)) {
        struct usual_rules steady = *rules;
        steady.clock = USUAL_CLOCK_STEADY;
        share = higher_share(share, share_of_calendar(data, &steady, count, context));
    }
    if (!isnan(share.share)) {
        return share;
    }
    if (window_allows(rules, USUAL_RECENT) || window_allows(rules, USUAL_PINNED)) {
        bool pinned = rules->baseline == BASELINE_PINNED;
        share = share_of_window(
            data, rules, pinned ? USUAL_WINDOW_PINNED : USUAL_WINDOW_RECENT, count, context);
    }
    if (isnan(share.share) && window_allows(rules, USUAL_FILE)) {
        share = share_of_file(data, rules, count, context);
    }
    bool span = isnan(share.share) && window_allows(rules, USUAL_SPAN);
    return span ? share_of_window(data, rules, USUAL_WINDOW_SPAN, count, context) : share;
}
