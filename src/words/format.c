#include "words/format.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/text.h"

// A number and its unit, UNIT being its sentence, with a %s.
static void add_unit(struct str *s, const char *unit, int decimals, double v)
{
    char number[32];
    snprintf(number, sizeof number, "%.*f", decimals, v);
    str_addf(s, unit, number);
}

// Two significant digits below ten, whole numbers above: "9.9", "10", never "10.0".
static void add_short(struct str *s, double v, const char *unit)
{
    add_unit(s, unit, fabs(v) < 9.95 ? 1 : 0, v);
}

static void add_scaled(struct str *s, double v, const char *unit)
{
    static const char *const prefixes[] = {"", "k", "M", "G", "T"};
    size_t i = 0;
    if (fabs(v) >= 1e15) {
        str_addf(s, unit, v < 0 ? "<-999T" : ">999T");
        return;
    }
    while (fabs(v) >= 999.5 && i + 1 < sizeof prefixes / sizeof *prefixes) {
        v /= 1000;
        i++;
    }
    char number[32];
    snprintf(number, sizeof number, "%.*f%s", fabs(v) >= 99.5 || i == 0 ? 0 : 1, v, prefixes[i]);
    str_addf(s, unit, number);
}

// Money and the like, in whatever it is counted.
static void format_hourly(struct str *s, double per_hour)
{
    format_plain(s, per_hour);
    str_add(s, isnan(per_hour) ? "" : "/h");
}

number_format *format_of_unit(enum signal_unit unit)
{
    static number_format *const formats[] = {[SIGNAL_UNIT_SECONDS] = format_seconds,
        [SIGNAL_UNIT_RATIO] = format_percent,
        [SIGNAL_UNIT_COUNT] = format_count,
        [SIGNAL_UNIT_PER_SECOND] = format_rate,
        [SIGNAL_UNIT_PER_HOUR] = format_hourly,
        [SIGNAL_UNIT_MOMENT] = format_count};
    return formats[unit];
}

const char *format_in(struct arena *a, void (*format)(struct str *, double), double value)
{
    struct str s;
    str_init(&s);
    format(&s, value);
    return arena_take(a, &s);
}

void format_seconds(struct str *s, double seconds)
{
    double size = fabs(seconds);
    if (isnan(seconds)) {
        str_add(s, "-");
    } else if (size == 0) {
        str_addf(s, _("%s ms"), "0");
    } else if (size < 0.5e-6) {
        str_addf(s, _("%s us"), "<1");
    } else if (size < 0.0009995) {
        add_unit(s, _("%s us"), 0, seconds * 1e6);
    } else if (size < 0.00995) {
        add_unit(s, _("%s ms"), 1, seconds * 1e3);
    } else if (size < 0.9995) {
        add_unit(s, _("%s ms"), 0, seconds * 1e3);
    } else if (size < 99.5) {
        add_short(s, seconds, _("%s s"));
    } else if (size < 5970) {
        add_short(s, seconds / 60, _("%s min"));
    } else {
        add_short(s, seconds / 3600, _("%s h"));
    }
}

void format_seconds_like(struct str *s, double seconds, double like, bool fine)
{
    bool in_seconds = like >= 0.9995 && like < 99.5 && seconds >= 0.005 && seconds < 0.9995;
    if (in_seconds) { // what is smaller has no digit there
        add_unit(s, _("%s s"), seconds < 0.095 || fine ? 2 : 1, seconds);
    } else {
        format_seconds(s, seconds);
    }
}

static void add_whole_unit(struct str *s, double seconds, double rounded(double))
{
    static const struct {
        double seconds;
        const char *unit;
    } units[] = {{86400, N_("%s d")}, {3600, N_("%s h")}, {60, N_("%s min")}, {1, N_("%s s")}};
    size_t i = 0;
    while (i < 3 && seconds < 2 * units[i].seconds) {
        i++;
    }
    add_unit(s, _(units[i].unit), 0, rounded(seconds / units[i].seconds));
}

void format_age(struct str *s, double seconds)
{
    add_whole_unit(s, seconds, floor);
}

void format_left(struct str *s, double seconds)
{
    add_whole_unit(s, seconds, round);
}

void format_percent(struct str *s, double ratio)
{
    double percent = ratio * 100;
    if (isnan(ratio)) {
        str_add(s, "-");
    } else if (percent == 0) {
        str_addf(s, _("%s %%"), "0");
    } else if (fabs(percent) < 0.005) {
        str_addf(s, _("%s %%"), "<0.01");
    } else if (fabs(percent) < 0.095) {
        add_unit(s, _("%s %%"), 2, percent);
    } else {
        add_short(s, percent, _("%s %%"));
    }
}

void format_share(struct str *s, double ratio)
{
    double percent = ratio * 100;
    if (isnan(ratio)) {
        str_add(s, "-");
    } else if (percent == 0) {
        str_addf(s, _("%s %%"), "0");
    } else if (fabs(percent) < 0.05) {
        str_addf(s, _("%s %%"), "<0.1");
    } else {
        add_unit(s, _("%s %%"), 1, percent);
    }
}

void format_each(struct str *s, double number)
{
    double size = fabs(number);
    if (isnan(number)) {
        str_add(s, "-");
    } else if (size > 0 && size < 0.005) {
        str_add(s, "<0.01");
    } else {
        str_addf(s, "%.*f", size == 0 || size >= 99.5 ? 0 : 2, number);
    }
}

static void add_times(struct str *s, double ratio, const char *unit)
{
    if (isnan(ratio)) {
        str_add(s, "-");
    } else if (ratio > 99) {
        str_addf(s, unit, ">99");
    } else if (ratio > 0 && ratio < 0.005) {
        str_addf(s, unit, "<0.01");
    } else if (ratio > 0 && ratio < 0.095) {
        add_unit(s, unit, 2, ratio);
    } else {
        add_short(s, ratio, unit);
    }
}

void format_times(struct str *s, double ratio)
{
    add_times(s, ratio, _("%sx"));
}

void format_ratio(struct str *s, double ratio)
{
    add_times(s, ratio, "%s×"); // in any language
}

void format_ratio_least(struct str *s, double ratio)
{
    format_ratio(s, ratio < 10 ? floor(ratio * 10) / 10 : floor(ratio));
}

void format_times_least(struct str *s, double ratio)
{
    format_times(s, ratio < 10 ? floor(ratio * 10) / 10 : floor(ratio));
}

/** Times that rates are counted by. */
static const struct {
    double seconds;
    const char *per;
} paces[] = {{1, N_("%s/s")}, {60, N_("%s/min")}, {3600, N_("%s/h")}, {86400, N_("%s/d")}};

enum { PACES = sizeof paces / sizeof *paces };

// The shortest in which the number has a digit to show: "0.1/s", then "6.0/min".
static size_t pace_of(double per_second)
{
    size_t i = 0;
    while (i + 1 < PACES && fabs(per_second) * paces[i].seconds < 0.0995) {
        i++;
    }
    return i;
}

static void add_rate(struct str *s, double per_second, size_t pace)
{
    double times = per_second * paces[pace].seconds;
    if (fabs(times) < 0.05) {
        str_addf(s, _(paces[pace].per), "<0.1");
    } else if (fabs(times) < 99.5) {
        add_short(s, times, _(paces[pace].per));
    } else {
        add_scaled(s, times, _(paces[pace].per));
    }
}

void format_rate(struct str *s, double per_second)
{
    if (isnan(per_second)) {
        str_add(s, "-");
    } else if (per_second == 0) {
        str_addf(s, _("%s/s"), "0");
    } else {
        add_rate(s, per_second, pace_of(per_second));
    }
}

void format_rate_like(struct str *s, double per_second, double like)
{
    size_t pace = pace_of(like);
    double times = per_second * paces[pace].seconds;
    if (fabs(times) < 0.0995 && fabs(times) >= 0.005) {
        add_unit(s, _(paces[pace].per), 2, times);
    } else {
        add_rate(s, per_second, pace);
    }
}

void format_count(struct str *s, double count)
{
    if (isnan(count)) {
        str_add(s, "-");
    } else if (count != 0 && fabs(count) < 0.05) {
        str_add(s, "<0.1");
    } else if (count != 0 && fabs(count) < 0.95) {
        str_addf(s, "%.1f", count);
    } else {
        add_scaled(s, count, "%s");
    }
}

void format_bytes(struct str *s, double bytes)
{
    static const char *const units[] = {
        N_("%s B"), N_("%s KiB"), N_("%s MiB"), N_("%s GiB"), N_("%s TiB"), N_("%s PiB")};
    size_t i = 0;
    while (fabs(bytes) >= 1023.5 && i + 1 < sizeof units / sizeof *units) {
        bytes /= 1024;
        i++;
    }
    if (isnan(bytes)) {
        str_add(s, "-");
    } else {
        add_unit(s, _(units[i]), i > 0 && fabs(bytes) < 99.95 ? 1 : 0, bytes);
    }
}

void format_plain(struct str *s, double value)
{
    double size = fabs(value);
    if (isnan(value)) {
        str_add(s, "-");
    } else if (isinf(value) || size == 0 || (size >= 0.0001 && size < 9999.5) || size >= 1e15) {
        str_addf(s, "%.4g", value == 0 ? 0 : value);
    } else if (size < 0.0001) {
        str_addf(s, "%.2g", value);
    } else {
        static const char *const prefixes[] = {"", "k", "M", "G", "T"};
        size_t i = 0;
        while (fabs(value) >= 999.95 && i + 1 < sizeof prefixes / sizeof *prefixes) {
            value /= 1000;
            i++;
        }
        str_addf(s, "%.4g%s", value, prefixes[i]);
    }
}

void format_plain_like(struct str *s, double value, double like)
{
    double size = fabs(value);
    if (size >= 0.00001 && size < 0.0001 && like >= 0.0001) {
        str_addf(s, "%.5f", value);
    } else {
        format_plain(s, value);
    }
}

void format_exact(struct str *s, double number)
{
    char digits[400]; // of the largest double there are 309
    int len = snprintf(digits, sizeof digits, "%.0f", fabs(number));
    if (!isfinite(number)) {
        str_add(s, "-");
        return;
    }
    str_add(s, number <= -0.5 ? "-" : "");
    for (int i = 0; i < len; i++) {
        str_add(s, i > 0 && (len - i) % 3 == 0 ? "," : "");
        str_addc(s, digits[i]);
    }
}

const char *format_exact_in(struct arena *a, double number)
{
    return format_in(a, format_exact, number);
}

void format_whole(struct str *s, int64_t number)
{
    format_exact(s, (double)number);
}

void format_number(struct str *s, double number)
{
    double size = fabs(number);
    if (isnan(number)) {
        str_add(s, "-");
    } else if (size == 0) {
        str_add(s, "0");
    } else if (size < 0.00005) {
        str_add(s, "<0.0001");
    } else {
        int decimals = size < 0.00995 ? 4 : size < 0.995 ? 2 : size < 99.5 ? 1 : 0;
        str_addf(s, "%.*f", decimals, number);
    }
}
