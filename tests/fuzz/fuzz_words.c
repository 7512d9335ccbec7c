/*
 * The small languages of the command line: matchers, metrics, expressions, addresses, durations
 * and moments. What is taken can be taken again.
 */
#include <string.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/origin.h"
#include "base/utf8.h"
#include "endpoint/url.h"
#include "fuzz/target.h"
#include "promql/matchers.h"

static const int64_t NOW_MS = 1770195600000;

static void take_matchers(const char *text)
{
    struct str once, twice, why;
    str_init(&once);
    str_init(&twice);
    str_init(&why);
    if (matchers_add(&once, text, &why)) {
        check(matchers_add(&twice, once.text, &why));
        check(strcmp(once.text, twice.text) == 0);
    } else {
        check(once.len == 0 && why.len > 0);
    }
    str_clear(&once);
    str_clear(&twice);
    if (matchers_add_metric(&once, text, &why)) {
        check(matchers_add_metric(&twice, once.text, &why));
        check(strcmp(once.text, twice.text) == 0);
    }
    matchers_check_expr(text, &why);
    str_finish(&once);
    str_finish(&twice);
    str_finish(&why);
}

static void take_url(const char *text)
{
    char *url = NULL, *user = NULL, *params = NULL;
    char *again = NULL, *nobody = NULL, *none = NULL;
    struct str why;
    str_init(&why);
    if (url_split(text, &url, &user, &params, &why)) {
        check(!url_has_user(url)); // what is shown has no credentials
        check(url_split(url, &again, &nobody, &none, &why));
        check(strcmp(url, again) == 0 && !nobody && !none);
        struct origin o;
        check(origin_parse(&o, url));
        check(url_same_origin(url, again));
    } else {
        check(!url && !user && why.len > 0);
    }
    str_clear(&why);
    url_add_shown(&why, text);
    char *wiped = mem_strdup(text);
    url_wipe(wiped);
    free(wiped);
    free(url);
    free(user);
    free(again);
    free(params);
    free(nobody);
    free(none);
    str_finish(&why);
}

static void take_time(const char *text)
{
    int64_t ms = -7;
    struct str s;
    str_init(&s);
    if (clock_parse_duration(text, &ms)) {
        int64_t again = -7;
        check(ms >= 0);
        clock_add_duration(&s, ms);
        check(clock_parse_duration(s.text, &again) && again == ms);
    }
    str_clear(&s);
    if (clock_parse_moment(text, NOW_MS, &ms)) {
        clock_add_rfc3339(&s, ms);
    }
    str_finish(&s);
}

static void take_text(const char *text)
{
    struct str clean, fitted;
    str_init(&clean);
    str_init(&fitted);
    utf8_add_clean(&clean, text, 50);
    for (int columns = 0; columns < 12; columns++) {
        str_clear(&fitted);
        utf8_add_fitted(&fitted, clean.text, columns, "~");
        check(utf8_width(fitted.text) <= columns);
    }
    str_finish(&clean);
    str_finish(&fitted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    char *text = mem_strndup((const char *)data + 1, size - 1);
    switch (data[0] % 4) {
    case 0: take_matchers(text); break;
    case 1: take_url(text); break;
    case 2: take_time(text); break;
    default: take_text(text); break;
    }
    free(text);
    return 0;
}
