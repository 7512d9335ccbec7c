#include "prom/envelope.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/utf8.h"

// one more character than is shown, so that a cut never splits one
enum { RAW_MAX = PROM_TEXT_MAX + 4, LOOKED_AT = 512 };

static const struct json_mark known[ENVELOPE_PARTS] = {
    [ENVELOPE_STATUS] = {-1, "status", NULL},
    [ENVELOPE_DATA] = {-1, "data", NULL},
    [ENVELOPE_ERROR] = {-1, "error", NULL},
    [ENVELOPE_ERROR_TYPE] = {-1, "errorType", NULL},
    [ENVELOPE_WARNINGS] = {-1, "warnings", NULL},
    [ENVELOPE_PARTIAL] = {-1, "isPartial", NULL},
    [ENVELOPE_INFOS] = {-1, "infos", NULL},
    [ENVELOPE_RESULT_TYPE] = {ENVELOPE_DATA, "resultType", NULL},
    [ENVELOPE_RESULT] = {ENVELOPE_DATA, "result", NULL},
    [ENVELOPE_STATS] = {ENVELOPE_DATA, "stats", NULL},
};

void envelope_init(struct envelope *e, long status, const char *body, size_t len)
{
    e->status = status;
    e->body = body;
    e->len = len;
    memcpy(e->parts, known, sizeof known);
    json_check_init(&e->check, body, len, e->parts, ENVELOPE_PARTS);
}

bool envelope_step(struct envelope *e, size_t bytes)
{
    return json_check_run(&e->check, bytes) != JSON_CHECKING;
}

char *envelope_text(const char *at)
{
    struct str raw, shown;
    str_init(&raw);
    str_init(&shown);
    bool text = json_add_text(&raw, at, RAW_MAX);
    utf8_add_clean(&shown, raw.text, PROM_TEXT_MAX);
    str_finish(&raw);
    char *out = text ? str_take(&shown) : NULL;
    str_finish(&shown);
    return out;
}

char *envelope_sentence(const char *at)
{
    struct str raw, shown;
    str_init(&raw);
    str_init(&shown);
    bool text = json_add_text(&raw, at, RAW_MAX);
    utf8_add_brief(&shown, raw.text, PROM_TEXT_MAX);
    str_finish(&raw);
    char *out = text ? str_take(&shown) : NULL;
    str_finish(&shown);
    return out;
}

static void add_start(struct str *why, const char *body)
{
    while (*body == ' ' || *body == '\n' || *body == '\r' || *body == '\t') {
        body++;
    }
    size_t line = strcspn(body, "\r\n");
    while (line > 0 && body[line - 1] == '.') { // the sentence around it has its own
        line--;
    }
    if (line > 0 && *body != '<') {
        char *first = mem_strndup(body, line), *what = str_take(why);
        struct str said;
        str_init(&said);
        utf8_add_brief(&said, first, 80);
        str_setf(why, _("%s: %s"), what, said.text);
        str_finish(&said);
        free(what);
        free(first);
    }
}

// As Go's servers and nginx have it.
static bool speaks_tls(long status, const char *body)
{
    return status == 400 && strstr(body, "HTTP request") && strstr(body, "HTTPS");
}

static void say_status(long status, struct str *why)
{
    static const struct {
        long status;
        const char *sentence;
    } statuses[] = {
        {401, N_("401 Unauthorized: the server wants credentials, -u or a token")},
        {403, N_("403 Forbidden: these credentials may not query")},
        {404, N_("404 Not Found: no Prometheus API at this URL; a path may be missing")},
        {407, N_("407: the proxy wants a user, --proxy http://NAME:PASSWORD@...")},
        {429, N_("429: the server is receiving too many requests")},
        {502, N_("502: a proxy gets no answer from Prometheus")},
        {503, N_("503: the server is not ready")},
        {504, N_("504: a proxy gets no answer from Prometheus")},
    };
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        if (statuses[i].status == status) {
            str_setf(why, "%s", _(statuses[i].sentence));
            return;
        }
    }
    str_setf(why, _("HTTP status %ld"), status);
}

/** TEXT is the error that BODY tells, NULL or empty where it has none. */
static enum prom_status by_http_status(
    long status, const char *body, const char *text, struct str *why)
{
    if (status == 401 && strstr(body, "no org id")) {
        str_setf(why, "%s", _("401: the server wants a tenant: --tenant NAME"));
        return PROM_UNAUTHORIZED;
    }
    if (speaks_tls(status, body)) {
        str_setf(why, "%s", _("the server speaks TLS there: use https://"));
        return PROM_FOREIGN;
    }
    say_status(status, why);
    if (status != 404) {
        add_start(why, text && *text ? text : body);
    }
    switch (status) {
    case 401:
    case 403: return PROM_UNAUTHORIZED;
    case 404: return PROM_FOREIGN;
    case 429:
    case 502:
    case 503:
    case 504: return PROM_BUSY;
    default: return PROM_FAILED;
    }
}

// A refused query comes as JSON with status 400, 422 or, when it ran out of time, 503.
static enum prom_status by_error(const struct envelope *e, struct str *why)
{
    const char *type = e->parts[ENVELOPE_ERROR_TYPE].at, *error = e->parts[ENVELOPE_ERROR].at;
    long status = e->status;
    char *text = error ? envelope_sentence(error) : NULL;
    if (!text || !*text || status == 401 || status == 403 || status == 404 || status == 429) {
        enum prom_status by_status = by_http_status(status, e->body, text, why);
        free(text);
        return by_status;
    }
    bool own = status == 400 || status == 422 || (type && json_is(type, "timeout"));
    str_setf(why, "%s", text);
    free(text);
    return own ? PROM_REFUSED : status == 503 ? PROM_BUSY : PROM_FAILED;
}

// Text has none of the bytes that numbers are made of.
static bool is_binary(const struct envelope *e)
{
    size_t most = e->len < LOOKED_AT ? e->len : LOOKED_AT;
    bool any = false;
    for (size_t i = 0; i < most && !any; i++) {
        unsigned char c = (unsigned char)e->body[i];
        any = c < ' ' && c != '\t' && c != '\n' && c != '\r';
    }
    return any;
}

static const char *look_of(const struct envelope *e)
{
    char first = e->body[strspn(e->body, " \r\n\t")];
    bool utf16 = strncmp(e->body, "\xFF\xFE", 2) == 0 || strncmp(e->body, "\xFE\xFF", 2) == 0;
    return first == '<'   ? _("a web page answers there: wrong port or path, or a login page")
           : first == '{' ? _("the answer is cut off, or does not come from a Prometheus API")
           : utf16        ? _("the answer is UTF-16 text; it has to be UTF-8")
           : is_binary(e) ? _("the answer is binary, such as protobuf: it has to be text")
                          : _("the answer is not from a Prometheus API");
}

static enum prom_status by_look(const struct envelope *e, struct str *why)
{
    if (e->status < 200 || e->status >= 300) {
        return by_http_status(e->status, e->body, NULL, why);
    }
    if (e->len == 0) {
        str_setf(why, _("the answer is empty (HTTP status %ld)"), e->status);
    } else {
        str_setf(why, "%s", look_of(e));
    }
    return PROM_FOREIGN;
}

enum prom_status envelope_judge(const struct envelope *e, struct str *why)
{
    const char *word = e->parts[ENVELOPE_STATUS].at;
    if (e->check.state != JSON_GOOD || !word || *word != '"') {
        return by_look(e, why);
    }
    if (json_is(word, "success") && e->parts[ENVELOPE_DATA].at && e->status < 300) {
        return PROM_OK;
    }
    return by_error(e, why);
}
