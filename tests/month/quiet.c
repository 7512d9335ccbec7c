#include "month/quiet.h"

#include <math.h>
#include <stddef.h>

enum { MINUTE = 60, HOUR = 3600, DAY = 86400, MOOD = 15 * MINUTE, MOOD_MOST = 3 };

static bool between(const struct tm *t, double from_hour, double to_hour)
{
    double hour = t->tm_hour + t->tm_min / 60.0;
    return hour >= from_hour && hour < to_hour;
}

// Whether something is going on that begins PER_DAY times a day and lasts LEAST to MOST minutes.
static bool happens(struct quiet *q, int64_t at_s, double per_day, double least, double most)
{
    if (at_s >= q->until_s && chance_is(&q->chance, per_day * MINUTE / DAY)) {
        q->until_s = at_s + (int64_t)(MINUTE * chance_uniform(&q->chance, least, most));
        q->by = chance_uniform(&q->chance, 0, 1);
    }
    return at_s < q->until_s;
}

static void few(struct quiet *q)
{
    q->rate = chance_scale(&q->chance, 0.1, 1);
}

// 3 to 30 questions in five minutes from ten to six.
static void quiet_night(struct quiet *q, int64_t at_s, const struct tm *t, struct minute *m)
{
    (void)at_s;
    if (between(t, 22, 24) || between(t, 0, 6)) {
        m->load = (0.01 + 0.09 * q->random[0]) / q->rate;
    }
}

static void hardly_any(struct quiet *q)
{
    q->rate = chance_scale(&q->chance, 0.01, 0.1);
}

static void lonely(struct quiet *q)
{
    q->rate = chance_scale(&q->chance, 12.0 / 3600, 24.0 / 3600);
}

static void closed_at_night(struct quiet *q, int64_t at_s, const struct tm *t, struct minute *m)
{
    (void)q;
    (void)at_s;
    m->load *= between(t, 6, 22);
}

static void daily_rush(struct quiet *q, int64_t at_s, const struct tm *t, struct minute *m)
{
    double begin = 8 + 4 * q->random[0];
    (void)at_s;
    if (between(t, begin, begin + 2)) {
        m->load *= 2 + 2 * q->random[1];
        m->query *= 1.5 + 1.5 * q->random[2];
        m->generation *= 1.5 + 1.5 * q->random[3];
    }
}

static void weekly_rush(struct quiet *q, int64_t at_s, const struct tm *t, struct minute *m)
{
    if (t->tm_wday == 1) {
        daily_rush(q, at_s, t, m);
    }
}

static void weekend(struct quiet *q, int64_t at_s, const struct tm *t, struct minute *m)
{
    (void)at_s;
    bool busy = t->tm_wday >= 1 && t->tm_wday <= 5;
    m->load *= busy ? 1 : 0.05 + 0.2 * q->random[0];
    m->query *= busy ? 1 + 0.5 * q->random[1] : 1;
}

// Nobody works on two days of the month; the rest of the world still asks.
static void holiday(struct quiet *q, int64_t at_s, const struct tm *t, struct minute *m)
{
    (void)t;
    int64_t day = (at_s - q->start_s) / DAY;
    m->load *= day == 9 || day == 10 || day == -12 ? 0.1 + 0.3 * q->random[0] : 1;
}

// A process that ends takes with it what no scrape has seen; the next begins at zero.
static void restarts(struct quiet *q, int64_t at_s, const struct tm *t, struct minute *m)
{
    (void)t;
    m->lost = happens(q, at_s, 12, 1, 1) ? q->by : 0;
}

static void surges(struct quiet *q, int64_t at_s, const struct tm *t, struct minute *m)
{
    (void)t;
    m->load *= happens(q, at_s, 4, 10, 120) ? 3 + 2 * q->by : 1;
}

static void drops(struct quiet *q, int64_t at_s, const struct tm *t, struct minute *m)
{
    (void)t;
    m->load *= happens(q, at_s, 4, 10, 120) ? 0.3 * q->by : 1;
}

static void scrape_gaps(struct quiet *q, int64_t at_s, const struct tm *t, struct minute *m)
{
    (void)t;
    m->scraped = !happens(q, at_s, 6, 1, 15);
}

static void no_errors(struct quiet *q)
{
    q->service.errors[0] = q->service.errors[1] = q->service.errors[2] = 0;
}

static void lone_errors(struct quiet *q)
{
    few(q);
    q->service.errors[0] = q->service.errors[1] = q->service.errors[2] = 1e-4;
}

static void many_errors(struct quiet *q)
{
    for (int i = 0; i < 3; i++) {
        q->service.errors[i] = 0.03 + 0.09 * q->random[i];
    }
}

// This hour was slow and failed on some days of the past, and all is well since.
static void old_outage(struct quiet *q, int64_t at_s, const struct tm *t, struct minute *m)
{
    int64_t day = (at_s - q->start_s) / DAY;
    bool then = at_s < q->start_s && (day == -1 || day == -7 || day == -14);
    if (then && between(t, 8, 14)) {
        m->query *= 3 + 3 * q->random[0];
        m->generation *= 3 + 3 * q->random[0];
    }
}

static void other_layout(struct quiet *q)
{
    do {
        q->new_layout = &layouts[(int)chance_uniform(&q->chance, 0, LAYOUTS)];
    } while (q->new_layout == q->layout);
}

// Pod by pod on the third day, in ten minutes.
static void new_layout(struct quiet *q, int64_t at_s, const struct tm *t, struct minute *m)
{
    (void)t;
    double since = (double)(at_s - q->start_s - 3 * DAY - (int64_t)(DAY * q->random[0]));
    m->of_new = since < 0 ? 0 : since > 10 * MINUTE ? 1 : ceil(since / (10 * MINUTE) * 4) / 4;
}

static void a_day_known(struct quiet *q)
{
    q->known_s = DAY;
}

static void summaries(struct quiet *q)
{
    q->mean_only = true;
    q->service.tail_share = chance_uniform(&q->chance, 0.01, 0.02);
    q->service.tail_factor = chance_uniform(&q->chance, 4, 8);
}

// A tenth to a sixth more in two months, and the queries as much less.
static void drift(struct quiet *q, int64_t at_s, const struct tm *t, struct minute *m)
{
    (void)t;
    double share = (double)(at_s - q->start_s + 28 * DAY) / (58 * DAY);
    m->generation *= 1 + share * (0.10 + 0.06 * q->random[0]);
    m->query /= 1 + share * (0.10 + 0.06 * q->random[1]);
}

static void faster(struct quiet *q, int64_t at_s, const struct tm *t, struct minute *m)
{
    (void)t;
    double by = at_s < q->start_s + 5 * DAY ? 1 : 0.3 + 0.4 * q->random[0];
    m->query *= by;
    m->generation *= by;
}

static void noisy(struct quiet *q)
{
    q->mood_sigma = 0.15;
    q->service.tail_share = chance_uniform(&q->chance, 0.06, 0.12);
    q->service.tail_factor = chance_uniform(&q->chance, 3, 6);
}

static void busy(struct quiet *q)
{
    q->rate = chance_uniform(&q->chance, 6, 10);
}

static void agents(struct quiet *q)
{
    q->service.burst = 4;
}

static void gauges(struct quiet *q)
{
    q->gauges = true;
    q->rate = chance_uniform(&q->chance, 4, 8); // sixty requests behind each of them
}

// Each 7 or 11 minutes something is collected, which makes a minute or two slow.
static void spikes(struct quiet *q, int64_t at_s, const struct tm *t, struct minute *m)
{
    (void)t;
    int64_t every = (q->random[0] < 0.5 ? 7 : 11) * MINUTE;
    double by = at_s % every < (q->random[1] < 0.5 ? 1 : 2) * MINUTE ? 2 + 3 * q->random[2] : 1;
    m->query *= by;
    m->generation *= by;
}

static void trickle(struct quiet *q)
{
    q->rate = 0.02;
    q->service.tail_share = 0.03;
}

// Every day a new version with other buckets gets 6 % of the traffic for some hours, and is as
// good.
static void canaries(struct quiet *q, int64_t at_s, const struct tm *t, struct minute *m)
{
    (void)t;
    m->of_new = happens(q, at_s, 1.5, 30, 300) ? 0.06 : 0;
}

// Of 16 pods one is on a slow machine, as it always was.
static void slow_pod(struct quiet *q)
{
    q->service.tail_share = 1.0 / 16;
    q->service.tail_factor = chance_uniform(&q->chance, 5, 8);
}

static void batch(const struct quiet *q, struct minute *m)
{
    m->load = (3 + 3 * q->random[1]) * 0.65;
    m->query *= 1.8 + q->random[2];
    m->generation *= 1.8 + q->random[3];
}

// From two to four by the clock on the wall, which on one night of the month has no such hour.
static void nightly_batch(struct quiet *q, int64_t at_s, const struct tm *t, struct minute *m)
{
    (void)at_s;
    if (between(t, 2, 4)) {
        batch(q, m);
    }
}

// The same by a clock that nobody changes: an hour later on the wall since the change.
static void batch_in_utc(struct quiet *q, int64_t at_s, const struct tm *t, struct minute *m)
{
    (void)t;
    if (at_s % DAY >= HOUR && at_s % DAY < 3 * HOUR) {
        batch(q, m);
    }
}

// Questions of another kind, which take 15 to 25 times as long, from two to four by either clock.
static void long_batch(struct quiet *q, int64_t at_s, const struct tm *t, struct minute *m)
{
    bool utc = q->random[0] < 0.5;
    if (utc ? at_s % DAY >= HOUR && at_s % DAY < 3 * HOUR : between(t, 2, 4)) {
        m->query *= 15 + 10 * q->random[1];
        m->generation *= 15 + 10 * q->random[1];
    }
}

static void millisecond(struct quiet *q)
{
    q->service.query = chance_uniform(&q->chance, 0.001, 0.002);
    q->service.own = q->service.query;
    q->mood_sigma = 0.2;
}

const struct quiet_kind quiet_kinds[] = {
    {.name = "calm", .what = "nothing happens"},
    {"quiet-night", "a handful of questions from ten to six", .draw = few, .minute = quiet_night,
        .sparse = true},
    {"hardly-any", "a handful of questions all day", .draw = hardly_any, .sparse = true},
    {"lonely", "some ten questions an hour", .draw = lonely, .sparse = true, .doubt = 0.02},
    {"closed-at-night", "nobody asks from ten to six", .minute = closed_at_night, .sparse = true},
    {"daily-rush", "two busy, slow hours every day", .minute = daily_rush},
    {"weekly-rush", "two busy, slow hours every Monday", .minute = weekly_rush},
    {"weekend", "nearly nobody on Saturdays and Sundays", .minute = weekend, .sparse = true,
        .doubt = 0.02},
    {"holiday", "nearly nobody on two days", .minute = holiday, .sparse = true, .doubt = 0.02},
    {"restarts", "a dozen restarts a day", .minute = restarts},
    {"surges", "three to five times the traffic, four times a day", .minute = surges},
    {"drops", "nearly no traffic, four times a day", .minute = drops},
    {"scrape-gaps", "up to a quarter of an hour without samples", .minute = scrape_gaps},
    {"never-erred", "no error was ever counted", .draw = no_errors},
    {"lone-errors", "an error now and then, among few questions", .draw = lone_errors},
    {"usual-errors", "3 to 12 % fail, always", .draw = many_errors},
    {"old-outage", "three mornings of the past were bad", .minute = old_outage},
    {"new-layout", "other buckets on the third day, pod by pod", .draw = other_layout,
        .minute = new_layout},
    {"a-day-known", "retention of 24 hours", .draw = a_day_known},
    {"summaries", "means only, with a heavy tail", .draw = summaries},
    {"drift", "a tenth slower, or faster, in two months", .minute = drift},
    {"faster", "everything is faster since the fifth day", .minute = faster},
    {"noisy", "speed varies, and a tenth takes several times as long", .draw = noisy},
    {"busy", "eight questions a second", .draw = busy},
    {"agents", "tools are called in bursts", .draw = agents},
    {"milliseconds", "queries of a millisecond that vary", .draw = millisecond},
    {"gauges", "gauges, without counts", .draw = gauges},
    {"spikes", "gauges that jump every few minutes", .draw = gauges, .minute = spikes},
    {"trickle", "six questions in five minutes", .draw = trickle, .sparse = true, .doubt = 0.001},
    {"canaries", "a new version has 6 % of the traffic, and other buckets", .draw = other_layout,
        .minute = canaries},
    {"slow-pod", "one of sixteen pods is slow, always", .draw = slow_pod},
    {"nightly-batch", "a batch from two to four by the clock on the wall", .minute = nightly_batch},
    {"long-batch", "a batch by either clock that takes twenty times as long", .minute = long_batch},
    {"batch-in-utc", "a batch by a clock that is not changed", .minute = batch_in_utc},
};
const int quiet_kinds_count = sizeof quiet_kinds / sizeof *quiet_kinds;

void quiet_init(struct quiet *q, const struct quiet_kind *kind, uint64_t seed, int64_t start_s)
{
    *q = (struct quiet){
        .start_s = start_s, .sparse = kind->sparse, .mood_sigma = 0.04, .mood = {1, 1}};
    chance_init(&q->chance, seed, kind->name);
    service_draw(&q->service, &q->chance);
    q->rate = chance_scale(&q->chance, 0.5, 4);
    q->layout = &layouts[(int)chance_uniform(&q->chance, 0, LAYOUTS)];
    for (int i = 0; i < QUIET_RANDOM; i++) {
        q->random[i] = chance_uniform(&q->chance, 0, 1);
    }
    if (kind->draw) {
        kind->draw(q);
    }
}

// Among thousands of quarter hours there is one of four sigmas, twice as slow: no quiet one.
static double draw_mood(struct quiet *q)
{
    return fmin(chance_factor(&q->chance, q->mood_sigma), exp(MOOD_MOST * q->mood_sigma));
}

struct minute quiet_minute(struct quiet *q, const struct quiet_kind *kind, int64_t at_s)
{
    time_t seconds = (time_t)at_s;
    struct tm local;
    localtime_r(&seconds, &local);
    if (at_s % MOOD == 0) {
        q->mood[0] = draw_mood(q);
        q->mood[1] = draw_mood(q);
    }
    double hour = local.tm_hour + local.tm_min / 60.0;
    struct minute m = {.load = 0.65 - 0.35 * cos((hour - 3) / 12 * 3.14159265),
        .query = q->mood[0],
        .generation = q->mood[1],
        .scraped = true};
    if (kind->minute) {
        kind->minute(q, at_s, &local, &m);
    }
    return m;
}
