#include "config/file.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/plain.h"
#include "config/fleet.h"
#include "config/http_config.h"
#include "config/keys_find.h"
#include "config/metrics.h"
#include "config/rebind.h"
#include "config/shape.h"
#include "config/timezone.h"
#include "endpoint/source.h"
#include "endpoint/url.h"
#include "promql/matchers.h"

bool file_parse(
    struct config_file *f, const char *name, const char *text, size_t len, struct str *why)
{
    void *data = NULL;
    *f = (struct config_file){0};
    bool good =
        locate_parse(&f->at, name, text, len, why) && shape_load(&data, &f->at, &schema_file, why);
    f->yaml = data;
    return good;
}

void file_finish(struct config_file *f)
{
    shape_free(f->yaml, &schema_file);
    locate_finish(&f->at);
    *f = (struct config_file){0};
}

bool file_has_stages(const struct config_file *f)
{
    return f->yaml && (f->yaml->metrics.stages_count > 0 || f->yaml->metrics.by_label);
}

static bool apply_url(struct reading *r, const char *text, struct source_config *s)
{
    if (!text || source_set_url(s, text, &r->reason)) {
        return true;
    }
    struct str shown;
    str_init(&shown);
    url_add_shown(&shown, text);
    reading_reject(r, "url", shown.text);
    str_finish(&shown);
    return false;
}

static bool apply_headers(struct reading *r, const struct yaml_source *y, struct source_config *s)
{
    for (size_t i = 0; i < y->headers_count; i++) {
        if (!value_header(y->headers[i], &r->reason)) {
            char key[32];
            snprintf(key, sizeof key, "headers[%zu]", i);
            return reading_fail(r, key, "this entry of 'headers' is %s", r->reason.text);
        }
        source_add_header(s, y->headers[i]);
    }
    return true;
}

static bool apply_http_config(
    struct reading *r, const struct yaml_http_config *y, struct source_config *s)
{
    size_t mark = reading_enter(r, "http_config");
    bool good = !y || http_config_apply(r, y, s);
    reading_leave(r, mark);
    return good;
}

static bool apply_sigv4(struct reading *r, const char *text, struct source_config *s)
{
    char *sigv4;
    if (!text) {
        return true;
    }
    if (!keys_sigv4(text, &sigv4, &r->reason)) {
        return reading_reject(r, "aws_sigv4", text);
    }
    free(s->sigv4);
    s->sigv4 = sigv4;
    return true;
}

static bool apply_source(struct reading *r, const struct yaml_source *y, struct source_config *s)
{
    if (!apply_url(r, y->url, s) || !apply_http_config(r, y->http_config, s)) {
        return false;
    }
    if (y->user && y->bearer_token_file) {
        return reading_fail(r, "bearer_token_file", "'user' is given too; keep one of the two");
    }
    if (y->user && !source_is_user(y->user)) {
        return reading_fail(r, "user", "'user' must be name:password");
    }
    source_set_auth(s, y->user, y->bearer_token_file);
    if (y->user || (y->url && url_has_user(y->url))) {
        source_note_secrets(s, r->at->name);
    }
    if (y->tenant && !plain_is(y->tenant)) {
        return reading_fail(r, "tenant", "'tenant' must be visible text on one line");
    }
    source_set_text(&s->tenant, y->tenant);
    source_set_text(&s->ca_file, y->ca_file);
    source_set_text(&s->cert_file, y->cert_file);
    source_set_text(&s->key_file, y->key_file);
    source_set_text(&s->proxy, y->proxy);
    return apply_headers(r, y, s) && apply_sigv4(r, y->aws_sigv4, s) &&
           reading_bool(r, "insecure", y->insecure, &s->insecure) &&
           reading_bool(r, "netrc", y->netrc, &s->netrc) &&
           reading_duration(r, "timeout", y->timeout, &value_timeout_range, &s->timeout_ms);
}

static bool apply_selector(struct reading *r, const char *text, char **out)
{
    struct str list;
    str_init(&list);
    bool good =
        !text || matchers_add(&list, text, &r->reason) || reading_reject(r, "selector", text);
    if (good && text) {
        free(*out);
        *out = list.len ? str_take(&list) : NULL;
    }
    str_finish(&list);
    return good;
}

static bool apply_named(struct reading *r, const struct yaml_source *y, struct config *c)
{
    if (!y->name || !y->url) {
        return reading_fail(
            r, "", "a source has no %s; it needs a name and a url", y->name ? "url" : "name");
    }
    if (!fleet_check_name(y->name, &r->reason)) {
        return reading_reject(r, "name", y->name);
    }
    if (fleet_find(c, y->name)) {
        return reading_fail(r, "name", "a source called '%s' exists already", y->name);
    }
    struct named_source *s = fleet_add(c, y->name);
    if (!apply_source(r, y, &s->source) || !apply_selector(r, y->selector, &s->selector)) {
        return false;
    }
    if (y->namespace && !plain_is(y->namespace)) {
        return reading_fail(r, "namespace", "'namespace' must be visible text on one line");
    }
    if (y->namespace) {
        struct str list;
        str_init(&list);
        str_addf(&list, "%s%s", s->selector ? s->selector : "", s->selector ? "," : "");
        matchers_add_equal(&list, "namespace", y->namespace);
        free(s->selector);
        s->selector = str_take(&list);
    }
    return true;
}

static bool apply_sources(struct reading *r, const struct yaml_file *y, struct config *c)
{
    if (y->source) {
        return reading_fail(r, "sources", "'source' is given too; keep one of the two");
    }
    fleet_finish(c);
    for (size_t i = 0; i < y->sources_count; i++) {
        size_t mark = reading_enter(r, "sources[%zu]", i);
        if (!apply_named(r, &y->sources[i], c)) {
            return false;
        }
        reading_leave(r, mark);
    }
    return true;
}

static bool apply_baseline(struct reading *r, const struct yaml_baseline *y, struct config *c)
{
    source_set_text(&c->baseline_file, y->file);
    return (!y->kind || value_baseline(y->kind, &c->baseline, &r->reason) ||
               reading_reject(r, "kind", y->kind)) &&
           reading_duration(r, "range", y->range, &value_baseline_range, &c->baseline_range_ms);
}

static bool apply_timezone(struct reading *r, const char *name, struct config *c)
{
    if (!name) {
        return true;
    }
    c->zone = mem_zalloc(1, sizeof *c->zone);
    return timezone_read(c->zone, name, timezone_directories, &r->reason) ||
           reading_reject(r, "timezone", name);
}

static bool apply_looks(struct reading *r, const struct yaml_file *y, struct config *c)
{
    source_set_text(&c->theme, y->theme);
    return (!y->color || value_color(y->color, &c->color, &r->reason) ||
               reading_reject(r, "color", y->color)) &&
           reading_bool(r, "ascii", y->ascii, &c->ascii) &&
           reading_bool(r, "mouse", y->mouse, &c->mouse);
}

static bool apply_keys(struct reading *r, struct config *c)
{
    const yaml_node_t *node = locate_find(r->at, "keys");
    return !node || rebind_apply(r->at, node, &c->bindings, r->why);
}

static bool apply_top(struct reading *r, const struct yaml_file *y, struct config *c)
{
    return reading_duration(r, "window", y->window, &value_window_range, &c->window_ms) &&
           reading_duration(r, "refresh", y->refresh, &value_refresh_range, &c->refresh_ms) &&
           reading_duration(r, "span", y->span, &value_span_range, &c->span_ms) &&
           apply_selector(r, y->selector, &c->selector) && apply_timezone(r, y->timezone, c) &&
           apply_looks(r, y, c) && apply_keys(r, c);
}

/** Goes to the mapping under KEY of the file. */
static bool go_to(struct reading *r, const char *key)
{
    str_setf(&r->path, "%s", key);
    return true;
}

bool file_apply(struct config_file *f, struct config *c, struct str *why)
{
    const struct yaml_file *y = f->yaml;
    if (!y) {
        return true;
    }
    struct reading r = {.at = &f->at, .why = why};
    str_init(&r.path);
    str_init(&r.reason);
    bool good = apply_top(&r, y, c) && (y->sources_count == 0 || apply_sources(&r, y, c)) &&
                (!y->source || (go_to(&r, "source") && apply_source(&r, y->source, &c->source))) &&
                (!y->baseline || (go_to(&r, "baseline") && apply_baseline(&r, y->baseline, c))) &&
                (go_to(&r, "") && metrics_apply(&r, &y->metrics, c));
    str_finish(&r.path);
    str_finish(&r.reason);
    return good;
}
