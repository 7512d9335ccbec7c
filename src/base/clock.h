/**
 * Moments and durations as text. Moments are milliseconds since the Unix epoch, UTC.
 */
#ifndef RAGTOP_BASE_CLOCK_H
#define RAGTOP_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum { CLOCK_MINUTE_MS = 60 * 1000, CLOCK_HOUR_MS = 3600 * 1000, CLOCK_DAY_MS = 86400 * 1000 };

/** The wall clock. Only app/, cmd/ and tests may call it: everything below takes `now_ms`. */
int64_t clock_now_ms(void);

/**
 * From now on the wall clock is that of a recording: it stands at FROM_MS until clock_play_at(),
 * and never goes beyond TO_MS.
 */
void clock_play(int64_t from_ms, int64_t to_ms);

/** Has that clock run SPEED times as fast as the real one; 0: it stands. */
void clock_play_at(double speed);

/** Sets that clock to AT_MS, no later than its end. */
void clock_play_move(int64_t at_ms);

/** How long it really takes until MS have passed on the wall clock; INT_MAX where it stands. */
int clock_real_ms(int64_t ms);

/** A clock that never jumps, for time-outs. Only app/ and cmd/ may call it. */
int64_t clock_steady_ms(void);

/**
 * Parses a Prometheus duration: `90`, `15s`, `5m`, `1h30m`, `500ms`, `1d`, `1w` (a bare number is
 * seconds). False when TEXT is anything else, negative or over 10 years; *OUT is then untouched.
 */
bool clock_parse_duration(const char *text, int64_t *out_ms);

/**
 * Parses a moment: RFC 3339 (`2026-02-04T09:00:00Z`, with an offset or fraction, or without a
 * zone for local time), Unix seconds, `-30m` (that long before NOW_MS), or words of the calendar on
 * the wall: `09:00`, `yesterday 09:00`, `wed 9:00` are the last such moments up to NOW_MS, and
 * `yesterday` or `wed` alone the same time of that day. False when it is none.
 */
bool clock_parse_moment(const char *text, int64_t now_ms, int64_t *out_ms);

/** Parses `09:00` or `09:00:30` on the day of DAY_MS by the local calendar; false: it is neither.
 */
bool clock_parse_time_of_day(const char *text, int64_t day_ms, int64_t *out_ms);

/**
 * The moment DAYS days before AT_MS by the local calendar: the same time of day on the clock on the
 * wall, also across the change to and from daylight saving time.
 */
int64_t clock_days_before(int64_t at_ms, int days);

/** Appends RFC 3339 in UTC: `2026-02-04T09:00:00Z`. */
void clock_add_rfc3339(struct str *s, int64_t at_ms);

/** Appends local time by a strftime FORMAT. */
void clock_add_local(struct str *s, int64_t at_ms, const char *format);

/** Appends a PromQL duration, the largest unit that divides it: `5m`, `90s`, `1500ms`. */
void clock_add_duration(struct str *s, int64_t ms);

/** Appends a length that was chosen, for reading, as clock_add_duration(): `90 s`, `5 min`, `1 h`.
 */
void clock_add_length(struct str *s, int64_t ms);

/** Appends an age or duration for reading: `0 s`, `45 s`, `3 min`, `2 h 5 min`, `3 d`. */
void clock_add_age(struct str *s, int64_t ms);

#endif
