#include "config/value.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/clock.h"
#include "base/names.h"
#include "base/utf8.h"

enum { MOST_CELLS = 1000 };

const struct value_range value_window_range = {10 * 1000, 7LL * CLOCK_DAY_MS};
const struct value_range value_refresh_range = {1000, CLOCK_DAY_MS};
const struct value_range value_span_range = {5 * CLOCK_MINUTE_MS, 7LL * CLOCK_DAY_MS};
const struct value_range value_baseline_range = {CLOCK_HOUR_MS, 28LL * CLOCK_DAY_MS};
const struct value_range value_timeout_range = {100, 10 * CLOCK_MINUTE_MS};
const struct value_range value_wall_range = {3000, CLOCK_HOUR_MS};
const struct value_range value_slo_range = {1, CLOCK_DAY_MS};

static const char *const baseline_names[] = {
    [BASELINE_AUTO] = "auto",
    [BASELINE_SEASONAL] = "seasonal",
    [BASELINE_WEEK] = "week",
    [BASELINE_DAY] = "day",
    [BASELINE_RECENT] = "recent",
    [BASELINE_MEAN] = "mean",
    NULL,
};

static const char *const color_names[] = {
    [COLOR_AUTO] = "auto",
    [COLOR_NEVER] = "never",
    [COLOR_16] = "16",
    [COLOR_256] = "256",
    [COLOR_TRUE] = "true",
    NULL,
};

// in the order of enum output_format, from FORMAT_TABLE and from FORMAT_TEXT
static const char *const report_formats[] = {"table", "markdown", "json", "csv", NULL};
static const char *const screenshot_formats[] = {"text", "ansi", "svg", NULL};

bool value_duration(
    const char *text, const struct value_range *range, int64_t *out_ms, struct str *why)
{
    int64_t ms;
    if (!clock_parse_duration(text, &ms)) {
        str_setf(why, "not a duration; use 90s, 5m or 1h");
        return false;
    }
    if (ms < range->min_ms || ms > range->max_ms) {
        bool low = ms < range->min_ms;
        str_setf(why, "too %s; at %s ", low ? "short" : "long", low ? "least" : "most");
        clock_add_duration(why, low ? range->min_ms : range->max_ms);
        return false;
    }
    *out_ms = ms;
    return true;
}

/** The index of TEXT in NAMES, or -1. */
static int choose(const char *text, const char *const *names, const char *what, struct str *why)
{
    for (int i = 0; names[i]; i++) {
        if (strcmp(text, names[i]) == 0) {
            return i;
        }
    }
    str_setf(why, "not a %s; use ", what);
    names_add(why, names, "or");
    return -1;
}

bool value_is_file(const char *text)
{
    return strpbrk(text, "/.") != NULL;
}

bool value_baseline(const char *text, enum baseline_kind *out, struct str *why)
{
    int i = choose(text, baseline_names, "kind of baseline", why);
    if (i >= 0) {
        *out = (enum baseline_kind)i;
    }
    return i >= 0;
}

bool value_color(const char *text, enum color_depth *out, struct str *why)
{
    int i = choose(text, color_names, "colour depth", why);
    if (i >= 0) {
        *out = (enum color_depth)i;
    }
    return i >= 0;
}

bool value_format(const char *text, bool screenshot, enum output_format *out, struct str *why)
{
    int i = screenshot ? choose(text, screenshot_formats, "format of --screenshot", why)
                       : choose(text, report_formats, "format of report", why);
    if (i >= 0) {
        *out = (enum output_format)((int)(screenshot ? FORMAT_TEXT : FORMAT_TABLE) + i);
    }
    return i >= 0;
}

bool value_bool(const char *text, bool *out, struct str *why)
{
    static const char *const words[] = {"false", "true", "no", "yes", "off", "on"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (ascii_same(text, words[i])) {
            *out = i % 2;
            return true;
        }
    }
    str_setf(why, "neither true nor false");
    return false;
}

bool value_ratio(const char *text, double *out, struct str *why)
{
    char *end;
    double n = strtod(text, &end);
    bool percent = *end == '%';
    // strtod() alone would take signs, 0x1p-3 and nan
    bool digits = strspn(text, "0123456789.") > 0 && !strpbrk(text, "xX");
    double ratio = percent ? n / 100 : n;
    if (!digits || end == text || end[percent] != '\0') {
        str_setf(why, "not a share; use 1%% or 0.01");
        return false;
    }
    if (!percent && n >= 1) {
        str_setf(why, "not a share below 1; for percent say %.80s%%", text);
        return false;
    }
    if (!(ratio > 0 && ratio <= 1)) {
        str_setf(why, "not a share between 0 and 100%%");
        return false;
    }
    *out = ratio;
    return true;
}

bool value_unit(const char *text, double *out_to_seconds, struct str *why)
{
    static const struct {
        const char *name, *letters;
        double to_seconds;
    } units[] = {{"seconds", "s", 1}, {"milliseconds", "ms", 1e-3}, {"microseconds", "us", 1e-6}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(text, units[i].name) == 0 || strcmp(text, units[i].letters) == 0) {
            *out_to_seconds = units[i].to_seconds;
            return true;
        }
    }
    str_setf(why, "not a unit of time; use seconds, milliseconds or microseconds");
    return false;
}

/** A count of 1 to 4 digits; moves *P past it. */
static bool take_cells(const char **p, int *out)
{
    int n = 0;
    const char *start = *p;
    for (; isdigit((unsigned char)**p) && *p - start < 4; (*p)++) {
        n = n * 10 + (**p - '0');
    }
    *out = n;
    return *p > start && !isdigit((unsigned char)**p) && n >= 1 && n <= MOST_CELLS;
}

bool value_cells(const char *text, int *out)
{
    int n;
    if (!take_cells(&text, &n) || *text != '\0') {
        return false;
    }
    *out = n;
    return true;
}

bool value_size(const char *text, int *columns, int *rows, struct str *why)
{
    int c, r;
    const char *p = text;
    if (!take_cells(&p, &c) || *p++ != 'x' || !take_cells(&p, &r) || *p != '\0') {
        str_setf(why, "not a size; use COLUMNSxROWS such as 120x40, each 1 to %d", MOST_CELLS);
        return false;
    }
    *columns = c;
    *rows = r;
    return true;
}

bool value_header(const char *text, struct str *why)
{
    static const char marks[] = "!#$%&'*+-.^_`|~"; // RFC 9110, 5.6.2: token
    size_t n = 0;
    while (isalnum((unsigned char)text[n]) || (text[n] && strchr(marks, text[n]))) {
        n++;
    }
    if (n == 0 || text[n] != ':') {
        str_setf(why, "not a header; use 'Name: value'");
        return false;
    }
    for (const char *p = text + n; *p; p++) {
        if (((unsigned char)*p < ' ' && *p != '\t') || *p == 0x7F) {
            str_setf(why, "not a header: its value has a line break or control character");
            return false;
        }
    }
    return true;
}
