/**
 * Numbers as a tired reader wants them: a few digits, a unit, and a word where there is no number.
 * Only zero reads as zero: what is too small for the digits is "<" the least that they can say.
 */
#ifndef RAGTOP_WORDS_FORMAT_H
#define RAGTOP_WORDS_FORMAT_H

#include <stdbool.h>

#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "config/signal.h"

/** One of those below. */
typedef void number_format(struct str *s, double value);

/** The one for numbers of UNIT. */
number_format *format_of_unit(enum signal_unit unit);

/**
 * What FORMAT, one of those below, makes of VALUE, as an argument of a sentence; valid as long as
 * what is in A.
 */
const char *format_in(struct arena *a, void (*format)(struct str *, double), double value);

/** `850 us`, `340 ms`, `1.2 s`, `12 s`, `3.5 min`; `-` for NaN. */
void format_seconds(struct str *s, double seconds);

/**
 * The same in the unit that LIKE has where that is seconds: `0.6 s` beside `1.7 s`, and `0.59 s`
 * where FINE, as precise as a longer one.
 */
void format_seconds_like(struct str *s, double seconds, double like, bool fine);

/** An age in one unit: `45 s`, `12 min`, `3 h`, `21 d`. */
void format_age(struct str *s, double seconds);

/** How long it is until something, likewise but to the nearest: `3 min` of 2 min 39 s. */
void format_left(struct str *s, double seconds);

/** A ratio as `0.3 %`, `12 %`; `-` for NaN. */
void format_percent(struct str *s, double ratio);

/** The same for a column, in which all have one decimal: "0.2 %", "12.0 %". */
void format_share(struct str *s, double ratio);

/** A small number for a column, in which all have two decimals: "0.06", "1.20". */
void format_each(struct str *s, double number);

/** A comparison as `6.0x`, `12x`, `>99x`; `-` for NaN. */
void format_times(struct str *s, double ratio);

/** The same on a screen: `6.0×`, which a terminal without Unicode shows as `6.0x`. */
void format_ratio(struct str *s, double ratio);
void format_ratio_least(struct str *s, double ratio);

/** As sentences have it, rounded down: `10x` of 10.6, of what is that much or more. */
void format_times_least(struct str *s, double ratio);

/** A rate in a unit that shows it: `1.2k/s`, `3.4/s`, `1.2/min`, `36/h`, `2.0/d`; `-` for NaN. */
void format_rate(struct str *s, double per_second);

/** A rate in the unit that LIKE is shown in, so that numbers on one axis can be compared. */
void format_rate_like(struct str *s, double per_second, double like);

/** A count as `97`, `12.4k`, `3.1M`, of a mean also `0.3`; `-` for NaN. */
void format_count(struct str *s, double count);

/** A size as `512 MiB`, `3.1 GiB`; `-` for NaN. */
void format_bytes(struct str *s, double bytes);

/** A number of any kind in four digits: `0.0123`, `97`, `1234`, `12.35k`, `1.2e-06`; `-` for NaN.
 */
void format_plain(struct str *s, double value);

/** The same beside LIKE on an axis: `0.00005` below `0.0001`. */
void format_plain_like(struct str *s, double value, double like);

/** A count in a sentence, to the last one: `1,234`; `-` for NaN. */
void format_exact(struct str *s, double number);

/** The same, as an argument of a sentence. */
const char *format_exact_in(struct arena *a, double number);

/** The same of an integer. */
void format_whole(struct str *s, int64_t number);

/** Calls per request as `0.0042`, `0.31`, `2.4`; `-` for NaN. */
void format_number(struct str *s, double number);

#endif
