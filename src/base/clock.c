#include "base/clock.h"

#include <ctype.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/ascii.h"
#include "base/text.h"

static const int64_t LONGEST_MS = 10LL * 365 * CLOCK_DAY_MS;

static int64_t read_clock(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_steady_ms(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

/** The clock of a recording. */
static struct {
    bool runs;
    double speed;
    int64_t at_ms, steady_ms; /**< it was AT_MS then */
    int64_t to_ms;
} played;

int64_t clock_now_ms(void)
{
    if (!played.runs) {
        return read_clock(CLOCK_REALTIME);
    }
    double passed_ms = (double)(clock_steady_ms() - played.steady_ms) * played.speed;
    bool over = passed_ms >= (double)(played.to_ms - played.at_ms);
    return over ? played.to_ms : played.at_ms + (int64_t)passed_ms;
}

void clock_play(int64_t from_ms, int64_t to_ms)
{
    played.runs = true;
    played.speed = 0;
    played.to_ms = to_ms;
    clock_play_move(from_ms);
}

void clock_play_move(int64_t at_ms)
{
    played.at_ms = at_ms < played.to_ms ? at_ms : played.to_ms;
    played.steady_ms = clock_steady_ms();
}

void clock_play_at(double speed)
{
    if (speed != played.speed) {
        clock_play_move(clock_now_ms());
        played.speed = speed;
    }
}

int clock_real_ms(int64_t ms)
{
    if (played.runs) {
        bool stands = played.speed <= 0 || clock_now_ms() >= played.to_ms;
        double real_ms = stands ? INT_MAX : ceil((double)ms / played.speed);
        return real_ms < INT_MAX ? (int)real_ms : INT_MAX;
    }
    return ms < INT_MAX ? (int)ms : INT_MAX;
}

// Digits with at most one point among them: strtod() alone would take 0x10, 1e9 and nan.
static bool take_number(const char **p, double *n)
{
    static const char digits[] = "0123456789";
    size_t len = strspn(*p, digits);
    if (len == 0) {
        return false;
    }
    if ((*p)[len] == '.') {
        len += 1 + strspn(*p + len + 1, digits);
    }
    char *end;
    *n = strtod(*p, &end);
    if (end != *p + len) {
        return false;
    }
    *p = end;
    return true;
}

static bool take_unit(const char **p, int64_t *unit_ms)
{
    static const struct {
        const char *name;
        int64_t ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", CLOCK_MINUTE_MS}, {"h", CLOCK_HOUR_MS},
        {"d", CLOCK_DAY_MS}, {"w", 7LL * CLOCK_DAY_MS}, {"y", 365LL * CLOCK_DAY_MS}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t n = strlen(units[i].name);
        if (strncmp(*p, units[i].name, n) == 0 && !isalpha((unsigned char)(*p)[n])) {
            *p += n;
            *unit_ms = units[i].ms;
            return true;
        }
    }
    return false;
}

bool clock_parse_duration(const char *text, int64_t *out_ms)
{
    if (!*text) {
        return false;
    }
    int64_t total = 0;
    const char *p = text;
    while (*p) {
        bool bare = p == text;
        double n;
        if (!take_number(&p, &n)) {
            return false;
        }
        bare = bare && *p == '\0';
        int64_t unit_ms = 1000;
        if (!bare && !take_unit(&p, &unit_ms)) {
            return false;
        }
        if (n > (double)LONGEST_MS || n * (double)unit_ms + (double)total > (double)LONGEST_MS) {
            return false;
        }
        total += (int64_t)(n * (double)unit_ms + 0.5);
    }
    *out_ms = total;
    return true;
}

/** Seconds since 1970 of a day and time in UTC, also where a time_t of 32 bits ends sooner. */
static int64_t utc_seconds(const struct tm *tm)
{
    const int64_t days_to_1970 = 719468; // since the first of March of the year 0
    // years begin in March here, so that leap days come last
    bool early = tm->tm_mon < 2;
    int64_t year = tm->tm_year + 1900 - early, month = tm->tm_mon - 2 + (early ? 12 : 0);
    int64_t days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 +
                   tm->tm_mday - 1 - days_to_1970;
    return ((days * 24 + tm->tm_hour) * 60 + tm->tm_min) * 60;
}

static bool parse_rfc3339(const char *text, int64_t *out_ms)
{
    struct tm tm = {.tm_isdst = -1};
    int used = 0;
    double second = 0;
    if (sscanf(text, "%4d-%2d-%2d%*1[Tt ]%2d:%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
            &tm.tm_hour, &tm.tm_min, &used) != 5 ||
        used == 0) {
        return false;
    }
    const char *p = text + used;
    if (*p == ':') {
        p++;
        if (!take_number(&p, &second) || second >= 61) {
            return false;
        }
    }
    if (tm.tm_mon < 1 || tm.tm_mon > 12 || tm.tm_mday < 1 || tm.tm_mday > 31 || tm.tm_hour > 23 ||
        tm.tm_min > 59 || tm.tm_hour < 0 || tm.tm_min < 0) {
        return false;
    }
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    struct tm day = {.tm_year = tm.tm_year, .tm_mon = tm.tm_mon, .tm_mday = tm.tm_mday};
    timegm(&day);
    if (day.tm_mday != tm.tm_mday) { // the month is shorter
        return false;
    }
    int64_t seconds;
    int hours = 0, minutes = 0, end = 0;
    char sign;
    if (*p == '\0') {
        seconds = mktime(&tm);
        if (seconds == -1) { // beyond what a time_t of 32 bits holds
            return false;
        }
    } else if ((*p == 'Z' || *p == 'z') && p[1] == '\0') {
        seconds = utc_seconds(&tm);
    } else if (sscanf(p, "%c%2d:%2d%n", &sign, &hours, &minutes, &end) == 3 &&
               (sign == '+' || sign == '-') && p[end] == '\0' && hours >= 0 && hours < 24 &&
               minutes >= 0 && minutes < 60) {
        seconds = utc_seconds(&tm) - (sign == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
    } else {
        return false;
    }
    *out_ms = seconds * 1000 + (int64_t)(second * 1000 + 0.5);
    return true;
}

// `9:00`, `09:00` or `09:00:30`, and nothing behind it.
static bool take_time_of_day(const char *p, struct tm *tm)
{
    int hour = 0, minute = 0, second = 0, used = 0;
    if (!isdigit((unsigned char)*p) || sscanf(p, "%2d:%2d%n", &hour, &minute, &used) != 2) {
        return false;
    }
    p += used;
    if (*p == ':') {
        used = 0;
        if (sscanf(p, ":%2d%n", &second, &used) != 1) {
            return false;
        }
        p += used;
    }
    if (*p || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
        return false;
    }
    tm->tm_hour = hour;
    tm->tm_min = minute;
    tm->tm_sec = second;
    return true;
}

/** A day as words name it. */
struct day {
    int back;   /**< so many days ago */
    int period; /**< and again so many days before that; 0: never */
};

static bool find_day(const char *word, size_t len, int weekday, struct day *out)
{
    static const struct {
        const char *name;
        struct day day;
    } days[] = {{"today", {0, 0}}, {"yesterday", {1, 0}}};
    static const char *const weekdays[] = {
        "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        if (len == strlen(days[i].name) && ascii_same_n(word, days[i].name, len)) {
            *out = days[i].day;
            return true;
        }
    }
    for (int i = 0; len >= 3 && i < 7; i++) {
        if (len <= strlen(weekdays[i]) && ascii_same_n(word, weekdays[i], len)) {
            *out = (struct day){(weekday - i + 7) % 7, 7};
            return true;
        }
    }
    return false;
}

static int64_t days_before(struct tm tm, int days)
{
    tm.tm_mday -= days;
    tm.tm_isdst = -1;
    return (int64_t)mktime(&tm) * 1000;
}

// Of moments that come every day or week, the last one that is not yet to come.
static bool parse_calendar(const char *text, int64_t now_ms, int64_t *out_ms)
{
    time_t now = (time_t)(now_ms / 1000);
    struct tm tm;
    localtime_r(&now, &tm);
    struct day day = {0, 1};
    size_t word = strcspn(text, " ");
    bool named = find_day(text, word, tm.tm_wday, &day);
    const char *rest = named ? text + word + strspn(text + word, " ") : text;
    if (!*rest && named) {
        day.back += day.back == 0 ? day.period : 0; // a weekday is not today
    } else if (!take_time_of_day(rest, &tm)) {
        return false;
    }
    int64_t at = days_before(tm, day.back);
    *out_ms = at > now_ms && day.period > 0 ? days_before(tm, day.back + day.period) : at;
    return true;
}

bool clock_parse_moment(const char *text, int64_t now_ms, int64_t *out_ms)
{
    if (text[0] == '-') {
        int64_t back;
        if (!clock_parse_duration(text + 1, &back)) {
            return false;
        }
        *out_ms = now_ms - back;
        return true;
    }
    if (strcmp(text, "now") == 0) {
        *out_ms = now_ms;
        return true;
    }
    const char *p = text;
    double seconds;
    if (take_number(&p, &seconds) && *p == '\0') {
        if (!(seconds < 253402300800.0)) { // year 10000: milliseconds given for seconds
            return false;
        }
        *out_ms = (int64_t)(seconds * 1000 + 0.5);
        return true;
    }
    return parse_rfc3339(text, out_ms) || parse_calendar(text, now_ms, out_ms);
}

bool clock_parse_time_of_day(const char *text, int64_t day_ms, int64_t *out_ms)
{
    time_t day = (time_t)(day_ms / 1000);
    struct tm tm;
    localtime_r(&day, &tm);
    if (!take_time_of_day(text, &tm)) {
        return false;
    }
    *out_ms = days_before(tm, 0);
    return true;
}

int64_t clock_days_before(int64_t at_ms, int days)
{
    time_t seconds = (time_t)(at_ms / 1000);
    struct tm tm;
    localtime_r(&seconds, &tm);
    tm.tm_mday -= days;
    tm.tm_isdst = -1;
    return (int64_t)mktime(&tm) * 1000 + at_ms % 1000;
}

void clock_add_rfc3339(struct str *s, int64_t at_ms)
{
    time_t seconds = (time_t)(at_ms / 1000);
    struct tm tm;
    char text[40];
    gmtime_r(&seconds, &tm);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
    str_add(s, text);
}

void clock_add_local(struct str *s, int64_t at_ms, const char *format)
{
    time_t seconds = (time_t)(at_ms / 1000);
    struct tm tm;
    char text[80];
    localtime_r(&seconds, &tm);
    if (strftime(text, sizeof text, format, &tm) > 0) {
        str_add(s, text);
    }
}

void clock_add_duration(struct str *s, int64_t ms)
{
    static const struct {
        int64_t ms;
        const char *name;
    } units[] = {{CLOCK_DAY_MS, "d"}, {CLOCK_HOUR_MS, "h"}, {CLOCK_MINUTE_MS, "m"}, {1000, "s"}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (ms && ms % units[i].ms == 0) {
            str_addf(s, "%" PRId64 "%s", ms / units[i].ms, units[i].name);
            return;
        }
    }
    str_addf(s, "%" PRId64 "ms", ms);
}

void clock_add_length(struct str *s, int64_t ms)
{
    if (ms > 0 && ms % CLOCK_DAY_MS == 0) {
        str_addf(s, _("%lld d"), (long long)(ms / CLOCK_DAY_MS));
    } else if (ms > 0 && ms % CLOCK_HOUR_MS == 0) {
        str_addf(s, _("%lld h"), (long long)(ms / CLOCK_HOUR_MS));
    } else if (ms > 0 && ms % CLOCK_MINUTE_MS == 0) {
        str_addf(s, _("%lld min"), (long long)(ms / CLOCK_MINUTE_MS));
    } else {
        clock_add_age(s, ms);
    }
}

void clock_add_age(struct str *s, int64_t ms)
{
    long long seconds = ms < 0 ? 0 : ms / 1000, minutes = seconds / 60, hours = minutes / 60;
    if (seconds < 120) {
        str_addf(s, _("%lld s"), seconds);
    } else if (minutes < 120) {
        str_addf(s, _("%lld min"), minutes);
    } else if (hours < 48 && minutes % 60) {
        str_addf(s, _("%lld h %lld min"), hours, minutes % 60);
    } else if (hours < 48) {
        str_addf(s, _("%lld h"), hours);
    } else {
        str_addf(s, _("%lld d"), hours / 24);
    }
}
