#include "config/types.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/plain.h"
#include "base/text.h"
#include "config/config.h"
#include "config/keys_find.h"
#include "config/limits.h"
#include "config/timezone.h"
#include "endpoint/url.h"
#include "promql/matchers.h"

enum { MOST_CELLS = 1000, TLS_FIRST = 10 };

bool type_is_file(const char *text)
{
    return strpbrk(text, "/.") != NULL;
}

#define DURATION(type, shortest, longest)                                                          \
    const struct value_type type = {.read = value_duration, .least = shortest, .most = longest};
#include "config/type.def"

// --- choices

#define CHOICE(type, refusal, ...) static const char *const names_of_##type[] = {__VA_ARGS__, NULL};
#include "config/type.def"

/** A kind of baseline; for a file the message names `baseline.file`. */
static bool read_baseline(
    const struct value_type *type, const char *text, void *out, struct str *why)
{
    if (type_is_file(text)) {
        str_setf(why, _("a file; name it under baseline.file, and write kind: file"));
        return false;
    }
    return value_choice(type, text, out, why);
}

/** A choice whose first name stands for TYPE's least value. */
static bool read_from_least(
    const struct value_type *type, const char *text, void *out, struct str *why)
{
    int i;
    bool good = value_choice(type, text, &i, why);
    if (good) {
        i += (int)type->least;
        memcpy(out, &i, sizeof i);
    }
    return good;
}

/** How many times as fast as the clock on the wall. */
static bool read_speed(const struct value_type *type, const char *text, void *out, struct str *why)
{
    (void)type;
    char *end;
    double n = strtod(text, &end);
    // strtod() alone would take signs, 0x1p-3 and nan
    bool digits = *text && strspn(text, "0123456789.") == strlen(text) && end != text && !*end;
    if (!digits || n < 0.1 || n > 1000) {
        str_setf(why, _("not a speed; use a number from 0.1 to 1000, such as 10"));
        return false;
    }
    *(double *)out = n;
    return true;
}

const struct value_type type_speed = {.read = read_speed};

/** What is found has fewer formats than reports. */
static bool read_found_format(
    const struct value_type *type, const char *text, void *out, struct str *why)
{
    static const enum output_format formats[] = {FORMAT_TABLE, FORMAT_YAML, FORMAT_JSON};
    int i;
    bool good = value_choice(type, text, &i, why);
    if (good) {
        memcpy(out, &formats[i], sizeof formats[i]);
    }
    return good;
}

// How each choice is read, and what its first name stands for.
#define READ_type_color value_choice, .least = 0
#define READ_type_charts value_choice, .least = 0
#define READ_type_notify value_choice, .least = 0
#define READ_type_report_format read_from_least, .least = FORMAT_TABLE
#define READ_type_found_format read_found_format, .least = 0
#define READ_type_rules_format read_from_least, .least = FORMAT_RULES
#define READ_type_doctor_format read_from_least, .least = FORMAT_TABLE
#define READ_type_frame_format read_from_least, .least = FORMAT_TEXT
#define READ_type_role value_choice, .least = STAGE_ROLE_NONE
#define READ_type_baseline read_baseline, .least = BASELINE_AUTO, .file = true

#define CHOICE(type, sentence, ...)                                                                \
    const struct value_type type = {                                                               \
        .read = READ_##type, .names = names_of_##type, .refusal = sentence};
#include "config/type.def"

static const char *const tls_names[] = {"TLS10", "TLS11", "TLS12", "TLS13", NULL};
const struct value_type type_tls_version = {.read = read_from_least,
    .least = TLS_FIRST,
    .names = tls_names,
    .refusal = N_("not a version of TLS; use %s")};

/** Of a latency: a counter is a type as well, though no latency is one. */
static bool read_metric_type(
    const struct value_type *type, const char *text, void *out, struct str *why)
{
    enum metric_type counter = METRIC_COUNTER;
    if (strcmp(text, "counter") == 0) {
        memcpy(out, &counter, sizeof counter);
        return true;
    }
    int i;
    static const enum metric_type types[] = {METRIC_GAUGE, METRIC_HISTOGRAM, METRIC_SUMMARY};
    bool good = value_choice(type, text, &i, why);
    if (good) {
        memcpy(out, &types[i], sizeof types[i]);
    }
    return good;
}

static const char *const metric_types[] = {"gauge", "histogram", "summary", NULL};
const struct value_type type_metric_type = {
    .read = read_metric_type, .names = metric_types, .refusal = N_("not a type; use %s")};

// --- numbers

/** A number alone would be seconds, which is seldom meant here. */
static bool read_slo(const struct value_type *type, const char *text, void *out, struct str *why)
{
    return !value_misses_unit(type, text, why) && value_duration(type, text, out, why);
}

const struct value_type type_slo = {.read = read_slo, .least = 1, .most = CLOCK_DAY_MS};

static bool read_unit(const struct value_type *type, const char *text, void *out, struct str *why)
{
    (void)type;
    static const struct {
        const char *name, *letters;
        double to_seconds;
    } units[] = {{"seconds", "s", 1}, {"milliseconds", "ms", 1e-3}, {"microseconds", "us", 1e-6}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(text, units[i].name) == 0 || strcmp(text, units[i].letters) == 0) {
            *(double *)out = units[i].to_seconds;
            return true;
        }
    }
    str_setf(why, _("not a unit of time; use seconds, milliseconds or microseconds"));
    return false;
}

const struct value_type type_unit = {.read = read_unit};

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

static bool read_cells(const struct value_type *type, const char *text, void *out, struct str *why)
{
    (void)type;
    int n;
    if (!take_cells(&text, &n) || *text != '\0') {
        str_setf(why, _("not a number of columns or rows; use 1 to %d"), MOST_CELLS);
        return false;
    }
    *(int *)out = n;
    return true;
}

const struct value_type type_cells = {.read = read_cells};

static bool read_size(const struct value_type *type, const char *text, void *out, struct str *why)
{
    (void)type;
    struct frame_size size;
    const char *p = text;
    if (!take_cells(&p, &size.columns) || *p++ != 'x' || !take_cells(&p, &size.rows) ||
        *p != '\0') {
        str_setf(why, _("not a size; use COLUMNSxROWS such as 120x40, each 1 to %d"), MOST_CELLS);
        return false;
    }
    *(struct frame_size *)out = size;
    return true;
}

const struct value_type type_size = {.read = read_size};

// --- texts

static bool read_name(const struct value_type *type, const char *text, void *out, struct str *why)
{
    if (strlen(text) > LIMIT_NAME_BYTES) {
        str_setf(why, _("too long for a name; at most %d bytes"), LIMIT_NAME_BYTES);
        return false;
    }
    if (strspn(text, " ") == strlen(text)) {
        str_setf(why, _("not one line of printable text"));
        return false;
    }
    return value_plain(type, text, out, why);
}

const struct value_type type_name = {.read = read_name};

static bool read_profile_name(
    const struct value_type *type, const char *text, void *out, struct str *why)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    if (text[strspn(text, letters)] != '\0') {
        str_setf(why, _("not a profile name; use letters, digits, '.', '_' and '-'"));
        return false;
    }
    return read_name(type, text, out, why);
}

const struct value_type type_profile_name = {.read = read_profile_name};

// A link to it is copied for a browser: what it may hold is up to that.
static bool read_web_url(
    const struct value_type *type, const char *text, void *out, struct str *why)
{
    bool web = strncmp(text, "http://", 7) == 0 || strncmp(text, "https://", 8) == 0;
    if (!web || text[strcspn(text, " \"'<>`\\")] != '\0') {
        str_setf(why, _("not an address of a web page; use one like https://grafana.example"));
        return false;
    }
    return read_name(type, text, out, why);
}

const struct value_type type_web_url = {.read = read_web_url};

static bool read_label(const struct value_type *type, const char *text, void *out, struct str *why)
{
    struct str name;
    str_init(&name);
    bool good = matchers_add_label(&name, text);
    if (!good) {
        str_setf(why, _("not a label name; letters, digits, _ and dots only, or any name in "
                        "quotes, as in '\"a b\"'"));
    }
    good = good && value_text(type, name.text, out, why);
    str_finish(&name);
    return good;
}

const struct value_type type_label = {.read = read_label};

static bool read_selector(
    const struct value_type *type, const char *text, void *out, struct str *why)
{
    (void)type;
    struct str list;
    str_init(&list);
    bool good = matchers_add(&list, text, why);
    if (good) {
        char **field = out;
        free(*field);
        *field = list.len ? str_take(&list) : NULL;
    }
    str_finish(&list);
    return good;
}

const struct value_type type_selector = {.read = read_selector};

static bool read_zone(const struct value_type *type, const char *text, void *out, struct str *why)
{
    (void)type;
    struct zone **field = out, *zone = mem_zalloc(1, sizeof *zone);
    if (!timezone_read(zone, text, timezone_directories, why)) {
        free(zone);
        return false;
    }
    if (*field) {
        zone_finish(*field);
        free(*field);
    }
    *field = zone;
    return true;
}

const struct value_type type_zone = {.read = read_zone};

static bool read_pem_file(
    const struct value_type *type, const char *text, void *out, struct str *why)
{
    struct pem *pem = out;
    free(pem->text);
    pem->text = NULL;
    return value_text(type, text, &pem->file, why);
}

const struct value_type type_pem_file = {.read = read_pem_file, .file = true},
                        type_pem_text = {.read = value_text, .most = LIMIT_FILE_BYTES};

// --- who asks

static bool read_url(const struct value_type *type, const char *text, void *out, struct str *why)
{
    (void)type;
    return endpoint_set_url(out, text, why);
}

const struct value_type type_url = {.read = read_url, .show = url_add_shown};

static bool read_user(const struct value_type *type, const char *text, void *out, struct str *why)
{
    (void)type;
    if (!endpoint_is_user(text)) {
        str_setf(why, _("not in the form name:password"));
        return false;
    }
    endpoint_set_auth(out, text, NULL);
    return true;
}

const struct value_type type_user = {.read = read_user, .secret = true};

static bool read_token_file(
    const struct value_type *type, const char *text, void *out, struct str *why)
{
    (void)type;
    (void)why;
    endpoint_set_auth(out, NULL, text);
    return true;
}

const struct value_type type_bearer_token_file = {.read = read_token_file, .file = true};

static bool read_sigv4(const struct value_type *type, const char *text, void *out, struct str *why)
{
    (void)type;
    char *sigv4;
    if (!keys_sigv4(text, &sigv4, why)) {
        return false;
    }
    struct endpoint *endpoint = out;
    free(endpoint->sigv4);
    endpoint->sigv4 = sigv4;
    return true;
}

const struct value_type type_sigv4 = {.read = read_sigv4};

static bool read_header(const struct value_type *type, const char *text, void *out, struct str *why)
{
    (void)type;
    bool good = endpoint_is_header(text, why);
    if (good) {
        endpoint_add_header(out, text);
    }
    return good;
}

const struct value_type type_header = {.read = read_header, .secret = true};
