#include "prom/request.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"
#include "prom/bare.h"

static void add_param(struct str *s, const char *name, const char *value)
{
    str_addf(s, "%s%s=", s->len ? "&" : "", name);
    str_add_escaped(s, value);
}

static void add_expr(struct prom_request *r, const char *name, const char *expr)
{
    struct str s;
    str_init(&s);
    (r->bare ? bare_add : str_add)(&s, expr);
    add_param(&r->query, name, s.text);
    str_finish(&s);
}

static void add_seconds(struct str *s, const char *name, int64_t ms)
{
    str_addf(s, "%s%s=%" PRId64 ".%03d", s->len ? "&" : "", name, ms / 1000, (int)(ms % 1000));
}

void prom_request_init(struct prom_request *r)
{
    str_init(&r->path);
    str_init(&r->query);
    r->bare = false;
}

void prom_request_finish(struct prom_request *r)
{
    str_finish(&r->path);
    str_finish(&r->query);
}

void prom_request_instant(
    struct prom_request *r, const char *expr, int64_t at_ms, int64_t timeout_ms)
{
    str_setf(&r->path, "/api/v1/query");
    str_clear(&r->query);
    add_expr(r, "query", expr);
    add_seconds(&r->query, "time", at_ms);
    add_seconds(&r->query, "timeout", timeout_ms);
}

void prom_request_range(struct prom_request *r, const char *expr, int64_t start_ms, int64_t end_ms,
    int64_t step_ms, int64_t timeout_ms)
{
    str_setf(&r->path, "/api/v1/query_range");
    str_clear(&r->query);
    add_expr(r, "query", expr);
    add_seconds(&r->query, "start", start_ms);
    add_seconds(&r->query, "end", end_ms);
    add_seconds(&r->query, "step", step_ms);
    add_seconds(&r->query, "timeout", timeout_ms);
}

void prom_request_add_stats(struct prom_request *r)
{
    add_param(&r->query, "stats", "true");
}

static void add_series(
    struct prom_request *r, const char *selector, int64_t start_ms, int64_t end_ms)
{
    str_clear(&r->query);
    if (selector) {
        add_expr(r, "match[]", selector);
    }
    add_seconds(&r->query, "start", start_ms);
    add_seconds(&r->query, "end", end_ms);
}

void prom_request_labels(
    struct prom_request *r, const char *selector, int64_t start_ms, int64_t end_ms)
{
    str_setf(&r->path, "/api/v1/labels");
    add_series(r, selector, start_ms, end_ms);
}

void prom_request_add_limit(struct prom_request *r, size_t most)
{
    str_addf(&r->query, "&limit=%zu", most);
}

// What is no classic name is written with its other characters as numbers: `a.b` is `U__a_2e_b`.
static void add_label(struct str *s, const char *label, bool bare)
{
    size_t len = strspn(label, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    if (bare || (!label[len] && !strchr("0123456789", *label))) {
        str_add_escaped(s, label);
        return;
    }
    str_add(s, "U__");
    for (const char *p = label; *p;) {
        uint32_t code = utf8_next(&p);
        if (code == '_') {
            str_add(s, "__");
        } else if (code < 128 && isalnum((int)code)) {
            str_addc(s, (char)code);
        } else {
            str_addf(s, "_%" PRIx32 "_", code);
        }
    }
}

void prom_request_label_values(struct prom_request *r, const char *label, const char *selector,
    int64_t start_ms, int64_t end_ms)
{
    str_setf(&r->path, "/api/v1/label/");
    add_label(&r->path, label, r->bare);
    str_add(&r->path, "/values");
    add_series(r, selector, start_ms, end_ms);
}

void prom_request_exemplars(
    struct prom_request *r, const char *selector, int64_t start_ms, int64_t end_ms)
{
    str_setf(&r->path, "/api/v1/query_exemplars");
    str_clear(&r->query);
    add_expr(r, "query", selector);
    add_seconds(&r->query, "start", start_ms);
    add_seconds(&r->query, "end", end_ms);
}

void prom_request_listing(struct prom_request *r, const char *path, const char *query)
{
    str_setf(&r->path, "%s", path);
    str_setf(&r->query, "%s", query);
}

void prom_request_buildinfo(struct prom_request *r)
{
    str_setf(&r->path, "/api/v1/status/buildinfo");
    str_clear(&r->query);
}

void prom_request_metadata(struct prom_request *r, const char *metric)
{
    str_setf(&r->path, "/api/v1/metadata");
    str_clear(&r->query);
    add_param(&r->query, "metric", metric);
}
