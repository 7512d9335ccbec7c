#include "config/reading.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/plain.h"
#include "config/limits.h"
#include "promql/matchers.h"

size_t reading_enter(struct reading *r, const char *format, ...)
{
    size_t mark = r->path.len;
    if (mark) {
        str_addc(&r->path, '.');
    }
    va_list args;
    va_start(args, format);
    str_vaddf(&r->path, format, args);
    va_end(args);
    return mark;
}

void reading_leave(struct reading *r, size_t mark)
{
    r->path.len = mark;
    if (r->path.cap) {
        r->path.text[mark] = '\0';
    }
}

bool reading_fail(struct reading *r, const char *key, const char *format, ...)
{
    struct str sentence;
    str_init(&sentence);
    va_list args;
    va_start(args, format);
    str_vaddf(&sentence, format, args);
    va_end(args);
    size_t mark = reading_enter(r, "%s", key);
    locate_fail(r->at, r->path.text, r->why, "%s", sentence.text);
    reading_leave(r, mark);
    str_finish(&sentence);
    return false;
}

bool reading_reject(struct reading *r, const char *key, const char *text)
{
    struct str shown;
    str_init(&shown);
    plain_add(&shown, text);
    reading_fail(r, key, "'%s' is %s", shown.text, r->reason.text);
    str_finish(&shown);
    return false;
}

bool reading_duration(struct reading *r, const char *key, const char *text,
    const struct value_range *range, int64_t *out_ms)
{
    return !text || value_duration(text, range, out_ms, &r->reason) || reading_reject(r, key, text);
}

bool reading_ratio(struct reading *r, const char *key, const char *text, double *out)
{
    return !text || value_ratio(text, out, &r->reason) || reading_reject(r, key, text);
}

bool reading_unit(struct reading *r, const char *key, const char *text, double *out_to_seconds)
{
    return !text || value_unit(text, out_to_seconds, &r->reason) || reading_reject(r, key, text);
}

bool reading_bool(struct reading *r, const char *key, const char *text, bool *out)
{
    return !text || value_bool(text, out, &r->reason) || reading_reject(r, key, text);
}

bool reading_name(struct reading *r, const char *key, const char *text, char **out)
{
    if (!text) {
        return true;
    }
    if (strlen(text) > LIMIT_NAME_BYTES) {
        return reading_fail(r, key, "the name is too long; at most %d bytes", LIMIT_NAME_BYTES);
    }
    if (!plain_is(text) || strspn(text, " ") == strlen(text)) {
        return reading_fail(r, key, "a name must be visible text on one line");
    }
    free(*out);
    *out = mem_strdup(text);
    return true;
}

bool reading_label(struct reading *r, const char *key, const char *text, char **out)
{
    if (!text) {
        return true;
    }
    if (!matchers_is_label(text)) {
        str_setf(&r->reason, "not a label name; letters, digits and _ only");
        return reading_reject(r, key, text);
    }
    free(*out);
    *out = mem_strdup(text);
    return true;
}

static bool read_expr(
    struct reading *r, const char *key, const char *expr, struct metric_config *out)
{
    size_t mark = reading_enter(r, "expr");
    bool good = matchers_check_expr(expr, &r->reason) || reading_reject(r, key, expr);
    if (good) {
        out->expr = mem_strdup(expr);
    }
    reading_leave(r, mark);
    return good;
}

bool reading_metric(struct reading *r, const char *key, const char *text, const char *expr,
    struct metric_config *out)
{
    if (text && expr) {
        return reading_fail(r, key, "'%s' is given here and under 'expr'; keep one", key);
    }
    if (expr) {
        return read_expr(r, key, expr, out);
    }
    struct str metric;
    str_init(&metric);
    bool good =
        !text || matchers_add_metric(&metric, text, &r->reason) || reading_reject(r, key, text);
    if (good && text) {
        out->metric = str_take(&metric);
    }
    str_finish(&metric);
    return good;
}

bool reading_check_base(struct reading *r, const char *key, const char *metric)
{
    static const char *const suffixes[] = {"_bucket", "_count", "_sum"};
    size_t len = metric ? strcspn(metric, "{") : 0;
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        size_t suffix = strlen(suffixes[i]);
        if (len > suffix && strncmp(metric + len - suffix, suffixes[i], suffix) == 0) {
            return reading_fail(
                r, key, "'%s' needs the metric's base name, without %s", key, suffixes[i]);
        }
    }
    return true;
}
